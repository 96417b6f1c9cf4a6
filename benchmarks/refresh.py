"""A refresh in which no feed has anything new."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import limits, material
from benchmarks.figures import Figure, Target, alternate
from benchmarks.load import refreshed
from benchmarks.plan import Plan
from benchmarks.server import serving

#: As many threads as ``Library.refresh`` fetches with.
_THREADS = "8"
_ITEMS = 5


def run(plan: Plan) -> list[Figure]:
    folder = material.feeds(plan.unchanged, _ITEMS)
    with serving(folder) as addresses, TemporaryDirectory(prefix="inkstone-bench-") as place:
        urls, library, etags = Path(place) / "urls.txt", Path(place) / "library", Path(place) / "etags.json"
        urls.write_text("\n".join(addresses), encoding="utf-8")

        def bare() -> dict[str, Any]:
            return limits.bare("requests", urls, "--threads", _THREADS, "--etags", etags)

        bare()
        refreshed(library, "--add", str(urls))
        limit, ours = alternate(plan.runs, bare, lambda: refreshed(library))
    for each in ours:
        if each["outcomes"] != {"Unchanged": plan.unchanged}:
            raise RuntimeError(f"not all feeds are unchanged: {each['outcomes']}")
    return [
        Figure(
            f"refresh: {plan.unchanged:,} unchanged feeds, CPU of all processes",
            "s",
            tuple(each["cpu_s"] for each in ours),
            tuple(each["cpu_s"] for each in limit if each),
            "a bare requests.Session per thread",
            Target("ratio", 1.3),
            f"by the clock {' '.join(str(each['wall_s']) for each in ours)} s",
        )
    ]
