"""The one small window that adds a feed: an address, what came of it, and nothing lost when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from reader.errors import ReaderError
from reader.library import Library, is_address, web_address
from reader.model import Source
from reader.ui import words
from reader.ui.buttons import Field, PushButton, Text
from reader.ui.lanes import Lane, Ticket
from reader.ui.lines import Style

if TYPE_CHECKING:
    from reader.model import Offer

#: A page that announces a feed per tag would fill the screen.
_MOST_OFFERS = 8

_TITLE = Style(15, 600, 20)
_UI = Style(13, 400, 20)


class AddFeed(QDialog):
    """Follow a feed by its address, or by the address of a page that announces one.

    Args:
        address: what stands in the field already; without one, an address on the clipboard is offered.
    """

    added = Signal(object)

    def __init__(self, library: Library, lane: Lane, address: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add a feed"))
        self.setMinimumWidth(480)
        self._library, self._lane = library, lane
        self._ticket: Ticket | None = None
        self.address = Field(self.tr("https://example.org or its feed"), "feed", self)
        self.address.setAccessibleName(self.tr("Address of a site or a feed"))
        self.folder = Field(self.tr("Folder in the sidebar (optional)"), "folder", self)
        self.folder.setAccessibleName(self.tr("Folder in the sidebar"))
        self.note = Text(self.tr("Inkstone reads this address and nothing else."), _UI, "ink2")
        self.note.setMinimumHeight(44)
        self.go = PushButton(self.tr("Add"), "add", self)
        self.go.setDefault(True)
        self.leave = PushButton(self.tr("Cancel"), "", self)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        for widget in (Text(self.tr("Add a feed"), _TITLE), self.address, self.folder, self.note):
            column.addWidget(widget)
        self._offers: list[PushButton] = []
        self._places = QVBoxLayout()
        column.addLayout(self._places)
        column.addLayout(buttons)
        self.address.setText(address or _from_clipboard())
        self.address.selectAll()
        self.go.clicked.connect(self.start)
        self.leave.clicked.connect(self.reject)
        self.address.textChanged.connect(lambda text: self.go.setEnabled(bool(text.strip())))
        self.go.setEnabled(bool(self.address.text().strip()))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def start(self) -> None:
        """Ask the address."""
        try:
            address = web_address(self.address.text())
        except ReaderError as error:
            self._say(words.sentence(error), "warn")
            return
        self._busy(True)
        self._say(self.tr("Asking {address}…").format(address=address), "ink2")
        folder = self.folder.text().strip()
        self._ticket = self._lane.run(
            lambda: self._library.add_feed(address, folder=folder), lambda found: self._done(*found), self._failed
        )

    def _done(self, source: Source, others: Sequence[Offer]) -> None:
        self.added.emit(source)
        if not others:
            self.accept()
            return
        self._busy(False)
        self.go.hide()
        self.leave.setText(self.tr("Close"))
        self.leave.setFocus()
        self._say(self.tr("“{title}” was added. Its page has other feeds, too:").format(title=source.title), "ink2")
        for feed in others[:_MOST_OFFERS]:
            self._offer(feed)
        self.adjustSize()

    def _offer(self, feed: Offer) -> None:
        """One more feed of the page, with a button that adds it."""
        text = Text(feed.title or feed.url, _UI, max_lines=1)
        text.setToolTip(feed.url)
        button = PushButton(self.tr("Add"), "add", self)
        button.setAccessibleName(self.tr("Add {feed}").format(feed=feed.title or feed.url))
        row = QHBoxLayout()
        row.addWidget(text, 1)
        row.addWidget(button)
        self._places.addLayout(row)
        self._offers.append(button)

        def add() -> None:
            button.setEnabled(False)
            folder = self.folder.text().strip()
            self._lane.run(lambda: self._library.add_feed(feed.url, folder=folder)[0], added, failed)

        def added(source: Source) -> None:
            if isValid(self):
                self.added.emit(source)
                button.setText(self.tr("Added"))

        def failed(error: BaseException) -> None:
            if isValid(self):
                button.setEnabled(True)
                self._say(words.sentence(error), "warn")

        button.clicked.connect(add)

    def _failed(self, error: BaseException) -> None:
        self._busy(False)
        self._say(words.sentence(error), "warn")
        self.address.setFocus()

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.address.setReadOnly(busy)
        self.folder.setReadOnly(busy)

    def _say(self, text: str, role: str) -> None:
        self.note.set_role(role)
        self.note.setText(text)
        self.note.updateGeometry()
        self.adjustSize()

    def done(self, result: int) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        super().done(result)


def _from_clipboard() -> str:
    text = QGuiApplication.clipboard().text().strip()
    return text if is_address(text) and len(text) < 500 and "\n" not in text else ""
