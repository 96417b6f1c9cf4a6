"""Processes that are killed in the middle of their work: what they had confirmed is in the library and in its journal.

SIGKILL says nothing of a power cut: what the disk had been told to keep is counted with strace.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
import re
import selectors
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reader import backups
from reader.model import Query
from reader.paths import Paths, in_folder
from reader.store import Store, codec
from tests.core.shell import CHECKOUT, environment
from tests.core.store_samples import NOW, entry, prepared

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot kill at once")

KINDS = ("refresh", "bookmark", "bulk", "migration", "backup", "vacuum")
#: A kill that hit the time between two acts proves nothing, and another one is tried: so many more at the least.
MOST_MISSES = 5


# ------------------------------------------------------------------------------------------------------- the libraries


def lay_out(folder: Path) -> None:
    """A library of 240 articles in two feeds."""
    with Store.open(in_folder(folder).database) as store:
        for n in range(2):
            source = store.add_source("feed", f"https://example.org/{n}", f"Feed {n}")
            store.save(
                source.key, [entry(prepared(f"{n}-{i}", f"Words {n} {i}. 一些字。 " * 30)) for i in range(120)], NOW
            )


def lay_out_old(folder: Path, version: int) -> None:
    """The kept library of an older version, made so large (16 MB) that its migration takes a while."""
    file = in_folder(folder).database
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = CHECKOUT / "tests" / "data" / "store" / f"version-{version}.sqlite3.gz"
    file.write_bytes(gzip.decompress(kept.read_bytes()))
    with closing(sqlite3.connect(file)) as db:
        columns = {
            table: [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
            for table in ("articles", "versions", "states")
        }
        article = db.execute("SELECT key FROM articles WHERE key NOT IN (SELECT article FROM bookmarks)").fetchone()[0]
        for n in range(1000, 2000):
            raw = os.urandom(12_000).hex()
            new: dict[str, Any] = dict.fromkeys(("key", "article", "version", "guid_hash", "url_hash", "words_hash"), n)
            new |= {"id": f"id-{n}", "guid": f"g{n}", "canonical": None, "read": n % 2}
            new |= {"body": codec.Packer().pack("", raw), "digest": codec.digest(raw)}
            for table, source in (("articles", "key"), ("versions", "article"), ("states", "article")):
                values = [f":{name}" if name in new else name for name in columns[table]]
                db.execute(
                    f"INSERT INTO {table} ({', '.join(columns[table])}) SELECT {', '.join(values)} FROM {table} "
                    f"WHERE {source} = :from LIMIT 1",
                    {**new, "from": article},
                )
        db.commit()


# --------------------------------------------------------------------------------------------------------- what must be


@dataclass
class Expected:
    """What confirmed acts came to."""

    notes: dict[str, tuple[str, list[str]] | None] = field(default_factory=dict)
    read: dict[str, bool] = field(default_factory=dict)
    removed: dict[str, bool] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    files: dict[str, int] = field(default_factory=dict)
    acts: int = 0

    def add(self, act: dict[str, Any]) -> None:
        self.acts += 1
        match act["kind"]:
            case "bookmark":
                self.notes[act["id"]] = (act["note"], act["tags"])
            case "unbookmark":
                self.notes[act["id"]] = None
            case "read":
                self.read.update(dict.fromkeys(act["ids"], act["read"]))
            case "remove" | "return":
                self.removed.update(dict.fromkeys(act["ids"], act["kind"] == "remove"))
            case "refresh":
                self.titles.update(act["titles"])
            case "backup":
                self.files[act["file"]] = act["bookmarks"]

    def forget(self, act: dict[str, Any]) -> None:
        """An act that was under way may have been done or not."""
        for id_ in [act.get("id"), *act.get("ids", ())]:
            for known in (self.notes, self.read, self.removed):
                known.pop(str(id_), None)


def verify(paths: Paths, expected: Expected, pending: dict[str, Any], kills: int) -> None:
    """The library is sound, and all confirmed acts are in it and in its journal.

    Args:
        kills: how many there were; each may have cut off the line of an act that was not confirmed yet.
    """
    expected.forget(pending)
    with Store.open(paths.database) as store:
        assert store.check(thorough=False) == []
        assert store.check() == []
        rows = {row.id: row for row in store.rows(store.ids(Query()))}
        bookmarks = {one.article_id: (one.note, list(one.tags)) for one in store.bookmarks()}
        marks = store.journal.marks()
    for id_, note in expected.notes.items():
        assert bookmarks.get(id_) == note
        line = marks.bookmarks.get(id_)  # letting go what was not kept is no act
        assert (line and (line["note"], line["tags"])) == note
    for id_, read in expected.read.items():
        assert id_ not in rows or rows[id_].read == read
        assert marks.read.get(id_, False) == read
    for id_, removed in expected.removed.items():
        assert (id_ not in rows) == removed
        assert marks.removed[id_] == removed
    assert expected.titles <= {row.title for row in rows.values()}
    assert marks.damaged <= kills
    if pending["kind"] == "read":  # one act is done to all or to none
        assert len({rows[id_].read for id_ in pending["ids"]}) <= 1
    if pending["kind"] in ("remove", "return"):
        assert len({id_ in rows for id_ in pending["ids"]}) == 1
    for file, count in list(expected.files.items())[-3:]:
        assert backups.look_into(Path(file)).bookmarks == count


def verify_migrated(paths: Paths, version: int) -> None:
    """The library is sound and new, has all its marks, and a copy of the old one stands beside it."""
    with Store.open(paths.database) as store:
        assert store.check() == []
        assert store.article("id-tide").note == "Read again in spring."
        rows = {row.id: row.read for row in store.rows(store.ids(Query()))}
        assert {id_: rows[id_] for id_ in (f"id-{n}" for n in range(1000, 2000))} == {
            f"id-{n}": bool(n % 2) for n in range(1000, 2000)
        }
    with closing(sqlite3.connect(f"{paths.database}.version-{version}")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("PRAGMA user_version").fetchone() == (version,)


# ---------------------------------------------------------------------------------------------------------- the killing


class Child:
    """A process at work, and what it said so far."""

    def __init__(self, kind: str, folder: Path, seed: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.killed", kind, str(folder), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=CHECKOUT,
            env=environment(),
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.said: list[tuple[str, dict[str, Any]]] = []
        self._rest = b""

    @property
    def pending(self) -> dict[str, Any] | None:
        """The act that it had begun and not confirmed."""
        what, act = self.said[-1]
        return act if what == "begin" else None

    def hear(self, seconds: float) -> bool:
        """Takes what it says within the time; whether it said anything."""
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                return False
        *lines, self._rest = (self._rest + (self.process.stdout.read() or b"")).split(b"\n")
        self.said += [next(iter(json.loads(line).items())) for line in lines]
        return bool(lines)

    def wait_for(self, what: str) -> None:
        until = time.monotonic() + 60
        while all(said != what for said, _ in self.said) and self.process.poll() is None and time.monotonic() < until:
            self.hear(0.05)
        assert any(said == what for said, _ in self.said), self.process.communicate()

    def kill(self) -> None:
        """Kills it while it is alive for certain; all that it said before is heard."""
        assert self.process.poll() is None, "it ended by itself"
        self.process.kill()
        status = self.process.wait(30)
        while self.hear(0) or self._more():
            pass
        assert status == -signal.SIGKILL
        assert self.process.stderr is not None
        problems = self.process.stderr.read().decode()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        assert problems == ""

    def _more(self) -> bool:
        before = len(self.said)
        self.hear(0.01)
        return len(self.said) > before


def killed_at(kind: str, folder: Path, seed: int, delay_s: float) -> Child:
    """A process that was killed so long after its first act: a migration after its beginning, others after its end."""
    child = Child(kind, folder, seed)
    child.wait_for("begin" if kind == "migration" else "done")
    time.sleep(delay_s)
    child.kill()
    return child


def kill(kind: str, folder: Path, count: int, seed: int, longest_s: float = 0.6) -> Iterator[Child]:
    """Processes that are killed one after the other, until ``count`` of them were in the middle of an act."""
    chance = random.Random(f"{kind} {seed}")
    done = 0
    for turn in range(count * 4 + MOST_MISSES):  # reading what to do next takes its time, too
        if done == count:
            return
        child = killed_at(kind, folder, seed + turn, chance.uniform(0.0, longest_s))
        done += child.pending is not None
        yield child
    assert done == count, "they are never in the middle of anything"


def try_kind(kind: str, tmp_path: Path, count: int, seed: int = 1) -> int:
    """Kills ``count`` processes in the middle of this work, and verifies after each; how many acts were confirmed."""
    if kind == "migration":
        return try_migration(tmp_path, count, seed)
    paths = in_folder(tmp_path / kind)
    lay_out(paths.data)
    expected = Expected()
    for kills, child in enumerate(kill(kind, paths.data, count, seed), 1):
        for what, act in child.said:
            if what == "done":
                expected.add(act)
        verify(paths, expected, child.pending or {"kind": "none"}, kills)
    return expected.acts


def try_migration(tmp_path: Path, count: int, seed: int) -> int:
    versions = {version: tmp_path / f"old-{version}" for version in (1, 3)}
    for version, old in versions.items():
        lay_out_old(old, version)
    folder = tmp_path / "migrating"
    longest_s = _seconds_of_a_migration(versions[1], tmp_path / "whole")
    left = itertools.cycle(versions.items())
    version, old = next(left)
    shutil.copytree(old, folder)
    for _ in kill("migration", folder, count, seed, longest_s):
        verify_migrated(in_folder(folder), version)
        version, old = next(left)
        shutil.rmtree(folder)
        shutil.copytree(old, folder)
    return count


def _seconds_of_a_migration(old: Path, folder: Path) -> float:
    shutil.copytree(old, folder)
    child = Child("migration", folder, 0)
    child.wait_for("begin")
    began = time.monotonic()
    child.wait_for("done")
    took = time.monotonic() - began
    child.kill()
    return took


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_in_the_middle_loses_nothing_confirmed(kind: str, tmp_path: Path) -> None:
    try_kind(kind, tmp_path, 2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_kills_lose_nothing_confirmed(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """34 of each of six kinds: 204."""
    acts = try_kind(kind, tmp_path, 34, seed=100)
    with capsys.disabled():
        print(f"{kind}: 34 kills in the middle, {acts} acts confirmed before them")


# ----------------------------------------------------------------------------------------------------- what was synced

BOOKMARK = """
import os, sys
from pathlib import Path
from reader.store import Store
from tests.core.store_samples import NOW
with Store.open(Path(sys.argv[1])) as store:
    with store._lines.writing() as db:
        print("synchronous", db.execute("PRAGMA synchronous").fetchone()[0], flush=True)
    store.bookmark(1, NOW, note="first")  # what the first act of a process does once is done
    os.write(1, b"begin\\n")
    store.bookmark(2, NOW, note="synced")
    os.write(1, b"confirmed\\n")
