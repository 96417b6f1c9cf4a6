"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0: from the text of a document to a Feed, over lxml."""

from __future__ import annotations

from typing import Any

from lxml import etree

from reader.model import Draft, Feed
from reader.records import dataclass
from reader.sources import pace, xmlentry, xmlnodes, xmltext
from reader.sources.plaintext import one_line
from reader.sources.values import absolute, is_web_address, language
from reader.sources.xmlnodes import Nodes, first_text, text

MAX_ENTRIES = 50_000

#: Above this many bytes libxml2's own limits (10 MB for one text) would lose honest entries. Safe: there is no
#: DOCTYPE any more, and nesting stays limited to 2,048.
_HUGE_BYTES = 9_000_000


@dataclass(frozen=True, slots=True)
class Read:
    """What the mapper made of a document.

    Attributes:
        whole: False when the document was broken and entries may be missing.
        line, trouble: where and what the first mistake was; 0 and ``""`` without one.
    """

    feed: Feed
    whole: bool
    line: int = 0
    trouble: str = ""


def read(document: str, root_name: str, *, url: str, encoding: str, prolog: str = "") -> Read | None:
    """Reads a feed.

    Args:
        document: begins with its root element (and perhaps newlines before it).
        root_name: the local name that was found for the root.
        prolog: what stood before the root; only its entities count.

    Returns:
        None when not even a root could be parsed.
    """
    line, trouble, whole = 0, "", True
    try:
        root = _tree(document, recover=False)
    except (etree.XMLSyntaxError, UnicodeEncodeError, ValueError) as error:
        line, trouble = _where(error)
        document = xmltext.repair(document, xmltext.declared_entities(prolog))
        try:
            root = _tree(document, recover=True)
        except (etree.XMLSyntaxError, ValueError):
            return None
        whole = False
    if root is None:
        return None
    namespace = root.tag[1:].partition("}")[0] if isinstance(root.tag, str) and root.tag[0] == "{" else ""
    is_atom = root_name == "feed"
    nodes = Nodes(url=url, own=namespace, is_atom=is_atom, based="xml:base" in document or "xml:lang" in document)
    entries = [
        found for found in root.iter("{*}item", "{*}entry") if nodes.name(found) in ("item", "entry", "atom:entry")
    ]
    if not whole:
        if not entries:  # prefixes that nobody declared are part of the name: <rss:item>
            entries = [found for found in root.iter() if nodes.name(found) in ("item", "entry", "atom:entry")]
        whole = len(entries) >= xmltext.count_entries(document)
    warnings: list[str] = []
    if trouble:
        warnings.append(f"line {line}: {trouble}")
    if len(entries) > MAX_ENTRIES:
        warnings.append(f"only the first {MAX_ENTRIES} of {len(entries)} entries were read")
    feed = _feed(root, entries[:MAX_ENTRIES], nodes, root_name, encoding, warnings)
    return Read(feed, whole, line, trouble)


def _tree(document: str, *, recover: bool) -> Any:
    data = document.encode("utf-8")
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=len(data) > _HUGE_BYTES,
    )
    return etree.fromstring(data, parser)


def _where(error: Exception) -> tuple[int, str]:
    if isinstance(error, etree.XMLSyntaxError):
        message = (error.msg or "broken XML").split(", line ")[0].split("\n")[0]
        return error.lineno or 0, message[:200]
    return 0, "characters that XML does not allow"


def _feed(root: Any, entries: list[Any], nodes: Nodes, root_name: str, encoding: str, warnings: list[str]) -> Feed:
    channel = root
    if not nodes.is_atom and root_name != "channel":
        channel = next((child for child in root if nodes.name(child) == "channel"), root)
    parts = nodes.children(channel)
    home = _home(parts, nodes, channel)
    around = xmlentry.Surroundings(
        nodes=nodes,
        home=home if is_web_address(home) else "",
        authors=xmlentry.authors_around(parts, nodes),
        language=_language(parts, nodes, channel),
    )
    drafts: tuple[Draft, ...] = tuple(xmlentry.draft(entry, around, warnings) for entry in entries)
    return Feed(
        format=_format(root, nodes, root_name),
        encoding=encoding,
        title=_short(parts, ("title", "dc:title"), nodes),
        url=home,
        description=_short(
            parts, ("description", "subtitle", "tagline", "dc:description", "itunes:summary", "itunes:subtitle"), nodes
        ),
        language=around.language,
        icon=_icon(root, parts, nodes, around.home or nodes.url),
        drafts=drafts,
        warnings=tuple(warnings),
        pause_s=pace.pause_s(parts, nodes),
    )


def _format(root: Any, nodes: Nodes, root_name: str) -> str:
    if root_name == "rdf":
        return "rss1"
    if nodes.is_atom:
        old = "purl.org/atom/ns" in nodes.own or (root.get("version") or "").strip() == "0.3"
        return "atom03" if old else "atom"
    return "rss"


def _short(parts: dict[str, list[Any]], names: tuple[str, ...], nodes: Nodes) -> str:
    for name in names:
        for element in parts.get(name, ()):
            if found := xmlnodes.title(element, is_atom=nodes.is_atom):
                return found
    return ""


def _home(parts: dict[str, list[Any]], nodes: Nodes, channel: Any) -> str:
    """The address of the web page that the feed belongs to."""
    for name in ("link", "atom:link"):
        for link in parts.get(name, ()):
            base = nodes.base(link) or nodes.url
            if xmlnodes.rel(link) == "alternate" and (address := absolute(base, link.get("href") or text(link))):
                return address
    return absolute(nodes.base(channel) or nodes.url, first_text(parts.get("guid")))


def _language(parts: dict[str, list[Any]], nodes: Nodes, channel: Any) -> str:
    declared = first_text(parts.get("language")) or first_text(parts.get("dc:language"))
    return language(declared) or nodes.language(channel) or ""


def _icon(root: Any, parts: dict[str, list[Any]], nodes: Nodes, base: str) -> str:
    for name in ("icon", "atom:icon", "logo", "atom:logo"):
        if address := absolute(nodes.base(root) or base, first_text(parts.get(name))):
            return address
    images = parts.get("image", []) or nodes.children(root).get("image", [])  # RSS 1.0 has it beside the channel
    for image in images:
        inside = nodes.children(image)
        if address := absolute(base, first_text(inside.get("url")) or image.get("href") or ""):
            return address
    for name in ("itunes:image", "googleplay:image", "media:thumbnail"):
        for image in parts.get(name, ()):
            if address := absolute(base, one_line(image.get("href") or image.get("url") or "")):
                return address
    return ""
