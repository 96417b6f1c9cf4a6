"""The first wall: what an article may contain, as one table and one walk.

The markup is parsed by a real HTML5 parser (lexbor), walked once and written anew from the allow-list below; nh3, a second
parser with the same list, has the last word. Nothing touches the text after nh3. Pictures leave the walk as bare
numbers; only nh3's attribute filter turns a number into ``reader://image/...``, so no input can name that scheme.

Idempotent means: with the pictures' own addresses put back, ``clean`` gives the same HTML again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

import nh3
from selectolax.lexbor import LexborHTMLParser

from reader.content import embeds, links, pictures
from reader.content.text import squeeze
from reader.model import Picture

MAX_DEPTH = 200
#: lexbor's cost grows with the square of open blocks (20,000 nested <div>: 0.5 s); 1,000 cost nothing.
_PARSE_DEPTH = 1000
#: Longer bodies are cut: 20 MB of markup is no article, and its tree would need 1 GB.
MAX_CHARS = 20_000_000
_MAX_SVG_CHARS = 200_000
#: Own names of the article get this prefix: they cannot meet the names of Inkstone's own page.
ID_PREFIX = "x-"

_BLOCK = frozenset(
    "address article aside blockquote caption col colgroup dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header"
    " hgroup hr li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time tt u"
    " var wbr".split()
)
ALLOWED = _BLOCK | _INLINE
_VOID = frozenset("br col hr img wbr".split())
_RENAMED = {
    "center": "div", "font": "span", "big": "span", "strike": "s", "acronym": "abbr", "dir": "ul", "menu": "ul",
    "listing": "pre", "xmp": "pre", "plaintext": "pre", "fieldset": "div", "form": "div", "legend": "p", "dialog": "div",
    "nav": "div", "search": "div", "rb": "span", "rtc": "span", "tt": "code", "basefont": "span", "marquee": "span",
}  # fmt: skip
#: Gone with all they hold, and under which name they are counted.
_GONE = {
    "script": "script", "style": "style", "template": "template", "link": "link", "meta": "meta", "base": "base",
    "title": "title", "head": "head", "noembed": "frame", "noframes": "frame", "frameset": "frame", "applet": "object",
    "param": "object", "select": "form", "datalist": "form", "option": "form", "map": "map", "area": "map", "math": "math",
    "portal": "frame", "fencedframe": "frame", "bgsound": "audio", "track": "track", "keygen": "form", "progress": "form",
    "meter": "form",
}  # fmt: skip
_COUNTED = {"form": "form", "button": "form", "textarea": "form", "fieldset": "form"}
_KNOWN = frozenset(
    "button textarea label output canvas picture source audio video iframe frame object embed input noscript svg image body html"
    " slot data nobr blink isindex optgroup acronym math".split()
) | ALLOWED | frozenset(_RENAMED) | frozenset(_GONE)  # fmt: skip

_GLOBAL = frozenset(("id", "class", "lang", "dir", "title", "style"))
_OWN = {
    "a": {"href"}, "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "td": {"colspan", "rowspan", "align"}, "th": {"colspan", "rowspan", "align", "scope"},
    "tr": {"align"}, "col": {"span"}, "colgroup": {"span"}, "ol": {"start", "type", "reversed"}, "li": {"value"},
    "time": {"datetime"}, "details": {"open"}, "p": {"align"}, "div": {"align"},
    **{f"h{level}": {"align"} for level in range(1, 7)},
}  # fmt: skip
_PATTERNS = {
    "colspan": re.compile(r"[1-9]\d{0,2}"), "rowspan": re.compile(r"[1-9]\d{0,2}"), "span": re.compile(r"[1-9]\d{0,2}"),
    "align": re.compile(r"left|right|center|justify"), "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "start": re.compile(r"-?\d{1,6}"), "value": re.compile(r"-?\d{1,6}"), "type": re.compile(r"[1aAiI]"),
    "reversed": re.compile(r""), "open": re.compile(r""), "datetime": re.compile(r"[\dTZPWHMSYD:+.\- ]{1,40}"),
    "dir": re.compile(r"ltr|rtl|auto"), "lang": re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,5}"),
    "width": re.compile(r"[1-9]\d{0,4}"), "height": re.compile(r"[1-9]\d{0,4}"),
}  # fmt: skip
_STYLES = {
    "text-align": re.compile(r"left|right|center|justify|start|end"),
    "font-weight": re.compile(r"normal|bold|[1-9]00"),
    "font-style": re.compile(r"normal|italic|oblique"),
    "text-decoration": re.compile(r"none|underline|line-through|overline"),
    "vertical-align": re.compile(r"baseline|sub|super|top|middle|bottom|text-top|text-bottom"),
}
_CLASSES = re.compile(
    r"codehilite|highlight|linenos|footnote(?:-ref|-backref|s)?|task-list(?:-item)?|admonition(?:-title)?|note|tip|important|"
    r"warning|caution|danger|math|embed|toc|(?:language|lang)-[\w+#-]{1,30}|align-?(?:left|right|center)|"
    # Pygments' short token names.
    r"(?:hll|err|esc|[bcgklmnopsvwx]|[cgklmnosvw][abcdefghiklmnoprstuvx1]|(?:cp|kc|kd|gh|gu|nb|mi|sa)[fpx]|bp|ch|fm|il|vc|vg|vi|vm|ow|pm)"
)
_LINE_BREAKING = frozenset(_BLOCK - {"td", "th", "col", "colgroup"} | {"br"})
_SPACES = re.compile(r"\s+")
_CODE_TAG = re.compile(r"<(/?)(pre|code|xmp|samp)(?=[\s>/])", re.IGNORECASE)
_NOT_A_TAG = re.compile(r"<(?!/?(?:" + "|".join(sorted(_KNOWN, key=len, reverse=True)) + r")(?=[\s>/]|$)|!--)", re.IGNORECASE)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SVG_BAD = re.compile(r"<\s*(?:script|foreignobject|iframe|image|use|a|animate|set|handler|listener)\b|\bon\w+\s*=|javascript:|url\(\s*['\"]?(?!#)|@import|<!|&(?!amp;|lt;|gt;|quot;|nbsp;|#)", re.IGNORECASE)
_SVG_STYLE = re.compile(r"<style\b.*?</style\s*>", re.IGNORECASE | re.DOTALL)

#: nh3 with the tables above; link targets and picture numbers are checked once more in its filter.
_NH3_ATTRIBUTES = {tag: set(_GLOBAL | _OWN.get(tag, set())) for tag in ALLOWED}
_ID = re.compile(r"[^\s\x00-\x20\"'<>&`]{1,200}")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left of a body.

    Attributes:
        html: safe to show; its n-th picture is ``reader://image/<document>/<n>``.
        images: the pictures, in order.
        removed: what was taken out, by kind, most first.
        text: the visible words, block breaks as newlines.
    """

    html: str
    images: tuple[Picture, ...]
    removed: tuple[tuple[str, int], ...]
    text: str


