"""One entry of an XML feed as a Draft: the vocabularies that the wild mixes, in one order of preference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from reader.model import Draft, Enclosure
from reader.records import dataclass
from reader.sources import xmlnodes
from reader.sources.plaintext import author, plain
from reader.sources.values import absolute, is_web_address, language, size, unique, when
from reader.sources.xmlnodes import Body, Nodes, first_text, text

_TITLES = ("title", "atom:title", "dc:title", "dcterms:title", "media:title", "itunes:title")
_CONTENTS = ("content:encoded", "content", "atom:content", "xhtml:body", "body", "xhtml:div", "fullitem")
_SUMMARIES = (
    *("description", "summary", "atom:summary", "dcterms:abstract", "dc:description", "dcterms:description"),
    *("media:description", "itunes:summary", "itunes:subtitle", "googleplay:description"),
)
_PUBLISHED = (
    *("pubdate", "published", "issued", "atom:published", "dc:date", "dcterms:issued", "dcterms:created", "created"),
    *("dcterms:date", "date", "atom:issued"),
)
_UPDATED = ("updated", "modified", "atom:updated", "atom:modified", "dcterms:modified", "lastbuilddate")
_LINKS = ("link", "atom:link")
_MAX_ENCLOSURES = 100
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an entry takes from its feed when it says nothing itself."""

    nodes: Nodes
    home: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Media:
    enclosures: tuple[Enclosure, ...]
    lead: str


def draft(element: Any, around: Surroundings, warnings: list[str]) -> Draft:
    """Reads one ``item`` or ``entry``.

    Args:
        warnings: gets a sentence for each date that is none.
    """
    nodes = around.nodes
    parts = nodes.children(element)
    base = nodes.base(element) or (nodes.url or around.home if nodes.is_atom else around.home or nodes.url)
    guid = first_text(parts.get("guid")) or first_text(parts.get("id")) or first_text(parts.get("atom:id"))
    guid = guid or element.get(_RDF + "about") or ""
    url = _url(element, parts, base, nodes, guid)
    contents = _bodies(parts, _CONTENTS, nodes)
    summaries = _bodies(parts, _SUMMARIES, nodes)
    if not summaries and "media:group" in parts:
        summaries = _bodies(nodes.children(parts["media:group"][0]), _SUMMARIES, nodes)
    chosen = (contents or summaries or [(Body("", "html"), element)])[0]
    media = _media(parts, base, nodes)
    return Draft(
        guid=guid,
        raw=chosen[0].raw,
        form=chosen[0].form,
        url=url,
        title=_title(parts, nodes),
        authors=_authors(parts, nodes) or around.authors,
        published=_date(parts, _PUBLISHED, warnings),
        updated=_date(parts, _UPDATED, warnings),
        summary=_summary(parts, summaries, nodes),
        tags=_tags(parts, nodes),
        language=_language(parts, chosen[1], nodes, around.language),
        lead_image=media.lead,
        base_url=nodes.base(chosen[1]) or (url if is_web_address(url) else "") or base,
        enclosures=media.enclosures,
        comments_url=_comments(parts, base),
    )


def _each(parts: dict[str, list[Any]], names: Iterable[str]) -> Iterator[Any]:
    for name in names:
        yield from parts.get(name, ())


def _title(parts: dict[str, list[Any]], nodes: Nodes) -> str:
    for element in _each(parts, _TITLES):
        if found := xmlnodes.title(element, is_atom=nodes.is_atom):
            return found
    return ""


def _url(element: Any, parts: dict[str, list[Any]], base: str, nodes: Nodes, guid: str) -> str:
    original = absolute("", first_text(parts.get("feedburner:origlink")))
    if is_web_address(original):
        return original  # the link beside it leads through a counter that may be gone
    alternates: list[tuple[int, str]] = []
    for link in _each(parts, _LINKS):
        where = (nodes.base(link) or base) if nodes.based else base
        if xmlnodes.rel(link) == "alternate" and (address := absolute(where, link.get("href") or text(link))):
            alternates.append((0 if "html" in (link.get("type") or "html").lower() else 1, address))
    if alternates:
        return min(alternates, key=lambda found: found[0])[1]
    named = parts.get("guid", [])
    if is_web_address(guid) and not (named and (named[0].get("isPermaLink") or "").strip().lower() == "false"):
        return absolute(base, guid)
    for content in _each(parts, ("content", "atom:content")):
        if content.get("src"):  # RFC 4287, section 4.1.3.2: the article is elsewhere
            return absolute(nodes.base(content) or base, content.get("src"))
    return absolute(base, element.get(_RDF + "about") or element.get("href") or element.get("HREF") or "")


def _bodies(parts: dict[str, list[Any]], names: Iterable[str], nodes: Nodes) -> list[tuple[Body, Any]]:
    """The contents that there are, best first; among several of one name HTML goes before text."""
    for name in names:
        found = []
        for element in parts.get(name, ()):
            # Media RSS has plain text as its default too.
            body = xmlnodes.body(element, is_atom=nodes.is_atom or name.startswith(("atom:", "media:")))
            if body:
                found.append((body, element))
        if found:
            return sorted(found, key=lambda pair: pair[0].form != "html")
    return []


def _summary(parts: dict[str, list[Any]], found: list[tuple[Body, Any]], nodes: Nodes) -> str:
    if found and "description" in parts and "summary" in parts:  # then the description is the body
        found = _bodies(parts, ("summary",), nodes) or found
    return found[0][0].raw if found else ""


