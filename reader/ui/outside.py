"""What leaves the window: addresses for the browser, texts for the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from reader.model import Row

if TYPE_CHECKING:
    from reader.ui.window import Window


class Outside(QObject):
    """Hands things of one window to the system, and says so."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._status = window.status

    def open_original(self, row: Row | None) -> None:
        """Open an article's own page in the browser."""
        if row is not None:
            self.browse(row.url)

    def browse(self, url: str) -> None:
        """Hand a web address to the system; nothing else is ever handed over."""
        if url.startswith(("http://", "https://")):
            QDesktopServices.openUrl(QUrl(url))
        else:
            self._status.say(self.tr("This article has no page on the web."))

    def copy_link(self, row: Row | None) -> None:
        """Copy an article's address."""
        if row is not None and row.url:
            self.copy(row.url)

    def copy(self, text: str, said: str = "") -> None:
        """Copy a text, and say so."""
        QGuiApplication.clipboard().setText(text)
        self._status.say(said or self.tr("Copied: {text}").format(text=text))
