"""Search: ranked hits with snippets, and the index behind them.

The language of queries is read in ``query``, words are cut in ``cutter``; here a query becomes one statement.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from reader.model import Query, Row
from reader.records import dataclass
from reader.store import dictionary, stems, twins
from reader.store.codec import dumps, to_ms, to_texts
from reader.store.cutter import CUTTER, cut, people
from reader.store.lists import ROW_COLUMNS, ROW_TABLES, ROW_WIDTH, is_one_row, selection, to_row, with_also_in
from reader.store.matching import Plan, on_states, plan
from reader.store.query import asks_nothing, parse
from reader.store.snippets import marker, occurs, snippet

#: Matches that are all ranked: of single words, and of phrases and beginnings, which take longer to find.
COMMON, COMMON_PHRASES = 1000, 200
#: Of so many newest versions the titles are looked at for a phrase that is in very many texts: 0.1 ms for a thousand.
TITLES = 50_000
#: As in the rank of the table search.
TITLE_WEIGHT = 8.0
#: A new article's rank counts up to so much more than an old one's; half of it is gone after 90 days.
FRESH, FRESH_DAYS = 0.2, 90
#: A snippet is looked for in the beginning of a text; a book's last chapter is found all the same.
SNIPPET_BYTES = 1 << 18

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class _Index:
    """What a query may be asked of: the index, joined with its conditions.

    Attributes:
        where: conditions of the list and of the query together; empty for none.
    """

    db: sqlite3.Connection
    tables: str
    where: str
    values: tuple[object, ...]
    now: datetime | None

    @classmethod
    def of(cls, db: sqlite3.Connection, asked: Plan, query: Query, now: datetime | None) -> _Index:
        _, condition, values = selection(query, db=db, each=True)
        where = " AND ".join(part for part in (condition, asked.where) if part not in ("", "1"))
        tables = "search CROSS JOIN articles ON articles.version = search.rowid"
        one_row = is_one_row(query) and db.execute("SELECT 1 FROM twins LIMIT 1").fetchone()
        if where or now or one_row or db.execute("SELECT 1 FROM trash LIMIT 1").fetchone():
            tables += " CROSS JOIN states ON states.article = articles.key"
        if query.tag:
            tables += " CROSS JOIN taggings ON taggings.article = states.article"
        where, found = f"AND {where}" if where else "", (*values, *asked.values)
        if one_row:
            where, found = f"{where} AND {_one_row(query, where)}", (*found, asked.match, *found)
        return cls(db, tables, where, found, now)

    def newest(self, match: str, most: int, since: int = 0) -> list[int]:
        """The versions from ``since`` on that match, the newest first; lazy: many cost no more than ``most``."""
        sql = f"""SELECT search.rowid FROM {self.tables} WHERE search MATCH ? {self.where} AND search.rowid >= ?
                  ORDER BY search.rowid DESC LIMIT ?"""
        return [key for (key,) in self.db.execute(sql, (match, *self.values, since, most))]

    def ranked(self, match: str, since: int, most: int) -> list[tuple[int, float]]:
        """The versions from ``since`` on that match, by bm25, and its value. It reads every match: 1.5 µs each."""
        sql = f"""SELECT search.rowid, -search.rank * {self._freshness()} AS worth FROM {self.tables}
                  WHERE search MATCH ? {self.where} AND search.rowid >= ? ORDER BY worth DESC LIMIT ?"""
        return self.db.execute(sql, (match, *self.values, since, most)).fetchall()

    def _freshness(self) -> str:
        if self.now is None:
            return "1.0"
        return f"(1 + {FRESH} / (1 + max(0, {to_ms(self.now)} - states.date) / {FRESH_DAYS * _DAY_MS}.0))"


def _one_row(query: Query, where: str) -> str:
    """Of each family the article that stands for it, or the first one when that one is not found.

    Asked for the few alone that another one stands for, each for itself: the whole of what matches may be very many.
    """
    tagged = "JOIN taggings ON taggings.article = relative" if query.tag else ""
    return f"""(states.twin = 0 OR NOT EXISTS (
        SELECT 1 FROM articles AS mine CROSS JOIN relatives ON relatives.article = mine.key
        CROSS JOIN articles ON articles.key = relative CROSS JOIN states ON states.article = relative {tagged}
        WHERE mine.version = search.rowid AND (states.twin = 0 OR relative < mine.key)
        AND EXISTS (SELECT 1 FROM search AS kin WHERE kin.search MATCH ? AND kin.rowid = articles.version) {where}))"""


def _hits(index: _Index, asked: Plan, mark: re.Pattern[str], limit: int) -> list[tuple[int, float]]:
    """Versions and what they are worth, the best first.

    A word that is in very many articles says little, so above COMMON matches only the newest are ranked, and those that
    have it in the title. bm25 first counts all matches of a phrase, which takes as long again as finding them: phrases
    and beginnings are ranked by title and age.
    """
    costly = any(term.costly() for term in asked.terms)
    most = max(COMMON_PHRASES if costly else COMMON, limit)
    found = index.newest(asked.match, most)
    if len(found) < most and not costly:
        return index.ranked(asked.match, 0, limit)
    if len(found) < most:
        best = dict.fromkeys(found, 1.0) | dict.fromkeys(_titled(index.db, found, mark), TITLE_WEIGHT)
    else:
        in_title = f"title : ({asked.match})"
        if costly:
            last: int = index.db.execute("SELECT max(key) FROM versions").fetchone()[0]
            titled = index.newest(in_title, most, last - TITLES)
            best = dict.fromkeys(found, 1.0) | dict.fromkeys(titled, TITLE_WEIGHT)
        else:
            titled = index.newest(in_title, most)
            best = dict(index.ranked(asked.match, found[-1], limit))
            for key, worth in index.ranked(in_title, titled[-1], limit) if titled else ():
                best[key] = max(worth, best.get(key, 0.0))
    return sorted(best.items(), key=lambda hit: (-hit[1], -hit[0]))[:limit]


def _titled(db: sqlite3.Connection, versions: Sequence[int], mark: re.Pattern[str]) -> list[int]:
    """Those of these versions that have a word in their title."""
    titles = db.execute(
        """SELECT articles.version, articles.title FROM json_each(?) AS wanted
           CROSS JOIN articles ON articles.version = wanted.value""",
        (dumps(list(versions)),),
    )
    return [key for key, title in titles if occurs(title, mark)]


def _chosen(
    db: sqlite3.Connection, text: str, limit: int, query: Query, stemming: bool, now: datetime | None
) -> tuple[list[tuple[int, float]], re.Pattern[str]]:
    """Versions with what they are worth, and what to mark in them."""
    clauses = parse(text)
    asked = plan(db, clauses, stemming=stemming)
    mark = marker(asked.terms, stems.forms if stemming else None)
    if limit <= 0 or asks_nothing(clauses):
        return [], mark
    if asked.match:
        return _hits(_Index.of(db, asked, query, now), asked, mark, limit), mark
    source, condition, values = selection(query, db=db, each=True)
    found_by, theirs = on_states(asked)
    condition, values = f"{condition} AND {found_by}", [*values, *theirs]
    if is_one_row(query):
        condition, values = f"{condition} AND {twins.LISTED_OF.format(condition)}", values * 2
    found = db.execute(
        f"""SELECT articles.version, 0.0 FROM {source}
            CROSS JOIN articles ON articles.key = states.article WHERE {condition}
            ORDER BY states.date DESC, states.article DESC LIMIT ?""",
        (*values, limit),
    )
    return found.fetchall(), mark


def search(
    db: sqlite3.Connection, text: str, limit: int, query: Query, *, stemming: bool = True, now: datetime | None = None
) -> list[Row]:
    """The articles that hold all of this, the best first: the title counts most, new ones a little more.

    Raises:
        Usage: a field's value cannot be meant.
    """
    hits, mark = _chosen(db, text, limit, query, stemming, now)
    unpacker = dictionary.unpacker(db)
    rows = db.execute(
        f"""SELECT {ROW_COLUMNS}, articles.version, versions.body FROM json_each(?) AS hit
            CROSS JOIN {ROW_TABLES} JOIN versions ON versions.key = articles.version
            WHERE articles.version = hit.value ORDER BY hit.key""",
        (dumps([key for key, _ in hits]),),
    )
    worth = dict(hits)
    found = [
        to_row(row, snippet(unpacker.text(row[ROW_WIDTH + 1], SNIPPET_BYTES), mark), worth[row[ROW_WIDTH]])
        for row in rows
    ]
    return with_also_in(db, found)


def count(db: sqlite3.Connection, text: str, query: Query, most: int, *, stemming: bool = True) -> int:
    """How many articles hold all of this; counting ends at ``most``."""
    clauses = parse(text)
    if asks_nothing(clauses):
        return 0
    asked = plan(db, clauses, stemming=stemming)
    if not asked.match:
        return len(_chosen(db, text, most, query, stemming, None)[0])
    return len(_Index.of(db, asked, query, None).newest(asked.match, most))


#: The index, as the first migration makes it.
_TABLE = """CREATE VIRTUAL TABLE {} USING fts5 (
    body, title, people, content = '', tokenize = 'unicode61 remove_diacritics 2'
)"""
#: More dead versions than living ones / 5 are worth a new index.
_DEAD_PART = 5


def outdated(db: sqlite3.Connection) -> bool:
    """Whether the index was cut by another version of the cutter, or holds many versions that are gone."""
    row = db.execute("SELECT value FROM meta WHERE name = 'cutter'").fetchone()
    if row is None or row[0] != CUTTER:
        return True
    held, living = db.execute(
        "SELECT (SELECT count(*) FROM search_docsize), (SELECT count(*) FROM versions)"
    ).fetchone()
    return bool(held - living > 1000 and (held - living) * _DEAD_PART > living)


def rebuild_step(db: sqlite3.Connection, most: int) -> bool:
    """Makes a new index beside the old one, ``most`` versions further; takes its place when it is whole.

    The old one is searched until then. What a refresh saves meanwhile is newer than the last one taken, so it is
    taken too.

    Returns:
        Whether it is done.
    """
    row = db.execute("SELECT value FROM meta WHERE name = 'rebuilding'").fetchone()
    if row is None or row[0].split()[0] != CUTTER:
        db.execute("DROP TABLE IF EXISTS search_new")
        db.execute(_TABLE.format("search_new"))
        last = 0
    else:
        last = int(row[0].split()[1])
    unpacker = dictionary.unpacker(db)
    taken = db.execute(
        """SELECT versions.key, versions.title, body, authors, tags FROM versions
           JOIN articles ON articles.key = versions.article WHERE versions.key > ? ORDER BY versions.key LIMIT ?""",
        (last, most),
    ).fetchall()
    db.executemany(
        "INSERT INTO search_new (rowid, body, title, people) VALUES (?, ?, ?, ?)",
        (
            (key, cut(unpacker.text(body)), cut(title), cut(people(to_texts(authors), to_texts(tags))))
            for key, title, body, authors, tags in taken
        ),
    )
    if taken:
        db.execute("INSERT OR REPLACE INTO meta VALUES ('rebuilding', ?)", (f"{CUTTER} {taken[-1][0]}",))
        return False
    db.execute("DROP TABLE search")
    db.execute("ALTER TABLE search_new RENAME TO search")
    db.execute("INSERT INTO search (search, rank) VALUES ('rank', ?)", (f"bm25(1.0, {TITLE_WEIGHT}, 3.0)",))
    db.execute("INSERT INTO search (search, rank) VALUES ('automerge', 8)")
    db.execute("DELETE FROM meta WHERE name = 'rebuilding'")
    db.execute("INSERT OR REPLACE INTO meta VALUES ('cutter', ?)", (CUTTER,))
    return True
