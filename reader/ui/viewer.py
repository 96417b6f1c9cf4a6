"""The article view: a small interface over the caged page engine.

The rest of the window knows only ``Viewer``; if WebEngine must be replaced or drawn in software, only this module and
``cage`` change.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAccessible, QColor, QMouseEvent, QWheelEvent
from PySide6.QtWebEngineCore import QWebEngineLoadingInfo, QWebEnginePage, QWebEngineScript
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from reader import resources
from reader.content import neighbours
from reader.errors import PictureError
from reader.library import Document
from reader.picturefile import PictureFile
from reader.records import dataclass
from reader.ui import cage
from reader.ui.lanes import Lane, Stop
from reader.ui.page import Sheet, tag_linked
from reader.ui.pagepictures import PagePictures
from reader.ui.viewer_words import Missing

log = logging.getLogger(__name__)

_WORLD = QWebEngineScript.ScriptWorldId.ApplicationWorld.value

#: Pages kept ready: the open one, and those prepared for the next keys.
_KEPT = 4

#: The process of a page grows by 1 to 1.8 MB with each article: after so many another one takes its place.
ARTICLES_OF_A_PAGE = 100

#: At the end of the program the place in the text is waited for so long.
_LAST_PLACE_MS = 200

_NOTCH = 120

#: A longer article gets a document of its own, which is shown while it comes.
_EXCHANGED_CHARACTERS = 300_000


@dataclass(frozen=True, slots=True)
class _Loaded:
    document: Document
    sheet: Sheet
    is_text: bool  # its blocks are not those of the article: no place in it is remembered


class Viewer(QWidget):
    """Shows one document at a time, in the cage.

    Args:
        lane: where pictures are fetched, apart from everything else.
        fetch: the bytes of the n-th picture (``refresh``: ask the server again) until stopped; runs in ``lane``.
        explain: the words for a missing picture.
    """

    #: The article of this key is on the page.
    shown = Signal(int)
    #: A link was clicked: an absolute address (http, https or mailto), or a link to a neighbour as its author wrote it.
    link = Signal(str)
    #: The address under the pointer as a person reads it, "" when none.
    hovered = Signal(str)
    #: article key, how far (0 to 1), the place as ``article.js`` words it.
    moved = Signal(int, float, str)
    #: Whether the page is scrolled away from its top.
    scrolled = Signal(bool)
    #: A menu is wanted: where on the screen, the selected text, the address of the link below.
    menu_wanted = Signal(QPoint, str, str)
    #: A menu is wanted for a picture: where on the screen, which picture, the address of the link below.
    picture_menu_wanted = Signal(QPoint, int, str)
    #: The mouse's own buttons for going back (-1) and forward (1).
    stepped = Signal(int)
    #: The link to the next article was clicked.
    next_wanted = Signal()
    #: A tag in the head of the article was chosen.
    tag_wanted = Signal(str)
    #: The wheel was turned with Ctrl held down: larger (1) or smaller (-1).
    resized = Signal(int)

    def __init__(
        self,
        lane: Lane,
        fetch: Callable[[Document, int, bool, Stop], PictureFile],
        explain: Callable[[PictureError], Missing],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.pictures = PagePictures(lane, fetch, explain, self._call, lambda: self.document, self)
        self._pages: dict[str, _Loaded] = {}
        self._open: _Loaded | None = None
        self._shows = 0
        self._address = QUrl()
        self._stands = False  # the page holds an article as a whole
        self._shows_of_page = 0
        self._place = ""
        self._turned = 0
        self._crashes = 0
        self._shut = False
        self.view = QWebEngineView(self)
        self._profile = cage.profile(self._serve, self)
        self._profile.scripts().insert(_own_script())
        self._background = QColor()
        self._animations = "once"
        self.page = self._make_page()
        self.view.setAcceptDrops(False)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._want_menu)
        self.setFocusProxy(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self._settle = QTimer(self, interval=300, singleShot=True)
        self._settle.timeout.connect(self._report_place)
        self._put_in()

    def _make_page(self) -> cage.Page:
        page = cage.Page(self._profile, self.view)
        # Queued: what a link asks for may be another page, and the engine is in the middle of asking about this one.
        page.link_clicked.connect(self._clicked, Qt.ConnectionType.QueuedConnection)
        page.linkHovered.connect(self._hover)
        page.loadingChanged.connect(self._loading)
        page.scrollPositionChanged.connect(self._scrolling)
        page.renderProcessTerminated.connect(self._crashed)
        self.pictures.set_animations(self._animations, page)
        return page

    def _let_go(self, page: cage.Page) -> None:
        page.disconnect(self)
        page.deleteLater()

    def _renew_page(self) -> None:
        """Begin with a fresh page and process; the old page stays on screen until the new one has been loaded."""
        if self.view.page() is not self.page:
            self._let_go(self.page)  # it never came on screen
        self.page = self._make_page()
        if self._background.isValid():
            self.page.setBackgroundColor(self._background)
        self._shows_of_page = 0
        self._stands = False

    def _put_in(self) -> None:
        """Bring the page on screen."""
        old, focus = self.view.page(), QApplication.focusWidget()
        focused = focus is not None and self.view.isAncestorOf(focus)
        self.view.setPage(self.page)
        if isinstance(old, cage.Page):
            self._let_go(old)
        if focused:
            self.view.setFocus()

    def _watch_mouse(self) -> None:
        """The widget that gets the events of the page comes with its first load; a filter set twice is one."""
        inner = self.view.focusProxy()
        self.view.setAccessibleName(self.tr("Article"))
        if inner is not None:
            inner.setAccessibleName(self.view.accessibleName())
            inner.installEventFilter(self)

    # What the window asks for

    def show_document(self, document: Document, sheet: Sheet, place: str = "", *, is_text: bool = False) -> None:
        """Show an article.

        Args:
            sheet: from ``page.article_page`` or ``page.text_page``.
            place: where the reader left it.
            is_text: the page holds the article as text.
        """
        self.leave()
        loaded = _Loaded(document, sheet, is_text)
        name = document.article.row.id
        self._pages.pop(name, None)
        self._pages[name] = loaded
        while len(self._pages) > _KEPT:
            del self._pages[next(iter(self._pages))]
        self._open = loaded
        self._crashes = 0
        self._place = place
        self._shows_of_page += 1
        if self._shows_of_page > ARTICLES_OF_A_PAGE:
            self._renew_page()
        if self._can_exchange(sheet):
            self._exchange(loaded)
        else:
            self._load()

    def _load(self) -> None:
        """Load the open article as a document."""
        if self._open is None:
            return
        self._stands = False
        self._address = self._next_address(self._open)
        self.page.go(self._address)

    def _next_address(self, opened: _Loaded) -> QUrl:
        # A number of its own makes each showing a new page: the same address again would be a reload, and what the
        # engine tells of a load that was left since could not be told from what it tells of this one.
        self._shows += 1
        return QUrl(f"reader://article/{opened.document.article.row.id}?{self._shows}")

    def _can_exchange(self, sheet: Sheet) -> bool:
        """Whether the page holds an article whose place another one can take.

        A screen reader is told of a document that was loaded, and of nothing that a script has put there.
        """
        return self._stands and len(sheet.article) <= _EXCHANGED_CHARACTERS and not QAccessible.isActive()

    def _exchange(self, opened: _Loaded) -> None:
        """Put an article in the place of the one before: the same document, policy and process."""
        address = self._address = self._next_address(opened)
        self.page.stand_at(address)

        def done(well: object) -> None:
            if address != self._address:
                return  # the reader has gone on
            if well is True:
                self._tell_shown()
            else:
                self._load()

        sheet = opened.sheet
        article = sheet.article.encode("utf-8", "replace").decode()  # as in a document
        code = _call("exchange", sheet.title, article, sheet.rooms, address.toString(), self._place)
        self.page.runJavaScript(code, _WORLD, done)

    def _tell_shown(self) -> None:
        if self._open is not None:
            self.shown.emit(self._open.document.article.row.key)

    def leave(self) -> None:
        """The open article is left: a place that the reader scrolled to just now is told as well."""
        self.pictures.leave()
        if self._settle.isActive():
            self._settle.stop()
            self._report_place()

    @property
    def document(self) -> Document | None:
        """The open article."""
        return self._open.document if self._open else None

    def set_background(self, colour: QColor) -> None:
        """The colour behind the page: set before a load, so that no white flashes."""
        self._background = colour
        self.page.setBackgroundColor(colour)

    def set_variables(self, css: str, classes: str = "") -> None:
        """Change colours, sizes and fonts of the open page at once."""
        self._call("variables", css, classes)

    def set_tags(self, tags: Sequence[str]) -> None:
        """Show these tags in the head of the open article."""
        self._call("tags", list(tags))

    def set_next(self, title: str) -> None:
        """Another article comes after the open one now; ``""``: none."""
        self._call("next", title)

    def set_zoom(self, factor: float) -> None:
        self.view.setZoomFactor(factor)

    def page_by(self, direction: float, done: Callable[[bool], None]) -> None:
        """Scroll by a page (0.5: half of one); ``done(False)`` when there was nothing left in that direction."""
        self.page.runJavaScript(f"inkstone.pageBy({direction})", _WORLD, lambda moved: done(bool(moved)))

    def find_text(self, text: str, *, backward: bool = False, done: Callable[[int, int], None] | None = None) -> None:
        """Find in the article; ``done(which, of)``. An empty text ends it."""
        flags = QWebEnginePage.FindFlag.FindBackward if backward else QWebEnginePage.FindFlag(0)
        if done is None:
            self.page.findText(text, flags)
        else:
            self.page.findText(text, flags, lambda r: done(r.activeMatch(), r.numberOfMatches()))

    def picture_in_view(self, done: Callable[[int], None]) -> None:
        """The number of the picture of which most is in view; nothing is done when there is none."""

        def found(number: object) -> None:
            if isinstance(number, str) and number.isdecimal():
                done(int(number))

        self.page.runJavaScript("inkstone.inView()", _WORLD, found)

    def set_animations(self, name: str) -> None:
        """How moving pictures move, from the next article on: always, once, or on hover."""
        self._animations = name
        self.pictures.set_animations(name, self.page)

    def body_html(self, done: Callable[[str], None]) -> None:
        """The body as the engine holds it (for tests: the window and the command line show the same)."""
        self.page.runJavaScript("document.getElementById('ink-body').innerHTML", _WORLD, lambda html: done(html or ""))

    def shut(self) -> None:
        """Let go of the page before its profile goes (Qt asks for this order)."""
        if self._shut:
            return
        self._shut = True
        self.pictures.leave()
        self._tell_last_place()
        self._open = None
        on_screen = self.view.page()
        self.view.setPage(None)  # type: ignore[arg-type]
        if on_screen is not self.page:
            on_screen.deleteLater()
        self.page.deleteLater()

    def _tell_last_place(self) -> None:
        if not self._settle.isActive():
            return
        wait = QEventLoop()
        self.moved.connect(wait.quit)
        QTimer.singleShot(_LAST_PLACE_MS, wait, wait.quit)
        self.leave()
        wait.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self.moved.disconnect(wait.quit)

    # The private scheme

    def _serve(self, job: cage.Job) -> None:
        host, parts = job.url.host(), job.url.path().strip("/").split("/")
        if host == "article" and parts[0] in self._pages:
            job.answer(cage.Reply("text/html; charset=utf-8", self._pages[parts[0]].sheet.document()))
        elif host == "image" and len(parts) == 2 and parts[1].isdigit() and parts[0] in self._pages:
            self.pictures.serve(job, self._pages[parts[0]].document, int(parts[1]))
        else:
            job.answer(None)

    def _call(self, function: str, *args: object) -> None:
        self.page.runJavaScript(_call(function, *args), _WORLD)

    # What the page tells

    def _clicked(self, url: QUrl) -> None:
        if url.scheme() == "reader":
            if url.host() == "act" and url.path() == "/next":
                self.next_wanted.emit()
            elif tag := tag_linked(url.toString(QUrl.ComponentFormattingOption.FullyEncoded)):
                self.tag_wanted.emit(tag)
            elif url.host() == "act":
                self.pictures.act(url.path())
            elif beside := self._beside(url):
                self.link.emit(beside)
            return
        if url.scheme() in ("http", "https", "mailto"):
            self.link.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _hover(self, address: str) -> None:
        if address.startswith("reader:"):
            address = neighbours.shown(self._beside(QUrl(address)))
        self.hovered.emit(address)

    def _beside(self, url: QUrl) -> str:
        """The link to a neighbour that an address of the open article stands for, as it is written; else ``""``."""
        document, (name, _, number) = self.document, url.path().strip("/").partition("/")
        if url.host() != "link" or document is None or name != document.article.row.id or not number.isdecimal():
            return ""
        links = document.rendered.links
        return links[int(number)] if len(number) < 8 and int(number) < len(links) else ""

    def _loading(self, info: QWebEngineLoadingInfo) -> None:
        if info.status() == QWebEngineLoadingInfo.LoadStatus.LoadStartedStatus:
            return
        if self._open is None or info.url() != self._address:
            return  # of an article that was left before it had come
        if self.view.page() is not self.page:
            self._put_in()
        self._watch_mouse()
        if self._place:
            self._call("restore", self._place)
        self._stands = info.status() == QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus
        self._tell_shown()

    def _want_menu(self, place: QPoint) -> None:
        request = self.view.lastContextMenuRequest()
        link = request.linkUrl() if request is not None else QUrl()
        address = link.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        shown = address if link.scheme() in ("http", "https", "mailto") else ""
        number = self.pictures.number_of(request.mediaUrl()) if request is not None else -1
        if number >= 0:
            self.picture_menu_wanted.emit(self.view.mapToGlobal(place), number, shown)
        else:
            self.menu_wanted.emit(self.view.mapToGlobal(place), self.page.selectedText(), shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The mouse's buttons for back and forward, pressed and let go: with either the engine would leave the page."""
        if isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._turn(event.angleDelta().y())
            return True
        if isinstance(event, QMouseEvent):
            step = {Qt.MouseButton.BackButton: -1, Qt.MouseButton.ForwardButton: 1}.get(event.button())
            if step is not None:
                if event.type() == QEvent.Type.MouseButtonPress:
                    self.stepped.emit(step)
                return True
        return super().eventFilter(watched, event)

    def _turn(self, delta: int) -> None:
        """A notch of the wheel is 120; touchpads give it in small parts."""
        self._turned += delta
        while abs(self._turned) >= _NOTCH:
            way = 1 if self._turned > 0 else -1
            self._turned -= way * _NOTCH
            self.resized.emit(way)

    def _scrolling(self) -> None:
        self.scrolled.emit(self.page.scrollPosition().y() > 1)
        if self._open is not None:
            self._settle.start()

    def _report_place(self) -> None:
        if self._open is None or self._open.is_text:
            return
        key = self._open.document.article.row.key
        height = self.page.contentsSize().height()
        bottom = self.page.scrollPosition().y() + self.view.height()
        progress = 1.0 if height <= 0 else max(0.0, min(1.0, bottom / height))
        if self.page.scrollPosition().y() <= 1:
            progress = 0.0
        self.page.runJavaScript(
            "inkstone.position()", _WORLD, lambda place: self.moved.emit(key, progress, str(place or ""))
        )

    def _crashed(self) -> None:
        """The page's process is gone: load the page again, three times at most for one article."""
        self._stands = False
        self._crashes += 1
        log.info("the page's process ended (%d)", self._crashes)
        if self._open is not None and self._crashes <= 3:
            QTimer.singleShot(0, self, self._load)


def _call(function: str, *args: object) -> str:
    """A call of our own script; the arguments travel as JSON."""
    return f"inkstone.{function}({','.join(map(json.dumps, args))})"


def _own_script() -> QWebEngineScript:
    script = QWebEngineScript()
    script.setName("inkstone")
    script.setSourceCode(
        resources.text("article.js") + resources.text("pictures.js") + "\nglobalThis.inkstone = inkstone;"
    )
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(_WORLD)
    script.setRunsOnSubFrames(False)
    return script
