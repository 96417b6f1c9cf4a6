"""A whole window over a real library, as the tests of the window use it; without the page engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reader.library import Library
from reader.paths import in_folder
from reader.settings import Settings
from reader.ui.lanes import Lanes
from reader.ui.theme import Themes
from reader.ui.window import Window

PATIENCE_MS = 60_000


def write_posts(folder: Path, count: int = 6) -> Path:
    """A folder of posts; the first one is the newest."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(1, count + 1):
        text = f"---\ntitle: Post {n}\ndate: 2026-03-{30 - n:02}\n---\n\nThe words of post {n}, 海港的灯塔 {n}.\n"
        (folder / f"post-{n}.md").write_text(text, encoding="utf-8")
    return folder


def rss(title: str, items: int = 3, first: int = 1, body: str = "") -> str:
    """A feed; its n-th item is called "title n"."""
    made = "".join(
        f"<item><title>{title} {n}</title><link>http://example.test/{title}/{n}</link><guid>{title}-{n}</guid>"
        f"<pubDate>Tue, {n:02} Jun 2026 10:00:00 GMT</pubDate>"
        f"<description><![CDATA[<p>Text {n}.</p>{body}]]></description></item>"
        for n in range(first, first + items)
    )
    return f"<rss version='2.0'><channel><title>{title}</title><link>http://example.test/</link>{made}</channel></rss>"


def compose(text: str) -> None:
    """Type what no key has, as an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(QApplication.focusWidget(), event)


@dataclass
class Desk:
    """The window and what it stands on."""

    qtbot: QtBot
    window: Window
    library: Library
    lanes: Lanes
    unexpected: list[BaseException] = field(default_factory=list)

    def until(self, what: Callable[[], Any], timeout_ms: int = PATIENCE_MS) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=timeout_ms)

    def rest(self, ms: int = 100) -> None:
        """Give things that must not happen the time to happen."""
        self.qtbot.wait(ms)

    def titles(self) -> list[str]:
        """The rows of the list that are held, in order."""
        model = self.window.model
        rows = [model.row_at(n) for n in range(model.rowCount())]
        return [row.title if row is not None else "?" for row in rows]

    def title(self) -> str:
        """The selected row's title."""
        row = self.window.model.row_at(self.window.list.view.currentIndex().row())
        return row.title if row is not None else ""

    def key(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is, as a keyboard does: shortcuts first."""
        target: QWidget = QApplication.focusWidget() or self.window
        if isinstance(key, str):
            QTest.keyClicks(target, key, modifiers)
        else:
            QTest.keyClick(target, key, modifiers)

    def add_posts(self, folder: Path, count: int = 6) -> None:
        """Watch a folder of posts and wait until the list shows them."""
        self.window.acts.open_path(write_posts(folder, count))
        self.until(lambda: len(self.titles()) == count and "?" not in self.titles())
        self.until(lambda: not self.window.refreshing.running and self.window.listing.source())
        self.window._look()
        self.rest(40)
        self.until(lambda: not self.window.listing.renews)  # the last renewal of the list
        self.rest(40)

    def show_view(self, name: Any) -> None:
        self.window.sidebar.select(name)
        self.until(lambda: self.window.listing.query.view == name and not self.window.listing.query.sources)
        self.rest(60)


@contextmanager
def desk(
    qtbot: QtBot,
    qapp: QApplication,
    folder: Path,
    settings: Settings | None = None,
    *,
    readonly: bool = False,
    **more: Any,
) -> Iterator[Desk]:
    """The window over the library in ``folder``, on screen with its first list."""
    library = Library(in_folder(folder), readonly=readonly, **more)
    lanes = Lanes()
    themes = Themes(qapp, "light")
    window = Window(library, lanes, themes, settings or Settings(theme="light", view="all"), by_itself=False)
    made = Desk(qtbot, window, library, lanes)
    lanes.unexpected.connect(made.unexpected.append)
    with qtbot.waitSignal(window.listed, timeout=PATIENCE_MS):
        window.show()
        window.activateWindow()
    qtbot.waitExposed(window)
    try:
        yield made
    finally:
        window.close()
        lanes.close()
        library.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        themes.choose("light")
    assert not made.unexpected, made.unexpected
