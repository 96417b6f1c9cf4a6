"""What comes to the window from outside: files at once, questions one after another, each way the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.ui.adding import AddFeed
from reader.ui.importing import ImportList
from tests.site import Site
from tests.ui.desk import Desk, desk, rss

OPML = '<opml version="2.0"><body><outline text="A" xmlUrl="http://example.test/a.xml"/></body></opml>'


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        yield made


def asking(here: Desk) -> list[str]:
    """The addresses in the dialogs that are open."""
    return [each.address.text() for each in here.window.findChildren(AddFeed) if each.isVisible()]


def test_addresses_are_asked_for_one_after_another(here: Desk) -> None:
    here.window.arrivals.take(["feed://a.test/x", "feed:https://b.test/y", "feed://a.test/x", "https://c.test"])
    seen = []
    for _ in range(3):
        here.until(lambda: len(asking(here)) == 1)
        seen += asking(here)
        next(each for each in here.window.findChildren(AddFeed) if each.isVisible()).reject()
        here.rest(30)
    assert seen == ["feed://a.test/x", "feed:https://b.test/y", "https://c.test"]
    assert asking(here) == []


def test_nothing_is_fetched_before_the_user_says_so(here: Desk, site: Site) -> None:
    site.add("/feed.xml", rss("Quiet"), content_type="application/rss+xml")
    here.window.arrivals.take([f"inkstone:add?url={site.url('/feed.xml')}", site.url("/feed.xml")])
    here.until(lambda: len(asking(here)) == 1)
    here.rest(300)
    assert site.hits() == 0
    assert here.library.sources() == []
    next(each for each in here.window.findChildren(AddFeed) if each.isVisible()).reject()


def test_files_folders_and_lists_at_once(here: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "posts 一"
    folder.mkdir()
    (folder / "in.md").write_text("# Inside", encoding="utf-8")
    one = tmp_path / "one #1.md"
    one.write_text("# One", encoding="utf-8")
    feeds = tmp_path / "feeds.opml"
    feeds.write_text(OPML, encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) for each in (feeds, folder, one)])
    assert here.window.arrivals.can_take(data)
    here.window.arrivals.take_data(data)
    here.until(lambda: len(here.window.sources) == 2)
    here.until(lambda: any(each.isVisible() for each in here.window.findChildren(ImportList)))
    next(each for each in here.window.findChildren(ImportList) if each.isVisible()).reject()
    here.until(lambda: not here.window.refreshing.running)


def test_a_file_address_is_a_path(here: Desk, tmp_path: Path) -> None:
    one = tmp_path / "a b%.md"
    one.write_text("# One", encoding="utf-8")
    here.window.arrivals.take([QUrl.fromLocalFile(str(one)).toString(QUrl.ComponentFormattingOption.FullyEncoded)])
    here.until(lambda: "One" in here.titles())


def test_a_link_shows_an_article(here: Desk, tmp_path: Path) -> None:
    here.add_posts(tmp_path / "posts")
    row = here.window.model.row_at(3)
    assert row is not None
    here.window.arrivals.take([f"inkstone:article/{row.id}"])
    here.until(lambda: here.window.reading.key == row.key)
    here.window.arrivals.take(["inkstone:article/../../etc/passwd"])
    assert "etc/passwd" in here.window.status.text()
    assert here.window.reading.key == row.key


def test_text_is_taken_only_when_it_is_nothing_but_addresses(here: Desk) -> None:
    for text, taken in (
        ("https://a.test\nfeed://b.test\n", True),
        ("see https://a.test", False),
        ("", False),
        ("/etc/passwd", False),
        ("inkstone:article/abc", True),
    ):
        data = QMimeData()
        data.setText(text)
        assert here.window.arrivals.can_take(data) is taken, text


def test_too_many_are_told(here: Desk) -> None:
    here.window.arrivals.take([f"inkstone:nothing/{n}" for n in range(50)])
    assert "50" in here.window.status.text()
    assert "20" in here.window.status.text()
