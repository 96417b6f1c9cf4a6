"""A full disk, a disk that cannot be written, a library that is locked, on a network drive, or used by two programs.

Each is said in a sentence, loses nothing, and the same process goes on when it can.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reader.errors import StoreBusy, StoreTooNew
from reader.model import Query
from reader.paths import in_folder
from reader.sentences import describe
from reader.store import Store, connect
from tests.core.shell import CHECKOUT, environment, inkstone
from tests.core.store_samples import NOW, later
from tests.core.test_store_kills import lay_out, lay_out_old
from tests.site import Site

#: A root user's process may have mounts of its own: what is mounted there ends with it.
ALONE = ("unshare", "--mount", "--propagation", "private")


@functools.cache
def may_mount() -> bool:
    if shutil.which("unshare") is None or os.geteuid() != 0:
        return False
    done = subprocess.run([*ALONE, "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"], capture_output=True)
    return done.returncode == 0


PRELUDE = """
import json, logging, os, subprocess, sys
from pathlib import Path
from reader import backups, log
from reader.errors import *
from reader.library import Library
from reader.model import Query
from reader.paths import in_folder
from reader.sentences import describe
from reader.store import Store
from tests.core.store_samples import NOW, entry, prepared
from tests.site import Site

disk = Path(sys.argv[1])

def mount(options, at=disk):
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(at)], check=True)

def fill(at=disk):
    "Takes the whole room of the disk, to the last byte."
    with open(at / "filler", "wb", buffering=0) as stream:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    stream.write(b"x" * size)
            except OSError:
                pass

def free(at=disk):
    (at / "filler").unlink()

def said(work):
    "The sentence of the error that the work must meet, sooner or later."
    try:
        for _ in range(300):
            work()
    except ReaderError as error:
        return type(error).__name__, str(describe(error))
    raise AssertionError("it went through")
"""


def run(code: str, *arguments: object) -> dict[str, Any]:
    """Runs code in a process that may mount; the last line that it prints."""
    if not may_mount():
        pytest.skip("this system lets no test mount a disk of its own")
    done = subprocess.run(
        [*ALONE, sys.executable, "-c", PRELUDE + textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=CHECKOUT,
        env=environment(),
    )
    assert (done.stderr, done.returncode) == ("", 0)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# ------------------------------------------------------------------------------------------------------- a full disk


def test_a_full_disk_is_said_loses_nothing_and_is_no_end(tmp_path: Path) -> None:
    """The window's process: refresh, bookmark, bulk act and backup find no room, then some."""
    code = """
    mount("size=80m")
    paths = in_folder(disk / "lib")
    log.start(paths.log)
    feed = "".join(f"<item><title>S{n}</title><guid>{n}</guid><description>{'word ' * 400}{n}</description></item>"
                   for n in range(300))
    with Site() as site, Library(paths, now=lambda: NOW) as library:
        site.add("/", f"<rss><channel><title>F</title>{feed}</channel></rss>", content_type="text/xml")
        other = library.store.add_source("feed", "https://example.org/", "Other")
        library.store.save(other.key, [entry(prepared(f"g{n}", f"Words {n}. " * 50)) for n in range(50)], NOW)
        source = library.store.add_source("feed", site.url("/"), "F")
        library.bookmark(1, True, note="before")
        fill()
        kept = []
        def keep():
            key = 2 + len(kept) % 40
            library.bookmark(key, True, note=f"n{len(kept)}")
            kept.append((key, f"n{len(kept)}"))
        found = {}
        found["bookmark"] = said(keep)
        found["refresh"] = said(lambda: list(library.refresh([source])))
        found["bulk"] = said(lambda: (library.mark_all_read(Query()), library.undo()))
        found["backup"] = said(lambda: backups.write_backup(library.store, paths, disk / "copy.zip"))
        assert library.store.check(thorough=False) == []
        assert len(library.store.rows(library.store.ids(Query()))) >= 50
        assert library.document(1).article.note == "before"
        left = sorted(p.name for p in disk.iterdir())
        free()
        (outcome,) = library.refresh([source])
        found["outcome"] = type(outcome).__name__
        library.bookmark(45, True, note="after")
        library.mark_all_read(Query())
        backups.write_backup(library.store, paths, disk / "copy.zip")
        assert library.store.check() == []
        notes = {b.article_id: b.note for b in library.store.bookmarks()}
        for key, note in dict(kept).items():
            assert notes[library.store.article_by_key(key).row.id] == note
        assert sorted(notes.values()).count("before") == sorted(notes.values()).count("after") == 1
        marks = library.store.journal.marks()
        assert {k: v["note"] for k, v in marks.bookmarks.items() if v} == notes
        assert library.store.count(Query()) == 350
    print(json.dumps({**found, "left": left}))
    """
    found = run(code, tmp_path)
    library = str(tmp_path / "lib" / "library.sqlite3")
    for act in ("bookmark", "refresh", "bulk"):
        kind, sentence = found[act]
        assert kind == "StoreFull", found
        assert sentence.startswith(f"The disk is full; the library {library} was not changed")
    kind, sentence = found["backup"]
    assert kind == "StoreFull"
    assert str(tmp_path) in sentence
    assert found["outcome"] == "Updated"
    assert found["left"] == ["filler", "lib"]  # nothing half-made takes the room that is left


