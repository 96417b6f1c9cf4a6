"""A refresh as the window sees it: started, followed, stopped, told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from reader.errors import CaptivePortal, Offline, TimedOut, Unreachable
from reader.library import Library
from reader.model import Failed, Outcome, Source, Updated
from reader.progress import Progress
from reader.records import dataclass
from reader.ui.lanes import Lanes

if TYPE_CHECKING:
    from reader.ahead import FetchedAhead

_LOOK_MS = 60_000
#: The marks of the sources that are being asked are renewed no more often.
_MARKS_MS = 150


@dataclass(slots=True)
class Result:
    """What a refresh did.

    Attributes:
        asked: sources that gave an outcome.
        reached: feeds whose server answered well; folders are read without a network.
        until: when nothing was asked because every server had said to come back later: the earliest such time.
    """

    asked: int = 0
    reached: int = 0
    new: int = 0
    changed: int = 0
    stopped: bool = False
    until: datetime | None = None
    failed: list[Failed] = field(default_factory=list)

    @property
    def offline(self) -> bool:
        """No server was reached: it is the network here, not theirs."""
        feeds = [each for each in self.failed if each.source.kind == "feed"]
        silent = all(isinstance(each.error, Offline | Unreachable | TimedOut) for each in feeds)
        return bool(feeds) and silent and not self.reached

    @property
    def portal(self) -> bool:
        """A network that wants a login answered in the place of the sources."""
        return any(isinstance(each.error, CaptivePortal) for each in self.failed)


@dataclass(slots=True)
class _Run:
    """One refresh that waits or runs; ``stop`` is set on the GUI thread and read by the lane."""

    stop: bool = False


class Refreshing(QObject):
    """Runs one refresh at a time in the refresh lane; what is asked for meanwhile comes after it.

    Args:
        minutes: between two refreshes of a source; 0 never refreshes by itself.
        pictures_wanted: whether small pictures of sources may be looked for after a refresh; of articles' pictures the
            library itself knows.
        metered: whether each byte is paid for: then nothing is fetched ahead.
    """

    #: A ``Progress``.
    progress = Signal(object)
    #: An ``Outcome``: the list may have changed.
    outcome = Signal(object)
    #: A ``Result``.
    finished = Signal(object)
    #: A ``Progress`` of fetching pictures ahead; None at its end.
    ahead = Signal(object)
    #: Pictures came that the list may show.
    pictures = Signal()
    #: Small pictures of sources came.
    favicons = Signal()
    #: The keys of the sources that are being asked, or wait for their turn in this refresh.
    busy = Signal(object)
    trouble = Signal(object)

    _progress = Signal(object)
    _outcome = Signal(object)
    _ahead = Signal(object)
    _started = Signal(object)

    def __init__(
        self,
        library: Library,
        lanes: Lanes,
        *,
        minutes: int,
        pictures_wanted: Callable[[], bool],
        metered: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library, self._lanes, self._minutes = library, lanes, minutes
        self._pictures_wanted, self._metered = pictures_wanted, metered
        self._runs: list[_Run] = []  # what runs first, then what waits
        self._leads = _Run()
        self._all_ahead = False  # whether nothing was left to fetch ahead when that last ended
        self._asked: set[int] = set()
        queued = Qt.ConnectionType.QueuedConnection
        self._progress.connect(self._tell_progress, queued)
        self._outcome.connect(self._tell_outcome, queued)
        self._started.connect(self._asked.update, queued)
        self._ahead.connect(self._tell_ahead, queued)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.refresh_due)
        self._marks = QTimer(self, interval=_MARKS_MS)
        self._marks.timeout.connect(lambda: self.busy.emit(frozenset(self._asked)))
        self.set_minutes(minutes)

    def move_to(self, window: QObject, pictures_wanted: Callable[[], bool]) -> None:
        """Another window takes the place of the first; what runs goes on, and tells the new one."""
        self.setParent(window)
        self._pictures_wanted = pictures_wanted

    def set_minutes(self, minutes: int) -> None:
        """Another pause between two refreshes of a source; 0 never refreshes by itself."""
        self._minutes = minutes
        if minutes > 0:
            self._timer.start()
        else:
            self._timer.stop()

    @property
    def running(self) -> bool:
        """Whether a refresh runs or waits for its turn."""
        return bool(self._runs)

    def refresh_due(self) -> None:
        """Refresh what is due, unless a refresh runs already."""
        if not self.running and self._minutes > 0:
            self._start(lambda: self._library.due(interval_minutes=self._minutes))

    def refresh(self, sources: Sequence[Source] | None = None) -> None:
        """Refresh these, or all, now; as they are when their turn comes, whatever was set meanwhile."""
        keys = None if sources is None else {source.key for source in sources}

        def which() -> list[Source]:
            return [source for source in self._library.sources() if keys is None or source.key in keys]

        self._start(which)

    def stop(self) -> None:
        """Stop the running refresh soon, and those that wait; what was stored stays."""
        for run in (*self._runs, self._leads):
            run.stop = True

    def _start(self, which: Callable[[], list[Source]]) -> None:
        run = _Run()
        self._runs.append(run)
        self._marks.start()

        def done(result: Result) -> None:
            self._end(run, result)
            if result.asked and not run.stop:
                self._fetch_pictures(ahead=result.new > 0 or not self._all_ahead)

        def failed(error: BaseException) -> None:
            self._end(run, Result())
            self.trouble.emit(error)

        self._lanes.refresh.run(lambda: self._work(which, run), done, failed)

    def _end(self, run: _Run, result: Result) -> None:
        self._runs.remove(run)
        if not self._runs:
            self._asked.clear()
            self._marks.stop()
            self.busy.emit(frozenset())
        self.finished.emit(result)

    def _work(self, which: Callable[[], list[Source]], run: _Run) -> Result:
        result = Result(stopped=run.stop)
        if run.stop:
            return result
        sources = which()
        now = self._library.now()
        asked = [each.key for each in sources if each.retry_at is None or each.retry_at <= now]
        self._started.emit(asked)
        if asked:  # when all are slow nothing would be seen, and nothing could be stopped, until the first has answered
            self._progress.emit(Progress(0, len(asked)))
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
        result.reached += outcome.source.kind == "feed" and not isinstance(outcome, Failed)
        if isinstance(outcome, Updated):
            result.new += outcome.new
            result.changed += outcome.changed
        elif isinstance(outcome, Failed):
            result.failed.append(outcome)

    def _tell_progress(self, progress: Progress) -> None:
        if self.running:  # with inline lanes the word comes after the end
            self.progress.emit(progress)

    def _tell_outcome(self, outcome: Outcome) -> None:
        self._asked.discard(outcome.source.key)
        self.outcome.emit(outcome)

    def fetch_ahead(self) -> None:
        """What is to be fetched ahead was changed: fetch it, unless a refresh runs that does so at its end."""
        self._all_ahead = False
        if not self.running:
            self._fetch_pictures(ahead=True)

    def _fetch_pictures(self, *, ahead: bool) -> None:
        """Pictures for the list and for reading offline, then the small ones of sources that have none yet."""
        self._leads.stop = True  # the older one gives way: the newest articles matter
        run = self._leads = _Run()
        library, lane = self._library, self._lanes.leads

        def fetched(done: FetchedAhead) -> None:
            self._all_ahead = done.stopped == ""
            if not run.stop or run is self._leads:
                self.ahead.emit(None)
            if done.came:
                self.pictures.emit()

        if ahead and self._metered():
            self._all_ahead = False  # the next refresh on another network makes up for it
        elif ahead:
            lane.run(
                lambda: library.fetch_ahead(progress=self._ahead.emit, cancelled=lambda: run.stop),
                fetched,
                lambda error: self.ahead.emit(None),  # a picture that does not come is a grey square, not a message
            )
        if self._pictures_wanted():
            lane.run(
                lambda: library.fetch_favicons(cancelled=lambda: run.stop),
                lambda came: self.favicons.emit() if came else None,
                lambda error: None,  # then a letter stands for the source
            )

    def _tell_ahead(self, progress: Progress) -> None:
        if progress.total and not self._leads.stop and not self.running:
            self.ahead.emit(progress)


__all__ = ["Progress", "Refreshing", "Result"]
