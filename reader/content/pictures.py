"""Where a picture really is: behind lazy loading, proxies, placeholders and candidate lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from reader.content import links
from reader.model import Picture
from reader.patterns import later

#: Where pages keep the true address of a lazily loaded picture, the best (original, largest) first.
LAZY = (
    "data-original", "data-original-src", "data-original-mos", "data-orig-file", "data-actualsrc", "data-src",
    "data-lazy-src", "data-lazy", "data-lazyload", "data-srv", "data-img-src", "data-orig", "data-large-file",
    "data-large_image", "data-full-src", "data-hi-res-src", "data-url", "data-medium-file", "data-image", "zoomfile",
    "file", "data-echo", "data-ks-lazyload", "data-layzr", "lazy-src", "original", "data-croporisrc", "data-backsrc",
)  # fmt: skip
_ANIMATED = ("data-gif-url", "data-animated-url")
_LAZY_RANKS = {name: rank for rank, name in enumerate((*_ANIMATED, *LAZY))}
_SETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-sizes-srcset", "imagesrcset")
#: How wide a picture is shown at most, in CSS pixels: the column at its widest (44 em of 18 px), and the window then.
COLUMN_PX = 800
WINDOW_PX = 1000
_WIDTH_QUERY = later(r"(min|max)-width\s*:\s*([\d.]{1,8})(em|rem)?")
#: What both Chromium and the thumbnails can read. AVIF comes after: only Chromium can.
_TYPES = frozenset(f"image/{name}" for name in ("webp", "jpeg", "jpg", "png", "gif", "svg+xml", "apng", "bmp"))
#: A shorter data: address is a placeholder: a grey dot, an empty SVG.
PLACEHOLDER_CHARS = 200
#: Pictures inside articles are below 1 MB; at 8 MB an article would hold the window up.
MAX_DATA_CHARS = 8_000_000
MAX_ALTERNATES = 6

_DATA = later(r"^data:image/[a-z0-9.+-]{2,20}(?:;[\w=.+-]{1,40}){0,3},", re.IGNORECASE)
_PLACEHOLDER = later(
    r"(?:^|[/_.-])(?:blank|spacer|transparent|placeholder|lazy(?:load)?(?:ing)?|loading|loader|empty|grey|gray|1x1|"
    r"pixel|no-?image|img-?loading|preload|default-?lazy|dot|white|space)"
    r"(?:[_.-]?\d{1,4}(?:x\d{1,4})?|[_.-](?:img|image|pic|gif|bg|lazy|icon|small|large))?"
    r"\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|$)|/[st]\.gif(?:[?#]|$)",
    re.IGNORECASE,
)
_LOOKS_LIKE_ADDRESS = later(
    r"https?:|//|data:image|/|\.{1,2}/|[^\s:]+\.(?:jpe?g|png|gif|webp|avif|svg|bmp)\b|[^\s:]*/", re.IGNORECASE
)
_PIXELS = later(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$")
_CANDIDATE = later(r"\s*,*\s*(\S+?)(,+(?=\s|$)|\s+([\d.]+)([wxh])\s*(?:,|$)|\s+(?=\S)|\s*$)")
_RANDOM = later(
    r"^https?://(?:(?:fastly\.)?picsum\.photos/|source\.unsplash\.com/|unsplash\.it/|loremflickr\.com/|placekitten\.com/|"
    r"placeimg\.com/|lorempixel\.com/|via\.placeholder\.com/|placehold(?:er)?\.(?:co|it|jp)/|dummyimage\.com/|"
    r"api\.(?:[\w-]+\.)+[a-z]+/(?:[\w./-]*/)?(?:random|rand|bing|acg|img|image|wallpaper)(?:[/?.]|$)|"
    r"(?:[\w-]+\.)+[a-z]+/(?:api/)?random(?:[-_/.]?(?:img|image|pic|photo|wallpaper|acg|bg|cover)s?)?"
    r"(?:\.(?:php|jpg|png))?(?:[?/]|$)|"
    r"(?:[\w-]+\.)*(?:random|rand)[\w-]*\.[a-z]+/|t\.mwm\.moe/|img\.xjh\.me/random|acg\.toubiec\.cn/random|"
    r"www\.dmoe\.cc/random|bing\.(?:ioliu\.cn|img\.run|biturl\.top)/)",
    re.IGNORECASE,
)
_TRACKERS = later(
    r"^https?://(?:pixel\.wp\.com/|stats\.wordpress\.com/|b\.scorecardresearch\.com/|pixel\.quantserve\.com/|"
    r"(?:www|ssl)\.google-analytics\.com/|(?:[\w-]+\.)?doubleclick\.net/|feeds\.feedburner\.com/~[rf]{1,2}/|"
    r"feeds\.wordpress\.com/1\.0/|feedsportal\.com/|(?:[\w-]+\.)?piwik\.|(?:[\w-]+\.)?matomo\.|hm\.baidu\.com/|"
    r"(?:www\.)?facebook\.com/tr|analytics\.twitter\.com/|t\.co/i/adsct|ad\.doubleclick\.|pixel\.\w+\.\w+/|"
    r"counter\.yadro\.ru/|mc\.yandex\.ru/|[\w.-]+/(?:track(?:ing)?|pixel|beacon|count(?:er)?)(?:/open|/view|\.gif|\.php))",
    re.IGNORECASE,
)
#: ``https://proxy.example/?http://...`` and ``https://proxy.example/any/https://...``: whatever the proxy is called.
_PREFIXED = later(r"https?://[^/?#\s]+/(?:[^?#\s]*?/)?\??(https?:/{1,2}[^/\s]\S+)$", re.IGNORECASE)
_MAY_BE_PROXIED = later(r"https?(?::|%3a)|[?&](?:url|src|image|u|q|target)=|i\d\.wp\.com/", re.IGNORECASE)
_HOST = later(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?/")
_PROXY_HOST = later(
    r"\.workers\.dev$|(?:^|\.)(?:weserv|wsrv|imageproxy|imgproxy|img-proxy|camo|cors|proxy)[\w-]*\.|xuehuaimg\.com$|"
    r"^image\.baidu\.com$|^images\d?-focus-opensocial\."
)


def true_address(url: str, base_url: str = "") -> Picture:
    """Unwraps the address of a picture.

    Args:
        url: as written: relative, without a scheme, through a proxy.
        base_url: what relative addresses are relative to.

    Returns:
        The picture at its own address; what it was wrapped in is kept as an alternate. ``url`` is ``""`` when there is
        nothing that could be fetched.
    """
    address = _absolute(url, base_url)
    if address.startswith("file:") and re.match(r"/(?!/)", links.tidy(url)):
        # "/assets/a.png" means the root of a site; which folder that was, only its parents can tell.
        places = _climb(links.tidy(url), base_url)
        return Picture(url=places[0], alternates=tuple(places[1:]))
    if not address or address.startswith(("data:", "file:")):
        return Picture(url=address)
    outer: list[str] = []
    for _ in range(3):
        inner = _unproxied(address)
        if not inner or inner == address:
            break
        outer.insert(0, address)
        address = inner
    return Picture(url=address, alternates=tuple(outer[:MAX_ALTERNATES]))


def is_random(url: str) -> bool:
    """Whether the address is a service that gives any picture: it says nothing about the article."""
    return bool(_RANDOM.match(url))


def is_tracker(url: str, width: int, height: int) -> bool:
    """Whether the picture is there to count its readers."""
    small = (width == 1 and height <= 1) or (height == 1 and width <= 1)
    return small or bool(_TRACKERS.match(url))


def is_placeholder(url: str) -> bool:
    """Whether an address as written stands only until a script puts the true one there."""
    url = links.tidy(url)
    if not url or url in ("#", "about:blank", "undefined", "null"):
        return True
    if url[:5].lower() == "data:":
        return len(url) <= PLACEHOLDER_CHARS or not _DATA.match(url)
    # Most addresses have no query: the file's name says it all.
    return bool(_PLACEHOLDER.search(url, 0 if "?" in url or "#" in url else max(0, url.rfind("/"))))


def from_attributes(
    attributes: Mapping[str, str | None],
    base_url: str,
    sources: Iterable[Mapping[str, str | None]] = (),
    pixel_ratio: float = 1.0,
) -> Picture | None:
    """The picture an ``<img>`` stands for.

    Args:
        attributes: of the ``<img>``.
        base_url: of the article.
        sources: the attributes of each ``<source>`` in its ``<picture>``.
        pixel_ratio: of the screen; decides among candidates of several sizes.

    Returns:
        None when it names only placeholders.
    """
    written = attributes.get("src") or ""
    ranked: list[tuple[int, str]] = []
    sets: list[str] = []
    for name, value in attributes.items():
        if value and name in _LAZY_RANKS:
            if _LOOKS_LIKE_ADDRESS.match(value.strip()) and not is_placeholder(value):
                ranked.append((_LAZY_RANKS[name], value))
        elif value and name in _SETS:
            sets.append(value)
    candidates = [value for _, value in sorted(ranked)] if ranked else []
    src_is_real = bool(written) and not is_placeholder(written)
    others: list[str] = []
    if sources:
        best, others = _in_picture(sources, pixel_ratio)
        candidates.extend(best)
    for srcset in sets:
        found_there = _sized(srcset, pixel_ratio, written if src_is_real else "")
        candidates.extend(url for url in found_there if not is_placeholder(url))
    if src_is_real:
        candidates.append(written)
    candidates.extend(others)
    if not candidates and written and written[:5].lower() != "data:" and _PLACEHOLDER.search(written):
        # Nothing better: a file called white.png may be the picture after all.
        candidates.append(written)
    found: dict[str, None] = {}
    first: Picture | None = None
    for candidate in candidates[:40]:
        picture = true_address(candidate, base_url)
        if not picture.url:
            continue
        first = first or picture
        found.setdefault(picture.url)
        for address in picture.alternates:
            found.setdefault(address)
    if first is None:
        return None
    alternates = tuple(address for address in found if address != first.url)[:MAX_ALTERNATES] if len(found) > 1 else ()
    return Picture(
        url=first.url,
        alternates=alternates,
        alt=" ".join((attributes.get("alt") or "").split())[:1000],
        width=pixels(attributes.get("width")) or pixels(attributes.get("data-width")),
        height=pixels(attributes.get("height")) or pixels(attributes.get("data-height")),
    )


def candidates_of(srcset: str, pixel_ratio: float = 1.0) -> list[str]:
    """The addresses of a candidate list, the one that fits the screen first.

    Commas may be part of an address (HTML, section 4.8.4.2.1).

    Args:
        srcset: ``a.jpg 1x, b.jpg 2x`` or ``s.jpg 320w, l.jpg 1280w``.
        pixel_ratio: device pixels for one CSS pixel.

    Returns:
        The smallest that is large enough, then the larger ones, then the smaller ones, largest first.
    """
    return _sized(srcset, pixel_ratio)


def _sized(srcset: str, pixel_ratio: float, written: str = "") -> list[str]:
    """As ``candidates_of``; ``written`` is the ``src`` beside it: without a candidate for 1x that is the one."""
    found: list[tuple[float, str, str]] = []
    position = 0
    srcset = srcset[:20_000]
    while position < len(srcset) and len(found) < 40:
        match = _CANDIDATE.match(srcset, position)
        if not match or match.end() == position:
            break
        position = match.end()
        try:
            size = float(match.group(3) or 1)
        except ValueError:
            size = 1.0
        found.append((size, match.group(4) or "x", match.group(1)))
    if written and all(unit == "x" and size != 1 for size, unit, _ in found):
        found.append((1.0, "x", written))
    return [url for _, _, url in sorted(found, key=lambda item: _rank(item[0], item[1], pixel_ratio))]


def _rank(size: float, unit: str, pixel_ratio: float) -> tuple[bool, float]:
    wanted = pixel_ratio if unit == "x" else COLUMN_PX * pixel_ratio
    return size < wanted, size if size >= wanted else -size


def _in_picture(sources: Iterable[Mapping[str, str | None]], pixel_ratio: float) -> tuple[list[str], list[str]]:
    """The candidates of the first ``<source>`` that fits (HTML, section 4.8.4.3.5), and those of the others."""
    best: list[str] = []
    others: list[str] = []
    for source in sources:
        found = [url for name in _SETS if (value := source.get(name)) for url in candidates_of(value, pixel_ratio)]
        found.extend(value for name in ("src", "data-src") if (value := source.get(name)))
        found = [url for url in found if not is_placeholder(url)]
        fits = (source.get("type") or "image/png").lower().partition(";")[0] in _TYPES and _fits(source.get("media"))
        if found and fits and not best:
            best = found
        else:
            others.extend(found)
    return best, others


def _fits(media: str | None) -> bool:
    """Whether a media query holds for a window in which an article has its full width."""
    media = (media or "").lower()
    if "prefers-color-scheme: dark" in media or "prefers-color-scheme:dark" in media or "print" in media:
        return False
    for bound, number, unit in _WIDTH_QUERY.findall(media):
        width = float(number) * (16 if unit else 1)
        if (bound == "min" and width > WINDOW_PX) or (bound == "max" and width < WINDOW_PX):
            return False
    return True


def pixels(value: str | None) -> int:
    """A declared width or height in CSS pixels; 0 for percentages, ``auto`` and nonsense."""
    if not value:
        return 0
    match = _PIXELS.match(value)
    return min(int(match.group(1)), 20_000) if match else 0


def _absolute(url: str, base_url: str) -> str:
    url = links.tidy(url)
    scheme = links.scheme_of(url)
    if scheme in ("http", "https"):
        return links.absolute(url, "")
    if scheme == "data":
        return url if _DATA.match(url[:120]) and len(url) <= MAX_DATA_CHARS else ""
    local = links.scheme_of(base_url) == "file"
    if scheme == "file" and not local:
        return ""
    if scheme and scheme not in ("http", "https", "file"):
        return ""
    if local and not scheme and not url.startswith("//"):
        url = url.replace("\\", "/")
        # A name with ? or # in it is a file's name; its query would never be sent anywhere.
        url = re.sub(r"\?[^/]*$", "", url) if re.search(r"\.\w{3,5}\?", url) else url
    address = links.absolute(url, base_url)
    return address if links.scheme_of(address) in ("http", "https") or (local and address[:5] == "file:") else ""


def _climb(path: str, base_url: str) -> list[str]:
    """A site's path below each folder above the article, the nearest first."""
    folder = base_url.rsplit("/", 1)[0]
    places: list[str] = []
    while len(places) < MAX_ALTERNATES and len(folder) > len("file:///"):
        places.append(links.encode(folder + path))
        folder = folder.rsplit("/", 1)[0]
    return places or [links.encode("file://" + path)]


