"""The compression dictionary: what the bodies of this library have in common, learned once from its own articles.

Articles are small, and each alone compresses badly: 50,000 of 3.7 kB take 94 MB, with a dictionary 70 MB, at no cost in
time. It is kept in the library, so that the file stays whole; a body names the dictionary that it needs.
"""

from __future__ import annotations

import sqlite3

import zstandard

from reader.store.codec import ZSTANDARD, Packer, Unpacker

#: Enough articles for a dictionary that knows more than one feed.
ENOUGH_ARTICLES = 4000
SAMPLES = 1500
SAMPLE_BYTES = 16_384
#: zstd's own default is 110 kB; 3 % more room is needed with that, and no less with 384 kB.
DICTIONARY_BYTES = 1 << 18


def newest(db: sqlite3.Connection) -> tuple[int, bytes] | None:
    """The dictionary to pack with."""
    row: tuple[int, bytes] | None = db.execute(
        "SELECT key, data FROM dictionaries ORDER BY key DESC LIMIT 1"
    ).fetchone()
    return row if row and row[1] else None


def unpacker(db: sqlite3.Connection) -> Unpacker:
    """Unpacks bodies while this transaction lasts."""

    def content(number: int) -> bytes:
        data: bytes = db.execute("SELECT data FROM dictionaries WHERE key = ?", (number,)).fetchone()[0]
        return data

    return Unpacker(content)


def is_wanted(db: sqlite3.Connection) -> bool:
    """Whether there is none yet, and enough to learn from. Costs two look-ups."""
    largest = db.execute("SELECT max(key) FROM versions").fetchone()[0] or 0
    return largest >= ENOUGH_ARTICLES and db.execute("SELECT 1 FROM dictionaries LIMIT 1").fetchone() is None


def samples(db: sqlite3.Connection) -> list[bytes]:
    """Bodies from all over the library, as they are packed: words and raw body."""
    unpack = unpacker(db)
    step = -(-db.execute("SELECT max(key) FROM versions").fetchone()[0] // SAMPLES)  # rounded up: to the last one
    found = db.execute("SELECT body FROM versions WHERE key % ? = 0 LIMIT ?", (step, SAMPLES))
    return [unpack.whole(body)[:SAMPLE_BYTES] for (body,) in found]


def trained(found: list[bytes]) -> bytes | None:
    """A dictionary (0.5 s, outside any transaction), or None when these teach nothing."""
    try:
        return zstandard.train_dictionary(DICTIONARY_BYTES, [one for one in found if one]).as_bytes()
    except zstandard.ZstdError:
        return None


def add(db: sqlite3.Connection, data: bytes | None) -> None:
    """Keeps it, unless another process was faster. Nothing learned is kept as empty: no second try."""
    db.execute("INSERT INTO dictionaries (data) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM dictionaries)", (data or b"",))


def repack(db: sqlite3.Connection) -> None:
    """Packs those with it that came before it (4,000: 0.2 s)."""
    if newest(db) is None:
        return
    unpack, using = unpacker(db), Packer(lambda: newest(db))
    found = db.execute("SELECT key, body FROM versions WHERE substr(body, 1, 1) = ?", (bytes([ZSTANDARD]),)).fetchall()
    db.executemany(
        "UPDATE versions SET body = ? WHERE key = ?",
        ((using.pack_whole(unpack.whole(body)), key) for key, body in found),
    )
