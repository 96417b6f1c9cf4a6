"""The real viewer over a real library, with WebEngine behind the real walls."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QUrl
from PySide6.QtTest import QTest

from reader.library import Document, Library
from reader.paths import in_folder
from reader.ui import engine

# Before any QApplication: this file is read when tests are collected, the application is made when the first one runs.
engine.prepare()

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget
    from pytestqt.qtbot import QtBot

    from reader.images import PictureFile
    from reader.net import Client
    from reader.ui.lanes import Stop

PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def webengine(qapp: QApplication) -> QApplication:
    """The application with the page engine loaded."""
    assert engine.RESOLVER_RULE in os.environ["QTWEBENGINE_CHROMIUM_FLAGS"]
    engine.start()
    return qapp


class Desk:
    """A library, and a viewer over it as the window joins them.

    Attributes:
        links: the addresses that the viewer gave to the system browser.
        asked: numbers of the pictures that the page asked for.
        sizes: of the pictures of the articles that are opened, as far as they are known.
    """

    def __init__(self, qtbot: QtBot, folder: Path, client: Client | None, fetch: Any) -> None:
        from reader.ui import theme, viewer, words
        from reader.ui.lanes import Lanes

        self._qtbot = qtbot
        self.library = Library(in_folder(folder), client=client)
        self.lanes = Lanes()
        self.unexpected: list[BaseException] = []
        self.lanes.unexpected.connect(self.unexpected.append)
        self.asked: list[int] = []
        self._fetch = fetch
        self.viewer = viewer.Viewer(self.lanes.pictures, self._picture, words.missing_picture)
        self.page = self.viewer.page
        self.links: list[str] = []
        self.shown: list[int] = []
        self.sizes: tuple[tuple[int, int] | None, ...] = ()
        self.viewer.link.connect(self.links.append)
        self.viewer.shown.connect(self.shown.append)
        self._colours = theme.css_variables(theme.LIGHT)
        self.viewer.set_background(theme.LIGHT.page)
        self.viewer.resize(760, 900)
        self.viewer.show()

    def _picture(self, document: Document, number: int, refresh: bool, cancelled: Stop) -> PictureFile:
        self.asked.append(number)
        if self._fetch is None:
            return self.library.picture(document, number, refresh=refresh, cancelled=cancelled)
        found: PictureFile = self._fetch(document, number, refresh)
        return found

    def show(self, document: Document, place: str = "") -> None:
        """Give the viewer a document, without waiting."""
        from reader.ui import page

        look = page.Look(self._colours)
        sheet = page.article_page(
            document.article, document.rendered, look, page.Words(), page.Tile("S", "#2a5ca3"), self.sizes
        )
        self.viewer.show_document(document, sheet, place)

    def open(self, id_or_key: str | int) -> Document:
        """Open an article and wait until its page is loaded."""
        document = self.library.document(id_or_key)
        self.shown.clear()
        self.show(document)
        self.until(lambda: document.article.row.key in self.shown)
        return document

    def open_text(self, folder: Path, name: str, text: str | bytes) -> Document:
        """Write a file and open it, as "Open file" does."""
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return self.open(self.library.open_file(path).id)

    def until(self, what: Callable[[], Any], timeout_ms: int = PATIENCE_MS) -> None:
        self._qtbot.waitUntil(lambda: bool(what()), timeout=timeout_ms)

    def rest(self, ms: int = 300) -> None:
        """Give things that must not happen the time to happen."""
        self._qtbot.wait(ms)

    def js(self, code: str) -> Any:
        """The value of an expression in the isolated world."""
        from tests.e2e.probe import ISOLATED

        got: list[Any] = []
        self.page.runJavaScript(f"JSON.stringify([{code}])", ISOLATED, lambda value: got.append(value))
        self.until(lambda: got)
        return json.loads(got[0])[0] if got[0] else None

    def text(self) -> str:
        return str(self.js("document.body ? document.body.textContent : ''"))

    def body(self) -> str:
        got: list[str] = []
        self.viewer.body_html(lambda html: got.append(html))
        self.until(lambda: got)
        return got[0]

    def click(
        self,
        selector: str,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press the real mouse button on an element."""
        self._press(f"document.querySelector({json.dumps(selector)})", button, keys)

    def click_words(self, words: str) -> None:
        """Press the real mouse button on the innermost element of these words."""
        inner = f"n.textContent.trim() === {json.dumps(words)}"
        self._press(f"[...document.querySelectorAll('#ink-body *')].filter(n => {inner}).at(-1)")

    def _press(
        self,
        node: str,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        where = self.js(
            f"(() => {{const n = {node}; if (!n) return null;"
            "n.scrollIntoView({block: 'center'}); const b = n.getClientRects()[0];"
            "return [b.left + Math.min(b.width, 200) / 2, b.top + b.height / 2]})()"
        )
        assert where, f"nothing to click at {node}"
        self.rest(50)
        target: QWidget | None = self.viewer.view.focusProxy()
        assert target is not None
        QTest.mouseClick(target, button, keys, QPoint(round(where[0]), round(where[1])))

    def press_enter(self) -> None:
        """Press Enter where the focus of the page is."""
        target = self.viewer.view.focusProxy()
        assert target is not None
        target.setFocus()
        QTest.keyClick(target, Qt.Key.Key_Return)

    def where(self) -> QUrl:
        """The page that is open; the viewer numbers its showings in the query."""
        return QUrl(self.page.url().toString().partition("?")[0])

    def colours(self) -> dict[tuple[int, int, int], int]:
        """How many pixels of the view have each colour."""
        picture = self.viewer.grab().toImage()
        counts: dict[tuple[int, int, int], int] = {}
        for y in range(0, picture.height(), 2):
            for x in range(0, picture.width(), 2):
                colour = picture.pixelColor(x, y)
                rgb = colour.red(), colour.green(), colour.blue()
                counts[rgb] = counts.get(rgb, 0) + 4
        return counts

    def close(self) -> None:
        self.viewer.shut()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.viewer.close()
        self.viewer.deleteLater()
        self.lanes.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.library.close()
        assert not self.unexpected, self.unexpected


@pytest.fixture
def make_desk(webengine: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks: ``make_desk(client=..., fetch=...)``; with ``fetch`` no picture is fetched but by it."""
    made: list[Desk] = []

    def make(client: Client | None = None, fetch: Any = None) -> Desk:
        made.append(Desk(qtbot, tmp_path / f"library{len(made)}", client, fetch))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


def offline(document: Document, number: int, refresh: bool) -> PictureFile:
    """A ``fetch`` that never does."""
    from reader.errors import PictureError

    raise PictureError(url=document.rendered.images[number].url, kind="offline")
