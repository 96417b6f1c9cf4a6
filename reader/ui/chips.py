"""Words as chips that flow over as many lines as they need: tags that can be taken away, or chosen."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from reader.ui.buttons import RING_PX, draw_box, draw_ring, is_low_dark
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import painter_of
from reader.ui.theme import theme_of

_STYLE = Style(12, 500, 20)
_HEIGHT_PX, _GAP_PX, _PADDING_PX, _CROSS_PX = 22, 6, 10, 12
_MAX_WIDTH_PX = 220


class Chip(QAbstractButton):
    """One word; with a cross when a click takes it away."""

    def __init__(self, word: str, name: str, parent: QWidget, *, cross: bool) -> None:
        super().__init__(parent)
        self._cross = cross
        self._lines = Lines(limit=2)
        self.setText(word)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        words = self._lines.lay(self.text(), _STYLE, _MAX_WIDTH_PX).width
        return QSize(ceil(words) + 2 * _PADDING_PX + (_CROSS_PX + 2 if self._cross else 0), _HEIGHT_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        painter = painter_of(self)
        box = QRectF(self.rect())
        # The dark chip is the colour of what floats: there a word is a hollow, as a key is.
        rest = theme.side if theme.dark else theme.chip
        fill = theme.sel0 if self.underMouse() and not theme.contrast else rest
        draw_box(painter, box, 11, fill, theme.line if theme.dark or theme.contrast else theme.line2)
        ink = theme.ink2 if self._cross or not self.underMouse() else theme.ink
        width = self.width() - 2 * _PADDING_PX - (_CROSS_PX + 2 if self._cross else 0)
        self._lines.lay(self.text(), _STYLE, width + 1, lighter=is_low_dark(theme, ratio)).draw(
            painter, _PADDING_PX, 1, ink, ratio=ratio
        )
        if self._cross:
            draw_icon(painter, "close", self.width() - _PADDING_PX - _CROSS_PX + 3, 5, _CROSS_PX, theme.ink3)
        if self.hasFocus():
            draw_ring(painter, box.adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX), 8, theme)
        painter.end()


class Chips(QWidget):
    """Chips in lines; as high as they need.

    Args:
        cross: a click takes the word away.
        name: what a chip is called by a screen reader, with ``{word}``.
    """

    #: The word whose chip was clicked.
    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None, *, cross: bool = False) -> None:
        super().__init__(parent)
        self._name, self._cross = name, cross
        self._chips: list[Chip] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def words(self) -> list[str]:
        return [chip.text() for chip in self._chips]

    def set_words(self, words: Sequence[str]) -> None:
        """Show these."""
        if list(words) == self.words():
            return
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [Chip(word, self._name.format(word=word), self, cross=self._cross) for word in words]
        for chip, word in zip(self._chips, words, strict=True):
            chip.clicked.connect(lambda _on=False, word=word: self.chosen.emit(word))
            chip.show()
        self.setVisible(bool(self._chips))
        self._arrange(self.width())
        self.updateGeometry()

    def _arrange(self, width: int, *, move: bool = True) -> int:
        """Set the chips into lines of this width; the height that they take."""
        x = y = 0
        for chip in self._chips:
            size = chip.sizeHint()
            if x and x + size.width() > width:
                x, y = 0, y + _HEIGHT_PX + _GAP_PX
            if move:
                left = x if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else width - x - size.width()
                chip.setGeometry(QRect(left, y, min(size.width(), width), _HEIGHT_PX))
            x += size.width() + _GAP_PX
        return y + _HEIGHT_PX if self._chips else 0

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(width, move=False)

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange(self.width())
        super().resizeEvent(event)
