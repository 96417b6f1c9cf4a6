"""Sources: what gives articles, where it stands in the sidebar, how its last refresh went."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from reader.errors import NotFound, Usage
from reader.model import Source, SourceKind, Validators
from reader.store import files
from reader.store.codec import plain, short_id, to_ms, to_ms_or_none, to_time, to_time_or_none

KEPT_TITLE = "Kept"

#: What the user chooses for one source, with how it is stored.
_OPTIONS: dict[str, Callable[[Any], object]] = {
    "interval_minutes": int,
    "pictures": plain,
    "ahead": bool,
    "user": plain,
    "headers": lambda pairs: json.dumps([[plain(name), plain(value)] for name, value in pairs], ensure_ascii=False),
    "certificate": plain,
    "unread_again": bool,
    "keep_days": int,
    "keep_count": int,
    "drafts": bool,
    "attributes": lambda pairs: json.dumps({plain(k): plain(v) for k, v in pairs}, ensure_ascii=False),
    "retired": bool,
    "named": bool,
}

_COLUMNS = (
    "key, id, kind, address, title, named, folder, home_url, etag, last_modified, checked, succeeded, error, failures,"
    "retry_at, typed, interval_minutes, pause_s, document_pause_s, pictures, ahead, user, headers, certificate,"
    "unread_again, keep_days, keep_count, drafts, attributes, retired, failing_since, newest, moved_to, moved_times,"
    "moved_since, unread, total"
)
_SELECT = f"SELECT {_COLUMNS} FROM sources JOIN tallies ON tallies.source = sources.key AND trashed IS NULL "
_NAMES = tuple(name.strip() for name in _COLUMNS.split(","))
_TIMES = frozenset({"checked", "succeeded", "retry_at", "failing_since", "newest", "moved_since"})
_FLAGS = frozenset({"typed", "named", "ahead", "unread_again", "retired", "drafts"})


def _source(row: Sequence[Any]) -> Source:
    given: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    given["validators"] = Validators(given.pop("etag"), given.pop("last_modified"))
    for name in _TIMES:
        given[name] = to_time_or_none(given[name])
    for name in _FLAGS:
        given[name] = bool(given[name])
    # Nearly all have none; asking json 2,000 times is a tenth of listing 1,000 sources.
    headers, attributes = given["headers"], given["attributes"]
    given["headers"] = tuple((name, value) for name, value in json.loads(headers)) if headers != "[]" else ()
    given["attributes"] = tuple(json.loads(attributes).items()) if attributes != "{}" else ()
    return Source(**given)


#: Rows of sources as they were read, by the sources' keys, with what was made of each.
Known = Mapping[int, tuple[Sequence[Any], Source]]


def listed(db: sqlite3.Connection, known: Known) -> dict[int, tuple[Sequence[Any], Source]]:
    """All sources in the user's order, else in the order they were added; one that is as it was known stays the same
    object: making 1,000 takes 15 ms of Python, comparing their rows 1 ms, and who shows them sees at once what changed.
    """

    def pair(row: Sequence[Any]) -> tuple[Sequence[Any], Source]:
        before = known.get(row[0])
        return before if before is not None and before[0] == row else (row, _source(row))

    return {row[0]: pair(row) for row in db.execute(_SELECT + "ORDER BY position, key")}


def by_key(db: sqlite3.Connection, key: int) -> Source:
    """
    Raises:
        NotFound: no source has this key.
    """
    row = db.execute(_SELECT + "WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(kind="source", name=str(key))
    return _source(row)


def find(db: sqlite3.Connection, name: str) -> Source:
    """The source that a person means: by id, address, exact title, or the beginning of an id, in this order.

    Raises:
        NotFound: nothing is called so.
        Usage: more than one source is.
    """
    name = plain(name)
    for where, value in (
        ("id = ?", name),
        ("address = ?", name),
        ("title = ?", name),
        ("substr(id, 1, length(?1)) = ?1 AND ?1 <> ''", name.lower()),
    ):
        rows = db.execute(f"{_SELECT}WHERE {where} LIMIT 2", (value,)).fetchall()
        if len(rows) > 1:
            raise Usage(detail=f"more than one source is called “{name}”: name it by its id or address")
        if rows:
            return _source(rows[0])
    raise NotFound(kind="source", name=name)


def add(db: sqlite3.Connection, kind: SourceKind, address: str, title: str, folder: str, typed: bool = True) -> Source:
    """Adds a source, or gives the one that is there already: typed from now on if it is typed now.

    Kept articles that came from it return to it.
    """
    address, title = plain(address), plain(title)
    row = db.execute("SELECT key FROM sources WHERE kind = ? AND address = ?", (kind, address)).fetchone()
    if row is not None:
        # One that was removed is there again; its articles come back by ``trash.take_source_back``.
        db.execute("UPDATE sources SET typed = max(typed, ?), trashed = NULL WHERE key = ?", (typed, row[0]))
        return by_key(db, row[0])
    # Another source may bear this id: one that was added here and whose address was edited since.
    base = short_id(f"{kind}\n{address}")
    id_, n = base, 1
    while db.execute("SELECT 1 FROM sources WHERE id = ?", (id_,)).fetchone():
        n += 1
        id_ = short_id(f"{kind}\n{address}\n{n}")
    named = bool(title) and title != address
    cursor = db.execute(
        """INSERT INTO sources (id, kind, address, title, named, folder, typed, position)
           VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM sources))""",
        (id_, kind, address, title or address, named, plain(folder), typed),
    )
    key = cursor.lastrowid
    assert key is not None
    db.execute("INSERT INTO tallies (source) VALUES (?)", (key,))
    take_kept(db, key, id_)
    return by_key(db, key)


def removal(db: sqlite3.Connection, kind: SourceKind, address: str) -> int:
    """The act that removed the source of this kind and address; 0 when there is none in the trash."""
    row = db.execute(
        "SELECT trashed FROM sources WHERE kind = ? AND address = ? AND trashed IS NOT NULL", (kind, plain(address))
    ).fetchone()
    return row[0] if row else 0


def put_as_new(db: sqlite3.Connection, kind: SourceKind, address: str, title: str, folder: str) -> None:
    """Gives a source that came back by being added again the place and the title that it is added with."""
    db.execute(
        """UPDATE sources SET folder = ?3, home_url = '', attributes = '{}',
               title = CASE ?4 WHEN '' THEN title WHEN address THEN title ELSE ?4 END,
               named = named OR ?4 NOT IN ('', address),
               position = (SELECT max(position) + 1 FROM sources) WHERE kind = ?1 AND address = ?2""",
        (kind, plain(address), plain(folder), plain(title)),
    )


def take_kept(db: sqlite3.Connection, key: int, id_: str) -> None:
    """Gives a source the articles back that were kept when it was removed."""
    # Asked first: of a list of 4,000 feeds, moving nothing 4,000 times took half of the time.
    if db.execute("SELECT 1 FROM articles WHERE origin = ? LIMIT 1", (id_,)).fetchone():
        hand_over(db, "SELECT key FROM articles WHERE origin = ?", id_, to=key, origin=None)


def edit(
    db: sqlite3.Connection,
    key: int,
    *,
    title: str | None = None,
    folder: str | None = None,
    home_url: str | None = None,
    address: str | None = None,
) -> Source:
    """Changes what is given. An empty title makes it automatic again: a feed's own comes with its next refresh.

    Raises:
        NotFound: no such source.
        Usage: another source has that address.
    """
    source = by_key(db, key)
    if address is not None and plain(address) != source.address:
        taken = db.execute(
            "SELECT 1 FROM sources WHERE kind = ? AND address = ?", (source.kind, plain(address))
        ).fetchone()
        if taken:
            raise Usage(detail=f"another source has the address {address}")
        # What the old address gave for asking again cheaply says nothing about the new one.
        db.execute(
            """UPDATE sources SET title = CASE WHEN title = address THEN ?1 ELSE title END, address = ?1,
                   etag = '', last_modified = '', retry_at = NULL, failures = 0, error = '' WHERE key = ?2""",
            (plain(address), key),
        )
    if title is not None:
        _name(db, by_key(db, key), plain(title))
    if folder is not None:
        db.execute("UPDATE sources SET folder = ? WHERE key = ?", (plain(folder), key))
    if home_url is not None:
        db.execute("UPDATE sources SET home_url = ? WHERE key = ?", (plain(home_url), key))
    return by_key(db, key)


def _name(db: sqlite3.Connection, source: Source, title: str) -> None:
    """Gives a source the user's title, or with "" its own: a folder's is its name, a feed's comes by a refresh."""
    db.execute(
        "UPDATE sources SET title = ?, named = ? WHERE key = ?", (title or _own_title(source), bool(title), source.key)
    )
    if not title:  # the server must send the feed again, or it would bear its address until it changes
        db.execute("UPDATE sources SET etag = '', last_modified = '' WHERE key = ?", (source.key,))


