"""The real program on a stage: opened over a copy of a library, driven from outside, and drawn with all its windows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from reader.model import Query
from reader.settings import Settings
from reader.ui import app as application
from reader.ui.buttons import draw_box, draw_shadow
from reader.ui.fonts import font, script_of
from reader.ui.icons import draw_icon
from reader.ui.theme import theme_of
from tests.states import pseudo
from tests.states.world import World

#: Nothing here takes longer, on a slow machine either.
_PATIENCE_S = 60.0
SIZE = (1360, 850)
#: The bar of a dialog's window.
_BAR_PX = 36


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
        """A menu where it is; a dialog in the middle, with the bar and the corners of a window manager."""
        shot = each.grab()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(each, QMenu):
            place = self.window.mapFromGlobal(each.mapToGlobal(QPoint(0, 0)))
            draw_shadow(painter, QRectF(QRect(place, each.size())), 10)
            painter.drawPixmap(place, shot)  # has an edge of its own
        else:
            frame = QRectF(0, 0, each.width(), each.height() + _BAR_PX)
            frame.moveTopLeft(self._middle(frame))
            self._paint_frame(painter, frame, each.windowTitle(), shot)
        painter.restore()

    def _middle(self, frame: QRectF) -> QPointF:
        left, top = self.window.width() - frame.width(), self.window.height() - frame.height()
        return QPointF(left // 2, max(12, top // 2))

    @staticmethod
    def _paint_frame(painter: QPainter, frame: QRectF, title: str, shot: QPixmap) -> None:
        theme = theme_of()
        draw_shadow(painter, frame, 10, down=10, blur=44)
        outline = QPainterPath()
        outline.addRoundedRect(frame, 10, 10)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(frame, theme.side)
        painter.drawPixmap(QPointF(frame.left(), frame.top() + _BAR_PX), shot)
        painter.fillRect(QRectF(frame.left(), frame.top() + _BAR_PX - 1, frame.width(), 1), theme.line)
        painter.restore()
        bar = QRectF(frame.left(), frame.top(), frame.width(), _BAR_PX - 1)
        painter.setFont(font(13, 600, script_of("", title)))
        painter.setPen(theme.ink2)
        painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, title)
        draw_icon(painter, "close", bar.right() - 27, bar.top() + 9, 16, theme.ink2)
        draw_box(painter, frame, 10, QColor(Qt.GlobalColor.transparent), theme.line)


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
