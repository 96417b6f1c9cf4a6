"""What was removed does not come back as new; what changed becomes a version, and unread only if the user wants it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import identity, tasks
from reader.errors import ParseError
from reader.model import Prepared, Query, Saved, Source
from reader.store import Store
from tests.core.store_samples import NOW, later, prepared


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.sqlite3") as opened:
        yield opened


@pytest.fixture
def feed(store: Store) -> Source:
    return store.add_source("feed", "https://example.org/feed", "Feed")


def refresh(store: Store, source: Source, document: list[Prepared], when: datetime = NOW) -> Saved:
    """What a refresh does with a document."""
    guids, urls = [one.draft.guid for one in document], [one.draft.url for one in document]
    known = store.known(source.key, guids, urls, [one.fingerprint for one in document])
    keys = identity.match(known, document)
    ids = [identity.article_id(source.address, guid) for guid in guids]
    return store.save(source.key, list(zip(keys, ids, urls, document, strict=True)), when)


def empty_trash(store: Store, when: datetime) -> None:
    while not store.empty_trash_step(when):
        pass


def keys(store: Store) -> dict[str, int]:
    return {row.title: row.key for row in store.rows(store.ids(Query()))}


def titles(store: Store) -> set[str]:
    return set(keys(store))


LONG = "There are enough of them to be nobody else's, whatever else may change of what their feed says of them. "
ONE, TWO, THREE = (prepared(name, f"Words of {name}.", name) for name in ("one", "two", "three"))


def test_what_was_removed_does_not_come_back(store: Store, feed: Source) -> None:
    assert refresh(store, feed, [ONE, TWO]).new == 2
    assert store.remove_articles([keys(store)["one"], 999]) == 1
    assert refresh(store, feed, [ONE, TWO, THREE]) == Saved(new=1, changed=0)
    assert titles(store) == {"two", "three"}
    # Not under another name either: its GUID, then its link changed.
    renamed = prepared("one-again", "Words of one.", "one", url="https://example.org/one")
    assert refresh(store, feed, [renamed, TWO, THREE]) == Saved()
    assert store.check() == []


def test_it_comes_back_when_its_feed_was_without_it_for_90_days(store: Store, feed: Source) -> None:
    refresh(store, feed, [ONE, TWO])
    store.remove_articles([keys(store)["one"]], NOW)
    empty_trash(store, later(days=31))
    # Carried all the time, with a server that answers "unchanged" for half a year.
    assert refresh(store, feed, [ONE, TWO], later(days=180)) == Saved()
    refresh(store, feed, [TWO], later(days=181))
    assert refresh(store, feed, [ONE, TWO], later(days=270)) == Saved()
    refresh(store, feed, [TWO], later(days=271))
    assert refresh(store, feed, [ONE, TWO], later(days=362)).new == 1
    assert titles(store) == {"one", "two"}


def test_it_is_known_when_one_name_after_the_other_changes(store: Store, feed: Source) -> None:
    def named(guid: str, link: str) -> Prepared:
        return prepared(guid, "Short.", "one", url=f"https://example.org/{link}")

    refresh(store, feed, [named("a", "1"), TWO])
    store.remove_articles([keys(store)["one"]])
    for guid, link in (("b", "1"), ("b", "2"), ("c", "2"), ("c", "3")):
        assert refresh(store, feed, [named(guid, link), TWO]) == Saved()


def test_a_site_that_moves_to_https_has_nothing_new(store: Store, feed: Source) -> None:
    refresh(store, feed, [prepared("http://example.org/1", "Words.", "One", url="http://example.org/1")])
    moved = prepared("https://example.org/1", "Words, edited in the same hour.", "One", url="https://example.org/1")
    assert refresh(store, feed, [moved]) == Saved(new=0, changed=1)


def test_old_identities_are_forgotten(store: Store, feed: Source) -> None:
    refresh(store, feed, [ONE, TWO, THREE])
    store.remove_articles(list(keys(store).values()), NOW)
    empty_trash(store, later(days=31))
    for days in (32, 123):
        refresh(store, feed, [THREE], later(days=days))
    found = store.known(feed.key, [one.draft.guid for one in (ONE, TWO, THREE)], [], [])
    assert [(one.title, one.key < 0) for one in found] == [("three", True)]


def test_a_bookmarked_article_stays(store: Store, feed: Source) -> None:
    refresh(store, feed, [ONE, TWO])
    store.bookmark(keys(store)["one"], NOW)
    assert store.remove_articles(list(keys(store).values())) == 1
    assert titles(store) == {"one"}
    assert refresh(store, feed, [ONE, TWO]) == Saved()


def test_one_of_many_with_one_guid_is_removed_alone(store: Store, feed: Source) -> None:
    document = [prepared("same", f"Words {n}", f"Title {n}", url="https://example.org/all") for n in range(50)]
    refresh(store, feed, document)
    store.remove_articles([keys(store)["Title 7"]])
    for _ in range(3):
        assert refresh(store, feed, document[::-1]) == Saved()
    assert len(keys(store)) == 49
    assert refresh(store, feed, [document[7]]) == Saved()  # not taken for another one, though its GUID is alone now
    assert len(keys(store)) == 49


def test_files_that_go_and_come_again_are_new(store: Store) -> None:
    folder = store.add_source("folder", "/notes", "Notes")
    note = prepared("a.md", "A note.", form="file", url="", size=3, mtime_ns=5)
    refresh(store, folder, [note])
    store.remove_articles(list(keys(store).values()))
    refresh(store, folder, [prepared("b.md", "Another.", form="file", url="")], later(days=200))
    assert refresh(store, folder, [note], later(days=200)) == Saved()
    store.mark_gone(folder.key, ["a.md"])
    assert refresh(store, folder, [note], later(days=201)).new == 1


def test_with_their_source_identities_go(store: Store, feed: Source) -> None:
    refresh(store, feed, [ONE])
    store.remove_articles(list(keys(store).values()), NOW)
    store.remove_source(feed.key, NOW)
    empty_trash(store, later(days=31))
    again = store.add_source("feed", feed.address, "Feed")
    assert refresh(store, again, [ONE]).new == 1


@pytest.mark.parametrize("wanted", [False, True])
def test_a_changed_article_is_unread_again_only_if_the_user_wants_it(store: Store, feed: Source, wanted: bool) -> None:
    store.configure_source(feed.key, unread_again=wanted)
    refresh(store, feed, [ONE, TWO])
    store.mark_read(list(keys(store).values()), True, NOW)
    changed = prepared("one", "Words of one, and more.", "one")
    assert refresh(store, feed, [changed, TWO]) == Saved(new=0, changed=1)
    unread = {row.title for row in store.rows(store.ids(Query())) if not row.read}
    assert unread == ({"one"} if wanted else set())
    store.mark_read(list(keys(store).values()), True, NOW)
    refresh(store, feed, [ONE, TWO])  # back to the text that was read
    assert all(row.read for row in store.rows(store.ids(Query())))
    assert store.check() == []


def test_other_punctuation_in_a_title_is_no_version(store: Store, feed: Source) -> None:
    refresh(store, feed, [ONE])
    store.mark_read(list(keys(store).values()), True, NOW)
    assert refresh(store, feed, [prepared("one", "Words of one.", "One!")]) == Saved()
    assert titles(store) == {"One!"}


# --------------------------------------------------------------------------- many refreshes against a simple model


@dataclass
class Model:
    """What a person expects: which articles are there, and since when the feed is without each one that was removed."""

    there: set[int] = field(default_factory=set)
    absent_since: dict[int, int | None] = field(default_factory=dict)

    def refresh(self, window: set[int], day: int) -> int:
        for article, since in list(self.absent_since.items()):
            if since is not None and day - since > 90:
                del self.absent_since[article]
            else:
                self.absent_since[article] = None if article in window else day if since is None else since
        new = window - self.there - self.absent_since.keys()
        self.there |= new
        return len(new)


STEPS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 9), min_size=1, max_size=10, unique=True),
        st.integers(0, 60),
        st.sets(st.integers(0, 9), max_size=2),
    ),
    min_size=2,
    max_size=7,
)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["guid", "link", "text"]), STEPS)
def test_any_course_of_refreshes_and_removals(
    tmp_path_factory: pytest.TempPathFactory, dependable: str, steps: list[tuple[list[int], int, set[int]]]
) -> None:
    """All but one of GUID, link and text change at each fetch, in any order of articles; that one is enough."""
    model, day = Model(), 0
    with Store.open(tmp_path_factory.mktemp("course") / "library.sqlite3") as store:
        feed = store.add_source("feed", "https://example.org/feed", "Feed")

        def document(window: list[int]) -> list[Prepared]:
            def name(rung: str, article: int) -> str:
                return f"{article}" if rung == dependable else f"{article}-{day}-{len(model.there)}"

            return [
                prepared(
                    f"tag:{name('guid', each)}",
                    f"Words of {name('text', each)}. " + LONG,
                    f"{each}",
                    url=f"https://example.org/{name('link', each)}",
                    published=later(days=day),
                )
                for each in window
            ]

        for window, days, removals in steps:
            day += days
            assert refresh(store, feed, document(window), later(days=day)).new == model.refresh(set(window), day)
            assert set(map(int, keys(store))) == model.there
            gone = removals & model.there
            assert store.remove_articles([keys(store)[str(each)] for each in gone], NOW) == len(gone)
            empty_trash(store, later(days=31))
            model.there -= gone
            model.absent_since.update(dict.fromkeys(gone))
        assert store.check() == []


def test_real_feeds_bring_nothing_new_the_second_time(store: Store, corpora: Path) -> None:
    trouble = []
    feeds = articles = 0
    with store.together():
        for file in sorted(path for path in (corpora / "feeds").rglob("*") if path.is_file()):
            data = file.read_bytes()
            try:
                document = tasks.parse_feed(data, "https://example.org/feed", "")[1]
                again = tasks.parse_feed(data, "https://example.org/feed", "")[1]
            except ParseError:
                continue
            source = store.add_source("feed", f"https://example.org/{file}", file.name)
            first, second = refresh(store, source, document), refresh(store, source, again)
            if first.new != len(document) or second != Saved():
                trouble.append((file.name, first, second))
            feeds += 1
            articles += len(document)
    assert not trouble
    assert feeds > 100
    assert articles > 1000
