"""What a query means in SQL: one MATCH for its words, and conditions on what else is known of an article.

A search ranks what it finds (``search``); a list can be what a query finds, in its own order (``Query.matching``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

from reader.records import dataclass
from reader.store import stems
from reader.store.codec import dumps, to_ms, to_texts
from reader.store.cutter import folded, tokens
from reader.store.query import Clause, Filter, Term, asks_nothing, parse

#: With one beginning, that are asked for one by one.
MAX_WORDS = 200

#: The articles that have the words.
MATCHING = """SELECT articles.key FROM search CROSS JOIN articles ON articles.version = search.rowid
    WHERE search MATCH ?"""


@dataclass(frozen=True, slots=True)
class Plan:
    """A query as SQL.

    Attributes:
        match: what FTS5 is asked; empty when only conditions were given.
        where: conditions on articles, states and versions, joined by AND; empty for none.
        values: the conditions' values.
        terms: the words to mark in snippets.
    """

    match: str
    where: str
    values: tuple[object, ...]
    terms: tuple[Term, ...]


def plan(db: sqlite3.Connection, clauses: Sequence[Clause], *, stemming: bool = True) -> Plan:
    """Turns clauses into one MATCH and conditions beside it.

    Args:
        stemming: other forms of an English word count as well, unless it is in quotes.
    """
    db.create_function("authored", 2, _authored, deterministic=True)
    forms = stems.forms if stemming else None
    wanted: list[str] = []
    unwanted: list[str] = []
    where: list[str] = []
    values: list[object] = []
    for clause in clauses:
        words = " OR ".join(_fts(db, term, forms) for term in clause.words)
        if not clause.filters:
            (unwanted if clause.excluded else wanted).append(words)
            continue
        conditions = [_condition(db, one, values) for one in clause.filters]
        if words:
            conditions.append("articles.version IN (SELECT rowid FROM search WHERE search MATCH ?)")
            values.append(words)
        where.append(f"{'NOT ' if clause.excluded else ''}({' OR '.join(conditions)})")
    match = " AND ".join(f"({words})" for words in wanted)
    if unwanted and match:
        match = f"({match}) NOT ({' OR '.join(unwanted)})"
    elif unwanted:
        where.append("articles.version NOT IN (SELECT rowid FROM search WHERE search MATCH ?)")
        values.append(" OR ".join(unwanted))
    terms = tuple(term for clause in clauses if not clause.excluded for term in clause.words)
    return Plan(match, " AND ".join(where), tuple(values), terms)


def _fts(db: sqlite3.Connection, term: Term, forms: Callable[[str], list[str]] | None) -> str:
    """A term in FTS5's language; a beginning as the words that there are, unless they are very many.

    FTS5 puts the lists of all words with a beginning together before it gives the first match (two letters in 130,000
    articles: 40 ms); of words that are named it reads no more than is asked for.
    """
    beginning, *others = tokens(folded(term.words)) or [""]
    if others or not (term.prefix and beginning.isascii() and beginning):
        return term.fts(forms)
    db.execute("CREATE VIRTUAL TABLE temp.search_words USING fts5vocab ('main', 'search', 'row')")
    try:
        found = db.execute(
            "SELECT term FROM temp.search_words WHERE term >= ?1 AND term < ?1 || char(0x10FFFF) LIMIT ?2",
            (beginning, MAX_WORDS + 1),
        ).fetchall()
    finally:
        db.execute("DROP TABLE temp.search_words")
    if len(found) > MAX_WORDS:
        return term.fts(forms)
    joined = " OR ".join(f'"{word}"' for (word,) in found) or f'"{beginning}"'
    return f"{term.column} : ({joined})" if term.column else f"({joined})"


def _condition(db: sqlite3.Connection, asked: Filter, values: list[object]) -> str:
    """One filter as SQL; its values are appended."""
    value = asked.value
    match asked.field:
        case "is":
            return {
                "unread": "states.read = 0",
                "read": "states.read = 1",
                "bookmarked": "states.starred = 1",
                "reading": "states.reading = 1",
            }[value]
        case "has":
            return {
                "note": "EXISTS (SELECT 1 FROM bookmarks WHERE article = articles.key AND note <> '')",
                "picture": "articles.lead IS NOT NULL",
                "attachment": "articles.enclosures <> '[]'",
                "tag": "EXISTS (SELECT 1 FROM taggings WHERE article = articles.key)",
            }[value]
        case "before" | "after":
            values.append(to_ms(datetime.fromisoformat(value).astimezone()))  # a day begins where the user is
            return f"states.date {'<' if asked.field == 'before' else '>='} ?"
        case "lang":
            values.extend((value, value))
            return "(lower(articles.language) = ? OR lower(articles.language) LIKE ? || '-%')"
        case "url":
            values.append(value)
            return "instr(lower(articles.url), ?) > 0"
        case "tag":
            keys = [key for key, name in db.execute("SELECT key, name FROM tags") if folded(name) == value]
            values.append(dumps(keys))
            return (
                "EXISTS (SELECT 1 FROM taggings WHERE article = articles.key "
                "AND tag IN (SELECT value FROM json_each(?)))"
            )
        case "source":
            found = db.execute("SELECT key, title, address, id FROM sources").fetchall()
            keys = [key for key, *names in found if any(value in folded(name) for name in names)]
            values.append(dumps(keys))
            return "states.source IN (SELECT value FROM json_each(?))"
        case "author":
            values.append(value)
            return "authored(articles.authors, ?)"


def _authored(authors: str, wanted: str) -> bool:
    return any(wanted in folded(name) for name in to_texts(authors))


def condition(db: sqlite3.Connection, text: str) -> tuple[str, list[object]]:
    """A condition on ``states``: the article is one that this query finds. With its values.

    Raises:
        Usage: a field's value cannot be meant.
    """
    clauses = parse(text)
    return ("0", []) if asks_nothing(clauses) else on_states(plan(db, clauses))


def on_states(asked: Plan) -> tuple[str, list[object]]:
    """A plan as one condition on ``states``, with its values."""
    parts: list[str] = []
    if asked.match:
        parts.append(f"states.article IN ({MATCHING})")
    if asked.where:
        parts.append(f"EXISTS (SELECT 1 FROM articles WHERE articles.key = states.article AND {asked.where})")
    return " AND ".join(parts), [*([asked.match] if asked.match else []), *asked.values]
