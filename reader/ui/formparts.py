"""Parts of a form: fields for a folder and a number, a choice, a switch, lines that name one, headings, buttons."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QIntValidator, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCompleter,
    QDialog,
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reader.ui import menustyle
from reader.ui.buttons import RING_PX, UI, Field, Text, draw_box, draw_ring, is_low_dark
from reader.ui.icons import draw_icon, icon
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import painter_of
from reader.ui.sourcemoves import tidy
from reader.ui.theme import faded, theme_of

_LABEL_PX = 150
_SECTION = Style(12, 600, 20)


def section(form: QVBoxLayout, title: str) -> None:
    """The heading of a group of fields."""
    form.addSpacing(10)
    form.addWidget(Text(title, _SECTION, "ink3", max_lines=1))


def ringed(part: QWidget | QLayout, *, both: bool = True) -> QHBoxLayout:
    """What keeps room for a focus ring around itself, with its own edge where texts begin, and end if ``both``."""
    row = QHBoxLayout()
    row.setSpacing(0)
    row.addSpacing(-RING_PX)
    if isinstance(part, QLayout):
        row.addLayout(part, 1)
    else:
        row.addWidget(part, 1)
    if both:
        row.addSpacing(-RING_PX)
    return row


def over_buttons(dialog: QDialog, content: QWidget, note: QWidget, *buttons: QWidget) -> None:
    """Lays a dialog out: what it shows, and below it a note and the buttons."""
    row = QHBoxLayout()
    row.setContentsMargins(22, 8, 22, 12)  # as the content of most dialogs has
    row.setSpacing(8 - 2 * RING_PX)
    row.addWidget(note, 1)
    row.addStretch(0)
    for button in buttons:
        row.addWidget(button)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(content, 1)
    column.addLayout(row)


class FolderField(Field):
    """A folder of the sidebar: typed, completed, or chosen from a menu."""

    def __init__(self, folders: Sequence[str], placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(placeholder, "folder", parent)
        self._folders = tuple(folders)
        completer = QCompleter(list(folders), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        if folders:
            choose = QAction(icon("down"), self.tr("Choose a folder"), self)
            choose.triggered.connect(self.choose)
            self.addAction(choose, Field.ActionPosition.TrailingPosition)

    def choose(self) -> None:
        """Open the menu of the folders."""
        menu = menustyle.menu(self)
        for path in ("", *self._folders):
            action = menu.addAction(path.replace("&", "&&") or self.tr("No folder"))
            action.triggered.connect(lambda _checked=False, path=path: self.setText(path))
        menu.popup(self.mapToGlobal(QPoint(RING_PX, self.height())))

    def folder(self) -> str:
        """The path; what is not one of the known ones is made tidy: "A/B" is B in A."""
        text = self.text().strip()
        return text if text in self._folders else tidy(text)


class Choice(QAbstractButton):
    """One of several, shown as a button with a chevron; a menu, the arrows and Space choose.

    Args:
        choices: value and text of each.
    """

    def __init__(
        self, choices: Sequence[tuple[object, str]], value: object, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choices, self._value, self._name = tuple(choices), value, name
        self._lines = Lines(limit=8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        self.set_value(value)

    def value(self) -> object:
        return self._value

    def set_value(self, value: object) -> None:
        """Choose; a value that is none of the choices shows the first one and stays."""
        self._value = value
        self.setText(next((text for each, text in self._choices if each == value), self._choices[0][1]))
        self.setAccessibleName(f"{self._name}: {self.text()}")
        self.update()

    def _open(self) -> None:
        menu = menustyle.menu(self)
        group = QActionGroup(menu)
        for value, text in self._choices:
            action = menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value == self._value)
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, value=value: self.set_value(value))
        menu.popup(self.mapToGlobal(QPoint(RING_PX, self.height())))

    def sizeHint(self) -> QSize:
        width = max(self._lines.lay(text, UI, 1000).width for _, text in self._choices)
        return QSize(ceil(width) + 46 + 2 * RING_PX, 28 + 2 * RING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        draw_box(painter, box, 6, theme.hover if self.underMouse() else theme.field, theme.line)
        text = self._lines.lay(self.text(), UI, box.width() - 40, lighter=is_low_dark(theme, ratio))
        text.draw(painter, box.left() + 10, box.top() + 4, theme.ink, ratio=ratio)
        draw_icon(painter, "down", box.right() - 24, box.top() + 6, 16, theme.ink2)
        if self.hasFocus():
            draw_ring(painter, box, 6, theme)
        painter.end()


class Switch(QAbstractButton):
    """On or off."""

    def __init__(self, on: bool, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(36 + 2 * RING_PX, 20 + 2 * RING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = theme_of(), self.isChecked()
        painter = painter_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        draw_box(
            painter, box, 10, theme.accent if on else faded(theme.ink3, 0.45), theme.line if theme.contrast else None
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.page if on or not theme.dark else theme.ink)
        painter.drawEllipse(QRectF(box.right() - 18 if on else box.left() + 2, box.top() + 2, 16, 16))
        if self.hasFocus():
            draw_ring(painter, box, 10, theme)
        painter.end()


class NumberField(Field):
    """A whole number, nothing for 0."""

    def __init__(self, value: int, most: int, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(placeholder, "", parent)
        self.setValidator(QIntValidator(0, most, self))
        self.setText(str(value) if value else "")
        self.setFixedWidth(96 + 2 * RING_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def value(self) -> int:
        return int(self.text() or 0)


def named(label: str, *parts: QWidget, note: str = "") -> QWidget:
    """A line of a form: its name at the left, what it sets beside it, and what that means."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    name = Text(label, UI, "ink2", max_lines=1)
    name.setFixedWidth(_LABEL_PX)
    row.addWidget(name)
    words_only = all(isinstance(part, Text) for part in parts)
    if words_only:
        row.setAlignment(name, Qt.AlignmentFlag.AlignTop)
    if parts and isinstance(parts[0], Text):  # fields and buttons have room for their focus ring before them
        row.addSpacing(RING_PX)
    for part in parts:
        row.addWidget(part)
        if isinstance(part, Text) and not words_only:
            row.setAlignment(part, Qt.AlignmentFlag.AlignVCenter)
    wide = any(part.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Expanding for part in parts)
    if note:
        row.addWidget(Text(note, UI, "ink3", max_lines=1), 1)
    elif not wide:
        row.addStretch(1)
    return line
