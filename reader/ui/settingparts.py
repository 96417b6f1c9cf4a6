"""The drawn parts that settings and the "Aa" popover share: a slider, and the choice of a font."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QWidget

from reader.ui import menustyle
from reader.ui.accessible import name_list
from reader.ui.buttons import RING_PX, UI, draw_box, draw_ring, is_low_dark
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines
from reader.ui.mirroring import painter_of
from reader.ui.theme import theme_of

_KNOB_PX, _TRACK_PX = 16, 4


class Slider(QSlider):
    """A thin track with a round knob. The wheel scrolls what it stands on."""

    def __init__(self, least: int, most: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(least, most)
        self.setPageStep(2)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(_KNOB_PX + 2 * RING_PX)

    def show_value(self, value: int) -> None:
        """Stand at a value without telling anyone."""
        self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        # Where the style, which answers the mouse, has the knob.
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        middle = self.height() / 2
        side = _KNOB_PX / 2 + RING_PX
        x = min(max(handle.center().x() + 0.5, side), self.width() - side)
        track = QRectF(side, middle - _TRACK_PX / 2, self.width() - 2 * side, _TRACK_PX)
        painter = QPainter(self)  # the style has turned the knob already
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for color, end in ((theme.line, track.right()), (theme.accent if self.isEnabled() else theme.ink3, x)):
            painter.setBrush(color)
            part = QRectF(track)
            if self.isRightToLeft() and end is x:
                part.setLeft(end)
            else:
                part.setRight(end)
            painter.drawRoundedRect(part, _TRACK_PX / 2, _TRACK_PX / 2)
        knob = QRectF(QPointF(x - _KNOB_PX / 2, middle - _KNOB_PX / 2), QSize(_KNOB_PX, _KNOB_PX).toSizeF())
        fill = theme.label if theme.dark and not theme.contrast else theme.page
        draw_box(painter, knob, _KNOB_PX / 2, fill, theme.ink3)
        if self.hasFocus():
            draw_ring(painter, knob, _KNOB_PX / 2, theme)
        painter.end()


class FamilyBox(QComboBox):
    """One of many font families, drawn as the other choices are. The wheel scrolls what it stands on."""

    def __init__(self, first: str, families: list[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = Lines(limit=4)
        self.setAccessibleName(name)
        self.addItem(first, "")
        for family in families:
            self.addItem(family, family)
        name_list(self)
        menustyle.dress_list(self)
        self.setMaxVisibleItems(12)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_family(self, family: str) -> None:
        """Stand at a family; one that is not installed shows the first."""
        self.setCurrentIndex(max(0, self.findData(family)))

    def sizeHint(self) -> QSize:
        return QSize(200, 28 + 2 * RING_PX)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        draw_box(painter, box, 6, theme.hover if self.underMouse() else theme.field, theme.line)
        text = self._lines.lay(self.currentText(), UI, box.width() - 40, lighter=is_low_dark(theme, ratio))
        text.draw(painter, box.left() + 10, box.top() + 4, theme.ink, ratio=ratio)
        draw_icon(painter, "down", box.right() - 24, box.top() + 6, 16, theme.ink2)
        if self.hasFocus():
            draw_ring(painter, box, 6, theme)
        painter.end()
