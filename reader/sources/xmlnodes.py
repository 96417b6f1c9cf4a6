"""Elements of a feed by what they mean, not by how they are spelled: names, texts, bodies, bases and languages."""

from __future__ import annotations

import base64
import binascii
import contextlib
from dataclasses import field
from html import escape
from typing import Any, Literal

from lxml import etree

from reader.records import dataclass
from reader.sources.plaintext import looks_like_html, one_line, plain
from reader.sources.values import absolute, language

_XML = "{http://www.w3.org/XML/1998/namespace}"

#: Namespaces without scheme, in small letters, without a "/" or "#" at their end; "" is the feed's own vocabulary.
_NAMESPACES = {
    "www.w3.org/2005/atom": "atom",
    "purl.org/atom/ns": "atom",
    "purl.org/atom/app": "app",
    "www.w3.org/2007/app": "app",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/metadata/dublin_core": "dc",
    "search.yahoo.com/mrss": "media",
    "www.rssboard.org/media-rss": "media",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "www.itunes.com/dtds/podcast-2.0.dtd": "itunes",
    "example.com/dtds/podcast-1.0.dtd": "itunes",
    "www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "www.w3.org/1999/xhtml": "xhtml",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "wellformedweb.org/commentapi": "wfw",
    "purl.org/syndication/thread/1.0": "thr",
    "purl.org/rss/1.0/modules/slash": "slash",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "www.georss.org/georss": "georss",
    "purl.org/rss/1.0": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "backend.userland.com/rss": "",
    "backend.userland.com/rss2": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "purl.org/net/rss1.1": "",
    "www.rssboard.org/rss-specification": "",
}
_PREFIXES = frozenset(_NAMESPACES.values()) - {""}

_TEXT_TYPES = frozenset({"text", "text/plain", "plain"})


@dataclass(frozen=True, slots=True)
class Body:
    """A text construct: what it says and how to read it."""

    raw: str
    form: Literal["html", "text"]


@dataclass(frozen=True, slots=True)
class Nodes:
    """One document's elements.

    Attributes:
        url: where the document was, the base of all bases.
        own: the root's namespace: whatever it is, its names are the feed's own.
        based: whether there is any ``xml:base`` or ``xml:lang`` at all; if not, nobody climbs to look for one.
    """

    url: str
    own: str
    is_atom: bool
    based: bool
    _names: dict[str, str] = field(default_factory=dict)

    def name(self, element: Any) -> str:
        """``title``, ``dc:creator``, ``media:content``: one spelling for each, ``""`` for comments and the like."""
        tag = element.tag
        known = self._names.get(tag)
        if known is None:
            known = self._names[tag] = self._spell(element) if isinstance(tag, str) else ""
        return known

    def _spell(self, element: Any) -> str:
        tag = element.tag
        if tag[0] == "{":
            uri, _, local = tag[1:].partition("}")
            bare = uri.lower().partition("://")[2].rstrip("/#")
            prefix = _NAMESPACES.get(bare)
            if uri == self.own or (prefix == "atom" and self.is_atom):
                prefix = ""
            elif prefix is None:  # a namespace misspelled, its prefix right
                written = (element.prefix or "").lower()
                prefix = written if written in _PREFIXES else "" if written == "rss" else "?"
        else:
            prefix, _, local = tag.rpartition(":")
            prefix = prefix.lower()
            if prefix == "rss" or (prefix == "atom" and self.is_atom):
                prefix = ""
        local = local.lower()
        return f"{prefix}:{local}" if prefix else local

    def children(self, element: Any) -> dict[str, list[Any]]:
        """The children by name, in their order."""
        found: dict[str, list[Any]] = {}
        name = self._names.get
        for child in element:
            key = name(child.tag)
            if key is None:
                key = self.name(child)
            if key in found:
                found[key].append(child)
            else:
                found[key] = [child]
        return found

    def base(self, element: Any) -> str:
        """The ``xml:base`` in force at an element, ``""`` when nobody declared one."""
        if not self.based:
            return ""
        declared = []
        while element is not None:
            if written := element.get(_XML + "base"):
                declared.append(written)
            element = element.getparent()
        if not declared:
            return ""
        base = self.url
        for written in reversed(declared):
            base = absolute(base, written) or base
        return base

    def language(self, element: Any) -> str | None:
        """The ``xml:lang`` in force at an element: None without one, ``""`` where it was taken back."""
        while self.based and element is not None:
            written = element.get(_XML + "lang")
            if written is not None:
                return language(written)
            element = element.getparent()
        return None


