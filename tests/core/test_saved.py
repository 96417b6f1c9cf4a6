"""Smart folders: lists of what a search finds, their acts, and an article of several sources once in both."""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reader.errors import NotFound, Usage
from reader.model import Query, Row
from reader.store import Store, saved
from reader.store.salvage import salvage
from tests.core.store_samples import NOW, entry, later, prepared

TEXTS = {
    "pier": "The lighthouse stands at the end of the pier.",
    "keeper": "The keeper climbs the stairs of the lighthouse.",
    "paper": "Paper remembers what ink forgets.",
    "灯塔": "海港的燈塔在夜裡亮著。",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.sqlite3") as opened:
        source = opened.add_source("feed", "https://example.org/feed", "Harbour")
        made = [prepared(name, text, published=later(hours=n)) for n, (name, text) in enumerate(TEXTS.items())]
        opened.save(source.key, [entry(one) for one in made], NOW)
        yield opened


def listed(store: Store, query: Query) -> list[str]:
    """The ids of a list without their beginning; its number must agree."""
    keys = store.ids(query)
    assert store.count(query) == len(keys)
    return [row.id.removeprefix("id-") for row in store.rows(keys)]


def names(store: Store) -> list[str]:
    return [folder.name for folder in store.smart_folders()]


# The list


def test_what_a_search_finds_is_a_list_in_its_own_order(store: Store) -> None:
    lights = Query(matching="lighthouse")
    assert listed(store, lights) == ["keeper", "pier"]
    assert listed(store, Query(matching="lighthouse", oldest_first=True)) == ["pier", "keeper"]
    assert listed(store, Query(matching="灯塔 OR paper")) == ["灯塔", "paper"]
    assert listed(store, Query(matching="is:unread -lighthouse")) == ["灯塔", "paper"]
    assert listed(store, Query(matching="-lighthouse")) == []  # as a search: it asks for nothing
    assert listed(store, Query(matching="lighthouse -stairs is:unread")) == ["pier"]
    assert listed(store, Query(matching="is:bookmarked OR ink")) == ["paper"]
    assert listed(store, Query(matching="-")) == []
    with pytest.raises(Usage, match="is:nonsense"):
        store.ids(Query(matching="is:nonsense"))


def test_what_is_read_leaves_its_unread_list_and_comes_back(store: Store) -> None:
    unread = Query(matching="lighthouse", unread_only=True)
    assert store.mark_all_read(Query(matching="lighthouse"), NOW) == 2
    assert listed(store, unread) == []
    assert listed(store, Query("unread")) == ["灯塔", "paper"]
    assert [(each.kind, each.count, each.what) for each in store.history()] == [("read-all", 2, "lighthouse")]
    assert store.undo_last(NOW) == "read-all"
    assert listed(store, unread) == ["keeper", "pier"]


def test_search_inside_of_a_smart_folder(store: Store) -> None:
    inside = Query(matching="lighthouse")
    assert [row.id for row in store.search("stairs", query=inside)] == ["id-keeper"]
    assert store.search("paper", query=inside) == []
    assert [row.id for row in store.search("is:unread", query=inside)] == ["id-keeper", "id-pier"]
    assert store.search_count("the", query=inside) == 2


def test_quotation_marks_of_keyboards_make_a_phrase(store: Store) -> None:
    assert listed(store, Query(matching="“end of the pier”")) == ["pier"]
    assert listed(store, Query(matching="“pier of the end”")) == []


# Acts


def test_saving_editing_and_order(store: Store) -> None:
    first = store.save_search("  Lights ", " lighthouse   is:unread ", NOW)
    assert (first.name, first.query) == ("Lights", "lighthouse is:unread")
    second = store.save_search("", "paper", NOW)
    assert names(store) == ["Lights", "paper"]
    assert store.edit_smart_folder(second.key, NOW, query="ink").name == "ink"  # its name was its words
    assert store.edit_smart_folder(first.key, NOW, query="lighthouse").name == "Lights"
    assert store.edit_smart_folder(first.key, NOW, name="").name == "lighthouse"
    store.arrange_smart_folders([second.key], NOW)
    assert names(store) == ["ink", "lighthouse"]
    for asked in ("", "-word", "is:nonsense", "before:never"):
        with pytest.raises(Usage):
            store.save_search("x", asked, NOW)
    with pytest.raises(NotFound):
        store.edit_smart_folder(77, NOW, name="x")


def test_each_change_can_be_taken_back_the_last_first(store: Store) -> None:
    first = store.save_search("One", "lighthouse", NOW)
    second = store.save_search("Two", "paper", NOW)
    store.edit_smart_folder(first.key, NOW, name="Uno")
    store.arrange_smart_folders([second.key, first.key], NOW)
    store.remove_smart_folder(first.key, NOW)
    assert names(store) == ["Two"]
    assert [(each.kind, each.what) for each in store.history()] == [("remove-search", "Uno")]
    assert store.undo(store.history()[0].key, NOW) == 1
    assert names(store) == ["Two", "Uno"]
    assert [store.undo_last(NOW) for _ in range(5)] == [
        "arrange-searches", "edit-search", "save-search", "save-search", None,
    ]  # fmt: skip
    assert names(store) == []


def test_what_was_changed_since_is_left_alone(store: Store) -> None:
    folder = store.save_search("One", "lighthouse", NOW)
    store.edit_smart_folder(folder.key, NOW, name="Two")
    with store._lines.reading() as db:
        saving = db.execute("SELECT key FROM acts WHERE kind = 'save-search'").fetchone()[0]
    assert store.undo(saving, NOW) == 0
    assert names(store) == ["Two"]


def test_the_journal_brings_them_back(store: Store, tmp_path: Path) -> None:
    first = store.save_search("One", "lighthouse", NOW)
    second = store.save_search("Two", "paper", NOW)
    gone = store.save_search("Three", "ink", NOW)
    store.edit_smart_folder(first.key, NOW, name="Uno", query="lighthouse is:unread")
    store.arrange_smart_folders([second.key, first.key], NOW)
    store.remove_smart_folder(gone.key, NOW)
    before = store.smart_folders()
    lines = [json.loads(line) for line in store.journal.file.read_bytes().splitlines()]
    with Store.open(tmp_path / "other" / "library.sqlite3") as other:
        other.put_marks(store.journal.marks())  # as restoring and repairing do
        assert names(other) == names(store) == ["Two", "Uno"]
        with other._lines.writing() as db:
            assert saved.replay(db, lines) == 2
            assert saved.replay(db, [*lines, {"kind": "save-search", "new": {"id": "x", "state": {"name": "x"}}}]) == 2
        assert [(each.id, each.name, each.query) for each in other.smart_folders()] == [
            (each.id, each.name, each.query) for each in before
        ]


def test_they_are_salvaged_from_a_damaged_library(store: Store, tmp_path: Path) -> None:
    store.save_search("One", "lighthouse", NOW)
    article = store.article("id-pier").row.key
    with store._lines.writing() as db:
        db.execute("INSERT INTO notes VALUES (?, 'mine', 1, 1)", (article,))
        db.execute(
            "INSERT INTO highlights VALUES (1, 'h', ?, x'00', 'pier', 'the ', '.', 40, 'yellow', '', 1, 1)", (article,)
        )
        db.execute("INSERT INTO rules VALUES (1, 'r', 'Mute', 'ink', 'mute', '', 0, 1, 0, 1, 1)")
    store.close()
    (tmp_path / "new").mkdir()
    salvage(store.file, tmp_path / "new" / "library.sqlite3")
    with closing(sqlite3.connect(tmp_path / "new" / "library.sqlite3")) as db:
        counts = [db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("highlights", "notes", "rules")]
        assert counts == [1, 1, 1]
        assert db.execute("SELECT name, query FROM saved").fetchall() == [("One", "lighthouse")]


# One row for an article of several sources


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Store]:
    """Sixty addresses in up to four sources each, with texts that differ from source to source."""
    dice = random.Random(5)
    with Store.open(tmp_path / "twins.sqlite3") as opened:
        for number in range(4):
            source = opened.add_source("feed", f"https://example.org/{number}", f"Source {number}")
            made = []
            for n in range(60):
                if dice.random() < 0.6:
                    words = " ".join(dice.sample(["alder", "birch", "cedar", "elm"], dice.randint(1, 3)))
                    one = prepared(f"{n}", f"{words} {n}.", f"Tree {n}", url=f"https://e.org/{n}")
                    made.append((None, f"{number}-{n}", one.draft.url, one))
            opened.save(source.key, made, NOW)
        keys = opened.ids(Query())
        opened.mark_read(dice.sample(list(keys), 20), True, NOW)
        for key in dice.sample(list(keys), 5):
            opened.bookmark(key, NOW)
        yield opened


