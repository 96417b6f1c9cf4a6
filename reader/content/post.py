"""A file of an article, from bytes to its fields and its body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from reader.content import dialects, encoding, form, frontmatter, htmlfile, org
from reader.content.dates import parse_date
from reader.model import Post
from reader.patterns import later

_TITLE = ("title", "headline", "name")
_PUBLISHED = (
    "date", "published", "pubdate", "pub_date", "publishdate", "publish_date", "published_at", "publishedat",
    "datepublished", "created", "created_at", "createdat", "creation_date", "datetime", "time",
)  # fmt: skip
_UPDATED = (
    "updated", "lastmod", "modified", "last_modified_at", "last_modified", "lastmodified", "updated_at", "updatedat",
    "datemodified", "date_modified", "update_date",
)  # fmt: skip
_AUTHORS = ("author", "authors", "by", "creator", "writer", "byline")
_TAGS = ("categories", "category", "tags", "tag", "topics", "keywords", "series")
_LANGUAGE = ("lang", "language", "locale")
_URL = (
    "url", "link", "source", "source_url", "sourceurl", "permalink", "canonical", "canonical_url", "canonicalurl",
    "original", "original_url", "external_url", "externalurl", "origin",
)  # fmt: skip
_LEAD = (
    "headimg", "thumbnail", "cover", "cover_image", "coverimage", "image", "images", "featured_image",
    "featuredimage", "feature_image", "featured", "banner", "banner_img", "index_img", "hero_image", "heroimage",
    "top_img", "og_image", "ogimage", "header-img", "header_img", "img", "photo", "photos", "thumb", "preview",
)  # fmt: skip
_DESCRIPTION = ("description", "summary", "excerpt", "abstract", "subtitle", "desc")
_PICTURE_ADDRESS = later(r"\.(?:png|jpe?g|gif|webp|avif|svg|bmp)(?:[?#].*)?$", re.IGNORECASE)
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
_NAME_DATE = later(r"^(\d{4}-\d{1,2}-\d{1,2})[-_ .]")
_NAME_LANGUAGE = later(r"\.([a-z]{2}(?:[-_][A-Za-z]{2,4})?)\.[A-Za-z]+$")
_LANGUAGE_TAG = later(r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")


def read(data: bytes, name: str) -> Post:
    """Reads the bytes of a file.

    Args:
        data: the whole file, in any encoding.
        name: its path or file name: the ending decides what it is, and it may hold a date or a language.

    Returns:
        Every field that the file gives. Never raises: what cannot be understood becomes a warning and stays text.
    """
    markup = name.lower().endswith((".html", ".htm", ".xhtml", ".shtml")) or data[:200].lstrip()[:1] == b"<"
    text, found, warnings = encoding.decode(data, markup=markup)
    return _read(text, name, found, warnings)


def read_text(text: str, name: str, encoding: str = "utf-8") -> Post:
    """Reads a file that is text already; see ``read``."""
    return _read(text, name, encoding, ())


def _read(text: str, name: str, encoding_name: str, warnings: tuple[str, ...]) -> Post:
    original = text
    text = text.replace("\x00", "\ufffd")
    fields, body, found = frontmatter.split(text)
    warnings = (*warnings, *found)
    lower = name.lower()
    extra: dict[str, object] = {}
    base_url = ""
    if lower.endswith(".org"):
        extra, body = org.to_html(body)
        body_form: form.BodyForm = "html"
    else:
        body_form = form.decide(body, name)
        if body_form == "markdown":
            body = dialects.to_markdown(body, name)
            extra = {"title": dialects.first_heading(body)}
        elif body_form == "html" and re.search(r"<(?:html|head|title|base|body)\b", body[:4096], re.IGNORECASE):
            extra, body = htmlfile.split(body)
            base_url = str(extra.pop("base", ""))
    known = {**_lower(extra), **_lower(fields)}
    published = _date(known, _PUBLISHED)
    base = re.split(r"[/\\]", name)[-1]
    if published is None:
        warnings = (*warnings, *_no_date(known, original))
        named = _NAME_DATE.match(base)
        published = parse_date(named.group(1)) if named else None
    status = (_text(known.get("status")) or "").lower()
    return Post(
        text=original,
        encoding=encoding_name,
        body=body,
        form=body_form,
        title=_title(known),
        published=published,
        updated=_date(known, _UPDATED),
        authors=_authors(known),
        tags=_tags(known, jekyll=bool(_NAME_DATE.match(base)) and "layout" in known),
        language=_language(known, base),
        url=_url(known),
        base_url=base_url,
        lead_image=_lead(known),
        description=_first(known, _DESCRIPTION),
        draft=_is_true(known, "draft") or _text(known.get("published")).lower() in _FALSE or status == "draft",
        hidden=_is_true(known, "hidden") or _is_true(known, "unlisted") or status in ("hidden", "private"),
        fields=fields,
        warnings=warnings,
    )


def _lower(fields: dict[str, object]) -> dict[str, object]:
    """Fields that say something, by lower-case name; what Zola and Hugo keep in ``taxonomies``, ``extra`` and
    ``params`` comes up."""
    known: dict[str, object] = {}
    for key, value in fields.items():
        if value:
            known.setdefault(key.lower(), value)
    for inner in ("taxonomies", "extra", "params"):
        deeper = known.get(inner)
        if isinstance(deeper, dict):
            for key, value in deeper.items():
                known.setdefault(str(key).lower(), value)
    return known


def _text(value: object) -> str:
    """The value as one line of text; the first one of a list."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return next((found for found in map(_text, value) if found), "")
    if isinstance(value, dict):
        for key in ("name", "url", "src", "path", "href", "image", "feature", "title", "text", "value"):
            found = _text(value.get(key))
            if found:
                return found
    return ""


