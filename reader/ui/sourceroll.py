"""The roll of the window's sources with their numbers: called anew whenever the library changed, shown at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reader.firstlook import Seen
from reader.model import Counts, Source
from reader.ui import words
from reader.ui.lanes import patient
from reader.ui.pace import Renewal

if TYPE_CHECKING:
    from reader.ui.window import Window

#: Several changes at once are read together.
_TOGETHER_MS = 120


class SourceRoll(QObject):
    """The sources of one window, as they were read last.

    Attributes:
        sources: by their keys, in the user's order.
        counts: of the whole library.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.sources: dict[int, Source] = {}
        self.counts = Counts()
        self._worded: dict[int, tuple[Source, Source]] = {}  # as they were read, and in the user's language
        self._soon = Renewal(self.call, window.pace, _TOGETHER_MS, self)

    def call_soon(self) -> None:
        """The library changed: read again in a moment."""
        self._soon.ask()

    def stop(self) -> None:
        """Read nothing more by itself."""
        self._soon.stop()

    def call(self, *, first: bool = False, choose: int | None = None) -> None:
        """Read the sources and their numbers again.

        Args:
            first: at the start: choose what was chosen when the window was left.
            choose: the key of a source to go to.
        """
        library, lanes = self._window.library, self._window.lanes
        today = library.today()

        def work() -> tuple[list[Source], Counts]:
            return library.sources(), library.store.counts(today)

        lanes.read.run(patient(work), lambda found: self._came(*found, first, choose), self._window.tell)

    def begin(self, seen: Seen) -> None:
        """Show what was read before the window was there."""
        self._came(seen.sources, seen.counts, True, None)

    def _came(self, sources: list[Source], counts: Counts, first: bool, choose: int | None) -> None:
        window = self._window
        if not first:
            sources = [source for source in sources if not window.acts.changes.is_leaving(source)]
        self.sources = {source.key: source for source in sources}
        window.sidebar.set_sources(self._in_words(sources))
        self.counts = counts
        window.sidebar.set_counts(counts)
        window.status.set_failing(sum(1 for source in sources if source.error))
        if not window.status.lasting and not window.status.running:
            window.refresh_words.rest()
        window.panes.fill(bool(sources))
        if first:
            window.begin()
        if choose is not None:
            window.sidebar.select(None, choose)
        window.listing.update_banner()
        window.sources_read.emit()

    def _in_words(self, sources: Sequence[Source]) -> list[Source]:
        """Sources in the user's language; those that are as they were stay the same objects."""
        before = self._worded

        def pair(source: Source) -> tuple[Source, Source]:
            known = before.get(source.key)
            return known if known is not None and known[0] is source else (source, words.of_source(source))

        self._worded = {source.key: pair(source) for source in sources}
        return [worded for _, worded in self._worded.values()]
