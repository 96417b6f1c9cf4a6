"""Power cuts, no network, no rights, strange files in the library's place, and every real post: nothing is lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reader import paths
from reader.errors import StoreReadOnly
from reader.library import Library
from reader.model import Failed, Query, Updated
from reader.net import Client
from tests.core.shell import CHECKOUT, Shell, environment, python, refused, sentence
from tests.site import Site

POSIX = pytest.mark.skipif(os.name != "posix", reason="the system has no such signals or rights")

#: Refreshes without end, and bookmarks meanwhile; a line is printed when a bookmark is confirmed.
WORKING = """
import sys, threading
from pathlib import Path
from reader import paths
from reader.library import Library
from reader.model import Query

if __name__ == "__main__":
    with Library(paths.in_folder(Path(sys.argv[1]))) as library:
        def refresh():
            while True:
                for _ in library.refresh(library.sources()):
                    pass
        threading.Thread(target=refresh, daemon=True).start()
        n = int(sys.argv[2])
        while True:
            for row in library.store.rows(library.store.ids(Query())):
                library.bookmark(row.key, True, tags=["kept"], note=f"note {n}")
                print(row.id, n, flush=True)
                n += 1
"""


def rss(count: int, words: str) -> str:
    body = words + " some words" * 200
    items = "".join(
        f"<item><guid>{n}</guid><title>Title {n}</title><description>{n} {body}</description></item>"
        for n in range(count)
    )
    return f"<rss version='2.0'><channel><title>Feed</title>{items}</channel></rss>"


def integrity(library: Path) -> str:
    database = sqlite3.connect(paths.in_folder(library).database)
    try:
        found: str = database.execute("PRAGMA integrity_check").fetchone()[0]
        return found
    finally:
        database.close()


@POSIX
def test_killed_in_the_middle_of_a_refresh_nothing_confirmed_is_lost(tmp_path: Path, site: Site) -> None:
    folder = tmp_path / "library"
    site.add("/quick", rss(40, "quick first"))
    site.add("/slow", rss(40, "slow first"))
    with Library(paths.in_folder(folder)) as library:
        for path in ("/quick", "/slow"):
            library.add_feed(site.url(path))
    site.add("/slow", rss(40, "slow later"), drip=2000, tick_s=0.05)
    confirmed: dict[str, int] = {}
    workers: set[int] = set()
    for number in range(5):
        site.add("/quick", rss(40 + 5 * number, f"round {number}"))
        process = subprocess.Popen(
            [sys.executable, "-c", WORKING, str(folder), str(number * 1_000_000)],
            env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CHECKOUT,
        )  # fmt: skip
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        until = time.monotonic() + 20
        while site.busy == 0 and time.monotonic() < until:
            time.sleep(0.01)
        workers |= children(process.pid)
        time.sleep(0.05 + 0.083 * number)
        assert process.poll() is None, "it was alive when it was killed"
        process.kill()
        rest, problems = process.communicate(timeout=30)
        assert problems == ""
        for line in (*lines, *rest.split("\n")[:-1]):  # the last is empty, or was cut off
            id_, note = line.split()
            confirmed[id_] = int(note)
        assert integrity(folder) == "ok"
        with Library(paths.in_folder(folder)) as library:
            assert library.store.check() == []
            kept = {mark.article_id: int(mark.note.split()[1]) for mark in library.store.bookmarks()}
            assert set(confirmed) <= set(kept)
            # One more may have been stored and not been told of.
            assert all(kept[id_] >= note for id_, note in confirmed.items())
            assert len(library.sources()) == 2
            assert library.store.count(Query()) >= 80
    assert len(confirmed) >= 15
    until = time.monotonic() + 10
    while any(map(alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(alive, workers)), "a worker process outlived its program"
    with Library(paths.in_folder(folder)) as library:
        site.add("/slow", rss(45, "at last"))
        outcomes = list(library.refresh(library.sources()))
        assert not any(isinstance(outcome, Failed) for outcome in outcomes)
        assert any(isinstance(outcome, Updated) for outcome in outcomes)


def children(pid: int) -> set[int]:
    """The processes that ``pid`` started (Linux; empty elsewhere)."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if after_name[1] == str(pid):
            found.add(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@POSIX
def test_an_interrupt_ends_a_slow_refresh_at_once(tmp_path: Path, site: Site) -> None:
    site.add("/feed", rss(1, "x"))
    shell = Shell(tmp_path / "library")
    shell.json("add", site.url("/feed"))
    site.add("/feed", rss(1, "y"), delay_s=25)
    process = subprocess.Popen(
        [sys.executable, "-m", "reader", "--library", str(shell.library), "refresh", "--all"],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CHECKOUT,
    )  # fmt: skip
    until = time.monotonic() + 20
    while site.busy == 0 and time.monotonic() < until:
        time.sleep(0.01)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=30)
    assert time.monotonic() - started < 5
    assert (process.returncode, *output) == (130, "", "")


