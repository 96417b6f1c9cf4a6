"""The journal: every act is a line, every bookmark a text; what is cut off or damaged costs itself alone."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader import keeping
from reader.library import Library
from reader.model import Query
from reader.paths import in_folder
from reader.store import Store
from reader.store import journal as journals
from tests.core.store_samples import NOW, entry, later, prepared


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        store.save(source.key, [entry(prepared(f"g{n}", f"正文 {n}", title=f"T{n}")) for n in range(5)], NOW)
        yield store


def keys(store: Store) -> dict[str, int]:
    return {row.id: row.key for row in store.rows(store.ids(Query()))}


def lines(store: Store) -> list[dict[str, object]]:
    return [json.loads(line) for line in store.journal.file.read_text().splitlines()]


def test_every_act_is_a_line_and_ends_as_the_library_has_it(store: Store) -> None:
    key = keys(store)
    store.mark_read([key["id-g0"], key["id-g1"]], True, NOW)
    store.bookmark(key["id-g2"], NOW, tags=["later"], note="why")
    store.mark_all_read(Query(), NOW)
    store.undo_last(NOW)
    store.bookmark(key["id-g3"], NOW)
    store.unbookmark(key["id-g3"], NOW)
    assert [line["kind"] for line in lines(store)] == [
        "read", "read", "bookmark", "read-all", "undo-read-all", "bookmark", "unbookmark",
    ]  # fmt: skip
    marks = store.journal.marks()
    rows = {row.id: row for row in store.rows(store.ids(Query()))}
    assert {id_: read for id_, read in marks.read.items() if read} == {
        row.id: True for row in rows.values() if row.read
    }
    assert marks.bookmarks["id-g3"] is None
    assert marks.bookmarks["id-g2"] is not None
    assert (marks.bookmarks["id-g2"]["tags"], marks.bookmarks["id-g2"]["note"]) == (["later"], "why")


def test_a_bookmark_keeps_the_text(store: Store) -> None:
    store.bookmark(keys(store)["id-g2"], NOW)
    kept = store.journal.kept(store.journal.marks().bodies["id-g2"])
    assert kept is not None
    assert (kept.id, kept.title, kept.raw, kept.url) == ("id-g2", "T2", "<p>正文 2</p>", "https://example.org/g2")
    assert store.journal.kept("../library.sqlite3") is None
    assert store.journal.kept("nothing") is None


def test_acts_of_one_transaction_come_after_it(store: Store) -> None:
    key = keys(store)
    with contextlib.suppress(RuntimeError), store.together():
        store.bookmark(key["id-g0"], NOW)
        raise RuntimeError
    assert not store.journal.file.exists()
    with store.together():
        store.bookmark(key["id-g0"], NOW)
        assert not store.journal.file.exists()
        store.mark_read([key["id-g1"]], True, NOW)
    assert [line["kind"] for line in lines(store)] == ["bookmark", "read"]


def test_what_could_not_be_written_comes_later(store: Store) -> None:
    key = keys(store)
    shutil.rmtree(store.journal.folder)
    store.journal.folder.write_text("in the way")
    store.bookmark(key["id-g0"], NOW)
    assert store.bookmarks()[0].article_id == "id-g0"
    store.journal.folder.unlink()
    store.mark_read([key["id-g1"]], True, NOW)
    assert [line["kind"] for line in lines(store)] == ["bookmark", "read"]


@pytest.mark.parametrize("damage", [b'{"key": 99, "uu', b"\xff\xfe\x00", b"[1, 2]", b"null", b"[" * 20000])
def test_a_damaged_line_costs_itself_alone(store: Store, damage: bytes) -> None:
    key = keys(store)
    store.bookmark(key["id-g0"], NOW)
    with open(store.journal.file, "ab") as stream:
        stream.write(damage)
    store.bookmark(key["id-g1"], NOW)
    marks = store.journal.marks()
    assert set(marks.bookmarks) == {"id-g0", "id-g1"}
    assert marks.damaged == 1


def test_a_full_file_is_followed_by_another(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "MAX_BYTES", 500)
    key = keys(store)
    for n in range(8):
        store.mark_read([key["id-g0"]], n % 2 == 0, NOW)
        store.bookmark(key[f"id-g{n % 5}"], NOW, note=str(n))
    assert len(list(store.journal.folder.glob("acts-*.jsonl"))) > 1
    marks = store.journal.marks()
    assert marks.read["id-g0"] is False
    notes = {article: state["note"] for article, state in marks.bookmarks.items() if state is not None}
    assert notes == {"id-g0": "5", "id-g1": "6", "id-g2": "7", "id-g3": "3", "id-g4": "4"}


def test_of_one_library_the_order_counts_and_not_the_clock(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "MAX_BYTES", 500)  # several files
    key = keys(store)
    store.bookmark(key["id-g0"], NOW, note="kept in the end")
    store.unbookmark(key["id-g0"], later(days=3650))  # the clock is ten years ahead
    store.bookmark(key["id-g1"], later(days=3650))
    store.mark_read([key["id-g2"]], True, later(days=3650))
    store.bookmark(key["id-g0"], NOW, note="kept in the end")
    store.unbookmark(key["id-g1"], later(days=-365))  # and now a year behind
    store.mark_read([key["id-g2"]], False, later(days=-365))
    assert len(list(store.journal.folder.glob("acts-*.jsonl"))) > 1
    marks = store.journal.marks()
    assert marks.bookmarks["id-g0"] is not None
    assert marks.bookmarks["id-g1"] is None
    assert marks.read == {"id-g2": False}


def test_journals_of_two_libraries_are_put_together_by_time(store: Store, tmp_path: Path) -> None:
    key = keys(store)
    store.mark_read([key["id-g0"]], True, NOW)
    store.mark_read([key["id-g1"]], True, later(minutes=2))
    with Store.open(tmp_path / "other" / "library.sqlite3") as other:
        source = other.add_source("feed", "https://example.org/feed", "Feed")
        other.save(source.key, [entry(prepared(f"g{n}", f"正文 {n}")) for n in range(2)], NOW)
        theirs = keys(other)
        other.mark_read(list(theirs.values()), True, NOW)
        other.mark_read([theirs["id-g0"]], False, later(minutes=1))
        other.mark_read([theirs["id-g1"]], False, later(minutes=1))
        shutil.copy(other.journal.file, store.journal.folder / "acts-20260101T000000.000000Z.jsonl")
    assert store.journal.marks().read == {"id-g0": False, "id-g1": True}


def test_another_library_in_the_same_place_gets_all_its_acts_written(store: Store, tmp_path: Path) -> None:
    key = keys(store)
    for n in range(4):
        store.bookmark(key[f"id-g{n}"], NOW)
    store.backup(tmp_path / "older.sqlite3")
    store.unbookmark(key["id-g0"], later(minutes=1))
    store.unbookmark(key["id-g1"], later(minutes=2))
    store.close()
    for file in tmp_path.glob("library.sqlite3*"):
        file.unlink()
    (tmp_path / "older.sqlite3").rename(store.file)
    with Store.open(store.file) as again:  # its next acts have the keys of those that it lost
        again.mark_read([key["id-g2"]], True, later(minutes=3))
        again.mark_read([key["id-g3"]], True, later(minutes=4))
        assert again.journal.marks().read == {"id-g2": True, "id-g3": True}
        written = len(lines(again))
        again.catch_up_journal()
        assert len(lines(again)) == written
    Store.open(tmp_path / "new" / "library.sqlite3").close()
    (tmp_path / "new" / "library.sqlite3").replace(store.file)
    with Store.open(store.file) as new:  # nothing is left of it but the journal
        source = new.add_source("feed", "https://example.org/feed", "Feed")
        new.save(source.key, [entry(prepared("g4", "正文"))], NOW)
        new.bookmark(keys(new)["id-g4"], later(minutes=5))
        assert new.journal.marks().bookmarks["id-g4"] is not None


def test_removing_is_written_and_read_again(store: Store, tmp_path: Path) -> None:
    key = keys(store)
    store.bookmark(key["id-g3"], NOW)
    store.remove_articles([key["id-g0"], key["id-g1"], key["id-g3"]], NOW)
    store.undo(store.history()[0].key, NOW)
    store.remove_articles([key["id-g1"]], NOW)
    store.retire([key["id-g2"], key["id-g3"]], NOW)
    gone = {id_ for id_, removed in store.journal.marks().removed.items() if removed}
    assert gone == {"id-g1", "id-g2"}
    marks = store.journal.marks()
    with Store.open(tmp_path / "rebuilt" / "library.sqlite3") as rebuilt:
        source = rebuilt.add_source("feed", "https://example.org/feed", "Feed")
        rebuilt.save(source.key, [entry(prepared(f"g{n}", f"正文 {n}")) for n in range(5)], NOW)
        rebuilt.put_marks(marks)
        assert set(keys(rebuilt)) == {"id-g0", "id-g3", "id-g4"}
        assert [one.article_id for one in rebuilt.bookmarks()] == ["id-g3"]
        assert rebuilt.check() == []


def test_a_library_that_is_begun_anew_meets_its_articles_as_they_were(store: Store, tmp_path: Path) -> None:
    key = keys(store)
    store.mark_all_read(Query(), NOW)
    store.mark_read([key["id-g4"]], False, NOW)
    store.bookmark(key["id-g3"], NOW, note="mine")
    store.remove_articles([key["id-g0"], key["id-g1"]], NOW)
    with Store.open(tmp_path / "new" / "library.sqlite3") as new:
        assert new.put_marks(store.journal.marks()) == 0  # nothing is there yet
        source = new.add_source("feed", "https://example.org/feed", "Feed")
        saved = new.save(source.key, [entry(prepared(f"g{n}", f"正文 {n}")) for n in range(6)], NOW)
        assert saved.new == 4
        assert {row.id: row.read for row in new.rows(new.ids(Query()))} == {
            "id-g2": True, "id-g3": True, "id-g4": False, "id-g5": False,
        }  # fmt: skip
        assert [(gesture.kind, gesture.count) for gesture in new.history()] == [("remove", 2)]
        assert new.check() == []
        assert new.undo_last(NOW) == "remove"
        assert new.count(Query()) == 6
        # Once met they are articles as all others.
        new.mark_read([keys(new)["id-g2"]], False, NOW)
        new.save(source.key, [entry(prepared("g2", "anew"), keys(new)["id-g2"])], NOW)
        assert not new.rows([keys(new)["id-g2"]])[0].read


def test_the_journal_goes_on_after_a_repair(store: Store, tmp_path: Path) -> None:
    paths = in_folder(tmp_path)
    key = keys(store)
    store.mark_read([key["id-g0"], key["id-g1"]], True, NOW)
    store.bookmark(key["id-g2"], NOW, note="first")
    store.remove_articles([key["id-g4"]], NOW)
    store.close()
    for turn, note in enumerate(("second", "third")):
        for file in tmp_path.glob("library.sqlite3*"):
            file.unlink()
        paths.database.write_bytes(b"")
        keeping.repair(lambda: Library(paths), paths)
        with Store.open(paths.database) as again:
            notes = {one.article_id: one.note for one in again.bookmarks()}
            assert notes == {"id-g2": "first", **({"id-g3": "second"} if turn else {})}
            (source,) = [one for one in again.sources() if one.kind == "feed"]
            missing = [n for n in range(5) if f"id-g{n}" not in notes]
            again.save(source.key, [entry(prepared(f"g{n}", f"正文 {n}")) for n in missing], NOW)
            rows = {row.id: row for row in again.rows(again.ids(Query()))}
            assert set(rows) == {"id-g0", "id-g1", "id-g2", "id-g3"}
            assert rows["id-g0"].read
            assert rows["id-g1"].read
            again.bookmark(rows["id-g3"].key, later(minutes=turn), note=note)
            found = {id_: state["note"] for id_, state in again.journal.marks().bookmarks.items() if state}
            assert found == {"id-g2": "first", "id-g3": note}
            assert again.check() == []


def test_a_lost_journal_is_written_again(store: Store) -> None:
    key = keys(store)
    store.bookmark(key["id-g2"], NOW, note="mine")
    store.remove_articles([key["id-g4"]], NOW)
    shutil.rmtree(store.journal.folder)
    store.catch_up_journal()
    marks = store.journal.marks()
    assert marks.removed == {"id-g4": True}
    assert store.journal.kept(marks.bodies["id-g2"]) is not None


def test_two_programs_write_each_act_once(store: Store) -> None:
    key = keys(store)
    with Store.open(store.file) as other:
        for n in range(5):
            (store if n % 2 else other).bookmark(key[f"id-g{n}"], NOW)
    written = lines(store)
    assert [line["article"] for line in written] == [f"id-g{n}" for n in range(5)]
    assert len({line["uuid"] for line in written}) == 5


def test_after_a_library_was_put_back_its_acts_are_written_again(store: Store) -> None:
    key = keys(store)
    for n in range(5):
        store.bookmark(key[f"id-g{n}"], NOW)
    with store._lines.writing() as db:  # an older copy of the library
        db.execute("DELETE FROM acts WHERE key > 2")
        db.execute("UPDATE sqlite_sequence SET seq = 2 WHERE name = 'acts'")
    store.journal.begin_anew(2)
    store.mark_read([key["id-g0"]], True, NOW)
    assert store.journal.marks().read == {"id-g0": True}
    assert len(store.journal.marks().bookmarks) == 5
