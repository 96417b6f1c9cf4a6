"""Search: words cut for FTS5, queries that cannot be wrong, ranked hits with snippets.

FTS5 knows words between spaces. Chinese and Japanese have none, so each CJK character becomes a word and a run of them
in a query a phrase: every substring is found, in any position. FTS5 also drops whatever stands between words, so 以反
would be found in 以，反: a private-use character, a word to FTS5, stands at each such gap and breaks the phrase.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reader.model import Query, Row
from reader.store import dictionary
from reader.store.codec import dumps, plain, to_texts
from reader.store.lists import ROW_COLUMNS, ROW_TABLES, ROW_WIDTH, selection, to_row

#: Another way of cutting gets another number: an index cut in the old way is then rebuilt.
CUTTER = "1"

GAP, MARK_START, MARK_END = "\ue000", "\ue001", "\ue002"

# Han with its extensions and 々〆〇, kana with the long mark but without the middle dot, bopomofo, Hangul.
_CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"([{_CJK}]+)(?:((?:[^{_CJK}\\w]|_)+)(?=[{_CJK}]))?")
_IS_CJK = re.compile(f"[{_CJK}]")
_PIECE = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
# Marks that are not seen: zero-width characters, soft hyphens, variation selectors.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_PRIVATE = re.compile("[\ue000-\ue002\x00]")
# Letters and digits that Unicode's NFKC changes, combining marks, and the two above. Most texts have none of them, and
# looking is five times cheaper than normalising: full-width punctuation, which changes too, separates words either way.
_ODD = re.compile(
    "[\x00\u00aa\u00ad\u00b2\u00b3\u00b5\u00b9\u00ba\u00bc-\u00be\u0132-\u0140\u0149\u017f\u01c4-\u01cc\u01f1-\u01f3\u02b0-\u02b8"
    "\u0300-\u036f\u0653-\u0655\u0675-\u0678\u093c\u0958-\u095f\u0e33\u0eb3\u1100-\u11ff\u1d2c-\u1dbf\u1dc0-\u1dff\u200b-\u200f"
    "\u2060\u2070-\u209c\u20d0-\u20f0\u2100-\u218b\u2460-\u24ff\u2c7c\u2c7d\u2d6f\u2e80-\u2fdf\u3036-\u303a\u3099-\u309c\u309f"
    "\u30ff\u3131-\u318e\u3192-\u319f\u3200-\u33ff\ud800-\udfff\ue000-\ue002\uf900-\uff00\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\uff66-\uffff\U0001d400-\U0001d7ff\U0001f100-\U0001f2ff\U0002f800-\U0002fa1f\U000e0100-\U000e01ef]"
)
_WORD = re.compile(r"[^\W_]")
_TOKEN = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"\s")
_TERM = re.compile(r'-?"[^"]*"?|\S+')

MAX_QUERY_CHARACTERS = 1000
MAX_TERMS = 64
#: Matches that are all ranked.
COMMON = 1000
#: As in the rank of the table search.
TITLE_WEIGHT = 8.0
#: A snippet is looked for in the beginning of a text; a book's last chapter is found all the same.
SNIPPET_BYTES = 1 << 18
SNIPPET_BEFORE, SNIPPET_LENGTH = 40, 200


def _normal(text: str) -> str:
    """Full-width Latin, half-width kana and other forms of one character made one (Unicode NFKC)."""
    if text.isascii():
        return text.replace("\x00", " ")
    if not _ODD.search(text):
        return text
    return _PRIVATE.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFKC", plain(text))))


def _separate(match: re.Match[str]) -> str:
    return f" {' '.join(match[1])} {GAP + ' ' if match[2] else ''}"


def cut(text: str) -> str:
    """The text as FTS5 is to read it: CJK characters apart, a mark at each gap between two of them."""
    text = _normal(text)
    return text if text.isascii() else _RUN.sub(_separate, text)


def people(authors: Sequence[str], tags: Sequence[str]) -> str:
    """The third searched column, one name a line."""
    return "\n".join([*authors, *tags])


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must (or must not) occur.

    Attributes:
        words: as the user wrote it, normalised.
        prefix: the last word may go on.
    """

    words: str
    prefix: bool = False
    excluded: bool = False

    def fts(self) -> str:
        return f'"{cut(self.words)}"{" *" if self.prefix else ""}'

    def costly(self) -> bool:
        """Whether FTS5 must compare positions or join many words, not just read one list."""
        return self.prefix or len(_TOKEN.findall(cut(self.words))) > 1


