"""What can be saved of a damaged library, written into a new one.

Two ways, the second for what the first cannot reach: ask SQLite for each row by its key, and read the leaves of tables
page by page, without the tree that should lead to them. What follows from other rows (lists, counts, tags, the search
index) is made anew. The damaged file is only read.
"""

from __future__ import annotations

import contextlib
import mmap
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import field
from pathlib import Path
from typing import Any

import zstandard

from reader.records import dataclass
from reader.store import codec, connect, dictionary, pages, schema, twins
from reader.store.codec import texts
from reader.store.tagging import retag

#: Keys asked for in one statement while nothing is wrong.
_SPAN = 4096
_DICTIONARY_MAGIC = b"\x37\xa4\x30\xec"  # zstandard's, of a trained dictionary

LOST_TEXT = "the text was lost when the library was damaged; it comes back with the source's next refresh"


@dataclass(slots=True)
class Salvaged:
    """What became of a damaged library.

    Attributes:
        rows: how many were saved, by table.
        carved: how many of them nothing led to any more.
        textless: ids of articles whose text is lost; their titles and summaries are there.
        missing_sources: articles whose source is lost; they stand in the source of the kept.
    """

    rows: dict[str, int] = field(default_factory=dict)
    carved: int = 0
    textless: list[str] = field(default_factory=list)
    missing_sources: int = 0


@dataclass(frozen=True, slots=True)
class _Table:
    """A table to save, in an order in which rows come after those that they refer to.

    Attributes:
        key: its row id's column.
        is_ours: whether the columns found on a page can be a row of it.
    """

    name: str
    key: str
    is_ours: Callable[[Sequence[pages.Value]], bool]


def _are(values: Sequence[pages.Value], *kinds: type | tuple[type, ...]) -> bool:
    return len(values) >= len(kinds) and all(isinstance(v, k) for v, k in zip(values, kinds, strict=False))


_NONE = type(None)
_TABLES = (
    _Table("sources", "key", lambda v: len(v) >= 15 and _are(v, _NONE, str, str, str, str, int, str, str)),
    _Table(
        "dictionaries",
        "key",
        lambda v: len(v) == 2 and _are(v, _NONE, bytes) and bytes(v[1] or b"").startswith(_DICTIONARY_MAGIC),  # type: ignore[arg-type]
    ),
    _Table("articles", "key", lambda v: 25 <= len(v) <= 32 and _are(v, _NONE, str, int, int, str, str)),
    _Table("versions", "key", lambda v: len(v) == 8 and _are(v, _NONE, int, int, str, bytes, bytes, str, bytes)),
    _Table("states", "article", lambda v: len(v) in (8, 9) and _are(v, _NONE, int, int, int, int, int)),
    _Table("bookmarks", "article", lambda v: len(v) == 4 and _are(v, _NONE, int, str, str)),
    _Table(
        "highlights",
        "key",
        lambda v: len(v) == 12 and _are(v, _NONE, str, int, bytes, str, str, str, int, str, str, int, int),
    ),
    _Table("notes", "article", lambda v: len(v) == 4 and _are(v, _NONE, str, int, int)),
    _Table("rules", "key", lambda v: len(v) == 11 and _are(v, _NONE, str, str, str, str, str, int, int, int, int, int)),
    _Table("saved", "key", lambda v: len(v) == 10 and _are(v, _NONE, str, str, str, str, str, int, str, int, int)),
    _Table("trash", "article", lambda v: False),
    _Table("twins", "article", lambda v: False),
    _Table("places", "article", lambda v: len(v) == 4 and _are(v, _NONE, (int, float), str, int)),
    _Table("removed", "rowid", lambda v: False),
    _Table("acts", "key", lambda v: len(v) == 11 and _are(v, _NONE, bytes, int, int, str, str, str, str)),
)