def test_a_command_and_an_open_library_work_side_by_side(tmp_path: Path, site: Site) -> None:
    site.add("/feed", rss(3, "x"))
    shell = Shell(tmp_path / "library")
    shell.json("add", site.url("/feed"))
    with Library(paths.in_folder(shell.library)) as library:
        version = library.store.data_version()
        first, second, _ = library.store.rows(library.store.ids(Query()))
        shell.json("bookmark", first.id, "--note", "from outside")
        library.bookmark(second.key, True, note="from inside")
        assert library.store.data_version() != version
        assert {mark.note for mark in library.store.bookmarks()} == {"from outside", "from inside"}
    assert len(shell.json("list", "--view", "bookmarks")) == 2


# ------------------------------------------------------------------------------------------------------ no network


def test_without_a_network_everything_but_the_refresh_works(tmp_path: Path, site: Site) -> None:
    site.add("/feed", rss(3, "x"))
    shell = Shell(tmp_path / "library")
    shell.json("add", site.url("/feed"))
    with socket.socket() as held:  # a port where nobody listens
        held.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{held.getsockname()[1]}/feed"
        with Library(paths.in_folder(shell.library)) as library:
            library.store.edit_source(library.sources()[0].key, address=gone)
        done = shell.run("refresh", "--all")
        assert done.returncode == 1
        assert sentence(done.stderr) == f"Feed: {gone} cannot be reached: connection refused."
        assert gone in refused(shell.run("add", gone + "2"), 1)
        assert "cannot be reached" in refused(shell.run("image", gone, "-o", tmp_path / "x.png"), 1)
    rows = shell.json("list")
    assert len(rows) == 3
    assert shell.json("show", rows[0]["id"])["text"]
    assert shell.json("bookmark", rows[0]["id"])["bookmarked"]
    assert len(shell.json("search", "words")) == 3


def test_without_a_resolver_a_refresh_fails_kindly(tmp_path: Path) -> None:
    def resolve(host: str, port: int) -> list[tuple[int, str]]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with Library(paths.in_folder(tmp_path), client=Client(resolve=resolve)) as library:
        library.import_opml(b'<opml><outline text="A" xmlUrl="https://a.example/feed"/></opml>')
        (outcome,) = library.refresh(library.sources())
        assert isinstance(outcome, Failed)
        assert "https://a.example/feed cannot be reached" in library.sources()[0].error
        assert library.sources()[0].failures == 1


# ------------------------------------------------------------------------------------------------------- no rights

#: Runs a command as a user whom the rights of files concern, all code loaded before: it may lie in a private place.
AS_NOBODY = """
import hashlib, logging.handlers, os, pkgutil, platform, sys, traceback, uuid
from importlib import import_module
import reader
from reader import cli, tasks
for each in pkgutil.walk_packages(reader.__path__, "reader."):
    if not each.name.startswith(("reader.ui", "reader.__main__")):
        import_module(each.name)
tasks.render("*x*", "markdown", "x.md", "", "-")
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.exit(cli.main(sys.argv[1:]))
"""


