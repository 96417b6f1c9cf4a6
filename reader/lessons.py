"""What was learned about the hosts of pictures: what worked there, what refused, what did not answer. Shared by all
processes of a library. A part of ``reader.images``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from reader.hotlinks import Rung
from reader.notes import Notes
from reader.records import dataclass

#: Then the common way is tried first once more: hosts change their minds.
KEPT_S = 30 * 86_400.0
#: A host that refused everything is asked only twice for each of its other pictures, for so long.
REFUSED_S = 1_800.0
#: A server that did not answer is left in peace for so long.
DOWN_S = 60.0
_MOST = 5_000
_RUNGS = frozenset({"none", "known", "own", "article"})


@dataclass(frozen=True, slots=True)
class Lesson:
    """What brought the last picture of a host.

    Attributes:
        host: of the pictures' true addresses.
        kind: which address it was: itself, scheme (https for http, or back), alternate0, alternate1 ..., template.
        via: scheme, host and port of that address.
        rung: none, known, own or article: the Referer.
        since: when it was learned, seconds since 1970.
    """

    host: str
    kind: str
    via: str
    rung: Rung
    since: float = 0.0


class Lessons:
    """The lessons of a library. What is damaged or cannot be written is not known, no more.

    Args:
        folder: one small file for a host.
        now: the wall clock, seconds.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._notes = Notes(folder, _MOST, now)
        self._now = now

    def of(self, host: str) -> Lesson | None:
        """What worked at a host in the last 30 days."""
        match self._notes.get(f"host {host}"):
            case {"kind": str() as kind, "via": str() as via, "rung": str() as rung, "since": int() | float() as since}:
                if rung in _RUNGS and self._fresh(since, KEPT_S):
                    return Lesson(host, kind, via, rung, float(since))  # type: ignore[arg-type]
        return None

    def learn(self, host: str, kind: str, via: str, rung: Rung) -> None:
        """Remember what worked. What is known already keeps its date, so that it is put to the test again some day."""
        known = self.of(host)
        if known is None or (known.kind, known.via, known.rung) != (kind, via, rung):
            self._notes.put(f"host {host}", {"kind": kind, "via": via, "rung": rung, "since": self._now()})

    def forget(self, host: str) -> None:
        """The common way works at a host: nothing need be remembered."""
        self._notes.forget(f"host {host}")

    def refuses(self, host: str) -> bool:
        """Whether a host refused one of its pictures to everybody a while ago."""
        return self._recent(f"refuses {host}", REFUSED_S)

    def note_refusal(self, host: str) -> None:
        self._notes.put(f"refuses {host}", {"since": self._now()})

    def is_down(self, origin: str) -> bool:
        """Whether a server did not answer a moment ago."""
        return self._recent(f"down {origin}", DOWN_S)

    def note_down(self, origin: str) -> None:
        self._notes.put(f"down {origin}", {"since": self._now()})

    def note_up(self, host: str, origin: str) -> None:
        """A picture came: whatever was wrong with a host and a server is over."""
        self._notes.forget(f"refuses {host}")
        self._notes.forget(f"down {origin}")

    def _recent(self, name: str, seconds: float) -> bool:
        match self._notes.get(name):
            case {"since": int() | float() as since}:
                return self._fresh(since, seconds)
        return False

    def _fresh(self, since: float, seconds: float) -> bool:
        # A clock that was set back may not keep a lesson for ever.
        return -86_400 < self._now() - since < seconds
