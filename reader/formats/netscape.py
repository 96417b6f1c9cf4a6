"""Bookmarks as browsers pass them on: the Netscape bookmark file, an HTML that no parser of HTML is needed for.

There is no standard; browsers write ``<DT><A HREF ADD_DATE TAGS>title</A>``,
and ``<DD>`` before a note, in lists in lists.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from reader.errors import ParseError
from reader.formats.marks import Mark, plain
from reader.records import dataclass

MAX_BYTES = 64 << 20
_LOOK_BYTES = 4096
_NAMED = re.compile(rb"<!doctype\s+netscape-bookmark-file", re.IGNORECASE)
_LISTED = re.compile(rb"<dl\b[^<>]*>(?:\s|<p\b[^<>]*>)*<dt\b[^<>]*>\s*<(?:a|h3)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
#: Nothing here looks further than the next "<": a file of nothing but "<a" takes no longer than another one.
_TAG = re.compile(r"<(/?)(dl|dt|dd|a|h[1-6]|hr)(?![\w-])([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_ANY_TAG = re.compile(r"<[^<>]*>")
#: A folder of the browser's own says nothing of what is in it.
_OWN_FOLDERS = ("personal_toolbar_folder", "unfiled_bookmarks_folder")
_OWN_NAMES = {"bookmarks", "bookmarks bar", "bookmarks toolbar", "bookmarks menu", "other bookmarks",
              "mobile bookmarks", "favorites", "favorites bar",
              "书签栏", "其他书签", "收藏夹栏", "書籤列", "其他書籤"}  # fmt: skip
_MOST_FOLDERS = 8


@dataclass(frozen=True, slots=True)
class Read:
    """What a bookmark file holds.

    Attributes:
        warnings: what was passed over, one sentence each.
    """

    marks: tuple[Mark, ...]
    warnings: tuple[str, ...] = ()


def is_one(data: bytes) -> bool:
    """Whether a file is of this format, told by its content."""
    head = data[:_LOOK_BYTES]
    return bool(_NAMED.search(head) or _LISTED.search(head))


def read(data: bytes, where: str = "") -> Read:
    """The bookmarks of a file, in its order. Folders become tags; what is no page (a script, a query) is passed over.

    Args:
        where: what to call the file in an error.

    Raises:
        ParseError: it is too large.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(where=where, detail=f"it is larger than {MAX_BYTES >> 20} MB")
    marks: list[Mark] = []
    passed: dict[str, int] = {}
    for mark in _entries(_decoded(data)):
        scheme = mark.url.partition(":")[0].lower() if ":" in mark.url else ""
        if scheme in ("http", "https", "file", "ftp"):
            marks.append(mark)
        else:
            passed[scheme or "no address"] = passed.get(scheme or "no address", 0) + 1
    said = [f"{count} passed over: no page can be kept of “{scheme}”" for scheme, count in passed.items()]
    return Read(tuple(marks), tuple(said))


def _decoded(data: bytes) -> str:
    found = _CHARSET.search(data[:_LOOK_BYTES])
    for name in ("utf-8-sig", found[1].decode("ascii") if found else "cp1252"):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _entries(text: str) -> Iterator[Mark]:
    """Each bookmark when all of it was read: its note comes after it."""
    folders: list[str] = []
    heading = ""
    mark: Mark | None = None
    tags = list(_TAG.finditer(text))
    for n, tag in enumerate(tags):
        until = tags[n + 1].start() if n + 1 < len(tags) else len(text)
        name, inside = tag[2].lower(), text[tag.end() : until]
        if tag[1]:
            if name == "dl" and folders:
                folders.pop()
        elif name == "dl":
            folders.append(heading)
            heading = ""
        elif name[0] == "h" and name != "hr":
            about = _attributes(tag[3])
            own = name == "h1" or any(each in about for each in _OWN_FOLDERS)
            heading = "" if own or _line(inside).casefold() in _OWN_NAMES else _line(inside)
        elif name == "a":
            if mark is not None:
                yield mark
            mark = _mark(_attributes(tag[3]), _line(inside), folders)
        elif name == "dd" and mark is not None:
            yield _with_note(mark, _words(inside))
            mark = None
    if mark is not None:
        yield mark


def _mark(about: dict[str, str], title: str, folders: Sequence[str]) -> Mark:
    tags = _json_tags(about.get("data-tags", "")) or [each.strip() for each in about.get("tags", "").split(",")]
    tags = [*(folder for folder in folders[-_MOST_FOLDERS:] if folder), *tags]
    url = about.get("href", "").strip()
    return Mark(
        title or url, url, _time(about.get("add_date", "")), tuple(dict.fromkeys(each for each in tags if each))
    )


def _json_tags(text: str) -> list[str]:
    """The tags of a list that holds commas, as ``write`` gives them."""
    try:
        said = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return []
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []


def _with_note(mark: Mark, note: str) -> Mark:
    return Mark(mark.title, mark.url, mark.created, mark.tags, note)


def _attributes(text: str) -> dict[str, str]:
    found = ((name.lower(), html.unescape(value.strip("\"'"))) for name, value in _ATTRIBUTE.findall(text))
    return {name: value for name, value in found if name != "icon"}


def _words(text: str) -> str:
    """A text with its lines, without markup."""
    return plain(html.unescape(_ANY_TAG.sub("", text)).replace("\r\n", "\n")).strip()


def _line(text: str) -> str:
    return " ".join(_words(text).split())


def _time(text: str) -> datetime | None:
    """Seconds since 1970, and where a browser has it so thousandths or millionths of them."""
    if not text.isdecimal() or len(text) > 17:
        return None
    seconds = float(text)
    while seconds > 1e11:
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (OverflowError, ValueError, OSError):
        return None


def write(marks: Sequence[Mark], title: str) -> bytes:
    """Bookmarks as a file that browsers and other readers take."""
    head = (
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"
        '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">\n'
        f"<TITLE>{html.escape(title)}</TITLE>\n<H1>{html.escape(title)}</H1>\n<DL><p>\n"
    )
    return (head + "".join(map(_written, marks)) + "</DL><p>\n").encode("utf-8", "replace")


def _written(mark: Mark) -> str:
    attributes = {"HREF": mark.url}
    if mark.created is not None:
        attributes["ADD_DATE"] = str(int(mark.created.timestamp()))
    if mark.tags:
        attributes["TAGS"] = ",".join(mark.tags)
    if any("," in each for each in mark.tags):
        attributes["DATA-TAGS"] = json.dumps(mark.tags, ensure_ascii=False)
    given = " ".join(f'{name}="{html.escape(plain(value))}"' for name, value in attributes.items())
    note = f"    <DD>{html.escape(plain(mark.note))}\n" if mark.note else ""
    return f"    <DT><A {given}>{html.escape(plain(mark.title) or mark.url)}</A>\n{note}"
