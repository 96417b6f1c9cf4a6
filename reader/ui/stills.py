"""A moving picture as one that stands: its first frame, with a sign that it can move. For any thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from reader.ui.decoding import FORMATS, reader_of

if TYPE_CHECKING:
    from reader.picturefile import PictureFile

#: The sign's share of the picture's shorter side, and its bounds.
_SHARE, _LEAST_PX, _MOST_PX = 0.16, 14, 64


def still(file: PictureFile) -> PictureFile | None:
    """The first frame as a PNG, at the same size; None for what stands already or what Qt cannot read."""
    if file.frames < 2 or file.media_type not in FORMATS:
        return None
    reader, _buffer = reader_of(file)
    image = reader.read()
    if image.isNull():
        return None
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    _sign(image)
    data = QByteArray()
    target = QBuffer(data)
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(target, "PNG")  # type: ignore[call-overload]
    return replace(file, media_type="image/png", frames=1, data=bytes(data.data()))


def _sign(image: QImage) -> None:
    """A triangle in a dark circle, in the lower left corner."""
    side = min(max(min(image.width(), image.height()) * _SHARE, _LEAST_PX), _MOST_PX)
    if side * 2 > min(image.width(), image.height()):
        return
    gap = side / 4
    circle = QRectF(gap, image.height() - gap - side, side, side)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 150))
    painter.drawEllipse(circle)
    painter.setBrush(QColor(255, 255, 255, 235))
    middle, arm = circle.center(), side * 0.22
    points = ((-arm * 0.8, -arm * 1.15), (-arm * 0.8, arm * 1.15), (arm * 1.2, 0))
    painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in points]))
    painter.end()
