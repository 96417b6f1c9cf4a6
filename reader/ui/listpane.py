"""The middle pane: name and count, search, the list, and why it is empty."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from reader.model import Query
from reader.records import dataclass
from reader.ui.accessible import buttons_in_order
from reader.ui.articles import ArticleModel, ArticleView
from reader.ui.buttons import RING_PX, Field, IconButton, LinkButton, Pane, Text, draw_ring, is_low_dark
from reader.ui.commands import Commands
from reader.ui.controls import Banner, EmptyState, HeaderBar
from reader.ui.icons import draw_icon
from reader.ui.lines import Style
from reader.ui.mirroring import painter_of
from reader.ui.theme import theme_of

_TYPING_MS = 150


#: More results than this are not counted.
MOST_RESULTS = 10_000
_SMALL, _SMALL_MEDIUM = Style(12, 400, 16, tabular=True), Style(12, 500, 16)


@dataclass(frozen=True, slots=True)
class Scope:
    """A list that can be searched alone.

    Attributes:
        name: of the list, as people know it.
    """

    query: Query
    name: str


class _ScopeButton(LinkButton):
    """Where is searched, with a chevron: a menu chooses."""

    _CHEVRON, _MOST_PX = 14, 150

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent, role="ink2", style=_SMALL_MEDIUM)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(min(hint.width() + self._CHEVRON, self._MOST_PX), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        room = self.width() - 2 * RING_PX - self._CHEVRON
        block = self._lines.lay(self.text(), _SMALL_MEDIUM, room, lighter=is_low_dark(theme, ratio))
        painter = painter_of(self)
        ink = theme.ink if self.underMouse() else theme.ink2
        block.draw(painter, RING_PX, RING_PX, ink, ratio=ratio)
        draw_icon(painter, "down", int(RING_PX + block.width + 2), RING_PX + 2, 12, ink)
        if self.hasFocus():
            ring = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
            draw_ring(painter, ring, 4, theme)
        painter.end()


class SearchBar(Pane):
    """The field below the header while searching; under it how many were found, where, and a way to keep the search."""

    changed = Signal(str)
    left = Signal()
    down = Signal()
    started = Signal()
    #: A key changed the text: what is searched for now is not wanted any more.
    typing = Signal()
    #: Another scope was chosen.
    scoped = Signal()

    def __init__(self, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.AlternateBase, parent)
        self.field = Field(self.tr("Search all articles"), "search", self)
        self.field.setClearButtonEnabled(True)
        self._scope: Scope | None = None
        self._inside = False
        self._count = Text("", _SMALL, "ink3", max_lines=1, parent=self)
        self.scope_button = _ScopeButton(self)
        self.scope_button.clicked.connect(self.choose_scope)
        self.save_button = IconButton("smart", parent=self)
        self.save_button.setDefaultAction(commands["save-search"])
        below = QHBoxLayout()
        below.setContentsMargins(20, 0, 2, 0)  # where the rows' text begins
        below.setSpacing(6)
        below.addWidget(self._count, 1)
        below.addWidget(self.scope_button)
        below.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 2)
        column.setSpacing(2)
        column.addWidget(self.field)
        column.addLayout(below)
        self._wait = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._wait.timeout.connect(lambda: self.changed.emit(self.field.text()))
        self.field.textEdited.connect(self._edited)
        self.field.returnPressed.connect(self._at_once)
        self.field.installEventFilter(self)
        self.set_scope(None)

    def _edited(self) -> None:
        self.typing.emit()
        self._wait.start()

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
                if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                    self.choose_scope()
                else:
                    self.down.emit()
                return True
        return super().eventFilter(watched, event)

    def start(self) -> None:
        if self.isHidden():
            self.started.emit()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def stop(self) -> None:
        self._wait.stop()
        self.field.clear()
        self.set_results(None)
        self.hide()

    # Where

    def set_scope(self, scope: Scope | None) -> None:
        """Which list can be searched alone; everything is searched until that is chosen."""
        self._scope = scope
        self._choose(False)

    def chosen(self) -> Query | None:
        """The list that is searched alone; None: everything."""
        return self._scope.query if self._scope is not None and self._inside else None

    def choose_everywhere(self) -> None:
        """Search everything from now on."""
        self._choose(False)
        self.scoped.emit()

    def choose_scope(self) -> None:
        """Open the menu of what can be searched."""
        if self._scope is None:
            return
        from reader.ui import menustyle

        menu = menustyle.menu(self)
        for inside, text in ((False, self._everywhere()), (True, self._in(self._scope))):
            action = menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(inside == self._inside)
            action.triggered.connect(lambda _checked=False, inside=inside: self._choose(inside, told=True))
        menu.popup(self.scope_button.mapToGlobal(QPoint(RING_PX, self.scope_button.height())))

    def _choose(self, inside: bool, *, told: bool = False) -> None:
        self._inside = inside and self._scope is not None
        text = self._in(self._scope) if self._scope is not None and self._inside else self._everywhere()
        self.scope_button.setText(text)
        self.scope_button.setAccessibleName(self.tr("Where to search: {where}").format(where=text))
        self.scope_button.updateGeometry()
        self.scope_button.setVisible(self._scope is not None)
        hint = self.tr("Search in “{list}”").format(list=self._scope.name) if self._scope and self._inside else ""
        self.field.setPlaceholderText(hint or self.tr("Search all articles"))
        self.field.setAccessibleName(self.field.placeholderText())
        if told:
            self.scoped.emit()

    def _everywhere(self) -> str:
        return self.tr("Everywhere")

    def _in(self, scope: Scope) -> str:
        return self.tr("In: {list}").format(list=scope.name)

    # How many

    def set_results(self, count: int | None) -> None:
        """How many articles were found; None while nothing is known."""
        number = QLocale().toString
        if count is None:
            text = ""
        elif count > MOST_RESULTS:
            text = self.tr("More than {count} results").format(count=number(MOST_RESULTS))
        elif count == 1:
            text = self.tr("1 result")
        else:
            text = self.tr("{count} results").format(count=number(count)) if count else self.tr("No results")
        self._count.setText(text)


class ListPane(Pane):
    """364 px wide by default, at least 280."""

    def __init__(self, model: ArticleModel, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.AlternateBase, parent)
        self.setMinimumWidth(280)
        self.header = HeaderBar(QPalette.ColorRole.AlternateBase, self)
        self.back_button = IconButton("left", self.tr("Back to the sources"), self.header)
        self.back_button.hide()
        self.header.add_left(self.back_button)
        self.sort_button = IconButton("sort", self.tr("Sort"), self.header)
        buttons = {name: IconButton(parent=self.header) for name in ("search", "unread-only", "mark-all")}
        for name, button in buttons.items():
            button.setDefaultAction(commands[name])
        in_right = (buttons["search"], self.sort_button, buttons["unread-only"], buttons["mark-all"])
        self.header.add_right(*in_right)
        buttons_in_order(self.back_button, *in_right)
        self.search = SearchBar(commands, self)
        self.search.hide()
        self.banner = Banner(self)
        self.banner.hide()
        self.view = ArticleView(model, self)
        self.empty = EmptyState(self)
        self._to_focus = False
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, self.search, self.banner):
            column.addWidget(widget)
        column.addLayout(self._stack, 1)

    def focus_when_shown(self) -> None:
        """Give the list the focus as soon as it has rows: while it has none, it is hidden and cannot take it."""
        self._to_focus = True

    def set_empty(self, say: Callable[[EmptyState], None] | None) -> None:
        """Show the list, or, with ``say``, why there is none."""
        if say is None:
            self._stack.setCurrentWidget(self.view)
            if self._to_focus and not isinstance(self.window().focusWidget(), QLineEdit):  # nobody types elsewhere
                self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self._to_focus = False
        else:
            say(self.empty)
            self._stack.setCurrentWidget(self.empty)
