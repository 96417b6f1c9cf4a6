"""The small pictures of sources, from their own sites: never a third party, at most once a week."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reader import paths
from reader.addresses import site_of
from reader.favicons import MAX_PICTURE_BYTES, is_own
from reader.library import Library
from reader.model import Source
from tests.core.test_library import Clock, rss
from tests.site import Site, png


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    with Library(paths.in_folder(tmp_path / "library"), now=clock) as opened:
        yield opened


@pytest.fixture
def third() -> Iterator[Site]:
    with Site("127.0.0.9") as running:
        running.add("/icon.png", png(32, 32))
        yield running


@pytest.fixture
def source(library: Library, site: Site) -> Source:
    site.add("/feed", rss("one", link=site.url("/home/")))
    return library.add_feed(site.url("/feed"))[0]


def test_it_is_looked_for_once_a_week_and_kept(library: Library, site: Site, source: Source, clock: Clock) -> None:
    site.add("/home/", '<link rel="shortcut icon" href="i.png">')
    site.add("/home/i.png", png(32, 32))
    assert library.favicon(source) is None  # showing asks nobody
    assert site.hits("/home/") == 0
    assert library.fetch_favicons() == 1
    found = library.favicon(source)
    assert found is not None
    assert (found.url, found.media_type, found.width) == (site.url("/home/i.png"), "image/png", 32)
    hits = site.hits()
    clock.pass_(days=6)
    assert library.fetch_favicons() == 0
    assert library.favicon(source, offline=False) == found
    assert site.hits() == hits
    clock.pass_(days=2)
    site.add("/home/i.png", status=404)
    assert library.fetch_favicons() == 0
    assert library.favicon(source) == found  # better an old one than none


def test_the_usual_place_and_a_failure_that_is_remembered(library: Library, site: Site, source: Source) -> None:
    site.add("/home/", "<p>No icon</p>")
    assert library.fetch_favicons() == 0
    assert site.hits("/favicon.ico") == 1
    site.add("/favicon.ico", png(16, 16))
    assert library.fetch_favicons() == 0
    assert site.hits("/favicon.ico") == 1
    assert library.favicon(source) is None


def test_a_third_party_is_never_asked(library: Library, site: Site, third: Site, source: Source) -> None:
    site.add("/home/", f'<link rel="icon" href="{third.url("/icon.png")}"><link rel="icon" href="/moved.png">')
    site.add("/moved.png", redirect=third.url("/icon.png"))
    site.add("/favicon.ico", redirect=third.url("/icon.png"))
    assert library.fetch_favicons() == 0
    assert (third.hits(), site.hits("/moved.png"), site.hits("/favicon.ico")) == (0, 1, 1)


@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><p>No picture", b"", png(30_001, 1), png(8, 8) + b"\0" * MAX_PICTURE_BYTES]
)
def test_what_is_no_small_picture_is_not_kept(library: Library, site: Site, source: Source, body: bytes) -> None:
    site.add("/home/", "")
    site.add("/favicon.ico", body, content_type="image/x-icon")
    assert library.fetch_favicons() == 0
    assert library.favicon(source) is None


def test_the_size_that_fits_comes_first(library: Library, site: Site, source: Source) -> None:
    sizes = (512, 16, 32)
    links = "".join(f'<link rel="icon" sizes="{n}x{n}" href="/{n}.png">' for n in sizes)
    site.add("/home/", '<link rel="apple-touch-icon" href="/apple.png">' + links)
    for n in sizes:
        site.add(f"/{n}.png", png(n, n))
    library.fetch_favicons()
    found = library.favicon(source)
    assert found is not None
    assert found.width == 32
    assert site.hits("/512.png") == site.hits("/apple.png") == 0


def test_stopping_is_no_attempt(library: Library, site: Site, source: Source) -> None:
    site.add("/favicon.ico", png(16, 16))
    assert library.fetch_favicons(cancelled=lambda: True) == 0
    assert library.fetch_favicons(limit=0) == 0
    assert library.fetch_favicons() == 1
    assert site.hits("/favicon.ico") == 1


def test_folders_have_none(library: Library, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    folder = library.add_folder(tmp_path / "notes")
    assert library.fetch_favicons() == 0
    assert library.favicon(folder, offline=False) is None


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("example.com.cn", "example.com.cn"),
        ("one.github.io", "one.github.io"),
        ("a.one.github.io", "one.github.io"),
        ("localhost", "localhost"),
        ("192.168.1.7", "192.168.1.7"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_sites(host: str, site: str) -> None:
    assert site_of(host) == site


def test_own() -> None:
    source = Source(1, "x", "feed", "https://feeds.example.org/rss", "X", home_url="https://www.blog.example/")
    assert is_own("https://static.blog.example/i.png", source)
    assert is_own("http://example.org/favicon.ico", source)
    assert not is_own("https://cdn.example.net/i.png", source)
    assert not is_own("data:image/png;base64,AA", source)
