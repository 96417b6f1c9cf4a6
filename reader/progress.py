"""How a work that takes long says how far it is, and asks whether it is still wanted."""

from __future__ import annotations

from collections.abc import Callable

from reader.records import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is: ``done`` of ``total``, in sources or in the files of one folder."""

    done: int
    total: int
    what: str = ""


Report = Callable[[Progress], None]
Stop = Callable[[], bool]


def quiet(progress: Progress) -> None:
    """Nobody looks."""


def never() -> bool:
    return False
