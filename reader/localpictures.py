"""Pictures that need no network: ``data:`` addresses, and files inside an article's own folder. A part of
``reader.images``.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
import unicodedata
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from reader.errors import PictureError
from reader.ladder import is_web
from reader.model import Picture
from reader.picturefile import PictureFile, checked

#: No picture may be larger, wherever it comes from.
MAX_BYTES = 15 * 2**20
_MAX_DIRECTORY = 20_000


def read(url: str, root: Path | None) -> bytes:
    """The bytes behind a ``data:`` or ``file:`` address.

    Args:
        root: the folder whose files may be shown.

    Raises:
        PictureError: it is not there, or may not be shown.
    """
    return _decode_data(url) if url[:5].lower() == "data:" else _read_file(url, root)


def read_local(picture: Picture, root: Path | None) -> PictureFile:
    """The picture from the first of its addresses that needs no network and has it; there must be one.

    Raises:
        PictureError: with the trouble of the first of them.
    """
    first: PictureError | None = None
    for url in dict.fromkeys((picture.url, *picture.alternates)):
        if not is_web(url):
            try:
                return checked(url, read(url, root), "")
            except PictureError as error:
                first = first or error
    assert first is not None
    raise first


def _decode_data(url: str) -> bytes:
    """The bytes inside a ``data:`` address (RFC 2397)."""
    if len(url) > 2 * MAX_BYTES:
        raise PictureError(url=url[:80], kind="too-large")
    head, _, body = url[5:].partition(",")
    if not head.lower().rstrip().endswith("base64"):
        return unquote_to_bytes(body)
    text = re.sub(r"\s", "", unquote(body)).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise PictureError(url=url[:80], kind="not-a-picture", detail="broken base64") from None


def _read_file(url: str, root: Path | None) -> bytes:
    """A file inside the article's folder; links are followed, but not out of it."""
    if root is None:
        raise PictureError(url=url, kind="blocked", detail="no folder is open to this article")
    try:
        parts = urlsplit(url)
        text = unquote(parts.path, errors="strict")
        if parts.netloc not in ("", "localhost") or "\0" in text:
            raise PictureError(url=url, kind="blocked", detail="not a file of this machine")
        path = _inside(Path(text.lstrip("/") if os.name == "nt" else text), root)
        if path is None:
            raise PictureError(url=url, kind="blocked", detail="outside of the article's folder")
        return _read_regular(path, url)
    except FileNotFoundError:
        raise PictureError(url=url, kind="missing") from None
    except (OSError, ValueError) as error:
        raise PictureError(url=url, kind="refused", detail=getattr(error, "strerror", "") or str(error)) from None


def _inside(path: Path, root: Path) -> Path | None:
    """The real path, or None when it is not below the real ``root``.

    A name that differs only in case or Unicode form is found too.

    Raises:
        FileNotFoundError: it would be below, but is not there.
    """
    try:
        home = _real(root)
    except OSError:
        return None
    try:
        real = _real(path)
    except FileNotFoundError:
        lexical = Path(os.path.normpath(path))
        starts = [start for start in (home, Path(os.path.abspath(root))) if lexical.is_relative_to(start)]
        if not starts:
            return None
        real = _real(_folded(home, lexical.relative_to(starts[0]).parts))
    # Compared as files, not as texts: the same folder has many names where case does not matter.
    return real if any(os.path.samefile(parent, home) for parent in real.parents) else None


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path, strict=True))  # Path.resolve raises RuntimeError for a loop of links


def _read_regular(path: Path, url: str) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise PictureError(url=url, kind="not-a-picture", detail="not a file")
        if status.st_size > MAX_BYTES:
            raise PictureError(url=url, kind="too-large")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES)
    finally:
        os.close(descriptor)


def _folded(folder: Path, names: tuple[str, ...]) -> Path:
    for name in names:
        exact = folder / name
        if exact.exists():
            folder = exact
            continue
        wanted = _fold(name)
        with os.scandir(folder) as found:
            alike = [
                item.name for _, item in zip(range(_MAX_DIRECTORY), found, strict=False) if _fold(item.name) == wanted
            ]
        if not alike:
            raise FileNotFoundError(exact)
        folder /= min(alike)
    return folder


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
