"""The first wall: what an article may contain.

The markup is parsed by a real HTML5 parser (lexbor), walked once and written anew from the allow-list; nh3, a second
parser with the same list, has the last word. Nothing touches the text after nh3. Pictures leave the walk as bare
numbers, and so do the links of a file to its neighbours; only nh3's attribute filter turns a number into
``reader://image/...`` or ``reader://link/...``, so no input can name that scheme.

Idempotent means: with the own addresses of pictures and links put back, ``clean`` gives the same HTML again.
"""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from reader.content import allowlist, links, markup, tree
from reader.content.allowlist import ALLOWED, GONE, ID, LINE_BREAKING, OWN, RENAMED, UNWRAPPED, VALUES, VOID, own_id
from reader.content.page import Page
from reader.content.replaced import REPLACED, Closer
from reader.content.text import squeeze
from reader.model import ENGLISH_CARDS, CardWords, Picture
from reader.records import dataclass

MAX_DEPTH = 200
_VERBATIM = frozenset(("code", "kbd", "samp", "tt"))
_HEADINGS = frozenset(("h1", "h2", "h3"))
_TASK = "task-list-item"
#: What may stand between the beginning of an item and its box.
_BEFORE_BOX = frozenset(("p", "label"))
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left of a body.

    Attributes:
        html: safe to show; its n-th picture is ``reader://image/<document>/<n>``.
        images: the pictures, in order.
        links: what ``reader://link/<document>/<n>`` stands for: a link of a file to a neighbour, as it is written.
        removed: what was taken out, by kind, most first.
        text: the visible words, block breaks as newlines.
    """

    html: str
    images: tuple[Picture, ...]
    removed: tuple[tuple[str, int], ...]
    text: str
    links: tuple[str, ...] = ()


def clean(
    html: str,
    *,
    base_url: str,
    document: str,
    title: str = "",
    pixel_ratio: float = 1.0,
    card_words: CardWords = ENGLISH_CARDS,
) -> Cleaned:
    """Makes any markup safe to show, whatever it is.

    Args:
        html: the body of an article, hostile or broken as it may be.
        base_url: what its relative addresses are relative to.
        document: names the article in the addresses of its pictures (``""`` for ``-``).
        title: shown above the article; a heading that begins the body and says the same is left out.
        pixel_ratio: of the screen; decides which of several sizes of a picture comes first.
        card_words: what the cards of players say.

    Returns:
        Never raises: what cannot be parsed at all comes back as text.
    """
    document = quote(document, safe="-_.~:") or "-"
    page = walk(html, Page(base_url, pixel_ratio, card_words), title)
    numbers = len(page.images), len(page.links)
    return Cleaned(
        html=allowlist.last_wall("".join(page.out).strip(), document=document, pictures=numbers[0], links=numbers[1]),
        images=tuple(page.images),
        removed=tuple(sorted(page.removed.items(), key=lambda item: (-item[1], item[0]))),
        text=squeeze("".join(page.words)),
        links=tuple(page.links),
    )


def walk(html: str, page: Page, title: str = "") -> Page:
    """Everything but the last wall: what is read of a body, not yet to be shown.

    Returns:
        The given page, or one that holds the markup as text when it cannot be parsed at all.
    """
    try:
        body = tree.body_of(markup.ready(html))
        if body is not None:
            _Walk(page, title).run(body)
    except (ValueError, RuntimeError, RecursionError, UnicodeError):
        page = Page(page.base_url, page.pixel_ratio, page.card_words)
        page.out = ["<pre>", escape(html[:1_000_000], quote=False), "</pre>"]
        page.words = [html[:1_000_000]]
        page.removed["unreadable"] += 1
    return page


class _Walk:
    """One pass over a parsed body that writes the allowed part of it."""

    def __init__(self, page: Page, title: str) -> None:
        self.page = page
        self.base_page = page.base_url.split("#", 1)[0]
        #: "" as soon as anything was written: only a heading that stands first can repeat the title.
        self.title = _folded(title)
        self.classes: dict[str, str] = {}
        self.styles: dict[str, str] = {}

    def run(self, body: Any) -> None:
        """Walks without recursion: the tree may be as deep as its author liked."""
        page = self.page
        enter, leave, text = self._enter, self._leave, page.text
        closers: list[tuple[str, str]] = []
        node = body.first_child
        while node is not None:
            tag = node.tag
            if tag == "-text":
                text(node.text_content or "")
            else:
                closer = enter(tag, node)
                if closer is not None:
                    child = node.first_child
                    if child is not None:
                        closers.append(closer)
                        page.depth += 1
                        node = child
                        continue
                    leave(closer)
            following = node.next
            while following is None and closers:
                node = node.parent
                page.depth -= 1
                leave(closers.pop())
                following = node.next
            node = following

    def _leave(self, closer: tuple[str, str]) -> None:
        tag, written = closer
        if not tag:
            return
        page = self.page
        page.out.append(written)
        if tag in LINE_BREAKING:
            page.words.append("\n")
            if tag == "p":
                page.paragraphs -= 1
            elif tag == "pre":
                page.pre -= 1
                page.trim = False
        elif tag in _VERBATIM:
            page.code -= 1
        elif tag in ("td", "th"):
            page.words.append(" ")

    def _enter(self, tag: str | None, node: Any) -> Closer:
        """Writes what stands before a node's children.

        Returns:
            How to leave the node, or None when its children are not to be visited.
        """
        if tag is None or tag[0] in "-!_":
            return None  # comments, declarations, processing instructions
        page = self.page
        original = tag
        if tag not in ALLOWED or tag == "img":
            replace = REPLACED.get(tag)
            if replace is not None:
                return replace(page, node)
            kind = GONE.get(tag)
            if kind is not None:
                page.removed[kind] += 1
                return None
            if tag in UNWRAPPED:
                page.removed[UNWRAPPED[tag]] += 1
            if tag not in RENAMED:
                # Unknown elements and custom ones: their text stays. Attributes are looked at only to be counted.
                page.count_handlers(node.attributes)
                return "", ""
            tag = RENAMED[tag]
        attributes = node.attributes
        if tag == "li" and _is_task(node):
            attributes = {**attributes, "class": f"{_TASK} {attributes.get('class') or ''}"}
        if attributes:
            if "class" in attributes and self._is_drawn(node, tag, attributes["class"] or ""):
                return None
            written = self._attributes(tag, attributes)
        else:
            written = ""
        if original == "center":
            written += ' align="center"'
        if page.depth >= MAX_DEPTH and tag not in VOID:
            page.removed["nesting"] += 1
            return "", ""
        if tag in LINE_BREAKING:
            if self.title and tag in _HEADINGS and self._repeats_title(node):
                return None
            page.words.append("\n")
        page.out.append(f"<{tag}{written}>")
        if tag in VOID:
            return None
        if tag == "p":
            page.paragraphs += 1
        elif tag == "pre":
            page.pre += 1
            page.trim = True
        elif tag in _VERBATIM:
            page.code += 1
        elif tag == "sup" and (first := node.first_child) is not None and first.tag == "a":
            page.words.append(" ")  # the number of a footnote is no part of the word before it
        return tag, f"</{tag}>"

    def _repeats_title(self, heading: Any) -> bool:
        if self.page.images or any(map(str.strip, self.page.words)):
            self.title = ""
            return False
        repeated = _folded(heading.text(deep=True)) == self.title and heading.css_first("img, svg, math") is None
        self.title = ""
        return repeated

    def _is_drawn(self, node: Any, tag: str, classes: str) -> bool:
        """Writes an element that holds a formula (Pandoc's, our own), passes over the copies of KaTeX and MathJax."""
        if "math" in classes and tag in ("code", "span", "div"):
            words = classes.split()
            only = node.first_child
            if "math" in words and only is not None and only.tag == "-text" and only.next is None:
                display = tag == "div" or "display" in words
                return self.page.formula(only.text_content or "", display=display)
        elif "katex-html" in classes:
            before = node.prev
            return before is not None and "katex-mathml" in (before.attributes.get("class") or "")
        return "MathJax_Preview" in classes

    def _attributes(self, tag: str, attributes: dict[str, str | None]) -> str:
        written: list[str] = []
        own = OWN.get(tag, _NONE)
        for name, value in attributes.items():
            value = value or ""
            if name == "href" and tag == "a":
                target = self._target(value)
                if target:
                    written.append(f' href="{escape(target)}"')
            elif name == "style":
                kept = self.styles.get(value)
                if kept is None:
                    kept = self.styles[value] = allowlist.style(value)
                if kept:
                    written.append(f' style="{kept}"')
            elif name == "class":
                kept = self.classes.get(value)
                if kept is None:
                    words = (word for word in value.split()[:20] if allowlist.CLASS.fullmatch(word))
                    kept = self.classes[value] = " ".join(words)
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
                self.page.removed["event-handler"] += 1
        return "".join(written)

    def _target(self, href: str) -> str:
        href = links.tidy(href)
        if href.startswith("#"):
            name = href[1:]
            return "#" + own_id(name) if ID.fullmatch(name) else ""
        beside = links.beside(href, self.page.base_url)
        if beside:
            return self._own_place(beside) or self.page.link(beside)
        scheme = links.scheme_of(href)
        if scheme == "wiki":
            return ""  # its page is no file here
        if scheme and scheme not in ("http", "https", "mailto"):
            kind = "javascript-link" if scheme in ("javascript", "vbscript", "data") else "link-scheme"
            self.page.removed[kind] += 1
            return ""
        target = links.clean_link(href, self.page.base_url)
        return self._own_place(target) or target

    def _own_place(self, target: str) -> str:
        """A place inside this article that is named by the article's whole address."""
        if not self.base_page or "#" not in target:
            return ""
        page, _, name = links.absolute(target, self.page.base_url).partition("#")
        return "#" + own_id(name) if page == self.base_page and ID.fullmatch(name) else ""


def _is_task(item: Any) -> bool:
    """Whether an item of a list begins with a box to be ticked, which stands for its bullet."""
    if _TASK in (item.attributes.get("class") or ""):
        return False  # it says so itself
    first = item.first_child
    while first is not None:
        text = (first.text_content or "").lstrip() if first.tag == "-text" else ""
        if text:
            return text[0] in "☐☑"
        if first.tag == "input":
            return (first.attributes.get("type") or "").lower() == "checkbox"
        if first.tag not in _BEFORE_BOX and first.tag != "-text":
            return False
        first = first.first_child if first.tag in _BEFORE_BOX else first.next
    return False


def _folded(title: str) -> str:
    return " ".join(title.split()).strip(" #¶§").casefold()
