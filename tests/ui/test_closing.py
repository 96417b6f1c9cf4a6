"""The program ends within a second, whatever hangs: a server's name, a thread that nobody can interrupt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

#: The real program over the library in argv[1], closed while a name is looked up for ever and a picture's thread hangs.
PROGRAM = """
import json, sys, threading, time
from pathlib import Path

from reader.cli.window import _end
from reader.library import Library
from reader.net import Client
from reader.paths import in_folder
from reader.settings import Settings
from reader.ui import app
from PySide6.QtCore import QTimer

asked, never = threading.Event(), threading.Event()

def resolve(host, port):
    asked.set()
    never.wait(60)
    return []

application = app.make_app()
library = Library(in_folder(Path(sys.argv[1])), client=Client(resolve=resolve))
library.store.add_source("feed", "https://slow.example/feed", "Slow")
program = app.build(application, library, Settings(), by_itself=False)
window = program.window

def close():
    if not asked.is_set():
        QTimer.singleShot(20, close)
        return
    program.lanes.store.run(lambda: library.store.add_source("feed", "https://last.example/feed", "Last act"))
    application.quit()

window.show()
window.refreshing.refresh()
program.lanes.leads.run(lambda: never.wait(60))
QTimer.singleShot(0, close)
QTimer.singleShot(60_000, application.quit)
application.exec()
began = time.monotonic()
program.end()
print(json.dumps({"asked": asked.is_set(), "seconds": time.monotonic() - began}), flush=True)
_end(7)
"""


def test_the_end_waits_for_no_server_and_for_every_act(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "library")],
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=50,  # below what the threads would wait
    )

    assert done.returncode == 7, done.stderr
    seen = json.loads(done.stdout)
    assert seen["asked"]
    assert seen["seconds"] < 1.0
    shell = [sys.executable, "-m", "reader", "--library", str(tmp_path / "library"), "--json", "sources"]
    sources = subprocess.run(shell, cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=30).stdout
    assert "Last act" in sources
