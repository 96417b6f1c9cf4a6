"""Backups: a library, its settings and its journal in one file, written by hand or by themselves, and put back."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import reader
from reader.errors import Stopped, StoreCorrupt, StoreDenied, StoreError, StoreFull, Usage
from reader.paths import Paths
from reader.records import dataclass
from reader.store import Store, health
from reader.store.journal import Journal

#: What a backup holds. The database comes last: a reader that stops early has the small things.
_MANIFEST, _SETTINGS, _JOURNAL, _DATABASE = "inkstone.json", "settings.json", "journal/", "library.sqlite3"
#: Bigger things in a backup than this are not ours (a settings file, a manifest).
_SMALL_BYTES = 8 << 20
_CHUNK_BYTES = 4 << 20
#: Room that is left on the disk beside what a backup takes while it is written (a copy, and the file it goes into).
_SPARE_BYTES = 32 << 20
#: What a backup that was killed left behind is taken away after this long: no backup takes so long.
_LEFT_OVER_S = 6 * 3600

#: Told what is done now ("copy", "check", "pack", "unpack"), how much of it, of how much.
Say = Callable[[str, int, int], object]
Stop = Callable[[], bool]


def silent(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written and read again, or put back.

    Attributes:
        file: where it is.
        articles, bookmarks: how many are in it.
        bytes: its size.
        aside: where the library is kept whose place it took; None when there was none.
    """

    file: Path
    articles: int
    bookmarks: int
    bytes: int
    aside: Path | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a backup says of itself; nothing of it is checked.

    Attributes:
        written: when; of a bare database the time of the file.
        articles, bookmarks: -1 when it does not say.
        settings: whether they are in it.
    """

    file: Path
    written: datetime
    articles: int
    bookmarks: int
    bytes: int
    settings: bool


def write_backup(store: Store, paths: Paths, target: Path, progress: Say = silent, cancelled: Stop = never) -> Backup:
    """Writes the library, its settings and its journal into one file (a zip), and reads it again.

    Args:
        target: a file, or a folder to put it in under a name with the day.

    Raises:
        StoreDenied: the target cannot be written.
        StoreFull: there is no room for it.
        StoreCorrupt: the library is damaged: a backup of it would be too.
        Stopped: it was cancelled; nothing is left of it.
    """
    if target.is_dir():
        target = target / f"inkstone-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.zip"
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    say = _stoppable(progress, cancelled)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _need_room(target.parent, store.file)
        with tempfile.TemporaryDirectory(prefix="backup-", dir=target.parent) as folder:
            copy = Path(folder) / _DATABASE
            store.backup(copy, lambda status, left, total: say("copy", total - left, total))
            say("check", 0, 1)
            articles, bookmarks = _verified(copy, cancelled)
            _zip(part, copy, paths, {"articles": articles, "bookmarks": bookmarks}, say)
        os.replace(part, target)
    except OSError as error:
        raise _denied(target, error) from error
    finally:
        part.unlink(missing_ok=True)
    return Backup(target, articles, bookmarks, target.stat().st_size)


def _stoppable(progress: Say, cancelled: Stop) -> Say:
    def say(what: str, done: int, total: int) -> None:
        if cancelled():
            raise Stopped()
        progress(what, done, total)

    return say


def _need_room(folder: Path, database: Path) -> None:
    """
    Raises:
        StoreFull: the disk cannot take a copy of the library and the file it goes into.
    """
    needed = 2 * database.stat().st_size + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreFull(
            path=str(database), detail=f"a backup in {folder} needs {needed >> 20} MB, {free >> 20} are free"
        )


def _denied(target: Path, error: OSError) -> StoreError:
    kind = StoreFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreDenied
    return kind(path=str(target), detail=(error.strerror or str(error)).lower())


def _zip(part: Path, copy: Path, paths: Paths, counts: dict[str, int], say: Say) -> None:
    manifest = {"program": reader.__version__, "written": datetime.now(UTC).isoformat(), **counts}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=2))
        if paths.settings.is_file():
            archive.write(paths.settings, _SETTINGS)
        journal = Journal(paths.data / "journal").folder
        for file in sorted(journal.rglob("*.json*")) if journal.is_dir() else ():
            say("pack", 0, 1)
            archive.write(file, _JOURNAL + file.relative_to(journal).as_posix(), zipfile.ZIP_STORED)
        entry = zipfile.ZipInfo(_DATABASE, time.localtime()[:6])  # stored: bodies are compressed already
        size = copy.stat().st_size
        with open(copy, "rb") as read, archive.open(entry, "w", force_zip64=True) as written:
            _pump(read, written, size, lambda done: say("pack", done, size))
    with open(part, "rb+") as stream:
        os.fsync(stream.fileno())


def _pump(read: IO[bytes], written: IO[bytes], most: int, told: Callable[[int], object]) -> None:
    """Copies a file in pieces, and tells how far it is after each."""
    done = 0
    while done < most and (piece := read.read(min(_CHUNK_BYTES, most - done))):
        written.write(piece)
        done += len(piece)
        told(done)


def _verified(file: Path, cancelled: Stop = never) -> tuple[int, int]:
    """How many articles and bookmarks a copy holds.

    Raises:
        StoreCorrupt: it is damaged.
        Stopped: it was cancelled.
    """
    with Store.open(file, readonly=True) as copy:
        problems = copy.check(thorough=False, cancelled=cancelled)
        if problems:
            raise StoreCorrupt(path=str(file), detail=problems[0])
        return copy.totals()


# The library's own


def folder_of(paths: Paths) -> Path:
    """Where a library's own backups are."""
    return paths.data / "backups"


