"""Bookmarks and articles out of the window into files, and a browser's bookmarks in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from reader.backups import Say
from reader.errors import Usage
from reader.formats.filenames import safe
from reader.model import Query
from reader.ui.lanes import Stop

if TYPE_CHECKING:
    from reader.bookmarks import Taken
    from reader.exporting import Exported
    from reader.ui.window import Window


class ExportActs(QObject):
    """Each asks for a file first, and works beside all else, with progress in the status bar and a way to stop it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._library = window, window.library

    def import_bookmarks(self) -> None:
        """Ask for a browser's bookmarks and take them in."""
        kinds = self.tr("Bookmarks of a browser (*.html *.htm)")
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Import bookmarks"), "", kinds)
        if name:
            self.take(Path(name))

    def take(self, file: Path) -> None:
        """Take in the bookmarks of a file."""
        from reader import bookmarks  # and the others below: not before somebody wants them

        library, none = self._library, self.tr("“{name}” is no file of bookmarks").format(name=file.name)

        def work() -> Taken:
            data = file.read_bytes()
            if not bookmarks.is_list(data):
                raise Usage(detail=none)
            return bookmarks.take(library, data, file.name)

        self._window.lanes.adding.run(work, self._taken, self._window.tell)

    def _taken(self, taken: Taken) -> None:
        number = QLocale().toString
        one, many = self.tr("1 bookmark added"), self.tr("{count} bookmarks added")
        said = (one if taken.new == 1 else many).format(count=number(taken.new))
        if taken.known:
            said += self.tr(", {count} were there already").format(count=number(taken.known))
        if taken.warnings:
            said += self.tr("; what is no page was passed over")
        self._window.toast.say(said, icon_name="import")
        self._window.library_changed()

    def export_bookmarks(self) -> None:
        """Ask for a file and write all bookmarks into it."""
        kinds = {
            self.tr("Bookmarks for browsers (*.html)"): "html",
            self.tr("Markdown (*.md)"): "markdown",
            self.tr("JSON (*.json)"): "json",
            self.tr("Table, CSV (*.csv)"): "csv",
        }
        name, kind = self._ask(self.tr("Export bookmarks"), "bookmarks.html", list(kinds))
        if name is not None:
            self.write_bookmarks(name, kinds.get(kind, ""))

    def write_bookmarks(self, target: Path, form: str = "") -> None:
        """Write all bookmarks into a file; the dialog has asked whether it may be replaced."""
        from reader import exporting

        library = self._library
        ending = exporting.BOOKMARKS[exporting.format_of(target, exporting.BOOKMARKS, form)]
        target = target.with_suffix(target.suffix or ending)

        def work(stop: Stop, said: Say) -> Exported:
            return exporting.write_bookmarks(library, target, form, force=True)

        self._window.safekeeping.run(self.tr("Exporting bookmarks"), work, self._written, self._window.tell)

    def export_articles(self) -> None:
        """Ask for a folder and write the articles of the list that is shown into it, a file for each."""
        title = self._window.listing.name()
        kinds = {
            self.tr("A folder of Markdown files (*)"): "markdown",
            self.tr("A folder of pages, HTML (*)"): "html",
            self.tr("One file of JSON lines (*.jsonl)"): "jsonl",
        }
        asked = self.tr("Export the articles of “{title}”").format(title=title)
        name, kind = self._ask(asked, safe(f"Inkstone {title}"), list(kinds))
        if name is not None:
            self.write_articles(name, kinds.get(kind, ""), self._window.listing.full_query(), title)

    def write_articles(self, target: Path, form: str, query: Query, title: str) -> None:
        """Write articles; a folder that holds something already gets one of its own in it."""
        from reader import exporting

        library = self._library
        if form == "jsonl":
            target = target.with_suffix(target.suffix or ".jsonl")
        elif target.is_dir() and any(target.iterdir()):
            target /= safe(f"Inkstone {title}")

        def work(stop: Stop, said: Say) -> Exported:
            force = form == "jsonl"  # the dialog has asked
            return exporting.write_articles(library, target, form, query, force=force, progress=said, cancelled=stop)

        self._window.safekeeping.run(self.tr("Exporting articles"), work, self._written, self._window.tell)

    def _ask(self, title: str, proposed: str, kinds: list[str]) -> tuple[Path | None, str]:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name, kind = QFileDialog.getSaveFileName(self._window, title, str(Path(folder) / proposed), ";;".join(kinds))
        return (Path(name) if name else None), kind

    def _written(self, made: Exported) -> None:
        said = self.tr("Written: {path}").format(path=made.target)
        if made.warnings:
            said += self.tr("; {count} without their text").format(count=QLocale().toString(len(made.warnings)))
        self._window.toast.say(said, icon_name="import")
