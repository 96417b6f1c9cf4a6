"""The subfolders of a folder in the sidebar, and the list of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.model import Query, Source, Subfolder
from reader.ui.foldertree import FolderTree
from reader.ui.sourcenodes import Node
from reader.ui.sourcepanel import SourcePanel
from reader.ui.sourcetree import SourceTree
from tests.ui.desk import Desk, desk, write_posts

SOURCES = [
    Source(1, "one", "folder", "/posts", "Posts", unread=5, total=9),
    Source(2, "two", "feed", "https://example.org/", "Feed", folder="News"),
]
PARTS = {
    (1, ""): [Subfolder("2024", 3, parts=True), Subfolder("2025", 2)],
    (1, "2024"): [Subfolder("2024/05", 3)],
}


def titles(tree: SourceTree) -> list[tuple[str, int, int]]:
    return [(node.title, node.level, node.count) for node in tree.nodes() if node.kind not in ("view", "heading")]


def test_the_model_keeps_qts_rules(qapp: QApplication) -> None:
    tree = SourceTree()
    QAbstractItemModelTester(tree, QAbstractItemModelTester.FailureReportingMode.Fatal)
    wanted: list[tuple[int, str]] = []
    tree.wanted.connect(lambda source, path: wanted.append((source, path)))
    tree.set_sources(SOURCES)
    tree.set_subfolders({(1, ""): PARTS[1, ""]})
    assert titles(tree) == [("Posts", 0, 5), ("2024", 1, 3), ("2025", 1, 2), ("News", 0, 0), ("Feed", 1, 0)]
    opened = tree.find("subfolder", "1/2024")
    assert opened is not None
    assert tree.hasChildren(tree.index_of(opened))
    tree.fetchMore(tree.index_of(opened))
    assert wanted[-1] == (1, "2024")
    tree.set_subfolders(PARTS)
    assert titles(tree)[:3] == [("Posts", 0, 5), ("2024", 1, 3), ("05", 2, 3)]
    tree.set_subfolders({**PARTS, (1, "2024"): [Subfolder("2024/05", 1)]})
    assert titles(tree)[2] == ("05", 2, 1)
    tree.set_filter("posts")
    assert titles(tree) == [("Posts", 0, 5)]
    tree.set_filter("")
    tree.set_sources(SOURCES[1:])
    assert titles(tree) == [("News", 0, 0), ("Feed", 1, 0)]


def test_a_subfolder_is_a_list_and_stays_where_it_is(qapp: QApplication) -> None:
    tree = SourceTree()
    tree.set_sources(SOURCES)
    tree.set_subfolders(PARTS)
    line = tree.find("subfolder", "1/2024/05")
    assert line is not None
    assert line.query() == Query(sources=(1,), path="2024/05")
    assert not tree.flags(tree.index_of(line)) & (Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled)
    feed, posts = tree.find("source", "2"), tree.find("source", "1")
    assert feed is not None
    assert posts is not None
    dragged = tree.mimeData([tree.index_of(feed)])
    assert not tree.canDropMimeData(dragged, Qt.DropAction.MoveAction, 0, 0, tree.index_of(posts))
    assert [source.key for source in posts.sources()] == [1]


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        FolderTree(made.library, made.lanes, made.window)
        posts = tmp_path / "posts"
        write_posts(posts / "2024" / "05", 2)
        write_posts(posts / "2025", 3)
        made.window.acts.open_path(write_posts(posts, 1))
        made.until(lambda: len(made.titles()) == 6 and not made.window.refreshing.running)
        yield made


def line(here: Desk, name: str) -> Node:
    key = here.library.sources()[0].key
    found = here.window.sidebar.tree.find("subfolder", f"{key}/{name}")
    assert found is not None
    return found


def test_from_the_source_to_the_list_of_a_subfolder(here: Desk) -> None:
    sidebar = here.window.sidebar
    source = here.library.sources()[0]
    here.until(lambda: sidebar.tree.find("subfolder", f"{source.key}/2025"))
    sidebar.select(source_key=source.key)
    sidebar.view.setFocus()
    QTest.keyClick(sidebar.view, Qt.Key.Key_Right)
    assert sidebar.is_open(source.key)
    outer = sidebar.tree.index_of(line(here, "2024"))
    place = sidebar.view.visualRect(outer)
    QTest.mouseClick(sidebar.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(38, place.center().y()))
    here.until(lambda: sidebar.tree.find("subfolder", f"{source.key}/2024/05"))
    assert sidebar.view.isExpanded(sidebar.tree.index_of(line(here, "2024")))
    sidebar.view.setCurrentIndex(sidebar.tree.index_of(line(here, "2024/05")))
    here.until(lambda: here.titles() == ["Post 1", "Post 2"])
    assert here.window.listing.name() == "05"
    QTest.keyClick(sidebar.view, Qt.Key.Key_Left)
    assert sidebar.current() == Query(sources=(source.key,), path="2024")
    QTest.keyClick(sidebar.view, Qt.Key.Key_Left)
    assert not sidebar.view.isExpanded(sidebar.tree.index_of(line(here, "2024")))
    here.until(lambda: here.window.listing.query.path == "2024" and len(here.titles()) == 2)
    here.window.grab()


def test_numbers_follow_what_is_read(here: Desk) -> None:
    sidebar = here.window.sidebar
    source = here.library.sources()[0]
    here.until(lambda: sidebar.tree.find("subfolder", f"{source.key}/2025"))
    sidebar.view.expand(sidebar.tree.index_of(sidebar.tree.find("source", str(source.key))))  # type: ignore[arg-type]
    assert line(here, "2025").count == 3
    sidebar.view.setCurrentIndex(sidebar.tree.index_of(line(here, "2025")))
    here.until(lambda: len(here.titles()) == 3)
    here.window.marking.mark_all()
    here.until(lambda: line(here, "2025").count == 0)
    assert line(here, "2024").count == 2
    assert here.library.store.source(source.key).unread == 3  # the others were not marked


def test_drafts_are_chosen_in_the_properties(here: Desk, tmp_path: Path) -> None:
    draft = tmp_path / "posts" / "2025" / "draft.md"
    draft.write_text("---\ntitle: Draft\ndraft: true\n---\nNot done.", encoding="utf-8")
    here.window.refreshing.refresh()
    here.until(lambda: "Draft" in here.titles())
    here.window.acts.properties(here.library.sources()[0])
    panel = here.window.findChild(SourcePanel)
    assert panel is not None
    assert panel.drafts.isVisible()
    panel.drafts.setChecked(False)
    panel.go.click()
    here.until(lambda: "Draft" not in here.titles() and len(here.titles()) == 6)
    assert not here.library.sources()[0].drafts
