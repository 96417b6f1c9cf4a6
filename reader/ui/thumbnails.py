"""The list's small pictures: decoded at their size off the GUI thread, from what is held. Scrolling fetches nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from reader.errors import ReaderError
from reader.model import Row
from reader.ui.lanes import Lane

if TYPE_CHECKING:
    from reader.images import PictureFile

#: Formats that Qt decodes itself, by media type. Never SVG: Qt's reader was seen to open ``file:`` addresses.
FORMATS = {
    "image/png": b"png",
    "image/jpeg": b"jpeg",
    "image/gif": b"gif",
    "image/webp": b"webp",
    "image/bmp": b"bmp",
    "image/x-icon": b"ico",
    "image/vnd.microsoft.icon": b"ico",
}

#: A decoded picture may not take more than this, whatever its header says.
_ALLOCATION_MB = 256
_KEPT = 600


def decode(file: PictureFile, side_px: int) -> QImage:
    """The middle square of a picture, ``side_px`` device pixels wide; null when Qt cannot read it. For any thread."""
    form = FORMATS.get(file.media_type)
    if form is None:
        return QImage()
    data = QByteArray(file.data)
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(form))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        return image
    left, top = (image.width() - side_px) // 2, (image.height() - side_px) // 2
    return image.copy(max(left, 0), max(top, 0), min(side_px, image.width()), min(side_px, image.height()))


class ThumbnailStore(QObject):
    """Gives the list its pictures; asks ``find`` for their bytes in a lane of its own.

    Args:
        find: the lead picture of a row from cache or disk; raises ReaderError when it is not held. Runs in the lane.
    """

    #: The key of a row that has its picture now (or never will).
    ready = Signal(int)

    def __init__(self, lane: Lane, find: Callable[[Row], PictureFile], parent: QObject | None = None) -> None:
        super().__init__(parent)
        QImageReader.setAllocationLimit(_ALLOCATION_MB)
        self._lane, self._find = lane, find
        self._made: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._asked: set[tuple[int, int]] = set()

    def pixmap(self, row: Row, size: int, ratio: float) -> QPixmap | None:
        """The picture, None while it is on its way, a null pixmap when there is none."""
        key = row.key, round(size * ratio)
        made = self._made.get(key)
        if made is not None:
            self._made.move_to_end(key)
            return made
        if key not in self._asked:
            self._asked.add(key)
            self._lane.run(
                lambda: self._decode(row, key[1]),
                lambda image: self._keep(key, image),
                lambda error: self._keep(key, QImage()),
            )
        return None

    def _decode(self, row: Row, side_px: int) -> QImage:
        try:
            return decode(self._find(row), side_px)
        except ReaderError:
            return QImage()

    def _keep(self, key: tuple[int, int], image: QImage) -> None:
        self._asked.discard(key)
        self._made[key] = QPixmap.fromImage(image)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        self.ready.emit(key[0])

    def forget_missing(self) -> None:
        """Ask again for the pictures that were not there: some may have come."""
        for key in [key for key, pixmap in self._made.items() if pixmap.isNull()]:
            del self._made[key]
            self.ready.emit(key[0])
