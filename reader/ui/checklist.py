"""A list or tree of things to choose from, each with a check mark, drawn as the rest of the window is."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from reader.ui.buttons import draw_box, draw_ring, is_low_dark
from reader.ui.icons import draw_icon, draw_tile
from reader.ui.lines import Lines, Style
from reader.ui.scrollbar import overlay
from reader.ui.theme import Theme, theme_of

Index = QModelIndex | QPersistentModelIndex

NOTE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_CHECK, _TITLE, _FOLDER, _NOTE = (
    Qt.ItemDataRole.CheckStateRole,
    Style(13, 500, 20),
    Style(13, 600, 20),
    Style(12, 400, 16),
)
_LOW_PX, _HIGH_PX, _BOX = 28, 50, 16


class _Delegate(QStyledItemDelegate):
    """Paints check box, sign, title and note: on one line, or the note below the title."""

    def __init__(self, two_lines: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._two_lines = two_lines
        self._lines = Lines(limit=400)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _HIGH_PX if self._two_lines else _LOW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, ratio = theme_of(), float(painter.device().devicePixelRatio())
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        folder = index.model().hasChildren(index)
        rect: QRect = option.rect
        middle = rect.center().y() + 1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if chosen:
            draw_box(painter, QRectF(rect).adjusted(2, 1, -6, -1), 6, theme.sel)
        ink = theme.sel_ink if chosen else theme.ink if enabled else theme.ink3
        weak = theme.sel_ink2 if chosen else theme.ink3
        left = rect.left() + 10
        if enabled:
            _draw_check(painter, left, middle - _BOX // 2, index.data(_CHECK), theme)
        else:
            draw_icon(painter, "check", left, middle - _BOX // 2, _BOX, theme.ink3)
        left += _BOX + 10
        title, note = str(index.data()), str(index.data(NOTE_ROLE) or "")
        if folder:
            draw_icon(painter, "folder", left, middle - 8, 16, weak)
        else:
            draw_tile(painter, title, left, middle - 8, 16)
        left += 16 + 10
        right = rect.right() - 18
        lighter = is_low_dark(theme, ratio)
        top = middle - 10
        if self._two_lines:
            top = middle - 19
            below = self._lines.lay(note, _NOTE, right - left, lighter=lighter)
            below.draw(painter, left, middle + 3, weak, ratio=ratio)
        elif note:
            beside = self._lines.lay(note, _NOTE, 240, lighter=lighter)
            beside.draw(painter, right - beside.width, middle - 8, weak, ratio=ratio)
            right -= int(beside.width) + 12
        name = self._lines.lay(title, _FOLDER if folder else _TITLE, max(right - left, 20), lighter=lighter)
        name.draw(painter, left, top, ink, ratio=ratio)
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        by_mouse = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        by_key = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        wanted = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable
        if not (by_mouse or by_key) or index.flags() & wanted != wanted:
            return False
        checked = Qt.CheckState(index.data(_CHECK)) == Qt.CheckState.Checked
        return model.setData(index, Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked, _CHECK)


def _draw_check(painter: QPainter, x: int, y: int, state: object, theme: Theme) -> None:
    box = QRectF(x, y, _BOX, _BOX)
    value = Qt.CheckState(state) if state is not None else Qt.CheckState.Unchecked
    if value == Qt.CheckState.Unchecked:
        draw_box(painter, box, 4, theme.field, theme.ink3)
        return
    draw_box(painter, box, 4, theme.accent)
    if value == Qt.CheckState.Checked:
        draw_icon(painter, "check", x + 1, y + 1, 14, theme.page)
    else:
        painter.setPen(QPen(theme.page, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x + 4.5, y + 8), QPointF(x + 11.5, y + 8))


class Checklist(QTreeWidget):
    """Things to choose from. Space toggles the current one, a click any.

    Args:
        name: for screen readers.
        two_lines: the note stands below the title.
    """

    #: Something was checked or unchecked.
    toggled = Signal()

    def __init__(self, name: str, *, two_lines: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setColumnCount(1)
        self.setItemDelegate(_Delegate(two_lines, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(0 if two_lines else 20)
        self.setRootIsDecorated(not two_lines)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self.setViewportMargins(4, 4, 4, 4)
        self.viewport().setAutoFillBackground(False)
        # One word for a folder of a thousand lines that change together.
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.toggled)
        self.itemChanged.connect(lambda item: self._soon.start())
        overlay(self)

    def put(
        self,
        title: str,
        note: str = "",
        *,
        checked: bool = True,
        enabled: bool = True,
        parent: QTreeWidgetItem | None = None,
        data: object = None,
    ) -> QTreeWidgetItem:
        """One more line; a folder gets its state from what is put into it.

        Args:
            enabled: can be chosen; what cannot has no check box.
        """
        item = QTreeWidgetItem([title])
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        if data is None:
            flags |= Qt.ItemFlag.ItemIsAutoTristate
        item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled if enabled else flags)
        item.setData(0, NOTE_ROLE, note)
        item.setData(0, Qt.ItemDataRole.UserRole, data)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{title}, {note}" if note else title)
        item.setToolTip(0, note)
        if enabled:
            item.setCheckState(0, Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        if parent is None:
            self.addTopLevelItem(item)
        else:
            parent.addChild(item)
        return item

    def items(self) -> Iterator[QTreeWidgetItem]:
        """All lines from top to bottom."""
        waiting = [self.topLevelItem(n) for n in reversed(range(self.topLevelItemCount()))]
        while waiting:
            item = waiting.pop()
            if item is not None:
                yield item
                waiting.extend(item.child(n) for n in reversed(range(item.childCount())))

    def check_all(self, checked: bool) -> None:
        """Check or uncheck everything that can be chosen."""
        state = Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
        for n in range(self.topLevelItemCount()):
            item = self.topLevelItem(n)
            if item is not None and item.data(0, _CHECK) is not None:
                item.setCheckState(0, state)  # a folder hands it on

    def chosen(self) -> list[object]:
        """The data of the checked lines that can be chosen."""
        return [
            item.data(0, Qt.ItemDataRole.UserRole)
            for item in self.items()
            if item.checkState(0) == Qt.CheckState.Checked
            and item.flags() & Qt.ItemFlag.ItemIsEnabled
            and item.data(0, Qt.ItemDataRole.UserRole) is not None
        ]

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if self.model().hasChildren(index):
            sign = "down" if self.isExpanded(index) else "right"
            draw_icon(painter, sign, rect.right() - 15, rect.center().y() - 7, 16, theme_of().ink2)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.field)
        painter.end()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the dialog's default button
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters would jump; nothing here needs it."""


