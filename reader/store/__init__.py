"""The only door to SQLite: one library file, every use of it one short transaction.

``Store`` is used from several threads; each gets its own connection. Errors are the StoreErrors of ``reader.errors``.
"""

from __future__ import annotations

import logging
import sqlite3
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from reader import mounts
from reader.errors import StoreDenied, StoreError, StoreLost
from reader.model import (
    Article,
    Bookmark,
    Counts,
    Gesture,
    Known,
    Prepared,
    Query,
    Row,
    Saved,
    SmartFolder,
    Source,
    SourceKind,
    Subfolder,
    Validators,
)
from reader.store import (
    addressed,
    articles,
    clock,
    connect,
    dictionary,
    files,
    health,
    history,
    leases,
    lists,
    marks,
    retention,
    saved,
    schema,
    search,
    sources,
    trash,
    twins,
)
from reader.store.codec import Packer
from reader.store.connect import Lines
from reader.store.cutter import cut
from reader.store.journal import Journal
from reader.store.replay import Marks

__all__ = ["Store", "cut"]


log = logging.getLogger(__name__)

SQLITE_VERSION = sqlite3.sqlite_version


class Store:
    """One open library. Make it with ``Store.open``; close it, or use it in a ``with``."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.journal = Journal(lines.file.parent / "journal")
        self._unreleased: set[str] = set()
        self._known_sources: sources.Known = {}

    @classmethod
    def open(cls, file: Path, *, readonly: bool = False, is_remote: Callable[[str], bool] = mounts.is_remote) -> Store:
        """Opens the library, and makes its folder and its file where missing.

        What cannot be written is opened for reading; ``readonly`` says so.

        Args:
            is_remote: whether a path is on a network drive.

        Raises:
            StoreDenied: the folder or the file cannot be made or read.
            StoreCorrupt: not a database, another program's, or damaged; it is left as it is.
            StoreTooNew: made by a newer program.
            StoreBusy: another program holds it.
        """
        file = Path(file)
        connect.refuse_newer(file, len(schema.MIGRATIONS))
        remote = is_remote(str(file.absolute()))
        return cls(connect.opened(file, readonly, remote, lambda db, access: schema.prepare(db, file, access)))

    @staticmethod
    def must_be_there(file: Path) -> None:
        """Asked before a library is begun.

        Raises:
            StoreLost: the file is gone or empty, while the journal beside it is not: an empty library in its place
                would soon overwrite what the journal knows.
        """
        if connect.is_missing(file) and Journal(file.parent / "journal").holds:
            raise StoreLost(path=str(file))

    @property
    def file(self) -> Path:
        return self._lines.file

    @property
    def readonly(self) -> bool:
        """Whether every write will raise StoreReadOnly."""
        return self._lines.readonly

    @property
    def remote(self) -> bool:
        """Whether it is on a network drive: there each write keeps all others from reading for a moment."""
        return self._lines.remote

    def close(self) -> None:
        """Ends reads, waits for writes, closes the connections of all threads."""
        self._lines.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def data_version(self) -> int:
        """A number that changes when another connection (thread or program) has written. Compare within one thread."""
        return self._lines.data_version()

    def interrupt(self) -> None:
        """Cancels the reads that run now: they raise StoreError with the detail "interrupted"."""
        self._lines.interrupt()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Makes this thread's calls inside one transaction: all or nothing, and one wait for the disk."""
        with self._acting():
            yield

    @contextmanager
    def batch(self) -> Iterator[None]:
        """``together`` for what a refresh brings: no act of the user is in it, and the journal is not looked at."""
        with self._lines.writing():
            yield

    @contextmanager
    def _acting(self) -> Iterator[sqlite3.Connection]:
        """A transaction with acts of the user in it: once it is on the disk, the journal catches up."""
        with self._lines.writing() as db:
            yield db
        if not self._lines.nested():
            self.catch_up_journal()

    def catch_up_journal(self) -> None:
        """Writes the acts into the journal that are not there yet, also those that found no room at their time."""
        try:
            with self._lines.reading() as db:
                self.journal.catch_up(db)
                self.journal.keep_sources(db)
        except (OSError, StoreError) as error:  # the acts are in the library; they come with the next ones
            log.info("the journal was not written: %s", error)

    # Sources

    def add_source(self, kind: SourceKind, address: str, title: str, folder: str = "", *, typed: bool = True) -> Source:
        """The new source, or the one that has this kind and address already; one that was removed comes back whole.

        Args:
            typed: the user typed this very address, or one of the same origin; see ``Source.typed``.
        """
        with self._acting() as db:
            removal = sources.removal(db, kind, address) if kind in ("feed", "folder") else 0
            if removal:
                history.undo(db, removal, datetime.now(UTC))
                sources.put_as_new(db, kind, address, title, folder)
            return sources.add(db, kind, address, title, folder, typed)

    def sources(self) -> list[Source]:
        """All sources in the user's order, else in the order they were added, with their counts."""
        with self._lines.reading() as db:
            self._known_sources = known = sources.listed(db, self._known_sources)
        return [source for _, source in known.values()]

    def source(self, key: int) -> Source:
        """Raises NotFound."""
        with self._lines.reading() as db:
            return sources.by_key(db, key)

    def find_source(self, name: str) -> Source:
        """By id, address, exact title or the beginning of an id. Raises NotFound, and Usage when it is not unique."""
        with self._lines.reading() as db:
            return sources.find(db, name)

    def edit_source(
        self,
        key: int,
        *,
        title: str | None = None,
        folder: str | None = None,
        home_url: str | None = None,
        address: str | None = None,
    ) -> Source:
        """Changes what is given. An empty title makes it automatic again."""
        with self._acting() as db:
            return sources.edit(db, key, title=title, folder=folder, home_url=home_url, address=address)

    def configure_source(self, key: int, **options: object) -> Source:
        """Sets what the user chose for one source (interval_minutes, user, headers ...), see ``Source``."""
        with self._acting() as db:
            return sources.configure(db, key, options)

    def arrange_sources(self, keys: Sequence[int]) -> None:
        """Puts the sources into this order; those that are not named come after them."""
        with self._acting() as db:
            sources.arrange(db, keys)

    def remove_source(self, key: int, when: datetime | None = None) -> None:
        """Moves it and its articles to the trash; bookmarked ones (with tags and notes) move to the source "kept".

        Args:
            when: None for now.
        """
        with self._acting() as db:
            trash.remove_source(db, key, when or datetime.now(UTC))

    def note_refresh(
        self,
        key: int,
        *,
        when: datetime,
        error: str = "",
        validators: Validators | None = None,
        title: str = "",
        home_url: str = "",
        retry_at: datetime | None = None,
        pause_s: int | None = None,
        document_pause_s: int | None = None,
        newest: bool = False,
        retired: bool = False,
    ) -> None:
        """Writes down how a refresh went; see sources.note_refresh."""
        with self._lines.writing() as db:
            sources.note_refresh(
                db,
                key,
                when=when,
                error=error,
                validators=validators,
                title=title,
                home_url=home_url,
                retry_at=retry_at,
                pause_s=pause_s,
                document_pause_s=document_pause_s,
                newest=newest,
                retired=retired,
            )

    def note_moved(self, key: int, url: str, when: datetime) -> None:
        """Counts a permanent redirect that a refresh met; ``""`` when it met none."""
        with self._lines.writing() as db:
            sources.note_moved(db, key, url, when)

    def move_source(self, key: int, url: str, *, typed: bool) -> bool:
        """Gives a feed the address that its server redirects to; False when another source has it already."""
        with self._lines.writing() as db:
            return sources.move(db, key, url, typed=typed)

    def rhythms(self) -> dict[int, tuple[datetime, int]]:
        """For each source that has articles the newest date and the mean seconds between them."""
        with self._lines.reading() as db:
            return sources.rhythms(db)

    def take_leases(self, keys: Sequence[int], owner: str, now: datetime) -> set[int]:
        """Take the sources that nobody else refreshes now; the keys of those. ``note_refresh`` lets go of its own."""
        with self._lines.writing() as db:
            for left in self._unreleased:
                leases.release(db, left)
            taken = leases.take(db, keys, owner, now)
        self._unreleased.clear()
        return taken

    def renew_leases(self, owner: str, now: datetime) -> None:
        with self._lines.writing() as db:
            leases.renew(db, owner, now)

    def release_leases(self, owner: str) -> None:
        """Let go at the end of a refresh; what it learned of the sources comes into the journal.

        Raises:
            StoreError: the disk is full, or another program holds the library; they are let go with the next refresh.
        """
        self._unreleased.add(owner)
        with self._acting() as db:
            leases.release(db, owner)
        self._unreleased.discard(owner)

    # Articles

    def known(
        self, source_key: int, guids: Sequence[str], urls: Sequence[str], fingerprints: Sequence[bytes]
    ) -> list[Known]:
        """The source's articles with one of these guids, canonical addresses or fingerprints: candidates.

        Negative keys are of articles that were removed; ``save`` takes them back as they are.
        """
        with self._lines.reading() as db:
            return articles.known(db, source_key, guids, urls, fingerprints)

    def save(self, source_key: int, entries: Sequence[tuple[int | None, str, str, Prepared]], seen: datetime) -> Saved:
        """Saves what a fetch brought; marks are never touched.

        Args:
            entries: key of the article that it is (None: new, negative: removed), id for a new one, canonical address,
                the rest.
            seen: now; the date of an article that has none.
        """
        packer = Packer(self._dictionary)
        ready = articles.ready(entries, packer)
        with self._lines.writing() as db:
            saved = articles.save(db, source_key, ready, seen, packer)
            learn = bool(saved.new) and dictionary.is_wanted(db)
        if learn:
            self._learn_dictionary()
        return saved

    def _dictionary(self) -> tuple[int, bytes] | None:
        with self._lines.reading() as db:
            return dictionary.newest(db)

    def _learn_dictionary(self) -> None:
        """Once in a library's life; a failure (another program holds the library) only means later."""
        try:
            with self._lines.reading() as db:
                samples = dictionary.samples(db)
            learned = dictionary.trained(samples)
            with self._lines.writing() as db:
                dictionary.add(db, learned)
                dictionary.repack(db)
        except StoreError:
            return

    def file_stamps(self, source_key: int, regions: Sequence[str] | None = None) -> dict[str, int]:
        """The ``model.file_stamp`` of each known file of a folder by guid; of these files and subfolders alone."""
        with self._lines.reading() as db:
            return files.stamps(db, source_key, regions)

    def file_count(self, source_key: int) -> int:
        """How many files of a folder are articles."""
        with self._lines.reading() as db:
            return files.count(db, source_key)

    def unlist_files(self, source_key: int, read: Sequence[tuple[str, int, int]]) -> int:
        """Files (guid, size, mtime_ns) that shall be no articles; bookmarked ones stay. How many went."""
        with self._lines.writing() as db:
            return files.unlist(db, source_key, read)

    def pass_files(self, source_key: int, files_: Sequence[tuple[str, int, int]]) -> None:
        """Files (guid, size, mtime_ns) that are not to be read until they change; their articles stay as they are."""
        with self._lines.writing() as db:
            files.pass_over(db, source_key, files_)

    def subfolders(self, source_key: int, path: str = "", *, most: int = 2000) -> list[Subfolder]:
        """The folders directly in a folder of a source that hold articles, by name."""
        with self._lines.reading() as db:
            return files.subfolders(db, source_key, path, most)

    def mark_gone(self, source_key: int, guids: Sequence[str]) -> int:
        """Files that vanished: their articles go, bookmarked ones stay. How many went."""
        with self._lines.writing() as db:
            return files.mark_gone(db, source_key, guids)

    def remove_articles(self, keys: Sequence[int], when: datetime | None = None) -> int:
        """Moves articles to the trash; they do not come back as new. Bookmarked ones stay. How many went.

        Args:
            when: None for now.
        """
        with self._acting() as db:
            return trash.remove_articles(db, keys, when or datetime.now(UTC))

    def article(self, id_or_prefix: str) -> Article:
        """Raises NotFound, and Usage when more than one begins so."""
        with self._lines.reading() as db:
            return articles.by_id(db, id_or_prefix)

    def addressed(self, urls: Sequence[str]) -> list[tuple[int, int]]:
        """Key and source of the articles that have one of these canonical addresses as their own."""
        with self._lines.reading() as db:
            return addressed.keys(db, urls)

    def article_by_key(self, key: int) -> Article:
        """Raises NotFound."""
        with self._lines.reading() as db:
            return articles.by_key(db, key)

    # Lists

    def ids(self, query: Query, limit: int | None = None) -> array[int]:
        """The keys of the whole list, in its order."""
        with self._lines.reading() as db:
            return lists.ids(db, query, limit)

    def rows(self, keys: Sequence[int]) -> list[Row]:
        """The rows of these keys in the order asked; what is gone is left out."""
        with self._lines.reading() as db:
            return lists.rows(db, keys)

    def dated(self, key: int) -> datetime | None:
        """The date by which an article is listed; None when it is gone."""
        with self._lines.reading() as db:
            return lists.dated(db, key)

    def count(self, query: Query) -> int:
        with self._lines.reading() as db:
            return lists.count(db, query)

    def counts(self, today_since: datetime) -> Counts:
        """The sidebar's numbers; each source's own are in ``sources()``."""
        with self._lines.reading() as db:
            return lists.counts(db, today_since)

    def tags(self) -> list[tuple[str, int]]:
        """Tags in use (the sources' and the user's), the most used first."""
        with self._lines.reading() as db:
            return lists.tags(db)

    # Marks

    def mark_read(self, keys: Sequence[int], read: bool, when: datetime) -> int:
        """How many changed."""
        with self._acting() as db:
            return marks.mark_read(db, keys, read, when)

    def mark_all_read(self, query: Query, when: datetime) -> int:
        """Marks a whole list; how many changed. ``undo_last`` takes it back."""
        with self._acting() as db:
            return marks.mark_all_read(db, query, when)

    def bookmark(self, key: int, when: datetime, *, tags: Sequence[str] | None = None, note: str | None = None) -> None:
        """Keeps an article; on a kept one sets tags and note, and leaves what is None. Raises NotFound."""
        with self._acting() as db:
            marks.bookmark(db, key, when, tags=tags, note=note)

    def unbookmark(self, key: int, when: datetime) -> None:
        """Lets it go, with tags and note; ``undo_last`` brings them back. Raises NotFound."""
        with self._acting() as db:
            marks.unbookmark(db, key, when)

    def keep(
        self, keys: Sequence[int], when: datetime, *, on: bool = True, add: Sequence[str] = (), drop: Sequence[str] = ()
    ) -> int:
        """Keeps several articles, or lets them go, in one gesture; see ``marks.keep``."""
        with self._acting() as db:
            return marks.keep(db, keys, when, on=on, add=add, drop=drop)

    def bookmarks(self) -> list[Bookmark]:
        """The newest first."""
        with self._lines.reading() as db:
            return marks.bookmarks(db)

    def set_progress(self, key: int, progress: float, position: str) -> None:
        """Remembers the place in the text: ``progress`` 0 to 1, ``position`` opaque. Raises NotFound."""
        with self._lines.writing() as db:
            marks.set_progress(db, key, progress, position)

    def undo_last(self, when: datetime) -> str | None:
        """Takes back the user's last gesture; its kind (see ``Gesture``), None when nothing is left."""
        with self._acting() as db:
            return history.undo_last(db, when)

    def history(self, limit: int = 100) -> list[Gesture]:
        """What can be taken back: acts on many articles and those that removed something, the newest first."""
        with self._lines.reading() as db:
            return history.listed(db, limit)

    def undo(self, gesture: int, when: datetime) -> int:
        """Takes back one of the history, in any order; how many articles (and sources) are as they were before it."""
        with self._acting() as db:
            return history.undo(db, gesture, when)

    # Smart folders

    def smart_folders(self) -> list[SmartFolder]:
        """The searches that stand in the sidebar, in the user's order."""
        with self._lines.reading() as db:
            return saved.listed(db)

    def save_search(self, name: str, query: str, when: datetime) -> SmartFolder:
        """Makes a smart folder; an empty name is the query's own words. Raises Usage when it cannot be asked."""
        with self._acting() as db:
            return saved.add(db, name, query, when)

    def edit_smart_folder(
        self, key: int, when: datetime, *, name: str | None = None, query: str | None = None
    ) -> SmartFolder:
        """Changes what is given. Raises NotFound, and Usage as ``save_search``."""
        with self._acting() as db:
            return saved.edit(db, key, when, name=name, query=query)

    def arrange_smart_folders(self, keys: Sequence[int], when: datetime) -> None:
        """Puts them into this order."""
        with self._acting() as db:
            saved.arrange(db, keys, when)

    def remove_smart_folder(self, key: int, when: datetime) -> None:
        """Takes it away, and no article with it; ``undo`` brings it back. Raises NotFound."""
        with self._acting() as db:
            saved.remove(db, key, when)

    # Idle time: each call is one short transaction

    def believed_time(self, now: datetime) -> datetime:
        """By which something may go for good: ``now``, or an earlier one when the clock leapt far ahead."""
        with self._lines.writing() as db:
            return clock.believed(db, now)

    def overdue(self, now: datetime, *, days: int = 0, count: int = 0, in_all: int = 0, most: int = 2000) -> list[int]:
        """Up to ``most`` articles that are to go by retention: these limits (0: none), and those of each source.

        Args:
            days, count: what is kept of each feed that says nothing of its own.
            in_all: how many articles of feeds are kept together.
        """
        with self._lines.reading() as db:
            return retention.due(db, now, retention.Limits(days, count, in_all), most)

    def retire(self, keys: Sequence[int], when: datetime, gesture: int = 0) -> tuple[int, int]:
        """Moves what is overdue to the trash, unless it was kept meanwhile.

        Args:
            gesture: what the call before gave: one run is one line of the history.

        Returns:
            The gesture, and how many went.
        """
        with self._acting() as db:
            return retention.retire(db, keys, when, gesture)

    def empty_trash_step(self, now: datetime, most: int = 50) -> bool:
        """Lets what was removed 30 days ago, or is more than 200 MB, go for good; whether there is no more of it."""
        with self._lines.writing() as db:
            return trash.empty_step(db, now, most)

    def join_twins_step(self, most: int = 100) -> bool:
        """Finds articles of several sources among those stored before this was done; whether it is done."""
        with self._lines.writing() as db:
            return twins.join_step(db, most)

    def keep_twins_apart(self, apart: bool) -> bool:
        """Makes an article of several sources one row for each of them, or one for all; False when it is so already."""
        with self._lines.reading() as db:
            if twins.are_apart(db) == apart:
                return False
        with self._lines.writing() as db:
            twins.keep_apart(db, apart)
        return True

    def tend(self) -> None:
        """Lets SQLite renew its statistics where they are old, and brings the write-ahead log into the file."""
        with self._lines.between() as db:
            db.execute("PRAGMA analysis_limit = 400")
            db.execute("PRAGMA optimize")
            db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def shrink_step(self, most: int = 64) -> bool:
        """Gives up to ``most`` pages (of 16 KB) that are in no use back to the disk; whether there is no more to do.

        A twentieth of the file stays for what comes next. A library that was made before version 4 keeps its size.
        """
        with self._lines.between() as db:
            free, pages, gives = (
                db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count", "auto_vacuum")
            )
            spare = free - max(pages // 20, most)
            if gives != 2 or spare <= 0:
                return True
            db.execute(f"PRAGMA incremental_vacuum({min(most, spare)})").fetchall()
            return False

    # Search

    def search(
        self,
        text: str,
        *,
        limit: int = 50,
        query: Query | None = None,
        stemming: bool = True,
        now: datetime | None = None,
    ) -> list[Row]:
        """The best ``limit`` articles of ``query`` that hold all of ``text``, with snippet and score.

        Args:
            text: in the language of ``reader.store.query``.
            stemming: other forms of an English word count too; a quoted one is always exact.
            now: new articles rank a little higher, seen from here; None: age does not count.

        Raises:
            Usage: a field's value cannot be meant.
        """
        with self._lines.reading() as db:
            return search.search(db, text, limit, query or Query(), stemming=stemming, now=now)

    def search_count(self, text: str, *, query: Query | None = None, most: int = 10_000) -> int:
        """How many articles ``search`` would find, counted up to ``most``."""
        with self._lines.reading() as db:
            return search.count(db, text, query or Query(), most)

    def search_outdated(self) -> bool:
        """Whether the index was made by another cutter, or holds much that is gone: then rebuild_search_step."""
        with self._lines.reading() as db:
            return search.outdated(db)

    def rebuild_search_step(self, most: int = 100) -> bool:
        """Makes the index anew, a piece (0.1 s) at a time, for idle time. Whether it is done."""
        with self._lines.writing() as db:
            return search.rebuild_step(db, most)

    # Health

    def quick_check(self, cancelled: Callable[[], bool] = lambda: False) -> list[str]:
        """What SQLite finds wrong with the file, beside all other work; for idle time. See ``health.quick``."""
        return health.quick(self.file, self._lines.access, cancelled)

    def check(self, *, thorough: bool = True, cancelled: Callable[[], bool] = lambda: False) -> list[str]:
        """What is wrong with the file, one sentence each; empty when it is sound. Reads everything.

        Args:
            thorough: look into every text and into the search index, too.

        Raises:
            Stopped: it was cancelled.
        """
        with self._lines.reading() as db, health.stoppable(db, cancelled):
            found = health.problems(db, thorough=thorough)
        if thorough and not self.readonly:
            with self._lines.writing() as db:
                found += health.search_problems(db)
        return found

    def totals(self) -> tuple[int, int]:
        """How many articles and bookmarks there are."""
        with self._lines.reading() as db:
            sql = "SELECT (SELECT sum(total) FROM tallies), (SELECT count(*) FROM bookmarks)"
            articles, bookmarks = db.execute(sql).fetchone()
            return articles or 0, bookmarks

    # The journal

    def begin_journal_anew(self) -> None:
        """After the library was put back or repaired: what it says now is where the journal goes on.

        Raises:
            StoreDenied: the journal cannot be written.
        """
        with self._lines.reading() as db:
            last = db.execute("SELECT coalesce(max(key), 0) FROM acts").fetchone()[0]
        try:
            self.journal.begin_anew(last)
        except OSError as error:
            raise StoreDenied(path=str(self.journal.file), detail=(error.strerror or str(error)).lower()) from error

    def present(self, ids: Sequence[str]) -> set[str]:
        """Those of these article ids that are in the library."""
        with self._lines.reading() as db:
            return articles.present(db, ids)

    def kept_source(self) -> Source:
        """The source of articles whose own source is gone."""
        with self._lines.writing() as db:
            return sources.kept(db)

    def put_marks(self, found: Marks) -> int:
        """Makes read states, bookmarks and the trash what the journal says; how many bookmarks changed."""
        with self._lines.writing() as db:
            return marks.put(db, found, datetime.now(UTC))

    def backup(self, target: Path, progress: Callable[[int, int, int], object] | None = None) -> None:
        """Copies the library to ``target`` while it is in use."""
        health.backup(self.file, self._lines.access, target, progress)
