"""The window's pace: when list and numbers are renewed, what of the sidebar is told, and when garbage is collected."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.model import Counts, Query, Source
from reader.ui import pace as paces
from reader.ui.garbage import Garbage
from reader.ui.pace import Pace, Renewal
from reader.ui.sidebar import Sidebar
from tests.ui.desk import Desk, desk

FOLDERS = ("", "News", "News / Local", "Essays")
SOURCES = [
    Source(key, f"s{key}", "feed", f"https://{key}.example/feed", f"Source {key}", folder=FOLDERS[key % 4], unread=key)
    for key in range(1, 61)
]


class _Watched:
    """What a sidebar's model says while its numbers change."""

    def __init__(self, sidebar: Sidebar) -> None:
        self.resets = 0
        self.told: list[tuple[str, str]] = []
        self._tree = sidebar.tree
        sidebar.tree.modelReset.connect(self._reset)
        sidebar.tree.dataChanged.connect(self._changed)

    def _reset(self) -> None:
        self.resets += 1

    def _changed(self, top: QModelIndex, bottom: QModelIndex) -> None:
        first, last = self._tree.node(top), self._tree.node(bottom)
        assert first is not None
        assert last is not None
        self.told.append((first.title, last.title))


@pytest.fixture
def sidebar(qtbot: QtBot, qapp: QApplication) -> Sidebar:
    made = Sidebar()
    qtbot.addWidget(made)
    made.resize(236, 700)
    made.set_sources(SOURCES)
    made.show()
    return made


def _counts(sidebar: Sidebar) -> dict[str, int]:
    return {node.title: node.count for node in sidebar.tree.nodes() if node.kind in ("folder", "source")}


def test_a_number_that_changed_is_told_with_the_folders_around_it_and_nothing_else(sidebar: Sidebar) -> None:
    sidebar.set_collapsed(["Essays"])
    sidebar.select(source_key=6)
    before, watched = _counts(sidebar), _Watched(sidebar)
    sidebar.set_sources([replace(each, unread=106) if each.key == 6 else each for each in SOURCES])
    assert watched.resets == 0
    assert sorted(watched.told) == [(name, name) for name in ("Local", "News", "Source 6")]
    assert _counts(sidebar) == {
        **before,
        "Source 6": 106,
        "Local": before["Local"] + 100,
        "News": before["News"] + 100,
    }
    assert sidebar.current() == Query(sources=(6,))
    assert sidebar.collapsed() == ["Essays"]
    essays = sidebar.tree.find("folder", "Essays")
    assert essays is not None
    assert not sidebar.view.isExpanded(sidebar.tree.index_of(essays))


def test_many_numbers_are_told_by_a_word_for_each_level(sidebar: Sidebar) -> None:
    watched = _Watched(sidebar)
    sidebar.set_sources([replace(each, unread=7, error="It is gone.") for each in SOURCES])
    assert watched.resets == 0
    assert len(watched.told) == 4  # the top, News, News / Local, Essays
    assert all(count == 7 for title, count in _counts(sidebar).items() if title.startswith("Source"))
    assert all(node.error for node in sidebar.tree.nodes() if node.kind == "source")


def test_another_title_or_order_makes_other_lines(sidebar: Sidebar) -> None:
    sidebar.select(source_key=6)
    watched = _Watched(sidebar)
    sidebar.set_sources([replace(SOURCES[0], title="Renamed"), *SOURCES[1:]])
    sidebar.set_sources(SOURCES[::-1])
    assert watched.resets == 2
    assert sidebar.current() == Query(sources=(6,))


def test_numbers_change_behind_a_filter(sidebar: Sidebar) -> None:
    sidebar.filter.setText("Source 6")
    sidebar.set_sources([replace(each, unread=1) for each in SOURCES])
    assert _counts(sidebar)["Source 6"] == 1
    sidebar.filter.clear()
    counts = _counts(sidebar)
    assert {count for title, count in counts.items() if title.startswith("Source")} == {1}
    assert counts["News"] == 30


