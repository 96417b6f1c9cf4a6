"""Power cuts and two programs at once, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reader.model import Query
from reader.store import Store

CHECKOUT = Path(__file__).resolve().parents[2]

# Saves and bookmarks without end; a line is printed when a bookmark is confirmed.
WRITER = """
import sys
from pathlib import Path
from reader.store import Store
from tests.core.store_samples import NOW, entry, prepared

name, file = sys.argv[1:3]
most = int(sys.argv[3]) if len(sys.argv) > 3 else 1 << 30
with Store.open(Path(file)) as store:
    source = store.add_source("feed", f"https://example.org/{name}", name)
    n = store.source(source.key).total
    print("ready", flush=True)
    while n < most:
        batch = [f"{name}-{n + i}" for i in range(10)]
        store.save(source.key, [entry(prepared(g, f"Words of {g}. 一些字。 " * 50, tags=(name,))) for g in batch], NOW)
        article = store.article(f"id-{name}-{n}")
        store.bookmark(article.row.key, NOW, note=f"note {n}")
        print(article.row.id, flush=True)
        n += 10
"""


def writer(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot kill at once")
def test_a_kill_while_saving_loses_nothing_confirmed(tmp_path: Path) -> None:
    file = tmp_path / "library.sqlite3"
    confirmed: list[str] = []
    for round_number in range(5):
        process = writer("feed", str(file))
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        confirmed.append(process.stdout.readline().strip())  # it is writing now
        time.sleep(0.05 + 0.037 * round_number)
        process.kill()
        rest, problems = process.communicate(timeout=30)
        assert problems == ""
        lines = rest.split("\n")
        confirmed += lines[:-1]  # the last is empty, or was cut off
        with Store.open(file) as store:
            assert store.check() == []
            kept = {bookmark.article_id: bookmark.note for bookmark in store.bookmarks()}
            assert set(confirmed) <= set(kept)
            assert all(kept[id_] == f"note {id_.rsplit('-', 1)[1]}" for id_ in confirmed)
            assert store.count(Query()) % 10 == 0  # a save is there as a whole or not at all
            assert len(store.search("words", limit=100_000)) == store.count(Query())
    assert len(confirmed) >= 10


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    file = tmp_path / "new" / "library.sqlite3"
    both = [writer(name, str(file), "300") for name in ("one", "two")]  # they race to make the file as well
    for process in both:
        _, problems = process.communicate(timeout=60)
        assert (process.returncode, problems) == (0, "")
    with Store.open(file) as store:
        assert store.check() == []
        assert [source.total for source in store.sources()] == [300, 300]
        assert len(store.bookmarks()) == 60
        assert {name: uses for name, uses in store.tags()} == {"one": 300, "two": 300}