def salvage(
    damaged: Path,
    target: Path,
    sources: Sequence[dict[str, Any]] = (),
    progress: Callable[[str], object] = lambda what: None,
) -> Salvaged:
    """Makes a new library at ``target`` of all that is readable of the damaged one.

    Args:
        sources: what the journal knows of sources, taken where the library has lost them.

    Raises:
        OSError: the file cannot be read, or the copy not be made.
    """
    with tempfile.TemporaryDirectory(prefix="salvage-", dir=target.parent) as folder:
        copy = Path(folder) / "damaged.sqlite3"
        if damaged.exists():
            shutil.copyfile(damaged, copy)
        else:
            copy.touch()  # the sources and the marks are in the journal
        if connect.wal_of(damaged).exists():
            shutil.copyfile(connect.wal_of(damaged), connect.wal_of(copy))
        _take_in_log(copy)
        with closing(connect.connect(target, "write")) as new:
            schema.prepare(new, target, "write")
            new.execute("PRAGMA foreign_keys = OFF")
            new.execute("BEGIN IMMEDIATE")
            found = _fill(copy, new, progress)
            for row in sources:
                _put(new, "sources", list(row), list(row.values()))
            progress("lists")
            _mend(new, found)
            new.execute("COMMIT")
            new.execute("PRAGMA foreign_keys = ON")
    return found


def _take_in_log(copy: Path) -> None:
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(copy: Path, new: sqlite3.Connection, progress: Callable[[str], object]) -> Salvaged:
    found = Salvaged()
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as old:
        old.text_factory = lambda raw: raw.decode("utf-8", "replace")
        for table in _TABLES:
            progress(table.name)
            found.rows[table.name] = _insert(new, table, _asked(old, table))
    progress("pages")
    for table, rows in _carved(copy).items():
        more = _insert(new, table, iter(rows))
        found.rows[table.name] += more
        found.carved += more
    return found


def _carved(copy: Path) -> dict[_Table, list[tuple[pages.Value, ...]]]:
    """The rows that stand on pages in use, whether anything leads to them or not."""
    found: dict[_Table, list[tuple[pages.Value, ...]]] = {table: [] for table in _TABLES}
    if copy.stat().st_size == 0:
        return found
    with open(copy, "rb") as stream, closing(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)) as data:
        size = pages.page_size(data[:100]) or connect.PAGE_SIZE
        for row in pages.Pages(data, size).rows(pages.free_pages(data, size)):
            for table in _TABLES:
                if table.is_ours(row.values):
                    found[table].append((row.rowid, *row.values[1:]))
                    break
    return found


def _asked(old: sqlite3.Connection, table: _Table) -> Iterator[tuple[Any, ...]]:
    """The rows that SQLite still finds, span by span, in smaller spans where it meets damage."""
    try:
        columns = [name for _, name, *_ in old.execute(f"PRAGMA table_info({table.name})")]
        if not columns:
            return
        last = old.execute(f"SELECT max({table.key}) FROM {table.name} NOT INDEXED").fetchone()[0]
    except sqlite3.Error:
        last = 1 << 24
    if not last:
        return
    waiting = [(start, min(start + _SPAN, last + 1)) for start in range(1, last + 1, _SPAN)]
    waiting.reverse()
    failures = 0
    while waiting and failures < 20_000:
        start, end = waiting.pop()
        try:
            rows = old.execute(
                f"SELECT * FROM {table.name} NOT INDEXED WHERE {table.key} >= ? AND {table.key} < ?", (start, end)
            ).fetchall()
        except sqlite3.Error:
            failures += 1
            if end - start > 1:
                middle = (start + end) // 2
                waiting += [(middle, end), (start, middle)]
            continue
        yield from rows


def _insert(new: sqlite3.Connection, table: _Table, rows: Iterator[tuple[Any, ...]]) -> int:
    """Inserts rows whose keys are not there yet; columns that a row of an older library lacks have their defaults."""
    columns = [name for _, name, *_ in new.execute(f"PRAGMA table_info({table.name})")]
    before = new.total_changes
    count = 0
    for row in rows:
        count += _put(new, table.name, columns[: len(row)], row[: len(columns)])
    return count if new.total_changes > before else 0


def _put(new: sqlite3.Connection, table: str, columns: Sequence[str], values: Sequence[Any]) -> int:
    """Inserts one row unless its key is there; 1 if it did. A value that the table refuses costs its row."""
    holes = ", ".join("?" * len(columns))
    try:
        return new.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({holes})", values).rowcount
    except sqlite3.Error:
        return 0


