"""SVG pictures made inert: what is left draws, and does nothing else. A part of ``reader.images``.

Chromium shows an SVG inside ``<img>`` without scripts and without the network; this is the wall before that one, and
it keeps pictures harmless that are saved to a file and opened elsewhere.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from reader.pictureinfo import MAX_PIXELS, inspect, root_tag

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"

_DROPPED = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "canvas", "source", "handler",
     "listener", "discard", "cursor", "font-face-uri", "link", "meta", "base", "html", "body", "animation"}
)  # fmt: skip
_ANIMATIONS = frozenset({"animate", "set", "animatetransform", "animatemotion", "animatecolor"})
#: What may hold a picture inside the picture.
_HOLDERS = frozenset({"image", "feimage"})
_RASTER = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif|bmp);base64,", re.IGNORECASE)
_FONT = re.compile(r"data:(?:font/|application/(?:x-)?font)", re.IGNORECASE)

#: 0.03 ms each; large maps have 20,000 to 50,000.
_MAX_ELEMENTS = 60_000
#: ``<use>`` of ``<use>`` of ... draws exponentially many elements; large real drawings stay far below this.
_MAX_DRAWN = 5_000_000
_MAX_ENTITIES = 100
_ENTITY = re.compile(r"""<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+(?:"([^"&%<]{0,300})"|'([^'&%<]{0,300})')\s*>""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>")

_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|([^\r\n\f]))")
_CSS_IMPORT = re.compile(r"@(?:import|namespace|charset)\b[^;{}]*;?", re.IGNORECASE)
_CSS_URL = re.compile(
    r"""\b(url|src|image|image-set|-webkit-image-set|expression)\s*\(\s*("[^"\r\n\f]*"?|'[^'\r\n\f]*'?|[^)]*)\s*\)?""",
    re.I,
)
_PLAIN_TARGET = re.compile(r"[^\s\"'()<>]+\Z")
_CSS_BINDING = re.compile(r"(?:-moz-binding|behavior)\s*:[^;}]*", re.IGNORECASE)
_LOCAL_URL = re.compile(r"""url\(\s*["']?\s*#([^"')\s]+)""", re.IGNORECASE)


def inert(data: bytes) -> bytes:
    """The same drawing without scripts, events, links and anything from outside.

    Returns:
        A well-formed UTF-8 document whose root is ``svg``.

    Raises:
        ValueError: it cannot be read as SVG, or would draw without end.
    """
    from lxml import etree

    text = _without_doctype(_decoded(data))
    # Lenient: drawings cut out of pages lack namespaces and end tags. The result is rebuilt and read again strictly.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"SVG that cannot be read: {error}") from None
    if root is None or not isinstance(root.tag, str) or _name(root)[1] != "svg":
        raise ValueError("SVG that cannot be read")
    clean = _rebuilt(root, etree)
    if len(clean) == 0:
        raise ValueError("an empty SVG")
    _count_drawn(clean)
    result: bytes = etree.tostring(clean, encoding="utf-8")
    try:
        etree.fromstring(result, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"SVG that cannot be read: {error}") from None
    return result


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        named = re.match(
            rb"""\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.-]{1,40})["']""", data[:400].removeprefix(b"\xef\xbb\xbf")
        )
        try:
            text = data.decode(named[1].decode("ascii") if named else "utf-8", "replace")
        except LookupError:
            text = data.decode("utf-8", "replace")
    # NUL and other controls are not XML.
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text.removeprefix("\ufeff"))
    return _DECLARATION.sub("", text, count=1)


def _without_doctype(text: str) -> str:
    """Cut off everything before the root, and replace the plain entities that drawing programs declare there."""
    tag = root_tag(text[:65536].encode())
    if not tag:
        raise ValueError("SVG that cannot be read")
    prologue, _, rest = text.partition(tag)
    entities = {match[1]: match[2] or match[3] or "" for match in list(_ENTITY.finditer(prologue))[:_MAX_ENTITIES]}
    entities = {name: value for name, value in entities.items() if name not in {"amp", "lt", "gt", "quot", "apos"}}
    body = tag + rest
    if entities:
        pattern = re.compile("&(" + "|".join(map(re.escape, entities)) + ");")
        body = pattern.sub(lambda match: entities[match[1]].replace('"', "&quot;"), body)
    return body


def _name(element: Any) -> tuple[str, str]:
    """(namespace, local name in lower case); an undeclared prefix is no part of a name."""
    space, _, local = element.tag.rpartition("}")
    return space[1:], local.rpartition(":")[2].lower()


