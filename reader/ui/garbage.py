"""Python's collecting of garbage at times when nobody waits: on the GUI thread, in short pieces, the long one at rest.

By itself Python collects in whichever thread makes the seven-hundredth object, holding the interpreter meanwhile: 50 ms
for all that a window holds.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

_LOOK_MS = 100
#: New objects that are worth looking through: 2 ms.
_YOUNG = 3000
#: As Python itself: the middle ones after ten times, all after ten times of those; but that waits for rest.
_OFTEN = 10
#: All are looked through where nobody has acted so long, or at last when this has passed.
_REST_MS, _LATEST_MS = 3000, 300_000


class Garbage(QObject):
    """Collects garbage in the place of Python, for as long as it lives.

    Args:
        rest_ms: for how long nobody has acted.
    """

    def __init__(self, rest_ms: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rest_ms = rest_ms
        self._young = self._middle = 0  # collections since the next larger one
        self._since_all = QElapsedTimer()
        self._since_all.start()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Take over, once. What a start made stays, and is not looked through again and again."""
        if self._timer.isActive():
            return
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def look(self) -> None:
        """Collect what is due."""
        if self._middle >= _OFTEN and (self._rest_ms() > _REST_MS or self._since_all.hasExpired(_LATEST_MS)):
            self._young = self._middle = 0
            self._since_all.start()
            gc.collect()
        elif self._young >= _OFTEN:
            self._young, self._middle = 0, self._middle + 1
            gc.collect(1)
        elif gc.get_count()[0] >= _YOUNG:
            self._young += 1
            gc.collect(0)
