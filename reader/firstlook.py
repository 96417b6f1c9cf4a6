"""What the first list shows, read by a thread of its own while Qt is loaded and the window is made.

Nothing of it waits for Qt: the library is opened, its sources are read and counted, and the list that the window was
left at is looked up. The window takes what is there, and reads by itself what is not, or what was asked differently.
"""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Sequence
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING

from reader import settings as settings_file
from reader.errors import StoreError
from reader.model import Counts, Query, Row, Source
from reader.paths import Paths
from reader.records import dataclass
from reader.settings import Settings

if TYPE_CHECKING:
    from reader.library import Library
    from reader.store import Store

#: Rows read together with the keys: more than a screen of them.
_FIRST_ROWS = 20
#: A list with more articles comes in two steps: so many keys at once, then all (a million: 0.3 s).
_AT_ONCE, _FIRST_KEYS = 100_000, 200
#: A slow disk must not keep the window from being seen.
_PATIENCE_S = 0.1


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list as it was read.

    Attributes:
        keys: of its articles in its order; of a very long one only the first.
        rows: of the first screen, and of the articles that stay although the query does not hold them.
        gone: keys that should stay, and are no more.
        total: how many articles there are.
    """

    keys: array[int]
    rows: list[Row]
    gone: frozenset[int]
    total: int

    @property
    def whole(self) -> bool:
        """Whether all keys are there."""
        return len(self.keys) == self.total


def read_list(store: Store, query: Query, *, staying: Sequence[int] = (), renewed: bool = False) -> ListRead:
    """Read a list.

    Args:
        staying: keys of articles that stay in it, be they in the query or not.
        renewed: it was on screen before, so that it is read whole, however long.
    """
    total = 0 if renewed else store.count(query)
    keys = store.ids(query, _FIRST_KEYS if total > _AT_ONCE else None)
    kept = store.rows(staying) if staying else []
    gone = frozenset(staying) - {row.key for row in kept}
    return ListRead(keys, [*store.rows(keys[:_FIRST_ROWS]), *kept], gone, max(total, len(keys)))


@dataclass(frozen=True, slots=True)
class Seen:
    """The sources of a library, their numbers, and the list that its window begins with."""

    sources: list[Source]
    counts: Counts
    query: Query
    list: ListRead


def beginning(settings: Settings, sources: Sequence[Source]) -> tuple[str, int | None]:
    """What the window begins with, as the settings say: a view, and the key of a source that takes its place."""
    if settings.start_view != "left":
        return settings.start_view, None
    return settings.view, next((each.key for each in sources if each.id == settings.source), None)


def see(library: Library, settings: Settings) -> Seen:
    """Read what the first list shows.

    Raises:
        StoreError: the library cannot be read.
    """
    store, today = library.store, library.today()
    sources, counts = library.sources(), store.counts(today)
    view, source = beginning(settings, sources)
    query = replace(
        Query(sources=(source,)) if source is not None else Query(view=view),  # type: ignore[arg-type]
        since=today,
        unread_only=settings.unread_only,
        oldest_first=settings.oldest_first,
        order=settings.order,  # type: ignore[arg-type]
    )
    return Seen(sources, counts, query, read_list(store, query))


class FirstLook:
    """Opens a library in a thread of its own, and looks at it.

    Args:
        where: the library; its folder and its file are made where missing.
    """

    def __init__(self, where: Paths) -> None:
        self._where = where
        self._library: Library | None = None
        self._error: Exception | None = None
        self._seen: Seen | None = None
        self._opened = Event()
        self._thread = Thread(target=self._look, name="first look", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        try:
            from reader.library import Library  # here: the other thread has enough to load

            self._library = Library(self._where)
        except Exception as error:  # raised again where somebody hears it
            self._error = error
            return
        finally:
            self._opened.set()
        # Whoever shows the list reads it again, and says then what is wrong.
        with contextlib.suppress(StoreError):
            self._seen = see(self._library, settings_file.load(self._where.settings))

    def library(self) -> Library:
        """The library, once it is open.

        Raises:
            StoreError: it cannot be used.
        """
        self._opened.wait()
        if self._library is None:
            assert self._error is not None
            raise self._error
        return self._library

    def seen(self) -> Seen | None:
        """What was seen; None where that takes longer than a window may be waited for, or could not be read."""
        self._thread.join(_PATIENCE_S)
        return self._seen
