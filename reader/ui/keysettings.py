"""Choosing keys: every command with its keys, recorded by pressing them, what would clash told in the row itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from reader import fuzzy
from reader.settings import Settings
from reader.ui import keys
from reader.ui.buttons import NOTE, UI, Field, PushButton, Text, draw_box, draw_ring, is_low_dark
from reader.ui.caps import CAP_PX, CapPainter
from reader.ui.lines import Lines, Style
from reader.ui.scrollbar import overlay
from reader.ui.settingcontrols import LiveChoice
from reader.ui.theme import theme_of

if TYPE_CHECKING:
    from reader.ui.commands import Command, Commands

ROW_PX, HEADING_PX, _SAID_PX, _LIST_PX = 34, 30, 22, 360
#: A second stroke is waited for so long.
_SECOND_MS = 1000
#: So many of those that have a key are named.
_NAMED = 2
#: Where the keys stand in a row, of its width.
_KEYS_FROM = 0.6
_HEADING = Style(12, 600, 18)
_ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1

Index = QModelIndex | QPersistentModelIndex


class KeyModel(QAbstractListModel):
    """Headings (texts) and commands, as many as fit what is looked for."""

    def __init__(self, commands: Commands, parent: QObject) -> None:
        super().__init__(parent)
        self._commands = commands
        self._wanted = ""
        self.rows: list[str | Command] = []
        self.said: dict[str, str] = {}
        self.find("")

    def find(self, wanted: str) -> None:
        """Show the commands whose name, heading or keys hold this."""
        self._wanted = wanted
        self.beginResetModel()
        self.rows = []
        for command in self._commands.table:
            bound = map(keys.native, self._commands.bound[command.id])
            if any(fuzzy.matches(wanted, text) for text in (command.text, command.group, *bound)):
                if not any(row == command.group for row in self.rows):
                    self.rows.append(command.group)
                self.rows.append(command)
        self.endResetModel()

    def renew(self) -> None:
        """Keys, or what is said of them, are other ones."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0))

    def command(self, index: Index) -> Command | None:
        row = self.rows[index.row()] if 0 <= index.row() < len(self.rows) else None
        return None if isinstance(row, str) else row

    def place(self, command: str) -> int:
        """The row of a command, -1 when it is not shown."""
        return next((n for n, row in enumerate(self.rows) if not isinstance(row, str) and row.id == command), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if self.command(index) is not None else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == _ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.SizeHintRole:
            if isinstance(row, str):
                return QSize(0, HEADING_PX)
            return QSize(0, ROW_PX + (_SAID_PX if row.id in self.said else 0))
        if role == Qt.ItemDataRole.DisplayRole:
            return row if isinstance(row, str) else row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row if isinstance(row, str) else self.spoken(row)
        return None

    def spoken(self, command: Command) -> str:
        """A command with its keys, as it is read out."""
        bound = " · ".join(map(keys.native, self._commands.bound[command.id])) or self.tr("no key")
        return ", ".join(filter(None, (command.text, bound, self.said.get(command.id, ""))))


class _Delegate(QStyledItemDelegate):
    def __init__(self, commands: Commands, model: KeyModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._commands, self._model, self._view = commands, model, parent
        self._lines, self._caps = Lines(limit=300), CapPainter()
        self.recording = ""  # the command
        self.strokes = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size: QSize = index.data(Qt.ItemDataRole.SizeHintRole)
        return size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, ratio = theme_of(), float(painter.device().devicePixelRatio())
        lighter = is_low_dark(theme, ratio)
        rect: QRect = option.rect
        row = index.data(_ROW_ROLE)
        if isinstance(row, str):
            self._lines.lay(row, _HEADING, rect.width() - 24, lighter=lighter).draw(
                painter, rect.x() + 12, rect.y() + 10, theme.ink3, ratio=ratio
            )
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = QRectF(rect).adjusted(4, 1, -12, -1)
        if chosen:
            draw_box(painter, box, 6, theme.sel if self._view.hasFocus() else theme.sel0)
            if self._view.hasFocus() and self.recording == row.id:
                draw_ring(painter, box, 6, theme)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            draw_box(painter, box, 6, theme.hover, theme.line if theme.contrast else None)
        ink, weak = (theme.sel_ink, theme.sel_ink2) if chosen else (theme.ink, theme.ink3)
        end = box.right() - 8
        if self.recording == row.id:
            end = self._waiting(painter, end, rect, weak, ratio)
        else:
            for sequence in reversed(self._commands.bound[row.id]):
                end -= self._caps.width(sequence)
                self._caps.draw(painter, sequence, end, rect.y() + (ROW_PX - CAP_PX) / 2, ratio)
                end -= 14
        text = self._lines.lay(row.text, UI, end - box.left() - 16, lighter=lighter)
        text.draw(painter, box.left() + 8, rect.y() + 7, ink, ratio=ratio)
        said = self._model.said.get(row.id, "")
        if said:
            block = self._lines.lay(said, NOTE, box.width() - 16, lighter=lighter)
            warn = theme.sel_ink if chosen and theme.contrast else theme.warn
            block.draw(painter, box.left() + 8, rect.y() + ROW_PX - 3, warn, ratio=ratio)

    def _waiting(self, painter: QPainter, end: float, rect: QRect, color: Any, ratio: float) -> float:
        """What was pressed so far, or that something is waited for."""
        if self.strokes:
            end -= self._caps.width(self.strokes)
            self._caps.draw(painter, self.strokes, end, rect.y() + (ROW_PX - CAP_PX) / 2, ratio)
            return end - 14
        text = self._lines.lay(self.tr("Press the keys · Esc leaves it · Backspace clears"), NOTE, 400)
        end -= text.width
        text.draw(painter, end, rect.y() + 8, color, ratio=ratio)
        return end - 14


class _List(QListView):
    """The list; it hands every key to whoever records."""

    pressed_key = Signal(QKeyEvent)
    #: The keys of the chosen row were clicked.
    keys_clicked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.recording: Callable[[], bool] = lambda: False

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and self.recording():
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:  # here: Tab would be gone before keyPressEvent
                self.pressed_key.emit(event)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if event.key() in wanted:
            self.pressed_key.emit(event)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        if self.indexAt(place) == self.currentIndex() and place.x() > self.viewport().width() * _KEYS_FROM:
            self.keys_clicked.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class KeySettings(QWidget):
    """A preset, and every command with its keys. What is changed holds at once.

    Args:
        commands: whose keys are shown, as they are now.
        settings: how it is now.
        change: sets ``key_preset`` and ``keys``, with their effect at once (``Window.set_setting``).
    """

    def __init__(
        self,
        commands: Commands,
        settings: Callable[[], Settings],
        change: Callable[..., object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._commands, self._settings, self._change = commands, settings, change
        self._adding = False
        self._asked: tuple[str, tuple[str, ...]] | None = None  # a command and the keys that another one has
        presets = (("inkstone", "Inkstone"), ("netnewswire", "NetNewsWire"), ("vim", "Vim"))
        self.preset = LiveChoice(presets, settings().key_preset, self.tr("Keys as in"))
        self.preset.chosen.connect(lambda name: self._change(key_preset=name))
        self.field = Field(self.tr("Find a command or a key"), "search", self)
        self.field.textChanged.connect(self._find)
        self.model = KeyModel(commands, self)
        self.view = _List(self)
        self._delegate = _Delegate(commands, self.model, self.view)
        self._set_up_view()
        self.record = PushButton(self.tr("Change"), "", self)
        self.add = PushButton(self.tr("Add another key"), "", self)
        self.reset = PushButton(self.tr("Reset"), "", self)
        self.reset_all = PushButton(self.tr("Reset all"), "", self)
        self.record.clicked.connect(lambda: self._begin(adding=False))
        self.add.clicked.connect(lambda: self._begin(adding=True))
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(lambda: self._change(keys={}))
        self._second = QTimer(self, interval=_SECOND_MS, singleShot=True)
        self._second.timeout.connect(self._finish)
        self._lay_out()
        commands.rebound.connect(self._renewed)
        self._choose("")

    def _set_up_view(self) -> None:
        view = self.view
        view.setAccessibleName(self.tr("Commands and their keys"))
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setMinimumHeight(_LIST_PX)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMouseTracking(True)
        view.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        view.recording = lambda: bool(self._delegate.recording or self._asked)
        view.pressed_key.connect(self._pressed)
        view.keys_clicked.connect(lambda: self._begin(adding=False))
        view.left.connect(self._give_up)
        view.doubleClicked.connect(lambda _index: self._begin(adding=False))
        view.selectionModel().currentChanged.connect(lambda *_: self._moved())
        overlay(view)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Text(self.tr("Keys as in"), UI, "ink2", max_lines=1))
        head.addWidget(self.preset)
        head.addStretch(1)
        head.addWidget(self.field)
        self.field.setFixedWidth(240)
        foot = QHBoxLayout()
        foot.setSpacing(2)
        for button in (self.record, self.add, self.reset):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    # What is shown

    def _find(self, text: str) -> None:
        self._give_up()
        chosen = self._chosen()
        self.model.find(text)
        self._choose(chosen.id if chosen is not None else "")

    def _choose(self, command: str) -> None:
        place = self.model.place(command)
        if place < 0:
            place = next((n for n, row in enumerate(self.model.rows) if not isinstance(row, str)), -1)
        self.view.setCurrentIndex(self.model.index(place, 0))
        self._moved()

    def _chosen(self) -> Command | None:
        return self.model.command(self.view.currentIndex())

    def _moved(self) -> None:
        command = self._chosen()
        if command is None or command.id != self._delegate.recording:
            self._give_up()
        own = self._settings().keys
        self.record.setEnabled(command is not None)
        self.add.setEnabled(command is not None)
        self.reset.setEnabled(command is not None and command.id in own)
        self.reset_all.setEnabled(bool(own))

    def _renewed(self) -> None:
        """The keys are other ones, by this or by anything else."""
        self.preset.show_value(self._settings().key_preset)
        self.model.renew()
        self._moved()

    def _say(self, command: str, text: str) -> None:
        """Tell something in a command's row, and to a screen reader; "" takes it away."""
        if text == self.model.said.get(command, ""):
            return
        self.model.said = {command: text} if text else {}
        self.model.renew()
        self.view.scheduleDelayedItemsLayout()
        self.view.scrollTo(self.view.currentIndex())
        if text:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.view, text))

    # Recording

    def _begin(self, *, adding: bool) -> None:
        command = self._chosen()
        if command is None:
            return
        self._give_up()
        self._adding, self._delegate.recording, self._delegate.strokes = adding, command.id, ""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        text = self.tr("Press the keys for “{command}”. Esc leaves it, Backspace clears.")
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.view, text.format(command=command.text)))
        self.view.viewport().update()

    def _give_up(self) -> None:
        """Record no more; nothing was changed."""
        self._second.stop()
        self._delegate.recording = self._delegate.strokes = ""
        self._asked = None
        if self.model.said:
            self._say(next(iter(self.model.said)), "")
        self.view.viewport().update()

    def _pressed(self, event: QKeyEvent) -> None:
        key = event.key()
        command = self._chosen()
        if command is None:
            return
        if self._asked is not None:
            self._answered(key)
        elif not self._delegate.recording:
            if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self._take(command.id, ())
            else:
                self._begin(adding=False)
        elif key == Qt.Key.Key_Escape:
            self._give_up()
        elif key == Qt.Key.Key_Backspace and not event.modifiers():
            self._give_up()
            self._take(command.id, ())
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._give_up()
            self.focusNextPrevChild(key == Qt.Key.Key_Tab)
        else:
            self._stroke(keys.stroke_of(event))

    def _stroke(self, stroke: str) -> None:
        if not stroke:
            return
        before = self._delegate.strokes
        self._delegate.strokes = f"{before}, {stroke}" if before else stroke
        self.view.viewport().update()
        if before:
            self._finish()
        else:
            self._second.start()

    def _finish(self) -> None:
        """The keys are pressed: give them to the command, or tell who has them."""
        self._second.stop()
        command, wanted = self._delegate.recording, keys.portable(self._delegate.strokes)
        adding = self._adding
        self._delegate.recording = self._delegate.strokes = ""
        if not wanted:
            self._give_up()
            return
        bound = self._commands.bound
        kept = tuple(key for key in bound[command] if adding and key != wanted)
        against = list(keys.clashes(wanted, command, bound))
        if any(clash.blocks for clash in against):
            self._asked = command, (*kept, wanted)
            self._say(command, self._has_it(wanted, [clash for clash in against if clash.blocks]))
        else:
            self._take(command, (*kept, wanted))
            self._say(command, self._note(against))

    def _answered(self, key: int) -> None:
        """Enter takes the key over; anything else leaves it where it is."""
        asked = self._asked
        self._give_up()
        if asked is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(*asked)

    def _has_it(self, wanted: str, against: list[keys.Clash]) -> str:
        texts = {command.id: command.text for command in self._commands.table}
        named = list(dict.fromkeys(f"{texts[clash.command]} ({keys.native(clash.keys)})" for clash in against))
        others = ", ".join(named[:_NAMED])
        if len(named) > _NAMED:
            others = self.tr("{commands} and {count} more").format(commands=others, count=len(named) - _NAMED)
        sentence = {
            "same": self.tr("{key} is the key of: {commands}."),
            "begins": self.tr("{key} begins the keys of: {commands}."),
            "goes-on": self.tr("{key} goes on where another key ends: {commands}."),
        }[against[0].kind]
        question = self.tr("Enter takes it over, Esc leaves it.")
        return f"{sentence.format(key=keys.native(wanted), commands=others)} {question}"

    def _note(self, against: list[keys.Clash]) -> str:
        kinds = {clash.kind for clash in against}
        if "beside" in kinds:
            return self.tr("It lies beside the key that refreshes: easily hit by mistake.")
        return self.tr("In text fields it does what it does there.") if "text" in kinds else ""

    # Changing

    def _take(self, command: str, wanted: tuple[str, ...]) -> None:
        self._change(keys=keys.rebound(self._settings().keys, self._commands.bound, command, wanted))

    def _reset(self) -> None:
        command = self._chosen()
        if command is not None:
            own: Mapping[str, tuple[str, ...]] = self._settings().keys
            self._change(keys={name: had for name, had in own.items() if name != command.id})
