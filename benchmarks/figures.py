"""A figure: the raw numbers of both sides, and what they come to."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure must be at most.

    Attributes:
        kind: "ratio" of ours to the limit, "value" of ours, or "more": ours less the limit.
        where: said behind it, when the target was set for something else than what was measured.
    """

    kind: Literal["ratio", "value", "more"]
    most: float
    where: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing, a number for each run.

    Attributes:
        limit: the bare limit's numbers of the same runs; empty when it is not there.
        against: what the limit is.
        note: what must be known to read it.
    """

    name: str
    unit: str
    ours: tuple[float, ...]
    limit: tuple[float, ...] = ()
    against: str = ""
    target: Target | None = None
    note: str = ""

    @property
    def value(self) -> float | None:
        """What the target speaks of, from the medians; None when there is no limit to compare with."""
        ours = statistics.median(self.ours)
        if self.target is not None and self.target.kind == "value":
            return ours
        if not self.limit:
            return None
        limit = statistics.median(self.limit)
        return ours - limit if self.target is not None and self.target.kind == "more" else ours / limit

    def lines(self) -> list[str]:
        """As it is printed."""
        out = [self.name, f"  ours    {self._row(self.ours)}"]
        if self.limit:
            out.append(f"  limit   {self._row(self.limit)}   {self.against}")
        elif self.against:
            out.append(f"  limit   not measured ({self.against}): the tools are not there")
        out.append(f"  {self._verdict()}")
        return out + ([f"  note    {self.note}"] if self.note else [])

    def _row(self, values: Sequence[float]) -> str:
        raw = " ".join(number(value) for value in values)
        return f"{number(statistics.median(values))} {self.unit} of {len(values)}: {raw}"

    def _verdict(self) -> str:
        value = self.value
        kind = self.target.kind if self.target else "ratio"
        word = {"ratio": "ratio", "value": "value", "more": "more by"}[kind]
        shown = "-" if value is None else number(value) + (f" {self.unit}" if kind != "ratio" else "")
        if self.target is None:
            return f"{word:7} {shown}   (no target)"
        where = f" ({self.target.where})" if self.target.where else ""
        met = "" if value is None else ", met" if value <= self.target.most else ", NOT MET"
        return f"{word:7} {shown}   target <= {number(self.target.most)}{where}{met}"

    def as_json(self) -> dict[str, Any]:
        value = self.value
        met = None if value is None or self.target is None else value <= self.target.most
        return {**asdict(self), "value": value, "met": met}


def number(value: float) -> str:
    """Three or four digits that count."""
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 100 else f"{value:.3g}"


def at(values: Iterable[float], share: float) -> float:
    """The percentile as ``baselines.py`` takes it."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def alternate(runs: int, limit: Callable[[], T], ours: Callable[[], T]) -> tuple[list[T], list[T]]:
    """Run both sides in turn, so that what else the machine does falls on both: (limit, ours)."""
    pairs = [(limit(), ours()) for _ in range(runs)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
