"""Retention lets go what is too old or too much, never what the user kept, and can be taken back for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reader import settings as settings_file
from reader.library import Library
from reader.model import Query
from reader.paths import in_folder
from reader.settings import Settings
from reader.store import Store
from tests.core.store_samples import NOW, entry, later, prepared

DAYS = 10


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two feeds and a folder of ten articles each, a day apart: keys 1 to 10, 11 to 20, 21 to 30, newest last."""
    with Store.open(tmp_path / "library.sqlite3") as opened:
        fill(opened)
        yield opened


def fill(store: Store) -> None:
    for number, kind in enumerate(("feed", "feed", "folder")):
        source = store.add_source(kind, f"/{number}", f"Source {number}")  # type: ignore[arg-type]
        ones = [prepared(f"{number}-{n}", f"{number} {n}", published=later(days=n)) for n in reversed(range(DAYS))]
        store.save(source.key, [entry(one) for one in ones], NOW)


def test_what_is_older_than_the_days_of_its_source_or_of_all_feeds(store: Store) -> None:
    store.configure_source(2, keep_days=5)
    assert store.overdue(later(days=9)) == [11, 12, 13, 14]
    assert store.overdue(later(days=9), days=8) == [1, 11, 12, 13, 14]  # a folder's files are the user's own
    store.configure_source(3, keep_days=9)
    assert store.overdue(later(days=10), days=100) == [11, 12, 13, 14, 15, 21]


def test_what_is_more_than_the_count_of_its_source_or_of_all_feeds(store: Store) -> None:
    store.configure_source(1, keep_count=9)
    assert sorted(store.overdue(NOW)) == [1]
    assert sorted(store.overdue(NOW, count=8)) == [1, 11, 12]
    assert sorted(store.overdue(NOW, in_all=17)) == [1, 2, 11]
    assert store.overdue(NOW, in_all=20) == [1]


def test_what_the_user_kept_is_never_removed(store: Store) -> None:
    store.bookmark(1, NOW)
    store.bookmark(2, NOW, tags=["mine"])
    store.bookmark(3, NOW, note="n")
    store.set_progress(4, 0.5, "")
    store.set_progress(5, 1.0, "")
    assert store.overdue(later(days=100), days=1) == [*range(5, 21)]
    # Kept between looking and removing.
    store.bookmark(6, NOW)
    store.set_progress(7, 0.5, "")
    assert store.retire([1, 4, 5, 6, 7, 8], NOW)[1] == 2
    assert {1, 2, 3, 4, 6, 7} <= set(store.ids(Query()))
    assert store.check() == []


def test_a_run_is_one_line_of_the_history_and_leaves_alone_what_was_taken_back(store: Store) -> None:
    store.mark_read([30], True, NOW)
    overdue = store.overdue(later(days=9), days=5)
    gesture = 0
    for start in range(0, len(overdue), 3):
        gesture, _ = store.retire(overdue[start : start + 3], later(days=9), gesture)
    assert store.retire(overdue, later(days=9), gesture) == (gesture, 0)
    assert store.retire([], NOW) == (0, 0)
    assert [(each.kind, each.count) for each in store.history()] == [("retention", 8)]
    assert store.count(Query()) == 22
    assert store.undo_last(NOW) == "read"  # what the user did last; retention is in the history alone
    assert store.undo(gesture, later(days=9)) == 8
    assert store.overdue(later(days=9), days=5) == []
    assert store.overdue(later(days=10), days=5) == [5, 15]
    assert (store.count(Query()), store.history(), store.check()) == (30, [], [])


def test_a_library_tidies_itself_by_its_settings(tmp_path: Path) -> None:
    paths = in_folder(tmp_path)
    settings_file.save(paths.settings, Settings(keep_days=5, keep_count=4, one_row=False))
    clock = [later(days=9)]
    with Library(paths, now=lambda: clock[0]) as library:
        fill(library.store)
        assert sum(library.tidying()) >= 2  # lists changed: by the switch and by retention
        assert library.store.count(Query()) == 8 + DAYS
        (run,) = library.history()
        assert (run.kind, run.count) == ("retention", 12)
        assert library.undo_gesture(run.key) == 12
        library.tidy()
        assert library.store.count(Query()) == 30
        library.remove_articles([1, 2])
        clock[0] = later(days=40)
        library.tidy(cancelled=lambda: True)
        library.tidy()
        assert [each.kind for each in library.history()] == ["retention"]
        assert library.store.check() == []
    with Library(paths, readonly=True) as library:
        assert library.history()[0].count == 8
