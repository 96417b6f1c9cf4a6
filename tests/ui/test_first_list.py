"""A list that was read before the window was made is on screen with the window's first painting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.firstlook import see
from reader.library import Library
from reader.model import Query
from reader.paths import in_folder
from reader.settings import Settings
from reader.ui.lanes import Lanes
from reader.ui.theme import Themes
from reader.ui.window import Window

Open = Callable[..., Window]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    articles = tmp_path / "Leaves"
    articles.mkdir()
    for number in range(5):
        (articles / f"{number}.md").write_text(f"---\ntitle: Leaf {number}\n---\nWords.\n", encoding="utf-8")
    library = Library(in_folder(tmp_path / "library"))
    list(library.refresh([library.add_folder(articles)]))
    return library


@pytest.fixture
def begin(qtbot: QtBot, qapp: QApplication, library: Library) -> Iterator[Open]:
    """Makes the window with what was seen under some settings; closes all in the end."""
    lanes = Lanes()
    windows: list[Window] = []

    def make(seen_with: Settings, settings: Settings) -> Window:
        seen = see(library, seen_with)
        window = Window(library, lanes, Themes(qapp, "light"), settings, by_itself=False, seen=seen)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()
    lanes.close()
    library.close()


class _Paints(QObject):
    """Counts the rows that were there at each painting of a list."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.rows: list[int] = []
        window.list.view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.rows.append(self._window.model.rowCount())
        return False


def test_the_list_is_there_with_the_window_and_the_engine_waits_until_then(
    begin: Open, qtbot: QtBot, library: Library
) -> None:
    window = begin(Settings(view="all"), Settings(view="all"))
    assert window.model.rowCount() == 5
    assert window.sidebar.current() == Query(view="all")
    assert list(window.sources.values()) == library.sources()
    paints, painted = _Paints(window), []
    window.listed.connect(lambda: painted.append(len(paints.rows)))
    window.show()
    qtbot.waitUntil(lambda: bool(painted), timeout=5000)
    assert paints.rows[0] == 5, "nothing was painted before the list was there"
    assert painted[0] > 0, "told when it was painted"


def test_what_was_seen_is_not_shown_where_something_else_is_asked_for(
    begin: Open, qtbot: QtBot, library: Library
) -> None:
    library.mark_read(list(library.store.ids(Query(view="all")))[:2], True)
    window = begin(Settings(view="all"), Settings(view="unread"))
    window.show()
    qtbot.waitUntil(lambda: window.model.rowCount() == 3, timeout=5000)


def test_a_window_that_stays_hidden_tells_at_once(begin: Open, qtbot: QtBot) -> None:
    window = begin(Settings(view="all"), Settings(view="all"))
    with qtbot.waitSignal(window.listed, timeout=250):
        pass
