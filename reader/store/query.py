"""The search language: what a person types, read into clauses. Pure; the words are cut and matched elsewhere.

All clauses must hold; ``OR`` (in capitals) joins its two neighbours into one clause, ``-`` or ``NOT`` before a term
excludes it. A term is a word, a ``"phrase"``, a beginning ``wor*`` or ``field:value``. Chinese and Japanese need no
spaces. What is no field, however it looks (``http://…``, ``Re: news``), is words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from reader.errors import Usage
from reader.patterns import later
from reader.records import dataclass
from reader.store.cutter import IS_ALONE, PIECE, WORD, cut, folded, normal, tokens

MAX_QUERY_CHARACTERS = 1000
MAX_TERMS = 64

Field = Literal["source", "url", "lang", "tag", "author", "is", "has", "before", "after"]

#: What ``is:`` and ``has:`` understand.
STATES = ("unread", "read", "bookmarked", "reading")
THINGS = ("note", "picture", "attachment", "tag")

_TERM = later(r'(?:(?P<minus>-)?(?:(?P<field>[A-Za-z]+):)?(?P<body>"[^"]*"?|\S+))')
#: Quotation marks as word processors and Chinese keyboards write them.
QUOTES = "“”„‟＂"
_PLAIN = dict.fromkeys(map(ord, QUOTES), '"')
_DATE = later(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must occur one after the other.

    Attributes:
        words: as written, normalised.
        column: "title", or "" for anywhere.
        prefix: the last word may go on.
        exact: written in quotes: other forms of the word do not count.
    """

    words: str
    column: str = ""
    prefix: bool = False
    exact: bool = False

    def fts(self, forms: Callable[[str], list[str]] | None = None) -> str:
        """The term in FTS5's language, every word quoted, so that no input is a syntax error.

        Args:
            forms: other forms of one Latin word, which count as well unless the term is exact.
        """
        found = [f'"{cut(self.words)}"{" *" if self.prefix else ""}']
        if forms and not (self.exact or self.prefix) and len(tokens(self.words)) == 1:
            found += [f'"{form}"' for form in forms(folded(self.words))]
        joined = " OR ".join(found)
        if self.column:
            return f"{self.column} : ({joined})"
        return f"({joined})" if len(found) > 1 else joined

    def costly(self) -> bool:
        """Whether FTS5 must compare positions or join many words, not just read one list."""
        return self.prefix or len(tokens(self.words)) > 1


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on what is known of an article besides its words.

    Attributes:
        value: folded; for before and after the first day meant, as ``YYYY-MM-DD``.
    """

    field: Field
    value: str


@dataclass(frozen=True, slots=True)
class Clause:
    """Alternatives, one of which must hold; or none of them, if ``excluded``."""

    any_of: tuple[Term | Filter, ...]
    excluded: bool = False

    @property
    def words(self) -> tuple[Term, ...]:
        return tuple(one for one in self.any_of if isinstance(one, Term))

    @property
    def filters(self) -> tuple[Filter, ...]:
        return tuple(one for one in self.any_of if isinstance(one, Filter))


def asks_nothing(clauses: list[Clause]) -> bool:
    """Whether a query names nothing that is wanted: it is empty, or words alone that are not wanted."""
    return all(clause.excluded and not clause.filters for clause in clauses)


def wanted(text: str) -> list[str]:
    """The words that a query wants, to mark them where they stand; none when it cannot be read."""
    try:
        clauses = parse(text)
    except Usage:
        return []
    return [term.words for clause in clauses if not clause.excluded for term in clause.words]


def parse(text: str) -> list[Clause]:
    """Reads a query.

    Raises:
        Usage: a field's value cannot be meant: a sentence that says what can.
    """
    clauses: list[Clause] = []
    joining = negating = False
    for found in _TERM.finditer(normal(text)[:MAX_QUERY_CHARACTERS].translate(_PLAIN)):
        if found[0] == "OR":
            joining = bool(clauses)
            continue
        if found[0] == "NOT":
            negating = True
            continue
        excluded = bool(found["minus"]) or negating
        for n, clause in enumerate(_clauses(found["field"] or "", found["body"], excluded)):
            if joining and not n and clause.excluded == clauses[-1].excluded:
                clauses[-1] = replace(clauses[-1], any_of=clauses[-1].any_of + clause.any_of)
            else:
                clauses.append(clause)
            joining = False
        negating = False
        if len(clauses) >= MAX_TERMS:
            break
    return clauses


def _clauses(field: str, body: str, excluded: bool) -> list[Clause]:
    """One written term: a filter, or a clause for each run of words in one script."""
    name = field.lower()
    if name in _READERS:
        value = folded(body.strip('"')).strip()
        return [Clause((_READERS[name](value),), excluded)] if value else []
    column = ""
    if name == "title":
        column = "title"
    elif field:
        body = f"{field}:{body}"
    exact = body.startswith('"')
    prefix = body.endswith("*") and not exact
    pieces = [body.strip('"')] if exact else PIECE.findall(body.replace('"', " "))
    terms = []
    for n, piece in enumerate(pieces, 1):
        if WORD.search(piece):
            # A CJK character is a whole word already: its phrase finds whatever follows.
            open_end = prefix and n == len(pieces) and not IS_ALONE.match(piece)
            terms.append(Term(piece.strip(), column, open_end, exact))
    return [Clause((term,), excluded) for term in terms]


def _state(value: str) -> Filter:
    if value not in STATES:
        raise Usage(detail=f"“is:{value}” is not known: write is:{', is:'.join(STATES[:-1])} or is:{STATES[-1]}")
    return Filter("is", value)


def _thing(value: str) -> Filter:
    if value not in THINGS:
        raise Usage(detail=f"“has:{value}” is not known: write has:{', has:'.join(THINGS[:-1])} or has:{THINGS[-1]}")
    return Filter("has", value)


def _day(field: Literal["before", "after"], value: str) -> Filter:
    """``before:2024`` ends where 2024 begins; ``after:2024`` begins where 2024 ends."""
    found = _DATE.fullmatch(value)
    try:
        if found is None:
            raise ValueError(value)
        year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
        first = date(year, month, day)
        if field == "after":
            if found[3]:
                first += timedelta(days=1)
            else:
                first = date(year + month // 12, month % 12 + 1, 1) if found[2] else date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        raise Usage(
            detail=f"“{value}” is not a date: write {field}:2024, {field}:2024-05 or {field}:2024-05-01"
        ) from None
    return Filter(field, first.isoformat())


_READERS: dict[str, Callable[[str], Filter]] = {
    "author": lambda value: Filter("author", value),
    "source": lambda value: Filter("source", value),
    "tag": lambda value: Filter("tag", value),
    "url": lambda value: Filter("url", value),
    "lang": lambda value: Filter("lang", value),
    "is": _state,
    "has": _thing,
    "before": lambda value: _day("before", value),
    "after": lambda value: _day("after", value),
}
