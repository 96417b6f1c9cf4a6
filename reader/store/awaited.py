"""What a rebuilt library knows from the journal alone: of articles that their sources bring again.

Without it a library that was lost would show everything as new and unread, and what was removed once more.
"""

from __future__ import annotations

import sqlite3

from reader.store import trash
from reader.store.codec import dumps, texts
from reader.store.replay import Marks


def note(db: sqlite3.Connection, found: Marks) -> None:
    """Writes down the marks of articles that are not there."""
    ids = [*(id_ for id_, read in found.read.items() if read), *(id_ for id_, gone in found.removed.items() if gone)]
    there = db.execute("SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?))", (texts(ids),))
    missing = set(ids).difference(id_ for (id_,) in there)
    db.execute("DELETE FROM awaited")
    db.executemany(
        "INSERT INTO awaited (id, read, removed) VALUES (?, ?, ?)",
        ((id_, found.read.get(id_, False), found.removed.get(id_, False)) for id_ in missing),
    )


def meet(db: sqlite3.Connection, first: int, end: int, time: int) -> int:
    """Gives the new articles with keys from ``first`` to before ``end`` their marks; how many left the lists by them.

    Args:
        time: now, in milliseconds.
    """
    if not db.execute("SELECT EXISTS (SELECT 1 FROM awaited)").fetchone()[0]:
        return 0
    came = db.execute(
        """SELECT articles.key, awaited.id, read, removed FROM articles JOIN awaited ON awaited.id = articles.id
           WHERE articles.key >= ? AND articles.key < ?""",
        (first, end),
    ).fetchall()
    read = dumps([key for key, _, was_read, _ in came if was_read])
    db.execute(
        "UPDATE states SET read = 1, first_read = date WHERE article IN (SELECT value FROM json_each(?))", (read,)
    )
    db.executemany("DELETE FROM awaited WHERE id = ?", ((id_,) for _, id_, _, _ in came))
    return trash.put_again(db, texts([id_ for _, id_, _, was_removed in came if was_removed]), time)
