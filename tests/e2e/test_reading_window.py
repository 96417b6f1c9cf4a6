"""What a reader does with an open article, in the real window with the real page engine and the real mouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from reader.model import Query
from tests.e2e.probe import ISOLATED
from tests.e2e.test_window_walk import Browser, Running, running

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

POSTS = {
    "harbour.md": "---\ntitle: Harbour\ndate: 2026-05-09\ntags: [a: b: c\n---\n\nWords of the harbour.\n\n"
    '<script>var gone = 1</script><iframe src="https://frames.test/x"></iframe>\n\n'
    "[near](sub/lights.md#b)\n\n[[Pilot|named]]\n\n[paper](paper.pdf)\n\n[above](../../secret.md)\n\n"
    "[kept](https://blog.test/2026/pilot/)\n\n[web](https://elsewhere.test/page)\n",
    "sub/lights.md": "---\ntitle: Lights\ndate: 2026-05-08\n---\n\nWords of the lights. [up](../harbour.html)\n\n"
    + "A line.\n\n" * 60
    + "## b\n\n"
    + "Another line.\n\n" * 60,
    "Pilot.md": "---\ntitle: The pilot\ndate: 2026-05-07\nurl: https://blog.test/2026/pilot/\n---\n\n"
    "Words of the pilot.\n",
    "paper.pdf": "%PDF-1.4",
    "../secret.md": "# Secret\n",
}


class Reader(Running):
    """The program with a folder of posts in it."""

    def js(self, code: str) -> Any:
        """The value of an expression in the isolated world of the page."""
        got: list[Any] = []
        viewer = self.window.showing.viewer
        assert viewer is not None
        viewer.page.runJavaScript(f"JSON.stringify([{code}])", ISOLATED, lambda value: got.append(value))
        self.until(lambda: got)
        return json.loads(got[0])[0] if got[0] else None

    def target(self) -> Any:
        viewer = self.window.showing.viewer
        assert viewer is not None
        return viewer.view.focusProxy()

    def place_of(self, node: str) -> QPoint:
        where = self.js(
            f"(() => {{const n = {node}; n.scrollIntoView({{block: 'center'}}); const b = n.getClientRects()[0];"
            "return [b.left + Math.min(b.width, 40) / 2, b.top + b.height / 2]})()"
        )
        self.rest(80)
        return QPoint(round(where[0]), round(where[1]))

    def click_link(self, words: str) -> None:
        place = self.place_of(f"[...document.querySelectorAll('#ink-body a')].find(n => n.textContent === '{words}')")
        QTest.mouseClick(self.target(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def until_open(self, title: str) -> None:
        self.until(lambda: self.open_title() == title)
        self.until(lambda: self.js("document.querySelector('h1')?.textContent") == title)
        # Its words are there before it is loaded to the end, and put where it was left.
        self.until(lambda: self.js("document.readyState") == "complete" and not self.target_page().isLoading())
        self.rest(80)

    def target_page(self) -> Any:
        viewer = self.window.showing.viewer
        assert viewer is not None
        return viewer.page

    def body(self) -> str:
        return str(self.js("document.getElementById('ink-body').textContent"))


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    made = Browser()
    yield made
    made.end()


@pytest.fixture
def reader(webengine: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Reader]:
    folder = tmp_path / "posts"
    for name, text in POSTS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    with running(qtbot, webengine, tmp_path / "library") as made:
        made.__class__ = Reader
        assert isinstance(made, Reader)
        made.window.acts.open_path(folder)
        made.until(lambda: made.window.model.rowCount() == 3 and not made.window.refreshing.running)
        made.until(lambda: made.window.listing.source())
        made.rest(400)
        made.window.go_to(made.window.model.key_at(0))
        made.until_open("Harbour")
        yield made


def test_links_between_posts_open_inside_and_lead_back(reader: Reader, browser: Browser) -> None:
    status = reader.window.status
    reader.click_link("near")
    reader.until_open("Lights")
    reader.until(lambda: abs(reader.js("document.getElementById('x-b').getBoundingClientRect().top")) < 8)
    reader.click_link("up")
    reader.until_open("Harbour")
    for words in ("named", "kept"):
        reader.click_link(words)
        reader.until_open("The pilot")
        reader.press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        reader.until_open("Harbour")
    reader.press(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    reader.until_open("The pilot")
    QTest.mouseClick(reader.target(), Qt.MouseButton.BackButton)
    reader.until_open("Harbour")
    QTest.mouseClick(reader.target(), Qt.MouseButton.ForwardButton)
    reader.until_open("The pilot")
    QTest.mouseClick(reader.target(), Qt.MouseButton.BackButton)
    reader.until_open("Harbour")
    for words, name in (("paper", "paper.pdf"), ("above", "../../secret.md")):
        reader.click_link(words)
        reader.until(lambda name=name: name in status.text())
    assert browser.opened == []
    reader.click_link("web")
    reader.until(lambda: browser.opened)
    assert browser.opened == ["https://elsewhere.test/page"]
    assert reader.open_title() == "Harbour"


def test_what_was_removed_and_what_could_not_be_read_is_told(reader: Reader) -> None:
    assert "line 4" in reader.js("document.querySelector('.ink-warning').textContent")
    line = "document.querySelector('.ink-removed summary')"
    assert not reader.js("document.querySelector('.ink-removed').open")
    QTest.mouseClick(reader.target(), Qt.MouseButton.LeftButton, pos=reader.place_of(line))
    reader.until(lambda: reader.js("document.querySelector('.ink-removed').open"))
    items = reader.js("[...document.querySelectorAll('.ink-removed li')].map(n => n.offsetHeight > 0)")
    assert items == [True, True]


def test_one_key_turns_the_forms(reader: Reader) -> None:
    assert "gone" not in reader.body()
    reader.press("x")
    reader.until(lambda: "var gone = 1" in reader.body())
    assert "title: Harbour" not in reader.body()
    reader.press("x")
    reader.until(lambda: "title: Harbour" in reader.body())
    assert "<script>var gone = 1</script>" in reader.body()
    reader.press("x")
    reader.until(lambda: "gone" not in reader.body())


def test_nothing_but_the_article_and_back(reader: Reader) -> None:
    window = reader.window
    reader.press(Qt.Key.Key_F11)
    reader.until(lambda: not window.sidebar.isVisible() and not window.list.isVisible())
    assert window.windowState() & Qt.WindowState.WindowFullScreen
    assert not window.status.isVisible()
    reader.press(Qt.Key.Key_Escape)
    reader.until(lambda: window.sidebar.isVisible() and window.list.isVisible() and window.status.isVisible())
    assert not window.windowState() & Qt.WindowState.WindowFullScreen
    assert reader.open_title() == "Harbour"


@pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)", extend=True)
def test_a_selection_is_copied_as_a_quotation(reader: Reader) -> None:
    reader.click_link("kept")
    reader.until_open("The pilot")
    place = reader.place_of("document.querySelector('#ink-body p')")
    reader.js("getSelection().selectAllChildren(document.querySelector('#ink-body p'))")
    viewer = reader.window.showing.viewer
    assert viewer is not None
    reader.until(lambda: viewer.page.selectedText())
    QTest.mouseClick(reader.target(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, place)
    reader.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Copy as a quotation").trigger()
    menu.close()
    assert QGuiApplication.clipboard().text() == (
        "> Words of the pilot.\n>\n> — [The pilot](<https://blog.test/2026/pilot/>)\n"
    )


def test_the_foot_leads_to_the_next_article(reader: Reader) -> None:
    window = reader.window
    assert reader.js("document.querySelector('.ink-next b').textContent") == "Lights"
    place = reader.place_of("document.querySelector('.ink-next')")
    QTest.mouseClick(reader.target(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    reader.until_open("Lights")
    window.list.view.step(1)
    reader.until_open("The pilot")
    assert reader.js("document.querySelector('.ink-next')") is None  # it is the last one


def test_the_wheel_with_ctrl_changes_the_size_of_the_text(reader: Reader) -> None:
    window, before = reader.window, reader.window.settings.article_size_px
    target = reader.target()
    middle = target.rect().center()
    for delta in (60, 60, 120):  # a touchpad gives parts of a notch
        event = QWheelEvent(
            middle,
            target.mapToGlobal(middle),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(target, event)
    assert window.settings.article_size_px == before + 2
    reader.until(lambda: reader.js("getComputedStyle(document.body).fontSize") == f"{before + 2}px")


def test_tags_appear_in_the_open_article(reader: Reader) -> None:
    window = reader.window
    reader.press("t")
    reader.until(window.selecting.tags.isVisible)
    QTest.keyClicks(window.selecting.tags.field, "<b>sea</b>")
    QTest.keyClick(window.selecting.tags.field, Qt.Key.Key_Return)
    tags = "[...document.querySelectorAll('.ink-tags a')].map(n => n.textContent)"
    reader.until(lambda: "<b>sea</b>" in reader.js(tags))
    QTest.keyClick(window.selecting.tags.field, Qt.Key.Key_Escape)
    reader.until(lambda: not window.selecting.tags.isVisible())
    window.list.view.step(1)
    reader.until_open("Lights")
    window.list.view.step(-1)
    reader.until_open("Harbour")
    assert "<b>sea</b>" in reader.js(tags)


@pytest.mark.parametrize("by_key", [False, True])
def test_a_tag_in_the_head_leads_to_what_has_it(reader: Reader, by_key: bool) -> None:
    window, strange = reader.window, "海 & a/b? 100% #1"
    reader.press("t")
    reader.until(window.selecting.tags.isVisible)
    QTest.keyClick(window.selecting.tags.field, Qt.Key.Key_Escape)
    window.selecting.tags.changed.emit([strange], [])
    chip = "document.querySelector('.ink-tags a:last-child')"
    reader.until(lambda: reader.js(f"{chip}?.textContent") == strange)  # as the program's script makes it
    if by_key:  # as the page is made
        window.list.view.step(1)
        reader.until_open("Lights")
        window.list.view.step(-1)
        reader.until_open("Harbour")
        reader.target().setFocus()
        reader.js(f"{chip}.focus()")
        QTest.keyClick(reader.target(), Qt.Key.Key_Return)
    else:
        place = reader.place_of(chip)
        QTest.mouseClick(reader.target(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    reader.until(lambda: window.list.search.field.text() == f'tag:"{strange}"')
    reader.until(lambda: window.model.rowCount() == 1)
    assert [row.title for row in reader.library.store.rows(list(window.model.keys))] == ["Harbour"]


def test_the_place_in_the_text_is_kept_and_the_header_says_the_title(reader: Reader) -> None:
    window = reader.window
    window.list.view.step(1)
    reader.until_open("Lights")
    reader.js("scrollTo(0, 900)")
    reader.until(lambda: window.article.header._title._name == "Lights")
    key = window.reading.key
    reader.until(lambda: 0.1 < reader.library.store.rows([key])[0].progress < 0.9)
    seen = reader.js("inkstone.position()").split(":")[0]
    window.list.view.step(-1)
    reader.until_open("Harbour")
    reader.until(lambda: window.article.header._title._name == "")
    assert list(reader.library.store.ids(Query(view="continue"))) == [key]
    window.list.view.step(1)
    reader.until_open("Lights")
    reader.until(lambda: reader.js("inkstone.position()").split(":")[0] == seen)
