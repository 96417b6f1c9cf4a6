"""The lists: which articles, in which order, how many. Each is one scan of one narrow index of ``states``."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reader.errors import Usage
from reader.model import Counts, Query, Row
from reader.store import files, matching, ordering, twins
from reader.store.codec import dumps, plain, to_ms, to_picture, to_texts, to_time


def is_one_row(query: Query) -> bool:
    """Whether an article of several sources is one row of this list."""
    return len(query.sources) != 1 and query.view in ("all", "unread", "today")


def selection(
    query: Query, *, db: sqlite3.Connection | None = None, each: bool = False, sparse: bool = False
) -> tuple[str, str, list[object]]:
    """A query as SQL: FROM with its index, WHERE, and the values.

    The index is named, not left to the planner: each holds date, article and source, so the rows come in order and
    nothing is sorted, whatever the statistics say. Several sources are filtered while scanning all dates, which is
    0.07 s for a million articles and 4 ms for a page of them, unless they hold so little of it that sorting is quicker.

    Args:
        db: where a query with ``matching`` is to be asked.
        each: of an article in several sources list each, not one for all.
        sparse: its sources hold few of all articles.

    Raises:
        Usage: "today" without saying when it began, or ``matching`` has a value that cannot be meant.
    """
    where: list[str] = []
    values: list[object] = []
    unread = query.unread_only or query.view == "unread"
    one_source = len(query.sources) == 1
    index = "states_unread" if unread else "states_date"
    if query.view == "bookmarks":
        index = "states_starred"
        where.append("starred = 1")
    elif query.view == "continue":
        index = "states_reading"
        where.append("reading = 1")
    elif one_source or sparse:
        index = "states_source_unread" if unread else "states_source"
    if unread:
        where.append("read = 0")
    if one_source:
        where.append("states.source = ?")
        values.append(query.sources[0])
    elif query.sources:
        where.append("states.source IN (SELECT value FROM json_each(?))")
        values.append(dumps(query.sources))
    if not each and not query.matching and is_one_row(query):
        where.append(twins.LISTED_AMONG if query.sources else twins.LISTED_WITH_TAG if query.tag else twins.LISTED)
        values += [dumps(query.sources)] if query.sources else []
    if query.view == "today":
        if query.since is None:
            raise Usage(detail="the view “today” needs to know when today began")
        where.append("states.date >= ?")
        values.append(to_ms(query.since))
    if query.matching and db is not None:
        found, asked = matching.condition(db, query.matching)
        where.append(found)
        values += asked
        if matching.MATCHING in found:
            index = ""
        if not each and is_one_row(query):
            where.append(twins.LISTED_OF.format(" AND ".join(where)))
            values += values
    if query.path and one_source:
        # Each found by its key and then sorted, be they ten or all.
        index = ""
        where.append(f"states.article IN ({files.WITHIN})")
        values += files.within(query.sources[0], query.path)
    if not query.tag:
        table = f"states INDEXED BY {index}" if index else "states NOT INDEXED"
        return table, " AND ".join(where) or "1", values
    where.insert(0, "tag = (SELECT key FROM tags WHERE name = ?)")
    values.insert(0, plain(query.tag))
    return "taggings CROSS JOIN states ON states.article = taggings.article", " AND ".join(where), values


#: The newest 200 of fewer than one article in so many are found sooner by looking at all of these.
_SPARSE = 200


def _is_sparse(db: sqlite3.Connection, query: Query) -> bool:
    """Whether several sources together hold few of all articles; the numbers of the sidebar know."""
    if len(query.sources) < 2 or query.view not in ("all", "unread", "today"):
        return False
    column = "unread" if query.unread_only or query.view == "unread" else "total"
    theirs, all_ = db.execute(
        f"""SELECT coalesce(sum({column}) FILTER (WHERE source IN (SELECT value FROM json_each(?))), 0), sum({column})
            FROM tallies""",
        (dumps(query.sources),),
    ).fetchone()
    return bool(theirs * _SPARSE < (all_ or 0))


def listing(query: Query, *, db: sqlite3.Connection | None = None, sparse: bool = False) -> tuple[str, list[object]]:
    """The statement behind ids()."""
    source, where, values = selection(query, db=db, sparse=sparse)
    table = "taggings" if query.tag else "states"
    order = "ASC" if query.oldest_first else "DESC"
    sql = f"SELECT states.article FROM {source} WHERE {where} ORDER BY {table}.date {order}, {table}.article {order}"
    return sql, values


def ids(db: sqlite3.Connection, query: Query, limit: int | None) -> array[int]:
    """The keys of the whole list in its order: newest first, or oldest.

    SQLite puts the numbers into one text and json reads it: for a million twice as fast as a million rows, and the
    interpreter is held for a fraction of it.
    """
    sql, values = listing(query, db=db, sparse=_is_sparse(db, query))
    if query.order == "title":
        return ordering.by_title(db, sql, values, limit)
    if query.order == "source":
        return ordering.by_source(db, sql, values, limit)
    text = db.execute(
        f"SELECT json_group_array(article) FROM ({sql} LIMIT ?)", [*values, -1 if limit is None else max(0, limit)]
    ).fetchone()[0]
    return array("q", json.loads(text))


def dated(db: sqlite3.Connection, key: int) -> datetime | None:
    """The date by which an article is listed; None when it is gone."""
    row = db.execute("SELECT date FROM states WHERE article = ?", (key,)).fetchone()
    return None if row is None else to_time(row[0])


def count(db: sqlite3.Connection, query: Query) -> int:
    """How many articles the list has; of plain lists the triggers already know."""
    found: int
    if query.view in ("all", "unread") and not (query.tag or query.path or query.matching):
        unread = query.unread_only or query.view == "unread"
        column, hidden = ("unread", "unread_twins") if unread else ("total", "twins")
        which = "WHERE source IN (SELECT value FROM json_each(?))" if query.sources else ""
        values: list[object] = [dumps(query.sources)] if query.sources else []
        behind: int
        found, behind = db.execute(
            f"SELECT coalesce(sum({column}), 0), coalesce(sum({hidden}), 0) FROM tallies {which}", values
        ).fetchone()
        if len(query.sources) == 1 or not behind:
            return found
        return found - (_hidden(db, query, unread) if query.sources else behind)
    source, where, values = selection(query, db=db)
    found = db.execute(f"SELECT count(*) FROM {source} WHERE {where}", values).fetchone()[0]
    return found


def _hidden(db: sqlite3.Connection, query: Query, unread: bool) -> int:
    """How many articles of some sources another one among them stands for; looks at the few that any stands for."""
    sources = dumps(query.sources)
    found: int = db.execute(
        f"""SELECT count(*) FROM states INDEXED BY states_twin WHERE twin = 1 {"AND read = 0" if unread else ""}
            AND source IN (SELECT value FROM json_each(?)) AND NOT {twins.LISTED_AMONG}""",
        (sources, sources),
    ).fetchone()[0]
    return found


def counts(db: sqlite3.Connection, today_since: datetime) -> Counts:
    """The sidebar's numbers: sums over sources, and the lengths of three short index ranges."""
    row = db.execute(
        f"""SELECT coalesce(sum(total - twins), 0), coalesce(sum(unread - unread_twins), 0),
               (SELECT count(*) FROM states INDEXED BY states_date WHERE date >= ? AND {twins.LISTED}),
               (SELECT count(*) FROM bookmarks),
               (SELECT count(*) FROM states INDEXED BY states_reading WHERE reading = 1)
           FROM tallies""",
        (to_ms(today_since),),
    ).fetchone()
    return Counts(*row)


