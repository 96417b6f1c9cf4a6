"""Idle time: what keeps a library small and quick, in slices that the user never waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.settings import Settings
    from reader.store import Store

#: Articles in one slice: of each 15 to 20 ms of the processor's time.
RETIRED, EMPTIED, JOINED, INDEXED = 250, 25, 100, 20


def slices(store: Store, settings: Settings, now: datetime) -> Iterator[bool]:
    """Does what there is to do, a short transaction at a time; whether each changed what the lists show.

    Nothing goes because a clock went wrong: see ``store.clock``.

    What is in the middle when nobody asks for more goes on the next time.

    Raises:
        StoreError: the library is busy or full; nothing is lost.
    """
    store.catch_up_journal()
    now = store.believed_time(now)
    yield store.keep_twins_apart(not settings.one_row)
    yield from _retire(store, settings, now)
    while not store.empty_trash_step(now, EMPTIED):
        yield False
    while not store.join_twins_step(JOINED):
        yield True
    if store.search_outdated():
        while not store.rebuild_search_step(INDEXED):
            yield False
    while not store.shrink_step():
        yield False
    store.tend()
    yield False


def _retire(store: Store, settings: Settings, now: datetime) -> Iterator[bool]:
    gesture = 0
    while overdue := store.overdue(
        now, days=settings.keep_days, count=settings.keep_count, in_all=settings.keep_in_all
    ):
        gone = 0
        for start in range(0, len(overdue), RETIRED):
            gesture, went = store.retire(overdue[start : start + RETIRED], now, gesture)
            gone += went
            yield went > 0
        if not gone:  # all of them were kept meanwhile
            return
