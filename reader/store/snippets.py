"""Where the words of a search stand in a text: what is marked, and the line to show."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from reader.patterns import later
from reader.store.cutter import ALONE, IS_ALONE, MARK_END, MARK_START, PRIVATE, form, tokens
from reader.store.query import Term

BEFORE, LENGTH = 40, 200

_SPACE = later(r"\s")


class _Aligned(dict[int, str]):
    """Each character as texts are compared, one for one, so that positions stay."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = one = (form(character) or character)[0]
        return one


_ALIGNED = _Aligned()


def aligned(text: str) -> str:
    """The text folded, of the same length."""
    lower = text.lower()
    text = lower if len(lower) == len(text) else text
    if text.isascii():
        return text
    changed = {ord(one): _ALIGNED[ord(one)] for one in set(text) if _ALIGNED[ord(one)] != one}
    return text.translate(changed) if changed else text


def marker(terms: Sequence[Term], forms: Callable[[str], list[str]] | None = None) -> re.Pattern[str]:
    """What to mark in an aligned text.

    Each alternative begins with letters, and looks back only behind them: so the search for it jumps from one
    place with these letters to the next.

    Args:
        forms: as the search used them.
    """
    found: list[str] = []
    for term in terms:
        words = tokens(aligned(term.words))
        if not words:
            continue
        others = forms(words[0]) if forms and len(words) == 1 and not (term.exact or term.prefix) else []
        rest = "".join(r"[\W_]*" + re.escape(word) for word in words[1:])
        if not (term.prefix or IS_ALONE.match(words[-1])):
            rest += f"(?![^\\W_{ALONE}])"
        for first in [words[0], *others]:
            start = re.escape(first)
            before = "" if IS_ALONE.match(first) else f"(?<![^\\W_{ALONE}]{start})"
            found.append(start + before + rest)
    return re.compile("|".join(found) or "(?!)")


def occurs(text: str, mark: re.Pattern[str]) -> bool:
    """Whether a match is in the text."""
    return bool(mark.search(text) or mark.search(aligned(text)))


def snippet(text: str, mark: re.Pattern[str]) -> str:
    """One line around the first match, every match in it marked; the text's beginning when only the title matched."""
    text = PRIVATE.sub(" ", text)
    first = mark.search(text) or mark.search(aligned(text))  # aligning takes longer than looking
    start = max(0, first.start() - BEFORE) if first else 0
    if start:  # begin with a whole word where one begins nearby
        space = _SPACE.search(text, start, start + BEFORE // 2)
        start = space.end() if space else start
    end = min(len(text), max(start + LENGTH, first.end() if first else 0))
    line, at = text[start:end], 0
    pieces = ["…" if start else ""]
    for match in mark.finditer(aligned(line)) if first else ():
        pieces += [line[at : match.start()], MARK_START, line[match.start() : match.end()], MARK_END]
        at = match.end()
    pieces += [line[at:], "…" if end < len(text) else ""]
    return " ".join("".join(pieces).split())