def test_a_journal_without_room_catches_up(tmp_path: Path) -> None:
    code = """
    paths = in_folder(disk)
    with Library(paths, now=lambda: NOW) as library:
        source = library.store.add_source("feed", "https://example.org/", "F")
        library.store.save(source.key, [entry(prepared(f"g{n}", f"Words {n}. " * 50)) for n in range(9)], NOW)
        mount("size=64k", disk / "journal")
        library.bookmark(1, True, note="before")
        fill(disk / "journal")
        for key in range(2, 9):
            library.bookmark(key, True, note=f"n{key}")  # in the library, which has room: confirmed
        library.mark_read([9], True)
        written = len(library.store.journal.marks().bookmarks)
        left = [p.name for p in (disk / "journal").rglob("*.part")]
        free(disk / "journal")
        library.tidy()
        marks = library.store.journal.marks()
        assert {k: v["note"] for k, v in marks.bookmarks.items()} == {
            b.article_id: b.note for b in library.store.bookmarks()}
        assert (marks.read, marks.damaged) == ({"id-g0": True}, 0)
        kept = [library.store.journal.kept(name) for name in marks.bodies.values()]
        print(json.dumps({"before": written, "after": len(marks.bookmarks), "texts": len(list(filter(None, kept))),
                          "left": left}))
    """
    found = run(code, tmp_path)
    assert found == {"before": found["before"], "after": 8, "texts": 8, "left": []}
    assert int(str(found["before"])) < 8


def test_a_migration_without_room_changes_nothing(tmp_path: Path) -> None:
    old = tmp_path / "old"
    lay_out_old(old, 1)
    (tmp_path / "disk").mkdir()
    code = """
    mount("size=20m")
    paths = in_folder(disk)
    file = paths.database
    file.write_bytes(Path(sys.argv[2]).read_bytes())
    before = file.read_bytes()
    found = {"migration": said(lambda: Store.open(file).close())}
    assert file.read_bytes()[100:] == before[100:]  # the header says now that there may be a log
    found["left"] = sorted(p.name for p in disk.iterdir())
    subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
    with Store.open(file) as store:
        assert store.check() == []
        found["note"] = store.article("id-tide").note
    print(json.dumps(found))
    """
    found = run(code, tmp_path / "disk", in_folder(old).database)
    kind, sentence = found["migration"]
    assert kind == "StoreFull"
    assert str(tmp_path / "disk") in sentence
    assert found["left"] == ["library.sqlite3"]
    assert found["note"] == "Read again in spring."


