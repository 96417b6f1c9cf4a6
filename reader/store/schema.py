"""The tables, as numbered steps that only go forward; ``user_version`` says how many were taken.

Times are integer milliseconds since 1970 UTC, small lists are JSON, hashes are BLOBs or 64-bit integers.

- ``articles`` is what the source says, ``versions`` its immutable texts; a fetch writes these two.
- ``states``, ``places``, ``bookmarks``, ``acts`` are the user's. A fetch adds a row to ``states`` for a new article and
  never changes what the user did. ``states`` is narrow and carries source and date: every list is one index scan.
- ``tallies`` are the sidebar's numbers, kept by triggers, so that they cost O(sources) to read.
- ``search`` is FTS5 without content: its rowid is a version's key, never changed; dead ones are filtered by a join.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from reader.errors import StoreCorrupt, StoreReadOnly, StoreTooNew
from reader.store.connect import APPLICATION_ID, Access, connect

_FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('cutter', '1'); -- how the words in search were cut, see search.py

CREATE TABLE sources (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    named INTEGER NOT NULL DEFAULT 0,        -- 1: the title is the user's, a refresh leaves it
    folder TEXT NOT NULL DEFAULT '',
    home_url TEXT NOT NULL DEFAULT '',
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    checked INTEGER,
    succeeded INTEGER,
    error TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    retry_at INTEGER,
    UNIQUE (kind, address)
);

CREATE TABLE tallies (
    source INTEGER PRIMARY KEY REFERENCES sources ON DELETE CASCADE,
    total INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given twice: an old list may still hold it
    id TEXT NOT NULL UNIQUE,
    source INTEGER NOT NULL REFERENCES sources,
    version INTEGER NOT NULL,                -- the newest of its versions
    guid TEXT NOT NULL,
    url TEXT NOT NULL,
    canonical TEXT,                          -- NULL: the same as url
    guid_hash INTEGER NOT NULL,
    url_hash INTEGER,                        -- of the canonical address; NULL: none
    words_hash INTEGER NOT NULL,             -- the beginning of the fingerprint
    fingerprint BLOB NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    authors TEXT NOT NULL,
    tags TEXT NOT NULL,
    language TEXT NOT NULL,
    published INTEGER,
    updated INTEGER,
    minutes INTEGER NOT NULL,
    lead TEXT,
    base_url TEXT NOT NULL,
    enclosures TEXT NOT NULL,
    comments_url TEXT NOT NULL,
    warnings TEXT NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,         -- 1: its file vanished, and the user's marks kept it
    origin TEXT                              -- id of the removed source that it came from
);
CREATE UNIQUE INDEX articles_version ON articles (version);
CREATE INDEX articles_guid ON articles (source, guid_hash);
CREATE INDEX articles_url ON articles (source, url_hash) WHERE url_hash IS NOT NULL;
CREATE INDEX articles_words ON articles (source, words_hash);
CREATE INDEX articles_origin ON articles (origin) WHERE origin IS NOT NULL;

CREATE TABLE versions (
    key INTEGER PRIMARY KEY AUTOINCREMENT,   -- the rowid in search: never given twice
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    seen INTEGER NOT NULL,
    title TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    digest BLOB NOT NULL,                    -- of the raw body
    form TEXT NOT NULL,
    body BLOB NOT NULL                       -- see codec.py
);
CREATE INDEX versions_article ON versions (article);
-- Never deleted: bodies name the one they need.
CREATE TABLE dictionaries (key INTEGER PRIMARY KEY, data BLOB NOT NULL);

-- The files of folder sources: a rescan compares this small table with the disk.
CREATE TABLE files (
    source INTEGER NOT NULL,
    guid TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (source, guid)
) WITHOUT ROWID;
CREATE INDEX files_article ON files (article);

CREATE TABLE states (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    source INTEGER NOT NULL,
    date INTEGER NOT NULL,
    read INTEGER NOT NULL DEFAULT 0,
    starred INTEGER NOT NULL DEFAULT 0,      -- a row in bookmarks
    reading INTEGER NOT NULL DEFAULT 0,      -- half read, by places
    first_read INTEGER,                      -- when it was read first: that version is kept
    read_act INTEGER                         -- the act that read was last changed by
);
-- Each holds all that its lists ask for, the flag of its own condition too (SQLite 3.40 would read the table for it).
CREATE INDEX states_date ON states (date, article, source);
CREATE INDEX states_source ON states (source, date, article);
CREATE INDEX states_unread ON states (date, article, source, read) WHERE read = 0;
CREATE INDEX states_source_unread ON states (source, date, article, read) WHERE read = 0;
CREATE INDEX states_starred ON states (date, article, source, starred, read) WHERE starred = 1;
CREATE INDEX states_reading ON states (date, article, source, reading, read) WHERE reading = 1;

CREATE TRIGGER states_added AFTER INSERT ON states BEGIN
    UPDATE tallies SET total = total + 1, unread = unread + (NEW.read = 0) WHERE source = NEW.source;
END;
CREATE TRIGGER states_removed AFTER DELETE ON states BEGIN
    UPDATE tallies SET total = total - 1, unread = unread - (OLD.read = 0) WHERE source = OLD.source;
END;
CREATE TRIGGER states_read AFTER UPDATE OF read ON states WHEN OLD.read <> NEW.read BEGIN
    UPDATE tallies SET unread = unread + OLD.read - NEW.read WHERE source = NEW.source;
END;
CREATE TRIGGER states_moved AFTER UPDATE OF source ON states WHEN OLD.source <> NEW.source BEGIN
    UPDATE tallies SET total = total - 1, unread = unread - (OLD.read = 0) WHERE source = OLD.source;
    UPDATE tallies SET total = total + 1, unread = unread + (NEW.read = 0) WHERE source = NEW.source;
END;

-- No cascade: a bookmarked article cannot be deleted, whatever asks for it.
CREATE TABLE bookmarks (
    article INTEGER PRIMARY KEY REFERENCES articles,
    created INTEGER NOT NULL,
    tags TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TRIGGER bookmarks_added AFTER INSERT ON bookmarks BEGIN
    UPDATE states SET starred = 1 WHERE article = NEW.article;
END;
CREATE TRIGGER bookmarks_removed AFTER DELETE ON bookmarks BEGIN
    UPDATE states SET starred = 0 WHERE article = OLD.article;
END;

CREATE TABLE places (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    progress REAL NOT NULL,
    position TEXT NOT NULL,
    finished INTEGER NOT NULL
);

CREATE TABLE acts (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid BLOB NOT NULL UNIQUE,
    gesture INTEGER NOT NULL,                -- key of the first act of the same gesture; undone together
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    article TEXT NOT NULL,                   -- its id; '' for a whole list
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    old_act INTEGER,                         -- states.read_act before it, for undoing
    undone INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX acts_gesture ON acts (gesture);

CREATE TABLE tags (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    uses INTEGER NOT NULL DEFAULT 0
);
-- The source's and the user's tags together, an index over articles.tags and bookmarks.tags.
CREATE TABLE taggings (
    tag INTEGER NOT NULL,
    date INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (tag, date, article)
) WITHOUT ROWID;
CREATE INDEX taggings_article ON taggings (article);
CREATE TRIGGER taggings_added AFTER INSERT ON taggings BEGIN
    UPDATE tags SET uses = uses + 1 WHERE key = NEW.tag;
END;
CREATE TRIGGER taggings_removed AFTER DELETE ON taggings BEGIN
    UPDATE tags SET uses = uses - 1 WHERE key = OLD.tag;
END;

-- The body stands first: each list of positions in another column costs two bytes more, a fifth of the index.
CREATE VIRTUAL TABLE search USING fts5 (
    body, title, people, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO search (search, rank) VALUES ('rank', 'bm25(1.0, 8.0, 3.0)');
"""

