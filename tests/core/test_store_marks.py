"""What the user does, and that it can be taken back; the sidebar's numbers against a recount."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import NotFound
from reader.model import Bookmark, Counts, Query, View
from reader.store import Store
from tests.core.store_samples import NOW, entry, later, prepared


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.sqlite3") as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    """Two sources of five articles; keys 1 to 5 and 6 to 10, the higher the newer."""
    for number in range(2):
        source = store.add_source("feed", f"https://example.org/{number}", "")
        ones = [prepared(f"{number}-{n}", published=later(days=n), tags=(f"t{n}",)) for n in reversed(range(5))]
        store.save(source.key, [entry(one) for one in ones], NOW)


def read(store: Store) -> set[int]:
    return {row.key for row in store.rows(store.ids(Query())) if row.read}


def test_reading_and_undoing(store: Store) -> None:
    assert store.mark_read([1, 2, 2, 99], True, NOW) == 2
    assert store.mark_read([1, 3], True, NOW) == 1
    assert store.mark_read([1], False, NOW) == 1
    assert read(store) == {2, 3}
    assert store.mark_read([], True, NOW) == 0
    assert [store.undo_last(NOW) for _ in range(2)] == ["unread", "read"]
    assert read(store) == {1, 2}
    with store._lines.writing() as db:  # as a sync would: without an act of this user
        db.execute("UPDATE states SET read = 0 WHERE article = 1")
    assert store.undo_last(NOW) == "read"
    assert read(store) == set()
    assert store.undo_last(NOW) is None


def test_all_read_is_undone_but_for_what_changed_since(store: Store, tmp_path: Path) -> None:
    store.mark_read([6], True, NOW)
    assert store.mark_all_read(Query(sources=(1,)), NOW) == 5
    assert read(store) == {1, 2, 3, 4, 5, 6}
    assert store.mark_all_read(Query(sources=(1,)), NOW) == 0  # nothing changed: nothing to undo
    store.mark_read([2], False, NOW)
    store.mark_read([2], True, NOW)
    store.close()
    with Store.open(tmp_path / "library.sqlite3") as again:  # after a restart as well
        assert again.undo_last(NOW) == "read"
        assert read(again) == {1, 3, 4, 5, 6}
        assert again.undo_last(NOW) == "unread"
        assert read(again) == {1, 2, 3, 4, 5, 6}
        with again._lines.writing() as db:  # as a sync would
            db.execute("UPDATE states SET read_act = 99 WHERE article = 2")
        assert again.undo_last(NOW) == "read-all"
        assert read(again) == {2, 6}
        assert again.undo_last(NOW) == "read"
        assert again.undo_last(NOW) is None
        assert read(again) == {2}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), set(range(1, 11))),
        (Query("today", since=later(days=3)), {4, 5, 9, 10}),
        (Query("bookmarks"), {3}),
        (Query("continue"), {8}),
        (Query(tag="t1"), {2, 7}),
        (Query(tag="none"), set()),
        (Query("unread", sources=(1, 2), tag="t4", oldest_first=True), {5, 10}),
    ],
)
def test_any_list_can_be_marked_read(store: Store, query: Query, expected: set[int]) -> None:
    store.bookmark(3, NOW)
    store.set_progress(8, 0.5, "")
    assert set(store.ids(query)) == expected
    assert store.mark_all_read(query, NOW) == len(expected)
    assert read(store) == expected
    assert store.count(Query("unread")) == 10 - len(expected)


def test_bookmarks(store: Store) -> None:
    store.bookmark(3, NOW, tags=["b", "a", "b", ""], note="Note")
    store.bookmark(5, later(hours=1))
    store.bookmark(3, later(hours=2))  # leaves what is there
    assert store.bookmarks() == [
        Bookmark("id-0-4", later(hours=1)),
        Bookmark("id-0-2", NOW, ("b", "a"), "Note"),
    ]
    store.bookmark(3, NOW, tags=["c"])
    store.bookmark(3, NOW, note="")
    article = store.article_by_key(3)
    assert (article.user_tags, article.note, article.row.bookmarked) == (("c",), "", True)
    assert store.ids(Query(tag="c")).tolist() == [3]
    assert dict(store.tags())["c"] == 1
    assert "a" not in dict(store.tags())
    for call in (store.bookmark, store.unbookmark):
        with pytest.raises(NotFound):
            call(99, NOW)


def test_a_tag_that_both_gave_is_one(store: Store) -> None:
    store.bookmark(3, NOW, tags=["t2"])
    assert store.ids(Query(tag="t2")).tolist() == [8, 3]
    assert dict(store.tags())["t2"] == 2
    store.unbookmark(3, NOW)
    assert dict(store.tags())["t2"] == 2


def test_undoing_bookmarks_restores_note_and_tags(store: Store) -> None:
    store.bookmark(3, NOW, tags=["a"], note="Long note")
    store.unbookmark(3, NOW)
    store.unbookmark(3, NOW)  # no act: nothing changed
    assert store.bookmarks() == []
    assert store.undo_last(NOW) == "unbookmark"
    assert store.bookmarks() == [Bookmark("id-0-2", NOW, ("a",), "Long note")]
    assert store.undo_last(NOW) == "bookmark"
    assert store.bookmarks() == []
    assert store.tags() == [(f"t{n}", 2) for n in range(5)]


def test_undo_never_overwrites_a_later_note(store: Store) -> None:
    store.bookmark(3, NOW, note="one")
    with store._lines.writing() as db:  # as a sync would: without an act of this user
        db.execute("UPDATE bookmarks SET note = 'two'")
    assert store.undo_last(NOW) is None
    assert store.bookmarks()[0].note == "two"


def test_acts_record_old_and_new(store: Store) -> None:
    store.mark_read([1, 2], True, NOW)
    store.bookmark(1, NOW, note="字")
    store.undo_last(later(hours=1))
    with store._lines.reading() as db:
        acts = db.execute("SELECT kind, article, old, new, undone, length(uuid) FROM acts ORDER BY key").fetchall()
        uuids = db.execute("SELECT count(DISTINCT uuid) FROM acts").fetchone()[0]
    created = str(int(NOW.timestamp() * 1000))
    state = f'{{"created":{created},"tags":[],"note":"字"}}'
    assert acts == [
        ("read", "id-0-0", '{"read":false}', '{"read":true}', 0, 16),
        ("read", "id-0-1", '{"read":false}', '{"read":true}', 0, 16),
        ("bookmark", "id-0-0", "null", state, 1, 16),
        ("undo-bookmark", "id-0-0", state, "null", 1, 16),
    ]
    assert uuids == 4


def test_half_read_articles(store: Store) -> None:
    def reading() -> list[int]:
        return store.ids(Query("continue")).tolist()

    for progress, expected in ((0.02, []), (0.021, [4]), (0.979, [4]), (0.98, []), (0.5, []), (0.01, []), (0.3, [4])):
        store.set_progress(4, progress, f"at {progress}")
        assert reading() == expected
        assert store.counts(NOW).reading == len(expected)
    assert store.article_by_key(4).position == "at 0.3"
    assert store.rows([4])[0].progress == 0.3
    for odd in (-1.0, 7.0, float("nan"), float("inf")):
        store.set_progress(4, odd, "")
        assert 0.0 <= store.rows([4])[0].progress <= 1.0
    with pytest.raises(NotFound):
        store.set_progress(99, 0.5, "")


keys = st.integers(1, 14)
views: st.SearchStrategy[View] = st.sampled_from(["all", "unread", "today", "bookmarks", "continue"])
queries = st.builds(
    Query,
    view=views,
    sources=st.sampled_from([(), (1,), (2,), (1, 2), (7,)]),
    tag=st.sampled_from(["", "t1", "mine", "none"]),
    unread_only=st.booleans(),
    oldest_first=st.booleans(),
    since=st.just(later(days=2)),
)
acts = st.one_of(
    st.tuples(st.just("read"), st.lists(keys, max_size=4), st.booleans()),
    st.tuples(st.just("all"), queries),
    st.tuples(st.just("bookmark"), keys, st.sampled_from([(), ("mine",), ("t1", "mine")])),
    st.tuples(st.just("unbookmark"), keys),
    st.tuples(st.just("progress"), keys, st.floats(0, 1)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("change"), keys, st.integers(0, 3)),
    st.tuples(st.just("gone"), st.integers(1, 3), st.integers(0, 4)),
    st.tuples(st.just("remove"), st.integers(1, 3)),
    st.tuples(st.just("add"), st.integers(0, 1)),
)


def perform(store: Store, act: tuple[object, ...]) -> None:
    match act:
        case ("read", list() as some, bool() as state):
            store.mark_read(some, state, NOW)
        case ("all", Query() as query):
            store.mark_all_read(query, NOW)
        case ("bookmark", int() as key, tuple() as tags):
            store.bookmark(key, NOW, tags=tags)
        case ("unbookmark", int() as key):
            store.unbookmark(key, NOW)
        case ("progress", int() as key, float() as progress):
            store.set_progress(key, progress, "")
        case ("undo",):
            store.undo_last(NOW)
        case ("change", int() as key, int() as n):
            article = store.article_by_key(key)
            store.save(article.row.source_key, [entry(prepared(article.guid, f"v{n}", tags=(f"t{n}",)), key)], NOW)
        case ("gone", int() as source, int() as n):
            store.mark_gone(source, [f"{source - 1}-{n}"])
        case ("remove", int() as source) if store.source(source).kind != "kept":
            store.remove_source(source)
        case ("add", int() as number):
            source = store.add_source("feed", f"https://example.org/{number}", "").key
            store.save(source, [entry(prepared(f"{number}-9", tags=("t1",), published=later(days=number)))], NOW)


@settings(max_examples=60)
@given(st.lists(acts, min_size=1, max_size=25))
def test_the_numbers_are_always_a_recounts(todo: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "library.sqlite3") as store:
        with store.together():  # one wait for the disk
            fill(store)
            for act in todo:
                try:
                    perform(store, act)
                except NotFound:
                    continue
        since = later(days=2)
        rows = store.rows(store.ids(Query()))
        assert store.check() == []
        assert store.counts(since) == Counts(
            total=len(rows),
            unread=sum(not row.read for row in rows),
            today=sum(row.date is not None and row.date >= since for row in rows),
            bookmarks=sum(row.bookmarked for row in rows),
            reading=len(store.ids(Query("continue"))),
        )
        assert [len(store.bookmarks())] == [store.counts(since).bookmarks]
        for source in store.sources():
            mine = [row for row in rows if row.source_key == source.key]
            assert (source.total, source.unread) == (len(mine), sum(not row.read for row in mine))
        expected: dict[str, int] = {}
        for row in rows:
            for tag in {*row.tags, *store.article_by_key(row.key).user_tags}:
                expected[tag] = expected.get(tag, 0) + 1
        assert dict(store.tags()) == expected
        for tag, uses in expected.items():
            assert store.count(Query(tag=tag)) == uses
