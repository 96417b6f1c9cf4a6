"""The trash: what the user or retention removed, whole, for 30 days or 200 MB; then only its identity stays.

Nothing big is moved: an article keeps its row, its texts, its place in the search index and its tags. Only its row of
``states`` goes to ``trash``, and with it the article leaves all lists and counts. A removed source keeps its row too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from reader.errors import Usage
from reader.store import acts, removed, sources, twins
from reader.store.codec import dumps, to_ms

KEPT_MS = timedelta(days=30) // timedelta(milliseconds=1)
MAX_BYTES = 200 << 20

#: Acts that put something into the trash.
KINDS = ("remove", "remove-source", "retention")

_STATE = "source, date, read, reading, first_read, read_act"


def put(db: sqlite3.Connection, act: int, which: str, values: Sequence[object]) -> int:
    """Moves the articles whose keys ``which`` selects into the trash; bookmarked ones stay. How many went."""
    count = db.execute(
        f"""INSERT INTO trash (article, act, bytes, {_STATE})
            SELECT article, ?, (SELECT coalesce(sum(length(body)), 0) FROM versions
                                WHERE versions.article = states.article), {_STATE}
            FROM states WHERE article IN ({which}) AND starred = 0""",
        (act, *values),
    ).rowcount
    _count_tags(db, "act = ?", act, -1)
    db.execute("DELETE FROM states WHERE article IN (SELECT article FROM trash WHERE act = ?)", (act,))
    return count


def take_back(db: sqlite3.Connection, gesture: int, *, spare: bool = False) -> int:
    """Brings back what a gesture put into the trash; how many came.

    Args:
        spare: retention leaves them alone from now on.
    """
    return _back(db, "act IN (SELECT key FROM acts WHERE gesture = ?)", gesture, spare=spare)


def take_out(db: sqlite3.Connection, keys: Sequence[int]) -> int:
    """Brings back those of these articles that are in the trash; how many."""
    return _back(db, "trash.article IN (SELECT value FROM json_each(?))", dumps(list(keys)))


def _back(db: sqlite3.Connection, which: str, value: object, *, spare: bool = False) -> int:
    """What belongs to a removed source waits until that is back."""
    which += " AND source IN (SELECT key FROM sources WHERE trashed IS NULL)"
    _count_tags(db, which, value, +1)
    if spare:
        db.execute(f"INSERT OR IGNORE INTO spared SELECT article FROM trash WHERE {which}", (value,))
    count = db.execute(
        f"INSERT INTO states (article, {_STATE}) SELECT article, {_STATE} FROM trash WHERE {which}", (value,)
    ).rowcount
    db.execute(f"DELETE FROM trash WHERE {which}", (value,))
    return count


def _count_tags(db: sqlite3.Connection, which: str, value: object, sign: int) -> None:
    """The taggings of what is in the trash stay; the tags' numbers do not count them."""
    db.execute(
        f"""UPDATE tags SET uses = uses + ? * moved.n FROM (
                SELECT tag, count(*) AS n FROM trash JOIN taggings ON taggings.article = trash.article
                WHERE {which} GROUP BY tag
            ) AS moved WHERE moved.tag = tags.key""",
        (sign, value),
    )


def is_waiting(db: sqlite3.Connection, gesture: int) -> bool:
    """Whether something that a gesture removed is in the trash."""
    sql = "SELECT EXISTS (SELECT 1 FROM trash WHERE act IN (SELECT key FROM acts WHERE gesture = ?))"
    return bool(db.execute(sql, (gesture,)).fetchone()[0])


def remove_articles(db: sqlite3.Connection, keys: Sequence[int], when: datetime) -> int:
    """Removes articles, with those that they stand for in the lists; bookmarked ones stay.

    Returns:
        How many went, each of them once.
    """
    wanted = dumps(twins.with_relatives(db, keys))
    which = "SELECT value FROM json_each(?)"
    named = db.execute(
        f"""SELECT id, title FROM articles JOIN states ON states.article = articles.key
            WHERE articles.key IN ({which}) AND starred = 0 ORDER BY articles.key LIMIT 1""",
        (wanted,),
    ).fetchone()
    if named is None:
        return 0
    act = acts.record(db, to_ms(when), "remove", named[0] if len(keys) == 1 else "", None, {"what": named[1]})
    count = put(db, act, which, (wanted,)) - twins.repeated(db, "trash", "act", act)
    acts.set_count(db, act, count)
    return count


