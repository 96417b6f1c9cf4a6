"""A refresh against real servers, some of them slow, lying or gone: polite, bounded, and fair to each source."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reader import paths
from reader.errors import Blocked, CaptivePortal, Offline, TimedOut, TooLarge, WorkerDied
from reader.library import Library
from reader.model import Failed, Outcome, Query, Source, Unchanged, Updated
from reader.net import Client, Limits, system_connect
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
    assert source.typed, "the same origin"


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


@dataclass
class Names:
    """Names of a network of a test's own: public addresses, and the local servers that are behind them."""

    addresses: dict[str, str] = field(default_factory=dict)
    servers: dict[str, str] = field(default_factory=dict)
    client: Client | None = None

    def lead(self, name: str, address: str) -> None:
        """A name leads elsewhere from now on, and the connections that were kept are gone."""
        self.addresses[name] = address
        assert self.client is not None
        self.client.close()

    def add(self, name: str, site: Site) -> str:
        """Call a server so; its address."""
        public = f"93.184.216.{len(self.servers) + 1}"
        self.addresses[name], self.servers[public] = public, site.host
        return f"http://{name}:{site.port}"

    def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
        return [(socket.AF_INET, self.addresses[host])]

    def connect(self, family: int, address: str, port: int, timeout_s: float) -> socket.socket:
        return system_connect(family, self.servers.get(address, address), port, timeout_s)


class Hurried(Client):
    """The door to the network with two seconds for each request."""

    def get(self, url: str, **more: Any) -> Any:
        return super().get(url, **{**more, "limits": replace(more.get("limits") or Limits(), total_s=2.0)})


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def named(tmp_path: Path, clock: Clock, names: Names) -> Iterator[Library]:
    """A library in the network of ``names``."""
    client = names.client = Hurried(resolve=names.resolve, connect=names.connect, proxies={})
    with Library(paths.in_folder(tmp_path / "named"), now=clock, client=client) as made:
        yield made


def moved(library: Library, clock: Clock) -> Source:
    """The one source, after four days of refreshes."""
    for _ in range(4):
        clock.pass_(days=1)
        refreshed(library)
    (source,) = library.sources()
    return source


def test_a_feed_that_moved_to_another_origin_may_not_become_private(
    named: Library, names: Names, hosts: list[Site], clock: Clock
) -> None:
    old, new = names.add("old.example", hosts[0]), names.add("new.example", hosts[1])
    hosts[0].add("/feed", redirect=f"{new}/feed", status=301)
    hosts[1].add("/feed", rss("one"))
    named.store.add_source("feed", f"{old}/feed", "")
    source = moved(named, clock)
    assert (source.address, source.typed) == (f"{new}/feed", False)
    names.lead("new.example", "127.0.0.2")
    before = hosts[1].hits()
    (outcome,) = refreshed(named)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Blocked)
    assert hosts[1].hits() == before


@pytest.mark.parametrize("own", [{"headers": (("X-Key", "secret"),)}, {"certificate": "ab" * 32}])
def test_what_was_set_for_an_origin_keeps_the_feed_there(
    named: Library, names: Names, hosts: list[Site], clock: Clock, own: dict[str, Any]
) -> None:
    old, new = names.add("old.example", hosts[0]), names.add("new.example", hosts[1])
    hosts[0].add("/feed", redirect=f"{new}/feed", status=301)
    hosts[1].add("/feed", rss("one"))
    source = named.store.add_source("feed", f"{old}/feed", "")
    named.store.configure_source(source.key, **own)
    source = moved(named, clock)
    assert (source.address, source.total) == (f"{old}/feed", 1)
    assert all("x-key" not in hit.headers for hit in hosts[1].requests)
    assert all(hit.headers.get("x-key") == ("secret" if "headers" in own else None) for hit in hosts[0].requests)


def test_a_host_that_others_redirect_to_sees_no_third_connection(
    named: Library, names: Names, hosts: list[Site]
) -> None:
    old, new = names.add("old.example", hosts[0]), names.add("new.example", hosts[1])
    for n in range(6):
        hosts[0].add(f"/{n}", redirect=f"{new}/moved/{n}", status=301)
        hosts[1].add(f"/moved/{n}", rss(f"moved {n}"), delay_s=0.02)
        hosts[1].add(f"/{n}", rss(f"{n}"), delay_s=0.02)
        for base in (old, new):
            named.store.add_source("feed", f"{base}/{n}", "")
    assert {type(each) for each in refreshed(named)} == {Updated}
    assert hosts[1].hits() == 12
    assert hosts[1].busiest <= 2
    assert hosts[1].most_open <= 2


