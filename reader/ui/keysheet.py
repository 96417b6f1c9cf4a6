"""The key sheet: what each key does now, read from the one command table, found by typing; and keys drawn as caps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from reader import fuzzy
from reader.ui import keys
from reader.ui.buttons import RING_PX, Field, IconButton, Text, draw_box, is_low_dark
from reader.ui.commands import Command, Commands
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import painter_of, upright
from reader.ui.overlay import Overlay
from reader.ui.scrollbar import overlay
from reader.ui.theme import theme_of

_TITLE, _GROUP, _UI, _CAP = Style(15, 600, 20), Style(12, 600, 20), Style(13, 400, 20), Style(11, 500, 16)
_WIDTH_PX, _TOP_PX = 780, 64
#: In a narrower window a second column would break its words.
_TWO_FROM_PX = 640
CAP_PX, _GAP_PX, _THEN_PX = 20, 4, 8


def caps_of(sequence: str) -> list[list[str]]:
    """The caps of each stroke of a sequence, as this system writes them: "Ctrl+Shift+F" is three caps."""
    strokes = []
    for stroke in keys.strokes(sequence):
        shown = keys.native(stroke)
        # A plus may itself be the key; macOS writes signs without any plus between.
        parts = shown.split("+") if len(shown) > 1 else [shown]
        strokes.append([part or "+" for part in (parts[:-1] if shown.endswith("++") else parts)])
    return strokes


class CapPainter:
    """Draws keys as caps in a row."""

    def __init__(self) -> None:
        self._lines = Lines(limit=200)

    def _widths(self, strokes: Sequence[Sequence[str]]) -> list[list[tuple[str, int]]]:
        return [
            [(cap, max(CAP_PX, round(self._lines.lay(cap, _CAP, 1000).width) + 12)) for cap in stroke]
            for stroke in strokes
        ]

    def width(self, sequence: str) -> int:
        """How much room a sequence takes."""
        strokes = self._widths(caps_of(sequence))
        inner = sum(width + _GAP_PX for stroke in strokes for _, width in stroke) - _GAP_PX
        return max(0, inner + (_THEN_PX - _GAP_PX) * (len(strokes) - 1))

    def draw(self, painter: QPainter, sequence: str, x: float, y: float, ratio: float) -> None:
        """Draw a sequence with its left upper corner there."""
        with upright(painter, x, self.width(sequence)):
            self._draw(painter, sequence, x, y, ratio)

    def _draw(self, painter: QPainter, sequence: str, x: float, y: float, ratio: float) -> None:
        theme = theme_of()
        for stroke in self._widths(caps_of(sequence)):
            for text, width in stroke:
                # The dark chip is the colour of what floats: there a cap is a hollow.
                draw_box(painter, QRectF(x, y, width, CAP_PX), 4, theme.side if theme.dark else theme.chip, theme.line)
                block = self._lines.lay(text, _CAP, 1000, lighter=is_low_dark(theme, ratio))
                block.draw(painter, x + (width - block.width) / 2, y + 2, theme.ink2, ratio=ratio)
                x += width + _GAP_PX
            x += _THEN_PX - _GAP_PX


class Caps(QWidget):
    """The keys of one command: the first one, as caps."""

    def __init__(self, sequence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sequence, self._caps = sequence, CapPainter()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(keys.native(sequence))

    def sizeHint(self) -> QSize:
        return QSize(self._caps.width(self._sequence), CAP_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        self._caps.draw(painter, self._sequence, 0, 0, self.devicePixelRatioF())
        painter.end()


class KeySheet(Overlay):
    """All commands that have keys, in two columns, as they are bound now. Letters that are typed narrow it down.

    In a narrow window there is one column.
    """

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH_PX, _TOP_PX)
        self._commands, self._columns = commands, 2
        self.setAccessibleName(self.tr("Keys"))
        self.field = Field(self.tr("Find a key or what it does"), "search", self.panel)
        self.field.setFixedWidth(260)
        self.field.textChanged.connect(self._fill)
        self.begin = self.field
        close = IconButton("close", self.tr("Close"), self.panel, size=16)
        close.clicked.connect(self.leave)
        head = QHBoxLayout()
        head.setContentsMargins(24, 12 - RING_PX, 12, 4)
        head.addWidget(Text(self.tr("Keys"), _TITLE, max_lines=1), 1)
        head.addWidget(self.field)
        head.addWidget(close)
        self._area = QScrollArea(self.panel)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.viewport().setAutoFillBackground(True)
        self._area.viewport().setBackgroundRole(QPalette.ColorRole.Light)  # the token of what floats
        overlay(self._area)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(1, 1, 1, 12)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._area, 1)
        self._fill()
        commands.rebound.connect(self._fill)

    def leave(self) -> None:
        """Close for good."""
        super().leave()
        self.deleteLater()

    def place(self) -> None:
        columns = 2 if self._over.width() >= _TWO_FROM_PX else 1
        if columns != self._columns:
            self._columns = columns
            self._fill()
        super().place()

    def height_wanted(self, most_px: int) -> int:
        inside = self._area.widget()
        return min(most_px, (inside.sizeHint().height() if inside is not None else 0) + 66)

    def _fits(self, command: Command, wanted: str) -> bool:
        named = command.text, command.group, *map(keys.native, self._commands.bound[command.id])
        return any(fuzzy.matches(wanted, name) for name in named)

    def _fill(self) -> None:
        wanted = self.field.text().strip()
        shown = [each for each in self._commands.table if self._commands.bound[each.id] and self._fits(each, wanted)]
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(24, 4, 24, 8)
        across.setSpacing(32)
        groups = {each.group: [one for one in shown if one.group == each.group] for each in shown}
        for side in _halved(groups) if self._columns == 2 else (list(groups),):
            grid = QGridLayout()
            grid.setHorizontalSpacing(14)
            grid.setVerticalSpacing(6)
            grid.setColumnStretch(1, 1)
            for group in side:
                if grid.rowCount() > 1:
                    grid.setRowMinimumHeight(grid.rowCount(), 4)
                grid.addWidget(Text(group, _GROUP, "ink3", max_lines=1), grid.rowCount(), 1)
                for command in groups[group]:
                    row = grid.rowCount()
                    caps = Caps(self._commands.bound[command.id][0])
                    # At the end of its column: a single key stands beside its words, not far from them.
                    grid.addWidget(caps, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignTrailing)
                    grid.addWidget(Text(command.text, _UI), row, 1)
            grid.setRowStretch(grid.rowCount(), 1)
            across.addLayout(grid, 1)
        if not shown:
            across.addWidget(Text(self.tr("No key does this."), _UI, "ink3", max_lines=1))
        self._area.setWidget(inside)
        if self.isVisible() and not wanted:
            self.place()

    # Qt's events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._area.verticalScrollBar()
        steps = {Qt.Key.Key_Down: bar.singleStep(), Qt.Key.Key_Up: -bar.singleStep(),
                 Qt.Key.Key_PageDown: bar.pageStep(), Qt.Key.Key_PageUp: -bar.pageStep()}  # fmt: skip
        bar.setValue(bar.value() + steps.get(Qt.Key(event.key()), 0))
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.leave()


def _halved(groups: dict[str, list[Command]]) -> tuple[list[str], list[str]]:
    """Whole groups in two columns of about the same height, in their order."""
    total = sum(len(each) + 1 for each in groups.values())
    left: list[str] = []
    height = 0
    for name, each in groups.items():
        if left and height + (len(each) + 1) / 2 > total / 2:
            break
        left.append(name)
        height += len(each) + 1
    return left, [name for name in groups if name not in left]
