"""Pictures on the disk: one file per content, one small entry per address. A part of ``reader.images``.

Several processes may use one folder at a time. Whatever is damaged, half written or gone is a miss, never an error:
every file carries its own hash in its name, and every write is a new file that takes the place of the old one.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: The size is looked at on the first and then each so many puts: a scan of 10,000 files takes 0.1 s.
_PUTS_PER_SCAN = 50
#: Eviction goes this far below the limit, so that not every scan has to delete.
_KEPT = 0.9
_LEFTOVER_S = 3600.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a kept picture: where it came from, and what its header said."""

    url: str
    media_type: str
    width: int
    height: int
    frames: int
    referer: str = ""


class PictureCache:
    """A bounded folder of pictures.

    Args:
        folder: made when first needed; when it cannot be written, nothing is kept.
        max_bytes: of all pictures; what was not used for longest goes first.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._puts = itertools.count()
        self._evicting = threading.Lock()

    def get(self, address: str) -> tuple[Entry, bytes] | None:
        """What is kept for an address, checked; None when it is not there or not whole."""
        index = self._index(address)
        try:
            stored = json.loads(index.read_text(encoding="utf-8"))
            entry = Entry(**{name: stored[name] for name in Entry.__slots__})
            digest = stored["digest"]
            numbers = (entry.width, entry.height, entry.frames)
            if stored["address"] != address or not (isinstance(digest, str) and digest.isalnum()):
                return None
            if not all(type(number) is int and number > 0 for number in numbers) or not all(
                isinstance(text, str) for text in (entry.url, entry.media_type, entry.referer)
            ):
                return None
            path = self._file(digest)
            data = path.read_bytes()
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        if _digest(data) != digest:
            return None
        for used in (path, index):
            with contextlib.suppress(OSError):
                os.utime(used)
        return entry, data

    def put(self, address: str, entry: Entry, data: bytes, *, also: str = "") -> None:
        """Keep a picture under an address, and under the one that worked (``also``: how that is named here)."""
        digest = _digest(data)
        fields = {name: getattr(entry, name) for name in Entry.__slots__}
        try:
            path = self._file(digest)
            # A damaged file of that name has another length or is found out by the next get; then it is written anew.
            if not (path.is_file() and _digest(path.read_bytes()) == digest):
                _write(path, data)
            for key in dict.fromkeys((address, also or entry.url)):
                line = json.dumps({"address": key, "digest": digest, **fields})
                _write(self._index(key), line.encode("utf-8", "surrogatepass"))
        except (OSError, ValueError):
            return
        if next(self._puts) % _PUTS_PER_SCAN == 0:
            self.evict()

    def forget(self, address: str) -> None:
        """Remove what is kept for an address, the picture's file included."""
        index = self._index(address)
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            digest = json.loads(index.read_text(encoding="utf-8"))["digest"]
            if isinstance(digest, str) and digest.isalnum():
                self._file(digest).unlink()
        with contextlib.suppress(OSError):
            index.unlink()

    def evict(self) -> None:
        """Bring the folder below its limit, and sweep out what crashes left behind."""
        if not self._evicting.acquire(blocking=False):
            return
        try:
            now = time.time()
            files = sorted(_scan(self._folder / "files", now), key=lambda item: item[1])
            total = sum(size for _, _, size in files)
            if total <= self._max_bytes:
                return
            oldest_kept = now
            for path, used, size in files:
                if total <= self._max_bytes * _KEPT:
                    oldest_kept = used
                    break
                with contextlib.suppress(OSError):
                    os.unlink(path)
                total -= size
            # An entry is touched whenever its picture is: one that is older than every picture points to none.
            for path, used, _ in _scan(self._folder / "index", now):
                if used < oldest_kept - 1:
                    with contextlib.suppress(OSError):
                        os.unlink(path)
        finally:
            self._evicting.release()

    def _index(self, address: str) -> Path:
        key = hashlib.blake2b(address.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
        return self._folder / "index" / key[:2] / f"{key}.json"

    def _file(self, digest: str) -> Path:
        return self._folder / "files" / digest[:2] / digest


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=20).hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _scan(folder: Path, now: float) -> Iterator[tuple[str, float, int]]:
    """(path, last use, size) of the files; those that a crash left half written are removed on the way."""
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
                    elif now - status.st_mtime > _LEFTOVER_S:
                        os.unlink(item.path)
                except OSError:
                    continue