def test_all_hosts_led_to_one_page_are_a_network_that_wants_a_login(
    named: Library, names: Names, hosts: list[Site]
) -> None:
    login = names.add("login.example", hosts[3])
    hosts[3].add("/", "<html><body><form>Log in to the train</form></body></html>")
    for n, site in enumerate(hosts[:2]):
        base = names.add(f"feed{n}.example", site)
        site.add("/feed", rss("one"))
        named.store.add_source("feed", f"{base}/feed", "")
    assert {type(each) for each in refreshed(named)} == {Updated}
    for site in hosts[:2]:
        site.add("/feed", redirect=f"{login}/", status=302)
    outcomes = refreshed(named)
    assert [type(each.error) for each in outcomes if isinstance(each, Failed)] == [CaptivePortal, CaptivePortal]
    assert all((each.failures, each.error) == (0, "") for each in named.sources())


def test_a_pause_that_is_no_longer_asked_for_ends_with_the_next_304(library: Library, hosts: list[Site]) -> None:
    site, *_ = hosts
    follow(library, site)
    feed = rss("one").replace("<title>The feed", "<ttl>120</ttl><title>The feed")
    site.add("/feed", feed, etag='"1"', headers={"Cache-Control": "max-age=14400"})
    refreshed(library)
    assert library.sources()[0].pause_s == 14400
    site.add("/feed", feed, etag='"1"', headers={"Cache-Control": "max-age=60"})
    assert isinstance(refreshed(library)[0], Unchanged)
    assert library.sources()[0].pause_s == 7200, "what the document itself asked for stays"


def test_hostile_servers_fail_alone_and_in_time(named: Library, names: Names, hosts: list[Site], clock: Clock) -> None:
    drip, rebound, inside, good = hosts
    drip.add("/body", rss(*"abcdefgh"), drip=1, tick_s=0.05)
    drip.add("/headers", drip_headers=True)
    drip.add("/endless", b"<rss>" + b" " * 2**20, endless=True)
    good.add("/feed", rss("one"))
    rebound.add("/feed", rss("one"))
    inside.add("/feed", rss("secret"))
    bases = {site: names.add(f"host{n}.example", site) for n, site in enumerate(hosts)}
    rebound.add("/private", redirect=inside.url("/feed"))
    rebound.add("/local", redirect="http://router.local/feed")
    for site, path in (
        (drip, "/body"), (drip, "/headers"), (drip, "/endless"), (rebound, "/feed"), (rebound, "/private"),
        (rebound, "/local"), (good, "/feed"),
    ):  # fmt: skip
        named.store.add_source("feed", bases[site] + path, f"{site.host}{path}", typed=False)
    began = time.monotonic()
    outcomes = {each.source.title: each for each in refreshed(named)}
    assert time.monotonic() - began < 10
    errors = {title: type(each.error) for title, each in outcomes.items() if isinstance(each, Failed)}
    assert errors == {
        "127.0.0.1/body": TimedOut,
        "127.0.0.1/headers": TimedOut,
        "127.0.0.1/endless": TooLarge,
        "127.0.0.2/private": Blocked,
        "127.0.0.2/local": Blocked,
    }
    assert inside.hits() == 0
    # The name that was public a moment ago leads into the house now.
    names.lead("host1.example", "127.0.0.2")
    before = rebound.hits()
    clock.pass_(hours=2)
    outcomes = {each.source.title: each for each in refreshed(named)}
    failed = [each for title, each in outcomes.items() if title.startswith("127.0.0.2")]
    assert len(failed) == 3
    assert all(isinstance(each, Failed) and isinstance(each.error, Blocked) for each in failed)
    assert rebound.hits() == before
    assert not any(isinstance(each, Failed) for each in outcomes.values() if each.source.title == "127.0.0.4/feed")


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_the_worker_process_killed_alone_costs_one_source(library: Library, hosts: list[Site]) -> None:
    follow(library, *hosts)
    refreshed(library)
    worker = library._worker("refresh")
    first = worker.pid
    assert first is not None
    hosts[0].add("/feed", rss(*(f"{n}" for n in range(20_000))))
    for site in hosts[1:]:
        site.add("/feed", rss("one", "two"), delay_s=0.1)
    before = hosts[0].hits()

    def kill() -> None:
        while hosts[0].hits() == before:
            time.sleep(0.005)
        time.sleep(0.5)  # the long document is being read now: that takes several seconds
        os.kill(first, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    outcomes = {each.source.address: each for each in refreshed(library)}
    killer.join()
    died = outcomes.pop(hosts[0].url("/feed"))
    assert isinstance(died, Failed)
    assert isinstance(died.error, WorkerDied)
    assert all(isinstance(each, Updated) and each.new == 1 for each in outcomes.values())
    assert worker.pid not in (None, first)
    assert library.store.check() == []
    hosts[0].add("/feed", rss("one", "two"))
    assert all(not isinstance(each, Failed) for each in refreshed(library))
    assert [each.failures for each in library.sources()] == [0, 0, 0, 0]


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
