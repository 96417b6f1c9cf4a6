"""What the user does with articles, and takes back: read, bookmarked, removed, the whole list read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject
from PySide6.QtGui import QKeySequence

from reader.model import Query, Row

if TYPE_CHECKING:
    from reader.ui.window import Window


class Marking(QObject):
    """The acts on articles of one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._library, self._lanes = window, window.library, window.lanes

    def set_read(self, row: Row, read: bool) -> None:
        """Mark an article; it stays in the list until another one is shown."""
        self._window.listing.linger(row.key)
        self._window.reading.set_read(row, read)

    def toggle_bookmark(self, key: int) -> None:
        """Keep an article, or let it go."""
        row = self._window.row(key)
        if row is not None:
            self._window.listing.linger(key)
            self._window.reading.set_bookmarked(row, not row.bookmarked)

    def mark_all(self) -> None:
        """Mark the list as read, undoably."""
        self.mark_query(self._window.listing.full_query())

    def mark_query(self, query: Query) -> None:
        """Mark all articles of a query as read, undoably."""

        def marked(count: int) -> None:
            if not count:
                self._window.status.say(self.tr("Nothing unread in this list."))
                return
            text = self.tr("1 article marked as read") if count == 1 else self.tr("{count} articles marked as read")
            self._say_with_undo(text.format(count=QLocale().toString(count)))
            self._window.library_changed()

        self._lanes.store.run(lambda: self._library.mark_all_read(query), marked, self._window.tell)

    def remove(self, row: Row | None) -> None:
        """Remove an article, undoably; a bookmarked one stays."""
        window = self._window
        if row is None:
            return
        if row.bookmarked:
            window.status.say(self.tr("What is bookmarked stays: remove its bookmark first."))
            return

        def removed(count: int) -> None:
            if count:
                self._say_with_undo(self.tr("Removed: “{title}”").format(title=row.title))
            window.library_changed()

        if row.key == window.reading.key and not window.list.view.step(1):
            window.close_article()
        self._lanes.store.run(lambda: self._library.remove_articles([row.key]), removed, window.tell)

    def _say_with_undo(self, text: str) -> None:
        undo = self._window.commands["undo"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self._window.acts.changes.forget()
        self._window.toast.say(text, self.tr("Undo"), undo)

    def undo(self) -> None:
        """Take back the last act."""
        window = self._window

        def undone(what: str | None) -> None:
            window.toast.dismiss()
            window.status.say(self.tr("Undone.") if what else self.tr("Nothing to undo."))
            window.library_changed()

        if window.acts.changes.take_back():
            undone("source")
            return
        self._lanes.store.run(self._library.undo, undone, window.tell)

    def show_history(self) -> None:
        """What was done at once, with a way back for each."""
        from reader.ui.undoing import UndoHistory

        history = UndoHistory(self._library, self._lanes, self._window.tell, self._window)
        history.changed.connect(self._window.library_changed)
        history.show()
