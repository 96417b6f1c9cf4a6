"""A refresh as the window sees it: started, followed, stopped, told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from reader.library import Library, Progress
from reader.model import Failed, Outcome, Source, Updated
from reader.ui.lanes import Lane

_LOOK_MS = 60_000


@dataclass(slots=True)
class Result:
    """What a refresh did."""

    asked: int = 0
    new: int = 0
    changed: int = 0
    stopped: bool = False
    failed: list[Failed] = field(default_factory=list)


class Refreshing(QObject):
    """Runs one refresh at a time in the refresh lane; what is asked for meanwhile comes after it.

    Args:
        minutes: between two refreshes of a source; 0 never refreshes by itself.
    """

    started = Signal()
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

    def __init__(self, library: Library, lane: Lane, *, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library, self._lane, self._minutes = library, lane, minutes
        self._stop = False
        self.running = False
        queued = Qt.ConnectionType.QueuedConnection
        self._progress.connect(self.progress, queued)
        self._outcome.connect(self.outcome, queued)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.refresh_due)
        if minutes > 0:
            self._timer.start()

    def refresh_due(self) -> None:
        """Refresh what is due, unless a refresh runs already."""
        if not self.running and self._minutes > 0:
            self._start(lambda: self._library.due(interval_minutes=self._minutes))

    def refresh(self, sources: Sequence[Source] | None = None) -> None:
        """Refresh these, or all, now."""
        some = None if sources is None else list(sources)
        self._start(lambda: self._library.sources() if some is None else some)

    def stop(self) -> None:
        """Stop the running refresh soon; what was stored stays."""
        self._stop = True

    def _start(self, which: Callable[[], list[Source]]) -> None:
        self._stop = False
        self._lane.run(lambda: self._work(which), self._done, self._failed)

    def _work(self, which: Callable[[], list[Source]]) -> Result:
        sources = which()
        result = Result()
        if not sources:
            return result
        self.running = True
        self.started.emit()
        for outcome in self._library.refresh(
            sources, progress=lambda p: self._progress.emit(p), cancelled=lambda: self._stop
        ):
            self._count(result, outcome)
            self._outcome.emit(outcome)
        result.stopped = self._stop
        return result

    @staticmethod
    def _count(result: Result, outcome: Outcome) -> None:
        result.asked += 1
        if isinstance(outcome, Updated):
            result.new += outcome.new
            result.changed += outcome.changed
        elif isinstance(outcome, Failed):
            result.failed.append(outcome)

    def _done(self, result: Result) -> None:
        self.running = False
        self.finished.emit(result)
        if result.new and not result.stopped:
            self._lane.run(
                lambda: self._library.fetch_leads(cancelled=lambda: self._stop),
                lambda came: self.pictures.emit() if came else None,
                lambda error: None,  # a lead picture that does not come is a grey square, not a message
            )

    def _failed(self, error: BaseException) -> None:
        self.running = False
        self.finished.emit(Result())
        self.trouble.emit(error)


__all__ = ["Progress", "Refreshing", "Result"]
