"""Words cut for FTS5, of articles and of queries alike: folded to one form, and apart where no space parts them.

FTS5 knows words between spaces. Chinese, Japanese and Thai have none, so each character becomes a word and a run of
them in a query a phrase: every substring is found, in any position. FTS5 also drops whatever stands between words, so
以反 would be found in 以，反: a private-use character, a word to FTS5, stands at each such gap and breaks the phrase.

Folded are forms of one character (full width, ligatures: Unicode Standard Annex 15), case, accents, harakat and niqqud,
and traditional Chinese characters to simplified ones (by OpenCC, one for one: 圖書館 and 图书馆 find each other).
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from reader.patterns import later
from reader.store.codec import plain

#: Another way of cutting gets another number: an index cut in the old way is then rebuilt.
CUTTER = "2"

GAP, MARK_START, MARK_END = "\ue000", "\ue001", "\ue002"

# Han with its extensions and 々〆〇, kana with the long mark but without the middle dot, bopomofo, Hangul.
CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff"
)
# Thai, Lao, Burmese and Khmer with their vowel signs and tones (not their digits), and emoji: words of one character.
_APART = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
    "\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
)
# FTS5 takes no sign and no symbol for a part of a word, so they become letters of a private plane: U+F0000 and their
# last four digits. These are the ones above.
_PLANE = 0xF0000
_SIGNS = (
    "\U000f0e01-\U000f0e4e\U000f0e81-\U000f0ece\U000f1000-\U000f103f\U000f1050-\U000f108f\U000f1780-\U000f17d3"
    "\U000f203c\U000f2049\U000f2190-\U000f21ff\U000f2300-\U000f23ff\U000f2600-\U000f27bf\U000f2b00-\U000f2bff"
    "\U000ff000-\U000ffaff"
)
ALONE = f"{CJK}{_APART}{_SIGNS}"

IS_ALONE = later(f"[{ALONE}]")
PIECE = later(f"[{ALONE}]+|[^{ALONE}]+")
WORD = later(f"[^\\W_]|[{ALONE}]")
_TOKEN = later(f"[{ALONE}]|(?:[^\\W_{ALONE}]|(?![{ALONE}])[\U000f0000-\U000fffff])+")
_RUNS = later(f"([{ALONE}]+)")
_NO_WORD = later("(?:[^\\w\U000f0000-\U000fffff]|_)*")
_IS_APART = later(f"[{_APART}]")
_UNSEEN = later("[\u0640\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # tatweel, variation selectors
_HALF_WIDTH_KANA = later("[\uff61-\uff9f]")
PRIVATE = later(f"[{GAP}-{MARK_END}\0]")
# Characters of Chinese and Japanese that mean no more than they are, but for traditional ones.
_PLAIN = "\x01-~·—‘-”…、。〈-】！（），：；？ぁ-ゖァ-ヺー"
_HAN = later("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

#: Canonical combining classes that are no accents: Thai and Lao vowels and tones, Tibetan vowels.
_VOWELS = frozenset({103, 107, 118, 122, 129, 130, 132})


@cache
def _simplified() -> dict[str, str]:
    """Traditional characters that have a simplified form. Read when the first Chinese text comes: 20 ms."""
    import opencc

    ranges = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x323B0))
    written = [chr(code) for span in ranges for code in span]
    read = opencc.OpenCC("t2s").convert("\n".join(written)).split("\n")
    return {old: new for old, new in zip(written, read, strict=True) if old != new and len(new) == 1}


@cache
def _to_fold() -> re.Pattern[str]:
    """Finds what is to be folded in Chinese and Japanese texts: in most there is nothing, and this knows in 5 µs."""
    old = sorted(one for one in _simplified() if "\u4e00" <= one <= "\u9fff")
    edges = [0x4DFF, *map(ord, old), 0xA000]
    new = "".join(f"{chr(last + 1)}-{chr(next_ - 1)}" for last, next_ in pairwise(edges) if next_ - last > 1)
    return re.compile(f"[^{_PLAIN}{new}]")


def _is_accent(mark: str) -> bool:
    """A mark over or under a letter, which people leave out when they search. Kana's voicing marks are none."""
    return unicodedata.combining(mark) >= 10 and unicodedata.combining(mark) not in _VOWELS


