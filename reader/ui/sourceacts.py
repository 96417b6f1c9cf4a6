"""What the user does with sources: adding, lists of feeds in and out, their menus, properties and health."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from reader.model import Query, Row, Source, SourceHealth
from reader.settings import Settings
from reader.ui import menus
from reader.ui.lanes import patient
from reader.ui.sourcechanges import SourceChanges

if TYPE_CHECKING:
    from reader.ui.adding import AddFeed
    from reader.ui.importing import ImportList
    from reader.ui.window import Window


class SourceActs(QObject):
    """The acts on sources of one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._library, self._lanes = window.library, window.lanes
        self.changes = SourceChanges(window, self)

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
        from reader.ui.health import HealthView

        window = self._window
        view = HealthView(
            self,
            window.favicons,
            self.read_health,
            self._library.now,
            lambda: window.settings.refresh_minutes,
            window,
        )
        window.sources_read.connect(view.renew)
        view.show()

    def read_health(self, done: Callable[[Sequence[SourceHealth]], None]) -> None:
        """How all sources do that the window shows, read off the GUI thread."""
        window, minutes = self._window, self._window.settings.refresh_minutes or Settings().refresh_minutes

        def read(found: list[SourceHealth]) -> None:
            done([each for each in found if each.source.key in window.sources])

        self._lanes.read.run(patient(lambda: self._library.health(interval_minutes=minutes)), read, window.tell)

    def refresh(self, sources: Sequence[Source]) -> None:
        """Refresh these now."""
        self._window.refreshing.refresh(sources)

    def browse(self, address: str) -> None:
        """Open an address in the browser."""
        self._window.outside.browse(address)

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

    def add_feed(self, address: str = "") -> AddFeed:
        """Ask for the address of a feed; nothing is fetched before the user says so."""
        from reader.ui.adding import AddFeed

        folders = self._window.sidebar.tree.folders()
        dialog = AddFeed(self._library, self._lanes.adding, address, folders, self._window)
        dialog.added.connect(lambda source: self._window.reload_sources(choose=source.key))
        dialog.open()
        return dialog

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
        elif self.is_list(path):
            self.import_list(path)
        else:
            self._lanes.adding.run(lambda: self._library.open_file(path), self._file_opened, self._window.tell)

    def is_list(self, path: Path) -> bool:
        """Whether it is called as lists of feeds are."""
        return path.suffix.lower() in (".opml", ".xml") and not path.is_dir()

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

    # Lists of feeds

    def import_opml(self) -> None:
        """Ask for a list of feeds and show what it would bring."""
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Import OPML"), "", "OPML (*.opml *.xml)")
        if name:
            self.import_list(Path(name))

    def import_list(self, path: Path) -> ImportList:
        """Show what a list of feeds would bring."""
        from reader.ui.importing import ImportList

        dialog = ImportList(self._library, self._lanes.adding, path, self._window)
        dialog.imported.connect(self._imported)
        dialog.open()
        return dialog

    def _imported(self, new: Sequence[Source]) -> None:
        text = self.tr("1 feed added") if len(new) == 1 else self.tr("{count} feeds added")
        self._window.toast.say(text.format(count=QLocale().toString(len(new))), icon_name="import")
        self._window.reload_sources()
        self._window.refreshing.refresh(new)

    def export_opml(self) -> None:
        """Ask for a file and write the list of feeds into it."""
        plain = self.tr("OPML, keys in addresses starred (*.opml)")
        whole = self.tr("OPML with keys, for yourself (*.opml)")
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Export OPML"), "inkstone.opml", ";;".join((plain, whole))
        )
        if not name:
            return
        path = Path(name).with_suffix(Path(name).suffix or ".opml")
        said = self.tr("Written: {path}").format(path=path)
        self._lanes.read.run(
            lambda: path.write_bytes(self._library.export_opml(secrets=chosen == whole)),
            lambda _: self._window.toast.say(said, icon_name="import"),
            self._window.tell,
        )

    # One source

    def mark(self, sources: Sequence[Source]) -> None:
        """Mark all articles of sources as read, undoably."""
        self._window.marking.mark_query(Query(sources=tuple(source.key for source in sources)))

    def properties(self, source: Source, *, to_address: bool = False) -> None:
        """Everything that can be set for one source, and how it does; ``to_address``: begin with its address."""
        from reader.ui.sourcepanel import SourcePanel

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
        panel.drafts_changed.connect(lambda: window.refreshing.refresh([source]))
        self.read_health(panel.take_health)
        if to_address:
            panel.address.setFocus()
            panel.address.selectAll()
        panel.open()

    def show_folder(self, path: str) -> None:
        """Show a folder source in the file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))
