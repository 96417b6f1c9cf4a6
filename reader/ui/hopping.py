"""From article to article: the ends of the list, the next and the previous unread one."""

from __future__ import annotations

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
    for step in range(1, count + 1):
        place = (here + by * step) % count
        row = model.row_at(place)
        if row is None or not row.read:  # a row that is not loaded may be unread
            window.go_to(model.key_at(place))
            return
    window.status.say(tr("Nothing unread in this list."))
