"""The index of tags: which articles carry one, by the source or by the user."""

from __future__ import annotations

import sqlite3

from reader.store.codec import texts, to_texts


def tag_keys(db: sqlite3.Connection, names: set[str]) -> dict[str, int]:
    """The keys of these tags, made where missing."""
    wanted = texts(sorted(names))
    db.execute("INSERT OR IGNORE INTO tags (name) SELECT value FROM json_each(?)", (wanted,))
    return dict(db.execute("SELECT name, key FROM tags WHERE name IN (SELECT value FROM json_each(?))", (wanted,)))


def retag(db: sqlite3.Connection, key: int) -> None:
    """Makes the index of one article agree with its tags, the user's tags and its date."""
    tags, mine, date = db.execute(
        """SELECT articles.tags, coalesce(bookmarks.tags, '[]'), coalesce(states.date, trash.date) FROM articles
           LEFT JOIN states ON states.article = key LEFT JOIN trash ON trash.article = key
           LEFT JOIN bookmarks ON bookmarks.article = key WHERE key = ?""",
        (key,),
    ).fetchone()
    names = {*to_texts(tags), *to_texts(mine)}
    wanted = {(tag, date, key) for tag in (tag_keys(db, names).values() if names else ())}
    present = set(db.execute("SELECT tag, date, article FROM taggings WHERE article = ?", (key,)))
    db.executemany("DELETE FROM taggings WHERE tag = ? AND date = ? AND article = ?", present - wanted)
    db.executemany("INSERT INTO taggings (tag, date, article) VALUES (?, ?, ?)", wanted - present)
