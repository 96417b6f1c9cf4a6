"""A web address taken apart for the rules of ``sites`` and ``routes``. Pure."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, unquote, urlsplit

from reader.patterns import later
from reader.records import dataclass

#: A number that names something, for ``match``.
NUMBER = later(r"[0-9]{1,20}\Z")


@dataclass(frozen=True, slots=True)
class SitePage:
    """An address as the rules for known sites look at it.

    Attributes:
        host: without ``www.`` and ``m.``; site: scheme and host, as it came.
        parts: the segments of its path, unquoted.
    """

    host: str
    site: str
    parts: tuple[str, ...]
    query: dict[str, str]

    def at(self, index: int) -> str:
        """A segment, ``""`` where there is none."""
        return self.parts[index] if index < len(self.parts) else ""

    def of(self, *domains: str) -> bool:
        """Whether it is on one of these domains or below."""
        return any(self.host == domain or self.host.endswith("." + domain) for domain in domains)


def page_of(url: str) -> SitePage | None:
    """An address taken apart, None when it is no web address. Never raises."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    try:
        query = {name: values[0] for name, values in parse_qs(parts.query, max_num_fields=50).items()}
    except ValueError:  # more fields than any page of these sites has
        query = {}
    segments = tuple(unquote(part) for part in parts.path.split("/") if part)
    if any(part in (".", "..") for part in segments):
        return None
    site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return SitePage(host.removeprefix("www.").removeprefix("m."), site, segments, query)


def path_of(*parts: str) -> str:
    """Segments as they stand in an address."""
    return "/".join(quote(part, safe="@!$&'()*+,;=:~") for part in parts)
