"""What is done to the text of a feed before an XML parser sees it: cut to the root, and repaired when it is broken."""

from __future__ import annotations

import html
import re
from html.entities import html5

from reader.patterns import later
from reader.records import dataclass

_TOKEN = later(r"<(?:(!--)|(\?)|(!DOCTYPE\b)|([A-Za-z_][\w.:-]*))", re.IGNORECASE)
_DOCTYPE_TOKEN = later(r"\"[^\"]*\"|'[^']*'|<!--|[\[\]>]")
_ROOTS = frozenset({"rss", "feed", "rdf"})

#: Code points that no XML document may contain (XML 1.0, section 2.2), and DEL.
_FORBIDDEN = later("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_REPAIR = later(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"  # left as they are, but closed
    r"|&(?:#[0-9]{1,9};|#[xX][0-9A-Fa-f]{1,8};|[A-Za-z_][\w.-]{0,63};)?"
    r"|<(?![A-Za-z_:/!?\x80-\U0010ffff])",
    re.DOTALL,
)
_UNQUOTED = later(r"\"[^\"]*\"|'[^']*'|=\s*([^\s\"'<>]+)")
#: An entity of plain text. Longer values and such that name other entities are what bombs are made of.
_DECLARED = later(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,63})\s+(?:([\"'])([^\"'&%<]{0,64})\2\s*>)?")
_XML_ENTITIES = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"})
_ENTRY_TAG = later(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|(<(?:[\w.-]+:)?(?:item|entry)[\s>/])", re.S | re.I)


@dataclass(frozen=True, slots=True)
class Root:
    """Where the document begins: ``name`` is the root's local name in small letters, ``""`` when there is none."""

    start: int
    name: str
    is_html: bool = False


def find_root(text: str) -> Root:
    """The start of the feed behind XML declaration, comments, DOCTYPE and whatever a broken server put before it.

    Cutting there removes the DOCTYPE, and with it every entity that a document could declare. A root that is no feed
    is given when there is no other.
    """
    first: Root | None = None
    position = 0
    endless: set[str] = set()  # what was opened and never closed is not searched for again: time stays linear
    while found := _TOKEN.search(text, position):
        comment, _instruction, doctype, name = found.groups()
        if name:
            local = name.rpartition(":")[2].lower()
            if local in _ROOTS or (first is None and local == "channel"):
                return Root(found.start(), local)
            if first is None:
                first = Root(found.start(), local, local == "html")
                if first.is_html:
                    return first
            position = found.end()
        elif doctype:
            if text[found.end() : found.end() + 8].split()[:1] in (["html"], ["html>"], ["HTML"], ["HTML>"]):
                return Root(found.start(), "html", True)
            end = -1 if ">" in endless else _doctype_end(text, found.end())
            if end < 0:
                endless.add(">")
            position = max(end, found.end())
        else:
            closing = "-->" if comment else "?>"
            end = -1 if closing in endless else text.find(closing, found.end())
            if end < 0:
                endless.add(closing)
            position = end + len(closing) if end >= 0 else found.end()
    return first or Root(len(text), "")


def _doctype_end(text: str, position: int) -> int:
    """Where a DOCTYPE that begins before ``position`` ends, or -1."""
    inside = False
    while found := _DOCTYPE_TOKEN.search(text, position):
        token = found[0]
        position = found.end()
        if token == "<!--":
            end = text.find("-->", position)
            if end < 0:
                return -1
            position = end + 3
        elif token == "[":
            inside = True
        elif token == "]":
            inside = False
        elif token == ">" and not inside:
            return position
    return -1


def from_root(text: str, root: Root) -> str:
    """The text from its root on, behind as many newlines as were cut, so that line numbers stay true."""
    return "\n" * text.count("\n", 0, root.start) + text[root.start :]


def declared_entities(prolog: str) -> dict[str, str]:
    """What the DOCTYPE declares: short plain texts as they are, everything else (files, bombs) as nothing."""
    return {found[1]: found[3] or "" for found in _DECLARED.finditer(prolog)} if "<!ENTITY" in prolog else {}


def repair(text: str, declared: dict[str, str]) -> str:
    """The text with what makes XML parsers stop mended.

    Control characters go. Outside CDATA and comments, entities become characters, and ``&`` and ``<`` that begin
    nothing become text.

    Args:
        declared: the document's own entities.
    """
    text = _FORBIDDEN.sub("", text)
    end = text.find(">") + 1  # a root with version=2.0 would be dropped, and every entry with it
    text = _UNQUOTED.sub(lambda found: f'="{found[1]}"' if found[1] else found[0], text[:end]) + text[end:]
    return _REPAIR.sub(lambda found: _mend(found[0], declared), text)


def _mend(token: str, declared: dict[str, str]) -> str:
    if token[0] == "<":
        return _closed(token) if len(token) > 1 else "&lt;"
    if token == "&":
        return "&amp;"
    if token in _XML_ENTITIES:
        return token
    if token[1:-1] in declared:
        return html.escape(declared[token[1:-1]], quote=False)
    if token[1] != "#" and token[1:] not in html5:
        return "&amp;" + token[1:]
    # html.unescape reads &#150; as Windows-1252 does, and makes &#0; and &#xD800; U+FFFD.
    return "".join(f"&#{ord(char)};" for char in _FORBIDDEN.sub("", html.unescape(token)))


def _closed(section: str) -> str:
    """A CDATA section or comment with its end: where a document broke off, what came of the last text stays."""
    end = "]]>" if section.startswith("<![") else "-->"
    return section if section.endswith(end) else section + end


def count_entries(text: str) -> int:
    """How many entries a document that no parser could read whole seems to have."""
    return sum(1 for found in _ENTRY_TAG.finditer(text) if found[1])
