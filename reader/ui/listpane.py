"""The middle pane: name and count, search, the list, and why it is empty."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from reader.ui.articles import ArticleModel, ArticleView
from reader.ui.buttons import Field, IconButton, Pane
from reader.ui.commands import Commands
from reader.ui.controls import Banner, EmptyState, HeaderBar

_TYPING_MS = 150


class SearchBar(Pane):
    """The field that takes the header's place while searching."""

    changed = Signal(str)
    left = Signal()
    down = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.AlternateBase, parent)
        self.field = Field(self.tr("Search all articles"), "search", self)
        self.field.setAccessibleName(self.tr("Search all articles"))
        self.field.setClearButtonEnabled(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addWidget(self.field)
        self._wait = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._wait.timeout.connect(lambda: self.changed.emit(self.field.text()))
        self.field.textEdited.connect(lambda _text: self._wait.start())
        self.field.returnPressed.connect(self._at_once)
        self.field.installEventFilter(self)

    def _at_once(self) -> None:
        self._wait.stop()
        self.changed.emit(self.field.text())
        self.down.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.down.emit()
                return True
        return super().eventFilter(watched, event)

    def start(self) -> None:
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def stop(self) -> None:
        self._wait.stop()
        self.field.clear()
        self.hide()


class ListPane(Pane):
    """364 px wide by default, at least 280."""

    def __init__(self, model: ArticleModel, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.AlternateBase, parent)
        self.setMinimumWidth(280)
        self.header = HeaderBar(QPalette.ColorRole.AlternateBase, self)
        self.back_button = IconButton("left", self.tr("Back to the sources"), self.header)
        self.back_button.hide()
        self.header.add_left(self.back_button)
        for name in ("search", "oldest-first", "unread-only", "mark-all"):
            button = IconButton(parent=self.header)
            button.setDefaultAction(commands[name])
            self.header.add_right(button)
        self.search = SearchBar(self)
        self.search.hide()
        self.banner = Banner(self)
        self.banner.hide()
        self.view = ArticleView(model, self)
        self.empty = EmptyState(self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, self.search, self.banner):
            column.addWidget(widget)
        column.addLayout(self._stack, 1)
        self.setFocusProxy(self.view)

    def set_empty(self, say: Callable[[EmptyState], None] | None) -> None:
        """Show the list, or, with ``say``, why there is none."""
        if say is None:
            self._stack.setCurrentWidget(self.view)
        else:
            say(self.empty)
            self._stack.setCurrentWidget(self.empty)
