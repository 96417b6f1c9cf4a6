"""Lists in another order than by date: by source, by title as people sort titles."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from array import array
from collections.abc import Sequence
from itertools import islice

_FIGURES = re.compile(r"\d+")
_BEFORE = re.compile(r"^[\W_]+")


def title_key(title: str) -> bytes:
    """Where a title stands among others: accents and case do not count, 9 comes before 10, Chinese follows its sounds.

    GB 18030 holds the 3,755 commonest Chinese characters in the order of their pinyin (GB 2312, level 1), kana before
    them and Latin letters before both.
    """
    text = title.casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = _BEFORE.sub("", text) or text
    return _FIGURES.sub(lambda found: found.group().lstrip("0").zfill(12), text).encode("gb18030", "replace")


def by_title(db: sqlite3.Connection, sql: str, values: Sequence[object], limit: int | None) -> array[int]:
    """The keys of a list in the order of its titles; those of one title as the list has them.

    Args:
        sql: selects the keys, in the list's own order.
    """
    found = db.execute(f"SELECT key, title FROM ({sql}) AS listed JOIN articles ON key = listed.article", values)
    keyed = sorted(((title_key(title), place, key) for place, (key, title) in enumerate(found)))
    return array("q", (key for *_, key in islice(keyed, limit)))


def by_source(db: sqlite3.Connection, sql: str, values: Sequence[object], limit: int | None) -> array[int]:
    """The keys of a list in the order of the names of its sources; those of one source as the list has them."""
    sources = db.execute("SELECT key, title FROM sources").fetchall()
    rank = {key: n for n, (key, _) in enumerate(sorted(sources, key=lambda each: title_key(each[1])))}
    found = db.execute(f"SELECT listed.article, source FROM ({sql}) AS listed JOIN states USING (article)", values)
    keyed = sorted((rank.get(source, len(rank)), place, key) for place, (key, source) in enumerate(found))
    return array("q", (key for *_, key in islice(keyed, limit)))
