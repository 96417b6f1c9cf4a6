"""Bytes to text, in the order of how much each sign can be trusted."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What is declared or guessed, and the larger set that such files are really written in (WHATWG Encoding, section 4.2).
_LARGER = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312": "gb18030", "hz-gb-2312": "gb18030", "cp936": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "uhc": "cp949", "shift_jis": "cp932", "shift-jis": "cp932",
    "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
    "tis-620": "cp874", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-euc-tw": "big5hkscs",
    "iso-8859-8-i": "iso-8859-8",
}  # fmt: skip
_META = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
#: Enough to judge by; a detector over megabytes costs more than the parse.
_SAMPLE_BYTES = 64 * 1024


def decode(data: bytes, *, markup: bool = False) -> tuple[str, str, tuple[str, ...]]:
    """Decodes a file.

    BOM, UTF-16 by its zero bytes, strict UTF-8, what the markup declares, nearly UTF-8 (each bad byte costs one U+FFFD,
    not the whole text), then a guess over the byte statistics.

    Args:
        data: the bytes of a file.
        markup: whether a ``<meta charset>`` or an XML declaration in it counts.

    Returns:
        The text, the encoding it was read with, and warnings. Never raises.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _with(data, name, len(bom) if name == "utf-8" else 0)
    wide = _utf16(data[:400])
    if wide:
        return _with(data, wide, 0)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError as error:
        bad_line = data.count(b"\n", 0, error.start) + 1
    if markup:
        declared = _META.search(data[:4096])
        name = _known(declared.group(1).decode("ascii")) if declared else ""
        if name and name not in ("utf-8", "utf-16", "utf-16-le", "utf-16-be"):
            return _with(data, name, 0)
    tolerant = data.decode("utf-8", "replace")
    nearly = f"line {bad_line}: not valid UTF-8 ({_bad_places(tolerant)}, shown as \ufffd)"
    good = sum(1 for character in tolerant[:_SAMPLE_BYTES] if character > "\x7f" and character != "\ufffd")
    bad_seen = tolerant[:_SAMPLE_BYTES].count("\ufffd")
    if good >= 3 * max(bad_seen, 1):
        return tolerant, "utf-8", (nearly,)
    name = _guess(data)
    if name == "utf-8":
        return tolerant, name, (nearly,)
    text = data.decode(name, "replace")
    return text, name, (f"not UTF-8: read as {name.upper()}",)


def _with(data: bytes, name: str, skip: int) -> tuple[str, str, tuple[str, ...]]:
    text = data[skip:].decode(name, "replace").removeprefix("\ufeff")
    return text, name, (f"not valid {name.upper()} ({_bad_places(text)}, shown as \ufffd)",) if "\ufffd" in text else ()


def _bad_places(text: str) -> str:
    count = text.count("\ufffd")
    return "1 bad place" if count == 1 else f"{count} bad places"


def _utf16(head: bytes) -> str:
    """UTF-16 without a BOM: every ASCII letter has a zero beside it, always on the same side."""
    if len(head) < 8:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    enough = max(3, len(head) // 20)
    if odd >= enough and even * 8 <= odd:
        return "utf-16-le"
    return "utf-16-be" if even >= enough and odd * 8 <= even else ""


def _known(name: str) -> str:
    name = name.strip().lower()
    name = _LARGER.get(name, name)
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _guess(data: bytes) -> str:
    import cchardet  # late: only files that are not UTF-8 need it

    sample = data[:_SAMPLE_BYTES]
    found = cchardet.detect(sample)
    name = _known(str(found.get("encoding") or ""))
    for candidate in (name, "gb18030", "big5hkscs", "cp932", "cp949"):
        if candidate and _fits(sample, candidate):
            return candidate
    return name or "cp1252"


def _fits(sample: bytes, name: str) -> bool:
    try:
        text = sample.decode(name, "replace")
    except (LookupError, UnicodeError):
        return False
    # A sample may end inside a character; more than 1 in 200 wrong is another encoding.
    return text.count("\ufffd") <= 1 + len(text) // 200
