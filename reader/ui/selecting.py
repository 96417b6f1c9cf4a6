"""What is done with the selected articles, be it one or many: each act is one gesture with a way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from reader.model import Article, Row
from reader.ui.articledrop import Goal
from reader.ui.several import Act, SeveralPane
from reader.ui.storing import Storing
from reader.ui.tagging import TagPopover

if TYPE_CHECKING:
    from reader.ui.window import Window


class Selecting(QObject):
    """Acts on the selection of a window's list; with one article selected on the open one.

    Args:
        over: what popovers float over.
    """

    def __init__(self, window: Window, over: QWidget) -> None:
        super().__init__(window)
        self._window, self._view = window, window.list.view
        self.pane = SeveralPane(self._acts(), window)
        window.article.set_several(self.pane)
        self.pane.acted.connect(self._act)
        self.tags = TagPopover(over)
        self.tags.changed.connect(self._tag)
        self.tags.noted.connect(self._note)
        self._storing = Storing(window.status, self)
        self._tagged: list[int] = []  # what the popover is about
        self._view.several.connect(self._show)
        self._view.opened.connect(lambda _key: window.article.leave_several())
        window.sidebar.view.articles_dropped.connect(self._dropped)
        window.commands.rebound.connect(self._name_keys)
        self._name_keys()

    def _act(self, name: str) -> None:
        """Do what a button of the pane says."""
        acts = {
            "read": self.toggle_read,
            "bookmark": self.toggle_bookmark,
            "tags": self.edit_tags,
            "copy-link": self.copy_links,
            "remove": self.remove,
        }
        acts[name]()

    def _acts(self) -> tuple[Act, ...]:
        return (
            Act("read", self.tr("Mark as read or unread"), "read"),
            Act("bookmark", self.tr("Bookmark, or let go"), "bookmark"),
            Act("tags", self.tr("Add tags…"), "tag"),
            Act("copy-link", self.tr("Copy the links"), "link"),
            Act("remove", self.tr("Remove"), "trash"),
        )

    def _name_keys(self) -> None:
        for act in self._acts():
            self.pane.button(act.id).set_keys(self._window.commands.key(act.id))

    def _show(self, count: int) -> None:
        """Several are selected: none of them is open."""
        self._window.showing.close()
        self.pane.set_count(self.tr("{count} articles selected").format(count=QLocale().toString(count)))
        self._window.article.show_several()

    # Which

    def keys(self) -> list[int]:
        """Several selected articles, or the open one, or none."""
        if self._view.selected_count() > 1:
            return self._view.selected_keys()
        key = self._window.reading.key
        return [key] if key >= 0 else []

    def _held(self, keys: Sequence[int]) -> list[Row]:
        return [row for row in map(self._window.model.row_of_key, keys) if row is not None]

    def next_row(self) -> Row | None:
        """The article after the open one, as far as it is known."""
        model = self._window.model
        place = model.index_of_key(self._window.reading.key)
        return model.row_at(place + 1) if place >= 0 else None

    # Acts

    def toggle_read(self) -> None:
        """Mark the open article, or all selected ones: read, or, when they are, unread."""
        keys = self.keys()
        if len(keys) == 1:
            row = self._window.row(keys[0])
            if row is not None:
                self._window.marking.set_read(row, not row.read)
        elif keys:
            held = self._held(keys)
            self.mark(keys, not held or not all(row.read for row in held))

    def mark(self, keys: Sequence[int], read: bool) -> None:
        """Mark these articles; they stay in the list until another one is shown."""
        self._change(keys, lambda row: replace(row, read=read))
        if read:
            said = self.tr("1 article marked as read"), self.tr("{count} articles marked as read")
        else:
            said = self.tr("1 article marked as unread"), self.tr("{count} articles marked as unread")
        nothing = self.tr("Nothing to mark there.")
        self._run(keys, lambda: self._window.library.mark_read(keys, read), said, nothing)

    def mark_beside(self, key: int | None = None, *, above: bool) -> None:
        """Mark as read what stands above, or below, an article (None: the current one) in the list."""
        place = self._window.model.index_of_key(key) if key is not None else self._view.currentIndex().row()
        if place >= 0:
            keys = self._window.model.keys
            self.mark(list(keys[:place] if above else keys[place + 1 :]), True)

    def toggle_bookmark(self) -> None:
        """Keep the open article, or all selected ones; or, when they are kept, let them go."""
        keys = self.keys()
        if len(keys) == 1:
            self._window.marking.toggle_bookmark(keys[0])
        elif keys:
            held = self._held(keys)
            self.keep(keys, not held or not all(row.bookmarked for row in held))

    def keep(self, keys: Sequence[int], on: bool) -> None:
        """Keep these articles, or let them go."""
        self._change(keys, lambda row: replace(row, bookmarked=on))
        if on:
            said = self.tr("1 article bookmarked"), self.tr("{count} articles bookmarked")
        else:
            said = self.tr("1 bookmark removed"), self.tr("{count} bookmarks removed")
        self._run(keys, lambda: self._window.library.keep(keys, on=on), said)

    def remove(self) -> None:
        """Remove the current article, or all selected ones; bookmarked ones stay."""
        keys = self._view.selected_keys()
        if len(keys) < 2:
            self._window.marking.remove(self._window.row(self._view.current_key() or -1))
            return
        said = self.tr("1 article removed"), self.tr("{count} articles removed")
        nothing = self.tr("What is bookmarked stays: remove its bookmark first.")
        self._run(keys, lambda: self._window.library.remove_articles(keys), said, nothing)

    def copy_links(self) -> None:
        """Copy the address of the open article, or a line for each selected one."""
        keys = self.keys()
        if len(keys) == 1:
            self._window.outside.copy_link(self._window.row(keys[0]))
            return

        def copy(rows: list[Row]) -> None:
            links = [row.url for row in rows if row.url]
            count = QLocale().toString(len(links))
            self._window.outside.copy("\n".join(links), self.tr("{count} links copied").format(count=count))

        if keys:
            self._window.lanes.read.run(lambda: self._window.library.store.rows(keys), copy, self._window.tell)

    def _change(self, keys: Sequence[int], change: Callable[[Row], Row]) -> None:
        """Show what becomes of the rows that are held, before it is stored."""
        for key in keys:
            self._window.listing.linger(key)
        self._window.model.update_rows([change(row) for row in self._held(keys)])

    def _run(self, keys: Sequence[int], work: Callable[[], int], said: tuple[str, str], nothing: str = "") -> None:
        """Store an act and say what it did, with a way back.

        Args:
            keys: of the articles it is about.
            said: of one, and of ``{count}``.
            nothing: when it changed nothing.
        """
        window = self._window

        def done(count: int) -> None:
            self._storing.end()
            if not count:
                window.status.say(nothing)
                return
            undo = window.commands["undo"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            text = said[0] if count == 1 else said[1].format(count=QLocale().toString(count))
            window.acts.changes.forget()
            window.toast.say(text, self.tr("Undo"), undo)
            window.library_changed()

        def failed(error: BaseException) -> None:
            self._storing.end()
            window.tell(error)

        self._storing.begin(len(keys))
        window.lanes.store.run(work, done, failed)

    # Tags

    def edit_tags(self, keys: Sequence[int] | None = None) -> None:
        """Open the popover of tags and note for these articles: the open one, or the selected ones."""
        keys = self.keys() if keys is None else list(keys)
        if not keys:
            return
        store = self._window.library.store

        def work() -> tuple[list[tuple[str, int]], Article | None]:
            return store.tags(), store.article_by_key(keys[0]) if len(keys) == 1 else None

        def found(result: tuple[list[tuple[str, int]], Article | None]) -> None:
            tags, article = result
            self._tagged = list(keys)
            mine = article.user_tags if article else ()
            note = article.note if article else ""
            self.tags.ask(self._anchor(), len(keys), [tag for tag, _ in tags], mine, note)

        # In the store lane: after the acts that wait there.
        self._window.lanes.store.run(work, found, self._window.tell)

    def _anchor(self) -> QWidget:
        for widget in (self._window.article.tag_button, self.pane.button("tags")):
            if widget.isVisible():
                return widget
        return self._window.list.header

    def _tag(self, add: Sequence[str], drop: Sequence[str]) -> None:
        keys = self._tagged
        if len(keys) == 1 and (row := self._window.row(keys[0])) is not None:
            self._window.reading.tag(row, add, drop)
        else:
            self._tag_all(keys, add, drop)

    def _tag_all(self, keys: Sequence[int], add: Sequence[str], drop: Sequence[str] = ()) -> None:
        self._change(keys, lambda row: replace(row, bookmarked=True))
        self._window.reading.show_tags(keys, add, drop)
        said = self.tr("1 article tagged"), self.tr("{count} articles tagged")
        self._run(keys, lambda: self._window.library.keep(keys, add=add, drop=drop), said)

    def _note(self, text: str) -> None:
        if len(self._tagged) == 1 and (row := self._window.row(self._tagged[0])) is not None:
            self._window.reading.set_note(row, text)

    # Dropped on the sidebar

    def _dropped(self, ids: Sequence[str], goal: Goal) -> None:
        def act(keys: list[int]) -> None:
            if goal.act == "keep":
                self.keep(keys, True)
            elif goal.act == "unread":
                self.mark(keys, False)
            else:
                self._tag_all(keys, [goal.tag])

        self._window.lanes.read.run(lambda: self._window.library.keys(ids), act, self._window.tell)
