"""Is the file sound, and a copy of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from reader.errors import StoreDenied
from reader.store import schema
from reader.store.connect import Access, connect, translated

#: What must be empty: each with the sentence that says what a hit means.
_RULES = (
    (
        "SELECT id FROM articles LEFT JOIN versions ON versions.key = version WHERE versions.key IS NULL",
        "the article {} has lost its text",
    ),
    (
        "SELECT id FROM articles LEFT JOIN states ON states.article = key WHERE states.article IS NULL",
        "the article {} stands in no list",
    ),
    (
        """SELECT sources.title FROM sources JOIN tallies ON tallies.source = sources.key
           WHERE total <> (SELECT count(*) FROM states WHERE states.source = sources.key)
              OR unread <> (SELECT count(*) FROM states WHERE states.source = sources.key AND read = 0)""",
        "the counts of the source “{}” are wrong",
    ),
)


def problems(db: sqlite3.Connection) -> list[str]:
    """SQLite's own integrity check, then ours; at most 100 sentences each."""
    try:
        found = [text for (text,) in db.execute("PRAGMA integrity_check") if text != "ok"]
        found += [f"{table} refers to what is not there" for table, *_ in db.execute("PRAGMA foreign_key_check")]
        for sql, sentence in _RULES:
            found += [sentence.format(name) for (name,) in db.execute(f"{sql} LIMIT 100")]
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        return [str(error)]
    return found


def backup(file: Path, access: Access, target: Path, progress: Callable[[int, int, int], object] | None) -> None:
    """A copy on a connection of its own, so that neither readers nor the writer wait.

    Raises:
        StoreDenied: the target cannot be written.
    """
    try:
        with translated(target), closing(connect(file, "read" if access == "write" else access)) as reading:
            schema.backup(reading, target, progress)
    except OSError as error:
        raise StoreDenied(path=str(target), detail=error.strerror or str(error)) from error
