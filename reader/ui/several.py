"""What stands in the article's pane while several articles are selected: how many, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from reader.ui.buttons import CAPTION, EMPTY_TITLE, RING_PX, UI_MEDIUM, Pane, Text, draw_box, draw_ring, is_low_dark
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines
from reader.ui.mirroring import painter_of
from reader.ui.theme import theme_of

_WIDTH_PX, _ROW_PX = 300, 36


class Act(NamedTuple):
    """One thing to do with all of them; ``id`` is what :attr:`SeveralPane.acted` carries."""

    id: str
    text: str
    icon_name: str


class ActButton(QAbstractButton):
    """One line: drawing, words, key."""

    def __init__(self, act: Act, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act, self._keys = act, ""
        self._lines = Lines(limit=4)
        self.setText(act.text)
        self.setAccessibleName(act.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_keys(self, keys: str) -> None:
        """The keys that do the same, as they are shown; "" for none."""
        self._keys = keys
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, _ROW_PX + 2 * RING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        lighter = is_low_dark(theme, ratio)
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        if self.underMouse() or self.isDown():
            draw_box(
                painter, box, 6, theme.sel0 if self.isDown() else theme.hover, theme.line if theme.contrast else None
            )
        if self.hasFocus():
            draw_ring(painter, box, 6, theme)
        draw_icon(painter, self._act.icon_name, box.left() + 12, box.top() + 8, 20, theme.ink2)
        right = box.right() - 12
        if self._keys:
            key = self._lines.lay(self._keys, CAPTION, 100, lighter=lighter)
            cap = QRectF(right - key.width - 12, box.top() + 8, key.width + 12, 20)
            right = cap.left() - 12
            draw_box(painter, cap, 4, theme.chip, theme.line)
            key.draw(painter, cap.left() + 6, cap.top() + 3, theme.ink2, ratio=ratio)
        left = box.left() + 44
        text = self._lines.lay(self.text(), UI_MEDIUM, right - left, lighter=lighter)
        text.draw(painter, left, box.top() + 8, theme.ink, ratio=ratio)
        painter.end()


class SeveralPane(Pane):
    """Fills the article's pane."""

    #: The id of the act that was chosen.
    acted = Signal(str)

    def __init__(self, acts: Sequence[Act], parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.Base, parent)
        self._title = Text("", EMPTY_TITLE, "ink", align=Qt.AlignmentFlag.AlignHCenter)
        middle = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addStretch(3)
        column.addWidget(self._title)
        column.addSpacing(14)
        self._buttons = {act.id: ActButton(act, self) for act in acts}
        for name, button in self._buttons.items():
            button.setFixedWidth(_WIDTH_PX)
            button.clicked.connect(lambda _on=False, name=name: self.acted.emit(name))
            column.addWidget(button, 0, middle)
        column.addStretch(4)

    def set_count(self, text: str) -> None:
        """ "12 articles selected" """
        self._title.setText(text)
        self.setAccessibleName(text)

    def button(self, name: str) -> ActButton:
        """The line of an act."""
        return self._buttons[name]
