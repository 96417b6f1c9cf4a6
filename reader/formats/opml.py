"""Lists of feeds as other readers write them (OPML 2.0, opml.org/spec2.opml), in and out. Pure.

A list that is well-formed XML is read by lxml. Many are not (a bare ``&`` in an address is the most common fault, then
a list cut off at either end): those are read tag by tag, which loses only what is broken.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

import cchardet
from lxml import etree

from reader.addresses import same_address, starred
from reader.errors import ParseError
from reader.model import Source
from reader.records import dataclass

#: A list of 1,300 feeds has 190 kB; one with an icon inside each outline 3 kB a feed.
MAX_BYTES = 20 * 2**20

#: What stands between the names of nested folders in ``Subscription.folder``. A slash inside a name that has a space at
#: its side gets a no-break space there instead, so that every path comes apart again as it was put together.
BETWEEN = " / "
_SLASH_WITH_SPACE = re.compile(r" (?=/)|(?<=/) ")

_MAX_NAME_CHARACTERS = 500
_MAX_FOLDERS_DEEP = 10
_MAX_WARNINGS = 100
_MAX_ATTRIBUTES = 50
#: A picture inside an attribute (base64) has some thousand characters.
_MAX_VALUE_CHARACTERS = 65_536
#: Outlines deeper than this still give their feeds; their own names no longer count.
_MAX_DEPTH = 100

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What is declared, and what programs that declare it write (encoding.spec.whatwg.org, section 4.2).
_MEANT = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE)
#: Nothing of XML (section 2.2), and nothing a title or an address could need.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<(/?)(?:[\w.-]+:)?(opml|head|body|outline|title)(?=[\s/>]|\Z)", re.IGNORECASE)
#: The inside of a tag without a fault, up to its end.
_GOOD = re.compile(r"(?:\s+[^\s=\"'<>/]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
#: An attribute of a broken tag: a quote inside the value ends it only before another attribute or the tag's end.
_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'/])([^\s=\"'<>/]{1,100})\s*=\s*(?:\"([^\"]*(?:\"(?!\s*(?:/?>|/?\Z|[\w:.-]+\s*=))[^\"]*)*)\"|'([^']*)'"
    r"|([^\s\"'<>]+))"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

#: ``type`` of an outline whose ``url`` is a feed; an outline of another type (a link, another list, a song) is not.
_FEED_TYPES = frozenset({"", "rss", "rss1", "rss2", "atom", "rdf", "feed", "json", "jsonfeed", "podcast"})
_SAME_AS_WEB = re.compile(r"(?:feed|itpc|pcast|podcast):(?://)?(?=\S)", re.IGNORECASE)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d)")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[:/?]|\Z)")


#: Attributes that have a field of their own in ``Subscription``.
_UNDERSTOOD = frozenset({"text", "title", "type", "xmlurl", "htmlurl", "url"})
#: A name as XML has it, after its namespace in braces (Namespaces in XML 1.0, section 3; no colon).
_NAME = re.compile(r"(?:\{([^{}\s]{1,500})\})?([^\W\d][\w.-]{0,99})")


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed of a list.

    Attributes:
        folder: the names of the folders around it with ``BETWEEN`` between them.
        attributes: what the list says of it besides, as it is written there; names with a namespace as ``{it}name``.
            "type" is among them when it is not rss, "text" and "title" when they differ.
    """

    title: str
    url: str
    home_url: str = ""
    folder: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What a list holds; ``warnings`` name what was passed over, with line numbers."""

    title: str = ""
    feeds: tuple[Subscription, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outline:
    """One outline: how many outlines it stands in, its attributes as written, its line."""

    depth: int
    written: Mapping[str, str]
    line: int

    def get(self, *names: str) -> str:
        """The first of these attributes that says something; letter case and namespace do not matter."""
        by_name: dict[str, str] = {}
        for name, value in self.written.items():
            by_name.setdefault(_local(name), value)
        return next((value for name in names if (value := _one_line(by_name.get(name, "")))), "")

    def others(self) -> list[tuple[str, str]]:
        """What has no field of its own, as far as it can be written again."""
        kept = [
            (name, _FORBIDDEN.sub("", value))
            for name, value in self.written.items()
            if _NAME.fullmatch(name) and name.lower() not in _UNDERSTOOD and len(value) <= _MAX_VALUE_CHARACTERS
        ]
        return kept[:_MAX_ATTRIBUTES]


def read(data: bytes, where: str = "") -> Subscriptions:
    """Read a list of feeds. Every feed of it comes once, where it stands first.

    Args:
        where: what to call the list in an error, its file or address.

    Raises:
        ParseError: it is no OPML, or larger than ``MAX_BYTES``.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(where=where, detail=f"it is larger than {MAX_BYTES // 2**20} MB")
    text = _decode(data)
    root = re.search(r"<(?:[\w.-]+:)?opml(?=[\s/>])", text, re.IGNORECASE)
    # Cutting at the root removes the DOCTYPE, and with it every entity that a document could declare.
    text = "\n" * text.count("\n", 0, root.start()) + text[root.start() :] if root else text.lstrip()
    warnings: list[str] = []
    try:
        title, outlines = _well_formed(text)
    except etree.XMLSyntaxError as error:
        title, outlines = _by_tags(text)
        if root is None and not any(each.get("xmlurl") for each in outlines):
            raise ParseError(where=where, detail="this is no OPML list of feeds") from None
        message = re.sub(r", line \d+, column \d+.*", "", str(error.msg), flags=re.DOTALL)
        warnings.append(f"line {error.lineno or 1}: not well-formed ({message}); what could be read was read")
    except ValueError as error:
        raise ParseError(where=where, detail=str(error)) from None
    feeds = _feeds(outlines, warnings)
    if not feeds:
        warnings.append("there is no feed in it")
    if len(warnings) > _MAX_WARNINGS:
        warnings[_MAX_WARNINGS:] = [f"and {len(warnings) - _MAX_WARNINGS} more"]
    return Subscriptions(_one_line(title), tuple(feeds), tuple(warnings))


