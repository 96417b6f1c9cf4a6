"""Idle time of the window: the library is tidied, slice by slice, while nothing else is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from reader.library import Library
from reader.ui.lanes import Lane

#: After the start, and between two times.
_FIRST_MS, _AGAIN_MS = 60_000, 600_000
#: Between two slices: the user's acts take their turn.
_PAUSE_MS = 50


class Tidying(QObject):
    """Asks the store's lane for one slice at a time.

    Args:
        busy: something else goes on (a refresh); it waits until that is over.
    """

    #: It changed what lists show.
    changed = Signal()
    #: All is done that there was; nothing else goes on.
    rested = Signal()

    def __init__(self, library: Library, lane: Lane, busy: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library, self._lane, self._busy = library, lane, busy
        self._slices: Iterator[bool] | None = None
        self._changed = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._next)

    def start(self) -> None:
        """Begin a minute from now, and do it again every ten."""
        self._timer.start(_FIRST_MS)

    def now(self) -> None:
        """Begin at once, unless it is being done."""
        if self._slices is None:
            self._timer.start(0)

    def stop(self) -> None:
        """The window closes: what is not done is done the next time."""
        self._timer.stop()
        self._slices = None

    def _next(self) -> None:
        if self._busy():
            self._timer.start(_FIRST_MS)
            return
        slices = self._slices = self._slices or self._library.tidying()
        self._lane.run(lambda: next(slices, None), self._did, self._failed)

    def _did(self, changed: bool | None) -> None:
        if self._slices is None:
            return
        self._changed = self._changed or bool(changed)
        if changed is not None:
            self._timer.start(_PAUSE_MS)
            return
        self._rest()
        if self._changed:
            self._changed = False
            self.changed.emit()
        self.rested.emit()

    def _failed(self, error: BaseException) -> None:
        """Another program holds the library, or the disk is full: the user's own acts will tell."""
        self._rest()

    def _rest(self) -> None:
        self._slices = None
        self._timer.start(_AGAIN_MS)
