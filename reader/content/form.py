"""How a body is to be read: as HTML, Markdown or plain text, told from the file's name and from the body itself."""

from __future__ import annotations

import re
from typing import Literal

from reader.patterns import later

BodyForm = Literal["html", "markdown", "text"]

_HTML_ENDINGS = (".html", ".htm", ".xhtml", ".shtml")
_TEXT_ENDINGS = (".txt", ".text", ".log")

_FIRST_BLOCK = later(
    r"(?:\s|<!--.*?-->)*<(?:!doctype\b|(?:div|p|table|section|article|main|header|h[1-6]|ul|ol|dl|figure|blockquote|pre"
    r"|html|head|body|center|font|hr|style|link|meta)(?=[\s/>]))",
    re.IGNORECASE | re.DOTALL,
)
_FIRST_INLINE = later(r"\s*<(?:img|a|span|strong|b|em|i|br|iframe|video|picture|small|u)(?=[\s/>])", re.IGNORECASE)
_MARKDOWN_ATTRIBUTE = later(r"""\bmarkdown\s*=\s*["']?(?:1|block|span)""", re.IGNORECASE)
#: What is left out before Markdown is looked for: it says nothing about the text around it.
_OPAQUE = later(
    r"<!--.*?(?:-->|\Z)|<(pre|code|script|style|textarea|svg|math)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_TAG = later(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
#: Elements without an end tag, always or often.
_OPEN_TAGS = "area base br col embed hr img input link meta param source track wbr p li"
_VOID = frozenset(_OPEN_TAGS.split())
_MARKDOWN = (
    re.compile(r"^ {0,3}#{1,6} +\S", re.MULTILINE),
    re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE),
    re.compile(r"^\S.*\n {0,3}(?:={3,}|-{3,})[ \t]*$", re.MULTILINE),
    re.compile(r"!?\[[^\]\n]{1,300}\]\([^)\s]{1,2000}(?: \"[^\"]*\")?\)|^ {0,3}\[[^\]\n]{1,100}\]: *\S", re.MULTILINE),
    re.compile(r"\n[ \t]*\n {0,3}(?:[-*+]|\d{1,2}\.) +\S"),
    re.compile(r"(?<!\*)\*\*[^\s*][^*\n]{0,200}\*\*(?!\*)"),
    re.compile(r"^\|.+\|[ \t]*\n\|[ :|-]+\|", re.MULTILINE),
    re.compile(r"\n[ \t]*\n {0,3}> ?\S"),
    re.compile(r"\{%-? *\w|\{\{[<%]"),
)
#: Bodies are looked at up to here; what decides stands at the beginning.
_LOOK_CHARS = 200_000


def decide(body: str, name: str) -> BodyForm:
    """Says how a body is to be read.

    A body that begins with a block tag and has no Markdown outside its tags is HTML: CommonMark would turn every
    four-space indent after a blank line of it into a code block and show escaped tags there.

    Args:
        body: what follows the front matter.
        name: the file's name or path.
    """
    lower = name.lower()
    if lower.endswith(_HTML_ENDINGS):
        return "html"
    if lower.endswith(_TEXT_ENDINGS):
        return "text"
    return "html" if _is_html(body[:_LOOK_CHARS]) else "markdown"


def _is_html(body: str) -> bool:
    block = _FIRST_BLOCK.match(body)
    if not block and not _FIRST_INLINE.match(body):
        return False
    if re.match(r"\s*<(?:!doctype|html)\b", body, re.IGNORECASE):
        return True
    first_tag = body[block.end() : block.end() + 300].split(">", 1)[0] if block else ""
    if _MARKDOWN_ATTRIBUTE.search(first_tag):
        return False
    bare = _OPAQUE.sub(" ", body)
    outside, tags = _outside(bare)
    if not block:
        return not _kinds(bare) and len(re.findall(r"\n[ \t]*\n[ \t]*[^\s<]", outside)) < 1
    if _kinds(outside):
        return False
    if len(re.findall(r"(?:^|\n)[ \t]*\n[ \t]*[^\s<]", outside)) > 1 and len(outside.strip()) > 200:
        return False
    # The whole body is inside elements. It is Markdown in a wrapper only when it plainly is, by several signs.
    return _kinds(_TAG.sub(" ", bare)) < 2 or tags > 20


def _kinds(text: str) -> int:
    return sum(1 for pattern in _MARKDOWN if pattern.search(text))


def _outside(body: str) -> tuple[str, int]:
    """The text outside every element, and how many tags there are."""
    depth = 0
    last = 0
    tags = 0
    pieces: list[str] = []
    for match in _TAG.finditer(body):
        if depth == 0:
            pieces.append(body[last : match.start()])
        last = match.end()
        tags += 1
        closing, tag, empty = match.groups()
        if tag.lower() in _VOID or empty:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
    if depth == 0:
        pieces.append(body[last:])
    return "".join(pieces), tags
