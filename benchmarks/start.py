"""From the process's start to the list on screen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks import limits, material
from benchmarks.figures import Figure, Target, alternate
from benchmarks.plan import Plan


def program(library: Path, *args: str) -> dict[str, Any]:
    """Run the real program over a library, see ``benchmarks.program``."""
    found: dict[str, Any] = limits.output([sys.executable, "-m", "benchmarks.program", str(library), *args])
    return found


def run(plan: Plan) -> list[Figure]:
    with material.copy(material.library(plan.feeds, plan.items)) as library:
        limits.bare("window"), program(library)  # warm: compiled, and in the system's cache
        bare, ours = alternate(plan.runs, lambda: limits.bare("window"), lambda: program(library))
    limit = tuple(each["start_to_shown_s"] for each in bare if each)
    against = "a bare QMainWindow with a QTableView"
    free = " ".join(f"{each['engine_s']:.2f}" for each in ours)
    return [
        Figure(
            f"start: the list painted, {plan.articles:,} articles",
            "s",
            tuple(each["listed_s"] for each in ours),
            limit,
            against,
            Target("ratio", 1.75),
            f"keys pressed before the page engine is loaded wait until then: {free} s",
        )
    ]
