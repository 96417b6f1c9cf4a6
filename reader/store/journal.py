"""The journal: what the user did, as lines of JSON beside the library, to rebuild it from when it is lost.

One line is one act, appended and synced after its transaction. A line names its article by id, which follows from what
the source calls it, never by a row. The text of a bookmarked article is a compressed file, named by its hash. A file
that is full is put aside; the next one begins with its name. ``replay`` reads them all.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import zstandard

from reader.records import dataclass
from reader.store import codec, dictionary, replay, trash

#: A file larger than this is closed and another one begun.
MAX_BYTES = 8 << 20
#: An article larger than this when unpacked is not read back: no honest body is.
MAX_BODY_BYTES = 64 << 20

LOCK_TIMEOUT_S = 5.0

_NAME = "acts.jsonl"
_SOURCES = "sources.json"
#: What the user chose of a source; how its refreshes went can be learned again.
_SOURCE = (
    "key", "id", "kind", "address", "title", "named", "folder", "home_url", "typed", "interval_minutes", "pictures",
    "ahead", "user", "headers", "certificate", "unread_again", "keep_days", "keep_count", "attributes", "position",
    "trashed", "drafts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """The text of a bookmarked article, as it was when it was bookmarked."""

    id: str
    title: str
    url: str
    date: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str
    form: str
    base_url: str
    guid: str
    raw: str


@dataclass(frozen=True, slots=True)
class _Last:
    """The last line that is whole: the act up to which the journal goes. ``uuid`` is empty where it only names it."""

    key: int = 0
    uuid: str = ""


class Journal:
    """The journal of one library, in a folder of its own. Several programs may write it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / _NAME
        self._bodies = folder / "texts"
        self._fresh_texts = False
        self._written_sources: list[tuple[Any, ...]] | None = None  # as this program wrote them last

    # Writing

    def catch_up(self, db: sqlite3.Connection) -> int:
        """Appends the acts that are not in the journal yet; how many. Costs one small read when there are none.

        Raises:
            OSError: the journal cannot be written; the acts stay in the library and come with the next ones.
        """
        last = self._last()  # before the first look at the library: whoever wrote it had committed it
        newest = db.execute("SELECT coalesce(max(key), 0) FROM acts").fetchone()[0]
        ours = _is_of(db, last)
        if not newest or (ours and last.key >= newest):
            return 0
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self.folder / "lock"):
            now = self._last()
            # A journal that ends with an act of another library (this one was replaced by hand) gets all acts.
            lines = [self._line(db, act) for act in _acts(db, now.key if ours or now != last else 0)]
            if lines:
                self._rotate()
                self._append(lines)
        return len(lines)

    def keep_sources(self, db: sqlite3.Connection) -> None:
        """Writes down the sources when the user changed them: without them a salvaged article has no home.

        Raises:
            OSError: it cannot be written; it comes with the next change.
        """
        found = db.execute(f"SELECT {', '.join(_SOURCE)} FROM sources ORDER BY key").fetchall()
        if found == self._written_sources:  # asked after each act of the user: reading an article is one
            return
        # A line for each; json's own ``indent`` would take ten times as long (20 ms for 1,000 sources).
        lines = [json.dumps(dict(zip(_SOURCE, row, strict=True)), ensure_ascii=False) for row in found]
        data = ("[\n" + ",\n".join(lines) + "\n]").encode()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self.folder / _SOURCES, data)
        _sync_folder(self.folder)
        self._written_sources = found

    @property
    def holds(self) -> bool:
        """Whether there is anything in it that a library could be made of."""
        return self._last().key > 0 or bool(self.sources())

    def sources(self) -> list[dict[str, Any]]:
        """The sources as they were written down last."""
        try:
            found = json.loads((self.folder / _SOURCES).read_bytes())
        except (OSError, ValueError, RecursionError):
            return []
        rows = found if isinstance(found, list) else []
        return [row for row in rows if isinstance(row, dict) and set(row) == set(_SOURCE)]

    def begin_anew(self, last: int) -> None:
        """After a library was put back or repaired: its acts up to ``last`` are in the old files or lost.

        Raises:
            OSError: the folder cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self.folder / "lock"):
            self._begin(last)

    def _last(self) -> _Last:
        """A line that was cut off does not count."""
        with contextlib.suppress(OSError), open(self.file, "rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            step = 4096
            while True:
                stream.seek(max(0, size - step))
                for line in reversed(stream.read().split(b"\n")[0 if step >= size else 1 :]):
                    found = replay.loads(line) or {}
                    key = found.get("key", found.get("from"))
                    if isinstance(key, int):
                        return _Last(key, str(found.get("uuid", "")))
                if step >= size:
                    break
                step *= 8
        return _Last()

    def _rotate(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self.file.stat().st_size > MAX_BYTES:
                self._begin(self._last().key)

    def _begin(self, last: int) -> None:
        """Puts the file aside and begins another one, which names it."""
        aside = self._free_name()
        head: dict[str, Any] = {"from": last}
        with contextlib.suppress(FileNotFoundError):
            os.replace(self.file, aside)
            head["after"] = aside.name
        self._append([json.dumps(head)])

    def _free_name(self) -> Path:
        now = datetime.now(UTC)
        while True:
            name = self.file.with_name(f"acts-{now:%Y%m%dT%H%M%S.%fZ}.jsonl")
            if not name.exists():  # as after the clock was set back
                return name
            now += timedelta(microseconds=1)

    def _append(self, lines: Sequence[str]) -> None:
        if self._fresh_texts:  # their names are on the disk before the lines that name them; once for all of an act
            _sync_folder(self._bodies)
            self._fresh_texts = False
        with open(self.file, "ab") as stream:
            if stream.tell() and not _ends_with_newline(self.file):
                stream.write(b"\n")  # the line before was cut off
            written = stream.write("".join(line + "\n" for line in lines).encode())
            stream.flush()
            os.fsync(stream.fileno())
            begun = stream.tell() == written
        if begun:
            _sync_folder(self.folder)

    def _line(self, db: sqlite3.Connection, act: tuple[Any, ...]) -> str:
        key, uuid, when, kind, article, old, new = act
        line: dict[str, Any] = {
            "key": key,
            "uuid": uuid.hex(),
            "time": codec.to_time(when).isoformat(),
            "kind": kind,
            "article": article,
            "old": json.loads(old),
            "new": json.loads(new),
        }
        articles = ""
        if kind == "read-all":
            articles = _ids(db, "SELECT id FROM articles JOIN states ON article = key WHERE read_act = ?", key)
        if kind in trash.KINDS:
            articles = _ids(db, "SELECT id FROM articles JOIN trash ON article = key WHERE act = ?", key)
            line["gesture"] = self._uuid(db, "SELECT gesture FROM acts WHERE key = ?", key)
        if kind in replay.UNDOING:
            line["undoes"] = self._uuid(db, "SELECT ?", line["new"]["gesture"])
        found = db.execute("SELECT key, title, url FROM articles WHERE id = ?", (article,)).fetchone()
        if found is not None:
            line["title"], line["url"] = found[1], found[2]
            if kind == "bookmark":
                line["text"] = self._keep(db, found[0])
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        return f'{text[:-1]},"articles":{articles}}}' if articles else text

    def _uuid(self, db: sqlite3.Connection, which: str, value: int) -> str:
        row = db.execute(f"SELECT uuid FROM acts WHERE key = ({which})", (value,)).fetchone()
        return row[0].hex() if row else ""

    def _keep(self, db: sqlite3.Connection, key: int) -> str:
        """Writes the article's text; its name."""
        row = db.execute(
            """SELECT id, articles.title, url, coalesce(states.date, trash.date), authors, tags, language, form,
                      coalesce(nullif(base_url, ''), url), guid, body
               FROM articles JOIN versions ON versions.key = version LEFT JOIN states ON states.article = articles.key
               LEFT JOIN trash ON trash.article = articles.key WHERE articles.key = ?""",
            (key,),
        ).fetchone()
        names = ("id", "title", "url", "date", "authors", "tags", "language", "form", "base_url", "guid")
        kept = dict(zip(names, row[:10], strict=True))
        kept["date"] = codec.to_time(row[3]).isoformat()
        kept["authors"], kept["tags"] = json.loads(row[4]), json.loads(row[5])
        kept["raw"] = dictionary.unpacker(db).raw(row[10])
        data = json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")
        import hashlib

        name = hashlib.blake2b(data, digest_size=16).hexdigest() + ".json.zst"
        target = self._bodies / name
        if not target.exists():
            self._bodies.mkdir(mode=0o700, exist_ok=True)
            _write(target, zstandard.ZstdCompressor(level=9).compress(data))
            self._fresh_texts = True
        return name

    # Reading

    def marks(self) -> replay.Marks:
        """What all acts came to."""
        return replay.marks([*sorted(self.folder.glob("acts-*.jsonl")), self.file])

    def kept(self, name: str) -> Kept | None:
        """The text in this file; None when it is gone or damaged."""
        try:
            data = zstandard.ZstdDecompressor().decompress(
                (self._bodies / Path(name).name).read_bytes(), max_output_size=MAX_BODY_BYTES
            )
            found = json.loads(data.decode("utf-8", "surrogatepass"))
            return Kept(**{**found, "authors": tuple(found["authors"]), "tags": tuple(found["tags"])})
        except (OSError, ValueError, TypeError, KeyError, zstandard.ZstdError):
            return None


