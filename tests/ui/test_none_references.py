"""A PySide6 that loses references to None ends the program with "deallocating None"; it must not come unseen.

6.12.0 did on Python below 3.12: one reference for each call that returns nothing.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage, QPainter

CALLS = 400
SLACK = 50  # other code may let go of some; a broken binding lets go of CALLS at least


def lost(image: QImage) -> int:
    """How many references to None are gone after many calls that return nothing."""
    thing, timer = QObject(), QTimer()
    painter = QPainter(image)
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        painter.drawLine(0, 0, 9, 9)
        painter.setOpacity(1.0)
        thing.setObjectName("x")
        timer.setInterval(10)
    after = sys.getrefcount(None)
    painter.end()
    return before - after


def test_calls_that_return_nothing_keep_none(qapp: object) -> None:
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    lost(image)  # the first time fills caches
    assert lost(image) < SLACK
