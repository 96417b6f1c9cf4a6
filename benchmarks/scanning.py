"""A folder of posts, scanned and scanned again, in a process of its own.

Run by the benchmarks as ``python -m benchmarks.scanning LIBRARY FOLDER --runs N``; prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fetching import cpu_s

if TYPE_CHECKING:
    from reader.library import Library
    from reader.model import Source


def bare(folder: str) -> int:
    """The limit: look at every file once. How many there are."""
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                count += bare(entry.path)
            else:
                entry.stat()
                count += 1
    return count


def timed_s(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Scan a folder into a new library, then again and again."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("library", type=Path)
    options.add_argument("folder", type=Path)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()

    from reader.library import Library
    from reader.paths import in_folder

    cpu, wall = cpu_s(), time.perf_counter()
    with Library(in_folder(chosen.library)) as library:
        source = library.add_folder(chosen.folder)
        refreshed(library, source)
    found = {"first_cpu_s": round(cpu_s() - cpu, 2), "first_wall_s": round(time.perf_counter() - wall, 2)}
    with Library(in_folder(chosen.library)) as library:
        source = library.store.source(source.key)
        print(json.dumps({**found, "articles": source.total, **again(library, source, chosen.runs)}))


def refreshed(library: Library, source: Source) -> None:
    """
    Raises:
        Exception: the scan failed, or passed something over.
    """
    from reader.model import Failed

    for outcome in library.refresh([source]):
        if isinstance(outcome, Failed):
            raise outcome.error
    error = library.store.source(source.key).error
    if error:
        raise RuntimeError(error)


def again(library: Library, source: Source, runs: int) -> dict[str, list[float]]:
    """Rescans beside the limit, one edited file noticed by its name, and the tree and the list of a subfolder."""
    from reader.model import Query

    store = library.store
    post = next(path for path in sorted(Path(source.address, "posts").rglob("*.md")) if path.name != ".md")
    text = post.read_text(encoding="utf-8")
    found: dict[str, list[float]] = {"bare_s": [], "rescan_s": [], "one_s": [], "tree_s": [], "list_s": []}
    refreshed(library, source)  # the disk's cache is warm for both
    for n in range(runs):
        found["bare_s"].append(timed_s(lambda: bare(source.address)))
        found["rescan_s"].append(timed_s(lambda: refreshed(library, source)))
        post.write_text(f"{text}\n\nEdited {n}.", encoding="utf-8")
        found["one_s"].append(timed_s(lambda: library.look(source.key, [str(post)])))
        found["tree_s"].append(timed_s(lambda: store.subfolders(source.key, "posts")))
        some = store.subfolders(source.key, "posts")[0].path
        query = Query(sources=(source.key,), path=some)
        found["list_s"].append(timed_s(lambda asked=query: store.rows(store.ids(asked)[:50])))  # type: ignore[misc]
    post.write_text(text, encoding="utf-8")
    return {name: [round(value, 5) for value in values] for name, values in found.items()}


if __name__ == "__main__":
    main()
