"""A clock to let things go by: what leaps far ahead is not believed until it has gone on from there for a day.

A machine whose clock says 2036 for an hour must not find that every article is old and the trash overdue. Backwards is
believed at once: then less is old than before.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from reader.store.codec import dumps, to_ms, to_time

#: Who opens the program once a month is believed; a clock that went wrong is mostly years away.
STRIDE_MS = timedelta(days=45) // timedelta(milliseconds=1)
PROBATION_MS = timedelta(days=1) // timedelta(milliseconds=1)
#: What is written down may be so old: it costs a commit each time.
_STALE_MS = timedelta(hours=1) // timedelta(milliseconds=1)

_NAME = "clock"


def believed(db: sqlite3.Connection, now: datetime) -> datetime:
    """The time by which something may go for good: ``now``, or the last that was believed when the clock leapt."""
    time = to_ms(now)
    written = _written(db)
    before = written or (_last_seen(db, time), 0, 0)
    after = _next(time, *before)
    if written is None or any(abs(new - old) > _STALE_MS for new, old in zip(after, written, strict=True)):
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME, dumps(after)))
    return to_time(after[0])


def _last_seen(db: sqlite3.Connection, time: int) -> int:
    """What the last refresh says that the clock was, in a library where nothing is written down yet."""
    checked: int | None = db.execute("SELECT max(checked) FROM sources").fetchone()[0]
    return time if checked is None else checked


def _next(time: int, last: int, leapt: int, seen: int) -> tuple[int, int, int]:
    """The time that is believed, when the clock leapt away from it (0: it did not), and what it said since then."""
    if time - last <= STRIDE_MS:
        return time, 0, 0
    if not leapt or not 0 <= time - seen <= STRIDE_MS:
        return last, time, time
    return (time, 0, 0) if time - leapt >= PROBATION_MS else (last, leapt, time)


def _written(db: sqlite3.Connection) -> tuple[int, int, int] | None:
    row = db.execute("SELECT value FROM meta WHERE name = ?", (_NAME,)).fetchone()
    if row is None:
        return None
    last, leapt, seen = json.loads(row[0])
    return last, leapt, seen
