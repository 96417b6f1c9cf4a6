"""What was tried to get a picture, and what came of it. A part of ``reader.images``.

Kept with the picture or with its failure, for scripts and for whoever wants to know why a picture is blank.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from reader.errors import PictureError
from reader.lessons import Lesson
from reader.model import Picture
from reader.records import dataclass

#: Outcomes of an attempt that brought the picture, or as much of it as the server sent; all others are the kinds of
#: ``PictureError``.
CAME, PARTIAL = "ok", "partial"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request for a picture.

    Attributes:
        referer: ``""`` for none.
        status: 0 when there was no answer.
        media_type: by content; what the server called it when it is no picture; ``""`` without an answer.
        bytes: of the body that came.
        outcome: ok, partial, or the kind of the ``PictureError``.
        detail: more words on an outcome that is not ok.
    """

    url: str
    referer: str = ""
    status: int = 0
    media_type: str = ""
    bytes: int = 0
    milliseconds: int = 0
    outcome: str = CAME
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PictureReport:
    """All that is known of one picture without asking anybody.

    Attributes:
        attempts: of the last time that it was asked for, by whichever program; empty for one that needs no network.
        asked: when that was, seconds since 1970; 0 for never.
        learned: what works at its host, None when nothing is known.
        cached: it is held, and shown without a request; then the next four say what is held.
        address: where it came from.
        error: why it is not there, None when it is held or was never asked for.
        again: when a page may ask for it again by itself, seconds since 1970; 0 for now. "Retry" need not wait.
        pinned: it is held as long as its article is bookmarked.
    """

    picture: Picture
    attempts: tuple[Attempt, ...] = ()
    asked: float = 0.0
    learned: Lesson | None = None
    cached: bool = False
    media_type: str = ""
    width: int = 0
    height: int = 0
    bytes: int = 0
    address: str = ""
    referer: str = ""
    error: PictureError | None = None
    again: float = 0.0
    pinned: bool = False


def to_json(attempts: Iterable[Attempt]) -> list[dict[str, Any]]:
    return [asdict(attempt) for attempt in attempts]


def from_json(stored: object) -> tuple[Attempt, ...]:
    """Attempts as they were noted; what does not fit is left out."""
    found: list[Attempt] = []
    for item in stored if isinstance(stored, list) else ():
        if isinstance(item, dict):
            values = {field.name: item.get(field.name, field.default) for field in fields(Attempt)}
            if all(type(values[field.name]) is _TYPES[field.name] for field in fields(Attempt)):
                found.append(Attempt(**values))
    return tuple(found)


_TYPES = {"url": str, "referer": str, "status": int, "media_type": str, "bytes": int, "milliseconds": int,
          "outcome": str, "detail": str}  # fmt: skip
