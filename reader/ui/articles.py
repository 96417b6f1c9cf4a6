"""The article list: a model of one column over an ordered snapshot of keys, and its view.

A ``QTableView`` with a fixed section size is the only stock view whose cost does not grow with the number of rows.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QCoreApplication,
    QElapsedTimer,
    QEvent,
    QItemSelection,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QFrame, QHeaderView, QTableView, QWidget

from reader.model import Row
from reader.ui.dates import Dates
from reader.ui.rowpaint import DENSITIES, ROW_ROLE, DensityName, RowDelegate, Thumbnails
from reader.ui.scrollbar import overlay

PAGE_ROWS = 100
MAX_PAGES = 20
#: More pages asked for than this are not loaded: while the scroll bar is dragged only the newest matter.
_MAX_ASKED = 3

Index = QModelIndex | QPersistentModelIndex
Load = Callable[[Sequence[int], Callable[[list[Row]], None]], None]


class _Page:
    """Up to 100 rows; ``whole`` once its answer came, even if some of its articles are gone."""

    __slots__ = ("rows", "whole")

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.whole = False


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
        self._generation = 0
        self._wanted: list[int] = []  # newest last
        self._asked: set[int] = set()
        self._newer: dict[int, Row] = {}  # came by update_rows while their page was on its way
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
        self._places.clear()
        self._wanted.clear()
        self._asked.clear()
        self._newer.clear()
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
        for row in rows:
            place = self._places.get(row.key)
            if place is None:
                if self._asked:  # an older state of it may be on its way
                    self._newer[row.key] = row
                continue
            self._pages[place // PAGE_ROWS].rows[row.key] = row
            changed.append(place)
        if len(changed) > 8:  # a list marked as read: one repaint instead of thousands of signals
            self.dataChanged.emit(self.index(min(changed), 0), self.index(max(changed), 0))
            return
        for place in changed:
            self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

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

    def held(self) -> list[Row]:
        """All rows that are here, in no order: for changing them together by :meth:`update_rows`."""
        return [row for page in self._pages.values() for row in page.rows.values()]

    def held_place(self, key: int) -> int:
        """Where the article stands if its row is held, else -1; never looks through the keys."""
        return self._places.get(key, -1)

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
        place = self._places.get(key)
        if place is not None:
            return place
        try:
            return self._keys.index(key)
        except ValueError:
            return -1

    # What Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

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
        who = (", ".join(row.authors) or row.source_title) if self._source_list else row.source_title
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
            keys, generation = self._keys_of(number), self._generation

            def done(rows: list[Row], number: int = number, generation: int = generation) -> None:
                self._answer(number, generation, rows)

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
                self._hold(place, self._newer.pop(row.key, row))
        if not self._asked:
            self._newer.clear()
        while len(self._pages) > MAX_PAGES:
            _, old = self._pages.popitem(last=False)
            for key in old.rows:
                self._places.pop(key, None)
        if places:
            self.dataChanged.emit(self.index(first, 0), self.index(first + len(places) - 1, 0))
        if self._wanted and not self._ask.isActive():
            self._ask.start()


class ArticleView(QTableView):
    """The list as it is seen. Sits below a :class:`reader.ui.controls.HeaderBar`; 364 px wide by default.

    Args:
        model: whose rows are shown.
    """

    #: The user chose an article (click, keys, :meth:`step`); while a key is held down, the one it came to rest on.
    opened = Signal(int)
    #: The ribbon of a row was clicked.
    bookmark_toggled = Signal(int)
    #: A row's menu is wanted at a place on the screen; the selection stays where it is.
    context_menu = Signal(int, QPoint)
    #: A row was clicked with the middle button.
    middle_clicked = Signal(int)

    #: Hopping on faster than this opens only where the hopping ends.
    SETTLE_MS = 120
    _TOP_PX = 4

    def __init__(self, model: ArticleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._articles = model
        self._density: DensityName = "comfortable"
        self._delegate = RowDelegate(model.dates, self)
        self._thumbnails: Thumbnails | None = None
        self._quiet = False
        self._pressed_ribbon = -1
        self._place: tuple[int, int, int] | None = None  # selected key, top key, its offset in pixels
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._emit_opened)
        self._since_opened = QElapsedTimer()
        self._setup()
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._find_place)

    def _setup(self) -> None:
        self.setAccessibleName(self.tr("Articles"))
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        # The palette's list colour, by role: a new theme needs no word from us.
        for widget in (self, self.viewport()):
            widget.setBackgroundRole(QPalette.ColorRole.AlternateBase)
            widget.setAutoFillBackground(True)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.hide()
        across.setMinimumSectionSize(1)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        down.hide()
        down.setMinimumSectionSize(1)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(DENSITIES[self._density].height)
        self.verticalScrollBar().setSingleStep(26)
        overlay(self)

    # What the window says

    @property
    def density(self) -> DensityName:
        return self._density

    @density.setter
    def density(self, name: DensityName) -> None:
        key = self.current_key()
        self._density = name
        self._delegate.set_density(DENSITIES[name])
        self.verticalHeader().setDefaultSectionSize(DENSITIES[name].height)
        if key is not None:
            self.scrollTo(self.currentIndex())
        self.viewport().update()

    def set_thumbnails(self, provider: Thumbnails | None) -> None:
        """Where small pictures come from; None for a list without."""
        if self._thumbnails is not None:
            self._thumbnails.ready.disconnect(self._picture_ready)
        self._thumbnails = provider
        self._delegate.set_thumbnails(provider)
        if provider is not None:
            provider.ready.connect(self._picture_ready)
        self.viewport().update()

    def set_terms(self, terms: Sequence[str]) -> None:
        """The words of a search, marked in titles and snippets; empty when it ends."""
        self._delegate.set_terms(terms)
        self.viewport().update()

    def select_key(self, key: int, scroll: bool = True) -> bool:
        """Select an article without opening it; False when it is not in the list."""
        place = self._articles.index_of_key(key)
        if place < 0:
            return False
        self._quiet = True
        self.setCurrentIndex(self._articles.index(place, 0))
        self._quiet = False
        self._settle.stop()
        if scroll:
            self.scrollTo(self.currentIndex())
        return True

    def step(self, by: int) -> bool:
        """Select and open the next (+1) or previous (-1) article; False at the end. Without a selection: the first."""
        current = self.currentIndex()
        place = current.row() + by if current.isValid() else 0
        if not 0 <= place < self._articles.rowCount():
            return False
        self.setCurrentIndex(self._articles.index(place, 0))
        return True

    def current_key(self) -> int | None:
        """The selected article."""
        current = self.currentIndex()
        return self._articles.key_at(current.row()) if current.isValid() else None

    # Selection

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self._quiet or not current.isValid():
            return
        # The first hop opens at once; a row of quick ones only where it ends.
        if not self._since_opened.isValid() or self._since_opened.elapsed() > self.SETTLE_MS:
            self._settle.start(0)
        else:
            self._settle.start(self.SETTLE_MS)
        self._since_opened.start()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()  # the hairlines beside it come and go

    def _emit_opened(self) -> None:
        key = self.current_key()
        if key is not None:
            self.opened.emit(key)

    def _keep_place(self) -> None:
        self._settle.stop()
        key = self.current_key()
        top = self.rowAt(0)
        offset = self.rowViewportPosition(top) if top >= 0 else 0
        at_top = self.verticalScrollBar().value() == 0
        self._place = (-1 if key is None else key, -1 if top < 0 or at_top else self._articles.key_at(top), offset)

    def _find_place(self) -> None:
        self._delegate.set_source_list(self._articles.source_list)
        selected, top, offset = self._place or (-1, -1, 0)
        if not self._articles.renewed:
            self.scrollToTop()
            return
        if selected >= 0:
            self.select_key(selected, scroll=False)
        place = self._articles.index_of_key(top) if top >= 0 else -1
        if place >= 0:
            self.updateGeometries()
            self.verticalScrollBar().setValue(place * DENSITIES[self._density].height - offset)

    def _picture_ready(self, key: int) -> None:
        place = self._articles.held_place(key)
        if place >= 0:
            self.viewport().update(self.visualRect(self._articles.index(place, 0)))

    # Qt's events

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            model.dataChanged.connect(lambda: self._delegate.set_source_list(self._articles.source_list))

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not the item view's own answer, which makes the first row current: that would open an article.
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here, not a search by the beginnings of titles (which would load every page)."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Left and right belong to the window (they move between panes): a list of one column has no use for them.
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_ribbon = -1
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_ribbon = self._ribbon_at(event.position().toPoint())
            if self._pressed_ribbon >= 0:
                return
        elif event.button() in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
            return  # neither selects
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if event.button() == Qt.MouseButton.MiddleButton and (index := self.indexAt(place)).isValid():
            self.middle_clicked.emit(self._articles.key_at(index.row()))
            return
        if self._pressed_ribbon >= 0:
            if self._ribbon_at(place) == self._pressed_ribbon:
                self.bookmark_toggled.emit(self._pressed_ribbon)
            self._pressed_ribbon = -1
            return
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_ribbon < 0:
            super().mouseMoveEvent(event)

    def _ribbon_at(self, place: QPoint) -> int:
        """The key of the row whose ribbon is there, else -1. A row without a bookmark shows one under the pointer."""
        index = self.indexAt(place)
        row = self._articles.row_at(index.row()) if index.isValid() else None
        if row is None or not (row.bookmarked or DENSITIES[self._density].lines):
            return -1
        return row.key if self._delegate.ribbon_rect(self.visualRect(index), row).contains(place) else -1

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        place = self.visualRect(index).center() if by_key else event.pos()
        self.context_menu.emit(self._articles.key_at(index.row()), self.viewport().mapToGlobal(place))

    def updateGeometries(self) -> None:
        super().updateGeometries()
        # The table itself sets these margins (for headers, which are hidden): the first row begins 4 px down.
        if self.viewportMargins().top() != self._TOP_PX:
            self.setViewportMargins(0, self._TOP_PX, 0, 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self._delegate.forget()
            self.viewport().update()