def test_the_command_line_says_that_the_disk_is_full(tmp_path: Path) -> None:
    code = """
    mount("size=4m")
    paths = in_folder(disk)
    with Store.open(paths.database) as store:
        source = store.add_source("feed", "https://example.org/", "F")
        store.save(source.key, [entry(prepared(f"g{n}", f"Words {n}.")) for n in range(9)], NOW)
    fill()
    what = [sys.executable, "-m", "reader", "--library", str(disk), "bookmark", "id-g1"]
    done = subprocess.run(what, capture_output=True, text=True)
    print(json.dumps({"status": done.returncode, "said": done.stderr}))
    """
    found = run(code, tmp_path)
    assert found["status"] == 3, found["said"]
    assert str(found["said"]).count("\n") == 1
    assert "disk is full" in str(found["said"])
    assert str(tmp_path) in str(found["said"])


# --------------------------------------------------------------------------------------- a disk that cannot be written


def test_a_disk_that_becomes_read_only_and_writable_again(tmp_path: Path) -> None:
    code = """
    mount("size=24m")
    paths = in_folder(disk / "lib")
    def remount(how):
        subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)
    with Store.open(paths.database) as store:
        source = store.add_source("feed", "https://example.org/", "F")
        store.save(source.key, [entry(prepared(f"g{n}", f"Words {n}.")) for n in range(9)], NOW)
        store.bookmark(1, NOW, note="before")
    remount("ro")
    found = {}
    with Library(paths) as library:
        assert library.store.readonly
        assert library.document(1).article.note == "before"
        found["bookmark"] = said(lambda: library.bookmark(2, True))
        found["files"] = sorted(p.name for p in (disk / "lib").iterdir())
    remount("rw")
    with Library(paths, now=lambda: NOW) as library:
        library.bookmark(2, True)
        assert len(library.store.bookmarks()) == 2
        assert library.store.check() == []
    print(json.dumps(found))
    """
    found = run(code, tmp_path)
    assert found["bookmark"] == [
        "StoreReadOnly",
        f"The library {tmp_path / 'lib' / 'library.sqlite3'} can only be read; nothing was changed.",
    ]
    assert found["files"] == ["journal", "library.sqlite3"]


# --------------------------------------------------------------------------------------------------- locked by another

HOLDER = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
db.execute("ROLLBACK")
"""


def held(file: Path, seconds: float) -> subprocess.Popen[str]:
    """Another program that holds the library so long."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_an_act_waits_for_a_lock_of_two_seconds(tmp_path: Path) -> None:
    lay_out(tmp_path)
    with Store.open(in_folder(tmp_path).database) as store, held(store.file, 2):
        assert store.count(Query()) == 240  # reading does not wait
        began = time.monotonic()
        store.bookmark(1, NOW, note="patient")
        assert 1 < time.monotonic() - began < 4.5
        assert store.bookmarks()[0].note == "patient"


@pytest.mark.slow
def test_a_lock_of_thirty_seconds_is_said_and_the_act_can_be_done_again(tmp_path: Path) -> None:
    lay_out(tmp_path)
    with Store.open(in_folder(tmp_path).database) as store, held(store.file, 30) as holder:
        refused: list[str] = []
        while not store.bookmarks():
            try:
                store.bookmark(1, NOW, note="again")
            except StoreBusy as error:
                refused.append(str(describe(error)))
            assert store.count(Query()) == 240  # reading goes on
            assert len(store.rows(store.ids(Query(), 20))) == 20
        assert 4 <= len(refused) <= 7
        assert set(refused) == {f"The library {store.file} is in use by another program (database is locked)."}
        assert holder.wait(10) == 0
        assert store.check() == []
        assert set(store.journal.marks().bookmarks) == {store.bookmarks()[0].article_id}


def test_the_command_line_says_that_it_is_locked(tmp_path: Path) -> None:
    lay_out(tmp_path)
    with held(in_folder(tmp_path).database, 8) as holder:
        done = inkstone("--library", tmp_path, "bookmark", "id-0-1")
        assert (done.returncode, done.stderr.count("\n")) == (3, 1)
        assert "in use by another program" in done.stderr
        assert inkstone("--library", tmp_path, "list", "--limit", "3").returncode == 0
        holder.kill()
    assert inkstone("--library", tmp_path, "bookmark", "id-0-1").returncode == 0


# ------------------------------------------------------------------------------------------------- two programs at once

