"""From the bytes of a feed to text, whatever the server, the document and the bytes say about the encoding.

Order: byte order mark, HTTP header, XML declaration, strict UTF-8, tolerant UTF-8 (one bad byte costs one U+FFFD, not
the feed), and only then a guess from the bytes.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import cchardet

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
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
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
_WIDE_NAMES = re.compile(r"utf-(?:16|32)")
#: Bytes that cannot be anything but another encoding once this share of them is bad in UTF-8.
_TOLERATED_SHARE = 0.1


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
    beyond_ascii = sum(1 for byte in data[:200_000] if byte > 127) or 1
    text = data.decode("utf-8", "replace")
    if text[:200_000].count("\ufffd") <= beyond_ascii * _TOLERATED_SHARE:
        return Decoded(text, "utf-8", "bytes that are not UTF-8 were replaced")
    for name in declared:
        if name == "utf-8":
            continue
        text = data.decode(name, "replace")
        if text[:200_000].count("\ufffd") <= beyond_ascii * _TOLERATED_SHARE:
            return Decoded(text, name, f"bytes that are not {name} were replaced")
    guess = _codec(str(cchardet.detect(data[:200_000]).get("encoding") or "")) or "utf-8"
    said = f"declared as {declared[0]}, read" if declared else "read"
    return Decoded(data.decode(guess, "replace"), guess, f"{said} as {guess}, which is a guess")
