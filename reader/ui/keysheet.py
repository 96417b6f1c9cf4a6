"""The key sheet: what each key does, read from the one command table."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from reader.ui.buttons import PushButton, Text, draw_box
from reader.ui.commands import Commands
from reader.ui.lines import Lines, Style
from reader.ui.theme import theme_of

_TITLE, _GROUP, _UI, _CAP = Style(15, 600, 20), Style(12, 600, 20), Style(13, 400, 20), Style(11, 500, 16)


class Keycap(QWidget):
    """One key, drawn as a small chip."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._lines = text, Lines(limit=2)
        self._width = self._lines.lay(text, _CAP, 1000).width
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return QSize(max(20, round(self._width) + 12), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), 4, theme.chip, theme.line)
        block = self._lines.lay(self._text, _CAP, 1000)
        block.draw(painter, (self.width() - self._width) / 2, 2, theme.ink2, ratio=self.devicePixelRatioF())
        painter.end()


def caps(keys: str) -> QWidget:
    """The keys of one sequence ("G, U") as caps in a row."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    for stroke in shown.split(", "):
        for part in stroke.split("+") if len(stroke) > 1 else [stroke]:
            row.addWidget(Keycap(part or "+"))
    row.addStretch(1)
    return box


class KeySheet(QDialog):
    """All commands with their keys, in two columns."""

    def __init__(self, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        groups = list(dict.fromkeys(command.group for command in commands.table))
        places = [0, 0]
        for group in groups:
            side = 0 if places[0] <= places[1] else 1
            if places[side]:
                grid.setRowMinimumHeight(places[side], 6)
                places[side] += 1
            grid.addWidget(Text(group, _GROUP, "ink3"), places[side], side * 3, 1, 2)
            places[side] += 1
            for command in commands.table:
                if command.group == group and command.keys:
                    grid.addWidget(caps(command.keys[0]), places[side], side * 3)
                    text = Text(command.text, _UI, max_lines=1)
                    text.setMinimumWidth(text.sizeHint().width())
                    grid.addWidget(text, places[side], side * 3 + 1)
                    places[side] += 1
        grid.setColumnMinimumWidth(2, 24)
        close = PushButton(self.tr("Close"), "", self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addWidget(Text(self.tr("Keys"), _TITLE))
        column.addLayout(grid)
        column.addLayout(foot)
