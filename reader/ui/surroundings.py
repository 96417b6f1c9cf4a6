"""The desktop around the window: later starts, tray, notifications, sleep, midnight, what the system opens.

Each part does without what is not there (no session bus, no tray, no notification service) and says so once.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from reader import autostart
from reader.paths import in_folder
from reader.ui.instance import Request, Seat
from reader.ui.notifications import Notifications
from reader.ui.tray import Tray
from reader.ui.wakes import Wakes

if TYPE_CHECKING:
    from reader.ui.reception import Reception
    from reader.ui.window import Window

log = logging.getLogger(__name__)

#: When the first list does not come (a damaged library), the rest begins without it.
_LATEST_MS = 5000


class Surroundings(QObject):
    """Joins one window with the desktop.

    Args:
        seat: the right to be the one window; later starts are received here.
        asked: what this start asked for.
        app: the id of the program's desktop entry.
    """

    def __init__(self, window: Window, seat: Seat, asked: Request, app: str) -> None:
        super().__init__(window)
        self._window, self._seat, self._asked = window, seat, asked
        self._said: set[str] = set()
        self._offline = False
        self._autostart: autostart.How = "off"
        self._reception: Reception | None = None
        self.tray = Tray(window, hidden=asked.hidden, parent=self)
        self.notifications = Notifications(window, self.tray, app)
        self.wakes = Wakes(self)
        self.tray.opened.connect(self.come_forward)
        self.tray.article_wanted.connect(self._go_to)
        self.tray.placed.connect(self._tray_placed)
        self.notifications.clicked.connect(self._go_to)
        self.notifications.missing.connect(self._no_notifications)
        self.wakes.day_changed.connect(self._another_day)
        self.wakes.woke.connect(window.refreshing.refresh_due)
        self.wakes.online.connect(self._online)
        window.settings_changed.connect(self._settings_changed)
        self._beginning = QTimer(self, interval=_LATEST_MS, singleShot=True)
        self._beginning.timeout.connect(self._begin)
        window.listed.connect(self._begin)

    def show(self) -> None:
        """Show the window (or leave it in the tray), and open what was asked for."""
        if not self._asked.hidden:
            self._window.show()
        if self._asked.what:
            QTimer.singleShot(0, self._window, lambda: self._window.arrivals.take(self._asked.what))
        if sys.platform == "darwin":
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._beginning.start()

    def close(self) -> None:
        """Take everything away."""
        self._beginning.stop()
        if self._reception is not None:
            self._reception.close()
        self.tray.close()
        self.notifications.close()

    def _begin(self) -> None:
        """What the first list does not have to wait for."""
        if self._reception is not None:
            return
        self._beginning.stop()
        self._window.listed.disconnect(self._begin)
        from reader.ui.reception import Reception

        try:
            self._reception = Reception(self._seat, self)
        except OSError as error:
            log.warning("a second start will not find this one: %s", error)
        else:
            self._reception.came.connect(self._second_start)
        self.wakes.listen()
        self.tray.apply()
        self.notifications.apply()
        self._window.lanes.read.run(autostart.chosen, self._autostart_read, lambda error: None)

    # What comes from outside

    def _second_start(self, asked: Request) -> None:
        if not asked.hidden or asked.what:
            self.come_forward(asked.token)
        self._window.arrivals.take(asked.what)

    def come_forward(self, token: str = "") -> None:
        """Show the window before all others, by the right that the desktop gave to another start of the program."""
        window = self._window
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # Qt's Wayland part takes it from there, once
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        os.environ.pop("XDG_ACTIVATION_TOKEN", None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """macOS tells by an event what it wants opened."""
        if isinstance(event, QFileOpenEvent):
            self._window.arrivals.take([event.file() or event.url().toString()])
            return True
        return False

    def _go_to(self, key: int) -> None:
        self.come_forward()
        if key >= 0:
            self._window.go_to(key)
        else:
            self._window.sidebar.select("unread")

    # What changes by itself

    def _another_day(self) -> None:
        self._window.library_changed()
        self._window.list.view.viewport().update()  # "Yesterday"

    def _online(self, online: bool) -> None:
        if online and self._offline:
            self.wakes.woke.emit()
        self._offline = not online
        self._window.status.set_offline(not online)

    def _settings_changed(self, names: frozenset[str]) -> None:
        if "tray" in names:
            self.tray.apply()
        if "notify" in names:
            self.notifications.apply()
        if "autostart" in names:
            self._write_autostart()

    def _autostart_read(self, how: autostart.How) -> None:
        """What is written at the system's place is true, whoever wrote it."""
        self._autostart = how
        if how != self._window.settings.autostart:
            self._window.set_setting(autostart=how)

    def _write_autostart(self) -> None:
        how: autostart.How = self._window.settings.autostart  # type: ignore[assignment]
        if how == self._autostart:
            return
        self._autostart = how
        where = self._window.library.paths
        library = where.data if where == in_folder(where.data) else None
        self._window.lanes.store.run(lambda: autostart.choose(how, library=library), None, self._no_autostart)

    def _no_autostart(self, error: BaseException) -> None:
        self._autostart = "off"
        self._window.set_setting(autostart="off")
        self._window.tell(error)

    # What is missing

    def _tray_placed(self, placed: bool) -> None:
        if not placed:
            self._say_once("tray", self.tr("This desktop has no place for an icon: the window stays as it is."))

    def _no_notifications(self) -> None:
        self._say_once("notify", self.tr("Nothing here shows notifications: new articles are counted in the sidebar."))

    def _say_once(self, what: str, sentence: str) -> None:
        if what not in self._said:
            self._said.add(what)
            log.info("missing here: %s", what)
            self._window.status.say(sentence)
