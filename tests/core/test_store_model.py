"""Random acts on a real library against a simple model in Python: no difference after any, nor after a restart."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reader.model import Query
from reader.store import Store
from tests.core.store_samples import NOW, entry, prepared

SOURCES = 3
#: Of the newest, by retention.
KEPT_COUNT = 3
#: An article with this number is the same in every source that has it.
SHARED = 3
WORDS = "The same words in more than one source, and enough of them to be nobody else's whatever else may change. "


@dataclass
class Article:
    """What the model knows of one article."""

    source: int
    shared: int | None
    date: int
    read: bool = False
    read_act: int | None = None
    bookmark: tuple[tuple[str, ...], str] | None = None
    reading: bool = False
    trashed_by: int | None = None
    spared: bool = False


@dataclass
class Act:
    """A gesture of the model: what it changed, by the article's name."""

    kind: str
    old: dict[str, object] = field(default_factory=dict)
    new: dict[str, object] = field(default_factory=dict)
    old_act: dict[str, int | None] = field(default_factory=dict)
    source: int | None = None
    undone: bool = False


class Library(RuleBasedStateMachine):
    """The store and its model. Names of articles are their ids."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="model-"))
        self.articles: dict[str, Article] = {}
        self.acts: list[Act] = []
        self.removed_sources: dict[int, int] = {}
        self.minutes = 0

    @initialize()
    def begin(self) -> None:
        self.open()
        self.sources = [self.store.add_source("feed", f"https://e.org/{n}", f"Source {n}").key for n in range(SOURCES)]

    def open(self) -> None:
        self.store = Store.open(self.folder / "library.sqlite3")

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert self.store.check() == []
            self.store.close()
        shutil.rmtree(self.folder)

    # What the model says

    def now(self) -> datetime:
        self.minutes += 1
        return NOW + timedelta(minutes=self.minutes)

    def there(self) -> dict[str, Article]:
        return {name: each for name, each in self.articles.items() if each.trashed_by is None}

    def family(self, name: str) -> list[str]:
        shared = self.articles[name].shared
        if shared is None:
            return [name]
        return [other for other in self.there() if self.articles[other].shared == shared]

    def families(self, names: list[str]) -> list[str]:
        return list(dict.fromkeys(other for name in names for other in self.family(name)))

    def said(self, names: Iterable[str]) -> int:
        """How many they are for the user: one of several sources is one."""
        shared = {name: self.articles[name].shared for name in names}
        return len({name if number is None else number for name, number in shared.items()})

    def keys(self, names: list[str]) -> list[int]:
        return [self.store.article(name).row.key for name in names]

    def some(self, data: st.DataObject, most: int = 3) -> list[str]:
        there = sorted(self.there())
        return data.draw(st.lists(st.sampled_from(there), max_size=most, unique=True)) if there else []

    def one(self, data: st.DataObject) -> str | None:
        there = sorted(self.there())
        return data.draw(st.sampled_from(there)) if there else None

    def live(self) -> list[int]:
        return [n for n in range(SOURCES) if n not in self.removed_sources]

    def act(self, act: Act) -> int:
        self.acts.append(act)
        return len(self.acts) - 1

    # The acts

    @rule(n=st.integers(0, SOURCES - 1), numbers=st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True))
    def save(self, n: int, numbers: list[int]) -> None:
        if n in self.removed_sources:
            return
        new = [number for number in numbers if f"id-{n}-{number}" not in self.articles]
        found = {
            each.guid: each.key for each in self.store.known(self.sources[n], [f"{n}-{k}" for k in numbers], [], [])
        }
        entries = []
        for number in numbers:
            guid = f"{n}-{number}"
            text = f"{WORDS}{number}" if number >= SHARED else f"{guid} in minute {self.minutes}"
            one = prepared(guid, text, f"Title {number}", published=NOW + timedelta(days=number))
            entries.append(entry(one, found.get(guid)))
        self.store.save(self.sources[n], entries, self.now())
        for number in new:
            self._came(f"id-{n}-{number}", n, number)

    def _came(self, name: str, n: int, number: int) -> None:
        self.articles[name] = Article(n, number if number >= SHARED else None, number)
        family = [self.articles[other] for other in self.family(name)]
        if any(each.read for each in family):
            for each in family:
                each.read = True

    @rule(data=st.data(), read=st.booleans())
    def mark(self, data: st.DataObject, read: bool) -> None:
        names = self.some(data)
        changed = [name for name in self.families(names) if self.articles[name].read != read]
        assert self.store.mark_read(self.keys(names), read, self.now()) == self.said(changed)
        if changed:
            act = Act("read" if read else "unread")
            number = self.act(act)
            for name in changed:
                self._read(name, read, number, act)

    def _read(self, name: str, read: bool, number: int, act: Act) -> None:
        article = self.articles[name]
        act.old[name], act.new[name], act.old_act[name] = article.read, read, article.read_act
        article.read, article.read_act = read, number

    @rule(n=st.sampled_from([None, *range(SOURCES)]))
    def mark_all(self, n: int | None) -> None:
        if n in self.removed_sources:
            return
        listed = [name for name, each in self.there().items() if n in (None, each.source) and not each.read]
        changed = [name for name in self.families(listed) if not self.articles[name].read]
        query = Query(sources=() if n is None else (self.sources[n],))
        assert self.store.mark_all_read(query, self.now()) == self.said(changed)
        if changed:
            act = Act("read-all")
            number = self.act(act)
            for name in changed:
                self._read(name, True, number, act)

    @rule(data=st.data(), tags=st.sampled_from([(), ("a",), ("a", "b")]), note=st.sampled_from(["", "note"]))
    def bookmark(self, data: st.DataObject, tags: tuple[str, ...], note: str) -> None:
        name = self.one(data)
        if name is None:
            return
        article = self.articles[name]
        self.store.bookmark(self.keys([name])[0], self.now(), tags=tags, note=note)
        if article.bookmark != (tags, note):
            self.act(Act("bookmark", {name: article.bookmark}, {name: (tags, note)}))
            article.bookmark = (tags, note)

    @rule(data=st.data())
    def unbookmark(self, data: st.DataObject) -> None:
        name = self.one(data)
        if name is None:
            return
        article = self.articles[name]
        self.store.unbookmark(self.keys([name])[0], self.now())
        if article.bookmark is not None:
            self.act(Act("unbookmark", {name: article.bookmark}, {name: None}))
            article.bookmark = None

    @rule(data=st.data(), progress=st.sampled_from([0.0, 0.5, 1.0]))
    def read_on(self, data: st.DataObject, progress: float) -> None:
        name = self.one(data)
        if name is not None:
            self.store.set_progress(self.keys([name])[0], 0.0, "")
            self.store.set_progress(self.keys([name])[0], progress, "")
            self.articles[name].reading = progress == 0.5

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        names = self.some(data)
        gone = [name for name in self.families(names) if self.articles[name].bookmark is None]
        assert self.store.remove_articles(self.keys(names), self.now()) == self.said(gone)
        if gone:
            number = self.act(Act("remove"))
            for name in gone:
                self.articles[name].trashed_by = number

    @rule(n=st.integers(0, SOURCES - 1))
    def remove_source(self, n: int) -> None:
        if n in self.removed_sources:
            return
        self.store.remove_source(self.sources[n], self.now())
        number = self.act(Act("remove-source", source=n))
        self.removed_sources[n] = number
        for each in self.there().values():
            if each.source == n and each.bookmark is None:
                each.trashed_by = number

    @rule(n=st.integers(0, SOURCES - 1))
    def add_source(self, n: int) -> None:
        again = self.store.add_source("feed", f"https://e.org/{n}", "")
        assert again.key == self.sources[n]
        if n in self.removed_sources:
            self._undo(self.removed_sources[n])

    @rule(in_all=st.sampled_from([0, 4]), data=st.data())
    def retire(self, in_all: int, data: st.DataObject) -> None:
        wanted: set[str] = set()
        newest = sorted(
            (name for name, each in self.there().items() if self._in_feed(each)), key=self._place, reverse=True
        )
        for n in self.live():
            wanted |= set([name for name in newest if self.articles[name].source == n][KEPT_COUNT:])
        if in_all:
            wanted |= set(newest[in_all:])
        gone = {name for name in wanted if self._may_go(self.articles[name])}
        keys = self.store.overdue(self.now(), count=KEPT_COUNT, in_all=in_all)
        assert set(keys) == set(self.keys(sorted(gone)))
        gesture = count = 0
        for start in range(0, len(keys), 2):
            gesture, went = self.store.retire(keys[start : start + 2], self.now(), gesture)
            count += went
        assert count == len(gone)
        if gone:
            number = self.act(Act("retention"))
            for name in gone:
                self.articles[name].trashed_by = number

    def _in_feed(self, each: Article) -> bool:
        return each.source not in self.removed_sources

    def _may_go(self, each: Article) -> bool:
        return each.bookmark is None and not each.reading and not each.spared

    def _place(self, name: str) -> tuple[int, int]:
        return self.articles[name].date, self.store.article(name).row.key

    @rule()
    def undo_last(self) -> None:
        expected = None
        for number in reversed(range(len(self.acts))):
            act = self.acts[number]
            if not act.undone and act.kind != "retention" and self._undo(number):
                expected = act.kind
                break
        assert self.store.undo_last(self.now()) == expected

    @precondition(lambda self: self.acts)
    @rule(data=st.data())
    def undo_any(self, data: st.DataObject) -> None:
        listed = self.store.history(1000)
        expected = [act.kind for act in reversed(self.acts) if not act.undone and self._is_listed(act)]
        assert [each.kind for each in listed] == expected
        if not listed:
            return
        place = data.draw(st.integers(0, len(listed) - 1))
        numbers = [
            n for n in reversed(range(len(self.acts))) if not self.acts[n].undone and self._is_listed(self.acts[n])
        ]
        assert (self.store.undo(listed[place].key, self.now()) > 0) == self._undo(numbers[place])
        assert self.store.undo(10**6, self.now()) == 0

    def _is_listed(self, act: Act) -> bool:
        return act.kind in ("read-all", "remove", "remove-source", "retention", "unbookmark") or self.said(act.new) > 1

    def _undo(self, number: int) -> bool:
        """Takes back what is still as the act left it; whether that was anything."""
        act = self.acts[number]
        if act.kind in ("remove", "remove-source", "retention"):
            return self._undo_removal(number, act)
        done = False
        for name, new in act.new.items():
            article = self.articles[name]
            if article.trashed_by is not None:
                continue
            if act.kind in ("bookmark", "unbookmark"):
                if article.bookmark == new:
                    article.bookmark = act.old[name]  # type: ignore[assignment]
                    done = True
            elif article.read == new and article.read_act == number:
                article.read = bool(act.old[name])
                article.read_act = None if act.kind == "read-all" else act.old_act[name]
                done = True
        waits = act.kind != "read-all" and any(self.articles[name].trashed_by is not None for name in act.new)
        act.undone = done or not waits
        return done

    def _undo_removal(self, number: int, act: Act) -> bool:
        done = False
        if act.source is not None and self.removed_sources.get(act.source) == number:
            del self.removed_sources[act.source]
            done = True
        waiting = [each for each in self.articles.values() if each.trashed_by == number]
        for each in waiting:
            if self._in_feed(each):
                each.trashed_by = None
                each.spared = each.spared or act.kind == "retention"
                done = True
        act.undone = done or not waiting
        return done

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.open()

    # What must hold

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "store"):
            return
        there = deepcopy(self.there())
        rows = {row.id: row for n in [*self.live()] for row in self.listed(self.sources[n])}
        for kept in (each.key for each in self.store.sources() if each.kind == "kept"):
            rows |= {row.id: row for row in self.listed(kept)}
        assert {name: each.read for name, each in there.items()} == {name: row.read for name, row in rows.items()}
        marks = {one.article_id: (one.tags, one.note) for one in self.store.bookmarks()}
        assert marks == {name: each.bookmark for name, each in there.items() if each.bookmark is not None}
        assert {name for name, each in there.items() if each.reading} == {
            row.id for row in self.store.rows(self.store.ids(Query("continue")))
        }
        one_each = {min(self.family(name)) for name in there}
        listed = self.store.rows(self.store.ids(Query()))
        assert {min(self.family(row.id)) for row in listed} == one_each
        assert len(listed) == len(one_each) == self.store.count(Query()) == self.store.counts(NOW).total
        unread = self.store.ids(Query("unread"))
        assert len(unread) == self.store.count(Query("unread")) == self.store.counts(NOW).unread
        tags: dict[str, int] = {}
        for each in there.values():
            for tag in each.bookmark[0] if each.bookmark else ():
                tags[tag] = tags.get(tag, 0) + 1
        assert dict(self.store.tags()) == tags

    def listed(self, source: int) -> list:  # type: ignore[type-arg]
        return self.store.rows(self.store.ids(Query(sources=(source,))))


TestLibrary = Library.TestCase
TestLibrary.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
