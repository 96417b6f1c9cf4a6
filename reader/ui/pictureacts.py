"""What the user does with pictures: seeing one large, asking why one is missing, loading those that wait, settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from shiboken6 import isValid

from reader.library import Document
from reader.ui import menustyle
from reader.ui.icons import icon

if TYPE_CHECKING:
    from reader.picturefile import PictureFile
    from reader.ui.lanes import Stop
    from reader.ui.picturedoctor import PictureDoctor
    from reader.ui.pictureviewer import PictureViewer
    from reader.ui.viewer import Viewer
    from reader.ui.window import Window

#: A picture is seen in a window of this share of the main one.
_SHARE = 0.92


class PictureActs(QObject):
    """The window's commands on pictures."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._library, self._lanes = window.library, window.lanes
        self._viewer: PictureViewer | None = None
        self._doctor: PictureDoctor | None = None
        window.showing.made.connect(self._connect)

    def _connect(self, page: Viewer) -> None:
        page.pictures.chosen.connect(self.view)
        page.pictures.asked_why.connect(self.doctor)
        page.pictures.release_wanted.connect(self._release)
        page.picture_menu_wanted.connect(self.menu)

    def _page(self) -> Viewer | None:
        """The page of articles, while one is on it."""
        return self._window.showing.viewer if self._window.showing.is_open else None

    def _document(self) -> Document | None:
        page = self._page()
        return page.document if page is not None else None

    def _ask(self, document: Document, number: int, refresh: bool, cancelled: Stop) -> PictureFile:
        """A picture that the user asked for, whatever the rule; runs in a lane."""
        return self._library.picture(document, number, refresh=refresh, now=True, cancelled=cancelled)

    # One picture

    def view_in_sight(self) -> None:
        """See the picture large that is in view now, or else the first one."""
        page, document = self._page(), self._document()
        if page is None or document is None:
            return
        if not document.rendered.images:
            self._window.status.say(self.tr("This article has no pictures."))
            return
        page.picture_in_view(lambda number: self.view(max(number, 0)))

    def view(self, number: int) -> None:
        """See the n-th picture of the open article large."""
        from reader.ui.pictureviewer import PictureViewer

        document = self._document()
        if document is None or not 0 <= number < len(document.rendered.images):
            return
        self._close(self._viewer)
        window = self._window
        made = PictureViewer(document, number, self._lanes.pictures, self._ask, window.outside.browse, window)
        made.said.connect(window.status.say)
        made.trouble.connect(window.tell)
        made.resize(window.size() * _SHARE)
        made.show()
        self._viewer = made

    def doctor(self, number: int = 0) -> None:
        """Why is the n-th picture of the open article missing? All that is known of each."""
        from reader.ui.picturedoctor import PictureDoctor

        document = self._document()
        if document is None:
            self._window.status.say(self.tr("No article is open."))
            return
        self._close(self._doctor)
        window, library = self._window, self._library
        made = PictureDoctor(
            document,
            number,
            self._lanes,
            library.diagnose,
            self._ask,
            lambda document, n: library.picture(document, n, offline=True),
            window.outside.browse,
            library.now,
            window,
        )
        made.came.connect(lambda n: self._came(document, n))
        made.view_wanted.connect(self.view)
        made.copied.connect(self._copy_details)
        made.trouble.connect(window.tell)
        made.show()
        self._doctor = made

    @staticmethod
    def _close(other: PictureViewer | PictureDoctor | None) -> None:
        if other is not None and isValid(other):
            other.close()

    def _came(self, document: Document, number: int) -> None:
        page = self._page()
        if page is not None and self._document() is document:
            page.pictures.came(number)

    def _copy_details(self, text: str) -> None:
        self._window.outside.copy(text, self.tr("Details of the pictures copied."))

    def menu(self, place: QPoint, number: int, link: str) -> None:
        """What can be done with a picture of the page."""
        document = self._document()
        if document is None:
            return
        url = document.rendered.images[number].url
        window = self._window
        on_the_web = url.startswith(("http://", "https://"))
        menu = menustyle.menu(window)

        def add(text: str, act: Callable[[], object], icon_name: str, *, enabled: bool = True) -> None:
            action = QAction(icon(icon_name), text, menu)
            action.triggered.connect(lambda _checked=False: act())
            action.setEnabled(enabled)
            menu.addAction(action)

        add(self.tr("Show large"), lambda: self.view(number), "image")
        add(self.tr("Open the picture in the browser"), lambda: window.outside.browse(url), "open", enabled=on_the_web)
        add(self.tr("Copy the picture’s address"), lambda: window.outside.copy(url), "link", enabled=on_the_web)
        add(self.tr("Picture doctor"), lambda: self.doctor(number), "image-off")
        if link:
            menu.addSeparator()
            add(self.tr("Open the link in the browser"), lambda: window.outside.browse(link), "open")
            add(self.tr("Copy the link’s address"), lambda: window.outside.copy(link), "link")
        menu.popup(place)

    # Rules and settings

    def load_here(self) -> None:
        """Load the pictures of the open article, whatever the rule."""
        page, document = self._page(), self._document()
        if page is not None and document is not None:
            self._window.showing.release(document)
            page.pictures.load_all()

    def _release(self, how: str) -> None:
        document = self._document()
        if how == "always" and document is not None:
            key = document.article.row.source_key
            configure = self._library.store.configure_source
            text = self.tr("The pictures of this source are always loaded from now on.")
            self._lanes.store.run(
                lambda: configure(key, pictures="always"), lambda _: self._window.status.say(text), self._window.tell
            )
        self.load_here()

    def rule_changed(self) -> None:
        """Which pictures are loaded, and from where, was changed: what waits asks again by the rule of now."""
        self._window.reading.forget()
        page = self._page()
        if page is not None:
            page.pictures.load_all()

    def shut(self) -> None:
        """Before the window goes."""
        for each in (self._viewer, self._doctor):
            self._close(each)
