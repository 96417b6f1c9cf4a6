"""What is known of a library's safety, what is asked for it, and how far a backup is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from reader import backups, keeping
from reader.backups import Held
from reader.keeping import Looked
from reader.library import Library
from reader.records import dataclass

#: Where each part of a backup begins and ends in the whole of it; copying and packing write the same bytes.
_PARTS = {"copy": (0.0, 0.5), "check": (0.5, 0.6), "pack": (0.6, 1.0), "unpack": (0.0, 0.5), "export": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Act:
    """What can only be done while no window has the library open."""

    kind: Literal["restore", "repair"]
    file: Path = Path()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the library is and has."""

    folder: Path
    articles: int
    bookmarks: int
    bytes: int
    pictures_bytes: int
    looked: Looked | None
    held: tuple[Held, ...]


def facts_of(library: Library) -> Facts:
    """What a library is and has; reads files and the store."""
    paths = library.paths
    articles, bookmarks = library.store.totals()
    log = paths.database.with_name(f"{paths.database.name}-wal")
    return Facts(
        paths.data,
        articles,
        bookmarks,
        _size(paths.database) + _size(log),
        library.cache_size().bytes,
        keeping.last_look(paths),
        tuple(backups.held(paths)),
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def share_of(what: str, done: int, total: int) -> float:
    """How much of a whole backup is done, 0 to 1."""
    begin, end = _PARTS.get(what, (0.0, 1.0))
    return begin + (end - begin) * min(1.0, done / max(1, total))
