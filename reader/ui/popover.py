"""A small window inside the window: floats over a pane until Esc is pressed or something else gets the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from reader.ui.buttons import RING_PX, draw_box, draw_shadow
from reader.ui.theme import theme_of

SHADOW_PX = 20


class Popover(QWidget):
    """Fill ``column``; then ``open_below`` or ``open_above``.

    Args:
        over: what it floats over.
        width_px: without its shadow.
    """

    #: It went away.
    closed = Signal()

    def __init__(self, over: QWidget, width_px: int, *, inner_px: int = 16) -> None:
        super().__init__(over)
        self._over = over
        self._before: QWidget | None = None  # what gets the focus back
        self.column = QVBoxLayout(self)
        side = SHADOW_PX + inner_px
        self.column.setContentsMargins(side, side - 2, side, side)
        self.column.setSpacing(8)
        self.setFixedWidth(width_px + 2 * SHADOW_PX)
        QApplication.instance().focusChanged.connect(self._focus_went)  # type: ignore[union-attr]
        self.hide()

    def add(self, part: QWidget, *, ringed: bool = False, stretched: bool = True) -> None:
        """Append a part.

        Args:
            ringed: it keeps room for a focus ring around itself, which reaches into the margins here.
            stretched: it is as wide as the popover.
        """
        row = QHBoxLayout()
        row.setSpacing(0)
        if ringed:
            row.addSpacing(-RING_PX)
        row.addWidget(part, 1 if stretched else 0)
        if ringed and stretched:
            row.addSpacing(-RING_PX)
        if not stretched:
            row.addStretch(1)
        self.column.addLayout(row)

    def open_below(self, what: QWidget, focus: QWidget | None) -> None:
        """Open under a button, as near to its middle as the sides allow; ``focus`` gets the focus (None: it stays)."""
        self._open(what, focus, above=False)

    def open_above(self, what: QWidget, focus: QWidget | None) -> None:
        """Open over a button at the window's foot."""
        self._open(what, focus, above=True)

    def _open(self, what: QWidget, focus: QWidget | None, *, above: bool) -> None:
        self._before = QApplication.focusWidget()
        self.show()  # what is not shown yet has no layout
        self.fit()
        box = QRect(what.mapTo(self._over, what.rect().topLeft()), what.size())
        middle = box.center().x() - self.width() // 2
        left = max(8 - SHADOW_PX, min(middle, self._over.width() - self.width() + SHADOW_PX - 8))
        top = box.top() - 6 - self.height() + SHADOW_PX if above else box.bottom() + 6 - SHADOW_PX
        self.move(left, top)
        self.raise_()
        if focus is not None:
            focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def fit(self) -> None:
        """Take the height that the contents need; the upper edge stays."""
        self.column.activate()
        height = self.column.heightForWidth(self.width()) if self.column.hasHeightForWidth() else -1
        self.resize(self.width(), height if height > 0 else self.column.sizeHint().height())

    def dismiss(self) -> None:
        """Go away, and give the focus back."""
        if self.isVisible():
            # Before it hides: else Qt takes the next in the line of Tab, and the page rings its first picture.
            (self._before or self._over).setFocus(Qt.FocusReason.PopupFocusReason)
            self.hide()

    def chosen(self, act: Callable[[], object]) -> Callable[[], None]:
        """What a button of the popover does: it goes away, and then the act."""

        def run() -> None:
            self.dismiss()
            act()

        return run

    def _focus_went(self, _old: QWidget | None, new: QWidget | None) -> None:
        if QApplication.activePopupWidget() is not None:  # the list of one of its own boxes
            return
        if self.isVisible() and new is not None and new is not self and not self.isAncestorOf(new):
            self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # Letters, arrows and Esc belong to the popover while it is open, not to the window.
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        box = self.rect().adjusted(SHADOW_PX, SHADOW_PX, -SHADOW_PX, -SHADOW_PX).toRectF()
        painter = QPainter(self)
        draw_shadow(painter, box, 12)
        draw_box(painter, box, 12, theme.pop, theme.line)
        painter.end()
