"""A smart folder's name and words, with what they find shown while they are typed."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QTimer, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from reader.errors import Usage
from reader.library import Library
from reader.model import Query, SmartFolder
from reader.store.query import MAX_QUERY_CHARACTERS, asks_nothing, parse
from reader.ui import words
from reader.ui.buttons import Field, PushButton, Text
from reader.ui.formparts import named, over_buttons
from reader.ui.lanes import Lanes, Ticket, patient
from reader.ui.lines import Style

_TITLE, _NOTE = Style(15, 600, 20), Style(12, 400, 18)
_TYPING_MS = 200


class SmartDialog(QDialog):
    """Edit a smart folder. Nothing changes until it is saved."""

    #: Name and words, as they are to be.
    saved = Signal(str, str)

    def __init__(self, library: Library, lanes: Lanes, folder: SmartFolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Smart folder"))
        self.resize(560, 240)
        self._library, self._lanes = library, lanes
        self._ticket: Ticket | None = None
        self.name = Field(self.tr("As the search reads"), "", self)
        self.name.setText("" if folder.name == folder.query else folder.name)
        self.query = Field(self.tr("Words to look for"), "search", self)
        self.query.setMaxLength(MAX_QUERY_CHARACTERS)
        self.query.setText(folder.query)
        self.found = Text("", _NOTE, "ink2", max_lines=2, parent=self)
        self.go = PushButton(self.tr("Save"), "check", self)
        self.go.setDefault(True)
        self.leave = PushButton(self.tr("Cancel"), "", self)
        self.go.clicked.connect(self._save)
        self.leave.clicked.connect(self.reject)
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._preview)
        self.query.textChanged.connect(lambda _text: self._typing.start())
        hint = self.tr('Also: title: author: source: tag: is:unread is:bookmarked after:2024 -word OR "a phrase"')
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 18, 20, 4)
        column.setSpacing(8)
        column.addWidget(Text(self.tr("Smart folder"), _TITLE))
        column.addSpacing(4)
        column.addWidget(named(self.tr("Name"), self.name))
        column.addWidget(named(self.tr("Search"), self.query))
        column.addWidget(named("", Text(hint, _NOTE, "ink3", max_lines=2)))
        column.addStretch(1)
        over_buttons(self, content, self.found, self.leave, self.go)
        self.query.setFocus()
        self._preview()

    def _text(self) -> str:
        return self.query.text().strip()

    def _preview(self) -> None:
        """Say what the words find, or why they cannot be asked."""
        if self._ticket is not None:
            self._ticket.cancel()
        text = self._text()
        try:
            nothing = asks_nothing(parse(text))
        except Usage as error:
            self._refuse(words.sentence(error))
            return
        if nothing:
            self._refuse(self.tr("Write a word, or a condition such as is:bookmarked."))
            return
        self.go.setEnabled(True)
        store = self._library.store

        def work() -> tuple[int, int]:
            return store.count(Query(matching=text)), store.count(Query("unread", matching=text))

        self._ticket = self._lanes.read.run(patient(work), self._say, lambda error: self._refuse(words.sentence(error)))

    def _say(self, numbers: tuple[int, int]) -> None:
        total, unread = numbers
        text = self.tr("{articles}, {count} unread")
        self._tell(text.format(articles=words.articles(total), count=QLocale().toString(unread)), "ink2")

    def _refuse(self, text: str) -> None:
        self.go.setEnabled(False)
        self._tell(text, "warn")

    def _tell(self, text: str, role: str) -> None:
        self.found.set_role(role)
        self.found.setText(text)

    def _save(self) -> None:
        self._preview()  # what was typed a moment ago counts too
        if self.go.isEnabled():
            self.saved.emit(self.name.text().strip(), self._text())
            self.accept()

    def done(self, result: int) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        super().done(result)
