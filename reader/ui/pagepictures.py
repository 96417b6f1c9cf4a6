"""The pictures of the open page: served from the proxy, explained when they are missing, chosen by a click.

The script of this is ``resources/pictures.js``; what the page tells comes as the path of a ``reader://act/`` link.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineSettings

from reader.errors import PictureError
from reader.library import Document
from reader.picturefile import PictureFile
from reader.ui import cage
from reader.ui.lanes import Lane, Stop, Ticket
from reader.ui.stills import still
from reader.ui.viewer_words import Missing

_IMAGE = re.compile(r"reader://image/([^/?#]+)/(\d{1,6})(?:[?#]|$)")
_POLICY = QWebEngineSettings.ImageAnimationPolicy
#: By the setting's name. On "hover" the page gets still pictures, and a moving one only while the pointer is on it.
_POLICIES = {"always": _POLICY.Allow, "once": _POLICY.AnimateOnce, "hover": _POLICY.Allow}


class PagePictures(QObject):
    """What the page asks of its pictures, and what it is told.

    Args:
        lane: where pictures are fetched, apart from everything else.
        fetch: the bytes of the n-th picture (``refresh``: ask the server again) until stopped; runs in ``lane``.
        explain: the words for a missing picture.
        call: calls a function of the page's script.
        shown: the open document.
    """

    #: The n-th picture was chosen, to be seen large.
    chosen = Signal(int)
    #: Why is the n-th picture missing?
    asked_why = Signal(int)
    #: The rule for the open article's pictures shall not hold: "now", or for its source "always".
    release_wanted = Signal(str)

    def __init__(
        self,
        lane: Lane,
        fetch: Callable[[Document, int, bool, Stop], PictureFile],
        explain: Callable[[PictureError], Missing],
        call: Callable[..., None],
        shown: Callable[[], Document | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._lane, self._fetch, self._explain, self._call, self._shown = lane, fetch, explain, call, shown
        self._animations = "once"
        self._asked = 0
        self._under_way: list[tuple[Ticket, cage.Job]] = []  # of the open document

    def set_animations(self, name: str, page: cage.Page) -> None:
        """How moving pictures move, from the next page on: always, once, or on hover."""
        self._animations = name
        page.settings().setImageAnimationPolicy(_POLICIES.get(name, _POLICY.AnimateOnce))

    def number_of(self, url: QUrl) -> int:
        """Which picture of the open article an address of the page means; -1 for none."""
        found, document = _IMAGE.match(url.toString()), self._shown()
        if found is None or document is None or found[1] != document.article.row.id:
            return -1
        return int(found[2]) if int(found[2]) < len(document.rendered.images) else -1

    # Serving

    def serve(self, job: cage.Job, document: Document, number: int) -> None:
        """Answer a request of the page for the n-th picture of a document, unless that one was left."""
        if document is not self._shown():
            job.answer(None)
            return
        query = job.url.query()
        stands = self._animations == "hover" and query != "play"

        def work(stopped: Stop) -> tuple[PictureFile, bool]:
            file = self._fetch(document, number, query.startswith("again"), stopped)
            standing = still(file) if stands else None
            return standing or file, standing is not None

        def came(answer: tuple[PictureFile, bool]) -> None:
            file, stilled = answer
            job.answer(cage.Reply(file.media_type, file.data))
            if stilled and document is self._shown():
                self._call("still", _address(document, number))

        def failed(error: BaseException) -> None:
            job.answer(None)
            if not isinstance(error, PictureError):
                raise error
            if document is self._shown():
                self._tell_missing(document, number, error)

        self._under_way.append((self._lane.run_stoppable(work, came, failed), job))

    def leave(self) -> None:
        """The document is left: its pictures that have not come make room for those of the next one."""
        for ticket, job in self._under_way:
            ticket.cancel()
            job.answer(None)  # the page may be the same for the next one: nothing waits for ever
        self._under_way.clear()

    def _tell_missing(self, document: Document, number: int, error: PictureError) -> None:
        images = document.rendered.images
        url = images[number].url if number < len(images) else ""
        original = url if url.startswith(("http://", "https://")) else ""
        # Whatever stood in for it in the end, it is this address that the reader knows.
        trouble = PictureError(url=url or error.url, kind=error.kind, detail=error.detail, status=error.status)
        self._call("missing", _address(document, number), {**asdict(self._explain(trouble)), "original": original})

    # What the page tells

    def act(self, path: str) -> None:
        """A link of our own was chosen: ``view/<document>/<n>``, ``pictures/now`` and the like."""
        match path.strip("/").split("/"):
            case ["pictures", ("now" | "always") as how]:
                self.release_wanted.emit(how)
            case [what, name, number] if number.isdecimal():
                document = self._shown()
                if document is not None and name == document.article.row.id:
                    self._act_on(what, document, int(number))

    def _act_on(self, what: str, document: Document, number: int) -> None:
        if number >= len(document.rendered.images):
            return
        if what in ("retry", "load"):
            self._call("retry", _address(document, number), self._stamp("again"))
        elif what == "view":
            self.chosen.emit(number)
        elif what == "why":
            self.asked_why.emit(number)

    def _stamp(self, word: str) -> str:
        """Makes an address another one, or the page would not ask again."""
        self._asked += 1
        return f"{word}={self._asked}"

    # What the window asks for

    def load_all(self) -> None:
        """Ask for the pictures that the rule held back, which the page shows as placeholders."""
        self._call("loadAll", self._stamp("now"))

    def came(self, number: int) -> None:
        """A picture that was missing is held now: put it in its place."""
        document = self._shown()
        if document is not None:
            self._call("retry", _address(document, number), self._stamp("held"))


def _address(document: Document, number: int) -> str:
    return f"reader://image/{document.article.row.id}/{number}"