"""


def _may_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True).returncode == 0


def test_a_bookmark_is_on_the_disk_before_it_is_confirmed(tmp_path: Path) -> None:
    if not _may_trace():
        pytest.skip("this system lets no process be traced by strace")
    paths, trace = in_folder(tmp_path), tmp_path / "trace"
    lay_out(paths.data)
    strace = ["strace", "-f", "-y", "-o", str(trace), "-e", "trace=fsync,fdatasync,write,pwrite64"]
    done = subprocess.run(
        [*strace, sys.executable, "-c", BOOKMARK, paths.database],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=CHECKOUT,
        env=environment(),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["synchronous 2", "begin", "confirmed"]
    between = trace.read_text(errors="replace").partition('"begin\\n"')[2].partition('"confirmed\\n"')[0]
    calls = re.findall(r"(fsync|fdatasync|write|pwrite64)\(\d+<([^>]*)>", between)
    journal = tmp_path / "journal"

    def synced_after_written(file: Path) -> bool:
        """Whether the file's last write is followed by a sync of it."""
        ours = [call for call, name in calls if Path(name) == file]
        return "sync" in ours[-1] and any("write" in call for call in ours)

    wal = paths.database.with_name(paths.database.name + "-wal")
    assert synced_after_written(wal)
    assert synced_after_written(journal / "acts.jsonl")
    order = [Path(name) for call, name in calls if "sync" in call]
    assert order.index(wal) < order.index(journal / "acts.jsonl")
    texts = [name for name in order if name.parent == journal / "texts"]
    assert len(texts) >= 1  # the text of what was bookmarked, whole before its line names it
    assert order.index(texts[0]) < order.index(journal / "acts.jsonl")
