"""Another language without a restart: nothing that was open or under way is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from reader import settings as settings_file
from reader.library import Library
from reader.paths import in_folder
from reader.settings import Settings
from reader.ui import app as application
from reader.ui import language
from reader.ui.app import Program
from reader.ui.settingswindow import SettingsWindow
from reader.ui.window import Window
from tests.site import Site
from tests.ui.desk import PATIENCE_MS, rss, write_posts


@pytest.fixture
def program(webengine: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    where = in_folder(tmp_path / "library")
    language.install(webengine, "en")
    with Library(where) as library:
        library.add_folder(write_posts(tmp_path / "posts"))
        library.tidy()
        for _ in library.refresh(library.sources()):
            pass
    made = application.build(
        webengine, Library(where), Settings(theme="light", view="all", language="en"), by_itself=False
    )
    made.window.show()
    qtbot.waitUntil(lambda: made.window.showing.viewer is not None, timeout=PATIENCE_MS)
    try:
        yield made
    finally:
        made.window.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        made.end()
        made.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        made.themes.choose("light")
        for each in webengine.findChildren(QTranslator):
            webengine.removeTranslator(each)
        QLocale.setDefault(QLocale.c())


def _next_window(program: Program, before: Window, qtbot: QtBot) -> Window:
    """The window that took the place of another one, with its list, and its article if one was open."""
    qtbot.waitUntil(lambda: program.window is not before, timeout=PATIENCE_MS)
    window = program.window
    qtbot.waitUntil(lambda: window.showing.viewer is not None and window.model.rowCount() > 0, timeout=PATIENCE_MS)
    if window.settings.article:
        qtbot.waitUntil(lambda: window.showing.is_open, timeout=PATIENCE_MS)
    return window


def _open_title(program: Program) -> str:
    row = program.window.reading.row()
    return row.title if row is not None and program.window.showing.is_open else ""


def test_the_same_article_stays_open_in_another_language(program: Program, qtbot: QtBot) -> None:
    first = program.window
    qtbot.waitUntil(lambda: first.model.rowCount() == 6, timeout=PATIENCE_MS)
    first.go_to(first.model.key_at(2))
    qtbot.waitUntil(lambda: _open_title(program) == "Post 3", timeout=PATIENCE_MS)
    first.resize(1200, 700)
    size, view = first.size(), first.listing.query.view
    first.open_settings("language")
    first.set_setting(language="zh_CN")
    second = _next_window(program, first, qtbot)
    assert second.commands["bookmark"].text() == "加书签"
    assert (second.size(), second.listing.query.view) == (size, view)
    assert settings_file.load(program.library.paths.settings).language == "zh_CN"
    opened = second.findChild(SettingsWindow)
    assert opened is not None
    assert opened.isVisible()
    assert opened.place()[0] == "language"
    qtbot.waitUntil(lambda: not isValid(first), timeout=PATIENCE_MS)

    second.set_setting(language="zh_TW")
    between = _next_window(program, second, qtbot)
    assert between.commands["bookmark"].text() == "加入書籤"
    assert QLocale().name() == "zh_TW"

    between.set_setting(language="en")
    third = _next_window(program, between, qtbot)
    assert third.commands["bookmark"].text() == "Bookmark"
    qtbot.waitUntil(lambda: third.list.view.current_key() == third.reading.key, timeout=PATIENCE_MS)
    assert third.history.step(-1) is None  # opening it again is no visit


def test_a_refresh_goes_on_and_none_begins(program: Program, qtbot: QtBot, site: Site) -> None:
    for n in range(3):
        program.library.add_feed(site.add(f"/{n}", rss(f"Feed{n}", 1), content_type="application/rss+xml"))
        site.add(f"/{n}", rss(f"Feed{n}", 2), content_type="application/rss+xml", delay_s=1.5)
    asked = [site.hits(f"/{n}") for n in range(3)]
    first = program.window
    refreshing = first.refreshing
    finished: list[object] = []
    refreshing.finished.connect(finished.append)
    refreshing.refresh()
    qtbot.waitUntil(lambda: refreshing.running and site.hits("/0") > asked[0], timeout=PATIENCE_MS)
    first.set_setting(language="zh_TW")
    qtbot.waitUntil(lambda: program.window is not first, timeout=PATIENCE_MS)
    assert program.window.refreshing is refreshing
    assert refreshing.running
    qtbot.waitUntil(lambda: not refreshing.running, timeout=PATIENCE_MS)
    assert len(finished) == 1
    assert [site.hits(f"/{n}") - before for n, before in zip(range(3), asked, strict=True)] == [1, 1, 1]
    qtbot.waitUntil(lambda: program.window.model.rowCount() == 12, timeout=PATIENCE_MS)
    assert "3" in program.window.status.text().split(" · ")[-1]


def test_acts_that_wait_for_the_store_are_kept(program: Program, qtbot: QtBot) -> None:
    first = program.window
    qtbot.waitUntil(lambda: first.model.rowCount() == 6, timeout=PATIENCE_MS)
    keys = [first.model.key_at(n) for n in range(6)]
    for key in keys:
        first.marking.toggle_bookmark(key)
    first.set_setting(language="zh_CN")
    qtbot.waitUntil(lambda: program.window is not first, timeout=PATIENCE_MS)
    assert all(row.bookmarked for row in program.library.store.rows(keys))


def test_the_system_is_followed_when_it_changes_its_language(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = program.window
    monkeypatch.setattr(language.QLocale, "system", staticmethod(lambda: QLocale("zh_CN")))
    QApplication.sendEvent(program.window, QEvent(QEvent.Type.LocaleChange))
    qtbot.wait(100)
    assert program.window is first  # it was set to English
    first.set_setting(language="system")
    second = _next_window(program, first, qtbot)
    assert second.commands["bookmark"].text() == "加书签"
    monkeypatch.undo()
    QApplication.sendEvent(program.window, QEvent(QEvent.Type.LocaleChange))
    assert _next_window(program, second, qtbot).commands["bookmark"].text() == "Bookmark"


def test_an_article_counts_as_read_when_the_settings_say_so(program: Program, qtbot: QtBot) -> None:
    window = program.window
    qtbot.waitUntil(lambda: window.model.rowCount() == 6, timeout=PATIENCE_MS)

    def opened(place: int) -> bool:
        key = window.model.key_at(place)
        window.go_to(key)
        qtbot.waitUntil(lambda: _open_title(program) == f"Post {place + 1}", timeout=PATIENCE_MS)
        qtbot.wait(200)
        row = window.row(key)
        assert row is not None
        return row.read

    window.set_setting(read_when="hand")
    assert not opened(0)
    window.set_setting(read_when="after", read_after_s=1)
    assert not opened(1)
    assert not opened(2)  # left before the second was over
    qtbot.waitUntil(lambda: window.row(window.model.key_at(2)).read, timeout=PATIENCE_MS)  # type: ignore[union-attr]
    assert not window.row(window.model.key_at(1)).read  # type: ignore[union-attr]
    window.set_setting(read_when="open")
    assert opened(3)
