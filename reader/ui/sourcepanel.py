"""Everything that can be set for one source, and how it does, in one panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QFrame, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from reader.errors import NoKeyring, ReaderError, Untrusted, Usage
from reader.library import Library
from reader.model import Source, SourceHealth
from reader.typed import web_address
from reader.ui import healthwords, words
from reader.ui.buttons import Field, Pane, PushButton, Text
from reader.ui.checklist import Framed
from reader.ui.fonts import font
from reader.ui.formparts import Choice, FolderField, NumberField, Switch, named, over_buttons, section
from reader.ui.lanes import Lanes
from reader.ui.lines import Style
from reader.ui.scrollbar import overlay

_TITLE, _UI, _NOTE = Style(15, 600, 20), Style(13, 400, 20), Style(12, 400, 18)
_MOST_HEADERS = 20


class SourcePanel(QDialog):
    """The properties of one source. Nothing changes until it is saved."""

    #: It was saved.
    saved = Signal()
    #: Whether drafts are listed was saved otherwise than before: the folder must be read again.
    drafts_changed = Signal()

    def __init__(
        self,
        library: Library,
        lanes: Lanes,
        source: Source,
        folders: Sequence[str] = (),
        *,
        minutes: int = 60,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Properties"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 640)
        self._library, self._lanes, self._source, self._minutes = library, lanes, source, minutes
        self._certificate = source.certificate
        self._make_fields(folders)
        self.note = Text("", _UI, "warn")
        self.note.hide()
        self.go = PushButton(self.tr("Save"), "check", self)
        self.go.setDefault(True)
        self.leave = PushButton(self.tr("Cancel"), "", self)
        self.go.clicked.connect(self._save)
        self.leave.clicked.connect(self.reject)
        self._lay_out()
        self.title.setFocus()

    def _make_fields(self, folders: Sequence[str]) -> None:
        source = self._source
        self.title = Field(self.tr("As the source calls itself"), "", self)
        self.title.setText(words.source_title(source))
        self.folder = FolderField(folders, self.tr("None"), self)
        self.folder.setText(source.folder)
        self.address = Field(self.tr("Address"), "link", self)
        self.address.setText(source.address)
        self.address.setCursorPosition(0)
        self.address.setReadOnly(source.kind != "feed")
        spans = (0, 15, 30, 60, 120, 360, 720, 1440, 10080)
        self.interval = Choice(
            [(each, self._span(each)) for each in dict.fromkeys((*spans, source.interval_minutes))],
            source.interval_minutes,
            self.tr("Refresh every"),
            self,
        )
        pictures = (
            ("", self.tr("As set for all")),
            ("always", self.tr("Always")),
            ("click", self.tr("On a click")),
            ("never", self.tr("Never")),
        )
        self.pictures = Choice(pictures, source.pictures, self.tr("Load pictures"), self)
        self.ahead = Switch(source.ahead, self.tr("Fetch pictures ahead"), self)
        self.user = Field(self.tr("User name"), "", self)
        self.user.setText(source.user)
        self.password = Field(self.tr("Unchanged") if source.user else self.tr("Password"), "", self)
        self.password.setEchoMode(Field.EchoMode.Password)
        self.headers = QPlainTextEdit(self)
        self.headers.setFrameShape(QFrame.Shape.NoFrame)
        self.headers.setFont(font(13))
        self.headers.document().setDocumentMargin(6)  # where the words of the fields above begin
        self.headers.setPlaceholderText(self.tr("Name: value"))
        self.headers.setTabChangesFocus(True)
        self.headers.setAccessibleName(self.tr("Headers"))
        self.headers.setPlainText("\n".join(f"{name}: {value}" for name, value in source.headers))
        self.drafts = Switch(source.drafts, self.tr("List drafts, too"), self)
        self.unread_again = Switch(source.unread_again, self.tr("Unread again when changed"), self)
        self.keep_days = NumberField(source.keep_days, 36_500, self.tr("all"), self)
        self.keep_count = NumberField(source.keep_count, 1_000_000, self.tr("all"), self)
        self.certificate_note = _wide(Text(self._said_of_certificate(), _UI, "ink2"))
        self.certificate_button = PushButton("", "", self)
        self.certificate_button.clicked.connect(self._certificate_clicked)
        self._name_certificate_button()

    def _span(self, minutes: int) -> str:
        if not minutes:
            return self.tr("As set for all")
        if minutes == 10080:
            return self.tr("Week")
        if minutes == 1440:
            return self.tr("Day")
        return healthwords.span(timedelta(minutes=minutes))

    def _lay_out(self) -> None:
        feed = self._source.kind == "feed"
        inner = Pane(QPalette.ColorRole.Base)
        form = QVBoxLayout(inner)
        form.setContentsMargins(22, 14, 22, 18)
        form.setSpacing(3)
        section(form, self.tr("Source"))
        form.addWidget(named(self.tr("Title"), self.title))
        form.addWidget(named(self.tr("Folder"), self.folder))
        form.addWidget(named(self.tr("Address"), self.address))
        self._health(form)
        if feed:
            section(form, self.tr("Refreshing"))
            form.addWidget(named(self.tr("Refresh every"), self.interval))
            section(form, self.tr("Pictures"))
            form.addWidget(named(self.tr("Load pictures"), self.pictures))
            form.addWidget(named(self.tr("Fetch ahead"), self.ahead, note=self.tr("All of them, for reading offline")))
            section(form, self.tr("Access"))
            form.addWidget(named(self.tr("User"), self.user, self.password))
            framed = Framed(self.headers)
            framed.setFixedHeight(74)
            line = named(self.tr("Headers"), framed)
            form.addWidget(line)
            form.addWidget(named(self.tr("Certificate"), self.certificate_note, self.certificate_button))
        else:
            for widget in (self.interval, self.pictures, self.ahead, self.user, self.password, self.headers,
                           self.certificate_note, self.certificate_button):  # fmt: skip
                widget.hide()
        section(form, self.tr("Articles"))
        if self._source.kind == "folder":
            form.addWidget(named(self.tr("Drafts"), self.drafts, note=self.tr("What is not published yet")))
        else:
            self.drafts.hide()
        form.addWidget(named(self.tr("When changed"), self.unread_again, note=self.tr("Unread again")))
        days, count = (
            Text(self.tr("days"), _UI, "ink2", max_lines=1),
            Text(self.tr("articles"), _UI, "ink2", max_lines=1),
        )
        form.addWidget(named(self.tr("Keep"), self.keep_days, days, self.keep_count, count))
        form.addWidget(named("", Text(self.tr("Bookmarked articles always stay."), _NOTE, "ink3", max_lines=1)))
        form.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(self.windowTitle())
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        overlay(area)
        over_buttons(self, area, self.note, self.leave, self.go)

    def _health(self, form: QVBoxLayout) -> None:
        section(form, self.tr("Health"))
        self._facts = QVBoxLayout()
        self._facts.setSpacing(3)
        form.addLayout(self._facts)

    def take_health(self, found: Sequence[SourceHealth]) -> None:
        """Show how the source does, as soon as that was read."""
        health = next((each for each in found if each.source.key == self._source.key), None)
        if not isValid(self) or health is None:
            return
        now = self._library.now()
        facts = (
            (self.tr("State"), healthwords.state(health, now), "ink"),
            (self.tr("Last success"), healthwords.last_success(health.source), "ink"),
            (self.tr("Last error"), healthwords.last_error(health.source), "warn"),
            (self.tr("Next try"), healthwords.next_try(health, now, self._minutes), "ink"),
            (self.tr("Articles"), healthwords.rhythm(health), "ink"),
            (self.tr("Stored"), words.articles(health.source.total), "ink"),
        )
        for label, value, role in facts:
            if value:
                self._facts.addWidget(named(label, _wide(Text(value, _UI, role))))

    # The certificate

    def _said_of_certificate(self) -> str:
        if not self._certificate:
            return self.tr("Only one that is signed by a known authority")
        return self.tr("Accepted: {fingerprint}…").format(fingerprint=self._certificate[:16])

    def _name_certificate_button(self) -> None:
        self.certificate_button.setText(self.tr("Forget it") if self._certificate else self.tr("Look at it…"))
        self.certificate_button.updateGeometry()
        self.certificate_note.setText(self._said_of_certificate())

    def _certificate_clicked(self) -> None:
        """Forget the accepted one; or ask the server for the one that it shows."""
        if self._certificate:
            self._certificate = ""
            self._name_certificate_button()
            return
        address = self.address.text()
        self.certificate_button.setEnabled(False)

        def work() -> str:
            try:
                self._library.find_feeds(web_address(address))
            except Untrusted as error:
                return error.fingerprint
            return ""

        self._lanes.adding.run(work, self._certificate_seen, self._certificate_failed)

    def _certificate_seen(self, fingerprint: str) -> None:
        if not isValid(self):
            return
        self.certificate_button.setEnabled(True)
        if fingerprint:
            self._certificate = fingerprint
            self._say(self.tr("Its certificate is signed by nobody known. Save to accept this very one."))
        else:
            self._say(self.tr("Its certificate needs no leave of yours."), "ink2")
        self._name_certificate_button()

    def _certificate_failed(self, error: BaseException) -> None:
        if isValid(self):
            self.certificate_button.setEnabled(True)
            self._say(words.sentence(error))

    # Saving

    def _headers(self) -> tuple[tuple[str, str], ...]:
        found = []
        for line in self.headers.toPlainText().splitlines()[:_MOST_HEADERS]:
            name, colon, value = line.partition(":")
            if line.strip() and not (colon and name.strip()):
                raise Usage(detail=self.tr("“{line}” is no header: it needs a colon").format(line=line.strip()))
            if line.strip():
                found.append((name.strip(), value.strip()))
        return tuple(found)

    def _save(self) -> None:
        source, library = self._source, self._library
        try:
            address = web_address(self.address.text()) if source.kind == "feed" else source.address
            headers = self._headers()
        except ReaderError as error:
            self._say(words.sentence(error))
            return
        title = self.title.text().strip()
        changes = {
            "title": None if title == words.source_title(source) else title,
            "folder": self.folder.folder(),
            "address": None if address == source.address else address,
        }
        options = {
            "interval_minutes": self.interval.value(),
            "pictures": self.pictures.value(),
            "ahead": self.ahead.isChecked(),
            "headers": headers,
            "drafts": self.drafts.isChecked(),
            "unread_again": self.unread_again.isChecked(),
            "keep_days": self.keep_days.value(),
            "keep_count": self.keep_count.value(),
        }
        user, password, certificate = self.user.text().strip(), self.password.text(), self._certificate

        def work() -> str:
            store = library.store
            with store.together():
                store.edit_source(source.key, **changes)
                store.configure_source(source.key, **options)
            if certificate != source.certificate:
                library.accept_certificate(source.key, certificate)
            if user == source.user and not password:
                return ""
            try:
                library.set_login(source.key, user, password or library.accounts.passwords.get(source.id))
            except NoKeyring as error:
                return words.sentence(error)
            return ""

        self.go.setEnabled(False)
        self._lanes.store.run(work, self._was_saved, self._failed)

    def _was_saved(self, warning: str) -> None:
        if not isValid(self):
            return
        self.saved.emit()
        if self.drafts.isChecked() != self._source.drafts:
            self.drafts_changed.emit()
        if warning:
            self._say(warning)
            self.leave.setText(self.tr("Close"))
        else:
            self.accept()

    def _failed(self, error: BaseException) -> None:
        if isValid(self):
            self.go.setEnabled(True)
            self._say(words.sentence(error))

    def _say(self, text: str, role: str = "warn") -> None:
        self.note.set_role(role)
        self.note.setText(text)
        self.note.show()


def _wide(text: Text) -> Text:
    policy = text.sizePolicy()
    policy.setHorizontalPolicy(policy.Policy.Expanding)
    text.setSizePolicy(policy)
    return text
