"""The right pane: its buttons, the find bar, and the viewer, which is made when the list is on screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from reader.model import Row
from reader.ui.accessible import buttons_in_order
from reader.ui.buttons import RING_PX, Field, IconButton, Pane, Text, draw_box, draw_shadow
from reader.ui.commands import Commands
from reader.ui.controls import EmptyState, HeaderBar
from reader.ui.icons import icon
from reader.ui.lines import Style
from reader.ui.mirroring import mirrored
from reader.ui.theme import theme_of

_COUNT = Style(12, 400, 16, tabular=True)

#: Commands that lead on where no article is open.
_LEADING_ON = ("next-unread", "palette", "keys")
#: Commands on the open article that only one of the library knows.
_OF_LIBRARY = (
    "read",
    "bookmark",
    "tags",
    "open-original",
    "copy-link",
    "next-form",
    "load-pictures",
    "picture-doctor",
)


class FindBar(QWidget):
    """Find in the article: 370 by 44, top right, over the page."""

    #: text, backward
    wanted = Signal(str, bool)
    closed = Signal()
    _SHADOW = 20

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = Field(self.tr("Find in the article"), "search", self)
        self._count = Text("", _COUNT, "ink3", max_lines=1, parent=self)
        self._count.setMinimumWidth(52)
        up = IconButton("up", self.tr("Previous match"), self)
        down = IconButton("down", self.tr("Next match"), self)
        close = IconButton("close", self.tr("Close"), self, size=16)
        row = QHBoxLayout(self)
        side = self._SHADOW
        row.setContentsMargins(side + 8 - RING_PX, side, side + 6, side)
        row.setSpacing(2)
        row.addWidget(self.field, 1)
        for widget in (self._count, up, down, close):
            row.addWidget(widget)
        self.setFixedSize(370 + 2 * side, 44 + 2 * side)
        self.field.textEdited.connect(lambda text: self.wanted.emit(text, False))
        self.field.installEventFilter(self)
        up.clicked.connect(lambda: self.wanted.emit(self.field.text(), True))
        down.clicked.connect(lambda: self.wanted.emit(self.field.text(), False))
        close.clicked.connect(self.leave)
        self.hide()

    def start(self) -> None:
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def leave(self) -> None:
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def set_count(self, which: int, of: int) -> None:
        if not self.field.text():
            self._count.setText("")
        else:
            self._count.setText(self.tr("{n} of {all}").format(n=which, all=of) if of else self.tr("none"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.wanted.emit(self.field.text(), back)
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        box = self.rect().adjusted(self._SHADOW, self._SHADOW, -self._SHADOW, -self._SHADOW).toRectF()
        painter = QPainter(self)
        draw_shadow(painter, box, 10)
        draw_box(painter, box, 10, theme.pop, theme.line)
        painter.end()


class ArticlePane(Pane):
    """The article with its header. The window sets its least width."""

    def __init__(self, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.Base, parent)
        self._title = ""
        self._commands = commands
        self.header = HeaderBar(QPalette.ColorRole.Base, self, hairline=False, quiet=True)
        self.look_button = IconButton("aa", self.tr("Text and theme"))
        self.find_button = self._button(commands, "find")
        self.form_button = self._button(commands, "next-form")
        self.read_button = IconButton("read", self.tr("Mark as read or unread"))
        self.bookmark_button = IconButton("bookmark", self.tr("Bookmark"))
        self.tag_button = self._button(commands, "tags")
        self.read_button.clicked.connect(commands["read"].trigger)
        self.bookmark_button.clicked.connect(commands["bookmark"].trigger)
        self.back_button = IconButton("left", self.tr("Back to the list"), self.header)
        self.back_button.hide()
        self.header.add_left(self.back_button, self.form_button, self.look_button, self.find_button)
        self.header.add_right(self.read_button, self.bookmark_button, self.tag_button)
        self.more_button = IconButton("more", self.tr("More"), self.header)
        self._buttons = [
            self.form_button,
            self.find_button,
            self.read_button,
            self.bookmark_button,
            self.tag_button,
            self._button(commands, "open-original"),
            self._button(commands, "copy-link"),
            self.more_button,
        ]
        self.header.add_right(*self._buttons[5:], gap_px=16)
        buttons_in_order(self.back_button, self.form_button, self.look_button, *self._buttons[1:])
        self.empty = EmptyState(self, role=QPalette.ColorRole.Base)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self._stack, 1)
        self.finder = FindBar(self)
        self._viewer: QWidget | None = None
        self._several: QWidget | None = None
        self.set_row(None)

    def _button(self, commands: Commands, name: str) -> IconButton:
        button = IconButton(parent=self.header)
        button.setDefaultAction(commands[name])
        return button

    def set_viewer(self, viewer: QWidget) -> None:
        """Take in the viewer."""
        self._viewer = viewer
        self._stack.addWidget(viewer)

    def set_several(self, several: QWidget) -> None:
        """Take in what is shown while several articles are selected."""
        self._several = several
        self._stack.addWidget(several)

    def show_several(self) -> None:
        """Say how many are selected, and what can be done with them."""
        if self._several is not None:
            self._stack.setCurrentWidget(self._several)

    def leave_several(self) -> None:
        """One article is selected again: until it has come, the pane is as it was before."""
        if self._stack.currentWidget() is self._several:
            self._stack.setCurrentWidget(self.empty)

    def show_viewer(self) -> None:
        if self._viewer is not None:
            self._stack.setCurrentWidget(self._viewer)

    def show_empty(self, say: Callable[[EmptyState], None]) -> None:
        """Say why there is no article."""
        say(self.empty)
        self.finder.leave()
        self._stack.setCurrentWidget(self.empty)
        self.header.set_title("")
        self.header.set_hairline(False)

    def hints(self) -> list[tuple[str, str]]:
        """The keys that lead on from here, as they are bound now, and what they do."""
        bound, actions = self._commands.bound, self._commands.actions
        return [(bound[name][0], actions[name].text()) for name in _LEADING_ON if bound[name]]

    def set_row(self, row: Row | None) -> None:
        """The article that the buttons are about."""
        self._title = row.title if row else ""
        self.look_button.setVisible(row is not None)
        of_library = row is None or row.key >= 0  # the manual can be found in, and that is all
        for name in _OF_LIBRARY:
            self._commands[name].setEnabled(of_library)
        for button in self._buttons:
            button.setVisible(row is not None and (of_library or button is self.find_button))
        if row is not None:
            self.bookmark_button.setIcon(icon("bookmark-fill", "mark") if row.bookmarked else icon("bookmark"))
            name = self.tr("Remove the bookmark") if row.bookmarked else self.tr("Bookmark")
            self.bookmark_button.set_text(name, "S")
            self.read_button.setIcon(icon("read") if row.read else icon("unread", "accent"))
            text = self.tr("Mark as unread") if row.read else self.tr("Mark as read")
            self.read_button.set_text(text, "M")

    def set_scrolled(self, scrolled: bool) -> None:
        """Once scrolled, the title and a hairline appear above."""
        self.header.set_title(self._title if scrolled else "")
        self.header.set_hairline(scrolled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = FindBar._SHADOW
        corner = QPoint(self.width() - self.finder.width() - 16 + side, self.header.height() + 8 - side)
        self.finder.move(mirrored(self, QRect(corner, self.finder.size())).topLeft())
