"""From article to article: the ends of the list, the next and the previous unread one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from reader.ui.words import tr

if TYPE_CHECKING:
    from reader.ui.window import Window

#: Articles that are marked as read here and not yet in the library are fewer.
_MOST_PENDING = 200


def hop(window: Window, name: str) -> None:
    """Do what one of these commands says: "first", "last", "next-unread", "previous-unread"."""
    if name in ("first", "last"):
        _to(window, 0 if name == "first" else window.model.rowCount() - 1)
    else:
        to_unread(window, 1 if name == "next-unread" else -1)


def _to(window: Window, place: int) -> None:
    if 0 <= place < window.model.rowCount():
        window.go_to(window.model.key_at(place))


def to_unread(window: Window, by: int) -> None:
    """Go to the next (+1) or previous (-1) unread article of the list, from its other end again."""
    model = window.model
    count, here = model.rowCount(), model.index_of_key(window.reading.key)
    if here < 0 and by < 0:
        here = 0  # nothing is open: the last one comes first
    for place in _around(count, here, by):
        row = model.row_at(place)
        if row is None and not window.listing.searching:  # it is not loaded: only the library knows
            _ask(window, here, by)
            return
        if row is None or not row.read:
            window.go_to(model.key_at(place))
            return
    window.status.say(tr("Nothing unread in this list."))


def _around(count: int, here: int, by: int) -> Iterator[int]:
    """All places of a list, from the one beside ``here`` on, and from its other end again."""
    return ((here + by * step) % count for step in range(1, count + 1))


def _ask(window: Window, here: int, by: int) -> None:
    """Go to the next unread article of a list that is not loaded that far."""
    model, keys, opened = window.model, window.model.keys, window.reading.key
    query = replace(window.listing.full_query(), unread_only=True)

    def unread() -> list[int]:
        there = set(window.library.store.ids(query))
        return list(islice((keys[n] for n in _around(len(keys), here, by) if keys[n] in there), _MOST_PENDING))

    def found(candidates: list[int]) -> None:
        if window.reading.key != opened:
            return  # the user has gone elsewhere
        for key in candidates:
            place = model.index_of_key(key)
            row = model.row_at(place) if place >= 0 else None
            if place >= 0 and (row is None or not row.read):  # a mark may still be on its way to the library
                window.go_to(key)
                return
        window.status.say(tr("Nothing unread in this list."))

    window.lanes.read.run(unread, found, window.tell)