def _mend(new: sqlite3.Connection, found: Salvaged) -> None:
    """Makes the saved rows agree: every article has a text, a place in the lists and a source."""
    _drop_unreadable_versions(new)
    new.execute("DELETE FROM versions WHERE article NOT IN (SELECT key FROM articles)")
    _home(new, found)
    _give_texts(new, found)
    new.execute(
        """INSERT INTO states (article, source, date)
           SELECT key, source, coalesce(published, updated, 0) FROM articles
           WHERE key NOT IN (SELECT article FROM states) AND key NOT IN (SELECT article FROM trash)"""
    )
    for table in ("states", "trash", "twins", "bookmarks", "highlights", "notes", "places"):
        new.execute(f"DELETE FROM {table} WHERE article NOT IN (SELECT key FROM articles)")
    # What a page still holds of a row that went to the trash is no row any more.
    new.execute("DELETE FROM states WHERE article IN (SELECT article FROM trash)")
    new.execute("UPDATE states SET source = (SELECT source FROM articles WHERE key = article)")
    new.execute("UPDATE states SET starred = article IN (SELECT article FROM bookmarks)")
    twins.arrange(new)
    new.execute("DELETE FROM tallies")
    new.execute(
        """INSERT INTO tallies
           SELECT sources.key, count(states.article), coalesce(sum(read = 0), 0), coalesce(sum(twin), 0),
                  coalesce(sum(twin AND read = 0), 0)
           FROM sources LEFT JOIN states ON states.source = sources.key GROUP BY sources.key"""
    )
    for (key,) in new.execute("SELECT key FROM articles").fetchall():
        retag(new, key)
    new.execute("INSERT OR REPLACE INTO meta VALUES ('cutter', '0')")  # the index is made anew


def _drop_unreadable_versions(new: sqlite3.Connection) -> None:
    unpacker = dictionary.unpacker(new)
    bad: list[tuple[int]] = []
    for key, digest, body in new.execute("SELECT key, digest, body FROM versions"):
        try:
            sound = codec.digest(unpacker.raw(body)) == digest
        except (ValueError, KeyError, zstandard.ZstdError, TypeError, sqlite3.Error, IndexError):
            sound = False
        if not sound:
            bad.append((key,))
    new.executemany("DELETE FROM versions WHERE key = ?", bad)


def _home(new: sqlite3.Connection, found: Salvaged) -> None:
    homeless = "source NOT IN (SELECT key FROM sources)"
    found.missing_sources = new.execute(f"SELECT count(*) FROM articles WHERE {homeless}").fetchone()[0]
    if not found.missing_sources:
        return
    row = new.execute("SELECT key FROM sources WHERE kind = 'kept'").fetchone()
    if row is None:
        new.execute(
            "INSERT INTO sources (id, kind, address, title) VALUES (?, 'kept', '', 'Kept')", (codec.short_id("kept\n"),)
        )
        row = new.execute("SELECT key FROM sources WHERE kind = 'kept'").fetchone()
    new.execute(f"UPDATE articles SET source = ? WHERE {homeless}", row)


def _give_texts(new: sqlite3.Connection, found: Salvaged) -> None:
    """The newest readable version where the newest is lost; the summary where all are."""
    new.execute(
        """UPDATE articles SET version = (SELECT max(versions.key) FROM versions WHERE article = articles.key)
           WHERE version NOT IN (SELECT key FROM versions WHERE article = articles.key)
             AND key IN (SELECT article FROM versions)"""
    )
    lost = new.execute(
        """SELECT key, id, title, summary, warnings, fingerprint FROM articles
           WHERE version NOT IN (SELECT key FROM versions)"""
    ).fetchall()
    packer = codec.Packer()
    for key, id_, title, summary, warnings, _ in lost:
        cursor = new.execute(
            """INSERT INTO versions (article, seen, title, fingerprint, digest, form, body)
               VALUES (?, 0, ?, ?, ?, 'text', ?)""",
            (key, title, b"", codec.digest(summary), packer.pack(summary, summary)),
        )
        # Another fingerprint than any text has: the next refresh brings the true one.
        new.execute(
            "UPDATE articles SET version = ?, fingerprint = ?, warnings = ? WHERE key = ?",
            (cursor.lastrowid, b"", texts([*codec.to_texts(warnings), LOST_TEXT]), key),
        )
        found.textless.append(id_)