def _decode(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if data[:2] == b"<\0":
        return data.decode("utf-16-le", "replace")
    if data[:2] == b"\0<":
        return data.decode("utf-16-be", "replace")
    found = _DECLARED.match(data)
    declared = found[1].decode("ascii").lower() if found else ""
    if declared.startswith(("iso-2022-", "hz")):  # only these write other letters with the bytes of ASCII
        return _try(data, declared) or data.decode("utf-8", "replace")
    # Bytes that happen to be UTF-8 are UTF-8, whatever is declared: lists saved anew keep their old first line.
    text = _try(data, "utf-8")
    if text is None and declared not in ("", "utf-8", "utf8"):
        text = _try(data, _MEANT.get(declared, declared))
    if text is not None:
        return text
    tolerant = data.decode("utf-8", "replace")
    good = sum(1 for char in tolerant if char > "\x7f" and char != "\ufffd")
    if good > 4 * tolerant.count("\ufffd"):  # a bad byte here and there, in a list that is UTF-8
        return tolerant
    guessed = cchardet.detect(data)["encoding"] or "cp1252"
    return _try(data, _MEANT.get(guessed.lower(), guessed)) or data.decode("cp1252", "replace")


def _try(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (LookupError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _well_formed(text: str) -> tuple[str, list[_Outline]]:
    """Title and outlines of well-formed XML.

    Raises:
        etree.XMLSyntaxError: it is not.
        ValueError: its root is another.
    """
    # huge_tree lifts the limit of 256 levels, not that of 2,048; no entity can be declared any more (see ``read``).
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if _local(root.tag) != "opml":
        raise ValueError(f"this is no OPML list of feeds: it begins with <{_local(root.tag)}>")
    title = ""
    outlines: list[_Outline] = []
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        kind = _local(node.tag)
        if kind == "outline" and event == "start":
            attributes = {str(name): str(value) for name, value in node.attrib.items()}
            outlines.append(_Outline(depth, attributes, int(node.sourceline or 0)))
        if kind == "outline":
            depth += 1 if event == "start" else -1
        elif kind == "title" and event == "start" and not title and not depth:
            title = "".join(node.itertext())
    return title, outlines


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()


def _by_tags(text: str) -> tuple[str, list[_Outline]]:
    """Title and outlines of anything: the tags that OPML knows, one by one; needless closing ones are ignored."""
    text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    title = ""
    outlines: list[_Outline] = []
    depth = line = counted = position = 0
    while found := _TAG.search(text, position):
        line += text.count("\n", counted, found.start())
        counted, position = found.start(), found.end()
        closing, kind = bool(found[1]), found[2].lower()
        if closing:
            depth = max(0, depth - 1) if kind == "outline" else depth
            continue
        good = _GOOD.match(text, position)
        if good:
            inside, position, empty = text[position : good.start(1)], good.end(), bool(good[1])
        else:
            following = _TAG.search(text, position)
            until = following.start() if following else len(text)
            end = text.rfind(">", position, until)
            inside = text[position : end + 1 if end >= 0 else until]
            position = until
            # A tag that was cut off holds nothing: what follows is its neighbour.
            empty = end < 0 or text[end - 1] == "/"
        if kind == "outline":
            outlines.append(_Outline(depth, _attributes(inside), line + 1))
            depth += 0 if empty else 1
        elif kind == "title" and not title and not depth:
            title = _plain(text[position : max(position, text.find("<", position))])
    return title, outlines


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(inside):
        # What the prefix of a broken tag stands for is not known; the name says enough.
        found.setdefault(name.rpartition(":")[2], _plain(double or single or bare))
    return found


def _plain(text: str) -> str:
    """The characters that entities stand for; a bare ``&`` and what is no entity stay as they are."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _one_line(text: str) -> str:
    return " ".join(_FORBIDDEN.sub("", text).split())


def _name(outline: _Outline) -> str:
    return outline.get("text", "title")[:_MAX_NAME_CHARACTERS].rstrip()


def _feeds(outlines: Sequence[_Outline], warnings: list[str]) -> list[Subscription]:
    feeds: dict[str, Subscription] = {}
    again = 0
    around: list[str] = []  # the name that each outline on the way gives to what stands in it
    for outline in outlines:
        del around[outline.depth :]
        kind = outline.get("type").lower()
        given = outline.get("xmlurl")
        other = "" if given else outline.get("url")
        if other and kind in _FEED_TYPES:
            given, other = other, ""
        if outline.depth < _MAX_DEPTH:
            around.append("" if given or other else _name(outline))
        if other:
            warnings.append(f"line {outline.line}: “{_short(other)}” is a {kind} and no feed; it was passed over")
            continue
        if not given:
            continue
        url = _web_address(given)
        if not url:
            warnings.append(f"line {outline.line}: “{_short(given)}” is not a web address; it was passed over")
        else:
            names = [_SLASH_WITH_SPACE.sub("\u00a0", name) for name in around if name][:_MAX_FOLDERS_DEEP]
            feed = _subscription(outline, url, BETWEEN.join(names))
            same = same_address(url)
            again += same in feeds
            feeds[same] = _merged(feeds[same], feed) if same in feeds else feed
    if again:
        warnings.append("one feed is listed twice" if again == 1 else f"{again} feeds are listed more than once")
    return list(feeds.values())


def _subscription(outline: _Outline, url: str, folder: str) -> Subscription:
    name, kind = _name(outline), outline.get("type")
    home, text, title = outline.get("htmlurl"), outline.get("text"), outline.get("title")
    home_url = _web_address(home)
    attributes = outline.others()
    if kind and kind != "rss":
        attributes.append(("type", kind))
    if text and title and text != title:
        attributes += [("text", text), ("title", title)]
    if home and not home_url:
        attributes.append(("htmlUrl", home))
    return Subscription(name, url, home_url, folder, tuple(attributes))


def _merged(first: Subscription, again: Subscription) -> Subscription:
    """A feed that is listed twice: where it stands first, with what only the second one says."""
    attributes = {**dict(again.attributes), **dict(first.attributes)} if first.title else dict(first.attributes)
    return Subscription(
        first.title or again.title,
        first.url,
        first.home_url or again.home_url,
        first.folder or again.folder,
        tuple(attributes.items()),
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _web_address(text: str) -> str:
    """An address that can be asked, or ``""``."""
    text = _SAME_AS_WEB.sub("", text.strip(), count=1).replace(" ", "%20")
    scheme = _SCHEME.match(text)
    if scheme is None:
        text = "http:" + text if text.startswith("//") else "https://" + text if _HOST.match(text) else ""
    elif scheme[1].lower() not in ("http", "https", "rsshub"):
        return ""
    try:
        return text if urlsplit(text).netloc else ""
    except ValueError:  # a bracket that is no IPv6 address
        return ""


def write(sources: Sequence[Source], title: str, now: datetime, *, secrets: bool = False) -> bytes:
    """An OPML 2.0 list of the feeds among ``sources``.

    Watched folders are left out: no other reader could follow them, and their paths are nobody's business in a list
    that is made to be given away. For the same reason secrets in addresses are starred, unless ``secrets``.
    """
    plain = _one_line if secrets else lambda text: starred(_one_line(text))
    feeds = [source for source in sources if source.kind == "feed"]
    root = etree.Element("opml", version="2.0", nsmap=_prefixes(feeds))
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _one_line(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now.astimezone(UTC), usegmt=True)
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for source in feeds:
        place = body
        for path in _paths(source.folder):
            if path not in folders:
                folders[path] = etree.SubElement(place, "outline", text=path[-1], title=path[-1])
            place = folders[path]
        feed = etree.SubElement(place, "outline")
        for name, value in _written(source).items():
            # Line breaks in a description are its own; whatever else is one line.
            feed.set(name, (value if secrets else starred(value)) if name not in _ONE_LINE else plain(value))
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


_ONE_LINE = frozenset({"type", "text", "title", "xmlUrl", "htmlUrl"})


def _written(source: Source) -> dict[str, str]:
    """The attributes of a feed's outline."""
    others = {name: _FORBIDDEN.sub("", value) for name, value in source.attributes if _NAME.fullmatch(name)}
    name = _one_line(source.title) or _one_line(source.address)
    text, title = others.pop("text", ""), others.pop("title", "")
    own = {"type": others.pop("type", "rss"), "text": name, "title": name, "xmlUrl": source.address}
    if name == text[:_MAX_NAME_CHARACTERS].rstrip():  # it was not renamed since
        own.update(text=text, title=title or name)
    home_url = others.pop("htmlUrl", "")
    if source.home_url or home_url:
        own["htmlUrl"] = source.home_url or home_url
    return {**own, **others}


def _prefixes(feeds: Sequence[Source]) -> dict[str | None, str]:
    """A prefix for each namespace of the attributes, so that they are declared once, at the root."""
    found: dict[str, None] = {}
    for source in feeds:
        for name, _ in source.attributes:
            match = _NAME.fullmatch(name)
            if match and match[1]:
                found.setdefault(match[1])
    return {f"n{number}": space for number, space in enumerate(found, start=1)}


def _paths(folder: str) -> Iterator[tuple[str, ...]]:
    """The folders on the way: ``A / B`` gives (A,) and (A, B)."""
    names = [_one_line(name) for name in folder.split(BETWEEN)] if folder else []
    if not all(names) or len(names) > _MAX_FOLDERS_DEEP:
        names = [name for name in [_one_line(folder)] if name]
    yield from (tuple(names[:count]) for count in range(1, len(names) + 1))
