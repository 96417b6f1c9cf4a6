"""The words of an article: what is seen, in which language, how long it takes to read."""

from __future__ import annotations

import math
import re
from collections import Counter
from html import unescape

from reader.patterns import later

_TAG = later(
    r"<!--.*?-->|</?(?:a|abbr|article|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|figure|figcaption|font|"
    r"h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|svg|table|tbody|"
    r"td|th|thead|tr|tt|u|ul|video|audio|source|wbr|input|button|form|label|link|meta|ruby|rb|rp|rt|rtc|bdi|bdo|dfn|"
    r"samp|var|tfoot|caption|colgroup|picture|time)(?:[\s/][^<>]*)?>",
    re.DOTALL | re.IGNORECASE,
)
_BLOCK_TAG = later(
    r"</?(?:p|div|br|li|tr|h[1-6]|blockquote|section|article|table|ul|ol|pre|figure|hr)\b[^<>]*>", re.IGNORECASE
)
_SILENT = later(r"<(script|style|title|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
#: How a word is read stands beside it in the article; in one line it would be in the word's way.
_READING = later(r"<(r[tp])(?:\s[^<>]*)?>[^<]*(?:</\1\s*>)?", re.IGNORECASE)
_SENTENCE = later(r"[.!?]+[\"')\]”’»]*(?=\s)|[。！？!?…]+[”’」』）]*")
_CJK = later(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_HAN = later("[\u4e00-\u9fff]+")
_WORD = later(r"[^\W\d_]+")
#: Small letters for all letters, blanks for the rest.
_ASCII_LETTERS = bytes(ord(chr(code).lower()) if chr(code).isalpha() and code < 128 else 32 for code in range(256))
CJK_PER_MINUTE = 350
WORDS_PER_MINUTE = 230
#: A language shows itself in the first few thousand characters.
_LOOK_CHARS = 3000
#: In most texts already in these.
_FIRST_CHARS = 600

_LETTERS = (
    ("ko", "\uac00-\ud7af"),
    ("kana", "\u3041-\u30fa"),
    ("han", "\u4e00-\u9fff"),
    ("arabic", "\u0620-\u06ff"),
    ("he", "\u05d0-\u05ea"),
    ("cyrillic", "\u0400-\u04ff"),
    ("th", "\u0e01-\u0e4e"),
    ("el", "\u0370-\u03ff"),
    ("hi", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"),
    ("ta", "\u0b80-\u0bff"),
    ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"),
    ("latin", "A-Za-z\u00c0-\u024f"),
)
_SCRIPTS = tuple((name, later(f"[{letters}]+")) for name, letters in _LETTERS)
_COMMON = ("kana", "han", "latin")
_RARE = later("[" + "".join(letters for name, letters in _LETTERS if name not in _COMMON) + "]")
#: Addresses say nothing of the language around them.
_ADDRESS = later(r"https?://[!-~]+|(?:[A-Za-z0-9_+.-]+@)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
#: Without it there is none: it is found in a third of the time.
_DOTTED = later(r"\.[A-Za-z0-9-]")
_FUNCTION_WORDS = {
    "en": "the of and to in is that for it with as was on are this be by you not have from or at which an we a "
    "your i our can will if has been more about how what when their they there do does but all out so its get free",
    "de": "der die und das ist nicht den von zu mit sich auf für ein eine dem auch als werden aus wie wird oder sind",
    "fr": "le la les des et est une que qui dans pour pas sur avec ce il au par plus nous sont vous cette être du",
    "es": "el los las que una por con para es del se su como más al lo pero este entre sus está también y",
    "pt": "o os as que uma para com não em um do da dos das é se mais como por na no foi são você ao também",
    "it": "il che di è per una non sono con del della le si gli da come anche più nel questo alla ma dei",
    "nl": "de het een en van is dat op te voor niet met zijn aan er ook als maar bij door worden deze wordt naar",
    "tr": "ve bir bu için ile da de olarak daha çok olan gibi sonra ne kadar en var değil ama olduğu her",
    "pl": "nie się jest na do to że jak za od po ale co oraz przez dla lub być tym może są który",
    "sv": "och att det som en på är av för med den inte om ett till har kan de från eller men vi så",
    "vi": "của và là các có cho không được một những trong này với đã khi người để như tôi bạn",
    "id": "yang dan di untuk dengan ini dari pada tidak dalam adalah akan itu ke anda atau bisa juga kita oleh",
    "cs": "je se na že to ve jako pro jsou ale nebo který aby tak podle jsem jeho není také pak",
    "ro": "și în de la cu pe nu este un care din pentru mai că sunt sau prin fi după această",
}  # fmt: skip
_BY_WORD: dict[str, tuple[str, ...]] = {
    word: tuple(language for language, words in _FUNCTION_WORDS.items() if word in words.split())
    for words in _FUNCTION_WORDS.values()
    for word in words.split()
}


#: Scores are counted in whole numbers: one word that only one language knows, and one that several know.
_WHOLE = 27_720
_SHARES = [0, *(_WHOLE // languages for languages in range(1, 13))]


def squeeze(text: str) -> str:
    """Runs of blanks as one, empty lines gone, no blanks at the edges."""
    return "\n".join(filter(None, map(_squeezed, text.split("\n"))))


def _squeezed(line: str) -> str:
    # No blank but the space is printable. Cutting a line at each blank takes five times as long.
    return line.strip(" ") if line.isprintable() and "  " not in line else " ".join(line.split())


def to_text(markup: str) -> str:
    """The words of a title or summary that may hold tags and entities, on one line. Not for showing as HTML.

    Entities are read at most twice: feeds escape titles once too often.
    """
    text = markup[:100_000]
    for _ in range(2):
        if "<" in text:
            text = _TAG.sub("", _READING.sub("", _BLOCK_TAG.sub(" ", _SILENT.sub(" ", text))))
        if "&" not in text:
            break
        read = unescape(text)
        if read == text:
            break
        text = read
    if "<" in text:
        text = _TAG.sub("", _BLOCK_TAG.sub(" ", text))
    return " ".join(text.split())


def one_line(text: str, limit: int = 300) -> str:
    """The beginning of a text on one line, cut at a word where there are words."""
    line = " ".join(text[: limit * 4].split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    space = cut.rfind(" ")
    if space > limit * 0.7:
        cut = cut[:space]
    return cut.rstrip(" ,;:，、；：") + "…"


def first_sentence(text: str, limit: int = 80) -> str:
    """The first sentence of a text, at most ``limit`` characters."""
    for line in text[:5000].split("\n"):
        line = " ".join(line.split())
        if re.search(r"\w", line):
            end = _SENTENCE.search(line)
            sentence = line[: end.end()] if end else line
            return one_line(sentence, limit)
    return ""


def cjk(text: str) -> int:
    """How many of these characters are wide."""
    return 0 if text.isascii() else _length(_CJK, text)


def minutes(text: str) -> int:
    """Reading time of a squeezed text: 350 CJK characters or 230 words a minute, at least 1."""
    if text.isascii():
        characters, words = 0, text.count(" ") + text.count("\n") + 1
    else:
        others = _CJK.split(text)
        characters, words = len(text) - sum(map(len, others)), len(" ".join(others).split())
    return max(1, math.ceil(characters / CJK_PER_MINUTE + words / WORDS_PER_MINUTE - 0.2))


def language(text: str) -> str:
    """Guesses the language from scripts and function words.

    Returns:
        A BCP 47 tag, ``""`` when unsure.
    """
    sample = text[:_LOOK_CHARS]
    if "://" in sample or _DOTTED.search(sample):
        sample = _ADDRESS.sub(" ", sample)
    if sample.isascii():
        return _plainly(sample[:_FIRST_CHARS]) or _latin(sample)
    rare = _RARE.search(sample) is not None
    counts = {name: _length(pattern, sample) if rare or name in _COMMON else 0 for name, pattern in _SCRIPTS}
    # One character of Han or Hangul says as much as a few Latin letters, and terms of a trade stay Latin in between.
    weights = {name: count * (4 if name in ("han", "kana", "ko") else 1) for name, count in counts.items()}
    best = max(weights, key=lambda name: weights[name])
    if not weights[best]:
        return ""
    if best in ("han", "kana"):
        return _han(sample, counts)
    if best == "latin":
        return _latin(sample)
    if best == "arabic":
        return "fa" if len(re.findall(r"[پچژگکی]", sample)) > counts["arabic"] * 0.03 else "ar"
    if best == "cyrillic":
        if re.search(r"[іїєґ]", sample):
            return "uk" if len(re.findall(r"[іїєґ]", sample)) > counts["cyrillic"] * 0.01 else "ru"
        return "ru" if re.search(r"[ыэё]", sample) else "bg" if counts["cyrillic"] > 200 else ""
    return best


def _han(sample: str, counts: dict[str, int]) -> str:
    if counts["kana"] > 0.05 * (counts["han"] + counts["kana"]) and counts["kana"] > 1:
        return "ja"
    # Each of the two old character sets holds one way of writing Chinese only, and what both share.
    han = "".join(_HAN.findall(sample))[:_FIRST_CHARS]
    simplified, traditional = (len(han.encode(name, "ignore")) for name in ("gb2312", "big5"))
    if simplified == traditional:
        return "zh" if counts["han"] > 1 else ""
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _length(pattern: re.Pattern[str], text: str) -> int:
    """How many characters the runs of a pattern have in all."""
    return sum(map(len, pattern.findall(text)))


def _words(sample: str) -> list[str]:
    if sample.isascii():
        return sample.encode().translate(_ASCII_LETTERS).decode().split()
    return _WORD.findall(sample.lower())


def _plainly(beginning: str) -> str:
    """The language that a text begins in, when nobody could doubt it: the rest needs no look then."""
    words = _words(beginning)
    best, score, second = _scored(words)
    return best if len(words) > 50 and score >= _WHOLE / 7 * len(words) and score >= 2 * second else ""


def _latin(sample: str) -> str:
    words = _words(sample)
    best, score, second = _scored(words) if len(words) >= 4 else ("", 0, 0)
    # A word that three languages know says a third for each.
    return best if score >= max(2 * _WHOLE, 0.04 * _WHOLE * len(words)) and score >= 1.2 * second else ""


def _scored(words: list[str]) -> tuple[str, int, int]:
    """The language that knows most of these words, its score, and that of the next."""
    counted = Counter(words)
    known = [(_BY_WORD[word], counted[word]) for word in counted.keys() & _BY_WORD.keys()]
    if len(known) < 2:
        return "", 0, 0
    scores: Counter[str] = Counter()
    for languages, count in known:
        for name in languages:
            scores[name] += count * _SHARES[len(languages)]
    (best, score), (_, second) = (*scores.most_common(2), ("", 0))[:2]
    return best, score, second
