"""What the window says without a dialog: the toast, why a list is empty, a warning above a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPropertyAnimation, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QEnterEvent,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsOpacityEffect, QHBoxLayout, QSizePolicy, QStyle, QVBoxLayout, QWidget

from reader.ui.buttons import (
    EMPTY_TITLE,
    NOTE,
    RING_PX,
    UI,
    UI_BOLD,
    IconButton,
    LinkButton,
    Pane,
    PushButton,
    Text,
    draw_box,
    draw_shadow,
)
from reader.ui.caps import KeyHints
from reader.ui.icons import draw_icon
from reader.ui.mirroring import painter_of
from reader.ui.theme import faded, theme_of


class Toast(QWidget):
    """What just happened, with a way back, floating over the window's foot for some seconds; waits under the pointer.

    Args:
        parent: what it floats over.
        below_px: distance of its lower edge from the parent's (24 over a status bar of 27).
        seconds: how long it stays.
    """

    #: The action (Undo) was chosen.
    acted = Signal()
    #: It went away, by time, by its button or by the action.
    closed = Signal()

    _SHADOW_PX = 24
    _FADE_MS = 160

    def __init__(self, parent: QWidget, *, below_px: int = 51, seconds: float = 8.0) -> None:
        super().__init__(parent)
        self._over = parent
        self._below_px = below_px
        self._icon_name = "checks"
        self._text = Text("", UI, "toast_ink", max_lines=1)
        self._action = LinkButton("", role="toast_action", style=UI_BOLD)
        self._shortcut = Text("", NOTE, "toast_ink", max_lines=1, opacity=0.62)
        self._shortcut.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self._close = IconButton("close", self.tr("Close"), role="toast_ink", size=16, side=24)
        margin = self._SHADOW_PX
        row = QHBoxLayout(self)
        row.setContentsMargins(margin + 44, margin, margin + 10, margin)
        row.setSpacing(0)
        row.addWidget(self._text, 1)
        row.addSpacing(28)
        row.addWidget(self._action)
        row.addSpacing(5)
        row.addWidget(self._shortcut)
        row.addSpacing(6)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(seconds * 1000))
        self._timer.timeout.connect(self.dismiss)
        self._action.clicked.connect(self._act)
        self._close.clicked.connect(self.dismiss)
        parent.installEventFilter(self)
        self.hide()

    def say(self, text: str, action: str = "", shortcut: str = "", icon_name: str = "checks") -> None:
        """Show a sentence, replacing the one before; it is read out by a screen reader as well.

        Args:
            action: the word of the way back ("Undo"); none when empty.
            shortcut: its key, as the user reads it.
        """
        self._icon_name = icon_name
        self._text.setText(text)
        self._text.setToolTip(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._shortcut.setText(shortcut)
        self._shortcut.setVisible(bool(shortcut))
        self._place()
        self.raise_()
        self.show()
        self._fade()
        if not self.underMouse():
            self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def dismiss(self) -> None:
        """Go away now."""
        if not self.isHidden():
            self._timer.stop()
            self.hide()
            self.closed.emit()

    def _act(self) -> None:
        self.acted.emit()
        self.dismiss()

    def _place(self) -> None:
        over = self._over
        margin = self._SHADOW_PX
        width = min(max(self.sizeHint().width(), 396 + 2 * margin), over.width() - 24 + 2 * margin)
        height = 44 + 2 * margin
        self.setGeometry((over.width() - width) // 2, over.height() - self._below_px - 44 - margin, width, height)

    def _fade(self) -> None:
        if not self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration):
            return  # reduced motion
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", effect)
        fade.setDuration(self._FADE_MS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        # An effect that stays would repaint the toast through a pixmap each time.
        fade.finished.connect(lambda: effect.setEnabled(False))
        fade.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.isVisible():
            self._timer.start()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = painter_of(self)
        margin = self._SHADOW_PX
        box = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
        draw_shadow(painter, box, 10)
        draw_box(painter, box, 10, theme.toast)
        draw_icon(painter, self._icon_name, box.left() + 14, box.top() + 12, 20, theme.toast_ink)
        if self._action.isVisible():
            left = self._action.x() + RING_PX - 14
            painter.fillRect(QRectF(left, box.top() + 12, 1, 20), faded(theme.toast_ink, 0.16))
        painter.end()


class EmptyState(Pane):
    """Why there is nothing here, and what can be done; fills a pane, the list's by default."""

    #: The action was chosen.
    acted = Signal()

    _ICON_PX = 32
    _TEXT_PX = 288

    def __init__(
        self, parent: QWidget | None = None, *, role: QPalette.ColorRole = QPalette.ColorRole.AlternateBase
    ) -> None:
        super().__init__(role, parent)
        center = Qt.AlignmentFlag.AlignHCenter
        self._icon_name = ""
        self._title = Text("", EMPTY_TITLE, "ink", align=center, parent=self)
        self._text = Text("", UI, "ink2", align=center, parent=self)
        self._hints = KeyHints(self)
        self._hints.hide()
        self._action = LinkButton("", self)
        self._action.clicked.connect(self.acted)
        self._icon_top = 0

    def set(
        self, icon_name: str, title: str, text: str = "", action: str = "", hints: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Say why; ``action`` is the link below, none when empty; ``hints`` are keys and what they do."""
        self._hints.set(hints)
        self._hints.setVisible(bool(hints))
        self._icon_name = icon_name
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._arrange()
        self.update()

    def _arrange(self) -> None:
        width = max(min(self.width() - 48, self._TEXT_PX), 60)
        left = (self.width() - width) // 2
        parts: list[tuple[QWidget, int, int]] = [(self._title, self._title.heightForWidth(width), 11)]
        if self._text.text():
            parts.append((self._text, self._text.heightForWidth(width), 7))
        if self._hints.isVisibleTo(self):
            parts.append((self._hints, self._hints.heightForWidth(self.width() - 48), 8))
        if self._action.text():
            parts.append((self._action, self._action.sizeHint().height(), 8 - RING_PX))
        icon_px = self._ICON_PX if self._icon_name else 0
        total = icon_px + sum(height + gap for _, height, gap in parts)
        # A little above the middle: that is where the eye takes the middle to be.
        top = max(round((self.height() - total) * 0.4415), 8)
        self._icon_top = top
        top += icon_px
        for widget, height, gap in parts:
            top += gap
            if widget is self._action:
                wide = self._action.sizeHint().width()
                widget.setGeometry((self.width() - wide + 1) // 2, top, wide, height)
            elif widget is self._hints:
                widget.setGeometry(24, top, self.width() - 48, height)
            else:
                widget.setGeometry(left, top, width, height)
            top += height

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._icon_name:
            painter = painter_of(self)
            left = (self.width() - self._ICON_PX) / 2
            draw_icon(painter, self._icon_name, round(left), self._icon_top, self._ICON_PX, theme_of().ink3)
            painter.end()


class BannerButton(NamedTuple):
    """One thing to do about it; ``id`` is what :attr:`Banner.acted` carries."""

    id: str
    text: str
    icon_name: str = ""


class Banner(Pane):
    """A box in the colour of trouble: what happened to what, and what can be done."""

    #: The id of the button that was chosen.
    acted = Signal(str)

    _OUTER = (12, 10, 12, 6)

    def __init__(
        self, parent: QWidget | None = None, *, role: QPalette.ColorRole = QPalette.ColorRole.AlternateBase
    ) -> None:
        super().__init__(role, parent)
        left, top, right, bottom = self._OUTER
        column = QVBoxLayout(self)
        before, after = left + 38, right + 16
        sides = (after, before) if self.isRightToLeft() else (before, after)
        column.setContentsMargins(sides[0], top + 11, sides[1], bottom + 18 - RING_PX)
        column.setSpacing(0)
        self._title = Text("", UI_BOLD, "ink")
        self._text = Text("", UI, "ink2")
        self._buttons = QHBoxLayout()
        # The rings' margins reach into the gaps; 8 px are seen between two buttons.
        self._buttons.setContentsMargins(0, 9 - RING_PX, 0, 0)
        self._buttons.setSpacing(8 - 2 * RING_PX)
        column.addWidget(self._title)
        column.addSpacing(2)
        column.addWidget(self._text)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addSpacing(-RING_PX)
        row.addLayout(self._buttons)
        row.addStretch(1)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def set(self, title: str, text: str, buttons: Sequence[BannerButton | tuple[str, str, str]] = ()) -> None:
        """Say what happened; the buttons are ``(id, text, icon name)``."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        while (item := self._buttons.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for each in buttons:
            name, label, icon_name = each
            button = PushButton(label, icon_name, self)
            button.clicked.connect(lambda _checked=False, chosen=name: self.acted.emit(chosen))
            self._buttons.addWidget(button)
        self._stack()
        self.updateGeometry()
        self.update()

    def _stack(self) -> None:
        """The buttons below each other where their words have no room in a row."""
        items = [item for n in range(self._buttons.count()) if (item := self._buttons.itemAt(n)) is not None]
        wide = sum(item.sizeHint().width() for item in items) + self._buttons.spacing() * (len(items) - 1)
        left, _, right, _ = self._OUTER
        fits = wide <= self.width() - (left + 38) - (right + 16) + 2 * RING_PX
        row, column = QHBoxLayout.Direction.LeftToRight, QHBoxLayout.Direction.TopToBottom
        self._buttons.setDirection(row if fits else column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        left, top, right, bottom = self._OUTER
        box = QRectF(self.rect()).adjusted(left, top, -right, -bottom)
        painter = painter_of(self)
        draw_box(painter, box, 8, theme.warn_fill, theme.warn_line)
        draw_icon(painter, "warning", box.left() + 11, box.top() + 12, 18, theme.warn)
        painter.end()