def remove_source(db: sqlite3.Connection, key: int, when: datetime) -> None:
    """Removes a source and its articles; the bookmarked ones move to the source of the kept.

    Raises:
        NotFound: no such source.
        Usage: it is the source of the kept articles, and still has some.
    """
    source = sources.by_key(db, key)
    if source.kind == "kept" and source.total:
        raise Usage(detail="the kept articles stay while they are bookmarked")
    act = acts.record(db, to_ms(when), "remove-source", "", None, {"what": source.title, "source": source.id})
    marked = "SELECT article FROM bookmarks JOIN articles ON articles.key = article WHERE source = ?"
    if db.execute(f"SELECT EXISTS ({marked})", (key,)).fetchone()[0]:
        sources.hand_over(db, marked, key, to=sources.kept(db).key, origin=source.id)
    acts.set_count(db, act, put(db, act, "SELECT article FROM states WHERE source = ?", (key,)))
    db.execute("UPDATE sources SET trashed = ? WHERE key = ?", (act, key))


def take_source_back(db: sqlite3.Connection, gesture: int) -> int:
    """Brings back the source that a gesture removed, with its articles, the kept ones too; 0 when all is gone."""
    row = db.execute("SELECT key, id FROM sources WHERE trashed = ?", (gesture,)).fetchone()
    if row is not None:
        db.execute("UPDATE sources SET trashed = NULL WHERE key = ?", (row[0],))
        sources.take_kept(db, *row)
    return (row is not None) + take_back(db, gesture)


def put_again(db: sqlite3.Connection, ids: str, when: int) -> int:
    """Removes the articles with these ids (a JSON list), as the journal says that they were; how many went."""
    act = acts.record(db, when, "remove", "", None, {"what": ""})
    count = put(db, act, "SELECT key FROM articles WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    if count:
        acts.set_count(db, act, count)
    else:
        acts.forget(db, act)
    return count


def empty_step(db: sqlite3.Connection, now: datetime, most: int) -> bool:
    """Lets up to ``most`` articles go for good, the longest removed first, then the sources that have none left.

    Returns:
        Whether there is no more to do.
    """
    before = to_ms(now) - KEPT_MS
    oldest = db.execute(
        "SELECT act, coalesce(time, 0) FROM trash LEFT JOIN acts ON acts.key = act ORDER BY act LIMIT 1"
    ).fetchone()
    if oldest is not None:
        act, time = oldest
        over = None if time < before else db.execute("SELECT sum(bytes) FROM trash").fetchone()[0] - MAX_BYTES
        if over is None or over > 0:
            _let_go(db, act, most, over)
            return False
    gone = db.execute(
        """SELECT sources.key FROM sources LEFT JOIN acts ON acts.key = trashed WHERE trashed IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM articles WHERE articles.source = sources.key)
           AND (coalesce(time, 0) < ? OR json_extract(new, '$.count') > 0)""",
        (before,),
    ).fetchall()
    for (key,) in gone:
        db.execute("UPDATE acts SET undone = 1 WHERE key = (SELECT trashed FROM sources WHERE key = ?)", (key,))
        db.execute("DELETE FROM files WHERE source = ?", (key,))
        db.execute("DELETE FROM sources WHERE key = ?", (key,))
    return True


def _let_go(db: sqlite3.Connection, act: int, most: int, over: int | None) -> None:
    """Articles of one act; with ``over`` no more than takes so many bytes."""
    keys: list[int] = []
    for key, size in db.execute("SELECT article, bytes FROM trash WHERE act = ? ORDER BY article LIMIT ?", (act, most)):
        if over is not None and over <= 0:
            break
        keys.append(key)
        over = None if over is None else over - size
    removed.remove(db, keys)
    if not db.execute("SELECT EXISTS (SELECT 1 FROM trash WHERE act = ?)", (act,)).fetchone()[0]:
        # A removed source is there until its row goes; and another act of the gesture may still have some.
        db.execute(
            """UPDATE acts SET undone = 1 WHERE gesture = (SELECT gesture FROM acts WHERE key = ?1)
               AND kind <> 'remove-source' AND NOT EXISTS (
                   SELECT 1 FROM trash JOIN acts AS other ON other.key = act WHERE other.gesture = acts.gesture)""",
            (act,),
        )
