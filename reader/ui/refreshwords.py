"""What the status bar says of a refresh: how far it is, how it ended, and when the next one comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject

from reader.progress import Progress
from reader.ui import words

if TYPE_CHECKING:
    from reader.ui.refreshing import Result
    from reader.ui.window import Window


class RefreshWords(QObject):
    """Speaks for the refreshes of one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._status = window, window.status
        self._news = 0  # new articles that the last refresh brought
        refreshing = window.refreshing
        refreshing.progress.connect(self._progress)
        refreshing.ahead.connect(self._ahead)
        refreshing.finished.connect(self._finished)
        self._status.stop_wanted.connect(refreshing.stop)

    def rest(self, *, just: bool = False) -> None:
        """Say when was refreshed; ``just``: a refresh ended now."""
        from reader.ui import resting

        window = self._window
        text = self.tr("This library can only be read; nothing is changed.")
        if not window.library.store.readonly:
            minutes = window.settings.refresh_minutes if window.by_itself else 0
            sources = window.sources.values()
            text = resting.sentence(sources, window.library.now(), minutes, news=self._news, just=just)
        self._status.rest(text, gently=not just)

    def _progress(self, progress: Progress) -> None:
        number = QLocale().toString
        text = self.tr("Refreshing {done} of {total}").format(done=number(progress.done), total=number(progress.total))
        self._status.progress(text, progress.done / max(1, progress.total))

    def _ahead(self, progress: Progress | None) -> None:
        """Pictures are fetched before anybody asks for them; None at the end."""
        if progress is None:
            self._status.end_progress()
            return
        number = QLocale().toString
        text = self.tr("Pictures {done} of {total}").format(done=number(progress.done), total=number(progress.total))
        self._status.progress(text, progress.done / max(1, progress.total))

    def _finished(self, result: Result) -> None:
        now = self._window.library.now()
        if result.until is not None and result.until > now:
            text = self.tr("Nothing was asked: the server wants no visit before {time}.")
            self._status.rest(text.format(time=words.time_or_day(result.until, now)), lasting=True)
            return
        if not result.asked and not result.stopped:
            self.rest()
            return
        self._news = result.new
        self._status.set_offline(result.offline)
        if result.portal:
            text = self.tr("This network seems to want a login first: pages came where feeds were.")
            self._status.rest(text, lasting=True)
        elif result.offline:
            self._status.rest(self.tr("Offline. Reading from this computer."), lasting=True)
        elif result.stopped:
            self._status.rest(self.tr("Stopped. What came is stored."), lasting=True)
        else:
            self.rest(just=True)