def families(rows: list[Row]) -> list[str]:
    return sorted(row.url for row in rows)


@pytest.mark.parametrize("sources", [(), (1, 2), (3,)])
@pytest.mark.parametrize("asked", ["alder", "birch cedar", "-elm alder", "is:unread", "source:3 OR alder", "tree*"])
def test_a_search_lists_each_family_once_and_misses_none(twins: Store, asked: str, sources: tuple[int, ...]) -> None:
    query = Query(sources=sources)
    twins.keep_twins_apart(True)
    each = twins.search(asked, limit=1000, query=query, now=NOW)
    twins.keep_twins_apart(False)
    once = twins.search(asked, limit=1000, query=query, now=NOW)
    wanted = families(each) if len(sources) == 1 else sorted({row.url for row in each})
    assert families(once) == wanted
    assert twins.search_count(asked, query=query) == len(once)
    assert {row.key for row in once} <= {row.key for row in each}  # each row holds the words itself
    as_list = twins.rows(twins.ids(Query(sources=sources, matching=asked)))
    assert sorted(row.key for row in as_list) == sorted(row.key for row in once)
    assert twins.count(Query(sources=sources, matching=asked)) == len(once)
    leading = {row.key for row in twins.rows(twins.ids(Query()))}
    by_url = {row.url: row for row in once}
    for row in each:  # what stands for its family stands for it here, too, when it is found
        if row.key in leading and len(sources) != 1:
            assert by_url[row.url].key == row.key
    assert any(row.also_in for row in once)


def test_the_number_of_a_folder_counts_each_family_once(twins: Store) -> None:
    for size, unread in itertools.product((2, 3, 4), (False, True)):
        for sources in itertools.combinations((1, 2, 3, 4), size):
            query = Query(sources=sources, unread_only=unread)
            assert twins.count(query) == len(twins.ids(query))
    with twins._lines.reading() as db:
        plan = db.execute(
            "EXPLAIN QUERY PLAN SELECT count(*) FROM states INDEXED BY states_twin WHERE twin = 1 AND source IN (1, 2)"
        ).fetchall()
    assert "COVERING INDEX states_twin" in plan[0][3]
