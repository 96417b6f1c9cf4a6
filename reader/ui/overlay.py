"""What stands over the whole window for a moment: a scrim, a box upon it, and the focus given back afterwards."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from reader.ui.buttons import draw_box, draw_shadow
from reader.ui.theme import theme_of

SHADOW_PX, RADIUS_PX = 20, 12
_SCRIM, _SCRIM_DARK = 0.18, 0.43


class Overlay(QWidget):
    """A box over the window. Whoever derives from it lays its parts out in ``panel``, which covers the box, and says in
    ``begin`` which of them gets the focus.

    Args:
        over: the widget that is covered.
        width_px, top_px: the box's; in a small window it leaves 12 px free.
    """

    def __init__(self, over: QWidget, width_px: int, top_px: int) -> None:
        super().__init__(over)
        self._over, self._width_px, self._top_px = over, width_px, top_px
        self._before: QWidget | None = None
        self.panel = QWidget(self)
        self.begin: QWidget = self.panel
        over.installEventFilter(self)
        self.hide()

    def height_wanted(self, most_px: int) -> int:
        """The box's height, of which there is room for ``most_px``."""
        return min(self.panel.sizeHint().height(), most_px)

    def leave(self) -> None:
        """Go away; the focus returns to where it was."""
        if self.isHidden():
            return
        before, self._before = self._before, None
        self.hide()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Fit into the window, and the box to what is in it."""
        self.setGeometry(self._over.rect())
        width = min(self._width_px, self.width() - 24)
        top = min(self._top_px, max(12, self.height() // 7))
        height = self.height_wanted(max(120, self.height() - top - 24))
        box = QRect((self.width() - width) // 2, top, width, height)
        if box != self.panel.geometry():
            grown = QRegion(self._shadow_of(self.panel.geometry())) + QRegion(self._shadow_of(box))
            self.panel.setGeometry(box)
            self.update(grown)

    @staticmethod
    def _shadow_of(box: QRect) -> QRect:
        return box.adjusted(-SHADOW_PX, -SHADOW_PX, SHADOW_PX, SHADOW_PX)

    def passes(self, event: QKeyEvent) -> bool:
        """Whether a key is the window's although it is covered: none is."""
        return False

    # Qt's events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._before = QApplication.focusWidget()
        self.place()
        self.raise_()
        self.begin.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(not self.passes(event))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        # Nothing goes on to the window below.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.leave()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the box."""
        focus = QApplication.focusWidget()
        ring = [part for part in self.panel.findChildren(QWidget)
                if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled()]  # fmt: skip
        if ring:
            here = ring.index(focus) if focus in ring else -1
            step = 1 if forward else -1
            reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
            ring[(here + step) % len(ring)].setFocus(reason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor.fromRgbF(0, 0, 0, _SCRIM_DARK if theme.dark else _SCRIM))
        if event.rect().intersects(self._shadow_of(self.panel.geometry())):
            box = self.panel.geometry().toRectF()
            draw_shadow(painter, box, RADIUS_PX)
            draw_box(painter, box, RADIUS_PX, theme.pop, theme.line)
        painter.end()
