"""The real program on a stage: opened over a copy of a library, driven from outside, and drawn with all its windows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from reader.model import Query
from reader.settings import Settings
from reader.ui import app as application
from tests.states import pseudo
from tests.states.world import World

#: Nothing here takes longer, on a slow machine either.
_PATIENCE_S = 60.0
SIZE = (1360, 850)


class Stage:
    """The running program, and what a scene needs of it."""

    def __init__(self, program: application.Program, there: World) -> None:
        self.program, self.there = program, there
        self.window, self.library = program.window, program.library
        self.shown: list[int] = []
        self.window.showing.shown.connect(self.shown.append)

    def until(self, what: Callable[[], object], seconds: float = _PATIENCE_S) -> None:
        """Let the program run until something is so.

        Raises:
            TimeoutError: it did not come.
        """
        loop, end = QEventLoop(), time.monotonic() + seconds
        tick = QTimer(interval=10)
        tick.timeout.connect(lambda: loop.quit() if what() or time.monotonic() > end else None)
        tick.start()
        loop.exec()
        if not what():
            raise TimeoutError("a scene waits for what does not come")

    def rest(self, ms: int = 400) -> None:
        """Let the program come to rest."""
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def do(self, command: str) -> None:
        """Trigger a command of the table, as its key does."""
        self.window.commands[command].trigger()
        self.rest(150)

    def go(self, view: str | None = None, source: str = "") -> None:
        """Show the list of a smart view, or of a source by its title."""
        key = next((each.key for each in self.window.sources.values() if each.title == source), None)
        self.window.sidebar.select(view, key)
        self.rest(300)

    def key_of(self, title: str) -> int:
        """The article whose title begins so."""
        store = self.library.store
        return next(row.key for row in store.rows(list(store.ids(Query(view="all")))) if row.title.startswith(title))

    def open(self, title: str, *, mark: bool = False) -> None:
        """Open an article of the list and wait until it and its pictures stand there."""
        if not mark:
            self.window.showing.read.disconnect()
        key = self.key_of(title)
        self.shown.clear()
        self.window.go_to(key)
        self.until(lambda: key in self.shown)
        self.rest(700)
        if not mark:
            self.window.showing.read.connect(self.window._was_read)

    def type(self, text: str) -> None:
        """Type into the field that has the focus."""
        field = QApplication.focusWidget()
        field.setText(text)  # type: ignore[union-attr]
        field.textEdited.emit(text)  # type: ignore[union-attr]
        self.rest(700)

    def picture(self) -> QImage:
        """The window, and above it every dialog and menu that is open, in their places."""
        self.rest(250)
        image = self.window.grab().toImage()
        above = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not self.window]
        painter = QPainter(image)
        for each in sorted(above, key=lambda each: isinstance(each, QMenu)):
            self._paint_above(painter, each)
        painter.end()
        return image

    def _paint_above(self, painter: QPainter, each: QWidget) -> None:
        shot = each.grab()
        if isinstance(each, QMenu):
            place = self.window.mapFromGlobal(each.mapToGlobal(QPoint(0, 0)))
        else:
            place = QPoint(
                (self.window.width() - each.width()) // 2, max(24, (self.window.height() - each.height()) // 2)
            )
        box = QRect(place, each.size())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for spread in range(12, 0, -2):  # what the system's window manager would draw
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 7))
            painter.drawRoundedRect(box.adjusted(-spread, -spread + 4, spread, spread + 4), spread + 4, spread + 4)
        painter.drawPixmap(place, shot)
        if isinstance(each, QMenu):  # has an edge of its own
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(128, 128, 128, 110), 1))
        painter.drawRect(box.adjusted(-1, -1, 0, 0))


@contextmanager
def staged(
    app: QApplication,
    there: World,
    folder: Path,
    settings: Settings,
    *,
    size: tuple[int, int] = SIZE,
    readonly: bool = False,
    language: str = "",
) -> Iterator[Stage]:
    """The program over the library in ``folder``, with its page engine; nothing refreshes by itself.

    Args:
        language: another one than the settings name (``pseudo.NAMES``).
    """
    pseudo.speak(app, language or settings.language, folder.parent)
    program = application.build(app, there.library(folder, readonly=readonly), settings, by_itself=False)
    stage = Stage(program, there)
    try:
        program.window.resize(*size)
        program.window.show()
        program.window.activateWindow()
        stage.until(lambda: program.window.showing.viewer is not None)
        stage.rest()
        yield stage
    finally:
        for each in QApplication.topLevelWidgets():
            if each is not program.window:
                each.close()
        program.window.close()
        program.end()
        program.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def copy_of(folder: Path, to: Path) -> Path:
    """A library of its own for a scene that changes it."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    return to
