"""The small values of a feed, cleaned: addresses, dates, languages, lists without repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from reader.content.dates import EARLIEST, parse_date
from reader.patterns import later

_SCHEME = later(r"([A-Za-z][A-Za-z0-9+.-]*):")
#: What an address of a feed may name. ``file:``, ``javascript:`` and ``data:`` would be acts, not addresses.
_SCHEMES = frozenset({"http", "https", "ftp", "ftps", "gemini", "gopher", "magnet", "ipfs", "ipns", "rsshub"})
_MAX_URL_CHARS = 16_384
_UNSEEN = later(r"[\x00-\x1f\x7f\u200b\ufeff]")

_CLOCK = later(r"\d{1,2}:\d{2}")
_ZONE = later(
    r"(?:[Zz]|(?!(?:am|pm|AM|PM)\s*\Z)\b[A-Za-z]{2,5}|[+-]\d{1,2}:?\d{2}|[+-]\d{1,2}|\))\s*\Z|[+-]\d{2}:?\d{2}"
)
#: What nine of ten feeds write, read at once: the careful reader takes more than twice as long for it.
_RFC_822 = later(
    r"(?:[A-Z][a-z]{2},? )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) (?:GMT|UTC|Z|([+-]\d\d):?(\d\d))\Z",
    re.ASCII,
)
_RFC_3339 = later(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)\Z", re.ASCII)
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_ISO_DAY = later(r"\d{4}-\d{2}-\d{2}\Z")

_LANGUAGE = later(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}\Z")


def absolute(base: str, url: str) -> str:
    """The absolute address, or ``""`` for what is no address or must not be one.

    A relative address without a base stays relative: better shown than lost.
    """
    url = _UNSEEN.sub("", url.strip())
    if not url or len(url) > _MAX_URL_CHARS:
        return ""
    if url[:5].lower() == "feed:":
        url = url[5:] if "://" in url[5:14] else "http:" + url[5:]
    scheme = _SCHEME.match(url)
    if scheme and "." in scheme[1] and url[scheme.end() : scheme.end() + 1].isdigit():  # "example.org:8080/x"
        url = "http://" + url
    elif scheme:
        return _joined("", url) if scheme[1].lower() in _SCHEMES else ""
    if url[:4].lower() == "www.":
        url = "http://" + url
    elif url.startswith("//") and not base:
        url = "https:" + url
    return _joined(base, url)


def _joined(base: str, url: str) -> str:
    try:
        if base:
            url = urljoin(base, url)
        elif "[" in url:
            urlsplit(url)
    except ValueError:  # "http://[x": no address
        return ""
    return url.replace(" ", "%20")


def is_web_address(text: str) -> bool:
    """Whether a text is an absolute http(s) address and nothing else."""
    return text[:8].lower().startswith(("http://", "https://")) and not re.search(r"\s", text)


def when(text: str) -> datetime | None:
    """A date of a feed. Without a zone it is UTC: a server's local time is not this machine's."""
    text = text.strip()
    if not text or len(text) > 120:
        return None
    if moment := _plain_date(text):
        return moment if EARLIEST <= moment <= datetime.now(UTC) + timedelta(days=1) else None
    if _ISO_DAY.match(text):
        text += "T00:00:00Z"
    elif _CLOCK.search(text) and not _ZONE.search(text):
        text += "Z" if text[-1:].isdigit() and text[:1].isdigit() else " +0000"
    return parse_date(text)


def _plain_date(text: str) -> datetime | None:
    """A date in exactly the form that RFC 822 or RFC 3339 prescribes; None for every other."""
    try:
        if _RFC_3339.match(text):
            return datetime.fromisoformat(text).astimezone(UTC)
        found = _RFC_822.match(text)
        if found is None:
            return None
        day, month, year, hour, minute, second, hours_east, minutes_east = found.groups("0")
        number = _MONTHS.index(month) // 3 + 1
        moment = datetime(int(year), number, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        east = timedelta(hours=int(hours_east), minutes=int(minutes_east) * (-1 if hours_east[0] == "-" else 1))
        return moment - east if abs(east) < timedelta(days=1) else None
    except (ValueError, OverflowError):  # the 31st of February, the 61st second: the careful reader may know
        return None


def language(text: str) -> str:
    """A BCP 47 tag, or ``""`` for what is none."""
    text = text.strip().replace("_", "-")
    return text if _LANGUAGE.match(text) else ""


def unique(texts: Iterable[str], limit: int = 100) -> tuple[str, ...]:
    """The texts that are not empty, each once (without regard to case), the first ``limit`` of them."""
    kept: dict[str, str] = {}
    for text in texts:
        if text and len(kept) < limit:
            kept.setdefault(text.casefold(), text)
    return tuple(kept.values())


def size(text: str) -> int:
    """A count of bytes as feeds write it; 0 for what is none."""
    digits = text.strip().replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0
