"""The bar above a pane, and one door to all drawn parts that belong to no pane."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from reader.ui.buttons import (
    CAPTION,
    NAME,
    UI_BOLD,
    Field,
    IconButton,
    LinkButton,
    Pane,
    PushButton,
    Text,
    is_low_dark,
)
from reader.ui.lines import Lines
from reader.ui.mirroring import painter_of
from reader.ui.notices import Banner, BannerButton, EmptyState, Toast
from reader.ui.theme import theme_of

__all__ = [
    "Banner", "BannerButton", "EmptyState", "Field", "HeaderBar", "IconButton", "LinkButton", "Pane", "PushButton",
    "Text", "Toast",
]  # fmt: skip

HEADER_PX = 48


class _Title(QWidget):
    """Name over count, or one quiet line."""

    painted = Signal()

    def __init__(self, quiet: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._quiet = quiet
        self._name = self._count = ""
        self._lines = Lines(limit=8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEADER_PX - 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEADER_PX - 1)

    def set(self, name: str, count: str) -> None:
        if (name, count) != (self._name, self._count):
            self._name, self._count = name, count
            self.setAccessibleName(", ".join(filter(None, (name, count))))
            self.setToolTip(name)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        lighter = is_low_dark(theme, ratio)
        style, color, top = (UI_BOLD, theme.ink2, 14.0) if self._quiet else (NAME, theme.ink, 6.0)
        if not self._quiet and not self._count:
            top = 14.0
        painter = painter_of(self)
        name = self._lines.lay(self._name, style, self.width(), lighter=lighter)
        name.draw(painter, 0, top, color, ratio=ratio)
        count = self._lines.lay(self._count, CAPTION, self.width(), lighter=lighter)
        count.draw(painter, 0, 25, theme.ink3, ratio=ratio)
        painter.end()
        self.painted.emit()


class HeaderBar(Pane):
    """The bar of 48 px above a pane: buttons left, a title, buttons right, a hairline below.

    Args:
        role: which pane it belongs to (``Window`` side, ``AlternateBase`` list, ``Base`` page).
        hairline: whether the line below is drawn; see :meth:`set_hairline`.
        quiet: the title is one line, small and grey (the article's, once scrolled).
    """

    def __init__(
        self,
        role: QPalette.ColorRole = QPalette.ColorRole.AlternateBase,
        parent: QWidget | None = None,
        *,
        hairline: bool = True,
        quiet: bool = False,
    ) -> None:
        super().__init__(role, parent)
        self._hairline = hairline
        self.setFixedHeight(HEADER_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(0)
        self._left = QHBoxLayout()
        self._left.setSpacing(2)
        self._right = QHBoxLayout()
        self._right.setSpacing(2)
        self._title = _Title(quiet, self)
        self.painted = self._title.painted  # the bar is on screen
        row.addLayout(self._left)
        # Without buttons before it the name stands over the list's text column, 28 px in.
        row.addSpacing(12 if quiet else 18)
        row.addWidget(self._title, 1)
        row.addSpacing(8)
        row.addLayout(self._right)

    def add_left(self, *widgets: QWidget) -> None:
        """Append before the title."""
        for widget in widgets:
            self._left.addWidget(widget)

    def add_right(self, *widgets: QWidget, gap_px: int = 0) -> None:
        """Append at the right end; ``gap_px`` sets the group apart from what stands there already."""
        if gap_px:
            self._right.addSpacing(gap_px)
        for widget in widgets:
            self._right.addWidget(widget)

    def set_title(self, name: str, count: str = "") -> None:
        """The pane's name, and how much is in it as a sentence ("248 articles")."""
        self._title.set(name, count)

    def set_hairline(self, shown: bool) -> None:
        """Draw or leave out the line below."""
        if shown != self._hairline:
            self._hairline = shown
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._hairline:
            painter = painter_of(self)
            painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme_of().line)
            painter.end()
