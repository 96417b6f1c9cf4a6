"""Leases: who refreshes a source now, so that the window and cron do not ask the same server together.

A lease of a killed program ends by its time, or at once when the program is known to be gone (its number names no
process of this machine any more).
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from reader.store.codec import to_ms

#: A lease is renewed while its refresh runs, well before this is over.
LENGTH = timedelta(minutes=2)
#: A lease that ends later than this was taken by a clock that went wrong: it binds nobody. Two computers that share a
#: library may differ by less.
_LONGEST = timedelta(minutes=15)


def new_owner() -> str:
    """A name for one refresh of this process, different from all others."""
    import uuid

    return f"{_place()} {os.getpid()} {uuid.uuid4().hex[:12]}"


def _place() -> str:
    """Where process numbers mean the same: this machine, and inside a container this container."""
    room = ""
    with suppress(OSError):
        room = os.readlink("/proc/self/ns/pid")
    return f"{platform.node()}/{room}".replace(" ", "-")


def _is_gone(owner: str) -> bool:
    """Whether the program that took a lease is known to have ended."""
    place, _, rest = owner.partition(" ")
    pid = rest.partition(" ")[0]
    if os.name != "posix" or place != _place() or not pid.isdigit():  # elsewhere signal 0 would end it
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def take(db: sqlite3.Connection, keys: Sequence[int], owner: str, now: datetime) -> set[int]:
    """Take the sources that nobody else refreshes now; the keys of those."""
    rows = db.execute("SELECT DISTINCT owner FROM sources WHERE owner <> '' AND owned_until > ?", (to_ms(now),))
    for (other,) in rows.fetchall():
        if _is_gone(other):
            release(db, other)
    db.execute(
        """UPDATE sources SET owner = ?1, owned_until = ?2
           WHERE key IN (SELECT value FROM json_each(?3)) AND (owner = '' OR owned_until NOT BETWEEN ?4 + 1 AND ?5)""",
        (owner, to_ms(now + LENGTH), json.dumps(list(keys)), to_ms(now), to_ms(now + _LONGEST)),
    )
    taken = {key for (key,) in db.execute("SELECT key FROM sources WHERE owner = ?", (owner,))}
    return taken.intersection(keys)


def renew(db: sqlite3.Connection, owner: str, now: datetime) -> None:
    """Hold what is still held for another while."""
    db.execute("UPDATE sources SET owned_until = ? WHERE owner = ?", (to_ms(now + LENGTH), owner))


def release(db: sqlite3.Connection, owner: str) -> None:
    """Let go of everything that is still held."""
    db.execute("UPDATE sources SET owner = '', owned_until = NULL WHERE owner = ?", (owner,))