def as_nobody(*arguments: object) -> subprocess.CompletedProcess[str]:
    return python("-c", AS_NOBODY, *arguments)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that every user can reach, which pytest's own are not."""
    place = Path(tempfile.mkdtemp(prefix="inkstone-test-"))
    place.chmod(0o755)
    yield place
    for folder in (place, *place.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)
    shutil.rmtree(place)


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library with 30 posts."""
    place = tmp_path_factory.mktemp("template")
    posts = place / "posts"
    posts.mkdir()
    for n in range(30):
        (posts / f"{n}.md").write_text(
            f"---\ntitle: Post {n}\n---\n\nWords of {n}. {'More of them. ' * 100}", encoding="utf-8"
        )
    with Library(paths.in_folder(place / "library")) as library:
        (outcome,) = library.refresh([library.add_folder(posts)])
        assert isinstance(outcome, Updated)
    return place / "library"


def copied(template: Path, folder: Path) -> Shell:
    shutil.copytree(template, folder)
    folder.chmod(0o755)
    return Shell(folder)


@POSIX
def test_no_rights_to_make_the_library(open_place: Path) -> None:
    open_place.chmod(0o555)
    for arguments in (["list"], ["add", "https://a.example/"], ["list", "--json"]):
        said = refused(as_nobody("--library", open_place / "library", *arguments), 3)
        assert said.startswith(f"The library {open_place}")
        assert "ermission denied" in said
    assert os.listdir(open_place) == []


@POSIX
def test_no_rights_to_read_the_library(template: Path, open_place: Path) -> None:
    copied(template, open_place / "library")
    database = paths.in_folder(open_place / "library").database
    database.chmod(0)
    database.parent.chmod(0o555)
    assert str(database) in refused(as_nobody("--library", database.parent, "list"), 3)
    assert refused(as_nobody("--library", database.parent, "--debug", "nonsense"), 2)
    database.chmod(0o644)


@POSIX
def test_a_library_that_can_only_be_read(template: Path, open_place: Path) -> None:
    shell = copied(template, open_place / "library")
    article = shell.json("list")[0]["id"]
    place = shell.library
    for path in (*place.rglob("*"), place):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = contents(place)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return as_nobody("--library", place, *arguments)

    done = run("list", "--limit", "0")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 30)
    assert run("search", "words").stdout
    assert "Words of" in run("show", article).stdout
    assert run("sources", "--json").returncode == 0
    for arguments in (["bookmark", article], ["mark", "read", article], ["remove", "posts"], ["rename", "posts", "x"]):
        said = refused(run(*arguments), 3)
        assert said == f"The library {paths.in_folder(place).database} can only be read; nothing was changed."
    assert refused(run("refresh", "--all"), 3)
    assert contents(place) == before


def test_a_library_opened_for_reading_changes_nothing(template: Path, tmp_path: Path) -> None:
    shell = copied(template, tmp_path / "library")
    before = contents(shell.library)
    with Library(paths.in_folder(shell.library), readonly=True) as library:
        assert library.store.count(Query()) == 30
        key = library.store.ids(Query())[0]
        assert library.document(key).rendered.text
        for act in (lambda: library.bookmark(key, True), lambda: library.mark_read([key], True), library.add_sample):
            with pytest.raises(StoreReadOnly):
                act()
    after = contents(shell.library)  # SQLite leaves an empty log beside a WAL database that it only read
    assert after.pop("library.sqlite3-wal", b"") == b""
    after.pop("library.sqlite3-shm", None)
    assert after == before


# ------------------------------------------------------------------------------------------------- strange libraries


COMMANDS: list[list[Any]] = [["list", "--json"], ["add", "."]]


def untouched(folder: Path, commands: list[list[Any]] = COMMANDS) -> list[str]:
    """Asserts that each command refuses the library with status 3 and leaves its file alone; what was said."""
    database = paths.in_folder(folder).database
    before = database.read_bytes()
    said = []
    for arguments in commands:
        said.append(refused(Shell(folder).run(*arguments), 3))
        assert str(database) in said[-1]
        assert database.read_bytes() == before
        assert not [name for name in os.listdir(folder) if name.startswith(database.name + "-")]
    return said


def test_a_text_file_in_the_place_of_the_library_stays(tmp_path: Path) -> None:
    database = paths.in_folder(tmp_path).database
    database.write_text("Dear diary,\nthis is no database.\n" * 100, encoding="utf-8")
    for said in untouched(tmp_path):
        assert "is not an Inkstone library, or it is damaged" in said


@pytest.fixture
def anothers(tmp_path: Path) -> Path:
    """The database of another program in the library's place."""
    file = paths.in_folder(tmp_path).database
    other = sqlite3.connect(file)
    other.executescript("CREATE TABLE places (url); INSERT INTO places VALUES ('https://a.example/');")
    other.close()
    return file


