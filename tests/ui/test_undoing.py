"""Removing an article, the history with a way back for each line, and the window's idle time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader import firstlook
from reader import settings as settings_file
from reader.model import Gesture, Query
from reader.settings import Settings
from reader.ui import tidying, undoing
from reader.ui.buttons import LinkButton
from reader.ui.undoing import UndoHistory
from tests.ui.desk import Desk, desk


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts")
        made.show_view("all")
        made.until(lambda: len(made.titles()) == 6)
        yield made


def history(here: Desk) -> UndoHistory:
    here.window.commands["history"].trigger()
    found = here.window.findChildren(UndoHistory)[-1]
    here.until(lambda: found.lines.count() or found.note.text() == "Nothing to undo.")
    return found


def lines(found: UndoHistory) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [found.lines.item(n).data(role).rpartition(", ")[0] or "" for n in range(found.lines.count())]


def test_an_article_is_removed_by_key_and_comes_back(here: Desk) -> None:
    here.window.list.view.step(1)
    here.until(lambda: here.window.reading.row())
    here.window.list.view.setFocus()
    here.key(Qt.Key.Key_Delete)
    here.until(lambda: here.titles() == ["Post 2", "Post 3", "Post 4", "Post 5", "Post 6"])
    here.until(lambda: here.title() == "Post 2")
    here.window.marking.undo()
    here.until(lambda: len(here.titles()) == 6)


def test_a_bookmarked_article_stays(here: Desk) -> None:
    window = here.window
    window.library.bookmark(window.model.key_at(0), True)
    window.library_changed()
    here.until(lambda: window.model.row_at(0).bookmarked)  # type: ignore[union-attr]
    window.marking.remove(window.model.row_at(0))
    here.rest()
    assert len(here.titles()) == 6
    assert window.library.history() == []


def test_each_line_of_the_history_can_be_taken_back(here: Desk) -> None:
    library, window = here.window.library, here.window
    library.mark_all_read(Query("unread"))
    library.remove_articles([window.model.key_at(0)])
    library.remove_articles([window.model.key_at(1), window.model.key_at(2)])
    found = history(here)
    first, second, third = lines(found)
    assert first.startswith("2 articles removed")
    assert second == "Removed: “Post 1”"
    assert third.startswith("6 articles marked as read")
    found.lines.setFocus()
    QTest.keyClick(found.lines, Qt.Key.Key_Down)
    QTest.keyClick(found.lines, Qt.Key.Key_Return)  # the second line
    here.until(lambda: found.lines.count() == 2)
    here.until(lambda: library.store.count(Query()) == 4)
    button = found.lines.itemWidget(found.lines.item(0)).findChild(LinkButton)
    assert isinstance(button, LinkButton)
    button.click()
    here.until(lambda: library.store.count(Query()) == 6)
    QTest.keyClick(found.lines, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    here.until(lambda: found.note.text() == "Nothing to undo.")
    assert library.store.count(Query("unread")) == 6
    here.until(lambda: len(here.titles()) == 6)
    found.close()


@pytest.mark.parametrize(
    ("gesture", "phrase", "where"),
    [
        (("read-all", 123, "", "today"), "123 articles marked as read", "Today"),
        (("read", 1, "One", ""), "1 article marked as read", "One"),
        (("unread", 2, "One", ""), "2 articles marked as unread", "One"),
        (("unbookmark", 1, "One", ""), "Bookmark removed: “One”", ""),
        (("remove-source", 0, "Feed", ""), "“Feed” removed with 0 articles", ""),
        (("remove", 1, "One", ""), "Removed: “One”", ""),
        (("retention", 9, "", ""), "9 old articles removed by themselves", ""),
    ],
)
def test_what_was_done_is_said_with_its_count(
    qapp: QApplication, gesture: tuple[str, int, str, str], phrase: str, where: str
) -> None:
    made = Gesture(1, datetime.now(UTC), *gesture)
    assert (undoing.said(made), undoing.about(made)) == (phrase, where)


def test_the_window_tidies_when_nothing_else_goes_on(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "_FIRST_MS", 1)
    library = here.window.library
    settings_file.save(library.paths.settings, Settings(keep_in_all=1))
    source = library.store.sources()[0]
    library.store.configure_source(source.key, keep_count=2)
    here.window.tidying.start()
    here.until(lambda: len(here.titles()) == 2)
    assert [each.kind for each in library.history()] == ["retention"]


def test_a_very_long_list_comes_in_two_steps(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firstlook, "_AT_ONCE", 4)
    monkeypatch.setattr(firstlook, "_FIRST_KEYS", 2)
    shown: list[tuple[bool, int]] = []
    here.window.listing.listed.connect(lambda another: shown.append((another, here.window.model.rowCount())))
    here.show_view("unread")
    here.until(lambda: len(shown) == 2)
    assert shown == [(True, 2), (True, 6)]  # only the whole list says that it lacks the open article
    assert here.titles() == [f"Post {n}" for n in range(1, 7)]
