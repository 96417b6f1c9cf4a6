"""One picture of an article, large: zoom, drag, the next one, save, copy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QLocale, QMimeData, QPointF, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QImage, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from reader.errors import PictureError
from reader.library import Document
from reader.picturefile import PictureFile
from reader.records import dataclass
from reader.ui import words
from reader.ui.buttons import NAME, NOTE, IconButton, Pane, Text
from reader.ui.decoding import FORMATS, whole, within
from reader.ui.lanes import Lane, Stop, Ticket
from reader.ui.notices import EmptyState
from reader.ui.picturecanvas import Canvas
from reader.ui.picturenames import name_of, safe_name
from reader.ui.picturepage import PicturePage
from reader.ui.theme import theme_of

#: Larger pictures are kept a second time at this size, which is quicker to paint and smoother when they are fitted.
_SMALL_PX = 2048
_PAN_PX = 80.0


@dataclass(frozen=True, slots=True)
class _Shown:
    """A picture that came: its file, and its images when Qt can decode it."""

    file: PictureFile
    images: tuple[QImage, ...]

    @property
    def size(self) -> QSize:
        if self.file.width > 0 and self.file.height > 0:
            return QSize(self.file.width, self.file.height)
        return self.images[0].size() if self.images else QSize()


def _decoded(file: PictureFile) -> _Shown:
    """For any thread. What moves, and what Qt cannot read, is left to the page engine."""
    if file.frames > 1 or file.media_type not in FORMATS:
        return _Shown(file, ())
    image = whole(file)
    if image.isNull():
        return _Shown(file, ())
    small = within(file, _SMALL_PX) if max(image.width(), image.height()) > _SMALL_PX else QImage()
    return _Shown(file, (image,) if small.isNull() else (image, small))


class _Stage(Pane):
    """The canvas over the page that draws for it, or what stands there instead of a picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(QPalette.ColorRole.Window, parent)
        self.canvas = Canvas(self)
        self.notice = EmptyState(self, role=QPalette.ColorRole.Window)
        self.notice.hide()
        self._page: PicturePage | None = None
        self.canvas.placed.connect(lambda place: self._page.put(place) if self._page is not None else None)

    def show_picture(self, shown: _Shown, alt: str) -> None:
        self.clear()
        if not shown.images:
            self._page = PicturePage(shown.file, alt, theme_of().side, self)
            self._page.setGeometry(self.rect())
            self._page.show()
            self.canvas.raise_()
        self.canvas.show_picture(shown.size, shown.images)

    def say(self, icon: str, title: str, text: str, action: str) -> None:
        self.clear()
        self.notice.set(icon, title, text, action)
        self.notice.show()
        self.notice.raise_()

    def clear(self) -> None:
        self.notice.hide()
        self.canvas.show_picture(QSize())
        if self._page is not None:
            self._page.shut()
            self._page = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        for widget in (self._page, self.canvas, self.notice):
            if widget is not None:
                widget.setGeometry(self.rect())
        super().resizeEvent(event)


