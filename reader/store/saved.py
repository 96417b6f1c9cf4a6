"""Smart folders: searches that stand in the sidebar, in the user's order.

Each change is an act: it is in the journal with the whole of what it left, and can be taken back.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reader.errors import NotFound, Usage
from reader.model import SmartFolder
from reader.store import acts
from reader.store.codec import plain, to_ms
from reader.store.query import MAX_QUERY_CHARACTERS, asks_nothing, parse

#: The acts on smart folders; the last is listed in the history.
KINDS = ("save-search", "edit-search", "arrange-searches", "remove-search")
MAX_NAME_CHARACTERS = 200

_STATE = ("name", "query", "sort", "folder", "position", "icon", "created", "changed")


def listed(db: sqlite3.Connection) -> list[SmartFolder]:
    """All of them, in the user's order."""
    return [SmartFolder(*row) for row in db.execute("SELECT key, id, name, query FROM saved ORDER BY position, key")]


def by_key(db: sqlite3.Connection, key: int) -> SmartFolder:
    """Raises NotFound."""
    row = db.execute("SELECT key, id, name, query FROM saved WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(kind="smart folder", name=str(key))
    return SmartFolder(*row)


def add(db: sqlite3.Connection, name: str, query: str, when: datetime) -> SmartFolder:
    """A new one, after the others.

    Args:
        name: ``""`` for the query's own words.

    Raises:
        Usage: the query asks nothing, or has a value that cannot be meant.
    """
    query = _checked(query)
    time = to_ms(when)
    id_ = os.urandom(8).hex()
    place = db.execute("SELECT coalesce(max(position), 0) + 1 FROM saved").fetchone()[0]
    state = dict.fromkeys(_STATE, "") | {"query": query, "position": place, "created": time, "changed": time}
    _put(db, id_, state | {"name": _named(name, query)})
    _record(db, time, "save-search", id_, None)
    return by_key(db, _key(db, id_))


def edit(
    db: sqlite3.Connection, key: int, when: datetime, *, name: str | None = None, query: str | None = None
) -> SmartFolder:
    """Changes what is given. An empty name becomes the query's own words.

    Raises:
        NotFound: no such smart folder.
        Usage: as ``add``.
    """
    folder = by_key(db, key)
    old = state_of(db, folder.id)
    assert old is not None
    query = folder.query if query is None else _checked(query)
    # A name that was the words of the query follows them.
    kept = "" if folder.name == _named("", folder.query) else folder.name
    changed = {"name": _named(kept if name is None else name, query), "query": query}
    if changed.items() <= old.items():
        return folder
    _put(db, folder.id, old | changed | {"changed": to_ms(when)})
    _record(db, to_ms(when), "edit-search", folder.id, old)
    return by_key(db, key)


def arrange(db: sqlite3.Connection, keys: Sequence[int], when: datetime) -> None:
    """Puts them into this order; those that are not named come after them, in the order they had."""
    old = [folder.id for folder in listed(db)]
    ids = {folder.key: folder.id for folder in listed(db)}
    named = [ids[key] for key in keys if key in ids]
    new = [*named, *(id_ for id_ in old if id_ not in named)]
    if new != old:
        _order(db, new)
        acts.record(db, to_ms(when), "arrange-searches", "", {"order": old}, {"order": new})


def remove(db: sqlite3.Connection, key: int, when: datetime) -> None:
    """Takes it out of the sidebar; no article is touched, and the act remembers it.

    Raises:
        NotFound: no such smart folder.
    """
    folder = by_key(db, key)
    old = state_of(db, folder.id)
    _put(db, folder.id, None)
    _record(db, to_ms(when), "remove-search", folder.id, old)


def undo(db: sqlite3.Connection, gesture: int, when: int) -> int:
    """Takes back a change, if what it left is still so; 1, else 0."""
    kind, old, new = db.execute("SELECT kind, old, new FROM acts WHERE key = ?", (gesture,)).fetchone()
    before, after = json.loads(old), json.loads(new)
    if kind == "arrange-searches":
        if [folder.id for folder in listed(db)] != after["order"]:
            return 0
        _order(db, before["order"])
        acts.record(db, when, f"undo-{kind}", "", after, before, undoing=True)
        return 1
    id_, left = after["id"], after["state"]
    now = state_of(db, id_)
    if _meant(now) != _meant(left):
        return 0
    _put(db, id_, before)
    _record(db, when, f"undo-{kind}", id_, now, undoing=True)
    return 1


def replay(db: sqlite3.Connection, lines: Sequence[dict[str, Any]]) -> int:
    """Makes the smart folders what the lines of a journal come to, in their order; how many there are then."""
    for line in lines:
        kind, new = str(line.get("kind", "")).removeprefix("undo-"), line.get("new")
        if kind not in KINDS or not isinstance(new, dict):
            continue
        if kind == "arrange-searches":
            _order(db, [id_ for id_ in new.get("order", ()) if isinstance(id_, str)])
        elif isinstance(new.get("id"), str) and _is_state(new.get("state")):
            _put(db, new["id"], new["state"])
    return len(listed(db))


def state_of(db: sqlite3.Connection, id_: str) -> dict[str, object] | None:
    """A smart folder as acts and the journal write it down; None when there is none."""
    row = db.execute(f"SELECT {', '.join(_STATE)} FROM saved WHERE id = ?", (id_,)).fetchone()
    return None if row is None else dict(zip(_STATE, row, strict=True))


def _is_state(state: object) -> bool:
    return state is None or (isinstance(state, dict) and set(state) == set(_STATE))


def _meant(state: dict[str, object] | None) -> dict[str, object] | None:
    """What makes a smart folder the same: not its place, which others move too."""
    return state and {name: value for name, value in state.items() if name != "position"}


def _put(db: sqlite3.Connection, id_: str, state: dict[str, object] | None) -> None:
    """Makes a smart folder what ``state_of`` gave; its row stays the same."""
    if state is None:
        db.execute("DELETE FROM saved WHERE id = ?", (id_,))
        return
    db.execute(
        f"""INSERT INTO saved (id, {", ".join(_STATE)}) VALUES (?, {", ".join("?" * len(_STATE))})
            ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _STATE)}""",
        (id_, *(state[name] for name in _STATE)),
    )


def _order(db: sqlite3.Connection, ids: Sequence[str]) -> None:
    db.executemany("UPDATE saved SET position = ? WHERE id = ?", [(place, id_) for place, id_ in enumerate(ids, 1)])


def _record(
    db: sqlite3.Connection, when: int, kind: str, id_: str, old: dict[str, object] | None, *, undoing: bool = False
) -> None:
    new = state_of(db, id_)
    named = new or old or {}
    acts.record(db, when, kind, "", old, {"id": id_, "state": new, "what": named.get("name", "")}, undoing=undoing)


def _key(db: sqlite3.Connection, id_: str) -> int:
    found: int = db.execute("SELECT key FROM saved WHERE id = ?", (id_,)).fetchone()[0]
    return found


def _checked(query: str) -> str:
    query = " ".join(plain(query)[:MAX_QUERY_CHARACTERS].split())
    if asks_nothing(parse(query)):
        raise Usage(detail="a smart folder needs a word or a condition to look for")
    return query


def _named(name: str, query: str) -> str:
    return " ".join(plain(name).split())[:MAX_NAME_CHARACTERS] or query[:MAX_NAME_CHARACTERS]
