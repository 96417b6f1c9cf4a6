"""A library that is damaged, copied, put back: nothing that the user kept is lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from reader import backups, keeping, settings
from reader.cli import main
from reader.errors import ReaderError, Stopped, StoreBusy, StoreCorrupt, StoreError, StoreFull, Usage
from reader.library import Library
from reader.model import Query
from reader.paths import Paths, in_folder
from reader.store import Store, health
from reader.store.connect import PAGE_SIZE
from tests.core.store_samples import NOW, entry, prepared

FEEDS, ITEMS = 3, 25


def fill(paths: Paths) -> None:
    """Three feeds with short and long texts, marks of every kind, and one feed that was removed."""
    dice = random.Random(1)
    with Store.open(paths.database) as store:
        for n in range(FEEDS):
            source = store.add_source("feed", f"https://example.org/{n}", f"Feed {n}")
            texts = [
                "".join(chr(dice.randint(0x4E00, 0x9FA5)) for _ in range(dice.choice([60, 900, 12000])))
                for _ in range(ITEMS)
            ]
            articles = [
                prepared(f"{n}-{m}", text, title=f"Title {n}-{m}", tags=("花", "b")) for m, text in enumerate(texts)
            ]
            store.save(source.key, [entry(one) for one in articles], NOW)
        rows = store.rows(store.ids(Query()))
        for row in rows[::7]:
            store.bookmark(row.key, NOW, tags=["kept"], note=f"note of {row.id}")
        store.mark_read([row.key for row in rows[::3]], True, NOW)
        store.remove_source(store.sources()[0].key)


def picture(store: Store) -> dict[str, object]:
    """What the user would miss."""
    return {
        "bookmarks": sorted((one.article_id, one.tags, one.note) for one in store.bookmarks()),
        "feeds": sorted(source.address for source in store.sources() if source.kind == "feed"),
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    fill(in_folder(folder))
    return folder


def copied(sound: Path, target: Path) -> Paths:
    shutil.copytree(sound, target)
    return in_folder(target)


def kinds_of_pages(file: Path) -> dict[str, list[int]]:
    """The numbers of the pages of each kind."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TEMP TABLE kinds AS SELECT name, pagetype, pageno FROM dbstat")
        rows = db.execute(
            """SELECT CASE WHEN name = 'sqlite_schema' THEN 'schema' WHEN pagetype = 'overflow' THEN 'overflow'
                   WHEN name LIKE 'search%' THEN 'search'
                   WHEN name IN (SELECT name FROM sqlite_master WHERE type = 'index') THEN 'index'
                   ELSE 'table ' || name END, pageno FROM kinds"""
        ).fetchall()
        free = set(range(1, db.execute("PRAGMA page_count").fetchone()[0] + 1)) - {number for _, number in rows}
    found: dict[str, list[int]] = {"free": sorted(free)}
    for kind, number in rows:
        found.setdefault(kind, []).append(number)
    return found


def noise(file: Path, pages: list[int], seed: int) -> None:
    dice = random.Random(seed)
    with open(file, "r+b") as stream:
        for number in pages:
            stream.seek((number - 1) * PAGE_SIZE)
            stream.write(dice.randbytes(PAGE_SIZE))


def found_by_check(paths: Paths) -> bool:
    try:
        with Store.open(paths.database) as store:
            return bool(store.check())
    except StoreError:
        return True


KINDS = (
    "schema", "table sources", "table versions", "overflow", "table articles", "search",
    "index", "free", "table states", "table bookmarks", "table acts", "table meta", "table tallies", "table tags",
    "table taggings",
)  # fmt: skip


