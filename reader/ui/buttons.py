"""The small drawn things: a text, an icon button, a link, a push button, a field."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QIcon,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSizePolicy, QToolButton, QWidget

from reader.ui.drawing import (
    CAPTION,
    EMPTY_TITLE,
    NAME,
    NOTE,
    RING_PX,
    UI,
    UI_BOLD,
    UI_MEDIUM,
    draw_box,
    draw_ring,
    draw_shadow,
    is_low_dark,
    is_low_light_ink,
)
from reader.ui.fonts import font
from reader.ui.icons import draw_icon, icon
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import painter_of
from reader.ui.theme import Theme, faded, theme_of

__all__ = [
    "CAPTION",
    "EMPTY_TITLE",
    "NAME",
    "NOTE",
    "RING_PX",
    "UI",
    "UI_BOLD",
    "UI_MEDIUM",
    "Field",
    "IconButton",
    "LinkButton",
    "Pane",
    "PushButton",
    "Text",
    "draw_box",
    "draw_ring",
    "draw_shadow",
    "is_low_dark",
    "is_low_light_ink",
]


class Text(QLabel):
    """A label with exact line heights, which stands on the same baseline in every script.

    Args:
        style: letters and line height.
        role: the token of its colour.
        max_lines: the last line is elided; 0 for as many as it takes.
        opacity: for what shall step back.
    """

    def __init__(
        self,
        text: str = "",
        style: Style = UI,
        role: str = "ink",
        *,
        max_lines: int = 0,
        opacity: float = 1.0,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._style, self._role, self._max_lines, self._align = style, role, max_lines, align
        self._opacity = opacity
        self._lines = Lines(limit=8)
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(max_lines != 1)
        self.setSizePolicy(policy)

    def set_role(self, role: str) -> None:
        """Another colour."""
        self._role = role
        self.update()

    def _natural(self) -> float:
        return self._lines.lay(self.text(), self._style, 100_000).width

    def sizeHint(self) -> QSize:
        return QSize(int(self._natural()) + 2, self._style.height)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._style.height)

    def hasHeightForWidth(self) -> bool:
        return self._max_lines != 1

    def heightForWidth(self, width: int) -> int:
        lines = self._lines.lay(self.text(), self._style, width, max_lines=self._max_lines or 50)
        return max(lines.height, self._style.height)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        ink = theme.color(self._role)
        block = self._lines.lay(
            self.text(),
            self._style,
            self.width(),
            max_lines=self._max_lines or 50,
            lighter=is_low_light_ink(ink, ratio) and not theme.contrast,
            align=self._align,
        )
        painter = painter_of(self)
        top = 0.0 if self._max_lines != 1 else (self.height() - self._style.height) / 2
        if self._opacity < 1 and not theme.contrast:
            ink = faded(ink, self._opacity)
        block.draw(painter, 0, top, ink, ratio=ratio)
        painter.end()


class IconButton(QToolButton):
    """A button of 30 px with an icon of 20 px. ``setDefaultAction`` works: the action's icon and state are shown.

    Takes the focus by the keyboard only: a click leaves it where the user reads.

    Args:
        name: the drawing.
        text: tooltip and accessible name.
        on_name, on_role: how it looks when checked.
        size: the icon's side.
    """

    def __init__(
        self,
        name: str = "",
        text: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "ink2",
        on_name: str = "",
        on_role: str = "accent",
        checkable: bool = False,
        size: int = 20,
        side: int = 30,
    ) -> None:
        super().__init__(parent)
        if name:
            self.setIcon(icon(name, role, on_name, on_role))
        self.setIconSize(QSize(size, size))
        self.setFixedSize(side, side)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoRaise(True)
        self.set_text(text)

    def set_text(self, text: str, key: str = "") -> None:
        """Tooltip and accessible name; the key stands in the tooltip alone."""
        self.setToolTip(f"{text} ({key})" if key else text)
        self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self.hasFocus():
            box = box.adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        if self.isEnabled():
            fill = self._fill(theme)
            if fill is not None:
                draw_box(painter, box, 6, fill, theme.line if theme.contrast else None)
        if self.hasFocus():
            draw_ring(painter, box, 6, theme)
        side = self.iconSize().width()
        place = QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        if theme.contrast and self.isChecked() and self.isEnabled():
            mode = QIcon.Mode.Selected
        self.icon().paint(
            painter, place, Qt.AlignmentFlag.AlignCenter, mode, QIcon.State.On if self.isChecked() else QIcon.State.Off
        )
        painter.end()

    def _fill(self, theme: Theme) -> QColor | None:
        if self.isDown() and not theme.contrast:
            return theme.line
        if self.isChecked():
            return theme.sel
        if self.underMouse():
            return theme.sel0 if not theme.contrast else theme.hover
        return None


class _Pressable(QPushButton):
    """What link and push button share: keyboard focus, the pointing hand, repainting under the pointer."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(text, parent)
        self._lines = Lines(limit=4)
        self.setFlat(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class LinkButton(_Pressable):
    """Something to do, written like a link."""

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, role: str = "accent", style: Style = UI_MEDIUM
    ) -> None:
        super().__init__(text, parent)
        self._role, self._style = role, style
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        width = self._lines.lay(self.text(), self._style, 100_000).width
        return QSize(int(width) + 2 + 2 * RING_PX, self._style.height + 2 * RING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        block = self._lines.lay(self.text(), self._style, self.width() - 2 * RING_PX, lighter=is_low_dark(theme, ratio))
        color = theme.color(self._role) if self.isEnabled() else faded(theme.ink3, 0.55)
        painter = painter_of(self)
        block.draw(painter, RING_PX, RING_PX, color, ratio=ratio)
        if self.underMouse() and self.isEnabled():
            painter.fillRect(QRectF(RING_PX, self.height() - RING_PX - 2, block.width, 1), color)
        if self.hasFocus():
            ring = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
            draw_ring(painter, ring, 4, theme)
        painter.end()


class PushButton(_Pressable):
    """A button of 28 px with a hairline, and an icon of 16 px if wanted. 3 px around it are kept for the focus ring."""

    def __init__(self, text: str = "", icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon_name = icon_name

    def sizeHint(self) -> QSize:
        width = self._lines.lay(self.text(), UI_MEDIUM, 100_000).width
        return QSize(ceil(width) + 24 + (22 if self._icon_name else 0) + 2 * RING_PX, 28 + 2 * RING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        pressed = self.isDown() or self.isChecked()
        fill = theme.sel0 if pressed else theme.hover if self.underMouse() else theme.field
        draw_box(painter, box, 6, fill, theme.line)
        ink = theme.sel_ink if pressed else theme.ink
        color = ink if self.isEnabled() else faded(theme.ink3, 0.55)
        left = box.left() + 12
        if self._icon_name:
            draw_icon(painter, self._icon_name, box.left() + 9, box.top() + 6, 16, theme.ink2 if not pressed else color)
            left += 22
        block = self._lines.lay(self.text(), UI_MEDIUM, box.right() - left, lighter=is_low_dark(theme, ratio))
        block.draw(painter, left, box.top() + 4, color, ratio=ratio)
        if self.hasFocus():
            draw_ring(painter, box, 6, theme)
        painter.end()


class Field(QLineEdit):
    """A text field of 28 px with an icon before the text. 3 px around it are kept for the focus ring."""

    def __init__(self, placeholder: str, icon_name: str = "search", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setFixedHeight(28 + 2 * RING_PX)
        self.setFont(font(13))
        # The style paints nothing; ink, placeholder and selection come from the application's palette, which changes.
        self.setFrame(False)
        clear = QPalette()
        clear.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        self.setPalette(clear)
        before, after = RING_PX + (28 if icon_name else 6), RING_PX + 6
        left, right = (after, before) if self.isRightToLeft() else (before, after)
        self.setTextMargins(left, RING_PX, right, RING_PX)

    def setClearButtonEnabled(self, enable: bool) -> None:
        super().setClearButtonEnabled(enable)
        clear = self.findChild(QAction, "_q_qlineeditclearaction")  # as Qt calls it; the style's own icon is a blot
        if isinstance(clear, QAction):
            clear.setIcon(icon("close"))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        from reader.ui import menustyle

        menustyle.popup(self.createStandardContextMenu(), event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        draw_box(painter, box, 6, theme.field, theme.line)
        if self.hasFocus():
            draw_ring(painter, box, 6, theme)
        if self._icon_name:
            draw_icon(painter, self._icon_name, box.left() + 8, box.top() + 6, 16, theme.ink2)
        painter.end()
        super().paintEvent(event)


class Pane(QWidget):
    """Fills itself with one colour of the palette: ``Window`` side, ``AlternateBase`` list, ``Base`` page."""

    def __init__(self, role: QPalette.ColorRole, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(role)
        self.setAutoFillBackground(True)
