"""The one small window that adds feeds: an address, what it leads to, and nothing lost when it fails."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from reader.errors import Cancelled, ReaderError, Untrusted
from reader.library import Library
from reader.model import Offer, Source
from reader.progress import Progress
from reader.typed import is_address, web_address
from reader.ui import words
from reader.ui.buttons import RING_PX, Field, PushButton, Text
from reader.ui.checklist import Checklist, Framed
from reader.ui.formparts import FolderField, ringed
from reader.ui.lanes import Lane, Ticket
from reader.ui.lines import Style
from reader.ui.statusline import Bar

_TITLE = Style(15, 600, 20)
_UI = Style(13, 400, 20)
#: Rows of the list of offers that are seen at once.
_WIDTH_PX = 520
_ROWS = 5
_ROW_PX = 50


class _Asking:
    """One search that runs; ``stop`` is set on the GUI thread and read by the lane."""

    def __init__(self) -> None:
        self.stop = False


class AddFeed(QDialog):
    """Follow feeds by their address, or by the address of a page that leads to them.

    Args:
        address: what stands in the field already; without one, an address on the clipboard is offered.
        folders: of the sidebar, to choose from.
    """

    #: A source is followed now.
    added = Signal(object)
    _told = Signal(object)

    def __init__(
        self,
        library: Library,
        lane: Lane,
        address: str = "",
        folders: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add a feed"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH_PX)
        self.resize(_WIDTH_PX, 0)
        self._library, self._lane = library, lane
        self._ticket: Ticket | None = None
        self._asking = _Asking()
        self._certificate = ""
        self.address = Field(self.tr("https://example.org or its feed"), "feed", self)
        self.address.setAccessibleName(self.tr("Address of a site or a feed"))
        self.folder = FolderField(folders, self.tr("Folder in the sidebar (optional)"), self)
        self.folder.setAccessibleName(self.tr("Folder in the sidebar"))
        self.note = Text(self.tr("Inkstone reads this address and nothing else."), _UI, "ink2")
        self.note.setMinimumHeight(40)
        self.bar = Bar(self)
        self.offers = Checklist(self.tr("Feeds that were found"), two_lines=True)
        self._framed = Framed(self.offers)
        self.go = PushButton(self.tr("Add"), "add", self)
        self.go.setDefault(True)
        self.leave = PushButton(self.tr("Cancel"), "", self)
        self.trust = PushButton(self.tr("Accept this certificate"), "", self)
        self._lay_out()
        self.address.setText(address or _from_clipboard())
        self.address.selectAll()
        self.go.clicked.connect(self._go)
        self.leave.clicked.connect(self._leave)
        self.trust.clicked.connect(self._start_trusting)
        self.offers.toggled.connect(self._offers_toggled)
        self.address.textChanged.connect(self._address_changed)
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self.go.setEnabled(bool(self.address.text().strip()))
        self._fit()

    def _lay_out(self) -> None:
        said = QHBoxLayout()
        said.setSpacing(12)
        said.addWidget(self.note, 1)
        said.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(8 - 2 * RING_PX)
        buttons.addWidget(self.trust)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        column.addWidget(Text(self.tr("Add a feed"), _TITLE))
        column.addLayout(ringed(self.address))
        column.addLayout(said)
        column.addLayout(ringed(self._framed))
        column.addLayout(ringed(self.folder))
        column.addSpacing(4)
        column.addLayout(ringed(buttons))
        for hidden in (self.bar, self._framed, self.trust):
            hidden.hide()
        self.setTabOrder(self.address, self.offers)
        self.setTabOrder(self.offers, self.folder)

    # Asking

    def start(self) -> None:
        """Ask the address what it leads to."""
        try:
            address = web_address(self.address.text())
        except ReaderError as error:
            self._say(words.sentence(error), "warn")
            return
        self._clear_offers()
        self._busy(True)
        self._say(self.tr("Asking {address}…").format(address=address), "ink2")
        asking, certificate, guessed = _Asking(), self._certificate, not is_address(self.address.text().strip())
        self._asking = asking

        def work() -> list[Offer]:
            return self._library.find_feeds(
                address,
                guessed=guessed,
                certificate=certificate,
                cancelled=lambda: asking.stop,
                progress=self._told.emit,
            )

        self._ticket = self._lane.run(work, self._found, self._failed)

    def _start_trusting(self) -> None:
        self._certificate = self._fingerprint
        self.start()

    def _tell(self, progress: Progress) -> None:
        if not self.bar.isHidden() and progress.total > 1:
            self.bar.set_share(progress.done / progress.total)
            text = self.tr("Asking {address}… ({done} of {total})")
            number = QLocale().toString
            self._say(
                text.format(address=progress.what, done=number(progress.done + 1), total=number(progress.total)), "ink2"
            )

    def _found(self, offers: list[Offer]) -> None:
        self._busy(False)
        fresh = [offer for offer in offers if offer.already is None]
        if len(offers) == 1 and fresh:
            self._follow(fresh)
            return
        if not fresh and len(offers) == 1:
            self._say(self.tr("You follow “{title}” already.").format(title=_title_of(offers[0])), "ink2")
            return
        self._say(self.tr("This address leads to {count} feeds. Which do you want?").format(count=len(offers)), "ink2")
        for offer in offers:
            self.offers.put(
                offer.title,
                self._facts(offer),
                checked=offer.already is None and offer is fresh[0] if fresh else False,
                enabled=offer.already is None,
                data=offer,
            )
        self._framed.setFixedHeight(min(len(offers), _ROWS) * _ROW_PX + 18)
        self._framed.show()
        self.offers.setCurrentItem(next(self.offers.items()))
        self.offers.setFocus(Qt.FocusReason.OtherFocusReason)
        self._offers_toggled()
        self._fit()

    def _facts(self, offer: Offer) -> str:
        facts = [words.feed_format(offer.format), words.articles(offer.articles)]
        if offer.newest is not None:
            facts.append(self.tr("newest {date}").format(date=words.time_or_day(offer.newest, self._library.now())))
        if offer.already is not None:
            facts.insert(0, self.tr("followed already"))
        return " · ".join(filter(None, facts))

    def _offers_toggled(self) -> None:
        count = len(self.offers.chosen())
        several = self.tr("Add {count} feeds").format(count=QLocale().toString(count))
        self.go.setText(several if count > 1 else self.tr("Add"))
        self.go.updateGeometry()
        self.go.setEnabled(count > 0)

    def _clear_offers(self) -> None:
        self.offers.clear()
        self._framed.hide()
        self.go.setText(self.tr("Add"))
        self.trust.hide()

    def _address_changed(self, text: str) -> None:
        self._certificate = ""
        self._clear_offers()
        self.go.setEnabled(bool(text.strip()))

    # Following

    def _go(self) -> None:
        chosen = [offer for offer in self.offers.chosen() if isinstance(offer, Offer)]
        if self._framed.isHidden():
            self.start()
        elif chosen:
            self._follow(chosen)

    def _follow(self, offers: Sequence[Offer]) -> None:
        self._busy(True)
        folder = self.folder.folder()

        def followed(sources: list[Source]) -> None:
            self.added.emit(sources[0])
            self.accept()

        self._ticket = self._lane.run(
            lambda: [self._library.follow(offer, folder=folder) for offer in offers], followed, self._failed
        )

    def _failed(self, error: BaseException) -> None:
        self._busy(False)
        if isinstance(error, Cancelled):
            self._say(self.tr("Stopped."), "ink2")
            return
        advice = words.advice(error)
        self._say(words.both(words.sentence(error), advice) if advice else words.sentence(error), "warn")
        self._fingerprint = error.fingerprint if isinstance(error, Untrusted) else ""
        self.trust.setVisible(bool(self._fingerprint))
        self._fit()
        self.address.setFocus()

    _fingerprint = ""

    def _leave(self) -> None:
        """Stop what runs; when nothing does, close."""
        if self.address.isReadOnly() and not self._asking.stop:
            self._stop()
            self._busy(False)
            self._say(self.tr("Stopped."), "ink2")
            self.address.setFocus()
        else:
            self.reject()

    def _stop(self) -> None:
        self._asking.stop = True
        if self._ticket is not None:
            self._ticket.cancel()

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.leave.setText(self.tr("Stop") if busy else self.tr("Cancel"))
        self.bar.set_share(0)
        self.bar.setVisible(busy)
        self.address.setReadOnly(busy)
        self.folder.setReadOnly(busy)
        self.offers.setEnabled(not busy)

    def _say(self, text: str, role: str) -> None:
        self.note.set_role(role)
        self.note.setText(text)
        self.note.updateGeometry()
        self._fit()

    def _fit(self) -> None:
        """Be as high as what is said takes at this width: a long sentence must not make the dialog wide."""
        layout = self.layout() if isValid(self) else None
        if layout is not None:
            layout.activate()
            width = max(self.width(), layout.minimumSize().width())
            self.resize(width, layout.totalHeightForWidth(width))

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)


def _title_of(offer: Offer) -> str:
    return words.source_title(offer.already) if offer.already is not None else offer.title


def _from_clipboard() -> str:
    text = QGuiApplication.clipboard().text().strip()
    return text if is_address(text) and len(text) < 500 and "\n" not in text else ""