def parse(text: str) -> list[Term]:
    """A query as people type it: words, "phrases", -exclusions, beginnings*. Anything else is just words."""
    terms: list[Term] = []
    for found in _TERM.findall(_normal(text)[:MAX_QUERY_CHARACTERS]):
        excluded = found.startswith("-") and len(found) > 1
        body = found[1:] if excluded else found
        if body.startswith('"'):
            pieces = [body.strip('"')]
            prefix = False
        else:
            prefix = body.endswith("*")
            pieces = _PIECE.findall(body.replace('"', " "))
        for n, piece in enumerate(pieces, 1):
            if _WORD.search(piece):
                # A CJK character is a whole word already: its phrase finds whatever follows.
                open_end = prefix and n == len(pieces) and not _IS_CJK.match(piece)
                terms.append(Term(piece.strip(), open_end, excluded))
    return terms[:MAX_TERMS]


def expression(terms: Sequence[Term]) -> str:
    """The FTS5 query; empty when nothing is asked for. Every word is quoted, so no input is a syntax error."""
    wanted = " AND ".join(term.fts() for term in terms if not term.excluded)
    excluded = " OR ".join(term.fts() for term in terms if term.excluded)
    return f"({wanted}) NOT ({excluded})" if wanted and excluded else wanted


def _hits(db: sqlite3.Connection, terms: Sequence[Term], limit: int, query: Query) -> list[tuple[int, float]]:
    """Versions and their ranks (the lower the better), the best first.

    Ranking reads every match, 1.5 µs each: "the" in 130,000 articles took 0.2 s. A word that is in so many says little,
    so above COMMON matches only the newest are ranked, and those that have it in the title. Reading the newest is lazy.
    """
    match = expression(terms)
    source, where = "", ""
    values: list[object] = []
    if query != Query(oldest_first=query.oldest_first):
        _, condition, values = selection(query)
        tagged = "CROSS JOIN taggings ON taggings.article = states.article" if query.tag else ""
        source = f"CROSS JOIN states ON states.article = articles.key {tagged}"
        where = f"AND {condition}"
    source = f"FROM search CROSS JOIN articles ON articles.version = search.rowid {source} WHERE search MATCH ? {where}"
    most = max(COMMON, limit)

    def newest(asked: str) -> list[int]:
        sql = f"SELECT search.rowid {source} ORDER BY search.rowid DESC LIMIT ?"
        return [key for (key,) in db.execute(sql, (asked, *values, most))]

    def ranked(asked: str, since: int) -> list[tuple[int, float]]:
        sql = f"SELECT search.rowid, search.rank {source} AND search.rowid >= ? ORDER BY search.rank LIMIT ?"
        return db.execute(sql, (asked, *values, since, limit)).fetchall()

    found = newest(match)
    if len(found) < most:
        return ranked(match, 0)
    in_title = f"title : ({match})"
    titled = newest(in_title)
    if any(term.costly() for term in terms):
        # bm25 counts all matches before it gives the first rank: of a phrase that is 30 ms for 60,000 articles.
        best = {key: -1.0 for key in found} | {key: -TITLE_WEIGHT for key in titled}
    else:
        best = dict(ranked(match, found[-1]))
        for key, rank in ranked(in_title, titled[-1]) if titled else ():
            best[key] = min(rank, best.get(key, 0.0))
    return sorted(best.items(), key=lambda hit: (hit[1], -hit[0]))[:limit]


