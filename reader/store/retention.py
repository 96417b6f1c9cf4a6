"""Retention: what is older, or more, than the user wants to keep goes to the trash, a piece at a time.

What is bookmarked (tagged, noted), half read, or was taken back from retention once is never removed. The files of a
folder are the user's own: a folder is asked to let go only by its own limits, never by the common ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from reader.records import dataclass
from reader.store import acts, trash
from reader.store.codec import dumps, to_ms

_DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
_FREE = "starred = 0 AND reading = 0 AND NOT EXISTS (SELECT 1 FROM spared WHERE spared.article = states.article)"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is kept where a source says nothing of its own; 0 is without a limit.

    Attributes:
        days, count: of each feed.
        in_all: articles of all feeds together.
    """

    days: int = 0
    count: int = 0
    in_all: int = 0


def due(db: sqlite3.Connection, now: datetime, limits: Limits, most: int) -> list[int]:
    """Up to ``most`` of the articles that are to go, by key, each once."""
    return list(islice(dict.fromkeys(_due(db, now, limits, most)), most))


def _due(db: sqlite3.Connection, now: datetime, limits: Limits, most: int) -> Iterator[int]:
    room = most
    for source, kind, days, count, total in db.execute(
        """SELECT key, kind, keep_days, keep_count, total FROM sources JOIN tallies ON source = key
           WHERE trashed IS NULL AND kind IN ('feed', 'folder') AND total > 0"""
    ).fetchall():
        days = days or (limits.days if kind == "feed" else 0)
        count = count or (limits.count if kind == "feed" else 0)
        theirs: dict[int, None] = {}
        if days > 0:
            theirs.update(dict.fromkeys(islice(_older(db, source, to_ms(now) - days * _DAY_MS), room)))
        if 0 < count < total:
            more = _beyond(db, "states INDEXED BY states_source", "source = ?", source, count)
            theirs.update(dict.fromkeys(islice(more, room)))
        yield from theirs
        room -= len(theirs)
        if room <= 0:
            return
    if limits.in_all > 0:
        feeds = "source IN (SELECT key FROM sources WHERE kind = ?)"
        yield from islice(_beyond(db, "states INDEXED BY states_date", feeds, "feed", limits.in_all), most)


def _older(db: sqlite3.Connection, source: int, before: int) -> Iterator[int]:
    sql = f"SELECT article FROM states INDEXED BY states_source WHERE source = ? AND date < ? AND {_FREE}"
    return (key for (key,) in db.execute(sql, (source, before)))


def _beyond(db: sqlite3.Connection, table: str, where: str, value: object, count: int) -> Iterator[int]:
    """What is older than the newest ``count``; those that must stay take places among them."""
    last = db.execute(
        f"SELECT date, article FROM {table} WHERE {where} ORDER BY date DESC, article DESC LIMIT 1 OFFSET ?",
        (value, count - 1),
    ).fetchone()
    if last is None:
        return iter(())
    sql = f"SELECT article FROM {table} WHERE {where} AND (date, article) < (?, ?) AND {_FREE}"
    return (key for (key,) in db.execute(sql, (value, *last)))


def retire(db: sqlite3.Connection, keys: Sequence[int], when: datetime, gesture: int) -> tuple[int, int]:
    """Moves articles to the trash unless they must stay by now.

    Args:
        gesture: of the same run, 0 for its first piece.

    Returns:
        The gesture of the run (0 while it came to nothing), and how many went.
    """
    act = acts.record(db, to_ms(when), "retention", "", None, {}, gesture=gesture)
    which = f"SELECT article FROM states WHERE article IN (SELECT value FROM json_each(?)) AND {_FREE}"
    count = trash.put(db, act, which, (dumps(list(keys)),))
    if not count:
        acts.forget(db, act)
        return gesture, 0
    acts.set_count(db, act, count)
    return gesture or act, count
