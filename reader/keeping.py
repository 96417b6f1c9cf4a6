"""Keeping a library safe: a copy of it, a copy put back, a damaged one salvaged. One use case, one function."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import reader
from reader.errors import StoreCorrupt, StoreDenied, Usage
from reader.model import Draft
from reader.paths import Paths
from reader.store import Store, connect, health
from reader.store.journal import Journal, Kept

if TYPE_CHECKING:
    from reader.library import Library

#: What a backup holds. The database comes last: a reader that stops early has the small things.
_MANIFEST, _SETTINGS, _JOURNAL, _DATABASE = "inkstone.json", "settings.json", "journal/", "library.sqlite3"
#: Bigger things in a backup than this are not ours (a settings file, a manifest).
_SMALL_BYTES = 8 << 20

Say = Callable[[str, int, int], object]


def silent(what: str, done: int, total: int) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written and read again.

    Attributes:
        file: where it is.
        articles, bookmarks: how many are in it.
        bytes: its size.
    """

    file: Path
    articles: int
    bookmarks: int
    bytes: int


@dataclass(slots=True)
class Repaired:
    """What became of a damaged library.

    Attributes:
        aside: where the damaged file is kept.
        articles, bookmarks, sources: how many there are now.
        from_journal: bookmarks that only the journal still knew.
        lost: what could not be saved, a sentence each.
    """

    aside: Path
    articles: int = 0
    bookmarks: int = 0
    sources: int = 0
    from_journal: int = 0
    lost: list[str] = field(default_factory=list)


def write_backup(store: Store, paths: Paths, target: Path, progress: Say = silent) -> Backup:
    """Writes the library, its settings and its journal into one file (a zip), and reads it again.

    Args:
        target: a file, or a folder to put it in under a name with the day.

    Raises:
        StoreDenied: the target cannot be written.
        StoreCorrupt: the library is damaged: a backup of it would be too.
    """
    if target.is_dir():
        target = target / f"inkstone-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.zip"
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="backup-", dir=target.parent) as folder:
            copy = Path(folder) / _DATABASE
            store.backup(copy, lambda status, left, total: progress("copy", total - left, total))
            articles, bookmarks = _verified(copy)
            _zip(part, copy, paths, {"articles": articles, "bookmarks": bookmarks})
        os.replace(part, target)
    except OSError as error:
        raise StoreDenied(path=str(target), detail=(error.strerror or str(error)).lower()) from error
    finally:
        part.unlink(missing_ok=True)
    return Backup(target, articles, bookmarks, target.stat().st_size)


def _zip(part: Path, copy: Path, paths: Paths, counts: dict[str, int]) -> None:
    manifest = {"program": reader.__version__, "written": datetime.now(UTC).isoformat(), **counts}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=2))
        if paths.settings.is_file():
            archive.write(paths.settings, _SETTINGS)
        journal = Journal(paths.data / "journal").folder
        for file in sorted(journal.rglob("*.json*")) if journal.is_dir() else ():
            archive.write(file, _JOURNAL + file.relative_to(journal).as_posix(), zipfile.ZIP_STORED)
        archive.write(copy, _DATABASE, zipfile.ZIP_STORED)  # bodies are compressed already
    with open(part, "rb+") as stream:
        os.fsync(stream.fileno())


def _verified(file: Path) -> tuple[int, int]:
    """How many articles and bookmarks a copy holds.

    Raises:
        StoreCorrupt: it is damaged.
    """
    with Store.open(file, readonly=True) as copy:
        problems = copy.check(thorough=False)
        if problems:
            raise StoreCorrupt(path=str(file), detail=problems[0])
        return copy.totals()


