"""The one table of commands: complete, without clashes, and silent where letters are text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from reader.ui.adding import AddFeed
from reader.ui.buttons import Text
from reader.ui.caps import Caps, caps_of
from reader.ui.commands import Commands, table
from reader.ui.keysheet import KeySheet
from tests.states.fitting import elided
from tests.ui.desk import Desk, desk


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts")
        yield made


#: Commands that the palette and the menus hold, and a preset or the user gives a key.
KEYLESS = {"half-down", "half-up", "mark-above", "mark-below", "by-source", "by-title"}
KEYLESS |= {"copy-details", "show-log", "about"}


def test_nearly_every_command_has_a_key_and_no_two_share_one(qapp: QApplication) -> None:
    keys: dict[str, str] = {}
    for command in table():
        assert command.text
        assert command.group
        assert command.keys or command.id in KEYLESS, command.id
        for key in command.keys:
            sequence = QKeySequence(key).toString()
            assert sequence, key
            assert sequence not in keys, f"{command.id} and {keys.get(sequence)} share {key}"
            keys[sequence] = command.id
    # No key is the beginning of another one: Qt would wait and then do neither.
    for one in keys:
        assert not any(other != one and other.startswith(f"{one}, ") for other in keys), one


def test_a_command_without_a_handler_is_a_bug(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    handlers = {each.id: lambda: None for each in table()}
    Commands(window).connect_all(handlers)
    for wrong in ({**handlers, "more": lambda: None}, {k: v for k, v in handlers.items() if k != "search"}):
        with pytest.raises(KeyError):
            Commands(window).connect_all(wrong)


def _sheet(here: Desk) -> KeySheet:
    here.window.commands["keys"].trigger()
    sheet = here.window.findChild(KeySheet)
    assert isinstance(sheet, KeySheet)
    here.rest(50)
    return sheet


def _sheet_texts(sheet: KeySheet) -> dict[str, Text]:
    return {text.text(): text for text in sheet.findChildren(Text) if text.isVisibleTo(sheet)}


def test_the_key_sheet_shows_them_all_unshortened(here: Desk) -> None:
    here.window.list.view.setFocus()
    with elided() as shortened:
        sheet = _sheet(here)
        sheet.grab()
    assert shortened == set()
    texts = _sheet_texts(sheet)
    for command in table():
        if command.keys:
            shown = texts[command.text]
            assert shown.height() >= shown.heightForWidth(shown.width()), command.text
        else:
            assert command.text not in texts
    assert {"G, U", "Space", "?", "+", "Esc"} <= {cap.accessibleName() for cap in sheet.findChildren(Caps)}
    QTest.keyClick(sheet.field, Qt.Key.Key_Escape)
    here.until(lambda: here.window.findChild(KeySheet) is None)
    assert here.window.list.view.hasFocus()


def test_the_key_sheet_breaks_no_word_in_a_narrow_window(here: Desk) -> None:
    here.window.resize(here.window.minimumSize())
    sheet = _sheet(here)

    def ahead() -> int:
        texts = _sheet_texts(sheet)
        return texts["Bookmark"].mapTo(sheet, QPoint()).x() - texts["Next article"].mapTo(sheet, QPoint()).x()

    here.until(lambda: ahead() == 0)
    here.window.resize(1000, 700)
    here.until(lambda: ahead() > 200)


def test_the_key_sheet_is_searched_by_typing_and_shows_the_keys_of_now(here: Desk) -> None:
    sheet = _sheet(here)
    fired = _fired(here)
    QTest.keyClicks(sheet.field, "bookmark")
    here.rest(20)
    assert "Bookmark" in _sheet_texts(sheet)
    assert "Refresh all sources" not in _sheet_texts(sheet)
    sheet.field.setText("Ctrl+Z")
    here.rest(20)
    assert "Undo" in _sheet_texts(sheet)
    sheet.field.clear()
    here.window.set_setting(key_preset="vim", keys={"refresh": ("Ctrl+Alt+R",)})
    here.rest(20)
    shown = {cap.accessibleName() for cap in sheet.findChildren(Caps) if cap.isVisibleTo(sheet)}
    assert {"G, G", "Ctrl+Alt+R", "D, D"} <= shown
    assert fired == []


def test_signs_between_strokes_and_in_keys_are_told_apart(qapp: QApplication) -> None:
    assert caps_of("Ctrl++") == [["Ctrl", "+"]]
    assert caps_of("+") == [["+"]]
    assert caps_of("G, U") == [["G"], ["U"]]
    assert caps_of("Ctrl+Shift+,") == [["Ctrl", "Shift", ","]]


def _fired(here: Desk) -> list[str]:
    fired: list[str] = []
    for name, action in here.window.commands.actions.items():
        action.triggered.connect(lambda _checked=False, name=name: fired.append(name))
    return fired


@pytest.mark.parametrize("which", ["search", "filter", "find"])
def test_letters_in_a_field_are_text(here: Desk, which: str) -> None:
    window = here.window
    if which == "search":
        window.commands["search"].trigger()
    elif which == "find":
        window.article.finder.start()
    fields = {"search": window.list.search.field, "filter": window.sidebar.filter, "find": window.article.finder.field}
    field: QLineEdit = fields[which]
    field.setFocus()
    fired = _fired(here)
    typed = "jknzamsbvguo0+-/? RXAC"
    QTest.keyClicks(field, typed)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(field, key)
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert fired == []
    field.clear()
    QTest.keyClicks(field, typed)
    assert field.text() == typed


def test_letters_in_the_address_are_text(here: Desk) -> None:
    here.window.acts.add_feed()
    dialog = here.window.findChild(AddFeed)
    assert isinstance(dialog, AddFeed)
    fired = _fired(here)
    dialog.address.clear()
    QTest.keyClicks(dialog.address, "jkb.example/ ?R")
    assert dialog.address.text() == "jkb.example/ ?R"
    assert fired == []
    dialog.reject()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_focused_button_is_pressed_by_space_and_enter(here: Desk, key: Qt.Key) -> None:
    window = here.window
    clicked: list[str] = []
    window.list.view.step(1)
    here.until(lambda: window.reading.row() is not None)
    for button in (window.sidebar.menu_button, window.article.read_button):
        button.clicked.disconnect()
        button.clicked.connect(lambda _checked=False, b=button: clicked.append(b.accessibleName()))
        button.setFocus(Qt.FocusReason.TabFocusReason)
        assert button.hasFocus()
        before = window.list.view.current_key()
        here.key(key)
        assert window.list.view.current_key() == before
    assert len(clicked) == 2


def test_escape_empties_the_filter_and_stops_nothing(here: Desk) -> None:
    window, stopped = here.window, []
    window.refreshing.stop = lambda: stopped.append(1)  # type: ignore[method-assign]
    window.sidebar.filter.setFocus()
    here.key("xyz")
    assert not [node for node in window.sidebar.tree.nodes() if node.kind == "source"]
    here.key(Qt.Key.Key_Escape)
    assert window.sidebar.filter.text() == ""
    assert window.sidebar.view.hasFocus()
    assert stopped == []


def test_arrows_open_and_close_a_folder_before_they_change_the_pane(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with desk(qtbot, qapp, tmp_path) as made:
        window = made.window
        window.acts.open_sample()
        made.until(lambda: window.model.rowCount() and not window.refreshing.running)
        made.rest(300)
        tree = window.sidebar.view
        folder = next(node for node in window.sidebar.tree.nodes() if node.kind == "folder")
        tree.setCurrentIndex(window.sidebar.tree.index_of(folder))
        tree.setFocus()
        made.key(Qt.Key.Key_Left)
        assert not tree.isExpanded(tree.currentIndex())
        assert tree.hasFocus()
        assert window.sidebar.collapsed() == [folder.title]
        made.key(Qt.Key.Key_Right)
        assert tree.isExpanded(tree.currentIndex())
        made.key(Qt.Key.Key_Right)
        assert window.list.view.hasFocus()
        made.key(Qt.Key.Key_Left)
        made.key(Qt.Key.Key_Return)
        assert window.list.view.hasFocus()
