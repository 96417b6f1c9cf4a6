"""The model of the article list: one column over an ordered snapshot of keys, its rows fetched in pages."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)

from reader.model import Row
from reader.ui.dates import Dates
from reader.ui.rowpaint import ROW_ROLE
from reader.ui.words import source_titles

PAGE_ROWS = 100
MAX_PAGES = 20
#: More pages asked for than this are not loaded: while the scroll bar is dragged only the newest matter.
_MAX_ASKED = 3
#: Changes of so many rows are remembered: more than are held.
_MAX_TOLD = 4096

Index = QModelIndex | QPersistentModelIndex
Load = Callable[[Sequence[int], Callable[[list[Row]], None]], None]


class _Page:
    """Up to 100 rows; ``whole`` once its answer came, even if some of its articles are gone."""

    __slots__ = ("rows", "whole")

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.whole = False


#: A renewed list has moved its articles by less, mostly; a search through a million keys takes 12 ms.
_REACH = 2000
_MOST_LOOKED_UP = 64


class ArticleModel(QAbstractTableModel):
    """Rows by key, fetched in pages when they come into view.

    Args:
        load: ``load(keys, done)`` fetches the rows of the keys elsewhere and calls ``done(rows)`` on the GUI thread. It
            must call it also when it failed (with what it has), and may at once. Rows may be missing, in any order.
        now: the present, aware; for words like "yesterday".
    """

    RowRole = ROW_ROLE
    KeyRole = ROW_ROLE + 1

    def __init__(
        self,
        load: Load,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        locale: QLocale | None = None,
    ) -> None:
        super().__init__(parent)
        self._load = load
        self.dates = Dates(now, locale)
        self._keys: array[int] = array("q")
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        self._places: dict[int, int] = {}  # of rows that are held
        self._looked_up: dict[int, int] = {}  # of other keys, -1 when they are not in the list
        self._before: dict[int, int] = {}  # where keys stood in the list that this one renews
        self._generation = 0
        self._wanted: list[int] = []  # newest last
        self._asked: set[int] = set()
        self._told: OrderedDict[int, tuple[int, Row]] = OrderedDict()  # by update_rows, and when; the newest last
        self._moment = 0
        self._source_list = False
        #: Whether the last reset renewed the same list: then the view keeps its place.
        self.renewed = False
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(0)
        self._ask.timeout.connect(self._ask_next)

    # What the window says

    def set_keys(
        self, keys: array[int] | Sequence[int], *, first_rows: Sequence[Row] = (), renewed: bool = False
    ) -> None:
        """Show another list.

        Args:
            keys: an ``array("q")`` is kept as it is, not copied.
            first_rows: rows that are known already, so that the first screen needs no second step.
            renewed: it is the same list, after a refresh: the view keeps its place and its selection.
        """
        self.beginResetModel()
        self._generation += 1
        self._keys = keys if isinstance(keys, array) and keys.typecode == "q" else array("q", keys)
        self._pages.clear()
        self._before = {**self._looked_up, **self._places} if renewed else {}
        self._places = {}
        self._looked_up = {}
        self._wanted.clear()
        self._asked.clear()
        self.renewed = renewed
        known = {row.key: row for row in first_rows}
        for place in range(min(len(self._keys), len(known) + PAGE_ROWS)):
            row = known.get(self._keys[place])
            if row is not None:
                self._hold(place, row)
        for number, page in self._pages.items():
            page.whole = len(page.rows) == len(self._keys_of(number))
        self.endResetModel()

    def update_rows(self, rows: Sequence[Row]) -> None:
        """Rows changed (read, bookmarked, progress): repaint them in place. Rows that are not held are ignored."""
        changed = []
        self._tell(rows)
        for row in rows:
            place = self._places.get(row.key)
            if place is None:
                continue
            self._pages[place // PAGE_ROWS].rows[row.key] = row
            changed.append(place)
        if len(changed) > 8:  # a list marked as read: one repaint instead of thousands of signals
            self.dataChanged.emit(self.index(min(changed), 0), self.index(max(changed), 0))
            return
        for place in changed:
            self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

    def _tell(self, rows: Sequence[Row]) -> None:
        self._moment += 1
        for row in rows:
            self._told[row.key] = self._moment, row
            self._told.move_to_end(row.key)
        while len(self._told) > _MAX_TOLD:
            self._told.popitem(last=False)

    @property
    def moment(self) -> int:
        """When it is, for ``newest``: another moment after each change of rows."""
        return self._moment

    def newest(self, rows: Sequence[Row], since: int) -> list[Row]:
        """Rows as they are now; they were asked for at a ``moment`` and may be older than changes that came since."""
        now = (self._told.get(row.key, (since, row)) for row in rows)
        return [told if moment > since else row for row, (moment, told) in zip(rows, now, strict=True)]

    def set_source_list(self, one_source: bool) -> None:
        """Whether this is one source's own list: the author is shown, and read out, instead of the source."""
        if one_source != self._source_list:
            self._source_list = one_source
            if self._keys:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, 0))

    @property
    def source_list(self) -> bool:
        return self._source_list

    # What the window asks

    def row_at(self, index_row: int) -> Row | None:
        """The row if it is held; asks for nothing."""
        if not 0 <= index_row < len(self._keys):
            return None
        page = self._pages.get(index_row // PAGE_ROWS)
        return page.rows.get(self._keys[index_row]) if page is not None else None

    def row_of_key(self, key: int) -> Row | None:
        """The row of an article if it is held."""
        place = self._places.get(key)
        return None if place is None else self.row_at(place)

    def held(self) -> list[Row]:
        """All rows that are here, in no order: for changing them together by :meth:`update_rows`."""
        return [row for page in self._pages.values() for row in page.rows.values()]

    def held_place(self, key: int) -> int:
        """Where the article stands if its row is held, else -1; never looks through the keys."""
        return self._places.get(key, -1)

    @property
    def keys(self) -> array[int]:
        """The whole list; never changed, another list has another array."""
        return self._keys

    def place_near(self, key: int, place: int, reach: int) -> int:
        """Where an article stands if that is within ``reach`` rows of ``place``, else -1."""
        first = max(0, place - reach)
        try:
            return first + self._keys[first : max(0, place + reach + 1)].index(key)
        except ValueError:
            return -1

    def key_at(self, n: int) -> int:
        """The key of the n-th row.

        Raises:
            IndexError: there is no such row.
        """
        if not 0 <= n < len(self._keys):
            raise IndexError(n)
        return self._keys[n]

    def index_of_key(self, key: int) -> int:
        """Where the article stands, -1 when it is not in the list."""
        place = self._places.get(key, self._looked_up.get(key))
        if place is None:
            place = self.place_near(key, self._before.get(key, 0), _REACH)
            if place < 0:
                with suppress(ValueError):
                    place = self._keys.index(key)
            if len(self._looked_up) >= _MOST_LOOKED_UP:
                self._looked_up.clear()
            self._looked_up[key] = place
        return place

    # What Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place = index.row()
        if role == self.KeyRole:
            return self._keys[place]
        if role not in (
            ROW_ROLE,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.AccessibleDescriptionRole,
        ):
            return None
        row = self._row(place)
        if role == ROW_ROLE:
            return row
        if row is None:
            waiting = role == Qt.ItemDataRole.AccessibleTextRole
            return QCoreApplication.translate("ArticleModel", "Loading") if waiting else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        return self._spoken(row) if role == Qt.ItemDataRole.AccessibleTextRole else row.summary

    def _spoken(self, row: Row) -> str:
        """What a screen reader says: "unread, bookmarked, title, source, date"."""
        translate = QCoreApplication.translate
        source = source_titles(row)
        who = (", ".join(row.authors) or source) if self._source_list else source
        parts = (
            "" if row.read else translate("ArticleModel", "unread"),
            translate("ArticleModel", "bookmarked") if row.bookmarked else "",
            row.title,
            who,
            self.dates.short(row.date),
        )
        return ", ".join(part for part in parts if part)

    # Pages

    def _keys_of(self, page: int) -> array[int]:
        return self._keys[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]

    def _hold(self, place: int, row: Row) -> None:
        self._pages.setdefault(place // PAGE_ROWS, _Page()).rows[row.key] = row
        self._places[row.key] = place

    def _row(self, place: int) -> Row | None:
        number = place // PAGE_ROWS
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            row = page.rows.get(self._keys[place])
            if row is not None or page.whole:
                return row
        if number not in self._asked:
            if number in self._wanted:
                self._wanted.remove(number)
            self._wanted.append(number)
            del self._wanted[:-_MAX_ASKED]
            if not self._ask.isActive():
                self._ask.start()
        return None

    def _ask_next(self) -> None:
        while self._wanted and len(self._asked) < _MAX_ASKED:
            number = self._wanted.pop()
            self._asked.add(number)
            keys, generation, since = self._keys_of(number), self._generation, self._moment

            def done(rows: list[Row], number: int = number, generation: int = generation, since: int = since) -> None:
                self._answer(number, generation, self.newest(rows, since))

            self._load(keys, done)

    def _answer(self, number: int, generation: int, rows: Sequence[Row]) -> None:
        if generation != self._generation or number not in self._asked:
            return
        self._asked.discard(number)
        first = number * PAGE_ROWS
        places = {key: first + offset for offset, key in enumerate(self._keys_of(number))}
        page = self._pages.setdefault(number, _Page())
        page.whole = True
        self._pages.move_to_end(number)
        for row in rows:
            place = places.get(row.key)
            if place is not None:
                self._hold(place, row)
        while len(self._pages) > MAX_PAGES:
            _, old = self._pages.popitem(last=False)
            for key in old.rows:
                self._places.pop(key, None)
        if places:
            self.dataChanged.emit(self.index(first, 0), self.index(first + len(places) - 1, 0))
        if self._wanted and not self._ask.isActive():
            self._ask.start()
