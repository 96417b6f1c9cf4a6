"""A refresh as the window sees it: started, followed, stopped, told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from reader.intake import Progress
from reader.library import Library
from reader.model import Failed, Outcome, Source, Updated
from reader.ui.lanes import Lanes

_LOOK_MS = 60_000


@dataclass(slots=True)
class Result:
    """What a refresh did.

    Attributes:
        asked: sources that gave an outcome.
        until: when nothing was asked because every server had said to come back later: the earliest such time.
    """

    asked: int = 0
    new: int = 0
    changed: int = 0
    stopped: bool = False
    until: datetime | None = None
    failed: list[Failed] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    """One refresh that waits or runs; ``stop`` is set on the GUI thread and read by the lane."""

    stop: bool = False


class Refreshing(QObject):
    """Runs one refresh at a time in the refresh lane; what is asked for meanwhile comes after it.

    Args:
        minutes: between two refreshes of a source; 0 never refreshes by itself.
        pictures_wanted: whether lead pictures may be fetched after a refresh.
    """

    #: A ``Progress``.
    progress = Signal(object)
    #: An ``Outcome``: the list may have changed.
    outcome = Signal(object)
    #: A ``Result``.
    finished = Signal(object)
    #: Lead pictures came.
    pictures = Signal()
    trouble = Signal(object)

    _progress = Signal(object)
    _outcome = Signal(object)

    def __init__(
        self,
        library: Library,
        lanes: Lanes,
        *,
        minutes: int,
        pictures_wanted: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library, self._lanes, self._minutes = library, lanes, minutes
        self._pictures_wanted = pictures_wanted
        self._runs: list[_Run] = []  # what runs first, then what waits
        self._leads = _Run()
        queued = Qt.ConnectionType.QueuedConnection
        self._progress.connect(self._tell_progress, queued)
        self._outcome.connect(self.outcome, queued)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.refresh_due)
        if minutes > 0:
            self._timer.start()

    @property
    def running(self) -> bool:
        """Whether a refresh runs or waits for its turn."""
        return bool(self._runs)

    def refresh_due(self) -> None:
        """Refresh what is due, unless a refresh runs already."""
        if not self.running and self._minutes > 0:
            self._start(lambda: self._library.due(interval_minutes=self._minutes))

    def refresh(self, sources: Sequence[Source] | None = None) -> None:
        """Refresh these, or all, now."""
        some = None if sources is None else list(sources)
        self._start(lambda: self._library.sources() if some is None else some)

    def stop(self) -> None:
        """Stop the running refresh soon, and those that wait; what was stored stays."""
        for run in (*self._runs, self._leads):
            run.stop = True

    def _start(self, which: Callable[[], list[Source]]) -> None:
        run = _Run()
        self._runs.append(run)

        def done(result: Result) -> None:
            self._runs.remove(run)
            self.finished.emit(result)
            if result.new and not run.stop and self._pictures_wanted():
                self._fetch_leads()

        def failed(error: BaseException) -> None:
            self._runs.remove(run)
            self.finished.emit(Result())
            self.trouble.emit(error)

        self._lanes.refresh.run(lambda: self._work(which, run), done, failed)

    def _work(self, which: Callable[[], list[Source]], run: _Run) -> Result:
        result = Result(stopped=run.stop)
        if run.stop:
            return result
        sources = which()
        for outcome in self._library.refresh(sources, progress=self._progress.emit, cancelled=lambda: run.stop):
            self._count(result, outcome)
            self._outcome.emit(outcome)
        result.stopped = run.stop
        if not result.asked:
            result.until = min((each.retry_at for each in sources if each.retry_at is not None), default=None)
        return result

    @staticmethod
    def _count(result: Result, outcome: Outcome) -> None:
        result.asked += 1
        if isinstance(outcome, Updated):
            result.new += outcome.new
            result.changed += outcome.changed
        elif isinstance(outcome, Failed):
            result.failed.append(outcome)

    def _tell_progress(self, progress: Progress) -> None:
        if self.running:  # with inline lanes the word comes after the end
            self.progress.emit(progress)

    def _fetch_leads(self) -> None:
        self._leads.stop = True  # the older one gives way: the newest articles matter
        run = self._leads = _Run()
        self._lanes.leads.run(
            lambda: self._library.fetch_leads(cancelled=lambda: run.stop),
            lambda came: self.pictures.emit() if came else None,
            lambda error: None,  # a lead picture that does not come is a grey square, not a message
        )


__all__ = ["Progress", "Refreshing", "Result"]
