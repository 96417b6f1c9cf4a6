"""The library kept safe by its window: looked over and backed up in idle time, and by hand; restored and repaired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from reader import backups, keeping
from reader.backups import Backup, Held
from reader.errors import Stopped, StoreCorrupt, Usage
from reader.keeping import Looked
from reader.records import dataclass
from reader.ui import words
from reader.ui.carefacts import Act, Facts, facts_of, share_of
from reader.ui.lanes import Stop, Ticket, patient

if TYPE_CHECKING:
    from reader.ui.librarycare import LibraryCare
    from reader.ui.window import Window

T = TypeVar("T")

#: Progress is told in steps of this share.
_STEP = 0.005


@dataclass(slots=True)
class _Run:
    """The work that runs."""

    text: str
    by_itself: bool
    share: float = -1.0
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class _Idle:
    looked: Looked | None
    made: Backup | None


class Safekeeping(QObject):
    """One work at a time, in a lane of its own; a refresh comes before what nobody asked for."""

    #: A sentence and a share (0 to 1) of the work that runs; an empty sentence at its end.
    progress = Signal(str, float)
    #: Something is known of the library, or was written, that was not before.
    changed = Signal()

    _said = Signal(object, float)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._library, self._lanes = window.library, window.lanes
        self._paths = window.library.paths
        self._run: _Run | None = None
        self._told = ""
        self._declined = False
        #: What is to be done once the window is closed.
        self.wanted: Act | None = None
        self._said.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)
        self.progress.connect(self._show)
        window.tidying.rested.connect(self.idle)
        window.refreshing.busy.connect(self._give_way)
        window.status.stop_wanted.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether a work runs, or waits for the end of one that was stopped."""
        return self._run is not None

    # In idle time

    def idle(self) -> None:
        """Nothing else goes on: look the library over, once a day, and write the next backup when it is time."""
        if self.running or self._declined or self._window.refreshing.running or self._library.store.readonly:
            return
        settings = self._window.settings
        keep, every = settings.backups_kept, timedelta(days=settings.backup_days)
        store, paths, now = self._library.store, self._paths, self._library.now()

        def work(stop: Stop, said: backups.Say) -> _Idle:
            looked = keeping.last_look(paths)
            if keeping.is_look_due(paths, now):
                looked = keeping.look_over(store, paths, now, stop)
            if looked is not None and looked.problems:
                return _Idle(looked, None)  # the older backups are better than one of a damaged library
            return _Idle(
                looked,
                backups.rotate_backups(store, paths, keep=keep, every=every, progress=said, cancelled=stop),
            )

        self._start(self.tr("Writing a backup"), work, self._was_idle, self._idle_failed, by_itself=True)

    def _was_idle(self, done: _Idle) -> None:
        if done.looked is not None and done.looked.problems:
            self._tell_once(StoreCorrupt(path=str(self._paths.database), detail=done.looked.problems[0]))
        else:
            self._told = ""
        if done.made is not None:
            self.changed.emit()

    def _idle_failed(self, error: BaseException) -> None:
        if not isinstance(error, Stopped):
            self._tell_once(error)

    def _tell_once(self, error: BaseException) -> None:
        text = words.sentence(error)
        if text != self._told:
            self._told = text
            self._window.tell(error)

    def _give_way(self, asked: frozenset[int]) -> None:
        """A refresh begins: what nobody asked for comes after it."""
        if self._window.refreshing.running and self._run is not None and self._run.by_itself:
            self._end()

    # By hand

    def check(self, done: Callable[[Looked], object], failed: Callable[[BaseException], object]) -> None:
        """Read the whole library, every text too."""
        store, paths, now = self._library.store, self._paths, self._library.now()
        self._start(
            self.tr("Checking the library"),
            lambda stop, said: keeping.check(store, paths, now, stop),
            done,
            failed,
        )

    def back_up(
        self, target: Path, done: Callable[[Backup], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Write a backup into a file."""
        store, paths = self._library.store, self._paths
        self._window.keep_settings()  # they go along
        self._start(
            self.tr("Writing a backup"),
            lambda stop, said: backups.write_backup(store, paths, target, said, stop),
            done,
            failed,
        )

    def run(
        self,
        text: str,
        work: Callable[[Stop, backups.Say], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Do another long work beside all others, such as an export; ``text`` says what it is."""
        self._start(text, work, done, failed)

    def look(self, done: Callable[[Facts], None], failed: Callable[[BaseException], None]) -> None:
        """Read what the library is and has."""
        self._lanes.read.run(patient(lambda: facts_of(self._library)), done, failed)

    def look_into(self, file: Path, done: Callable[[Held], None], failed: Callable[[BaseException], None]) -> None:
        """Read what a backup says of itself."""
        self._lanes.read.run(lambda: backups.look_into(file), done, failed)

    def leave_for(self, act: Act) -> None:
        """Close the window for what can only be done without it; it opens again by itself."""
        self.stop()
        self.wanted = act
        self._window.leave()

    def open_folder(self) -> None:
        """Show the library's folder in the file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._paths.data)))

    def dialog(self) -> LibraryCare:
        """Open the window for all this, or bring it forward."""
        from reader.ui.librarycare import LibraryCare

        found = self._window.findChild(LibraryCare)
        if found is None or not found.isVisible():
            found = LibraryCare(self, self._window.settings, self._library.now, self._window)
            found.kept_changed.connect(self._set)
        found.show()
        found.raise_()
        return found

    def _set(self, changes: dict[str, Any]) -> None:
        self._window.set_setting(**changes)

    # One work at a time

    def _start(
        self,
        text: str,
        work: Callable[[Stop, backups.Say], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
        *,
        by_itself: bool = False,
    ) -> None:
        if self._run is not None and not self._run.by_itself:
            failed(Usage(detail=self.tr("another long work is not done yet")))
            return
        self._end()
        run = self._run = _Run(text, by_itself)
        if not by_itself:
            self.progress.emit(text, 0.0)

        def said(what: str, so_far: int, total: int) -> None:
            share = share_of(what, so_far, total)
            if abs(share - run.share) >= _STEP:
                run.share = share
                self._said.emit(run, share)

        def ended(answer: T) -> None:
            self._end()
            self.changed.emit()
            done(answer)

        def gave_up(error: BaseException) -> None:
            self._end()
            failed(error)

        run.ticket = self._lanes.care.run_stoppable(lambda stop: work(stop, said), ended, gave_up)

    def stop(self) -> None:
        """End the work that runs; what it had written so far goes. A backup that nobody asked for waits till later."""
        self._declined = self._declined or (self._run is not None and self._run.by_itself)
        self._end()

    def _end(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            if run.ticket is not None:
                run.ticket.cancel()
            self.progress.emit("", 0.0)

    def _tell_progress(self, run: _Run, share: float) -> None:
        if run is self._run:
            self.progress.emit(run.text, share)

    def _show(self, text: str, share: float) -> None:
        """In the status bar, unless a refresh has it."""
        if self._window.refreshing.running:
            return
        if text:
            self._window.status.progress(text, share)
        else:
            self._window.status.end_progress()
