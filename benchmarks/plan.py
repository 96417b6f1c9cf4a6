"""How much is measured: the real sizes, or small ones that only prove that everything runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of one run of the benchmarks.

    Attributes:
        runs: of both sides in turn; a figure is the median of them.
        feeds, items: of the library: 200 feeds with 250 articles each.
        hops: how often j is pressed in one run.
        unchanged: feeds of the refresh in which nothing is new.
        seconds: how long a pure function is called in one run.
        posts: in the folder that is scanned.
        use_s: how long the window is used by a script, seconds.
    """

    runs: int = 5
    feeds: int = 200
    items: int = 250
    hops: int = 60
    unchanged: int = 1000
    seconds: float = 1.0
    posts: int = 200_000
    use_s: float = 600.0

    @property
    def articles(self) -> int:
        return self.feeds * self.items


def smoke() -> Plan:
    """As little as shows that it runs."""
    return Plan(runs=1, feeds=5, items=20, hops=3, unchanged=20, seconds=0.02, posts=5000, use_s=5.0)