def _is_true(known: dict[str, object], name: str) -> bool:
    return _text(known.get(name)).lower() in _TRUE


def _first(known: dict[str, object], names: Iterable[str]) -> str:
    return next((found for found in (_text(known.get(name)) for name in names) if found), "")


def _title(known: dict[str, object]) -> str:
    # A quoted title inside a quoted title: the generator of a feed page wrote """"'title'"""".
    title = _first(known, _TITLE)
    return frontmatter.unquote(title) if title.startswith(('""', "''")) else title


def _date(known: dict[str, object], names: Iterable[str]) -> datetime | None:
    for name in names:
        found = parse_date(_text(known.get(name)))
        if found:
            return found
    return None


def _no_date(known: dict[str, object], text: str) -> list[str]:
    """A sentence for the date that is there and cannot be read, with its line."""
    for name in _PUBLISHED:
        said = _text(known.get(name))
        if said:
            found = re.search(
                rf"^[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*[:=]", text[:65_536], re.MULTILINE | re.IGNORECASE
            )
            place = f"front matter, line {text.count(chr(10), 0, found.start()) + 1}" if found else "front matter"
            return [f"{place}: “{said[:60]}” is no date"]
    return []


def _flat(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _flat(item)]
    text = _text(value)
    return [text] if text else []


def _authors(known: dict[str, object]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _AUTHORS:
        value = known.get(name)
        # "authors: A, B" names two (Pelican); "author: Doe, Jane" names one.
        marks = r"\s*[,;；、]\s*" if name == "authors" and ";" not in str(value) else r"\s*[;；、]\s*"
        parts = re.split(marks, value) if isinstance(value, str) else _flat(value)
        for part in parts:
            part = _unlink(part)
            if part:
                found.setdefault(part)
        if found:
            break
    return tuple(found)


def _tags(known: dict[str, object], *, jekyll: bool) -> tuple[str, ...]:
    """Tags and categories. Jekyll alone reads ``categories: jekyll update`` as two."""
    found: dict[str, str] = {}
    for name in _TAGS:
        value = known.get(name)
        marks = r"\s*[,，;；]\s*" if not jekyll or re.search("[,，;；]", str(value)) else r"\s+"
        parts = re.split(marks, value) if isinstance(value, str) else _flat(value)
        for part in parts:
            part = _unlink(part).lstrip("#").strip()
            if part:
                found.setdefault(part.casefold(), part)
    return tuple(found.values())


def _unlink(text: str) -> str:
    """``[[Page|Name]]`` and ``[Name](address)`` as their name: Obsidian's properties are written so."""
    text = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", text)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).strip()


def _language(known: dict[str, object], base: str) -> str:
    found = _first(known, _LANGUAGE).replace("_", "-")
    if not found:
        named = _NAME_LANGUAGE.search(base)
        found = named.group(1).replace("_", "-") if named else ""
    return found if _LANGUAGE_TAG.match(found) else ""


def _url(known: dict[str, object]) -> str:
    for name in _URL:
        value = _text(known.get(name))
        if value.startswith(("http://", "https://")):
            try:
                if urlsplit(value).hostname:
                    return value
            except ValueError:
                continue
    return ""


def _lead(known: dict[str, object]) -> str:
    for name in _LEAD:
        given = known.get(name)
        value = _text(given)
        if isinstance(given, dict) and value == _text(given.get("url")) and not _PICTURE_ADDRESS.search(value):
            continue  # an address beside a credit ("photo: {url, author}") is the photo's page
        if value and value.lower() not in ("true", "false", "none", "undefined"):
            wiki = re.match(r"^!?\[\[([^\]|]+)", value)
            return wiki.group(1) if wiki else value
    return ""
