"""The sidebar: header buttons, smart views, sources in folders, and a field that filters them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QFrame,
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from reader.model import Counts, Query, Source
from reader.ui.buttons import RING_PX, Field, IconButton, Pane, is_low_dark
from reader.ui.controls import HeaderBar
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines, Style
from reader.ui.rowpaint import draw_source
from reader.ui.scrollbar import overlay
from reader.ui.sourcetree import NODE_ROLE, VIEW_ICONS, Kind, Node, SourceTree
from reader.ui.theme import mixed, theme_of

Index = QModelIndex | QPersistentModelIndex

ROW_PX, COMPACT_ROW_PX, HEADING_PX = 28, 26, 38
_ICON_X, _LABEL_X, _STEP, _RIGHT, _ICON = 16, 42, 14, 16, 18
_LABEL, _STRONG = Style(13, 400, 20), Style(13, 600, 20)
_COUNT, _HEADING = Style(12, 400, 16, tabular=True), Style(11, 600, 14)


class _Heights(QStyledItemDelegate):
    """Only the heights: the tree paints its rows itself, so that no style adds branches or its own selection."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row_px = ROW_PX

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        node = index.data(NODE_ROLE)
        return QSize(180, HEADING_PX if node is not None and node.kind == "heading" else self.row_px)