def people(parts: dict[str, list[Any]], names: Iterable[str], nodes: Nodes) -> list[str]:
    """Names of persons: Atom's ``<author><name>`` or the text of the element."""
    found = []
    for element in _each(parts, names):
        if len(element):
            inside = nodes.children(element)
            name = ""
            for part in ("name", "atom:name", "email", "atom:email"):
                name = name or first_text(inside.get(part))
            found.append(plain(name) if name else author(text(element)))
        else:
            found.append(author(element.text or ""))
    return found


def _authors(parts: dict[str, list[Any]], nodes: Nodes) -> tuple[str, ...]:
    found = people(parts, ("author", "atom:author", "dc:creator", "dc:author", "dcterms:creator"), nodes)
    if not any(found):
        found = people(parts, ("itunes:author", "googleplay:author"), nodes)
    if not any(found) and "source" in parts:
        found = people(nodes.children(parts["source"][0]), ("author",), nodes)
    names = [name for name in found if "@" not in name]
    return unique(names or found)


def authors_around(parts: dict[str, list[Any]], nodes: Nodes) -> tuple[str, ...]:
    """Who wrote the entries that name nobody: Atom's author of the feed, the maker of a podcast."""
    return unique(people(parts, ("author",) if nodes.is_atom else ("itunes:author",), nodes))


def _date(parts: dict[str, list[Any]], names: Iterable[str], warnings: list[str]) -> datetime | None:
    for name in names:
        for element in reversed(parts.get(name, ())):  # one that is written twice was appended
            written = text(element)
            if written:
                if moment := when(written):
                    return moment
                if len(warnings) < 100:
                    warnings.append(f"line {element.sourceline or 0}: {written[:60]!r} is not a date")
    return None


def _tags(parts: dict[str, list[Any]], nodes: Nodes) -> tuple[str, ...]:
    found: list[str] = []
    for element in _each(parts, ("category", "atom:category", "dc:subject", "dcterms:subject", "media:category")):
        written = text(element)
        found.append(plain(element.get("label") or written or element.get("term") or ""))
    for element in _each(parts, ("itunes:category",)):
        found += [plain(inside.get("text") or "") for inside in element.iter()]  # they stand in one another
    for element in _each(parts, ("itunes:keywords", "media:keywords", "tags")):
        found += [plain(word) for word in text(element)[:10_000].split(",")]
    return unique(found)


def _language(parts: dict[str, list[Any]], body: Any, nodes: Nodes, feeds: str) -> str:
    marked = nodes.language(body)
    if marked is not None:
        return marked
    said = language(first_text(parts.get("dc:language")) or first_text(parts.get("language")))
    return said or feeds


def _comments(parts: dict[str, list[Any]], base: str) -> str:
    written = absolute(base, first_text(parts.get("comments")))
    if is_web_address(written):
        return written
    for link in _each(parts, _LINKS):
        if xmlnodes.rel(link) == "replies" and "html" in (link.get("type") or "html").lower():
            return absolute(base, link.get("href") or "")
    return ""


def _media(parts: dict[str, list[Any]], base: str, nodes: Nodes) -> _Media:
    """Attached files and the picture that stands for the article."""
    enclosures: dict[str, Enclosure] = {}
    pictures: list[tuple[int, int, str]] = []  # rank, minus width, address: the smallest wins

    def attach(url: str, media_type: str, length: str) -> str:
        address = absolute(base, url)
        if address and len(enclosures) < _MAX_ENCLOSURES:
            enclosures.setdefault(address, Enclosure(address, media_type.strip().lower()[:200], size(length)))
        return address

    for element in parts.get("enclosure", ()):
        kind = element.get("type") or ""
        address = attach(element.get("url") or element.get("href") or text(element), kind, element.get("length") or "")
        if address and kind.lower().startswith("image/"):
            pictures.append((3, 0, address))
    for link in _each(parts, _LINKS):
        if xmlnodes.rel(link) == "enclosure":
            kind = link.get("type") or ""
            address = attach(link.get("href") or "", kind, link.get("length") or "")
            if address and kind.lower().startswith("image/"):
                pictures.append((3, 0, address))
    holders = [parts]
    if "media:group" in parts or "media:content" in parts:
        holders += [nodes.children(held) for held in _each(parts, ("media:group", "media:content"))]
        holders += [nodes.children(held) for group in holders[1:] for held in group.get("media:content", ())]
    for holder in holders[:_MAX_ENCLOSURES]:
        for element in holder.get("media:thumbnail", ()):
            if address := absolute(base, element.get("url") or text(element)):
                pictures.append((0, -size(element.get("width") or ""), address))
        for element in holder.get("media:content", ()):
            kind = element.get("type") or ""
            address = attach(element.get("url") or "", kind, element.get("fileSize") or "")
            if address and (element.get("medium") == "image" or kind.lower().startswith("image/")):
                pictures.append((1, -size(element.get("width") or ""), address))
    for element in _each(parts, ("itunes:image", "googleplay:image", "image")):
        written = element.get("href") or element.get("url") or first_text(nodes.children(element).get("url"))
        if address := absolute(base, written or ("" if len(element) else text(element))):
            pictures.append((2, 0, address))
    return _Media(tuple(enclosures.values()), min(pictures)[2] if pictures else "")
