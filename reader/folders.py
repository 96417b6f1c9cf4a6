"""What folders hold, taken in: listed, compared with what is stored, read by the worker process, recognised, stored.

The listing is done here, in the thread that asks: to compare 200,000 files takes 0.3 s more than to look at them, while
handing their names to the worker process and back takes 0.5 s. What is in the files only the worker reads.
"""

from __future__ import annotations

import contextlib
import logging
import os
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from reader.errors import Cancelled, FolderError, WorkerDied
from reader.model import Known, Prepared, Saved, Source, Validators, file_stamp
from reader.sentences import describe
from reader.store import Store

if TYPE_CHECKING:
    from reader.sources.folder import Found, Listing
    from reader.tasks import FilesRead
    from reader.worker import Worker

log = logging.getLogger(__name__)

#: Files read by the worker in one task: small enough for a lively progress and a prompt cancel.
BATCH = 100
BATCH_BYTES = 8 << 20

Stop = Callable[[], bool]
#: Called with the number of files that are done, and of those to do.
Told = Callable[[int, int], None]


class Save(Protocol):
    """``Intake.save``."""

    def __call__(
        self,
        source: Source,
        articles: Sequence[Prepared],
        *,
        among: Callable[[list[Known]], list[Known]],
        moved: Mapping[str, str],
    ) -> Saved: ...


class Folders:
    """Takes in folders and opened files. One for a library."""

    def __init__(self, store: Store, worker: Callable[[], Worker], now: Callable[[], datetime], save: Save) -> None:
        self._store, self._worker, self._now, self._save = store, worker, now, save

    def scan(self, source: Source, told: Told, cancelled: Stop, paths: Collection[str] | None = None) -> Saved:
        """Compare a folder with what is stored, and read what changed, in batches. What was read stays when it stops.

        Args:
            paths: files and subfolders that changed; None looks everywhere.

        Raises:
            FolderError: the folder is not there, or all its articles seem to be gone: nothing is let go then.
            Cancelled: what was read until then is stored; the next scan goes on.
        """
        from reader.sources import folder

        regions = None if paths is None else folder.regions_of(source.address, paths)
        if regions == [""]:
            regions = None
        stamps = self._store.file_stamps(source.key, regions)
        if source.kind == "files":
            listing = folder.Listing((), _changed_files(stamps), (), ())
        else:
            listing = folder.compare(source.address, stamps, regions=regions, stopped=cancelled)
        if listing.gone and not listing.new and len(listing.gone) >= self._store.file_count(source.key) > 0:
            # An unmounted disk looks like an empty folder: nothing is let go for it.
            raise FolderError(path=source.address, detail="it holds no article any more; what is stored was kept")
        saved, problems = self._take_in(source, listing, told, cancelled)
        if listing.gone:
            self._store.mark_gone(source.key, listing.gone)
        if regions is None or problems:
            error = _said(problems)
            self._store.note_refresh(
                source.key, when=self._now(), error=error, validators=Validators(), newest=saved.new > 0
            )
        return saved

    def _take_in(
        self, source: Source, listing: Listing, told: Told, cancelled: Stop
    ) -> tuple[Saved, list[tuple[str, str]]]:
        """Read and store what is new and changed; what came of it, and what could not be read."""
        files = (*listing.changed, *listing.new)
        problems = list(listing.problems)
        gone, here = set(listing.gone), {found[0] for found in files}
        moved = _moved([found[0] for found in listing.new], listing.gone)
        new = changed = done = 0
        if cancelled():
            raise Cancelled(url=source.address)
        if files:
            told(0, len(files))
        with contextlib.closing(self._read_ahead(files, source.drafts)) as coming:
            for batch, read in coming:
                if cancelled():
                    raise Cancelled(url=source.address)
                guids = {found[0] for found in batch}

                def possible(known: list[Known], guids: set[str] = guids) -> list[Known]:
                    """Not those whose file is there under its name: a copy of it is an article of its own."""
                    others = {each.guid for each in known} - guids - gone
                    there = (others & here) | self._store.file_stamps(source.key, sorted(others)).keys()
                    return [each for each in known if each.guid in guids or each.guid not in there]

                saved = self._save(source, read.articles, among=possible, moved=moved)
                stamps = {guid: (guid, size, mtime_ns) for guid, _, size, mtime_ns in batch}
                if read.drafts:
                    self._store.unlist_files(source.key, [stamps[guid] for guid in read.drafts])
                if read.given_up:
                    self._store.pass_files(source.key, [stamps[guid] for guid in read.given_up])
                new, changed, done = new + saved.new, changed + saved.changed, done + len(batch)
                problems += read.problems
                told(done, len(files))
        return Saved(new, changed), problems

    def _read_ahead(self, files: Sequence[Found], drafts: bool) -> Generator[tuple[list[Found], FilesRead], None, None]:
        """The batches with what the worker read of them. It reads the next one while this one is being stored."""
        with ThreadPoolExecutor(1, thread_name_prefix="reading") as pool:
            before: tuple[list[Found], Future[FilesRead]] | None = None
            for batch in batches(files):
                coming = pool.submit(self._read, batch, drafts)
                if before is not None:
                    yield before[0], before[1].result()
                before = batch, coming
            if before is not None:
                yield before[0], before[1].result()

    def _read(self, batch: Sequence[Found], drafts: bool) -> FilesRead:
        """Have some files read; one that kills the worker costs nothing but itself."""
        from reader import tasks

        try:
            return self._worker().call(tasks.read_files, batch, drafts=drafts)
        except WorkerDied:
            if len(batch) == 1:
                guid = batch[0][0]
                log.info("the worker died over %s", guid)
                return tasks.FilesRead(
                    problems=((guid, "takes too long to read, or too much memory"),), given_up=(guid,)
                )
        parts = [self._read([found], drafts) for found in batch]
        return tasks.FilesRead(
            articles=tuple(article for part in parts for article in part.articles),
            drafts=tuple(guid for part in parts for guid in part.drafts),
            problems=tuple(problem for part in parts for problem in part.problems),
            given_up=tuple(guid for part in parts for guid in part.given_up),
        )


