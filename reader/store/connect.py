"""Connections to one SQLite file: opened with what the place allows, one per thread, errors in the project's words."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal

from reader.errors import (
    ReaderError,
    StoreBusy,
    StoreCorrupt,
    StoreDenied,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
)

#: "immutable" reads a file that nobody can be writing: SQLite then needs no lock and no file beside it.
Access = Literal["write", "read", "immutable"]

#: "Inks": marks the file as ours (file(1) shows it), so that another program's database is never migrated.
APPLICATION_ID = 0x496E6B73

MAGIC = b"SQLite format 3\0"
BUSY_TIMEOUT_S = 5.0
#: Measured best with compressed bodies; only counts while a new file is still empty.
PAGE_SIZE = 16384
#: How long the write-ahead log grows before it is brought into the file.
LOG_BYTES = 64 << 20
INTERRUPTED = "interrupted"
#: A disk with less than this is full: a page, the index of the log and the log of a commit do not fit.
_ROOM_BYTES = 256 << 10

_KINDS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_PROTOCOL: StoreBusy,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_CORRUPT: StoreCorrupt,
    sqlite3.SQLITE_NOTADB: StoreCorrupt,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CANTOPEN: StoreDenied,
    sqlite3.SQLITE_PERM: StoreDenied,
    sqlite3.SQLITE_AUTH: StoreDenied,
    sqlite3.SQLITE_IOERR: StoreError,
    sqlite3.SQLITE_NOMEM: StoreError,
    sqlite3.SQLITE_TOOBIG: StoreError,
}

#: What a full disk makes of files beside the library (the log's index, a new log); only the library's own says "full".
_ALSO_WHEN_FULL = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def primary_code(error: sqlite3.Error) -> int:
    """The primary result code: the low byte of the extended one (sqlite.org/rescode.html)."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """Turns what SQLite reports of the world (locks, disk, rights, damage) into StoreErrors; our own bugs pass."""
    try:
        yield
    except sqlite3.Error as error:
        code = primary_code(error)
        if code == sqlite3.SQLITE_INTERRUPT:
            raise StoreError(path=str(file), detail=INTERRUPTED) from error
        kind = _KINDS.get(code)
        if kind is None:
            raise
        if code in _ALSO_WHEN_FULL and _is_full(file):
            kind = StoreFull
        raise kind(path=str(file), detail=str(error)) from error


def _is_full(file: Path) -> bool:
    try:
        return shutil.disk_usage(file.parent).free < _ROOM_BYTES
    except OSError:
        return False


def wal_of(file: Path) -> Path:
    return file.with_name(file.name + "-wal")


def _unfinished(file: Path) -> bool:
    """Whether a write-ahead log with content lies beside the file: without it the file alone is not the whole."""
    try:
        return wal_of(file).stat().st_size > 0
    except OSError:
        return False


def _head(file: Path) -> bytes | None:
    """The header of the file (100 bytes: SQLite's file format, section 1.3), or None when there is no such file.

    Raises:
        StoreDenied: it may not be read, or is no file.
    """
    try:
        with open(file, "rb") as stream:
            return stream.read(100)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreDenied(path=str(file), detail=error.strerror or str(error)) from error


def _anothers(head: bytes) -> bool:
    """Whether a header is that of another program's database: one with content and without our application id.

    A database of one page holds no table yet: so looks ours, when its first start was interrupted.
    """
    pages, application = int.from_bytes(head[28:32]), int.from_bytes(head[68:72])
    return pages > 1 and application != APPLICATION_ID


def is_missing(file: Path) -> bool:
    """Whether there is no such file, or nothing in it."""
    try:
        return file.stat().st_size == 0
    except FileNotFoundError:
        return True
    except OSError:
        return False


def refuse_anothers(file: Path) -> None:
    """
    Raises:
        StoreCorrupt: the file is a sound database of another program, not a damaged one of ours.
    """
    head = _head(file)
    if head and head.startswith(MAGIC) and _anothers(head) and int.from_bytes(head[68:72]):
        raise StoreCorrupt(path=str(file), detail="a database of another program")


def refuse_newer(file: Path, known: int) -> None:
    """Looks at the version before SQLite is asked to open anything for writing: that alone could change a byte.

    Args:
        known: the newest version that this program knows.

    Raises:
        StoreTooNew: a newer program made the file.
        StoreDenied: it cannot be read.
    """
    head = _head(file)
    if not head or not head.startswith(MAGIC) or _anothers(head):
        return
    version = int.from_bytes(head[60:64])
    if _unfinished(file):
        with suppress(sqlite3.Error), closing(connect(file, "read")) as db:  # the log may say more than the file
            version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > known:
        raise StoreTooNew(path=str(file), detail=f"version {version}, this program knows {known}")


def access_to(file: Path, *, readonly: bool) -> Access:
    """How the file can be used, deciding before SQLite touches anything. Makes the folder unless ``readonly``.

    Raises:
        StoreDenied: the folder or the file cannot be made or read.
        StoreCorrupt: the file is not a database, or another program's.
    """
    if not readonly:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what one reads is one's own affair
        except OSError as error:
            raise StoreDenied(path=str(file.parent), detail=error.strerror or str(error)) from error
    head = _head(file)
    if head and not head.startswith(MAGIC):
        raise StoreCorrupt(path=str(file), detail="not a database")
    if head and _anothers(head):
        raise StoreCorrupt(path=str(file), detail="a database of another program")
    folder_writable = os.access(file.parent, os.W_OK | os.X_OK)
    if not head:
        if readonly:
            raise StoreDenied(path=str(file), detail="No library is there")
        if not folder_writable or (head is not None and not os.access(file, os.W_OK)):
            raise StoreDenied(path=str(file), detail="Permission denied")
        return "write"
    if folder_writable and os.access(file, os.W_OK):
        return "read" if readonly else "write"
    return "read" if _unfinished(file) else "immutable"


def connect(
    file: Path, access: Access, *, timeout_s: float = BUSY_TIMEOUT_S, remote: bool = False
) -> sqlite3.Connection:
    """A connection without implicit transactions, usable (one at a time) from any thread.

    Args:
        remote: the file is on a network drive, where no write-ahead log can be (sqlite.org/wal.html, section 2).
    """
    mode = {"write": "rwc", "read": "ro", "immutable": "ro&immutable=1"}[access]
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=timeout_s,
        check_same_thread=False,
    )
    try:
        if access == "write":
            # Looked at from outside: opening and closing the file would drop the locks that other connections of this
            # process hold on it (POSIX), and another program would take the log away below them.
            if not file.exists() or not file.stat().st_size:
                connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # in a file with content it is a write each time
            _use_log(connection, "DELETE" if remote else "WAL", time.monotonic() + timeout_s)
            # Without a write-ahead log a commit is the removal of a file, which is safe when the folder is synced too.
            connection.execute(f"PRAGMA synchronous = {'EXTRA' if remote else 'FULL'}")
            # Pages of indexes are written again with each source: in a longer log they come to the file less often (a
            # tenth of the time of a first load). Given back to the disk at the next checkpoint.
            connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_BYTES // PAGE_SIZE}")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            # Some builds of SQLite overwrite every page that gets free, which each merge of the search index does.
            connection.execute("PRAGMA secure_delete = FAST").fetchone()
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -8000")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_log(connection: sqlite3.Connection, mode: str, deadline: float) -> None:
    """Switching an empty file to WAL does not wait for another process that does the same: so we do."""
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()
            return
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class _Line:
    """One thread's connection. ``lock`` is held while it works; ``reading`` tells interrupt() that it may cut in."""

    __slots__ = ("connection", "lock", "reading", "thread")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.thread = threading.current_thread()
        self.lock = threading.RLock()
        self.reading = False


class Lines:
    """A connection for each thread that asks, all to one file.

    Args:
        first: the connection that the opening thread already has.
        remote: see ``connect``.
    """

    def __init__(self, file: Path, access: Access, first: sqlite3.Connection, remote: bool = False) -> None:
        self.file = file
        self.remote = remote
        self.readonly = access != "write"
        self.access = access
        self._own = threading.local()
        self._guard = threading.Lock()
        self._closed = False
        self._lines = [_Line(first)]
        self._own.line = self._lines[0]

    def _closed_error(self) -> StoreError:
        return StoreError(path=str(self.file), detail="closed")

    def _line(self) -> _Line:
        """This thread's connection, opened when it asks first."""
        line: _Line | None = getattr(self._own, "line", None)
        if line is not None:
            return line
        if self._closed:
            raise self._closed_error()
        with translated(self.file):
            line = _Line(connect(self.file, self.access, remote=self.remote))
        with self._guard:
            # Threads that ended leave their connections behind.
            ended = [other for other in self._lines if not other.thread.is_alive()]
            self._lines = [other for other in self._lines if other not in ended]
            if self._closed:
                ended.append(line)
            else:
                self._lines.append(line)
                self._own.line = line
        for other in ended:
            other.connection.close()
        if line in ended:
            raise self._closed_error()
        return line

    @contextmanager
    def _held(self) -> Iterator[_Line]:
        line = self._line()
        with line.lock, translated(self.file):
            if self._closed:
                raise self._closed_error()
            yield line

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the library; ``interrupt`` ends it with StoreError(detail="interrupted")."""
        with self._held() as line:
            if line.connection.in_transaction:
                yield line.connection
                return
            with self._guard:
                line.reading = True
            try:
                line.connection.execute("BEGIN")
                yield line.connection
            finally:
                with self._guard:
                    line.reading = False
                if line.connection.in_transaction:
                    line.connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk when this ends, or nothing. Inside another it is a part of that.

        Raises:
            StoreReadOnly: the library was opened for reading.
        """
        if self.readonly:
            raise StoreReadOnly(path=str(self.file))
        with self._held() as line:
            assert not line.reading, "a write inside a read would be rolled back with it"
            begin, end, undo = "BEGIN IMMEDIATE", "COMMIT", ["ROLLBACK"]
            if line.connection.in_transaction:
                begin, end, undo = "SAVEPOINT part", "RELEASE part", ["ROLLBACK TO part", "RELEASE part"]
            line.connection.execute(begin)
            try:
                yield line.connection
                line.connection.execute(end)
            except BaseException:
                # SQLite itself has already rolled back after some errors (disk full, I/O).
                if line.connection.in_transaction:
                    for statement in undo:
                        line.connection.execute(statement)
                raise

    @contextmanager
    def between(self) -> Iterator[sqlite3.Connection]:
        """The connection outside of any transaction, for what SQLite does in none: checkpoints, vacuum, statistics.

        Raises:
            StoreReadOnly: the library was opened for reading.
        """
        if self.readonly:
            raise StoreReadOnly(path=str(self.file))
        with self._held() as line:
            assert not line.connection.in_transaction, "a transaction is open"
            yield line.connection

    def nested(self) -> bool:
        """Whether this thread is inside a transaction already."""
        return self._line().connection.in_transaction

    def data_version(self) -> int:
        """Another number than before when another connection has changed the library."""
        with self._held() as line:
            version: int = line.connection.execute("PRAGMA data_version").fetchone()[0]
            return version

    def interrupt(self) -> None:
        """Ends all reads that run now, in whatever thread. Writes are left alone."""
        with self._guard:
            for line in self._lines:
                if line.reading:
                    line.connection.interrupt()

    def close(self) -> None:
        """Ends reads, waits for writes, closes everything. Closing twice is fine."""
        self._closed = True
        self.interrupt()
        with self._guard:
            lines, self._lines = self._lines, []
        for line in lines:
            with line.lock:
                line.connection.close()


def opened(file: Path, readonly: bool, remote: bool, prepare: Callable[[sqlite3.Connection, Access], None]) -> Lines:
    """Opens the file as well as its place allows, and lets ``prepare`` check or build what is inside.

    Raises:
        StoreError: as access_to, prepare and SQLite find.
    """
    access = access_to(file, readonly=readonly)
    try:
        return _with(file, access, remote, prepare)
    except (StoreReadOnly, StoreDenied) as error:
        # Rights that os.access cannot see (access lists, Windows, a network share): what was readable stays readable.
        if access != "write" or not isinstance(error.__cause__, sqlite3.Error) or not _head(file):
            raise
        return _with(file, "read" if _unfinished(file) else "immutable", remote, prepare)


def _with(file: Path, access: Access, remote: bool, prepare: Callable[[sqlite3.Connection, Access], None]) -> Lines:
    with translated(file):
        connection = connect(file, access, remote=remote)
        try:
            prepare(connection, access)
        except (sqlite3.Error, ReaderError):
            connection.close()
            raise
    return Lines(file, access, connection, remote)
