"""What is done to the tree of the Markdown library: names of headings, tables of contents, boxes of callouts."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor

from reader.content.dialects import KIND_OF
from reader.patterns import later

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: What the library puts where inline code and links were.
_PLACEHOLDER = later("\x02[^\x03]*\x03")
_CALLOUT = later(r"\s*\[!([A-Za-z][\w -]{0,30})(\|[^\]\n]*)?\][+-]?[ \t]*([^\n]*)\n?(.*)", re.DOTALL)
_MAX_CONTENTS = 300


class HeadingIds(Treeprocessor):
    """Names headings as GitHub does, so that links to them work. (The library's own counter is quadratic.)"""

    def run(self, root: Any) -> None:
        seen: Counter[str] = Counter()
        found: list[tuple[int, str, str]] = []
        wanted = []
        for element in root.iter():
            if element.tag in HEADINGS:
                words = "".join(element.itertext()).strip()
                slug = re.sub(r"\s", "-", re.sub(r"[^\w\- ]", "", _PLACEHOLDER.sub("", words).lower()))[:100]
                if "id" not in element.attrib and slug:
                    element.set("id", f"{slug}-{seen[slug]}" if seen[slug] else slug)
                    seen[slug] += 1
                if element.get("id"):
                    found.append((int(element.tag[1]), element.get("id"), words))
            elif element.tag == "p" and len(element) == 0 and (element.text or "").strip() == "[TOC]":
                wanted.append(element)
        for place in wanted[:3]:
            _contents(place, found)


def _contents(place: Element, found: list[tuple[int, str, str]]) -> None:
    """Makes a paragraph that says ``[TOC]`` the table of contents; without headings it goes."""
    place.text = ""
    place.tag = "div"
    place.set("class", "toc")
    lists: list[tuple[int, Element]] = []
    for level, name, words in found[:_MAX_CONTENTS]:
        while len(lists) > 1 and level <= lists[-2][0]:
            lists.pop()
        if not lists:
            lists.append((level, SubElement(place, "ul")))
        elif level > lists[-1][0] and len(lists[-1][1]):
            lists.append((level, SubElement(lists[-1][1][-1], "ul")))
        else:
            lists[-1] = (level, lists[-1][1])
        link = SubElement(SubElement(lists[-1][1], "li"), "a", href=f"#{name}")
        link.text = words


class Callouts(Treeprocessor):
    """Makes boxes of quotations that begin with ``[!note] Title``."""

    def run(self, root: Any) -> None:
        _part(root)
        for element in root.iter("blockquote"):
            first = element[0] if len(element) else None
            if first is None or first.tag != "p":
                continue
            match = _CALLOUT.match(first.text or "")
            if match:
                self._box(element, first, match)

    def _box(self, element: Element, first: Element, match: re.Match[str]) -> None:
        word, extra, title, rest = match.groups()
        word = word.strip().lower().replace(" ", "-")
        element.tag = "div"
        element.set("class", f"admonition {KIND_OF.get(word, 'note')}")
        title = title.strip() or ("" if extra == "|bare" else word.replace("-", " ").capitalize())
        if rest.strip() or len(first):
            first.text = rest
            if title:
                element.insert(0, _titled(title))
        elif title:
            element.remove(first)
            element.insert(0, _titled(title))
        else:
            element.remove(first)


def _part(root: Element) -> None:
    """Parts what the library joined: quotations with a blank line between them are one to it, two to CommonMark."""
    for parent in list(root.iter()):
        for place in range(len(parent) - 1, -1, -1):
            quote = parent[place]
            if quote.tag != "blockquote":
                continue
            marks = [n for n, child in enumerate(quote) if n and child.tag == "p" and _CALLOUT.match(child.text or "")]
            if not marks:
                continue
            parts = []
            for begin, end in zip(marks, [*marks[1:], len(quote)], strict=True):
                parts.append(Element("blockquote"))
                parts[-1].extend(quote[begin:end])
            del quote[marks[0] :]
            parent[place + 1 : place + 1] = parts


def _titled(title: str) -> Element:
    paragraph = Element("p", {"class": "admonition-title"})
    paragraph.text = title
    return paragraph
