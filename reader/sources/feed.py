"""Bytes of a feed -> Feed: RSS 0.9x/1.0/2.0, Atom 0.3/1.0, JSON Feed. Pure: no network, no disk, no database."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

from reader.errors import ParseError
from reader.model import Feed
from reader.patterns import later
from reader.sources import charset, jsonfeed, lenient, xmlfeed, xmltext
from reader.sources.plaintext import plain

#: A feed that a server compressed and did not say so may grow to this and no further.
_MAX_UNPACKED_BYTES = 64 * 1024 * 1024

_OTHER_ROOTS = {
    "opml": "an OPML subscription list",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "svg": "an SVG picture",
}
_HTML_TAGS = frozenset(
    (
        *("a", "article", "b", "blockquote", "body", "br", "center", "div", "dl", "em", "font", "form"),
        *("h1", "h2", "h3", "head", "hr", "i", "iframe", "img", "link", "main", "meta", "ol"),
        *("p", "pre", "script", "section", "small", "span", "strong", "style", "table", "title", "tt", "ul"),
    )
)
_HTML_TITLE = later(r"<title\b[^<>]{0,200}>([^<>]{1,300})", re.IGNORECASE)
#: What servers send in place of a feed, by its first bytes.
_MAGIC = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PK\x03\x04": "a ZIP archive",
    b"ID3": "a sound file",
}
#: RSSHub's own words (lib/errors): the site gave it nothing, and it answers with a page, a text or JSON that says so.
_EMPTY_ROUTE = "this route is empty"
#: So much of a document that is no feed is looked at to say what it is.
_LOOKED_AT_CHARS = 100_000


def parse(data: bytes, *, url: str = "", content_type: str = "") -> Feed:
    """Reads a feed document.

    Args:
        data: as received, after HTTP's content coding is undone.
        url: where it came from; relative addresses are relative to it.
        content_type: the HTTP header, for its charset.

    Raises:
        ParseError: it is not a feed; ``detail`` says what it is instead.
    """
    if data[:2] == b"\x1f\x8b":
        data = _unpack(data, url)
    decoded = charset.decode(data, content_type)
    text = decoded.text
    start = text[:1_000].lstrip("\ufeff \t\r\n\0")[:1]
    if not start and not text.strip("\ufeff \t\r\n\0"):
        raise ParseError(where=url, detail="the document is empty")
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise ParseError(where=url, detail=f"this is {what}, not a feed")
    try:
        feed = (
            jsonfeed.read(text.lstrip("\ufeff"), url=url, encoding=decoded.encoding)
            if start in ("{", "[")
            else _xml(text, url, decoded.encoding)
        )
    except ParseError as error:
        if _EMPTY_ROUTE in text[:_LOOKED_AT_CHARS].lower():
            raise ParseError(where=url, detail=f"RSSHub says that {_EMPTY_ROUTE}", line=error.line) from error
        raise
    if not decoded.warning:
        return feed
    return replace(feed, warnings=(decoded.warning, *feed.warnings))


def _unpack(data: bytes, url: str) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        unpacked = stream.decompress(data, _MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise ParseError(where=url, detail="the document is broken gzip data") from error
    if stream.unconsumed_tail:
        raise ParseError(where=url, detail=f"unpacked it is larger than {_MAX_UNPACKED_BYTES >> 20} MB")
    return unpacked


def _xml(text: str, url: str, encoding: str) -> Feed:
    root = xmltext.find_root(text)
    if not root.name:
        raise ParseError(where=url, detail="there is no XML in it")
    line = text.count("\n", 0, root.start) + 1
    if root.is_html or root.name in _OTHER_ROOTS:
        raise ParseError(where=url, detail=f"this is {_what(root.name, text)}, not a feed", line=line)
    document = xmltext.from_root(text, root)
    if root.name not in ("rss", "feed", "rdf"):
        guessed = None
        if root.name == "channel" or xmltext.count_entries(document):
            guessed = lenient.read(document, url=url, encoding=encoding, limit=xmlfeed.MAX_ENTRIES)
        if guessed is None or (not guessed.drafts and root.name != "channel"):  # CDF, Microsoft's of 1997
            raise ParseError(where=url, detail=f"this is {_what(root.name, text)}, not a feed", line=line)
        return guessed
    read = xmlfeed.read(document, root.name, url=url, encoding=encoding, prolog=text[: root.start])
    if read is not None and read.whole:
        return read.feed
    guessed = lenient.read(document, url=url, encoding=encoding, limit=xmlfeed.MAX_ENTRIES)
    if guessed is not None and len(guessed.drafts) > (len(read.feed.drafts) if read else 0):
        return guessed if read is None else replace(guessed, warnings=(*read.feed.warnings[:1], *guessed.warnings))
    if read is None:
        raise ParseError(where=url, detail="the XML is too broken to be read", line=line)
    return read.feed


def _what(root_name: str, text: str) -> str:
    """What a document is, in words; a page with its title, because that often says why ("Log in", "Just a moment")."""
    if root_name != "html" and root_name not in _HTML_TAGS:
        return _OTHER_ROOTS.get(root_name, f"an XML document of another kind (<{root_name[:80]}>)")
    found = _HTML_TITLE.search(text[:_LOOKED_AT_CHARS])
    title = plain(found[1])[:120] if found else ""
    return f'an HTML page ("{title}")' if title else "an HTML page"