class PictureViewer(QDialog):
    """A window for the pictures of one article.

    Args:
        lane: where pictures are fetched, decoded and written.
        fetch: the bytes of the n-th picture, until stopped; runs in ``lane``.
        browse: hands a web address to the system.
    """

    #: Why is the n-th picture missing?
    asked_why = Signal(int)
    #: A passing word: what was saved or copied.
    said = Signal(str)
    #: Something could not be done.
    trouble = Signal(object)

    def __init__(
        self,
        document: Document,
        number: int,
        lane: Lane,
        fetch: Callable[[Document, int, bool, Stop], PictureFile],
        browse: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document, self._number = document, number
        self._lane, self._fetch, self._browse = lane, fetch, browse
        self._ticket: Ticket | None = None
        self._shown: _Shown | None = None
        self._name = Text("", NAME, "ink", max_lines=1)
        self._facts = Text("", NOTE, "ink2", max_lines=1)
        self._zoom = Text("", NOTE, "ink2", max_lines=1, align=Qt.AlignmentFlag.AlignHCenter)
        self._zoom.setFixedWidth(52)
        self.stage = _Stage(self)
        self.buttons = self._make_buttons()
        self._lay_out()
        self.stage.canvas.scaled.connect(self._scaled)
        self.stage.notice.acted.connect(lambda: self._load(refresh=True))
        self._load()
        self.stage.canvas.setFocus()

    def _make_buttons(self) -> dict[str, IconButton]:
        canvas = self.stage.canvas
        table: tuple[tuple[str, str, str, str, Callable[[], object]], ...] = (
            ("previous", "left", self.tr("Previous picture"), "←", lambda: self.step(-1)),
            ("next", "right", self.tr("Next picture"), "→", lambda: self.step(1)),
            ("smaller", "minus", self.tr("Smaller"), "-", lambda: canvas.zoom(-1)),
            ("larger", "add", self.tr("Larger"), "+", lambda: canvas.zoom(1)),
            ("fit", "fit", self.tr("Fit the window"), "0", canvas.fit),
            ("actual", "actual", self.tr("Actual size"), "1", canvas.actual),
            ("save", "import", self.tr("Save as…"), "Ctrl+S", self.save),
            ("copy", "copy", self.tr("Copy the picture"), "Ctrl+C", self.copy),
            ("browse", "open", self.tr("Open in the browser"), "B", self.open_original),
        )
        made = {}
        for name, icon_name, text, key, act in table:
            made[name] = IconButton(icon_name, f"{text} ({key})", self)
            made[name].clicked.connect(lambda _checked=False, act=act: act())
        return made

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._name)
        head.addWidget(self._facts)
        row = QHBoxLayout()
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(2)
        row.addLayout(head, 1)
        row.addSpacing(12)
        for name in ("previous", "next", "smaller"):
            row.addWidget(self.buttons[name])
            if name == "next":
                row.addSpacing(16)
        row.addWidget(self._zoom)
        for name in ("larger", "fit", "actual", "save", "copy", "browse"):
            if name == "save":
                row.addSpacing(16)
            row.addWidget(self.buttons[name])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.stage, 1)

    # What is shown

    @property
    def number(self) -> int:
        """Which picture of the article it is."""
        return self._number

    def step(self, by: int) -> None:
        """The next picture, or the one before; it ends at the last and at the first."""
        number = self._number + by
        if 0 <= number < len(self._document.rendered.images):
            self._number = number
            self._load()

    def _load(self, *, refresh: bool = False) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        document, number = self._document, self._number
        count = len(document.rendered.images)
        self._shown = None
        url = document.rendered.images[number].url
        name = name_of(url) or self.tr("Picture")
        self.setWindowTitle(name)
        self._name.setText(name)
        self._facts.setText(self._counted())
        self.buttons["previous"].setEnabled(number > 0)
        self.buttons["next"].setEnabled(number + 1 < count)
        self.buttons["browse"].setEnabled(url.startswith(("http://", "https://")))
        for each in ("save", "copy", "fit", "actual", "larger", "smaller"):
            self.buttons[each].setEnabled(False)
        self.stage.clear()
        self._zoom.setText("")
        self._ticket = self._lane.run_stoppable(
            lambda stopped: _decoded(self._fetch(document, number, refresh, stopped)), self._came, self._did_not_come
        )

    def _counted(self) -> str:
        number = QLocale().toString
        count = len(self._document.rendered.images)
        return self.tr("{n} of {count}").format(n=number(self._number + 1), count=number(count))

    def _came(self, shown: _Shown) -> None:
        if not isValid(self):
            return
        self._shown = shown
        for each in ("save", "copy", "fit", "actual", "larger", "smaller"):
            self.buttons[each].setEnabled(True)
        picture = self._document.rendered.images[self._number]
        self.stage.canvas.setAccessibleName(picture.alt or self._name.text())
        self.stage.show_picture(shown, picture.alt)
        number = QLocale().toString
        size = f"{number(shown.size.width())} × {number(shown.size.height())}"
        self._facts.setText(" · ".join((size, words.bytes_of(len(shown.file.data)), self._counted())))
        self.setAccessibleDescription(self._facts.text())

    def _did_not_come(self, error: BaseException) -> None:
        if not isinstance(error, PictureError):
            raise error
        if isValid(self):
            said = words.missing_picture(error)
            self.stage.say("image-off", said.title, said.reason, said.retry or self.tr("Retry"))

    def _scaled(self, scale: float) -> None:
        self._zoom.setText(self.tr("{percent} %").format(percent=QLocale().toString(round(scale * 100))))

    # What is done with it

    def save(self) -> None:
        """Ask where, and write the picture's own bytes there."""
        if self._shown is None:
            return
        file = self._shown.file
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation) or QDir.homePath()
        suggested = os.path.join(folder, safe_name(self._document.rendered.images[self._number].url, file.media_type))
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the picture"), suggested)
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the picture's own bytes."""
        if self._shown is not None:
            data = self._shown.file.data
            text = self.tr("Saved: {name}").format(name=path.name)
            self._lane.run(lambda: _write(path, data), lambda _: self.said.emit(text), self.trouble.emit)

    def copy(self) -> None:
        """Copy the picture as an image, or as the bytes of its type when Qt cannot decode it."""
        if self._shown is None:
            return
        mime = QMimeData()
        if self._shown.images:
            mime.setImageData(self._shown.images[0])
        else:
            mime.setData(self._shown.file.media_type, self._shown.file.data)
        QGuiApplication.clipboard().setMimeData(mime)
        self.said.emit(self.tr("Copied: {name}").format(name=self._name.text()))

    def open_original(self) -> None:
        """Show the picture's own address in the browser."""
        url = self._document.rendered.images[self._number].url
        if url.startswith(("http://", "https://")):
            self._browse(url)

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        canvas, key = self.stage.canvas, event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        keys = Qt.Key
        pans = {
            keys.Key_Left: QPointF(_PAN_PX, 0), keys.Key_Right: QPointF(-_PAN_PX, 0),
            keys.Key_Up: QPointF(0, _PAN_PX), keys.Key_Down: QPointF(0, -_PAN_PX),
        }  # fmt: skip
        plain: dict[int, Callable[[], object]] = {
            keys.Key_Left: lambda: self.step(-1),
            keys.Key_Right: lambda: self.step(1),
            keys.Key_PageUp: lambda: self.step(-1),
            keys.Key_PageDown: lambda: self.step(1),
            keys.Key_Plus: lambda: canvas.zoom(1),
            keys.Key_Equal: lambda: canvas.zoom(1),
            keys.Key_Minus: lambda: canvas.zoom(-1),
            keys.Key_0: canvas.fit,
            keys.Key_1: canvas.actual,
            keys.Key_B: self.open_original,
        }
        with_control: dict[int, Callable[[], object]] = {keys.Key_S: self.save, keys.Key_C: self.copy}
        pan = pans.get(keys(key))
        act = with_control.get(key) if control else plain.get(key)
        if pan is not None and (shift or key in (keys.Key_Up, keys.Key_Down)):
            canvas.pan(pan)
        elif act is not None:
            act()
        else:
            super().keyPressEvent(event)  # Escape closes

    def closeEvent(self, event: QCloseEvent) -> None:
        self._end()
        super().closeEvent(event)

    def reject(self) -> None:
        self._end()
        super().reject()

    def _end(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        self.stage.clear()


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
