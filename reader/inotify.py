"""Linux's own way to hear of changes in folders: inotify(7), by its three calls in libc.

The libraries for it watch what is ignored here (``.git``, ``node_modules``), and pass over in silence that the system's
limit is reached or that events were dropped. One instance serves all roots: of instances a user has only 128.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import select
import struct
import threading
from collections.abc import Callable, Iterator

from reader.sources.folder import is_ignored_folder, is_post

log = logging.getLogger(__name__)

#: Each watch holds about 1 kB of the kernel's memory for as long as it lasts.
MOST_FOLDERS = 50_000

_ATTRIB, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x4, 0x8, 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF, _UNMOUNT, _Q_OVERFLOW, _IGNORED = 0x400, 0x800, 0x2000, 0x4000, 0x8000
_ONLYDIR, _DONT_FOLLOW, _EXCL_UNLINK, _ISDIR = 0x1000000, 0x2000000, 0x4000000, 0x40000000
_MASK = (
    _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF
    | _ONLYDIR | _DONT_FOLLOW | _EXCL_UNLINK
)  # fmt: skip
_HEAD = struct.Struct("iIII")


class Inotify:
    """Watches folders with all that is in them.

    Args:
        tell: called from a thread of its own with a root and the path of what changed in it; None: anything may have.
        lost: called with a root that outgrew the limit: what is new in it is not watched.

    Raises:
        OSError: the system has no inotify, or no instance left.
    """

    def __init__(self, tell: Callable[[str, str | None], None], lost: Callable[[str], None]) -> None:
        self._tell, self._lost = tell, lost
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._file = self._called(self._libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        self._paths: dict[int, str] = {}
        self._roots: dict[str, str] = {}  # as it is named -> as it really is
        self._incomplete: set[str] = set()
        self._lock = threading.Lock()
        self._end, self._ending = os.pipe()
        self._thread = threading.Thread(target=self._run, name="inotify", daemon=True)
        self._thread.start()

    @staticmethod
    def _called(result: int, path: str | None = None) -> int:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), path)
        return result

    def add(self, root: str) -> None:
        """Watch a folder.

        Raises:
            OSError: it cannot be watched whole (ENOSPC: the system's limit, or ours).
        """
        with self._lock:
            self._roots[root] = os.path.realpath(root)
            try:
                self._watch(self._roots[root], top=True)
            except OSError:
                self._drop(root)
                raise

    def remove(self, root: str) -> None:
        """Watch it no more."""
        with self._lock:
            if root in self._roots:
                self._drop(root)

    def close(self) -> None:
        os.close(self._ending)
        self._thread.join()
        os.close(self._end)
        os.close(self._file)

    def _watch(self, folder: str, *, top: bool = False) -> None:
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            if len(self._paths) >= MOST_FOLDERS:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
            try:
                number = self._called(self._libc.inotify_add_watch(self._file, os.fsencode(path), _MASK), path)
                self._paths[number] = path
                waiting += self._folders_in(path)
            except OSError as error:
                # A subfolder that went, or that may not be read, holds nothing that could be listed either.
                if error.errno == errno.ENOSPC or (top and path == folder):
                    raise

    @staticmethod
    def _folders_in(path: str) -> Iterator[str]:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and not is_ignored_folder(entry.name):
                    yield entry.path

    def _drop(self, root: str) -> None:
        real = self._roots.pop(root)
        self._forget(real, keep=list(self._roots.values()))

    def _forget(self, folder: str, keep: list[str]) -> None:
        """Watch a folder and what is in it no more, but what is in one of those to keep."""
        for number, path in list(self._paths.items()):
            if _is_in(path, folder) and not any(_is_in(path, other) for other in keep):
                del self._paths[number]
                self._libc.inotify_rm_watch(self._file, number)

    # The thread

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._file, select.POLLIN)
        poll.register(self._end, select.POLLIN | select.POLLHUP)
        while True:
            ready = dict(poll.poll())
            if self._end in ready:
                return
            try:
                data = os.read(self._file, 1 << 16)
            except BlockingIOError:
                continue
            for number, mask, name in _events(data):
                for root, path in self._heard(number, mask, name):
                    self._tell(root, path)
            with self._lock:
                incomplete, self._incomplete = self._incomplete, set()
            for root in incomplete:
                self._lost(root)

    def _heard(self, number: int, mask: int, name: str) -> list[tuple[str, str | None]]:
        """What an event means, for each root that it is in."""
        with self._lock:
            if mask & _Q_OVERFLOW:
                log.info("more changes than the system keeps: every folder is looked at")
                return [(root, None) for root in self._roots]
            folder = self._paths.get(number)
            if mask & _IGNORED:
                self._paths.pop(number, None)
            if folder is None or mask & _IGNORED:
                return []
            if mask & (_DELETE_SELF | _MOVE_SELF | _UNMOUNT):
                # Of a subfolder its own folder tells.
                return [(root, None) for root, real in self._roots.items() if real == folder or mask & _UNMOUNT]
            path = os.path.join(folder, name) if name else folder
            if mask & _ISDIR and name:
                if is_ignored_folder(name):
                    return []
                self._follow(path, mask)
            elif name and not is_post(name):
                return []
            return [(root, path) for root, real in self._roots.items() if _is_in(path, real)]

    def _follow(self, folder: str, mask: int) -> None:
        """A subfolder came or went."""
        if mask & _MOVED_FROM:
            self._forget(folder, keep=[])
        elif mask & (_CREATE | _MOVED_TO | _ATTRIB):
            try:
                self._watch(folder)
            except OSError:
                self._incomplete |= {root for root, real in self._roots.items() if _is_in(folder, real)}


def _events(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Number of the watch, mask and name of each event in a buffer."""
    at = 0
    while at + _HEAD.size <= len(data):
        number, mask, _, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        yield number, mask, os.fsdecode(data[at : at + length].rstrip(b"\0"))
        at += length


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
