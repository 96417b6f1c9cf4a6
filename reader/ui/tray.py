"""The icon beside the clock: how much is unread, a short menu, and the place the window goes to when it is put away."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from reader.model import Query, Row
from reader.ui import fonts
from reader.ui.icons import app_icon
from reader.ui.theme import theme_of

if TYPE_CHECKING:
    from reader.ui.window import Window

#: At login the panel may come after the program: so long is waited for it before its absence is told.
PATIENCE_MS = 30_000
_LOOK_MS = 2000
_SIZES = (16, 22, 24, 32, 48, 64, 128)
_TITLES, _TITLE_CHARS = 5, 60
_WATCHER = "org.kde.StatusNotifierWatcher"


def count_icon(unread: int) -> QIcon:
    """The program's icon with a number on it; without one when nothing is unread."""
    plain = app_icon()
    if not unread:
        return plain
    made = QIcon()
    for side in _SIZES:
        made.addPixmap(_counted(plain.pixmap(side, side), side, str(unread) if unread < 100 else "99+"))
    return made


def _counted(pixmap: QPixmap, side: int, text: str) -> QPixmap:
    theme = theme_of()
    high = round(side * (0.62 if side < 32 else 0.5))
    face = fonts.font(max(7, round(high * 0.82)), QFont.Weight.Bold.value)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.setFont(face)
    wide = min(side, max(high, painter.fontMetrics().horizontalAdvance(text) + round(high * 0.4)))
    pill = QRectF(side - wide, side - high, wide, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent)
    painter.drawRoundedRect(pill, high / 2, high / 2)
    painter.setPen(Qt.GlobalColor.white)
    room = wide - high * 0.2
    if painter.fontMetrics().horizontalAdvance(text) > room:
        face.setStretch(max(50, round(100 * room / painter.fontMetrics().horizontalAdvance(text))))
        painter.setFont(face)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap


def is_available(*, waiting: bool = False) -> bool:
    """Whether the system has a place for icons.

    Args:
        waiting: it may come yet. Qt asks the session once and remembers "no" for ever: then it is not asked too early.
    """
    if waiting and sys.platform.startswith("linux") and QGuiApplication.platformName() in ("xcb", "wayland"):
        from PySide6.QtDBus import QDBusConnection

        bus = QDBusConnection.sessionBus()
        if bus.isConnected() and not bus.interface().isServiceRegistered(_WATCHER).value():
            return False
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """The icon of one window, as the settings want it, as soon as there is a place for it.

    Args:
        hidden: the window was started into the tray: an icon is wanted whatever the settings say.
    """

    #: The user wants the window.
    opened = Signal()
    #: The user wants this article (its key).
    article_wanted = Signal(int)
    #: The icon stands there (True), or there is no place for it.
    placed = Signal(bool)
    message_clicked = Signal()

    def __init__(self, window: Window, *, hidden: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent or window)
        self._window, self._hidden = window, hidden
        self._icon: QSystemTrayIcon | None = None
        self._menu = QMenu(window)
        self._unread = -1
        self._waited_ms = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        window.installEventFilter(self)
        window.sources_read.connect(self._renew)

    @property
    def is_shown(self) -> bool:
        """Whether the icon stands in its place."""
        return self._icon is not None and is_available()

    def apply(self) -> None:
        """Do as the settings say now."""
        if self._window.settings.tray == "off" and not self._hidden:
            self._timer.stop()
            self._drop()
        elif self._icon is None and not self._timer.isActive():
            self._waited_ms = 0
            self._timer.start()
            self._look()
        self._keep_running()

    def message(self, title: str, text: str) -> bool:
        """Show a message by the icon; False when there is none."""
        if self._icon is None or not self._icon.supportsMessages():
            return False
        self._icon.showMessage(title, text, self._icon.icon())
        return True

    def close(self) -> None:
        """Take the icon away."""
        self._timer.stop()
        self._window.removeEventFilter(self)
        self._drop()

    # The icon

    def _look(self) -> None:
        self._waited_ms += _LOOK_MS
        there = is_available(waiting=self._waited_ms < PATIENCE_MS or QGuiApplication.platformName() == "wayland")
        if there and self._icon is None:
            self._make()
            self.placed.emit(True)
        elif not there and self._icon is not None:  # the panel ended: a hidden window could not be reached any more
            self._drop()
            self._bring_back()
        elif not there and PATIENCE_MS <= self._waited_ms < PATIENCE_MS + _LOOK_MS:
            self.placed.emit(False)
            self._bring_back()

    def _bring_back(self) -> None:
        if not self._window.isVisible() and not self._window.leaving:
            self._window.showMinimized()

    def _make(self) -> None:
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self.message_clicked)
        self._unread = -1
        self._renew()
        self._icon.show()
        self._keep_running()

    def _drop(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
        self._keep_running()

    def _keep_running(self) -> None:
        """A window that is put away is not the end of the program."""
        QApplication.setQuitOnLastWindowClosed(self._icon is None and not self._hidden)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.opened.emit()

    def _renew(self) -> None:
        window, unread = self._window, self._window.counts.unread
        if self._icon is None:
            return
        if unread != self._unread:
            self._unread = unread
            self._icon.setIcon(count_icon(unread))
            said = self.tr("Inkstone, {count} unread").format(count=QLocale().toString(unread))
            self._icon.setToolTip(said if unread else "Inkstone")

        def work() -> list[Row]:
            store = window.library.store
            return store.rows(store.ids(Query(view="unread"), _TITLES))

        window.lanes.read.run(work, self._fill, lambda error: self._fill(()))

    def _fill(self, rows: Sequence[Row]) -> None:
        menu = self._menu
        menu.clear()
        menu.addAction(self.tr("Open Inkstone"), self.opened.emit)
        menu.addAction(self._window.commands["refresh"])
        menu.addSeparator()
        for row in rows:
            title = row.title.replace("&", "&&")  # a single one would underline the letter behind it
            short = title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1] + "…"
            menu.addAction(short, partial(self.article_wanted.emit, row.key))
        menu.addSeparator()
        menu.addAction(self._window.commands["quit"])

    # Putting the window away

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            return self._closing(event)
        if event.type() == QEvent.Type.WindowStateChange and self._window.isMinimized() and self._goes("minimise"):
            QTimer.singleShot(0, self._window, self._window.hide)
        return False

    def _closing(self, event: QEvent) -> bool:
        app = QGuiApplication.instance()
        ends = self._window.leaving or (isinstance(app, QGuiApplication) and app.isSavingSession())
        if not ends and self._goes("close"):
            self._window.keep_settings()
            event.ignore()
            self._window.hide()
            return True
        if not ends and self._icon is not None:
            QTimer.singleShot(0, self._window, self._window.leave)  # Qt does not end by itself while there is an icon
        return False

    def _goes(self, how: str) -> bool:
        wanted = self._window.settings.tray
        return self.is_shown and (wanted == how or (how == "minimise" and wanted == "close"))
