"""The application without a face: every use case as one method.

A ``Library`` may be used from several threads: the store keeps a connection per thread, the worker takes one task at a
time, the network client is safe to share. It never touches Qt.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from reader import resources, schedule
from reader import settings as settings_file
from reader.addresses import Origin, origin_of
from reader.errors import FolderError, NotFound, StoreReadOnly
from reader.gallery import Document as Document
from reader.gallery import Gallery, root_of
from reader.model import (
    ENGLISH_CARDS,
    Article,
    CardWords,
    Gesture,
    Offer,
    Outcome,
    Prepared,
    Query,
    Rendered,
    Row,
    Source,
    SourceHealth,
)
from reader.paths import Paths
from reader.progress import Report, Stop, never, quiet
from reader.settings import Settings
from reader.store import Store

if TYPE_CHECKING:
    from reader.accounts import Accounts
    from reader.ahead import FetchedAhead
    from reader.attempts import PictureReport
    from reader.favicons import Favicons
    from reader.following import Following
    from reader.images import PictureFile, Pictures
    from reader.intake import Intake
    from reader.net import Client
    from reader.passwords import Passwords
    from reader.picturecache import CacheSize
    from reader.sources.rsshub import Hub
    from reader.subscriptions import ListPreview
    from reader.worker import Worker

#: Address of the source that holds single files which were opened.
FILES = "files:"

#: Bodies above this size are made into HTML by the worker process: 100 kB take about 2 ms, Markdown 70 ms.
LARGE_CHARACTERS = 50_000


_Part = TypeVar("_Part")


class _part(Generic[_Part]):
    """A part of the library that is made when it is first asked for, once, whichever thread asks."""

    def __init__(self, make: Callable[[Library], _Part]) -> None:
        self._make = make

    def __get__(self, library: Library, _: type[Library]) -> _Part:
        name = self._make.__name__
        with library._making:
            if name not in library.__dict__:
                library.__dict__[name] = self._make(library)  # from now on found without asking here
            part: _Part = library.__dict__[name]
            return part


class Library:
    """One library: the articles you keep and the articles you follow.

    Args:
        paths: where it lives.
        readonly: open what is there and change nothing.
        client: the door to the network; tests give one with a resolver of their own.
        passwords: of sources; None keeps them in the system's keyring.
        now: the clock, UTC.

    Raises:
        StoreError: the library cannot be used.
    """

    def __init__(
        self,
        paths: Paths,
        *,
        readonly: bool = False,
        client: Client | None = None,
        passwords: Passwords | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.paths = paths
        self.now = now
        Store.must_be_there(paths.database)
        self.store = Store.open(paths.database, readonly=readonly)
        self._client = client
        self._pictures: Pictures | None = None
        self._workers: dict[str, Worker] = {}
        self._passwords = passwords
        self._making = threading.RLock()
        if client is not None:
            self.accounts.trust(client)
        self.gallery = Gallery(
            self.store,
            lambda: self.pictures,
            lambda: settings_file.load(paths.settings),
            lambda article: self._render(article, aside=True),
        )

    # The heavy parts are made on first use: a window that only shows its list needs none of them.

    @_part
    def hub(self) -> Hub:
        from reader.sources.rsshub import Hub

        return Hub(lambda: settings_file.load(self.paths.settings).rsshub_instances)

    @_part
    def accounts(self) -> Accounts:
        from reader.accounts import Accounts
        from reader.passwords import Passwords

        return Accounts(self.store, lambda: self.client, self._passwords or Passwords())

    @_part
    def intake(self) -> Intake:
        from reader.intake import Intake

        return Intake(
            self.store, lambda: self.client, lambda: self._worker("refresh"), self.now, self.hub, self.accounts.access
        )

    @_part
    def favicons(self) -> Favicons:
        from reader.favicons import Favicons

        return Favicons(lambda: self.client, self.paths.cache / "favicons", self.now)

    @_part
    def following(self) -> Following:
        from reader.following import Following

        return Following(self.store, lambda: self.client, self.intake, self.hub)

    @property
    def client(self) -> Client:
        with self._making:
            if self._client is None:
                from reader.net import Client

                self._client = Client()
                self._client.configure(settings_file.load(self.paths.settings))
                self.accounts.trust(self._client)
            return self._client

    def use_settings(self, settings: Settings) -> None:
        """Other settings are used from now on, as far as they concern more than the window: proxy, cache."""
        self.client.configure(settings)
        if self._pictures is not None:
            self._pictures.limit(settings.picture_cache_mb * 2**20)

    @property
    def pictures(self) -> Pictures:
        client = self.client
        with self._making:
            if self._pictures is None:
                from reader.images import Pictures
                from reader.pins import Pins

                read = settings_file.load(self.paths.settings)
                pins = Pins(self.store, self.paths.pictures / "pins", lambda article: self._render(article))
                self._pictures = Pictures(
                    client,
                    self.paths.pictures,
                    max_cache_bytes=read.picture_cache_mb * 2**20,
                    template=lambda: settings_file.load(self.paths.settings).picture_proxy,
                    pinned=pins.addresses,
                )
            return self._pictures

    def _worker(self, name: str) -> Worker:
        with self._making:
            if name not in self._workers:
                from reader.worker import Worker

                self._workers[name] = Worker()
            return self._workers[name]

    def close(self) -> None:
        """Close the store, then end the worker processes: what is not done by now must not be noted as a failure."""
        self.store.close()
        for worker in self._workers.values():
            worker.close()
        if self._client is not None:
            self._client.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Sources

    def sources(self) -> list[Source]:
        return self.store.sources()

    def find_part(self, name: str) -> tuple[Source, str]:
        """The source that a person means, and the path in it when it is a subfolder of a folder: ``Posts/2024/05``.

        Raises:
            NotFound, Usage: as ``Store.find_source``.
        """
        try:
            return self.store.find_source(name), ""
        except NotFound:
            plain = name.replace(os.sep, "/").rstrip("/")
            for at in (at for at in range(len(plain) - 1, 0, -1) if plain[at] == "/"):
                with suppress(NotFound):
                    source = self.store.find_source(plain[:at])
                    if source.kind == "folder" and self.store.count(Query(sources=(source.key,), path=plain[at + 1 :])):
                        return source, plain[at + 1 :]
            raise

    def add_folder(self, path: Path, *, title: str = "", folder: str = "") -> Source:
        """Watch a folder of articles. It is read by the next refresh.

        Raises:
            FolderError: it is not a folder, or cannot be read.
        """
        path = Path(os.path.abspath(path.expanduser()))
        if not path.is_dir():
            raise FolderError(path=str(path), detail="it is not a folder" if path.exists() else "it does not exist")
        return self.store.add_source("folder", str(path), title or path.name or str(path), folder)

    def find_feeds(
        self,
        url: str,
        *,
        guessed: bool = False,
        certificate: str = "",
        cancelled: Stop = never,
        progress: Report = quiet,
    ) -> list[Offer]:
        """The feeds that an address leads to, read and not followed yet, the likeliest first; see ``Following.find``.

        Args:
            url: a user name and a password in it are the login of the sources that are followed from here.
            guessed: its scheme is that of ``web_address``: http is asked where https cannot be.
            certificate: fingerprint of the one certificate that is believed of its server (see ``Untrusted``).

        Raises:
            FetchError: the address gave no answer, or it was cancelled.
            ParseError: neither a feed nor a page that leads to one.
        """
        origin = Origin.of(url)
        if certificate and origin is not None:
            from reader.accounts import fingerprint_of

            self.client.trust(origin, fingerprint_of(certificate))
        return self.following.find(url, guessed=guessed, cancelled=cancelled, progress=progress)

    def follow(self, offer: Offer, *, title: str = "", folder: str = "") -> Source:
        """Follow what ``find_feeds`` found; its articles are stored without another request."""
        source = self.following.follow(offer, title=title, folder=folder)
        return self.accounts.take_certificate(self.accounts.take_login(source, offer))

    def add_feed(
        self,
        url: str,
        *,
        guessed: bool = False,
        title: str = "",
        folder: str = "",
        certificate: str = "",
        cancelled: Stop = never,
    ) -> tuple[Source, list[Offer]]:
        """Follow the feed at ``url``, or the likeliest of those that it leads to; see ``find_feeds``.

        Returns:
            The source, its articles stored already, and the other feeds that were found.

        Raises:
            FetchError, ParseError: as ``find_feeds``.
        """
        best, *others = self.find_feeds(url, guessed=guessed, certificate=certificate, cancelled=cancelled)
        return self.follow(best, title=title, folder=folder), others

    def set_login(self, key: int, user: str, password: str) -> Source:
        """Give a source a user name and a password (in the system's keyring); see ``Accounts.set_login``.

        Raises:
            NoKeyring: the password holds until the program ends; everything else is done. Said once.
        """
        return self.accounts.set_login(key, user, password)

    def accept_certificate(self, key: int, fingerprint: str) -> Source:
        """Believe the certificate that ``Untrusted`` named for a source; see ``Accounts.accept_certificate``."""
        return self.accounts.accept_certificate(key, fingerprint)

    def change_address(self, key: int, url: str) -> Source:
        """Give a feed another address; a login in it is kept as one; see ``Accounts.change_address``."""
        return self.accounts.change_address(key, url)

    def remove_source(self, key: int) -> Source:
        """Remove a source; its bookmarked articles stay, the others can come back for 30 days. What it was.

        Its password goes at once: a source that comes back asks for it again.

        Raises:
            NotFound: no such source.
        """
        source = self.store.source(key)
        self.store.remove_source(key, self.now())
        if source.user:
            self.accounts.passwords.delete(source.id)
        return source

    def open_file(self, path: Path) -> Row:
        """Read one file into the source "Opened files" and return its row.

        Raises:
            FolderError: the file cannot be read.
        """
        from reader import tasks

        path = Path(os.path.abspath(path.expanduser()))
        try:
            facts = path.stat()
        except OSError as error:
            raise FolderError(path=str(path), detail=(error.strerror or str(error)).lower()) from error
        source = self.store.add_source("files", FILES, "Opened files")
        guid = path.as_posix()
        worker = self._worker("read")
        read = worker.call(tasks.read_files, [(guid, str(path), facts.st_size, facts.st_mtime_ns)])
        for _, detail in read.problems:
            raise FolderError(path=str(path), detail=detail)
        self.intake.save(source, read.articles)
        found = self.store.known(source.key, [guid], [], [])
        return self.store.rows([found[0].key])[0]

    def preview_opml(self, data: bytes, where: str = "") -> ListPreview:
        """What a list of feeds would bring; nothing is added.

        Args:
            where: what to call the list in an error, its file or address.

        Raises:
            ParseError: it is no OPML.
        """
        from reader import subscriptions
        from reader.formats import opml

        return subscriptions.preview(opml.read(data, where), self.sources())

    def import_opml(
        self, data: bytes, where: str = "", *, only: Collection[str] | None = None
    ) -> tuple[list[Source], tuple[str, ...]]:
        """Follow the feeds of a list without asking any of them: they are due at the next refresh.

        A feed that is followed already stays as it is, and gets the list's folder only when it stands in none.

        Args:
            only: the addresses to take, as ``preview_opml`` gives them; None for all.

        Returns:
            The sources of the list in its order, and what was passed over.

        Raises:
            ParseError: it is no OPML; nothing was added.
        """
        from reader import subscriptions
        from reader.formats import opml

        read = opml.read(data, where)
        feeds = [feed for feed in read.feeds if only is None or feed.url in only]
        said = subscriptions.warnings(read, subscriptions.Followed(self.sources()))
        return subscriptions.take(feeds, self.store, self.accounts), said

    def export_opml(self, *, secrets: bool = False) -> bytes:
        """The feeds as a list for other readers; watched folders are not in it.

        Args:
            secrets: write keys and tokens in addresses as they are; without it they are starred.
        """
        from reader.formats import opml

        return opml.write(self.sources(), "Inkstone", self.now(), secrets=secrets)

    def add_sample(self, folder: str = "Sample library") -> list[Source]:
        """Copy the sample library beside the database and watch its folders, in a folder of the sidebar.

        Raises:
            StoreReadOnly: the library cannot be written; nothing was copied.
        """
        if self.store.readonly:
            raise StoreReadOnly(path=str(self.store.file))
        for part in sorted(p for p in resources.path("sample").iterdir() if p.is_dir()):
            shutil.copytree(part, self.paths.sample / part.name, dirs_exist_ok=True)
        return [self.add_folder(part, folder=folder) for part in sorted(self.paths.sample.iterdir()) if part.is_dir()]

    # Refreshing

    def due(self, *, interval_minutes: int = 60) -> list[Source]:
        """The sources that a refresh would ask now."""
        now, interval = self.now(), timedelta(minutes=interval_minutes)
        return [source for source in self.store.sources() if schedule.is_due(source, now, interval)]

    def health(self, *, interval_minutes: int = 60) -> list[SourceHealth]:
        """How each source does, in the order of ``sources``.

        Args:
            interval_minutes: the common pause between two refreshes.
        """
        now, interval, rhythms = self.now(), timedelta(minutes=interval_minutes), self.store.rhythms()
        found = []
        for source in self.store.sources():
            newest, mean_s = rhythms.get(source.key, (None, 0))
            found.append(schedule.health_of(source, now, interval, newest=newest, mean_interval_s=mean_s))
        return found

    def refresh(
        self, sources: Sequence[Source], *, progress: Report = quiet, cancelled: Stop = never
    ) -> Iterator[Outcome]:
        """Refresh sources, one outcome each, as they finish; see ``Intake.refresh``."""
        return self.intake.refresh(sources, progress=progress, cancelled=cancelled)

    def look(
        self, key: int, paths: Collection[str] | None, *, progress: Report = quiet, cancelled: Stop = never
    ) -> Outcome | None:
        """Take in what changed in a folder; see ``Intake.look``."""
        return self.intake.look(key, paths, progress=progress, cancelled=cancelled)

    # Reading

    def document(
        self, id_or_key: str | int, *, pixel_ratio: float = 1.0, card_words: CardWords = ENGLISH_CARDS
    ) -> Document:
        """An article with its safe HTML, made now from the raw body.

        Args:
            pixel_ratio: of the screen that shows it; decides which of several sizes of a picture comes first.
            card_words: what stands on the cards of players.

        Raises:
            NotFound: there is no such article.
        """
        key = id_or_key
        article = self.store.article(key) if isinstance(key, str) else self.store.article_by_key(key)
        source = self.store.source(article.row.source_key)
        rendered = self._render(article, pixel_ratio, card_words)
        return Document(article, rendered, origin_of(source), root_of(source, article))

    def laid_out(self, document: Document) -> Document:
        """A document with the sizes of its pictures, as far as they are known, and the rule by which they are loaded.

        With them a page keeps the room of each picture before it is there, so that no text jumps. Nobody is asked.
        """
        return self.gallery.laid_out(document, self.paths.pictures)

    def _render(
        self, article: Article, pixel_ratio: float = 1.0, card_words: CardWords = ENGLISH_CARDS, *, aside: bool = False
    ) -> Rendered:
        """An article's safe HTML; ``aside``: made by the worker process of refreshes, whatever its size."""
        from reader import tasks

        row = article.row
        args = article.raw, article.form, article.guid, article.base_url, row.id, row.title, pixel_ratio, card_words
        if aside:
            return self._worker("refresh").call(tasks.render, *args)
        if len(article.raw) > LARGE_CHARACTERS:
            return self._worker("read").call(tasks.render, *args)
        return tasks.render(*args)

    def render_aside(self, article: Article) -> Rendered:
        """An article's safe HTML, made by the worker process, for works on many of them."""
        return self._render(article, aside=True)

    def original_text(self, document: Document) -> str:
        """The words of an article with nothing removed: markup gone, scripts and frames as the text they are."""
        from reader.content import original, post

        article = document.article
        if article.form == "file":
            read = post.read_text(article.raw, article.guid)
            return original.words(read.body) if read.form == "html" else read.body
        return original.words(article.raw) if article.form == "html" else article.raw

    def file_of(self, key: int) -> Path | None:
        """The file that an article was read from, be it still there or not; None for one from the network.

        Raises:
            NotFound: there is no such article.
        """
        article = self.store.article_by_key(key)
        source = self.store.source(article.row.source_key)
        root = root_of(source, article) if source.kind in ("folder", "files") else None
        if root is None:
            return None
        file = Path(os.path.normpath(root / article.guid))
        return file if file.is_relative_to(root) else None

    def article_for_link(self, document: Document, href: str) -> int | None:
        """The article that a link of another one leads to, None when it is none of the library's; see ``linked``.

        Args:
            href: a web address, or a link of a file as ``Rendered.links`` holds it.
        """
        from reader import linked

        return linked.article_for_link(self.store, self.open_file, document, href)

    def media_for_link(self, document: Document, href: str) -> Path | None:
        """The sound or film beside an article that a link of it leads to; see ``linked.media_for_link``."""
        from reader import linked

        return linked.media_for_link(document, href)

    # Pictures

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
        """The bytes of the n-th picture of an open article.

        One that is not held is fetched only if the source's pictures are loaded always, or the user asked for it.

        Args:
            refresh: the user pressed "retry": ask again, also for what is held.
            offline: no network.
            now: the user pressed "load now".
            cancelled: nobody wants it any more; asked from other threads.

        Raises:
            Cancelled: that is no failure, and none is remembered.
            PictureError: it cannot be had; only this picture is missing. Of the kind "offline" with the detail "click"
                or "never" when it was not asked for because of that rule.
        """
        return self.gallery.picture(document, number, refresh=refresh, offline=offline, now=now, cancelled=cancelled)

    def diagnose(self, document: Document, number: int) -> PictureReport:
        """All that is known of the n-th picture of an article: each attempt, what was learned, what is held.

        Nobody is asked; ``picture(..., refresh=True)`` asks, and the next report tells what came of it.

        Raises:
            PictureError: the article has no such picture.
        """
        return self.gallery.diagnose(document, number)

    def lead(self, row: Row, *, offline: bool = True) -> PictureFile:
        """The picture that stands for an article in the list, from the cache or the disk alone while ``offline``.

        Raises:
            PictureError: it is not there.
        """
        return self.gallery.lead(row, offline=offline)

    def fetch_leads(self, *, limit: int = 200, cancelled: Stop = never) -> int:
        """Fetch the lead pictures of the newest articles that are not held yet, after a refresh, never by scrolling.

        Returns:
            How many came.
        """
        return self.gallery.fetch_leads(limit=limit, cancelled=cancelled)

    def fetch_ahead(
        self, sources: Sequence[Source] | None = None, *, progress: Report = quiet, cancelled: Stop = never
    ) -> FetchedAhead:
        """Fetch what the settings and the sources say should be there before it is read, after a refresh.

        Lead pictures, or for reading offline all pictures of the newest unread articles, within the budget.

        Args:
            sources: of these only; None for all.
            progress: told as ``Progress(45, 210, "pictures")``, from any thread.
        """
        return self.gallery.fetch_ahead(sources, progress=progress, cancelled=cancelled)

    def cache_size(self) -> CacheSize:
        """What the picture cache holds."""
        return self.pictures.size()

    def clear_pictures(self, *, keep_pinned: bool = True) -> int:
        """Remove held pictures, but not those of bookmarked articles; the bytes that it freed."""
        return self.pictures.clear(keep_pinned=keep_pinned)

    def check_pictures(self, *, repair: bool = False) -> list[str]:
        """What is damaged in the picture cache, one phrase each; ``repair`` removes it, to be fetched again."""
        return self.pictures.problems(repair=repair)

    def favicon(self, source: Source, *, offline: bool = True) -> PictureFile | None:
        """The small picture of a source, None when there is none: then a letter stands for it."""
        return self.favicons.get(source, offline=offline)

    def fetch_favicons(self, *, limit: int = 50, cancelled: Stop = never) -> int:
        """Look for the small pictures of sources, after a refresh, never by showing; each at most once a week.

        Returns:
            How many came.
        """
        return self.favicons.fetch(self.sources(), limit=limit, cancelled=cancelled)

    # Marks

    def keys(self, names: Sequence[str]) -> list[int]:
        """The store's keys for public ids or unique beginnings of them.

        Raises:
            NotFound: one of them names nothing.
        """
        return [self.store.article(name).row.key for name in names]

    def bookmark(self, key: int, on: bool, *, tags: Sequence[str] | None = None, note: str | None = None) -> None:
        """Keep an article, or let it go."""
        if on:
            self.store.bookmark(key, self.now(), tags=tags, note=note)
        else:
            self.store.unbookmark(key, self.now())

    def keep(self, keys: Sequence[int], *, on: bool = True, add: Sequence[str] = (), drop: Sequence[str] = ()) -> int:
        """Keep several articles, or let them go, in one gesture; ``add`` and ``drop`` are tags. How many changed."""
        return self.store.keep(keys, self.now(), on=on, add=add, drop=drop)

    def mark_read(self, keys: Sequence[int], read: bool) -> int:
        return self.store.mark_read(keys, read, self.now())

    def mark_all_read(self, query: Query) -> int:
        return self.store.mark_all_read(query, self.now())

    def remove_articles(self, keys: Sequence[int]) -> int:
        """Remove articles; they can come back for 30 days, and not as new. Bookmarked ones stay. How many went."""
        return self.store.remove_articles(keys, self.now())

    def undo(self) -> str | None:
        """Take back the last act; what it was, or None when there is none."""
        return self.store.undo_last(self.now())

    def history(self, limit: int = 100) -> list[Gesture]:
        """What can be taken back, the newest first: acts on many articles, and those that removed something."""
        return self.store.history(limit)

    def undo_gesture(self, key: int) -> int:
        """Take back one of ``history``, in any order; how many articles (and sources) are as they were before it."""
        return self.store.undo(key, self.now())

    # Idle time

    def tidying(self) -> Iterator[bool]:
        """What there is to do in idle time, slice by slice of about 25 ms; see ``tidying.slices``."""
        from reader import tidying

        return tidying.slices(self.store, settings_file.load(self.paths.settings), self.now())

    def tidy(self, *, cancelled: Stop = never) -> None:
        """Do all of it, until cancelled: retention, the trash, articles of several sources, search, statistics."""
        for _ in self.tidying():
            if cancelled():
                return

    # Lists

    def today(self) -> datetime:
        """Where the user's day began, UTC."""
        return self.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def render_file(path: Path) -> tuple[Prepared, Rendered]:
    """A file as it would be shown, with no library.

    Raises:
        FolderError: it cannot be read.
    """
    from reader import tasks

    return tasks.render_file(os.path.abspath(path.expanduser()))
