"""Other forms of an English word, so that "running" finds "run": light, by rule, and only in queries.

The index keeps words as they are written, so a quoted word is found exactly, and a rule can change without a new index.
The endings are those of Harman's S-stemmer (JASIS 42, 1991) with -ed and -ing; irregular forms are not known.
"""

from __future__ import annotations

import re

from reader.patterns import later

_WORD = later(r"[a-z]{3,24}")
_VOWEL = later(r"[aeiouy]")
_DOUBLED = later(r"([bdfgklmnprt])\1$")
#: Words that have no forms, or whose forms are other words (the, thing).
_PLAIN = frozenset(
    [
        "the",
        "and",
        "that",
        "this",
        "with",
        "was",
        "were",
        "are",
        "has",
        "had",
        "have",
        "his",
        "her",
        "hers",
        "its",
        "our",
        "ours",
        "you",
        "your",
        "yours",
        "they",
        "them",
        "their",
        "theirs",
        "for",
        "from",
        "not",
        "but",
        "nor",
        "all",
        "any",
        "one",
        "two",
        "who",
        "whom",
        "why",
        "how",
        "when",
        "where",
        "what",
        "which",
        "there",
        "here",
        "then",
        "than",
        "been",
        "being",
        "be",
        "is",
        "it",
        "as",
        "at",
        "by",
        "of",
        "on",
        "or",
        "so",
        "to",
        "we",
        "he",
        "she",
        "me",
        "my",
        "us",
        "if",
        "in",
        "into",
        "out",
        "up",
        "down",
        "over",
        "under",
        "very",
        "also",
        "just",
        "only",
        "such",
        "some",
        "same",
    ]
)


def _bases(word: str) -> list[str]:
    """What the word may be a form of; itself when it looks like none."""
    found = [] if len(word) > 4 else [word]
    if word.endswith("ies"):
        found.append(word[:-3] + "y")
    elif word.endswith("es") and len(word) > 4:
        found += [word[:-2], word[:-1]]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        found.append(word[:-1])
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1 and _VOWEL.search(stem):
            found += [stem, stem + "e"] if len(stem) > 2 else [stem + "e"]
            if _DOUBLED.search(stem):
                found.append(stem[:-1])
            if ending == "ed" and stem.endswith("i"):
                found.append(stem[:-1] + "y")
    return found or [word]


def _inflected(base: str) -> list[str]:
    root = base[:-1] if base.endswith("e") else base
    if base.endswith("y") and not _VOWEL.match(base[-2]):
        return [base, base[:-1] + "ies", base[:-1] + "ied", base + "ing"]
    plural = base + "es" if base.endswith(("s", "x", "z", "ch", "sh")) else base + "s"
    found = [base, plural, root + "ed", root + "ing"]
    if re.search(r"[^aeiou][aeiou][bdgklmnprt]$", base):
        found += [base + base[-1] + "ed", base + base[-1] + "ing"]
    return found


def forms(word: str) -> list[str]:
    """The other forms of a folded word that a search for it should find; empty for what is no plain English word."""
    if not _WORD.fullmatch(word) or word in _PLAIN:
        return []
    found = dict.fromkeys(form for base in _bases(word) for form in _inflected(base))
    return [form for form in found if form != word]
