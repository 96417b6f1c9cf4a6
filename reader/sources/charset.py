"""From the bytes of a feed to text, whatever the server, the document and the bytes say about the encoding.

Order: byte order mark, HTTP header, XML declaration, strict UTF-8, tolerant UTF-8 (one bad byte costs one U+FFFD, not
the feed), and only then a guess from the bytes.
"""

from __future__ import annotations

import codecs
import re

import cchardet

from reader.patterns import later
from reader.records import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: "<?" or "<r" without a mark, in the encodings of more than one byte a character.
_WIDE = (
    (re.compile(rb"<\0\0\0[?!\w]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<\0\0\0[?!\w]"), "utf-32-be"),
    (re.compile(rb"<\0[?!\w]\0"), "utf-16-le"),
    (re.compile(rb"\0<\0[?!\w]"), "utf-16-be"),
)
_HTTP_CHARSET = later(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE)

#: What people write and what they mean: the superset that browsers use too (WHATWG Encoding, section 4.2).
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601_1987": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
#: Python codecs that are no encodings of documents; UTF-7 is left out because it smuggles markup past every check.
_NO_CHARSETS = frozenset(
    {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "undefined"}
)
_WIDE_NAMES = later(r"utf-(?:16|32)")
#: A document is judged by so much of its beginning.
_SAMPLE_BYTES = 200_000
#: In a declared encoding, more bad characters than this share of the bytes beyond ASCII mean that it is another one.
_TOLERATED_SHARE = 0.1
#: The 3,755 everyday characters of GB 2312 (rows B0 to D7), and any character of two bytes.
_GB_EVERYDAY = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
_GB_ANY = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
#: What a guess takes Windows' quotation marks for. Nobody writes feeds in the code pages of DOS and of old Macs.
_NOT_ON_THE_WEB = later(r"cp437|cp85[0-8]|cp86[0-5]|mac-(?:roman|latin2|iceland)")
_CYRILLIC_OF_OLD = frozenset({"cp855", "mac-cyrillic"})
_SINGLE_BYTE = later(r"cp125|iso8859|koi8|mac|cp85|cp86|cp437")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text; ``encoding`` is what was used, ``warning`` what was wrong with the declared one."""

    text: str
    encoding: str
    warning: str = ""


def decode(data: bytes, content_type: str = "") -> Decoded:
    """Decodes a document. It never fails: in the worst case characters are replaced by U+FFFD.

    Args:
        content_type: the HTTP header as it came, ``""`` when there was none.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(name, "replace").lstrip("\ufeff"), name)
    for pattern, name in _WIDE:
        if pattern.match(data.lstrip(b" \t\r\n")[:16]):
            return Decoded(data.lstrip(b"\t\r\n ").decode(name, "replace"), name)
    declared = _declared(data, content_type)
    try:
        as_utf8: str | None = data.decode("utf-8")
    except UnicodeDecodeError:
        as_utf8 = None
    # Text that is not ASCII and still strict UTF-8 is UTF-8, whatever was said: no real text of another encoding is.
    if as_utf8 is not None and (not declared or declared[0] == "utf-8" or not data.isascii()):
        wrong = bool(declared) and declared[0] != "utf-8"
        return Decoded(as_utf8, "utf-8", f"declared as {declared[0]}, but it is UTF-8" if wrong else "")
    for name in declared:
        try:
            return Decoded(data.decode(name), name)
        except UnicodeDecodeError:
            continue
    return _tolerant(data, declared)


def _declared(data: bytes, content_type: str) -> list[str]:
    """The encodings that HTTP and the document name, as Python codecs, in this order."""
    names = []
    http = _HTTP_CHARSET.search(content_type)
    xml = _XML_CHARSET.search(data[:1024])
    for found in (http[1] if http else "", xml[1].decode("ascii", "replace") if xml else ""):
        codec = _codec(found)
        if codec and codec not in names:
            names.append(codec)
    return names


def _codec(name: str) -> str:
    """The Python codec that reads this charset; empty for none (or one that these bytes cannot be)."""
    name = name.lower()
    if not name:
        return ""
    name = _MEANT.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if found.name in _NO_CHARSETS or _WIDE_NAMES.match(found.name) or not getattr(found, "_is_text_encoding", True):
        return ""
    return _MEANT.get(found.name, found.name)


def _tolerant(data: bytes, declared: list[str]) -> Decoded:
    """Bytes that are wrong in every declared encoding and in UTF-8."""
    text = data.decode("utf-8", "replace")
    if _is_damaged_utf8(text[:_SAMPLE_BYTES]):
        return Decoded(text, "utf-8", "bytes that are not UTF-8 were replaced")
    beyond_ascii = len(data[:_SAMPLE_BYTES].translate(None, bytes(range(128)))) or 1
    for name in declared:
        if name == "utf-8":
            continue
        damaged = data.decode(name, "replace")
        if damaged[:_SAMPLE_BYTES].count("\ufffd") <= beyond_ascii * _TOLERATED_SHARE:
            return Decoded(damaged, name, f"bytes that are not {name} were replaced")
    guess = _guess(data[:_SAMPLE_BYTES])
    if not guess or guess == "utf-8":
        return Decoded(text, "utf-8", "bytes that are not UTF-8 were replaced")
    said = f"declared as {declared[0]}, read" if declared else "read"
    return Decoded(data.decode(guess, "replace"), guess, f"{said} as {guess}, which is a guess")


def _is_damaged_utf8(text: str) -> bool:
    """Whether text with U+FFFD in it was UTF-8 but for some bad bytes.

    Sequences of three bytes hardly come about by chance (in GBK about 2 for 100 characters, beside 130 bad bytes);
    those of two bytes do in Chinese and Korean encodings, though less often than bad ones.
    """
    bad = text.count("\ufffd")
    beyond_ascii = [char for char in text if char > "\x7f" and char != "\ufffd"]
    long = sum(1 for char in beyond_ascii if char > "\u07ff")
    return bad <= 4 * long or bad <= len(beyond_ascii) - long


def _guess(sample: bytes) -> str:
    guess = _codec(str(cchardet.detect(sample).get("encoding") or ""))
    if _SINGLE_BYTE.match(guess):
        # A few Chinese words look like Cyrillic or Greek to it; two in three everyday characters are no chance.
        pairs = _GB_ANY.findall(sample)
        if pairs and sum(1 for pair in pairs if _GB_EVERYDAY.match(pair)) >= len(pairs) * 2 / 3:
            return "gb18030"
    if guess in _CYRILLIC_OF_OLD:
        return "cp1251"
    return "cp1252" if _NOT_ON_THE_WEB.match(guess) else guess
