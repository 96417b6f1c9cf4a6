"""What a picture is called when it is saved: from its address, safe on every system. Pure, no Qt."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

_ENDINGS = {
    "image/png": (".png", ".apng"),
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/avif": (".avif",),
    "image/svg+xml": (".svg",),
    "image/bmp": (".bmp",),
    "image/x-icon": (".ico",),
}
_KNOWN = frozenset(ending for endings in _ENDINGS.values() for ending in endings)
#: What no file may be called on Windows, whatever its ending.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
_LONGEST = 80


def name_of(url: str) -> str:
    """The last part of an address as people read it; ``""`` when there is none."""
    if url[:5].lower() == "data:":
        return ""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return unquote(path.rstrip("/").rsplit("/", 1)[-1], errors="replace")


def safe_name(url: str, media_type: str) -> str:
    """A file's name for a picture: it lies in no other folder, hides no ending, and has the one of its type."""
    name = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", name_of(url)))
    stem, dot, ending = name.rpartition(".")
    if dot and f".{ending.lower()}" in _KNOWN:
        name = stem
    name = name[:_LONGEST].strip(" .-") or "picture"
    if _RESERVED.match(name):
        name = f"picture-{name}"
    wanted = _ENDINGS.get(media_type, ("",))
    return name + (f".{ending.lower()}" if f".{ending.lower()}" in wanted else wanted[0])
