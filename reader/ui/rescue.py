"""What is done while no window has the library open: a damaged one is repaired, a backup is put back."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from reader import backups, keeping
from reader import settings as settings_file
from reader.backups import Backup
from reader.errors import StoreCorrupt, StoreError
from reader.keeping import Repaired
from reader.library import Library
from reader.paths import Paths
from reader.ui import words
from reader.ui.buttons import Pane, PushButton, Text
from reader.ui.carefacts import Act, share_of
from reader.ui.checklist import Framed
from reader.ui.lanes import Lane, Stop
from reader.ui.librarycare import BackupList, counted, fit
from reader.ui.lines import Style
from reader.ui.statusline import Bar
from reader.ui.theme import Choice, Themes

log = logging.getLogger(__name__)

_TITLE, _UI = Style(15, 600, 20), Style(13, 400, 20)
_LIST_PX = 3 * 28 + 12


def opened(app: QApplication, where: Paths, error: StoreError) -> Library:
    """The library after all: a damaged one can be repaired, or replaced by a backup.

    Args:
        error: why it cannot be opened.

    Raises:
        StoreError: it cannot be used, and the user left it so.
    """
    while True:
        log.info("the library cannot be opened: %s", error)
        if app.platformName() == "offscreen":
            raise error
        if not isinstance(error, StoreCorrupt):
            if not sys.stderr.isatty():  # whoever started the program by a click sees no terminal
                QMessageBox.critical(None, "Inkstone", words.sentence(error))
            raise error
        if Rescue(where, error=error).exec() != QDialog.DialogCode.Accepted:
            raise error
        try:
            return Library(where)
        except StoreError as again:
            error = again


def carry_out(act: Act, where: Paths) -> None:
    """Do what the window was closed for; when it fails, the library is as it was."""
    Rescue(where, act=act).exec()


class Rescue(QDialog):
    """Says what is wrong and offers what can be done, or does at once what it was opened for.

    Accepted means: the library may be opened (again).

    Args:
        error: why the library cannot be opened.
        act: what is to be done.
    """

    _said = Signal(float)

    def __init__(
        self, where: Paths, *, error: StoreError | None = None, act: Act | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Inkstone")
        self.resize(620, 0)
        self._where, self._act = where, act
        choice: Choice = settings_file.load(where.settings).theme  # type: ignore[assignment]
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._themes = Themes(app, choice, self)
        self._lane = Lane("rescue", parent=self)
        self._working = False
        self._said.connect(self._progress, Qt.ConnectionType.QueuedConnection)
        self.title = Text(self.tr("The library is damaged"), _TITLE)
        self.text = Text("", _UI, "ink2")
        self.list = BackupList(self)
        self.list.setAccessibleName(self.tr("Backups"))
        self.bar = Bar()
        self.repair = self._button(self.tr("Repair"), "settings", lambda: self.begin(Act("repair")))
        self.restore = self._button(self.tr("Restore this backup"), "undo", self._restore)
        self.other = self._button(self.tr("Restore a file…"), "import", self._restore_file)
        self.quit = self._button(self.tr("Quit"), "", self.reject)
        self.go = self._button(self.tr("Open the library"), "check", self.accept)
        self._lay_out()
        if act is not None:
            self.begin(act)
        else:
            self._offer(error)

    def _button(self, text: str, icon_name: str, run: Callable[[], object]) -> PushButton:
        button = PushButton(text, icon_name, self)
        button.clicked.connect(lambda: run())
        return button

    def _lay_out(self) -> None:
        inner = Pane(QPalette.ColorRole.Base)
        form = QVBoxLayout(inner)
        form.setContentsMargins(24, 20, 24, 16)
        form.setSpacing(8)
        self.framed = Framed(self.list)
        self.framed.setFixedHeight(_LIST_PX)
        for part in (self.title, self.text, self.framed, self.bar):
            form.addWidget(part)
        form.addStretch(1)
        row = QHBoxLayout()
        row.setContentsMargins(20, 8, 20, 12)
        row.addWidget(self.quit)
        row.addStretch(1)
        for button in (self.other, self.restore, self.repair, self.go):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(inner, 1)
        column.addLayout(row)

    def _show_parts(self, *shown: QWidget) -> None:
        for part in (self.framed, self.bar, self.repair, self.restore, self.other, self.quit, self.go):
            part.setVisible(part in shown)

    # What can be done

    def _offer(self, error: BaseException | None) -> None:
        """Let the user choose."""
        held = tuple(backups.held(self._where))
        self.list.put(held)
        if held:
            self.list.setCurrentRow(0)
        said = f"{words.sentence(error)} " if error is not None else ""
        told = self.tr(
            "Repair saves what can be read into a new file, and brings bookmarks, tags and notes back from the "
            "journal. Or put a backup in its place. "
            "Either way the damaged file is kept beside the new one. Quit changes nothing."
        )
        self.text.setText(said + told)
        self._show_parts(self.repair, self.other, self.quit, *((self.framed, self.restore) if held else ()))
        self.repair.setDefault(True)
        fit(self)

    def _restore(self) -> None:
        held = self.list.chosen()
        if held is not None:
            self.begin(Act("restore", held.file))

    def _restore_file(self) -> None:
        kinds = self.tr("Backups (*.zip *.sqlite3)")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Restore a backup"), "", kinds)
        if name:
            self.begin(Act("restore", Path(name)))

    # Doing

    def begin(self, act: Act) -> None:
        """Do it; nothing else can be chosen meanwhile."""
        self._working = True
        self._show_parts(self.bar)
        self.bar.set_share(0.0)
        where = self._where
        if act.kind == "repair":
            self.title.setText(self.tr("Repairing the library…"))
            self.text.setText(self.tr("What can be read is saved into a new file."))
            steps = iter(range(1, 1000))

            def repair(stop: Stop) -> Repaired:
                # How much is left nobody knows; there are about thirty steps.
                return keeping.repair(lambda: Library(where), where, lambda what: self._said.emit(next(steps) / 32))

            self._lane.run_stoppable(repair, self._repaired, self._failed)
        else:
            self.title.setText(self.tr("Putting the backup back…"))
            self.text.setText(str(act.file))

            def said(what: str, so_far: int, total: int) -> None:
                self._said.emit(share_of(what, so_far, total))

            def restore(stop: Stop) -> Backup:
                made = backups.restore(where, act.file, said, stop)
                keeping.forget_look(where)
                return made

            self._lane.run_stoppable(restore, self._restored, self._failed)

    def _progress(self, share: float) -> None:
        self.bar.set_share(min(share, 1.0))

    def _repaired(self, done: Repaired) -> None:
        lines = [self.tr("Now in the library: {what}.").format(what=counted(done.articles, done.bookmarks))]
        losses = (
            (done.textless, self.tr("Articles that have lost their text, and keep title and summary: {count}.")),
            (done.homeless, self.tr("Articles that have lost their source, and stand in “Kept”: {count}.")),
            (done.unknown, self.tr("Bookmarks that have lost their article: {count}.")),
        )
        lines += [text.format(count=count) for count, text in losses if count]
        if done.aside.exists():
            lines.append(self.tr("The damaged file is kept as {name}.").format(name=done.aside.name))
        self._ended(self.tr("The library is repaired"), " ".join(lines))

    def _restored(self, made: Backup) -> None:
        lines = [self.tr("Now in the library: {what}.").format(what=counted(made.articles, made.bookmarks))]
        if made.aside is not None:
            lines.append(self.tr("What was there is kept as {name}.").format(name=made.aside.name))
        self._ended(self.tr("The backup is back"), " ".join(lines))

    def _failed(self, error: BaseException) -> None:
        """The library is as it was: the window opens again, or something else is chosen."""
        self._working = False
        if self._act is not None:
            self._ended(self.tr("It could not be done"), words.sentence(error))
        else:
            self.title.setText(self.tr("The library is damaged"))
            self._offer(error)

    def _ended(self, title: str, text: str) -> None:
        self._working = False
        self.title.setText(title)
        self.text.setText(text)
        self._show_parts(self.go)
        self.go.setDefault(True)
        self.go.setFocus()
        fit(self)

    def reject(self) -> None:
        if not self._working:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._working:
            event.ignore()
        else:
            super().closeEvent(event)

    def done(self, result: int) -> None:
        self._lane.close()
        super().done(result)
