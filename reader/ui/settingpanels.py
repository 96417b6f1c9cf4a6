"""What stands on the pages of the settings and is no setting: what is held, what would go, where things are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from PySide6.QtCore import QLocale, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from reader import settings as settings_file
from reader.errors import ReaderError
from reader.picturecache import CacheSize
from reader.settings import Taken
from reader.ui import settingpages, words
from reader.ui.buttons import NOTE, UI, LinkButton, PushButton, Text
from reader.ui.keysettings import KeySettings

if TYPE_CHECKING:
    from reader.ui.window import Window

#: More than any library holds: the preview counts all that would go.
_ALL = 100_000_000
#: Between two numbers that are typed.
_TYPING_MS = 250


class _Panel(QWidget):
    """A widget that asks for something off the GUI thread, and may be gone when the answer comes."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window_ = window

    def look(self) -> None:
        """See again what it tells: its page is opened, or a setting was changed."""

    def typed(self, name: str, value: Any) -> None:
        """A number is being typed into a setting, and is no value yet."""

    def ask(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Do ``work`` off the GUI thread, then ``done`` with what it gave, if this is still there."""
        self.window_.lanes.read.run(work, lambda answer: done(answer) if isValid(self) else None, self.window_.tell)


class Held(_Panel):
    """How much the picture cache holds, and a button that clears it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.held = Text(self.tr("Counting…"), UI, "ink2", max_lines=1)
        self.clear = PushButton(self.tr("Clear"), "trash")
        self.clear.setAccessibleName(self.tr("Clear the picture cache"))
        self.clear.clicked.connect(self._clear)
        self.clear.setEnabled(False)
        _row(self, (self.held, self.clear))

    def look(self) -> None:
        self.ask(self.window_.library.cache_size, self._counted)

    def _counted(self, size: CacheSize) -> None:
        one, many = self.tr("1 picture, {bytes}"), self.tr("{count} pictures, {bytes}")
        number = QLocale().toString(size.pictures)
        text = (one if size.pictures == 1 else many).format(count=number, bytes=words.bytes_of(size.bytes))
        if size.pinned_bytes:
            pinned = self.tr("{bytes} of it belong to bookmarks, and stay.")
            text = words.both(f"{text}.", pinned.format(bytes=words.bytes_of(size.pinned_bytes)))
        self.held.setText(text)
        self.held.updateGeometry()
        self.clear.setEnabled(size.bytes > size.pinned_bytes)

    def _clear(self) -> None:
        self.clear.setEnabled(False)
        self.held.setText(self.tr("Clearing…"))

        def done(freed: int) -> None:
            self.window_.thumbnails.forget_all()
            text = self.tr("The picture cache is cleared: {bytes} are free again.")
            self.window_.status.say(text.format(bytes=words.bytes_of(freed)))
            self.look()

        self.ask(self.window_.library.clear_pictures, done)


class Retention(_Panel):
    """How many articles the limits would take away, counted while they are typed."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.text = Text("", UI, "ink2", max_lines=3)
        self.now = LinkButton(self.tr("Remove them now"))
        self.now.hide()
        self.now.clicked.connect(self._remove)
        self._typed: dict[str, int] = {}
        self._pause = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._pause.timeout.connect(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.text)
        column.addWidget(self.now, 0, Qt.AlignmentFlag.AlignLeading)

    def look(self) -> None:
        self._typed = {}
        self._count()

    def typed(self, name: str, value: Any) -> None:
        if name in ("keep_days", "keep_count", "keep_in_all"):
            self._typed[name] = value
            self._pause.start()

    def _count(self) -> None:
        settings, library = self.window_.settings, self.window_.library
        days, count, in_all = (
            self._typed.get(name, getattr(settings, name)) for name in ("keep_days", "keep_count", "keep_in_all")
        )
        now, preview = library.now(), bool(self._typed)
        self.ask(
            lambda: len(library.store.overdue(now, days=days, count=count, in_all=in_all, most=_ALL)),
            lambda number: self._say(number, preview),
        )

    def _say(self, count: int, preview: bool) -> None:
        self.now.setVisible(count > 0 and not preview)
        if not count:
            self.text.setText(self.tr("Nothing."))
            return
        would = self.tr("It would remove {articles}. They can be brought back from the history for 30 days.")
        will = self.tr("{articles} go within some minutes. They can be brought back from the history for 30 days.")
        self.text.setText((would if preview else will).format(articles=words.articles(count)))

    def _remove(self) -> None:
        self.now.hide()
        self.text.setText(self.tr("They are being removed."))
        self.window_.tidying.now()


class Privacy(_Panel):
    """How many servers that is."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.text = Text("", UI, "ink2", max_lines=3)
        _row(self, (self.text,))

    def look(self) -> None:
        feeds = [source for source in self.window_.sources.values() if source.kind == "feed"]
        hosts = {urlsplit(source.address).hostname for source in feeds}
        number = QLocale().toString
        text = self.tr("Feeds: {feeds}. Their servers: {servers}. Pictures: as the page on pictures says.")
        self.text.setText(text.format(feeds=number(len(feeds)), servers=number(len(hosts))))


class Places(_Panel):
    """Where the library, the settings, the pictures and the log lie, and how large they are."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        paths = window.library.paths
        self._files = (
            (self.tr("Library"), paths.database),
            (self.tr("Settings"), paths.settings),
            (self.tr("Pictures"), paths.pictures),
            (self.tr("Log"), paths.log),
        )
        self._sizes: list[Text] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for name, path in self._files:
            line = QWidget()
            label = Text(name, UI, "ink2", max_lines=1)
            label.setFixedWidth(84)
            where = Text(str(path), NOTE, "ink3", max_lines=1)
            where.setToolTip(str(path))
            size = Text("", NOTE, "ink3", max_lines=1)
            self._sizes.append(size)
            show = LinkButton(self.tr("Show"))
            show.setAccessibleName(self.tr("Show: {name}").format(name=name))
            show.clicked.connect(lambda _on=False, path=path: show_in_folder(path))
            _row(line, (label, where, size, show), wide=where)
            column.addWidget(line)

    def look(self) -> None:
        self.ask(lambda: [_bytes_in(path) for _, path in self._files], self._measured)

    def _measured(self, sizes: list[int]) -> None:
        for text, size in zip(self._sizes, sizes, strict=True):
            text.setText(words.bytes_of(size))
            text.updateGeometry()


class SettingsFile(_Panel):
    """Exporting, importing and showing the file."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.export_ = PushButton(self.tr("Export settings…"), "open")
        self.import_ = PushButton(self.tr("Import settings…"), "import")
        self.show_ = LinkButton(self.tr("Show the file"))
        self.note = Text("", NOTE, "ink2", max_lines=6)
        self.note.hide()
        self.export_.clicked.connect(self._choose_export)
        self.import_.clicked.connect(self._choose_import)
        self.show_.clicked.connect(lambda: show_in_folder(window.library.paths.settings))
        line = QWidget()
        _row(line, (self.export_, self.import_, self.show_))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(line)
        column.addWidget(self.note)

    def _choose_export(self) -> None:
        name = str(Path.home() / "inkstone-settings.json")
        file, _ = QFileDialog.getSaveFileName(self, self.tr("Export settings"), name, self.tr("Settings (*.json)"))
        if file:
            self.export_to(Path(file))

    def export_to(self, file: Path) -> None:
        """Write the settings to a file, and say so."""
        try:
            settings_file.export_to(file, self.window_.settings)
        except OSError as error:
            text = self.tr("{file} cannot be written: {detail}.")
            self._say(text.format(file=file.name, detail=(error.strerror or str(error)).lower()), "warn")
            return
        self._say(self.tr("Exported to {file}.").format(file=file.name))

    def _choose_import(self) -> None:
        home, kinds = str(Path.home()), self.tr("Settings (*.json)")
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Import settings"), home, kinds)
        if file:
            self.import_from(Path(file))

    def import_from(self, file: Path) -> None:
        """Take what a file says, as far as it fits, and say what was not taken."""
        try:
            taken = settings_file.import_from(file, self.window_.settings)
        except ReaderError as error:
            self._say(words.sentence(error), "warn")
            return
        self._say(said_of(taken), "warn" if taken.refused or taken.unknown else "ink2")
        self.window_.set_setting(**{name: getattr(taken.settings, name) for name in taken.changed})

    def _say(self, text: str, role: str = "ink2") -> None:
        self.note.set_role(role)
        self.note.setText(text)
        self.note.show()
        self.note.updateGeometry()


class Keys(_Panel):
    """All commands with their keys; made when its page is opened for the first time."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.keys: KeySettings | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def look(self) -> None:
        if self.keys is None:
            window = self.window_
            self.keys = KeySettings(window.commands, lambda: window.settings, window.set_setting)
            self._column.addWidget(self.keys)


class Care(_Panel):
    """Leads to backups, checks and repair."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.open = PushButton(self.tr("Backup and repair…"), "check")
        self.open.clicked.connect(window.safekeeping.dialog)
        _row(self, (self.open,))


#: By the id of their line in the table.
PANELS: dict[str, Callable[[Window], _Panel]] = {
    "cache": Held, "retention": Retention, "privacy": Privacy, "places": Places, "care": Care, "file": SettingsFile,
    "keys": Keys,
}  # fmt: skip


def said_of(taken: Taken) -> str:
    """What came of an imported file, with the names of what was not taken."""
    tr = settingpages.tr
    number = QLocale().toString(len(taken.changed))
    said = tr("1 setting changed.") if len(taken.changed) == 1 else tr("{count} settings changed.").format(count=number)
    labels = {setting.id: setting.label for setting in settingpages.settings()}
    if taken.refused:
        names = ", ".join(labels.get(name, name) for name in taken.refused)
        said = words.both(said, tr("Not taken, as the values do not fit: {names}.").format(names=names))
    if taken.unknown:
        names = ", ".join(name[:40] for name in taken.unknown[:12])
        said = words.both(said, tr("Not known to this version: {names}.").format(names=names))
    return said


def show_in_folder(path: Path) -> None:
    """Open the folder of a file, or the folder itself, in the file manager."""
    folder = path if path.is_dir() else path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _bytes_in(path: Path) -> int:
    """How much a file (a database with its log), or all files of a folder, take."""
    files = [entry for part in os.walk(path) for entry in (os.path.join(part[0], name) for name in part[2])]
    total = 0
    for file in files or [str(path), f"{path}-wal"]:
        try:
            total += os.stat(file, follow_symlinks=False).st_size
        except OSError:  # it went meanwhile, or is not there yet
            continue
    return total


def _row(box: QWidget, parts: tuple[QWidget, ...], wide: QWidget | None = None) -> None:
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part, 1 if part is wide or (isinstance(part, Text) and len(parts) == 1) else 0)
    if wide is None and not (len(parts) == 1 and isinstance(parts[0], Text)):
        row.addStretch(1)