def _rebuilt(root: Any, etree: Any) -> Any:
    home = _name(root)[0]  # ``""`` when the drawing was cut out of a page
    if home not in ("", _SVG):
        raise ValueError("SVG that cannot be read")
    made = etree.Element(f"{{{_SVG}}}svg", nsmap={None: _SVG, "xlink": _XLINK})
    _copy_attributes(root, made, "svg")
    made.text = root.text
    waiting = [(root, made)]
    count = 0
    while waiting:
        old, new = waiting.pop()
        last = None
        for child in old:
            keep = isinstance(child.tag, str) and _kept(child, home)
            if keep:
                count += 1
                if count > _MAX_ELEMENTS:
                    raise ValueError("SVG of too many elements")
                local = child.tag.rpartition("}")[2].rpartition(":")[2]
                last = etree.SubElement(new, f"{{{_SVG}}}{local}")
                _copy_attributes(child, last, local.lower())
                last.text, last.tail = child.text, child.tail
                if local.lower() == "style":
                    last.text = _css("".join(child.itertext()))
                else:
                    waiting.append((child, last))
            elif child.tail:
                if last is None:
                    new.text = (new.text or "") + child.tail
                else:
                    last.tail = (last.tail or "") + child.tail
    return made


def _kept(element: Any, home: str) -> bool:
    space, local = _name(element)
    if space not in (home, _SVG) or local in _DROPPED or not re.match(r"[a-z][\w.-]*\Z", local):
        return False
    if local in _ANIMATIONS:
        target = (element.get("attributeName") or "").rpartition(":")[2].strip().lower()
        return target not in ("href", "style", "class") and not target.startswith("on")
    return True


def _copy_attributes(old: Any, new: Any, local: str) -> None:
    for key, value in old.attrib.items():
        space, _, name = key.rpartition("}")
        prefix, _, plain = name.rpartition(":")
        lower = plain.lower()
        if lower == "href" and (space[1:] in ("", _XLINK)):
            value = value.strip()
            if local != "a" and (value.startswith("#") or (local in _HOLDERS and _raster(value))):
                new.set(f"{{{_XLINK}}}href" if space or prefix else "href", value)
        elif space[1:] == _XML and lower in ("space", "lang"):
            new.set(key, value)
        elif not space and not prefix and not lower.startswith("on") and lower not in ("src", "xmlns", "base", "ping"):
            if "(" in value or "\\" in value or lower == "style":
                value = _css(value)
            new.set(plain, value)


def _css(text: str) -> str:
    """CSS that asks for nothing: escapes undone first, so that ``\\75rl(`` is seen as what it is."""
    text = _CSS_COMMENT.sub(" ", text)
    text = _CSS_ESCAPE.sub(_unescaped, text).replace("\\", "")
    text = _CSS_COMMENT.sub(" ", text)
    text = _CSS_IMPORT.sub("", text)
    text = _CSS_BINDING.sub("", text)
    return _CSS_URL.sub(_checked_url, text)


def _unescaped(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _checked_url(match: re.Match[str]) -> str:
    target = match[2].strip(" \t\r\n\f\"'")
    if (
        match[1].lower() == "url"
        and _PLAIN_TARGET.match(target)
        and (target.startswith("#") or _raster(target) or _FONT.match(target))
    ):
        return f'url("{target}")'
    return "none"


def _raster(address: str) -> bool:
    """Whether a ``data:`` address holds a picture of pixels, and not one that fills the memory."""
    found = _RASTER.match(address)
    if found is None:
        return False
    try:
        info = inspect(
            base64.b64decode(re.sub(r"\s", "", address[found.end() : found.end() + 120_000])[:80_000] + "==")
        )
    except ValueError:
        return False
    return info.width * info.height <= MAX_PIXELS


def _count_drawn(root: Any) -> None:
    """Refuse a drawing whose references multiply.

    Raises:
        ValueError: more than ``_MAX_DRAWN`` elements would be drawn.
    """
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    cost: dict[Any, int] = {}
    open_: set[Any] = set()
    stack = [(root, False)]
    while stack:
        element, leaving = stack.pop()
        if leaving:
            open_.discard(element)
            cost[element] = 1 + sum(cost.get(part, 0) for part in _parts(element, by_id))
            if cost[element] > _MAX_DRAWN:
                raise ValueError("SVG that draws without end")
        elif element not in cost and element not in open_:
            open_.add(element)
            stack.append((element, True))
            stack.extend((part, False) for part in _parts(element, by_id) if part not in cost)


def _parts(element: Any, by_id: dict[str, Any]) -> list[Any]:
    parts = list(element)
    for name, value in element.attrib.items():
        if name.endswith("href") and value.startswith("#"):
            parts.append(by_id.get(value[1:]))
        elif "url(" in value:
            parts.extend(by_id.get(found) for found in _LOCAL_URL.findall(value))
    return [part for part in parts if part is not None]
