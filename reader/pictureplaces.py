"""Under which names a picture is kept, and how large it is before it is loaded: without any network.

A part of ``reader.images`` that a window can ask before its first article.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path

from reader.addresses import Origin
from reader.errors import PictureError
from reader.ladder import is_web
from reader.localpictures import read_local
from reader.model import Picture
from reader.picturecache import PictureCache


def web_addresses(picture: Picture) -> list[str]:
    return [url for url in dict.fromkeys((picture.url, *picture.alternates)) if is_web(url)]


def place_of(url: str, allow: Origin | None) -> str:
    """The name of a picture in the cache: apart for what only the right to one's own origin may have brought."""
    return f"own {url}" if allow is not None and Origin.of(url) == allow else url


def places_of(urls: Collection[str]) -> set[str]:
    """All names that addresses may have in the cache."""
    return {place for url in urls for place in (url, f"own {url}")}


def size_of(cache: PictureCache, picture: Picture, allow: Origin | None, root: Path | None) -> tuple[int, int] | None:
    """How large a picture is that is held or stands beside its article; None when that is not known.

    Args:
        allow, root: as for ``Pictures.get``.
    """
    for url in web_addresses(picture):
        entry = cache.known(place_of(url, allow))
        if entry is not None:
            return entry.width, entry.height
    if not is_web(picture.url):
        with contextlib.suppress(PictureError):
            file = read_local(picture, root)
            return file.width, file.height
    return None
