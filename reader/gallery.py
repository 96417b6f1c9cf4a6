"""The pictures of a library: of an open article, of the list, fetched ahead, held, looked into."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reader.addresses import origin_of
from reader.errors import PictureError
from reader.model import Article, Picture, Rendered, Row, Source
from reader.picturerule import Rule, may_load, rule
from reader.progress import Progress, Report, Stop, never, quiet
from reader.records import dataclass
from reader.settings import Settings
from reader.store import Store

if TYPE_CHECKING:
    from reader.addresses import Origin
    from reader.ahead import FetchedAhead, Job, Planner
    from reader.attempts import PictureReport
    from reader.images import PictureFile, Pictures


#: The sizes of so many pictures of an article are looked up before it is shown, off the window's thread: 20 ms.
MOST_SIZES = 200


@dataclass(frozen=True, slots=True)
class Document:
    """An article ready to be shown.

    Attributes:
        origin: whose private addresses its pictures may use: the origin of its source, as the user typed it.
        root: the folder that its ``file:`` pictures must be in; None for an article from the network.
        sizes: of its pictures in pixels, as far as they are known before they are loaded; see ``Library.laid_out``.
        rule: whether pictures that are not held are loaded by themselves.
    """

    article: Article
    rendered: Rendered
    origin: Origin | None
    root: Path | None
    sizes: tuple[tuple[int, int] | None, ...] = ()
    rule: Rule = "always"


class Gallery:
    """What a library does with pictures.

    Args:
        pictures: the proxy, made on first use.
        settings: as they are now.
        render: an article as it is shown, made where it disturbs nobody.
    """

    def __init__(
        self,
        store: Store,
        pictures: Callable[[], Pictures],
        settings: Callable[[], Settings],
        render: Callable[[Article], Rendered],
    ) -> None:
        self._store, self._pictures, self._settings, self._render = store, pictures, settings, render

    def rule(self, source: Source) -> Rule:
        """Whether the articles of a source load their pictures by themselves: always, on click, never."""
        return rule(source.pictures, self._settings().pictures)

    def picture(
        self,
        document: Document,
        number: int,
        *,
        refresh: bool = False,
        offline: bool = False,
        now: bool = False,
        cancelled: Stop = never,
    ) -> PictureFile:
        """See ``Library.picture``."""
        picture = _nth(document, number)
        row = document.article.row
        if row.key < 0:  # the manual is no article of a source: what it shows lies beside it
            from reader.localpictures import read_local

            return read_local(picture, document.root)
        holds = self.rule(self._store.source(row.source_key))
        held_back = not may_load(holds, asked=now or refresh)
        try:
            return self._pictures().get(
                picture,
                article_url=row.url,
                allow=document.origin,
                root=document.root,
                offline=offline or held_back,
                refresh=refresh,
                cancelled=cancelled,
            )
        except PictureError as error:
            if held_back and error.kind == "offline":
                raise PictureError(url=error.url, kind="offline", detail=holds) from None
            raise

    def laid_out(self, document: Document, folder: Path) -> Document:
        """See ``Library.laid_out``.

        Args:
            folder: of the cache; only looked into, so that the network's modules need not be loaded for it.
        """
        from reader.picturecache import PictureCache
        from reader.pictureplaces import size_of

        cache = PictureCache(folder, 0)
        pictures = document.rendered.images
        sizes = tuple(size_of(cache, each, document.origin, document.root) for each in pictures[:MOST_SIZES])
        return replace(document, sizes=sizes, rule=self.rule(self._store.source(document.article.row.source_key)))

    def diagnose(self, document: Document, number: int) -> PictureReport:
        """See ``Library.diagnose``."""
        row = document.article.row
        return self._pictures().report(_nth(document, number), document.origin, pinned=row.bookmarked)

    def lead(self, row: Row, *, offline: bool = True) -> PictureFile:
        """See ``Library.lead``."""
        if row.lead is None:
            raise PictureError(url="", kind="missing")
        source = self._store.source(row.source_key)
        root = root_of(source, None)
        if root is None and row.lead.url.startswith("file:"):
            root = root_of(source, self._store.article_by_key(row.key))
        return self._pictures().get(row.lead, article_url=row.url, allow=origin_of(source), root=root, offline=offline)

    def fetch_leads(self, *, limit: int = 200, cancelled: Stop = never) -> int:
        """See ``Library.fetch_leads``."""
        settings = self._settings()
        jobs = self._planner().jobs(self._store.sources(), settings, leads=limit, articles=0, cancelled=cancelled)
        return self._fetch(jobs, settings, quiet, cancelled).came

    def fetch_ahead(
        self, sources: Sequence[Source] | None = None, *, progress: Report = quiet, cancelled: Stop = never
    ) -> FetchedAhead:
        """See ``Library.fetch_ahead``."""
        settings = self._settings()
        chosen = self._store.sources() if sources is None else sources
        jobs = self._planner().jobs(chosen, settings, cancelled=cancelled)
        progress(Progress(0, len(jobs), "pictures"))
        return self._fetch(jobs, settings, progress, cancelled)

    def _planner(self) -> Planner:
        from reader.ahead import Planner

        return Planner(self._store, self._pictures().has, self._render)

    def _fetch(self, jobs: Sequence[Job], settings: Settings, progress: Report, cancelled: Stop) -> FetchedAhead:
        from reader import ahead

        pictures = self._pictures()

        def get(job: Job) -> int:
            file = pictures.get(job.picture, article_url=job.article_url, allow=job.allow, cancelled=cancelled)
            return 0 if file.from_cache else len(file.data)

        budget_bytes = settings.ahead_mb * 2**20
        return ahead.fetch(jobs, get, budget_bytes=budget_bytes, progress=progress, cancelled=cancelled)


def _nth(document: Document, number: int) -> Picture:
    pictures = document.rendered.images
    if not 0 <= number < len(pictures):
        raise PictureError(url=f"#{number}", kind="missing", detail="the article has no such picture")
    return pictures[number]


def root_of(source: Source, article: Article | None) -> Path | None:
    """The folder whose files an article may show; None for an article from the network."""
    if source.kind == "folder":
        return Path(source.address)
    if article is not None and article.form == "file" and os.path.isabs(article.guid):
        return Path(article.guid).parent
    return None
