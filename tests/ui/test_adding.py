"""Following a feed by an address: what comes of it, what is said, and nothing lost when it fails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.ui.adding import AddFeed
from tests.site import Site
from tests.ui.desk import Desk, desk, rss

FEED = "application/rss+xml"


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    QGuiApplication.clipboard().clear()
    with desk(qtbot, qapp, tmp_path / "library") as made:
        yield made


def dialog(here: Desk, address: str = "") -> AddFeed:
    here.window.acts.add_feed(address)
    found = here.window.findChild(AddFeed)
    assert isinstance(found, AddFeed)
    return found


def titles(here: Desk) -> list[str]:
    return [source.title for source in here.library.sources()]


def test_an_address_becomes_a_source_that_is_shown(here: Desk, site: Site) -> None:
    asked = dialog(here)
    assert not asked.go.isEnabled()
    address = site.add("/feed", rss("Almanac"), content_type=FEED)
    QTest.keyClicks(asked.address, address)
    QTest.keyClicks(asked.folder, "Harbours")
    QTest.keyClick(asked.folder, Qt.Key.Key_Return)
    here.until(lambda: here.titles() == ["Almanac 3", "Almanac 2", "Almanac 1"])
    source = here.window.listing.source()
    assert source is not None
    assert (source.title, source.folder, source.unread) == ("Almanac", "Harbours", 3)
    assert here.window.findChild(AddFeed) is None
    assert not here.window.first.isVisible()


def test_an_address_on_the_clipboard_is_offered(here: Desk) -> None:
    QGuiApplication.clipboard().setText("https://blog.example/feed.xml")
    assert dialog(here).address.text() == "https://blog.example/feed.xml"
    QGuiApplication.clipboard().setText("a note to myself")
    here.window.findChild(AddFeed).reject()  # type: ignore[union-attr]
    here.until(lambda: here.window.findChild(AddFeed) is None)
    assert dialog(here).address.text() == ""


def test_a_long_sentence_wraps_at_the_width_of_the_dialog(here: Desk) -> None:
    asked = dialog(here)
    width, height = asked.width(), asked.height()
    asked.address.setText("an address with words " + "and words " * 40)
    asked.start()
    here.until(lambda: asked.note.text().endswith("is not a web address."))
    here.rest(30)
    assert asked.width() == width
    assert asked.height() > height
    assert asked.note.height() >= asked.note.heightForWidth(asked.note.width())


def page_of(site: Site, *names: str, **more: float) -> str:
    """A page with a feed for each name."""
    links = "".join(f"<link rel=alternate type={FEED} title='{name}' href='/{name}'>" for name in names)
    for name in names:
        site.add(f"/{name}", rss(name), content_type=FEED, **more)  # type: ignore[arg-type]
    return site.add("/", f"<html><head>{links}</head><body>x</body></html>")


def lines(asked: AddFeed) -> list[tuple[str, bool, bool]]:
    """Title, checked, can be chosen."""
    checked, enabled = Qt.CheckState.Checked, Qt.ItemFlag.ItemIsEnabled
    return [
        (each.text(0), each.checkState(0) == checked, bool(each.flags() & enabled)) for each in asked.offers.items()
    ]


def test_of_several_feeds_the_user_chooses_by_keyboard(here: Desk, site: Site) -> None:
    page = page_of(site, "Posts", "Notes", "Photos")
    here.library.add_feed(site.url("/Notes"))
    asked = dialog(here, page)
    asked.start()
    here.until(lambda: len(lines(asked)) == 3)
    assert titles(here) == ["Notes"]  # nothing is followed yet
    assert lines(asked) == [("Posts", True, True), ("Notes", False, False), ("Photos", False, True)]
    note = next(asked.offers.items()).toolTip(0)
    assert note.startswith("RSS · 3 articles · newest 3 June")
    assert asked.offers.hasFocus()
    QTest.keyClick(asked.offers, Qt.Key.Key_Down)  # past what is followed already
    QTest.keyClick(asked.offers, Qt.Key.Key_Space)
    here.until(lambda: asked.go.text() == "Add 2 feeds")
    asked.folder.setText("Pictures/New")
    QTest.keyClick(asked.offers, Qt.Key.Key_Return)
    here.until(lambda: here.window.findChild(AddFeed) is None)
    assert sorted(titles(here)) == ["Notes", "Photos", "Posts"]
    assert {source.folder for source in here.library.sources()} == {"", "Pictures / New"}


def test_what_is_followed_already_is_said(here: Desk, site: Site) -> None:
    address = site.add("/feed", rss("Almanac"), content_type=FEED)
    here.library.add_feed(address)
    asked = dialog(here, address)
    asked.start()
    here.until(lambda: asked.note.text() == "You follow “Almanac” already.")
    assert titles(here) == ["Almanac"]


def test_stop_ends_the_request_and_keeps_the_words(here: Desk, site: Site) -> None:
    asked = dialog(here, site.add("/slow", rss("Slow"), content_type=FEED, delay_s=60))
    asked.start()
    here.until(lambda: site.hits("/slow") == 1)
    assert asked.leave.text() == "Stop"
    start = time.monotonic()
    asked.leave.click()
    assert asked.note.text() == "Stopped."
    assert asked.go.isEnabled()
    asked.address.setText(site.add("/quick", rss("Quick"), content_type=FEED))
    asked.start()
    here.until(lambda: titles(here) == ["Quick"])
    here.lanes.adding.close()  # waits for the request: it has ended
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("path", "said"),
    [("/missing", "404 Not Found"), ("/broken", "500"), ("/picture", "/picture: "), ("/cut", "cannot be")],
)
def test_what_fails_is_said_in_the_dialog_and_loses_nothing(here: Desk, site: Site, path: str, said: str) -> None:
    site.add("/broken", "no", status=500)
    site.add("/picture", b"\x89PNG\r\n\x1a\n\0\0\0", content_type="image/png")
    site.add("/cut", rss("Cut") * 50, content_type=FEED, truncate=0)
    asked = dialog(here, site.url(path))
    asked.folder.setText("Kept words")
    asked.start()
    assert not asked.go.isEnabled()
    here.until(asked.go.isEnabled)
    assert said in asked.note.text()
    assert asked.note.text().endswith(".")
    assert (asked.address.text(), asked.folder.text()) == (site.url(path), "Kept words")
    assert asked.address.hasFocus()
    assert not asked.address.isReadOnly()
    assert titles(here) == []
    site.add(path, rss("Back"), content_type=FEED)  # the server is mended: the same dialog goes on
    QTest.keyClick(asked.address, Qt.Key.Key_Return)
    here.until(lambda: titles(here) == ["Back"])


def test_a_server_that_cannot_be_reached(here: Desk) -> None:
    asked = dialog(here, "http://127.0.0.1:9/feed")
    asked.start()
    here.until(asked.go.isEnabled)
    assert "cannot be reached" in asked.note.text()


@pytest.mark.parametrize("words", ["two words", "ftp://x.example/", "nothing"])
def test_what_is_no_address_is_not_asked(here: Desk, words: str) -> None:
    asked = dialog(here, words)
    asked.start()
    assert "is not a web address" in asked.note.text()
    assert asked.go.isEnabled()


def test_a_new_feed_does_not_wait_for_a_slow_refresh(here: Desk, site: Site) -> None:
    site.add("/slow", rss("Slow"), content_type=FEED)
    slow = here.library.add_feed(site.url("/slow"))[0]
    site.add("/slow", rss("Slow"), content_type=FEED, delay_s=20)
    here.window.refreshing.refresh([slow])
    here.until(lambda: site.hits("/slow") == 2)
    asked = dialog(here, site.add("/quick", rss("Quick"), content_type=FEED))
    asked.start()
    here.until(lambda: here.titles()[:1] == ["Quick 3"], 5000)
    assert here.window.refreshing.running


def test_enter_on_cancel_cancels(here: Desk, site: Site) -> None:
    asked = dialog(here, site.add("/feed", rss("Almanac"), content_type=FEED))
    asked.leave.setFocus()
    QTest.keyClick(asked.leave, Qt.Key.Key_Return)
    here.until(lambda: here.window.findChild(AddFeed) is None)
    here.rest(100)
    assert site.hits() == 0
