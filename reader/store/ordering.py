"""Lists in another order than by date: by source, by title as people sort titles."""

from __future__ import annotations

import sqlite3
import unicodedata
from array import array
from collections.abc import Sequence

from reader.patterns import later

_FIGURES = later(r"\d+")
_BEFORE = later(r"^[\W_]+")


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
    keys = [key for (key,) in db.execute(sql, values)]
    told = db.execute(f"SELECT key, title FROM articles WHERE key IN ({sql})", values)
    return _sorted(keys, {key: title_key(title) for key, title in told}, limit)


def by_source(db: sqlite3.Connection, sql: str, values: Sequence[object], limit: int | None) -> array[int]:
    """The keys of a list in the order of the names of its sources; those of one source as the list has them."""
    keys = [key for (key,) in db.execute(sql, values)]
    names = {key: title_key(title) for key, title in db.execute("SELECT key, title FROM sources")}
    told = db.execute(f"SELECT article, source FROM states WHERE article IN ({sql})", values)
    return _sorted(keys, {key: names.get(source, b"") for key, source in told}, limit)


def _sorted(keys: list[int], sign: dict[int, bytes], limit: int | None) -> array[int]:
    keys.sort(key=lambda key: sign.get(key, b""))  # stable: what is equal stays in the list's own order
    return array("q", keys[:limit])
