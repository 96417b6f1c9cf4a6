"""The picture proxy: from the address of a picture to bytes that were checked.

A picture comes from the disk cache, from the article's own folder, from a ``data:`` address, or from the network with
the Referer that its server wants. Nothing is decoded here; type and size are read from the bytes, never from headers.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import stat
import threading
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from reader.errors import Blocked, FetchError, HttpStatus, PictureError, TimedOut, TooLarge
from reader.hotlinks import Lessons
from reader.model import Picture
from reader.net import Client, Limits, Origin
from reader.picturecache import Entry, PictureCache
from reader.pictureinfo import MAX_FRAMES, MAX_PIXELS, MAX_SIDE, inspect

_MAX_BYTES = 15 * 2**20
#: For one picture, all its addresses and Referers together.
_TOTAL_S = 20.0
#: One address may not use it all up while there are others.
_ADDRESS_S = 12.0
_CONNECT_S = 8.0
_LEAST_S = 0.5
_FAILED_S = 60.0
_MAX_FAILED = 5_000
_MAX_DIRECTORY = 20_000
# No AVIF: Qt cannot read it for the list, and servers that negotiate send something else.
_ACCEPT = "image/webp,image/apng,image/svg+xml,image/*;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture's bytes, checked.

    Attributes:
        url: the address that worked.
        media_type: by content.
        width, height: pixels; frames: 1 for a still picture.
        from_cache: no request was made.
        referer: the one that worked, ``""`` for none.
    """

    url: str
    media_type: str
    width: int
    height: int
    frames: int
    data: bytes
    from_cache: bool = False
    referer: str = ""


class Pictures:
    """Fetches pictures and keeps them. May be used by many threads at once.

    Args:
        cache: the folder; made when needed, and done without when it cannot be written.
        max_cache_bytes: what it may hold.
    """

    def __init__(self, client: Client, cache: Path, *, max_cache_bytes: int = 512 * 2**20) -> None:
        self._client = client
        self._cache = PictureCache(cache, max_cache_bytes)
        self._lessons = Lessons(cache / "lessons.json")
        self._lock = threading.Lock()
        self._failed: dict[tuple[str, Origin | None], tuple[float, PictureError]] = {}
        self._under_way: dict[str, tuple[threading.Lock, int]] = {}

    def get(
        self,
        picture: Picture,
        *,
        article_url: str = "",
        allow: Origin | None = None,
        root: Path | None = None,
        offline: bool = False,
        refresh: bool = False,
    ) -> PictureFile:
        """A picture, from wherever it can be had.

        Args:
            article_url: a Referer to try when the server wants one.
            allow: the one origin that may be a private address.
            root: the folder whose files the article may show.
            offline: no network.
            refresh: ask again now, also for what is kept or failed a moment ago (the user pressed "retry").

        Raises:
            PictureError: with the trouble of the picture's first address.
        """
        asks_anew = refresh and not offline
        if not asks_anew:
            kept = self.cached(picture, allow)
            if kept is not None:
                return kept
        with self._alone(picture.url):
            if not asks_anew:
                kept = self.cached(picture, allow)  # another thread may have brought it while this one waited
                if kept is not None:
                    return kept
                self._raise_if_failed(picture.url, allow)
            try:
                found = self._from_any(picture, article_url, allow, root, offline)
            except PictureError as error:
                kept = self.cached(picture, allow) if asks_anew else None
                if kept is not None:
                    return kept
                self._remember(picture.url, allow, error)
                raise
            if _is_web(found.url):
                entry = Entry(found.url, found.media_type, found.width, found.height, found.frames, found.referer)
                self._cache.put(_place(picture.url, allow), entry, found.data, also=_place(found.url, allow))
            return found

    def cached(self, picture: Picture, allow: Origin | None = None) -> PictureFile | None:
        """What is on the disk for a picture, without any network.

        Args:
            allow: as for ``get``: what came from there by this right is given to nobody without it.
        """
        for url in (picture.url, *picture.alternates):
            found = self._cache.get(_place(url, allow)) if _is_web(url) else None
            if found is not None:
                entry, data = found
                return PictureFile(
                    entry.url, entry.media_type, entry.width, entry.height, entry.frames, data, True, entry.referer
                )
        return None

    def forget(self, picture: Picture) -> None:
        """Remove what is kept of a picture, and that it failed."""
        for url in (picture.url, *picture.alternates):
            self._cache.forget(url)
            self._cache.forget(_place(url, Origin.of(url)))
        with self._lock:
            for key in [key for key in self._failed if key[0] == picture.url]:
                del self._failed[key]

    def _from_any(
        self, picture: Picture, article_url: str, allow: Origin | None, root: Path | None, offline: bool
    ) -> PictureFile:
        """The picture from the first of its addresses that has it."""
        first: PictureError | None = None
        slow: set[str] = set()
        deadline = time.monotonic() + _TOTAL_S
        addresses = list(dict.fromkeys((picture.url, *picture.alternates)))
        for url in addresses:
            try:
                if not _is_web(url):
                    return checked(url, _read_local(url, root), "")
                if offline:
                    raise PictureError(url=url, kind="offline")
                left_s = deadline - time.monotonic()
                if _host(url) in slow or (first is not None and left_s < _LEAST_S):
                    continue
                until = deadline if url == addresses[-1] else min(deadline, time.monotonic() + _ADDRESS_S)
                return self._climb(url, article_url, allow, until)
            except PictureError as error:
                first = first or error
                if error.kind == "timeout":
                    slow.add(_host(url))
        assert first is not None
        raise first

    def _climb(self, url: str, article_url: str, allow: Origin | None, deadline: float) -> PictureFile:
        """Fetch one address, with one Referer after the other until the server is content."""
        try:
            ladder = self._lessons.ladder(url, article_url)
        except ValueError as error:
            raise PictureError(url=url, kind="blocked", detail=str(error)) from None
        first: PictureError | None = None
        for rung, referer in ladder:
            left_s = deadline - time.monotonic()
            if first is not None and left_s < _LEAST_S:
                break
            try:
                found = self._fetch(url, referer, allow, max(left_s, _LEAST_S))
            except PictureError as error:
                first = first or error
                # An HTML page in the place of a picture is how many servers refuse.
                if error.kind != "not-a-picture" and error.status not in (401, 403):
                    break
            else:
                self._lessons.learn(url, rung, ladder[0][0])
                return found
        assert first is not None
        raise first

    def _fetch(self, url: str, referer: str, allow: Origin | None, left_s: float) -> PictureFile:
        headers = {"Accept": _ACCEPT, **({"Referer": referer} if referer else {})}
        limits = Limits(max_bytes=_MAX_BYTES, total_s=left_s, connect_s=min(_CONNECT_S, left_s))
        try:
            answer = self._client.get(url, limits=limits, headers=headers, allow=allow)
        except HttpStatus as error:
            kind = "missing" if error.status in (404, 410) else "unreachable" if error.status >= 500 else "refused"
            raise PictureError(url=url, kind=kind, detail=error.reason, status=error.status) from None
        except FetchError as error:
            raise PictureError(url=url, kind=_kind(error), detail=str(getattr(error, "detail", ""))) from None
        return checked(url, answer.body, referer)

    def _raise_if_failed(self, url: str, allow: Origin | None) -> None:
        with self._lock:
            until, error = self._failed.get((url, allow), (0.0, None))
        if error is not None and time.monotonic() < until:
            raise PictureError(url=error.url, kind=error.kind, detail=error.detail, status=error.status)

    def _remember(self, url: str, allow: Origin | None, error: PictureError) -> None:
        if not _is_web(url) or error.kind == "offline":
            return
        copy = PictureError(url=error.url, kind=error.kind, detail=error.detail, status=error.status)  # no traceback
        with self._lock:
            if len(self._failed) >= _MAX_FAILED:
                self._failed.clear()
            self._failed[url, allow] = (time.monotonic() + _FAILED_S, copy)

    @contextlib.contextmanager
    def _alone(self, url: str) -> Iterator[None]:
        """One thread at a time for one picture: the list and the article ask for the same one."""
        with self._lock:
            turn, users = self._under_way.get(url, (threading.Lock(), 0))
            self._under_way[url] = (turn, users + 1)
        try:
            with turn:
                yield
        finally:
            with self._lock:
                turn, users = self._under_way.pop(url)
                if users > 1:
                    self._under_way[url] = (turn, users - 1)


