"""From an address to its feeds, with the real store, the real worker and a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reader import paths, settings
from reader.errors import REFUSED, Blocked, Cancelled, HttpStatus, ParseError, TimedOut, Unreachable
from reader.following import _plainly
from reader.library import Library
from reader.model import Failed, Query, Unchanged, Updated
from reader.progress import Progress
from reader.typed import web_address
from tests.core.test_library import rss
from tests.site import Site

DATED = (
    "<rss version='2.0'><channel><title>Dated</title><description>About &amp; more</description>"
    "<item><title>Old</title><pubDate>Mon, 06 May 2024 07:08:09 GMT</pubDate></item>"
    "<item><title>New</title><pubDate>Tue, 07 May 2024 07:08:09 GMT</pubDate></item></channel></rss>"
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(paths.in_folder(tmp_path / "library")) as opened:
        yield opened


def link(href: str, title: str = "", media_type: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{media_type}" title="{title}" href="{href}">'


def test_a_feed_itself_is_one_offer(library: Library, site: Site) -> None:
    url = site.add("/feed", DATED, etag='"1"')
    (offer,) = library.find_feeds(url)
    assert (offer.url, offer.title, offer.description, offer.format) == (url, "Dated", "About & more", "rss")
    assert (offer.articles, offer.size_bytes, offer.already, offer.typed) == (2, len(DATED), None, True)
    assert offer.newest == datetime(2024, 5, 7, 7, 8, 9, tzinfo=UTC)
    assert library.sources() == []
    source = library.follow(offer, folder="News")
    assert (source.address, source.title, source.folder, source.total) == (url, "Dated", "News", 2)
    assert source.validators.etag == '"1"'
    assert site.hits() == 1  # nothing is fetched twice
    (again,) = library.find_feeds(url.replace("http:", "HTTP:"))
    assert again.already is not None
    assert again.already.key == source.key


def test_a_server_at_home_is_asked_by_http_where_https_was_only_guessed(library: Library, site: Site) -> None:
    site.add("/feed", DATED)
    seen: list[Progress] = []
    (offer,) = library.find_feeds(web_address(f"{site.netloc}/feed"), guessed=True, progress=seen.append)
    assert (offer.url, offer.typed) == (site.url("/feed"), True)
    assert [each.what for each in seen] == [f"https://{site.netloc}/feed", site.url("/feed")]
    with pytest.raises(HttpStatus) as met:
        library.find_feeds(web_address(f"{site.netloc}/nowhere"), guessed=True)
    assert met.value.url == site.url("/nowhere")


def test_a_scheme_that_was_typed_is_never_changed(library: Library) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nothing listens there
        address = f"https://127.0.0.1:{closed.getsockname()[1]}/feed"
        for guessed, asked in ((False, 1), (True, 2)):
            seen: list[Progress] = []
            with pytest.raises(Unreachable) as met:
                library.find_feeds(address, guessed=guessed, progress=seen.append)
            assert (met.value.url, met.value.detail) == (address, "connection refused")
            assert len({each.what for each in seen if each.total == 1}) == asked


@pytest.mark.parametrize(
    ("url", "trouble", "secret", "asked"),
    [
        ("https://a.example/x", "refused", False, "http://a.example/x"),
        ("https://a.example/x", "refused", True, ""),  # no password goes out in the open
        ("https://a.example/x", "late", False, ""),  # who keeps others from https gets nothing by it
        ("https://a.example/x", "TLS: handshake failure", False, ""),
        ("https://a.example:8443/x", "late", False, "http://a.example:8443/x"),
        ("https://a.example:8443/x", "late", True, ""),
        ("https://192.168.1.5/", "TLS: wrong version number", True, "http://192.168.1.5/"),
        ("https://nas.local/", "late", False, "http://nas.local/"),
        ("http://nas.local/", "refused", False, ""),
    ],
)
def test_when_http_may_be_asked_instead(url: str, trouble: str, secret: bool, asked: str) -> None:
    detail = REFUSED if trouble == "refused" else trouble
    error = TimedOut(url=url, seconds=3) if trouble == "late" else Unreachable(url=url, detail=detail)
    assert _plainly(url, error, secret=secret) == asked


def test_several_feeds_of_a_page_are_offered_once_each_in_its_order(library: Library, site: Site) -> None:
    site.add("/slow", rss("a", title="Slow"), delay_s=0.3)
    site.add("/quick", rss("b", title="Quick"))
    site.add("/same", rss("b", title="Quick"))
    site.add("/gone", status=410)
    site.add("/feed.json", '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": []}')
    names = ("/slow", "/gone", "/quick", "/same", "/feed.json", "/slow#again")
    page = site.add("/", "".join(link(name) for name in names))
    seen: list[Progress] = []
    offers = library.find_feeds(page, progress=seen.append)
    assert [offer.title for offer in offers] == ["Slow", "Quick", "J"]
    assert [offer.format for offer in offers] == ["rss", "rss", "json"]
    assert seen[0] == Progress(0, 1, page)
    assert seen[-1].total >= 5


def test_a_feed_that_a_page_names_and_that_fails_is_told(library: Library, site: Site) -> None:
    page = site.add("/", link("/feed"))
    with pytest.raises(HttpStatus) as met:
        library.find_feeds(page)
    assert met.value.url == site.url("/feed")


def test_links_for_people_are_a_last_resort(library: Library, site: Site) -> None:
    page = site.add("/", '<a href="/about">About feeding birds</a> <a href="/export?id=3">Subscribe by RSS</a>')
    site.add("/export", rss("a", title="Exported"))
    site.add("/about", "<p>Birds</p>")
    assert [(o.url, o.title) for o in library.find_feeds(page)] == [(site.url("/export?id=3"), "Exported")]
    assert site.hits("/about") == 0
    site.add("/", link("/feed") + '<a href="/export">RSS</a>')
    site.add("/feed", rss("b", title="Declared"))
    assert [offer.title for offer in library.find_feeds(page)] == ["Declared"]


def test_common_places_are_few_and_one_is_enough(library: Library, site: Site) -> None:
    page = site.add("/deep/page", "<p>Nothing</p>")
    site.add("/index.xml", rss("a", title="Here"))
    site.add("/index.rdf", rss("a", title="Here"))
    assert [offer.url for offer in library.find_feeds(page)] == [site.url("/index.xml")]
    assert site.hits() <= 17
    assert site.busiest <= 4


def test_a_page_without_feeds(library: Library, site: Site) -> None:
    page = site.add("/", "<html><body>Nothing</body></html>")
    with pytest.raises(ParseError):
        library.find_feeds(page)
    with pytest.raises(HttpStatus):
        library.find_feeds(site.url("/nowhere"))
    assert library.sources() == []


def test_a_site_that_turns_programs_away_still_gives_its_feed(library: Library, site: Site) -> None:
    page = site.add("/@birds", "Log in first", status=403)
    site.add("/@birds.rss", rss("a", title="Birds"))
    assert [offer.url for offer in library.find_feeds(page)] == [site.url("/@birds.rss")]


def test_a_feed_that_moved_is_followed_where_it_is(library: Library, site: Site) -> None:
    site.add("/old", status=301, redirect="/new")
    site.add("/passing", status=302, redirect="/new")
    site.add("/new", rss("a"))
    page = site.add("/", link("/old"))
    assert [offer.url for offer in library.find_feeds(page)] == [site.url("/new")]
    site.add("/", link("/passing"))
    assert [offer.url for offer in library.find_feeds(page)] == [site.url("/passing")]


def test_a_page_cannot_lead_to_private_addresses(library: Library, site: Site) -> None:
    with Site("127.0.0.3") as private:
        private.add("/feed", rss("a"))
        page = site.add("/", link(private.url("/feed")) + f'<a href="{private.url("/feed")}">RSS</a>')
        with pytest.raises(Blocked):
            library.find_feeds(page)
        assert private.hits() == 0


@pytest.mark.parametrize("page", ["<p>Nothing</p>", "".join(link(f"/{n}") for n in range(30))])
def test_it_stops_at_once(library: Library, site: Site, page: str) -> None:
    url = site.add("/", page)
    for path in ("/feed", "/feed.xml", "/atom.xml", "/rss.xml", *(f"/{n}" for n in range(30))):
        site.add(path, delay_s=20)
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        library.find_feeds(url, cancelled=stop.is_set)
    assert time.monotonic() - begun < 2
    timer.join()
    assert library.sources() == []


def test_nothing_is_asked_when_it_was_stopped_before(library: Library, site: Site) -> None:
    with pytest.raises(Cancelled):
        library.find_feeds(site.add("/feed", rss("a")), cancelled=lambda: True)
    assert site.hits() == 0


def test_a_route_of_rsshub_is_followed_and_refreshed_by_any_instance(library: Library, site: Site) -> None:
    with Site("127.0.0.2") as other:
        instances = (site.url(), other.url())
        settings.save(library.paths.settings, settings.Settings(rsshub_instances=instances))
        other.add("/a/b", rss("one", title="Route"))
        (offer,) = library.find_feeds("rsshub://a/b")
        assert offer.url == "rsshub://a/b"
        source = library.follow(offer)
        assert (source.address, source.title) == ("rsshub://a/b", "Route")
        other.add("/a/b", status=500)
        site.add("/a/b", rss("one", "two", title="Route"))
        (outcome,) = library.refresh([source])
        assert isinstance(outcome, Updated)
        assert outcome.new == 1
        site.add("/a/b", status=500)
        (outcome,) = library.refresh([library.store.source(source.key)])
        assert isinstance(outcome, Failed)


def test_a_feed_that_renames_everything_at_each_fetch_brings_each_article_once(library: Library, site: Site) -> None:
    def document(fetch: int, articles: range) -> str:
        items = "".join(
            f"<item><title>Article {n}</title><guid isPermaLink='false'>{n}-{fetch}</guid>"
            f"<link>https://a.example/{n}?utm_source=hub&amp;utm_id={fetch}#{n}</link>"
            f"<pubDate>Mon, {fetch + 1:02} May 2024 07:08:09 GMT</pubDate>"
            f"<description>&lt;p&gt;Words of {n}.&lt;img src='https://a.example/{n}.png?sig={fetch}'&gt;</description></item>"
            for n in articles
        )
        return f"<rss version='2.0'><channel><title>Hub</title>{items}</channel></rss>"

    source = library.add_feed(site.add("/feed", document(0, range(20))))[0]
    first = library.store.ids(Query())
    library.mark_read(first, True)
    library.bookmark(first[0], True)
    for fetch in range(1, 8):
        site.add("/feed", document(fetch, range(fetch, 20 + fetch)[::-1]))
        (outcome,) = library.refresh([library.store.source(source.key)])
        assert isinstance(outcome, Updated)
        assert (outcome.new, outcome.changed) == (1, 0)
    rows = library.store.rows(library.store.ids(Query()))
    assert sorted(row.title for row in rows) == sorted(f"Article {n}" for n in range(27))
    assert {row.key for row in rows if row.read} == set(first)
    assert [row.key for row in rows if row.bookmarked] == [first[0]]


def test_a_source_whose_name_is_taken_away_gets_its_own_again(library: Library, site: Site, tmp_path: Path) -> None:
    source = library.add_feed(site.add("/feed", DATED, etag='"1"'))[0]
    library.store.edit_source(source.key, title="Mine")
    (outcome,) = library.refresh([library.store.source(source.key)])
    assert isinstance(outcome, Unchanged)
    automatic = library.store.edit_source(source.key, title="")
    assert len(list(library.refresh([automatic]))) == 1
    assert library.store.source(source.key).title == "Dated"
    (tmp_path / "posts").mkdir()
    folder = library.add_folder(tmp_path / "posts", title="Mine")
    assert library.store.edit_source(folder.key, title="").title == "posts"


def test_a_removed_article_does_not_come_back(library: Library, site: Site) -> None:
    source = library.add_feed(site.add("/feed", rss("one", "two")))[0]
    key = next(row.key for row in library.store.rows(library.store.ids(Query())) if row.title == "one")
    assert library.remove_articles([key]) == 1
    for _ in range(2):
        (outcome,) = library.refresh([library.store.source(source.key)])
        assert isinstance(outcome, Unchanged)
    assert library.store.source(source.key).total == 1
