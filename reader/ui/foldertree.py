"""The subfolders of folder sources in the sidebar: read when they are opened, and again when their source changed.

Of what is closed only the first is known: whether a source has subfolders at all.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QTimer

from reader.library import Library
from reader.model import Subfolder
from reader.ui.lanes import Lanes, patient
from reader.ui.window import Window

#: With 200,000 unread articles a reading takes 0.4 s: not after each one that is read.
_PAUSE_MS = 1000

_Place = tuple[int, str]
_Found = dict[_Place, list[Subfolder]]


class FolderTree(QObject):
    """Reads what is in folders for the sidebar; one reading at a time, however often it is asked for."""

    def __init__(self, library: Library, lanes: Lanes, window: Window) -> None:
        super().__init__(window)
        self._library, self._lanes, self._window = library, lanes, window
        self._found: _Found = {}
        self._numbers: dict[int, tuple[int, int]] = {}  # total and unread when a source's folders were read
        self._wanted: set[_Place] = set()
        self._stale: set[_Place] = set()
        self._reading = False
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._read)
        window.sources_read.connect(self._renew)
        window.sidebar.tree.wanted.connect(self._want)
        window.sidebar.view.expanded.connect(self._opened)

    def _want(self, source: int, path: str) -> None:
        self._wanted.add((source, path))
        self._read()

    def _opened(self, index: QModelIndex) -> None:
        place = self._window.sidebar.tree.place(index)
        if place in self._stale:
            self._want(*place)

    def _renew(self) -> None:
        """Read again what is on show of the sources that changed, and forget those that are gone."""
        folders = {key: each for key, each in self._window.sources.items() if each.kind == "folder"}
        gone = [place for place in self._found if place[0] not in folders]
        for place in gone:
            del self._found[place]
        for key, source in folders.items():
            before, now = self._numbers.get(key), (source.total, source.unread)
            if before != now:
                self._numbers[key] = now
                self._stale |= {place for place in self._found if place[0] == key}
                if before is None or before[0] != now[0]:
                    self._wanted.add((key, ""))  # whether it opens at all
        self._wanted |= {place for place in self._stale if self._window.sidebar.is_open(*place)}
        if gone:
            self._window.sidebar.set_subfolders(self._found)
        if self._wanted and not self._pause.isActive():
            self._pause.start(0 if self._wanted.isdisjoint(self._found) else _PAUSE_MS)

    def _read(self) -> None:
        if self._reading or not self._wanted:
            return
        self._reading = True
        wanted, self._wanted = sorted(self._wanted), set()
        self._stale.difference_update(wanted)
        store = self._library.store

        def work() -> _Found:
            return {place: store.subfolders(*place) for place in wanted}

        self._lanes.read.run(patient(work), self._came, self._failed)

    def _came(self, found: _Found) -> None:
        self._reading = False
        self._found |= {place: parts for place, parts in found.items() if place[0] in self._window.sources}
        self._window.sidebar.set_subfolders(self._found)
        self._read()

    def _failed(self, error: BaseException) -> None:
        self._reading = False
        self._window.tell(error)
