"""Elements that load, run or ask: each becomes a picture, a card with a link, a formula or its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from reader.content import embeds, links, pictures, svg
from reader.content.page import Page
from reader.model import Picture
from reader.patterns import later

#: How an element is left: its name and its closing tag. Instead of it None: its children are not to be visited.
Closer = tuple[str, str] | None
Attributes = Mapping[str, str | None]

_TINY = later(r"(?:^|;)(?:width|height):[01](?:px)?(?:;|$)")
_SIZE = later(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*$")
_MEDIA_SOURCES = ("src", "data-src", "data-url", "data-video-src", "data-original", "data-mp4")
_DURATIONS = ("duration", "data-duration", "data-length", "data-video-duration")
_ISO_DURATION = later(r"PT(?:(\d{1,3})H)?(?:(\d{1,3})M)?(?:(\d{1,5})(?:\.\d+)?S)?", re.IGNORECASE)


def image(page: Page, node: Any) -> Closer:
    """``<img>``: the picture it stands for, unless it is there to count readers."""
    attributes = node.attributes
    page.count_handlers(attributes)
    picture = picture_of(node, page.base_url, page.pixel_ratio)
    if picture is None:
        source = links.scheme_of(links.tidy(attributes.get("src") or ""))
        refused = source and source not in ("http", "https", "data")
        page.removed["picture-scheme" if refused else "placeholder"] += 1
        return None
    if is_pixel(attributes, picture):
        page.removed["tracking-pixel"] += 1
        return None
    if picture.url not in page.twins:
        page.picture(picture, attributes.get("title"))
    return None


def picture_of(node: Any, base_url: str, pixel_ratio: float = 1.0) -> Picture | None:
    """The picture an ``<img>`` stands for; None when it names only placeholders."""
    parent = node.parent
    sources = _sources(node) if parent is not None and parent.tag == "picture" else ()
    return pictures.from_attributes(node.attributes, base_url, sources, pixel_ratio)


def is_pixel(attributes: Attributes, picture: Picture) -> bool:
    """Whether a picture is there to count its readers."""
    style = attributes.get("style")
    if style and _TINY.search(style.replace(" ", "").lower()):
        return True
    if "hidden" in attributes and picture.width <= 1:
        return True
    return pictures.is_tracker(picture.url, *_declared(attributes))


def noscript(page: Page, node: Any) -> Closer:
    """Shows the twin of a lazy picture only when the picture itself could not be found; words as words."""
    for inner in node.css("img")[:50]:
        picture = pictures.from_attributes(inner.attributes, page.base_url, (), page.pixel_ratio)
        if picture is None or picture.url in page.shown or _follows(page, node, picture.url):
            continue
        if is_pixel(inner.attributes, picture):
            page.removed["tracking-pixel"] += 1
            continue
        page.twins.add(picture.url)
        page.picture(picture, inner.attributes.get("title"))
    for inner in node.css("iframe")[:5]:
        frame(page, inner)
    return None


def _follows(page: Page, node: Any, url: str) -> bool:
    following = node.next
    for _ in range(3):
        if following is None:
            return False
        if following.tag == "img":
            picture = pictures.from_attributes(following.attributes, page.base_url, (), page.pixel_ratio)
            return picture is not None and picture.url == url
        following = following.next
    return False


def frame(page: Page, node: Any) -> Closer:
    """A frame of a player, or of anything else: a card that links to the page a person would open."""
    attributes = node.attributes
    page.count_handlers(attributes)
    page.removed["object" if node.tag in ("object", "embed") else "frame"] += 1
    target, label = embeds.frame(attributes, page.base_url)
    if target and max(_declared(attributes)) in (0, 1):
        page.removed["tracking-pixel"] += 1
    elif target:
        page.card("", target, label, page.card_words.browse)
    return None


def object_(page: Page, node: Any) -> Closer:
    """``<object>``: a card, and what stands inside for those who cannot show it: a picture, a link."""
    frame(page, node)
    return "", ""


def media(page: Page, node: Any) -> Closer:
    """``<video>`` and ``<audio>``: a card with the still picture and the length, where they are declared."""
    attributes = node.attributes
    page.count_handlers(attributes)
    kind = node.tag
    page.removed[kind] += 1
    written = attributes.get("poster") or attributes.get("data-poster") or ""
    poster = pictures.true_address(written, page.base_url) if not pictures.is_placeholder(written) else Picture(url="")
    size = pictures.pixels(attributes.get("width")), pictures.pixels(attributes.get("height"))
    still = Picture(poster.url, poster.alternates, width=size[0], height=size[1]) if poster.url else None
    words = page.card_words
    source, target = _playable(page, node)
    if source:
        label = attributes.get("title") or attributes.get("aria-label") or _file_name(target or source)
        if not target and (beside := links.beside(source, page.base_url)):
            target = page.link(beside)
        notes = (words.video if kind == "video" else words.audio, _length(attributes), words.play if target else "")
        page.card(kind, target, " ".join(label.split())[:200], " · ".join(filter(None, notes)), still)
    elif still is not None:
        page.picture(still)
    return None


def _playable(page: Page, node: Any) -> tuple[str, str]:
    """What a player plays: as written, and its address on the web (``""`` for a file beside the article)."""
    local = ""
    for holder in (node.attributes, *(source.attributes for source in node.css("source")[:10])):
        for name in _MEDIA_SOURCES:
            written = links.tidy(holder.get(name) or "")
            target = links.clean_link(written, page.base_url)
            if target.startswith(("http://", "https://")):
                return written, target
            if written and not links.scheme_of(written) and page.base_url.startswith("file:"):
                local = local or written
    return local, ""


def _file_name(target: str) -> str:
    return unquote(target.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1])


def _length(attributes: Attributes) -> str:
    """The declared length as ``3:20``; ``""`` when none is declared."""
    written = next((value.strip() for name in _DURATIONS if (value := attributes.get(name))), "")
    if re.fullmatch(r"(?:\d{1,3}:)?\d{1,3}:\d{2}", written):
        return written
    iso = _ISO_DURATION.fullmatch(written)
    if iso and any(iso.groups()):
        hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        total = 3600 * hours + 60 * minutes + seconds
    elif re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?s?", written):
        total = round(float(written.rstrip("s")))
    else:
        return ""
    minutes, seconds = divmod(total, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if minutes >= 60 else f"{minutes}:{seconds:02}"


def input_(page: Page, node: Any) -> Closer:
    """A check box as its sign, a picture button as the picture; the rest is gone."""
    attributes = node.attributes
    kind = (attributes.get("type") or "").lower()
    if kind == "image":
        return image(page, node)
    page.count_handlers(attributes)
    if kind == "checkbox":
        page.text("☑ " if "checked" in attributes else "☐ ")
    else:
        page.removed["form"] += 1
    return None


def textarea(page: Page, node: Any) -> Closer:
    """Its words."""
    page.removed["form"] += 1
    page.text(node.text(deep=True))
    return None


def math(page: Page, node: Any) -> Closer:
    """MathML from outside: drawn anew from the TeX that stands beside it, else its words."""
    source = node.css_first('annotation[encoding="application/x-tex"]')
    words = source.text(deep=True) if source else ""
    if not words or not page.formula(words, display=node.attributes.get("display") == "block"):
        page.removed["math"] += 1
        for hidden in node.css("script, style, template"):
            hidden.decompose()
        page.text(" ".join((words or node.text(deep=True, separator=" ")).split()))
    return None


def script(page: Page, node: Any) -> Closer:
    """Gone; but kramdown and MathJax keep formulas in ``<script type="math/tex">``."""
    kind = (node.attributes.get("type") or "").lower()
    if kind.startswith("math/tex"):
        source = re.sub(r"^\s*%?\s*<!\[CDATA\[|%?\s*\]\]>\s*$", "", node.text(deep=True))
        if page.formula(source, display="display" in kind):
            return None
    page.removed["script"] += 1
    return None


def svg_(page: Page, node: Any) -> Closer:
    """A drawing becomes a picture, an icon of a button goes."""
    attributes = node.attributes
    page.count_handlers(attributes)
    page.removed["svg"] += 1
    width, height = _declared(attributes)
    size = max(width, height)
    if "aria-hidden" in attributes or 0 < size <= 32 or "hidden" in attributes:
        return None
    address = svg.as_picture(node.html or "")
    if address:
        label = node.css_first("title")
        alt = " ".join((attributes.get("aria-label") or (label.text() if label else "")).split())[:300]
        page.picture(Picture(url=address, alt=alt, width=max(width, 0), height=max(height, 0)))
    return None


def _sources(image: Any) -> list[Attributes]:
    """The attributes of the candidates that stand before the ``<img>`` of a ``<picture>``, 40 nodes far."""
    found = []
    before = image.prev
    for _ in range(40):
        if before is None or before.tag == "img":
            break
        if before.tag == "source":
            found.append(before.attributes)
        before = before.prev
    return found[::-1]


def _declared(attributes: Attributes) -> tuple[int, int]:
    """Declared size with zero told from absent (-1)."""
    width, height = attributes.get("width"), attributes.get("height")
    wide, high = _SIZE.match(width) if width else None, _SIZE.match(height) if height else None
    return int(wide.group(1)) if wide else -1, int(high.group(1)) if high else -1


REPLACED: dict[str, Callable[[Page, Any], Closer]] = {
    "img": image, "image": image, "noscript": noscript, "iframe": frame, "frame": frame, "object": object_,
    "embed": frame, "video": media, "audio": media, "input": input_, "textarea": textarea, "svg": svg_, "math": math,
    "script": script,
}  # fmt: skip