# A private address is asked only for a source whose own address the user typed, not for one that a page announced or a
# list of subscriptions named.
_SECOND = """
ALTER TABLE sources ADD COLUMN typed INTEGER NOT NULL DEFAULT 1;
"""

# How one source is asked and kept, what its refreshes taught, and what was removed and must not come back as new.
_THIRD = """
ALTER TABLE sources ADD COLUMN interval_minutes INTEGER NOT NULL DEFAULT 0; -- the user's; 0: the common one
ALTER TABLE sources ADD COLUMN pause_s INTEGER NOT NULL DEFAULT 0;          -- what its server and its document ask for
ALTER TABLE sources ADD COLUMN document_pause_s INTEGER NOT NULL DEFAULT 0; -- its document alone: a 304 brings none
ALTER TABLE sources ADD COLUMN pictures TEXT NOT NULL DEFAULT '';           -- always, click, never; '': as set for all
ALTER TABLE sources ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;            -- 1: fetch pictures for reading offline
ALTER TABLE sources ADD COLUMN user TEXT NOT NULL DEFAULT '';               -- its password is in the system's keyring
ALTER TABLE sources ADD COLUMN headers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sources ADD COLUMN certificate TEXT NOT NULL DEFAULT '';        -- SHA-256 of the one the user accepted
ALTER TABLE sources ADD COLUMN unread_again INTEGER NOT NULL DEFAULT 0;     -- 1: a changed article is unread again
ALTER TABLE sources ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 0;        -- 0: the common retention
ALTER TABLE sources ADD COLUMN keep_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';       -- of a list of subscriptions, written back
ALTER TABLE sources ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;          -- 1: its server said 410
ALTER TABLE sources ADD COLUMN failing_since INTEGER;
ALTER TABLE sources ADD COLUMN newest INTEGER;                              -- when a refresh last brought an article
ALTER TABLE sources ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';           -- by a permanent redirect
ALTER TABLE sources ADD COLUMN moved_times INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN moved_since INTEGER;
ALTER TABLE sources ADD COLUMN owner TEXT NOT NULL DEFAULT '';              -- the program that refreshes it now
ALTER TABLE sources ADD COLUMN owned_until INTEGER;
ALTER TABLE sources ADD COLUMN position INTEGER NOT NULL DEFAULT 0;         -- in the sidebar, as the user put them

CREATE TABLE removed (
    key INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    guid TEXT NOT NULL,                      -- what articles knew it by
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    published INTEGER,
    guid_hash INTEGER NOT NULL,
    url_hash INTEGER,
    words_hash INTEGER NOT NULL,
    absent_since INTEGER                     -- NULL while its source carries it
);
CREATE INDEX removed_guid ON removed (source, guid_hash);
CREATE INDEX removed_url ON removed (source, url_hash) WHERE url_hash IS NOT NULL;
CREATE INDEX removed_words ON removed (source, words_hash);

-- Files of folders that give no article: it was removed, or they are drafts that are not wanted. They are not read
-- again until they change.
CREATE TABLE unlisted (
    source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    guid TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    PRIMARY KEY (source, guid)
) WITHOUT ROWID;
CREATE TRIGGER files_unlisted AFTER DELETE ON files BEGIN
    INSERT OR REPLACE INTO unlisted VALUES (OLD.source, OLD.guid, OLD.size, OLD.mtime_ns);
END;
ALTER TABLE sources ADD COLUMN drafts INTEGER NOT NULL DEFAULT 1;           -- 0: unpublished posts are not listed
CREATE INDEX articles_gone ON articles (source, guid) WHERE gone = 1;

-- What the user or retention removed, for a while: the article stays whole, and its row of states waits here. No
-- reference to articles: a row must outlive the taggings of its article, whose trigger asks for it.
ALTER TABLE sources ADD COLUMN trashed INTEGER;                             -- the act that removed it
CREATE TABLE trash (
    article INTEGER PRIMARY KEY,
    act INTEGER NOT NULL,                    -- that removed it
    bytes INTEGER NOT NULL,                  -- of its texts
    source INTEGER NOT NULL,
    date INTEGER NOT NULL,
    read INTEGER NOT NULL,
    reading INTEGER NOT NULL,
    first_read INTEGER,
    read_act INTEGER
);
CREATE INDEX trash_act ON trash (act);
CREATE TRIGGER articles_removed AFTER DELETE ON articles BEGIN
    DELETE FROM trash WHERE article = OLD.key;
END;
-- The taggings of what is in the trash stay and do not count.
DROP TRIGGER taggings_added;
DROP TRIGGER taggings_removed;
CREATE TRIGGER taggings_added AFTER INSERT ON taggings
WHEN NOT EXISTS (SELECT 1 FROM trash WHERE article = NEW.article) BEGIN
    UPDATE tags SET uses = uses + 1 WHERE key = NEW.tag;
END;
CREATE TRIGGER taggings_removed AFTER DELETE ON taggings
WHEN NOT EXISTS (SELECT 1 FROM trash WHERE article = OLD.article) BEGIN
    UPDATE tags SET uses = uses - 1 WHERE key = OLD.tag;
END;
-- What the user took back from retention: it is left alone from then on.
CREATE TABLE spared (article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE);
-- The history: gestures that began so, and those of several acts. An undoing is no gesture that can be undone.
UPDATE acts SET undone = 1 WHERE kind LIKE 'undo-%';
CREATE INDEX acts_kind ON acts (kind, key) WHERE undone = 0;
CREATE INDEX acts_more ON acts (gesture) WHERE undone = 0 AND gesture <> key;

-- The same article in several sources: one of its family stands in the lists of several sources, the others are marked
-- as its twins there. In the list of its own source each stands. Who stands for whom is decided by triggers.
CREATE TABLE twins (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    family INTEGER NOT NULL                  -- key of the article that it began with
);
CREATE INDEX twins_family ON twins (family);
INSERT INTO meta SELECT 'joined', max(key) + 1 FROM articles HAVING max(key) > 0; -- up to here none was looked for
ALTER TABLE states ADD COLUMN twin INTEGER NOT NULL DEFAULT 0;              -- 1: another one stands for it
ALTER TABLE tallies ADD COLUMN twins INTEGER NOT NULL DEFAULT 0;            -- of total
ALTER TABLE tallies ADD COLUMN unread_twins INTEGER NOT NULL DEFAULT 0;     -- of unread
DROP INDEX states_date;
DROP INDEX states_unread;
CREATE INDEX states_date ON states (date, article, source, twin);
CREATE INDEX states_unread ON states (date, article, source, twin, read) WHERE read = 0;
DROP INDEX articles_url;
DROP INDEX articles_words;
CREATE INDEX articles_url ON articles (url_hash, source) WHERE url_hash IS NOT NULL;
CREATE INDEX articles_words ON articles (words_hash, source);
CREATE VIEW relatives AS                                                    -- each article of a family, with each other
    SELECT mine.article AS article, other.article AS relative FROM twins AS mine
    JOIN twins AS other ON other.family = mine.family AND other.article <> mine.article;

DROP TRIGGER states_added;
DROP TRIGGER states_removed;
DROP TRIGGER states_read;
DROP TRIGGER states_moved;
CREATE TRIGGER states_added AFTER INSERT ON states BEGIN
    UPDATE tallies SET total = total + 1, unread = unread + (NEW.read = 0) WHERE source = NEW.source;
END;
CREATE TRIGGER states_returned AFTER INSERT ON states WHEN EXISTS (SELECT 1 FROM twins WHERE article = NEW.article)
AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'apart') BEGIN
    UPDATE states SET twin = 1 WHERE article = NEW.article AND EXISTS (
        SELECT 1 FROM relatives JOIN states AS other ON other.article = relative
        WHERE relatives.article = NEW.article AND other.twin = 0
    );
END;
CREATE TRIGGER states_removed AFTER DELETE ON states BEGIN
    UPDATE tallies SET total = total - 1, unread = unread - (OLD.read = 0), twins = twins - OLD.twin,
        unread_twins = unread_twins - (OLD.twin AND OLD.read = 0) WHERE source = OLD.source;
END;
-- Before, not after: the row of twins would be gone already.
CREATE TRIGGER articles_leaving BEFORE DELETE ON articles
WHEN EXISTS (SELECT 1 FROM twins WHERE article = OLD.key) BEGIN
    DELETE FROM states WHERE article = OLD.key;
END;
CREATE TRIGGER states_left AFTER DELETE ON states
WHEN OLD.twin = 0 AND EXISTS (SELECT 1 FROM twins WHERE article = OLD.article) BEGIN
    UPDATE states SET twin = 0 WHERE twin = 1 AND article = (
        SELECT relative FROM relatives JOIN states AS other ON other.article = relative
        WHERE relatives.article = OLD.article ORDER BY other.starred DESC, relative LIMIT 1
    );
END;
CREATE TRIGGER states_read AFTER UPDATE OF read ON states WHEN OLD.read <> NEW.read BEGIN
    UPDATE tallies SET unread = unread + OLD.read - NEW.read,
        unread_twins = unread_twins + (OLD.read - NEW.read) * NEW.twin WHERE source = NEW.source;
END;
CREATE TRIGGER states_twin AFTER UPDATE OF twin ON states WHEN OLD.twin <> NEW.twin BEGIN
    UPDATE tallies SET twins = twins + NEW.twin - OLD.twin,
        unread_twins = unread_twins + (NEW.twin - OLD.twin) * (NEW.read = 0) WHERE source = NEW.source;
END;
CREATE TRIGGER states_moved AFTER UPDATE OF source ON states WHEN OLD.source <> NEW.source BEGIN
    UPDATE tallies SET total = total - 1, unread = unread - (OLD.read = 0), twins = twins - OLD.twin,
        unread_twins = unread_twins - (OLD.twin AND OLD.read = 0) WHERE source = OLD.source;
    UPDATE tallies SET total = total + 1, unread = unread + (NEW.read = 0), twins = twins + NEW.twin,
        unread_twins = unread_twins + (NEW.twin AND NEW.read = 0) WHERE source = NEW.source;
END;
-- What is bookmarked stands for its family.
CREATE TRIGGER bookmarks_leading AFTER INSERT ON bookmarks
WHEN (SELECT twin FROM states WHERE article = NEW.article) BEGIN
    UPDATE states SET twin = 1 WHERE twin = 0
        AND article IN (SELECT relative FROM relatives WHERE relatives.article = NEW.article);
    UPDATE states SET twin = 0 WHERE article = NEW.article;
END;

UPDATE meta SET value = '2' WHERE name = 'cutter' AND NOT EXISTS (SELECT 1 FROM versions); -- nothing was cut yet
"""

