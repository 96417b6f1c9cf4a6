"""What the list and the search need of a body: its words and pictures, without making it safe to show.

An article is glanced at once, when it comes in, and cleaned whenever it is opened. Of simple ones the words are read
off as they are written, of others that hold nothing but plain elements off what the parser writes back (0.06 ms for
4 kB). The rest is walked as for showing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from reader.content import markup, replaced, sanitize, simple, tree
from reader.content.allowlist import ALLOWED, GONE, LINE_BREAKING, RENAMED
from reader.content.page import Page
from reader.content.text import squeeze
from reader.model import Picture
from reader.patterns import later
from reader.records import dataclass

_PRE = {"pre"} | {old for old, new in RENAMED.items() if new == "pre"}
_BREAKING = {name for name in ALLOWED | set(RENAMED) if RENAMED.get(name, name) in LINE_BREAKING} - _PRE


#: What makes a difference to the words that only the walk knows: elements that go or are replaced, and formulas
#: (the classes math, katex and MathJax; TeX has backslashes or two dollars).
_WALKED = (replaced.REPLACED.keys() | GONE.keys() | _PRE) - {"img", "pre"}
_NAME = later(r"<([a-z][^\s/>]*)")
# In what the parser writes, ">" stands in no attribute and "<" in no text (but in odd names: "<b<p>").
_BREAK = later(rf"</?(?:{'|'.join(sorted(_BREAKING))})(?=[\s/>])[^>]*>")
_COMMENT = later(r"<!--.*?-->|<[!?][^>]*>", re.DOTALL)
_PREFORMATTED = later(r"(<pre(?=[\s>])[^>]*>.*?</pre>)", re.DOTALL)
_SPACED = later(r"</t[dh]>|<sup(?=[\s/>])[^>]*>(?=<a[\s/>])")
_TAG = later(r"<[^>]*>")
_IMG = later(r"<img(?=[\s/>])[^>]*>")


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen.

    Attributes:
        text: the visible words, block breaks as newlines; the same as of the cleaned article, but that elements more
            than ``sanitize.MAX_DEPTH`` deep still break lines.
        markup: well-formed HTML with the article's headings, not safe to show.
        pictures: looked for only when they are asked for.
    """

    text: str
    markup: str
    pictures: Iterable[Picture]


def glance(html: str, base_url: str) -> Glance:
    """Looks at a body.

    Args:
        html: hostile or broken as it may be.
        base_url: what its relative addresses are relative to.

    Returns:
        Never raises: what cannot be parsed at all comes back as text.
    """
    if not _has_formula(html) and simple.is_simple(html):
        return Glance(squeeze(unescape(_unmarked(html) or "")), html, _SimplePictures(html, base_url))
    try:
        body = tree.body_of(markup.ready(html))
        written = (body.inner_html if body is not None else None) or ""
    except (ValueError, RuntimeError, UnicodeError):
        return _walked(html, base_url)
    names = set(_NAME.findall(written))
    odd = not _WALKED.isdisjoint(names) or "<" in "".join(names)
    if odd or _has_formula(written):
        return _walked(html, base_url)
    if "<!" in written or "<?" in written:
        written = _COMMENT.sub("", written)
    text = _unmarked(written)
    if text is None:
        return _walked(html, base_url)
    if "&" in text:  # the parser writes no others
        text = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return Glance(squeeze(text), written, _Pictures(body, base_url) if "<img" in written else ())


def _has_formula(html: str) -> bool:
    if "math" in html or "MathJax" in html or "katex" in html:
        return True
    return ("$" in html and "$$" in html) or ("\\" in html and ("\\(" in html or "\\[" in html))


def _walked(html: str, base_url: str) -> Glance:
    page = sanitize.walk(html, Page(base_url))
    return Glance(squeeze("".join(page.words)), "".join(page.out), page.images)


def _unmarked(written: str) -> str | None:
    """The text of plain elements, with line breaks for those that break lines; None with a ``<pre>`` in a ``<pre>``."""
    if "<pre" in written:
        pieces = _PREFORMATTED.split(written)
        if any(piece.count("<pre") > 1 for piece in pieces[1::2]):
            return None
        pieces[::2] = [piece.replace("\n", " ") for piece in pieces[::2]]
        text = "\n".join(pieces)
    else:
        text = written.replace("\n", " ")
    text = _BREAK.sub("\n", text)
    if "</t" in text or "<sup" in text:
        text = _SPACED.sub(" ", text)
    return _TAG.sub("", text)


class _SimplePictures:
    """The pictures of a simple body: each tag is parsed for itself, as it is asked for."""

    def __init__(self, html: str, base_url: str) -> None:
        self._html = html
        self._base_url = base_url

    def __iter__(self) -> Iterator[Picture]:
        for tag in _IMG.findall(self._html):
            yield from _Pictures(tree.body_of(tag), self._base_url)


class _Pictures:
    """The pictures of a parsed body, in order, found as they are asked for."""

    def __init__(self, body: Any, base_url: str) -> None:
        self._body = body
        self._base_url = base_url

    def __iter__(self) -> Iterator[Picture]:
        for node in self._body.css("img"):
            picture = replaced.picture_of(node, self._base_url)
            if picture is not None and not replaced.is_pixel(node.attributes, picture):
                yield picture
