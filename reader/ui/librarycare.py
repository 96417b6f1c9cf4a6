"""Backup and repair in one window: what the library is, whether it is sound, its backups, and putting one back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from reader.backups import Backup, Held
from reader.keeping import Looked
from reader.settings import BOUNDS, Settings
from reader.ui import words
from reader.ui.buttons import IconButton, Pane, PushButton, Text
from reader.ui.carefacts import Act, Facts
from reader.ui.checklist import Framed, WordLines
from reader.ui.formparts import NumberField, named, over_buttons, ringed, section
from reader.ui.lines import Style
from reader.ui.notices import Banner
from reader.ui.question import Question
from reader.ui.scrollbar import overlay
from reader.ui.statusline import Bar
from reader.ui.words import tr

if TYPE_CHECKING:
    from reader.ui.safekeeping import Safekeeping

_UI, _NOTE = Style(13, 400, 20), Style(12, 400, 18)
_LINE_PX = 28
_LIST_PX = 3 * _LINE_PX + 12


def counts_of(held: Held) -> str:
    """ "12,345 articles, 89 bookmarks", as far as a backup says it."""
    return counted(held.articles, held.bookmarks) if held.articles >= 0 else ""


def counted(articles: int, bookmarks: int) -> str:
    """ "12,345 articles, 89 bookmarks" """
    number = QLocale().toString(bookmarks)
    one, many = tr("1 bookmark"), tr("{count} bookmarks")
    said = (one if bookmarks == 1 else many).format(count=number)
    return tr("{articles}, {bookmarks}").format(articles=words.articles(articles), bookmarks=said)


def fit(dialog: QDialog) -> None:
    """Makes a dialog as high as what it shows, now that its texts have found their lines."""
    layout = dialog.layout()
    assert layout is not None
    layout.invalidate()
    height = max(layout.totalHeightForWidth(dialog.width()), layout.totalMinimumSize().height())
    dialog.setMinimumHeight(height)
    dialog.resize(dialog.width(), height)


class LibraryCare(QDialog):
    """A window of its own beside the main one. Everything it does can be stopped, and happens beside other work.

    Args:
        now: the clock, UTC.
    """

    #: How many backups are kept, or how often one is made, was changed: by the names of ``Settings``.
    kept_changed = Signal(object)

    def __init__(
        self, care: Safekeeping, settings: Settings, now: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Backup and repair"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(660, 0)
        self._care, self._now = care, now
        self._make_parts(settings)
        self._lay_out()
        self._connect()
        self._tell_progress("", 0.0)
        self._look()
        fit(self)
        self.back_up.setFocus()

    # Making

    def _make_parts(self, settings: Settings) -> None:
        self.banner = Banner(self, role=QPalette.ColorRole.Base)
        self.banner.hide()
        self.place = _wide(Text("…", _UI, max_lines=1))
        self.holds = _wide(Text(self.tr("Counting…"), _UI, max_lines=1))
        self.sizes = Text("", _NOTE, "ink3")
        self.looked = _wide(Text("", _UI))
        self.show_place = self._button(self.tr("Open the folder"), "folder")
        self.check = self._button(self.tr("Check now"), "check")
        self.kept = _number(settings.backups_kept, "backups_kept", self.tr("Backups that are kept"), self)
        self.days = _number(settings.backup_days, "backup_days", self.tr("Days between two backups"), self)
        self.list = BackupList(self)
        self.list.setAccessibleName(self.tr("Backups"))
        self.restore = self._button(self.tr("Restore…"), "undo")
        self.restore_file = self._button(self.tr("Restore a file…"), "import")
        self.back_up = self._button(self.tr("Back up now…"), "copy")
        self.note = Text("", _UI, "ink2", max_lines=2)
        self.bar, self.stop = Bar(), IconButton("close", self.tr("Stop"), size=14, side=24)
        self.leave = self._button(self.tr("Close"), "")

    def _button(self, text: str, icon_name: str) -> PushButton:
        button = PushButton(text, icon_name, self)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        inner = Pane(QPalette.ColorRole.Base)
        form = QVBoxLayout(inner)
        form.setContentsMargins(22, 10, 22, 18)
        form.setSpacing(3)
        form.addWidget(self.banner)
        section(form, self.tr("The library"))
        form.addWidget(named(self.tr("Lies in"), self.place, self.show_place))
        form.addWidget(named(self.tr("Holds"), self.holds))
        form.addWidget(named("", self.sizes))
        form.addWidget(named(self.tr("Last check"), self.looked, self.check))
        section(form, self.tr("Backups"))
        kept, days = (
            Text(self.tr("kept, one every"), _UI, "ink2", max_lines=1),
            Text(self.tr("days"), _UI, "ink2", max_lines=1),
        )
        form.addWidget(named(self.tr("By themselves"), self.kept, kept, self.days, days))
        form.addSpacing(4)
        framed = Framed(self.list)
        framed.setFixedHeight(_LIST_PX)
        form.addLayout(ringed(framed, both=False))
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.restore)
        row.addWidget(self.restore_file)
        row.addStretch(1)
        row.addWidget(self.back_up)
        form.addLayout(ringed(row, both=False))
        form.addSpacing(6)
        told = self.tr(
            "A backup is one file with articles, bookmarks, notes, settings and history, and is read again when it is "
            "written. To move to another computer, back up here and restore there. Passwords stay in the system’s "
            "keyring, and pictures are fetched again."
        )
        form.addWidget(Text(told, _NOTE, "ink3"))
        over_buttons(self, inner, self.note, self.bar, self.stop, self.leave)

    def _connect(self) -> None:
        care = self._care
        care.progress.connect(self._tell_progress)
        care.changed.connect(self._look)
        self.stop.clicked.connect(care.stop)
        self.show_place.clicked.connect(care.open_folder)
        self.check.clicked.connect(self._check)
        self.back_up.clicked.connect(self._back_up)
        self.restore.clicked.connect(self._restore_chosen)
        self.restore_file.clicked.connect(self._restore_file)
        self.list.itemActivated.connect(lambda _item: self._restore_chosen())
        self.list.itemSelectionChanged.connect(self._chosen_changed)
        self.banner.acted.connect(self._act)
        self.leave.clicked.connect(self.accept)
        self.kept.editingFinished.connect(lambda: self._set("backups_kept", self.kept))
        self.days.editingFinished.connect(lambda: self._set("backup_days", self.days))

    # What is known

    def _look(self) -> None:
        self._care.look(lambda facts: self._put(facts) if isValid(self) else None, self._failed)

    def _put(self, facts: Facts) -> None:
        self.place.setText(words.path_of(facts.folder))
        self.place.setToolTip(str(facts.folder))
        self.holds.setText(counted(facts.articles, facts.bookmarks))
        parts = {
            self.tr("Library {bytes}"): facts.bytes,
            self.tr("pictures {bytes}"): facts.pictures_bytes,
            self.tr("backups {bytes}"): sum(each.bytes for each in facts.held),
        }
        self.sizes.setText(" · ".join(text.format(bytes=words.bytes_of(size)) for text, size in parts.items()))
        self._put_look(facts.looked)
        self.list.put(facts.held)
        self._chosen_changed()
        fit(self)

    def _put_look(self, looked: Looked | None) -> None:
        if looked is None:
            self.looked.setText(self.tr("Not yet; it is checked by itself once a day"))
            self.banner.hide()
            return
        when = words.time_or_day(looked.when, self._now())
        if not looked.problems:
            self.looked.setText(self.tr("{time}: it is sound").format(time=when))
            self.banner.hide()
            return
        self.looked.setText(self.tr("{time}: it is damaged").format(time=when))
        self.banner.set(
            self.tr("The library’s file is damaged."),
            self.tr(
                "“{problem}”. Repairing saves what can be read into a new file, and bookmarks and notes come back from "
                "the journal; the damaged file is kept. A backup brings back the state of its day."
            ).format(problem=looked.problems[0].rstrip(".")),
            (
                ("repair", self.tr("Repair now"), "settings"),
                ("restore", self.tr("Restore a backup…"), "undo"),
                ("folder", self.tr("Open the folder"), "folder"),
            ),
        )
        self.banner.show()

    def _chosen_changed(self) -> None:
        self.restore.setEnabled(self.list.chosen() is not None and not self._care.running)

    # Doing

    def _tell_progress(self, text: str, share: float) -> None:
        busy = self._care.running
        for widget in (self.bar, self.stop):
            widget.setVisible(busy)
        for button in (self.check, self.back_up, self.restore_file):
            button.setEnabled(not busy)
        self._chosen_changed()
        self.bar.set_share(share)
        if busy and text:
            self._say(f"{text}…")
        elif self.note.text().endswith("…"):
            self._say("")

    def _say(self, text: str, *, trouble: bool = False) -> None:
        self.note.set_role("warn" if trouble else "ink2")
        self.note.setText(text)
        self.note.setToolTip(text)

    def _failed(self, error: BaseException) -> None:
        if isValid(self):
            self._say(words.sentence(error), trouble=True)

    def _check(self) -> None:
        self._care.check(self._checked, self._failed)

    def _checked(self, looked: Looked) -> None:
        if isValid(self):
            damaged = bool(looked.problems)
            text = self.tr("The library is damaged.") if damaged else self.tr("The library is sound.")
            self._say(text, trouble=damaged)

    def _back_up(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        proposed = Path(folder) / f"inkstone-{self._now().astimezone():%Y-%m-%d}.zip"
        kinds = self.tr("Backups (*.zip)")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Back up the library"), str(proposed), kinds)
        if name:
            self.back_up_to(Path(name).with_suffix(Path(name).suffix or ".zip"))

    def back_up_to(self, file: Path) -> None:
        """Write a backup into a file; what is there is replaced once the new one was read again."""
        self._care.back_up(file, self._backed_up, self._failed)

    def _backed_up(self, made: Backup) -> None:
        if isValid(self):
            text = self.tr("Written and read again: {file}, {bytes}")
            self._say(text.format(file=made.file, bytes=words.bytes_of(made.bytes)))

    def _set(self, name: str, field: NumberField) -> None:
        low, high = BOUNDS[name]
        value = min(max(field.value(), low), high)
        field.setText(str(value))
        self.kept_changed.emit({name: value})

    # Putting back

    def _act(self, what: str) -> None:
        if what == "repair":
            self._ask_repair()
        elif what == "folder":
            self._care.open_folder()
        elif self.list.count():
            self.list.setFocus()
            self.list.setCurrentRow(0)
        else:
            self._restore_file()

    def _restore_chosen(self) -> None:
        held = self.list.chosen()
        if held is not None and not self._care.running:
            self.ask(held)

    def _restore_file(self) -> None:
        kinds = self.tr("Backups (*.zip *.sqlite3)")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Restore a backup"), "", kinds)
        if name:
            self._care.look_into(Path(name), self._ask_alive, self._failed)

    def _ask_alive(self, held: Held) -> None:
        if isValid(self):
            self.ask(held)

    def ask(self, held: Held) -> None:
        """Ask once, and say what will be there and what becomes of what is there now."""
        day = words.long_date(held.written)
        parts = [counts_of(held), words.bytes_of(held.bytes)]
        holds = self.tr("It holds {what}.").format(what=", ".join(part for part in parts if part))
        settings = self.tr("The settings in it are taken as well.") if held.settings else ""
        kept = self.tr("The library as it is now is kept beside it. The window closes and opens again.")
        box = self._box(
            self.tr("Put the backup of {day} in the library’s place?").format(day=day),
            " ".join(part for part in (holds, settings, kept) if part),
            self.tr("Restore"),
        )
        box.accepted.connect(lambda: self._care.leave_for(Act("restore", held.file)))
        box.open()

    def _ask_repair(self) -> None:
        box = self._box(
            self.tr("Repair the library?"),
            self.tr("The window closes, and opens again when it is done. The damaged file is kept."),
            self.tr("Repair"),
        )
        box.accepted.connect(lambda: self._care.leave_for(Act("repair")))
        box.open()

    def _box(self, title: str, text: str, yes: str) -> Question:
        return Question(title, text, yes, self.tr("Cancel"), self)


class BackupList(QListWidget):
    """The library's own backups, the newest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(WordLines(self))
        overlay(self)

    def put(self, held: tuple[Held, ...]) -> None:
        """Show these; what is chosen stays chosen."""
        before = self.chosen()
        self.clear()
        for each in held:
            parts = (words.long_date(each.written), counts_of(each), words.bytes_of(each.bytes))
            item = QListWidgetItem(" · ".join(part for part in parts if part), self)
            item.setData(Qt.ItemDataRole.UserRole, each)
            item.setSizeHint(QSize(0, _LINE_PX))
            if before is not None and each.file == before.file:
                self.setCurrentItem(item)
        if not held:
            empty = QListWidgetItem(self.tr("None yet; the first one is made when nothing else goes on."), self)
            empty.setSizeHint(QSize(0, _LINE_PX))
            empty.setFlags(Qt.ItemFlag.NoItemFlags)

    def chosen(self) -> Held | None:
        """The one that is selected."""
        found = [item.data(Qt.ItemDataRole.UserRole) for item in self.selectedItems()]
        return found[0] if found else None


def _wide(text: Text) -> Text:
    policy = text.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
    text.setSizePolicy(policy)
    return text


def _number(value: int, name: str, accessible: str, parent: QWidget) -> NumberField:
    field = NumberField(value, BOUNDS[name][1], "0", parent)
    field.setText(str(value))
    field.setFixedWidth(64)
    field.setAccessibleName(accessible)
    return field
