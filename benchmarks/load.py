"""The first load of all feeds: fetched, parsed, stored, indexed."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import limits, material
from benchmarks.figures import Figure, Target, alternate
from benchmarks.plan import Plan
from benchmarks.server import serving


def refreshed(library: Path, *args: str, failed: int = 0) -> dict[str, Any]:
    """Refresh a library in a process of its own, see ``benchmarks.fetching``.

    Raises:
        RuntimeError: a feed failed: then the figure says nothing.
    """
    found: dict[str, Any] = limits.output([sys.executable, "-m", "benchmarks.fetching", str(library), *args])
    if found["outcomes"].get("Failed", 0) > failed:
        raise RuntimeError(f"feeds failed: {found['outcomes']}")
    return found


def run(plan: Plan) -> list[Figure]:
    folder = material.feeds(plan.feeds, plan.items)
    with serving(folder) as addresses, TemporaryDirectory(prefix="inkstone-bench-") as place:
        urls = Path(place) / "urls.txt"
        urls.write_text("\n".join(addresses), encoding="utf-8")

        def ours() -> dict[str, Any]:
            with TemporaryDirectory(prefix="library-", dir=place) as library:
                found = refreshed(Path(library), "--add", str(urls))
                size = sum(each.stat().st_size for each in Path(library).glob("library.sqlite3*"))
                return {**found, "db_mb": round(size / 1e6, 1)}

        bare, own = alternate(plan.runs, lambda: limits.bare("floor", folder / "feeds"), ours)
    wall = " ".join(f"{each['wall_s']:.1f}" for each in own)
    return [
        Figure(
            f"load: {own[0]['articles']:,} articles of {plan.feeds} feeds, CPU of all processes",
            "s",
            tuple(each["cpu_s"] for each in own),
            tuple(each["cpu_s"] for each in bare if each),
            "parse, text, compress, cut and index alone",
            Target("ratio", 1.5),
            f"by the clock {wall} s",
        ),
        Figure(
            "load: size of the database, search index included",
            "MB",
            tuple(each["db_mb"] for each in own),
            target=Target("value", 200, "" if plan.articles == 50_000 else "set for 50,000 articles"),
        ),
    ]
