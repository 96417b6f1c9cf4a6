"""What sources give, taken in: fetched or read, parsed by the worker process, recognised, stored."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reader.errors import Cancelled, FolderError, HttpStatus, ReaderError, StoreError
from reader.model import Failed, Feed, Outcome, Prepared, Saved, Source, Unchanged, Updated, Validators
from reader.sentences import describe
from reader.store import Store

if TYPE_CHECKING:
    from reader.net import Access, Client, Origin, Response
    from reader.sources.rsshub import Hub
    from reader.worker import Worker

log = logging.getLogger(__name__)

#: Files read by the worker in one task: small enough for a lively progress and a prompt cancel.
BATCH = 50

FETCH_THREADS = 8


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is: ``done`` of ``total``, in sources or in the files of one folder."""

    done: int
    total: int
    what: str = ""


Report = Callable[[Progress], None]
Stop = Callable[[], bool]


def quiet(progress: Progress) -> None:
    """Nobody looks."""


def never() -> bool:
    return False


class Intake:
    """Takes in what sources give. One for a library.

    Args:
        client, worker: the door to the network and the worker process, made on first use.
        now: the clock, UTC.
        hub: who answers for ``rsshub:`` addresses.
        access: what a source's own server is told.
    """

    def __init__(
        self,
        store: Store,
        client: Callable[[], Client],
        worker: Callable[[], Worker],
        now: Callable[[], datetime],
        hub: Hub,
        access: Callable[[Source], Access],
    ) -> None:
        self._store, self._client, self._worker, self._now, self._hub = store, client, worker, now, hub
        self._access = access

    def refresh(
        self, sources: Sequence[Source], *, progress: Report = quiet, cancelled: Stop = never
    ) -> Iterator[Outcome]:
        """Refresh sources, one outcome each, as they finish. A failing source is a value, not an exception.

        Feeds are fetched by several threads; they are parsed in the worker process and stored here, one short
        transaction a source. A source that is still inside its server's Retry-After is passed over.
        """
        now = self._now()
        allowed = [s for s in sources if s.retry_at is None or s.retry_at <= now]
        folders = [s for s in allowed if s.kind in ("folder", "files")]
        feeds = [s for s in allowed if s.kind == "feed"]
        total = len(folders) + len(feeds)
        done = 0
        pool = ThreadPoolExecutor(FETCH_THREADS, thread_name_prefix="fetch")
        waiting: dict[Future[Response], Source] = {}
        ended = threading.Event()  # nobody takes any more outcomes: what is under way stops as well
        try:
            for source in feeds:
                waiting[pool.submit(self._fetch, source, lambda: ended.is_set() or cancelled())] = source
            for source in folders:
                if cancelled():
                    return
                progress(Progress(done, total, source.title))
                yield self._outcome(source, lambda s=source: self._scan(s, progress, cancelled))  # type: ignore[misc]
                done += 1
            while waiting and not cancelled():
                finished, _ = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in finished:
                    source = waiting.pop(future)
                    outcome = self._outcome(source, lambda s=source, f=future: self._receive(s, f.result()))  # type: ignore[misc]
                    done += 1
                    progress(Progress(done, total, source.title))
                    yield outcome
        finally:
            ended.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _fetch(self, source: Source, cancelled: Stop) -> Response:
        return self._hub.get(
            self._client(),
            source.address,
            validators=source.validators,
            allow=origin_of(source),
            access=self._access(source),
            cancelled=cancelled,
        )

    def _outcome(self, source: Source, work: Callable[[], Saved]) -> Outcome:
        try:
            saved = work()
        except Cancelled as error:
            return Failed(source, error)
        except StoreError:
            raise
        except ReaderError as error:
            retry_at = None
            if isinstance(error, HttpStatus) and error.retry_after_s is not None:
                retry_at = self._now() + timedelta(seconds=error.retry_after_s)
            self._store.note_refresh(source.key, when=self._now(), error=str(describe(error)), retry_at=retry_at)
            log.info("refresh of %s failed: %s", source.address, error)
            return Failed(source, error)
        except Exception as error:  # a bug, met in this source alone: the others go on
            log.error("refresh of %s met a bug", source.address, exc_info=True)
            self._store.note_refresh(source.key, when=self._now(), error=str(describe(error)))
            return Failed(source, error)
        if saved.new or saved.changed:
            return Updated(source, saved.new, saved.changed)
        return Unchanged(source)

    def _receive(self, source: Source, response: Response) -> Saved:
        """Parse and store a fetched feed."""
        if response.status == 304:
            self._store.note_refresh(source.key, when=self._now(), validators=source.validators)
            return Saved()
        return self.keep(source, response, *self.parse(response))

    def parse(self, response: Response) -> tuple[Feed, list[Prepared]]:
        from reader import tasks

        return self._worker().call(tasks.parse_feed, response.body, response.url, response.content_type)

    def keep(self, source: Source, response: Response, feed: Feed, articles: Sequence[Prepared]) -> Saved:
        with self._store.together():
            saved = self.save(source, articles)
            self._store.note_refresh(
                source.key, when=self._now(), validators=response.validators, title=feed.title, home_url=feed.url
            )
        return saved

    def _scan(self, source: Source, progress: Report, cancelled: Stop) -> Saved:
        """Compare a folder with what is stored, read what changed, in batches."""
        from reader import tasks

        worker = self._worker()
        stamps = self._store.file_stamps(source.key)
        if source.kind == "files":
            listing = tasks.Listing(_changed_files(stamps), (), ())
        else:
            listing = worker.call(tasks.list_folder, source.address, stamps)
        if stamps and len(listing.gone) == len(stamps) and not listing.changed:
            # An unmounted disk looks like an empty folder: nothing is let go for it.
            raise FolderError(path=source.address, detail="it holds no article any more; what is stored was kept")
        # A copy of an unchanged file is a new article; a renamed file is the one that went.
        changed_guids = {guid for _, guid, _, _ in listing.changed}
        unchanged = stamps.keys() - changed_guids - set(listing.gone)
        problems = list(listing.problems)
        new = updated = 0
        for start in range(0, len(listing.changed), BATCH):
            if cancelled():
                raise Cancelled(url=source.address)
            progress(Progress(start, len(listing.changed), source.title))
            articles, unread = worker.call(tasks.read_files, listing.changed[start : start + BATCH])
            saved = self.save(source, articles, unchanged)
            new, updated = new + saved.new, updated + saved.changed
            problems += unread
        if listing.gone:
            self._store.mark_gone(source.key, listing.gone)
        error = ""
        if problems:
            path, detail = problems[0]
            error = str(describe(FolderError(path=path, detail=detail)))
            if len(problems) > 1:
                error += f" (and {len(problems) - 1} more files)"
        self._store.note_refresh(source.key, when=self._now(), error=error, validators=Validators())
        return Saved(new, updated)

    def save(self, source: Source, articles: Sequence[Prepared], apart: Collection[str] = ()) -> Saved:
        """Store what a source gave; ``apart`` are the guids of stored articles that none of these can be."""
        from reader import identity

        if not articles:
            return Saved()
        urls = [identity.canonical_url(a.draft.url) if a.draft.url else "" for a in articles]
        known = self._store.known(source.key, [a.draft.guid for a in articles], urls, [a.fingerprint for a in articles])
        matches = identity.match([each for each in known if each.guid not in apart], articles)
        entries = []
        for article, url, match in zip(articles, urls, matches, strict=True):
            name = article.draft.guid or url or article.fingerprint.hex()
            entries.append((match, identity.article_id(source.address, name), url, article))
        return self._store.save(source.key, entries, self._now())


def origin_of(source: Source) -> Origin | None:
    """Whose private addresses a source may use: its own origin, if the user typed it."""
    from reader.net import Origin

    return Origin.of(source.address) if source.kind == "feed" and source.typed else None


def _changed_files(stamps: Mapping[str, tuple[int, int]]) -> tuple[tuple[str, str, int, int], ...]:
    """Of single opened files those that changed; one that is gone stays as it was read."""
    changed = []
    for guid, stamp in stamps.items():
        with contextlib.suppress(OSError):
            facts = os.stat(guid)
            if (facts.st_size, facts.st_mtime_ns) != stamp:
                changed.append((guid, guid, facts.st_size, facts.st_mtime_ns))
    return tuple(changed)
