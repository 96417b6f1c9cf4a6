"""What was done can be taken back, any of it, also after a restart; the trash keeps what was removed, for a while."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from reader.errors import NotFound, Usage
from reader.library import Library
from reader.model import Prepared, Query
from reader.paths import in_folder
from reader.store import Store, trash
from tests.core.shell import Shell, refused
from tests.core.store_samples import NOW, entry, later, prepared

ALL = Query()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.sqlite3") as opened:
        for number in range(2):
            source = opened.add_source("feed", f"https://example.org/{number}", f"Source {number}")
            ones = [article(number, n) for n in reversed(range(5))]
            opened.save(source.key, [entry(one) for one in ones], NOW)
        yield opened


def article(source: int, n: int) -> Prepared:
    return prepared(f"{source}-{n}", f"Word{source}{n} here.", tags=("t",), published=later(days=n))


def told(store: Store) -> list[tuple[str, int, str]]:
    return [(each.kind, each.count, each.what or each.view) for each in store.history()]


def ids(store: Store, query: Query = ALL) -> set[str]:
    return {row.id for row in store.rows(store.ids(query))}


def empty_trash(store: Store, when: datetime) -> None:
    while not store.empty_trash_step(when):
        pass


def undo(store: Store, kind: str) -> int:
    return store.undo(next(each.key for each in store.history() if each.kind == kind), later(hours=1))


def test_the_history_tells_what_was_done_with_counts_the_newest_first(store: Store) -> None:
    store.mark_read([1], True, NOW)  # one article is no line of it
    store.mark_read([2, 3], True, NOW)
    store.mark_all_read(Query("today", since=NOW), NOW)
    store.mark_all_read(Query(sources=(2,)), NOW)  # changes nothing
    store.bookmark(4, NOW, note="n")
    store.unbookmark(4, later(minutes=1))
    store.remove_articles([5, 6, 99], later(minutes=2))
    store.remove_source(2, later(minutes=3))
    assert told(store) == [
        ("remove-source", 4, "Source 1"),
        ("remove", 2, "Title of 0-4"),
        ("unbookmark", 1, "Title of 0-3"),
        ("read-all", 7, "today"),
        ("read", 2, "Title of 0-1"),
    ]
    assert [each.time for each in store.history(2)] == [later(minutes=3), later(minutes=2)]


def test_any_of_it_can_be_taken_back_after_a_restart(store: Store, tmp_path: Path) -> None:
    store.mark_all_read(Query(sources=(1,)), NOW)
    store.remove_articles([2], NOW)
    store.bookmark(3, NOW, tags=["mine"], note="n")
    store.unbookmark(3, NOW)
    store.close()
    with Store.open(tmp_path / "library.sqlite3") as again:
        assert undo(again, "read-all") == 4  # what is in the trash is left as it is
        assert again.count(Query("unread")) == 9
        assert undo(again, "remove") == 1
        assert again.article("id-0-1").row.read
        assert undo(again, "unbookmark") == 1
        assert again.article("id-0-2").note == "n"
        assert again.history() == []
        assert again.undo_last(NOW) == "bookmark"
        assert again.undo_last(NOW) is None
        assert again.check() == []


def test_what_was_changed_since_stays(store: Store) -> None:
    store.mark_all_read(Query(sources=(1,)), NOW)
    store.mark_read([1], False, NOW)
    store.mark_read([1], True, NOW)
    assert undo(store, "read-all") == 4
    assert store.rows([1])[0].read
    store.bookmark(2, NOW, note="one")
    store.unbookmark(2, NOW)
    store.bookmark(2, NOW, note="another")
    assert undo(store, "unbookmark") == 0
    assert store.article_by_key(2).note == "another"
    assert store.history() == []


def test_a_source_comes_back_whole(store: Store) -> None:
    store.edit_source(1, title="Named", folder="Folder")
    store.configure_source(1, keep_days=7, headers=(("X-A", "b"),))
    store.bookmark(2, NOW, tags=["mine"])
    store.set_progress(3, 0.5, "p")
    store.mark_read([4], True, NOW)
    before, there = store.source(1), ids(store)
    rows = store.rows(range(1, 11))
    store.remove_source(1, NOW)
    assert [each.kind for each in store.sources()] == ["feed", "kept"]
    assert ids(store) == {f"id-1-{n}" for n in range(5)} | {"id-0-1"}
    assert (store.search("word03"), dict(store.tags())["t"], store.totals()) == ([], 6, (6, 1))
    with pytest.raises(NotFound):
        store.source(1)
    with pytest.raises(NotFound):
        store.save(1, [entry(article(0, 7))], NOW)
    with pytest.raises(NotFound):
        store.bookmark(1, NOW)
    assert store.undo_last(NOW) == "remove-source"
    assert (store.source(1), ids(store)) == (before, there)
    assert store.rows(range(1, 11)) == rows
    assert [row.id for row in store.search("word03")] == ["id-0-3"]
    assert dict(store.tags()) == {"mine": 1, "t": 10}
    assert store.check() == []


def test_adding_it_again_brings_it_back_where_it_is_added(store: Store) -> None:
    store.configure_source(1, keep_days=7)
    store.mark_read([1], True, NOW)
    store.remove_source(1, NOW)
    again = store.add_source("feed", "https://example.org/0", "", "Elsewhere")
    assert (again.key, again.folder, again.total, again.unread, again.keep_days) == (1, "Elsewhere", 5, 4, 7)
    assert told(store) == []
    assert store.check() == []


def test_what_was_removed_first_waits_for_its_source(store: Store) -> None:
    store.remove_articles([1], NOW)
    store.remove_source(1, NOW)
    assert undo(store, "remove") == 0
    assert [kind for kind, *_ in told(store)] == ["remove-source", "remove"]
    assert undo(store, "remove-source") == 5  # four articles and itself
    assert undo(store, "remove") == 1
    assert (len(ids(store)), store.check()) == (10, [])


def test_a_removed_source_keeps_its_address(store: Store) -> None:
    store.remove_source(1, NOW)
    with pytest.raises(Usage):
        store.edit_source(2, address="https://example.org/0")


def test_a_refresh_brings_what_is_in_the_trash_up_to_date_and_not_back(store: Store) -> None:
    store.remove_articles([1], NOW)
    (known,) = store.known(1, ["0-0"], [], [])
    changed = prepared("0-0", "Another text.", "New title", tags=("t", "u"))
    assert store.save(1, [entry(changed, known.key)], NOW).changed == 0
    assert (len(ids(store)), dict(store.tags())) == (9, {"t": 9})
    undo(store, "remove")
    assert (store.article("id-0-0").row.title, dict(store.tags())) == ("New title", {"t": 10, "u": 1})
    assert store.check() == []


def test_after_30_days_only_identities_are_left(store: Store) -> None:
    store.remove_articles([1, 2], NOW)
    store.remove_source(2, later(days=1))
    empty_trash(store, later(days=29))
    assert len(told(store)) == 2
    empty_trash(store, later(days=30, minutes=1))
    assert told(store) == [("remove-source", 5, "Source 1")]
    assert [known.key < 0 for known in store.known(1, ["0-0", "0-1", "0-2"], [], [])] == [False, True, True]
    empty_trash(store, later(days=32))
    assert told(store) == []
    assert store.undo_last(NOW) is None
    new = store.add_source("feed", "https://example.org/1", "")
    assert (new.key, new.total, len(ids(store)), store.check()) == (3, 0, 3, [])


def test_the_oldest_leaves_a_trash_that_is_too_large(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.remove_articles([1], NOW)
    store.remove_articles([2], NOW)
    with store._lines.reading() as db:
        size = db.execute("SELECT bytes FROM trash WHERE article = 2").fetchone()[0]
    monkeypatch.setattr(trash, "MAX_BYTES", size)
    empty_trash(store, NOW)
    assert told(store) == [("remove", 1, "Title of 0-1")]
    assert store.check() == []


def test_the_journal_knows_what_is_in_the_trash(store: Store) -> None:
    store.remove_articles([1, 2], NOW)
    store.remove_articles([3], later(minutes=1))
    store.remove_source(2, later(minutes=2))
    undo(store, "remove")
    keys = store.overdue(later(days=100), days=100)
    gesture, _ = store.retire(keys[:1], later(days=100))
    store.retire(keys[1:], later(days=100), gesture)
    removed = {id_ for id_, gone in store.journal.marks().removed.items() if gone}
    assert removed == {"id-0-0", "id-0-1", *(f"id-1-{n}" for n in range(5))}
    store.undo(gesture, later(days=101))
    assert [gone for id_, gone in store.journal.marks().removed.items() if id_ in ("id-0-0", "id-0-1")] == [True, True]
    (line,) = [one for one in store.journal.file.read_text().splitlines() if '"kind":"remove-source"' in one]
    assert json.loads(line)["articles"] == [f"id-1-{n}" for n in range(5)]


def test_marks_of_the_journal_are_put_on_a_library_that_lost_them(store: Store, tmp_path: Path) -> None:
    store.remove_articles([1, 2], NOW)
    store.bookmark(3, NOW, note="n")
    marks = store.journal.marks()
    undo(store, "remove")
    store.unbookmark(3, NOW)
    store.remove_articles([3], NOW)
    assert store.put_marks(marks) == 1
    assert ids(store) == {"id-0-2", "id-0-3", "id-0-4", *(f"id-1-{n}" for n in range(5))}
    assert (store.article("id-0-2").note, store.check()) == ("n", [])


def test_an_opened_file_comes_back_when_it_is_opened_again(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("# A\n\nWords.\n", encoding="utf-8")
    with Library(in_folder(tmp_path / "library")) as library:
        row = library.open_file(file)
        assert library.remove_articles([row.key]) == 1
        assert library.open_file(file).key == row.key
        library.remove_source(row.source_key)
        assert library.open_file(file).key == row.key
        assert library.store.check() == []


def test_the_command_line_tells_and_undoes(tmp_path: Path) -> None:
    shell, file = Shell(tmp_path / "library"), tmp_path / "posts" / "a.md"
    file.parent.mkdir()
    for name in ("a", "b", "c"):
        file.with_name(f"{name}.md").write_text(f"# Post {name}\n\nWords of {name}.\n", encoding="utf-8")
    shell.run("add", file.parent)
    with Library(in_folder(shell.library)) as library:
        library.remove_articles(library.keys([shell.json("list")[0]["id"]]))
        library.mark_all_read(Query())
    first, second = shell.json("history")
    assert [(each["kind"], each["count"]) for each in (first, second)] == [("read-all", 2), ("remove", 1)]
    assert "1 removed: Post" in shell.run("history").stdout
    assert shell.json("undo", second["number"]) == {"undone": "1 restored"}
    assert len(shell.json("list")) == 3
    assert shell.run("undo").stdout == "undone: marked as read\n"
    assert shell.json("history") == []
    assert refused(shell.run("undo"), 2) == refused(shell.run("undo", 999), 2) == "there is nothing to undo."
