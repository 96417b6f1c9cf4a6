"""The whole program as a person uses it: by keyboard alone, with the real page engine."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QAccessible, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from reader.library import Library
from reader.model import Query
from reader.paths import in_folder
from reader.settings import Settings
from reader.ui import app as application
from tests.core.shell import CHECKOUT, Shell, environment
from tests.site import Site, png
from tests.ui.desk import Desk, compose, rss, write_posts

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Browser(QObject):
    """Takes what the program hands to the system browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        for scheme in ("http", "https"):
            QDesktopServices.setUrlHandler(scheme, self, "take")

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())

    def end(self) -> None:
        for scheme in ("http", "https"):
            QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    made = Browser()
    yield made
    made.end()


class Running(Desk):
    """The program with its page engine."""

    def open_title(self) -> str:
        row = self.window.reading.row()
        return row.title if row is not None else ""

    def scroll_y(self) -> float:
        assert self.window.showing.viewer is not None
        return self.window.showing.viewer.page.scrollPosition().y()

    def press(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key, and let what it began begin."""
        self.key(key, modifiers)
        self.rest(60)


@contextmanager
def running(qtbot: QtBot, qapp: QApplication, folder: Path, settings: Settings | None = None) -> Iterator[Running]:
    program = application.build(qapp, Library(in_folder(folder)), settings or Settings(theme="light"), by_itself=False)
    made = Running(qtbot, program.window, program.library, program.lanes)
    program.lanes.unexpected.connect(made.unexpected.append)
    program.window.show()
    program.window.activateWindow()
    made.until(lambda: program.window.showing.viewer is not None)
    try:
        yield made
    finally:
        program.window.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        program.end()
        program.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        program.themes.choose("light")
    assert not made.unexpected, made.unexpected


@pytest.fixture
def here(webengine: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Running]:
    with running(qtbot, webengine, tmp_path / "library") as made:
        yield made


def test_a_first_day_by_keyboard_alone(
    webengine: QApplication, qtbot: QtBot, tmp_path: Path, browser: Browser, site: Site
) -> None:
    folder = tmp_path / "library"
    with running(qtbot, webengine, folder) as here:
        window = here.window
        # Three doors, and a link to the sample.
        assert [door.isVisible() for door in window.first.doors] == [True, True, True]
        assert window.first.doors[0].hasFocus()
        window.first._sample.setFocus(Qt.FocusReason.TabFocusReason)
        here.press(Qt.Key.Key_Return)
        here.until(lambda: window.model.rowCount() > 3 and not window.refreshing.running)
        here.until(lambda: not window.first.isVisible())
        here.press("g")
        here.press("a")
        here.until(lambda: window.listing.query.view == "all" and not window.listing.query.sources)
        here.rest(500)
        count = window.model.rowCount()
        assert count >= 10
        # Along the list.
        here.press("j")
        here.until(lambda: here.open_title() == here.titles()[0])
        here.until(lambda: window.model.row_at(0).read)  # type: ignore[union-attr]
        here.press("j")
        here.until(lambda: here.open_title() == here.titles()[1])
        here.until(lambda: window.model.row_at(1).read)  # type: ignore[union-attr]  # as soon as it is on the page
        here.press("k")
        here.until(lambda: here.open_title() == here.titles()[0])
        here.press("n")  # row 1 was read by opening it: the next unread one is the third
        here.until(lambda: here.open_title() == here.titles()[2])
        # Down the page and, at its end, on to the next unread.
        here.until(lambda: window.showing.viewer.page.contentsSize().height() > 0)  # type: ignore[union-attr]
        here.rest(200)
        here.press(Qt.Key.Key_Space)
        here.until(lambda: here.scroll_y() > 100)
        here.press(Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
        here.until(lambda: here.scroll_y() == 0)
        for _ in range(30):
            if here.open_title() != here.titles()[2]:
                break
            here.press(Qt.Key.Key_Space)
            here.rest(250)
        here.until(lambda: here.open_title() == here.titles()[3])
        # Marks.
        here.press("m")
        here.until(lambda: not window.model.row_at(3).read)  # type: ignore[union-attr]
        here.press("s")
        kept = here.open_title()
        here.until(lambda: window.model.row_at(3).bookmarked)  # type: ignore[union-attr]
        here.press("b")
        row = window.reading.row()
        assert row is not None
        assert browser.opened == ([row.url] if row.url.startswith("http") else [])
        # Search: a Chinese word of two letters.
        here.press("/")
        compose("砚台")
        here.until(lambda: window.listing.searching == "砚台" and 0 < window.model.rowCount() < count)
        here.press(Qt.Key.Key_Escape)
        here.until(lambda: window.model.rowCount() == count)
        here.press("g")
        here.press("b")
        here.until(lambda: here.titles() == [kept])
        left = window.left()
    with Library(in_folder(folder)) as library:
        rows = library.store.rows(library.store.ids(Query(view="bookmarks")))
        assert [each.title for each in rows] == [kept]
        assert not rows[0].read
    assert left.view == "bookmarks"


def test_an_article_is_opened_in_the_browser(here: Running, browser: Browser, site: Site) -> None:
    here.library.add_feed(site.add("/feed", rss("Almanac"), content_type="application/rss+xml"))
    here.window.reload_sources()
    here.until(lambda: here.window.sources)
    here.show_view("all")
    here.press("j")
    here.until(lambda: here.open_title() == "Almanac 3")
    here.press("b")
    assert browser.opened == ["http://example.test/Almanac/3"]


def test_what_another_program_does_is_seen_within_three_seconds(here: Running, tmp_path: Path, site: Site) -> None:
    shell = Shell(tmp_path / "library")
    here.add_posts(tmp_path / "posts")
    here.show_view("all")
    here.until(lambda: len(here.titles()) == 6)
    ids = {row["title"]: row["id"] for row in shell.json("list")}
    shell.json("mark", "read", ids["Post 2"])
    here.until(lambda: here.window.model.row_at(1).read, 3000)  # type: ignore[union-attr]
    shell.json("bookmark", ids["Post 3"])
    here.until(lambda: here.window.model.row_at(2).bookmarked, 3000)  # type: ignore[union-attr]
    shell.json("add", site.add("/feed", rss("Almanac"), content_type="application/rss+xml"))
    here.until(lambda: len(here.titles()) == 9, 3000)
    here.until(lambda: len(here.window.sources) == 2, 3000)


def test_pictures_never_means_no_request(here: Running, site: Site) -> None:
    window = here.window
    site.add("/p.png", png(300, 200), content_type="image/png")
    body = f"<img src='{site.url('/p.png')}' width=300 height=200>"
    here.library.add_feed(site.add("/feed", rss("Almanac", body=body), content_type="application/rss+xml"))
    window.set_setting(pictures="never")
    window.reload_sources()
    here.until(lambda: window.sources)
    here.show_view("all")
    here.press("j")
    here.until(lambda: here.open_title() == "Almanac 3")
    here.rest(600)
    assert site.hits("/p.png") == 0
    window.set_setting(pictures="always")
    here.press("j")
    here.until(lambda: site.hits("/p.png") == 1)


def test_space_goes_on_when_no_article_is_on_the_page(here: Running, tmp_path: Path) -> None:
    window = here.window
    here.add_posts(tmp_path / "posts")
    here.show_view("unread")
    here.press(Qt.Key.Key_Space)
    here.until(lambda: here.open_title() == "Post 1")
    here.until(lambda: (row := window.row(window.reading.key)) is not None and row.read)  # it was on the page
    here.show_view("bookmarks")
    here.until(lambda: window.reading.key == -1)
    here.show_view("unread")
    here.press(Qt.Key.Key_Space)  # not a page of the article that was open before
    here.until(lambda: here.open_title() == "Post 2")


def test_find_counts_and_escape_ends_it(here: Running, tmp_path: Path) -> None:
    window = here.window
    here.add_posts(tmp_path / "posts")
    here.press("j")
    here.until(lambda: here.open_title() == "Post 1" and window.showing.is_open)
    here.rest(300)
    here.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.article.finder.field.hasFocus()
    here.key("post")
    here.until(lambda: window.article.finder._count.text().startswith("1 of"))
    here.key("xyz")
    here.until(lambda: window.article.finder._count.text() == "none")
    here.press(Qt.Key.Key_Escape)
    assert not window.article.finder.isVisible()


@pytest.mark.parametrize(("width", "panes"), [(1200, 3), (899, 2), (640, 2), (619, 1), (430, 1)])
def test_every_pane_can_be_reached_at_every_width(here: Running, tmp_path: Path, width: int, panes: int) -> None:
    window = here.window
    here.add_posts(tmp_path / "posts")
    window.resize(width, 700)
    here.press("j")
    here.until(lambda: here.open_title() == "Post 1")
    here.rest(60)

    def seen() -> list[bool]:
        return [pane.isVisible() for pane in (window.sidebar, window.list, window.article)]

    def fits() -> bool:
        shown = [pane for pane in (window.sidebar, window.list, window.article) if pane.isVisible()]
        return all(pane.mapTo(window, pane.rect().bottomRight()).x() < window.width() for pane in shown)

    assert sum(seen()) == panes
    assert seen()[2]
    assert fits()
    for _ in range(2):  # to the left as far as it goes
        here.press(Qt.Key.Key_Left)
    assert window.sidebar.isVisible()
    assert window.sidebar.view.hasFocus()
    assert sum(seen()) == panes
    assert fits()
    here.press(Qt.Key.Key_Return)
    assert window.list.isVisible()
    assert window.list.view.hasFocus()
    here.press("j")
    here.until(lambda: here.open_title() == "Post 2")
    here.until(window.article.isVisible)
    if panes == 1:
        window.article.back_button.click()
        assert seen() == [False, True, False]
    if panes < 3:
        window.list.back_button.click()
        assert window.sidebar.isVisible()
        window.sidebar.view.clicked.emit(window.sidebar.view.currentIndex())
        assert window.list.isVisible()
    here.press("/")
    assert window.list.search.field.hasFocus()
    window.resize(1300, 700)
    assert seen() == [True, True, True]


def _controls(root: QWidget) -> list[QWidget]:
    return [
        each
        for each in root.findChildren(QWidget)
        if each.isVisible()
        and each.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not each.metaObject().className().startswith(("QWebEngine", "QtWebEngine", "QQuick", "QWidgetTextControl"))
        and "WebEngine" not in type(each).__name__
    ]


def test_every_control_has_a_name_for_a_screen_reader(here: Running, tmp_path: Path) -> None:
    window = here.window

    def nameless() -> list[str]:
        found = []
        for each in _controls(window):
            seen = QAccessible.queryAccessibleInterface(each)
            if seen is not None and not seen.text(QAccessible.Text.Name):
                found.append(f"{type(each).__name__} in {type(each.parent()).__name__}")
        return found

    assert nameless() == []
    here.add_posts(tmp_path / "posts")
    here.press("j")
    here.until(lambda: here.open_title() == "Post 1" and window.showing.is_open)
    window.list.search.start()
    window.article.finder.start()
    window.marking.mark_all()
    here.until(window.toast.isVisible)
    assert len(_controls(window)) > 15
    assert nameless() == []
    window.acts.add_feed()
    window.commands["keys"].trigger()
    here.rest(50)
    assert nameless() == []
    for dialog in window.findChildren(QWidget):
        if dialog.isWindow():
            dialog.close()


def test_five_hundred_random_acts(here: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """No exception, no Qt warning (both fail any test), no ticket that is never answered."""
    window, dice = here.window, random.Random(20260816)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: True)
    window.acts.open_sample()
    write_posts(tmp_path / "posts", 30)
    window.acts.open_path(tmp_path / "posts")
    here.library.add_feed(site.add("/feed", rss("Almanac", 9), content_type="application/rss+xml"))
    here.until(lambda: len(window.sources) >= 4 and not window.refreshing.running)
    here.show_view("all")
    here.until(lambda: window.model.rowCount() > 20)
    # Native dialogs stand in the way.
    left_out = {"quit", "open-folder", "open-file", "import-opml", "export-opml", "print", "save-pdf"}
    left_out |= {"import-bookmarks", "export-bookmarks", "export-articles"}
    names = sorted(window.commands.actions.keys() - left_out)

    def dialogs() -> None:
        for each in QApplication.topLevelWidgets():
            if each is not window and each.isVisible() and not isinstance(each, QMenu):
                each.close()

    acts: list[Callable[[], Any]] = [
        lambda: window.commands[dice.choice(names)].trigger(),
        lambda: window.commands[dice.choice(names)].trigger(),
        lambda: window.commands[dice.choice(names)].trigger(),
        lambda: window.resize(dice.randrange(420, 1500), dice.randrange(360, 900)),
        lambda: window.set_setting(theme=dice.choice(["light", "dark", "sepia", "hc-light", "hc-dark", "system"])),
        lambda: window.set_setting(density=dice.choice(["comfortable", "cosy", "compact"])),
        lambda: window.listing.search(dice.choice(["海港", "post", '"', "a*", "灯", "-", "words of"])),
        lambda: window.list.view.step(dice.randrange(-3, 4)),
        lambda: window.sidebar.select(None, dice.choice(sorted(window.sources) or [0])),
        lambda: QTest.keyClick(QApplication.focusWidget() or window, dice.choice(list("jknmsz/a+-0u"))),
        lambda: window.sidebar.filter.setText(dice.choice(["", "a", "zz"])),
        lambda: window.list.view.verticalScrollBar().setValue(dice.randrange(2000)),
    ]
    for _ in range(500):
        dice.choice(acts)()
        if dice.random() < 0.3:
            here.qtbot.wait(dice.randrange(1, 12))
            dialogs()
    dialogs()
    window.listing.end_search()
    window.refreshing.stop()
    here.until(lambda: not window.refreshing.running and not window.reading.pending() and not window.reading._preparing)
    here.rest(500)
    asked: list[int] = []
    for lane in (here.lanes.store, here.lanes.read, here.lanes.refresh, here.lanes.adding, here.lanes.thumbnails):
        lane.run(lambda: 1, asked.append)
    here.until(lambda: len(asked) == 5)
    window.set_setting(theme="light")
    window.resize(1300, 800)
    if window.commands["unread-only"].isChecked():
        window.commands["unread-only"].trigger()
    here.show_view("all")
    here.until(lambda: window.model.rowCount() >= 50)


def test_the_window_starts_and_ends_as_a_program(tmp_path: Path) -> None:
    """``python -m reader`` on its own: shown, ended by SIGTERM in order, nothing said."""
    shell = Shell(tmp_path / "library")
    shell.json("add", write_posts(tmp_path / "posts"))
    env = environment(QT_QPA_PLATFORM="offscreen", QTWEBENGINE_DISABLE_SANDBOX="1" if os.geteuid() == 0 else "0")
    process = subprocess.Popen(
        [sys.executable, "-m", "reader", "--library", str(shell.library)],
        cwd=CHECKOUT,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
    )
    settings = shell.library / "settings.json"
    until = time.monotonic() + 30
    while not settings.exists() and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "still not deleted" not in said