def damaged_and_repaired(sound: Path, folder: Path, kind: str, seed: int) -> None:
    paths = copied(sound, folder)
    there = kinds_of_pages(paths.database)
    if not there.get(kind):
        assert kind == "free", kind
        return
    noise(paths.database, random.Random(seed).sample(there[kind], 1), seed)
    damaged = paths.database.read_bytes()
    detected = found_by_check(paths)
    # A page that is in no use holds nothing: SQLite need not notice.
    assert detected or kind == "free"
    done = keeping.repair(lambda: Library(paths), paths)
    assert done.aside.read_bytes() == damaged or detected  # checking may have taken in the log
    assert done.aside.exists()
    with Store.open(in_folder(sound).database, readonly=True) as before, Store.open(paths.database) as after:
        assert after.check() == []
        assert picture(after) == picture(before)
        lost = before.totals()[0] - after.totals()[0]
        # A page holds some of the articles' rows; nothing else may cost an article.
        assert lost <= (0 if kind != "table articles" else 60), (kind, lost)
        assert len(after.search("花", limit=1000)) == after.totals()[0]


@pytest.mark.parametrize("kind", KINDS[:6])
def test_a_page_of_noise_is_noticed_and_repaired(sound: Path, tmp_path: Path, kind: str) -> None:
    damaged_and_repaired(sound, tmp_path / "library", kind, 5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_fifty_damaged_libraries(sound: Path, tmp_path: Path, seed: int) -> None:
    damaged_and_repaired(sound, tmp_path / "library", KINDS[seed % len(KINDS)], seed)


@pytest.mark.parametrize("keep", [0, 100, PAGE_SIZE, 3 * PAGE_SIZE + 7])
def test_a_file_that_was_cut_off(sound: Path, tmp_path: Path, keep: int) -> None:
    paths = copied(sound, tmp_path / "library")
    paths.database.write_bytes(paths.database.read_bytes()[:keep])
    for end in ("-wal", "-shm"):
        paths.database.with_name(paths.database.name + end).unlink(missing_ok=True)
    keeping.repair(lambda: Library(paths), paths)
    with Store.open(in_folder(sound).database, readonly=True) as before, Store.open(paths.database) as after:
        assert after.check() == []
        assert picture(after) == picture(before)  # from the journal alone


@pytest.mark.parametrize("how", ["deleted", "emptied"])
def test_a_library_that_is_gone_is_made_again_from_its_journal(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    paths, empty = copied(sound, tmp_path / "library"), in_folder(tmp_path / "empty")
    for end in ("", "-wal", "-shm"):
        paths.database.with_name(paths.database.name + end).unlink(missing_ok=True)
    if how == "emptied":
        paths.database.touch()
    for command in (["list"], ["refresh"], ["list", "--view", "unread"]):  # each once made an empty library, unasked
        status, _, error = run(paths, *command, capsys=capsys)
        assert (status, "a repair brings it back" in error) == (3, True)
    assert run(paths, "check", capsys=capsys)[0] == 1
    status, out, _ = run(paths, "check", "--repair", capsys=capsys)
    assert (status, "came back from the journal" in out) == (0, True)
    assert picture_of(paths) == picture_of(in_folder(sound))
    assert run(empty, "list", capsys=capsys)[0] == 0  # where no journal is a library begins


def test_a_library_in_use_is_not_repaired(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "library")
    with Store.open(paths.database), pytest.raises(StoreBusy):
        keeping.repair(lambda: Library(paths), paths)
    assert not list(paths.data.glob("*damaged*"))


def test_a_backup_comes_back_on_another_computer(sound: Path, tmp_path: Path) -> None:
    paths, other = copied(sound, tmp_path / "one"), in_folder(tmp_path / "two")
    paths.settings.write_text('{"theme": "sepia"}')
    with Store.open(paths.database) as store:
        made = backups.write_backup(store, paths, tmp_path / "backup.zip")
        assert (made.articles, made.bookmarks) == store.totals()
        before = picture(store)
    backups.restore(other, tmp_path / "backup.zip")
    with Store.open(other.database) as store:
        assert picture(store) == before
        assert store.check() == []
        assert {key for key, state in store.journal.marks().bookmarks.items() if state} == {
            one.article_id for one in store.bookmarks()
        }
        store.bookmark(store.ids(Query())[1], NOW)
    assert other.settings.read_text() == '{"theme": "sepia"}'


def test_restoring_keeps_what_was_there(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    with Store.open(paths.database) as store:
        backups.write_backup(store, paths, tmp_path / "backup.zip")
        key = store.ids(Query())[0]
        store.bookmark(key, NOW, note="after the backup")
        later = picture(store)
    backups.restore(paths, tmp_path / "backup.zip")
    (aside,) = paths.data.glob("*before-restore*.sqlite3")
    with Store.open(aside, readonly=True) as store:
        assert picture(store) == later
    with Library(paths) as library:  # the journal still knows what came after
        assert picture(library.store) != later
        assert keeping.recover_marks(library)[1] == 0
        assert picture(library.store) == later


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda file: file.write_bytes(b"no backup at all"), Usage),
        (lambda file: zipfile.ZipFile(file, "w").close(), Usage),
        (lambda file: noise_inside(file), StoreCorrupt),
    ],
)
def test_what_is_no_sound_backup_changes_nothing(
    sound: Path, tmp_path: Path, spoil: Callable[[Path], None], error: type[ReaderError]
) -> None:
    paths, file = copied(sound, tmp_path / "one"), tmp_path / "backup.zip"
    with Store.open(paths.database) as store:
        backups.write_backup(store, paths, file)
    before = paths.database.read_bytes()
    spoil(file)
    with pytest.raises(error):
        backups.restore(paths, file)
    assert paths.database.read_bytes() == before
    assert not [one for one in paths.data.iterdir() if "restore" in one.name]


