"""A folder of 200,000 posts: the first scan with its search index, scans of what did not change, one changed file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import limits, ownposts
from benchmarks.figures import Figure, Target
from benchmarks.plan import Plan


def posts(count: int) -> Path:
    """A folder of generated posts, made once below ``out/bench/``."""
    made = limits.kept() / f"posts-{count}"
    if not made.is_dir():
        part = made.with_name(f"{made.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        ownposts.write(part, count)
        part.rename(made)
    return made


def run(plan: Plan) -> list[Figure]:
    folder = posts(plan.posts)
    with TemporaryDirectory(prefix="inkstone-bench-") as place:
        library = Path(place) / "library"
        command = [sys.executable, "-m", "benchmarks.scanning", str(library), str(folder), "--runs", str(plan.runs)]
        found: dict[str, Any] = limits.output(command, timeout_s=3600)
        size_mb = sum(each.stat().st_size for each in library.glob("library.sqlite3*")) / 1e6
    articles = f"{found['articles']:,} posts"
    return [
        Figure(
            f"folder: first scan of {articles}, search index included, CPU of all processes",
            "s",
            (found["first_cpu_s"],),
            note=f"by the clock {found['first_wall_s']:.1f} s; the library has {size_mb:.0f} MB",
        ),
        Figure(
            f"folder: rescan of {articles}, unchanged",
            "s",
            tuple(found["rescan_s"]),
            tuple(found["bare_s"]),
            "os.scandir and stat of the same files",
            Target("ratio", 3),
        ),
        Figure("folder: one edited file looked at and stored", "ms", _ms(found["one_s"])),
        Figure("folder: subfolders with their unread articles", "ms", _ms(found["tree_s"])),
        Figure("folder: list of one subfolder, first page", "ms", _ms(found["list_s"])),
    ]


def _ms(values: list[float]) -> tuple[float, ...]:
    return tuple(round(value * 1000, 2) for value in values)
