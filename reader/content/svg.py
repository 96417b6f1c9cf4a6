"""Drawings inside an article, turned into pictures or left out."""

from __future__ import annotations

import re
from urllib.parse import quote

from reader.content.pictures import PLACEHOLDER_CHARS
from reader.patterns import later

#: A longer drawing is a map or an export of a whole program window.
MAX_CHARS = 200_000
_HOSTILE = later(
    r"<\s*(?:script|foreignobject|iframe|image|use|a|animate\w*|set|handler|listener)\b|\bon\w+\s*=|javascript:|"
    r"url\(\s*['\"]?(?!#)|@import|<!|&(?!amp;|lt;|gt;|quot;|nbsp;|#)",
    re.IGNORECASE,
)
_STYLE = later(r"<style\b.*?</style\s*>", re.IGNORECASE | re.DOTALL)
_DRAWN = later(r"<(?:path|rect|circle|ellipse|line|polyline|polygon|text)\b")


def as_picture(drawn: str) -> str:
    """The drawing as a ``data:`` address.

    Args:
        drawn: the element as the HTML parser serialised it.

    Returns:
        ``""`` when it is too large, empty, or holds anything but shapes and text.
    """
    if len(drawn) > MAX_CHARS:
        return ""
    drawn = _STYLE.sub("", drawn)
    if _HOSTILE.search(drawn) or not _DRAWN.search(drawn):
        return ""
    drawn = drawn.replace("&nbsp;", "&#160;")
    if "xmlns=" not in drawn.split(">", 1)[0]:
        drawn = drawn.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    address = "data:image/svg+xml," + quote(drawn, safe="/:=,;()!*@+-._~")
    # Shorter data: addresses count as placeholders; blanks after the drawing change nothing.
    return address + "%20" * ((PLACEHOLDER_CHARS - len(address)) // 3 + 1 if len(address) <= PLACEHOLDER_CHARS else 0)