def search(db: sqlite3.Connection, text: str, limit: int, query: Query) -> list[Row]:
    """The articles that hold all of this, the best first (bm25, the title counting most)."""
    terms = parse(text)
    if limit <= 0 or all(term.excluded for term in terms):
        return []
    hits = _hits(db, terms, limit, query)
    folds, unpacker = Folds(), dictionary.unpacker(db)
    pattern = pattern_of([term for term in terms if not term.excluded], folds)
    rows = db.execute(
        f"""SELECT {ROW_COLUMNS}, articles.version, versions.body FROM json_each(?) AS hit
            CROSS JOIN {ROW_TABLES} JOIN versions ON versions.key = articles.version
            WHERE articles.version = hit.value ORDER BY hit.key""",
        (dumps([key for key, _ in hits]),),
    )
    ranks = dict(hits)
    return [
        to_row(
            found, snippet(unpacker.text(found[ROW_WIDTH + 1], SNIPPET_BYTES), pattern, folds), -ranks[found[ROW_WIDTH]]
        )
        for found in rows
    ]


class Folds(dict[int, str]):
    """Each character as unicode61 compares it: without case and marks. One for one, so that positions stay."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if not _IS_CJK.match(character):
            character = unicodedata.normalize("NFKD", character)[0].lower()[0]
        self[code] = character
        return character


def pattern_of(terms: Sequence[Term], folds: Folds) -> re.Pattern[str]:
    """What to mark in a folded text."""
    found: list[str] = []
    for term in terms:
        words = re.findall(f"[{_CJK}]|[^\\W_{_CJK}]+", term.words.translate(folds))
        inner = r"[\W_]*".join(map(re.escape, words))
        start = "" if _IS_CJK.match(words[0]) else f"(?:(?<![^\\W_])|(?<=[{_CJK}]))"
        end = "" if term.prefix or _IS_CJK.match(words[-1]) else f"(?:(?![^\\W_])|(?=[{_CJK}]))"
        found.append(f"{start}{inner}{end}")
    return re.compile("|".join(found))


def snippet(text: str, pattern: re.Pattern[str], folds: Folds) -> str:
    """One line around the first match, every match in it marked; the text's beginning when only the title matched."""
    text = _PRIVATE.sub(" ", text)
    folded = text.translate(folds)
    first = pattern.search(folded)
    start = max(0, first.start() - SNIPPET_BEFORE) if first else 0
    if start:  # begin with a whole word where one begins nearby
        space = _SPACE.search(text, start, start + SNIPPET_BEFORE // 2)
        start = space.end() if space else start
    end = min(len(text), max(start + SNIPPET_LENGTH, first.end() if first else 0))
    pieces, at = ["…" if start else ""], start
    for match in pattern.finditer(folded, start, end) if first else ():
        pieces += [text[at : match.start()], MARK_START, text[match.start() : match.end()], MARK_END]
        at = match.end()
    pieces += [text[at:end], "…" if end < len(text) else ""]
    return " ".join("".join(pieces).split())


def outdated(db: sqlite3.Connection) -> bool:
    """Whether the index was cut by another version of the cutter."""
    row = db.execute("SELECT value FROM meta WHERE name = 'cutter'").fetchone()
    return row is None or row[0] != CUTTER


def rebuild(db: sqlite3.Connection) -> None:
    """Makes the index anew from the newest versions; the dead ones are gone then. For idle time."""
    unpacker = dictionary.unpacker(db)
    db.execute("INSERT INTO search (search) VALUES ('delete-all')")
    found = db.execute(
        "SELECT versions.key, versions.title, body, authors, tags FROM articles JOIN versions ON versions.key = version"
    )
    for key, title, body, authors, tags in found:
        words = cut(unpacker.text(body)), cut(title), cut(people(to_texts(authors), to_texts(tags)))
        db.execute("INSERT INTO search (rowid, body, title, people) VALUES (?, ?, ?, ?)", (key, *words))
    db.execute("INSERT OR REPLACE INTO meta VALUES ('cutter', ?)", (CUTTER,))
