"""What screen readers hear beyond what Qt tells by itself, and the order in which they and Tab come to things."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

Index = QModelIndex | QPersistentModelIndex


def announce(who: QObject, text: str) -> None:
    """Have a text read out as soon as what is being read has ended; nothing where no screen reader listens."""
    if text and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(who, text))


def in_order(*siblings: QWidget) -> None:
    """Screen readers come to these children of one widget in this order, which is theirs on the screen.

    Qt tells of children as they lie over each other, and a splitter lays each new one below the others.
    """
    for widget in reversed(siblings):
        widget.lower()


def buttons_in_order(*buttons: QWidget) -> None:
    """Tab and screen readers come to these buttons of one bar in this order, not in that in which they were made."""
    in_order(*buttons)
    for before, after in pairwise(buttons):
        QWidget.setTabOrder(before, after)


def name_list(box: QComboBox) -> None:
    """The list that opens is called as its box: it gets the focus, and would have no name."""
    box.view().setAccessibleName(box.accessibleName())


class RowTeller(QObject):
    """Tells screen readers where the keys lead in a list or a tree, also while the focus is elsewhere.

    Args:
        group_of: the words above the group that a row is in, "" for none; without it nothing is announced while the
            focus is elsewhere.
    """

    def __init__(
        self, view: QAbstractItemView, model: QAbstractItemModel, group_of: Callable[[int], str] | None = None
    ) -> None:
        super().__init__(view)
        self._view, self._group_of = view, group_of
        self._said = ""
        model.dataChanged.connect(self._renamed)

    def before_move(self, current: Index, previous: Index, *, aloud: bool) -> None:
        """Another row becomes current: what Qt does not tell by itself is told, before it speaks."""
        if self._group_of is None or not QAccessible.isActive() or not current.isValid():
            return
        self._said = self._spoken(current)
        if not aloud:
            return
        group = self._group_of(current.row())
        entered = group if not previous.isValid() or group != self._group_of(previous.row()) else ""
        row = "" if self._view.hasFocus() else self._said
        announce(self._view, ", ".join(filter(None, (entered, row))))

    def focused(self) -> None:
        """The view gets the focus: the row is told, after Qt told of the view."""
        if QAccessible.isActive():
            QTimer.singleShot(0, self, lambda: self._tell_row(QAccessible.Event.Focus))

    def _tell_row(self, what: QAccessible.Event) -> None:
        whole = QAccessible.queryAccessibleInterface(self._view)
        row = whole.focusChild() if whole is not None and self._view.currentIndex().isValid() else None
        if row is not None and self._view.hasFocus():
            QAccessible.updateAccessibility(QAccessibleEvent(row, what))

    def _renamed(self, top: Index, bottom: Index) -> None:
        """The current row is spoken in other words now, as "bookmarked, …"."""
        current = self._view.currentIndex()
        if not QAccessible.isActive() or not top.row() <= current.row() <= bottom.row():
            return
        before, self._said = self._said, self._spoken(current)
        if self._said == before:
            return
        self._tell_row(QAccessible.Event.NameChanged)
        was_read = before == f"{QCoreApplication.translate('ArticleModel', 'unread')}, {self._said}"  # by being opened
        if self._group_of is not None and not was_read:
            announce(self._view, self._said)

    @staticmethod
    def _spoken(index: Index) -> str:
        return str(index.data(Qt.ItemDataRole.AccessibleTextRole) or "")
