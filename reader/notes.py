"""Small facts on the disk, one file for each name, shared by all processes that use the folder. A part of
``reader.images``.

Nothing is locked: a note is written beside its place and then takes it, so a reader sees the old one or the new one.
Whatever is damaged or half written is no note. The folder never holds more than its bound.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

#: How often a process looks whether there are too many: a scan of 5,000 files takes 20 ms.
_PUTS_PER_SWEEP = 200
#: A file that a crash left half written is removed after this.
LEFTOVER_S = 3600.0


class Notes:
    """A bounded folder of small JSON objects.

    Args:
        folder: made when first needed; when it cannot be written, nothing is kept.
        most: so many stay; what was written longest ago goes first.
        now: the wall clock, seconds.
    """

    def __init__(self, folder: Path, most: int, now: Callable[[], float] = time.time) -> None:
        self._folder, self._most, self._now = folder, most, now
        self._puts = 0

    def get(self, name: str) -> dict[str, Any] | None:
        """What was noted under a name."""
        try:
            read = json.loads(self._file(name).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return read if isinstance(read, dict) and read.get("name") == _plain(name) else None

    def put(self, name: str, note: dict[str, Any]) -> None:
        """Note something under a name, in place of what stood there."""
        with contextlib.suppress(OSError, ValueError):
            replace(self._file(name), json.dumps({**note, "name": _plain(name)}).encode())
        self._puts += 1
        if self._puts % _PUTS_PER_SWEEP == 1:
            self.sweep()

    def forget(self, name: str) -> None:
        with contextlib.suppress(OSError):
            self._file(name).unlink()

    def clear(self) -> None:
        """Forget everything."""
        for path, _, _ in list(files(self._folder, self._now())):
            with contextlib.suppress(OSError):
                os.unlink(path)

    def sweep(self) -> None:
        """Remove what is above the bound, and what crashes left behind."""
        found = sorted(files(self._folder, self._now()), key=lambda item: item[1])
        for path, _, _ in found[: max(0, len(found) - self._most)]:
            with contextlib.suppress(OSError):
                os.unlink(path)

    def _file(self, name: str) -> Path:
        return shelved(self._folder, digest(name.encode("utf-8", "surrogatepass")), ".json")


def _plain(name: str) -> str:
    """The name as JSON can carry it: half of a surrogate pair cannot be told from its escape."""
    return name.encode("utf-8", "replace").decode()


def digest(data: bytes) -> str:
    """The name of a file by its content."""
    return hashlib.blake2b(data, digest_size=20).hexdigest()


def shelved(folder: Path, name: str, ending: str = "") -> Path:
    """Where a file stands: 256 shelves, since some file systems are slow with 10,000 names in one folder."""
    return folder / name[:2] / f"{name}{ending}"


def replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: it cannot be written; what stood there stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def files(folder: Path, now: float) -> Iterator[tuple[str, float, int]]:
    """(path, last use, size) of the files on the shelves of a folder; leftovers of crashes are removed on the way."""
    try:
        shelves = [shelf.path for shelf in os.scandir(folder) if shelf.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for shelf in shelves:
        with contextlib.suppress(OSError), os.scandir(shelf) as found:
            for item in found:
                try:
                    status = item.stat(follow_symlinks=False)
                    if not item.name.endswith(".tmp"):
                        yield item.path, status.st_mtime, status.st_size
                    elif now - status.st_mtime > LEFTOVER_S:
                        os.unlink(item.path)
                except OSError:
                    continue
