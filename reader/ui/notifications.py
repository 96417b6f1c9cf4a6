"""Notifications of new articles: one for each refresh, by the desktop's service or, without one, by the tray's icon."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from reader.model import Outcome, Query, Row, Updated
from reader.ui import news
from reader.ui.notifyserver import NotifyServer
from reader.ui.tray import Tray

if TYPE_CHECKING:
    from reader.ui.window import Window


class Notifications(QObject):
    """Tells of what refreshes bring, as the settings want it.

    Args:
        app: the id of the program's desktop entry.
        now: the local time of the day.
    """

    #: A notification was clicked: the key of its article, or -1.
    clicked = Signal(int)
    #: There is nothing here that could show a notification.
    missing = Signal()

    def __init__(
        self,
        window: Window,
        tray: Tray,
        app: str,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        super().__init__(window)
        self._window, self._tray, self._now = window, tray, now
        self._outcomes: list[Outcome] = []
        self._last = -1
        self._server = NotifyServer(app, window.lanes.adding, self)
        self._server.clicked.connect(self.clicked.emit)
        tray.message_clicked.connect(lambda: self.clicked.emit(self._last))
        window.refreshing.outcome.connect(self._outcomes.append)
        window.refreshing.finished.connect(self._finished)

    def apply(self) -> None:
        """Find out, when notifications are wanted, whether there is something that shows them."""
        if self._window.settings.notify != "off":
            self.find(lambda found: None if found else self.missing.emit())

    def find(self, done: Callable[[bool], None]) -> None:
        """``done`` hears whether notifications can be shown."""

        def joined(found: bool) -> None:
            done(found or self._tray.is_shown)

        if sys.platform.startswith("linux"):
            self._server.join(joined)
        else:
            joined(False)

    def show(self, what: news.News) -> None:
        """Show a notification."""
        if self._server.show(what.title, what.text, self.tr("Open"), what.article):
            return
        self._last = what.article
        if not self._tray.message(what.title, what.text):
            self.missing.emit()

    def close(self) -> None:
        """Show nothing any more."""
        self._server.close()

    def _finished(self) -> None:
        outcomes, self._outcomes[:] = list(self._outcomes), []
        updates = news.wanted(self._window.settings, outcomes)
        if not updates or news.is_quiet(self._window.settings, self._now().time()):
            return

        def read(rows: list[Row]) -> None:
            composed = news.compose(rows)
            if composed is not None:
                self.find(lambda found: self.show(composed))

        self._window.lanes.read.run(lambda: self._newest(updates), read, lambda error: None)

    def _newest(self, updates: list[Updated]) -> list[Row]:
        """What came and is unread. Keys grow: the last ones of a source are what came last, whatever their date."""
        store = self._window.library.store
        keys: list[int] = []
        for each in updates:
            keys += sorted(store.ids(Query(view="unread", sources=(each.source.key,))))[-each.new :]
        return sorted(store.rows(keys), key=lambda row: row.key, reverse=True)