def rotate_backups(store: Store, paths: Paths, *, keep: int, every: timedelta = timedelta(days=1)) -> Backup | None:
    """Writes the next of the library's own backups when the last one is old enough, and drops the oldest ones.

    Args:
        keep: how many stay; 0 for none at all.
    """
    folder = paths.data / "backups"
    if keep <= 0:
        return None
    now = datetime.now(UTC).timestamp()
    if any(0 <= now - written < every.total_seconds() for written, _ in _by_age(folder)):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    made = write_backup(store, paths, folder)
    others = [file for _, file in _by_age(folder) if file != made.file]
    for old in others[: max(0, len(others) - (keep - 1))]:
        old.unlink(missing_ok=True)
    return made


def _by_age(folder: Path) -> list[tuple[float, Path]]:
    """The library's own backups with the time of each, the oldest first.

    One that is dated in the future was written while the clock was wrong; nobody knows when: it counts as the oldest.
    """
    now = datetime.now(UTC).timestamp()
    found = ((file.stat().st_mtime, file) for file in folder.glob("inkstone-*.zip"))
    return sorted((written if written <= now else 0.0, file) for written, file in found)


def restore(paths: Paths, source: Path) -> Backup:
    """Puts a backup in the place of the library; what was there is kept beside it.

    Raises:
        Usage: the file is no backup, or cannot be read.
        StoreCorrupt, StoreTooNew: the library in it cannot be used; nothing was changed.
        StoreBusy: another program has the library open.
        StoreDenied: something cannot be read or written; nothing was changed.
    """
    try:
        paths.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="restore-", dir=paths.data) as folder:
            unpacked = Path(folder)
            try:
                _unpack(source, unpacked)
            except OSError as error:
                if error.filename is not None and Path(error.filename) != source:
                    raise  # there is no room for what is in it
                reason = (error.strerror or str(error)).lower()
                raise Usage(detail=f"the backup “{source}” cannot be read: {reason}") from error
            articles, bookmarks = _verified(unpacked / _DATABASE)
            health.alone(paths.database)
            health.keep_beside(paths.database, "before-restore")
            os.replace(unpacked / _DATABASE, paths.database)
            _take_settings(unpacked / _SETTINGS, paths)
            if (unpacked / "journal").is_dir():
                _join_journals(unpacked / "journal", paths.data / "journal")
    except OSError as error:
        raise StoreDenied(path=str(error.filename or source), detail=(error.strerror or str(error)).lower()) from error
    with Store.open(paths.database) as store:
        store.begin_journal_anew()
    return Backup(source, articles, bookmarks, source.stat().st_size)


def _join_journals(came: Path, ours: Path) -> None:
    """Adds the files of a journal to those that are there; acts that both have count once."""
    for file in sorted(came.rglob("*.json*")):
        target = ours / file.relative_to(came)
        if file.name == "acts.jsonl":
            target = target.with_name(f"acts-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.jsonl")
        if not target.exists() or file.name == "sources.json":
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(file, target)


def _take_settings(file: Path, paths: Paths) -> None:
    if file.is_file():
        paths.settings.parent.mkdir(parents=True, exist_ok=True)
        if paths.settings.exists():
            os.replace(paths.settings, paths.settings.with_name("settings.before-restore.json"))
        shutil.move(file, paths.settings)


def _unpack(source: Path, folder: Path) -> None:
    """The parts of a backup; a bare database is a backup too."""
    if not zipfile.is_zipfile(source):
        with open(source, "rb") as stream:
            if not stream.read(16).startswith(b"SQLite format 3"):
                raise Usage(detail=f"“{source.name}” is no backup of Inkstone")
        shutil.copyfile(source, folder / _DATABASE)
        return
    with zipfile.ZipFile(source) as archive:
        names = set(archive.namelist())
        if _DATABASE not in names:
            raise Usage(detail=f"“{source.name}” is no backup of Inkstone")
        for name in names:
            small = archive.getinfo(name).file_size <= _SMALL_BYTES
            if name == _DATABASE or (small and _is_ours(name)):
                try:
                    archive.extract(name, folder)  # the zip module takes no name out of the folder
                except (zipfile.BadZipFile, EOFError) as error:
                    raise StoreCorrupt(path=str(source), detail=str(error).lower()) from error


