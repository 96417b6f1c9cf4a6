"""Articles by their own address, in whatever source: where a link may lead."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from reader.store.codec import dumps, hash64

#: More articles with one address are not looked at: it says nothing then.
_MOST = 20


def keys(db: sqlite3.Connection, urls: Sequence[str]) -> list[tuple[int, int]]:
    """Key and source of the stored articles with one of these canonical addresses, the oldest first."""
    hashes = {hash64(url): url for url in urls}
    found = db.execute(
        """SELECT key, source, url_hash, coalesce(canonical, url)
           FROM articles WHERE url_hash IN (SELECT value FROM json_each(?)) ORDER BY key LIMIT ?""",
        (dumps(list(hashes)), _MOST),
    )
    return [(key, source) for key, source, hashed, url in found if hashes[hashed] == url]
