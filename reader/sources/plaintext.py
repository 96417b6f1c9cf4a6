"""Titles, names and other short texts of feeds as plain text, whether they came as text, as HTML or as a mixture."""

from __future__ import annotations

import html
import re

from reader.patterns import later

_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|blink|center|cite|code|del|dfn|em|font|i|ins|kbd|mark|nobr|q|rp|rt|ruby|s|samp|script"
    "|small|span|strike|strong|style|sub|sup|time|tt|u|var"
)
_BLOCK = "address|article|blockquote|dd|div|dl|dt|h[1-6]|li|ol|p|pre|section|table|tbody|td|th|tr|ul"
_VOID = "br|hr|img|wbr"
#: HTML only if something is closed or needs no closing: "How to use <b>" and "class Foo<T>" are texts.
_HTML = later(rf"</(?:{_INLINE}|{_BLOCK})\s*>|<(?:{_VOID})\b[^<>]*>", re.IGNORECASE)
_ENTITY = later(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACING_TAG = later(rf"</?(?:{_BLOCK}|br|hr)\b[^<>]*>", re.IGNORECASE)
_TAG = later(rf"</?(?:{_INLINE}|{_BLOCK}|{_VOID})\b[^<>]*>|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)

#: Longer titles, names and tags are attacks or mistakes; the body keeps every word.
MAX_CHARS = 2_000


def looks_like_html(text: str) -> bool:
    """Whether a text has markup in it (a closed element, or one that needs no closing) or character references."""
    return bool(_HTML.search(text) or _ENTITY.search(text))


def plain(text: str, *, markup: bool = True) -> str:
    """One line of plain text.

    Args:
        markup: whether tags are taken out where the text looks like HTML; references are resolved all the same.
    """
    text = text[: 20 * MAX_CHARS]
    if markup and "<" in text and _HTML.search(text):
        text = _TAG.sub("", _SPACING_TAG.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
    return one_line(text)


def one_line(text: str) -> str:
    """The text with all white space as single spaces, cut at ``MAX_CHARS``."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1] + "…"


_EMAIL = later(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}")


def author(text: str) -> str:
    """A name from what RSS has for it: ``mail@host (Name)``, ``Name <mail@host>``, ``Name``, or the address alone."""
    text = plain(text[: 20 * MAX_CHARS])
    found = _EMAIL.search(text[:500])
    if not found:
        return text
    rest = (text[: found.start()] + text[found.end() :]).replace("mailto:", "")
    rest = " ".join(rest.replace("<>", " ").replace("()", " ").split()).strip(" ,;")
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1].strip()
    return rest or found[0]
