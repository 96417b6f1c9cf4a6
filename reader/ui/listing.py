"""Which articles the list shows: a view, a source, a search; and why it is empty."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal

from reader.errors import StoreError, Usage
from reader.firstlook import ListRead, Seen, read_list
from reader.library import Library
from reader.model import Query, Row, Source
from reader.sentences import describe
from reader.store.query import wanted
from reader.ui import sorting, words
from reader.ui.articles import ArticleModel
from reader.ui.commands import Commands
from reader.ui.controls import BannerButton, EmptyState
from reader.ui.lanes import Lanes, Ticket
from reader.ui.listpane import MOST_RESULTS, ListPane, Scope
from reader.ui.merging import merged
from reader.ui.pace import Pace, Renewal

_SEARCH_LIMIT = 1000
#: Several changes at once are listed together.
_TOGETHER_MS = 400
#: The store's marks around matches; the list marks the words itself, in titles as well.
_MARKS = dict.fromkeys((0xE001, 0xE002))


class Listing(QObject):
    """The list as a snapshot of keys, renewed when the library changes, with what was just read kept until then.

    Args:
        sources: the sources by key, as they are now.
    """

    #: A list is on screen; True when it is another one, False when the same was renewed.
    listed = Signal(bool)
    #: The empty list's link, or the banner's button, asks for a refresh of this source (None: all).
    refresh_wanted = Signal(object)
    #: The banner's button asks for another address of this source.
    address_wanted = Signal(object)
    view_wanted = Signal(str)
    #: The words of a search are to be marked in the article, in the language of ``store.query``; ``""``: no more.
    marks_wanted = Signal(str)
    trouble = Signal(object)

    def __init__(
        self,
        library: Library,
        lanes: Lanes,
        pane: ListPane,
        model: ArticleModel,
        commands: Commands,
        sources: Callable[[], Mapping[int, Source]],
        pace: Pace,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library, self._lanes, self._pane, self._model = library, lanes, pane, model
        self._commands, self._sources = commands, sources
        self.query = Query(view="unread")
        self.searching = ""
        self.whole = True  # else a long list has only begun
        self.smart_names: Mapping[str, str] = {}  # of smart folders, by their queries
        self._asked = ""  # what was searched for last, and was not dropped
        self._asking = False  # a search is under way
        self._misread = ""  # why a search cannot be done
        self._keys: array[int] = array("q")
        self._before: array[int] = array("q")  # the list to go back to from a search
        self._lingering: set[int] = set()
        self._ticket: Ticket | None = None
        self._ahead: Seen | None = None
        self._renewing = Renewal(lambda: self._read(renewed=True), pace, _TOGETHER_MS, self)
        pane.empty.acted.connect(self._empty_action)
        pane.banner.acted.connect(
            lambda name: (self.address_wanted if name == "address" else self.refresh_wanted).emit(self.source())
        )
        pane.search.changed.connect(self.search)
        pane.search.started.connect(lambda: pane.search.set_scope(self.scope()))
        pane.search.typing.connect(self._drop_search)
        pane.search.scoped.connect(lambda: self.search(pane.search.field.text(), anew=True))
        pane.search.left.connect(self.end_search)
        pane.search.down.connect(lambda: pane.view.setFocus(Qt.FocusReason.OtherFocusReason))

    # What to list

    def show(self, query: Query) -> None:
        """List something else."""
        self._pane.search.stop()
        self._forget_search()
        self._lingering.clear()
        self.query = query
        self._read(renewed=False)

    def begin(self, seen: Seen) -> None:
        """The first list was read already; it is shown when exactly that is asked for."""
        self._ahead = seen

    def again(self) -> None:
        """List the same anew: its filters changed."""
        self._lingering.clear()
        self._read(renewed=False)

    def renew(self) -> None:
        """The library changed: read the list again soon, keeping place, selection and what was just read."""
        self._renewing.ask()

    @property
    def renews(self) -> bool:
        """Whether the list is to be read again soon."""
        return self._renewing.waits

    def linger(self, key: int) -> None:
        """This article stays in the list although it is read now."""
        self._lingering.add(key)

    def full_query(self) -> Query:
        """The query with its filters."""
        return replace(
            self.query,
            since=self._library.today(),
            unread_only=self._commands["unread-only"].isChecked(),
            oldest_first=self._commands["oldest-first"].isChecked(),
            order=sorting.order(self._commands),
        )

    def is_dated(self) -> bool:
        """Whether the list stands in the order of its dates; a search has its best match first."""
        return not self.searching and sorting.order(self._commands) == "date"

    def source(self) -> Source | None:
        """The one source that is listed."""
        return self._sources().get(self.query.sources[0]) if len(self.query.sources) == 1 else None

    def _read(self, *, renewed: bool, rest: bool = False) -> None:
        """Read the list.

        Args:
            renewed: it is the same list, after a change.
            rest: its beginning is on screen, and it is still another one than before.
        """
        if self.searching:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        query, stay = self.full_query(), list(self._lingering)
        since = self._model.moment

        def found(read: ListRead) -> None:
            self._lingering -= read.gone  # its source was removed
            self.whole = read.whole
            self._put(read.keys, self._model.newest(read.rows, since), renewed, another=rest or not renewed)
            if not self.whole:
                self._pane.header.set_title(self.name(), words.articles(read.total))
                self._read(renewed=True, rest=True)

        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.query == query and not renewed:
            found(ahead.list)
            return
        store = self._library.store
        self._ticket = self._lanes.read.run(
            lambda: read_list(store, query, staying=stay, renewed=renewed), found, self.trouble.emit
        )

    def _put(self, keys: array[int], rows: Sequence[Row], renewed: bool, *, another: bool | None = None) -> None:
        if renewed:
            keys = merged(self._keys, keys, self._lingering)
        self._keys = keys
        self._model.set_source_list(self.source() is not None)
        self._model.set_keys(keys, first_rows=rows, renewed=renewed)
        # How many a search found is said below its field.
        self._pane.header.set_title(self.name(), "" if self.searching else words.articles(len(keys)))
        self._commands["save-search"].setEnabled(bool(self.searching) and not self._misread)
        self._commands["mark-all"].setEnabled(len(keys) > 0 and not self.searching)
        self._pane.set_empty(None if len(keys) else self._say_empty)
        self.update_banner()
        self.listed.emit(not renewed if another is None else another)

    # Search

    def scope(self) -> Scope | None:
        """Where else than everywhere can be searched: in the list that was there before; None: that is everywhere."""
        everywhere = self.query == Query(view="all")
        return None if everywhere else Scope(replace(self.query, since=self._library.today()), self._list_name())

    def search(self, text: str, *, anew: bool = False) -> None:
        """Search, best match first; a newer text takes the place of an older one.

        Args:
            anew: elsewhere, perhaps for the same text.
        """
        text = text.strip()
        if not text:
            self.end_search(keep_field=True)
            return
        if text == self._asked and not anew:
            return  # Enter after the last letter: the answer is there, and what was opened from it stays
        if not self.searching:
            self._before = self._keys
        self._drop_search()
        if self._ticket is not None:
            self._ticket.cancel()
        self.searching = self._asked = text
        self._misread, self._asking = "", True
        where = self._pane.search.chosen() or Query()

        def failed(error: BaseException) -> None:
            self._asking = False
            if isinstance(error, Usage):
                self._misread = str(describe(error))
                self._pane.search.set_results(None)
                self.marks_wanted.emit("")
                self._put(array("q"), [], renewed=False)
            elif not (isinstance(error, StoreError) and error.detail == "interrupted"):
                self.searching = self._asked = ""  # the same words may be tried again
                self.trouble.emit(error)

        def found(rows: list[Row]) -> None:
            self._asking = False
            self._pane.view.set_terms(wanted(text))
            self.marks_wanted.emit(text)
            self._pane.search.set_results(len(rows))
            plain = [replace(row, snippet=row.snippet.translate(_MARKS)) for row in rows]
            self._put(array("q", [row.key for row in plain]), plain, renewed=False)
            if len(rows) == _SEARCH_LIMIT:
                self._count(text, where)

        store, now = self._library.store, self._library.now()
        self._ticket = self._lanes.read.run(
            lambda: store.search(text, limit=_SEARCH_LIMIT, query=where, now=now), found, failed
        )

    def _count(self, text: str, where: Query) -> None:
        """Say how many results there are besides those that are listed."""

        store = self._library.store
        self._ticket = self._lanes.read.run(
            lambda: store.search_count(text, query=where, most=MOST_RESULTS + 1),
            self._pane.search.set_results,
            lambda error: None,  # a newer search interrupted it
        )

    def _drop_search(self) -> None:
        """Another key was pressed: nobody waits for the search that runs now."""
        if self._asking and self._ticket is not None:
            self._ticket.cancel()
            self._library.store.interrupt()
            self._asking, self._asked = False, ""

    def _forget_search(self) -> None:
        self._drop_search()
        self.searching = self._asked = ""
        self._pane.view.set_terms(())
        self._commands["save-search"].setEnabled(False)
        self.marks_wanted.emit("")

    def end_search(self, *, keep_field: bool = False) -> None:
        """Back to the list that was there before."""
        if not keep_field:
            self._pane.search.stop()
            self._pane.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.searching:
            self._forget_search()
            self._keys = self._before
            self._read(renewed=True)

    # Words

    def name(self) -> str:
        """The list's name."""
        return self.tr("Search") if self.searching else self._list_name()

    def _list_name(self) -> str:
        if self.query.matching:
            return self.smart_names.get(self.query.matching, self.query.matching)
        if self.query.sources:
            source = self._sources().get(self.query.sources[0])
            if source is None:
                return ""
            if self.query.path:
                return self.query.path.rpartition("/")[2]
            return words.source_title(source) if len(self.query.sources) == 1 else source.folder
        return {
            "unread": self.tr("Unread"),
            "today": self.tr("Today"),
            "bookmarks": self.tr("Bookmarks"),
            "continue": self.tr("Continue reading"),
            "all": self.tr("All articles"),
        }[self.query.view]

    def _say_empty(self, empty: EmptyState) -> None:
        view, unread_only = self.query.view, self._commands["unread-only"].isChecked()
        if self.searching and self._misread:
            empty.set("search", self.tr("Not understood"), self._misread)
        elif self.searching and self._pane.search.chosen() is not None:
            text = self.tr("No article of “{list}” contains these words.").format(list=self._list_name())
            empty.set("search", self.tr("Nothing found"), text, self.tr("Search everywhere"))
        elif self.searching:
            empty.set("search", self.tr("Nothing found"), self.tr("No article contains these words."))
        elif self.query.matching and not unread_only:
            text = self.tr("No article is found by “{query}” now. What comes later will stand here.")
            empty.set("smart", self.tr("No articles"), text.format(query=self.query.matching))
        elif self.query.sources and not unread_only:
            source = self._sources().get(self.query.sources[0])
            if source is not None and source.checked is None:
                text = self.tr("This source has not been read yet.")
            else:
                text = self.tr("This source holds no articles yet.")
            empty.set("all", self.tr("No articles"), text, self.tr("Refresh"))
        elif view == "bookmarks":
            text = self.tr("Press S in an article, and it stays here, whatever happens to its source.")
            empty.set("bookmark", self.tr("Nothing bookmarked yet"), text)
        elif view == "continue":
            text = self.tr("An article that you leave half read waits here, at the place where you left it.")
            empty.set("continue", self.tr("Nothing half read"), text)
        elif view == "today" and not unread_only:
            empty.set("today", self.tr("Nothing new today"), self.tr("No article is dated today."), self.tr("Refresh"))
        elif view == "all" and not unread_only:
            empty.set("all", self.tr("No articles"), self.tr("Your sources hold no articles yet."), self.tr("Refresh"))
        else:
            text = self.tr("Everything in {list} has been read. New articles arrive with the next refresh.")
            empty.set("check", self.tr("All caught up"), text.format(list=self.name()), self.tr("Show read articles"))

    def _empty_action(self) -> None:
        if self.searching:
            self._pane.search.choose_everywhere()
            return
        filtered = self._commands["unread-only"].isChecked()
        if filtered:
            self._commands["unread-only"].trigger()
        if self.query.view == "unread" and not self.query.sources:
            self.view_wanted.emit("all")
        elif filtered:
            return
        else:
            self.refresh_wanted.emit(self.source())

    def update_banner(self) -> None:
        """Say above the list what it is called, and that its source fails, why, and that nothing is lost."""
        source = self.source()
        if self.whole and not self.searching:
            self._pane.header.set_title(self.name(), words.articles(len(self._keys)))
        if source is None or not source.error or self.searching:
            self._pane.banner.hide()
            return
        if source.succeeded is None:
            title = self.tr("Not refreshed yet")
        else:
            since = words.time_or_day(source.succeeded, self._library.now())
            title = self.tr("Not refreshed since {date}").format(date=since)
        text = words.both(words.stored(source.error), self.tr("Stored articles are safe."))
        buttons = [BannerButton("retry", self.tr("Try again"), "refresh")]
        if source.kind == "feed":
            buttons.append(BannerButton("address", self.tr("Change the address…")))
        self._pane.banner.set(title, text, buttons)
        self._pane.banner.show()
