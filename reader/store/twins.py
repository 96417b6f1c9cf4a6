"""One article in several sources: one row in the lists, read once is read everywhere, nothing is deleted.

Articles of different sources are of one family when they have the same canonical address, or the same title and
words. Families are found when an article is stored, by the indexes of the hashes of both. Which of a family stands in
the lists is decided by the triggers of the schema: the first, or the one that is bookmarked.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from reader.records import dataclass
from reader.store.codec import dumps, hash64

#: Of one address or text: a feed that gives all its articles the same one says nothing by it.
MAX_CANDIDATES = 50
#: A text of fewer characters ("Discuss.") is not telling. Summaries are the beginning of the text.
TELLING_CHARACTERS = 80

_APART = "SELECT 1 FROM meta WHERE name = 'apart'"

#: Conditions on ``states``: one article of a family, in the list of all sources,
LISTED = "twin = 0"
#: with a tag that the user may have given to another one than that,
LISTED_WITH_TAG = "(twin = 0 OR starred = 1)"
#: and in the list of some sources (a JSON list of keys), where that one may be missing.
LISTED_AMONG = """(twin = 0 OR NOT EXISTS (
    SELECT 1 FROM relatives JOIN states AS other ON other.article = relative
    WHERE relatives.article = states.article AND (other.twin = 0 OR relative < states.article)
      AND other.source IN (SELECT value FROM json_each(?))))"""
#: In the list of what these conditions on ``states`` find: that one may not be found. Asked once for all.
LISTED_OF = """(states.twin = 0 OR states.article NOT IN (
    SELECT relatives.article FROM relatives CROSS JOIN states ON states.article = relative
    WHERE (states.twin = 0 OR relative < relatives.article) AND {}))"""


@dataclass(frozen=True, slots=True)
class _One:
    """An article by what its twins have as well."""

    key: int
    source: int
    words_hash: int
    url: str
    title: str
    fingerprint: bytes
    summary: str

    def place(self) -> str:
        """Its web address without the scheme; empty when it is that of a home page."""
        scheme, _, rest = self.url.partition("://")
        return "" if scheme not in ("http", "https") or (rest.endswith("/") and rest.count("/") == 1) else rest

    def addresses(self) -> tuple[int, ...]:
        """Hashes of its address with both schemes."""
        place = self.place()
        return (hash64(f"http://{place}"), hash64(f"https://{place}")) if place else ()


_ONE = "articles.key, articles.source, words_hash, coalesce(canonical, url), title, fingerprint, summary"


def are_apart(db: sqlite3.Connection) -> bool:
    """Whether the user wants to see each article of a family."""
    return db.execute(_APART).fetchone() is not None


def with_relatives(db: sqlite3.Connection, keys: Sequence[int]) -> list[int]:
    """These articles and all of their families, unless they are kept apart."""
    if are_apart(db):
        return list(keys)
    found = db.execute(
        "SELECT relative FROM json_each(?) AS wanted CROSS JOIN relatives ON relatives.article = wanted.value",
        (dumps(list(keys)),),
    )
    return list(dict.fromkeys([*keys, *(key for (key,) in found)]))


def read_with(db: sqlite3.Connection, act: int, when: int) -> int:
    """Marks read, as of the same act, what is of one family with an article that this act marked; how many."""
    if are_apart(db):
        return 0
    return db.execute(
        """UPDATE states SET read = 1, read_act = ?1, first_read = coalesce(first_read, ?2)
           WHERE read = 0 AND article IN (
               SELECT relative FROM relatives JOIN states AS other ON other.article = relatives.article
               WHERE other.read_act = ?1)""",
        (act, when),
    ).rowcount


def named_again(db: sqlite3.Connection, keys: Sequence[int]) -> set[int]:
    """Those of these articles that are of one family with one that stands before them: they are no further ones."""
    if are_apart(db):
        return set()
    found = db.execute(
        "SELECT article, family FROM json_each(?) AS wanted CROSS JOIN twins ON article = wanted.value",
        (dumps(list(keys)),),
    )
    firsts: dict[int, int] = {}
    return {key for key, family in found if firsts.setdefault(family, key) != key}


def repeated(db: sqlite3.Connection, table: Literal["states", "trash"], column: str, act: int) -> int:
    """How many of the articles that an act stands beside are of one family with another one of them.

    Args:
        table, column: where it stands.
    """
    if are_apart(db):
        return 0
    sql = f"SELECT count(*) - count(DISTINCT family) FROM twins JOIN {table} USING (article) WHERE {column} = ?"
    found: int = db.execute(sql, (act,)).fetchone()[0]
    return found


def also_in(db: sqlite3.Connection, keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The titles of the other sources of these articles, those that have some."""
    titles: defaultdict[int, list[str]] = defaultdict(list)
    for key, title in db.execute(
        f"""SELECT relatives.article, sources.title FROM json_each(?) AS wanted
            CROSS JOIN relatives ON relatives.article = wanted.value
            JOIN states ON states.article = relative JOIN sources ON sources.key = states.source
            WHERE NOT EXISTS ({_APART}) ORDER BY relative""",
        (dumps(list(keys)),),
    ):
        titles[key].append(title)
    return {key: tuple(dict.fromkeys(found)) for key, found in titles.items()}


def join(db: sqlite3.Connection, first: int, end: int) -> int:
    """Finds the families of the articles with keys from ``first`` to before ``end``; how many got one."""
    ones = [_One(*row) for row in db.execute(f"SELECT {_ONE} FROM articles WHERE key >= ? AND key < ?", (first, end))]
    apart = are_apart(db)
    return sum(_join(db, one, other, apart) for one, other in _pairs(db, ones))


