"""The first wall: what an article may contain.

The markup is parsed by a real HTML5 parser (lexbor), walked once and written anew from the allow-list; nh3, a second
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
from urllib.parse import quote, unquote

from selectolax.lexbor import LexborHTMLParser

from reader.content import allowlist, embeds, links, markup, pictures, svg
from reader.content.allowlist import ALLOWED, GONE, ID, LINE_BREAKING, OWN, RENAMED, UNWRAPPED, VALUES, VOID, own_id
from reader.content.text import squeeze
from reader.model import Picture

MAX_DEPTH = 200
#: nh3's cost grows with the square of the entities in one run of text (500,000: 2 s); such a run is cut.
_ENTITY_RUN = 20_000
_SPACES = re.compile(r"\s+")


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
        # Without <body> a script at the beginning would go to the head, uncounted.
        body = LexborHTMLParser("<body>" + markup.ready(html)).body
        if body is not None:
            walk.run(body)
    except (ValueError, RuntimeError, RecursionError, UnicodeError):
        walk = _Walk(base_url)
        walk.out = ["<pre>", escape(html[:1_000_000], quote=False), "</pre>"]
        walk.words = [html[:1_000_000]]
        walk.removed["unreadable"] += 1
    written = "".join(walk.out).strip()
    return Cleaned(
        html=allowlist.last_wall(written, document=document, pictures=len(walk.images)),
        images=tuple(walk.images),
        removed=tuple(sorted(walk.removed.items(), key=lambda item: (-item[1], item[0]))),
        text=squeeze("".join(walk.words)),
    )


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
        if tag in LINE_BREAKING:
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
        if tag is None or tag[0] in "-!_":
            return None  # comments, declarations, processing instructions
        if tag not in ALLOWED or tag == "img":
            special = _SPECIAL.get(tag)
            if special is not None:
                return special(self, node)
            kind = GONE.get(tag)
            if kind is not None:
                self.removed[kind] += 1
                return None
            if tag in UNWRAPPED:
                self.removed[UNWRAPPED[tag]] += 1
            renamed = RENAMED.get(tag)
            if renamed is None:
                # Unknown elements and custom ones: their text stays. Attributes are looked at only to be counted.
                self._count_handlers(node.attributes)
                return "", ""
            written = self._attributes(renamed, node.attributes, tag)
            tag = renamed
        else:
            attributes = node.attributes
            written = self._attributes(tag, attributes, tag) if attributes else ""
        if self.depth >= MAX_DEPTH and tag not in VOID:
            self.removed["nesting"] += 1
            return "", ""
        if tag in LINE_BREAKING:
            self.words.append("\n")
        self.out.append(f"<{tag}{written}>")
        if tag in VOID:
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
        if len(text) > _ENTITY_RUN and text.count("&") + text.count("<") + text.count(">") > _ENTITY_RUN:
            pieces = (text[at : at + _ENTITY_RUN] for at in range(0, len(text), _ENTITY_RUN))
            self.out.append("<wbr>".join(escape(piece, quote=False) for piece in pieces))
        else:
            self.out.append(escape(text, quote=False) if "<" in text or "&" in text or ">" in text else text)
        self.words.append(text if self.pre else _SPACES.sub(" ", text))

    def _count_handlers(self, attributes: dict[str, str | None]) -> None:
        for name in attributes:
            if name[:2] == "on":
                self.removed["event-handler"] += 1

    def _attributes(self, tag: str, attributes: dict[str, str | None], original: str) -> str:
        written: list[str] = []
        own: frozenset[str] = OWN.get(tag, frozenset())
        for name, value in attributes.items():
            value = value or ""
            if name == "href" and tag == "a":
                target = self._target(value)
                if target:
                    written.append(f' href="{escape(target)}"')
            elif name == "style":
                style = allowlist.style(value)
                if style:
                    written.append(f' style="{style}"')
            elif name == "class":
                kept = " ".join(word for word in value.split()[:20] if allowlist.CLASS.fullmatch(word))
                if kept:
                    written.append(f' class="{kept}"')
            elif name == "id" or (name == "name" and tag == "a" and "id" not in attributes):
                if ID.fullmatch(value):
                    written.append(f' id="{escape(own_id(value))}"')
            elif name == "title":
                if value.strip():
                    written.append(f' title="{escape(value[:1000])}"')
            elif name in own or name in allowlist.GLOBAL:
                pattern = VALUES.get(name)
                value = value.strip()
                if name in allowlist.FLAGS:
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
            return "#" + own_id(name) if ID.fullmatch(name) else ""
        scheme = links.scheme_of(href)
        if scheme and scheme not in ("http", "https", "mailto"):
            self.removed["javascript-link" if scheme in ("javascript", "vbscript", "data") else "link-scheme"] += 1
            return ""
        target = links.clean_link(href, self.base_url)
        if self.base_page and target.startswith(self.base_page + "#"):
            name = target[len(self.base_page) + 1 :]
            return "#" + own_id(name) if ID.fullmatch(name) else target
        return target

    def picture(self, picture: Picture, title: str | None = None) -> None:
        """Writes one picture as its number."""
        self.shown.add(picture.url)
        size = f' width="{picture.width}"' if picture.width else ""
        size += f' height="{picture.height}"' if picture.height else ""
        named = f' title="{escape(title[:1000])}"' if title and title.strip() else ""
        source = f'src="{len(self.images)}" alt="{escape(picture.alt)}"'
        self.out.append(f'<img {source}{named}{size} loading="lazy" decoding="async">')
        self.images.append(picture)

    def _image(self, node: Any) -> None:
        attributes = node.attributes
        self._count_handlers(attributes)
        parent = node.parent
        sources = []
        if parent is not None and parent.tag == "picture":
            sources = _sources(parent)
        picture = pictures.from_attributes(attributes, self.base_url, sources)
        if picture is None:
            source = links.scheme_of(links.tidy(attributes.get("src") or ""))
            refused = source and source not in ("http", "https", "data")
            self.removed["picture-scheme" if refused else "placeholder"] += 1
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
        if target and _unseen(attributes):
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
                    self._card(target, f"{kind.capitalize()}: {unquote(label)[:200]}")
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

    def _math(self, node: Any) -> None:
        self.removed["math"] += 1
        # TeX, where the page keeps it beside the formula, reads better than the letters of MathML.
        tex = node.css_first('annotation[encoding="application/x-tex"]')
        words = tex.text(deep=True) if tex else node.text(deep=True, separator=" ")
        self._text(" ".join(words.split()))

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
        address = svg.as_picture(node.html or "")
        if not address or self.depth >= MAX_DEPTH:
            return
        label = node.css_first("title")
        alt = " ".join((attributes.get("aria-label") or (label.text() if label else "")).split())[:300]
        self.picture(Picture(url=address, alt=alt, width=max(width, 0), height=max(height, 0)))


def _unseen(attributes: dict[str, str | None]) -> bool:
    """Whether a frame is declared too small to be seen."""
    return max(_declared(attributes)) in (0, 1)


def _sources(picture: Any) -> list[dict[str, str | None]]:
    """The attributes of the candidates of a ``<picture>``; only its first children are looked at."""
    found = []
    child = picture.first_child
    for _ in range(40):
        if child is None or child.tag == "img":
            break
        if child.tag == "source":
            found.append(child.attributes)
        child = child.next
    return found


def _declared(attributes: dict[str, str | None]) -> tuple[int, int]:
    """Declared size with zero told from absent (-1)."""
    sizes = []
    for name in ("width", "height"):
        value = attributes.get(name)
        match = re.match(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*$", value or "")
        sizes.append(int(match.group(1)) if match else -1)
    return sizes[0], sizes[1]


_SPECIAL: dict[str, Callable[[_Walk, Any], tuple[str, str] | None]] = {
    "img": _Walk._image, "image": _Walk._image, "noscript": _Walk._noscript, "iframe": _Walk._frame,
    "frame": _Walk._frame, "object": _Walk._object, "embed": _Walk._frame, "video": _Walk._media,
    "audio": _Walk._media, "input": _Walk._input,
    "textarea": _Walk._textarea, "svg": _Walk._svg, "math": _Walk._math,
}  # fmt: skip
