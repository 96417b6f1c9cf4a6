"""Folders as they are now: what changes in them is read a second later, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from reader.library import Library
from reader.model import Outcome, Unchanged
from reader.ui.lanes import Lanes
from reader.ui.window import Window
from reader.watching import Told, Watching

#: The first list and the page engine come first: to watch 10,000 folders takes a second.
_START_MS = 3000
#: Another program, or a refresh, is reading the folder: it may have passed what changed.
_BUSY_MS = 3000


class FolderWatch(QObject):
    """Watches the folders of the library and takes in what changes.

    Args:
        by_itself: begin as soon as the sources are known; without it nothing is watched.
        make: what notices changes.
    """

    _told = Signal(str, object)

    def __init__(
        self,
        library: Library,
        lanes: Lanes,
        window: Window,
        *,
        by_itself: bool = True,
        make: Callable[[Told], Watching] = Watching,
        start_ms: int = _START_MS,
    ) -> None:
        super().__init__(window)
        self._library, self._lanes, self._window, self._make = library, lanes, window, make
        self._watching: Watching | None = None
        self._known: frozenset[str] = frozenset()
        self._closed = False
        self._told.connect(self._look, Qt.ConnectionType.QueuedConnection)
        self._starting = QTimer(self, interval=start_ms, singleShot=True)
        self._starting.timeout.connect(self._watch)
        if by_itself and not library.store.readonly:
            window.sources_read.connect(self._sources_read)

    def _sources_read(self) -> None:
        if self._watching is not None:
            self._watch()
        elif not self._starting.isActive():
            self._starting.start()

    def _watch(self) -> None:
        """Watch the folders that there are now."""
        roots = {source.address for source in self._window.sources.values() if source.kind == "folder"}
        if self._closed or not (roots or self._watching):
            return
        if self._watching is None:
            self._watching = self._make(self._told.emit)
        self._watching.watch(roots)
        for root in roots - self._known:
            self._watching.again(root, None)  # what changed before it was watched
        self._known = frozenset(roots)

    def _look(self, root: str, paths: frozenset[str] | None) -> None:
        key = next(
            (each.key for each in self._window.sources.values() if each.kind == "folder" and each.address == root), None
        )
        if key is None or self._closed:
            return

        def looked(outcome: Outcome | None) -> None:
            if outcome is None:
                QTimer.singleShot(_BUSY_MS, self, lambda: self._again(root, paths))
            elif isinstance(outcome, Unchanged):
                self._window.listing.renew()  # files that went count as no change, and their rows are gone
            else:
                self._window.refreshing.outcome.emit(outcome)

        # Not behind a refresh of 4,000 feeds.
        self._lanes.adding.run(
            lambda: self._library.look(key, paths, cancelled=lambda: self._closed), looked, self._window.tell
        )

    def _again(self, root: str, paths: frozenset[str] | None) -> None:
        if self._watching is not None:
            self._watching.again(root, paths)

    def close(self) -> None:
        """Watch and read nothing more."""
        self._closed = True
        self._starting.stop()
        if self._watching is not None:
            self._watching.close()
            self._watching = None
