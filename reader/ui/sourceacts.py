"""What the user does with sources: adding, importing, naming, ordering, removing; each with its way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QMimeData, QObject, QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from reader.library import is_address
from reader.model import Query, Row, Source
from reader.ui import menus, words
from reader.ui.adding import AddFeed

if TYPE_CHECKING:
    from reader.ui.window import Window

#: Things dropped at once: each opens or adds something.
_MOST_DROPPED = 20


class SourceActs(QObject):
    """The acts on sources of one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._library, self._lanes = window.library, window.lanes

    def source_menu(self, key: int, place: QPoint) -> None:
        """What can be done with a source."""
        source = self._window.sources.get(key)
        if source is not None:
            menus.source(self._window, source).popup(place)

    def show_failing(self) -> None:
        """Go to the first source that fails."""
        failing = next((source.key for source in self._window.sources.values() if source.error), None)
        if failing is not None:
            self._window.sidebar.select(None, failing)

    # Adding

    def add_feed(self, address: str = "") -> None:
        """Ask for the address of a feed."""
        dialog = AddFeed(self._library, self._lanes.adding, address, self._window)
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
        elif path.suffix.lower() == ".opml":
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
        """Ask for a subscription list and follow its feeds."""
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Import OPML"), "", "OPML (*.opml *.xml)")
        if name:
            self._import(Path(name))

    def _import(self, path: Path) -> None:
        def added(result: tuple[list[Source], tuple[str, ...]]) -> None:
            listed, passed_over = result
            new = sum(1 for each in listed if each.key not in before)
            text = self.tr("1 feed added") if new == 1 else self.tr("{count} feeds added")
            text = text.format(count=QLocale().toString(new))
            if passed_over:
                count = QLocale().toString(len(passed_over))
                text = self.tr("{added}. Passed over: {count}, first: {first}").format(
                    added=text, count=count, first=passed_over[0]
                )
            self._window.toast.say(text, icon_name="import")
            self._window.reload_sources()
            self._window.refreshing.refresh(listed)

        before = set(self._window.sources)
        self._lanes.adding.run(
            lambda: self._library.import_opml(path.read_bytes(), path.name), added, self._window.tell
        )

    # One source

    def rename(self, source: Source) -> None:
        """Ask for another title."""
        title, ok = QInputDialog.getText(self._window, self.tr("Rename"), self.tr("Title"), text=source.title)
        if ok:
            work = lambda: self._library.store.edit_source(source.key, title=title.strip())  # noqa: E731
            self._lanes.store.run(work, lambda _: self._window.library_changed(), self._window.tell)

    def remove(self, source: Source) -> None:
        """Ask, then remove a source; what was bookmarked stays."""
        text = self.tr(
            "Remove “{title}” and its articles? Bookmarked articles stay in “Kept”; files stay where they are."
        )
        answer = QMessageBox.question(self._window, self.tr("Remove"), text.format(title=words.source_title(source)))
        if answer == QMessageBox.StandardButton.Yes:
            self._lanes.store.run(
                lambda: self._library.store.remove_source(source.key), lambda _: self._removed(), self._window.tell
            )

    def _removed(self) -> None:
        self._window.close_article()
        self._window.sidebar.select("all")
        self._window.library_changed()

    def mark(self, source: Source) -> None:
        """Mark all articles of a source as read, undoably."""
        self._window.mark_query(Query(sources=(source.key,)))

    def show_folder(self, path: str) -> None:
        """Show a folder source in the file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))
