"""Where the feeds of a page are. Pure: the fetching is somebody else's."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from reader.patterns import later
from reader.records import dataclass
from reader.sources.charset import decode
from reader.sources.plaintext import one_line
from reader.sources.values import absolute, is_web_address
from reader.sources.xmltext import find_root

_FEED_TYPES = {
    "application/rss+xml": 0,
    "application/atom+xml": 0,
    "application/feed+json": 1,
    "application/rdf+xml": 2,
    "application/x.atom+xml": 2,
    "application/x-atom+xml": 2,
    "text/rss+xml": 2,
    "text/rss": 2,
    "application/rss": 2,
    "application/atom": 2,
    # Also used for things that are no feeds (oEmbed, WordPress's own interface); the address has to speak for them.
    "application/json": 3,
    "application/xml": 3,
    "text/xml": 3,
}
_FEED_WORDS = later(r"feed|rss|atom|\.rdf\b|index\.xml", re.IGNORECASE)
_NO_FEED_WORDS = later(r"oembed|wp-json|opensearch|manifest|sitemap", re.IGNORECASE)
_COMMENTS = later(r"comments?\b|评论|評論|コメント", re.IGNORECASE)
#: The name of a feed in a path or a query, as a whole word: ``/feed``, ``/blog.rss``, ``/index.rdf``, ``?feed=rss2``.
_FEED_NAME = later(
    r"(?:^|/)(?:feeds?|rss2?|atom|rdf)(?:[/.]|$)|\.(?:rss|atom|rdf)$|(?:feed|rss|atom|index|news)[\w-]*\.(?:xml|json|php)$",
    re.IGNORECASE,
)
_FEED_QUERY = later(r"(?:^|&)(?:feed|format|type|alt|output)=(?:rss2?|atom|feed|rdf|json-?feed)(?:&|$)", re.IGNORECASE)
_FEED_LABEL = later(r"\b(?:rss|atom|(?:web|json|xml)[ -]?feed|feed)\b|订阅源|訂閱源|フィード", re.IGNORECASE)
#: Services that only pass an address on to a reader program.
_SUBSCRIBERS = later(r"(?:^|\.)(?:feedly|inoreader|newsblur|bloglines|netvibes|follow|folo)\.", re.IGNORECASE)
_ICON_RELS = frozenset({"icon", "apple-touch-icon", "apple-touch-icon-precomposed"})
_MAX_LINKS = 8
_MAX_WORDS = 200
_MAX_HTML_BYTES = 2 * 1024 * 1024
_MAX_FOUND = 50

#: Where the common programs put their feeds, the likeliest first.
_USUAL = (
    "feed",
    "feed.xml",
    "atom.xml",
    "rss.xml",
    "index.xml",
    "rss",
    "feed.json",
    "feeds/posts/default",
    "index.rdf",
    "?feed=rss2",
)
_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_MAX_HEAD_BYTES = 16_384
_JSON_HEAD = re.compile(rb"\s*\{.{0,4000}?\"version\"\s*:\s*\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page names."""

    url: str
    title: str
    media_type: str


def feeds_in(html: bytes, url: str) -> list[FoundFeed]:
    """The feeds that a page declares with ``<link rel="alternate">``, the page's main one first.

    Args:
        url: the page's address, for relative ones.
    """
    tree, base = _read(html, url)
    found: dict[str, tuple[int, FoundFeed]] = {}
    for link in tree.css("link[href]"):
        rank = _rank(link.attributes)
        address = absolute(base, link.attributes.get("href") or "")
        if rank is None or not is_web_address(address) or len(found) >= _MAX_FOUND:
            continue
        title = one_line(link.attributes.get("title") or "")
        if _COMMENTS.search(title) or "/comments/" in address:
            rank += 10
        media_type = (link.attributes.get("type") or "").split(";")[0].strip().lower()
        found.setdefault(address, (rank, FoundFeed(address, title, media_type)))
    return [feed for _, feed in sorted(found.values(), key=lambda pair: pair[0])]


def _read(html: bytes, url: str) -> tuple[LexborHTMLParser, str]:
    """A page, and what its addresses are relative to."""
    tree = LexborHTMLParser(decode(html[:_MAX_HTML_BYTES], "").text)
    base_tag = tree.css_first("base[href]")
    return tree, (absolute(url, base_tag.attributes.get("href") or "") if base_tag else "") or url


