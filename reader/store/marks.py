"""What the user does with articles: read states, bookmarks, places, and the acts that record it.

Every effect stands in one transaction with its row in ``acts``: a confirmed act is on the disk, an unconfirmed one left
nothing. A place in the text is no act: it changes with every scroll.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reader.errors import NotFound
from reader.model import Bookmark, Query
from reader.store import acts, awaited, saved, trash, twins
from reader.store.codec import dumps, plain, texts, to_ms, to_texts, to_time
from reader.store.lists import selection
from reader.store.replay import Marks
from reader.store.tagging import retag

#: Half read is more than a glance and less than the end.
STARTED, FINISHED = 0.02, 0.98
#: A bookmark as acts and the journal write it down: "created" (milliseconds), "tags", "note".
_State = dict[str, Any]


def _id(db: sqlite3.Connection, key: int) -> str:
    row = db.execute("SELECT id FROM articles JOIN states ON article = key WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(kind="article", name=str(key))
    found: str = row[0]
    return found


def set_read(db: sqlite3.Connection, keys: Iterable[int], read: bool, act: int | None, when: int) -> None:
    """Sets read states as of an act (None: of no act)."""
    db.executemany(
        """UPDATE states SET read = ?1, read_act = ?2,
               first_read = CASE WHEN ?1 THEN coalesce(first_read, ?3) ELSE first_read END
           WHERE article = ?4""",
        ((read, act, when, key) for key in keys),
    )


def mark_read(db: sqlite3.Connection, keys: Sequence[int], read: bool, when: datetime) -> int:
    """Marks articles, in all sources that have them; how many changed, each of them once."""
    time = to_ms(when)
    changing: list[tuple[int, str, int | None]] = db.execute(
        """SELECT DISTINCT states.article, articles.id, read_act FROM json_each(?) AS wanted
           CROSS JOIN states ON states.article = wanted.value JOIN articles ON articles.key = states.article
           WHERE states.read <> ?""",
        (dumps(twins.with_relatives(db, keys)), read),
    ).fetchall()
    again = twins.named_again(db, [key for key, *_ in changing])
    gesture = 0
    kind, old, new = "read" if read else "unread", {"read": not read}, {"read": read}
    for key, article, old_act in changing:
        said = {**new, "count": 0} if key in again else new
        act = acts.record(db, time, kind, article, old, said, gesture=gesture, old_act=old_act)
        gesture = gesture or act
    set_read(db, [key for key, *_ in changing], read, gesture, time)
    return len(changing) - len(again)


def mark_all_read(db: sqlite3.Connection, query: Query, when: datetime) -> int:
    """Marks a whole list read in one statement; how many changed, each of them once.

    One act stands for them all: ``states.read_act`` says which articles it was.
    """
    time = to_ms(when)
    # Of the unread alone; what a statement changes without another one inside takes 25 ms less for 130,000 articles.
    source, where, values = selection(replace(query, unread_only=True), db=db)
    if not source.startswith("states"):
        source, where = "states", f"article IN (SELECT states.article FROM {source} WHERE {where})"
    which = {"view": query.view, "sources": list(query.sources), "tag": plain(query.tag), "what": query.matching}
    act = acts.record(db, time, "read-all", "", {"read": False}, {"read": True, **which})
    changed = db.execute(
        f"UPDATE {source} SET read = 1, read_act = ?, first_read = coalesce(first_read, ?) WHERE {where} AND read = 0",
        [act, time, *values],
    ).rowcount
    changed += twins.read_with(db, act, time)
    changed -= twins.repeated(db, "states", "read_act", act)
    if changed:
        acts.set_count(db, act, changed)
    else:
        acts.forget(db, act)
    return changed


def bookmark_state(db: sqlite3.Connection, key: int) -> dict[str, object] | None:
    """A bookmark as acts and the journal write it down; None when there is none."""
    row = db.execute("SELECT created, tags, note FROM bookmarks WHERE article = ?", (key,)).fetchone()
    return None if row is None else {"created": row[0], "tags": json.loads(row[1]), "note": row[2]}


def set_bookmark(db: sqlite3.Connection, key: int, state: dict[str, object] | None) -> None:
    """Makes a bookmark what ``bookmark_state`` gave."""
    _set_bookmarks(db, [(key, state)])
    retag(db, key)


def bookmark(
    db: sqlite3.Connection, key: int, when: datetime, *, tags: Sequence[str] | None = None, note: str | None = None
) -> None:
    """Keeps an article. On one that is kept already it sets the tags and the note; None leaves them as they are.

    Raises:
        NotFound: no such article.
    """
    article = _id(db, key)
    old = bookmark_state(db, key)
    before: dict[str, object] = old or {"created": to_ms(when), "tags": [], "note": ""}
    new = dict(before)
    if tags is not None:
        new["tags"] = list(dict.fromkeys(plain(tag) for tag in tags if tag))
    if note is not None:
        new["note"] = plain(note)
    if new != old:
        set_bookmark(db, key, new)
        acts.record(db, to_ms(when), "bookmark", article, old, new)


def unbookmark(db: sqlite3.Connection, key: int, when: datetime) -> None:
    """Lets an article go, with its tags and note: the act remembers them.

    Raises:
        NotFound: no such article.
    """
    article = _id(db, key)
    old = bookmark_state(db, key)
    if old is not None:
        set_bookmark(db, key, None)
        acts.record(db, to_ms(when), "unbookmark", article, old, None)


def keep(
    db: sqlite3.Connection,
    keys: Sequence[int],
    when: datetime,
    *,
    on: bool = True,
    add: Sequence[str] = (),
    drop: Sequence[str] = (),
) -> int:
    """Keeps several articles, or lets them go, as one gesture; how many changed.

    Args:
        on: False lets them go, with their tags and notes: the acts remember them.
        add, drop: tags that all of them get, and lose.
    """
    time = to_ms(when)
    added, dropped = [plain(tag) for tag in add if tag], {plain(tag) for tag in drop}
    changes: list[tuple[int, str, _State | None, _State | None]] = []
    for article, key, created, tags, note in db.execute(
        """SELECT articles.id, articles.key, created, bookmarks.tags, note FROM json_each(?) AS wanted
           JOIN articles ON articles.key = wanted.value JOIN states ON states.article = articles.key
           LEFT JOIN bookmarks ON bookmarks.article = articles.key""",
        (dumps(list(keys)),),
    ):
        old = None if created is None else {"created": created, "tags": json.loads(tags), "note": note}
        new: _State | None = None
        if on:
            before = old or {"created": time, "tags": [], "note": ""}
            new = {
                **before,
                "tags": list(dict.fromkeys([*(tag for tag in before["tags"] if tag not in dropped), *added])),
            }
        if new != old:
            changes.append((key, article, old, new))
    _set_bookmarks(db, [(key, new) for key, _, _, new in changes])
    for key, _, old, new in changes:
        if (old or {"tags": []})["tags"] != (new or {"tags": []})["tags"]:
            retag(db, key)
    acts.record_all(db, time, "bookmark" if on else "unbookmark", [change[1:] for change in changes])
    return len(changes)


def _set_bookmarks(db: sqlite3.Connection, states: Sequence[tuple[int, _State | None]]) -> None:
    db.executemany("DELETE FROM bookmarks WHERE article = ?", ((key,) for key, state in states if state is None))
    db.executemany(
        """INSERT INTO bookmarks (article, created, tags, note) VALUES (?1, ?2, ?3, ?4)
           ON CONFLICT (article) DO UPDATE SET created = ?2, tags = ?3, note = ?4""",
        ((key, state["created"], dumps(state["tags"]), state["note"]) for key, state in states if state is not None),
    )


def put(db: sqlite3.Connection, found: Marks, when: datetime) -> int:
    """Makes read states, bookmarks, trash and smart folders what the journal says; how many bookmarks changed.

    What it says of articles that are not there is kept until they come.
    """
    saved.replay(db, found.searches)
    keys = dict(
        db.execute(
            "SELECT id, key FROM articles WHERE id IN (SELECT value FROM json_each(?))",
            (texts([*found.read, *found.bookmarks]),),
        )
    )
    trash.take_out(db, [keys[id_] for id_, state in found.bookmarks.items() if state is not None and id_ in keys])
    db.executemany(
        "UPDATE states SET read = ?1, first_read = CASE WHEN ?1 THEN coalesce(first_read, date) ELSE first_read END "
        "WHERE article = ?2 AND read <> ?1",
        [(value, keys[id_]) for id_, value in found.read.items() if id_ in keys],
    )
    count = 0
    for id_, state in found.bookmarks.items():
        if id_ in keys and bookmark_state(db, keys[id_]) != state:
            set_bookmark(db, keys[id_], state)
            count += 1
    trash.put_again(db, texts([id_ for id_, gone in found.removed.items() if gone]), to_ms(when))
    awaited.note(db, found)
    return count


def bookmarks(db: sqlite3.Connection) -> list[Bookmark]:
    """All bookmarks, the newest first."""
    return [
        Bookmark(id_, to_time(created), to_texts(tags), note)
        for id_, created, tags, note in db.execute(
            """SELECT articles.id, created, bookmarks.tags, note FROM bookmarks
               JOIN articles ON articles.key = bookmarks.article ORDER BY created DESC, articles.key DESC"""
        )
    ]


def set_progress(db: sqlite3.Connection, key: int, progress: float, position: str) -> None:
    """Remembers the place in the text.

    An article that was read to its end is finished and stays out of "continue" when scrolled back, until it is begun
    again from the top.

    Args:
        progress: 0.0 to 1.0.
        position: opaque to the store.

    Raises:
        NotFound: no such article.
    """
    _id(db, key)
    progress = min(1.0, max(0.0, progress)) if progress == progress else 0.0
    db.execute(
        """INSERT INTO places (article, progress, position, finished) VALUES (?1, ?2, ?3, ?2 >= ?5)
           ON CONFLICT (article) DO UPDATE SET progress = ?2, position = ?3,
               finished = CASE WHEN ?2 >= ?5 THEN 1 WHEN ?2 <= ?4 THEN 0 ELSE finished END""",
        (key, progress, plain(position), STARTED, FINISHED),
    )
    db.execute(
        """UPDATE states SET reading = place.reading FROM (
               SELECT progress > ?2 AND progress < ?3 AND NOT finished AS reading FROM places WHERE article = ?1
           ) AS place WHERE article = ?1 AND states.reading <> place.reading""",
        (key, STARTED, FINISHED),
    )
