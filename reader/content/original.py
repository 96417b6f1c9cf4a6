"""The words of a body as its author sent it, with nothing taken out: scripts and styles as the text they are."""

from __future__ import annotations

from typing import Any

from reader.content import links, markup, tree
from reader.content.allowlist import LINE_BREAKING, RENAMED
from reader.content.text import squeeze

#: Elements that load something: named with the address, where they have one.
_LOADING = frozenset(
    ("script", "iframe", "frame", "object", "embed", "video", "audio", "source", "track", "link", "base", "img")
)
_ADDRESSES = ("src", "data", "href", "data-src")
_OWN_LINE = frozenset(("script", "style", "template", "noscript", "textarea", "select", "option", "svg", "title"))


def words(html: str) -> str:
    """All words of a body, block breaks as newlines; what an element would have loaded stands as ``‹img https://…›``.

    Never raises: what cannot be parsed comes back as it is.
    """
    try:
        body = tree.body_of(markup.ready(html))
    except (ValueError, RuntimeError, UnicodeError):
        return html
    out: list[str] = []
    node = body.first_child if body is not None else None
    open_tags: list[str] = []
    while node is not None:
        if node.tag == "-text":
            out.append(node.text_content or "")
        else:
            _enter(node, out)
            inside = node.first_child
            if inside is not None:
                open_tags.append(node.tag or "")
                node = inside
                continue
        following = node.next
        while following is None and open_tags:
            node = node.parent
            if _breaks(open_tags.pop()):
                out.append("\n")
            following = node.next
        node = following
    return squeeze("".join(out))


def _breaks(tag: str) -> bool:
    return tag in _OWN_LINE or tag in _LOADING or RENAMED.get(tag, tag) in LINE_BREAKING


def _enter(node: Any, out: list[str]) -> None:
    tag = node.tag or ""
    if _breaks(tag):
        out.append("\n")
    elif tag in ("td", "th"):
        out.append(" ")
    if tag in _LOADING:
        attributes = node.attributes
        address = next((value for name in _ADDRESSES if (value := links.tidy(attributes.get(name) or ""))), "")
        if address:
            out.append(f"‹{tag} {address[:200]}›\n")