def _acts(db: sqlite3.Connection, after: int) -> list[tuple[Any, ...]]:
    return db.execute(
        "SELECT key, uuid, time, kind, article, old, new FROM acts WHERE key > ? ORDER BY key", (after,)
    ).fetchall()


def _ids(db: sqlite3.Connection, sql: str, key: int) -> str:
    """A JSON list, as SQLite writes it: of 130,000 ids in a third of the time."""
    found: str = db.execute(f"SELECT json_group_array(id) FROM ({sql})", (key,)).fetchone()[0]
    return found


def _is_of(db: sqlite3.Connection, last: _Last) -> bool:
    """Whether the journal's last act is one of this library."""
    row = db.execute("SELECT uuid FROM acts WHERE key = ?", (last.key,)).fetchone()
    return not last.key or (row is not None and last.uuid in ("", row[0].hex()))


def _write(target: Path, data: bytes) -> None:
    """A whole file or none, on the disk when this returns; its name is when ``_sync_folder`` was called, too."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, target)
    except OSError:
        part.unlink(missing_ok=True)  # no room: what is half there takes some
        raise


def _sync_folder(folder: Path) -> None:
    """Makes the names of new files stay; Windows opens no folders, and keeps names by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _ends_with_newline(file: Path) -> bool:
    with open(file, "rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Holds a lock that ends with the program that holds it.

    SQLite's own lock on a small database: the one lock that is the same on all three systems.

    Raises:
        OSError: another program held it all the time.
    """
    try:
        lock = sqlite3.connect(file, isolation_level=None, timeout=LOCK_TIMEOUT_S)
    except sqlite3.OperationalError as error:
        raise OSError(f"{file}: {error}") from error
    with contextlib.closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise OSError(f"{file}: {error}") from error
        yield
        lock.execute("ROLLBACK")
