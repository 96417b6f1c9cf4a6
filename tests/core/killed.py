"""The process that the tests kill: it works on a library without end and says what it is about to do and what it did.

Each line of its output is JSON. ``begin`` names an act before it, ``done`` the same act when the call has returned: at
that moment the window and the command line confirm it. Run as ``python -m tests.core.killed KIND FOLDER SEED``.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from reader import backups
from reader.library import Library
from reader.model import Failed, Query
from reader.paths import Paths, in_folder
from tests.core.store_samples import NOW, entry, prepared
from tests.site import Site

Act = dict[str, Any]

#: What is removed so long ago is let go by the next tidying.
LONG_AGO = NOW - timedelta(days=40)
FEEDS = 3


def say(what: str, act: Act) -> None:
    os.write(1, json.dumps({what: act}).encode() + b"\n")


@contextmanager
def told(**act: Any) -> Iterator[Act]:
    say("begin", act)
    yield act
    say("done", act)


class Work:
    """What one process does with a library."""

    def __init__(self, library: Library, paths: Paths, seed: int) -> None:
        self.library, self.store, self.paths = library, library.store, paths
        self.random = random.Random(seed)
        self.seed, self.turn = seed, 0

    def next(self) -> int:
        self.turn += 1
        return self.seed * 1000 + self.turn

    def some(self) -> tuple[int, str]:
        """Key and id of any article."""
        key = self.random.choice(self.store.ids(Query()))
        return key, self.store.article_by_key(key).row.id

    def bookmark(self) -> None:
        key, id_ = self.some()
        choice = self.random.random()
        if choice < 0.6:
            number = self.next()
            with told(kind="bookmark", id=id_, note=f"note {number}", tags=[f"tag {number % 7}"]) as act:
                self.library.bookmark(key, True, tags=act["tags"], note=act["note"])
        elif choice < 0.75:
            with told(kind="unbookmark", id=id_):
                self.library.bookmark(key, False)
        else:
            with told(kind="read", ids=[id_], read=choice < 0.9) as act:
                self.library.mark_read([key], act["read"])

    def bulk(self) -> None:
        source = self.random.choice([s for s in self.store.sources() if s.kind == "feed"]).key
        query = Query(sources=(source,))
        rows = self.store.rows(self.store.ids(query))
        unread = [row for row in rows if not row.read]
        if len(unread) > len(rows) // 2:
            with told(kind="read", ids=[row.id for row in unread], read=True):
                self.library.mark_all_read(query)
        else:
            again = [row for row in rows if row.read]
            with told(kind="read", ids=[row.id for row in again], read=False):
                self.library.mark_read([row.key for row in again], False)
        going = [row for row in rows if not row.bookmarked][:20]
        if len(going) == 20:
            with told(kind="remove", ids=[row.id for row in going]):
                self.library.remove_articles([row.key for row in going])
            with told(kind="return", ids=[row.id for row in going]):
                self.library.undo()

    def refresh(self) -> None:
        """Feeds of a server in this process, a few new articles each time."""
        if not hasattr(self, "site"):
            self.site = Site().__enter__()
            for n in range(FEEDS):
                self._serve(n, self.next())
            self.feeds = [self.library.store.add_source("feed", self.site.url(f"/{n}"), f"F{n}") for n in range(FEEDS)]
        number = self.next()
        titles = {feed.key: self._serve(n, number) for n, feed in enumerate(self.feeds)}
        say("begin", {"kind": "refresh", "titles": []})
        for outcome in self.library.refresh(self.feeds):
            assert not isinstance(outcome, Failed), outcome
            say("done", {"kind": "refresh", "titles": titles[outcome.source.key]})
            say("begin", {"kind": "refresh", "titles": []})
        self.bookmark()

    def _serve(self, n: int, number: int) -> list[str]:
        titles = [f"Story {n} {number} {each}" for each in range(15)]
        text = " words" * 200
        items = "".join(
            f"<item><title>{title}</title><guid>{title}</guid><description>{title} 正文。{text}</description></item>"
            for title in titles
        )
        self.site.add(f"/{n}", f"<rss><channel><title>F{n}</title>{items}</channel></rss>", content_type="text/xml")
        return titles

    def backup(self) -> None:
        self.bookmark()
        target = self.paths.data / "copies" / f"{self.next()}.zip"
        with told(kind="backup", file=str(target), bookmarks=self.store.totals()[1]):
            backups.write_backup(self.store, self.paths, target)

    def vacuum(self) -> None:
        """Removed long ago, retired, let go for good, given back to the disk; a few come for those that went."""
        self.bookmark()
        source = next(s for s in self.store.sources() if s.kind == "feed")
        number = self.next()
        many = [
            prepared(f"{number}-{n}", f"Fleeting {number} {n}. " + self.random.randbytes(8000).hex()) for n in range(60)
        ]
        with told(kind="save", titles=[]):
            self.store.save(source.key, [entry(one) for one in many], NOW)
        keys = {row.id: row.key for row in self.store.rows(self.store.ids(Query()))}
        names = [f"id-{one.draft.guid}" for one in many]
        with told(kind="remove", ids=names[:50]):
            self.store.remove_articles([keys[name] for name in names[:50]], LONG_AGO)
        with told(kind="tidy"):
            self.store.retire([keys[name] for name in names[50:]], LONG_AGO, 0)
            self.library.tidy()


def main(kind: str, folder: Path, seed: int) -> None:
    paths = in_folder(folder)
    if kind == "migration":
        with told(kind="migration"), Library(paths, now=lambda: NOW):
            pass
        sys.stdin.read()
        return
    with Library(paths, now=lambda: NOW) as library:
        work = Work(library, paths, seed)
        step: Callable[[], None] = getattr(work, kind)
        while True:
            step()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
