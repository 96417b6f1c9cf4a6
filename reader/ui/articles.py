"""The article list as it is seen.

A ``QTableView`` with a fixed section size is the only stock view whose cost does not grow with the number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QElapsedTimer,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QFrame, QHeaderView, QTableView, QWidget

from reader.records import dataclass
from reader.ui import articledrag
from reader.ui.accessible import RowTeller
from reader.ui.articlemodel import MAX_PAGES, PAGE_ROWS, ArticleModel
from reader.ui.rowpaint import DENSITIES, DensityName, FaviconOf, RowDelegate, Thumbnails
from reader.ui.scrollbar import overlay

__all__ = ["MAX_PAGES", "PAGE_ROWS", "ArticleModel", "ArticleView"]

Index = QModelIndex | QPersistentModelIndex

_SELECT = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@dataclass(frozen=True, slots=True)
class Selected:
    """Several articles that were selected; ``all``: the whole list was, whatever it has now."""

    keys: frozenset[int]
    all: bool = False


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
    #: More than one article is selected now: how many.
    several = Signal(int)

    #: Hopping on faster than this opens only where the hopping ends.
    SETTLE_MS = 120
    _TOP_PX = 4

    def __init__(self, model: ArticleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewport(QWidget())  # as in SourceView: one that Python made
        self._articles = model
        self._density: DensityName = "comfortable"
        self._delegate = RowDelegate(model.dates, self)
        self._thumbnails: Thumbnails | None = None
        self._quiet = False
        self._pressed_ribbon = -1
        self._place: tuple[int, int, int] | None = None  # selected key, top key, its offset in pixels
        self._bands: Mapping[int, str] = {}
        self._were_several = False
        self._selected_before: Selected | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._emit_opened)
        self._since_opened = QElapsedTimer()
        self._setup()
        self._teller = RowTeller(self, model, self._group_of)
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._find_place)

    def _setup(self) -> None:
        self.setAccessibleName(self.tr("Articles"))
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
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
        key, bands = self.current_key(), self._bands
        self.set_bands({})
        self._density = name
        self._delegate.set_density(DENSITIES[name])
        self.verticalHeader().setDefaultSectionSize(DENSITIES[name].height)
        self.set_bands(bands)
        if key is not None:
            self.scrollTo(self.currentIndex())
        self.viewport().update()

    def set_bands(self, bands: Mapping[int, str]) -> None:
        """The words above the first rows of groups, by their places; what is in view stays where it is."""
        if bands == self._bands:
            return
        at_top, top = self.verticalScrollBar().value() == 0, self.rowAt(0)
        offset = self.rowViewportPosition(top) if top >= 0 else 0
        offset += self._band_of(top) - (DENSITIES[self._density].band if top in bands else 0)  # the row itself stays
        height, band = DENSITIES[self._density].height, DENSITIES[self._density].band
        down, count = self.verticalHeader(), self._articles.rowCount()
        # Not seen, the header does not compute all places anew after each of them (1 ms in a million rows).
        down.setUpdatesEnabled(False)
        for place in self._bands.keys() - bands.keys():
            if place < count:
                down.resizeSection(place, height)
        for place in bands.keys() - self._bands.keys():
            if place < count:
                down.resizeSection(place, height + band)
        down.setUpdatesEnabled(True)
        self._bands = dict(bands)
        self._delegate.set_bands(self._bands)
        self.updateGeometries()
        if top >= 0 and not at_top:
            self.verticalScrollBar().setValue(down.sectionPosition(top) - offset)
        self.viewport().update()

    def _band_of(self, place: int) -> int:
        return DENSITIES[self._density].band if place in self._bands else 0

    def _group_of(self, place: int) -> str:
        """The words above the group that a row is in."""
        first = max((band for band in self._bands if band <= place), default=-1)
        return self._bands.get(first, "")

    def _row_rect(self, index: Index) -> QRect:
        return self._delegate.row_rect(self.visualRect(index), index.row())

    def set_thumbnails(self, provider: Thumbnails | None) -> None:
        """Where small pictures come from; None for a list without."""
        if self._thumbnails is not None:
            self._thumbnails.ready.disconnect(self._picture_ready)
        self._thumbnails = provider
        self._delegate.set_thumbnails(provider)
        if provider is not None:
            provider.ready.connect(self._picture_ready)
        self.viewport().update()

    def set_favicons(self, favicon: FaviconOf, ready: SignalInstance) -> None:
        """Where the small pictures of sources come from, and what tells that there are new ones."""
        self._delegate.set_favicons(favicon)
        ready.connect(self.viewport().update)

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
        self._choose(place)
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
        self._choose(place)
        self._look_ahead(place, by)
        self._open_at_once()
        return True

    def _look_ahead(self, place: int, by: int) -> None:
        """Keep the row that comes next in sight, where there is room for it beside the chosen one."""
        beyond = place + by
        if 0 <= beyond < self._articles.rowCount() and self.viewport().height() > 3 * self.rowHeight(place):
            self.scrollTo(self._articles.index(beyond, 0))

    def _choose(self, place: int) -> None:
        """Select this row alone, whatever keys are held down."""
        index = self._articles.index(place, 0)
        self.selectionModel().setCurrentIndex(index, _SELECT | QItemSelectionModel.SelectionFlag.Clear)
        self.scrollTo(index)

    def extend(self, by: int) -> bool:
        """Select one row more (or one less) in a direction; False at the end of the list."""
        current = self.currentIndex()
        if not current.isValid():
            return self.step(by)
        here, place = current.row(), current.row() + by
        if not 0 <= place < self._articles.rowCount():
            return False
        anchor = next((top + bottom - here for top, bottom in self._ranges() if here in (top, bottom)), here)
        model = self._articles
        rows = QItemSelection(model.index(min(anchor, place), 0), model.index(max(anchor, place), 0))
        self.selectionModel().setCurrentIndex(model.index(place, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(rows, _SELECT | QItemSelectionModel.SelectionFlag.Clear)
        self.scrollTo(self.currentIndex())
        return True

    def _ranges(self) -> list[tuple[int, int]]:
        """First and last places of what is selected, in order: all of a million rows is one range."""
        return sorted((each.top(), each.bottom()) for each in self.selectionModel().selection().toList())

    def selected_count(self) -> int:
        """How many articles are selected."""
        return sum(bottom - top + 1 for top, bottom in self._ranges())

    def selected_keys(self) -> list[int]:
        """The selected articles in the order of the list."""
        keys = self._articles.keys
        return [key for top, bottom in self._ranges() for key in keys[top : bottom + 1]]

    def current_key(self) -> int | None:
        """The selected article."""
        current = self.currentIndex()
        return self._articles.key_at(current.row()) if current.isValid() else None

    # Selection

    def currentChanged(self, current: Index, previous: Index) -> None:
        self._teller.before_move(current, previous, aloud=not self._quiet)
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
        for each in (*selected.toList(), *deselected.toList()):
            self._repaint_beside(each)
        if self._quiet:
            return
        several = self.selected_count() > 1
        if several or self._were_several:
            self._settle.start(0)

    def _repaint_beside(self, rows: QItemSelectionRange) -> None:
        """The hairlines beside what is selected come and go. A row takes 0.5 ms: not the whole list."""
        first, last = max(0, rows.top() - 1), min(rows.bottom() + 1, self._articles.rowCount() - 1)
        area = self.visualRect(self._articles.index(first, 0)).united(self.visualRect(self._articles.index(last, 0)))
        self.viewport().update(area)

    def _open_at_once(self) -> None:
        """A key chose an article: ask for its page in the same turn, before the list is painted."""
        if self._settle.isActive() and self._settle.interval() == 0:
            self._settle.stop()
            self._emit_opened()

    def _emit_opened(self) -> None:
        count = self.selected_count()
        self._were_several = count > 1
        if count > 1:
            self.several.emit(count)
            return
        key = self.current_key()
        if key is not None:
            self.opened.emit(key)

    def _keep_place(self) -> None:
        self._settle.stop()
        self._selected_before = self._selected()
        key = self.current_key()
        top = self.rowAt(0)
        offset = self.rowViewportPosition(top) + self._band_of(top) if top >= 0 else 0
        at_top = self.verticalScrollBar().value() == 0
        self._place = (-1 if key is None else key, -1 if top < 0 or at_top else self._articles.key_at(top), offset)

    def _find_place(self) -> None:
        self._delegate.set_source_list(self._articles.source_list)
        selected, top, offset = self._place or (-1, -1, 0)
        self.set_bands({})
        if not self._articles.renewed:
            self._were_several = False
            self.scrollToTop()
            return
        if selected >= 0:
            self.select_key(selected, scroll=False)
        self._select_again()
        place = self._articles.index_of_key(top) if top >= 0 else -1
        if place >= 0:
            self.updateGeometries()
            self.verticalScrollBar().setValue(self.verticalHeader().sectionPosition(place) - offset)

    def _selected(self) -> Selected | None:
        """What is selected, if that is more than one article."""
        if self.selected_count() < 2:
            return None
        keys = self._articles.keys
        if self.selected_count() == len(keys):
            return Selected(frozenset(), all=True)
        return Selected(frozenset(self.selected_keys()))

    def _select_again(self) -> None:
        """Select in the renewed list what was selected before."""
        before, self._selected_before = self._selected_before, None
        if before is None:
            return
        rows, index = QItemSelection(), self._articles.index
        if before.all:
            rows.select(index(0, 0), index(self._articles.rowCount() - 1, 0))
        else:
            for place, key in enumerate(self._articles.keys):
                if key in before.keys:
                    rows.select(index(place, 0), index(place, 0))
        self._quiet = True
        self.selectionModel().select(rows, _SELECT)
        self._quiet = False
        if self.selected_count() != max(len(before.keys), 1):
            self._settle.start(0)  # some of them are gone: the pane says another number

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
        self._teller.focused()
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here, not a search by the beginnings of titles (which would load every page)."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Left and right belong to the window (they move between panes): a list of one column has no use for them.
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        down = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if down is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.extend(down)
            return
        super().keyPressEvent(event)
        self._open_at_once()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_ribbon = -1
        if event.button() == Qt.MouseButton.LeftButton:
            at = event.position().toPoint()
            self._pressed_ribbon = self._ribbon_at(at)
            if self._pressed_ribbon >= 0 or self._on_band(at):
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

    def _on_band(self, place: QPoint) -> bool:
        index = self.indexAt(place)
        return index.isValid() and not self._row_rect(index).contains(place)

    def _ribbon_at(self, place: QPoint) -> int:
        """The key of the row whose ribbon is there, else -1. A row without a bookmark shows one under the pointer."""
        index = self.indexAt(place)
        row = self._articles.row_at(index.row()) if index.isValid() else None
        if row is None or not (row.bookmarked or DENSITIES[self._density].lines):
            return -1
        ribbon = self._delegate.ribbon_rect(self._row_rect(index), row, self.layoutDirection())
        return row.key if ribbon.contains(place) else -1

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        place = self._row_rect(index).center() if by_key else event.pos()
        self.context_menu.emit(self._articles.key_at(index.row()), self.viewport().mapToGlobal(place))

    def startDrag(self, actions: Qt.DropAction) -> None:
        drag = articledrag.drag_of(self, [row for row in map(self._articles.row_of_key, self._to_drag()) if row])
        if drag is not None:
            drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.LinkAction, Qt.DropAction.CopyAction)

    def _to_drag(self) -> list[int]:
        top_first = self._ranges()
        keys = self._articles.keys
        return [key for top, bottom in top_first for key in keys[top : min(bottom + 1, top + articledrag.MOST)]]

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
