"""The history as it is seen: what was done at once, with counts, the newest first, and a way back for each line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QCoreApplication,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from reader.library import Library
from reader.model import Gesture
from reader.ui import words
from reader.ui.buttons import RING_PX, LinkButton, PushButton, Text
from reader.ui.checklist import Framed
from reader.ui.formparts import ringed
from reader.ui.lanes import Lanes, patient
from reader.ui.lines import Style
from reader.ui.scrollbar import overlay
from reader.ui.theme import theme_of

Index = QModelIndex | QPersistentModelIndex

_TITLE, _UI, _NOTE = Style(15, 600, 20), Style(13, 500, 20), Style(12, 400, 18)
_LINE_PX = 50
_MOST = 200


def said(gesture: Gesture) -> str:
    """What was done, in one phrase with its count."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class

    one, title = gesture.count == 1, gesture.what
    if gesture.kind in ("read", "read-all"):
        text = tr("1 article marked as read") if one else tr("{count} articles marked as read")
    elif gesture.kind == "unread":
        text = tr("1 article marked as unread") if one else tr("{count} articles marked as unread")
    elif gesture.kind == "bookmark":
        text = tr("Bookmarked: “{title}”") if one else tr("{count} articles bookmarked or tagged")
    elif gesture.kind == "unbookmark":
        text = tr("Bookmark removed: “{title}”") if one else tr("{count} bookmarks removed")
    elif gesture.kind == "remove-source":
        text = tr("“{title}” removed with 1 article") if one else tr("“{title}” removed with {count} articles")
    elif gesture.kind == "retention":
        text = tr("1 old article removed by itself") if one else tr("{count} old articles removed by themselves")
    else:
        text = tr("Removed: “{title}”") if one else tr("{count} articles removed")
    return text.format(count=QLocale().toString(gesture.count), title=title)


def about(gesture: Gesture) -> str:
    """Which list an act on many articles was about, where the phrase does not say it."""
    if gesture.kind in ("bookmark", "unbookmark", "remove-source") or (gesture.kind == "remove" and gesture.count == 1):
        return ""
    return gesture.what or _view(gesture.view)


def _view(name: str) -> str:
    def tr(text: str) -> str:
        return QCoreApplication.translate("", text)

    return {
        "unread": tr("Unread"),
        "today": tr("Today"),
        "bookmarks": tr("Bookmarks"),
        "continue": tr("Continue reading"),
        "all": tr("All articles"),
    }.get(name, "")


class _Ground(QStyledItemDelegate):
    """Paints what lies under a line; its words are widgets."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, ratio, rect = theme_of(), float(painter.device().devicePixelRatio()), option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.sel)
        painter.fillRect(QRectF(rect.left(), rect.bottom() + 1 - 1 / ratio, rect.width(), 1 / ratio), theme.line2)


class HistoryList(QListWidget):
    """The lines. Enter, Del or Ctrl+Z takes the current one back."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("History"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Ground(self))
        overlay(self)

    def put(self, gestures: list[Gesture], when: Callable[[Gesture], str]) -> None:
        """Show these lines; the current one stays current as far as it is there."""
        place = max(0, self.currentRow())
        self.clear()
        for gesture in gestures:
            title = said(gesture)
            note = ", ".join(part for part in (when(gesture), about(gesture)) if part)
            item = QListWidgetItem(self)
            item.setData(Qt.ItemDataRole.UserRole, gesture.key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {note}")
            item.setSizeHint(QSize(0, _LINE_PX))
            self.setItemWidget(item, self._line(title, note, gesture.key))
        self.setCurrentRow(min(place, self.count() - 1))

    def _line(self, title: str, note: str, key: int) -> QWidget:
        line = QWidget()
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Text(title, _UI, max_lines=1))
        texts.addWidget(Text(note, _NOTE, "ink2", max_lines=1))
        undo = LinkButton(self.tr("Undo"), line)
        undo.setAccessibleName(self.tr("Undo: {what}").format(what=title))
        undo.clicked.connect(lambda: self.wanted.emit(key))
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 4, 12, 4)
        row.addLayout(texts, 1)
        row.addWidget(undo)
        return line

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        undo = event.key() == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if item is not None and (undo or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete)):
            self.wanted.emit(item.data(Qt.ItemDataRole.UserRole))
            return
        super().keyPressEvent(event)


class UndoHistory(QDialog):
    """What can be taken back, also of days ago.

    Args:
        tell: where trouble is said.
    """

    #: Something was taken back.
    changed = Signal()

    def __init__(
        self, library: Library, lanes: Lanes, tell: Callable[[BaseException], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("History"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 480)
        self._library, self._lanes, self._tell = library, lanes, tell
        self.note = Text(self.tr("What is removed can come back for 30 days."), _NOTE, "ink2")
        self.lines = HistoryList(self)
        self.lines.wanted.connect(self._undo)
        self.close_button = PushButton(self.tr("Close"), "", self)
        self.close_button.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addSpacing(RING_PX)
        foot.addWidget(self.note, 1, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(Text(self.tr("History"), _TITLE))
        column.addLayout(ringed(Framed(self.lines)), 1)
        column.addLayout(ringed(foot))
        self.lines.setFocus()
        self._read()

    def _read(self) -> None:
        self._ticket = self._lanes.read.run(patient(lambda: self._library.history(_MOST)), self._put, self._tell)

    def _put(self, gestures: list[Gesture]) -> None:
        now = self._library.now()
        self.lines.put(gestures, lambda gesture: words.time_or_day(gesture.time, now))
        if not gestures:
            self.note.setText(self.tr("Nothing to undo."))

    def _undo(self, key: int) -> None:
        def undone(count: int) -> None:
            if count:
                self.changed.emit()
            else:
                self.note.setText(self.tr("Nothing of it is as it was left, or its source must come back first."))
            self._read()

        self._ticket = self._lanes.store.run(lambda: self._library.undo_gesture(key), undone, self._tell)

    def done(self, result: int) -> None:
        self._ticket.cancel()
        super().done(result)