PROGRAM = """
import json, os, sys
from pathlib import Path
from reader.library import Library
from reader.model import Failed, Query
from reader.paths import in_folder
folder, mine, turns = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
done, refreshed = {}, 0
with Library(in_folder(folder)) as library:
    for turn in range(turns):
        for outcome in library.refresh(library.sources()):
            assert not isinstance(outcome, Failed), outcome
            refreshed += 1
        for key in [key for key in library.store.ids(Query()) if key % 2 == mine][:10]:
            note = f"{mine} {turn}"
            library.bookmark(key, True, note=note)
            done[library.store.article_by_key(key).row.id] = note
        library.mark_read([key for key in library.store.ids(Query()) if key % 2 == mine], turn % 2 == 0)
print(json.dumps([done, refreshed]))
"""


def test_two_programs_refresh_and_bookmark_at_once(tmp_path: Path) -> None:
    with Site() as site:
        with Store.open(in_folder(tmp_path).database) as store:
            for n in range(6):
                items = "".join(f"<item><title>S{n}-{i}</title><guid>{n}-{i}</guid></item>" for i in range(20))
                site.add(f"/{n}", f"<rss><channel><title>F{n}</title>{items}</channel></rss>", content_type="text/xml")
                store.add_source("feed", site.url(f"/{n}"), f"F{n}")
        both = [
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(tmp_path), str(mine), "4"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=CHECKOUT,
                env=environment(),
            )
            for mine in (0, 1)
        ]
        said = [process.communicate(timeout=60) for process in both]
    assert [(process.returncode, err) for process, (_, err) in zip(both, said, strict=True)] == [(0, ""), (0, "")]
    expected: dict[str, str] = {}
    for out, _ in said:
        expected |= json.loads(out)[0]
    with Store.open(in_folder(tmp_path).database) as store:
        assert store.check() == []
        assert store.count(Query()) == 120  # nothing twice, nothing missing
        assert {one.article_id: one.note for one in store.bookmarks()} == expected
        marks = store.journal.marks()
        assert {id_: state["note"] for id_, state in marks.bookmarks.items() if state} == expected
        written = [json.loads(line) for line in store.journal.file.read_text().splitlines()]
        assert len({line["uuid"] for line in written}) == len(written)
        assert [line["key"] for line in written] == list(range(1, len(written) + 1))


# ---------------------------------------------------------------------------------- newer libraries, and network drives


@pytest.mark.parametrize("case", ["closed", "in the log alone", "no log at all"])
def test_a_newer_library_stays_byte_for_byte(tmp_path: Path, case: str) -> None:
    file = in_folder(tmp_path).database
    lay_out(tmp_path)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        if case == "no log at all":
            db.execute("PRAGMA journal_mode = DELETE")
        if case == "in the log alone":
            db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("PRAGMA user_version = 99")
        shutil.copytree(tmp_path, tmp_path / "as it was")
    place = tmp_path / "as it was"
    shutil.rmtree(place / "as it was", ignore_errors=True)
    before = {p.name: p.read_bytes() for p in place.iterdir() if p.is_file() and not p.name.endswith("-shm")}
    with pytest.raises(StoreTooNew, match="version 99"):
        Store.open(in_folder(place).database)
    done = inkstone("--library", place, "list")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "was made by a newer Inkstone (version 99" in done.stderr
    after = {p.name: p.read_bytes() for p in place.iterdir() if p.is_file() and not p.name.endswith("-shm")}
    assert after == before


def test_a_library_on_a_network_drive_has_no_log(tmp_path: Path) -> None:
    lay_out(tmp_path)
    file = in_folder(tmp_path).database
    with Store.open(file, is_remote=lambda path: path == str(file)) as store:
        assert store.remote
        with store._lines.writing() as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
            assert db.execute("PRAGMA synchronous").fetchone() == (3,)
        store.bookmark(1, NOW, note="far away")
        assert not connect.wal_of(file).exists()
        assert (store.count(Query()), store.check()) == (240, [])
        with Store.open(file, is_remote=lambda path: True) as other:
            other.mark_read([2], True, NOW)
            assert store.rows([2])[0].read
    with Store.open(file) as store:
        assert not store.remote
        with store._lines.writing() as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store.bookmarks()[0].note == "far away"
        # While a program at home uses the log, another one over the network would not see it.
        with pytest.raises(StoreBusy), connect.translated(file):
            connect.connect(file, "write", timeout_s=0.1, remote=True)


