"""Where the window stands: put back where it was left, and onto a screen that is there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

#: So much of the window's upper edge must be seen to take hold of it.
_GRIP_PX = 96


def restore(window: QWidget, geometry: str) -> None:
    """Put the window where it was left (``""``: where the system puts it), as far as there is a screen for it."""
    if geometry:
        window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
    if window.isMaximized() or window.isFullScreen():
        return
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    fitted = fit(window.geometry(), screens, window.minimumSize())
    if fitted != window.geometry():
        window.setGeometry(fitted)


def fit(place: QRect, screens: Sequence[QRect], least: QSize) -> QRect:
    """The place as it is when one can take hold of it there, else moved into a screen and shrunk to its size.

    Args:
        screens: what of each screen is free for windows; the first one is the main one.
        least: what the window must have.
    """
    if not screens:
        return place
    edge = QRect(place.left(), place.top(), place.width(), 1)
    seen = [screen.intersected(edge).width() for screen in screens]
    screen = screens[seen.index(max(seen))]
    if (
        max(seen) >= min(_GRIP_PX, place.width())
        and place.width() <= screen.width()
        and place.height() <= screen.height()
    ):
        return place
    size = place.size().boundedTo(screen.size()).expandedTo(least)
    moved = QRect(place.topLeft(), size)
    moved.moveRight(min(moved.right(), screen.right()))
    moved.moveBottom(min(moved.bottom(), screen.bottom()))
    moved.moveLeft(max(moved.left(), screen.left()))
    moved.moveTop(max(moved.top(), screen.top()))
    return moved
