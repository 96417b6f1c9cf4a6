"""A refresh as it is seen: progress, stop, failures; and the lead pictures after it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.errors import CaptivePortal, ParseError
from reader.model import Failed, Source
from reader.ui.buttons import PushButton, Text
from reader.ui.health import HealthView
from reader.ui.refreshing import Result
from tests.site import Site, png
from tests.ui.desk import Desk, desk, rss, write_posts

FEED = "application/rss+xml"


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        yield made


def follow(here: Desk, site: Site, count: int) -> None:
    for n in range(count):
        here.library.add_feed(site.add(f"/{n}", rss(f"Feed{n}", 1), content_type=FEED))
    here.window.reload_sources()
    here.until(lambda: len(here.window.sources) == count)


def test_progress_is_shown_and_then_what_came(here: Desk, site: Site) -> None:
    window = here.window
    follow(here, site, 4)
    for n in range(4):
        site.add(f"/{n}", rss(f"Feed{n}", 3), content_type=FEED, delay_s=0.1 * n)
    said: list[str] = []
    window.refreshing.progress.connect(lambda _p: said.append(window.status.text()))
    window.refreshing.refresh()
    here.until(lambda: said)
    assert window.status._bar.isVisible()
    assert window.status._stop.isVisible()
    window.outside.copy("x")  # a passing word takes nothing away
    assert window.status._stop.isVisible()
    here.until(lambda: not window.refreshing.running)
    assert any("of 4" in each for each in said)
    assert window.status.text().endswith("8 new articles")
    assert not window.status._bar.isVisible()
    here.until(lambda: len(here.titles()) == 12)


def test_stop_is_quick_and_keeps_what_came(here: Desk, site: Site) -> None:
    window = here.window
    follow(here, site, 3)
    site.add("/0", rss("Feed0", 5), content_type=FEED)
    for n in (1, 2):
        site.add(f"/{n}", rss(f"Feed{n}", 5), content_type=FEED, delay_s=30)
    window.refreshing.refresh()
    window.refreshing.refresh()  # waits its turn; is stopped as well
    here.until(lambda: site.hits("/2") == 2)
    here.until(lambda: here.library.store.counts(here.library.today()).total == 7)
    start = time.monotonic()
    window.status._stop.click()
    here.until(lambda: not window.refreshing.running, 5000)
    assert time.monotonic() - start < 3
    assert window.status.text() == "Stopped. What came is stored."
    assert site.hits("/2") == 2
    window.refreshing.refresh([next(s for s in here.library.sources() if s.address.endswith("/0"))])
    here.until(lambda: not window.refreshing.running)
    assert window.status.text().startswith("Refreshed")  # a stop is for what ran then


def test_a_refresh_can_be_stopped_before_anyone_has_answered(here: Desk, site: Site) -> None:
    window = here.window
    follow(here, site, 2)
    for n in range(2):
        site.add(f"/{n}", rss(f"Feed{n}", 5), content_type=FEED, delay_s=30)
    window.refreshing.refresh()
    here.until(window.status._stop.isVisible, 5000)
    assert window.status.text() == "Refreshing 0 of 2"
    window.status._stop.click()
    here.until(lambda: not window.refreshing.running, 5000)
    assert window.status.text() == "Stopped. What came is stored."


def test_closing_the_window_does_not_wait_for_a_slow_server(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, site: Site
) -> None:
    with desk(qtbot, qapp, tmp_path) as made:
        follow(made, site, 1)
        site.add("/0", "", delay_s=60)
        made.window.refreshing.refresh()
        made.until(lambda: site.hits("/0") == 2)
        start = time.monotonic()
    assert time.monotonic() - start < 5


def test_a_failing_source_is_seen_everywhere_and_mended_by_try_again(here: Desk, site: Site) -> None:
    window = here.window
    follow(here, site, 2)
    site.add("/0", "gone", status=404)
    window.refreshing.refresh()
    here.until(lambda: not window.refreshing.running and window.status._failing.isVisible())
    assert window.status._failing.text() == "1 source failing"
    failing = next(source for source in here.library.sources() if source.error)
    assert window.sidebar.tree.find("source", str(failing.key)).error  # type: ignore[union-attr]
    window.status._failing.click()
    said = window.troubles._failing
    here.until(said.isVisible)
    texts = [part.text() for part in said.findChildren(Text) if part.isVisible()]
    assert "Stored articles are safe." in texts
    assert any("404 Not Found" in text for text in texts)
    next(button for button in said.findChildren(PushButton) if button.text() == "Details…").click()
    assert not said.isVisible()
    view = window.findChild(HealthView)
    assert isinstance(view, HealthView)
    here.until(lambda: [source.key for source in view.chosen()] == [failing.key])  # the worst stands first
    view.close()
    window.sidebar.select(None, failing.key)
    here.until(window.list.banner.isVisible)
    assert window.list.banner.accessibleName().startswith("Not refreshed since ")
    assert "404 Not Found" in window.list.banner.accessibleDescription()
    assert "Stored articles are safe." in window.list.banner.accessibleDescription()
    assert here.titles() == ["Feed0 1"]
    site.add("/0", rss("Feed0", 2), content_type=FEED)
    window.list.banner.acted.emit("retry")
    here.until(lambda: not window.list.banner.isVisible() and len(here.titles()) == 2)
    here.until(lambda: not window.status._failing.isVisible())


def test_a_server_that_wants_no_visit_is_not_asked_and_that_is_said(here: Desk, site: Site) -> None:
    window = here.window
    follow(here, site, 1)
    site.add("/0", "wait", status=503, headers={"Retry-After": "3600"})
    window.refreshing.refresh()
    here.until(lambda: not window.refreshing.running)
    hits = site.hits("/0")
    window.refreshing.refresh()
    here.until(lambda: "wants no visit before" in window.status.text())
    assert site.hits("/0") == hits


@pytest.mark.parametrize("pictures", ["always", "never"])
def test_lead_pictures_come_after_a_refresh_unless_unwanted(here: Desk, site: Site, pictures: str) -> None:
    window = here.window
    window.set_setting(pictures=pictures)
    follow(here, site, 1)
    site.add("/lead.png", png(200, 200), content_type="image/png")
    body = f"<img src='{site.url('/lead.png')}' width=200 height=200>"
    site.add("/0", rss("Feed0", 3, body=body), content_type=FEED)
    came: list[int] = []
    window.refreshing.pictures.connect(lambda: came.append(1))
    window.refreshing.refresh()
    if pictures == "always":
        here.until(lambda: came)
        assert site.hits("/lead.png") == 1
    else:
        here.until(lambda: not window.refreshing.running)
        here.until(lambda: len(here.titles()) == 3)
        here.rest(300)
        assert site.hits("/lead.png") == 0


def test_only_what_is_due_is_refreshed_by_itself(qtbot: QtBot, qapp: QApplication, tmp_path: Path, site: Site) -> None:
    now = [datetime.now(UTC)]
    with desk(qtbot, qapp, tmp_path, now=lambda: now[0]) as made:
        follow(made, site, 1)
        made.window.refreshing._minutes = 30
        made.window.refreshing.refresh_due()
        made.until(lambda: not made.window.refreshing.running)
        assert site.hits("/0") == 1
        now[0] += timedelta(minutes=40)
        made.window.refreshing.refresh_due()
        made.until(lambda: not made.window.refreshing.running)
        assert site.hits("/0") == 2


def test_sources_carry_a_mark_while_they_are_asked(here: Desk, site: Site) -> None:
    window = here.window
    follow(here, site, 2)
    site.add("/1", rss("Feed1", 1), content_type=FEED, delay_s=30)
    window.refreshing.refresh()

    def busy() -> list[str]:
        return [node.title for node in window.sidebar.tree.nodes() if node.busy]

    here.until(lambda: busy() == ["Feed1"])
    window.refreshing.stop()
    here.until(lambda: not window.refreshing.running)
    assert busy() == []


def test_offline_is_one_sentence_and_ends_with_the_next_refresh(here: Desk, site: Site, tmp_path: Path) -> None:
    window = here.window
    follow(here, site, 2)
    feeds = here.library.sources()
    addresses = [source.address for source in feeds]
    here.library.add_folder(write_posts(tmp_path / "posts"))  # it is read well without a network
    for source in feeds:
        here.library.store.edit_source(source.key, address=f"http://127.0.0.1:9/{source.key}")
    window.refreshing.refresh()
    here.until(lambda: window.status.text() == "Offline. Reading from this computer.")
    assert window.status._offline.isVisible()
    for source, address in zip(feeds, addresses, strict=True):
        here.library.store.edit_source(source.key, address=address)
    window.refreshing.refresh()
    here.until(lambda: window.status.text().startswith("Refreshed"))
    assert not window.status._offline.isVisible()


def test_a_network_that_wants_a_login_is_one_sentence(here: Desk) -> None:
    source = Source(1, "s1", "feed", "http://a.example/", "A")
    here.window.refresh_words._finished(Result(asked=1, failed=[Failed(source, CaptivePortal())]))
    assert here.window.status.text() == "This network seems to want a login first: pages came where feeds were."
    assert not Result(asked=1, failed=[Failed(source, ParseError(where="x", detail="a page"))]).portal


def test_a_pause_of_nothing_never_refreshes_by_itself(here: Desk, site: Site) -> None:
    window = here.window
    window.by_itself = True
    window.set_setting(refresh_minutes=30)
    assert window.refreshing._timer.isActive()
    window.set_setting(refresh_minutes=0)
    assert not window.refreshing._timer.isActive()
    follow(here, site, 1)
    window.refreshing.refresh_due()
    assert not window.refreshing.running


def test_a_folder_counts_its_files(here: Desk, tmp_path: Path) -> None:
    said = []
    here.window.refreshing.progress.connect(said.append)
    here.window.acts.open_path(write_posts(tmp_path / "posts", 120))
    here.until(lambda: here.window.model.rowCount() == 120)
    assert any(replace(each, what="").total == 120 for each in said)