def clean(html: str, *, base_url: str, document: str) -> Cleaned:
    """Makes any markup safe to show, whatever it is.

    Args:
        html: the body of an article, hostile or broken as it may be.
        base_url: what its relative addresses are relative to; relative links of a ``file:`` base lose their target.
        document: names the article in the addresses of its pictures (``""`` for ``-``).

    Returns:
        Never raises: what cannot be parsed at all comes back as text.
    """
    document = quote(document, safe="-_.~:") or "-"
    walk = _Walk(base_url)
    try:
        tree = LexborHTMLParser(_before_parse(html))
        body = tree.body
        if body is not None:
            walk.run(body)
    except (ValueError, RuntimeError, RecursionError, UnicodeError):
        walk = _Walk(base_url)
        walk.out = ["<pre>", escape(html[:1_000_000], quote=False), "</pre>"]
        walk.words = [html[:1_000_000]]
        walk.removed["unreadable"] += 1
    count = len(walk.images)

    def address(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return f"reader://image/{document}/{int(value)}" if value.isdecimal() and int(value) < count else None
        return _second_look(name, value)

    # Twice: what the walk wrote need not be a fixed point of parsing (a <p> in a <p>); what a parser wrote mostly is.
    first = _last_wall("".join(walk.out), _same)
    return Cleaned(
        html=_last_wall(first, address),
        images=tuple(walk.images),
        removed=tuple(sorted(walk.removed.items(), key=lambda item: (-item[1], item[0]))),
        text=squeeze("".join(walk.words)),
    )


def _last_wall(html: str, attribute_filter: Callable[[str, str, str], str | None]) -> str:
    return nh3.clean(
        html,
        tags=set(ALLOWED),
        clean_content_tags={"script", "style"},
        attributes=_NH3_ATTRIBUTES,
        attribute_filter=attribute_filter,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _same(tag: str, name: str, value: str) -> str | None:
    return value


def _second_look(name: str, value: str) -> str | None:
    if name == "href":
        return value if value.startswith(("http://", "https://", "mailto:", "#" + ID_PREFIX)) else None
    if name == "style":
        return value if _style(value) == value else None
    if name == "id":
        return value if value.startswith(ID_PREFIX) else None
    return value


def _before_parse(html: str) -> str:
    html = html[:MAX_CHARS]
    if "\x00" in html:
        html = html.replace("\x00", "\ufffd")
    # A lone surrogate cannot be encoded for the parser.
    html = html.encode("utf-8", "replace").decode("utf-8")
    if _CODE_TAG.search(html):
        html = _escape_in_code(html)
    if html.count("<") > 2 * _PARSE_DEPTH:
        html = _flatten(html)
    return html


def _escape_in_code(html: str) -> str:
    """``<plugin>`` or ``Class<?`` inside code was meant to be seen: the author forgot to escape it."""
    pieces: list[str] = []
    depth = 0
    last = 0
    for match in _CODE_TAG.finditer(html):
        inside = html[last : match.start()]
        pieces.append(_NOT_A_TAG.sub("&lt;", inside) if depth and "<" in inside else inside)
        last = match.start()
        depth = max(0, depth - 1) if match.group(1) else depth + 1
    pieces.append(html[last:])
    return "".join(pieces)


def _flatten(html: str) -> str:
    """Drops opening tags below ``_PARSE_DEPTH``: a guard for the parser's time, not a judgement of the markup."""
    depth = 0
    deepest = 0
    for match in _ANY_TAG.finditer(html):
        if match.group(2).lower() not in _SHALLOW:
            depth = max(0, depth - 1) if match.group(1) else depth + 1
            deepest = max(deepest, depth)
    if deepest <= _PARSE_DEPTH:
        return html
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        if match.group(2).lower() in _SHALLOW:
            return match.group()
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        return "<!" if depth > _PARSE_DEPTH else match.group()

    return _ANY_TAG.sub(keep, html)


_SHALLOW = _VOID | frozenset("input meta link source track area base embed param".split())


class _Walk:
    """One pass over a parsed body that writes the allowed part of it."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.base_page = base_url.split("#", 1)[0]
        self.out: list[str] = []
        self.words: list[str] = []
        self.images: list[Picture] = []
        self.removed: Counter[str] = Counter()
        self.twins: set[str] = set()
        self.shown: set[str] = set()
        self.pre = 0
        self.paragraphs = 0
        self.depth = 0

    def run(self, body: Any) -> None:
        """Walks without recursion: the tree may be as deep as its author liked."""
        closers: list[tuple[str, str]] = []
        node = body.first_child
        while node is not None:
            descend = self._enter(node)
            child = node.first_child if descend is not None else None
            if descend is not None and child is not None:
                closers.append(descend)
                self.depth += 1
                node = child
                continue
            if descend is not None:
                self._leave(descend)
            following = node.next
            while following is None and closers:
                node = node.parent
                self.depth -= 1
                self._leave(closers.pop())
                following = node.next
            node = following if following is not None else None

    def _leave(self, closer: tuple[str, str]) -> None:
        tag, written = closer
        if written:
            self.out.append(written)
        if tag == "pre":
            self.pre -= 1
        elif tag == "p":
            self.paragraphs -= 1
        if tag in _LINE_BREAKING:
            self.words.append("\n")
        elif tag in ("td", "th"):
            self.words.append(" ")

    def _enter(self, node: Any) -> tuple[str, str] | None:
        """Writes what stands before a node's children.

        Returns:
            How to leave the node, or None when its children are not to be visited.
        """
        tag = node.tag
        if tag == "-text":
            self._text(node.text_content or "")
            return None
        if tag[0] in "-!_":
            return None
        if tag not in ALLOWED or tag == "img":
            special = _SPECIAL.get(tag)
            if special is not None:
                return special(self, node)
            kind = _GONE.get(tag)
            if kind is not None:
                self.removed[kind] += 1
                if tag == "math":
                    self._text(node.text(deep=True, separator=" "))
                return None
            if tag in _COUNTED:
                self.removed[_COUNTED[tag]] += 1
            renamed = _RENAMED.get(tag)
            if renamed is None:
                # Unknown elements and custom ones: their text stays. Attributes are looked at only to be counted.
                self._count_handlers(node.attributes)
                if tag in ("body", "html"):
                    return "", ""
                return "", ""
            written = self._attributes(renamed, node.attributes, tag)
            tag = renamed
        else:
            attributes = node.attributes
            written = self._attributes(tag, attributes, tag) if attributes else ""
        if self.depth >= MAX_DEPTH and tag not in _VOID:
            self.removed["nesting"] += 1
            return "", ""
        if tag in _LINE_BREAKING:
            self.words.append("\n")
        self.out.append(f"<{tag}{written}>")
        if tag in _VOID:
            return None
        if tag == "pre":
            self.pre += 1
            first = node.first_child
            if first is not None and first.tag == "-text" and (first.text_content or "").startswith("\n"):
                self._text((first.text_content or "").lstrip("\n"))
                # Parsers drop one newline after <pre>; without the rest of them the text is the same at every pass.
                first.decompose() if first.next is None else first.remove()
        elif tag == "p":
            self.paragraphs += 1
        return tag, f"</{tag}>"

    def _text(self, text: str) -> None:
        self.out.append(escape(text, quote=False) if "<" in text or "&" in text or ">" in text else text)
        self.words.append(text if self.pre else _SPACES.sub(" ", text))

    def _count_handlers(self, attributes: dict[str, str | None]) -> None:
        for name in attributes:
            if name[:2] == "on":
                self.removed["event-handler"] += 1

    def _attributes(self, tag: str, attributes: dict[str, str | None], original: str) -> str:
        written: list[str] = []
        own = _OWN.get(tag, frozenset())
        for name, value in attributes.items():
            value = value or ""
            if name == "href" and tag == "a":
                target = self._target(value)
                if target:
                    written.append(f' href="{escape(target)}"')
            elif name == "style":
                style = _style(value)
                if style:
                    written.append(f' style="{style}"')
            elif name == "class":
                kept = " ".join(word for word in value.split()[:20] if _CLASSES.fullmatch(word))
                if kept:
                    written.append(f' class="{kept}"')
            elif name == "id" or (name == "name" and tag == "a" and "id" not in attributes):
                if _ID.fullmatch(value):
                    written.append(f' id="{escape(_own_id(value))}"')
            elif name == "title":
                if value.strip():
                    written.append(f' title="{escape(value[:1000])}"')
            elif name in own or name in _GLOBAL:
                pattern = _PATTERNS.get(name)
                value = value.strip()
                if name in ("reversed", "open"):
                    written.append(f' {name}=""')
                elif pattern is not None and pattern.fullmatch(value):
                    written.append(f' {name}="{value}"')
            elif name[:2] == "on":
                self.removed["event-handler"] += 1
        if original == "center":
            written.append(' align="center"')
        return "".join(written)

    def _target(self, href: str) -> str:
        href = links.tidy(href)
        if href.startswith("#"):
            name = href[1:]
            return "#" + _own_id(name) if _ID.fullmatch(name) else ""
        scheme = links.scheme_of(href)
        if scheme and scheme not in ("http", "https", "mailto"):
            self.removed["javascript-link" if scheme in ("javascript", "vbscript", "data") else "link-scheme"] += 1
            return ""
        target = links.clean_link(href, self.base_url)
        if self.base_page and target.startswith(self.base_page + "#") and _ID.fullmatch(target[len(self.base_page) + 1 :]):
            return "#" + _own_id(target[len(self.base_page) + 1 :])
        return target

    def picture(self, picture: Picture, title: str | None = None) -> None:
        """Writes one picture as its number."""
        self.shown.add(picture.url)
        size = f' width="{picture.width}"' if picture.width else ""
        size += f' height="{picture.height}"' if picture.height else ""
        named = f' title="{escape(title[:1000])}"' if title and title.strip() else ""
        self.out.append(
            f'<img src="{len(self.images)}" alt="{escape(picture.alt)}"{named}{size} loading="lazy" decoding="async">'
        )
        self.images.append(picture)

    def _image(self, node: Any) -> None:
        attributes = node.attributes
        self._count_handlers(attributes)
        parent = node.parent
        sources = []
        if parent is not None and parent.tag == "picture":
            sources = [source.attributes for source in parent.iter() if source.tag == "source"]
        picture = pictures.from_attributes(attributes, self.base_url, sources)
        if picture is None:
            source = links.scheme_of(links.tidy(attributes.get("src") or ""))
            refused = source and source not in ("http", "https", "data")
            self.removed["picture-scheme" if refused else "placeholder"] += 1
            if picture is None and (attributes.get("alt") or "").strip() and refused:
                self._text(attributes["alt"] or "")
            return
        style = (attributes.get("style") or "").replace(" ", "").lower()
        hidden = "hidden" in attributes and picture.width <= 1
        tiny = re.search(r"(?:^|;)(?:width|height):[01](?:px)?(?:;|$)", style) is not None
        if hidden or tiny or pictures.is_tracker(picture.url, *_declared(attributes)):
            self.removed["tracking-pixel"] += 1
            return
        if picture.url in self.twins:
            return
        self.picture(picture, attributes.get("title"))

    def _noscript(self, node: Any) -> tuple[str, str] | None:
        """Shows the twin of a lazy picture only when the picture itself could not be found."""
        for image in node.css("img")[:50]:
            picture = pictures.from_attributes(image.attributes, self.base_url)
            if picture is None or picture.url in self.shown or self._follows(node, picture.url):
                continue
            if pictures.is_tracker(picture.url, *_declared(image.attributes)):
                self.removed["tracking-pixel"] += 1
                continue
            self.twins.add(picture.url)
            self.picture(picture, image.attributes.get("title"))
        for inner in node.css("iframe, video")[:5]:
            if inner.tag == "iframe":
                self._frame(inner)
        return None

    def _follows(self, node: Any, url: str) -> bool:
        following = node.next
        for _ in range(3):
            if following is None:
                return False
            if following.tag == "img":
                picture = pictures.from_attributes(following.attributes, self.base_url)
                return picture is not None and picture.url == url
            following = following.next
        return False

    def _card(self, target: str, label: str) -> None:
        tag = "span" if self.paragraphs else "p"
        self.words.append("\n")
        self.out.append(f'<{tag} class="embed"><a href="{escape(target)}">{escape(label, quote=False)}</a></{tag}>')
        self.words.append(f"{label}\n")

    def _frame(self, node: Any) -> None:
        attributes = node.attributes
        self._count_handlers(attributes)
        self.removed["object" if node.tag in ("object", "embed") else "frame"] += 1
        target, label = embeds.frame(attributes, self.base_url)
        if target and pixels_at_most_one(attributes):
            self.removed["tracking-pixel"] += 1
        elif target:
            self._card(target, label)

    def _object(self, node: Any) -> tuple[str, str] | None:
        self._frame(node)
        # What stands inside is for those who cannot show the object: a picture, a link.
        return "", ""

    def _media(self, node: Any) -> None:
        attributes = node.attributes
        self._count_handlers(attributes)
        kind = node.tag
        self.removed[kind] += 1
        poster = pictures.true_address(attributes.get("poster") or attributes.get("data-poster") or "", self.base_url)
        if poster.url:
            self.picture(poster)
        for holder in (attributes, *(source.attributes for source in node.css("source")[:10])):
            for name in ("src", "data-src", "data-url", "data-video-src"):
                target = links.clean_link(holder.get(name) or "", self.base_url)
                if target.startswith(("http://", "https://")):
                    label = attributes.get("title") or target.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]
                    self._card(target, f"{kind.capitalize()}: {links.unquote(label)[:200]}")
                    return

    def _input(self, node: Any) -> None:
        attributes = node.attributes
        self._count_handlers(attributes)
        kind = (attributes.get("type") or "").lower()
        if kind == "checkbox":
            self._text("☑ " if "checked" in attributes else "☐ ")
        elif kind == "image":
            self._image(node)
        else:
            self.removed["form"] += 1

    def _textarea(self, node: Any) -> None:
        self.removed["form"] += 1
        self._text(node.text(deep=True))

    def _svg(self, node: Any) -> None:
        attributes = node.attributes
        self._count_handlers(attributes)
        self.removed["svg"] += 1
        width, height = _declared(attributes)
        size = max(width, height)
        if "aria-hidden" in attributes or 0 < size <= 32 or "hidden" in attributes:
            return  # an icon of a button
        drawn = node.html or ""
        if len(drawn) > _MAX_SVG_CHARS or self.depth >= MAX_DEPTH:
            return
        drawn = _SVG_STYLE.sub("", drawn)
        if _SVG_BAD.search(drawn) or not re.search(r"<(?:path|rect|circle|ellipse|line|polyline|polygon|text)\b", drawn):
            return
        drawn = drawn.replace("&nbsp;", "&#160;")
        if "xmlns=" not in drawn[:2000].split(">", 1)[0]:
            drawn = drawn.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        label = node.css_first("title")
        alt = " ".join((attributes.get("aria-label") or (label.text() if label else "")).split())[:300]
        self.picture(
            Picture(url="data:image/svg+xml," + quote(drawn, safe="/:=,;()'!*@+-._~ "), alt=alt, width=width, height=height)
        )


def pixels_at_most_one(attributes: dict[str, str | None]) -> bool:
    """Whether a frame is declared too small to be seen."""
    return (attributes.get("width") or "").strip() in ("0", "1") and (attributes.get("height") or "").strip() in ("0", "1")


def _declared(attributes: dict[str, str | None]) -> tuple[int, int]:
    """Declared size with zero told from absent (-1)."""
    sizes = []
    for name in ("width", "height"):
        value = attributes.get(name)
        match = re.match(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*$", value or "")
        sizes.append(int(match.group(1)) if match else -1)
    return sizes[0], sizes[1]


def _own_id(name: str) -> str:
    return name if name.startswith(ID_PREFIX) else ID_PREFIX + name


def _style(value: str) -> str:
    """The few declarations that carry meaning, in the order of the table."""
    if ":" not in value or len(value) > 5000:
        return ""
    found: dict[str, str] = {}
    for declaration in value.lower().split(";"):
        name, _, setting = declaration.partition(":")
        name, setting = name.strip(), setting.replace("!important", "").strip()
        if name in _STYLES and _STYLES[name].fullmatch(setting):
            found[name] = setting
    return ";".join(f"{name}:{found[name]}" for name in _STYLES if name in found)


_SPECIAL: dict[str, Callable[[_Walk, Any], tuple[str, str] | None]] = {
    "img": _Walk._image, "image": _Walk._image, "noscript": _Walk._noscript, "iframe": _Walk._frame, "frame": _Walk._frame,
    "object": _Walk._object, "embed": _Walk._frame, "video": _Walk._media, "audio": _Walk._media, "input": _Walk._input,
    "textarea": _Walk._textarea, "svg": _Walk._svg,
}  # fmt: skip
