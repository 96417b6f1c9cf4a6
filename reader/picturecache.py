"""Pictures on the disk: one file per content, one small entry per address. A part of ``reader.images``.

Several processes may use one folder at a time. Whatever is damaged, half written or gone is a miss, never an error:
every file carries its own hash in its name, and every write is a new file that takes the place of the old one.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from reader.attempts import Attempt, from_json, to_json
from reader.errors import ReaderError
from reader.notes import digest, files, replace, shelved
from reader.records import dataclass

#: The size is looked at on the first and then each so many puts: a scan of 10,000 files takes 0.1 s.
_PUTS_PER_SCAN = 50
#: ... and whenever so much of the limit was put since.
_PART_PER_SCAN = 0.05
#: Eviction goes this far below the limit, so that not every scan has to delete.
_KEPT = 0.9
#: A use is noted if the last one is longer ago: then a picture that is shown again need not be checked again, which
#: takes 1 ms for 500 kB.
_USED_S = 60.0
_MOST_WHOLE = 20_000
#: What a small file takes on most file systems.
_BLOCK = 4096
_DAY_S = 86_400.0
#: How long a picture is held, whatever its server says: an article of last week is read on a train today, and what was
#: not looked at for a year is not missed. Without a word of the server the middle one.
LEAST_S, COMMON_S, MOST_S = 7 * _DAY_S, 90 * _DAY_S, 365 * _DAY_S
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NO_KEEPING = re.compile(r"(?:^|[\s,])(?:no-store|no-cache|private)(?:$|[\s,=])", re.IGNORECASE)


def lifetime_s(headers: Mapping[str, str]) -> float:
    """How long a picture is held by its Cache-Control (RFC 9111, section 5.2.2), within reason."""
    said = headers.get("cache-control", "")
    if _NO_KEEPING.search(said):
        return LEAST_S
    found = _MAX_AGE.search(said)
    return min(max(float(found[1]), LEAST_S), MOST_S) if found else COMMON_S


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a kept picture: where it came from, and what its header said.

    Attributes:
        until: held at least so long, if there is room; seconds since 1970, 0 for no end.
        partial: it had broken off.
        attempts: what it took to get it.
        stored: when it came, seconds since 1970; 0 for one that is only now put in.
    """

    url: str
    media_type: str
    width: int
    height: int
    frames: int
    referer: str = ""
    until: float = 0.0
    partial: bool = False
    attempts: tuple[Attempt, ...] = field(default=(), compare=False)
    stored: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class CacheSize:
    """What the cache holds; ``limit_bytes`` is for what is not pinned."""

    bytes: int
    pinned_bytes: int
    pictures: int
    limit_bytes: int


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    used: float
    size: int
    pinned: bool


