"""The small pictures of sources for the sidebar: decoded off the GUI thread from what is held, never fetched here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath, QPixmap
from shiboken6 import isValid

from reader.errors import ReaderError
from reader.model import Source
from reader.ui.decoding import FORMATS
from reader.ui.lanes import Lane
from reader.ui.theme import theme_of

if TYPE_CHECKING:
    from reader.picturefile import PictureFile

#: A window icon set has a dozen sizes; a made-up one could have 65,535.
_MOST_IMAGES = 16
_KEPT = 5000
_RADIUS_PX = 4
#: A picture that is darker than this, with holes, cannot be seen on a dark sidebar: it gets a light plate.
_DARK = 90
_PLATE = QColor("#E9E7E3")


def decode(file: PictureFile, side_px: int) -> QImage:
    """A small picture, whole, in a square of ``side_px`` device pixels; null when Qt cannot read it. For any thread."""
    form = FORMATS.get(file.media_type)
    if form is None:
        return QImage()
    data = QByteArray(file.data)
    best = QImage()
    for number in range(_MOST_IMAGES):
        buffer = QBuffer()
        buffer.setData(data)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        reader = QImageReader(buffer, QByteArray(form))
        several = form == b"ico" and number < reader.imageCount()
        if number and not (several and reader.jumpToImage(number)):
            break
        image = reader.read()
        if _fits_better(image, best, side_px):
            best = image
    if best.isNull():
        return best
    scaled = best.scaled(
        QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return scaled.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _fits_better(image: QImage, than: QImage, side_px: int) -> bool:
    """The smallest that need not be enlarged, else the largest."""
    if image.isNull() or than.isNull():
        return not image.isNull()
    if than.width() >= side_px:
        return side_px <= image.width() < than.width()
    return image.width() > than.width()


def is_dark(image: QImage) -> bool:
    """Whether a picture has holes, and what is there is dark."""
    small = image.scaled(QSize(8, 8), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    colors = [small.pixelColor(x, y) for x in range(8) for y in range(8)]
    seen = [color for color in colors if color.alpha() > 128]
    if not seen or len(seen) > 60:
        return False
    return sum(color.lightness() for color in seen) / len(seen) < _DARK


class Favicons(QObject):
    """Gives the small pictures of sources; asks ``find`` for them in a lane.

    Args:
        find: the picture of a source from the cache, None when there is none. Runs in the lane.
    """

    #: Some source has its picture now.
    ready = Signal()

    def __init__(self, lane: Lane, find: Callable[[Source], PictureFile | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane, self._find = lane, find
        self._made: OrderedDict[tuple[str, int], tuple[QPixmap, QPixmap]] = OrderedDict()
        self._asked: set[tuple[str, int]] = set()

    def pixmap(self, source: Source, size: int, ratio: float) -> QPixmap | None:
        """The picture, None while it is on its way or when there is none: then a letter stands for it."""
        if source.kind != "feed":
            return None
        key = source.address, round(size * ratio)
        made = self._made.get(key)
        if made is None:
            self._ask(key, source)
            return None
        pixmap = made[1 if theme_of().dark else 0]
        pixmap.setDevicePixelRatio(ratio)
        return None if pixmap.isNull() else pixmap

    def forget_missing(self) -> None:
        """Ask again for the pictures that were not there: some may have come."""
        for key in [key for key, (pixmap, _) in self._made.items() if pixmap.isNull()]:
            del self._made[key]
        self.ready.emit()

    def _ask(self, key: tuple[str, int], source: Source) -> None:
        if key not in self._asked:
            self._asked.add(key)
            self._lane.run(
                lambda: self._decode(source, key[1]),
                lambda image: self._keep(key, image),
                lambda error: self._keep(key, QImage()),
            )

    def _decode(self, source: Source, side_px: int) -> QImage:
        try:
            file = self._find(source)
        except ReaderError:
            return QImage()
        return decode(file, side_px) if file is not None else QImage()

    def _keep(self, key: tuple[str, int], image: QImage) -> None:
        if not isValid(self):
            return  # as in ``ThumbnailStore``
        self._asked.discard(key)
        light = _rounded(image, key[1], plate=False)
        self._made[key] = light, _rounded(image, key[1], plate=True) if _needs_plate(image) else light
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        if not image.isNull():
            self.ready.emit()  # else the letter stays: nothing to paint anew


def _needs_plate(image: QImage) -> bool:
    return not image.isNull() and is_dark(image)


def _rounded(image: QImage, side_px: int, *, plate: bool) -> QPixmap:
    """The picture in the middle of a square with round corners, on a light plate if it is too dark without one."""
    if image.isNull():
        return QPixmap()
    pixmap = QPixmap(side_px, side_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    radius = side_px * _RADIUS_PX / 16
    path.addRoundedRect(QRectF(0, 0, side_px, side_px), radius, radius)
    painter.setClipPath(path)
    inset = side_px / 8 if plate else 0
    if plate:
        painter.fillRect(0, 0, side_px, side_px, _PLATE)
    room = side_px - 2 * inset
    width = room * image.width() / max(image.width(), image.height())
    height = room * image.height() / max(image.width(), image.height())
    painter.drawImage(QRectF((side_px - width) / 2, (side_px - height) / 2, width, height), image)
    painter.end()
    return pixmap