class WordLines(QStyledItemDelegate):
    """Lines of words in a :class:`Framed` list, selected as everywhere here and not in the style's own colour."""

    _SIDE_PX = 4

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, plain = theme_of(), QStyleOptionViewItem(option)
        palette = QPalette(plain.palette)
        # A line that says why there is none is not to be chosen, but read.
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text, theme.ink3)
        if plain.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(plain.rect, theme.sel)
            palette.setColor(QPalette.ColorRole.Text, theme.sel_ink)
        plain.palette = palette
        plain.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        plain.rect = plain.rect.adjusted(self._SIDE_PX, 0, -self._SIDE_PX, 0)
        super().paint(painter, plain, index)


class Framed(QWidget):
    """A hairline with round corners around a list, and the focus ring when the list has the focus."""

    _EDGE_PX, _RADIUS_PX = 5, 6  # so the corners of what is inside stay inside the curve

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inner = inner
        inner.setParent(self)
        inner.installEventFilter(self)
        self.setFocusProxy(inner)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return self._inner.sizeHint()

    def resizeEvent(self, event: object) -> None:
        edge = self._EDGE_PX
        self._inner.setGeometry(self.rect().adjusted(edge, edge, -edge, -edge))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        draw_box(painter, box, self._RADIUS_PX, theme.field, theme.line)
        if self._inner.hasFocus():
            draw_ring(painter, box, self._RADIUS_PX, theme)
        painter.end()
