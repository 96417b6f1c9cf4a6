"""The history: what the user (and retention) did, newest first, and taking any of it back, also after a restart.

Only what is still as the act left it is restored: what was changed since, here or on another device, stays. Taking back
is recorded as acts too.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from reader.model import Gesture
from reader.store import acts, marks, saved, trash, twins
from reader.store.codec import dumps, to_ms, to_time

#: Acts that are listed though there is only one of them. A single article that was read is not.
_LISTED = ("read-all", *trash.KINDS, "unbookmark", "remove-search")

_ACTS = "SELECT key FROM acts WHERE gesture = ?"


def listed(db: sqlite3.Connection, limit: int) -> list[Gesture]:
    """What can be taken back: every act on many articles and every one that removed something, the newest first."""
    found = db.execute(
        """SELECT key, time, kind, new, article FROM acts WHERE key IN (
               SELECT key FROM acts INDEXED BY acts_kind
               WHERE undone = 0 AND kind IN (SELECT value FROM json_each(?)) AND gesture = key
               UNION SELECT gesture FROM acts INDEXED BY acts_more
               WHERE undone = 0 AND gesture <> key AND json_extract(new, '$.count') IS NOT 0
           ) ORDER BY key DESC LIMIT ?""",
        (dumps(_LISTED), limit),
    ).fetchall()
    return [_gesture(db, key, time, kind, json.loads(new) or {}, article) for key, time, kind, new, article in found]


def _gesture(db: sqlite3.Connection, key: int, time: int, kind: str, new: dict[str, Any], article: str) -> Gesture:
    count = db.execute(
        "SELECT sum(coalesce(json_extract(new, '$.count'), 1)) FROM acts WHERE gesture = ?", (key,)
    ).fetchone()[0]
    what = new.get("what") or new.get("tag") or ""
    if not what and article:
        row = db.execute("SELECT title FROM articles WHERE id = ?", (article,)).fetchone()
        what = row[0] if row else ""
    if not what and new.get("sources"):
        titles = db.execute(
            "SELECT title FROM sources WHERE key IN (SELECT value FROM json_each(?)) ORDER BY position, key",
            (dumps(new["sources"]),),
        )
        what = ", ".join(title for (title,) in titles)
    return Gesture(key, to_time(time), kind, count, what, new.get("view", ""))


def undo_last(db: sqlite3.Connection, when: datetime) -> str | None:
    """Takes back the user's last gesture that still has an effect; its kind, or None when there is nothing left."""
    last = 1 << 62
    while True:
        row = db.execute(
            "SELECT key, gesture, kind FROM acts WHERE undone = 0 AND kind <> 'retention' AND key < ? "
            "ORDER BY key DESC LIMIT 1",
            (last,),
        ).fetchone()
        if row is None:
            return None
        last, gesture, kind = row
        if undo(db, gesture, when):
            found: str = kind
            return found


def undo(db: sqlite3.Connection, gesture: int, when: datetime) -> int:
    """Takes back one gesture; how many articles (and sources) are again as they were.

    One that comes to nothing leaves the history, unless what it was about waits in the trash, or for its source.
    """
    row = db.execute("SELECT kind FROM acts WHERE key = ? AND undone = 0", (gesture,)).fetchone()
    if row is None:
        return 0
    kind: str = row[0]
    time = to_ms(when)
    if kind in trash.KINDS:
        restored = _removal(db, gesture, kind, time)
        spent = restored > 0 or not trash.is_waiting(db, gesture)
    elif kind in saved.KINDS:
        restored, spent = saved.undo(db, gesture, time), True
    elif kind == "read-all":
        restored, spent = _read_all(db, gesture, time), True
    else:
        restored = _singly(db, gesture, kind, time)
        spent = restored > 0 or not _in_trash(db, gesture)
    if spent:
        db.execute("UPDATE acts SET undone = 1 WHERE gesture = ?", (gesture,))
    return restored


def _in_trash(db: sqlite3.Connection, gesture: int) -> bool:
    sql = """SELECT EXISTS (SELECT 1 FROM acts JOIN articles ON articles.id = acts.article
                            JOIN trash ON trash.article = articles.key WHERE gesture = ?)"""
    return bool(db.execute(sql, (gesture,)).fetchone()[0])


def _removal(db: sqlite3.Connection, gesture: int, kind: str, time: int) -> int:
    if kind == "remove-source":
        restored = trash.take_source_back(db, gesture)
    else:
        again = twins.repeated(db, "trash", "act", gesture)
        restored = trash.take_back(db, gesture, spare=kind == "retention")
        restored = max(restored - again, min(restored, 1))  # some may have to wait for their source
    if restored:
        acts.record(db, time, f"undo-{kind}", "", None, {"gesture": gesture, "count": restored}, undoing=True)
    return restored


def _read_all(db: sqlite3.Connection, gesture: int, time: int) -> int:
    again = twins.repeated(db, "states", "read_act", gesture)
    restored = db.execute(
        "UPDATE states SET read = 0, read_act = NULL WHERE read_act = ? AND read = 1", (gesture,)
    ).rowcount
    if restored:
        restored -= again
        new = {"read": False, "gesture": gesture, "count": restored}
        acts.record(db, time, "undo-read-all", "", {"read": True}, new, undoing=True)
    return restored


def _singly(db: sqlite3.Connection, gesture: int, kind: str, time: int) -> int:
    """Acts on articles that have a row each."""
    rows = db.execute(
        """SELECT articles.key, acts.article, old, new, old_act, read, read_act FROM acts
           JOIN articles ON articles.id = acts.article JOIN states ON states.article = articles.key
           WHERE gesture = ? ORDER BY acts.key DESC""",
        (gesture,),
    ).fetchall()
    undoing = 0
    restored: list[int] = []
    for key, article, old, new, old_act, read, read_act in rows:
        before, after = json.loads(old), json.loads(new)
        if kind in ("bookmark", "unbookmark"):
            if marks.bookmark_state(db, key) != after:
                continue
            marks.set_bookmark(db, key, before)
        else:
            if bool(read) != after["read"] or read_act != gesture:
                continue
            # As the act before left it: that one can be undone next, "all read" finds its articles again.
            marks.set_read(db, [key], before["read"], old_act, time)
        act = acts.record(db, time, f"undo-{kind}", article, after, before, gesture=undoing, undoing=True)
        undoing = undoing or act
        restored.append(key)
    return len(restored) - len(twins.named_again(db, restored))