def links_in(html: bytes, url: str) -> list[FoundFeed]:
    """The feeds that a page may have only as links for people, the likeliest first; a guess, for want of better."""
    tree, base = _read(html, url)
    found: dict[str, tuple[int, FoundFeed]] = {}
    for link in tree.css("a[href]"):
        address = absolute(base, link.attributes.get("href") or "")
        if not is_web_address(address) or address in found:
            continue
        words = one_line(link.text(deep=True)[:_MAX_WORDS])
        rank = _likeness(address, words)
        if rank is not None:
            found[address] = (rank, FoundFeed(address, words, ""))
    ordered = sorted(found.values(), key=lambda pair: pair[0])
    return [feed for _, feed in ordered[:_MAX_LINKS]]


def icons_in(html: bytes, url: str) -> list[str]:
    """The addresses of a page's own small picture, the one nearest to 32 pixels first."""
    tree, base = _read(html, url)
    found: dict[str, int] = {}
    for link in tree.css("link[rel][href]"):
        attributes = link.attributes
        address = absolute(base, attributes.get("href") or "")
        if _ICON_RELS.isdisjoint((attributes.get("rel") or "").lower().split()) or not is_web_address(address):
            continue
        found.setdefault(address, _icon_rank(attributes))
    return sorted(found, key=found.__getitem__)[:_MAX_FOUND]


def _icon_rank(attributes: dict[str, str | None]) -> int:
    """How far a picture is from what a list of sources draws; too small is worse than too large."""
    if "svg" in (attributes.get("type") or ""):
        return 16
    numbers = [int(n) for n in re.findall(r"(\d{1,5})[xX]\d", attributes.get("sizes") or "")]
    if not numbers:
        return 200 if "apple" in (attributes.get("rel") or "").lower() else 17
    return min((size - 32) if size >= 32 else 2 * (32 - size) + 16 for size in numbers)


def _likeness(address: str, words: str) -> int | None:
    """How much a link for people looks like one to a feed, 0 the most; None for not at all."""
    parts = urlsplit(address)
    if _NO_FEED_WORDS.search(address) or _SUBSCRIBERS.search(parts.netloc):
        return None
    named = bool(_FEED_NAME.search(parts.path) or _FEED_QUERY.search(parts.query))
    called = bool(_FEED_LABEL.search(words))
    if not named and not called:
        return None
    rank = 0 if named and called else 1 if named else 2
    return rank + (10 if "/comments/" in address or _COMMENTS.search(words) else 0)


def _rank(attributes: dict[str, str | None]) -> int | None:
    rels = (attributes.get("rel") or "").lower().split()
    kind = (attributes.get("type") or "").split(";")[0].strip().lower()
    href = attributes.get("href") or ""
    if "feed" in rels:
        return 0
    if "alternate" not in rels or "stylesheet" in rels or kind not in _FEED_TYPES:
        return None
    rank = _FEED_TYPES[kind]
    if rank == 3 and (_NO_FEED_WORDS.search(href) or not _FEED_WORDS.search(href)):
        return None
    return rank


def usual_places(url: str) -> list[str]:
    """Addresses to try for a page that declares no feed: beside the page, then at the root of its host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return []
    root = f"{parts.scheme}://{parts.netloc}/"
    page = root + parts.path.lstrip("/")
    folder = page if page.endswith("/") else page + "/"
    places = [urljoin(folder, name) for name in _USUAL[:5]] if folder != root else []
    places += [urljoin(root, name) for name in _USUAL]
    return list(dict.fromkeys(places))


def looks_like_feed(data: bytes, content_type: str) -> bool:
    """Whether these bytes are worth parsing as a feed, judged by their beginning; cheap.

    Args:
        content_type: decides only when the bytes do not.
    """
    head = data[:_MAX_HEAD_BYTES]
    if _JSON_HEAD.match(head.lstrip(b"\xef\xbb\xbf")):
        return True
    root = find_root(decode(head, content_type).text)
    if root.is_html:
        return False
    # A comment or a style sheet may be longer than the head; then the server's word counts.
    return root.name in _ROOTS or (not root.name and _FEED_TYPES.get(content_type.split(";")[0].strip().lower(), 9) < 3)
