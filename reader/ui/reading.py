"""Opening articles and marking them: between the list, the library and the viewer, with no widget of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from reader.content import neighbours
from reader.library import Document, Library
from reader.model import CardWords, Row
from reader.ui.lanes import Lanes, Ticket, patient

#: Documents kept ready: the open one, the next two, and some to go back to.
_READY = 6


class Aside(Protocol):
    """What is opened as articles are and is none of the library (the manual): its keys are below -1."""

    def making(self, key: int) -> Callable[[], Document]:
        """What makes the document; called in a read lane."""
        ...

    def follow(self, href: str) -> bool:
        """Go where a link of it leads; False: out of it."""
        ...


class Reading(QObject):
    """Opens the article that was asked for last and keeps the next ones ready.

    Marks are shown at once and stored by the store lane; when storing fails, the row is shown as it was.

    Args:
        pixel_ratio: of the screen that shows the article.
    """

    #: The ``Document`` to show.
    opened = Signal(object)
    #: An article could not be opened: key, error.
    failed = Signal(int, object)
    #: A link leads to this article of the library, and to the part of it that has this name.
    linked = Signal(int, str)
    #: A link leads to no article of the library: as ``Viewer.link`` gave it.
    led_out = Signal(str)
    #: A link leads to a sound or film beside the article: its ``Path``.
    played = Signal(object)
    #: ``Row`` values that changed.
    changed = Signal(object)
    #: Something was stored that the sidebar counts.
    marked = Signal()
    #: The open article has other tags: all of them.
    tagged = Signal(object)
    #: A mark could not be stored.
    trouble = Signal(object)

    def __init__(
        self, library: Library, lanes: Lanes, pixel_ratio: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._library, self._lanes, self._pixel_ratio = library, lanes, pixel_ratio
        self._ready: OrderedDict[int, Document] = OrderedDict()
        self._ticket: Ticket | None = None
        self._preparing: dict[int, Ticket] = {}
        self._pending: dict[int, list[Row]] = {}  # marks on their way to the store: what the rows will be
        self.key = -1
        self.aside: Aside | None = None

    def open(self, key: int) -> None:
        """Open an article: at once when it is ready, else as soon as the read lane has it. The latest wins."""
        if self._ticket is not None:
            self._ticket.cancel()
        self.key = key
        document = self._ready.get(key)
        if document is not None:
            self._show(document)
            return

        def failed(error: BaseException) -> None:
            self.failed.emit(key, error)

        self._ticket = self._lanes.read.run(self._making(key), self._show, failed)

    def _making(self, key: int) -> Callable[[], Document]:
        """What makes a document, for the screen that shows it and in the language of the window."""
        if key < -1 and self.aside is not None:
            return self.aside.making(key)
        ratio = self._pixel_ratio()
        cards = CardWords(
            self.tr("Video"), self.tr("Audio"), self.tr("Open in player or browser"), self.tr("Open in browser")
        )
        library = self._library
        return patient(lambda: library.laid_out(library.document(key, pixel_ratio=ratio, card_words=cards)))

    def _show(self, document: Document) -> None:
        self._keep(document)
        self.opened.emit(document)

    def _keep(self, document: Document) -> None:
        key = document.article.row.key
        self._preparing.pop(key, None)
        self._ready[key] = document
        self._ready.move_to_end(key)
        while len(self._ready) > _READY:
            self._ready.popitem(last=False)

    def follow(self, document: Document, href: str) -> None:
        """See where a link of the open article leads: ``linked`` or ``led_out`` tells it, if it is still open then."""
        key = document.article.row.key
        if key < -1 and self.aside is not None:
            if not self.aside.follow(href):
                self.led_out.emit(href)
            return

        def work() -> int | Path | None:
            target = self._library.article_for_link(document, href)
            return target if target is not None else self._library.media_for_link(document, href)

        def found(target: int | Path | None) -> None:
            if key != self.key:
                return
            if target is None:
                self.led_out.emit(href)
            elif isinstance(target, Path):
                self.played.emit(target)
            elif target != key:
                self.linked.emit(target, neighbours.part(href))

        self._lanes.read.run(patient(work), found, lambda error: found(None))

    def prepare(self, keys: Sequence[int]) -> None:
        """Make these documents while nothing else is to do."""
        for key in keys:
            if key not in self._ready and key not in self._preparing:
                self._preparing[key] = self._make_ready(key)

    def _make_ready(self, key: int) -> Ticket:
        def failed(_: BaseException) -> None:
            self._preparing.pop(key, None)  # it is told when the article is opened

        return self._lanes.read.run(self._making(key), self._keep, failed)

    def forget(self) -> None:
        """Articles may have changed: make them anew when they are opened."""
        for ticket in self._preparing.values():
            ticket.cancel()
        self._preparing.clear()
        open_one = self._ready.get(self.key)
        self._ready.clear()
        if open_one is not None:
            self._ready[self.key] = open_one

    def drop(self, keys: Sequence[int]) -> None:
        """These documents are other ones now; one that is open is opened anew."""
        for key in keys:
            self._ready.pop(key, None)
        if self.key in keys:
            self.open(self.key)

    def close(self) -> None:
        """Nothing is open any more."""
        if self._ticket is not None:
            self._ticket.cancel()
        self.key = -1

    def row(self) -> Row | None:
        """The row of the open article, with its marks."""
        document = self._ready.get(self.key)
        return document.article.row if document is not None else None

    def look_again(self) -> None:
        """The library changed: see what became of the open article's marks."""
        key = self.key
        if key >= 0:
            # In the store lane: after the user's own acts that wait there.
            self._lanes.store.run(lambda: self._library.store.rows([key]), self._look_at, lambda error: None)

    def _look_at(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row.key not in self._pending:
                self._show_row(row)

    # Marks

    def pending(self) -> list[Row]:
        """Rows with marks that the store does not have yet: a list that was read meanwhile shows the state before."""
        return [rows[-1] for rows in self._pending.values()]

    def set_read(self, row: Row, read: bool) -> None:
        if row.read != read:
            self._mark(row, replace(row, read=read), lambda: self._library.mark_read([row.key], read))

    def set_bookmarked(self, row: Row, on: bool) -> None:
        if row.bookmarked != on:
            self._mark(row, replace(row, bookmarked=on), lambda: self._library.bookmark(row.key, on))

    def tag(self, row: Row, add: Sequence[str], drop: Sequence[str]) -> None:
        """Give an article tags and take others away; what has a tag is bookmarked."""
        self.show_tags([row.key], add, drop)
        self._mark(row, replace(row, bookmarked=True), lambda: self._library.keep([row.key], add=add, drop=drop))

    def show_tags(self, keys: Sequence[int], add: Sequence[str], drop: Sequence[str]) -> None:
        """Articles are given tags and lose others: those that are ready, and the open one, have them at once."""
        for key in self._ready.keys() & set(keys):
            document = self._ready[key]
            mine = dict.fromkeys((*(tag for tag in document.article.user_tags if tag not in drop), *add))
            article = replace(document.article, user_tags=tuple(mine))
            self._ready[key] = replace(document, article=article)
            if key == self.key:
                self.tagged.emit(tuple(dict.fromkeys((*article.row.tags, *mine))))

    def set_note(self, row: Row, note: str) -> None:
        """Write a note to an article; what has one is bookmarked."""
        document = self._ready.get(row.key)
        if document is not None:
            self._ready[row.key] = replace(document, article=replace(document.article, note=note))
        self._mark(row, replace(row, bookmarked=True), lambda: self._library.bookmark(row.key, True, note=note))

    def _mark(self, before: Row, after: Row, work: Callable[[], object]) -> None:
        self._show_row(after)
        self._pending.setdefault(after.key, []).append(after)

        def stored(_: object) -> None:
            self._settle(after)
            self.marked.emit()

        def failed(error: BaseException) -> None:
            self._settle(after)
            self._show_row(before)
            self.trouble.emit(error)

        self._lanes.store.run(work, stored, failed)

    def _settle(self, row: Row) -> None:
        waiting = self._pending[row.key]
        waiting.remove(row)
        if not waiting:
            del self._pending[row.key]

    def _show_row(self, row: Row) -> None:
        document = self._ready.get(row.key)
        if document is not None:
            self._ready[row.key] = replace(document, article=replace(document.article, row=row))
        self.changed.emit([row])

    def set_place(self, row: Row, progress: float, place: str) -> None:
        """Remember how far an article was read."""
        if abs(row.progress - progress) < 0.005:
            return
        document = self._ready.get(row.key)
        after = replace(row, progress=progress)
        if document is not None:
            self._ready[row.key] = replace(document, article=replace(document.article, row=after, position=place))
        self.changed.emit([after])
        if row.key < 0:
            return
        self._lanes.store.run(
            lambda: self._library.store.set_progress(row.key, progress, place),
            lambda _: self.marked.emit(),
            lambda error: None,  # a place that is not kept (a read-only library) is no trouble worth a word
        )
