"""The command palette: a field over the window that finds commands, settings, views, sources, tags and articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QPalette,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QSizePolicy, QVBoxLayout, QWidget

from reader.ui import finding, keys
from reader.ui.buttons import CAPTION, is_low_dark
from reader.ui.finding import Finder, Hit, Kind, Prepared
from reader.ui.fonts import font
from reader.ui.icons import draw_icon
from reader.ui.lanes import Ticket, patient
from reader.ui.lines import Lines
from reader.ui.mirroring import painter_of
from reader.ui.overlay import Overlay
from reader.ui.palettepaint import HEADING_PX, HIT_ROLE, ROW_PX, HitDelegate
from reader.ui.scrollbar import overlay
from reader.ui.theme import theme_of

if TYPE_CHECKING:
    from reader.ui.window import Window

_WIDTH_PX, _TOP_PX, _FIELD_PX, _FOOT_PX = 600, 112, 52, 30
#: A list longer than this scrolls.
_MOST_PX = 420
#: The search in texts waits for a pause in typing; names are looked through at each key.
_TYPING_MS = 90
#: Then it has been painted: what makes names ready does not share its frame.
_PAINTED_MS = 30
_RECENT = 8
#: A prefix alone lists so many of each kind.
_MOST_UNASKED = 200

Index = QModelIndex | QPersistentModelIndex


class HitModel(QAbstractListModel):
    """Headings (texts) and hits, from top to bottom."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[str | Hit] = []

    def put(self, rows: Sequence[str | Hit]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def hit(self, row: int) -> Hit | None:
        """The hit of a row; None for a heading."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, Hit) else None

    def hits(self) -> list[int]:
        """The rows that can be chosen."""
        return [n for n, row in enumerate(self._rows) if isinstance(row, Hit)]

    def height(self) -> int:
        return sum(ROW_PX if isinstance(row, Hit) else HEADING_PX for row in self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.hit(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == HIT_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row if isinstance(row, str) else row.item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row if isinstance(row, str) else spoken(row)
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, ROW_PX if isinstance(row, Hit) else HEADING_PX)
        return None


def spoken(hit: Hit) -> str:
    """A hit as it is read out."""
    item = hit.item
    return ", ".join(filter(None, (item.title, item.note, keys.native(item.keys) if item.keys else "")))


class _Foot(QWidget):
    """What the prefixes mean, and what Ctrl+Enter does to the chosen row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(_FOOT_PX)
        self._lines = Lines(limit=16)
        self._second = ""

    def set_second(self, name: str) -> None:
        key = QKeySequence(Qt.KeyboardModifier.ControlModifier | Qt.Key.Key_Return)
        text = f"{key.toString(QKeySequence.SequenceFormat.NativeText)}  {name}" if name else ""
        if text != self._second:
            self._second = text
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = theme_of(), self.devicePixelRatioF()
        lighter = is_low_dark(theme, ratio)
        painter = painter_of(self)
        painter.fillRect(0, 0, self.width(), 1, theme.line)
        second = self._lines.lay(self._second, CAPTION, self.width() / 2, lighter=lighter)
        second.draw(painter, self.width() - 18 - second.width, 9, theme.ink3, ratio=ratio)
        x, room = 18.0, self.width() - second.width - 52
        for sign, meaning in ((">", self.tr("commands")), ("@", self.tr("sources")), ("#", self.tr("tags"))):
            hint = self._lines.lay(f"{sign} {meaning}", CAPTION, room, lighter=lighter)
            hint.draw(painter, x, 9, theme.ink3, ratio=ratio)
            x, room = x + hint.width + 20, room - hint.width - 20
        painter.end()


class _Query(QLineEdit):
    """The field: large, without a frame, an icon before it, a hairline below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setFixedHeight(_FIELD_PX)
        self.setFont(font(16))
        left, right = (18, 48) if self.isRightToLeft() else (48, 18)
        self.setTextMargins(left, 0, right, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        clear = QPalette()
        clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(clear)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = theme_of()
        painter = painter_of(self)
        draw_icon(painter, "search", 18, (_FIELD_PX - 20) / 2, 20, theme.ink2)
        painter.fillRect(0, _FIELD_PX - 1, self.width(), 1, theme.line)
        painter.end()


class Palette(Overlay):
    """Opened by its command, closed by it, by Esc, by a click beside it, or by doing what was chosen."""

    def __init__(self, window: Window, over: QWidget) -> None:
        super().__init__(over, _WIDTH_PX, _TOP_PX)
        self._window, self._finder = window, Finder(window)
        self._lane = window.lanes.read
        self._commands = self._settings = self._places = self._tags = Prepared((), (), ())
        self._found: dict[Kind, list[Hit]] = {}
        self._ticket: Ticket | None = None
        self.setAccessibleName(self.tr("Command palette"))
        self.field = _Query(self.panel)
        self.field.setPlaceholderText(self.tr("Find commands, sources, tags, articles and settings"))
        self.field.setAccessibleName(self.tr("Command palette"))
        self.field.setAccessibleDescription(self.field.placeholderText())
        self.field.installEventFilter(self)
        self.begin = self.field
        self.model = HitModel(self)
        self.view = QListView(self.panel)
        self._set_up_view()
        self.foot = _Foot(self.panel)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(self.field)
        column.addWidget(self.view, 1)
        column.addWidget(self.foot)
        self._wait = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._wait.timeout.connect(self._ask_articles)
        self.field.textChanged.connect(self._typed)

    def _set_up_view(self) -> None:
        view = self.view
        view.setAccessibleName(self.tr("Found"))
        view.setModel(self.model)
        view.setItemDelegate(HitDelegate(self._window.favicons, view))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setMouseTracking(True)
        view.viewport().setBackgroundRole(QPalette.ColorRole.Light)  # the token of what floats
        view.viewport().setAutoFillBackground(True)
        view.clicked.connect(lambda index: self._act(index.row(), second=False))
        view.selectionModel().currentChanged.connect(self._moved)
        overlay(view)

    # Opening

    def toggle(self) -> None:
        """Open, or close."""
        if self.isVisible():
            self.leave()
        else:
            self.show()

    def showEvent(self, event: QShowEvent) -> None:
        self._commands = Prepared.of(list(self._finder.commands()))
        self._found = {}
        self.field.clear()
        self._put()
        super().showEvent(event)
        QTimer.singleShot(_PAINTED_MS, self, self._prepare)

    def leave(self) -> None:
        """Close; what is still looked for is dropped."""
        self._wait.stop()
        self._cancel()
        super().leave()

    def _prepare(self) -> None:
        """Make ready what may be typed next, off the GUI thread: thousands of names take longer than a frame."""
        if not self.isVisible():
            return
        places, finder = self._finder.places(), self._finder

        def made(prepared: tuple[Prepared, Prepared]) -> None:
            self._places, self._settings = prepared
            self._look_again()

        def tagged(prepared: Prepared) -> None:
            self._tags = prepared
            self._look_again()

        self._lane.run(lambda: (Prepared.of(list(places)), Prepared.of(list(finder.settings()))), made)
        self._lane.run(patient(lambda: Prepared.of(finder.tags())), tagged, lambda error: None)

    def _look_again(self) -> None:
        if self.isVisible() and self.field.text():
            self._typed()

    # Finding

    def _typed(self) -> None:
        """Look through names now, through titles of articles in a moment."""
        self._cancel()
        _, pattern = finding.split(self.field.text())
        kept = self._found.get("article", [])
        self._found = {}
        if pattern:
            recent = self._window.settings.recent_commands
            for prepared in (self._commands, self._settings, self._places, self._tags):
                for hit in prepared.best(pattern, finding.most("source", "@"), recent):
                    self._found.setdefault(hit.item.kind, []).append(hit)
            # What was found a key ago stays until the answer comes: the list does not jump.
            self._found["article"] = kept
            self._wait.start()
        self._put()

    def _ask_articles(self) -> None:
        prefix, pattern = finding.split(self.field.text())
        if prefix or not pattern:
            self._answer([])
            return
        self._ticket = self._lane.run(
            patient(lambda: self._finder.articles(pattern)), self._answer, lambda error: self._answer([])
        )

    def _answer(self, hits: list[Hit]) -> None:
        if hits != self._found.get("article"):
            self._found["article"] = hits
            self._put(keep=True)

    def _cancel(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None

    def _sections(self) -> Iterable[tuple[str, list[Hit]]]:
        prefix, pattern = finding.split(self.field.text())
        headings = finding.headings()
        if not pattern:
            yield from self._unasked(prefix, headings)
            return
        kinds = finding.PREFIXES.get(prefix, tuple(headings))
        found = [(kind, self._found.get(kind, [])[: finding.most(kind, prefix)]) for kind in kinds]
        for kind, hits in sorted((each for each in found if each[1]), key=lambda each: -each[1][0].score):
            yield headings[kind], hits

    def _unasked(self, prefix: str, headings: dict[Kind, str]) -> Iterable[tuple[str, list[Hit]]]:
        """Nothing is typed: what was done lately, then everything that a prefix asks for."""
        kinds = finding.PREFIXES.get(prefix, ("command", "view"))
        prepared = (self._commands, self._settings, self._places, self._tags) if prefix else (self._commands,)
        items = [item for each in prepared for item in each.items if item.kind in kinds]
        if not prefix:
            named = {item.id: item for item in items}
            lately = [named[name] for name in self._window.settings.recent_commands if name in named]
            if lately:
                yield self.tr("Recent"), [Hit(item) for item in lately]
            items = [item for item in items if item not in lately]
        for kind in kinds:
            hits = [Hit(item) for item in items if item.kind == kind]
            if hits:
                yield headings[kind], hits[:_MOST_UNASKED]

    def _put(self, *, keep: bool = False) -> None:
        """Show what was found; with ``keep`` the chosen row stays chosen."""
        chosen = self.model.hit(self.view.currentIndex().row())
        rows: list[str | Hit] = []
        for heading, hits in self._sections():
            rows += [heading, *hits]
        if not rows and self.field.text().strip():
            rows = [self.tr("Nothing found")]
        self.model.put(rows)
        places = self.model.hits()
        again = [n for n in places if keep and chosen and getattr(self.model.hit(n), "item", None) == chosen.item]
        self.view.scrollToTop()
        self._choose((again or places or [-1])[0])
        if self.isVisible():
            self.place()

    def height_wanted(self, most_px: int) -> int:
        return min(most_px, _FIELD_PX + min(self.model.height() + 8, _MOST_PX) + _FOOT_PX)

    # Choosing

    def _choose(self, row: int) -> None:
        self.view.setCurrentIndex(self.model.index(row, 0))
        if row in self.model.hits()[:1]:
            self.view.scrollToTop()  # with its heading

    def _moved(self, current: Index) -> None:
        hit = self.model.hit(current.row())
        self.foot.set_second(hit.item.second_name if hit is not None and hit.item.second is not None else "")
        if hit is not None and self.isVisible():
            places = self.model.hits()
            where = self.tr("{n} of {count}").format(n=places.index(current.row()) + 1, count=len(places))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, f"{spoken(hit)}, {where}"))

    def _step(self, by: int) -> None:
        places = self.model.hits()
        if places:
            row = self.view.currentIndex().row()
            here = places.index(row) if row in places else -1
            self._choose(places[(here + by) % len(places)] if abs(by) == 1 else places[_within(here + by, places)])

    def _act(self, row: int, *, second: bool) -> None:
        hit = self.model.hit(row)
        if hit is None or (second and hit.item.second is None):
            return
        self.leave()
        item = hit.item
        if item.id in self._window.commands.actions:
            recent = (item.id, *(name for name in self._window.settings.recent_commands if name != item.id))
            self._window.set_setting(recent_commands=recent[:_RECENT])
        # Later, when the focus is back where it was: a command may ask where that is.
        act = item.second if second and item.second is not None else item.act
        QTimer.singleShot(0, self._window, act)

    def passes(self, event: QKeyEvent) -> bool:
        """The palette's own key, which closes it, unless it types something."""
        control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
        types = event.text().isprintable() and event.text() != "" and not event.modifiers() & control
        return not types and QKeySequence(event.keyCombination()) in self._window.commands["palette"].shortcuts()

    # Qt's events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and watched is self.field:
            if event.type() == QEvent.Type.ShortcutOverride:
                # Asked before the field, which would take Ctrl+K itself, to delete what follows.
                event.setAccepted(not self.passes(event))
                return True
            elif event.type() == QEvent.Type.KeyPress:
                return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        page = max(1, self.view.height() // ROW_PX - 1)
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
        by = steps.get(Qt.Key(event.key()))
        if by is not None:
            self._step(by)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            second = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._act(self.view.currentIndex().row(), second=second)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return False
        return True


def _within(place: int, of: Sequence[object]) -> int:
    return max(0, min(place, len(of) - 1))