def _own_title(source: Source) -> str:
    if source.kind == "folder":
        return Path(source.address).name or source.address
    return KEPT_TITLE if source.kind == "kept" else source.address


def configure(db: sqlite3.Connection, key: int, options: Mapping[str, Any]) -> Source:
    """Sets what the user chose for one source: the fields of ``Source`` that ``_OPTIONS`` names.

    Raises:
        NotFound: no such source.
        Usage: something is not an option.
    """
    before = by_key(db, key)
    for name, value in options.items():
        if name not in _OPTIONS:
            raise Usage(detail=f"a source has no option “{name}”")
        db.execute(f"UPDATE sources SET {name} = ? WHERE key = ?", (_OPTIONS[name](value), key))
    if "drafts" in options and bool(options["drafts"]) != before.drafts:
        files.forget_stamps(db, key)  # which of them are drafts only they can say
    return by_key(db, key)


def arrange(db: sqlite3.Connection, keys: Sequence[int]) -> None:
    """Puts the sources into this order; those that are not named come after them, in the order they had."""
    named = set(keys)
    others = [key for (key,) in db.execute("SELECT key FROM sources ORDER BY position, key") if key not in named]
    places = [(place, key) for place, key in enumerate((*keys, *others), 1)]
    db.executemany("UPDATE sources SET position = ? WHERE key = ?", places)