class _Forms(dict[int, str]):
    """What each character becomes. Asked once for each, then a table."""

    def __missing__(self, code: int) -> str:
        self[code] = form = self._form(chr(code))
        return form

    def _form(self, character: str) -> str:
        code, kind = ord(character), unicodedata.category(character)
        if code == 0 or GAP <= character <= MARK_END or kind == "Cs" or code >= _PLANE:
            return " "
        if _UNSEEN.match(character):
            return ""
        if _IS_APART.match(character):
            return character if kind[0] in "LN" else chr(_PLANE + (code & 0xFFFF))
        if kind[0] in "ZPC":
            return "" if kind == "Cf" else character  # separators stay; soft hyphens and their like part no word
        parts = unicodedata.normalize("NFKD", character)
        form = unicodedata.normalize("NFKC", "".join(part for part in parts if not _is_accent(part))).casefold()
        return "".join(_simplified().get(one, one) if _HAN.match(one) else _letter(one) for one in form)


def _letter(character: str) -> str:
    """A vowel sign as a letter, kana's voicing marks as they are."""
    mark = unicodedata.category(character)[0] == "M" and character not in "\u3099\u309a"
    return chr(_PLANE + (ord(character) & 0xFFFF)) if mark else character


_FORMS = _Forms()


class _Gaps(dict[str, str]):
    """What stands between two runs of single characters, as FTS5 is to read it. Nearly always one of a few marks."""

    def __missing__(self, between: str) -> str:
        apart = f" {GAP} " if _NO_WORD.fullmatch(between) else f" {between} "
        if len(between) <= 2:
            self[between] = apart
        return apart


_GAPS = _Gaps()
#: Characters that are their own form, as they were met. Capitals of ASCII are among them: FTS5 folds those itself.
_SAME = set(map(chr, range(1, 128)))
_SMALL = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def form(character: str) -> str:
    """What one character becomes; empty for what is not seen."""
    return _FORMS[ord(character)]


def folded(text: str) -> str:
    """The text in the form in which texts are compared. Length and positions may change."""
    return text.replace("\0", " ").casefold() if text.isascii() else _folded(text).translate(_SMALL)


def _folded(text: str) -> str:
    """The text folded but for the case of ASCII letters, which FTS5 folds itself."""
    if _HAN.search(text) and not _to_fold().search(text):
        return text
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _HALF_WIDTH_KANA.search(text):
        text = unicodedata.normalize("NFKC", text)
    met = set(text) - _SAME
    if not met:
        return text
    _SAME.update(one for one in met if _FORMS[ord(one)] == one)
    changed = {ord(one): _FORMS[ord(one)] for one in met if one not in _SAME}
    return text.translate(changed) if changed else text


def _spaced(text: str) -> str:
    """The text with a space behind each character. (``" ".join`` takes ten times as long.)"""
    characters = array("I", text.encode("utf-32-le", "surrogatepass"))
    wide = array("I", " ".encode("utf-32-le")) * (2 * len(characters))
    wide[::2] = characters
    return wide.tobytes().decode("utf-32-le", "surrogatepass")


def cut(text: str) -> str:
    """The text as FTS5 is to read it: folded, characters of scripts without spaces apart, gaps between them marked."""
    if text.isascii():
        return text.replace("\0", " ")
    parts = _RUNS.split(_folded(text))
    if len(parts) == 1:
        return parts[0]
    parts[2:-1:2] = map(_GAPS.__getitem__, parts[2:-1:2])
    parts[1::2] = _spaced("\n".join(parts[1::2])).split("\n")
    return f"{parts[0]} {''.join(parts[1:-1])} {parts[-1]}"


def tokens(text: str) -> list[str]:
    """The words of a folded text, as FTS5 will see them."""
    return _TOKEN.findall(text)


def people(authors: Sequence[str], tags: Sequence[str]) -> str:
    """The third searched column, one name a line."""
    return "\n".join([*authors, *tags])


def normal(text: str) -> str:
    """A query without characters that SQLite cannot hold or that mark something here."""
    return PRIVATE.sub(" ", plain(text))