class PictureCache:
    """A bounded folder of pictures.

    Args:
        folder: made when first needed; when it cannot be written, nothing is kept.
        max_bytes: of all pictures that are not pinned, entries counted; what was not used for longest goes first.
        pinned: asked before anything is removed: the addresses of pictures that must stay.
        now: the wall clock, seconds.
    """

    def __init__(
        self,
        folder: Path,
        max_bytes: int,
        *,
        pinned: Callable[[], Collection[str]] = frozenset,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder, self._max_bytes, self._pinned, self._now = folder, max_bytes, pinned, now
        self._puts = self._put_bytes = 0
        self._evicting = threading.Lock()
        self._checked: dict[str, tuple[int, int]] = {}

    def get(self, address: str) -> tuple[Entry, bytes] | None:
        """What is kept for an address, checked; None when it is not there or not whole."""
        index = self._index(address)
        read = _read(index, address)
        if read is None:
            return None
        entry, name = read
        path = shelved(self._folder / "files", name)
        try:
            before = path.stat()
            data = path.read_bytes()
        except OSError:
            return None
        if not self._is_whole(name, data, before.st_mtime_ns):
            return None
        if not 0 <= time.time() - before.st_mtime < _USED_S:
            for used in (path, index):
                with contextlib.suppress(OSError):
                    os.utime(used)
        return entry, data

    def _is_whole(self, name: str, data: bytes, changed_ns: int) -> bool:
        """Whether a file is what its name says; asked once for each time that it is changed or touched."""
        if self._checked.get(name) != (changed_ns, len(data)):
            if digest(data) != name:
                return False
            if len(self._checked) >= _MOST_WHOLE:
                self._checked.clear()
            self._checked[name] = changed_ns, len(data)
        return True

    def has(self, address: str) -> bool:
        """Whether a picture is kept for an address; its bytes are not looked at."""
        read = _read(self._index(address), address)
        return read is not None and shelved(self._folder / "files", read[1]).is_file()

    def known(self, address: str) -> Entry | None:
        """What is known of the picture that is kept for an address; its bytes are not looked at."""
        read = _read(self._index(address), address)
        return read[0] if read is not None else None

    def limit(self, max_bytes: int) -> None:
        """Hold no more than this from now on."""
        self._max_bytes = max_bytes

    def put(self, address: str, entry: Entry, data: bytes, *, also: str = "") -> None:
        """Keep a picture under an address, and under the one that worked (``also``: how that is named here)."""
        content = digest(data)
        fields: dict[str, Any] = {name: getattr(entry, name) for name in Entry.__slots__}
        fields |= {"attempts": to_json(entry.attempts), "stored": self._now(), "digest": content}
        try:
            path = shelved(self._folder / "files", content)
            # A damaged file of that name has another length or is found out by the next get; then it is written anew.
            if not (path.is_file() and digest(path.read_bytes()) == content):
                replace(path, data)
            for key in dict.fromkeys((address, also or entry.url)):
                line = json.dumps({"address": key, **fields})
                replace(self._index(key), line.encode("utf-8", "surrogatepass"))
        except (OSError, ValueError):
            return
        self._puts += 1
        self._put_bytes += len(data)
        if self._puts % _PUTS_PER_SCAN == 1 or self._put_bytes > self._max_bytes * _PART_PER_SCAN:
            self._put_bytes = 0
            self.evict()

    def forget(self, address: str) -> None:
        """Remove what is kept for an address, the picture's file included."""
        index = self._index(address)
        read = _read(index, address)
        if read is not None:
            _remove(shelved(self._folder / "files", read[1]))
        _remove(index)

    def evict(self) -> None:
        """Bring the folder below its limit, and sweep out what is too old and what crashes left behind."""
        if not self._evicting.acquire(blocking=False):
            return
        try:
            if self._old_ones_are_due():
                self._remove_old()
            found = list(self._all(()))
            if sum(item.size for item in found) <= self._max_bytes:
                return
            found = sorted(self._all(self._pinned()), key=lambda item: item.used)
            total = sum(item.size for item in found if not item.pinned)
            if total <= self._max_bytes:
                return
            for item in found:
                if total <= self._max_bytes * _KEPT:
                    break
                if not item.pinned:
                    _remove(item.path)
                    total -= item.size
        except ReaderError:
            return  # what is pinned is not known now: then nothing is removed
        finally:
            self._evicting.release()

    def size(self) -> CacheSize:
        """What is held.

        Raises:
            ReaderError: what is pinned cannot be told.
        """
        found = list(self._all(self._pinned()))
        pictures = sum(os.path.basename(item.path).find(".") < 0 for item in found)
        pinned = sum(item.size for item in found if item.pinned)
        return CacheSize(sum(item.size for item in found), pinned, pictures, self._max_bytes)

    def clear(self, *, keep_pinned: bool = True) -> int:
        """Remove the pictures.

        Returns:
            How many bytes that freed.

        Raises:
            ReaderError: what is pinned cannot be told; nothing was removed.
        """
        freed = 0
        for item in list(self._all(self._pinned() if keep_pinned else ())):
            if not item.pinned and _remove(item.path):
                freed += item.size
        return freed

    def problems(self, *, repair: bool = False) -> list[str]:
        """What is damaged, one sentence each; a damaged picture is fetched again when it is next needed.

        Args:
            repair: remove it.
        """
        bad_files = [path for path, _, _ in files(self._folder / "files", self._now()) if not _whole(path)]
        bad_entries = [
            path for path, _, _ in files(self._folder / "index", self._now()) if _read(Path(path), None) is None
        ]
        for path in (*bad_files, *bad_entries) if repair else ():
            _remove(path)
        told = (("damaged pictures", bad_files), ("damaged entries", bad_entries))
        return [f"{len(paths)} {what} in the picture cache" for what, paths in told if paths]

    def _all(self, pinned: Collection[str]) -> Iterator[_File]:
        """Every file of the folder; those of pinned addresses and their contents are marked."""
        kept: set[str] = set()
        for address in pinned:
            index = self._index(address)
            read = _read(index, address)
            if read is not None:
                kept |= {index.name, read[1]}
        for part in ("files", "index"):
            for path, used, size in files(self._folder / part, self._now()):
                yield _File(path, used, max(size, _BLOCK), os.path.basename(path) in kept)

    def _old_ones_are_due(self) -> bool:
        """Once a day, whichever process comes first."""
        stamp = self._folder / "swept"
        try:
            if 0 <= self._now() - stamp.stat().st_mtime < _DAY_S:
                return False
        except OSError:
            pass
        with contextlib.suppress(OSError):
            stamp.write_bytes(b"")
            os.utime(stamp, (self._now(), self._now()))
        return True

    def _remove_old(self) -> None:
        """Remove the entries whose time is over, unless pinned, and then the pictures that no entry names."""
        pinned = {self._index(address).name for address in self._pinned()}
        named: set[str] = set()
        for path, _, _ in files(self._folder / "index", self._now()):
            read = _read(Path(path), None)
            if read is None or (0 < read[0].until < self._now() and os.path.basename(path) not in pinned):
                _remove(path)
            else:
                named.add(read[1])
        for path, used, _ in files(self._folder / "files", self._now()):
            # Not the newest: another process writes the picture first and then its entry.
            if os.path.basename(path) not in named and self._now() - used > _DAY_S:
                _remove(path)

    def _index(self, address: str) -> Path:
        return shelved(self._folder / "index", digest(address.encode("utf-8", "surrogatepass")), ".json")


def _read(index: Path, address: str | None) -> tuple[Entry, str] | None:
    """An entry and the name of its picture's file; None when it is not there, damaged, or of another address."""
    try:
        stored = json.loads(index.read_bytes().decode("utf-8", "surrogatepass"))
        values = {name: stored[name] for name in ("url", "media_type", "width", "height", "frames", "referer")}
        entry = Entry(
            **values,
            until=float(stored.get("until", 0.0)),
            partial=stored.get("partial") is True,
            attempts=from_json(stored.get("attempts")),
            stored=float(stored.get("stored", 0.0)),
        )
        name = stored["digest"]
        if address is not None and stored["address"] != address:
            return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    numbers = (entry.width, entry.height, entry.frames)
    fits = all(type(number) is int and number > 0 for number in numbers) and all(
        isinstance(text, str) for text in (entry.url, entry.media_type, entry.referer)
    )
    return (entry, name) if fits and isinstance(name, str) and name.isalnum() else None


def _whole(path: str) -> bool:
    try:
        return digest(Path(path).read_bytes()) == os.path.basename(path)
    except OSError:
        return False


def _remove(path: str | Path) -> bool:
    try:
        os.unlink(path)
    except OSError:
        return False
    return True
