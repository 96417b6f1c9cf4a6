"""Finding by a few letters: scattered ones in the palette, a run of them in a filter; Chinese also by its pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from reader.pinyin import HAN, simplified, syllables
from reader.records import dataclass

#: Nobody types more to find a name; longer texts are looked at so far.
MAX_PATTERN, MAX_TEXT = 64, 200
#: So many of those that may match are scored to the letter.
_SCORED = 80


def initials(text: str) -> str:
    """The first letters of its characters as most people read them: 算法与茶 becomes sfyc. The rest stays."""
    return "".join(read[0][0] if (read := syllables(character)) else _folded(character) for character in text)


@lru_cache(maxsize=30_000)
@lru_cache(maxsize=16_384)
def _folded(character: str) -> str:
    """Without case, accents and width, Chinese simplified: one character may become several."""
    if HAN.match(character):
        return simplified(unicodedata.normalize("NFKC", character))
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold() or character


def _typed(pattern: str) -> str:
    return "".join(_folded(one) for one in pattern[:MAX_PATTERN] if not one.isspace())


@dataclass(frozen=True, slots=True)
class Match:
    """How well a pattern is found in a text.

    Attributes:
        places: the positions of the characters that were found, to be shown.
    """

    score: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text made ready for being looked for many times.

    Attributes:
        folded: each character as it is compared.
        spelled: all that may be typed, in order: a cheap sieve before the letters are counted.
    """

    text: str
    folded: tuple[str, ...]
    plain: str
    initials: str
    spelled: str


@lru_cache(maxsize=20_000)
def prepare(text: str) -> Candidate:
    """Make a text ready; 10 µs for a name of 12 characters. Kept, for names are looked through again and again."""
    shown = text[:MAX_TEXT]
    folded = tuple(map(_folded, shown))
    plain = "".join(folded)
    if plain.isascii():
        return Candidate(text, folded, plain, plain, plain)
    spelled = "".join(form + "".join(syllables(form)) for form in folded)
    return Candidate(text, folded, plain, initials(shown), spelled)


def _lengths(pattern: str, at: int, form: str) -> Iterator[int]:
    """How many letters of the pattern one character may stand for: itself, or what its reading begins with."""
    if pattern.startswith(form, at):
        yield len(form)
    for reading in syllables(form):
        for length in range(1, len(reading) + 1):
            if not pattern.startswith(reading[:length], at):
                break
            yield length


_FOUND, _START, _RUN, _GAP, _SKIPPED, _WHOLE = 16, 10, 9, -4, -1, 12
#: Below this for each letter the letters only happen to be there.
_LEAST = 13

_Chain = tuple["_Chain | None", int]


def _starts(text: str) -> list[bool]:
    """Which characters begin a word: after what is no letter, a capital after a small letter, each Chinese one."""
    starts = [bool(text)]
    for before, here in pairwise(text):
        starts.append(not before.isalnum() or (before.islower() and here.isupper()) or bool(HAN.match(here)))
    return starts


def _score(pattern: str, candidate: Candidate) -> Match | None:
    """The best way to find the letters in their order; `pattern` is folded."""
    count = len(pattern)
    shown = candidate.text[:MAX_TEXT]
    starts = _starts(shown)
    # After each character: the best score for so many letters, whether its last one stood here, and where they stood.
    open_at: dict[int, tuple[int, int, _Chain | None]] = {0: (0, -1, None)}
    for place, form in enumerate(candidate.folded):
        came: dict[int, tuple[int, int, _Chain | None]] = {}
        for at, (score, last, chain) in open_at.items():
            if at == count:
                continue
            for length in _lengths(pattern, at, form):
                worth = score + _FOUND * length + (_START if starts[place] else 0)
                if last == place - 1 and at:
                    worth += _RUN
                elif at:
                    worth += _GAP + max(-12, _SKIPPED * (place - last))
                if length > 1:
                    worth += _RUN * (length - 1)
                if worth > came.get(at + length, (-1000, 0, None))[0]:
                    came[at + length] = worth, place, (chain, place)
        for at, found in came.items():
            kept = open_at.get(at)
            # What stands here may go on without a gap, which is worth the difference.
            if kept is None or found[0] + (_RUN - _GAP if at < count else 0) > kept[0]:
                open_at[at] = found
    best = open_at.get(count)
    if best is None or best[0] < _LEAST * count:
        return None
    places = []
    chain = best[2]
    while chain is not None:
        chain, place = chain
        places.append(place)
    places.reverse()
    whole = _WHOLE if len(places) == len(candidate.folded) else 0
    return Match(best[0] + whole - min(places[0], 8), tuple(places))


def match(pattern: str, text: str) -> Match | None:
    """Whether the letters of ``pattern`` stand in ``text`` in this order, and how well; an empty one always."""
    typed = _typed(pattern)
    if not typed:
        return Match(0, ())
    found = best(typed, [prepare(text)], 1)
    return found[0][1] if found else None


def _class(typed: str, candidate: Candidate) -> int:
    """How good it may be at best, told by what costs nothing: 0 begins with it, 3 only has its letters."""
    where = candidate.plain.find(typed)
    if where == 0 or candidate.initials.startswith(typed):
        return 0
    if where > 0:
        return 1 if not candidate.plain[where - 1].isalnum() else 2
    return 2 if typed in candidate.initials or typed in candidate.spelled else 3


def best(pattern: str, candidates: Sequence[Candidate], limit: int) -> list[tuple[int, Match]]:
    """The places of the candidates that fit best, with how; of equals the shorter one, then the earlier one, first."""
    typed = _typed(pattern)
    if not typed:
        return []
    sieve = re.compile(".*?".join(map(re.escape, typed)), re.DOTALL).search
    hopeful = [n for n, candidate in enumerate(candidates) if sieve(candidate.spelled)]
    if len(hopeful) > _SCORED:
        hopeful.sort(key=lambda n: (_class(typed, candidates[n]), len(candidates[n].plain)))
        del hopeful[max(_SCORED, limit) :]
    found = [(n, how) for n in hopeful if (how := _score(typed, candidates[n])) is not None]
    found.sort(key=lambda each: (-each[1].score, len(candidates[each[0]].plain), each[0]))
    return found[:limit]


def holding(pattern: str, candidates: Sequence[Candidate]) -> list[int]:
    """The places of the candidates in which the pattern stands as a whole, or as initials."""
    typed = _typed(pattern)
    return [n for n, each in enumerate(candidates) if typed in each.plain or typed in each.initials] if typed else []


def matches(pattern: str, text: str) -> bool:
    """Whether each word of ``pattern`` stands in ``text`` as it is, or as the pinyin or its initials: for filters.

    算法与茶 has 算法, suanfa, sfyc, yucha and "cha suan", but not sc: nothing is left out.
    """
    folded = [_folded(one) for one in text[:MAX_TEXT]]
    return all(_stands(_typed(word), folded) for word in pattern[:MAX_PATTERN].split())


def _stands(word: str, folded: Sequence[str]) -> bool:
    if word in "".join(folded):
        return True
    open_at: set[int] = set()
    for form in folded:
        open_at = {at + length for at in (*open_at, 0) for length in _lengths(word, at, form)}
        if len(word) in open_at:
            return True
    return False
