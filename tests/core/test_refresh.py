"""A refresh against real servers, some of them slow, lying or gone: polite, bounded, and fair to each source."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reader import paths
from reader.errors import CaptivePortal, Offline
from reader.library import Library
from reader.model import Failed, Outcome, Query, Unchanged, Updated
from tests.core.shell import CHECKOUT
from tests.site import Site


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    with Library(paths.in_folder(tmp_path / "library"), now=clock) as made:
        yield made


@pytest.fixture
def hosts() -> Iterator[list[Site]]:
    with Site("127.0.0.1") as a, Site("127.0.0.2") as b, Site("127.0.0.3") as c, Site("127.0.0.4") as d:
        yield [a, b, c, d]


def rss(*names: str) -> str:
    items = "".join(f"<item><guid>{n}</guid><title>{n}</title><description>of {n}</description></item>" for n in names)
    return f"<rss version='2.0'><channel><title>The feed</title>{items}</channel></rss>"


def refreshed(library: Library) -> list[Outcome]:
    return list(library.refresh(library.sources()))


def follow(library: Library, *sites: Site) -> None:
    for site in sites:
        site.add("/feed", rss("one"))
        library.add_feed(site.url("/feed"))


def test_a_permanent_redirect_moves_the_source_after_three_answers_over_two_days(
    library: Library, hosts: list[Site], clock: Clock
) -> None:
    old, *_ = hosts
    follow(library, old)
    old.add("/feed", redirect="/new", status=301)
    old.add("/new", rss("one", "two"))
    for _ in range(3):
        clock.pass_(hours=12)
        refreshed(library)
    assert library.sources()[0].address == old.url("/feed"), "three answers, but in one day"
    clock.pass_(days=2)
    refreshed(library)
    (source,) = library.sources()
    assert (source.address, source.total, source.moved_to) == (old.url("/new"), 2, "")


def test_a_redirect_to_strange_articles_or_back_moves_nothing(
    library: Library, hosts: list[Site], clock: Clock
) -> None:
    old, *_ = hosts
    follow(library, old)
    old.add("/feed", redirect="/new", status=301)
    for n in range(4):
        old.add("/new", rss(f"advertisement {n}"))
        clock.pass_(days=1)
        refreshed(library)
    assert library.sources()[0].address == old.url("/feed")
    old.add("/feed", rss("one"))
    refreshed(library)
    assert library.sources()[0].moved_times == 0


def test_a_source_that_is_there_already_is_not_doubled(library: Library, hosts: list[Site], clock: Clock) -> None:
    old, *_ = hosts
    follow(library, old)
    old.add("/new", rss("one"))
    library.add_feed(old.url("/new"))
    old.add("/feed", redirect="/new", status=308)
    for _ in range(4):
        clock.pass_(days=1)
        refreshed(library)
    assert sorted(each.address for each in library.sources()) == [old.url("/feed"), old.url("/new")]


def test_a_source_that_is_gone_for_good_is_asked_only_when_the_user_asks(
    library: Library, hosts: list[Site], clock: Clock
) -> None:
    site, *_ = hosts
    follow(library, site)
    site.add("/feed", status=410)
    refreshed(library)
    clock.pass_(days=400)
    assert library.sources()[0].retired
    assert library.due() == []
    site.add("/feed", rss("one", "two"))
    assert isinstance(refreshed(library)[0], Updated)
    assert not library.sources()[0].retired


def test_pages_from_many_hosts_are_a_network_that_wants_a_login(library: Library, hosts: list[Site]) -> None:
    follow(library, *hosts)
    for site in hosts:
        site.add("/feed", "<html><body><form>Log in to the train</form></body></html>")
    outcomes = refreshed(library)
    assert all(isinstance(each, Failed) and isinstance(each.error, CaptivePortal) for each in outcomes)
    assert len(outcomes) == 4
    assert all((each.failures, each.error) == (0, "") for each in library.sources())


def test_one_page_where_a_feed_was_is_its_own_fault(library: Library, hosts: list[Site]) -> None:
    follow(library, *hosts)
    hosts[0].add("/feed", "<html><body>We have a new site</body></html>")
    assert [type(each) for each in refreshed(library)].count(Failed) == 1
    assert [each.failures for each in library.sources()] == [1, 0, 0, 0]


def test_offline_marks_nothing_and_one_dead_host_is_told(library: Library, hosts: list[Site]) -> None:
    follow(library, *hosts[:2])
    for each in library.sources():
        library.store.edit_source(each.key, address=each.address.rpartition(":")[0] + ":9/feed")
    outcomes = refreshed(library)
    assert all(isinstance(each, Failed) and isinstance(each.error, Offline) for each in outcomes)
    assert all(each.failures == 0 for each in library.sources())
    follow(library, hosts[2])
    refreshed(library)
    assert [each.failures for each in library.sources()] == [1, 1, 0]


def test_what_a_server_and_its_feed_ask_for_is_kept(library: Library, hosts: list[Site], clock: Clock) -> None:
    site, *_ = hosts
    follow(library, site)
    site.add("/feed", rss("one"), headers={"Cache-Control": "public, max-age=14400"})
    refreshed(library)
    clock.pass_(hours=2)
    assert library.due() == []
    clock.pass_(hours=2)
    assert len(library.due()) == 1


def test_no_host_sees_more_than_two_requests_and_unchanged_is_asked_cheaply(
    library: Library, hosts: list[Site]
) -> None:
    site, *_ = hosts
    for n in range(12):
        site.add(f"/{n}", rss(f"{n}"), etag=f'"{n}"', delay_s=0.05)
        library.store.add_source("feed", site.url(f"/{n}"), "")
    refreshed(library)
    opened = site.connections
    assert opened <= 2
    assert {type(each) for each in refreshed(library)} == {Unchanged}
    assert site.busiest <= 2
    assert {hit.status for hit in site.requests[12:]} == {304}
    assert "br" in site.requests[0].headers["accept-encoding"]
    assert "zstd" in site.requests[0].headers["accept-encoding"]


def test_hostile_servers_fail_alone(library: Library, hosts: list[Site], monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good, *_ = hosts
    bad.add("/endless", b"<rss>" + b" " * 65536, endless=True)
    bad.add("/loop", redirect="/loop")
    bad.add("/private", redirect=hosts[2].url("/feed"))
    follow(library, good)
    for path in ("/endless", "/loop", "/private"):
        library.store.add_source("feed", bad.url(path), path)
    began = time.monotonic()
    outcomes = {each.source.title: each for each in refreshed(library)}
    assert time.monotonic() - began < 15
    assert isinstance(outcomes.pop("The feed"), Unchanged)
    said = {name: str(each.error) for name, each in outcomes.items() if isinstance(each, Failed)}
    assert set(said) == {"/endless", "/loop", "/private"}
    assert hosts[2].hits() == 0


def test_stopping_ends_slow_requests_at_once(library: Library, hosts: list[Site]) -> None:
    for site in hosts:
        for n in range(5):
            site.add(f"/{n}", rss("x"), delay_s=30)
            library.store.add_source("feed", site.url(f"/{n}"), "")
    stop_at = time.monotonic() + 0.5
    assert list(library.refresh(library.sources(), cancelled=lambda: time.monotonic() > stop_at)) == []
    assert time.monotonic() - stop_at < 0.5
    assert all(each.checked is None for each in library.sources())


def _killed(tmp_path: Path, times: int) -> None:
    """A refresh of 200 slow feeds, killed while it runs."""
    folder = tmp_path / "slow"
    with Site() as site, Library(paths.in_folder(folder)) as library:
        for n in range(200):
            site.add(f"/{n}", rss(f"{n} old"), delay_s=0.01)
            library.store.add_source("feed", site.url(f"/{n}"), "")
        refreshed(library)
        marked = library.store.ids(Query())[0]
        library.bookmark(marked, True, note="mine")
        for turn in range(times):
            for n in range(200):
                site.add(f"/{n}", rss(f"{n} old", f"{n} of {turn}"), delay_s=0.02)
            before = site.hits()
            process = subprocess.Popen(
                [sys.executable, "-m", "reader", "--library", str(folder), "refresh", "--all"],
                cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ),
            )  # fmt: skip
            while site.hits() < before + 3 + turn % 40:
                time.sleep(0.005)
            assert process.poll() is None, "it was alive when it was killed"
            process.kill()
            process.wait()
            database = sqlite3.connect(paths.in_folder(folder).database)
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            doubled = database.execute("SELECT count(*) FROM articles GROUP BY source, guid HAVING count(*) > 1")
            assert doubled.fetchall() == []
            database.close()
            assert [mark.note for mark in library.store.bookmarks()] == ["mine"]
        outcomes = refreshed(library)
        assert len(outcomes) == 200, "the leases of the killed ones were let go"
        assert not any(isinstance(each, Failed) for each in outcomes)
        newest = {row.title for row in library.store.rows(library.store.ids(Query()))}
        assert {f"{n} of {times - 1}" for n in range(200)} <= newest


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_while_it_refreshes_200_slow_feeds(tmp_path: Path) -> None:
    _killed(tmp_path, 5)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_50_times_while_it_refreshes_200_slow_feeds(tmp_path: Path) -> None:
    _killed(tmp_path, 50)
