"""What drawn things are made of: styles of text, a box, the focus ring, the shadow of what floats."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPixmapCache

from reader.ui.lines import Style
from reader.ui.theme import Theme, faded

UI = Style(13, 400, 20)
UI_MEDIUM = Style(13, 500, 20)
UI_BOLD = Style(13, 600, 20)
CAPTION = Style(11, 400, 14)
NAME = Style(14, 600, 20)
EMPTY_TITLE = Style(15, 600, 22)
NOTE = Style(12, 400, 18)

#: The focus ring: a line of 1 px and a halo of 3 px.
RING_PX = 3


def is_low_dark(theme: Theme, ratio: float) -> bool:
    """Where letters need a lighter weight: light on dark at a low pixel ratio."""
    return theme.dark and not theme.contrast and ratio < 1.5


def is_low_light_ink(ink: QColor, ratio: float) -> bool:
    """The same by the colour of the letters themselves (a toast is dark in every theme)."""
    return ink.lightness() > 140 and ratio < 1.5


def draw_ring(painter: QPainter, box: QRectF, radius: float, theme: Theme) -> None:
    """The focus ring around ``box``, whose own edge becomes the accent line; 3 px outside are painted."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    halo = box.adjusted(-1.5, -1.5, 1.5, 1.5)
    painter.setPen(QPen(theme.accent if theme.contrast else faded(theme.accent, 0.28), RING_PX))
    painter.drawRoundedRect(halo, radius + 1.5, radius + 1.5)
    painter.setPen(QPen(theme.accent, 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.restore()


def draw_box(painter: QPainter, box: QRectF, radius: float, fill: QColor, line: QColor | None = None) -> None:
    """A rounded box with a hairline that lies inside its edge."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, radius, radius)
    else:
        painter.setPen(QPen(line, 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5)
    painter.restore()


def draw_shadow(painter: QPainter, box: QRectF, radius: float, *, down: float = 5, blur: float = 26) -> None:
    """The soft shadow of what floats. A picture that is kept: painting its layers takes 1.2 ms, the picture 0.1."""
    ratio = painter.device().devicePixelRatioF()
    name = f"shadow {box.width()} {box.height()} {radius} {down} {blur} {ratio}"
    shadow = QPixmap()
    if not QPixmapCache.find(name, shadow):
        shadow = _shadow(box.size(), radius, down, blur, ratio)
        QPixmapCache.insert(name, shadow)
    painter.drawPixmap(box.topLeft() - QPointF(blur / 2, blur / 2), shadow)


def _shadow(size: QSizeF, radius: float, down: float, blur: float, ratio: float) -> QPixmap:
    """Many thin layers, which cost less than a graphics effect over a web page."""
    edge = blur / 2
    whole = (size + QSizeF(blur, blur + down)) * ratio
    shadow = QPixmap(ceil(whole.width()), ceil(whole.height()))
    shadow.setDevicePixelRatio(ratio)
    shadow.fill(Qt.GlobalColor.transparent)
    painter = QPainter(shadow)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    box = QRectF(QPointF(edge, edge + down), size)
    steps = int(edge)
    for step in range(steps):
        spread = edge - step
        # The outermost layers are nearly nothing, so no edge is seen where the shadow ends.
        painter.setBrush(QColor(0, 0, 0, round(2 + 3 * step / steps)))
        grown = box.adjusted(-spread, -spread, spread, spread)
        painter.drawRoundedRect(grown, radius + spread, radius + spread)
    painter.end()
    return shadow
