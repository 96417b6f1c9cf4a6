"""The tree of views and sources as it is seen: it paints its rows itself, so that no style adds to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from reader.model import Source
from reader.ui import articledrag
from reader.ui.accessible import RowTeller
from reader.ui.articledrop import goal_of
from reader.ui.buttons import Field, is_low_dark
from reader.ui.favicons import Favicons
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import draw_pixmap, mirror, mirrored
from reader.ui.rowpaint import draw_source
from reader.ui.scrollbar import overlay
from reader.ui.sourcenodes import Node
from reader.ui.sourcetree import NODE_ROLE, VIEW_ICONS, SourceTree
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


class _TitleField(Field):
    """A title that is being edited over its line."""

    taken = Signal(str)
    left = Signal()

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__("", "", parent)
        self._before = title
        self.setText(title)
        self.setAccessibleName(self.tr("Title"))

    def _end(self, take: bool) -> None:
        if self.isHidden():
            return
        self.hide()
        text = self.text().strip()
        if take and text != self._before:
            self.taken.emit(text)
        self.left.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self._end(event.key() != Qt.Key.Key_Escape)
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:  # Escape and Enter are for this field now
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._end(event.reason() != Qt.FocusReason.PopupFocusReason)


class SourceView(QTreeView):
    """The tree of views and sources."""

    #: A source's menu is wanted at a place on the screen.
    source_menu = Signal(int, QPoint)
    #: A folder's menu.
    folder_menu = Signal(str, QPoint)
    #: A smart folder's menu.
    smart_menu = Signal(int, QPoint)
    #: A key asks for something to be done with a line; see ``Sidebar.act_wanted``.
    act_wanted = Signal(str, object)
    #: Another line became current.
    moved = Signal(object)
    #: Articles were dropped on a line: their ids, and what it does with them (a ``Goal``).
    articles_dropped = Signal(list, object)

    def __init__(self, tree: SourceTree, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # One that Python made: to know an unknown one, PySide6 (6.11) first loads all classes of widgets (12 ms).
        self.setViewport(QWidget())
        self._tree = tree
        self._lines = Lines(limit=600)
        self._heights = _Heights(self)
        self._under = QPersistentModelIndex()
        self._drop: QRectF | None = None  # where what is dragged would be dropped
        self._favicons: Favicons | None = None
        self.setItemDelegate(self._heights)
        self._teller = RowTeller(self, tree)
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
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setAutoExpandDelay(700)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        for widget in (self, self.viewport()):
            widget.setBackgroundRole(QPalette.ColorRole.Window)
            widget.setAutoFillBackground(True)
        self.entered.connect(self._hover)
        overlay(self)

    def set_favicons(self, favicons: Favicons) -> None:
        """Who has the small pictures of the sources."""
        self._favicons = favicons
        favicons.ready.connect(self.viewport().update)

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
        if self.isRightToLeft():
            mirror(painter, rect)
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
        if node.opens:
            chevron = "down" if self.isExpanded(index) else "right"
            draw_icon(painter, chevron, x + 1, middle - 8, 16, weak)
        elif node.view is not None:
            draw_icon(painter, VIEW_ICONS[node.view], x, middle - 9, _ICON, weak)
        elif node.smart is not None:
            draw_icon(painter, "smart", x, middle - 9, _ICON, weak)
        elif node.part is not None:
            draw_source(painter, "folder", node.title, x, middle - _ICON // 2, _ICON, weak)
        elif node.source is not None:
            self._draw_sign(painter, node.source, x, middle, weak)
        right = rect.width() - _RIGHT - self._draw_state(painter, node, rect.width() - _RIGHT, middle, selected)
        style = _STRONG if selected or node.kind == "folder" else _LABEL
        left = _LABEL_X + shift
        label = self._lines.lay(node.title, style, max(right - left, 10), lighter=lighter)
        label.draw(painter, left, middle - 10, strong, ratio=ratio)

    def _draw_sign(self, painter: QPainter, source: Source, x: int, middle: int, color: QColor) -> None:
        small = 16 if source.kind == "feed" else _ICON
        left, top = x + (_ICON - small) // 2, middle - small // 2
        found = self._favicons.pixmap(source, small, self.devicePixelRatioF()) if self._favicons else None
        if found is None:
            draw_source(painter, source.kind, source.title, left, top, small, color)
        else:
            draw_pixmap(painter, left, top, found)

    def _draw_state(self, painter: QPainter, node: Node, right: int, middle: int, selected: bool) -> int:
        """What stands at the right of a line, up to ``right``: how wide it is with the gap before it."""
        theme, ratio = theme_of(), self.devicePixelRatioF()
        quiet = theme.sel_ink2 if selected else theme.ink3
        sign, color = "", quiet
        if node.busy:
            sign = "refresh"
        elif node.source is not None and node.source.retired:
            sign = "pause"
        elif node.error:
            sign, color = "warning", theme.sel_ink if selected and theme.contrast else theme.warn
        if sign:
            draw_icon(painter, sign, right - 16, middle - 8, 16, color)
            return 16 + 8
        if not node.count:
            return 0
        count = self._lines.lay(QLocale().toString(node.count), _COUNT, 80, lighter=is_low_dark(theme, ratio))
        count.draw(painter, right - count.width, middle - 8, quiet, ratio=ratio)
        return int(count.width) + 8

    # Another title

    def edit_title(self, node: Node, named: Callable[[str], None]) -> None:
        """Edit a line's title where it stands: Enter takes it, Escape leaves it as it was."""
        self.scrollTo(self._tree.index_of(node))
        field = _TitleField(node.title, self.viewport())
        rect = self.visualRect(self._tree.index_of(node))
        left = _LABEL_X + _STEP * node.level - 12
        place = QRect(left, rect.center().y() - field.height() // 2 + 1, self.viewport().width() - left - 6, 34)
        field.setGeometry(mirrored(self.viewport(), place))
        field.taken.connect(named)
        field.left.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()

    # Dragging

    def startDrag(self, supported: Qt.DropAction) -> None:
        index = self.currentIndex()
        drag = QDrag(self)
        drag.setMimeData(self._tree.mimeData([index]))
        rect = self.visualRect(index)
        drag.setPixmap(self.viewport().grab(QRect(0, rect.y(), self.viewport().width(), rect.height())))
        drag.setHotSpot(QPoint(_LABEL_X, rect.height() // 2))
        drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        super().dragEnterEvent(event)
        if event.mimeData().hasFormat(articledrag.ARTICLES):
            event.accept()  # whether a line takes them is seen when they are over it

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # it scrolls at the edges
        index, place = self.indexAt(event.position().toPoint()), self.dropIndicatorPosition()
        if event.mimeData().hasFormat(articledrag.ARTICLES):
            place = QAbstractItemView.DropIndicatorPosition.OnItem
            event.setDropAction(Qt.DropAction.CopyAction)
            event.setAccepted(goal_of(self._tree.node(index)) is not None)
        self._show_drop(self._drop_box(index, place) if event.isAccepted() and index.isValid() else None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drop(None)
        super().dropEvent(event)
        goal = goal_of(self._tree.node(self.indexAt(event.position().toPoint())))
        ids = articledrag.ids_of(event.mimeData())
        if ids and goal is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.articles_dropped.emit(ids, goal)

    def _show_drop(self, box: QRectF | None) -> None:
        self._drop = box
        self.viewport().update()

    def _drop_box(self, index: QModelIndex, place: QAbstractItemView.DropIndicatorPosition) -> QRectF:
        """The line that takes what is dragged; flat where it would stand above or below that line."""
        row = self.visualRect(index)
        box = QRectF(0, row.y(), self.viewport().width(), row.height()).adjusted(9, 1, -9, -1)
        if place == QAbstractItemView.DropIndicatorPosition.AboveItem:
            box.setHeight(0)
        elif place == QAbstractItemView.DropIndicatorPosition.BelowItem:
            box.setTop(box.bottom())
        return box

    def paintEvent(self, event: QPaintEvent) -> None:
        # Where something would be dropped is not left to the style, which draws a black box.
        self.setDropIndicatorShown(False)
        super().paintEvent(event)
        self.setDropIndicatorShown(True)
        if self._drop is not None:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme_of().accent, 2))
            painter.drawRoundedRect(self._drop, 6, 6)
            painter.end()

    # Moving

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        # Before the window is laid out few lines fit, and what stands above the chosen one would be out of sight.
        if self.isVisible():
            super().scrollTo(index, hint)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, lambda: self.scrollTo(self.currentIndex()))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.moved.emit(self._tree.node(current))

    def dataChanged(self, top: Index, bottom: Index, roles: Sequence[int] = ()) -> None:
        """Other words or numbers, never another height: a tree view would lay out all its lines for a range of them."""
        QAbstractItemView.dataChanged(self, top, bottom, roles)

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
        self._teller.focused()
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here; the field at the foot searches."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        node = self._tree.node(self.currentIndex())
        opens = node is not None and node.opens
        act = self._act_of(event)
        if act and node is not None and node.kind in ("folder", "source", "smart"):
            self.act_wanted.emit(act, node)
            return
        opened = opens and self.isExpanded(self.currentIndex())
        inside = node is not None and node.kind == "subfolder"  # to the left of it is what it is in
        useless = (event.key() == Qt.Key.Key_Right and (not opens or opened)) or (
            event.key() == Qt.Key.Key_Left and not opened and not inside
        )
        if useless or event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the window moves between panes with these
            return
        super().keyPressEvent(event)

    @staticmethod
    def _act_of(event: QKeyEvent) -> str:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        with_alt = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}
        alone = {Qt.Key.Key_F2: "rename", Qt.Key.Key_Delete: "remove", Qt.Key.Key_Backspace: "remove"}
        return (with_alt if alt else alone).get(Qt.Key(event.key()), "")

    def _in_chevron(self, event: QMouseEvent, node: Node) -> bool:
        x = event.position().x()
        from_edge = self.viewport().width() - x if self.isRightToLeft() else x
        return from_edge < _LABEL_X - 4 + _STEP * node.level

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        node = self._tree.node(index)
        if event.button() == Qt.MouseButton.RightButton:
            return  # its menu comes without selecting
        if node is not None and node.opens and self._in_chevron(event, node):
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
        elif node is not None and node.smart is not None:
            self.smart_menu.emit(node.smart.key, place)
        elif node is not None and node.kind == "folder":
            self.folder_menu.emit(node.name, place)