def test_the_numbers_of_the_views_change_alone(sidebar: Sidebar) -> None:
    watched = _Watched(sidebar)
    sidebar.set_counts(Counts(unread=3, bookmarks=2))
    assert watched.told == [("Unread", "Unread"), ("Bookmarks", "Bookmarks")]


def test_what_is_asked_for_often_is_done_once(qtbot: QtBot) -> None:
    done: list[int] = []
    renewal = Renewal(lambda: done.append(1), Pace(lambda: False), 20)
    for _ in range(50):
        renewal.ask()
    assert renewal.waits
    assert not done
    qtbot.waitUntil(lambda: bool(done))
    QTest.qWait(60)
    assert done == [1]
    assert not renewal.waits


def test_a_refresh_renews_seldom_and_its_last_change_is_shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paces, "REFRESH_MS", 150)
    done: list[int] = []
    renewal = Renewal(lambda: done.append(1), Pace(lambda: True), 5)
    for _ in range(40):
        renewal.ask()
        QTest.qWait(10)
    assert 2 <= len(done) <= 6
    seen = len(done)
    renewal.ask()
    qtbot.waitUntil(lambda: len(done) > seen)


def test_nothing_is_renewed_in_the_moment_in_which_somebody_acts_but_not_for_ever(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paces, "PATIENCE_MS", 400)
    done: list[int] = []
    pace = Pace(lambda: False)
    renewal = Renewal(lambda: done.append(1), pace, 5)
    renewal.ask()
    for _ in range(12):
        pace.touch()
        QTest.qWait(20)
    assert not done
    assert pace.rested_ms() < paces.TOUCHED_MS
    qtbot.waitUntil(lambda: bool(done), timeout=2000)  # they rest
    done.clear()
    renewal.ask()
    for _ in range(40):
        pace.touch()
        QTest.qWait(20)
    assert done  # they do not, and have waited long enough


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        yield made


def test_reading_changes_numbers_and_leaves_the_sources_the_same_objects(here: Desk, tmp_path: Path) -> None:
    window = here.window
    here.add_posts(tmp_path / "One")
    here.add_posts(tmp_path / "Two")
    first, second = sorted(window.sources)
    before, watched = dict(window.sources), _Watched(window.sidebar)
    window.marking.mark_query(Query(sources=(second,)))
    here.until(lambda: window.sources[second].unread == 0)
    assert window.sources[first] is before[first]
    assert watched.resets == 0
    node = window.sidebar.tree.find("source", str(second))
    assert node is not None
    assert node.count == 0
    assert window.counts.unread == before[first].unread


def test_keys_and_wheel_are_felt(here: Desk, tmp_path: Path) -> None:
    here.add_posts(tmp_path / "One")
    here.rest(paces.TOUCHED_MS + 50)
    assert here.window.pace.held_ms() == 0
    here.key("j")
    assert here.window.pace.held_ms() > 0


class _Ring:
    def __init__(self) -> None:
        self.me = self


def test_garbage_is_collected_at_rest_and_left_to_python_at_the_end(qapp: QApplication) -> None:
    rested = 0
    garbage = Garbage(lambda: rested)
    garbage.start()
    try:
        assert not gc.isenabled()
        rings = [weakref.ref(_Ring()) for _ in range(50)]
        kept: list[list[list[int]]] = []
        for _ in range(200):  # none of them rests: the young ones are collected all the same
            kept.append([[] for _ in range(4000)])
            garbage.look()
            del kept[:-1]
        assert all(ring() is None for ring in rings)
        old = _Ring()
        gc.collect()  # now it is an old one
        seen = weakref.ref(old)
        del old
        garbage.look()
        assert seen() is not None
        rested = 10_000
        for _ in range(150):
            kept.append([[] for _ in range(4000)])
            garbage.look()
            del kept[:-1]
        assert seen() is None
    finally:
        garbage.stop()
        gc.unfreeze()
    assert gc.isenabled()
