"""Pictures decoded by Qt, off the GUI thread: ``QImageReader.read`` lets the other threads run meanwhile.

The format is the one that the bytes themselves were seen to have, never guessed by Qt, and only raster formats: Qt's
reader of SVG was seen to open ``file:`` addresses, and its reader of PDF is a whole interpreter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

if TYPE_CHECKING:
    from reader.picturefile import PictureFile

#: Formats that Qt decodes itself, by media type.
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
ALLOCATION_MB = 256
#: Larger ones are read smaller: 4 bytes for each pixel, and the decoder needs some room of its own.
_MOST_PIXELS = 50_000_000


def reader_of(file: PictureFile) -> tuple[QImageReader, QBuffer]:
    """A reader over a picture's bytes, for one of ``FORMATS``; keep the buffer as long as the reader."""
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(file.data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(FORMATS[file.media_type]))
    reader.setAutoTransform(True)
    return reader, buffer


def square(file: PictureFile, side_px: int) -> QImage:
    """The middle square of a picture, ``side_px`` device pixels wide; null when Qt cannot read it."""
    if file.media_type not in FORMATS:
        return QImage()
    reader, _buffer = reader_of(file)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        return image
    left, top = (image.width() - side_px) // 2, (image.height() - side_px) // 2
    return image.copy(max(left, 0), max(top, 0), min(side_px, image.width()), min(side_px, image.height()))


def within(file: PictureFile, side_px: int) -> QImage:
    """A whole picture, at most ``side_px`` wide and high; null when Qt cannot read it."""
    return _read(file, lambda size: size.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatio))


def whole(file: PictureFile) -> QImage:
    """A whole picture, at its own size where memory allows; null when Qt cannot read it."""

    def bounded(size: QSize) -> QSize:
        pixels = size.width() * size.height()
        return size if pixels <= _MOST_PIXELS else size * (_MOST_PIXELS / pixels) ** 0.5

    return _read(file, bounded)


def _read(file: PictureFile, fit: Callable[[QSize], QSize]) -> QImage:
    if file.media_type not in FORMATS:
        return QImage()
    reader, _buffer = reader_of(file)
    size = reader.size()
    if size.isValid():
        wanted = fit(size)
        if wanted.width() < size.width() or wanted.height() < size.height():
            reader.setScaledSize(wanted.expandedTo(QSize(1, 1)))
    return reader.read()
