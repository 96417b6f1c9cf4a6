"""Another language without a restart: a new window takes the place of the old one, over the same library.

Qt translates a widget when it is made, so all of them are made anew. What runs goes on: a refresh keeps its object,
which moves from one window to the other, and acts that wait in the store's lane are done before the new window reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt

from reader.ui import fonts
from reader.ui import language as translation

if TYPE_CHECKING:
    from reader.ui.app import Program
    from reader.ui.settingswindow import SettingsWindow
    from reader.ui.window import Window


def speak(program: Program, language: str) -> None:
    """Let the program speak another language, when it has one of its own for it.

    Args:
        language: of the settings.
    """
    old = program.window
    old.showing.shut()  # the place in the article is told before it is read again

    def stored(_: object) -> None:
        if program.window is old:
            _renew(program, old, language)

    program.lanes.store.run(lambda: None, stored, old.tell)


def _renew(program: Program, old: Window, language: str) -> None:
    settings = _open_settings(old)
    shown, place = settings.place() if settings is not None else ("", None)
    visible, left = old.isVisible(), old.left()
    program.lanes.forget()
    translation.install(program.app, language)
    program.app.setFont(fonts.font(13, script=fonts.script_of("")))
    new = program.open_window(left, old)
    new.history = old.history
    if not old.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
        new.setGeometry(old.geometry())
    if visible:
        new.show()
    old.give_up()
    old.hide()
    old.deleteLater()
    new.keep_settings()
    if place is not None:
        new.open_settings(shown).setGeometry(place)


def _open_settings(window: Window) -> SettingsWindow | None:
    from reader.ui.settingswindow import SettingsWindow  # not before somebody wants to set something

    found = window.findChild(SettingsWindow)
    return found if found is not None and found.isVisible() else None


class SystemLanguage(QObject):
    """Follows the system when it changes its language while the program runs (Windows and macOS tell each window)."""

    def __init__(self, program: Program, window: Window) -> None:
        super().__init__(window)
        self._program, self._window = program, window
        self._spoken = translation.wanted("system")
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LocaleChange and self._window.settings.language == "system":
            wanted = translation.wanted("system")
            if wanted != self._spoken:
                self._spoken = wanted
                speak(self._program, "system")
        return False
