"""Markup made ready for the parser: bounded, and with the tags kept that an author forgot to escape."""

from __future__ import annotations

import re

from reader.content.allowlist import KNOWN, VOID
from reader.patterns import later

#: Longer bodies are cut: 20 MB of markup is no article, and its tree would take 1 GB.
MAX_CHARS = 20_000_000
#: lexbor's cost grows with the square of the open blocks (20,000 nested <div>: 0.5 s); 1,000 cost nothing.
PARSE_DEPTH = 1000

_CODE_TAG = later(r"<(/?)(pre|code|xmp|samp)(?=[\s>/])", re.IGNORECASE)
_NOT_A_TAG = later(r"<(?!/?(?:" + "|".join(sorted(KNOWN, key=len, reverse=True)) + r")(?=[\s>/]|$)|!--)", re.IGNORECASE)
#: XHTML's ``<iframe .../>``, as feeds write it. HTML knows no such thing: the rest of the article would be inside it.
_SELF_CLOSED = later(
    r"<(iframe|video|audio|object|script|style|textarea|title)(?=[\s/])[^<>]{0,2000}[\s\"']/>", re.IGNORECASE
)
MAX_ATTRIBUTES = 2000
_LONG_TAG = later(r"<[a-zA-Z][^<>]{8000,}")
_ANY_TAG = later(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SHALLOW = VOID | frozenset(("input", "meta", "link", "source", "track", "area", "base", "embed", "param"))


def ready(html: str) -> str:
    """The markup as the parser gets it. Safety is not decided here."""
    html = html[:MAX_CHARS]
    if "\x00" in html:
        html = html.replace("\x00", "\ufffd")
    # A lone surrogate cannot be encoded for the parser.
    html = html.encode("utf-8", "replace").decode("utf-8")
    if _CODE_TAG.search(html):
        html = _escape_in_code(html)
    if "/>" in html and _SELF_CLOSED.search(html):
        html = _close(html)
    if _LONG_TAG.search(html):
        html = _LONG_TAG.sub(_overloaded, html)
    if html.count("<") > PARSE_DEPTH:
        html = _flatten(html)
    return html


def _close(html: str) -> str:
    lower = html.lower()
    last = {name: lower.rfind(f"</{name}") for name in ("script", "style", "textarea", "title")}

    def closed(match: re.Match[str]) -> str:
        name = match.group(1).lower()
        # Where its end is there, what stands between is no text.
        return match.group() if last.get(name, -1) > match.end() else f"{match.group()}</{name}>"

    return _SELF_CLOSED.sub(closed, html)


def _overloaded(match: re.Match[str]) -> str:
    """Drops a tag with thousands of attributes: the parser compares each with all (50,000: 5 s)."""
    return match.group() if len(match.group().split(None, MAX_ATTRIBUTES)) <= MAX_ATTRIBUTES else "<!"


def _escape_in_code(html: str) -> str:
    """``<plugin>`` or ``Class<?`` inside code was meant to be seen."""
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
    """Drops opening tags below ``PARSE_DEPTH``."""
    depth = 0
    deepest = 0
    for closing, name in _ANY_TAG.findall(html):
        if name.lower() not in _SHALLOW:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    if deepest <= PARSE_DEPTH:
        return html
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        if match.group(2).lower() in _SHALLOW:
            return match.group()
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        return "<!" if depth > PARSE_DEPTH else match.group()

    return _ANY_TAG.sub(keep, html)