def text(element: Any) -> str:
    """All the words of an element, stripped."""
    if len(element):
        return "".join(element.itertext()).strip()
    return (element.text or "").strip()


def rel(link: Any) -> str:
    """What a link is: ``alternate`` unless it says otherwise."""
    return (link.get("rel") or "alternate").strip().lower().rpartition("/")[2]  # IANA's are addresses in full


def first_text(elements: list[Any] | None) -> str:
    """The text of the first element that has one."""
    for element in elements or ():
        if found := text(element):
            return found
    return ""


def title(element: Any, *, is_atom: bool) -> str:
    """A title (or another short text construct) as plain text."""
    kind = (element.get("type") or "").strip().lower()
    if len(element):
        return one_line(_words(element))
    written = element.text or ""
    packed = element.get("mode") == "base64"
    if packed or kind.startswith("application/"):
        written = _unpacked(written) or written
    if kind in _TEXT_TYPES and element.get("mode") != "escaped":
        return one_line(written)
    return plain(written, markup=bool(kind) or packed or not is_atom)


def _words(element: Any) -> str:
    """The words of markup, with a space where a block ends."""
    if any(_local(child) in ("br", "p", "div", "li") for child in element.iter("{*}*")):
        return " ".join(element.itertext())
    return "".join(element.itertext())


def body(element: Any, *, is_atom: bool) -> Body | None:
    """The content of an article, or None when the element has none."""
    kind = (element.get("type") or "").strip().lower()
    if len(element):
        holder = element
        if is_atom and len(element) == 1 and not (element.text or "").strip():
            child = element[0]
            if isinstance(child.tag, str) and _local(child) == "div" and not (child.tail or "").strip():
                holder = child  # RFC 4287, section 3.1.1.3: the div is not part of the content
        return _some(_inner(holder), "html")
    written = element.text or ""
    if element.get("mode") == "base64":
        return _some(_unpacked(written), "text" if kind in _TEXT_TYPES else "html")
    if not is_atom or kind in ("html", "xhtml"):
        return _some(written, "html")
    if kind in _TEXT_TYPES:
        return _some(written, "html" if element.get("mode") == "escaped" and looks_like_html(written) else "text")
    if not kind:  # RFC 4287 says text; many a feed means HTML
        return _some(written, "html" if looks_like_html(written) else "text")
    if kind.startswith("text/") or kind.endswith(("+xml", "/xml")):
        return _some(written, "html")
    if kind.startswith(("image/", "audio/", "video/")):
        return None
    return _some(_unpacked(written) or written, "html")


def _local(element: Any) -> str:
    """The name without namespace and without a prefix that nobody declared."""
    tag: str = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2]


def _some(raw: str, form: Literal["html", "text"]) -> Body | None:
    return Body(raw, form) if raw.strip() else None


def _unpacked(written: str) -> str:
    try:
        return base64.b64decode("".join(written.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _inner(element: Any) -> str:
    """What is inside an element, as HTML: without namespaces, and with ``<p></p>`` where XML may say ``<p/>``."""
    holder = etree.Element("holder")  # away from the ancestors, whose namespaces would be written into every child
    holder.extend(list(element))
    for node in holder.iter("{*}*"):
        bare = _local(node)
        if bare != node.tag:
            with contextlib.suppress(ValueError):  # a name that only a recovered tree can have
                node.tag = bare
    etree.cleanup_namespaces(holder)
    pieces = [escape(element.text or "", quote=False)]
    pieces += [etree.tostring(child, encoding="unicode", method="html", with_tail=True) for child in holder]
    return "".join(pieces)
