"""How all sources do: a table that sorts by what is wrong, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from reader.model import Source, SourceHealth
from reader.records import dataclass
from reader.ui import healthwords, words
from reader.ui.buttons import PushButton, Text, is_low_dark
from reader.ui.checklist import Framed
from reader.ui.favicons import Favicons
from reader.ui.formparts import ringed
from reader.ui.healthwords import State, state_of
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import draw_pixmap, mirror
from reader.ui.rowpaint import draw_source
from reader.ui.scrollbar import overlay
from reader.ui.theme import theme_of

if TYPE_CHECKING:
    from reader.ui.sourceacts import SourceActs

Index = QModelIndex | QPersistentModelIndex

SOURCE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
NAME, STATE, ERROR, RHYTHM, SUCCESS, NEXT = range(6)
_TITLE, _UI, _STRONG = Style(15, 600, 20), Style(13, 400, 20), Style(13, 500, 20)
_ROW_PX = 34
#: Sorted behind every source whose rhythm is known.
_NO_RHYTHM = 10**12
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One source as the table shows it; ``sort`` has a value for each column."""

    source: Source
    state: State
    texts: tuple[str, str, str, str, str, str]
    sort: tuple[Any, ...]


def line_of(health: SourceHealth, now: datetime, minutes: int) -> Line:
    """What the table says of a source; ``minutes`` is the common pause between two refreshes."""
    source = health.source
    state, title, error = state_of(health, now), words.source_title(source), healthwords.last_error(source)
    said, following = healthwords.state(health, now), healthwords.next_try(health, now, minutes)
    since = source.failing_since or source.newest or source.succeeded or _EVER
    return Line(
        source,
        state,
        (title, said, error, healthwords.rhythm(health), healthwords.last_success(source, now), following),
        (
            title.casefold(),
            (state, since),
            error,
            health.mean_interval_s or _NO_RHYTHM,
            source.succeeded or _EVER,
            health.next_try or _EVER,
        ),
    )


