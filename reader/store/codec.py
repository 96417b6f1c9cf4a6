"""How values become columns: compressed bodies, times, hashes, JSON. Pure."""

from __future__ import annotations

import hashlib
import json
import struct
from base64 import b32encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import zstandard

from reader.model import Enclosure, Picture

#: The first byte of a body. Another number will mean another way (a dictionary): old bodies stay readable.
ZSTANDARD = 1
LEVEL = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LENGTH = struct.Struct("<I")


Compressor = zstandard.ZstdCompressor


def compressor() -> Compressor:
    """One for many bodies of one thread."""
    return zstandard.ZstdCompressor(level=LEVEL, write_content_size=True)


def pack(text: str, raw: str, using: Compressor) -> bytes:
    """The words and the raw body in one frame: the words repeat what the raw body says, so they cost almost nothing.

    The words stand first, so that a snippet need not unpack the rest.
    """
    words = text.encode("utf-8", "surrogatepass")
    return bytes([ZSTANDARD]) + using.compress(_LENGTH.pack(len(words)) + words + raw.encode("utf-8", "surrogatepass"))


def _unpacked(body: bytes, max_bytes: int = -1) -> bytes:
    if not body or body[0] != ZSTANDARD:
        raise ValueError(f"unknown form of body: {body[:1]!r}")
    decompressor = zstandard.ZstdDecompressor()
    if max_bytes < 0:
        return decompressor.decompress(body[1:])
    with decompressor.stream_reader(body[1:]) as stream:
        return stream.read(max_bytes)


def raw_of(body: bytes) -> str:
    """The body as it was received."""
    whole = _unpacked(body)
    return whole[_LENGTH.size + _LENGTH.unpack_from(whole)[0] :].decode("utf-8", "surrogatepass")


def text_of(body: bytes, max_bytes: int = -1) -> str:
    """The words; with ``max_bytes`` only the beginning."""
    whole = _unpacked(body, max_bytes if max_bytes < 0 else max_bytes + _LENGTH.size)
    length: int = _LENGTH.unpack_from(whole)[0]
    words = whole[_LENGTH.size : _LENGTH.size + length]
    return words.decode("utf-8", "ignore" if len(words) < length else "surrogatepass")


def digest(raw: str) -> bytes:
    """8 bytes: tells two bodies of one article apart, nothing more is asked of it."""
    return hashlib.blake2b(raw.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def hash64(text: str) -> int:
    """A number for an index instead of a long address: 9 bytes an entry. What it finds is only a candidate."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def short_id(text: str) -> str:
    """26 characters of lower-case base32: 128 bits of a hash."""
    return b32encode(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest())[:26].decode().lower()


def plain(text: str) -> str:
    """The text as SQLite can hold it: U+FFFD for NUL (its JSON functions end there) and for lone surrogates."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def to_ms(time: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return (time - _EPOCH) // _MILLISECOND


def to_ms_or_none(time: datetime | None) -> int | None:
    return None if time is None else to_ms(time)


def to_time(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def to_time_or_none(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else to_time(milliseconds)


def dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def texts(values: Sequence[str]) -> str:
    """A list of texts as JSON."""
    return dumps([plain(value) for value in values]) if values else "[]"


def to_texts(stored: str) -> tuple[str, ...]:
    return () if stored == "[]" else tuple(json.loads(stored))


def picture(lead: Picture | None) -> str | None:
    if lead is None:
        return None
    return dumps([plain(lead.url), [plain(url) for url in lead.alternates], plain(lead.alt), lead.width, lead.height])


def to_picture(stored: str | None) -> Picture | None:
    if stored is None:
        return None
    url, alternates, alt, width, height = json.loads(stored)
    return Picture(url, tuple(alternates), alt, width, height)


def enclosures(values: Sequence[Enclosure]) -> str:
    return dumps([[plain(one.url), plain(one.media_type), one.length] for one in values]) if values else "[]"


def to_enclosures(stored: str) -> tuple[Enclosure, ...]:
    return () if stored == "[]" else tuple(Enclosure(*one) for one in json.loads(stored))
