"""Where a link inside an article leads: to another article of the library, or out of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

from reader.content import neighbours
from reader.gallery import Document
from reader.identity import canonical_url
from reader.model import Row
from reader.sources import folder
from reader.store import Store


def article_for_link(store: Store, open_file: Callable[[Path], Row], document: Document, href: str) -> int | None:
    """The key of the article that a link leads to; None when it is none of the library's.

    A web address leads to the article whose own address it is. A relative one, which only files have, leads to a post
    of the same folder and to nothing outside of it.

    Args:
        open_file: takes a file into the library; for a post beside one that was opened alone.
        href: absolute, or as ``Rendered.links`` holds it.
    """
    if href.startswith(("http://", "https://")):
        return _by_address(store, document.article.row, href)
    row, guid = document.article.row, document.article.guid
    if row.source_kind == "folder":
        found = neighbours.resolve(href, guid, store.file_stamps(row.source_key))
        keys = [each.key for each in store.known(row.source_key, [found], [], []) if each.key > 0] if found else []
        return keys[0] if keys else None
    if row.source_kind == "files" and document.root is not None:
        for place in neighbours.places(href, os.path.basename(guid)):
            file = _post_in(document.root, place)
            if file is not None:
                return open_file(file).key
    return None


#: What the system's player may be given; never a program.
_SOUNDS = (".mp3", ".m4a", ".m4b", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav", ".weba")
_FILMS = (".mp4", ".m4v", ".webm", ".mkv", ".mov", ".ogv", ".avi")


def media_for_link(document: Document, href: str) -> Path | None:
    """The sound or film beside an article that a link leads to, if it is there and in the article's own folder.

    Args:
        href: as ``Rendered.links`` holds it.
    """
    row, guid = document.article.row, document.article.guid
    if document.root is None or href.startswith(("http://", "https://", "mailto:")):
        return None
    name = guid if row.source_kind == "folder" else os.path.basename(guid)
    for place in neighbours.paths(href, name):
        file = _file_in(document.root, place)
        if file is not None and file.suffix.lower() in (*_SOUNDS, *_FILMS):
            return file
    return None


def _by_address(store: Store, row: Row, href: str) -> int | None:
    """The one article of its source with this address; of several sources the link's own comes first."""
    url = canonical_url(href).partition("#")[0]
    bare = url.partition("://")[2]
    if not bare.partition("/")[2]:
        return None  # a home page is no article, whatever a feed says
    spellings = {f"{scheme}://{each}" for scheme in ("http", "https") for each in (bare, bare.rstrip("/"), f"{bare}/")}
    found = store.addressed(sorted(spellings))
    nearest = min((source != row.source_key, source) for _, source in found)[1] if found else 0
    keys = [key for key, source in found if source == nearest]
    return keys[0] if len(keys) == 1 and keys[0] != row.key else None


def _post_in(root: Path, place: str) -> Path | None:
    """The post at a place below a folder, if it stands there and no link leads out."""
    file = _file_in(root, place)
    return file if file is not None and folder.is_post(os.path.basename(os.path.realpath(file))) else None


def _file_in(root: Path, place: str) -> Path | None:
    """The file at a place below a folder, if it stands there and no link leads out."""
    for name in dict.fromkeys((place, normalize("NFD", place))):
        path = os.path.join(root, *name.split("/"))
        try:
            real, real_root = os.path.realpath(path), os.path.realpath(root)
            inside = os.path.commonpath((real, real_root)) == real_root and os.path.isfile(real)
        except (OSError, ValueError):  # a NUL in the name, another drive
            continue
        parts = os.path.relpath(real, real_root).split(os.sep) if inside else []
        if parts and not any(folder.is_ignored_folder(part) for part in parts[:-1]):
            return Path(path)
    return None
