"""Keys: presets without clashes, the user's own over them, recording, and silence where letters are text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from reader import settings as settings_file
from reader.settings import Settings
from reader.ui import keys
from reader.ui.commands import Commands, table
from reader.ui.keysettings import KeySettings
from tests.ui.desk import Desk, compose, desk

DEFAULTS = {command.id: command.keys for command in table()}


@pytest.mark.parametrize("preset", keys.PRESETS)
def test_presets_have_no_clash_and_no_bulk_action_beside_refresh(qapp: QApplication, preset: str) -> None:
    bound = keys.resolved(DEFAULTS, preset, {})
    wanted = {**DEFAULTS, **keys.PRESETS[preset]}
    assert bound.keys() == DEFAULTS.keys() >= keys.PRESETS[preset].keys()
    for name, given in wanted.items():
        # Nothing of a preset is dropped for a clash; what of the table is, the preset gave to another command.
        lost = [key for key in given if keys.portable(key) not in bound[name]]
        assert not lost or name not in keys.PRESETS[preset], (name, lost)
    for name, given in bound.items():
        for key in given:
            assert [clash for clash in keys.clashes(key, name, bound) if clash.blocks] == [], (name, key)
    assert keys.bulk_beside_refresh(bound) == []
    for needed in ("next", "next-unread", "page-down", "refresh", "mark-all", "keys", "palette", "search", "bookmark"):
        assert bound[needed], needed


def test_the_rule_would_be_noticed(qapp: QApplication) -> None:
    assert keys.is_beside("R", "E")
    assert keys.is_beside("Shift+R", "F")
    assert keys.is_beside("R", "R")
    assert not keys.is_beside("R", "A")
    assert not keys.is_beside("R", "Ctrl+E")
    assert keys.bulk_beside_refresh({**DEFAULTS, "mark-all": ("Shift+T",)}) == [("Shift+T", "R")]
    assert [each.kind for each in keys.clashes("T", "mark-above", {"refresh": ("R",)})] == ["beside"]
    assert [each.kind for each in keys.clashes("E", "refresh", {"mark-all": ("D",)})] == ["beside"]


def test_what_clashes_is_told_with_whose_key_it_is(qapp: QApplication) -> None:
    bound = keys.resolved(DEFAULTS, "inkstone", {})
    assert list(keys.clashes("J", "previous", bound)) == [keys.Clash("same", "next", "J")]
    begun = list(keys.clashes("G", "previous", bound))
    assert {each.command for each in begun} == {"go-unread", "go-today", "go-bookmarks", "go-continue", "go-all"}
    assert {each.kind for each in begun} == {"begins"}
    assert list(keys.clashes("J, J", "previous", bound)) == [keys.Clash("goes-on", "next", "J")]
    assert [each.kind for each in keys.clashes("Ctrl+A", "mark-above", bound)] == ["text"]
    assert list(keys.clashes("Ctrl+Alt+J", "next", bound)) == []


def test_the_users_keys_win_over_presets_and_nonsense_is_left_out() -> None:
    own = {"previous": ("J", "", "no such key", "A, B, C"), "no such command": ("Y",), "undo": ()}
    bound = keys.resolved(DEFAULTS, "no such preset", own)
    assert bound["previous"] == ("J",)
    assert bound["next"] == ()
    assert bound["undo"] == ()
    assert "no such command" not in bound
    assert keys.resolved(DEFAULTS, "inkstone", {"next": ("G",)})["go-unread"] == ()
    # Two of the user's own that clash: the first in the table has it.
    assert keys.resolved(DEFAULTS, "inkstone", {"next": ("Y",), "previous": ("Y",)})["previous"] == ()


def test_taking_a_key_over_takes_it_from_the_other() -> None:
    bound = keys.resolved(DEFAULTS, "inkstone", {})
    own = keys.rebound({"read": ("Ctrl+M",)}, bound, "previous", ("R",))
    assert own == {"read": ("Ctrl+M",), "refresh": ("F5",), "previous": ("R",)}
    now = keys.resolved(DEFAULTS, "inkstone", own)
    assert now["previous"] == ("R",)
    assert now["refresh"] == ("F5",)


def test_keys_live_in_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    chosen = Settings(key_preset="vim", keys={"next": ("J", "Ctrl+J"), "undo": ()})
    settings_file.save(file, chosen)
    assert settings_file.load(file) == chosen
    assert '"Ctrl+J"' in file.read_text(encoding="utf-8")
    file.write_text('{"key_preset": "emacs", "keys": {"next": ["J", 7], "undo": "Z"}, "theme": "dark"}')
    assert settings_file.load(file) == Settings(keys={"next": ("J",)}, theme="dark")
    file.write_text('{"keys": [1, 2]}')
    assert settings_file.load(file) == Settings()


def _press(key: int, text: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
    return keys.stroke_of(QKeyEvent(QKeyEvent.Type.KeyPress, key, modifiers, text))


def test_what_was_pressed(qapp: QApplication) -> None:
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    assert _press(Qt.Key.Key_J, "j") == "J"
    assert _press(Qt.Key.Key_J, "J", shift) == "Shift+J"
    assert _press(Qt.Key.Key_Question, "?", shift) == "?"
    assert _press(Qt.Key.Key_Colon, ":", shift) == ":"
    assert _press(Qt.Key.Key_Plus, "+", Qt.KeyboardModifier.KeypadModifier) == "+"
    assert _press(Qt.Key.Key_Space, " ", shift) == "Shift+Space"
    assert _press(Qt.Key.Key_K, "\x0b", control) == "Ctrl+K"
    assert _press(Qt.Key.Key_Shift, "", shift) == ""


# In the window


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    own = Settings(theme="light", view="all", key_preset="vim", keys={"bookmark": ("Y",)})
    with desk(qtbot, qapp, tmp_path / "library", own) as made:
        made.add_posts(tmp_path / "posts")
        yield made


def test_the_window_begins_with_the_keys_of_the_settings_and_changes_them_at_once(here: Desk) -> None:
    window = here.window
    window.list.view.setFocus()
    here.key(Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    here.until(lambda: here.title() == "Post 6")
    here.key("gg")
    here.until(lambda: here.title() == "Post 1")
    here.key("y")
    here.until(lambda: (row := window.row(window.reading.key)) is not None and row.bookmarked)
    window.set_setting(key_preset="inkstone", keys={"next": ("Ctrl+Alt+N",)})
    assert window.commands["next"].shortcuts() == [QKeySequence("Ctrl+Alt+N")]
    assert "Ctrl+Alt+N" in window.commands["next"].toolTip()
    here.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    here.until(lambda: here.title() == "Post 2")
    here.key("j")
    here.rest(60)
    assert here.title() == "Post 2"


def test_hops_to_the_ends_and_between_unread_ones(here: Desk) -> None:
    window = here.window
    window.commands["last"].trigger()
    here.until(lambda: here.title() == "Post 6")
    window.commands["previous-unread"].trigger()
    here.until(lambda: here.title() == "Post 5")
    window.commands["first"].trigger()
    here.until(lambda: here.title() == "Post 1")
    window.commands["next-unread"].trigger()
    here.until(lambda: here.title() == "Post 2")


def test_no_key_fires_while_an_input_method_composes(here: Desk) -> None:
    window = here.window
    fired: list[str] = []
    for name, action in window.commands.actions.items():
        action.triggered.connect(lambda _checked=False, name=name: fired.append(name))
    loose = QLineEdit(window)
    loose.show()
    for field in (loose, window.sidebar.filter, window.finder.field):
        if field is window.finder.field:
            window.finder.show()
        field.clear()
        field.setFocus()
        assert field.hasFocus()
        QApplication.sendEvent(field, QInputMethodEvent("jkns", []))
        QTest.keyClicks(field, "g")
        for key in (Qt.Key.Key_Space, Qt.Key.Key_J, Qt.Key.Key_R, Qt.Key.Key_U):
            event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier, chr(key).lower())
            event.ignore()
            QApplication.sendEvent(field, event)
            assert event.isAccepted()
        compose("算法")
        assert "算法" in field.text()
    assert fired == []


# Choosing keys


class Chooser:
    """The widget over commands of its own, as the settings' window has it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.window.resize(680, 520)
        qtbot.addWidget(self.window)
        self.settings = Settings()
        self.commands = Commands(self.window)
        self.widget = KeySettings(self.commands, lambda: self.settings, self.change)
        QVBoxLayout(self.window).addWidget(self.widget)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.widget.view.setFocus()

    def change(self, **changes: object) -> None:
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        self.commands.use_keys(self.settings.key_preset, self.settings.keys)

    def choose(self, command: str) -> None:
        place = self.widget.model.place(command)
        self.widget.view.setCurrentIndex(self.widget.model.index(place, 0))

    def press(self, *pressed: Qt.Key | str) -> None:
        for key in pressed:
            if isinstance(key, str):
                QTest.keyClicks(self.widget.view, key)
            else:
                QTest.keyClick(self.widget.view, key)

    def said(self) -> str:
        return "".join(self.widget.model.said.values())


