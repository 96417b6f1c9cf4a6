"""Several articles at once: selecting, marking, keeping, tagging, removing, and the way back from each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.ui import articledrag, articledrop, menus, sorting
from reader.ui.sourcenodes import Kind
from tests.ui.desk import Desk, desk

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts")
        made.window.list.view.setFocus()
        yield made


def click(here: Desk, place: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = here.window.list.view
    box = view._row_rect(here.window.model.index(place, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifiers, box.center() - QPoint(60, 0))
    here.rest(30)


def chosen(here: Desk) -> list[str]:
    keys = here.window.list.view.selected_keys()
    return [row.title for row in here.library.store.rows(keys)]


def read(here: Desk) -> list[bool]:
    return [row.read for row in here.library.store.rows(list(here.window.model.keys))]


def three(here: Desk) -> list[int]:
    """Select the first three posts; the first of them is open before."""
    here.window.list.view.step(1)
    here.until(lambda: here.window.reading.row() is not None)
    here.key("J", SHIFT)
    here.key("J", SHIFT)
    here.until(lambda: here.window.selecting.pane.accessibleName().startswith("3"))
    return here.window.list.view.selected_keys()


def test_keys_and_clicks_extend_and_shrink_the_selection(here: Desk) -> None:
    three(here)
    assert chosen(here) == ["Post 1", "Post 2", "Post 3"]
    here.key("K", SHIFT)
    assert chosen(here) == ["Post 1", "Post 2"]
    here.key(Qt.Key.Key_Down, SHIFT)
    assert chosen(here) == ["Post 1", "Post 2", "Post 3"]
    click(here, 3)
    assert chosen(here) == ["Post 4"]
    here.until(lambda: here.window.reading.row() and here.title() == "Post 4")
    click(here, 1, SHIFT)
    assert chosen(here) == ["Post 2", "Post 3", "Post 4"]
    click(here, 2, CTRL)
    assert chosen(here) == ["Post 2", "Post 4"]
    here.key("a", CTRL)
    assert len(chosen(here)) == 6
    here.key("j")
    assert len(chosen(here)) == 1


def test_the_pane_says_how_many_and_none_of_them_is_open(here: Desk) -> None:
    three(here)
    window = here.window
    assert window.selecting.pane.accessibleName() == "3 articles selected"
    assert window.reading.key == -1
    assert not window.article.read_button.isVisible()
    click(here, 4)
    here.until(lambda: window.reading.row() is not None)
    assert not window.selecting.pane.isVisible()


def test_marking_is_one_gesture_and_the_selection_stays(here: Desk) -> None:
    keys = three(here)
    here.library.mark_read(keys[:1], True)
    here.until(lambda: here.window.model.row_at(0).read)  # type: ignore[union-attr]
    here.key("m")  # not all are read: now they are
    here.until(lambda: read(here) == [True] * 3 + [False] * 3)
    here.until(lambda: here.window.toast.text() == "2 articles marked as read")
    here.rest(500)  # the list is renewed
    assert here.window.list.view.selected_keys() == keys
    assert here.window.selecting.pane.isVisible()
    here.key("m")
    here.until(lambda: read(here) == [False] * 6)
    here.window.marking.undo()
    here.until(lambda: read(here) == [True] * 3 + [False] * 3)
    here.window.marking.undo()
    here.until(lambda: read(here) == [True, *[False] * 5])


def test_keeping_and_removing_several_can_be_undone(here: Desk) -> None:
    keys = three(here)
    here.key("s")
    here.until(lambda: len(here.library.store.bookmarks()) == 3)
    assert all(here.window.model.row_at(n).bookmarked for n in range(3))  # type: ignore[union-attr]
    here.window.marking.undo()
    here.until(lambda: not here.library.store.bookmarks())
    here.until(lambda: not here.window.listing.renews)
    here.rest(50)
    assert here.window.list.view.selected_keys() == keys
    here.window.list.view.setFocus()
    here.key(Qt.Key.Key_Delete)
    here.until(lambda: here.window.model.rowCount() == 3)
    here.until(lambda: here.window.toast.text() == "3 articles removed")
    here.window.marking.undo()
    here.until(lambda: here.window.model.rowCount() == 6)


def test_what_takes_long_to_be_stored_is_said_until_it_is(here: Desk) -> None:
    go_on = Event()
    three(here)
    here.lanes.store.run(lambda: go_on.wait(20))  # as a larger act before it does
    here.key("s")
    here.key("m")
    here.until(lambda: here.window.status.text() == "Storing what you did to 3 articles…")
    here.window.status.rest("What is usual")
    assert here.window.status.text().startswith("Storing")
    go_on.set()
    here.until(lambda: not here.window.status.text().startswith("Storing"))
    assert len(here.library.store.bookmarks()) == 3
    assert read(here)[:3] == [True] * 3


def test_all_above_and_all_below(here: Desk) -> None:
    window = here.window
    window.selecting.mark_beside(window.model.key_at(2), above=True)
    here.until(lambda: read(here) == [True, True, False, False, False, False])
    window.selecting.mark_beside(window.model.key_at(3), above=False)
    here.until(lambda: read(here) == [True, True, False, False, True, True])
    window.selecting.mark_beside(window.model.key_at(0), above=True)
    here.until(lambda: window.status.text() == "Nothing to mark there.")


def test_tags_are_added_completed_and_taken_away(here: Desk) -> None:
    window, store = here.window, here.library.store
    here.library.bookmark(window.model.key_at(5), True, tags=["lighthouse", "harbour"])
    window.list.view.step(1)
    here.until(lambda: window.reading.row() is not None)
    key = window.reading.key
    here.key("t")
    here.until(window.selecting.tags.isVisible)
    field = window.selecting.tags.field
    here.until(field.hasFocus)
    here.key("ligh")
    assert field.text() == "lighthouse"  # completed
    here.key(Qt.Key.Key_Return)
    here.key("new words,")
    here.until(lambda: store.article_by_key(key).user_tags == ("lighthouse", "new words"))
    assert store.rows([key])[0].bookmarked
    here.key(Qt.Key.Key_Backspace)
    here.until(lambda: store.article_by_key(key).user_tags == ("lighthouse",))
    window.selecting.tags.note.setPlainText("Look again in spring.")
    here.key(Qt.Key.Key_Escape)
    here.until(lambda: store.article_by_key(key).note == "Look again in spring.")
    assert not window.selecting.tags.isVisible()
    here.key("t")
    here.until(window.selecting.tags.isVisible)
    assert window.selecting.tags.tags() == ["lighthouse"]
    assert window.selecting.tags.note.toPlainText() == "Look again in spring."


def test_several_are_tagged_in_one_gesture(here: Desk) -> None:
    keys = three(here)
    here.key("t")
    here.until(window_tags := here.window.selecting.tags.isVisible)
    assert not here.window.selecting.tags.note.isVisible()
    here.key("shared")
    here.key(Qt.Key.Key_Return)
    here.until(lambda: all(here.library.store.article_by_key(key).user_tags == ("shared",) for key in keys))
    here.key(Qt.Key.Key_Escape)
    assert not window_tags()
    here.window.marking.undo()
    here.until(lambda: not here.library.store.bookmarks())


def test_what_is_dragged_is_known_here_and_elsewhere(here: Desk) -> None:
    here.window.list.view.selectAll()
    rows = [here.window.model.row_of_key(key) for key in here.window.list.view._to_drag()]
    data = articledrag.mime_of([row for row in rows if row is not None])
    assert here.library.keys(articledrag.ids_of(data)) == list(here.window.model.keys)
    assert "Post 1" in data.text()
    data.setData(articledrag.ARTICLES, b"no json")
    assert articledrag.ids_of(data) == []


def drop(here: Desk, rows: list[int], kind: Kind, name: str) -> bool:
    """Drag articles from their places in the list onto a line of the sidebar; whether that line takes them."""
    view, tree = here.window.sidebar.view, here.window.sidebar.tree
    node = next(each for each in tree.nodes() if each.kind == kind and name in (each.title, each.name))
    place = view.visualRect(tree.index_of(node)).center()
    found = [here.window.model.row_at(each) for each in rows]
    data = articledrag.mime_of([row for row in found if row is not None])
    assert not here.window.arrivals.can_take(data)
    acts = Qt.DropAction.CopyAction | Qt.DropAction.LinkAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    view.dragEnterEvent(QDragEnterEvent(place, acts, data, left, none))
    over = QDragMoveEvent(place, acts, data, left, none)
    view.dragMoveEvent(over)
    view.grab()
    view.dropEvent(QDropEvent(place.toPointF(), acts, data, left, none))
    return over.isAccepted()


def test_articles_dropped_on_the_sidebar_are_kept_tagged_or_unread_again(here: Desk) -> None:
    window, store = here.window, here.library.store
    for query in ("tag:craft", "tag:craft after:2020"):
        store.save_search("", query, here.library.now())
    window.smart.counts.renew_now()
    here.until(lambda: len(window.sidebar.tree.smart()) == 2)
    keys = list(window.model.keys)
    assert drop(here, [0, 1], "view", "bookmarks")
    here.until(lambda: window.toast.text() == "2 articles bookmarked")
    assert [row.bookmarked for row in store.rows(keys)] == [True, True, *[False] * 4]
    assert drop(here, [2, 3], "smart", "tag:craft")
    here.until(lambda: window.toast.text() == "2 articles tagged")
    assert [store.article_by_key(key).user_tags for key in keys[1:5]] == [(), ("craft",), ("craft",), ()]
    window.list.view.step(1)
    here.until(lambda: window.reading.row() is not None)
    with here.qtbot.waitSignal(window.reading.tagged) as shown:  # the head of the open article has it at once
        drop(here, [window.model.index_of_key(window.reading.key)], "smart", "tag:craft")
    assert shown.args == [("craft",)]
    here.until(lambda: store.article_by_key(window.reading.key).user_tags == ("craft",))
    here.library.mark_read(keys[4:5], True)
    assert drop(here, [4], "view", "unread")
    here.until(lambda: window.toast.text() == "1 article marked as unread")
    for kind, name in (("view", "all"), ("source", "posts"), ("smart", "tag:craft after:2020")):
        assert not drop(here, [5], kind, name)  # type: ignore[arg-type]
    here.rest()
    assert len(store.bookmarks()) == 4


@pytest.mark.parametrize(
    ("query", "tag"),
    [
        ("tag:Craft", "Craft"),
        ("tag:“old paper”", "old paper"),
        ("-tag:craft", ""),
        ("tag:a OR tag:b", ""),
        ("tag:a paper", ""),
        ("paper", ""),
        ("after:never", ""),
        ("", ""),
    ],
)
def test_the_tag_of_a_search_for_nothing_else(query: str, tag: str) -> None:
    assert articledrop.tag_of(query) == tag


def test_menus_and_the_pane_name_the_keys_that_are_chosen(here: Desk) -> None:
    window = here.window
    window.set_setting(keys={"read": ("Ctrl+Alt+R",), "tags": (), "mark-below": ("Y",)})
    three(here)
    pane = window.selecting.pane
    assert [pane.button(name)._keys for name in ("read", "bookmark", "tags")] == ["Ctrl+Alt+R", "S", ""]
    row = window.model.row_at(4)
    assert row is not None
    named = [action.text() for action in menus.article(window, row).actions()]
    assert {"Mark as read\tCtrl+Alt+R", "Bookmark\tS", "Tags and note…", "Mark all below as read\tY"} <= set(named)


def test_the_order_is_chosen_in_one_menu(here: Desk) -> None:
    window = here.window
    menu = menus.sort(window)
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Newest first", "Oldest first", "By source", "By title"]
    assert menu.actions()[0].isChecked()
    assert window.list.view._bands
    menu.actions()[1].trigger()
    here.until(lambda: here.titles()[0] == "Post 6")
    menus.sort(window).actions()[3].trigger()
    here.until(lambda: here.titles() == [f"Post {n}" for n in range(1, 7)])
    assert sorting.now(window.commands) == "by-title"
    assert window.left().order == "title"
    assert not window.list.view._bands  # groups of days belong to dates
    window.commands["by-title"].trigger()
    here.until(lambda: here.titles()[0] == "Post 6")
    assert window.list.view._bands


def test_the_menu_of_a_selected_row_is_about_all_selected(here: Desk) -> None:
    keys = three(here)
    row, other = here.window.row(keys[0]), here.window.row(here.window.model.key_at(5))
    assert row is not None
    assert other is not None
    assert "Add tags…\tT" in [action.text() for action in menus.article(here.window, row).actions()]
    single = [action.text() for action in menus.article(here.window, other).actions()]
    assert "Mark all above as read" in single
    assert "Show in the file manager" in single
    assert here.library.file_of(other.key).name == "post-6.md"  # type: ignore[union-attr]
