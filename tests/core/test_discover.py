from __future__ import annotations

import time

import pytest

from reader.sources.discover import FoundFeed, feeds_in, icons_in, links_in, looks_like_feed, usual_places


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


def test_links_for_people() -> None:
    page = """<base href="/blog/">
      <a href="/about">About feeding the birds</a> <a href="/feedback">Feedback</a> <a href="/atoms">Atoms</a>
      <a href="https://feedly.com/i/subscription/feed/https://x.example/feed">Follow</a>
      <a href="/comments/feed">RSS of comments</a> <a href="export?type=rss">Export</a>
      <a href="/news.rss">RSS</a> <a href="/news.rss">again</a> <a href="subscribe"><img alt=""> RSS feed</a>
      <a href="javascript:void(0)">RSS</a> <a href="/index.xml">All</a> <a href="/wp-json/feed">RSS</a>
      <a href="/zh">RSS 订阅源</a> <a href="/sitemap.xml">rss</a>"""
    assert [feed.url.removeprefix("https://x.example") for feed in links_in(page.encode(), "https://x.example/")] == [
        "/news.rss",
        "/blog/export?type=rss",
        "/index.xml",
        "/blog/subscribe",
        "/zh",
        "/comments/feed",
    ]
    many = b"".join(b'<a href="/%d/feed">x</a>' % n for n in range(5000))
    assert len(links_in(many, "https://x.example/")) == 8
    assert links_in(b'<a href="http://[">RSS</a>', "") == links_in(b"", "") == []


def test_icons() -> None:
    page = b"""<link rel="stylesheet" href="a.css"><link rel="apple-touch-icon" href="apple.png">
      <link rel="icon" sizes="192x192" href="192.png"><link rel="icon" sizes="16x16 32x32" href="small.ico">
      <link rel="SHORTCUT ICON" href="/favicon.ico"><link rel="icon" type="image/svg+xml" href="i.svg">
      <link rel="icon" href="data:image/png;base64,AAAA"><link rel="mask-icon" href="mask.svg">"""
    assert [icon.removeprefix("https://x.example/") for icon in icons_in(page, "https://x.example/")] == [
        "small.ico",
        "i.svg",
        "favicon.ico",
        "192.png",
        "apple.png",
    ]
