"""SQLite's file format: rows read from pages that nothing leads to any more (sqlite.org/fileformat2.html).

Only leaves of tables with row ids are read. What does not fit (noise, an index, the inside of another page) gives
nothing: every length and pointer is checked before it is used.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator

from reader.records import dataclass

Value = int | float | str | bytes | None

#: Rows with more columns than any table of ours have no use here.
MAX_COLUMNS = 100
MAX_RECORD_BYTES = 64 << 20

_LEAF = 0x0D
_INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands on a page; a column that is the row id itself is None here, as SQLite stores it."""

    rowid: int
    values: tuple[Value, ...]


class Unreadable(ValueError):
    """These bytes are no record."""


def _varint(data: mmap.mmap | bytes, at: int, end: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes and where the next thing begins."""
    value = 0
    for n in range(9):
        if at + n >= end:
            raise Unreadable
        byte = data[at + n]
        if n == 8:
            value = value << 8 | byte
            return value - (1 << 64) if value >> 63 else value, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + n + 1
    raise Unreadable


def page_size(head: bytes) -> int:
    """The page size that a header names; 0 when it names none."""
    size = int.from_bytes(head[16:18])
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else 0


def free_pages(data: mmap.mmap | bytes, size: int) -> set[int]:
    """The numbers of the pages that are in no use, as far as their list can be followed."""
    pages = len(data) // size
    found: set[int] = set()
    trunk = int.from_bytes(data[32:36])
    while 0 < trunk <= pages and trunk not in found:
        found.add(trunk)
        at = (trunk - 1) * size
        following, count = struct.unpack_from(">II", data, at)
        if count > size // 4 - 2:
            break
        found.update(number for number in struct.unpack_from(f">{count}I", data, at + 8) if 0 < number <= pages)
        trunk = following
    return found


class Pages:
    """The pages of one database file.

    Args:
        data: the whole file.
        size: bytes of a page.
    """

    def __init__(self, data: mmap.mmap | bytes, size: int) -> None:
        self._data, self._size = data, size
        self._count = len(data) // size

    def rows(self, passed_over: set[int]) -> Iterator[Row]:
        """The rows of all leaves but those with these numbers, in the order of the file."""
        for number in range(1, self._count + 1):
            if number not in passed_over:
                yield from self._leaf(number)

    def _leaf(self, number: int) -> Iterator[Row]:
        start = (number - 1) * self._size
        head = start + (100 if number == 1 else 0)
        if self._data[head] != _LEAF:
            return
        cells = int.from_bytes(self._data[head + 3 : head + 5])
        if not 0 < cells <= self._size // 4:
            return
        for n in range(cells):
            at = head + 8 + 2 * n
            offset = int.from_bytes(self._data[at : at + 2])
            if not 8 <= offset < self._size:
                continue
            try:
                yield self._row(start + offset, start + self._size)
            except (Unreadable, UnicodeDecodeError):
                continue

    def _row(self, at: int, end: int) -> Row:
        length, at = _varint(self._data, at, end)
        rowid, at = _varint(self._data, at, end)
        if not 0 < length <= MAX_RECORD_BYTES:
            raise Unreadable
        return Row(rowid, _values(self._payload(at, end, length)))

    def _payload(self, at: int, end: int, length: int) -> bytes:
        """A record, with what overflows to other pages (section 1.6: how much stays here)."""
        usable = self._size
        most = usable - 35
        if length <= most:
            if at + length > end:
                raise Unreadable
            return bytes(self._data[at : at + length])
        least = (usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (usable - 4)
        here = here if here <= most else least
        if at + here + 4 > end:
            raise Unreadable
        parts, held = [bytes(self._data[at : at + here])], here
        following = int.from_bytes(self._data[at + here : at + here + 4])
        seen: set[int] = set()
        while held < length:
            if not 0 < following <= self._count or following in seen:
                raise Unreadable
            seen.add(following)
            page = (following - 1) * self._size
            part = bytes(self._data[page + 4 : page + 4 + min(length - held, usable - 4)])
            parts.append(part)
            held += len(part)
            following = int.from_bytes(self._data[page : page + 4])
        return b"".join(parts)


def _values(record: bytes) -> tuple[Value, ...]:
    """The columns of a record (section 2.1)."""
    header, at = _varint(record, 0, len(record))
    if not at <= header <= len(record):
        raise Unreadable
    kinds: list[int] = []
    while at < header:
        kind, at = _varint(record, at, header)
        if kind in (10, 11) or kind < 0 or len(kinds) >= MAX_COLUMNS:
            raise Unreadable
        kinds.append(kind)
    values: list[Value] = []
    for kind in kinds:
        width = _INTEGER_BYTES[kind] if kind < 10 else (kind - 12) // 2
        part = record[at : at + width]
        if len(part) < width:
            raise Unreadable
        at += width
        values.append(_value(kind, part))
    return tuple(values)


def _value(kind: int, part: bytes) -> Value:
    if kind == 0:
        return None
    if kind in (8, 9):
        return kind - 8
    if kind == 7:
        value: float = struct.unpack(">d", part)[0]
        return value
    if kind < 7:
        return int.from_bytes(part, signed=True)
    return part.decode() if kind % 2 else part
