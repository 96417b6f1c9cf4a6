"""When the window renews itself: soon after a change, seldom while a refresh brings one after the other, and not in the
very moment in which somebody types, scrolls or hops.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

#: Whoever acted so long ago waits for what the act shows: nothing else is done meanwhile.
TOUCHED_MS = 150
#: Between two renewals while a refresh runs. Each one of list and sidebar takes 10 to 30 ms of the GUI thread.
REFRESH_MS = 800
#: However busy somebody is, a renewal waits no longer.
PATIENCE_MS = 2500


class Pace(QObject):
    """Knows whether somebody acts at this moment, and whether a refresh runs.

    Args:
        refreshing: whether a refresh runs.
    """

    def __init__(self, refreshing: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._refreshing = refreshing
        self._touched, self._made = QElapsedTimer(), QElapsedTimer()
        self._made.start()

    def touch(self, *_: object) -> None:
        """Somebody acts."""
        self._touched.start()

    def held_ms(self) -> int:
        """How long to leave the window alone; 0: nobody acts."""
        return max(0, TOUCHED_MS - self._touched.elapsed()) if self._touched.isValid() else 0

    def rested_ms(self) -> int:
        """How long nobody has acted."""
        return self._touched.elapsed() if self._touched.isValid() else self._made.elapsed()

    def pause_ms(self) -> int:
        """How long at least a renewal waits after the one before."""
        return REFRESH_MS if self._refreshing() else 0


class Renewal(QObject):
    """Does one work a moment after it was asked for, however often that is, at the window's pace.

    Args:
        soon_ms: so many changes come together that it waits so long in any case.
    """

    def __init__(self, work: Callable[[], object], pace: Pace, soon_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._pace, self._soon_ms = work, pace, soon_ms
        self._last, self._asked = QElapsedTimer(), QElapsedTimer()
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._due)

    @property
    def waits(self) -> bool:
        """Whether it was asked for and not done yet."""
        return self._timer.isActive()

    def ask(self) -> None:
        """Something changed."""
        if not self._timer.isActive():
            since = self._last.elapsed() if self._last.isValid() else PATIENCE_MS
            self._asked.start()
            self._timer.start(max(self._soon_ms, self._pace.pause_ms() - since))

    def stop(self) -> None:
        """Forget what was asked for."""
        self._timer.stop()

    def _due(self) -> None:
        held = self._pace.held_ms()
        if held and self._asked.elapsed() < PATIENCE_MS:
            self._timer.start(held)
            return
        self._last.start()
        self._work()
