"""The cage around an article: the walls that stand inside WebEngine.

Wall 1, the sanitiser, is ``content.sanitize``. Wall 2 is ``CSP``, wall 3 the interceptor and the page guard (the
resolver rule is in ``engine``), wall 4 the profile. Each is tested alone, against the real engine.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineDownloadRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlSchemeHandler,
)
from shiboken6 import isValid

from reader.records import dataclass
from reader.ui.engine import SCHEME

#: Deny all; pictures and styles only through the private scheme. The program's own script runs in an isolated world.
CSP = (
    "default-src 'none'; img-src reader:; style-src reader: 'unsafe-inline'; script-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'"
)

_HEADERS = {
    b"Content-Security-Policy": CSP.encode(),
    b"X-Content-Type-Options": b"nosniff",
    b"Referrer-Policy": b"no-referrer",
    b"Cache-Control": b"no-store",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes for an address of the private scheme."""

    media_type: str
    data: bytes


class Interceptor(QWebEngineUrlRequestInterceptor):
    """Blocks every request whose scheme is not ours."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # PySide6 6.11 does not tie this class to the parent given to its constructor: without this line Python drops it
        # at once and nothing is blocked (tests/e2e/test_walls.py counted 57 requests of 116 hostile pages).
        self.setParent(parent)

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if info.requestUrl().scheme() != SCHEME.decode():
            info.block(True)


class Job:
    """One request of the page. Answer it at any time: a dead one is passed over, and so is a second answer."""

    def __init__(self, job: QWebEngineUrlRequestJob) -> None:
        self._job = job
        self._answered = False
        self.url = job.requestUrl()

    def answer(self, reply: Reply | None) -> None:
        """Send the bytes; None means that there is nothing at this address."""
        if self._answered or not isValid(self._job):
            return
        self._answered = True
        if reply is None:
            self._job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        # A list per header: PySide6 6.11 takes a QMultiMap, and cuts a bare QByteArray into letters.
        headers = {QByteArray(name): [QByteArray(value)] for name, value in _HEADERS.items()}
        self._job.setAdditionalResponseHeaders(headers)  # type: ignore[arg-type]
        buffer = QBuffer(self._job)
        buffer.setData(QByteArray(reply.data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._job.reply(QByteArray(reply.media_type.encode()), buffer)


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """A thin adapter: hands each GET of ``reader:`` to ``serve``."""

    def __init__(self, serve: Callable[[Job], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._serve = serve

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        if bytes(job.requestMethod().data()) != b"GET":
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        self._serve(Job(job))


class Page(QWebEnginePage):
    """The page guard: goes nowhere but to the address that the viewer itself just asked for."""

    #: A link was clicked; nothing was followed.
    link_clicked = Signal(QUrl)

    def __init__(self, profile: QWebEngineProfile, parent: QObject | None = None) -> None:
        super().__init__(profile, parent)
        self._awaited = QUrl()
        self.permissionRequested.connect(self._deny)
        self.certificateError.connect(self._distrust)

    def go(self, url: QUrl) -> None:
        """The only way to another page."""
        self._awaited = url
        self.setUrl(url)

    def stand_at(self, url: QUrl) -> None:
        """The open page holds another article, and has this address for it."""
        self._awaited = url

    def acceptNavigationRequest(  # type: ignore[override]  # Qt always hands over a QUrl
        self, url: QUrl, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        if is_main_frame and url == self._awaited and kind == QWebEnginePage.NavigationType.NavigationTypeTyped:
            return True
        if kind == QWebEnginePage.NavigationType.NavigationTypeLinkClicked:
            if (
                url.scheme() == SCHEME.decode()
                and url.adjusted(QUrl.ComponentFormattingOption(QUrl.UrlFormattingOption.RemoveFragment.value))
                == self._awaited
            ):
                return True  # a footnote or a table of contents, inside the open page
            self.link_clicked.emit(url)
        return False

    def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        return None

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Refusals of the CSP are expected here; they are no trouble of the program."""

    def _deny(self, permission: QWebEnginePermission) -> None:
        permission.deny()

    def _distrust(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()


def _without_fragment(url: QUrl) -> QUrl:
    return QUrl(url.toString().partition("#")[0])


def profile(serve: Callable[[Job], None], parent: QObject) -> QWebEngineProfile:
    """Wall 4: an off-the-record profile without cookies, storage, downloads or permissions."""
    made = QWebEngineProfile(parent)
    made.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    made.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    made.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    made.setUrlRequestInterceptor(Interceptor(made))
    made.installUrlSchemeHandler(SCHEME, SchemeHandler(serve, made))
    made.downloadRequested.connect(_refuse_download)
    made.cookieStore().setCookieFilter(lambda request: False)
    settings = made.settings()
    off = QWebEngineSettings.WebAttribute
    for attribute in (
        off.JavascriptCanOpenWindows,
        off.JavascriptCanAccessClipboard,
        off.JavascriptCanPaste,
        off.LocalStorageEnabled,
        off.LocalContentCanAccessRemoteUrls,
        off.LocalContentCanAccessFileUrls,
        off.HyperlinkAuditingEnabled,
        off.PluginsEnabled,
        off.FullScreenSupportEnabled,
        off.ScreenCaptureEnabled,
        off.WebGLEnabled,
        off.Accelerated2dCanvasEnabled,
        off.AutoLoadIconsForPage,
        off.AllowGeolocationOnInsecureOrigins,
        off.DnsPrefetchEnabled,
        off.PdfViewerEnabled,
        off.NavigateOnDropEnabled,
        off.AllowRunningInsecureContent,
        off.TouchIconsEnabled,
        off.ErrorPageEnabled,
    ):
        settings.setAttribute(attribute, False)
    settings.setAttribute(off.FocusOnNavigationEnabled, False)
    settings.setAttribute(off.PlaybackRequiresUserGesture, True)
    return made


def _refuse_download(request: QWebEngineDownloadRequest) -> None:
    request.cancel()
