"""The palette: what it finds, how it is worked with the keyboard alone, what it says, and that nothing waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.ui import finding, language
from reader.ui.finding import Hit, Item, Prepared
from reader.ui.palette import Palette
from tests.ui.desk import Desk, compose, desk


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "算法与茶")
        made.add_posts(tmp_path / "Paper Engineering", 4)
        made.window.list.view.setFocus()
        yield made


def _open(here: Desk) -> Palette:
    here.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = here.window.finder
    assert palette.isVisible()
    assert palette.field.hasFocus()
    here.rest(120)  # names are made ready
    return palette


def _hits(palette: Palette) -> list[Hit]:
    return [hit for row in palette.model.hits() if (hit := palette.model.hit(row)) is not None]


def _titles(palette: Palette) -> list[str]:
    return [hit.item.title for hit in _hits(palette)]


def _chosen(palette: Palette) -> str:
    hit = palette.model.hit(palette.view.currentIndex().row())
    return hit.item.title if hit is not None else ""


def test_a_command_is_found_by_some_letters_and_done(here: Desk) -> None:
    palette = _open(here)
    QAbstractItemModelTester(palette.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    here.key("mlr")
    assert _chosen(palette) == "Mark the list as read"
    hit = palette.model.hit(palette.view.currentIndex().row())
    assert hit is not None
    assert "".join(hit.item.title[place] for place in hit.places) == "Mlr"
    assert hit.item.keys == "Shift+A"
    here.key(Qt.Key.Key_Return)
    assert palette.isHidden()
    here.until(lambda: here.window.toast.isVisible())
    assert here.window.list.view.hasFocus()


def test_what_was_done_lately_comes_first(here: Desk) -> None:
    _open(here)
    here.key("oldest")
    here.key(Qt.Key.Key_Return)
    here.until(lambda: here.window.commands["oldest-first"].isChecked())
    assert here.window.settings.recent_commands == ("oldest-first",)
    palette = _open(here)
    assert palette.field.text() == ""
    assert _titles(palette)[0] == "Oldest first"
    assert _chosen(palette) == "Oldest first"
    assert palette.model.data(palette.model.index(0, 0)) == "Recent"
    assert len(_titles(palette)) == len(set(_titles(palette)))


def test_what_changes_one_article_stands_before_what_changes_many(here: Desk) -> None:
    palette = _open(here)
    here.key("mark")
    titles = _titles(palette)
    assert titles[0] == "Mark as read or unread"
    assert "Mark the list as read" in titles


@pytest.mark.parametrize("typed", ["算法", "sfyc", "suanfa", "@sfyc", "@ 算法"])
def test_a_source_is_found_by_its_name_and_by_pinyin(here: Desk, typed: str) -> None:
    palette = _open(here)
    palette.field.setText(typed)
    here.until(lambda: "算法与茶" in _titles(palette))
    assert _chosen(palette) == "算法与茶"
    here.key(Qt.Key.Key_Return)
    here.until(lambda: (source := here.window.listing.source()) is not None and source.title == "算法与茶")


def test_an_article_is_found_by_its_title_and_opened(here: Desk) -> None:
    here.show_view("bookmarks")  # it stands in another list
    palette = _open(here)
    here.key("post 4")
    here.until(lambda: any(hit.item.kind == "article" for hit in _hits(palette)))
    found = [hit.item for hit in _hits(palette) if hit.item.kind == "article"]
    assert {item.title for item in found} == {"Post 4"}
    place = next(n for n in palette.model.hits() if palette.model.hit(n) and palette.model.hit(n).item in found)  # type: ignore[union-attr]
    palette._choose(place)
    here.key(Qt.Key.Key_Return)
    here.until(lambda: (row := here.window.reading.row()) is not None and row.title == "Post 4")


def test_an_answer_that_comes_late_is_dropped(here: Desk) -> None:
    palette = _open(here)
    here.key("post 4")
    palette._wait.stop()
    palette._ask_articles()
    ticket = palette._ticket
    assert ticket is not None
    here.key("x")
    assert not ticket.live
    here.rest(250)
    assert not any(hit.item.kind == "article" for hit in _hits(palette))
    assert palette.model.data(palette.model.index(0, 0)) == "Nothing found"
    here.key(Qt.Key.Key_Return)  # there is nothing to do
    assert palette.isVisible()


def test_prefixes_narrow_the_search(here: Desk) -> None:
    palette = _open(here)
    for prefix, kinds in finding.PREFIXES.items():
        palette.field.setText(f"{prefix}e")
        here.rest(150)
        assert {hit.item.kind for hit in _hits(palette)} <= set(kinds)
        palette.field.setText(prefix)
        assert {hit.item.kind for hit in _hits(palette)} <= set(kinds)
    palette.field.setText("@")
    assert {"算法与茶", "Paper Engineering"} <= set(_titles(palette))


def test_settings_are_found_and_set(here: Desk) -> None:
    palette = _open(here)
    here.key(">compact")
    here.until(lambda: any("Compact" in title for title in _titles(palette)))
    assert here.window.settings.density != "compact"
    here.key(Qt.Key.Key_Return)
    here.until(lambda: here.window.settings.density == "compact")


def test_a_choice_is_found_by_its_english_name_in_another_language(here: Desk, qapp: QApplication) -> None:
    before = QLocale()
    language.install(qapp, "zh_CN")
    try:
        palette = _open(here)
        here.key("sepia")
        here.until(lambda: any(hit.item.kind == "setting" for hit in _hits(palette)))
        assert _hits(palette)[0].item.id == "theme=sepia"
        assert "Sepia" not in _titles(palette)[0]
    finally:
        language.install(qapp, "en")
        QLocale.setDefault(before)


def test_it_is_worked_by_keys_alone(here: Desk) -> None:
    palette = _open(here)
    first = _chosen(palette)
    here.key(Qt.Key.Key_Down)
    second = _chosen(palette)
    assert second != first
    here.key(Qt.Key.Key_Up)
    assert _chosen(palette) == first
    here.key(Qt.Key.Key_Up)
    assert _chosen(palette) == _titles(palette)[-1]  # round
    here.key(Qt.Key.Key_PageUp)
    here.key(Qt.Key.Key_PageDown)
    assert palette.model.hit(palette.view.currentIndex().row()) is not None
    here.key(Qt.Key.Key_Tab)
    assert palette.field.hasFocus()
    here.key(Qt.Key.Key_Escape)
    assert palette.isHidden()
    assert here.window.list.view.hasFocus()
    palette = _open(here)
    here.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert palette.isHidden()
    palette = _open(here)
    QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert palette.isHidden()


def test_no_key_reaches_the_window_below(here: Desk) -> None:
    palette = _open(here)
    fired: list[str] = []
    for name, action in here.window.commands.actions.items():
        action.triggered.connect(lambda _checked=False, name=name: fired.append(name))
    here.key("jkr/? ")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_F5, Qt.Key.Key_Delete):
        here.key(key)
    for letter in (Qt.Key.Key_Z, Qt.Key.Key_N, Qt.Key.Key_P, Qt.Key.Key_Q):
        here.key(letter, Qt.KeyboardModifier.ControlModifier)
    assert palette.isVisible()
    assert fired == []


def test_what_is_being_composed_does_nothing(here: Desk) -> None:
    palette = _open(here)
    before = _titles(palette)
    QApplication.sendEvent(palette.field, QInputMethodEvent("suan fa", []))
    assert _titles(palette) == before
    assert palette.isVisible()
    compose("算法")
    here.until(lambda: "算法与茶" in _titles(palette))


def test_control_enter_does_the_second_thing(here: Desk) -> None:
    palette = _open(here)
    palette.field.setText("@sfyc")
    here.until(lambda: _chosen(palette) == "算法与茶")
    refreshed: list[str] = []
    here.window.refreshing.refresh = lambda sources=None: refreshed.extend(each.title for each in sources or ())  # type: ignore[method-assign]
    palette._prepare()
    here.rest(60)
    here.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    here.until(lambda: refreshed == ["算法与茶"])


def test_rows_have_names_for_a_screen_reader(here: Desk) -> None:
    palette = _open(here)
    here.key("mlr")
    spoken = palette.model.data(palette.view.currentIndex(), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Mark the list as read, ")
    assert spoken.endswith("Shift+A")
    for part in (palette, palette.field, palette.view):
        interface = QAccessible.queryAccessibleInterface(part)
        assert interface.text(QAccessible.Text.Name)


def test_it_fits_into_a_small_window(here: Desk) -> None:
    here.window.resize(430, 380)
    palette = _open(here)
    here.rest(30)
    for _ in range(2):
        assert palette.rect().contains(palette.panel.geometry())
        assert palette.view.height() > 36
        here.key("e")
    here.window.resize(1200, 800)
    here.rest(30)
    assert palette.panel.width() == 600
    assert palette.panel.x() == (palette.width() - 600) // 2


def test_thousands_of_sources_are_looked_through_within_a_frame_or_two(qapp: QApplication) -> None:
    def nothing() -> None:
        pass

    syllables = "算法茶研究室设计周刊报道余白书房活字印刷"
    names = [f"{syllables[n % 17]}{syllables[n % 13]}{syllables[n % 11]} {n}" for n in range(2000)]
    names += [f"The Daily {n} of the Harbour" for n in range(2000)]
    prepared = Prepared.of([Item("source", str(n), name, nothing) for n, name in enumerate(names)])
    slowest = 0.0
    for pattern in ("t", "th", "the", "sf", "sfc", "harbour", "dailyh", "zzz", "19"):
        began = time.perf_counter()
        prepared.best(pattern, 6)
        slowest = max(slowest, time.perf_counter() - began)
    assert slowest < 0.15  # 12 ms here; a loaded machine is no failure
