"""The settings: pages at the left, one search over all of them, and every change with its effect at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPaintEvent, QPalette, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reader.ui import settingpages
from reader.ui.buttons import (
    EMPTY_TITLE,
    RING_PX,
    UI_MEDIUM,
    Field,
    Pane,
    Text,
    draw_box,
    draw_ring,
    is_low_dark,
)
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import painter_of
from reader.ui.scrollbar import overlay
from reader.ui.settingcontrols import LiveChoice
from reader.ui.settingline import Line
from reader.ui.settingpages import Page, Setting
from reader.ui.theme import theme_of

if TYPE_CHECKING:
    from reader.ui.window import Window

_SIDE_PX, _COLUMN_PX = 204, 680
_FIELD_PX = 360
#: Narrower than this the pages are a menu, and controls stand below their words.
_NARROW_PX = 620
#: The lines of pages that nobody looks at are made in slices: a letter or a scroll meanwhile waits no longer.
_SLICE_S = 0.005
_NAV, _NAV_CHOSEN = Style(13, 400, 20), Style(13, 600, 20)


class _Nav(QAbstractButton):
    """A page's name in the list of pages; the number of what was found there while searching."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self.found: int | None = None
        self._lines = Lines(limit=4)
        self.setText(page.title)
        self.setAccessibleName(page.title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = self._lines.lay(self.text(), _NAV_CHOSEN, 1000).width
        return QSize(max(_SIDE_PX - 16, ceil(words) + 46), 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        chosen = self.isChecked() and self.found is None
        if chosen:
            draw_box(painter, box, 6, theme.sel if self.hasFocus() else theme.sel0)
        elif self.underMouse():
            draw_box(painter, box, 6, theme.hover, theme.line if theme.contrast else None)
        ink, weak = (theme.sel_ink, theme.sel_ink2) if chosen else (theme.label, theme.ink2)
        if self.found == 0:
            ink = weak = theme.ink3
        draw_icon(painter, self._page.icon, box.left() + 9, box.center().y() - 9, 18, weak)
        style, lighter = _NAV_CHOSEN if chosen else _NAV, is_low_dark(theme, ratio)
        room = box.width() - (70 if self.found else 44)
        text = self._lines.lay(self.text(), style, room, lighter=lighter)
        text.draw(painter, box.left() + 36, box.center().y() - 10, ink, ratio=ratio)
        if self.found:
            count = self._lines.lay(str(self.found), _NAV, 40, lighter=lighter)
            count.draw(painter, box.right() - 10 - count.width, box.center().y() - 10, theme.ink2, ratio=ratio)
        if self.hasFocus():
            draw_ring(painter, box.adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX), 4, theme)
        painter.end()


class _Block(QWidget):
    """The lines of one page below its name; made when they are needed.

    Attributes:
        settings: all of the page, in their order.
        lines: those that were made.
    """

    def __init__(self, page: Page, settings: Sequence[Setting]) -> None:
        super().__init__()
        self.page, self.settings = page, tuple(settings)
        self.lines: list[Line] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 14)
        self._column.setSpacing(0)
        self._column.addWidget(Text(page.title, EMPTY_TITLE, "ink", max_lines=1))
        self._column.addSpacing(4)

    @property
    def next(self) -> Setting | None:
        """The setting whose line is to be made next; None when all are there."""
        return self.settings[len(self.lines)] if len(self.lines) < len(self.settings) else None

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self._column.addWidget(line)


