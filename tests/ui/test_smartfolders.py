"""Smart folders in the window: saved from a search, named, edited, moved, removed and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from reader.model import Query, SmartFolder, Source
from reader.ui.hits import places
from reader.ui.smartfolders import scoped
from reader.ui.sourcenodes import Node, moved_to
from reader.ui.sourcetree import SourceTree
from tests.ui.desk import Desk, desk

ONE, TWO, THREE = (SmartFolder(n, f"id{n}", name, name.lower()) for n, name in enumerate(("One", "Two", "Three"), 1))


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts")
        made.window.resize(1200, 700)  # so wide that the sidebar is there
        made.show_view("all")
        made.until(lambda: len(made.titles()) == 6)
        yield made


def search(here: Desk, text: str) -> None:
    here.window.commands["search"].trigger()
    here.window.list.search.field.setText(text)
    here.window.list.search.changed.emit(text)
    here.until(lambda: here.window.listing.searching == text and not here.window.listing._asking)


def saved(here: Desk, name: str, query: str) -> Node:
    """A smart folder that stands in the sidebar."""
    here.library.store.save_search(name, query, here.library.now())
    here.window.smart.counts.renew_now()
    here.until(lambda: line(here, name) is not None)
    return node(here, name)


def line(here: Desk, name: str) -> Node | None:
    return next((each for each in here.window.sidebar.tree.nodes() if each.smart and each.smart.name == name), None)


def node(here: Desk, name: str) -> Node:
    found = line(here, name)
    assert found is not None
    return found


def smart(here: Desk) -> list[str]:
    return [each.title for each in here.window.sidebar.tree.nodes() if each.kind == "smart"]


def editor(here: Desk) -> QLineEdit | None:
    fields = here.window.sidebar.view.viewport().findChildren(QLineEdit)
    return next((each for each in fields if each.isVisible()), None)


# From a search to a folder


def test_a_search_is_kept_and_named_where_it_stands(here: Desk) -> None:
    window = here.window
    assert not window.commands["save-search"].isEnabled()
    search(here, "post 3")
    window.commands["save-search"].trigger()
    here.until(lambda: editor(here) is not None)
    field = editor(here)
    assert field is not None
    assert field.text() == "post 3"
    field.setText("Third")
    here.key(Qt.Key.Key_Return)
    here.until(lambda: smart(here) == ["Third"] and node(here, "Third").count == 1)
    assert [each.query for each in here.library.store.smart_folders()] == ["post 3"]
    window.sidebar.select_smart(node(here, "Third").smart.key)  # type: ignore[union-attr]
    here.until(lambda: here.titles() == ["Post 3"])
    assert window.listing.name() == "Third"
    assert not window.list.search.isVisible()
    assert not window.commands["save-search"].isEnabled()


def test_the_list_is_like_any_other(here: Desk) -> None:
    window = here.window
    saved(here, "Early", "灯塔 -6")
    window.sidebar.select_smart(node(here, "Early").smart.key)  # type: ignore[union-attr]
    here.until(lambda: len(here.titles()) == 5)
    window.commands["oldest-first"].trigger()
    here.until(lambda: here.titles()[0] == "Post 5")
    window.commands["mark-all"].trigger()
    here.until(
        lambda: node(here, "Early").count == 0 and window.library.store.counts(window.library.today()).unread == 1
    )
    window.commands["undo"].trigger()
    here.until(lambda: node(here, "Early").count == 5)
    window.commands["unread-only"].trigger()
    here.until(lambda: len(here.titles()) == 5)
    window.commands["oldest-first"].trigger()
    window.commands["unread-only"].trigger()
    # And it is searched alone when that is chosen.
    window.commands["search"].trigger()
    window.list.search._choose(True, told=True)
    search(here, "post 6")
    here.until(lambda: window.list.empty.isVisible())
    assert window.list.search._count.text() == "No results"
    window.list.empty._action.click()
    here.until(lambda: here.titles() == ["Post 6"])
    assert window.list.search.chosen() is None
    assert window.list.search._count.text() == "1 result"


# Keys, dialog, undo


def test_keys_rename_move_and_remove_it(here: Desk) -> None:
    window = here.window
    for name in ("One", "Two"):
        saved(here, name, f"post {name}")
    view = window.sidebar.view
    view.setFocus()
    view.setCurrentIndex(window.sidebar.tree.index_of(node(here, "Two")))
    here.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    here.until(lambda: smart(here) == ["Two", "One"])
    here.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # it is the first already
    here.key(Qt.Key.Key_F2)
    field = editor(here)
    assert field is not None
    field.setText("Deux")
    here.key(Qt.Key.Key_Return)
    here.until(lambda: smart(here) == ["Deux", "One"])
    here.key(Qt.Key.Key_Delete)
    here.until(lambda: smart(here) == ["One"])
    assert window.toast.text() == "Removed: “Deux”"
    here.until(lambda: window.listing.query == Query("all"))
    window.commands["undo"].trigger()
    here.until(lambda: smart(here) == ["Deux", "One"])


def test_the_dialog_says_what_is_found_and_what_is_not_understood(here: Desk) -> None:
    window = here.window
    window.sidebar.select_smart(saved(here, "One", "post 1").smart.key)  # type: ignore[union-attr]
    here.until(lambda: here.titles() == ["Post 1"])
    window.commands["properties"].trigger()
    from reader.ui.smartdialog import SmartDialog

    dialog = window.findChild(SmartDialog)
    assert dialog is not None
    here.until(lambda: dialog.found.text() == "1 article, 1 unread")
    dialog.query.setText("is:nonsense")
    here.until(lambda: "is:nonsense" in dialog.found.text())
    assert not dialog.go.isEnabled()
    dialog.query.setText("")
    here.until(lambda: "Write a word" in dialog.found.text())
    dialog.query.setText("灯塔 -1")
    here.until(lambda: dialog.found.text() == "5 articles, 5 unread")
    dialog.name.setText("Others")
    dialog.go.click()
    here.until(lambda: smart(here) == ["Others"] and len(here.titles()) == 5)
    assert window.listing.name() == "Others"


def test_its_menu(here: Desk) -> None:
    menu = here.window.smart.menu(saved(here, "One", "post 1"))
    texts = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
    assert texts == ["Mark as read", "Rename", "Edit the search…", "Copy the search", "Remove"]
    menu.actions()[0].trigger()
    here.until(lambda: node(here, "One").count == 0)


# Parts


def test_the_model_keeps_qts_rules_and_knows_where_they_can_be_dropped(qapp: QApplication) -> None:
    tree = SourceTree()
    QAbstractItemModelTester(tree, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tree.set_sources([Source(1, "s", "feed", "https://e.org/", "Feed", folder="News", unread=5)])
    tree.set_smart([ONE, TWO, THREE])
    tree.set_smart_counts({1: 4, 3: 2})
    tree.set_overlaps({"News": 2})
    counts = {each.title: each.count for each in tree.nodes() if each.kind in ("smart", "folder")}
    assert counts == {"One": 4, "Two": 0, "Three": 2, "News": 3}
    moved: list[list[int]] = []
    tree.smart_moved.connect(moved.append)
    data = tree.mimeData([tree.index_of(tree.find("smart", "1"))])  # type: ignore[arg-type]
    root, move = QModelIndex(), Qt.DropAction.MoveAction
    assert not tree.canDropMimeData(data, move, 2, 0, root)  # among the views
    assert not tree.canDropMimeData(data, move, 6, 0, root)  # where it stands
    assert not tree.canDropMimeData(data, move, -1, 0, tree.index_of(tree.find("folder", "News")))  # type: ignore[arg-type]
    assert tree.dropMimeData(data, move, 8, 0, root)
    assert moved == [[2, 3, 1]]
    source = tree.mimeData([tree.index_of(tree.find("source", "1"))])  # type: ignore[arg-type]
    assert not tree.canDropMimeData(source, move, 6, 0, root)
    tree.set_filter("thr")
    assert [each.title for each in tree.nodes() if each.kind == "smart"] == ["Three"]
    assert not tree.canDropMimeData(data, move, 5, 0, root)
    tree.set_filter("")
    tree.set_smart([])


def test_moved_to() -> None:
    assert moved_to([1, 2, 3], 1, 2) == [2, 1, 3]
    assert moved_to([1, 2, 3], 3, 0) == [3, 1, 2]
    assert moved_to([1, 2, 3], 2, 1) is None
    assert moved_to([1, 2, 3], 2, 2) is None


def test_words_that_search_in_one_list_alone() -> None:
    sources = {
        1: Source(1, "s1", "feed", "https://a.example/", "Paper"),
        2: Source(2, "s2", "feed", "https://b.example/", "Paper Mill"),
        3: Source(3, "s3", "feed", "https://c.example/", "Say “no”"),
    }
    assert scoped("ink", Query(sources=(2,)), sources) == 'source:"Paper Mill" ink'
    assert scoped("ink", Query(sources=(1, 3)), sources) == "source:s1 OR source:s3 ink"
    assert scoped("ink", Query("unread"), sources) == "is:unread ink"
    assert scoped("ink", Query(matching="a OR b"), sources) == "a OR b ink"
    assert scoped("ink", Query("today"), sources) is None
    assert scoped("ink", Query(sources=(1,), path="2024"), sources) is None


def test_where_the_words_stand_in_a_text() -> None:
    def marked(text: str, asked: str) -> list[str]:
        units = text.encode("utf-16-le")
        ends = places(text, asked)
        return [units[2 * a : 2 * b].decode("utf-16-le") for a, b in zip(ends[::2], ends[1::2], strict=True)]

    assert marked("𝕏 The Café, 海港的燈塔 and lighthouses", "cafe 灯塔 lighthouse") == ["Café", "燈塔", "lighthouses"]
    assert marked("Harbour harbours harb", "harbour*") == ["Harbour", "harbour"]
    assert marked("one two, one  two", '"one two" -two') == ["one two", "one  two"]
    assert marked("anything", "is:nonsense") == []
    assert marked("anything", "is:unread") == []
