"""What is drawn, for words that are read from the right: everything changes sides, but letters and pictures stay.

A part is painted as if words were read from the left, through a painter that looks into a mirror where they are not.
Texts, icons and pictures turn themselves back around the room they take.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QWidget

#: Drawings that point where the reading goes.
_POINTING = {"left", "right", "undo", "sort", "continue"}


def painter_of(widget: QWidget) -> QPainter:
    """A painter on a widget that draws from its leading side."""
    painter = QPainter(widget)
    if widget.isRightToLeft():
        mirror(painter, widget.rect())
    return painter


def mirror(painter: QPainter, rect: QRect) -> None:
    """Let what is drawn into ``rect`` from now on change sides."""
    painter.translate(2 * rect.x() + rect.width(), 0)
    painter.scale(-1, 1)


def mirrored(widget: QWidget, rect: QRect) -> QRect:
    """Where something lies in a widget that would lie at ``rect`` if words were read from the left."""
    return QStyle.visualRect(widget.layoutDirection(), widget.rect(), rect)


@contextmanager
def upright(painter: QPainter, left: float, width: float) -> Iterator[None]:
    """Draw from ``left`` on what must not be seen in a mirror, ``width`` wide; it stays in its room."""
    if painter.transform().m11() >= 0:
        yield
        return
    painter.save()
    painter.translate(2 * left + width, 0)
    painter.scale(-1, 1)
    yield
    painter.restore()


def draw_pixmap(painter: QPainter, x: float, y: float, pixmap: QPixmap) -> None:
    """Paint a picture as it is."""
    with upright(painter, x, pixmap.deviceIndependentSize().width()):
        painter.drawPixmap(QPointF(x, y), pixmap)


def points(name: str) -> bool:
    """Whether a drawing has to be turned in a program that is read from the right."""
    return name in _POINTING and QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
