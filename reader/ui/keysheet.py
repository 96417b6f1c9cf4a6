"""The key sheet: what each key does now, read from the one command table, found by typing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from reader import fuzzy
from reader.ui import keys
from reader.ui.buttons import RING_PX, Field, IconButton, Text
from reader.ui.caps import Caps
from reader.ui.commands import Command, Commands
from reader.ui.lines import Style
from reader.ui.overlay import Overlay
from reader.ui.scrollbar import overlay

_TITLE, _GROUP, _UI = Style(15, 600, 20), Style(12, 600, 20), Style(13, 400, 20)
_WIDTH_PX, _TOP_PX = 780, 64
#: In a narrower window a second column would break its words.
_TWO_FROM_PX = 640


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
