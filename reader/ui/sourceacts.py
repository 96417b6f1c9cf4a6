"""What the user does with sources: adding, importing, naming, ordering, removing; each with its way back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QMimeData, QObject, QPoint, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence
from PySide6.QtWidgets import QFileDialog

from reader.errors import NotFound
from reader.library import is_address
from reader.model import Query, Row, Source
from reader.ui import menus, words
from reader.ui.adding import AddFeed
from reader.ui.health import HealthView
from reader.ui.importing import ImportList
from reader.ui.sourcemoves import BETWEEN, Move, joined, planned, renamed
from reader.ui.sourcepanel import SourcePanel
from reader.ui.sourcetree import Kind, Node

if TYPE_CHECKING:
    from reader.ui.window import Window

#: Things dropped at once: each opens or adds something.
_MOST_DROPPED = 20
#: A removal can be taken back for as long as the toast says so (8 s), and a little longer.
_PARTING_MS = 8500


class SourceActs(QObject):
    """The acts on sources of one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._library, self._lanes = window.library, window.lanes
        self._undo: Callable[[], None] | None = None
        self._leaving: dict[int, Source] = {}
        self._parting = QTimer(self, interval=_PARTING_MS, singleShot=True)
        self._parting.timeout.connect(self._part)

    def source_menu(self, key: int, place: QPoint) -> None:
        """What can be done with a source."""
        source = self._window.sources.get(key)
        if source is not None:
            menus.source(self._window, source).popup(place)

    def folder_menu(self, path: str, place: QPoint) -> None:
        """What can be done with a folder of the sidebar."""
        node = self._window.sidebar.tree.find("folder", path)
        if node is not None:
            menus.folder(self._window, path, list(node.sources())).popup(place)

    def health(self) -> None:
        """How all sources do."""
        window = self._window
        view = HealthView(
            self,
            window.favicons,
            lambda: list(window.sources.values()),
            self._library.now,
            lambda: window.settings.refresh_minutes,
            window,
        )
        window.sources_read.connect(view.renew)
        view.show()

    def refresh(self, sources: Sequence[Source]) -> None:
        """Refresh these now."""
        self._window.refreshing.refresh(sources)

    def browse(self, address: str) -> None:
        """Open an address in the browser."""
        self._window.browse(address)

    def current_properties(self) -> None:
        """The properties of the source that is chosen in the sidebar, or of the open article's."""
        source = self._window.listing.source() or self._window.sources.get(self._source_of_article())
        if source is None:
            self._window.status.say(self.tr("Choose a source first."))
        else:
            self.properties(source)

    def _source_of_article(self) -> int:
        row = self._window.row(self._window.reading.key)
        return row.source_key if row is not None else -1

    # Adding

    def add_feed(self, address: str = "") -> None:
        """Ask for the address of a feed."""
        folders = self._window.sidebar.tree.folders()
        dialog = AddFeed(self._library, self._lanes.adding, address, folders, self._window)
        dialog.added.connect(lambda source: self._window.reload_sources(choose=source.key))
        dialog.open()

    def open_folder(self) -> None:
        """Ask for a folder and watch it."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder"))
        if name:
            self.open_path(Path(name))

    def open_file(self) -> None:
        """Ask for a file and show it."""
        kinds = self.tr("Articles") + " (*.md *.markdown *.mdx *.Rmd *.html *.htm *.xhtml *.txt *.org)"
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a file"), "", kinds)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a folder as a source, a list of feeds, or a file as an article."""
        if path.is_dir():
            self._add_sources(lambda: [self._library.add_folder(path)])
        elif path.suffix.lower() in (".opml", ".xml"):
            self._import(path)
        else:
            self._lanes.adding.run(lambda: self._library.open_file(path), self._file_opened, self._window.tell)

    def _file_opened(self, row: Row) -> None:
        window = self._window
        window.reopen = row.id
        if window.listing.query.sources == (row.source_key,):
            window.reload_sources()
            window.listing.again()
        else:
            window.reload_sources(choose=row.source_key)

    def open_sample(self) -> None:
        """Add the sample library that ships with the program."""
        folder = self.tr("Sample library")
        self._add_sources(lambda: self._library.add_sample(folder))

    def _add_sources(self, work: Callable[[], list[Source]]) -> None:
        def added(sources: list[Source]) -> None:
            self._window.reload_sources(choose=sources[0].key if sources else None)
            self._window.refreshing.refresh(sources)

        self._lanes.adding.run(work, added, self._window.tell)

    def can_drop(self, data: QMimeData) -> bool:
        """Whether a file, a folder or an address was brought."""
        return data.hasUrls() or is_address(data.text().strip())

    def drop(self, data: QMimeData) -> None:
        """Open what was dropped on the window; of several addresses the first is asked for."""
        for url in (data.urls() or [QUrl(data.text().strip())])[:_MOST_DROPPED]:
            if url.isLocalFile():
                self.open_path(Path(url.toLocalFile()))
            else:
                self.add_feed(url.toString())
                break

    # Lists of feeds

    def import_opml(self) -> None:
        """Ask for a list of feeds and show what it would bring."""
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Import OPML"), "", "OPML (*.opml *.xml)")
        if name:
            self._import(Path(name))

    def _import(self, path: Path) -> None:
        dialog = ImportList(self._library, self._lanes.adding, path, self._window)
        dialog.imported.connect(self._imported)
        dialog.open()

    def _imported(self, new: Sequence[Source]) -> None:
        text = self.tr("1 feed added") if len(new) == 1 else self.tr("{count} feeds added")
        self._window.toast.say(text.format(count=QLocale().toString(len(new))), icon_name="import")
        self._window.reload_sources()
        self._window.refreshing.refresh(new)

    def export_opml(self) -> None:
        """Ask for a file and write the list of feeds into it."""
        plain, whole = self.tr("OPML, keys in addresses starred"), self.tr("OPML with keys, for yourself")
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Export OPML"), "inkstone.opml", f"{plain} (*.opml);;{whole} (*.opml)"
        )
        if not name:
            return
        path = Path(name).with_suffix(Path(name).suffix or ".opml")
        said = self.tr("Written: {path}").format(path=path)
        self._lanes.read.run(
            lambda: path.write_bytes(self._library.export_opml(secrets=chosen.startswith(whole))),
            lambda _: self._window.toast.say(said, icon_name="import"),
            self._window.tell,
        )

    # One source

    def act(self, name: str, node: Node) -> None:
        """What a key in the sidebar asks for; see ``Sidebar.act_wanted``."""
        source = node.source
        if name in ("up", "down"):
            self._step(node, -1 if name == "up" else 1)
        elif name == "rename":
            self.rename(node.kind, node.name)
        elif name == "remove":
            self.remove(list(node.sources()))
        elif source is not None:
            self.properties(source)

    def rename(self, kind: Kind, name: str) -> None:
        """Edit the title of a source, or the name of a folder, where it stands."""
        node = self._window.sidebar.tree.find(kind, name)
        if node is None:
            return
        source = node.source

        def named(text: str) -> None:
            if source is not None:
                self._change(lambda: self._library.store.edit_source(source.key, title=text))
            elif text:
                path = joined(name.rpartition(BETWEEN)[0], " ".join(text.replace("/", "\u2215").split()))
                self.move(renamed(self._sources(), name, path))

        self._window.sidebar.view.edit_title(node, named)

    def _change(self, work: Callable[[], object]) -> None:
        self._lanes.store.run(work, lambda _: self._window.library_changed(), self._window.tell)

    def mark(self, sources: Sequence[Source]) -> None:
        """Mark all articles of sources as read, undoably."""
        self._window.mark_query(Query(sources=tuple(source.key for source in sources)))

    def properties(self, source: Source, *, to_address: bool = False) -> None:
        """Everything that can be set for one source, and how it does; ``to_address``: begin with its address."""
        window = self._window
        panel = SourcePanel(
            self._library,
            self._lanes,
            source,
            window.sidebar.tree.folders(),
            minutes=window.settings.refresh_minutes,
            parent=window,
        )
        panel.saved.connect(window.library_changed)
        if to_address:
            panel.address.setFocus()
            panel.address.selectAll()
        panel.open()

    # Their places

    def _sources(self) -> tuple[Source, ...]:
        return self._window.sidebar.tree.sources()

    def move(self, move: Move | None) -> None:
        """Put sources elsewhere, with a way back."""
        if move is None:
            return
        back = move.back(self._sources())

        def moved(_: object) -> None:
            self._offer_undo(self._said_of(move), lambda: self._put(back))
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
        if self._window.toast.isVisible() and self._undo is not None:  # the pointer rests on it
            self._parting.start()
        else:
            self.finish()

    def finish(self) -> None:
        """Remove for good what was removed; called when the window closes as well."""
        self._parting.stop()
        keys = list(self._leaving)
        if not keys:
            return
        self._undo = None

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
        self._undo = undo
        key = self._window.commands["undo"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self._window.toast.say(text, self.tr("Undo"), key, icon_name="undo")

    def take_back(self) -> bool:
        """Undo the last act on sources; False when something else was done since."""
        undo, self._undo = self._undo, None
        if undo is None:
            return False
        undo()
        return True

    def forget(self) -> None:
        """Something else was done: that is what an undo takes back now."""
        self._undo = None

    def show_folder(self, path: str) -> None:
        """Show a folder source in the file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))
