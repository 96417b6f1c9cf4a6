"""Opening a library where nothing is, where something else is, where nothing may be written; locks, threads, damage."""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from reader.errors import (
    NotFound,
    StoreBusy,
    StoreCorrupt,
    StoreDenied,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
)
from reader.model import Query
from reader.store import Store, connect, schema
from tests.core.store_samples import NOW, entry, later, prepared

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


def filled(file: Path, articles: int = 3) -> None:
    with Store.open(file) as store:
        source = store.add_source("feed", "https://example.org/feed", "Example")
        store.save(source.key, [entry(prepared(f"g{n}")) for n in range(articles)], NOW)
        store.bookmark(1, NOW, note="mine")


def test_makes_folder_and_file(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "er" / "书 库.sqlite3"
    with Store.open(file) as store:
        assert not store.readonly
        assert store.sources() == []
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA page_size").fetchone() == (16384,)
        assert db.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
        assert db.execute("PRAGMA application_id").fetchone() == (connect.APPLICATION_ID,)


def test_opening_and_looking_writes_nothing(file: Path) -> None:
    filled(file)
    before = file.read_bytes()
    with Store.open(file) as store:
        assert store.check() == []
        assert store.count(Query()) == 3
    assert file.read_bytes() == before


def test_what_went_for_good_is_given_back_to_the_disk(file: Path) -> None:
    filled(file)
    with Store.open(file) as store:
        many = [prepared(f"big{n}", os.urandom(9000).hex()) for n in range(300)]
        store.save(1, [entry(one) for one in many], NOW)
        store.tend()
        large = file.stat().st_size
        store.remove_articles([key for key in store.ids(Query()) if key > 3], NOW)
        while not store.empty_trash_step(later(days=31)):
            pass
        steps = 0
        while not store.shrink_step():
            steps += 1
        assert steps >= 2
        store.tend()
        assert file.stat().st_size < large * 0.75  # what is left is the search index, which is made anew later
        assert (store.check(), store.shrink_step()) == ([], True)


def test_every_connection_waits_and_syncs(file: Path) -> None:
    with Store.open(file) as store, store._lines.writing() as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert db.execute("PRAGMA busy_timeout").fetchone() == (5000,)


@pytest.mark.parametrize("content", [b"Dear diary,\n" * 400, b"x", b"SQLite format 3", b"\0" * 5000, os.urandom(9000)])
def test_another_file_in_its_place_is_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    for readonly in (False, True):
        with pytest.raises(StoreCorrupt) as caught:
            Store.open(file, readonly=readonly)
        assert caught.value.path == str(file)
    assert file.read_bytes() == content
    assert os.listdir(file.parent) == [file.name]


def test_another_programs_database_is_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE recipes (name)")
        db.commit()
    before = file.read_bytes()
    with pytest.raises(StoreCorrupt):
        Store.open(file)
    assert _tables(file) == ["recipes"]
    assert len(file.read_bytes()) == len(before)


def _tables(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as db:
        return [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def test_a_damaged_library_is_reported_and_left_alone(file: Path) -> None:
    filled(file, 200)
    content = bytearray(file.read_bytes())
    content[16384:] = os.urandom(len(content) - 16384)
    file.write_bytes(content)
    with pytest.raises(StoreCorrupt), Store.open(file) as store:
        store.rows(store.ids(Query()))
    assert file.exists()


def test_a_newer_library_is_refused(file: Path) -> None:
    filled(file)
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreTooNew):
        Store.open(file)


def test_a_folder_or_a_missing_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for bad in (tmp_path, tmp_path / "file" / "library.sqlite3"):
        with pytest.raises(StoreDenied):
            Store.open(bad)
    with pytest.raises(StoreDenied):
        Store.open(tmp_path / "none" / "library.sqlite3", readonly=True)
    assert not (tmp_path / "none").exists()


def test_reading_beside_a_writer(file: Path) -> None:
    with Store.open(file) as writer, Store.open(file, readonly=True) as reader:
        source = writer.add_source("feed", "https://example.org/feed", "Example")
        before = reader.data_version()
        assert reader.data_version() == before
        writer.save(source.key, [entry(prepared("a"))], NOW)
        assert reader.data_version() != before
        assert reader.count(Query()) == 1
        assert reader.readonly


WRITES = """
    lambda: store.add_source("feed", "https://example.org/other", "Other"),
    lambda: store.edit_source(1, title="x"),
    lambda: store.remove_source(1),
    lambda: store.note_refresh(1, when=NOW),
    lambda: store.save(1, [entry(prepared("new"))], NOW),
    lambda: store.mark_gone(1, ["g0"]),
    lambda: store.mark_read([1], True, NOW),
    lambda: store.mark_all_read(Query(), NOW),
    lambda: store.bookmark(1, NOW),
    lambda: store.unbookmark(1, NOW),
    lambda: store.set_progress(1, 0.5, ""),
    lambda: store.undo_last(NOW),
    lambda: store.rebuild_search_step(),
"""

UNWRITABLE = """
    with Store.open(Path(sys.argv[1])) as store:
        assert store.readonly
        assert store.count(Query()) == 3 == len(store.rows(store.ids(Query())))
        assert store.search("words") and store.bookmarks()[0].note == "mine"
        for write in ({writes}):
            try:
                write()
            except StoreReadOnly:
                continue
            raise AssertionError("a write went through")
    print("held")
"""


def run_as_nobody(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs code as a user without rights: root reads and writes everything, so root cannot try this itself."""
    # First all imports: the interpreter itself may lie where only root can read it.
    imports = "import os, sys, urllib.parse, encodings.idna\nfrom pathlib import Path\nfrom reader.errors import *\n"
    imports += "from reader.model import Query\nfrom reader.store import Store\n"
    imports += "from tests.core.store_samples import NOW, entry, prepared\n"
    drop = "os.setgroups([]), os.setgid(65534), os.setuid(65534)\n" if os.geteuid() == 0 else ""
    return subprocess.run(
        [sys.executable, "-c", imports + drop + textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder that another user can reach (pytest's own are closed to others)."""
    folder = tmp_path
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent.parent != parent and parent.stat().st_mode & 0o055 != 0o055:
            parent.chmod(parent.stat().st_mode | 0o055)
    shelf = folder / "shelf"
    shelf.mkdir()
    return shelf


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no user ids")
@pytest.mark.parametrize("locked", ["folder", "file", "both", "both, with a log"])
def test_what_cannot_be_written_can_be_read(shelf: Path, locked: str) -> None:
    file = shelf / "library.sqlite3"
    filled(file)
    with Store.open(file) as holder:
        if "log" in locked:
            holder.mark_read([2], True, NOW)
            assert connect.wal_of(file).stat().st_size > 0
            for beside in shelf.iterdir():
                beside.chmod(0o444)
        else:
            holder.close()
        file.chmod(0o666 if locked == "folder" else 0o444)
        shelf.chmod(0o777 if locked == "file" else 0o555)
        before = file.read_bytes()
        done = run_as_nobody(UNWRITABLE.format(writes=WRITES.strip()), str(file))
        shelf.chmod(0o755)
    assert (done.stdout, done.stderr) == ("held\n", "")
    if "log" not in locked:
        assert file.read_bytes() == before
        assert sorted(os.listdir(shelf)) == ["journal", file.name]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no user ids")
@pytest.mark.parametrize("case", ["the folder cannot be made", "the file cannot be made", "the file cannot be read"])
def test_no_rights_at_all(shelf: Path, case: str) -> None:
    file = shelf / "library.sqlite3"
    if "made" not in case:
        filled(file)
        file.chmod(0o000)
    target = shelf / "new" / "library.sqlite3" if "folder" in case else file
    shelf.chmod(0o555)
    code = """
        try:
            Store.open(Path(sys.argv[1]))
        except StoreDenied as error:
            print("denied", error.path)
    """
    done = run_as_nobody(code, str(target))
    shelf.chmod(0o755)
    place = target.parent if "folder" in case else target
    assert (done.stdout, done.stderr) == (f"denied {place}\n", "")


def test_a_held_library_is_busy(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(file)
    with Store.open(file) as store, closing(sqlite3.connect(file, isolation_level=None)) as other:
        with store._lines.writing() as db:
            db.execute("PRAGMA busy_timeout = 20")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            store.mark_read([1], True, NOW)
        assert store.count(Query()) == 3  # reading goes on
        other.execute("ROLLBACK")
        assert store.mark_read([1], True, NOW) == 1


def test_a_full_disk_loses_nothing(file: Path) -> None:
    filled(file)
    with Store.open(file) as store:
        with store._lines.reading() as db:
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreFull):
            store.save(1, [entry(prepared(f"big{n}", os.urandom(20000).hex())) for n in range(20)], NOW)
        assert store.count(Query()) == 3
        assert store.check() == []
        assert store.mark_read([1], True, NOW) == 1


def test_threads_have_connections_of_their_own(file: Path) -> None:
    filled(file, 50)
    errors: list[BaseException] = []
    with Store.open(file) as store:

        def work(number: int) -> None:
            try:
                for n in range(20):
                    store.mark_read([number * 10 + n % 10 + 1], n < 10, NOW)
                    assert store.count(Query()) == 50
                    assert len(store.rows(store.ids(Query(), 5))) == 5
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert store.check() == []
        # Connections of threads that ended are not kept.
        last = threading.Thread(target=store.sources)
        last.start()
        last.join()
        assert len(store._lines._lines) <= 2
    with pytest.raises(StoreError, match="closed"):
        store.sources()


def test_interrupt_ends_a_read_and_no_write(file: Path) -> None:
    with Store.open(file) as store:
        started, caught = threading.Event(), []

        def read() -> None:
            try:
                with store._lines.reading() as db:
                    started.set()
                    db.execute("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT sum(x) FROM n")
            except StoreError as error:
                caught.append(error.detail)

        thread = threading.Thread(target=read)
        thread.start()
        started.wait()
        while thread.is_alive():
            store.interrupt()
            time.sleep(0.01)
        thread.join()
        assert caught == [connect.INTERRUPTED]
        with store.together():
            source = store.add_source("feed", "https://example.org/feed", "Example")
            store.interrupt()
            store.save(source.key, [entry(prepared("a"))], NOW)
        assert store.count(Query()) == 1


def test_closing_while_others_read(file: Path) -> None:
    filled(file, 300)
    for _ in range(5):
        store = Store.open(file)
        problems: list[BaseException] = []

        def read(store: Store = store, problems: list[BaseException] = problems) -> None:
            try:
                while True:
                    store.search("words")
                    store.mark_read(store.ids(Query(), 5), True, NOW)
            except StoreError as error:
                if error.detail not in ("closed", connect.INTERRUPTED):
                    problems.append(error)
            except BaseException as error:
                problems.append(error)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.02)
        store.close()
        store.close()
        for thread in threads:
            thread.join()
        assert problems == []


def test_together_is_all_or_nothing(file: Path) -> None:
    with Store.open(file) as store:

        def fails() -> None:
            with store.together():
                source = store.add_source("feed", "https://example.org/feed", "Example")
                store.save(source.key, [entry(prepared("a"))], NOW)
                raise KeyError

        with pytest.raises(KeyError):
            fails()
        assert store.sources() == []
        with store.together():
            source = store.add_source("feed", "https://example.org/feed", "Example")
            with pytest.raises(NotFound):
                store.bookmark(77, NOW)
            with pytest.raises(NotFound):  # a part that failed half-way leaves nothing, the others stay
                store.edit_source(77, title="x")
            assert store.sources() == [source]


def test_a_migration_backs_up_first(file: Path) -> None:
    filled(file)
    steps = (*schema.MIGRATIONS, "CREATE TABLE extra (a);\nINSERT INTO extra VALUES (';');")
    with closing(connect.connect(file, "write")) as db:
        schema.prepare(db, file, "write", steps)
        assert db.execute("SELECT a FROM extra").fetchall() == [(";",)]
    with Store.open(file.with_name(f"{file.name}.version-{len(schema.MIGRATIONS)}"), readonly=True) as store:
        assert store.bookmarks()[0].note == "mine"
    with pytest.raises(StoreTooNew):
        Store.open(file)


def test_a_failed_migration_changes_nothing(file: Path) -> None:
    filled(file)
    steps = (*schema.MIGRATIONS, "CREATE TABLE extra (a);\nINSERT INTO nowhere VALUES (1);")
    with closing(connect.connect(file, "write")) as db, pytest.raises(sqlite3.OperationalError):
        schema.prepare(db, file, "write", steps)
    with Store.open(file) as store:
        assert store.count(Query()) == 3
    with closing(connect.connect(file, "read")) as db, pytest.raises(StoreReadOnly):
        schema.prepare(db, file, "read", steps)


def test_the_kept_first_version_opens(tmp_path: Path) -> None:
    kept = CHECKOUT / "tests" / "data" / "store" / "version-1.sqlite3.gz"
    copy = tmp_path / "library.sqlite3"
    copy.write_bytes(gzip.decompress(kept.read_bytes()))
    with Store.open(copy) as store:
        assert store.check() == []
        assert [source.title for source in store.sources()] == ["Harbour notes", "Posts"]
        article = store.article("id-tide")
        assert (article.note, article.user_tags) == ("Read again in spring.", ("sea",))
        assert article.raw.startswith("<p>The tide tables")
        assert [row.id for row in store.search("潮汐")] == ["id-moon"]
        assert store.undo_last(NOW) == "read-all"


def test_the_kept_third_version_opens(tmp_path: Path) -> None:
    kept = CHECKOUT / "tests" / "data" / "store" / "version-3.sqlite3.gz"
    copy = tmp_path / "library.sqlite3"
    copy.write_bytes(gzip.decompress(kept.read_bytes()))
    with Store.open(copy) as store:
        assert store.check() == []
        assert [row.id for row in store.rows(store.ids(Query()))] == ["id-moon", "id-tide"]
        assert store.rows([1])[0].also_in == ("Tides",)
        assert store.article("id-tide").note == "Read again in spring."
        assert [gesture.kind for gesture in store.history()] == ["read-all", "remove-source", "remove"]
        assert store.undo(store.history()[1].key, NOW) == 2  # the source and its article
        with store._lines.reading() as db:
            made = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            assert {"highlights", "notes", "rules", "saved"} <= made


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO highlights (id, article, fingerprint, quote, prefix, suffix, start, created, changed) "
        "VALUES ('h', 1, x'00', 'tide', '', '', 0, 0, 0)",
        "INSERT INTO notes VALUES (1, 'mine', 0, 0)",
    ],
)
def test_what_was_written_on_an_article_keeps_it(file: Path, sql: str) -> None:
    filled(file)
    with closing(connect.connect(file, "write")) as db:
        db.execute("DELETE FROM bookmarks")
        db.execute(sql)
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("DELETE FROM articles WHERE key = 1")


def test_a_backup_is_one_whole_file(file: Path, tmp_path: Path) -> None:
    filled(file)
    target = tmp_path / "copies" / "backup.sqlite3"
    with Store.open(file) as store:
        with pytest.raises(StoreDenied):
            store.backup(target)
        target.parent.mkdir()
        store.backup(target)
    assert os.listdir(target.parent) == [target.name]
    with Store.open(target) as copy:
        assert copy.bookmarks()[0].note == "mine"
        assert copy.check() == []


def test_check_names_what_is_wrong(file: Path) -> None:
    filled(file)
    with Store.open(file) as store:
        with store._lines.writing() as db:
            db.execute("UPDATE tallies SET unread = 7")
            db.execute("DELETE FROM versions WHERE article = 2")
        problems = store.check()
        assert any("Example" in one for one in problems)
        assert any("id-g1" in one for one in problems)