def tags(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """All tags in use with their number of articles, the most used first."""
    return [
        (name, uses) for name, uses in db.execute("SELECT name, uses FROM tags WHERE uses > 0 ORDER BY uses DESC, name")
    ]


ROW_COLUMNS = """
articles.key, articles.id, states.source, sources.title, sources.kind, articles.title, articles.url, states.date,
articles.authors, articles.tags, articles.summary, articles.language, states.read, states.starred,
coalesce(places.progress, 0.0), articles.lead
"""
ROW_TABLES = """
articles JOIN states ON states.article = articles.key JOIN sources ON sources.key = states.source
LEFT JOIN places ON places.article = articles.key
"""
ROW_WIDTH = 16


def to_row(found: Sequence[Any], snippet: str = "", score: float = 0.0) -> Row:
    """A Row from ROW_COLUMNS."""
    key, id_, source, source_title, kind, title, url, date, authors, tagged, summary, language = found[:12]
    read, starred, progress, lead = found[12:ROW_WIDTH]
    return Row(
        key=key,
        id=id_,
        source_key=source,
        source_title=source_title,
        source_kind=kind,
        title=title,
        url=url,
        date=to_time(date),
        authors=to_texts(authors),
        tags=to_texts(tagged),
        summary=summary,
        language=language,
        read=bool(read),
        bookmarked=bool(starred),
        progress=progress,
        lead=to_picture(lead),
        snippet=snippet,
        score=score,
    )


def rows(db: sqlite3.Connection, keys: Sequence[int]) -> list[Row]:
    """The rows of these keys in the order asked; articles that are gone are left out."""
    found = [
        to_row(row)
        for row in db.execute(
            f"""SELECT {ROW_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN {ROW_TABLES}
            WHERE articles.key = wanted.value ORDER BY wanted.key""",
            (dumps(list(keys)),),
        )
    ]
    return with_also_in(db, found)


def with_also_in(db: sqlite3.Connection, found: list[Row]) -> list[Row]:
    """These rows with the titles of the other sources that have the same article."""
    others = twins.also_in(db, [row.key for row in found])
    return [replace(row, also_in=others[row.key]) if row.key in others else row for row in found]