def _unproxied(address: str) -> str:
    """The address inside a picture proxy's address, or ``""``."""
    if not _MAY_BE_PROXIED.search(address, 7):
        return ""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if re.match(r"^i\d\.wp\.com$", host):
        rest = parts.path.lstrip("/")
        if "." not in rest.split("/", 1)[0] or "/" not in rest:
            return ""
        query = [(key, value) for key, value in parse_qsl(parts.query) if key == "ssl"]
        return f"{'https' if query or parts.scheme == 'https' else 'http'}://{rest}"
    prefixed = _PREFIXED.match(address)
    if prefixed:
        return _inner(prefixed.group(1))
    if _PROXY_HOST.search(host):
        query_map = dict(parse_qsl(parts.query, max_num_fields=30))
        for key in ("url", "src", "image", "u", "q", "target"):
            inner = query_map.get(key, "").removeprefix("ssl:").removeprefix("//")
            if links.scheme_of(inner):
                return _inner(inner)
            if _HOST.match(inner):  # "/img/a.png" is a path on the proxy itself
                return _inner("https://" + inner)
    return ""


def _inner(address: str) -> str:
    if re.match(r"https?%3a", address, re.I):
        address = unquote(address)
    address = re.sub(r"^(https?:)/(?!/)", r"\1//", address)
    return links.absolute(address, "") if links.scheme_of(address) in ("http", "https") else ""
