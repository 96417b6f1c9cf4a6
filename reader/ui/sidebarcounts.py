"""The sidebar's numbers that are more than a sum: counted off the GUI thread, after everything else.

A smart folder's unread articles are searched for; of a folder, what is in several of its sources counts once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from reader.errors import Usage
from reader.library import Library
from reader.model import Query, SmartFolder
from reader.records import dataclass
from reader.ui.lanes import Lanes, Ticket, patient
from reader.ui.sidebar import Sidebar

#: Counting begins so long after the last change, and takes at most one part in so many of the time.
_PAUSE_MS, _SHARE = 600, 20


@dataclass(frozen=True, slots=True)
class _Found:
    smart: list[SmartFolder]
    overlaps: dict[str, int]


class SidebarCounts(QObject):
    """Counts when the numbers of the sources were read, one smart folder at a time."""

    #: The smart folders, as they are now.
    found = Signal(list)
    trouble = Signal(object)

    def __init__(self, library: Library, lanes: Lanes, sidebar: Sidebar, parent: QObject) -> None:
        super().__init__(parent)
        self._library, self._lanes, self._sidebar = library, lanes, sidebar
        self._unread: dict[int, int] = {}
        self._left: list[SmartFolder] = []
        self._ticket: Ticket | None = None
        self._again = False
        self._began_s = 0.0
        self._pause = QTimer(self, interval=0, singleShot=True)
        self._pause.timeout.connect(self._begin)

    def renew(self) -> None:
        """The library changed: count again soon."""
        if self._ticket is not None:
            self._again = True
        elif not self._pause.isActive():
            self._pause.start()

    def renew_now(self) -> None:
        """The smart folders changed: show them at once."""
        if self._ticket is not None:
            self._ticket.cancel()
        self._begin()

    def _begin(self) -> None:
        self._pause.stop()
        self._again = False
        self._began_s = time.monotonic()
        store = self._library.store
        tree = self._sidebar.tree
        folders = [
            (node.name, [source.key for source in node.sources()], sum(source.unread for source in node.sources()))
            for node in tree.nodes()
            if node.kind == "folder" and not tree.filtered
        ]

        def work() -> _Found:
            counted = {path: (sum_, store.count(Query("unread", tuple(keys)))) for path, keys, sum_ in folders}
            overlaps = {path: sum_ - once for path, (sum_, once) in counted.items() if sum_ > once}
            return _Found(store.smart_folders(), overlaps)

        self._ticket = self._lanes.read.run(patient(work), self._came, self._failed)

    def _came(self, found: _Found) -> None:
        if not self._sidebar.tree.filtered:
            self._sidebar.set_overlaps(found.overlaps)
        self.found.emit(found.smart)
        self._left = list(found.smart)
        self._unread = {each.key: self._unread.get(each.key, 0) for each in found.smart}
        self._next()

    def _next(self) -> None:
        if not self._left:
            self._end()
            return
        folder = self._left.pop(0)
        query = Query("unread", matching=folder.query)

        def counted(unread: int) -> None:
            self._unread[folder.key] = unread
            self._sidebar.set_smart_counts(self._unread)
            self._next()

        self._ticket = self._lanes.read.run(patient(lambda: count(self._library, query)), counted, self._failed)

    def _end(self) -> None:
        self._ticket = None
        took_ms = int((time.monotonic() - self._began_s) * 1000)
        self._pause.setInterval(max(_PAUSE_MS, took_ms * _SHARE))
        if self._again:
            self._pause.start()

    def _failed(self, error: BaseException) -> None:
        self._ticket = None
        self.trouble.emit(error)


def count(library: Library, query: Query) -> int:
    """How many articles; none when the words of a smart folder cannot be asked (any more)."""
    try:
        return library.store.count(query)
    except Usage:
        return 0


def names(folders: Sequence[SmartFolder]) -> dict[str, str]:
    """What each query is called."""
    return {each.query: each.name for each in folders}