def noise_inside(file: Path) -> None:
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40_000] = random.Random(3).randbytes(40_000)
    file.write_bytes(data)


def test_a_damaged_library_gives_no_backup(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    noise(paths.database, kinds_of_pages(paths.database)["table states"][:1], 1)
    with Store.open(paths.database) as store, pytest.raises(StoreCorrupt):
        backups.write_backup(store, paths, tmp_path / "backup.zip")
    assert not (tmp_path / "backup.zip").exists()


def test_backups_rotate(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    with Store.open(paths.database) as store:
        assert backups.rotate_backups(store, paths, keep=0) is None
        first = backups.rotate_backups(store, paths, keep=1)
        assert first is not None
        assert backups.rotate_backups(store, paths, keep=1) is None  # not yet
        first.file.rename(first.file.with_name("inkstone-2020-01-01-000000.zip"))
        second = backups.rotate_backups(store, paths, keep=1, every=timedelta(0))
        assert second is not None
    assert [file.name for file in (paths.data / "backups").iterdir()] == [second.file.name]


def test_a_backup_from_the_future_stops_no_backups(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    with Store.open(paths.database) as store:
        first = backups.rotate_backups(store, paths, keep=1)
        assert first is not None
        wrong = first.file.with_name("inkstone-2099-01-01-000000.zip")
        first.file.rename(wrong)
        os.utime(wrong, (4_070_908_800, 4_070_908_800))  # 2099
        second = backups.rotate_backups(store, paths, keep=1)
        assert second is not None
        assert backups.rotate_backups(store, paths, keep=1) is None
    assert [file.name for file in (paths.data / "backups").iterdir()] == [second.file.name]


def test_a_crash_while_restoring_leaves_a_library(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = copied(sound, tmp_path / "one")
    with Store.open(paths.database) as store:
        backups.write_backup(store, paths, tmp_path / "backup.zip")
        store.add_source("feed", "https://later.example/", "Later")
        before = store.totals()
    really = os.replace

    def crash(source: Path, target: Path) -> None:
        if target == paths.database:
            raise KeyboardInterrupt
        really(source, target)

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        backups.restore(paths, tmp_path / "backup.zip")
    monkeypatch.undo()
    with Store.open(paths.database) as store:
        assert store.totals() == before
        assert "Later" in {source.title for source in store.sources()}


def test_a_lock_by_another_program_is_seen(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    health.alone(paths.database)
    with Store.open(paths.database) as store:
        store.sources()
        with pytest.raises(StoreBusy):
            health.alone(paths.database)
    health.alone(paths.database)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    paths = in_folder(tmp_path)
    with closing(sqlite3.connect(paths.database)) as db:
        db.execute("PRAGMA application_id = 77")
        db.execute("CREATE TABLE theirs (x)")
        db.commit()
    before = paths.database.read_bytes()
    with pytest.raises(StoreCorrupt):
        keeping.repair(lambda: Library(paths), paths)
    assert paths.database.read_bytes() == before


def run(paths: Paths, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = main(["--library", str(paths.data), *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_check_backup_and_restore_as_commands(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths, file = copied(sound, tmp_path / "one"), tmp_path / "backup.zip"
    assert run(paths, "check", "--json", capsys=capsys) == (0, '{"ok": true, "problems": []}\n', "")
    status, out, _ = run(paths, "backup", str(file), "--json", capsys=capsys)
    with Store.open(paths.database, readonly=True) as store:
        assert (status, json.loads(out)["bookmarks"]) == (0, len(store.bookmarks()))
    assert run(paths, "backup", str(file), capsys=capsys)[0] == 2  # it is there already
    noise(paths.database, [1], 1)
    status, out, _ = run(paths, "check", "--json", capsys=capsys)
    assert (status, json.loads(out)["ok"]) == (1, False)
    status, out, _ = run(paths, "check", "--repair", "--json", capsys=capsys)
    assert (status, json.loads(out)["ok"]) == (0, True)
    assert json.loads(out)["repaired"]
    other = in_folder(tmp_path / "two")
    assert run(other, "restore", str(file), capsys=capsys)[0] == 0
    assert picture_of(other) == picture_of(paths) == picture_of(in_folder(sound))
    status, _, error = run(other, "restore", str(tmp_path / "nothing.zip"), capsys=capsys)
    assert status == 1
    assert "the backup “" in error
    assert error.endswith("cannot be read: no such file or directory.\n")


def picture_of(paths: Paths) -> dict[str, object]:
    with Store.open(paths.database, readonly=True) as store:
        return picture(store)


# In idle time


def test_a_backup_while_it_is_written_is_of_one_moment(tmp_path: Path) -> None:
    paths = in_folder(tmp_path / "one")
    dice = random.Random(2)
    with Store.open(paths.database) as store:
        source = store.add_source("feed", "https://example.org/", "Feed")
        large = [entry(prepared(f"g{n}", raw=dice.randbytes(6 << 20).hex())) for n in range(7)]
        store.save(source.key, large, NOW)
        keys = list(store.ids(Query()))
        done: list[int] = []

        def write_meanwhile(what: str, so_far: int, total: int) -> None:
            if what == "copy":
                store.mark_read(keys, len(done) % 2 == 0, NOW)
                done.append(so_far)

        made = backups.write_backup(store, paths, tmp_path / "backup.zip", write_meanwhile)
    assert made.articles == 7
    assert done == sorted(set(done))
    assert len(done) >= 3
    with zipfile.ZipFile(made.file) as archive:
        archive.extract("library.sqlite3", tmp_path)
    with Store.open(tmp_path / "library.sqlite3", readonly=True) as copy:
        assert {row.read for row in copy.rows(keys)} == {False}


@pytest.mark.parametrize("calls", [0, 1, 3])
def test_a_backup_that_is_stopped_leaves_nothing(sound: Path, tmp_path: Path, calls: int) -> None:
    paths, target = copied(sound, tmp_path / "one"), tmp_path / "target"
    target.mkdir()
    answers = iter([False] * calls + [True] * 100)
    with Store.open(paths.database) as store, pytest.raises(Stopped):
        backups.write_backup(store, paths, target, cancelled=answers.__next__)
    assert list(target.iterdir()) == []


def test_putting_back_that_is_stopped_changes_nothing(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    with Store.open(paths.database) as store:
        backups.write_backup(store, paths, tmp_path / "backup.zip")
    before = {file.name: file.read_bytes() for file in paths.data.iterdir() if file.is_file()}
    with pytest.raises(Stopped):
        backups.restore(paths, tmp_path / "backup.zip", cancelled=lambda: True)
    assert {file.name: file.read_bytes() for file in paths.data.iterdir() if file.is_file()} == before


def test_older_backups_stay_when_the_next_one_fails(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = copied(sound, tmp_path / "one")
    folder = backups.folder_of(paths)
    with Store.open(paths.database) as store:
        first = backups.rotate_backups(store, paths, keep=1)
        assert first is not None
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1 << 20))
        with pytest.raises(StoreFull, match="needs"):
            backups.rotate_backups(store, paths, keep=1, every=timedelta(0))
        monkeypatch.undo()
    noise(paths.database, kinds_of_pages(paths.database)["table states"][:1], 1)
    with Store.open(paths.database) as store, pytest.raises(StoreCorrupt):
        backups.rotate_backups(store, paths, keep=1, every=timedelta(0))
    assert list(folder.iterdir()) == [first.file]


def test_what_a_killed_backup_left_is_swept_away(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    folder = backups.folder_of(paths)
    (folder / "backup-abc").mkdir(parents=True)
    (folder / "inkstone-x.zip.99.part").write_bytes(b"half")
    (folder / "backup-young").mkdir()
    for old in (folder / "backup-abc", folder / "inkstone-x.zip.99.part"):
        os.utime(old, (1, 1))
    with Store.open(paths.database) as store:
        made = backups.rotate_backups(store, paths, keep=3)
    assert made is not None
    assert sorted(folder.iterdir()) == sorted([folder / "backup-young", made.file])


def test_a_backup_says_what_it_holds(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    with Store.open(paths.database) as store:
        made = backups.rotate_backups(store, paths, keep=3)
        totals = store.totals()
    assert made is not None
    (held,) = backups.held(paths)
    assert (held.file, held.articles, held.bookmarks, held.settings) == (made.file, *totals, False)
    bare = backups.look_into(paths.database)
    assert (bare.articles, bare.settings) == (-1, False)
    (made.file.parent / "inkstone-none.zip").write_text("nothing")
    assert [each.file for each in backups.held(paths)] == [made.file]
    with pytest.raises(Usage, match="no backup of Inkstone"):
        backups.look_into(made.file.parent / "inkstone-none.zip")
    with pytest.raises(Usage, match="cannot be read"):
        backups.look_into(tmp_path / "nothing.zip")


def test_a_library_is_looked_over_once_a_day(sound: Path, tmp_path: Path) -> None:
    paths = copied(sound, tmp_path / "one")
    assert keeping.last_look(paths) is None
    with Store.open(paths.database) as store:
        assert keeping.look_over(store, paths, NOW) == keeping.last_look(paths) == keeping.Looked(NOW)
    assert not keeping.is_look_due(paths, NOW + timedelta(hours=23))
    assert keeping.is_look_due(paths, NOW + timedelta(hours=24))
    assert keeping.is_look_due(paths, NOW - timedelta(hours=1))  # the clock was wrong
    noise(paths.database, kinds_of_pages(paths.database)["index"][:1], 1)
    with Store.open(paths.database) as store:
        looked = keeping.look_over(store, paths, NOW)
    assert looked.problems
    assert keeping.last_look(paths) == looked
    keeping.repair(lambda: Library(paths), paths)
    assert keeping.last_look(paths) is None


def test_a_new_computer_has_everything_by_commands(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, file = copied(sound, tmp_path / "old"), in_folder(tmp_path / "new"), tmp_path / "move.zip"
    settings.save(old.settings, replace(settings.Settings(), theme="sepia", backups_kept=9))
    assert run(old, "backup", str(file), capsys=capsys)[0] == 0
    status, out, _ = run(new, "restore", str(file), "--json", capsys=capsys)
    assert (status, json.loads(out)["aside"]) == (0, None)
    assert settings.load(new.settings) == settings.load(old.settings)
    listed = [run(where, "list", "--limit", "0", "--json", capsys=capsys)[1] for where in (old, new)]
    assert listed[0] == listed[1]
    assert picture_of(new) == picture_of(old)
    assert run(new, "check", capsys=capsys)[0] == 0
    # and once more, over what is there now
    status, out, _ = run(new, "restore", str(file), capsys=capsys)
    assert status == 0
    (aside,) = new.data.glob("library.before-restore-*.sqlite3")
    assert aside.name in out
