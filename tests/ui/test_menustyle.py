"""Menus in the program's own look, where the desktop brings none."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from reader.settings import Settings
from reader.ui import menustyle
from reader.ui.aa import LookPopover
from reader.ui.buttons import Field
from reader.ui.settingparts import FamilyBox
from reader.ui.tagging import NoteField
from reader.ui.theme import Themes, theme_of

LONG = "Mark the list as read, and everything below it"


@pytest.fixture
def parent(qtbot: QtBot, qapp: QApplication) -> QWidget:
    if qapp.style().name() != "fusion":
        pytest.skip("the desktop draws its menus itself")
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def shown(menu: QMenu) -> QImage:
    """As it stands on the screen, in whole pixels."""
    menu.popup(QPoint(10, 10))
    return menu.grab().toImage()


def has(image: QImage, color: QColor, x: range, y: range) -> bool:
    return any(image.pixelColor(i, j) == color for i in x for j in y)


def test_keys_have_room_beside_the_words(parent: QWidget) -> None:
    menu = menustyle.menu(parent)
    for text in (f"{LONG}\tCtrl+Shift+A", "Quit\tQ"):
        menu.addAction(text)
    menu.addSeparator()
    menu.addAction("Short")
    image = shown(menu)
    first, quit_, line, short = (menu.actionGeometry(action) for action in menu.actions())
    assert first.height() == quit_.height() == short.height() > line.height() > 0
    assert image.width() > menu.fontMetrics().horizontalAdvance(LONG + "Ctrl+Shift+A")
    assert has(image, theme_of().line, range(20, image.width() - 20), range(line.top(), line.bottom() + 1))


@pytest.mark.parametrize("theme", ["light", "dark", "hc-dark"])
def test_what_is_chosen_and_what_is_checked_is_seen(parent: QWidget, qapp: QApplication, theme: str) -> None:
    themes = Themes(qapp, theme)  # type: ignore[arg-type]
    menu = menustyle.menu(parent)
    plain, checked = menu.addAction("Plain"), menu.addAction("Checked")
    checked.setCheckable(True)
    before = shown(menu)
    checked.setChecked(True)
    menu.setActiveAction(plain)
    after = menu.grab().toImage()
    place = menu.actionGeometry(plain)
    assert after.pixelColor(place.center().x() * 2 - 20, place.center().y()) == themes.current.sel
    mark = menu.actionGeometry(checked)
    column = range(mark.left() + 8, mark.left() + 28)
    inside = range(mark.top() + 4, mark.bottom() - 4)
    assert any(before.pixelColor(x, y) != after.pixelColor(x, y) for x in column for y in inside)
    assert after.pixelColor(0, 0).alpha() < 255  # the corner is round
    themes.choose("light")


def test_an_ampersand_that_was_doubled_is_one(parent: QWidget) -> None:
    menu = menustyle.submenu(menustyle.menu(parent), "Move to")
    assert isinstance(menu.style(), menustyle.MenuStyle)
    menu.addAction("Type && paper")
    menu.addAction("Type & paper")  # a mnemonic: "Type _paper"
    both = shown(menu)
    first, second = (menu.actionGeometry(action) for action in menu.actions())
    assert both.copy(first) != both.copy(second)


def test_a_list_of_choices_does_not_close_the_popover_that_it_belongs_to(qtbot: QtBot) -> None:
    pane = QWidget()
    pane.resize(600, 700)
    qtbot.addWidget(pane)
    look = LookPopover(Settings, lambda **_changes: None, pane)
    pane.show()
    look.open_below(pane, None)
    box = look.findChildren(FamilyBox)[0]
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    QApplication.processEvents()
    assert look.isVisible()
    assert view.visualRect(view.model().index(0, 0)).height() == 28
    assert view.window().height() < 400  # Fusion's is as high as the screen
    box.hidePopup()


@pytest.mark.parametrize("kind", [Field, NoteField])
def test_the_menu_of_a_field_has_our_look_and_works(qtbot: QtBot, kind: type[Field | NoteField]) -> None:
    field = kind("Words")
    qtbot.addWidget(field)
    field.show()
    field.insert("some") if isinstance(field, Field) else field.insertPlainText("some")
    place = QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, field.mapToGlobal(place))
    QApplication.sendEvent(field if isinstance(field, Field) else field.viewport(), event)
    gc.collect()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert isinstance(menu.style(), menustyle.MenuStyle)
    choose = next(action for action in menu.actions() if "Select All" in action.text())
    menu.setActiveAction(choose)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert (field.selectedText() if isinstance(field, Field) else field.textCursor().selectedText()) == "some"
    qtbot.waitUntil(lambda: not isValid(menu))
