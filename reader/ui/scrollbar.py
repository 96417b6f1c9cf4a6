"""A slim scroll bar that lies over a pane instead of taking 14 px from every row, like the article page's own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QStyle, QStyleOptionSlider

from reader.ui.mirroring import mirrored, painter_of
from reader.ui.theme import faded, theme_of

WIDTH_PX = 12
#: At rest it keeps clear of what is selected below it (8 px from the edge); under the pointer it is
#: as wide as the page’s own.
_REST_PX, _HELD_PX, _EDGE_PX = 4, 6, 1


class OverlayBar(QScrollBar):
    """Follows the vertical scroll bar of a view, which itself is hidden. Use :func:`overlay`."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical, area)
        self._area = area
        self._real = area.verticalScrollBar()
        self._grip = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._real.rangeChanged.connect(self._take_range)
        self._real.valueChanged.connect(self.setValue)
        self.valueChanged.connect(self._real.setValue)
        area.installEventFilter(self)
        self._take_range()

    def _take_range(self) -> None:
        self.setPageStep(self._real.pageStep())
        self.setSingleStep(self._real.singleStep())
        self.setRange(self._real.minimum(), self._real.maximum())
        self.setValue(self._real.value())
        self._place()

    def _place(self) -> None:
        self.setVisible(self._real.maximum() > self._real.minimum())
        place = QRect(self._area.width() - WIDTH_PX, 2, WIDTH_PX, max(self._area.height() - 4, 0))
        self.setGeometry(mirrored(self._area, place))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._area and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _thumb(self) -> QRectF:
        span = self.maximum() - self.minimum() + self.pageStep()
        length = max(self.height() * self.pageStep() / max(span, 1), 36.0)
        free = max(self.height() - length, 0.0)
        top = free * (self.value() - self.minimum()) / max(self.maximum() - self.minimum(), 1)
        width = _HELD_PX if self._held() else _REST_PX
        return QRectF(WIDTH_PX - width - _EDGE_PX, top, width, length)

    def _held(self) -> bool:
        return self.isSliderDown() or self.underMouse()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        thumb = self._thumb()
        painter = painter_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(theme.ink3, 1.0 if theme.contrast else 0.6 if self._held() else 0.28))
        painter.drawRoundedRect(thumb, thumb.width() / 2, thumb.width() / 2)
        painter.end()

    # The style's own hit test knows another thumb (with buttons above and below), so the pointer is handled here.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        y, thumb = event.position().y(), self._thumb()
        if not thumb.top() <= y <= thumb.bottom():
            self._grip = thumb.height() / 2
            self._drag_to(y)
        else:
            self._grip = y - thumb.top()
        self.setSliderDown(True)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._drag_to(event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.update()

    def _drag_to(self, y: float) -> None:
        free = self.height() - self._thumb().height()
        if free > 0:
            part = (y - self._grip) / free
            self.setValue(round(self.minimum() + part * (self.maximum() - self.minimum())))


def overlay(area: QAbstractScrollArea) -> OverlayBar | None:
    """Lay a slim bar over the view; None where the style's own bars do not take room (macOS)."""
    if area.style().styleHint(QStyle.StyleHint.SH_ScrollBar_Transient, QStyleOptionSlider(), area.verticalScrollBar()):
        return None
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return OverlayBar(area)
