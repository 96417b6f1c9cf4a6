from __future__ import annotations

import time

import pytest

from reader.sources.discover import FoundFeed, feeds_in, looks_like_feed, usual_places


def test_feeds_of_a_page_in_order() -> None:
    page = """<html><head><base href="/blog/"><title>x</title>
      <link rel="alternate" type="application/rss+xml" title="Blog » Comments Feed" href="/comments/feed/">
      <link rel="alternate" type="application/json+oembed" href="/oembed?x">
      <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
      <LINK REL="Alternate Home" TYPE="application/atom+xml; charset=utf-8" TITLE=" The
        Blog " HREF="atom.xml">
      <link rel="alternate" type="application/feed+json" href="https://x.example/feed.json">
      <link rel="alternate" hreflang="de" href="/de/">
      <link rel="alternate stylesheet" type="text/xml" href="/feed.css">
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
      <link rel="alternate" type="application/atom+xml" href="atom.xml"></head>""".encode()
    assert feeds_in(page, "https://x.example/page") == [
        FoundFeed("https://x.example/blog/atom.xml", "The Blog", "application/atom+xml"),
        FoundFeed("https://x.example/feed.json", "", "application/feed+json"),
        FoundFeed("https://x.example/comments/feed/", "Blog » Comments Feed", "application/rss+xml"),
    ]


def test_pages_of_noise() -> None:
    assert feeds_in(b"", "") == []
    assert feeds_in(b"\xff\xfe\x00<link", "x") == []
    begun = time.process_time()
    assert len(feeds_in(b'<link rel="alternate" type="text/rss" href="https://x.example/%d">' * 20_000, "")) == 1
    assert time.process_time() - begun < 3


def test_usual_places() -> None:
    places = usual_places("https://x.example/blog/post?a=1#b")
    assert places[0] == "https://x.example/blog/post/feed"
    assert "https://x.example/atom.xml" in places
    assert len(set(places)) == len(places)
    assert usual_places("https://x.example")[0] == "https://x.example/feed"
    assert usual_places("mailto:a@b") == usual_places("http://[") == usual_places("") == []


@pytest.mark.parametrize(
    ("data", "content_type", "is_feed"),
    [
        (b'<?xml version="1.0"?><!-- x --><rss version="2.0">', "", True),
        (b"\xef\xbb\xbf\n<feed xmlns='http://www.w3.org/2005/Atom'>", "text/html", True),
        ("<?xml version='1.0'?><rdf:RDF>".encode("utf-16"), "", True),
        (b'{"version": "https://jsonfeed.org/version/1.1"', "", True),
        (b'{"title": "x", "version": "https:\\/\\/jsonfeed.org\\/version\\/1"', "", True),
        (b'{"version": "1"}', "application/json", False),
        (b"<!DOCTYPE html><html><rss>", "application/rss+xml", False),
        (b"<opml version='2.0'>", "text/xml", False),
        (b"<!--" + b"x" * 20_000, "application/rss+xml", True),
        (b"", "text/html", False),
        (b"   " * 5_000, "", False),
    ],
)
def test_looks_like_feed(data: bytes, content_type: str, is_feed: bool) -> None:
    assert looks_like_feed(data, content_type) is is_feed