class SettingsWindow(QWidget):
    """A window of its own; nothing waits for it, and there is nothing to confirm.

    Args:
        window: whose settings they are.
    """

    #: It was closed.
    left = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self.over = window
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(360, 320)
        self.resize(QSize(880, 640).boundedTo(self.screen().availableSize()))
        self._pages = settingpages.pages()
        self._finds = settingpages.finder(self._pages)
        self._page = self._pages[0].id
        self._terms: tuple[str, ...] = ()
        self._found: frozenset[str] = frozenset()  # by a search
        self._narrow = False
        self._make_parts()
        self._lay_out()
        window.settings_changed.connect(self._changed)
        for keys, act in ((QKeySequence.StandardKey.Find, self.search), (QKeySequence.StandardKey.Close, self.close)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self.show_page(self._page)
        self.field.setFocus()

    def _make_parts(self) -> None:
        self.field = Field(self.tr("Search the settings"), "search", self)
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._search)
        self.menu = LiveChoice([(page.id, page.title) for page in self._pages], self._page, self.tr("Page"), self)
        self.menu.chosen.connect(self.show_page)
        self._group = QButtonGroup(self)
        self._nav: dict[str, _Nav] = {}
        for page in self._pages:
            button = self._nav[page.id] = _Nav(page)
            self._group.addButton(button)
            button.toggled.connect(lambda on, name=page.id: self.show_page(name) if on else None)
            button.clicked.connect(lambda _on=False, name=page.id: self._leave_search(name))
        self.none = Text(self.tr("No setting is called so."), UI_MEDIUM, "ink2", max_lines=1)
        self.none.hide()
        settings = settingpages.settings()
        self.lines: dict[str, Line] = {}
        self.blocks = {
            page.id: _Block(page, [setting for setting in settings if setting.page == page.id]) for page in self._pages
        }
        self._making = QTimer(self, interval=0)
        self._making.timeout.connect(self._make_some)
        self._making.start()

    def _lay_out(self) -> None:
        self._side = Pane(QPalette.ColorRole.Window)
        self._side.setFixedWidth(16 + max(button.sizeHint().width() for button in self._nav.values()))
        pages = QVBoxLayout(self._side)
        pages.setContentsMargins(8, 6, 8, 8)
        pages.setSpacing(0)
        for button in self._nav.values():
            pages.addWidget(button)
        pages.addStretch(1)
        inner = Pane(QPalette.ColorRole.Base)
        middle = QHBoxLayout(inner)
        middle.setContentsMargins(28, 20, 28, 20)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.none)
        for block in self.blocks.values():
            column.addWidget(block)
        column.addStretch(1)
        holder = QWidget()
        holder.setLayout(column)
        holder.setMaximumWidth(_COLUMN_PX)
        column.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(holder, 1)
        self._area = QScrollArea()
        self._area.setWidget(inner)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        overlay(self._area)
        head = _Head(QPalette.ColorRole.Window)
        bar = QHBoxLayout(head)
        bar.setContentsMargins(9, 8, 9, 8)
        bar.addWidget(self.menu)
        bar.addWidget(self.field, 1)
        bar.addStretch(0)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self._side)
        below.addWidget(_Hairline())
        below.addWidget(self._area, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addLayout(below, 1)

    # Making the lines: those of the page that is shown at once, all others in slices while nobody waits

    @property
    def whole(self) -> bool:
        """Whether all lines are made."""
        return not self._making.isActive()

    def _make_next(self, block: _Block) -> bool:
        """Make the next line of a page; False when all are there."""
        setting = block.next
        if setting is None:
            return False
        line = Line(setting, getattr(self.over.settings, setting.id, None), self)
        self.lines[setting.id] = line
        block.add(line)
        line.set_narrow(self._narrow)
        self._fill_line(line)
        self._dress(line)
        return True

    def _make_some(self) -> None:
        """Make lines for some milliseconds, first those of pages on which something was found."""
        until = time.perf_counter() + _SLICE_S
        first = sorted(self.blocks.values(), key=lambda block: not self._found.intersection(_ids(block)))
        for block in first:
            while block.next is not None:
                if time.perf_counter() >= until:
                    return
                self._make_next(block)
                self._look_at(block.lines[-1])
        self._making.stop()
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab comes to the lines in their order, not in that in which they were made."""
        chain: list[QWidget] = []
        each = self.nextInFocusChain()
        while each is not None and each is not self:
            chain.append(each)
            each = each.nextInFocusChain()
        lines = [line for block in self.blocks.values() for line in block.lines]
        parts = [part for line in lines for part in chain if line.isAncestorOf(part)]
        for before, after in pairwise(part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus):
            QWidget.setTabOrder(before, after)

    # What is shown

    def show_page(self, name: str) -> None:
        """Show one page."""
        self._page = name
        while self._make_next(self.blocks[name]):
            pass
        self._nav[name].setChecked(True)
        self.menu.show_value(name)
        if self._terms:
            return
        for block in self.blocks.values():
            block.setVisible(block.page.id == name)
        self._area.verticalScrollBar().setValue(0)
        self._look()

    def place(self) -> tuple[str, QRect]:
        """The page that is shown, and where the window stands."""
        return self._page, self.geometry()

    def _leave_search(self, name: str) -> None:
        """A page was clicked, also the one that is shown: the search ends there."""
        self.field.clear()
        self.show_page(name)

    def search(self) -> None:
        """Go to the search field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _search(self, text: str) -> None:
        self._terms = settingpages.terms(text)
        every = [setting for block in self.blocks.values() for setting in block.settings]
        found = [setting.id for setting in every if self._terms and self._finds(setting, self._terms)]
        self._found = frozenset(found)
        for name, block in self.blocks.items():
            hits = len(self._found.intersection(_ids(block)))
            self._nav[name].found = hits if self._terms else None
            self._nav[name].update()
            if self._terms:
                block.setVisible(hits > 0)
        for line in self.lines.values():
            self._dress(line)
        self.none.setVisible(bool(self._terms) and not found)
        if self._terms:
            self._area.verticalScrollBar().setValue(0)
            self._look()
        else:
            self.show_page(self._page)

    def _dress(self, line: Line) -> None:
        """Show a line, if it is found, with the words of the search marked."""
        line.setVisible(not self._terms or line.setting.id in self._found)
        line.set_terms(self._terms)

    def _look(self) -> None:
        """The panels on show tell what is so now."""
        for line in self.lines.values():
            self._look_at(line)

    def _look_at(self, line: Line) -> None:
        on_show = self.isVisible() and not line.isHidden() and not self.blocks[line.setting.page].isHidden()
        if on_show and line.panel is not None:
            line.panel.look()

    # Values

    def change(self, name: str, value: Any) -> None:
        """Set something, with its effect at once."""
        if value != getattr(self.over.settings, name):
            self.over.set_setting(**{name: value})

    def typed(self, name: str, value: Any) -> None:
        """A number is being typed."""
        for line in self.lines.values():
            if line.panel is not None:
                line.panel.typed(name, value)

    def _changed(self, names: frozenset[str]) -> None:
        self._fill()
        self._look()

    def _fill(self) -> None:
        for line in self.lines.values():
            self._fill_line(line)

    def _fill_line(self, line: Line) -> None:
        settings = self.over.settings
        if line.panel is None:
            line.show_value(getattr(settings, line.setting.id))
        if line.setting.needs is not None:
            other, values = line.setting.needs
            line.set_useful(getattr(settings, other) in values)

    # The window's own events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self._narrow = self.width() < _NARROW_PX
        self._side.setVisible(not narrow)
        self.menu.setVisible(narrow)
        self.field.setMaximumWidth(self.width() if narrow else _FIELD_PX)
        for line in self.lines.values():
            line.set_narrow(narrow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.field.text():
                self.field.clear()
            else:
                self.close()
            return
        if event.key() == Qt.Key.Key_Slash:
            self.search()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)


def _ids(block: _Block) -> list[str]:
    return [setting.id for setting in block.settings]


class _Head(Pane):
    """The bar with the search field, and a hairline below it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        thin = 1 / self.devicePixelRatioF()
        painter.fillRect(QRectF(0, self.height() - thin, self.width(), thin), theme_of().line)
        painter.end()


class _Hairline(QWidget):
    """A line between two panes."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme_of().line)
        painter.end()
