"""The lists: right, in order, and by an index whatever their size."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from reader.errors import Usage
from reader.model import Query, View
from reader.store import Store, lists
from tests.core.store_samples import NOW, entry, later, prepared

VIEWS = get_args(View)
MANY = 50_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """50,000 rows without bodies: what the lists read, written by SQL."""
    with Store.open(tmp_path_factory.mktemp("large") / "library.sqlite3") as store:
        for number in range(100):
            store.add_source("feed", f"https://example.org/{number}", f"Source {number}")
        chance = random.Random(7)
        dates = [int(NOW.timestamp() * 1000) - chance.randrange(10**10) // 1000 * 1000 for _ in range(MANY)]
        with store._lines.writing() as db:
            db.executemany(
                """INSERT INTO articles (key, id, source, version, guid, url, guid_hash, words_hash, fingerprint, title,
                       summary, authors, tags, language, minutes, base_url, enclosures, comments_url, warnings)
                   VALUES (?1, 'id' || ?1, 1 + ?1 % 100, ?1, 'g', '', ?1, ?1, x'00', 'Title ' || ?1, 'Summary', '[]',
                       '[]', '', 1, '', '[]', '', '[]')""",
                ((key,) for key in range(1, MANY + 1)),
            )
            db.executemany(
                "INSERT INTO states (article, source, date, read) VALUES (?1, 1 + ?1 % 100, ?2, ?3)",
                ((key, date, key % 3 == 0) for key, date in enumerate(dates, 1)),
            )
            db.execute("UPDATE states SET starred = 1 WHERE article % 50 = 0")
            db.execute("UPDATE states SET reading = 1 WHERE article % 70 = 0")
        yield store


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("sources", [(), (3,), (3, 5, 8)])
@pytest.mark.parametrize("unread_only", [False, True])
@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("tag", ["", "t"])
def test_no_list_is_sorted_or_scanned_outside_an_index(
    large: Store, view: View, sources: tuple[int, ...], unread_only: bool, oldest_first: bool, tag: str
) -> None:
    query = Query(view, sources, tag, unread_only, oldest_first, since=later(days=-1))
    sql, values = lists.listing(query)
    with large._lines.reading() as db:
        plan = [detail for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert not any("TEMP B-TREE" in step for step in plan)
    if tag:
        assert any("SEARCH taggings USING PRIMARY KEY (tag=?" in step for step in plan)
    else:
        assert any("USING COVERING INDEX" in step for step in plan)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("sources", [(), (3,), (3, 5, 8)])
@pytest.mark.parametrize("unread_only", [False, True])
def test_lists_are_what_a_plain_look_at_all_rows_gives(
    large: Store, view: View, sources: tuple[int, ...], unread_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = later(days=-30)
    with large._lines.reading() as db:
        every = db.execute("SELECT article, source, date, read, starred, reading FROM states").fetchall()
    bound = since.timestamp() * 1000
    wanted = {
        "all": lambda row: True,
        "unread": lambda row: not row[3],
        "today": lambda row: row[2] >= bound,
        "bookmarks": lambda row: row[4],
        "continue": lambda row: row[5],
    }[view]
    rows = [row for row in every if wanted(row) and (not sources or row[1] in sources) and not (unread_only and row[3])]
    expected = [row[0] for row in sorted(rows, key=lambda row: (row[2], row[0]), reverse=True)]
    query = Query(view, sources, unread_only=unread_only, since=since)
    assert large.ids(query).tolist() == expected
    assert large.ids(query, 7).tolist() == expected[:7]
    assert large.ids(query, 0).tolist() == []
    backwards = Query(view, sources, unread_only=unread_only, since=since, oldest_first=True)
    assert large.ids(backwards).tolist() == expected[::-1]
    assert large.count(query) == len(expected)
    monkeypatch.setattr(lists, "_SPARSE", 0)  # as for sources that hold little of a large library
    assert large.ids(query).tolist() == expected
    assert large.ids(backwards, 7).tolist() == expected[::-1][:7]


def test_today_needs_a_beginning(large: Store) -> None:
    with pytest.raises(Usage):
        large.ids(Query("today"))


def test_rows_come_in_the_order_asked(large: Store) -> None:
    keys = [500, 3, 999_999, 20_000, 3]
    assert [row.key for row in large.rows(keys)] == [500, 3, 20_000, 3]
    assert large.rows([]) == []
    row = large.rows([3])[0]
    assert (row.id, row.source_title, row.source_kind, row.title) == ("id3", "Source 3", "feed", "Title 3")


def test_rows_are_looked_up_one_by_one(large: Store) -> None:
    with large._lines.reading() as db:
        plan = [
            detail
            for *_, detail in db.execute(
                f"""EXPLAIN QUERY PLAN SELECT {lists.ROW_COLUMNS} FROM json_each('[1]') AS wanted
                    CROSS JOIN {lists.ROW_TABLES} WHERE articles.key = wanted.value ORDER BY wanted.key"""
            )
        ]
    assert not any(step.startswith("SCAN") and "wanted" not in step for step in plan)


def test_speed_of_lists(large: Store, capsys: pytest.CaptureFixture[str]) -> None:
    since = datetime(2026, 3, 1, tzinfo=UTC)
    figures = []
    for name, call in (
        ("ids of all", lambda: large.ids(Query())),
        ("ids of unread", lambda: large.ids(Query("unread"))),
        ("ids of 20 sources", lambda: large.ids(Query(sources=tuple(range(1, 21))))),
        ("counts", lambda: large.counts(since)),
        ("sources", lambda: large.sources()),
        ("a page of 100 rows", lambda: large.rows(range(20_000, 20_100))),
    ):
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            assert call()
            times.append(time.perf_counter() - begin)
        figures.append(f"{name}: {sorted(times)[2] * 1000:.1f} ms")
    with capsys.disabled():
        print(f"\n{MANY} articles: " + ", ".join(figures))


def test_limits_and_ties(tmp_path: Path) -> None:
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "")
        store.save(source.key, [entry(prepared(f"g{n}", published=NOW)) for n in range(5)], NOW)
        newest = store.ids(Query()).tolist()
        assert [row.id for row in store.rows(newest)] == [f"id-g{n}" for n in range(5)]
        assert store.ids(Query(oldest_first=True)).tolist() == newest[::-1]
        pages = [store.ids(Query(), n).tolist() for n in range(7)]
        assert list(itertools.chain(*pages[-1:])) == newest