def kept(db: sqlite3.Connection) -> Source:
    """The source of articles whose own source is gone, made where missing."""
    return add(db, "kept", "", KEPT_TITLE, "")


def hand_over(db: sqlite3.Connection, which: str, value: object, *, to: int, origin: str | None) -> None:
    """Gives the articles that ``which`` selects another source."""
    db.execute("CREATE TEMP TABLE moving (article INTEGER PRIMARY KEY)")
    db.execute(f"INSERT INTO moving {which}", (value,))
    db.execute("UPDATE articles SET source = ?, origin = ? WHERE key IN moving", (to, origin))
    db.execute("UPDATE states SET source = ? WHERE article IN moving", (to,))
    db.execute("UPDATE trash SET source = ? WHERE article IN moving", (to,))
    db.execute("DROP TABLE moving")


def note_refresh(
    db: sqlite3.Connection,
    key: int,
    *,
    when: datetime,
    error: str,
    validators: Validators | None,
    title: str,
    home_url: str,
    retry_at: datetime | None,
    pause_s: int | None,
    document_pause_s: int | None,
    newest: bool,
    retired: bool,
) -> None:
    """Writes down how a refresh went.

    Args:
        error: a sentence; empty when it went well.
        validators: None leaves those that are there (after a failure, and after a 304 without headers).
        title: taken while the user has not given one.
        home_url: empty leaves the one that is there.
        retry_at: not before this; None for no such limit.
        pause_s: what the server and the document ask for; None leaves it.
        document_pause_s: what the document alone asks for; None leaves it.
        newest: it brought a new article.
        retired: its server said that it is gone for good; a success takes that back.
    """
    db.execute(
        """UPDATE sources SET
               checked = :when,
               succeeded = CASE :error WHEN '' THEN :when ELSE succeeded END,
               failures = CASE :error WHEN '' THEN 0 ELSE failures + 1 END,
               failing_since = CASE :error WHEN '' THEN NULL ELSE coalesce(failing_since, :when) END,
               retired = CASE :error WHEN '' THEN 0 ELSE max(retired, :retired) END,
               newest = CASE WHEN :newest THEN :when ELSE newest END,
               pause_s = coalesce(:pause_s, pause_s),
               document_pause_s = coalesce(:document_pause_s, document_pause_s),
               owner = '',
               owned_until = NULL,
               error = :error,
               retry_at = :retry_at,
               etag = coalesce(:etag, etag),
               last_modified = coalesce(:modified, last_modified),
               title = CASE WHEN named OR :title = '' THEN title ELSE :title END,
               home_url = CASE :home_url WHEN '' THEN home_url ELSE :home_url END
           WHERE key = :key""",
        {
            "key": key,
            "when": to_ms(when),
            "error": plain(error),
            "retry_at": to_ms_or_none(retry_at),
            "pause_s": pause_s,
            "document_pause_s": document_pause_s,
            "newest": newest,
            "retired": retired,
            "etag": None if validators is None else plain(validators.etag),
            "modified": None if validators is None else plain(validators.last_modified),
            "title": plain(title),
            "home_url": plain(home_url),
        },
    )


def note_moved(db: sqlite3.Connection, key: int, url: str, when: datetime) -> None:
    """Counts a permanent redirect; another one than before begins anew, and ``""`` ends the counting."""
    db.execute(
        """UPDATE sources SET
               moved_times = CASE ?1 WHEN '' THEN 0 WHEN moved_to THEN moved_times + 1 ELSE 1 END,
               moved_since = CASE ?1 WHEN '' THEN NULL WHEN moved_to THEN moved_since ELSE ?2 END,
               moved_to = ?1
           WHERE key = ?3""",
        (plain(url), to_ms(when), key),
    )


def move(db: sqlite3.Connection, key: int, url: str, *, typed: bool) -> bool:
    """Gives a feed the address that its server redirects to; False when another source has it already.

    Args:
        typed: it is still of the origin that the user typed.
    """
    taken = db.execute("SELECT 1 FROM sources WHERE kind = 'feed' AND address = ?", (plain(url),)).fetchone()
    if taken:
        return False
    db.execute(
        """UPDATE sources SET title = CASE WHEN title = address THEN ?1 ELSE title END, address = ?1,
               typed = typed AND ?2, moved_to = '', moved_times = 0, moved_since = NULL WHERE key = ?3""",
        (plain(url), typed, key),
    )
    return True


def rhythms(db: sqlite3.Connection) -> dict[int, tuple[datetime, int]]:
    """For each source that has articles the newest date and the mean seconds between them."""
    rows = db.execute("SELECT source, max(date), min(date), count(*) FROM states GROUP BY source")
    return {
        key: (to_time(newest), (newest - oldest) // 1000 // (count - 1) if count > 1 else 0)
        for key, newest, oldest, count in rows
    }
