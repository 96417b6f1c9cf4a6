"""What retention or the user removed: its identity stays, so that it does not come back as new with the next refresh.

An identity is kept until its feed has not carried the article for 90 days. That is counted from the first document
without it: a server that answers "unchanged" for months still carries what it carried. The files of a folder are there
or not; the identity of one that was removed goes when the file goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

from reader.records import dataclass
from reader.store.codec import dumps

#: Feeds drop an article and carry it again: after a repair, after a move, when an old one is edited.
ABSENT_MS = timedelta(days=90) // timedelta(milliseconds=1)
#: Opened files come back because the user opened them, and nothing refreshes what was kept.
_REFRESHED = "('feed', 'folder')"


@dataclass(frozen=True, slots=True)
class Carried:
    """A removed article in a fetched document; ``identity`` are the columns of ``removed`` from guid to words_hash."""

    key: int
    identity: tuple[object, ...]


def remove(db: sqlite3.Connection, keys: Sequence[int]) -> int:
    """Removes articles and leaves their identities behind; bookmarked ones stay. How many went."""
    gone = """SELECT articles.key FROM json_each(?) AS wanted CROSS JOIN articles ON articles.key = wanted.value
               WHERE NOT EXISTS (SELECT 1 FROM bookmarks WHERE article = articles.key)"""
    wanted = dumps(list(keys))
    db.execute(
        f"""INSERT INTO removed (source, guid, url, title, fingerprint, published, guid_hash, url_hash, words_hash)
            SELECT source, guid, coalesce(canonical, url), articles.title, fingerprint, published,
                   guid_hash, url_hash, words_hash
            FROM articles JOIN sources ON sources.key = source
            WHERE articles.key IN ({gone}) AND kind IN {_REFRESHED}""",
        (wanted,),
    )
    return db.execute(f"DELETE FROM articles WHERE key IN ({gone})", (wanted,)).rowcount


def carried(db: sqlite3.Connection, articles: Sequence[Carried], time: int) -> set[int]:
    """Notes which removed articles a fetched document carries, and what it calls them now.

    Returns:
        The keys of those that are new again: their feed did not carry them for 90 days.
    """
    keys = dumps([article.key for article in articles])
    back = {
        key
        for (key,) in db.execute(
            "SELECT key FROM removed WHERE key IN (SELECT value FROM json_each(?)) AND absent_since < ?",
            (keys, time - ABSENT_MS),
        )
    }
    db.executemany("DELETE FROM removed WHERE key = ?", ((key,) for key in back))
    db.executemany(
        """UPDATE removed SET guid = ?, url = ?, title = ?, fingerprint = ?, published = ?, guid_hash = ?, url_hash = ?,
               words_hash = ?, absent_since = NULL WHERE key = ?""",
        ((*article.identity, article.key) for article in articles),
    )
    return back


def note_absent(db: sqlite3.Connection, source: int, carried: Sequence[int], time: int) -> None:
    """Notes that a feed's document carries no other removed articles; forgets those that it dropped long ago."""
    db.execute("DELETE FROM removed WHERE source = ? AND absent_since < ?", (source, time - ABSENT_MS))
    db.execute(
        """UPDATE removed SET absent_since = ? WHERE source = ? AND absent_since IS NULL
           AND key NOT IN (SELECT value FROM json_each(?))""",
        (time, source, dumps(carried)),
    )


def forget_files(db: sqlite3.Connection, source: int, hashes: Sequence[int]) -> None:
    """Forgets removed articles whose files vanished: a file that comes again is a new one."""
    db.execute(
        "DELETE FROM removed WHERE source = ? AND guid_hash IN (SELECT value FROM json_each(?))",
        (source, dumps(hashes)),
    )