@pytest.fixture
def chooser(qtbot: QtBot, qapp: QApplication) -> Chooser:
    return Chooser(qtbot)


def test_a_key_is_recorded_by_pressing_it(chooser: Chooser, qtbot: QtBot) -> None:
    QAbstractItemModelTester(chooser.widget.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    chooser.choose("next")
    chooser.press(Qt.Key.Key_Return, "y")
    qtbot.waitUntil(lambda: chooser.commands.bound["next"] == ("Y",), timeout=5000)
    assert chooser.settings.keys == {"next": ("Y",)}
    chooser.press(Qt.Key.Key_Return, "yy")  # two strokes are a sequence, at once
    assert chooser.commands.bound["next"] == ("Y, Y",)
    chooser.widget.add.click()
    QTest.keyClick(chooser.widget.view, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: chooser.commands.bound["next"] == ("Y, Y", "F7"), timeout=5000)
    assert "F7" in str(
        chooser.widget.model.data(chooser.widget.view.currentIndex(), Qt.ItemDataRole.AccessibleTextRole)
    )
    chooser.widget.reset.click()
    assert chooser.commands.bound["next"] == ("J",)
    assert not chooser.widget.reset.isEnabled()


def test_escape_leaves_a_key_and_backspace_clears_it(chooser: Chooser) -> None:
    chooser.choose("next")
    chooser.press(Qt.Key.Key_Return, Qt.Key.Key_Escape)
    assert chooser.settings.keys == {}
    chooser.press(Qt.Key.Key_Return, Qt.Key.Key_Backspace)
    assert not chooser.commands.bound["next"]
    assert chooser.commands["next"].shortcuts() == []
    chooser.widget.reset_all.click()
    assert chooser.settings.keys == {}
    assert chooser.commands.bound["next"] == ("J",)


def test_a_clash_is_told_in_the_row_and_taken_over_by_enter(chooser: Chooser, qtbot: QtBot) -> None:
    chooser.choose("previous")
    for answer, taken in ((Qt.Key.Key_Escape, False), (Qt.Key.Key_Return, True)):
        chooser.press(Qt.Key.Key_Return, "j")
        qtbot.waitUntil(lambda: bool(chooser.said()), timeout=5000)
        assert "Next article" in chooser.said()
        assert chooser.commands.bound["previous"] == ("K",)
        chooser.press(answer)
        assert chooser.said() == ""
        assert (chooser.commands.bound["previous"] == ("J",)) == taken
        assert bool(chooser.commands.bound["next"]) != taken


def test_the_beginning_of_a_sequence_is_a_clash(chooser: Chooser, qtbot: QtBot) -> None:
    chooser.choose("previous")
    chooser.press(Qt.Key.Key_Return, "g")
    qtbot.waitUntil(lambda: "G, U" in chooser.said(), timeout=5000)
    assert chooser.commands.bound["go-unread"] == ("G, U",)


def test_a_key_beside_refresh_is_warned_of(chooser: Chooser, qtbot: QtBot) -> None:
    chooser.choose("mark-above")
    chooser.press(Qt.Key.Key_Return, "e")
    qtbot.waitUntil(lambda: bool(chooser.said()), timeout=5000)
    assert chooser.commands.bound["mark-above"] == ("E",)


def test_a_preset_is_chosen_and_own_keys_stay(chooser: Chooser) -> None:
    chooser.change(keys={"next": ("Y",)})
    chooser.widget.preset.set_value("vim")
    assert chooser.settings.key_preset == "vim"
    assert chooser.commands.bound["first"] == ("G, G", "Home")
    assert chooser.commands.bound["next"] == ("Y",)
    chooser.change(key_preset="netnewswire")
    assert chooser.widget.preset.value() == "netnewswire"


def test_commands_are_found_by_name_and_by_key(chooser: Chooser) -> None:
    chooser.widget.field.setText("book")
    rows = [row if isinstance(row, str) else row.id for row in chooser.widget.model.rows]
    assert "bookmark" in rows
    assert "refresh" not in rows
    assert chooser.widget.model.command(chooser.widget.view.currentIndex()) is not None
    chooser.widget.field.setText("no such thing")
    assert chooser.widget.model.rows == []
    chooser.widget.field.setText("Ctrl+Z")
    assert chooser.widget.model.place("undo") == 1


def test_leaving_ends_the_recording_and_a_click_on_the_keys_begins_one(chooser: Chooser) -> None:
    view = chooser.widget.view
    chooser.choose("next")
    box = view.visualRect(view.currentIndex())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.right() - 30, box.center().y()))
    assert view.recording()
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert not view.recording()
    assert chooser.settings.keys == {}
    for part in (chooser.widget.field, chooser.widget.preset, chooser.widget.record, chooser.widget.add, view,
                 chooser.widget.reset, chooser.widget.reset_all):  # fmt: skip
        assert part.accessibleName() or getattr(part, "text", str)()
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
