"""Bytes of a feed -> Feed: RSS 0.9x/1.0/2.0, Atom 0.3/1.0, JSON Feed. Pure: no network, no disk, no database."""

from __future__ import annotations

import zlib

from reader.errors import ParseError
from reader.model import Feed
from reader.sources import charset, jsonfeed, lenient, xmlfeed, xmltext

#: A feed that a server compressed and did not say so may grow to this and no further.
_MAX_UNPACKED_BYTES = 64 * 1024 * 1024

_OTHER_ROOTS = {
    "opml": "an OPML subscription list",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "html": "an HTML page",
    "svg": "an SVG picture",
}
_HTML_TAGS = frozenset(
    {"head", "body", "title", "meta", "script", "div", "p", "br", "b", "h1", "table", "center", "style", "link", "a"}
)


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
    feed = (
        jsonfeed.read(text.lstrip("\ufeff"), url=url, encoding=decoded.encoding)
        if start in ("{", "[")
        else _xml(text, url, decoded.encoding)
    )
    if not decoded.warning:
        return feed
    return _with_warnings(feed, (decoded.warning, *feed.warnings))


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
        raise ParseError(where=url, detail=f"this is {_OTHER_ROOTS[root.name]}, not a feed", line=line)
    document = xmltext.from_root(text, root)
    if root.name not in ("rss", "feed", "rdf"):
        guessed = None
        if root.name == "channel" or xmltext.count_entries(document):
            guessed = lenient.read(document, url=url, encoding=encoding, limit=xmlfeed.MAX_ENTRIES)
        if guessed is None or (not guessed.drafts and root.name != "channel"):  # CDF, Microsoft's of 1997
            what = "an HTML page" if root.name in _HTML_TAGS else f"an XML document of another kind (<{root.name}>)"
            raise ParseError(where=url, detail=f"this is {what}, not a feed", line=line)
        return guessed
    read = xmlfeed.read(document, root.name, url=url, encoding=encoding, prolog=text[: root.start])
    if read is not None and read.whole:
        return read.feed
    guessed = lenient.read(document, url=url, encoding=encoding, limit=xmlfeed.MAX_ENTRIES)
    if guessed is not None and len(guessed.drafts) > (len(read.feed.drafts) if read else 0):
        return guessed if read is None else _with_warnings(guessed, (*read.feed.warnings[:1], *guessed.warnings))
    if read is None:
        raise ParseError(where=url, detail="the XML is too broken to be read", line=line)
    return read.feed


def _with_warnings(feed: Feed, warnings: tuple[str, ...]) -> Feed:
    return Feed(
        format=feed.format,
        encoding=feed.encoding,
        title=feed.title,
        url=feed.url,
        description=feed.description,
        language=feed.language,
        icon=feed.icon,
        drafts=feed.drafts,
        warnings=warnings,
    )
