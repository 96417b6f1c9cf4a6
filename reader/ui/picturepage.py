"""A picture that Qt does not decode, drawn by the page engine in a cage of its own: SVG, AVIF, what moves."""

from __future__ import annotations

import json
from html import escape

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QUrl, Signal
from PySide6.QtGui import QColor
from PySide6.QtWebEngineCore import QWebEngineScript
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget

from reader.picturefile import PictureFile
from reader.ui import cage

_WORLD = QWebEngineScript.ScriptWorldId.ApplicationWorld.value
_PAGE = QUrl("reader://article/picture")
_IMAGE = "reader://image/picture/0"


class PicturePage(QWebEngineView):
    """Draws one picture where it is told to. It holds the same walls as the view of articles."""

    #: The page stands; it draws now.
    drawn = Signal()

    def __init__(self, file: PictureFile, alt: str, behind: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file, self._place = file, QRectF()
        self._html = (
            '<!DOCTYPE html><meta charset="utf-8"><style>html,body{margin:0;overflow:hidden;height:100%;'
            f"background:{behind.name()}}}img{{position:absolute;background:#fff;visibility:hidden}}</style>"
            f'<img src="{_IMAGE}" alt="{escape(alt, quote=True)}">'
        ).encode()
        self._profile = cage.profile(self._serve, self)
        self._page = cage.Page(self._profile, self)
        self._page.setBackgroundColor(behind)
        self._page.loadFinished.connect(self._loaded)
        self.setPage(self._page)
        self._page.go(_PAGE)

    def _serve(self, job: cage.Job) -> None:
        address = job.url.toString()
        if address == _PAGE.toString():
            job.answer(cage.Reply("text/html; charset=utf-8", self._html))
        elif address == _IMAGE:
            job.answer(cage.Reply(self._file.media_type, self._file.data))
        else:
            job.answer(None)

    def _loaded(self, _ok: bool) -> None:
        self.put(self._place)
        self.drawn.emit()

    def put(self, place: QRectF) -> None:
        """Where the picture stands, in logical pixels of this widget."""
        self._place = place
        css = (
            f"left:{place.x():.2f}px;top:{place.y():.2f}px;width:{place.width():.2f}px;height:{place.height():.2f}px;"
            "visibility:visible"
        )
        code = f"{{const i = document.images[0]; if (i) i.style.cssText = {json.dumps(css)}; void 0}}"
        self._page.runJavaScript(code, _WORLD)

    def shut(self) -> None:
        """Let go of the page before its profile goes (Qt asks for this order)."""
        self.hide()
        self.setPage(None)  # type: ignore[arg-type]
        self._page.deleteLater()
        # Now: at the end of the program no event loop comes any more that would do it before the profile goes.
        QCoreApplication.sendPostedEvents(self._page, QEvent.Type.DeferredDelete.value)
        self.deleteLater()
