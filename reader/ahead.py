"""Pictures fetched before anybody asks for them: for the list after a refresh, and for reading without a network.

Decided first, which is pure but for asking what is held; fetched then, within a budget.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from reader.addresses import Origin, origin_of
from reader.errors import Cancelled, ReaderError
from reader.model import Article, Picture, Query, Rendered, Row, Source, View
from reader.picturerule import may_load, rule
from reader.progress import Progress, Report, Stop
from reader.records import dataclass
from reader.settings import Settings
from reader.store import Store

#: What a list can show without much scrolling.
MOST_LEADS = 200
#: Unread articles whose pictures are fetched for reading offline: more than a week of trains.
MOST_ARTICLES = 400
MOST_PICTURES = 2_000
_THREADS = 4


@dataclass(frozen=True, slots=True)
class Job:
    """A picture to fetch, and whose it is."""

    picture: Picture
    article_url: str
    allow: Origin | None


@dataclass(frozen=True, slots=True)
class FetchedAhead:
    """What fetching ahead brought.

    Attributes:
        wanted: pictures that were not held.
        bytes: of those that came.
        stopped: ``""`` at the end, "cancelled", or "budget".
    """

    wanted: int = 0
    came: int = 0
    bytes: int = 0
    stopped: str = ""


def scope(source: Source, settings: Settings) -> str:
    """What is fetched ahead for a source: leads, all or none. Where pictures wait for a click, nothing is."""
    if not may_load(rule(source.pictures, settings.pictures), asked=False):
        return "none"
    return "all" if source.ahead else settings.pictures_ahead


class Planner:
    """Decides which pictures are fetched.

    Args:
        held: whether a picture is there already.
        render: an article as it is shown; None when it cannot be.
    """

    def __init__(
        self, store: Store, held: Callable[[Picture, Origin | None], bool], render: Callable[[Article], Rendered]
    ) -> None:
        self._store, self._held, self._render = store, held, render

    def jobs(
        self,
        sources: Sequence[Source],
        settings: Settings,
        *,
        leads: int = MOST_LEADS,
        articles: int = MOST_ARTICLES,
        cancelled: Stop,
    ) -> list[Job]:
        """The pictures to fetch, those of the list first, then article by article, the newest first; none twice.

        Args:
            leads, articles: rows of the list whose lead is fetched, and unread articles whose pictures are, at most.
        """
        by_key = {source.key: source for source in sources}
        scopes = {key: scope(source, settings) for key, source in by_key.items()}
        found: dict[tuple[str, Origin | None], Job] = {}
        for row in self._rows("all", [key for key, said in scopes.items() if said != "none"], leads):
            if row.lead is not None:
                self._add(found, (row.lead,), row, by_key[row.source_key])
        for row in self._rows("unread", [key for key, said in scopes.items() if said == "all"], articles):
            if cancelled() or len(found) >= MOST_PICTURES:
                break
            self._add(found, self._pictures(row), row, by_key[row.source_key])
        return list(found.values())[:MOST_PICTURES]

    def _rows(self, view: View, keys: Sequence[int], limit: int) -> list[Row]:
        if not keys or not limit:
            return []  # a query without sources means every source
        query = Query(view=view, sources=tuple(keys))
        return self._store.rows(self._store.ids(query, limit=limit))

    def _pictures(self, row: Row) -> tuple[Picture, ...]:
        try:
            return self._render(self._store.article_by_key(row.key)).images
        except ReaderError:
            return ()  # it is told when the article is opened

    def _add(
        self, found: dict[tuple[str, Origin | None], Job], pictures: Iterable[Picture], row: Row, source: Source
    ) -> None:
        allow = origin_of(source)
        for picture in pictures:
            key = picture.url, allow
            if picture.url[:4] == "http" and key not in found and not self._held(picture, allow):
                found[key] = Job(picture, row.url, allow)


def fetch(
    jobs: Sequence[Job],
    get: Callable[[Job], int],
    *,
    budget_bytes: int,
    progress: Report,
    cancelled: Stop,
) -> FetchedAhead:
    """Fetch pictures, some at a time, until all are there, the budget is spent, or it is cancelled.

    Args:
        get: fetches one and tells its bytes.
        progress: told after each picture, from whichever thread had it.
    """
    lock = threading.Lock()
    done = came = spent = 0
    stopped = ""

    def one(job: Job) -> None:
        nonlocal done, came, spent, stopped
        with lock:
            stopped = stopped or ("cancelled" if cancelled() else "budget" if spent >= budget_bytes else "")
            if stopped:
                return
        try:
            size: int | None = get(job)
        except Cancelled:
            with lock:
                stopped = stopped or "cancelled"
            return
        except ReaderError:
            size = None  # its reason is noted with the picture
        with lock:
            done += 1
            came += size is not None
            spent += size or 0
            progress(Progress(done, len(jobs), "pictures"))

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="ahead") as pool:
        for _ in pool.map(one, jobs):
            pass
    return FetchedAhead(len(jobs), came, spent, stopped)