def test_check_says_that_a_library_is_on_a_network_drive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from reader import cli, mounts

    monkeypatch.setattr(mounts, "_REMOTE", frozenset({_file_system(tmp_path)}))
    lay_out(tmp_path)
    assert cli.main(["--library", str(tmp_path), "check"]) == 0
    assert "network drive" in capsys.readouterr().out


def _file_system(path: Path) -> str:
    from reader.mounts import file_system

    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux names the file systems so")
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        return file_system(os.path.realpath(path), mounts)


# ------------------------------------------------------------------------------------------------- a clock that jumps

DECADE = {"days": 3652}


def test_a_clock_ten_years_ahead_lets_nothing_go(tmp_path: Path) -> None:
    from reader import settings as settings_file
    from reader.library import Library
    from reader.settings import Settings

    paths, clock = in_folder(tmp_path), [NOW]
    lay_out(paths.data)
    settings_file.save(paths.settings, Settings(keep_days=30))
    with Library(paths, now=lambda: clock[0]) as library:
        library.remove_articles([1, 2])
        library.tidy()
        before = library.store.count(Query())
        for leap in (DECADE, {**DECADE, "hours": 5}, {**DECADE, "hours": 23}):
            clock[0] = later(**leap)
            library.tidy()
        assert library.store.count(Query()) == before
        assert [gesture.count for gesture in library.history()] == [2]  # the trash is still there
        clock[0] = later(hours=30)  # set right again
        library.tidy()
        assert library.undo() == "remove"
        assert (library.store.count(Query()), library.store.check()) == (240, [])
        # Time that really passes is believed: a month, or a day after a long pause.
        clock[0] = later(days=31)
        library.tidy()
        assert library.store.count(Query()) == 0
    with Store.open(tmp_path / "b" / "library.sqlite3") as store:
        assert store.believed_time(NOW) == NOW
        assert store.believed_time(later(days=300)) == NOW
        assert store.believed_time(later(days=300, hours=25)) == later(days=300, hours=25)
        assert store.believed_time(later(days=-400)) == later(days=-400)


def test_a_clock_that_was_ahead_stops_no_refresh(tmp_path: Path) -> None:
    from reader.library import Library

    clock = [later(**DECADE)]
    with Site() as site, Library(in_folder(tmp_path), now=lambda: clock[0]) as library:
        site.add("/", "<rss><channel><title>F</title><item><title>A</title></item></channel></rss>")
        site.add("/busy", status=503, headers={"Retry-After": "9999"})
        sources = [library.store.add_source("feed", site.url(path), path) for path in ("/", "/busy")]
        list(library.refresh(sources))
        assert library.store.take_leases([1], "elsewhere 1 x", clock[0]) == {1}  # of a program that is killed
        clock[0] = NOW
        assert [source.key for source in library.due()] == [1, 2]
        assert len(list(library.refresh(library.sources()))) == 2
        assert library.due() == []
        clock[0] = later(days=-365)
        assert [source.key for source in library.due()] == [1, 2]


def test_an_act_of_a_wrong_clock_is_undone_as_any_other(tmp_path: Path) -> None:
    lay_out(tmp_path)
    with Store.open(in_folder(tmp_path).database) as store:
        store.mark_all_read(Query(), later(**DECADE))
        store.bookmark(1, later(days=-3000), note="old")
        store.remove_articles([5], later(days=-365))
        assert [gesture.kind for gesture in store.history()] == ["remove", "read-all"]
        assert store.undo_last(NOW) == "remove"
        assert store.undo_last(NOW) == "bookmark"
        assert store.undo_last(NOW) == "read-all"
        assert store.count(Query(unread_only=True)) == 240
        assert store.check() == []