def test_a_database_of_another_program_keeps_its_content(anothers: Path) -> None:
    for arguments in COMMANDS:
        said = refused(Shell(anothers.parent).run(*arguments), 3)
        assert said.startswith(f"{anothers} is not an Inkstone library")
    other = sqlite3.connect(anothers)
    assert other.execute("SELECT * FROM sqlite_master JOIN places").fetchall()[0][-1] == "https://a.example/"
    assert other.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    other.close()


def test_a_database_of_another_program_stays_to_the_byte(anothers: Path) -> None:
    untouched(anothers.parent, [["list"]])


@pytest.mark.parametrize("part", [0.0005, 0.1, 0.5, 0.95])
def test_a_truncated_library_stays(template: Path, tmp_path: Path, part: float) -> None:
    data = paths.in_folder(template).database.read_bytes()
    folder = tmp_path / "cut"
    folder.mkdir()
    paths.in_folder(folder).database.write_bytes(data[: int(len(data) * part)])
    for said in untouched(folder):
        assert "damaged" in said


def test_a_library_of_a_newer_version_is_refused_kindly(template: Path, tmp_path: Path) -> None:
    shell = copied(template, tmp_path / "library")
    database = sqlite3.connect(paths.in_folder(shell.library).database)
    database.execute("PRAGMA user_version = 999")
    database.close()
    for said in untouched(shell.library):
        assert "was made by a newer Inkstone" in said
    # An older program leaves it as it was: the newer one goes on with it.
    assert integrity(shell.library) == "ok"


def test_an_empty_file_is_a_library_to_be(tmp_path: Path) -> None:
    paths.in_folder(tmp_path).database.touch()
    assert Shell(tmp_path).json("list") == []


# ------------------------------------------------------------------------------------------------------- real posts


@pytest.mark.parametrize("name", ["posts", "posts-other"])
def test_every_real_post_is_listed_and_shown(corpora: Path, tmp_path: Path, name: str) -> None:
    files = sorted(file.name for file in (corpora / name).iterdir() if file.suffix != ".tsv")
    shell = Shell(tmp_path / "library")
    assert shell.json("add", corpora / name)["total"] == len(files)
    rows = shell.json("list", "--limit", "0")
    assert len(rows) == len({row["id"] for row in rows}) == len(files)
    with Library(paths.in_folder(shell.library)) as library:
        seen = []
        for row in rows:
            document = library.document(row["id"])
            seen.append(document.article.guid)
            assert row["title"], document.article.guid
            bodiless = re.match(
                r"\s*---\n(?:(?!---).*\n)*---\s*\Z", document.article.raw
            )  # a note made of its properties
            assert document.rendered.text.strip() or document.rendered.images or bodiless, document.article.guid
            assert not re.search(r"<script|\son\w+=|javascript:", document.rendered.html, re.I), document.article.guid
        assert sorted(seen) == files
    one = shell.json("show", rows[len(rows) // 2]["id"])
    assert one["title"] == rows[len(rows) // 2]["title"]
    # A second look finds nothing new, and the ids stay.
    assert shell.json("refresh", "--all")["updated"] == []
    assert shell.json("list", "--limit", "0") == rows
