"""Keys drawn as caps: alone, and in a row that says what a few of them do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui import keys
from reader.ui.buttons import UI, draw_box, is_low_dark
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import painter_of, upright
from reader.ui.theme import theme_of

_CAP = Style(11, 500, 16)
CAP_PX, _GAP_PX, _THEN_PX = 20, 4, 8
_BEFORE_WORDS_PX, _BETWEEN_PX, _ROW_PX = 8, 24, 28


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


class KeyHints(QWidget):
    """What a few keys do, beside each other in the middle; below each other where that is too wide."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hints: tuple[tuple[str, str], ...] = ()
        self._lines, self._caps = Lines(limit=12), CapPainter()

    def set(self, hints: Sequence[tuple[str, str]]) -> None:
        """Each a sequence of keys and what it does."""
        self._hints = tuple(hints)
        self.setAccessibleName(", ".join(f"{keys.native(sequence)}: {words}" for sequence, words in hints))
        self.update()

    def _width(self, hint: tuple[str, str]) -> float:
        return self._caps.width(hint[0]) + _BEFORE_WORDS_PX + self._lines.lay(hint[1], UI, 1000).width

    def _rows(self, width: int) -> list[Sequence[tuple[str, str]]]:
        whole = sum(map(self._width, self._hints)) + _BETWEEN_PX * (len(self._hints) - 1)
        return [self._hints] if whole <= width else [(hint,) for hint in self._hints]

    def heightForWidth(self, width: int) -> int:
        return _ROW_PX * len(self._rows(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        painter = painter_of(self)
        for n, row in enumerate(self._rows(self.width())):
            wide = sum(map(self._width, row)) + _BETWEEN_PX * (len(row) - 1)
            x, y = round((self.width() - wide) / 2), n * _ROW_PX
            for sequence, words in row:
                self._caps.draw(painter, sequence, x, y + (_ROW_PX - CAP_PX) / 2, ratio)
                left = x + self._caps.width(sequence) + _BEFORE_WORDS_PX
                block = self._lines.lay(words, UI, 1000, lighter=is_low_dark(theme, ratio))
                block.draw(painter, left, y + (_ROW_PX - UI.height) / 2, theme.ink3, ratio=ratio)
                x += round(self._width((sequence, words))) + _BETWEEN_PX
        painter.end()
