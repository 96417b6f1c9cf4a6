"""The settings: pages at the left, one search over all of them, and every change with its effect at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
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

from reader.settings import Settings
from reader.ui import settingpages
from reader.ui.buttons import (
    CAPTION,
    EMPTY_TITLE,
    NOTE,
    RING_PX,
    UI_MEDIUM,
    Field,
    IconButton,
    Pane,
    Text,
    draw_box,
    draw_ring,
    is_low_dark,
)
from reader.ui.icons import draw_icon
from reader.ui.lines import Block, Lines, Style
from reader.ui.mirroring import painter_of
from reader.ui.scrollbar import overlay
from reader.ui.settingcontrols import Control, LiveChoice, Told, make
from reader.ui.settingpages import Page, Setting
from reader.ui.settingpanels import PANELS
from reader.ui.theme import theme_of

if TYPE_CHECKING:
    from reader.ui.window import Window

_SIDE_PX, _COLUMN_PX = 204, 680
_FIELD_PX = 360
#: Narrower than this the pages are a menu, and controls stand below their words.
_NARROW_PX = 620
_NAV, _NAV_CHOSEN = Style(13, 400, 20), Style(13, 600, 20)


class Marked(Text):
    """A text with the words of the search marked."""

    def __init__(self, text: str, style: Style, role: str) -> None:
        super().__init__(text, style, role)
        self._terms: tuple[str, ...] = ()
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        self.setSizePolicy(policy)

    def set_terms(self, terms: tuple[str, ...]) -> None:
        """The words to mark."""
        if terms != self._terms:
            self._terms = terms
            self.update()

    def _block(self, width: int) -> Block:
        theme = theme_of()
        return self._lines.lay(
            self.text(), self._style, width, max_lines=50, lighter=is_low_dark(theme, self.devicePixelRatioF()),
            terms=self._terms, hit_ink=theme.hit_ink,
        )  # fmt: skip

    def heightForWidth(self, width: int) -> int:
        return max(self._block(width).height, self._style.height)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        ink = theme.color(self._role) if self.isEnabled() else theme.ink3
        painter = painter_of(self)
        self._block(self.width()).draw(painter, 0, 0, ink, theme.hit, self.devicePixelRatioF())
        painter.end()


class Line(QWidget):
    """One setting: what it is called and does, its default, and what it is set with."""

    def __init__(self, setting: Setting, value: Any, window: SettingsWindow) -> None:
        super().__init__()
        self.setting, self._window = setting, window
        self.setObjectName(setting.id)
        self.label = Marked(setting.label, UI_MEDIUM, "ink")
        self.about = Marked(setting.about, NOTE, "ink3")
        self.note = Text("", NOTE, "warn")
        self.note.hide()
        self.reset = IconButton("undo", self.tr("Back to the default"), size=16, side=24)
        self.reset.clicked.connect(self._reset)
        self.reset.hide()
        self.panel = PANELS[setting.id](window.over) if setting.kind == "panel" else None
        self.control = self._control(value)
        self._lay_out()
        self.show_value(value)

    def _control(self, value: Any) -> Control:
        if self.panel is not None:
            return Control(self.panel, lambda _value: None, below=True)
        name = self.setting.id
        return make(
            self.setting,
            value,
            Told(lambda new: self._window.change(name, new), lambda new: self._window.typed(name, new), self._wrong),
        )

    def _lay_out(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(self.label)
        text.addWidget(self.about)
        if self.panel is None:
            default = self.tr("Default: {value}").format(value=settingpages.default_text(self.setting))
            text.addWidget(Marked(default, CAPTION, "ink3"))
        self._beside = QHBoxLayout()
        self._beside.setSpacing(8)
        self._beside.addLayout(text, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 9, 0, 10)
        self._column.setSpacing(4)
        self._column.addLayout(self._beside)
        self._column.addWidget(self.note)
        self._under: bool | None = None
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Whether the control stands below the words."""
        under = narrow or self.control.below
        if under == self._under:
            return
        self._under = under
        for part in (self.reset, self.control.widget):
            self._beside.removeWidget(part)
            self._column.removeWidget(part)
        if not under:
            for part in (self.reset, self.control.widget):
                self._beside.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
            return
        self._beside.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
        sides = Qt.AlignmentFlag(0) if self.control.below else Qt.AlignmentFlag.AlignLeading
        self._column.insertWidget(1, self.control.widget, 0, sides)

    def show_value(self, value: Any) -> None:
        """Stand at a value."""
        if self.panel is None:
            self.control.show(value)
            self.reset.setVisible(value != getattr(Settings(), self.setting.id))

    def set_useful(self, useful: bool) -> None:
        """Whether it has a meaning beside the other settings."""
        for part in (self.control.widget, self.reset, self.label, self.about):
            part.setEnabled(useful)

    def set_terms(self, terms: tuple[str, ...]) -> None:
        """The words to mark."""
        self.label.set_terms(terms)
        self.about.set_terms(terms)

    def _reset(self) -> None:
        self._wrong("")
        self._window.change(self.setting.id, getattr(Settings(), self.setting.id))
        self.control.widget.setFocus()

    def _wrong(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        thin = 1 / self.devicePixelRatioF()
        painter.fillRect(QRectF(0, self.height() - thin, self.width() - RING_PX, thin), theme_of().line2)
        painter.end()


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
    """The lines of one page below its name."""

    def __init__(self, page: Page, lines: Sequence[Line]) -> None:
        super().__init__()
        self.page, self.lines = page, tuple(lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 14)
        column.setSpacing(0)
        column.addWidget(Text(page.title, EMPTY_TITLE, "ink", max_lines=1))
        column.addSpacing(4)
        for line in lines:
            column.addWidget(line)


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
        self.resize(880, 640)
        self._pages = settingpages.pages()
        self._finds = settingpages.finder(self._pages)
        self._page = self._pages[0].id
        self._make_parts()
        self._lay_out()
        self._fill()
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
        shown = self.over.settings
        self.blocks: dict[str, _Block] = {}
        self.lines: dict[str, Line] = {}
        for page in self._pages:
            lines = [
                Line(setting, getattr(shown, setting.id, None), self)
                for setting in settingpages.settings()
                if setting.page == page.id
            ]
            self.lines.update({line.setting.id: line for line in lines})
            self.blocks[page.id] = _Block(page, lines)

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

    # What is shown

    def show_page(self, name: str) -> None:
        """Show one page."""
        self._page = name
        self._nav[name].setChecked(True)
        self.menu.show_value(name)
        if settingpages.terms(self.field.text()):
            return
        for block in self.blocks.values():
            for line in block.lines:
                line.setVisible(True)
                line.set_terms(())
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
        terms = settingpages.terms(text)
        found = {line.setting.id for line in self.lines.values() if self._finds(line.setting, terms)}
        for name, block in self.blocks.items():
            hits = [line for line in block.lines if line.setting.id in found]
            self._nav[name].found = len(hits) if terms else None
            self._nav[name].update()
            if terms:
                block.setVisible(bool(hits))
                for line in block.lines:
                    line.setVisible(line in hits)
                    line.set_terms(terms)
        self.none.setVisible(bool(terms) and not found)
        if terms:
            self._area.verticalScrollBar().setValue(0)
            self._look()
        else:
            self.show_page(self._page)

    def _look(self) -> None:
        """The panels on show tell what is so now."""
        if self.isVisible():
            for line in self.lines.values():
                if line.panel is not None and not line.isHidden() and not self.blocks[line.setting.page].isHidden():
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
        settings = self.over.settings
        for name, line in self.lines.items():
            if line.panel is None:
                line.show_value(getattr(settings, name))
            if line.setting.needs is not None:
                other, values = line.setting.needs
                line.set_useful(getattr(settings, other) in values)

    # The window's own events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW_PX
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