class SourceView(QTreeView):
    """The tree of views and sources."""

    #: A source's menu is wanted at a place on the screen.
    source_menu = Signal(int, QPoint)
    #: A folder's menu.
    folder_menu = Signal(str, QPoint)
    #: Another line became current.
    moved = Signal(object)

    def __init__(self, tree: SourceTree, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree = tree
        self._lines = Lines(limit=600)
        self._heights = _Heights(self)
        self._under = QPersistentModelIndex()
        self.setItemDelegate(self._heights)
        self.setModel(tree)
        self.setAccessibleName(self.tr("Sources"))
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        for widget in (self, self.viewport()):
            widget.setBackgroundRole(QPalette.ColorRole.Window)
            widget.setAutoFillBackground(True)
        self.entered.connect(self._hover)
        overlay(self)

    def set_row_px(self, height: int) -> None:
        self._heights.row_px = height
        self.scheduleDelayedItemsLayout()

    # Painting

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """The chevron is part of the row."""

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        node = self._tree.node(index)
        if node is None:
            return
        rect = QRect(0, options.rect.y(), self.viewport().width(), options.rect.height())
        painter.save()
        painter.fillRect(rect, theme_of().side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if node.kind == "heading":
            self._draw_heading(painter, rect, node)
        else:
            self._draw_line(painter, rect, node, index)
        painter.restore()

    def _draw_heading(self, painter: QPainter, rect: QRect, node: Node) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        text = self._lines.lay(node.title, _HEADING, rect.width() - 36, lighter=is_low_dark(theme, ratio))
        text.draw(painter, 18, rect.y() + 14, theme.ink3, ratio=ratio)

    def _draw_line(self, painter: QPainter, rect: QRect, node: Node, index: Index) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        lighter = is_low_dark(theme, ratio)
        selected = self.selectionModel().isSelected(index)
        if selected or self._under == index:
            box = QRectF(rect).adjusted(8, 0, -8, 0)
            # The hover token is made for the list; on the sidebar's own colour it is not seen in sepia.
            under = theme.hover if theme.contrast else mixed(theme.side, theme.sel0)
            fill = under if not selected else theme.sel if self.hasFocus() else theme.sel0
            painter.setPen(QPen(theme.line, 1) if theme.contrast and not selected else Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(box, 6, 6)
        weak = theme.sel_ink2 if selected else theme.ink2
        strong = theme.sel_ink if selected else theme.ink2 if node.kind == "folder" else theme.label
        middle = rect.y() + rect.height() // 2
        shift = _STEP * node.level
        x = _ICON_X + shift
        if node.kind == "folder":
            chevron = "down" if self.isExpanded(index) else "right"
            draw_icon(painter, chevron, x + 1, middle - 8, 16, weak)
        elif node.view is not None:
            draw_icon(painter, VIEW_ICONS[node.view], x, middle - 9, _ICON, weak)
        elif node.source is not None:
            small = 16 if node.source.kind == "feed" else _ICON
            draw_source(
                painter, node.source.kind, node.title, x + (_ICON - small) // 2, middle - small // 2, small, weak
            )
        right = rect.width() - _RIGHT
        if node.error:
            warn = theme.sel_ink if selected and theme.contrast else theme.warn
            draw_icon(painter, "warning", right - 16, middle - 8, 16, warn)
            right -= 16 + 8
        elif node.count:
            count = self._lines.lay(QLocale().toString(node.count), _COUNT, 80, lighter=lighter)
            count.draw(
                painter, right - count.width, middle - 8, theme.sel_ink2 if selected else theme.ink3, ratio=ratio
            )
            right -= int(count.width) + 8
        style = _STRONG if selected or node.kind == "folder" else _LABEL
        left = _LABEL_X + shift
        label = self._lines.lay(node.title, style, max(right - left, 10), lighter=lighter)
        label.draw(painter, left, middle - 10, strong, ratio=ratio)

    # Moving

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.moved.emit(self._tree.node(current))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()

    def _hover(self, index: QModelIndex) -> None:
        self._under = QPersistentModelIndex(index)
        self.viewport().update()

    def _leave(self) -> None:
        self._under = QPersistentModelIndex()
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._leave()
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self._lines.clear()
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not the item view's own answer, which makes the first row current: that would open an article.
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here; the field at the foot searches."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        node = self._tree.node(self.currentIndex())
        folder = node is not None and node.kind == "folder"
        opened = folder and self.isExpanded(self.currentIndex())
        useless = (event.key() == Qt.Key.Key_Right and (not folder or opened)) or (
            event.key() == Qt.Key.Key_Left and not opened
        )
        if useless or event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the window moves between panes with these
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        node = self._tree.node(index)
        if event.button() == Qt.MouseButton.RightButton:
            return  # its menu comes without selecting
        if node is not None and node.kind == "folder" and event.position().x() < _LABEL_X - 4:
            self.setExpanded(index, not self.isExpanded(index))
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        node = self._tree.node(index)
        place = self.viewport().mapToGlobal(self.visualRect(index).center() if by_key else event.pos())
        if node is not None and node.source is not None:
            self.source_menu.emit(node.source.key, place)
        elif node is not None and node.kind == "folder":
            self.folder_menu.emit(node.name, place)


class Sidebar(Pane):
    """The left pane, 236 px wide by default, at least 180."""

    #: Another line was chosen: a ``Query`` of a view, one source, or all sources of a folder. A query of the view
    #: "today" carries no ``since``: whoever lists it adds it.
    chosen = Signal(object)
    source_menu = Signal(int, QPoint)
    folder_menu = Signal(str, QPoint)
    menu_wanted = Signal()
    refresh_wanted = Signal()
    add_wanted = Signal()
    #: A folder was opened or closed; see :meth:`collapsed`.
    folded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.Window, parent)
        self.setMinimumWidth(180)
        self._collapsed: set[str] = set()
        self._silent = False
        self._chosen: Query | None = None
        self._line: tuple[Kind, str] | None = None  # survives that the filter hides it
        self.tree = SourceTree(self)
        self.view = SourceView(self.tree, self)
        self.menu_button = IconButton("menu", self.tr("Menu"))
        self.refresh_button = IconButton("refresh", self.tr("Refresh all sources"))
        self.add_button = IconButton("add", self.tr("Add a source"))
        header = HeaderBar(QPalette.ColorRole.Window, self, hairline=False)
        header.add_left(self.menu_button)
        header.add_right(self.refresh_button, self.add_button)
        self.filter = Field(self.tr("Filter sources"), "search", self)
        self.filter.setClearButtonEnabled(False)
        foot = QHBoxLayout()
        foot.setContentsMargins(10 - RING_PX, 8 - RING_PX, 10 - RING_PX, 8 - RING_PX)
        foot.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self.menu_button.clicked.connect(self.menu_wanted)
        self.refresh_button.clicked.connect(self.refresh_wanted)
        self.add_button.clicked.connect(self.add_wanted)
        self.filter.textChanged.connect(self._filter_changed)
        self.filter.installEventFilter(self)
        self.view.moved.connect(self._moved)
        self.view.source_menu.connect(self.source_menu)
        self.view.folder_menu.connect(self.folder_menu)
        self.view.expanded.connect(lambda index: self._fold(index, False))
        self.view.collapsed.connect(lambda index: self._fold(index, True))
        self.setFocusProxy(self.view)

    # What the window says

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Show these sources in this order, folders where their first source stands. The selection stays, silently."""
        self._kept(lambda: self.tree.set_sources(sources))

    def set_counts(self, counts: Counts) -> None:
        """The numbers of the smart views."""
        self.tree.set_counts(counts)

    def select(self, view: str | None = None, source_key: int | None = None) -> bool:
        """Choose a smart view or a source; False when there is none. ``chosen`` follows if it is another one."""
        node = (
            self.tree.find("source", str(source_key)) if source_key is not None else self.tree.find("view", view or "")
        )
        if node is None and self.tree.filtered:
            self.filter.clear()
            return self.select(view, source_key)
        if node is None:
            return False
        self._go(node)
        return True

    def next_source(self, by: int) -> bool:
        """Choose the next (+1) or previous (-1) source that is not folded away; False at the end."""
        shown = [
            node
            for node in self.tree.nodes()
            if node.kind == "source" and (node.parent is None or self.view.isExpanded(self.tree.index_of(node.parent)))
        ]
        current = self.tree.node(self.view.currentIndex())
        here = current.number if current is not None else -1
        ahead = [node for node in shown if (node.number > here if by > 0 else node.number < here)]
        if not ahead:
            return False
        self._go(ahead[0] if by > 0 else ahead[-1])
        return True

    def current(self) -> Query | None:
        """What is chosen."""
        node = self.tree.node(self.view.currentIndex())
        return node.query() if node is not None else None

    def collapsed(self) -> list[str]:
        """Titles of the folders that are closed, to be remembered."""
        return sorted(self._collapsed)

    def set_collapsed(self, folders: Sequence[str]) -> None:
        """Close these folders and open the others."""
        self._collapsed = set(folders)
        self._unfold()

    def set_compact(self, compact: bool) -> None:
        """Rows of 26 instead of 28 px."""
        self.view.set_row_px(COMPACT_ROW_PX if compact else ROW_PX)

    # Inside

    def _go(self, node: Node) -> None:
        index = self.tree.index_of(node)
        if node.parent is not None:
            self.view.expand(self.tree.index_of(node.parent))
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)

    def _kept(self, change: Callable[[], None]) -> None:
        """Do what may reset the tree, and find the chosen line again."""
        self._silent = True
        change()
        self._unfold()
        if self._line is not None:
            again = self.tree.find(*self._line)
            if again is not None:
                self.view.selectionModel().setCurrentIndex(
                    self.tree.index_of(again), QItemSelectionModel.SelectionFlag.ClearAndSelect
                )
        self._silent = False

    def _unfold(self) -> None:
        silent, self._silent = self._silent, True
        for node in self.tree.nodes():
            if node.kind == "folder":
                # While filtering nothing hides in a closed folder.
                shut = node.name in self._collapsed and not self.tree.filtered
                self.view.setExpanded(self.tree.index_of(node), not shut)
        self._silent = silent

    def _fold(self, index: QModelIndex, shut: bool) -> None:
        node = self.tree.node(index)
        if self._silent or node is None or self.tree.filtered:
            return
        if shut:
            self._collapsed.add(node.name)
        else:
            self._collapsed.discard(node.name)
        self.folded.emit()

    def _moved(self, node: Node | None) -> None:
        if node is not None:
            self._line = (node.kind, node.name)
        query = node.query() if node is not None else None
        if query is None or query == self._chosen:
            return
        self._chosen = query
        if not self._silent:
            self.chosen.emit(query)

    def _filter_changed(self, text: str) -> None:
        self._kept(lambda: self.tree.set_filter(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.view.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                first = next((node for node in self.tree.nodes() if node.kind == "source"), None)
                if first is not None:
                    self._go(first)
                    self.view.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)
