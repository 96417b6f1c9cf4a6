from __future__ import annotations

from collections.abc import Iterator

import pytest

from reader.errors import Cancelled, HttpStatus, ParseError
from reader.model import Validators
from reader.net import Client
from reader.sources.rsshub import SICK_S, Hub, candidates, is_route
from tests.site import Site

FEED = "<rss version='2.0'><channel><title>Route</title></channel></rss>"


def test_candidates() -> None:
    instances = ["https://rsshub.app/", "http://localhost:1200/hub", "no address"]
    assert candidates("rsshub://github/issue/x/y?limit=5", instances) == [
        "https://rsshub.app/github/issue/x/y?limit=5",
        "http://localhost:1200/hub/github/issue/x/y?limit=5",
    ]
    assert candidates("RSSHub://微博/search", instances[:1]) == ["https://rsshub.app/%E5%BE%AE%E5%8D%9A/search"]
    for wrong in ("rsshub://", "https://rsshub.app/x", "rsshub:x", "rsshub://a/../../b", ""):
        assert candidates(wrong, instances) == []
    assert is_route(" RSSHub://a/b")
    assert not is_route("https://rsshub.app/a/b")


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(proxies={}) as made:
        yield made


@pytest.fixture
def other() -> Iterator[Site]:
    with Site("127.0.0.2") as running:
        yield running


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


def test_the_next_instance_answers_when_one_fails(site: Site, other: Site, client: Client) -> None:
    clock = Clock()
    hub = Hub(lambda: [site.url(), other.url("/hub/")], clock)
    site.add("/a/b", "overloaded", status=503)
    other.add("/hub/a/b", FEED)
    assert hub.get(client, "rsshub://a/b").url == other.url("/hub/a/b")
    assert hub.order() == [other.url("/hub/"), site.url()]
    hub.get(client, "rsshub://a/b")
    assert (site.hits(), other.hits()) == (1, 2)  # the one that failed is left in peace
    other.add("/hub/a/b", "<html>checking your browser</html>")
    site.add("/a/b", FEED)
    clock.time = SICK_S + 1
    assert hub.get(client, "rsshub://a/b").url == site.url("/a/b")
    assert hub.order()[0] == site.url()


def test_a_wrong_route_is_no_fault_of_the_instance(site: Site, other: Site, client: Client) -> None:
    hub = Hub(lambda: [site.url(), other.url()])
    with pytest.raises(HttpStatus) as met:
        hub.get(client, "rsshub://nobody/knows")
    assert (met.value.status, met.value.url) == (404, site.url("/nobody/knows"))
    assert (site.hits(), other.hits()) == (1, 1)
    assert hub.order() == [site.url(), other.url()]


def test_without_an_instance_the_trouble_is_named(client: Client) -> None:
    with pytest.raises(ParseError):
        Hub(lambda: []).get(client, "rsshub://a/b")
    with pytest.raises(ParseError):
        Hub(lambda: ["https://rsshub.app"]).get(client, "rsshub://a/../b")


def test_only_tags_are_shown_to_an_instance(site: Site, client: Client) -> None:
    site.add("/a/b", FEED, etag='"1"')
    hub = Hub(lambda: [site.url()])
    answer = hub.get(client, "rsshub://a/b", validators=Validators('"1"', "Mon, 06 May 2024 07:08:09 GMT"))
    assert answer.status == 304
    assert "if-modified-since" not in site.requests[0].headers


def test_an_instance_that_moved_leaves_the_address_as_it_is(site: Site, client: Client) -> None:
    site.add("/a/b", status=301, redirect="/new/a/b")
    site.add("/new/a/b", FEED)
    answer = Hub(lambda: [site.url()]).get(client, "rsshub://a/b")
    assert (answer.url, answer.permanent_url) == (site.url("/new/a/b"), "")


def test_it_stops_at_once(site: Site, other: Site, client: Client) -> None:
    hub = Hub(lambda: [site.url(), other.url()])
    with pytest.raises(Cancelled):
        hub.get(client, "rsshub://a/b", cancelled=lambda: True)
    assert site.hits() == other.hits() == 0


def test_other_addresses_are_asked_as_they_are(site: Site, client: Client) -> None:
    from reader.net import Origin

    url = site.add("/feed", FEED)
    assert Hub(lambda: []).get(client, url, allow=Origin.of(url)).body == FEED.encode()
