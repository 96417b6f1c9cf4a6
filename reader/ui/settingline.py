"""One line of the settings window: what a setting is called and does, its default, and what it is set with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from reader.settings import Settings
from reader.ui import settingpages
from reader.ui.buttons import CAPTION, NOTE, RING_PX, UI_MEDIUM, IconButton, Text, is_low_dark
from reader.ui.lines import Block, Style
from reader.ui.mirroring import painter_of
from reader.ui.settingcontrols import Control, Told, make
from reader.ui.settingpages import Setting
from reader.ui.settingpanels import PANELS
from reader.ui.theme import theme_of

if TYPE_CHECKING:
    from reader.ui.settingswindow import SettingsWindow


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
