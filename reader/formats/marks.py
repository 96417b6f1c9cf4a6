"""Bookmarks as lists for people and programs: Markdown, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from reader.records import dataclass

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
#: What a spreadsheet takes for a formula; titles come from anywhere.
_FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True, slots=True)
class Mark:
    """One bookmark as it goes from program to program.

    Attributes:
        url: of the page, or of the file.
        source: the title of what it came from.
    """

    title: str
    url: str
    created: datetime | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    source: str = ""


def plain(text: str) -> str:
    """A text without control characters; lines and tabs stay."""
    return _CONTROLS.sub("", text)


def rfc3339(moment: datetime | None) -> str | None:
    """A time as data has it: UTC, seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def to_json(marks: Sequence[Mark]) -> bytes:
    """A list of objects."""
    found = [
        {
            "title": mark.title,
            "url": mark.url or None,
            "created": rfc3339(mark.created),
            "tags": list(mark.tags),
            "note": mark.note,
            "source": mark.source,
        }
        for mark in marks
    ]
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def to_csv(marks: Sequence[Mark]) -> bytes:
    """A table with a head, in UTF-8 with the mark that spreadsheets look for; formulas are made texts by a "'"."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(("title", "url", "created", "tags", "note", "source"))
    for mark in marks:
        cells = (mark.title, mark.url, rfc3339(mark.created) or "", ", ".join(mark.tags), mark.note, mark.source)
        table.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in map(plain, cells)])
    return written.getvalue().encode("utf-8-sig", "replace")


def to_markdown(marks: Sequence[Mark], title: str) -> bytes:
    """A list of links, each with its day, source and tags, and its note as a quotation below it."""
    return f"# {title}\n\n{''.join(map(_item, marks))}".encode("utf-8", "replace")


def _item(mark: Mark) -> str:
    title = _SPECIAL.sub(r"\\\1", " ".join(plain(mark.title).split())) or mark.url
    address = re.sub(r"[\s<>]", lambda found: f"%{ord(found[0]):02X}", mark.url)
    day = mark.created.astimezone().strftime("%Y-%m-%d") if mark.created else ""
    tags = " ".join(f"#{'-'.join(plain(tag).split())}" for tag in mark.tags)
    source = _SPECIAL.sub(r"\\\1", " ".join(plain(mark.source).split()))
    about = ", ".join(part for part in (day, source, tags) if part)
    note = "".join(f"  > {line}".rstrip() + "\n" for line in plain(mark.note).split("\n")) if mark.note else ""
    return f"- [{title}](<{address}>)" + (f" — {about}" if about else "") + "\n" + (f"\n{note}\n" if note else "")
