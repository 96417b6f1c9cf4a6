"""The acts: what the user did, one row each, in the same transaction as its effect.

Acts with the same gesture are one doing of the user's: they stand in the history as one line and are undone together.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence

from reader.store.codec import dumps


def record(
    db: sqlite3.Connection,
    when: int,
    kind: str,
    article: str,
    old: object,
    new: object,
    *,
    gesture: int = 0,
    old_act: int | None = None,
    undoing: bool = False,
) -> int:
    """Writes one act; its key.

    Args:
        when: milliseconds.
        article: its id; empty for an act on many.
        gesture: key of the gesture's first act; 0 begins a new one.
        old_act: the act that the article's read state was of before.
        undoing: it takes another one back, and cannot be taken back itself.
    """
    cursor = db.execute(
        """INSERT INTO acts (uuid, gesture, time, kind, article, old, new, old_act, undone)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (os.urandom(16), gesture, when, kind, article, dumps(old), dumps(new), old_act, undoing),
    )
    key = cursor.lastrowid
    assert key is not None
    if not gesture:
        db.execute("UPDATE acts SET gesture = key WHERE key = ?", (key,))
    return key


def record_all(db: sqlite3.Connection, when: int, kind: str, changes: Sequence[tuple[str, object, object]]) -> None:
    """Writes what was done to several articles as one gesture.

    Args:
        changes: of each article its id, and what was before and after.
    """
    if not changes:
        return
    (article, old, new), *others = changes
    gesture = record(db, when, kind, article, old, new)
    db.executemany(
        "INSERT INTO acts (uuid, gesture, time, kind, article, old, new, undone) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        ((os.urandom(16), gesture, when, kind, id_, dumps(old), dumps(new)) for id_, old, new in others),
    )


def set_count(db: sqlite3.Connection, act: int, count: int) -> None:
    """Writes into an act on many how many they were."""
    db.execute("UPDATE acts SET new = json_set(new, '$.count', ?) WHERE key = ?", (count, act))


def forget(db: sqlite3.Connection, act: int) -> None:
    """Takes out an act that came to nothing, in the transaction that wrote it."""
    db.execute("DELETE FROM acts WHERE key = ?", (act,))
