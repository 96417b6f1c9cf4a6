"""The icon beside the clock: its number, and that no window is ever put away where it could not be reached again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from reader.settings import Settings
from reader.ui import tray
from reader.ui.theme import theme_of
from reader.ui.tray import Tray, count_icon
from tests.ui.desk import Desk, desk

#: The offscreen platform has no tray; one is claimed below.
pytestmark = pytest.mark.qt_log_ignore("QPlatformNativeInterface::systemTrayWindowChanged", extend=True)


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library", Settings(theme="light", view="all", tray="close")) as made:
        yield made
    QApplication.setQuitOnLastWindowClosed(True)


def inked(unread: int, side: int) -> int:
    """How many pixels of the icon have the accent's colour."""
    picture = count_icon(unread).pixmap(QSize(side, side)).toImage()
    accent = theme_of().accent.rgb()
    places = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
    return sum(QColor(picture.pixelColor(x, y)).rgb() == accent for x, y in places)


@pytest.mark.parametrize("side", [16, 22, 32, 64])
def test_the_icon_carries_a_number_when_something_is_unread(qapp: QApplication, side: int) -> None:
    assert inked(7, side) > inked(0, side)
    pictures = [count_icon(unread).pixmap(QSize(side, side)).toImage() for unread in (3, 8, 42, 100)]
    assert all(a != b for n, a in enumerate(pictures) for b in pictures[n + 1 :])
    assert count_icon(100).pixmap(QSize(side, side)).toImage() == count_icon(5000).pixmap(QSize(side, side)).toImage()


def test_without_a_place_for_the_icon_closing_ends_and_shrinking_stays(here: Desk) -> None:
    made = Tray(here.window)
    made.apply()
    assert not made.is_shown  # there is no tray under the offscreen platform
    assert QApplication.quitOnLastWindowClosed()
    here.window.showMinimized()
    here.rest(50)
    assert here.window.isVisible()
    assert here.window.close()
    assert not here.window.isVisible()
    made.close()


@pytest.fixture
def placed(here: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tray]:
    """As where there is a place for icons; what a panel would show is not looked at."""
    monkeypatch.setattr(tray, "is_available", lambda *, waiting=False: True)
    made = Tray(here.window)
    with_icon = here.qtbot.waitSignal(made.placed)
    with with_icon:
        made.apply()
    yield made
    made.close()


def test_the_window_goes_into_the_tray_and_comes_back(
    here: Desk, placed: Tray, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert placed.is_shown
    assert not QApplication.quitOnLastWindowClosed()
    assert not here.window.close()
    assert not here.window.isVisible()
    here.window.show()
    here.window.showMinimized()
    here.until(lambda: not here.window.isVisible())
    monkeypatch.setattr(tray, "is_available", lambda *, waiting=False: False)  # the panel ended
    placed._look()
    assert here.window.isVisible()
    assert not placed.is_shown


def test_quitting_ends_also_from_the_tray(here: Desk, placed: Tray) -> None:
    here.window.leaving = True
    assert here.window.close()


def test_the_menu_offers_what_is_unread(here: Desk, placed: Tray, tmp_path: Path) -> None:
    here.add_posts(tmp_path / "posts", 7)
    wanted: list[int] = []
    placed.article_wanted.connect(wanted.append)
    menu: QMenu = placed._menu
    here.until(lambda: any(action.text() == "Post 1" for action in menu.actions()))
    texts = [action.text() for action in menu.actions() if action.text()]
    assert [text for text in texts if text.startswith("Post")] == [f"Post {n}" for n in range(1, 6)]
    next(action for action in menu.actions() if action.text() == "Post 2").trigger()
    row = here.window.model.row_at(1)
    assert row is not None
    assert wanted == [row.key]


def test_without_the_choice_there_is_no_icon(here: Desk, placed: Tray) -> None:
    here.window.set_setting(tray="off")
    placed.apply()
    assert not placed.is_shown
    assert QApplication.quitOnLastWindowClosed()
