"""The last resort for documents that are broken in ways that no XML parser forgives: feedparser, as a reader only.

Its sanitiser and its rewriting of addresses stay off: the body is kept as received, and its sanitiser lets scripts
through that Inkstone's own does not.
"""

from __future__ import annotations

import io
from typing import Any

from reader.model import Draft, Enclosure, Feed
from reader.sources.plaintext import plain
from reader.sources.values import absolute, is_web_address, language, size, unique, when

#: It reads about 9 MB a second; more than this would hold a worker for longer than its patience.
_MAX_CHARS = 40_000_000


def read(document: str, *, url: str, encoding: str, limit: int) -> Feed | None:
    """Reads what can be read.

    Returns:
        None when it is no feed that feedparser knows.
    """
    import feedparser  # 0.1 s to import, and hardly ever needed

    try:
        data: Any = feedparser.parse(
            io.BytesIO(document[:_MAX_CHARS].encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # a third party's parser on hostile input: whatever it stumbles over, it is no feed
        return None
    version = str(data.get("version") or "")
    if not version and not data.entries and not data.feed:
        return None
    home = absolute(url, str(data.feed.get("link") or ""))
    tongue = language(str(data.feed.get("language") or ""))
    base = home if is_web_address(home) else url
    return Feed(
        format=_format(version),
        encoding=encoding,
        title=plain(str(data.feed.get("title") or "")),
        url=home,
        description=plain(str(data.feed.get("subtitle") or "")),
        language=tongue,
        drafts=tuple(_draft(entry, base, tongue) for entry in data.entries[:limit]),
        warnings=("the document is broken; it was read by guesswork",),
    )


def _format(version: str) -> str:
    if version == "atom03":
        return "atom03"
    if version.startswith("atom"):
        return "atom"
    return "rss1" if version in ("rss10", "rss090", "rss11") else "rss"


def _draft(entry: Any, base: str, tongue: str) -> Draft:
    url = absolute(base, str(entry.get("link") or ""))
    contents = sorted(entry.get("content") or (), key=lambda content: "html" not in str(content.get("type")))
    summary = str(entry.get("summary") or "")
    raw = next((str(content.get("value")) for content in contents if content.get("value")), "") or summary
    names = [str(person.get("name") or "") for person in entry.get("authors") or ()]
    return Draft(
        guid=str(entry.get("id") or ""),
        raw=raw,
        url=url,
        title=plain(str(entry.get("title") or "")),
        authors=unique(plain(name) for name in [*names, "" if any(names) else str(entry.get("author") or "")]),
        # dict.get: feedparser's own would answer with the other date, and warn.
        published=when(str(entry.get("published") or "")),
        updated=when(str(dict.get(entry, "updated") or "")),
        summary=summary,
        tags=unique(plain(str(tag.get("label") or tag.get("term") or "")) for tag in entry.get("tags") or ()),
        language=tongue,
        base_url=url if is_web_address(url) else base,
        enclosures=tuple(
            Enclosure(address, str(link.get("type") or ""), size(str(link.get("length") or "")))
            for link in entry.get("enclosures") or ()
            if (address := absolute(base, str(link.get("href") or "")))
        ),
        comments_url=absolute(base, str(entry.get("comments") or "")),
    )
