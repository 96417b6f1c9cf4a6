"""Smart folders in the window: a search is kept as one, which is renamed, edited, moved and removed like a source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from reader.model import Query, SmartFolder, Source
from reader.store.cutter import folded
from reader.store.query import QUOTES
from reader.ui.hits import Hits
from reader.ui.icons import icon
from reader.ui.keys import native
from reader.ui.sidebarcounts import SidebarCounts, names
from reader.ui.sourcenodes import Node, moved_to

if TYPE_CHECKING:
    from reader.ui.smartdialog import SmartDialog
    from reader.ui.window import Window

T = TypeVar("T")


class SmartFolders(QObject):
    """What is done with smart folders in one window; every act of it can be undone."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._lanes, self._store = window, window.lanes, window.library.store
        self.counts = SidebarCounts(window.library, window.lanes, window.sidebar, self)
        self.hits = Hits(window.lanes, window.status.say, self)
        sidebar = window.sidebar
        self.counts.found.connect(self._found)
        self.counts.trouble.connect(window.tell)
        window.sources_read.connect(self.counts.renew)
        sidebar.smart_menu.connect(self._menu)
        sidebar.smart_act_wanted.connect(self.act)
        sidebar.tree.smart_moved.connect(self.arrange)
        window.listing.marks_wanted.connect(self.hits.look_for)
        window.showing.made.connect(self.hits.attach)

    def _found(self, folders: list[SmartFolder]) -> None:
        self._window.listing.smart_names = names(folders)
        self._window.sidebar.set_smart(folders)

    # Acts

    def save(self) -> None:
        """Keep the search that is on screen, and ask for its name in the sidebar."""
        listing = self._window.listing
        if not listing.searching:
            return
        where = self._window.list.search.chosen()
        text = listing.searching if where is None else scoped(listing.searching, where, self._window.sources)
        if text is None:
            self._window.status.say(self.tr("A smart folder cannot look in this list alone: search everywhere."))
            return

        def saved(folder: SmartFolder) -> None:
            self._window.sidebar.rename_smart_when_there(folder.key)
            self._changed(self.tr("Saved as smart folder: “{name}”").format(name=folder.name))

        self._do(lambda: self._store.save_search("", text, self._now()), saved)

    def act(self, name: str, node: Node) -> None:
        """What a key in the sidebar asks for; see ``Sidebar.act_wanted``."""
        if node.smart is None:
            return
        if name == "rename":
            self.rename(node)
        elif name == "remove":
            self.remove(node.smart)
        else:
            keys = [each.key for each in self._window.sidebar.tree.smart()]
            goal = keys.index(node.smart.key) + (-1 if name == "up" else 2)
            order = moved_to(keys, node.smart.key, goal) if 0 <= goal <= len(keys) else None
            if order is not None:
                self.arrange(order)

    def rename(self, node: Node) -> None:
        """Edit the name where it stands; an empty one is the words of the search."""
        folder = node.smart
        if folder is not None:
            self._window.sidebar.view.edit_title(node, lambda name: self._edit(folder, name, None))

    def edit(self, folder: SmartFolder) -> SmartDialog:
        """Edit name and words in a dialog that shows what they find."""
        from reader.ui.smartdialog import SmartDialog

        dialog = SmartDialog(self._window.library, self._lanes, folder, self._window)
        dialog.saved.connect(lambda name, query: self._edit(folder, name, query))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def edit_current(self) -> bool:
        """Edit the smart folder that is chosen; False when none is."""
        folder = self._window.sidebar.current_smart()
        if folder is not None:
            self.edit(folder)
        return folder is not None

    def properties(self) -> None:
        if not self.edit_current():
            self._window.acts.current_properties()

    def _edit(self, folder: SmartFolder, name: str, query: str | None) -> None:
        def edited(after: SmartFolder) -> None:
            self._changed()
            listing = self._window.listing
            if listing.query == Query(matching=folder.query) and after.query != folder.query:
                listing.smart_names = {**listing.smart_names, after.query: after.name}
                listing.show(Query(matching=after.query))
            elif listing.query.matching == after.query:
                listing.renew()

        self._do(lambda: self._store.edit_smart_folder(folder.key, self._now(), name=name, query=query), edited)

    def arrange(self, keys: Sequence[int]) -> None:
        """Put them into another order."""
        self._do(lambda: self._store.arrange_smart_folders(keys, self._now()), lambda _: self._changed())

    def remove(self, folder: SmartFolder) -> None:
        """Take a smart folder away; its articles stay where they are."""

        def removed(_: object) -> None:
            if self._window.listing.query.matching == folder.query:
                self._window.sidebar.select("all")
            self._changed(self.tr("Removed: “{title}”").format(title=folder.name))

        self._do(lambda: self._store.remove_smart_folder(folder.key, self._now()), removed)

    def _do(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._lanes.store.run(work, done, self._window.tell)

    def _now(self) -> datetime:
        return self._window.library.now()

    def _changed(self, said: str = "") -> None:
        self._window.acts.changes.forget()
        self.counts.renew_now()
        if said:
            undo = self._window.commands["undo"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self._window.toast.say(said, self.tr("Undo"), undo)

    # Menu

    def _menu(self, key: int, place: QPoint) -> None:
        node = self._window.sidebar.tree.find("smart", str(key))
        if node is not None:
            self.menu(node).popup(place)

    def menu(self, node: Node) -> QMenu:
        """What can be done with a smart folder."""
        from reader.ui import menustyle

        menu, folder, window = menustyle.menu(self._window), node.smart, self._window
        assert folder is not None

        def add(text: str, run: Callable[[], object], icon_name: str = "", keys: str = "") -> None:
            action = QAction(f"{text}\t{keys}" if keys else text, menu)
            if icon_name:
                action.setIcon(icon(icon_name))
            action.triggered.connect(lambda _checked=False: run())
            menu.addAction(action)

        add(self.tr("Mark as read"), lambda: window.marking.mark_query(Query(matching=folder.query)), "checks")
        menu.addSeparator()
        add(self.tr("Rename"), lambda: self.rename(node), keys=native("F2"))
        add(self.tr("Edit the search…"), lambda: self.edit(folder), "settings", window.commands.key("properties"))
        add(self.tr("Copy the search"), lambda: window.outside.copy(folder.query), "copy")
        menu.addSeparator()
        add(self.tr("Remove"), lambda: self.remove(folder), "trash", native("Del"))
        return menu


def scoped(text: str, where: Query, sources: dict[int, Source]) -> str | None:
    """The words that search in a list alone; None when no words can say which list it is."""
    if where.path or where.tag or where.view == "today":
        return None
    states = {"unread": "is:unread", "bookmarks": "is:bookmarked", "continue": "is:reading"}
    # Before the text: its first word would join an OR at the end of what stands before.
    parts = [states.get(where.view, ""), " OR ".join(_source(sources, key) for key in where.sources if key in sources)]
    return " ".join(part for part in (*parts, where.matching, text) if part)


def _source(sources: dict[int, Source], key: int) -> str:
    """A source by its title, if no other one is found by it."""
    source = sources[key]
    wanted = folded(source.title)
    same = [each for each in sources.values() if any(wanted in folded(t) for t in (each.title, each.address, each.id))]
    telling = len(same) == 1 and not set(source.title) & {'"', *QUOTES}
    return f'source:"{source.title}"' if telling else f"source:{source.id}"
