"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), as tolerant as the specification asks for."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from reader.errors import ParseError
from reader.model import Draft, Enclosure, Feed
from reader.sources.plaintext import one_line, plain
from reader.sources.values import absolute, is_web_address, language, size, unique, when

MAX_ENTRIES = 50_000


def read(document: str, *, url: str, encoding: str) -> Feed:
    """Reads a JSON Feed.

    Raises:
        ParseError: it is not JSON, or JSON of another kind.
    """
    try:
        data = json.loads(document, parse_int=_int, parse_float=str, parse_constant=lambda _: None, strict=False)
    except json.JSONDecodeError as error:
        raise ParseError(where=url, detail=f"broken JSON: {error.msg}", line=error.lineno) from error
    except RecursionError as error:
        raise ParseError(where=url, detail="the JSON is nested too deep") from error
    if not _is_feed(data):
        raise ParseError(where=url, detail="this is JSON, but not a JSON Feed")
    warnings: list[str] = []
    items = data.get("items")
    if not isinstance(items, list):
        warnings.append("there is no list of items")
        items = []
    if len(items) > MAX_ENTRIES:
        warnings.append(f"only the first {MAX_ENTRIES} of {len(items)} entries were read")
    home = absolute(url, _text(data.get("home_page_url")))
    base = home if is_web_address(home) else url
    tongue = language(_text(data.get("language")))
    people = _authors(data)
    drafts = []
    for number, item in enumerate(items[:MAX_ENTRIES], 1):
        if isinstance(item, dict):
            drafts.append(_draft(item, base, people, tongue, warnings))
        elif len(warnings) < 100:
            warnings.append(f"item {number} is not an object")
    return Feed(
        format="json",
        encoding=encoding,
        title=one_line(_text(data.get("title"))),
        url=home,
        description=one_line(_text(data.get("description"))),
        language=tongue,
        icon=absolute(base, _picture(data.get("icon")) or _picture(data.get("favicon"))),
        drafts=tuple(drafts),
        warnings=tuple(warnings),
    )


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 else digits  # an id of 5,000 digits is a name, not a number


def _is_feed(data: Any) -> bool:
    if not isinstance(data, dict):
        return False
    version = data.get("version")
    if isinstance(version, str) and "jsonfeed.org/version" in version:
        return True
    return isinstance(data.get("items"), list) and any(key in data for key in ("feed_url", "home_page_url", "version"))


def _text(value: object) -> str:
    """A string that every store can hold; numbers as their digits, everything else as ``""``."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return ""
    # Halves of surrogate pairs come from \\ud800 escapes; SQLite and UTF-8 take none.
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _draft(item: dict[str, Any], base: str, people: tuple[str, ...], tongue: str, warnings: list[str]) -> Draft:
    url = absolute(base, _text(item.get("url")) or _text(item.get("external_url")))
    guid = _text(item.get("id"))
    if not url and is_web_address(guid):
        url = absolute("", guid)
    raw, form = _content(item)
    summary = _text(item.get("summary"))
    pictures = (absolute(base, _picture(item.get(key))) for key in ("image", "banner_image"))
    return Draft(
        guid=guid,
        raw=raw or summary,
        form=form if raw else "text",
        url=url,
        title=plain(_text(item.get("title")), markup=False),
        authors=_authors(item) or people,
        published=_date(item.get("date_published"), warnings),
        updated=_date(item.get("date_modified"), warnings),
        summary=summary,
        tags=unique(one_line(_text(tag)) for tag in _list(item.get("tags"))),
        language=language(_text(item.get("language"))) or tongue,
        lead_image=next((picture for picture in pictures if picture), ""),
        base_url=url if is_web_address(url) else base,
        enclosures=_enclosures(item, base),
    )


def _content(item: dict[str, Any]) -> tuple[str, Literal["html", "text"]]:
    as_html = _text(item.get("content_html"))
    if as_html.strip():
        return as_html, "html"
    return _text(item.get("content_text")), "text"


def _list(value: object) -> list[Any]:
    """A list, or the one thing that stands where a list should."""
    return value[:1_000] if isinstance(value, list) else [value] if isinstance(value, str | dict) else []


def _picture(value: object) -> str:
    return _text(value.get("url") if isinstance(value, dict) else value)


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    found = _list(holder.get("authors")) or [holder.get("author")]
    names = []
    for person in found:
        if isinstance(person, dict):
            names.append(one_line(_text(person.get("name")) or _text(person.get("url"))))
        else:
            names.append(one_line(_text(person)))
    return unique(names)


def _date(value: object, warnings: list[str]) -> datetime | None:
    written = _text(value)
    moment = when(written)
    if written.strip() and moment is None and len(warnings) < 100:
        warnings.append(f"{written[:60]!r} is not a date")
    return moment


def _enclosures(item: dict[str, Any], base: str) -> tuple[Enclosure, ...]:
    found: dict[str, Enclosure] = {}
    for attachment in _list(item.get("attachments"))[:100]:
        if isinstance(attachment, dict) and (address := absolute(base, _text(attachment.get("url")))):
            media_type = one_line(_text(attachment.get("mime_type"))).lower()[:200]
            length = size(_text(attachment.get("size_in_bytes")))
            found.setdefault(address, Enclosure(address, media_type, length))
    return tuple(found.values())
