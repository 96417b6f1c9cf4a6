"""From article to article: the ends of the list, the next and the previous unread one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from reader.ui.words import tr

if TYPE_CHECKING:
    from reader.ui.window import Window


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
    marked = {row.key for row in window.reading.pending() if row.read}  # on their way to the library

    def unread() -> int | None:
        there = set(window.library.store.ids(query)) - marked
        return next((keys[place] for place in _around(len(keys), here, by) if keys[place] in there), None)

    def found(key: int | None) -> None:
        if key is None:
            window.status.say(tr("Nothing unread in this list."))
        elif window.reading.key == opened and model.index_of_key(key) >= 0:  # the user has not gone elsewhere
            window.go_to(key)

    window.lanes.read.run(unread, found, window.tell)
