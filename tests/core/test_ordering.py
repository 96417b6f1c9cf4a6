"""Lists by title and by source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reader.content.prepare import prepare
from reader.model import Draft, Query
from reader.store import Store
from reader.store.ordering import title_key

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "titles",
    [
        ["Apple", "banana", "Cherry"],
        ["ecole", "École des arts", "Ecuador"],
        ["Part 2", "Part 9", "Part 10"],
        ["“All of it”", "Another"],
        ["zebra", "阿姨", "北京", "上海", "中国"],
        ["かな", "阿姨"],
    ],
)
def test_titles_stand_as_people_sort_them(titles: list[str]) -> None:
    assert sorted(reversed(titles), key=title_key) == titles


@pytest.mark.parametrize("title", ["", "!!!", "\ud800", "0", "0000000000000000000000000009"])
def test_any_title_has_a_place(title: str) -> None:
    assert isinstance(title_key(title), bytes)


def _store(folder: Path) -> Store:
    store = Store.open(folder / "library.sqlite3")
    for name, titles in {"Zeta": ["b 10", "a"], "Älpha": ["b 9", "c"]}.items():
        source = store.add_source("feed", f"http://{ord(name[0])}.test/", name)
        entries = [
            prepare(Draft(guid=t, raw=f"<p>{name} {t}</p>", title=t, published=NOW - timedelta(hours=n)))
            for n, t in enumerate(titles)
        ]
        store.save(source.key, [(None, "", "", each) for each in entries], NOW)
    return store


def test_a_list_by_title_and_by_source(tmp_path: Path) -> None:
    with _store(tmp_path) as store:

        def titles(**more: Any) -> list[str]:
            return [row.title for row in store.rows(store.ids(Query(**more)))]

        assert titles(order="title") == ["a", "b 9", "b 10", "c"]
        assert titles(order="title", unread_only=True) == ["a", "b 9", "b 10", "c"]
        assert titles(order="source") == ["b 9", "c", "b 10", "a"]
        assert titles(order="source", oldest_first=True) == ["c", "b 9", "a", "b 10"]
        assert len(store.ids(Query(order="title"), 2)) == 2


def test_the_date_of_a_row_is_known_by_its_key(tmp_path: Path) -> None:
    with _store(tmp_path) as store:
        newest = store.ids(Query())[0]
        assert store.dated(newest) == NOW
        assert store.dated(99_999) is None


def test_many_are_kept_tagged_and_let_go_in_one_gesture(tmp_path: Path) -> None:
    with _store(tmp_path) as store:
        keys = list(store.ids(Query()))
        store.bookmark(keys[0], NOW, tags=["old"], note="mine")
        assert store.keep(keys, NOW, add=["new"], drop=["old"]) == 4
        assert store.article_by_key(keys[0]).user_tags == ("new",)
        assert store.article_by_key(keys[0]).note == "mine"
        assert store.keep(keys, NOW, add=["new"]) == 0
        assert len(store.bookmarks()) == 4
        assert [(each.kind, each.count) for each in store.history()] == [("bookmark", 4)]
        assert store.undo_last(NOW) == "bookmark"
        assert [(mark.tags, mark.note) for mark in store.bookmarks()] == [(("old",), "mine")]
        assert store.keep([*keys, 99_999], NOW, on=False) == 1
        assert store.bookmarks() == []
        assert store.undo_last(NOW) == "unbookmark"
        assert store.bookmarks()[0].note == "mine"