# What the user writes on articles, and what is asked again and again. What is kept by hand names itself (``id``) to
# acts, the journal and exports; the key of a row is this file's own.
_FOURTH = """
-- A marked passage, found again in any version by what it says (W3C Web Annotation, TextQuoteSelector), its place is a
-- hint. No cascade: an article that bears one cannot be deleted, whatever asks for it.
CREATE TABLE highlights (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    article INTEGER NOT NULL REFERENCES articles,
    fingerprint BLOB NOT NULL,               -- of the words that it was made in
    quote TEXT NOT NULL,
    prefix TEXT NOT NULL,                    -- the words around it, to tell it from the same quote elsewhere
    suffix TEXT NOT NULL,
    start INTEGER NOT NULL,                  -- where it began, in characters of the text
    colour TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
);
CREATE INDEX highlights_article ON highlights (article, start);
CREATE INDEX highlights_created ON highlights (created);

-- A note on a whole article, bookmarked or not.
CREATE TABLE notes (
    article INTEGER PRIMARY KEY REFERENCES articles,
    text TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
);

-- What happens by itself to a new article that a search finds; tried in their order.
CREATE TABLE rules (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    query TEXT NOT NULL,                     -- in the language of query.py
    action TEXT NOT NULL,                    -- mute, keep, read, bookmark, tag ...
    argument TEXT NOT NULL DEFAULT '',       -- the tag
    last INTEGER NOT NULL DEFAULT 0,         -- 1: no rule after it sees the article
    enabled INTEGER NOT NULL DEFAULT 1,
    position INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
);

-- Searches that stand in the sidebar, as smart folders.
CREATE TABLE saved (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    sort TEXT NOT NULL DEFAULT '',           -- newest, oldest; '': as all lists
    folder TEXT NOT NULL DEFAULT '',         -- of the sidebar; '': under the smart views
    position INTEGER NOT NULL DEFAULT 0,
    icon TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
);

-- What a rebuilt library knows of articles from the journal alone, until their sources bring them again.
CREATE TABLE awaited (
    id TEXT PRIMARY KEY,
    read INTEGER NOT NULL,
    removed INTEGER NOT NULL
) WITHOUT ROWID;

-- The few that another one stands for: a folder's number leaves out those whose other one is in the folder as well.
CREATE INDEX states_twin ON states (source, article, read, twin) WHERE twin = 1;

-- Eight pieces of the index are put together at once, not four: a first load writes each word less often.
INSERT INTO search (search, rank) VALUES ('automerge', 8);
"""

