"""What sources give, taken in: fetched or read, parsed by the worker process, recognised, stored."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from reader import fetching, schedule
from reader.addresses import origin_of
from reader.doubts import Doubt, Doubts
from reader.errors import Cancelled, CaptivePortal, HttpStatus, Offline, ReaderError, StoreError
from reader.fetching import Answer
from reader.folders import Folders
from reader.model import Failed, Feed, Known, Outcome, Prepared, Saved, Source, Unchanged, Updated
from reader.progress import Progress, Report, Stop, never, quiet
from reader.sentences import describe
from reader.store import Store, leases

if TYPE_CHECKING:
    from reader.net import Access, Client, Origin, Response
    from reader.sources.rsshub import Hub
    from reader.worker import Worker

log = logging.getLogger(__name__)

#: Status of what is gone for good (RFC 9110, section 15.5.11).
GONE = 410


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
        self._folders = Folders(store, worker, now, self.save)

    def refresh(
        self, sources: Sequence[Source], *, progress: Report = quiet, cancelled: Stop = never
    ) -> Iterator[Outcome]:
        """Refresh sources, one outcome each, as they finish. A failing source is a value, not an exception.

        Feeds are fetched by several threads (``fetching``); they are parsed in the worker process and stored here, one
        short transaction a source. A source that is still inside its server's Retry-After, or that another program
        refreshes now, is passed over. Failures that may be the network's own wait for what the others say.
        """
        now = self._now()
        wanted = [s.key for s in sources if not schedule.is_held_back(s, now)]
        owner = leases.new_owner()
        taken = self._store.take_leases(wanted, owner, now)
        ended = threading.Event()  # nobody takes any more outcomes: what is under way stops as well
        try:
            current = {each.key: each for each in self._store.sources() if each.key in taken}
            mine = [current[key] for key in dict.fromkeys(wanted) if key in current]
            total = len(mine)
            for done, outcome in enumerate(self._outcomes(mine, owner, progress, cancelled, ended), 1):
                progress(Progress(done, total, outcome.source.title))
                yield outcome
        finally:
            ended.set()
            self._store.release_leases(owner)

    def _outcomes(
        self, sources: Sequence[Source], owner: str, progress: Report, cancelled: Stop, ended: threading.Event
    ) -> Iterator[Outcome]:
        def stopped() -> bool:
            return ended.is_set() or cancelled()

        renew = self._renewer(owner)
        # Closed here, not when it is collected: its threads must have ended before the leases are let go.
        with contextlib.closing(
            fetching.answers([s for s in sources if s.kind == "feed"], lambda s: self._fetch(s, stopped), ended)
        ) as coming:
            for source in sources:
                if cancelled():
                    return
                if source.kind in ("folder", "files"):
                    yield self._outcome(source, lambda s=source: self._scan(s, renew, progress, cancelled))  # type: ignore[misc]
            doubts = Doubts()
            for some in coming:
                if cancelled():
                    return
                renew()
                yield from self._received(some, doubts)
            for doubt in doubts.settled():
                yield self._doubtful(doubt)

    def _renewer(self, owner: str) -> Callable[[], None]:
        """Called often, it renews the leases well before their end."""
        renewed = self._now()

        def renew() -> None:
            nonlocal renewed
            if abs(self._now() - renewed) > leases.LENGTH / 4:  # backwards, too: a clock may be set
                renewed = self._now()
                self._store.renew_leases(owner, renewed)

        return renew

    def look(
        self, key: int, paths: Collection[str] | None, *, progress: Report = quiet, cancelled: Stop = never
    ) -> Outcome | None:
        """Take in what changed in a folder.

        Args:
            paths: the files and subfolders that changed; None looks everywhere.

        Returns:
            None when another program takes it in now, or the source is gone.
        """
        owner = leases.new_owner()
        if key not in self._store.take_leases([key], owner, self._now()):
            return None
        try:
            source = self._store.source(key)
            renew = self._renewer(owner)
            return self._outcome(source, lambda: self._scan(source, renew, progress, cancelled, paths))
        finally:
            self._store.release_leases(owner)

    def _received(self, some: Sequence[Answer], doubts: Doubts) -> Iterator[Outcome]:
        """Store what came. Answers that say "unchanged" share a transaction: a thousand are 30 commits."""
        unchanged: list[tuple[Source, Response]] = []
        others: list[Answer] = []
        for each in some:
            if each.response is not None and each.response.status == 304:
                unchanged.append((each.source, each.response))
            else:
                others.append(each)
        if unchanged:
            with self._store.batch():
                for source, response in unchanged:
                    doubts.feed_came(source)
                    self._note_unchanged(source, response)
        yield from (Unchanged(source) for source, _ in unchanged)
        for each in others:
            outcome = self._taken_in(each, doubts)
            if outcome is not None:
                yield outcome
        for doubt in doubts.cleared():
            yield self._failed(doubt.source, doubt.error)

    def _taken_in(self, answer: Answer, doubts: Doubts) -> Outcome | None:
        """What came of a source; None for a failure that waits."""
        source, response = answer.source, answer.response
        if isinstance(answer.error, HttpStatus):
            doubts.host_answered()
        try:
            if response is None:
                assert answer.error is not None
                raise answer.error
            saved = self.keep(source, response, *self.parse(response))
        except StoreError:
            raise
        except Exception as error:
            came_from = response.url if response is not None else ""
            if doubts.hold(source, error, came_from, page=response is not None and _is_page(response)):
                return None
            return self._failed(source, error)
        doubts.feed_came(source)
        log.debug("refresh of %s: %d new, %d changed", source.address, saved.new, saved.changed)
        return _outcome_of(source, saved)

    def _doubtful(self, doubt: Doubt) -> Outcome:
        if isinstance(doubt.error, Offline | CaptivePortal):
            return Failed(doubt.source, doubt.error)
        return self._failed(doubt.source, doubt.error)

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
            return _outcome_of(source, work())
        except StoreError:
            raise
        except Exception as error:
            return self._failed(source, error)

    def _failed(self, source: Source, error: Exception) -> Failed:
        """Write down a failure; the others go on, also after a bug that this source alone met."""
        if isinstance(error, Cancelled):
            return Failed(source, error)
        now = self._now()
        if isinstance(error, ReaderError):
            log.info("refresh of %s failed: %s", source.address, error)
        else:
            log.error("refresh of %s met a bug", source.address, exc_info=error)
        status = error if isinstance(error, HttpStatus) else None
        self._store.note_refresh(
            source.key,
            when=now,
            error=str(describe(error)),
            retry_at=schedule.retry_at(status.retry_after_s, now) if status else None,
            retired=status is not None and status.status == GONE,
        )
        return Failed(source, error)

    def _note_unchanged(self, source: Source, response: Response) -> None:
        now = self._now()
        self._store.note_refresh(
            source.key,
            when=now,
            validators=source.validators,
            pause_s=max(source.document_pause_s, schedule.pause_of(response.headers, now)),
        )
        if response.permanent_url or source.moved_to:
            # Its server knew the validators of what is stored, if there was anything.
            self._follow_redirect(source, response, known=source.total > 0)

    def _follow_redirect(self, source: Source, response: Response, *, known: bool) -> None:
        """Count a permanent redirect; after the third over two days it is the source's address.

        Args:
            known: its document carries an article that is stored.
        """
        url, now = response.permanent_url, self._now()
        if not url or url == source.address:
            self._store.note_moved(source.key, "", now)
        elif known and schedule.has_moved(source, url, now) and _may_move(source, url):
            self._store.move_source(source.key, url, typed=origin_of(source) == _origin(url))
        else:
            self._store.note_moved(source.key, url, now)

    def parse(self, response: Response) -> tuple[Feed, list[Prepared]]:
        from reader import tasks

        return self._worker().call(tasks.parse_feed, response.body, response.url, response.content_type)

    def keep(self, source: Source, response: Response, feed: Feed, articles: Sequence[Prepared]) -> Saved:
        now = self._now()
        with self._store.batch():
            saved = self.save(source, articles)
            self._store.note_refresh(
                source.key,
                when=now,
                validators=response.validators,
                title=feed.title,
                home_url=feed.url,
                pause_s=max(feed.pause_s, schedule.pause_of(response.headers, now)),
                document_pause_s=feed.pause_s,
                newest=saved.new > 0,
            )
            if response.permanent_url or source.moved_to:
                self._follow_redirect(source, response, known=saved.new < len(articles))
        return saved

    def _scan(
        self,
        source: Source,
        renew: Callable[[], None],
        progress: Report,
        cancelled: Stop,
        paths: Collection[str] | None = None,
    ) -> Saved:
        """Take in a folder, see ``Folders.scan``; the lease is renewed meanwhile."""

        def stopped() -> bool:
            renew()
            return cancelled()

        return self._folders.scan(
            source, lambda done, total: progress(Progress(done, total, source.title)), stopped, paths
        )

    def save(
        self,
        source: Source,
        articles: Sequence[Prepared],
        *,
        among: Callable[[list[Known]], list[Known]] = lambda known: known,
        moved: Mapping[str, str] = MappingProxyType({}),
    ) -> Saved:
        """Store what a source gave.

        Args:
            among: of the stored articles that they could be those that they can be.
            moved: see ``identity.match``.
        """
        from reader import identity

        if not articles:
            return Saved()
        urls = [identity.canonical_url(a.draft.url) if a.draft.url else "" for a in articles]
        guids = [a.draft.guid for a in articles]
        before = [moved[guid] for guid in guids if guid in moved]
        known = self._store.known(source.key, guids + before, urls, [a.fingerprint for a in articles])
        matches = identity.match(among(known), articles, moved) if known else [None] * len(articles)
        entries = []
        for article, url, match in zip(articles, urls, matches, strict=True):
            name = article.draft.guid or url or article.fingerprint.hex()
            entries.append((match, identity.article_id(source.address, name), url, article))
        return self._store.save(source.key, entries, self._now())


def _outcome_of(source: Source, saved: Saved) -> Outcome:
    if saved.new or saved.changed:
        return Updated(source, saved.new, saved.changed)
    return Unchanged(source)


def _is_page(response: Response) -> bool:
    """Whether HTML came."""
    from reader.sources.discover import looks_like_feed

    return "html" in response.content_type.lower() or not looks_like_feed(response.body, response.content_type)


def _origin(url: str) -> Origin | None:
    from reader.addresses import Origin

    return Origin.of(url)


def _may_move(source: Source, url: str) -> bool:
    """What the user set for the source's own origin (a login, headers, a certificate) does not go to another one."""
    own = source.user or source.headers or source.certificate
    return not own or _origin(source.address) == _origin(url)
