"""Org files as HTML: the simple part of the format that articles use."""

from __future__ import annotations

import re
from html import escape

from reader.content import code
from reader.patterns import later

_HEADER = later(r"^#\+(\w+):[ \t]*(.*)$")
_BEGIN = later(r"^[ \t]*#\+begin_(\w+)[ \t]*(\S*)", re.IGNORECASE)
_HEADING = later(r"^(\*{1,8})[ \t]+(?:(?:TODO|DONE|NEXT|WAIT|CANCELLED)[ \t]+)?(.*?)(?:[ \t]+:[\w@:]+:)?[ \t]*$")
_LIST = later(r"^[ \t]*(?:[-+]|[ \t]\*|(\d+)[.)])[ \t]+(?:\[([ Xx-])\][ \t]+)?(.*)$")
_LINK = later(r"\[\[([^\[\]]+)\](?:\[([^\[\]]+)\])?\]")
_PICTURE = later(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp)$", re.IGNORECASE)
_MARKS = {"*": "strong", "/": "em", "_": "u", "+": "del", "=": "code", "~": "code"}
_MARK = later(r"""(?:(?<=[\s('"{-])|^)([*/_+=~])(\S|\S[^\n]{0,300}?\S)\1(?=[\s.,;:!?'")}\]-]|$)""")
_NAMES = {
    "title": "title", "author": "author", "date": "date", "filetags": "tags", "tags": "tags", "keywords": "tags",
    "hugo_tags": "tags", "category": "category", "language": "lang", "description": "description",
    "subtitle": "subtitle", "hugo_draft": "draft",
}  # fmt: skip


def to_html(text: str) -> tuple[dict[str, object], str]:
    """Reads an Org file.

    Returns:
        The fields its ``#+TITLE:`` lines give, by the names of front matter, and the body as HTML.
    """
    fields: dict[str, object] = {}
    out: list[str] = []
    paragraph: list[str] = []
    listed = ""
    lines = text.split("\n")
    at = 0

    def flush() -> None:
        nonlocal listed
        if paragraph:
            out.append(f"<p>{_inline(' '.join(paragraph))}</p>")
            paragraph.clear()
        if listed:
            out.append(f"</{listed}>")
            listed = ""

    while at < len(lines):
        line = lines[at]
        at += 1
        begin = _BEGIN.match(line)
        if begin:
            flush()
            kind = begin.group(1).lower()
            inside: list[str] = []
            while at < len(lines) and not re.match(rf"[ \t]*#\+end_{re.escape(kind)}", lines[at], re.IGNORECASE):
                inside.append(lines[at])
                at += 1
            at += 1
            out.append(_block(kind, begin.group(2), inside))
            continue
        header = _HEADER.match(line)
        if header:
            key = _NAMES.get(header.group(1).lower())
            value = header.group(2).strip()
            if key and value:
                fields[key] = re.split(r"[:,\s]+", value.strip(":")) if key == "tags" else value.strip("<>[]")
            continue
        if re.match(r"^[ \t]*(?:#( |$)|:\w+:)", line):
            continue
        heading = _HEADING.match(line)
        if heading:
            flush()
            level = min(len(heading.group(1)) + 1, 6)
            out.append(f"<h{level}>{_inline(heading.group(2))}</h{level}>")
            continue
        item = _LIST.match(line)
        if item:
            kind = "ol" if item.group(1) else "ul"
            if listed != kind:
                flush()
                out.append(f"<{kind}>")
                listed = kind
            box = {"X": "☑ ", "x": "☑ ", " ": "☐ ", "-": "☐ "}.get(item.group(2) or "", "")
            out.append(f"<li>{box}{_inline(item.group(3))}</li>")
            continue
        if re.match(r"^[ \t]*-{5,}[ \t]*$", line):
            flush()
            out.append("<hr>")
        elif re.match(r"^[ \t]*\|", line):
            flush()
            rows = [line]
            while at < len(lines) and re.match(r"^[ \t]*\|", lines[at]):
                rows.append(lines[at])
                at += 1
            out.append(_table(rows))
        elif line.strip():
            if listed:
                flush()
            paragraph.append(line.strip())
        else:
            flush()
    flush()
    return fields, "\n".join(out)


def _block(kind: str, language: str, lines: list[str]) -> str:
    if kind == "quote":
        paragraphs = "".join(f"<p>{_inline(part)}</p>" for part in "\n".join(lines).split("\n\n"))
        return f"<blockquote>{paragraphs}</blockquote>"
    if kind == "comment":
        return ""
    if kind == "export":
        return "\n".join(lines)
    return code.block("\n".join(lines), language if kind == "src" else "")


def _table(rows: list[str]) -> str:
    """What stands above the first rule is the head."""
    ruled = [set(row) <= set("|-+ \t") for row in rows]
    head = ruled.index(True) if True in ruled[1:-1] and not ruled[0] else 0
    out = []
    for number, row in enumerate(rows):
        if not ruled[number]:
            tag = "th" if number < head else "td"
            cells = row.strip().strip("|").split("|")
            out.append("<tr>" + "".join(f"<{tag}>{_inline(cell.strip())}</{tag}>" for cell in cells) + "</tr>")
    return "<table>" + "".join(out) + "</table>"


def _inline(text: str) -> str:
    pieces: list[str] = []
    last = 0
    for match in _LINK.finditer(text):
        pieces.append(_emphasis(text[last : match.start()]))
        last = match.end()
        target = match.group(1).removeprefix("file:")
        label = match.group(2) or ""
        if _PICTURE.search(target) and (not label or _PICTURE.search(label)):
            pieces.append(f'<img src="{escape(target)}" alt="">')
        else:
            pieces.append(f'<a href="{escape(target)}">{_emphasis(label or target)}</a>')
    pieces.append(_emphasis(text[last:]))
    return "".join(pieces)


def _emphasis(text: str) -> str:
    text = escape(text, quote=False)
    return _MARK.sub(lambda match: f"<{_MARKS[match.group(1)]}>{match.group(2)}</{_MARKS[match.group(1)]}>", text)
