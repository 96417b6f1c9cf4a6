"""Pictures written into a text itself (``data:image/png;base64,...``): out of the way while the text is read.

Programs that export documents write them by the megabyte, often as the address of a reference. Every pattern of the
Markdown library would run over them, and each use of a reference would copy them.
"""

from __future__ import annotations

import re

from reader.patterns import later

#: A shorter one costs nothing.
_LONG = later(r"data:image/[a-z0-9.+-]{2,20}(?:;[\w=.+-]{1,40}){0,3},[A-Za-z0-9+/=%_-]{200,}", re.IGNORECASE)
#: How often the pictures may be put back, in their own length: the one use that each has, and some more.
_COPIES = 3


def take_out(text: str) -> tuple[str, dict[str, str]]:
    """Puts a word in the place of each long ``data:`` picture.

    Returns:
        The text, and the pictures by their words.
    """
    if not _LONG.search(text):
        return text, {}
    word = "inkstonepicture"
    while word in text:
        word += "x"
    held: dict[str, str] = {}

    def out(match: re.Match[str]) -> str:
        name = f"{word}{len(held)}z"
        held[name] = match.group()
        return name

    return _LONG.sub(out, text), held


def put_back(html: str, held: dict[str, str]) -> str:
    """Puts the pictures back; a document that shows one a thousand times shows it a few times."""
    if not held:
        return html
    budget = _COPIES * sum(map(len, held.values()))

    def back(match: re.Match[str]) -> str:
        nonlocal budget
        picture = held.get(match.group(), "")
        budget -= len(picture)
        return picture if budget >= 0 else ""

    word = next(iter(held)).rstrip("0123456789z")
    return re.sub(rf"{word}\d+z", back, html)
