"""One article in several sources is one row, read once is read everywhere; nothing is deleted, and it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reader.model import Prepared, Query
from reader.store import Store
from tests.core.store_samples import NOW, later, prepared

LONG = "There are enough of these words to be nobody else's, whatever else may change of what a source says of it. "

ALL = Query()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.sqlite3") as opened:
        for number in range(3):
            opened.add_source("feed", f"https://example.org/feed{number}", f"Source {number}")
        opened.add_source("folder", "/posts", "Posts")
        yield opened


def save(store: Store, source: int, *ones: Prepared) -> list[int]:
    """Their keys; an article's id names its source too."""
    store.save(source, [(None, f"{source}-{one.draft.guid}", one.draft.url, one) for one in ones], NOW)
    return [store.article(f"{source}-{one.draft.guid}").row.key for one in ones]


def linked(guid: str, url: str, text: str = "", **more: Any) -> Prepared:
    return prepared(guid, text or f"Words of {guid}.", url=url, **more)


def listed(store: Store, query: Query = ALL) -> list[str]:
    """Ids and what they are also in; the numbers of the list must agree."""
    found = store.ids(query)
    assert store.count(query) == len(found)
    return sorted(f"{row.id} {'+'.join(row.also_in)}".strip() for row in store.rows(found))


def test_the_same_address_in_two_sources_is_one_row(store: Store) -> None:
    save(store, 1, linked("a", "https://e.org/one"), linked("b", "https://e.org/two"))
    save(store, 2, linked("x", "http://e.org/one"))
    save(store, 3, linked("y", "https://e.org/one"))
    assert listed(store) == ["1-a Source 1+Source 2", "1-b"]
    assert listed(store, Query(sources=(2,))) == ["2-x Source 0+Source 2"]
    assert listed(store, Query(sources=(2, 3))) == ["2-x Source 0+Source 2"]
    assert listed(store, Query(sources=(1, 3))) == ["1-a Source 1+Source 2", "1-b"]
    assert listed(store, Query("unread")) == listed(store)
    assert store.counts(NOW).total == store.counts(NOW).unread == 2
    assert [source.total for source in store.sources()] == [2, 1, 1, 0]
    assert store.check() == []


def test_the_same_words_under_the_same_title_are_one_row_across_feeds_and_files(store: Store) -> None:
    save(store, 1, linked("a", "https://e.org/one", LONG, title="A title"))
    file = prepared("posts/a.md", LONG, "a  Title", url="", form="file", raw="x", size=1, mtime_ns=1)
    save(store, 4, file)
    save(store, 2, linked("b", "https://other.org/one", LONG, title="Another title"))
    save(store, 3, linked("c", "https://short.org/c", "Discuss.", title="Open thread"))
    save(store, 2, linked("d", "https://short.org/d", "Discuss.", title="Open thread"))
    assert listed(store) == ["1-a Posts", "2-b", "2-d", "3-c"]


@pytest.mark.parametrize("url", ["https://e.org/", "", "tag:e.org,2026:a"])
def test_what_names_no_article_joins_none(store: Store, url: str) -> None:
    save(store, 1, linked("a", url))
    save(store, 2, linked("b", url))
    assert listed(store) == ["1-a", "2-b"]


def test_an_address_that_a_source_gives_twice_says_nothing(store: Store) -> None:
    save(store, 1, linked("a", "https://e.org/one"), linked("b", "https://e.org/one"))
    save(store, 2, linked("c", "https://e.org/one"))
    assert listed(store) == ["1-a", "1-b", "2-c"]
    save(store, 1, linked("d", "https://e.org/two"))
    save(store, 2, linked("e", "https://e.org/two"))
    save(store, 1, linked("f", "https://e.org/two"))  # never two of one source in one row
    assert listed(store) == ["1-a", "1-b", "1-d Source 1", "1-f", "2-c"]
    assert store.check() == []


def test_thousands_of_one_address_cost_no_more_than_a_few(store: Store) -> None:
    for source in (1, 2, 3):
        save(store, source, *(linked(f"g{n}", "https://e.org/one") for n in range(300)))
    assert len(store.ids(Query())) == 900
    assert store.check() == []