def _pairs(db: sqlite3.Connection, ones: Sequence[_One]) -> Iterable[tuple[_One, _One]]:
    """Each article with one of another source that is the same."""
    if not ones:
        return
    sources = {one.source for one in ones}
    source = sources.pop() if len(sources) == 1 else 0
    found: set[int] = set()
    for name, wanted in (("url", _by_address(ones)), ("words", _by_words(ones))):
        candidates: defaultdict[int, list[_One]] = defaultdict(list)
        for hashed, *row in db.execute(_CANDIDATES.format(name=name), (dumps(list(wanted)), source)):
            candidates[wanted[hashed].key].append(_One(*row))
        for one in ones:
            if one.key in candidates and one.key not in found:
                other = _twin(one, candidates[one.key], by_words=name == "words")
                if other is not None:
                    found.add(one.key)
                    yield one, other


#: The index alone says that nothing of another source (?2: the only one of those that are wanted, or 0) has a hash,
#: which is so for nearly all.
_CANDIDATES = f"""SELECT wanted.value, {_ONE} FROM json_each(?1) AS wanted CROSS JOIN articles
    WHERE EXISTS (
        SELECT 1 FROM articles INDEXED BY articles_{{name}} WHERE {{name}}_hash = wanted.value AND source <> ?2
    ) AND articles.key IN (
        SELECT key FROM articles INDEXED BY articles_{{name}} WHERE {{name}}_hash = wanted.value LIMIT {MAX_CANDIDATES}
    )"""


def _by_address(ones: Sequence[_One]) -> dict[int, _One]:
    return {hashed: one for one in ones for hashed in one.addresses()}


def _by_words(ones: Sequence[_One]) -> dict[int, _One]:
    return {one.words_hash: one for one in ones if len(one.summary) >= TELLING_CHARACTERS}


def _twin(one: _One, candidates: Sequence[_One], *, by_words: bool) -> _One | None:
    """The oldest of the candidates that is the same article in another source.

    None when one source has two that could be it: then the address, or the text, says nothing.
    """
    same = [
        each
        for each in {each.key: each for each in candidates}.values()
        if (_titled(each) == _titled(one) if by_words else each.place() == one.place())
    ]
    by_source = [each.source for each in same if each.key != one.key] + [one.source]
    others = [each for each in same if each.source != one.source]
    if not others or len(set(by_source)) < len(by_source):
        return None
    return min(others, key=lambda each: each.key)


def _titled(one: _One) -> tuple[str, bytes]:
    return " ".join(one.title.split()).casefold(), one.fingerprint


def _join(db: sqlite3.Connection, one: _One, other: _One, apart: bool) -> bool:
    """Takes an article into the family of another one, unless it has one or that has an article of its source."""
    row = db.execute("SELECT family FROM twins WHERE article = ?", (other.key,)).fetchone()
    family = other.key if row is None else row[0]
    taken = db.execute(
        """SELECT 1 FROM twins JOIN articles ON articles.key = article
           WHERE article = ?1 OR (family = ?2 AND source = ?3) LIMIT 1""",
        (one.key, family, one.source),
    ).fetchone()
    if taken:
        return False
    db.execute("INSERT OR IGNORE INTO twins VALUES (?, ?)", (other.key, family))
    db.execute("INSERT INTO twins VALUES (?, ?)", (one.key, family))
    if not apart:
        _stand_behind(db, one.key)
    return True


def _stand_behind(db: sqlite3.Connection, key: int) -> None:
    """One of a family that got another one stands in the lists; when one of them is read, all are."""
    family = "SELECT article FROM twins WHERE family = (SELECT family FROM twins WHERE article = ?1)"
    db.execute(
        f"""UPDATE states SET read = 1, first_read = coalesce(first_read, date)
            WHERE read = 0 AND article IN ({family})
              AND EXISTS (SELECT 1 FROM states WHERE read = 1 AND article IN ({family}))""",
        (key,),
    )
    db.execute(
        f"""UPDATE states SET twin = 1 FROM (
                SELECT article FROM states WHERE twin = 0 AND article IN ({family})
                ORDER BY starred DESC, article = ?1 LIMIT -1 OFFSET 1
            ) AS behind WHERE behind.article = states.article""",
        (key,),
    )


def keep_apart(db: sqlite3.Connection, apart: bool) -> None:
    """Shows each article of a family, or one for all of them."""
    if apart == are_apart(db):
        return
    if apart:
        db.execute("INSERT INTO meta VALUES ('apart', '1')")
        db.execute("UPDATE states SET twin = 0 WHERE article IN (SELECT article FROM twins)")
        return
    db.execute("DELETE FROM meta WHERE name = 'apart'")
    arrange(db)


def arrange(db: sqlite3.Connection) -> None:
    """Decides anew which of each family stands in the lists."""
    db.execute("UPDATE states SET twin = 0 WHERE twin = 1")
    if are_apart(db):
        return
    db.execute(
        """UPDATE states SET twin = 1 FROM (
               SELECT twins.article, row_number() OVER family AS place
               FROM twins JOIN states ON states.article = twins.article
               WINDOW family AS (PARTITION BY family ORDER BY starred DESC, twins.article)
           ) AS ranked WHERE ranked.article = states.article AND place > 1"""
    )


def join_step(db: sqlite3.Connection, most: int) -> bool:
    """Finds the families of articles that were stored before this was done, ``most`` further. Whether it is done."""
    row = db.execute("SELECT value FROM meta WHERE name = 'joined'").fetchone()
    end = int(row[0]) if row else 0  # backwards, so that what is stored meanwhile is none of it
    if not end:
        return True
    first = max(1, end - most)
    join(db, first, end)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('joined', ?)", (str(first if first > 1 else 0),))
    return False
