"""``inkstone:`` links. Any page can hold one, so they show and offer; they never read a file, fetch or change anything.

``inkstone:article/ID`` shows an article of the library; ``inkstone:add?url=ADDRESS`` opens the dialog for a new feed
with the address in it, and nothing is asked of it before the user says so.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from reader.records import dataclass
from reader.typed import is_address

_LIMIT_CHARS = 4000
#: Ids are letters and figures; a beginning is enough.
_ID = re.compile(r"[0-9A-Za-z_-]{1,100}")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link leads to: an ``article`` by its id, or the offer to ``add`` an address."""

    article: str = ""
    add: str = ""


def is_link(text: str) -> bool:
    """Whether it is one of ours, good or bad."""
    return text[:9].lower() == "inkstone:"


def parse(text: str) -> Link | None:
    """What a link means; None when it means nothing. ``inkstone:`` and ``inkstone://`` are the same."""
    if not is_link(text) or len(text) > _LIMIT_CHARS or not text.isprintable():
        return None
    try:
        parts = urlsplit(text[9:].lstrip("/"))
        asked = parse_qs(parts.query, max_num_fields=10)
    except ValueError:
        return None
    verb, _, rest = parts.path.partition("/")
    if verb == "article" and _ID.fullmatch(rest):
        return Link(article=rest)
    address = asked.get("url", [""])[0].strip()
    if verb == "add" and not rest and is_address(address):
        return Link(add=address)
    return None
