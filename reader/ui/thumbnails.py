"""Small pictures: decoded at their size off the GUI thread, from what is held. Scrolling fetches nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from reader.errors import ReaderError
from reader.ui.decoding import square
from reader.ui.lanes import Lane

if TYPE_CHECKING:
    from reader.images import PictureFile

_KEPT = 600


class Keyed(Protocol):
    """What a picture belongs to: a row of the list, a line of the picture doctor."""

    @property
    def key(self) -> int: ...


class ThumbnailStore(QObject):
    """Gives a list its pictures; asks ``find`` for their bytes in a lane of its own.

    Args:
        find: the picture of a row from cache or disk; raises ReaderError when it is not held. Runs in the lane.
    """

    #: The key of a row that has its picture now (or never will).
    ready = Signal(int)

    def __init__(self, lane: Lane, find: Callable[[Any], PictureFile], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane, self._find = lane, find
        self._made: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._asked: set[tuple[int, int]] = set()

    def pixmap(self, row: Keyed, size: int, ratio: float) -> QPixmap | None:
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

    def _decode(self, row: Keyed, side_px: int) -> QImage:
        try:
            return square(self._find(row), side_px)
        except ReaderError:
            return QImage()

    def _keep(self, key: tuple[int, int], image: QImage) -> None:
        self._asked.discard(key)
        self._made[key] = QPixmap.fromImage(image)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        self.ready.emit(key[0])

    def forget_all(self) -> None:
        """Make all of them anew when they are seen next: what they were made of is gone."""
        self._made.clear()
        self.ready.emit(-1)

    def forget_missing(self) -> None:
        """Ask again for the pictures that were not there: some may have come."""
        for key in [key for key, pixmap in self._made.items() if pixmap.isNull()]:
            del self._made[key]
            self.ready.emit(key[0])
