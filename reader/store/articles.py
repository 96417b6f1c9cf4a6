"""Articles: found again, saved, changed, gone. A fetch comes through here and never touches what the user did."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from reader.errors import NotFound, Usage
from reader.model import Article, Known, Prepared, Saved
from reader.records import dataclass
from reader.store import awaited, codec, dictionary, files, removed, trash, twins
from reader.store.codec import dumps, hash64, plain, texts, to_ms, to_ms_or_none, to_time_or_none
from reader.store.cutter import cut, people
from reader.store.lists import ROW_COLUMNS, ROW_TABLES, ROW_WIDTH, to_row
from reader.store.tagging import retag, tag_keys

#: Versions of one article, the first read and the newest among them.
MAX_VERSIONS = 5
#: Of one guid, address or text: a feed that gives all its articles the same one must not make every refresh quadratic.
MAX_CANDIDATES = 200

Entry = tuple[int | None, str, str, Prepared]

_COLUMNS = (
    "guid", "url", "canonical", "guid_hash", "url_hash", "words_hash", "fingerprint", "title", "summary", "authors",
    "tags", "language", "published", "updated", "minutes", "lead", "base_url", "enclosures", "comments_url", "warnings",
    "gone",
)  # fmt: skip
_TAGS, _FINGERPRINT = _COLUMNS.index("tags"), _COLUMNS.index("fingerprint")
_INSERT = f"""INSERT INTO articles (key, id, source, version, {", ".join(_COLUMNS)})
              VALUES ({", ".join("?" * (4 + len(_COLUMNS)))})"""
_UPDATE = f"UPDATE articles SET version = ?, {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE key = ?"
_NEW_VERSION = (
    "INSERT INTO versions (key, article, seen, title, fingerprint, digest, form, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_NEW_WORDS = "INSERT INTO search (rowid, body, title, people) VALUES (?, ?, ?, ?)"


#: Where a source's articles and those that were removed are known.
_KNOWN = ("articles", "removed")


def _words_hash(fingerprint: bytes) -> int:
    return int.from_bytes(fingerprint[:8], "big", signed=True)


def known(
    db: sqlite3.Connection, source: int, guids: Sequence[str], urls: Sequence[str], fingerprints: Sequence[bytes]
) -> list[Known]:
    """The articles of one source that could be one of these, by guid, canonical address or words.

    Those that were removed are among them, with negative keys: what they match is not new.
    """
    if not any(db.execute(f"SELECT 1 FROM {name} WHERE source = ?", (source,)).fetchone() for name in _KNOWN):
        return []  # the first load of a source
    wanted = (
        dumps([hash64(guid) for guid in set(guids)]),
        dumps([hash64(url) for url in {each for url in urls if url for each in _both_schemes(url)}]),
        dumps([_words_hash(words) for words in set(fingerprints)]),
        source,
    )
    stored = db.execute(_candidates("articles", "articles.key", "coalesce(canonical, url)"), wanted)
    gone = db.execute(_candidates("removed", "-removed.key", "url"), wanted)
    return [
        Known(key, guid, url, title, fingerprint, to_time_or_none(published))
        for key, guid, url, title, fingerprint, published in (*stored, *gone)
    ]


def _both_schemes(url: str) -> tuple[str, ...]:
    """An address and the one that it had before its site moved to https, or will have."""
    scheme, _, rest = url.partition("://")
    return (f"http://{rest}", f"https://{rest}") if scheme in ("http", "https") else (url,)


def _candidates(table: str, key: str, url: str) -> str:
    """The rows of a table with one of the wanted guids (?1), addresses (?2) or words (?3) of a source (?4)."""
    return " UNION ".join(
        f"""SELECT {key}, guid, {url}, title, fingerprint, published
            FROM json_each(?{n}) AS wanted CROSS JOIN {table}
            WHERE {table}.key IN (
                SELECT key FROM {table} INDEXED BY {table}_{name}
                WHERE source = ?4 AND {name}_hash = wanted.value ORDER BY key DESC LIMIT {MAX_CANDIDATES}
            )"""
        for n, name in enumerate(("guid", "url", "words"), 1)
    )


@dataclass(frozen=True, slots=True)
class Ready:
    """An article with its columns made; ``text`` only for a new one, an old one seldom needs it."""

    key: int | None
    id: str
    prepared: Prepared
    columns: tuple[object, ...]
    text: Text | None


@dataclass(frozen=True, slots=True)
class Rules:
    """How the articles of a source change.

    Attributes:
        of_files: they are files; their dates are what these say now.
        unread_again: a new text makes them unread; the user asked for it.
    """

    of_files: bool
    unread_again: bool


@dataclass(frozen=True, slots=True)
class Text:
    """One version as it is stored and as it is searched."""

    title: str
    fingerprint: bytes
    digest: bytes
    form: str
    body: bytes
    words: tuple[str, str, str]


def _text(prepared: Prepared, using: codec.Packer) -> Text:
    draft = prepared.draft
    return Text(
        title=plain(prepared.title),
        fingerprint=prepared.fingerprint,
        digest=codec.digest(draft.raw),
        form=draft.form,
        body=using.pack(prepared.text, draft.raw),
        words=(cut(prepared.text), cut(prepared.title), cut(people(draft.authors, draft.tags))),
    )


def _columns(canonical: str, prepared: Prepared) -> tuple[object, ...]:
    draft = prepared.draft
    return (
        plain(draft.guid),
        plain(draft.url),
        plain(canonical) if canonical != draft.url else None,
        hash64(draft.guid),
        hash64(canonical) if canonical else None,
        _words_hash(prepared.fingerprint),
        prepared.fingerprint,
        plain(prepared.title),
        plain(prepared.summary),
        texts(draft.authors),
        texts(draft.tags),
        plain(prepared.language),
        to_ms_or_none(draft.published),
        to_ms_or_none(draft.updated),
        prepared.minutes,
        codec.picture(prepared.lead),
        plain(draft.base_url) if draft.base_url != draft.url else "",
        codec.enclosures(draft.enclosures),
        plain(draft.comments_url),
        texts(draft.warnings),
        0,
    )


def _identity(entry: Ready) -> tuple[object, ...]:
    """What an article is known by, as the columns of ``removed``."""
    given = dict(zip(_COLUMNS, entry.columns, strict=True))
    given["url"] = given["canonical"] or given["url"]
    names = ("guid", "url", "title", "fingerprint", "published", "guid_hash", "url_hash", "words_hash")
    return tuple(given[name] for name in names)


def ready(entries: Sequence[Entry], using: codec.Packer) -> list[Ready]:
    """Compresses and cuts before the transaction begins, so that the library is not held meanwhile."""
    return [
        Ready(key, plain(id_), prepared, _columns(canonical, prepared), _text(prepared, using) if key is None else None)
        for key, id_, canonical, prepared in entries
    ]


def save(db: sqlite3.Connection, source: int, entries: Sequence[Ready], seen: datetime, using: codec.Packer) -> Saved:
    """Inserts the new articles, and what changed of the known ones.

    A known one gets a new version when its fingerprint differs, which is over title and words; a file also when its
    bytes do (it is not a feed whose markup changes at every fetch). A date given once stays, for a feed; a file's date
    is what the file says.
    What was removed (a negative key) stays away, see ``removed``.

    Raises:
        NotFound: no such source.
    """
    row = db.execute("SELECT kind, unread_again FROM sources WHERE key = ? AND trashed IS NULL", (source,)).fetchone()
    if row is None:
        raise NotFound(kind="source", name=str(source))
    rules = Rules(of_files=row[0] in ("folder", "files"), unread_again=bool(row[1]))
    time = to_ms(seen)
    carried = [removed.Carried(-e.key, _identity(e)) for e in entries if e.key is not None and e.key < 0]
    back = removed.carried(db, carried, time)
    if row[0] == "feed":
        removed.note_absent(db, source, [article.key for article in carried], time)
    new: list[Ready] = []
    changed = 0
    for entry in entries:
        if entry.key is None or -entry.key in back:
            new.append(entry)
        elif entry.key > 0:
            outcome = _change(db, entry.key, entry, time, using, rules)
            if outcome is None:  # deleted since the caller looked
                new.append(entry)
            else:
                changed += outcome
    away = _insert(db, source, new, time, using)
    if row[0] == "files":  # the user opened them
        trash.take_out(db, [entry.key for entry in entries if entry.key is not None])
    if rules.of_files:
        files.note(db, source, [_stamped(entry) for entry in entries])
    return Saved(new=len(new) - away, changed=changed)


def _stamped(entry: Ready) -> files.Stamped:
    draft = entry.prepared.draft
    return files.Stamped(plain(draft.guid), hash64(draft.guid), draft.size, draft.mtime_ns)


def _next_key(db: sqlite3.Connection, table: str) -> int:
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return 1 if row is None else row[0] + 1


def _free_ids(db: sqlite3.Connection, wanted: Sequence[str]) -> list[str]:
    """The ids wanted, with ``-2``, ``-3`` ... where one is taken."""
    found = db.execute("SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?))", (texts(wanted),))
    taken = {id_ for (id_,) in found}
    last: dict[str, int] = {}
    ids: list[str] = []
    for base in wanted:
        id_ = base
        while id_ in taken:
            last[base] = last.get(base, 1) + 1
            id_ = f"{base}-{last[base]}"
            if db.execute("SELECT 1 FROM articles WHERE id = ?", (id_,)).fetchone():
                taken.add(id_)
        taken.add(id_)
        ids.append(id_)
    return ids


def _insert(db: sqlite3.Connection, source: int, new: Sequence[Ready], time: int, using: codec.Packer) -> int:
    """Inserts articles; how many of them had been removed before the library was rebuilt, and are not listed."""
    ids = _free_ids(db, [entry.id or codec.short_id(f"{source}\n{entry.prepared.draft.guid}") for entry in new])
    key, version = _next_key(db, "articles"), _next_key(db, "versions")
    names = {plain(tag) for entry in new for tag in entry.prepared.draft.tags}
    tags = tag_keys(db, names) if names else {}
    articles, versions, states, words, taggings = [], [], [], [], []
    # Backwards: of articles with one date the first of the feed becomes the newest.
    for id_, entry in zip(reversed(ids), reversed(new), strict=True):
        text = entry.text or _text(entry.prepared, using)
        draft = entry.prepared.draft
        date = to_ms_or_none(draft.published or draft.updated)
        date = time if date is None else date
        articles.append((key, id_, source, version, *entry.columns))
        versions.append((version, key, time, text.title, text.fingerprint, text.digest, text.form, text.body))
        states.append((key, source, date))
        words.append((version, *text.words))
        taggings += [(tags[tag], date, key) for tag in {plain(tag) for tag in draft.tags}]
        key, version = key + 1, version + 1
    db.executemany(_INSERT, articles)
    db.executemany(_NEW_VERSION, versions)
    db.executemany("INSERT INTO states (article, source, date) VALUES (?, ?, ?)", states)
    db.executemany(_NEW_WORDS, words)
    db.executemany("INSERT INTO taggings (tag, date, article) VALUES (?, ?, ?)", taggings)
    twins.join(db, key - len(new), key)
    return awaited.meet(db, key - len(new), key, time)


def _change(db: sqlite3.Connection, key: int, entry: Ready, time: int, using: codec.Packer, rules: Rules) -> int | None:
    """Brings a known article up to date. 1 with a new text, 0 without, None when it is no longer there."""
    stored = db.execute(f"SELECT version, {', '.join(_COLUMNS)} FROM articles WHERE key = ?", (key,)).fetchone()
    if stored is None:
        return None
    version, before = stored[0], stored[1:]
    draft = entry.prepared.draft
    same = before[_FINGERPRINT] == entry.columns[_FINGERPRINT]
    digest = codec.digest(draft.raw) if draft.form == "file" or not same else b""
    if same and draft.form == "file":
        same = db.execute("SELECT digest FROM versions WHERE key = ?", (version,)).fetchone() == (digest,)
    newest = version if same else _version(db, key, entry, time, using, digest)
    if not same or before != entry.columns:
        db.execute(_UPDATE, (newest, *entry.columns, key))
    if rules.of_files and draft.published is not None:
        for table in ("states", "trash"):
            sql = f"UPDATE {table} SET date = ?1 WHERE article = ?2 AND date <> ?1"
            db.execute(sql, (to_ms(draft.published), key))
    if before[_TAGS] != entry.columns[_TAGS] or rules.of_files:
        retag(db, key)
    if not same:
        _forget_versions(db, key, newest)
    if rules.unread_again and newest > version:  # a text that was there before is no news
        db.execute("UPDATE states SET read = 0, read_act = NULL WHERE article = ? AND read = 1", (key,))
    listed = same or db.execute("SELECT 1 FROM states WHERE article = ?", (key,)).fetchone()
    return int(not same and listed is not None)  # what is in the trash comes back as its source has it then


def _version(db: sqlite3.Connection, key: int, entry: Ready, time: int, using: codec.Packer, digest: bytes) -> int:
    """The key of the version with this text: one that was there before (some feeds swing between two), or a new one."""
    old: tuple[int] | None = db.execute(
        """SELECT key FROM versions
           WHERE article = ? AND fingerprint = ? AND (digest = ? OR form <> 'file')""",
        (key, entry.columns[_FINGERPRINT], digest),
    ).fetchone()
    if old is not None:
        return old[0]
    version = _next_key(db, "versions")
    text = _text(entry.prepared, using)
    db.execute(_NEW_VERSION, (version, key, time, text.title, text.fingerprint, text.digest, text.form, text.body))
    db.execute(_NEW_WORDS, (version, *text.words))
    return version


def _forget_versions(db: sqlite3.Connection, key: int, newest: int) -> None:
    """Drops the oldest versions above five, but never the newest nor the one that was read first."""
    versions = [row[0] for row in db.execute("SELECT key FROM versions WHERE article = ? ORDER BY key", (key,))]
    if len(versions) <= MAX_VERSIONS:
        return
    # What was on the screen when it was read first; unread ones keep their first version.
    first_read = db.execute(
        """SELECT coalesce(
               (SELECT versions.key FROM versions JOIN states USING (article)
                WHERE article = ?1 AND seen <= first_read ORDER BY versions.key DESC LIMIT 1),
               (SELECT min(key) FROM versions WHERE article = ?1))""",
        (key,),
    ).fetchone()[0]
    droppable = [version for version in versions if version not in (newest, first_read)]
    db.executemany("DELETE FROM versions WHERE key = ?", ((v,) for v in droppable[: len(versions) - MAX_VERSIONS]))


def present(db: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    """Those of these ids that an article has."""
    found = db.execute("SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?))", (texts(ids),))
    return {id_ for (id_,) in found}


def by_id(db: sqlite3.Connection, id_or_prefix: str) -> Article:
    """One article by its id or the beginning of it.

    Raises:
        NotFound: none has it.
        Usage: more than one begins so.
    """
    name = plain(id_or_prefix)
    row = db.execute("SELECT key FROM articles WHERE id = ?", (name,)).fetchone()
    if row is None and name:
        found = db.execute(
            "SELECT key FROM articles WHERE id >= ?1 AND id < ?1 || char(0x10FFFF) LIMIT 2", (name,)
        ).fetchall()
        if len(found) > 1:
            raise Usage(detail=f"more than one article's id begins with {name}")
        row = found[0] if found else None
    if row is None:
        raise NotFound(kind="article", name=id_or_prefix)
    return by_key(db, row[0])


def by_key(db: sqlite3.Connection, key: int) -> Article:
    """One article, whole.

    Raises:
        NotFound: none has this key.
    """
    found = db.execute(
        f"""SELECT {ROW_COLUMNS}, versions.body, versions.form, base_url, guid, updated, minutes, enclosures,
               comments_url, warnings, coalesce(bookmarks.note, ''), coalesce(bookmarks.tags, '[]'),
               coalesce(places.position, '')
           FROM {ROW_TABLES} JOIN versions ON versions.key = articles.version
           LEFT JOIN bookmarks ON bookmarks.article = articles.key WHERE articles.key = ?""",
        (key,),
    ).fetchone()
    if found is None:
        raise NotFound(kind="article", name=str(key))
    rest = found[ROW_WIDTH:]
    body, form, base_url, guid, updated, minutes, enclosures, comments_url, warnings, note, user_tags, position = rest
    row = to_row(found)
    return Article(
        row=replace(row, also_in=twins.also_in(db, [key]).get(key, ())),
        raw=dictionary.unpacker(db).raw(body),
        form=form,
        base_url=base_url or row.url,
        guid=guid,
        updated=to_time_or_none(updated),
        minutes=minutes,
        enclosures=codec.to_enclosures(enclosures),
        comments_url=comments_url,
        warnings=codec.to_texts(warnings),
        note=note,
        user_tags=codec.to_texts(user_tags),
        position=position,
    )
