"""Hears of changes in folders through watchdog: FSEvents on macOS, ReadDirectoryChangesW on Windows."""

from __future__ import annotations

import os
from collections.abc import Callable

from watchdog.events import (
    DirModifiedEvent,
    FileClosedNoWriteEvent,
    FileOpenedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from reader.sources.folder import is_ignored_folder

#: That a folder holds something else is told by what it holds; that a file was read is no change.
_IDLE = (DirModifiedEvent, FileOpenedEvent, FileClosedNoWriteEvent)


class _Handler(FileSystemEventHandler):
    def __init__(self, root: str, tell: Callable[[str, str | None], None]) -> None:
        self._root, self._tell = root, tell

    def dispatch(self, event: FileSystemEvent) -> None:
        if isinstance(event, _IDLE):
            return
        for path in (event.src_path, event.dest_path):
            if path and not self._is_ignored(os.fsdecode(path)):
                self._tell(self._root, os.fsdecode(path))

    def _is_ignored(self, path: str) -> bool:
        return any(is_ignored_folder(part) for part in path[len(self._root) :].split(os.sep)[:-1])


class Dogwatch:
    """Watches folders with all that is in them. See ``watching.Backend``."""

    def __init__(self, tell: Callable[[str, str | None], None], lost: Callable[[str], None]) -> None:
        self._tell = tell
        self._watches: dict[str, ObservedWatch] = {}
        self._observer = Observer()
        self._observer.daemon = True
        self._observer.start()

    def add(self, root: str) -> None:
        """Watch a folder.

        Raises:
            OSError: it cannot be watched.
        """
        self._watches[root] = self._observer.schedule(_Handler(root, self._tell), root, recursive=True)

    def remove(self, root: str) -> None:
        """Watch it no more."""
        watch = self._watches.pop(root, None)
        if watch is not None:
            self._observer.unschedule(watch)

    def close(self) -> None:
        self._observer.stop()
        self._observer.join()
