"""The files of folder sources: what was read of them when, which articles they are, the folders they stand in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from reader.model import STAMP_BYTE, Subfolder
from reader.records import dataclass
from reader.store import removed
from reader.store.codec import dumps, hash64, plain

_STAMPS = f"SELECT guid, mtime_ns + size * {STAMP_BYTE} FROM"


@dataclass(frozen=True, slots=True)
class Stamped:
    """A file as it was when it was read."""

    guid: str
    guid_hash: int
    size: int
    mtime_ns: int


def stamps(db: sqlite3.Connection, source: int, regions: Sequence[str] | None = None) -> dict[str, int]:
    """The stamp (see ``model.file_stamp``) of each known file of a source by its guid.

    Args:
        regions: of these files, and of those in these folders, alone.
    """
    if regions is None:
        # From the cursor into the dictionary: no list of 200,000 pairs between them.
        return dict(
            db.execute(f"{_STAMPS} files WHERE source = ?1 UNION ALL {_STAMPS} unlisted WHERE source = ?1", (source,))
        )
    found: dict[str, int] = {}
    for region in regions:
        first, last = bounds(region)
        for table in ("files", "unlisted"):
            found |= dict(
                db.execute(
                    f"{_STAMPS} {table} WHERE source = ?1 AND (guid = ?2 OR (guid >= ?3 AND guid < ?4))",
                    (source, plain(region), first, last),
                )
            )
    return found


def bounds(folder: str) -> tuple[str, str]:
    """The guids of all files in a folder are at least the first of these and less than the other; "0" follows "/"."""
    return (f"{plain(folder)}/", f"{plain(folder)}0") if folder else ("", "\U0010ffff")


def note(db: sqlite3.Connection, source: int, read: Iterable[Stamped]) -> None:
    """Writes down how files were when they were read, and which articles they are; none: it was removed."""
    files, unlisted = [], []
    for one in read:
        article = db.execute(
            "SELECT key FROM articles WHERE source = ? AND guid_hash = ? AND guid = ? ORDER BY key DESC LIMIT 1",
            (source, one.guid_hash, one.guid),
        ).fetchone()
        row = (source, one.guid, one.size, one.mtime_ns)
        if article is None:
            unlisted.append(row)
        else:
            files.append((*row, article[0]))
    db.executemany("INSERT OR REPLACE INTO unlisted (source, guid, size, mtime_ns) VALUES (?, ?, ?, ?)", unlisted)
    db.executemany("INSERT OR REPLACE INTO files (source, guid, size, mtime_ns, article) VALUES (?, ?, ?, ?, ?)", files)
    # Of a file that was unlisted and is an article again; nearly always there is none.
    if files and db.execute("SELECT 1 FROM unlisted WHERE source = ? LIMIT 1", (source,)).fetchone():
        db.executemany("DELETE FROM unlisted WHERE source = ? AND guid = ?", ((source, row[1]) for row in files))


def unlist(db: sqlite3.Connection, source: int, read: Sequence[tuple[str, int, int]]) -> int:
    """Files (guid, size, mtime_ns) that shall be no articles: those that they were go. How many went."""
    went = mark_gone(db, source, [guid for guid, _, _ in read])
    pass_over(db, source, read)
    return went


def pass_over(db: sqlite3.Connection, source: int, files: Sequence[tuple[str, int, int]]) -> None:
    """Files (guid, size, mtime_ns) that are not to be read until they change; their articles stay as they are."""
    db.executemany(
        "INSERT OR REPLACE INTO unlisted (source, guid, size, mtime_ns) VALUES (?, ?, ?, ?)",
        ((source, plain(guid), size, mtime_ns) for guid, size, mtime_ns in files),
    )


def forget_stamps(db: sqlite3.Connection, source: int) -> None:
    """Has every file of a source read again by the next refresh."""
    db.execute("DELETE FROM unlisted WHERE source = ?", (source,))
    db.execute("UPDATE files SET size = -1 WHERE source = ?", (source,))


def count(db: sqlite3.Connection, source: int) -> int:
    """How many files of a source are articles."""
    found: int = db.execute("SELECT count(*) FROM files WHERE source = ?", (source,)).fetchone()[0]
    return found


def mark_gone(db: sqlite3.Connection, source: int, guids: Sequence[str]) -> int:
    """Files that vanished: their articles go, bookmarked ones stay and are flagged. How many went."""
    wanted = {hash64(guid): plain(guid) for guid in guids}
    for table in ("files", "unlisted"):  # in this order: what leaves files is put into unlisted
        db.executemany(
            f"DELETE FROM {table} WHERE source = ? AND guid = ?", ((source, guid) for guid in wanted.values())
        )
    found = db.execute(
        """SELECT articles.key, guid, guid_hash, EXISTS (SELECT 1 FROM bookmarks WHERE article = articles.key)
           FROM json_each(?) AS wanted CROSS JOIN articles INDEXED BY articles_guid
           ON source = ? AND guid_hash = wanted.value""",
        (dumps(list(wanted)), source),
    ).fetchall()
    removed.forget_files(db, source, list(wanted))
    keys: dict[bool, list[tuple[int]]] = {True: [], False: []}
    for key, guid, guid_hash, marked in found:
        if wanted[guid_hash] == guid:
            keys[bool(marked)].append((key,))
    db.executemany("UPDATE articles SET gone = 1 WHERE key = ?", keys[True])
    db.executemany("DELETE FROM articles WHERE key = ?", keys[False])
    return len(keys[False])


# The tree of a folder

#: The articles in a folder: those with a file, and the bookmarked ones whose file is gone.
WITHIN = """SELECT article FROM files WHERE source = ? AND guid >= ? AND guid < ?
UNION ALL SELECT key FROM articles INDEXED BY articles_gone WHERE source = ? AND gone = 1 AND guid >= ? AND guid < ?"""


def within(source: int, folder: str) -> list[object]:
    """The values of ``WITHIN``."""
    return [source, *bounds(folder)] * 2


#: The first file at or after a guid that stands in a subfolder: those beside it are passed over inside SQLite.
_NEXT = """
SELECT guid FROM files WHERE source = ?1 AND guid >= ?2 AND guid < ?3 AND instr(substr(guid, ?4), '/') > 0
ORDER BY guid LIMIT 1
"""
_UNREAD = """
SELECT substr(guid, ?4, instr(substr(guid, ?4), '/') - 1) AS name, count(*)
FROM states INDEXED BY states_source_unread
CROSS JOIN files INDEXED BY files_article ON files.article = states.article AND files.source = ?1
WHERE states.source = ?1 AND read = 0 AND guid >= ?2 AND guid < ?3 GROUP BY name
"""


def subfolders(db: sqlite3.Connection, source: int, folder: str, most: int) -> list[Subfolder]:
    """The folders directly in a folder of a source (``""``: the source's own) that hold articles, by name."""
    first, last = bounds(folder)
    beginning = f"{plain(folder)}/" if folder else ""
    unread = dict(db.execute(_UNREAD, (source, first, last, len(beginning) + 1)).fetchall())
    found: list[Subfolder] = []
    while len(found) < most:
        guid = _in_a_subfolder(db, source, beginning, first, last)
        if guid is None:
            break
        name = guid[len(beginning) :].partition("/")[0]
        path = beginning + name
        parts = _in_a_subfolder(db, source, f"{path}/", *bounds(path)) is not None
        found.append(Subfolder(path, unread.get(name, 0), parts))
        first = bounds(path)[1]
    return sorted(found, key=lambda part: part.path)  # "a b/" stands before "a/"


def _in_a_subfolder(db: sqlite3.Connection, source: int, beginning: str, first: str, last: str) -> str | None:
    row = db.execute(_NEXT, (source, first, last, len(beginning) + 1)).fetchone()
    return None if row is None else row[0]
