"""The sidebar: what stands where, what choosing says, and what survives a refresh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.model import Counts, Query, Source, SourceKind
from reader.ui.sidebar import Sidebar
from reader.ui.sourcetree import SourceTree
from reader.ui.theme import LIGHT, Themes


def source(key: int, title: str, folder: str = "", kind: SourceKind = "feed", **changes: object) -> Source:
    made = Source(key=key, id=f"s{key}", kind=kind, address=f"https://{key}.example/feed", title=title, folder=folder)
    return replace(made, **changes)  # type: ignore[arg-type]


SOURCES = [
    source(1, "旧稿存档", "On this computer", "folder", unread=19),
    source(2, "Paper Mill", "Type", unread=9),
    source(3, "字里行间", "Type", unread=14),
    source(4, "Harbour Almanac", "Essays", unread=3, error="The server answered 404 Not Found."),
    source(5, "Loose leaf", unread=2),
]


@pytest.fixture
def sidebar(qtbot: QtBot, qapp: QApplication) -> Iterator[Sidebar]:
    themes = Themes(qapp, "light")
    made = Sidebar()
    qtbot.addWidget(made)
    made.resize(236, 700)
    made.set_sources(SOURCES)
    made.set_counts(Counts(total=900, unread=248, today=12, bookmarks=36, reading=5))
    made.show()
    made.grab()
    yield made
    themes.choose("light")


def test_what_is_chosen_before_the_window_is_shown_hides_nothing_above(qtbot: QtBot, qapp: QApplication) -> None:
    made = Sidebar()
    qtbot.addWidget(made)
    made.set_sources([source(n, f"Source {n}") for n in range(1, 60)])
    made.resize(236, 160)
    made.select("all")
    made.resize(236, 700)
    made.show()
    qtbot.wait(20)
    assert made.view.verticalScrollBar().value() == 0
    made.hide()
    made.select(None, 55)
    made.show()
    qtbot.waitUntil(lambda: made.view.verticalScrollBar().value() > 0)
    assert made.view.visualRect(made.view.currentIndex()).bottom() <= made.view.viewport().height()


def test_the_model_keeps_qts_rules(qapp: QApplication) -> None:
    tree = SourceTree()
    QAbstractItemModelTester(tree, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tree.set_sources(SOURCES)
    tree.set_counts(Counts(unread=3))
    tree.set_filter("paper")
    tree.set_filter("")
    tree.set_sources([replace(each, unread=0) for each in SOURCES])
    tree.set_sources(SOURCES[2:])
    tree.set_sources([])
    assert [node.kind for node in tree.nodes()] == ["view"] * 5


def test_order_counts_and_levels(sidebar: Sidebar) -> None:
    lines = [(node.kind, node.title, node.count, node.level) for node in sidebar.tree.nodes()]
    assert lines == [
        ("view", "Today", 12, 0),
        ("view", "Unread", 248, 0),
        ("view", "Bookmarks", 36, 0),
        ("view", "Continue reading", 5, 0),
        ("view", "All articles", 0, 0),
        ("heading", "Sources", 0, 0),
        ("folder", "On this computer", 19, 0),
        ("source", "旧稿存档", 19, 1),
        ("folder", "Type", 23, 0),
        ("source", "Paper Mill", 9, 1),
        ("source", "字里行间", 14, 1),
        ("folder", "Essays", 3, 0),
        ("source", "Harbour Almanac", 3, 1),
        ("source", "Loose leaf", 2, 0),
    ]


def test_choosing_says_what_to_list(sidebar: Sidebar) -> None:
    chosen: list[Query] = []
    sidebar.chosen.connect(chosen.append)
    assert sidebar.select("unread")
    assert sidebar.select("unread")
    assert sidebar.select(source_key=3)
    folder = sidebar.tree.find("folder", "Type")
    assert folder is not None
    sidebar.view.setCurrentIndex(sidebar.tree.index_of(folder))
    assert not sidebar.select(source_key=99)
    assert not sidebar.select("nowhere")
    assert chosen == [Query(view="unread"), Query(sources=(3,)), Query(sources=(2, 3))]
    assert sidebar.current() == Query(sources=(2, 3))


def test_the_selection_survives_new_sources_silently(sidebar: Sidebar) -> None:
    sidebar.select(source_key=3)
    chosen: list[Query] = []
    sidebar.chosen.connect(chosen.append)
    sidebar.set_sources([source(9, "New", "Type"), *reversed(SOURCES)])
    assert sidebar.current() == Query(sources=(3,))
    sidebar.set_sources([replace(each, unread=0) for each in SOURCES])
    assert sidebar.current() == Query(sources=(3,))
    sidebar.set_sources(SOURCES[:1])
    assert sidebar.current() is None
    assert chosen == []


def test_next_source_skips_what_is_folded_away(sidebar: Sidebar) -> None:
    sidebar.set_collapsed(["Type"])
    sidebar.select("all")
    walked = []
    while sidebar.next_source(+1):
        walked.append(sidebar.current())
    assert walked == [Query(sources=(key,)) for key in (1, 4, 5)]
    assert sidebar.next_source(-1)
    assert sidebar.current() == Query(sources=(4,))


def test_closed_folders_are_remembered(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.set_collapsed(["Type", "Gone"])
    folder = sidebar.tree.find("folder", "Essays")
    assert folder is not None
    place = sidebar.view.visualRect(sidebar.tree.index_of(folder))
    with qtbot.waitSignal(sidebar.folded):
        qtbot.mouseClick(sidebar.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(25, place.center().y()))
    assert sidebar.collapsed() == ["Essays", "Gone", "Type"]
    assert sidebar.current() is None  # the chevron does not choose
    sidebar.set_sources([source(9, "New"), *SOURCES])
    assert not sidebar.view.isExpanded(sidebar.tree.index_of(sidebar.tree.find("folder", "Type")))  # type: ignore[arg-type]
    assert sidebar.collapsed() == ["Essays", "Gone", "Type"]


def test_a_folder_with_another_name_or_place_stays_chosen_and_closed(sidebar: Sidebar) -> None:
    folder = sidebar.tree.find("folder", "Type")
    assert folder is not None
    sidebar.view.setCurrentIndex(sidebar.tree.index_of(folder))
    sidebar.set_collapsed(["Essays", "Type"])
    chosen: list[Query] = []
    sidebar.chosen.connect(chosen.append)
    for new in ("Letters", "Essays / Letters", "Type"):
        sidebar.set_sources([replace(each, folder=new) if each.folder.endswith(("Type", "Letters")) else each
                             for each in sidebar.tree.sources()])  # fmt: skip
        assert sidebar.current() == Query(sources=(2, 3))
        assert sidebar.tree.node(sidebar.view.currentIndex()).name == new  # type: ignore[union-attr]
        assert sidebar.collapsed() == sorted(["Essays", new])
    assert chosen == []


def test_folders_in_a_folder_follow_its_new_name(sidebar: Sidebar) -> None:
    sidebar.set_sources([source(1, "One", "A / B"), source(2, "Two", "A / C"), source(3, "Three", "A / B / D")])
    sidebar.set_collapsed(["A / B", "A / B / D"])
    sidebar.set_sources([source(1, "One", "Z / B"), source(2, "Two", "Z / C"), source(3, "Three", "Z / B / D")])
    assert sidebar.collapsed() == ["Z / B", "Z / B / D"]


def test_filtering_opens_folders_and_closes_them_again(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.set_collapsed(["Type"])
    sidebar.select("unread")
    chosen: list[Query] = []
    sidebar.chosen.connect(chosen.append)
    qtbot.keyClicks(sidebar.filter, "PAPER ")
    shown = [node.title for node in sidebar.tree.nodes() if node.kind in ("folder", "source")]
    assert shown == ["Type", "Paper Mill"]
    assert sidebar.view.isExpanded(sidebar.tree.index_of(sidebar.tree.find("folder", "Type")))  # type: ignore[arg-type]
    assert chosen == []
    qtbot.keyClick(sidebar.filter, Qt.Key.Key_Return)
    assert chosen == [Query(sources=(2,))]
    qtbot.keyClick(sidebar.filter, Qt.Key.Key_Escape)
    assert sidebar.filter.text() == ""
    assert sidebar.current() == Query(sources=(2,))
    assert sidebar.collapsed() == ["Type"]
    qtbot.keyClicks(sidebar.filter, "nothing like it")
    assert not [node for node in sidebar.tree.nodes() if node.kind == "source"]
    assert sidebar.current() is None
    sidebar.filter.clear()
    assert sidebar.current() == Query(sources=(2,))  # what the filter hid is chosen still
    assert chosen == [Query(sources=(2,))]


@pytest.mark.parametrize("typed", ["字里", "zilihang", "zlhj", "字裡", "ZL"])
def test_chinese_names_are_found_by_their_pinyin(sidebar: Sidebar, typed: str) -> None:
    sidebar.tree.set_filter(typed)
    assert [node.title for node in sidebar.tree.nodes() if node.kind == "source"] == ["字里行间"]


def test_what_a_screen_reader_says(sidebar: Sidebar) -> None:
    spoken = [sidebar.tree.index_of(node).data(Qt.ItemDataRole.AccessibleTextRole) for node in sidebar.tree.nodes()]
    assert spoken[2] == "Bookmarks, 36"
    assert spoken[4] == "All articles"
    assert spoken[1] == "Unread, 248"
    assert spoken[7] == "旧稿存档, 19 unread"
    assert spoken[12] == "Harbour Almanac, trouble, The server answered 404 Not Found."


def test_the_heading_cannot_be_chosen(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.select("all")
    qtbot.keyClick(sidebar.view, Qt.Key.Key_Down)
    assert sidebar.current() == Query(sources=(1,))


def test_places_and_colours(sidebar: Sidebar) -> None:
    sidebar.select("unread")
    image = sidebar.grab().toImage()
    fill = LIGHT.sel if sidebar.view.hasFocus() else LIGHT.sel0
    # Header 48, rows of 28: the second one, inset 8.
    assert image.pixelColor(150, 48 + 28) == fill
    assert image.pixelColor(150, 48 + 56) == LIGHT.side
    assert image.pixelColor(7, 48 + 42) == LIGHT.side
    assert image.pixelColor(9, 48 + 42) == fill
    # The triangle of trouble stands where the count would: right edge 16 from the pane's.
    node = sidebar.tree.find("source", "4")
    assert node is not None
    line = sidebar.view.visualRect(sidebar.tree.index_of(node)).translated(0, 48)
    colors = [image.pixelColor(x, y) for x in range(204, 221) for y in range(line.top(), line.bottom())]
    assert any(color.blue() < 12 and abs(color.red() - LIGHT.warn.red()) < 6 for color in colors)
    assert QColor(image.pixelColor(190, 700 - 8 - 14)) == LIGHT.field


def test_buttons_and_menus(sidebar: Sidebar, qtbot: QtBot) -> None:
    for button, signal in (
        (sidebar.menu_button, sidebar.menu_wanted),
        (sidebar.refresh_button, sidebar.refresh_wanted),
        (sidebar.add_button, sidebar.add_wanted),
    ):
        assert button.accessibleName()
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_thousands_of_sources(qtbot: QtBot, qapp: QApplication) -> None:
    made = Sidebar()
    qtbot.addWidget(made)
    made.resize(236, 700)
    many = [source(key, f"Source {key}", f"Folder {key // 50}", unread=key % 7) for key in range(1, 4001)]
    made.set_sources(many)
    made.show()
    made.grab()
    made.set_sources([replace(each, unread=1) for each in many])
    assert made.select(source_key=4000)
    made.grab()
    assert made.view.visualRect(made.view.currentIndex()).intersects(made.view.viewport().rect())