def test_read_once_is_read_everywhere_and_back(store: Store) -> None:
    (one,) = save(store, 1, linked("a", "https://e.org/one"))
    (two,) = save(store, 2, linked("b", "https://e.org/one"))
    assert store.mark_read([two], True, NOW) == 1
    assert listed(store, Query("unread")) == []
    assert [source.unread for source in store.sources()] == [0, 0, 0, 0]
    assert store.undo_last(NOW) == "read"
    assert [row.read for row in store.rows([one, two])] == [False, False]
    assert store.mark_all_read(Query(sources=(2,)), NOW) == 1
    assert store.rows([one])[0].read
    save(store, 3, linked("c", "https://e.org/one"))  # it comes as read
    assert listed(store, Query("unread", sources=(3,))) == []
    assert store.undo_last(NOW) == "read-all"
    assert [row.read for row in store.rows([one, two])] == [False, False]
    assert store.check() == []


def test_an_article_of_two_sources_is_one_in_every_count_that_is_said(store: Store) -> None:
    one, other = save(store, 1, linked("a", "https://e.org/one"), linked("b", "https://e.org/other"))
    (two,) = save(store, 2, linked("c", "https://e.org/one"))
    assert store.mark_read([one], True, NOW) == 1
    assert store.history() == []  # one article that was read is no line, in however many sources it is
    assert store.undo_last(NOW) == "read"
    assert [row.read for row in store.rows([one, two, other])] == [False] * 3
    for act, kind in (
        (lambda: store.mark_read([other, one], True, NOW), "read"),
        (lambda: store.mark_all_read(ALL, NOW), "read-all"),
        (lambda: store.remove_articles([one, two, other], NOW), "remove"),
    ):
        assert act() == 2
        (line,) = store.history()
        assert (line.kind, line.count) == (kind, 2)
        assert store.undo(line.key, NOW) == 2
        assert [row.read for row in store.rows([one, two, other])] == [False] * 3
    store.keep_twins_apart(True)
    assert store.mark_read([one, two], True, NOW) == 2
    assert store.history()[0].count == 2
    assert store.check() == []


def test_another_stands_in_when_one_goes_and_steps_back_when_it_returns(store: Store) -> None:
    (one,) = save(store, 1, linked("a", "https://e.org/one"))
    save(store, 2, linked("b", "https://e.org/one"))
    save(store, 4, prepared("c.md", url="https://e.org/one", size=1, mtime_ns=1))
    store.remove_source(1, NOW)
    assert listed(store) == ["2-b Posts"]
    store.undo_last(NOW)
    assert len(listed(store)) == 1
    store.mark_gone(4, ["c.md"])
    store.remove_source(2, NOW)
    assert listed(store) == ["1-a"]
    store.undo_last(NOW)
    assert store.remove_articles([one], NOW) == 1  # the row goes, with all that it stands for
    assert listed(store) == []
    store.undo_last(NOW)
    assert len(listed(store)) == 1
    assert store.check() == []


def test_what_is_bookmarked_stands_for_the_others(store: Store) -> None:
    save(store, 1, linked("a", "https://e.org/one"))
    (two,) = save(store, 2, linked("b", "https://e.org/one"))
    store.bookmark(two, NOW, tags=["mine"])
    assert listed(store) == ["2-b Source 0"]
    assert listed(store, Query("bookmarks")) == ["2-b Source 0"]
    assert listed(store, Query(tag="mine")) == ["2-b Source 0"]
    save(store, 3, linked("c", "https://e.org/one"))
    assert listed(store) == ["2-b Source 0+Source 2"]
    assert store.check() == []


def test_it_is_switched_off_and_on_again(store: Store) -> None:
    (one,) = save(store, 1, linked("a", "https://e.org/one"))
    save(store, 2, linked("b", "https://e.org/one"))
    assert store.keep_twins_apart(True)
    assert not store.keep_twins_apart(True)
    save(store, 3, linked("c", "https://e.org/one"))
    assert listed(store) == ["1-a", "2-b", "3-c"]
    assert store.mark_read([one], True, NOW) == 1
    assert store.check() == []
    assert store.keep_twins_apart(False)
    assert listed(store) == ["1-a Source 1+Source 2"]
    assert store.check() == []


def test_articles_that_were_there_before_are_found_in_steps(store: Store) -> None:
    for source in (1, 2):
        save(store, source, *(linked(f"g{n}", f"https://e.org/{n}", published=later(days=n)) for n in range(5)))
    with store._lines.writing() as db:  # as a library of an older version is
        db.execute("DELETE FROM twins")
        db.execute("UPDATE states SET twin = 0")
        db.execute("UPDATE states SET read = 1 WHERE article = 1")
        db.execute("INSERT INTO meta SELECT 'joined', max(key) + 1 FROM articles")
    assert len(listed(store)) == 10
    steps = 0
    while not store.join_twins_step(3):
        steps += 1
    assert (steps, len(listed(store)), store.count(Query("unread"))) == (4, 5, 4)
    assert store.check() == []
