"""What is slow to load is loaded after the first list is on screen, not before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

LATE = [
    "requests",
    "urllib3",
    "lxml",
    "selectolax",
    "nh3",
    "markdown",
    "pygments",
    "keyring",
    "feedparser",
    "yaml",
    "configparser",
    "logging.handlers",
    "plistlib",
    "reader.accounts",
    "reader.details",
    "reader.following",
    "reader.images",
    "reader.intake",
    "reader.net",
    "reader.ui.help",
    "reader.ui.menus",
    "reader.ui.menustyle",
    "reader.ui.printing",
    "reader.ui.safekeeping",
    "reader.ui.selecting",
    "reader.ui.sourceacts",
    "PySide6.QtPrintSupport",
    "PySide6.QtWebEngineWidgets",
    "PySide6.QtWebEngineCore",
]

#: Builds the real program, with no display, over the library in argv[1]; argv[2] are the names to look for.
PROGRAM = """
import json, sys
from pathlib import Path

from reader import cli, settings
from reader.library import Library
from reader.paths import in_folder

cli.read([])
from reader.ui import app
from PySide6.QtCore import QEvent, QObject, QTimer

names = json.loads(sys.argv[2])
loaded = lambda: [name for name in names if name in sys.modules]
seen = {}


class Paints(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and window.model.rowCount() and window.model.row_at(0) is not None:
            seen.setdefault("painted", loaded())
        return False


application = app.make_app()
program = app.build(application, Library(in_folder(Path(sys.argv[1]))), settings.Settings(), by_itself=False)
window = program.window
window.listing.listed.connect(lambda _another: seen.setdefault("listed", loaded()))
window.listed.connect(lambda: (seen.setdefault("after", loaded()), QTimer.singleShot(0, application.quit)))
paints = Paints(window)
window.list.view.viewport().installEventFilter(paints)
QTimer.singleShot(60_000, application.quit)
window.show()
application.exec()
program.end()
print(json.dumps(seen), flush=True)
"""


def test_the_first_list_waits_for_nothing_heavy(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(12):
        (articles / f"{number}.md").write_text(f"---\ntitle: Leaf {number}\n---\nSome words.\n", encoding="utf-8")
    library = tmp_path / "library"
    shell = [sys.executable, "-m", "reader", "--library", str(library)]
    for command in (["add", str(articles)], ["refresh", "--all"]):
        subprocess.run([*shell, *command], cwd=CHECKOUT, check=True, capture_output=True, timeout=60)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(library), json.dumps(LATE)],
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=90,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["listed"] == [], "loaded before the list was there"
    assert seen["painted"] == [], "loaded before the list was painted"
    assert "PySide6.QtWebEngineCore" in seen["after"], "the page engine follows the list; else this proves nothing"
