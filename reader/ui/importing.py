"""A list of feeds before it is taken: what it would bring, as a tree to choose from, and what could not be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTreeWidgetItem, QVBoxLayout, QWidget

from reader.library import Library
from reader.model import Source
from reader.ui import words
from reader.ui.buttons import LinkButton, PushButton, Text
from reader.ui.checklist import Checklist, Framed
from reader.ui.lanes import Lane, Ticket
from reader.ui.lines import Style
from reader.ui.sourcemoves import ancestors, name_of

if TYPE_CHECKING:
    from reader.subscriptions import ListPreview

_TITLE, _UI, _NOTE = Style(15, 600, 20), Style(13, 400, 20), Style(12, 400, 18)
#: Warnings that are shown; a list of thousands of faults says no more than its first ones.
_MOST_WARNINGS = 50


class ImportList(QDialog):
    """What a list of feeds would bring; the user chooses and imports.

    Args:
        lane: where it is read and taken.
    """

    #: The sources that are new.
    imported = Signal(list)

    def __init__(self, library: Library, lane: Lane, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import OPML"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 560)
        self._library, self._lane, self._path = library, lane, path
        self._data = b""
        self._ticket: Ticket | None = None
        self.title = Text(path.name, _TITLE, max_lines=1)
        self.note = Text(self.tr("Reading the list…"), _UI, "ink2")
        self.feeds = Checklist(self.tr("Feeds of the list"))
        self.all, self.none = LinkButton(self.tr("All"), self), LinkButton(self.tr("None"), self)
        self.warned = LinkButton("", self, role="warn")
        self.warnings = Text("", _NOTE, "ink2")
        self.go = PushButton(self.tr("Import"), "import", self)
        self.go.setDefault(True)
        self.leave = PushButton(self.tr("Cancel"), "", self)
        self._lay_out()
        self.all.clicked.connect(lambda: self.feeds.check_all(True))
        self.none.clicked.connect(lambda: self.feeds.check_all(False))
        self.warned.clicked.connect(lambda: self.warnings.setVisible(self.warnings.isHidden()))
        self.feeds.toggled.connect(self._toggled)
        self.go.clicked.connect(self._import)
        self.leave.clicked.connect(self.reject)
        self._read()

    def _lay_out(self) -> None:
        picks = QHBoxLayout()
        picks.setSpacing(10)
        picks.addWidget(self.warned)
        picks.addStretch(1)
        picks.addWidget(self.all)
        picks.addWidget(self.none)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.note)
        column.addSpacing(4)
        column.addWidget(Framed(self.feeds), 1)
        column.addLayout(picks)
        column.addWidget(self.warnings)
        column.addSpacing(4)
        column.addLayout(buttons)
        for widget in (self.all, self.none, self.warned, self.warnings):
            widget.hide()
        self.go.setEnabled(False)

    def _read(self) -> None:
        def work() -> tuple[bytes, ListPreview]:
            data = self._path.read_bytes()
            return data, self._library.preview_opml(data, self._path.name)

        self._ticket = self._lane.run(work, lambda found: self._show(*found), self._failed)

    def _show(self, data: bytes, preview: ListPreview) -> None:
        self._data = data
        folders: dict[str, QTreeWidgetItem] = {}
        self.feeds.blockSignals(True)
        for feed in preview.feeds:
            parent: QTreeWidgetItem | None = None
            for path in ancestors(feed.folder):
                if path not in folders:
                    folders[path] = self.feeds.put(name_of(path), parent=parent)
                parent = folders[path]
            if feed.known is not None:
                note = self.tr("followed already")
            elif feed.at_home:
                note = self.tr("{host}, on your own network").format(host=words.host_of(feed.url))
            else:
                note = words.host_of(feed.url)
            self.feeds.put(
                feed.title or feed.url,
                note,
                checked=not feed.at_home,
                enabled=feed.known is None,
                parent=parent,
                data=feed.url,
            )
        self.feeds.blockSignals(False)
        self.feeds.expandToDepth(0 if len(preview.feeds) > 200 else 8)
        if preview.title:
            self.title.setText(preview.title)
        self._count(preview)
        self._warn(preview)
        for widget in (self.all, self.none):
            widget.setVisible(len(preview.new) > 1)
        self._toggled()
        self.feeds.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count(self, preview: ListPreview) -> None:
        number = QLocale().toString
        new, known = len(preview.new), len(preview.feeds) - len(preview.new)
        if not preview.feeds:
            text = self.tr("There is no feed in this list.")
        elif not new:
            text = self.tr("You follow all {count} feeds of this list already.").format(count=number(known))
        elif not known:
            text = self.tr("{count} feeds, all of them new.").format(count=number(new))
        else:
            text = self.tr("{new} new feeds; {known} are followed already and stay as they are.")
            text = text.format(new=number(new), known=number(known))
        self.note.setText(text)

    def _warn(self, preview: ListPreview) -> None:
        count = len(preview.warnings)
        text = self.tr("1 warning") if count == 1 else self.tr("{count} warnings")
        self.warned.setText(text.format(count=QLocale().toString(count)))
        self.warned.setVisible(count > 0)
        self.warnings.setText(" · ".join(preview.warnings[:_MOST_WARNINGS]))

    def _toggled(self) -> None:
        count = len(self.feeds.chosen())
        one, several = self.tr("Import 1 feed"), self.tr("Import {count} feeds")
        text = one if count == 1 else several.format(count=QLocale().toString(count))
        self.go.setText(text if count else self.tr("Import"))
        self.go.updateGeometry()
        self.go.setEnabled(count > 0)

    def _import(self) -> None:
        only = {url for url in self.feeds.chosen() if isinstance(url, str)}
        self.go.setEnabled(False)
        self.note.setText(self.tr("Adding {count} feeds…").format(count=QLocale().toString(len(only))))
        data, where, library = self._data, self._path.name, self._library

        def work() -> list[Source]:
            before = {source.key for source in library.sources()}
            sources, _ = library.import_opml(data, where, only=only)
            return [source for source in sources if source.key not in before]

        self._ticket = self._lane.run(work, self._done, self._failed)

    def _done(self, new: list[Source]) -> None:
        self.imported.emit(new)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self.note.set_role("warn")
        self.note.setText(words.sentence(error))
        self.leave.setText(self.tr("Close"))

    def done(self, result: int) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        super().done(result)
