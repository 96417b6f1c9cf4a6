"""Known sites: from the address of a page to those of its feeds. Pure; only used for an address that a person adds.

Each rule names where the site documents it. What a page links to itself comes before these; they matter where the page
links to nothing, turns programs away, or has more feeds than it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class _Page:
    """An address as the rules look at it: ``parts`` are the segments of its path, unquoted."""

    scheme: str
    host: str
    netloc: str
    parts: tuple[str, ...]
    query: dict[str, str]

    @property
    def root(self) -> str:
        return f"{self.scheme}://{self.netloc}"


_Rule = Callable[[_Page], Iterator[str]]


def feeds(url: str) -> list[str]:
    """Where the feeds of a page of a known site are, the best first; empty for all others. Never raises."""
    page = _page(url)
    if page is None:
        return []
    found: dict[str, None] = {}
    for rule in _RULES:
        for address in rule(page):
            found.setdefault(address)
    return list(found)


def _page(url: str) -> _Page | None:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    query = (
        {name: values[0] for name, values in parse_qs(parts.query, max_num_fields=50).items()} if parts.query else {}
    )
    segments = tuple(unquote(part) for part in parts.path.split("/") if part)
    if any(part in (".", "..") for part in segments):
        return None
    netloc = parts.netloc.rpartition("@")[2]
    return _Page(parts.scheme, host.removeprefix("www.").removeprefix("m."), netloc, segments, query)


def _is(host: str, *domains: str) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _seg(text: str) -> str:
    return quote(text, safe="@!$&'()*+,;=:~")


_RULES: tuple[_Rule, ...] = ()
