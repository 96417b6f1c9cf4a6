"""The list: pages on demand, stale answers dropped, what is seen and what is read out."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.model import Picture, Row
from reader.ui.articles import MAX_PAGES, PAGE_ROWS, ArticleModel, ArticleView
from reader.ui.rowpaint import DENSITIES, DensityName
from reader.ui.theme import DARK, LIGHT, Themes

NOW = datetime(2026, 8, 22, 16, 0).astimezone()
GB = QLocale("en_GB")


def row(key: int, **changes: object) -> Row:
    """A row with a title in one of several scripts."""
    titles = (
        "Salt and paper",
        "山里的来信",
        "余白の手ざわり",
        "느린 편지",
        "رسالة من الجبل",
        "An emoji 😀 and a line\nbreak",
    )
    made = Row(
        key=key,
        id=f"id{key}",
        source_key=1,
        source_title="Harbour Almanac",
        source_kind="feed",
        title=f"{titles[key % len(titles)]} {key}",
        date=NOW - timedelta(minutes=key),
        summary="A first sentence that goes on and on, past the end of the line, and then some more of it. " * 2,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


class Loader:
    """Answers when told to, and remembers what it was asked for."""

    def __init__(self, at_once: bool = True) -> None:
        self.at_once = at_once
        self.asked: list[list[int]] = []
        self.waiting: list[Callable[[], None]] = []
        self.changed: dict[int, Row] = {}

    def __call__(self, keys: Sequence[int], done: Callable[[list[Row]], None]) -> None:
        self.asked.append(list(keys))
        rows = [self.changed.get(key, row(key)) for key in keys if key >= 0]
        if self.at_once:
            done(rows)
        else:
            self.waiting.append(lambda: done(rows))

    def answer(self) -> None:
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            each()


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[Themes]:
    made = Themes(qapp, "light")
    yield made
    made.choose("light")


def shown(qtbot: QtBot, loader: Loader, keys: Sequence[int], height: int = 600) -> tuple[ArticleModel, ArticleView]:
    model = ArticleModel(loader, now=lambda: NOW, locale=GB)
    view = ArticleView(model)
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(364, height)
    view.show()
    model.set_keys(keys)
    view.grab()
    qtbot.wait(1)
    return model, view


def pixels(view: ArticleView) -> QImage:
    return view.grab().toImage()


def test_the_model_keeps_qts_rules(qtbot: QtBot) -> None:
    loader = Loader()
    model = ArticleModel(loader, now=lambda: NOW)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_keys(range(1, 351), first_rows=[row(1), row(2)])
    model.index(300, 0).data(ArticleModel.RowRole)
    qtbot.wait(1)
    model.update_rows([row(301, read=True), row(99999)])
    model.set_source_list(True)
    model.set_keys([])
    model.set_keys(array("q", [7]))
    assert model.rowCount() == 1


def test_only_pages_in_view_are_asked_for(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader()
    model, view = shown(qtbot, loader, range(1, 1001))
    assert loader.asked == [list(range(1, 101))]
    assert model.row_at(0) == row(1)
    assert model.row_at(500) is None  # asking does not load
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    view.grab()
    qtbot.wait(1)
    assert loader.asked[1:] == [list(range(901, 1001))]


def test_first_rows_need_no_second_step(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader()
    model, view = shown(qtbot, loader, [])
    model.set_keys(range(1, 31), first_rows=[row(key) for key in range(1, 31)])
    view.grab()
    qtbot.wait(1)
    assert loader.asked == []
    assert model.row_at(29) == row(30)


def test_a_dragged_scroll_bar_loads_only_where_it_rests(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader(at_once=False)
    _, view = shown(qtbot, loader, range(1, 10_001))
    bar = view.verticalScrollBar()
    for step in range(1, 41):
        bar.setValue(bar.maximum() * step // 40)
        view.grab()
        qtbot.wait(1)
    assert len(loader.asked) <= 3
    loader.answer()
    qtbot.wait(1)
    loader.answer()
    assert loader.asked[3] == list(range(9901, 10001))  # the newest first
    assert len(loader.asked) <= 6


def test_stale_answers_are_dropped(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader(at_once=False)
    model, view = shown(qtbot, loader, range(1, 101))
    model.set_keys(range(1, 101))
    loader.answer()  # for the list before
    assert model.row_at(0) is None
    view.grab()
    qtbot.wait(1)
    loader.answer()
    assert model.row_at(0) == row(1)


def test_an_article_that_is_gone_is_not_asked_for_again(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader()
    model, view = shown(qtbot, loader, [1, -2, 3])
    view.grab()
    qtbot.wait(1)
    assert len(loader.asked) == 1
    assert model.row_at(1) is None
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Loading"


def test_a_change_is_not_undone_by_an_older_answer(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader(at_once=False)
    model, _ = shown(qtbot, loader, range(1, 101))
    model.update_rows([row(5, read=True)])  # while its page is on the way
    loader.answer()
    assert model.row_at(4) == row(5, read=True)


def test_few_pages_are_kept(qtbot: QtBot) -> None:
    model = ArticleModel(Loader(), now=lambda: NOW)
    model.set_keys(range(1, 100 * PAGE_ROWS + 1))
    for page in range(100):
        model.index(page * PAGE_ROWS, 0).data(ArticleModel.RowRole)
        qtbot.wait(1)
    held = [place for place in range(model.rowCount()) if model.row_at(place) is not None]
    assert len(held) == MAX_PAGES * PAGE_ROWS
    assert held[-1] == model.rowCount() - 1
    assert model.index_of_key(1) == 0  # also of a page that was let go
    assert model.index_of_key(0) == -1


def test_an_article_is_found_again_wherever_a_renewed_list_has_it(qapp: QApplication) -> None:
    """Also far from where it was, where it was not before, and where it is no more."""
    model = ArticleModel(Loader())
    keys = array("q", range(10_000))
    model.set_keys(keys)
    assert [model.index_of_key(key) for key in (5000, 9999, -7)] == [5000, 9999, -1]
    model.set_keys(array("q", [-7, *keys]), renewed=True)
    assert [model.index_of_key(key) for key in (5000, 9999, -7)] == [5001, 10_000, 0]
    model.set_keys(array("q", reversed(keys)), renewed=True)
    assert [model.index_of_key(key) for key in (5000, 9999, -7)] == [4999, 0, -1]
    model.set_keys(keys[:5000])
    assert [model.index_of_key(key) for key in (5000, 4999)] == [-1, 4999]
    for key in range(1000):
        assert model.index_of_key(4999 - key) == 4999 - key


def test_a_million_rows_open_at_once(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader()
    model, view = shown(qtbot, loader, [])
    keys = array("q", range(1, 1_000_001))
    started = time.process_time()
    model.set_keys(keys)
    view.grab()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    view.grab()
    spent_s = time.process_time() - started
    qtbot.wait(1)
    assert model.row_at(999_999) == row(1_000_000)
    assert len(loader.asked) <= 2
    assert spent_s < 0.5  # 0.06 s measured


def test_what_a_screen_reader_says(qtbot: QtBot) -> None:
    model = ArticleModel(Loader(), now=lambda: NOW, locale=GB)
    rows = [
        row(1, title="Tide tables", bookmarked=True, date=NOW.replace(hour=9, minute=5).astimezone(UTC)),
        row(2, title="砚边小记", read=True, authors=("林见湖", "A. B."), date=None),
    ]
    model.set_keys([1, 2], first_rows=rows)
    spoken = [model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole) for place in (0, 1)]
    assert spoken == ["unread, bookmarked, Tide tables, Harbour Almanac, 09:05", "砚边小记, Harbour Almanac"]
    model.set_source_list(True)
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "砚边小记, 林见湖, A. B."


def test_what_comes_next_is_in_sight_while_hopping(qtbot: QtBot, themes: Themes) -> None:
    model, view = shown(qtbot, Loader(), range(1, 301))
    area = view.viewport().rect()
    for by, steps in ((+1, 40), (-1, 30)):
        for _ in range(steps):
            assert view.step(by)
            here = view.currentIndex().row()
            assert area.contains(view.visualRect(model.index(here, 0)))
            if 0 <= here + by < 300:
                assert area.contains(view.visualRect(model.index(here + by, 0)))
    view.resize(view.width(), view.rowHeight(0) * 2)
    qtbot.wait(10)
    assert view.step(+1)
    assert view.visualRect(view.currentIndex()).intersects(view.viewport().rect())


def test_steps_open_and_select_key_does_not(qtbot: QtBot, themes: Themes) -> None:
    model, view = shown(qtbot, Loader(), range(1, 301))
    opened: list[int] = []
    view.opened.connect(opened.append)
    assert view.current_key() is None
    assert view.step(+1)
    qtbot.wait(20)
    assert opened == [1]
    assert not view.step(-1)
    assert view.select_key(250)
    qtbot.wait(ArticleView.SETTLE_MS + 40)
    assert (opened, view.current_key()) == ([1], 250)
    assert view.visualRect(view.currentIndex()).intersects(view.viewport().rect())
    assert not view.select_key(4711)
    assert model.key_at(299) == 300
    with pytest.raises(IndexError):
        model.key_at(300)


def test_hopping_opens_where_it_ends(qtbot: QtBot, themes: Themes) -> None:
    _, view = shown(qtbot, Loader(), range(1, 301))
    opened: list[int] = []
    view.opened.connect(opened.append)
    for _ in range(8):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.wait(ArticleView.SETTLE_MS + 60)
    assert opened[-1] == view.current_key()
    assert len(opened) <= 2


def test_letters_stay_commands(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader()
    _, view = shown(qtbot, loader, range(1, 1001))
    qtbot.keyClicks(view, "salt")
    assert view.current_key() is None
    assert len(loader.asked) == 1


def test_clicks(qtbot: QtBot, themes: Themes) -> None:
    model, view = shown(qtbot, Loader(), range(1, 11))
    model.update_rows([row(2, bookmarked=True)])
    opened: list[int] = []
    toggled: list[int] = []
    view.opened.connect(opened.append)
    view.bookmark_toggled.connect(toggled.append)
    first, second = (view.visualRect(model.index(place, 0)) for place in (0, 1))
    date_px = 35
    ribbon = QPoint(second.right() - 16 - date_px - 8 - 7, second.top() + 20)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=ribbon)
    assert (toggled, view.current_key()) == ([2], None)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=first.center())
    assert view.current_key() is None
    with qtbot.waitSignal(view.middle_clicked) as middle:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.MiddleButton, pos=second.center())
    assert middle.args == [2]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=first.center())
    qtbot.wait(20)
    assert opened == [1]


def test_a_renewed_list_keeps_its_place(qtbot: QtBot, themes: Themes) -> None:
    model, view = shown(qtbot, Loader(), range(1000, 0, -1))
    opened: list[int] = []
    view.opened.connect(opened.append)
    view.select_key(500)
    before = view.visualRect(view.currentIndex()).top()
    model.set_keys(range(1040, 0, -1), renewed=True)
    assert view.current_key() == 500
    assert view.visualRect(view.currentIndex()).top() == before
    model.set_keys(range(1040, 0, -1))
    assert view.current_key() is None
    assert view.verticalScrollBar().value() == 0
    qtbot.wait(ArticleView.SETTLE_MS + 40)
    assert opened == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_colours_stand_where_the_look_wants_them(qtbot: QtBot, themes: Themes, theme: object) -> None:
    assert theme in (LIGHT, DARK)
    chosen = LIGHT if theme is LIGHT else DARK
    themes.choose(chosen.name)
    model, view = shown(qtbot, Loader(), range(1, 11))
    model.update_rows([row(2, read=True, progress=0.5)])
    view.select_key(3)
    image = pixels(view)
    top = 4  # the first row begins 4 px down
    assert image.pixelColor(17, top + 20) == chosen.accent  # unread, in the middle of the meta line
    assert image.pixelColor(17, top + 104 + 20) == chosen.list  # read
    fill = chosen.sel if view.hasFocus() else chosen.sel0
    assert image.pixelColor(180, top + 2 * 104 + 3) == fill
    assert image.pixelColor(5, top + 2 * 104 + 52) == chosen.list  # inset 6
    assert image.pixelColor(8, top + 2 * 104 + 52) == fill
    assert image.pixelColor(200, top + 104) == chosen.line2  # the hairline between the first two
    assert image.pixelColor(20, top + 104) == chosen.list  # it begins at 28
    assert image.pixelColor(200, top + 3 * 104) == chosen.list  # none beside the selection


@pytest.mark.parametrize(("name", "height"), [("comfortable", 104), ("cosy", 80), ("compact", 30)])
def test_heights_are_fixed(qtbot: QtBot, themes: Themes, name: DensityName, height: int) -> None:
    _, view = shown(qtbot, Loader(), range(1, 200))
    view.density = name
    view.grab()
    assert view.density == name
    assert DENSITIES[name].height == height
    assert view.rowHeight(0) == view.rowHeight(150) == height
    assert view.viewport().width() == 364  # no scroll bar takes room


class Pictures(QObject):
    """Has a picture only after a while."""

    ready = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.made: QPixmap | None = None

    def pixmap(self, row: Row, size: int, ratio: float) -> QPixmap | None:
        return self.made


def test_thumbnails_come_later(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader()
    loader.changed = {1: row(1, lead=Picture("https://example.com/1.png"))}
    _, view = shown(qtbot, loader, [1, 2])
    x, y = 364 - 16 - 30, 4 + 34 + 30
    assert pixels(view).pixelColor(x, y) != LIGHT.chip  # no provider, no place for one
    pictures = Pictures()
    view.set_thumbnails(pictures)
    assert pixels(view).pixelColor(x, y) == LIGHT.chip
    pictures.made = QPixmap(300, 120)
    pictures.made.fill(QColor("#123456"))
    pictures.ready.emit(1)
    image = pixels(view)
    assert image.pixelColor(x, y) == QColor("#123456")
    assert image.pixelColor(364 - 16 - 60, 4 + 34).lightness() > 200  # its corners are round
    assert image.pixelColor(x, y + 104) != QColor("#123456")  # the second row has none
    view.set_thumbnails(None)


def test_hits_are_marked(qtbot: QtBot, themes: Themes) -> None:
    loader = Loader()
    loader.changed = {1: row(1, title="😀 山中的监管与日常", snippet="前面的监管后面")}
    _, view = shown(qtbot, loader, [1, 2])

    def marked() -> set[int]:
        image = pixels(view)
        return {y for y in range(4, 108) for x in range(28, 348) if image.pixelColor(x, y) == LIGHT.hit}

    assert not marked()
    view.set_terms(["监管", "("])
    rows = marked()
    assert any(37 <= y < 57 for y in rows)  # in the title
    assert any(58 <= y < 77 for y in rows)  # in the snippet
    view.set_terms([])
    assert not marked()


@pytest.mark.parametrize("title", ["", "\u202e\ud83d broken", "长" * 5000, "a" * 5000, "\x00\x07\t", "e\u0301" * 300])
def test_hostile_titles_are_painted(qtbot: QtBot, themes: Themes, title: str) -> None:
    loader = Loader()
    loader.changed = {
        1: row(1, title=title, summary=title, source_title=title, authors=(title,), progress=float("nan"))
    }
    model, view = shown(qtbot, loader, [1, 2])
    model.set_source_list(True)
    for name in DENSITIES:
        view.density = name
        view.grab()
    view.resize(40, 100)
    view.grab()


def test_a_warm_row_is_cheap(qtbot: QtBot, themes: Themes, capsys: pytest.CaptureFixture[str]) -> None:
    model, view = shown(qtbot, Loader(), range(1, 101), height=840)
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    for _ in range(3):
        view.viewport().render(image)
    rows = view.rowAt(view.viewport().height() - 1) + 1
    best_ms = 1e9
    for _ in range(10):
        started = time.process_time()
        view.viewport().render(image)
        best_ms = min(best_ms, (time.process_time() - started) * 1000 / rows)
    with capsys.disabled():
        print(f" {best_ms:.3f} ms a row", end="")
    assert best_ms < 0.3
    assert model.rowCount() == 100
