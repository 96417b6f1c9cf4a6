"""Small pictures: decoded at their size off the GUI thread, from what is held. Scrolling fetches nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap
from shiboken6 import isValid

from reader.errors import ReaderError
from reader.ui.decoding import square
from reader.ui.lanes import Lane

if TYPE_CHECKING:
    from reader.picturefile import PictureFile

_KEPT = 600
#: A window shows 12 rows: what waits beyond this is out of sight, and is asked for again when it is seen again.
_WAITING = 40
#: The lane has one thread; the next one waits there already.
_AT_ONCE = 2


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
        self._wanted: OrderedDict[tuple[int, int], Keyed] = OrderedDict()
        self._under_way: set[tuple[int, int]] = set()

    def pixmap(self, row: Keyed, size: int, ratio: float) -> QPixmap | None:
        """The picture, None while it is on its way, a null pixmap when there is none."""
        key = row.key, round(size * ratio)
        made = self._made.get(key)
        if made is not None:
            self._made.move_to_end(key)
            return made
        if key not in self._under_way:
            self._wanted[key] = row
            self._wanted.move_to_end(key)
            if len(self._wanted) > _WAITING:
                self._wanted.popitem(last=False)
            self._start()
        return None

    @property
    def busy(self) -> bool:
        """Whether pictures are on their way."""
        return bool(self._under_way)

    def _start(self) -> None:
        """Make the pictures that were asked for last first: those before them may be out of sight by now."""
        while self._wanted and len(self._under_way) < _AT_ONCE:
            key, row = self._wanted.popitem()
            self._under_way.add(key)
            self._lane.run(
                lambda key=key, row=row: self._decode(row, key[1]),  # type: ignore[misc]
                lambda image, key=key: self._keep(key, image),  # type: ignore[misc]
                lambda error, key=key: self._keep(key, QImage()),  # type: ignore[misc]
            )

    def _decode(self, row: Keyed, side_px: int) -> QImage:
        try:
            return square(self._find(row), side_px)
        except ReaderError:
            return QImage()

    def _keep(self, key: tuple[int, int], image: QImage) -> None:
        if not isValid(self):
            return  # it was asked for by the last painting of a window that is gone
        self._under_way.discard(key)
        self._made[key] = QPixmap.fromImage(image)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        self.ready.emit(key[0])
        self._start()

    def forget_all(self) -> None:
        """Make all of them anew when they are seen next: what they were made of is gone."""
        self._made.clear()
        self.ready.emit(-1)

    def forget_missing(self) -> None:
        """Ask again for the pictures that were not there: some may have come."""
        for key in [key for key, pixmap in self._made.items() if pixmap.isNull()]:
            del self._made[key]
            self.ready.emit(key[0])