def _is_ours(name: str) -> bool:
    return name in (_MANIFEST, _SETTINGS) or (name.startswith(_JOURNAL) and ".json" in name and ".." not in name)


def repair(
    library: Callable[[], Library], paths: Paths, progress: Callable[[str], object] = lambda what: None
) -> Repaired:
    """Salvages a damaged library into a new one, and what only the journal still knows; the damaged file is kept.

    Args:
        library: opens the new library.

    Raises:
        StoreBusy: another program has it open.
        StoreCorrupt: it is a database of another program.
        StoreDenied: the new library cannot be written.
    """
    from reader.store.salvage import salvage

    connect.refuse_anothers(paths.database)
    health.alone(paths.database)
    new = paths.database.with_name(f"{paths.database.name}.repaired")
    for file in (new, new.with_name(new.name + "-wal"), new.with_name(new.name + "-shm")):
        file.unlink(missing_ok=True)
    try:
        saved = salvage(paths.database, new, Journal(paths.data / "journal").sources(), progress)
    except OSError as error:
        raise StoreDenied(path=str(new), detail=(error.strerror or str(error)).lower()) from error
    done = Repaired(aside=health.keep_beside(paths.database, "damaged"))
    os.replace(new, paths.database)
    if saved.textless:
        done.lost.append(f"{len(saved.textless)} articles have lost their text, and keep title and summary")
    if saved.missing_sources:
        done.lost.append(f"{saved.missing_sources} articles have lost their source, and stand in “Kept”")
    with library() as opened:
        progress("journal")
        done.from_journal, unknown = recover_marks(opened)
        if unknown:
            done.lost.append(f"{unknown} bookmarks have lost their article")
        opened.store.begin_journal_anew()
        progress("search")
        while not opened.store.rebuild_search_step(1000):
            pass
        done.articles, done.bookmarks = opened.store.totals()
        done.sources = len(opened.store.sources())
    return done


def recover_marks(library: Library) -> tuple[int, int]:
    """Makes bookmarks, tags, notes and read states what the journal says they came to.

    Returns:
        Bookmarks that came back, and bookmarks whose article is nowhere any more.
    """
    store = library.store
    marks = store.journal.marks()
    wanted = {id_: state for id_, state in marks.bookmarks.items() if state is not None}
    missing = set(wanted) - store.present(list(wanted))
    unknown = 0
    for id_ in sorted(missing):
        kept = store.journal.kept(marks.bodies.get(id_, ""))
        if kept is None:
            unknown += 1
        else:
            _put_back(library, kept)
    came = store.put_marks(marks)
    return came, unknown


def _put_back(library: Library, kept: Kept) -> None:
    """Stores an article from the journal among the kept ones, under its own id."""
    from reader.content.prepare import prepare
    from reader.identity import canonical_url

    try:
        date = datetime.fromisoformat(kept.date)
    except ValueError:
        date = library.now()
    draft = Draft(
        guid=kept.guid,
        raw=kept.raw,
        form=kept.form,  # type: ignore[arg-type]
        url=kept.url,
        title=kept.title,
        authors=kept.authors,
        tags=kept.tags,
        published=date,
        language=kept.language,
        base_url=kept.base_url,
    )
    source = library.store.kept_source()
    library.store.save(source.key, [(None, kept.id, canonical_url(kept.url) if kept.url else "", prepare(draft))], date)


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def sentences(done: Repaired) -> Sequence[str]:
    """What a repair came to, for people."""
    saved = (counted(done.articles, "article"), counted(done.bookmarks, "bookmark"), counted(done.sources, "source"))
    found = [f"saved: {', '.join(saved)}"]
    if done.from_journal:
        found.append(f"{counted(done.from_journal, 'bookmark')} came back from the journal")
    return [*found, *done.lost, f"the damaged file is kept as {done.aside.name}"]