def _place(url: str, allow: Origin | None) -> str:
    """The name of a picture in the cache: apart for what only the right to one's own origin may have brought."""
    return f"own {url}" if allow is not None and Origin.of(url) == allow else url


def _is_web(url: str) -> bool:
    return not url[:6].lower().startswith(("data:", "file:"))


def _host(url: str) -> str:
    origin = Origin.of(url)
    return origin.host if origin else ""


def _kind(error: FetchError) -> str:
    match error:
        case Blocked():
            return "blocked"
        case TimedOut():
            return "timeout"
        case TooLarge():
            return "too-large"
    return "unreachable"


def checked(url: str, data: bytes, referer: str) -> PictureFile:
    """Bytes as a picture.

    Raises:
        PictureError: not-a-picture, or bomb.
    """
    try:
        info = inspect(data)
        if info.media_type == "image/svg+xml":
            from reader.svg import inert

            data = inert(data)
            info = inspect(data)
    except ValueError as error:
        raise PictureError(url=url, kind="not-a-picture", detail=str(error)) from None
    if info.width * info.height > MAX_PIXELS or max(info.width, info.height) > MAX_SIDE or info.frames > MAX_FRAMES:
        size = f"{info.width} x {info.height} pixels, {info.frames} frames"
        raise PictureError(url=url, kind="bomb", detail=size)
    return PictureFile(url, info.media_type, info.width, info.height, info.frames, data, False, referer)


# --------------------------------------------------------------------------------------- addresses without a network


def _read_local(url: str, root: Path | None) -> bytes:
    return _decode_data(url) if url[:5].lower() == "data:" else _read_file(url, root)


def _decode_data(url: str) -> bytes:
    """The bytes inside a ``data:`` address (RFC 2397)."""
    if len(url) > 2 * _MAX_BYTES:
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
        if status.st_size > _MAX_BYTES:
            raise PictureError(url=url, kind="too-large")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(_MAX_BYTES)
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
