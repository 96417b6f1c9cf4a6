"""The words of a search, marked in the open article.

The page gives its text; where the words stand in it is found here, folded as the index folds; the page then paints them
as highlights of its own, which change nothing in the document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reader.errors import Usage
from reader.store.query import parse
from reader.store.snippets import aligned, marker
from reader.store.stems import forms
from reader.ui.lanes import Lanes, Ticket

if TYPE_CHECKING:
    from reader.ui.viewer import Viewer

#: QWebEngineScript.ScriptWorldId.ApplicationWorld: asking for it would load the page engine before the list is there.
_WORLD = 1
#: More than these are not marked, nor looked for in more of the text.
_MOST, _MOST_CHARACTERS = 2000, 4_000_000


class Hits(QObject):
    """Marks the hits of the search that is on, in whatever article is open."""

    def __init__(self, lanes: Lanes, say: Callable[[str], object], parent: QObject) -> None:
        super().__init__(parent)
        self._lanes, self._say = lanes, say
        self._viewer: Viewer | None = None
        self._text = ""
        self._ticket: Ticket | None = None

    def attach(self, viewer: Viewer) -> None:
        """The page engine is there."""
        self._viewer = viewer
        viewer.shown.connect(lambda _key: self._mark())

    def look_for(self, text: str) -> None:
        """Mark these words from now on; ``""``: none."""
        if text != self._text:
            self._text = text
            self._mark()

    def step(self, by: int) -> None:
        """Bring the next (+1) or the previous (-1) hit into view; after the last comes the first."""
        if self._viewer is not None and self._text:
            self._viewer.page.runJavaScript(f"inkstone.stepHit({by:d})", _WORLD, self._stepped)

    def _stepped(self, place: object) -> None:
        if isinstance(place, str) and place:
            at, _, of = place.partition("/")
            self._say(self.tr("Match {number} of {count}").format(number=at, count=of))
        else:
            self._say(self.tr("The words of the search are not in this article."))

    def _mark(self) -> None:
        if self._viewer is None or self._viewer.document is None:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        page = self._viewer.page
        if not self._text:
            page.runJavaScript("inkstone.markHits([])", _WORLD)
            return
        asked = self._text
        page.runJavaScript("inkstone.words()", _WORLD, lambda text: self._find(str(text or ""), asked))

    def _find(self, text: str, asked: str) -> None:
        if asked == self._text:
            self._ticket = self._lanes.read.run(lambda: places(text[:_MOST_CHARACTERS], asked), self._paint)

    def _paint(self, found: Sequence[int]) -> None:
        if self._viewer is not None:
            self._viewer.page.runJavaScript(f"inkstone.markHits({json.dumps(found)})", _WORLD)


def places(text: str, asked: str) -> list[int]:
    """Where the wanted words of a query stand: beginnings and ends by turns, in UTF-16 units as the page counts."""
    try:
        clauses = parse(asked)
    except Usage:
        return []
    terms = [term for clause in clauses if not clause.excluded for term in clause.words]
    found: list[int] = []
    at = units = 0
    for match in marker(terms, forms).finditer(aligned(text)):
        for place in match.span():
            units += len(text[at:place].encode("utf-16-le", "surrogatepass")) // 2
            at = place
            found.append(units)
        if len(found) >= 2 * _MOST:
            break
    return found