def batches(files: Sequence[Found]) -> Iterator[list[Found]]:
    """Files in their order, at most ``BATCH`` together and not many large ones."""
    batch: list[Found] = []
    size = 0
    for found in files:
        if batch and (len(batch) == BATCH or size + found[2] > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(found)
        size += found[2]
    if batch:
        yield batch


def _moved(new: Sequence[str], gone: Sequence[str]) -> dict[str, str]:
    """New guids -> the vanished ones that they seem to be, by their names alone: ``identity`` decides.

    The same path in other letters, then the same name in a folder of the same name (``post/index.md``), then the same
    name; each only if one new and one vanished file have it.
    """
    found: dict[str, str] = {}
    for last in (0, 2, 1):
        left = [guid for guid in gone if guid not in found.values()]
        olds, news = _by_name(left, last), _by_name([guid for guid in new if guid not in found], last)
        found |= {
            guids[0]: olds[name][0] for name, guids in news.items() if len(guids) == 1 and len(olds.get(name, ())) == 1
        }
    return found


def _by_name(guids: Iterable[str], last: int) -> dict[tuple[str, ...], list[str]]:
    """By the last parts of their paths (0: all), in small letters."""
    named: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for guid in guids:
        parts = unicodedata.normalize("NFC", guid).casefold().split("/")
        named[tuple(parts[-last:])].append(guid)
    return dict(named)


def _said(problems: Sequence[tuple[str, str]]) -> str:
    """What was passed over, as one sentence; ``""`` for nothing."""
    if not problems:
        return ""
    path, detail = problems[0]
    error = str(describe(FolderError(path=path, detail=detail)))
    return error if len(problems) == 1 else f"{error} (and {len(problems) - 1} more files)"


def _changed_files(stamps: Mapping[str, int]) -> tuple[Found, ...]:
    """Of single opened files those that changed; one that is gone stays as it was read."""
    changed = []
    for guid, stamp in stamps.items():
        with contextlib.suppress(OSError):
            facts = os.stat(guid)
            if file_stamp(facts.st_size, facts.st_mtime_ns) != stamp:
                changed.append((guid, guid, facts.st_size, facts.st_mtime_ns))
    return tuple(changed)
