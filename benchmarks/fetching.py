"""A refresh without a window, in a process of its own: the CPU of it and of its worker.

Run by the benchmarks as ``python -m benchmarks.fetching LIBRARY [--add URLS.txt]``; prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from pathlib import Path


def cpu_s() -> float:
    """CPU seconds of this process and of those of its children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main() -> None:
    """Refresh every source of a library once."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("library", type=Path)
    options.add_argument("--add", type=Path, metavar="URLS.txt", help="follow these feeds first")
    chosen = options.parse_args()

    # The limits are timed from when their libraries are loaded; so is this.
    import requests  # noqa: F401

    from reader import identity, wire  # noqa: F401
    from reader.library import Library
    from reader.paths import in_folder

    cpu, wall = cpu_s(), time.perf_counter()
    with Library(in_folder(chosen.library)) as library:
        if chosen.add:
            with library.store.together():
                for address in chosen.add.read_text(encoding="utf-8").split():
                    library.store.add_source("feed", address, "")
        outcomes = Counter(type(outcome).__name__ for outcome in library.refresh(library.sources()))
        articles = sum(source.total for source in library.sources())
    print(
        json.dumps(
            {
                "outcomes": outcomes,
                "articles": articles,
                "cpu_s": round(cpu_s() - cpu, 3),
                "wall_s": round(time.perf_counter() - wall, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