#: The n-th step leads from version n to n + 1. Steps that were published never change.
MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD, _FOURTH)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def prepare(connection: sqlite3.Connection, file: Path, access: Access, steps: Sequence[str] = MIGRATIONS) -> None:
    """Checks that the file is ours and brings it to the newest version.

    Raises:
        StoreTooNew: a newer program made it.
        StoreCorrupt: a database, but of another program.
        StoreReadOnly: it is old and cannot be migrated here.
    """
    version = _version(connection)
    if version > len(steps):
        raise StoreTooNew(path=str(file), detail=f"version {version}, this program knows {len(steps)}")
    ours: int = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if ours != APPLICATION_ID and (version or not empty or access != "write"):
        raise StoreCorrupt(path=str(file), detail="a database of another program")
    if version == len(steps):
        return
    if access != "write":
        raise StoreReadOnly(path=str(file), detail=f"version {version} must first be migrated to {len(steps)}")
    _migrate(connection, file, steps)


def _migrate(connection: sqlite3.Connection, file: Path, steps: Sequence[str]) -> None:
    """Takes all missing steps in one transaction, after a copy of the file was put beside it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)  # another process may have been faster
        if 0 < version < len(steps):
            with closing(connect(file, "read")) as reading:
                backup(reading, file.with_name(f"{file.name}.version-{version}"))
        for step in steps[version:]:
            for statement in statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {max(version, len(steps))}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def statements(script: str) -> list[str]:
    """Cuts a script into statements. (executescript would commit the transaction that a migration runs in.)"""
    found: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    if pending.strip():
        raise ValueError(f"unfinished statement: {pending.strip()[:60]}")
    return found


def backup(
    connection: sqlite3.Connection, target: Path, progress: Callable[[int, int, int], object] | None = None
) -> None:
    """Copies the whole library to ``target`` (replaced only when the copy is complete and on the disk)."""
    partial = target.with_name(target.name + ".partial")
    _drop(partial)
    try:
        with closing(sqlite3.connect(partial, isolation_level=None)) as copy:
            connection.backup(copy, pages=1024, progress=progress)
            # One file that opens anywhere, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        os.replace(partial, target)
    except BaseException:
        _drop(partial)  # on a full disk it would take what room there is
        raise


def _drop(partial: Path) -> None:
    for file in (partial, partial.with_name(partial.name + "-journal")):
        file.unlink(missing_ok=True)
