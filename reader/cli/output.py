"""What the command line prints: one JSON document on one line, or plain text."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from reader.addresses import starred
from reader.content.links import encode
from reader.formats.markdown import from_html
from reader.model import Article, Feed, Prepared, Rendered, Row, Source, SourceHealth

#: These end a line for some readers of lines (Unicode 5.8); inside JSON they are escaped.
_LINE_ENDS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})

MATCH_START, MATCH_END = "\ue001", "\ue002"


def complain(text: str) -> None:
    """One plain sentence on stderr."""
    if sys.stderr is not None:  # closed by the shell (2>&-)
        print(f"inkstone: {printable(text)}", file=sys.stderr)


def print_json(value: Any) -> None:
    """One document, one line."""
    _write(json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_LINE_ENDS) + "\n")


def say(text: str = "") -> None:
    """A line of plain text, without what could steer a terminal."""
    _write(printable(text) + "\n")


def say_raw(text: str) -> None:
    """A document as it is, for a file or a pipe; a terminal gets no control characters."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    _write((printable(text, keep="\n\t") if terminal else text).rstrip("\n") + "\n")


def say_match(snippet: str) -> None:
    """A search snippet below its article: matches bold in a terminal."""
    on, off = ("\x1b[1m", "\x1b[22m") if sys.stdout is not None and colours(sys.stdout) else ("", "")
    parts = printable(snippet, keep=MATCH_START + MATCH_END)
    _write(" " * 10 + parts.replace(MATCH_START, on).replace(MATCH_END, off) + "\n")


def say_document(title: str, rendered: Rendered, form: str, document_id: str, *, note: str = "") -> None:
    """An article as html, markdown or text; a note of the user's stands below what is text."""
    if form == "html":
        say_raw(rendered.html)
        return
    if form == "markdown":
        addresses = {f"reader://image/{document_id}/{n}": each.url for n, each in enumerate(rendered.images)}
        addresses |= {f"reader://link/{document_id}/{n}": encode(href) for n, href in enumerate(rendered.links)}
        whole = f"# {title}\n\n{from_html(rendered.html, addresses)}"
    else:
        whole = f"{title}\n\n{rendered.text}"
    say_raw(f"{whole.rstrip()}\n\nNote: {note}" if note else whole)


def shown(address: str) -> str:
    """An address, or a title that may be one, without user info and secrets, but whole."""
    return starred(address) if "://" in address else address


def _write(text: str) -> None:
    if sys.stdout is None:  # closed by the shell (>&-)
        return
    data = text.encode("utf-8", "replace")
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(data)
    sys.stdout.flush()


def printable(text: str, keep: str = "") -> str:
    """``text`` without control and bidirectional-override characters (an article's title may hold escape sequences)."""
    return "".join(c for c in text if c in keep or not (unicodedata.category(c) in ("Cc", "Cs") or c in _OVERRIDES))


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def colours(stream: TextIO) -> bool:
    """Whether to mark up text: a terminal, and NO_COLOR not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def time(value: datetime | None) -> str | None:
    """RFC 3339, UTC."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def row(each: Row, user_tags: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON of ``list`` and ``search``."""
    return {
        "id": each.id,
        "source": each.source_title,
        "title": each.title,
        "url": each.url or None,
        "date": time(each.date),
        "authors": list(each.authors),
        "tags": list(dict.fromkeys((*each.tags, *user_tags))),
        "read": each.read,
        "bookmarked": each.bookmarked,
        "summary": each.summary,
        "language": each.language or None,
    }


def source(each: Source) -> dict[str, Any]:
    return {
        "id": each.id,
        "kind": each.kind,
        "title": shown(each.title),
        "address": shown(each.address),
        "folder": each.folder or None,
        "unread": each.unread,
        "total": each.total,
        "checked": time(each.checked),
        "succeeded": time(each.succeeded),
        "error": each.error or None,
        "failures": each.failures,
    }


def health(each: SourceHealth) -> dict[str, Any]:
    """A source with how it does."""
    return {
        **source(each.source),
        "retired": each.source.retired,
        "next_try": time(each.next_try),
        "mean_interval_s": each.mean_interval_s or None,
        "silent": each.silent,
        "failing": each.failing,
    }


def document(
    *,
    title: str,
    date: datetime | None,
    url: str,
    authors: Sequence[str],
    tags: Sequence[str],
    language: str,
    rendered: Rendered,
    document_id: str,
    lead: str,
    warnings: Sequence[str],
) -> dict[str, Any]:
    """The JSON of ``render`` and ``show``."""
    return {
        "title": title,
        "date": time(date),
        "url": url or None,
        "authors": list(authors),
        "tags": list(tags),
        "language": language or None,
        "html": rendered.html,
        "text": rendered.text,
        "lead_image": lead or None,
        "images": [
            {
                "src": f"reader://image/{document_id}/{number}",
                "url": picture.url,
                "alt": picture.alt,
                "width": picture.width or None,
                "height": picture.height or None,
            }
            for number, picture in enumerate(rendered.images)
        ],
        "links": [
            {"href": f"reader://link/{document_id}/{number}", "target": target}
            for number, target in enumerate(rendered.links)
        ],
        "removed": dict(rendered.removed),
        "warnings": list(dict.fromkeys((*warnings, *rendered.warnings))),
    }


def rendered_file(prepared: Prepared, rendered: Rendered) -> dict[str, Any]:
    draft = prepared.draft
    return document(
        title=prepared.title,
        date=draft.published,
        url=draft.url,
        authors=draft.authors,
        tags=draft.tags,
        language=prepared.language,
        rendered=rendered,
        document_id="-",
        lead=prepared.lead.url if prepared.lead else "",
        warnings=draft.warnings,
    )


def stored_article(article: Article, rendered: Rendered) -> dict[str, Any]:
    each = article.row
    return document(
        title=each.title,
        date=each.date,
        url=each.url,
        authors=each.authors,
        tags=tuple(dict.fromkeys((*each.tags, *article.user_tags))),
        language=each.language,
        rendered=rendered,
        document_id=each.id,
        lead=each.lead.url if each.lead else "",
        warnings=article.warnings,
    )


def feed(parsed: Feed) -> dict[str, Any]:
    """The JSON of ``parse``."""
    return {
        "format": parsed.format,
        "encoding": parsed.encoding,
        "title": parsed.title,
        "url": parsed.url or None,
        "description": parsed.description,
        "language": parsed.language or None,
        "articles": [
            {
                "id": draft.guid or None,
                "url": draft.url or None,
                "title": draft.title,
                "authors": list(draft.authors),
                "published": time(draft.published),
                "updated": time(draft.updated),
                "html": draft.raw,
                "summary": draft.summary,
                "tags": list(draft.tags),
                "enclosures": [
                    {"url": each.url, "type": each.media_type or None, "length": each.length or None}
                    for each in draft.enclosures
                ],
                "language": draft.language or None,
            }
            for draft in parsed.drafts
        ],
        "warnings": list(parsed.warnings),
    }
