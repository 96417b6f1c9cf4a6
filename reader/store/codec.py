"""How values become columns: compressed bodies, times, hashes, JSON. Pure."""

from __future__ import annotations

import json
import struct
from base64 import b32encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import zstandard

from reader.model import Enclosure, Picture

#: The first byte of a body says how it is packed, so that another way can come and old bodies stay readable.
ZSTANDARD, WITH_DICTIONARY = 1, 2
LEVEL = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LENGTH = struct.Struct("<I")
_DICTIONARY = struct.Struct("<BI")


class Packer:
    """Packs many bodies of one thread.

    Args:
        newest: gives the number and the content of the dictionary to use, or None; asked when the first body comes.
    """

    def __init__(self, newest: Callable[[], tuple[int, bytes] | None] = lambda: None) -> None:
        self._newest = newest
        self._head = b""
        self._compressor: zstandard.ZstdCompressor | None = None

    def pack(self, text: str, raw: str) -> bytes:
        """The words and the raw body in one frame: the words repeat what the raw body says, so they cost little.

        The words stand first, so that a snippet need not unpack the rest.
        """
        words = text.encode("utf-8", "surrogatepass")
        return self.pack_whole(_LENGTH.pack(len(words)) + words + raw.encode("utf-8", "surrogatepass"))

    def pack_whole(self, whole: bytes) -> bytes:
        """What ``Unpacker.whole`` gave."""
        if self._compressor is None:
            found = self._newest()
            trained = None if found is None else zstandard.ZstdCompressionDict(found[1])
            self._head = bytes([ZSTANDARD]) if found is None else _DICTIONARY.pack(WITH_DICTIONARY, found[0])
            self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=trained, write_content_size=True)
        return self._head + self._compressor.compress(whole)


class Unpacker:
    """Unpacks many bodies of one thread.

    Args:
        dictionary: the content of the dictionary with this number.
    """

    def __init__(self, dictionary: Callable[[int], bytes]) -> None:
        self._dictionary = dictionary
        self._decompressors: dict[int, zstandard.ZstdDecompressor] = {}

    def _bytes(self, body: bytes, max_bytes: int = -1) -> bytes:
        if body[:1] == bytes([WITH_DICTIONARY]):
            number, start = _DICTIONARY.unpack_from(body)[1], _DICTIONARY.size
        elif body[:1] == bytes([ZSTANDARD]):
            number, start = 0, 1
        else:
            raise ValueError(f"unknown form of body: {body[:1]!r}")
        if number not in self._decompressors:
            trained = zstandard.ZstdCompressionDict(self._dictionary(number)) if number else None
            self._decompressors[number] = zstandard.ZstdDecompressor(dict_data=trained)
        decompressor = self._decompressors[number]
        if max_bytes < 0:
            return decompressor.decompress(body[start:])
        with decompressor.stream_reader(body[start:]) as stream:
            return stream.read(max_bytes)

    def whole(self, body: bytes) -> bytes:
        """Words and raw body together, as they were packed."""
        return self._bytes(body)

    def raw(self, body: bytes) -> str:
        """The body as it was received."""
        whole = self._bytes(body)
        return whole[_LENGTH.size + _LENGTH.unpack_from(whole)[0] :].decode("utf-8", "surrogatepass")

    def text(self, body: bytes, max_bytes: int = -1) -> str:
        """The words; with ``max_bytes`` only the beginning."""
        whole = self._bytes(body, max_bytes if max_bytes < 0 else max_bytes + _LENGTH.size)
        length: int = _LENGTH.unpack_from(whole)[0]
        words = whole[_LENGTH.size : _LENGTH.size + length]
        return words.decode("utf-8", "ignore" if len(words) < length else "surrogatepass")


def _hash(text: str, errors: str, size: int) -> bytes:
    import hashlib  # with its OpenSSL; a start that only lists needs none

    return hashlib.blake2b(text.encode("utf-8", errors), digest_size=size).digest()


def digest(raw: str) -> bytes:
    """8 bytes: tells two bodies of one article apart, nothing more is asked of it."""
    return _hash(raw, "surrogatepass", 8)


def hash64(text: str) -> int:
    """A number for an index instead of a long address: 9 bytes an entry. What it finds is only a candidate."""
    return int.from_bytes(_hash(text, "replace", 8), "big", signed=True)


def short_id(text: str) -> str:
    """26 characters of lower-case base32: 128 bits of a hash."""
    return b32encode(_hash(text, "replace", 16))[:26].decode().lower()


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


#: Made once: ``json.dumps`` with options makes one at each call, which takes longer than a short list does.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: object) -> str:
    return _ENCODER.encode(value)


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