class HealthModel(QAbstractTableModel):
    """The sources, sorted by a column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._by, self._descending = STATE, False

    def put(self, lines: Sequence[Line]) -> None:
        """Other sources, or the same in another state."""
        self.beginResetModel()
        self._lines = list(lines)
        self._sort()
        self.endResetModel()

    def line(self, row: int) -> Line:
        return self._lines[row]

    def row_of(self, key: int) -> int:
        """-1 when it is not there."""
        return next((row for row, line in enumerate(self._lines) if line.source.key == key), -1)

    def _sort(self) -> None:
        self._lines.sort(key=lambda line: line.sort[self._by], reverse=self._descending)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(index, self._lines[index.row()].source.key) for index in before]
        self._by, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._sort()
        self.changePersistentIndexList(before, [self.index(self.row_of(key), index.column()) for index, key in held])
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 6

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("Source"),
            self.tr("State"),
            self.tr("Last error"),
            self.tr("Articles"),
            self.tr("Last success"),
            self.tr("Next try"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return line.texts[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:  # an empty cell is told by its column
            return line.texts[index.column()] or self.headerData(index.column(), Qt.Orientation.Horizontal)
        if role == SOURCE_ROLE:
            return line
        return None


class _Delegate(QStyledItemDelegate):
    """Paints a cell."""

    def __init__(self, favicons: Favicons, parent: QWidget) -> None:
        super().__init__(parent)
        self._favicons = favicons
        self._lines = Lines(limit=1200)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, ratio = theme_of(), float(painter.device().devicePixelRatio())
        line: Line = index.data(SOURCE_ROLE)
        rect, column = option.rect, index.column()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.direction == Qt.LayoutDirection.RightToLeft:
            mirror(painter, rect)
        if chosen:
            painter.fillRect(rect, theme.sel)
        painter.fillRect(QRectF(rect.left(), rect.bottom() + 1 - 1 / ratio, rect.width(), 1 / ratio), theme.line2)
        left, right, middle = rect.left() + 12, rect.right() - 8, rect.center().y() + 1
        ink = theme.sel_ink if chosen else theme.ink if column == NAME else theme.ink2
        if column == NAME:
            source = line.source
            picture = self._favicons.pixmap(source, 16, ratio)
            if picture is None:
                draw_source(painter, source.kind, source.title, left, middle - 8, 16, ink)
            else:
                draw_pixmap(painter, left, middle - 8, picture)
            left += 26
        elif column == STATE:
            sign = {State.RETIRED: "pause", State.WAITING: "clock", State.SILENT: "moon", State.FINE: "check"}
            trouble = line.state in (State.FAILING, State.FAILING_LONG)
            color = theme.warn if trouble and not (chosen and theme.contrast) else ink
            draw_icon(painter, "warning" if trouble else sign.get(line.state, "clock"), left, middle - 8, 16, color)
            ink = color
            left += 24
        style = _STRONG if column == NAME else _UI
        text = self._lines.lay(line.texts[column], style, max(right - left, 10), lighter=is_low_dark(theme, ratio))
        text.draw(painter, left, middle - 10, ink, ratio=ratio)
        painter.restore()


class _Table(QTableView):
    """Rows of sources; Tab leaves it, Delete and Enter are acts."""

    def __init__(self, acted: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._acted = acted
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        overlay(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = {Qt.Key.Key_Delete: "remove", Qt.Key.Key_Return: "properties", Qt.Key.Key_Enter: "properties"}
        name = act.get(Qt.Key(event.key()))
        if name:
            self._acted(name)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters would jump."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._acted("menu")


class HealthView(QDialog):
    """A window of its own beside the main one, kept up to date while it is open.

    Args:
        read: reads how the sources do and hands it on; called again at each ``renew``.
        minutes: the common pause between two refreshes.
    """

    def __init__(
        self,
        acts: SourceActs,
        favicons: Favicons,
        read: Callable[[Callable[[Sequence[SourceHealth]], None]], object],
        now: Callable[[], datetime],
        minutes: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Feeds’ health"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1080, 600)
        self._acts, self._read, self._now, self._minutes = acts, read, now, minutes
        self.model = HealthModel(self)
        self.table = _Table(self._act, self)
        self.table.setAccessibleName(self.windowTitle())
        self.table.setModel(self.model)
        self.table.setItemDelegate(_Delegate(favicons, self))
        self.table.setSortingEnabled(True)
        self.summary = Text("", _UI, "ink2", max_lines=1)
        self.buttons = {
            "refresh": PushButton(self.tr("Refresh now"), "refresh", self),
            "site": PushButton(self.tr("Open its site"), "open", self),
            "address": PushButton(self.tr("Change the address…"), "link", self),
            "properties": PushButton(self.tr("Properties"), "settings", self),
            "remove": PushButton(self.tr("Remove"), "trash", self),
        }
        for name, button in self.buttons.items():
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, name=name: self._act(name))
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._chosen_changed)
        favicons.ready.connect(self.table.viewport().update)
        self.table.sortByColumn(STATE, Qt.SortOrder.AscendingOrder)
        self.renew()
        self.table.setFocus()

    def _lay_out(self) -> None:
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setFixedHeight(32)
        for place, width in ((NAME, 190), (STATE, 170), (RHYTHM, 150), (SUCCESS, 120), (NEXT, 166)):
            self.table.setColumnWidth(place, width)
        header.setSectionResizeMode(ERROR, QHeaderView.ResizeMode.Stretch)
        self._color_header()
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for name, button in self.buttons.items():
            if name == "remove":
                buttons.addStretch(1)
            buttons.addWidget(button)
        head = QHBoxLayout()
        head.addWidget(Text(self.windowTitle(), _TITLE, max_lines=1))
        head.addSpacing(12)
        head.addWidget(self.summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(ringed(Framed(self.table)), 1)
        column.addLayout(ringed(buttons))

    def _color_header(self) -> None:
        theme = theme_of()
        self.table.horizontalHeader().setStyleSheet(
            f"QHeaderView{{background:{theme.field.name()};border:0}}"
            f"QHeaderView::section{{background:{theme.field.name()};color:{theme.ink3.name()};border:0;"
            f"border-bottom:1px solid {theme.line.name()};padding:0 12px;font-size:12px;font-weight:600}}"
        )
        self.table.setStyleSheet(f"QTableView{{background:{theme.field.name()}}}")

    def renew(self) -> None:
        """Show the sources as they are now; what is selected stays."""
        self._read(self._put)

    def _put(self, found: Sequence[SourceHealth]) -> None:
        if not isValid(self):
            return
        first, keys = not self.model.rowCount(), [source.key for source in self.chosen()]
        now, minutes = self._now(), self._minutes()
        lines = [line_of(each, now, minutes) for each in found if each.source.kind in ("feed", "folder")]
        self.model.put(lines)
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for key in keys:
            row = self.model.row_of(key)
            if row >= 0:
                self.table.selectionModel().select(self.model.index(row, 0), flags)
        if first and lines:
            self.table.selectRow(0)
        self.summary.setText(self._summed(lines))
        self._chosen_changed()

    def _summed(self, lines: Sequence[Line]) -> str:
        number = QLocale().toString
        names = {
            State.RETIRED: self.tr("{count} gone for good"),
            State.FAILING_LONG: self.tr("{count} failing for 7 days and more"),
            State.FAILING: self.tr("{count} failing"),
            State.WAITING: self.tr("{count} waiting"),
            State.SILENT: self.tr("{count} silent for 90 days and more"),
            State.FINE: self.tr("{count} fine"),
        }
        counts = {state: sum(line.state is state for line in lines) for state in names}
        return " · ".join(names[state].format(count=number(count)) for state, count in counts.items() if count)

    def chosen(self) -> list[Source]:
        """The selected sources."""
        return [self.model.line(index.row()).source for index in self.table.selectionModel().selectedRows()]

    def _chosen_changed(self) -> None:
        chosen = self.chosen()
        one = chosen[0] if len(chosen) == 1 else None
        self.buttons["refresh"].setEnabled(bool(chosen))
        self.buttons["remove"].setEnabled(bool(chosen))
        self.buttons["properties"].setEnabled(one is not None)
        self.buttons["address"].setEnabled(one is not None and one.kind == "feed")
        self.buttons["site"].setEnabled(one is not None and one.home_url.startswith(("http://", "https://")))

    def _act(self, name: str) -> None:
        chosen = self.chosen()
        if not chosen:
            return
        if name == "menu":
            self._acts.source_menu(chosen[0].key, self.cursor().pos())
        elif name == "refresh":
            self._acts.refresh(chosen)
        elif name == "remove":
            self._acts.changes.remove(chosen)
        elif name == "site":
            self._acts.browse(chosen[0].home_url)
        else:
            self._acts.properties(chosen[0], to_address=name == "address")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._color_header()