def is_due(paths: Paths, *, keep: int, every: timedelta) -> bool:
    """Whether the last of the library's own backups is old enough for another one; ``keep`` 0 never makes one."""
    now = datetime.now(UTC).timestamp()
    return keep > 0 and not any(0 <= now - written < every.total_seconds() for written, _ in _by_age(folder_of(paths)))


def rotate_backups(
    store: Store,
    paths: Paths,
    *,
    keep: int,
    every: timedelta = timedelta(days=1),
    progress: Say = silent,
    cancelled: Stop = never,
) -> Backup | None:
    """Writes the next of the library's own backups when the last one is old enough, and drops the oldest ones then.

    Args:
        keep: how many stay; 0 for none at all: those that are there stay as they are.

    Raises:
        StoreError, Stopped: as ``write_backup``; the older backups are all there.
    """
    if not is_due(paths, keep=keep, every=every):
        return None
    folder = folder_of(paths)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _denied(folder, error) from error
    _sweep(folder, "inkstone-*.part", "backup-*")
    made = write_backup(store, paths, folder, progress, cancelled)
    others = [file for _, file in _by_age(folder) if file != made.file]
    for old in others[: max(0, len(others) - (keep - 1))]:
        old.unlink(missing_ok=True)
    return made


def _sweep(folder: Path, *patterns: str) -> None:
    """Takes away what was left behind by a work that was killed."""
    oldest = datetime.now(UTC).timestamp() - _LEFT_OVER_S
    for left in (each for pattern in patterns for each in folder.glob(pattern)):
        if left.stat().st_mtime < oldest:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _by_age(folder: Path) -> list[tuple[float, Path]]:
    """The library's own backups with the time of each, the oldest first.

    One that is dated in the future was written while the clock was wrong; nobody knows when: it counts as the oldest.
    """
    now = datetime.now(UTC).timestamp()
    found = ((file.stat().st_mtime, file) for file in folder.glob("inkstone-*.zip"))
    return sorted((written if written <= now else 0.0, file) for written, file in found)


def held(paths: Paths) -> list[Held]:
    """The library's own backups, the newest first; what is none is passed over."""
    found = []
    for _, file in reversed(_by_age(folder_of(paths))):
        try:
            found.append(look_into(file))
        except (Usage, StoreError):
            continue
    return found


def look_into(file: Path) -> Held:
    """What a backup says of itself.

    Raises:
        Usage: it is none, or cannot be read.
    """
    try:
        facts = file.stat()
        changed = datetime.fromtimestamp(facts.st_mtime, UTC)
        if not zipfile.is_zipfile(file):
            _refuse_others(file)
            return Held(file, changed, -1, -1, facts.st_size, settings=False)
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if _DATABASE not in names:
                raise Usage(detail=f"“{file.name}” is no backup of Inkstone")
            said = _manifest(archive) if _MANIFEST in names else {}
    except (OSError, zipfile.BadZipFile) as error:
        raise _unreadable(file, error) from error
    return Held(
        file,
        _time(said.get("written")) or changed,
        _count(said.get("articles")),
        _count(said.get("bookmarks")),
        facts.st_size,
        settings=_SETTINGS in names,
    )


