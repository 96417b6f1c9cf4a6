"""A library is opened, and what its first list shows is read, by a thread of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reader import settings
from reader.errors import StoreCorrupt
from reader.firstlook import FirstLook, beginning, read_list, see
from reader.library import Library
from reader.model import Query
from reader.paths import Paths, in_folder
from reader.settings import Settings


@pytest.fixture
def where(tmp_path: Path) -> Paths:
    """A library with a folder of five articles, two of them read."""
    articles = tmp_path / "Leaves"
    articles.mkdir()
    for number in range(5):
        text = f"---\ntitle: Leaf {number}\ndate: 2024-01-0{number + 1}\n---\nSome words.\n"
        (articles / f"{number}.md").write_text(text, encoding="utf-8")
    where = in_folder(tmp_path / "library")
    with Library(where) as library:
        list(library.refresh([library.add_folder(articles)]))
        library.mark_read(list(library.store.ids(Query(view="all")))[:2], True)
    return where


def test_it_sees_what_the_window_would_ask_for(where: Paths) -> None:
    look = FirstLook(where)
    with look.library() as library:
        seen = look.seen()
        assert seen is not None
        assert seen.sources == library.sources()
        assert seen.counts == library.store.counts(library.today())
        assert seen.query == Query(view="unread", since=library.today())
        assert [row.title for row in seen.list.rows] == ["Leaf 2", "Leaf 1", "Leaf 0"]
        assert list(seen.list.keys) == [row.key for row in seen.list.rows]
        assert seen.list.whole


def test_it_begins_as_the_settings_say(where: Paths) -> None:
    with Library(where) as library:
        source = library.sources()[0]
        left = Settings(view="all", source=source.id, oldest_first=True)
        assert beginning(left, [source]) == ("all", source.key)
        assert beginning(replace(left, source="gone"), [source]) == ("all", None)
        assert beginning(replace(left, start_view="today"), [source]) == ("today", None)
        seen = see(library, left)
        assert seen.query == Query(sources=(source.key,), since=library.today(), oldest_first=True)
        assert [row.title for row in seen.list.rows] == [f"Leaf {n}" for n in range(5)]
    settings.save(where.settings, left)
    look = FirstLook(where)
    with look.library():
        assert look.seen() == seen


def test_what_is_wrong_with_the_library_is_raised_where_it_is_asked_for(tmp_path: Path) -> None:
    where = in_folder(tmp_path)
    where.database.write_bytes(b"no database " * 1000)
    look = FirstLook(where)
    assert look.seen() is None
    with pytest.raises(StoreCorrupt):
        look.library()


def test_articles_stay_in_a_list_that_does_not_hold_them(where: Paths) -> None:
    with Library(where) as library:
        read = [
            key for key in library.store.ids(Query(view="all")) if key not in library.store.ids(Query(view="unread"))
        ]
        found = read_list(library.store, Query(view="unread"), staying=[read[0], 999_999], renewed=True)
        assert {row.key for row in found.rows} == {*found.keys, read[0]}
        assert found.gone == {999_999}
        assert found.total == 3
