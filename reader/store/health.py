"""Is the file sound, and a copy of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import zstandard

from reader.errors import Stopped, StoreBusy, StoreCorrupt, StoreDenied
from reader.store import codec, dictionary, schema
from reader.store.connect import Access, connect, primary_code, translated

#: What must be empty: each with the sentence that says what a hit means.
_RULES = (
    (
        "SELECT id FROM articles LEFT JOIN versions ON versions.key = version WHERE versions.key IS NULL",
        "the article {} has lost its text",
    ),
    (
        """SELECT id FROM articles LEFT JOIN states ON states.article = key LEFT JOIN trash ON trash.article = key
           WHERE (states.article IS NULL) = (trash.article IS NULL)""",
        "the article {} stands in no list, or in the lists and in the trash",
    ),
    (
        """SELECT id FROM articles JOIN twins ON article = key WHERE family IN (
               SELECT family FROM twins JOIN states ON states.article = twins.article
               GROUP BY family HAVING sum(twin = 0) <> 1 AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'apart'))""",
        "the article {} and its twins do not stand in the lists once",
    ),
    (
        """SELECT name FROM tags WHERE uses <> (
               SELECT count(*) FROM taggings JOIN states ON states.article = taggings.article WHERE tag = tags.key)""",
        "the tag {} is not counted right",
    ),
    (
        """SELECT sources.title FROM sources JOIN tallies ON tallies.source = sources.key
           WHERE total <> (SELECT count(*) FROM states WHERE states.source = sources.key)
              OR unread <> (SELECT count(*) FROM states WHERE states.source = sources.key AND read = 0)
              OR twins <> (SELECT count(*) FROM states WHERE states.source = sources.key AND twin = 1)
              OR unread_twins <> (SELECT count(*) FROM states
                                  WHERE states.source = sources.key AND twin = 1 AND read = 0)""",
        "the counts of the source “{}” are wrong",
    ),
)


def problems(db: sqlite3.Connection, *, thorough: bool = True) -> list[str]:
    """SQLite's own integrity check, then ours; at most 100 sentences each.

    Args:
        thorough: every text is unpacked and compared with its digest, too.
    """
    try:
        found = [text for (text,) in db.execute("PRAGMA integrity_check") if text != "ok"]
        found += [f"{table} refers to what is not there" for table, *_ in db.execute("PRAGMA foreign_key_check")]
        for sql, sentence in _RULES:
            found += [sentence.format(name) for (name,) in db.execute(f"{sql} LIMIT 100")]
        if thorough:
            found += _unreadable(db)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        return [str(error)]
    return found


def _unreadable(db: sqlite3.Connection) -> list[str]:
    unpacker = dictionary.unpacker(db)
    found: list[str] = []
    texts = db.execute("SELECT articles.id, digest, body FROM versions JOIN articles ON articles.key = article")
    for id_, digest, body in texts:
        try:
            sound = codec.digest(unpacker.raw(body)) == digest
        except (ValueError, IndexError, TypeError, struct.error, zstandard.ZstdError):
            sound = False
        if not sound:
            found.append(f"a text of the article {id_} is damaged")
            if len(found) == 100:
                break
    return found


#: Between two looks whether a check shall end.
_LOOK_S = 0.1


@contextmanager
def stoppable(db: sqlite3.Connection, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Lets long statements of a connection be ended. (A progress handler is not called by checks before SQLite 3.41.)

    Raises:
        Stopped: they were.
    """
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_LOOK_S):
            if cancelled():
                db.interrupt()

    watching = threading.Thread(target=watch, name="check-stop", daemon=True)
    watching.start()
    try:
        yield
    except sqlite3.OperationalError as error:
        if primary_code(error) == sqlite3.SQLITE_INTERRUPT and cancelled():
            raise Stopped() from error
        raise
    finally:
        ended.set()
        watching.join()


def quick(file: Path, access: Access, cancelled: Callable[[], bool]) -> list[str]:
    """SQLite's quick check on a connection of its own; at most 20 sentences, empty when the file is sound.

    Raises:
        StoreError: it cannot be read now, which says nothing about it.
        Stopped: it was cancelled.
    """
    try:
        with (
            translated(file),
            closing(connect(file, "read" if access == "write" else access)) as db,
            stoppable(db, cancelled),
        ):
            return [text for (text,) in db.execute("PRAGMA quick_check(20)") if text != "ok"]
    except StoreCorrupt as error:
        return [error.detail]


def search_problems(db: sqlite3.Connection) -> list[str]:
    """Whether the search index agrees with itself. A write to SQLite, though it changes nothing."""
    try:
        db.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        return [f"the search index is damaged: {error}"]
    return []


def alone(file: Path) -> None:
    """
    Raises:
        StoreBusy: another program has the library open.
    """
    if not file.exists():
        return
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0.5)) as db:
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise StoreBusy(path=str(file), detail=str(error)) from error
        except sqlite3.DatabaseError:
            return  # damaged; nobody can have it open


def keep_beside(file: Path, why: str) -> Path:
    """Keeps a library under another name beside itself, before another file takes its place; the new name.

    The file itself stays where it is, so that a crash leaves a library: what comes replaces it in one step. What SQLite
    put beside it goes along, for it would be taken for that of the new file. Nothing happens when there is no library.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = file.with_name(f"{file.stem}.{why}-{stamp}{file.suffix}")
    if not file.exists():
        return target
    target.unlink(missing_ok=True)  # of the same second
    try:
        os.link(file, target)
    except OSError:  # a file system without hard links
        shutil.copy2(file, target)
    for end in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.replace(file.with_name(file.name + end), target.with_name(target.name + end))
    return target


def backup(file: Path, access: Access, target: Path, progress: Callable[[int, int, int], object] | None) -> None:
    """A copy on a connection of its own, so that neither readers nor the writer wait.

    Raises:
        StoreDenied: the target cannot be written.
    """
    try:
        with translated(target), closing(connect(file, "read" if access == "write" else access)) as reading:
            if reading.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                # One view of the library for the whole copy: else each write meanwhile makes SQLite begin again.
                reading.execute("BEGIN")
                reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            schema.backup(reading, target, progress)
    except OSError as error:
        raise StoreDenied(path=str(target), detail=error.strerror or str(error)) from error
