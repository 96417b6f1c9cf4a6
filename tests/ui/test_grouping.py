"""Bands above groups of days: where they stand, what stays in its place, what a million rows cost."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.ui.articles import ArticleModel, ArticleView
from reader.ui.rowpaint import DENSITIES
from tests.ui.desk import Desk, desk
from tests.ui.test_articles import GB, NOW, Loader, row, shown


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 29, 12).astimezone()

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library", now=clock) as made:
        made.add_posts(tmp_path / "posts", 14)  # 29 March 2026, a Sunday, and the days before it
        made.show_view("all")
        yield made


def bands(here: Desk) -> dict[int, str]:
    return dict(here.window.list.view._bands)


def test_groups_by_day_and_another_day_begins(here: Desk, clock: Clock) -> None:
    here.until(lambda: 1 in bands(here))
    before = bands(here)
    assert before[0] == "Today"
    assert before[1] == "Yesterday"
    assert list(before) == sorted(before)
    clock.moment += timedelta(days=1)
    here.window.grouping._look()
    here.until(lambda: bands(here)[0] == "Yesterday")
    clock.moment += timedelta(days=400)
    here.window.grouping._look()
    here.until(lambda: bands(here) == {0: "2026"})


def test_a_search_has_no_groups(here: Desk) -> None:
    here.until(lambda: bands(here))
    here.window.search_for("words")
    here.until(lambda: here.window.listing.searching and not bands(here))
    here.window.listing.end_search()
    here.until(lambda: bands(here))


def test_the_row_in_view_stays_where_it_is_when_bands_come(qtbot: QtBot) -> None:
    model, view = shown(qtbot, Loader(), range(1000))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view.verticalScrollBar().setValue(50 * 104 + 30)
    before = view.visualRect(model.index(52, 0))
    view.set_bands({0: "Today", 10: "Yesterday", 40: "March"})
    assert view.visualRect(model.index(52, 0)) == before
    assert view.rowHeight(10) == 104 + DENSITIES["comfortable"].band
    assert view.rowHeight(11) == 104
    view.set_bands({0: "Today", 20: "Yesterday"})
    assert view.visualRect(model.index(52, 0)) == before
    assert view.rowHeight(10) == 104
    view.density = "compact"
    assert [view.rowHeight(n) for n in (0, 10, 20)] == [60, 30, 60]
    model.set_keys(array("q", range(5, 900)))
    assert view.rowHeight(20) == 30


def test_a_renewed_list_keeps_row_and_place(qtbot: QtBot) -> None:
    model, view = shown(qtbot, Loader(), range(1000))
    view.set_bands({0: "Today", 45: "Yesterday"})
    view.verticalScrollBar().setValue(view.verticalHeader().sectionPosition(50) + 17)
    before = view.visualRect(model.index(50, 0))
    model.set_keys(array("q", [2001, 2002, *range(1000)]), renewed=True)
    view.set_bands({0: "Today", 47: "Yesterday"})
    assert view.visualRect(model.index(52, 0)) == before


def test_a_band_is_no_part_of_its_row(qtbot: QtBot) -> None:
    model, view = shown(qtbot, Loader(), range(20))
    view.set_bands({0: "Today", 2: "Yesterday"})
    opened: list[int] = []
    view.opened.connect(opened.append)
    box = view.visualRect(model.index(2, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(100, 8))
    qtbot.wait(20)
    assert opened == []
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(100, 80))
    qtbot.waitUntil(lambda: opened == [2])


def test_bands_of_a_million_rows_cost_nothing_that_is_seen(qtbot: QtBot) -> None:
    loader = Loader()
    model = ArticleModel(loader, now=lambda: NOW, locale=GB)
    view = ArticleView(model)
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(364, 600)
    view.show()
    model.set_keys(array("q", range(1_000_000)))
    view.grab()
    places = {n * 24_000: f"Group {n}" for n in range(40)}
    begin = time.perf_counter()
    view.set_bands(places)
    view.grab()
    took_ms = (time.perf_counter() - begin) * 1000
    print(f" 40 bands in a million rows {took_ms:.1f} ms", end="")
    assert took_ms < 200


def test_a_picture_that_failed_leaves_its_room_to_the_words(qtbot: QtBot) -> None:
    from PySide6.QtCore import QObject, Signal
    from PySide6.QtGui import QPixmap

    from reader.model import Picture
    from reader.ui.theme import LIGHT

    class None_(QObject):
        ready = Signal(int)

        def pixmap(self, row: object, size: int, ratio: float) -> QPixmap | None:
            return QPixmap() if self.failed else None

        failed = False

    loader = Loader()
    loader.changed = {1: replace(row(1), lead=Picture("http://gone.test/a.png"))}
    _, view = shown(qtbot, loader, [1])
    pictures = None_(view)
    view.set_thumbnails(pictures)
    place = QPoint(364 - 16 - 30, 4 + 12 + 22 + 30)
    assert view.grab().toImage().pixelColor(place) == LIGHT.chip
    pictures.failed = True
    view.viewport().update()
    image = view.grab().toImage()
    corner = place - QPoint(27, -27)
    assert LIGHT.chip not in [image.pixelColor(corner + QPoint(x, 0)) for x in range(40)]
