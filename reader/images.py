"""The picture proxy: from the address of a picture to bytes that were checked.

A picture comes from the disk cache, from the article's own folder, from a ``data:`` address, or from the network, where
one address and one Referer after the other is tried. Nothing is decoded here; type and size are read from the bytes,
never from headers.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from reader.attempts import Attempt, PictureReport, from_json, to_json
from reader.climb import Climbed, Climber
from reader.errors import Cancelled, PictureError
from reader.ladder import host_of, is_web
from reader.lessons import Lessons
from reader.localpictures import read_local
from reader.model import Picture
from reader.net import Client, Origin
from reader.notes import Notes
from reader.picturecache import CacheSize, Entry, PictureCache, lifetime_s
from reader.picturefile import PictureFile as PictureFile
from reader.picturefile import checked as checked
from reader.pictureplaces import place_of, places_of, web_addresses
from reader.records import dataclass

#: A picture that failed is not asked for again by a page before this; each further failure in a row takes four times as
#: long, up to the most. A server that did not answer may be back at once, so there it stays the least.
_FAILED_S, _FAILED_GROWTH, _FAILED_MOST_S = 60.0, 4, 6 * 3600.0
_MAX_FAILED = 5_000
#: What broke off is asked for again after this.
_PARTIAL_S = 600.0
_PASSING = frozenset({"unreachable", "timeout"})
#: Who waits for another thread's attempt looks this often whether it was cancelled, as the network does.
_TICK_S = 0.05


@dataclass(frozen=True, slots=True)
class _Failure:
    """That a picture could not be had, and until when that is believed."""

    error: PictureError
    when: float
    until: float
    in_row: int
    attempts: tuple[Attempt, ...]


class Pictures:
    """Fetches pictures and keeps them. May be used by many threads at once, and by several processes on one folder.

    Args:
        cache: the folder; made when needed, and done without when it cannot be written.
        max_cache_bytes: what it may hold beside what is pinned.
        template: the address of a proxy that the user chose, with ``{url}`` in it; ``""`` for none.
        pinned: the addresses of pictures that must stay.
        now: the wall clock, seconds.
    """

    def __init__(
        self,
        client: Client,
        cache: Path,
        *,
        max_cache_bytes: int = 500 * 2**20,
        template: Callable[[], str] = lambda: "",
        pinned: Callable[[], Collection[str]] = frozenset,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._now = now
        self._cache = PictureCache(cache, max_cache_bytes, pinned=lambda: places_of(pinned()), now=now)
        self._lessons = Lessons(cache / "lessons", now)
        self._failed = Notes(cache / "failed", _MAX_FAILED, now)
        self._climber = Climber(client, self._lessons, template)
        self._lock = threading.Lock()
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
        cancelled: Callable[[], bool] | None = None,
    ) -> PictureFile:
        """A picture, from wherever it can be had.

        Args:
            article_url: a Referer to try when the server wants one.
            allow: the one origin that may be a private address.
            root: the folder whose files the article may show.
            offline: no network.
            refresh: ask again now, also for what is kept or failed a moment ago (the user pressed "retry").
            cancelled: nobody wants it any more; asked from other threads, 20 times a second. Others who ask for the
                same picture are not cancelled by it.

        Raises:
            Cancelled: that is no failure, and none is remembered.
            PictureError: with the trouble of the picture's first address.
        """
        asks_anew = refresh and not offline
        kept = None if asks_anew else self._whole(picture, allow, offline)
        if kept is not None:
            return kept
        with self._alone(picture.url, cancelled):
            # Another thread may have brought it while this one waited.
            kept = None if asks_anew else self._whole(picture, allow, offline)
            if kept is not None:
                return kept
            try:
                return self._bring(picture, article_url, allow, root, offline, asks_anew, cancelled)
            except PictureError:
                kept = self.cached(picture, allow)
                if kept is not None:
                    return kept
                raise

    def cached(self, picture: Picture, allow: Origin | None = None) -> PictureFile | None:
        """What is on the disk for a picture, without any network.

        Args:
            allow: as for ``get``: what came from there by this right is given to nobody without it.
        """
        found = self._kept(picture, allow)
        return _file_of(*found) if found is not None else None

    def has(self, picture: Picture, allow: Origin | None = None) -> bool:
        """Whether a picture is held; quicker than ``cached``."""
        return any(self._cache.has(place_of(url, allow)) for url in web_addresses(picture))

    def forget(self, picture: Picture) -> None:
        """Remove what is kept of a picture, and that it failed."""
        for url in (picture.url, *picture.alternates):
            for place in places_of((url,)):
                self._cache.forget(place)
                self._failed.forget(place)

    def report(self, picture: Picture, allow: Origin | None = None, *, pinned: bool = False) -> PictureReport:
        """All that is known of a picture; nobody is asked."""
        learned = self._lessons.of(host_of(picture.url))
        kept = self._kept(picture, allow)
        failure = self._failure(place_of(picture.url, allow)) if is_web(picture.url) else None
        facts: dict[str, Any] = {}
        if kept is not None:
            e, data = kept
            facts = {"cached": True, "media_type": e.media_type, "width": e.width, "height": e.height,
                     "bytes": len(data), "address": e.url, "referer": e.referer, "attempts": e.attempts,
                     "asked": e.stored, "pinned": pinned}  # fmt: skip
        if failure is not None and failure.when > facts.get("asked", 0.0):
            facts |= {"attempts": failure.attempts, "asked": failure.when}
            if kept is None:
                again = failure.until if failure.until > self._now() else 0.0
                facts |= {"error": failure.error, "again": again}
        return PictureReport(picture, learned=learned, **facts)

    def size(self) -> CacheSize:
        """What the cache holds."""
        return self._cache.size()

    def clear(self, *, keep_pinned: bool = True) -> int:
        """Remove what is kept, and all that was learned of failures; the bytes that it freed."""
        self._failed.clear()
        return self._cache.clear(keep_pinned=keep_pinned)

    def problems(self, *, repair: bool = False) -> list[str]:
        """What is damaged in the cache, one sentence each."""
        return self._cache.problems(repair=repair)

    def limit(self, max_cache_bytes: int) -> None:
        """Hold no more than this from now on, beside what is pinned."""
        self._cache.limit(max_cache_bytes)

    def evict(self) -> None:
        """Bring the cache below its limit."""
        self._cache.evict()

    def _kept(self, picture: Picture, allow: Origin | None) -> tuple[Entry, bytes] | None:
        for url in web_addresses(picture):
            found = self._cache.get(place_of(url, allow))
            if found is not None:
                return found
        return None

    def _whole(self, picture: Picture, allow: Origin | None, offline: bool) -> PictureFile | None:
        """What is kept, but not for ever the part of a picture that broke off."""
        found = self._kept(picture, allow)
        if found is None or (found[0].partial and not offline and self._now() > found[0].until):
            return None
        return _file_of(*found)

    def _bring(
        self,
        picture: Picture,
        article_url: str,
        allow: Origin | None,
        root: Path | None,
        offline: bool,
        anew: bool,
        cancelled: Callable[[], bool] | None,
    ) -> PictureFile:
        """A picture that is not held: from the kind of address that comes first, and then from the other kind."""
        web = web_addresses(picture)
        ways: list[Callable[[], PictureFile]] = []
        if len(web) < len({picture.url, *picture.alternates}):
            ways.append(lambda: read_local(picture, root))
        if web:
            remote = Picture(web[0], tuple(web[1:]))
            ways.append(lambda: self._ask(remote, article_url, allow, offline, anew, cancelled))
        if is_web(picture.url):
            ways.reverse()
        for way in ways[:-1]:
            with contextlib.suppress(PictureError):
                return way()
        return ways[-1]()

    def _ask(
        self,
        picture: Picture,
        article_url: str,
        allow: Origin | None,
        offline: bool,
        anew: bool,
        cancelled: Callable[[], bool] | None,
    ) -> PictureFile:
        """A picture from the network."""
        if offline:
            raise PictureError(url=picture.url, kind="offline")
        place = place_of(picture.url, allow)
        failure = None if anew else self._failure(place)
        if failure is not None and self._now() < failure.until:
            raise failure.error
        climbed = self._climber.climb(picture, article_url, allow, anew=anew, cancelled=cancelled)
        return self._keep(place, climbed, allow)

    def _keep(self, place: str, climbed: Climbed, allow: Origin | None) -> PictureFile:
        """Remember what a walk brought, picture or failure.

        Raises:
            PictureError: it was a failure.
        """
        file = climbed.file
        if file is None:
            assert climbed.error is not None
            if climbed.attempts:  # nobody was asked when the server was silent a moment ago
                self._note_failure(place, climbed.error, climbed)
            raise climbed.error
        held = self._cache.get(place) if file.partial else None
        if held is not None and not held[0].partial:
            return _file_of(*held)
        until = self._now() + (_PARTIAL_S if file.partial else lifetime_s(climbed.headers))
        entry = Entry(
            file.url, file.media_type, file.width, file.height, file.frames, file.referer, until, file.partial,
            file.attempts,
        )  # fmt: skip
        self._cache.put(place, entry, file.data, also=place_of(file.url, allow))
        self._failed.forget(place)
        return file

    def _failure(self, place: str) -> _Failure | None:
        match self._failed.get(place):
            case {
                "error": {
                    "url": str() as url,
                    "kind": str() as kind,
                    "detail": str() as detail,
                    "status": int() as code,
                },
                "when": int() | float() as when,
                "until": int() | float() as until,
                "in_row": int() as in_row,
                "attempts": attempts,
            } if when <= self._now():
                error = PictureError(url=url, kind=kind, detail=detail, status=code)
                return _Failure(error, when, until, in_row, from_json(attempts))
        return None

    def _note_failure(self, place: str, error: PictureError, climbed: Climbed) -> None:
        before = self._failure(place)
        in_row = min(before.in_row + 1, 9) if before is not None else 0
        growth = 1 if error.kind in _PASSING else _FAILED_GROWTH**in_row
        pause_s = min(max(_FAILED_S * growth, climbed.pause_s), _FAILED_MOST_S)
        self._failed.put(
            place,
            {
                "error": {"url": error.url, "kind": error.kind, "detail": error.detail, "status": error.status},
                "when": self._now(),
                "until": self._now() + pause_s,
                "in_row": in_row,
                "attempts": to_json(climbed.attempts),
            },
        )

    @contextlib.contextmanager
    def _alone(self, url: str, cancelled: Callable[[], bool] | None) -> Iterator[None]:
        """One thread at a time for one picture: the list and the article ask for the same one.

        Raises:
            Cancelled: while it waited for its turn.
        """
        with self._lock:
            turn, users = self._under_way.get(url, (threading.Lock(), 0))
            self._under_way[url] = (turn, users + 1)
        try:
            while not turn.acquire(timeout=_TICK_S):
                if cancelled is not None and cancelled():
                    raise Cancelled(url=url)
            try:
                yield
            finally:
                turn.release()
        finally:
            with self._lock:
                turn, users = self._under_way.pop(url)
                if users > 1:
                    self._under_way[url] = (turn, users - 1)


def _file_of(e: Entry, data: bytes) -> PictureFile:
    return PictureFile(e.url, e.media_type, e.width, e.height, e.frames, data, True, e.referer, e.partial, e.attempts)
