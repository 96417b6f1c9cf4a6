"""Other names and places for sources, and their removal: each takes effect at once and has a way back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTimer
from PySide6.QtGui import QKeySequence

from reader.errors import NotFound
from reader.model import Source
from reader.ui import words
from reader.ui.sourcemoves import BETWEEN, Move, joined, planned, renamed
from reader.ui.sourcenodes import Kind, Node

if TYPE_CHECKING:
    from reader.ui.window import Window

#: A removal can be taken back for as long as the toast says so (8 s), and a little longer.
_PARTING_MS = 8500


class SourceChanges(QObject):
    """The changes to the sources of one window."""

    def __init__(self, window: Window, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._library, self._lanes = window.library, window.lanes
        self._ways_back: list[Callable[[], None]] = []  # from the acts on sources since anything else was done
        self._leaving: dict[int, Source] = {}
        self._parting = QTimer(self, interval=_PARTING_MS, singleShot=True)
        self._parting.timeout.connect(self._part)

    def act(self, name: str, node: Node) -> None:
        """What a key in the sidebar asks for; see ``Sidebar.act_wanted``."""
        if name in ("up", "down"):
            self._step(node, -1 if name == "up" else 1)
        elif name == "rename":
            self.rename(node.kind, node.name)
        else:
            self.remove(list(node.sources()))

    def rename(self, kind: Kind, name: str) -> None:
        """Edit the title of a source, or the name of a folder, where it stands."""
        node = self._window.sidebar.tree.find(kind, name)
        if node is None:
            return
        source = node.source

        def named(text: str) -> None:
            if source is not None:
                self._retitle(source.key, text)
            elif text:
                title = " ".join(text.replace("/", "\u2215").split())
                path = joined(name.rpartition(BETWEEN)[0], title)
                self.move(renamed(self._sources(), name, path), said=self._said_of_name(node.title, title))

        self._window.sidebar.view.edit_title(node, named)

    def _retitle(self, key: int, title: str) -> None:
        """Give a source another title, "" for its own, with a way back."""
        store, before = self._library.store, self._window.sources[key]

        def put_back() -> None:
            def work() -> None:
                with store.together():
                    store.edit_source(key, title=before.title)
                    store.configure_source(key, named=before.named)  # a title of its own goes on following the feed

            self._lanes.store.run(work, lambda _: self._window.library_changed(), self._window.tell)

        def told(after: Source) -> None:
            self._offer_undo(self._said_of_name(before.title, after.title), put_back)
            self._window.library_changed()

        self._lanes.store.run(lambda: store.edit_source(key, title=title), told, self._window.tell)

    def _said_of_name(self, before: str, title: str) -> str:
        return self.tr("“{before}” is called “{title}” now").format(before=before, title=title)

    # Their places

    def _sources(self) -> tuple[Source, ...]:
        return self._window.sidebar.tree.sources()

    def move(self, move: Move | None, *, said: str = "") -> None:
        """Put sources elsewhere, with a way back.

        Args:
            said: what it is for the user; "" for what it looks like.
        """
        if move is None:
            return
        back = move.back(self._sources())

        def moved(_: object) -> None:
            self._offer_undo(said or self._said_of(move), lambda: self._put(back))
            self._window.reload_sources()

        self._lanes.store.run(lambda: self._place(move), moved, self._window.tell)

    def _put(self, move: Move) -> None:
        self._lanes.store.run(lambda: self._place(move), lambda _: self._window.reload_sources(), self._window.tell)

    def _place(self, move: Move) -> None:
        store = self._library.store
        with store.together():
            for key, folder in move.folders.items():
                store.edit_source(key, folder=folder)
            store.arrange_sources(move.order)

    def _said_of(self, move: Move) -> str:
        folders = set(move.folders.values())
        name = words.source_title(self._window.sources[move.keys[0]]) if len(move.keys) == 1 else ""
        if name and len(folders) == 1 and "" not in folders:
            return self.tr("“{title}” moved to “{folder}”").format(title=name, folder=folders.pop())
        if name:
            return self.tr("“{title}” moved").format(title=name)
        return self.tr("{count} sources moved").format(count=QLocale().toString(len(move.keys)))

    def move_into(self, kind: Kind, name: str, folder: str) -> None:
        """Put a source or a folder into another folder."""
        node = self._window.sidebar.tree.find(kind, name)
        if node is not None:
            keys = [source.key for source in node.sources()]
            self.move(planned(self._sources(), keys, name if kind == "folder" else "", folder, None))

    def move_into_new(self, kind: Kind, name: str) -> None:
        """Put a source or a folder into a new folder, whose name is asked for where it stands."""
        fresh, taken, number = self.tr("New folder"), set(self._window.sidebar.tree.folders()), 1
        folder = fresh
        while folder in taken:
            number += 1
            folder = f"{fresh} {number}"
        self.move_into(kind, name, folder)
        self._window.sidebar.rename_when_there(folder)

    def dissolve(self, folder: str) -> None:
        """Take a folder away and leave its sources where it stood."""
        self.move(renamed(self._sources(), folder, folder.rpartition(BETWEEN)[0]))

    def _step(self, node: Node, by: int) -> None:
        """One place up or down among its neighbours."""
        group = [each for each in self._window.sidebar.tree.neighbours(node) if each.kind in ("folder", "source")]
        place = group.index(node) + (by if by < 0 else 2)
        if place < 0:
            return
        before = next(group[place].sources(), None) if place < len(group) else None
        into = node.parent.name if node.parent is not None else ""
        keys = [source.key for source in node.sources()]
        key = before.key if before is not None else None
        self.move(planned(self._sources(), keys, node.name if node.kind == "folder" else "", into, key))

    # Removing

    def remove(self, sources: Sequence[Source]) -> None:
        """Take sources out of the window at once, and out of the library when the way back has closed."""
        gone = [source for source in sources if source.kind != "kept" or not source.total]
        if not gone:
            self._window.status.say(self.tr("What is kept goes when its bookmarks go."))
            return
        self._leaving.update((source.key, source) for source in gone)
        listed = set(self._window.listing.query.sources)
        if listed and listed <= self._leaving.keys():
            self._window.close_article()
            self._window.sidebar.select("all")
        self._window.reload_sources()
        text = self.tr("“{title}” removed; what you bookmarked stays")
        if len(gone) == 1:
            text = text.format(title=words.source_title(gone[0]))
        else:
            text = self.tr("{count} sources removed; what you bookmarked stays")
            text = text.format(count=QLocale().toString(len(gone)))
        self._offer_undo(text, self._keep_leaving)
        self._parting.start()

    def is_leaving(self, source: Source) -> bool:
        """Whether a source was removed, and can still be taken back."""
        return source.key in self._leaving

    def _keep_leaving(self) -> None:
        self._leaving.clear()
        self._parting.stop()
        self._window.reload_sources()

    def _part(self) -> None:
        if self._window.toast.isVisible() and self._ways_back:  # the pointer rests on it
            self._parting.start()
        else:
            self.finish()

    def finish(self) -> None:
        """Remove for good what was removed; called when the window closes as well."""
        self._parting.stop()
        keys = list(self._leaving)
        if not keys:
            return
        self.forget()

        def work() -> None:
            for key in keys:
                with contextlib.suppress(NotFound):
                    self._library.remove_source(key)

        def removed(_: object) -> None:
            for key in keys:
                self._leaving.pop(key, None)
            self._window.library_changed()

        self._lanes.store.run(work, removed, self._window.tell)

    # The way back

    def _offer_undo(self, text: str, undo: Callable[[], None]) -> None:
        self._ways_back.append(undo)
        key = self._window.commands["undo"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self._window.toast.say(text, self.tr("Undo"), key, icon_name="undo")

    def take_back(self) -> bool:
        """Undo the last act on sources; False when something else was done since."""
        if not self._ways_back:
            return False
        self._ways_back.pop()()
        return True

    def forget(self) -> None:
        """Something else was done: that is what an undo takes back now."""
        self._ways_back.clear()