def _manifest(archive: zipfile.ZipFile) -> dict[str, object]:
    if archive.getinfo(_MANIFEST).file_size > _SMALL_BYTES:
        return {}
    try:
        said = json.loads(archive.read(_MANIFEST))
    except (ValueError, RecursionError, zipfile.BadZipFile, EOFError):
        return {}
    return said if isinstance(said, dict) else {}


def _count(said: object) -> int:
    return said if type(said) is int else -1


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unreadable(source: Path, error: Exception) -> Usage:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return Usage(detail=f"the backup “{source}” cannot be read: {reason}")


# Putting back


def restore(paths: Paths, source: Path, progress: Say = silent, cancelled: Stop = never) -> Backup:
    """Puts a backup in the place of the library; what was there is kept beside it.

    Raises:
        Usage: the file is no backup, or cannot be read.
        StoreCorrupt, StoreTooNew: the library in it cannot be used; nothing was changed.
        StoreBusy: another program has the library open.
        StoreDenied, StoreFull: something cannot be read or written; nothing was changed.
        Stopped: it was cancelled; nothing was changed.
    """
    say, aside = _stoppable(progress, cancelled), None
    try:
        paths.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(paths.data, "restore-*")
        with tempfile.TemporaryDirectory(prefix="restore-", dir=paths.data) as folder:
            unpacked = Path(folder)
            try:
                _unpack(source, unpacked, say)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT) or (
                    error.filename is not None and Path(error.filename) != source
                ):
                    raise  # there is no room for what is in it
                raise _unreadable(source, error) from error
            say("check", 0, 1)
            articles, bookmarks = _verified(unpacked / _DATABASE, cancelled)
            health.alone(paths.database)
            if paths.database.exists():
                aside = health.keep_beside(paths.database, "before-restore")
            os.replace(unpacked / _DATABASE, paths.database)
            _take_settings(unpacked / _SETTINGS, paths)
            if (unpacked / "journal").is_dir():
                _join_journals(unpacked / "journal", paths.data / "journal")
    except OSError as error:
        raise _denied(Path(error.filename or source), error) from error
    with Store.open(paths.database) as store:
        store.begin_journal_anew()
    return Backup(source, articles, bookmarks, source.stat().st_size, aside)


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


def _refuse_others(file: Path) -> None:
    """
    Raises:
        Usage: the file is no SQLite database.
    """
    with open(file, "rb") as stream:
        if not stream.read(16).startswith(b"SQLite format 3"):
            raise Usage(detail=f"“{file.name}” is no backup of Inkstone")


def _unpack(source: Path, folder: Path, say: Say) -> None:
    """The parts of a backup; a bare database is a backup too."""
    if not zipfile.is_zipfile(source):
        _refuse_others(source)
        size = source.stat().st_size
        with open(source, "rb") as read, open(folder / _DATABASE, "wb") as written:
            _pump(read, written, size, lambda done: say("unpack", done, size))
        return
    with zipfile.ZipFile(source) as archive:
        names = set(archive.namelist())
        if _DATABASE not in names:
            raise Usage(detail=f"“{source.name}” is no backup of Inkstone")
        try:
            for name in names:
                if archive.getinfo(name).file_size <= _SMALL_BYTES and _is_ours(name):
                    archive.extract(name, folder)  # the zip module takes no name out of the folder
            size = archive.getinfo(_DATABASE).file_size
            with archive.open(_DATABASE) as read, open(folder / _DATABASE, "wb") as written:
                _pump(read, written, size, lambda done: say("unpack", done, size))
                if read.read(1):  # at its end the sum over all bytes is compared
                    raise zipfile.BadZipFile("it holds more than it says")
        except (zipfile.BadZipFile, EOFError) as error:
            raise StoreCorrupt(path=str(source), detail=str(error).lower()) from error


def _is_ours(name: str) -> bool:
    return name in (_MANIFEST, _SETTINGS) or (name.startswith(_JOURNAL) and ".json" in name and ".." not in name)
