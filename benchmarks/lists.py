"""Lists of every view at two sizes, and acts on very many articles with their undoing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks import limits
from benchmarks.figures import Figure, Target, at
from benchmarks.plan import Plan

if TYPE_CHECKING:
    from reader.model import Query
    from reader.store import Store

_SOURCES = 200
_NOW = datetime(2026, 3, 14, tzinfo=UTC)
_MINUTE_MS = 60_000

#: Rows as wide as those of real feeds; one article in 100 is bookmarked, half read, and has the tag.
_FILL = (
    """INSERT INTO articles (key, id, source, version, guid, url, guid_hash, url_hash, words_hash, fingerprint, title,
           summary, authors, tags, language, published, minutes, base_url, enclosures, comments_url, warnings)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
       SELECT i, lower(hex(randomblob(13))), 1 + i % :sources, i, 'guid' || i, 'https://example.org/articles/' || i,
           random(), random(), random(), randomblob(16), 'The title of the article with the number ' || i,
           hex(randomblob(75)), '["Somebody"]', '["tag"]', 'en', :now - (:count - i) * :step, 3, '', '[]', '', '[]'
       FROM n""",
    """INSERT INTO versions (key, article, seen, title, fingerprint, digest, form, body)
       SELECT key, key, 0, title, fingerprint, randomblob(16), 'html', randomblob(100) FROM articles""",
    "UPDATE articles SET source = :sources + 1 + key % 2 WHERE key % 4999 = 4",
    "INSERT INTO states (article, source, date) SELECT key, source, published FROM articles",
    "INSERT INTO bookmarks SELECT key, published, '[]', '' FROM articles WHERE key % 100 = 1",
    "INSERT INTO places SELECT key, 0.5, '', 0 FROM articles WHERE key % 100 = 2",
    "UPDATE states SET reading = 1 WHERE article % 100 = 2",
    "INSERT INTO tags (key, name) VALUES (1, 'tag')",
    "INSERT INTO taggings SELECT 1, published, key FROM articles WHERE key % 100 = 3",
)


def _filled(file: Path, count: int) -> Store:
    from reader.store import Store

    store = Store.open(file)
    for number in range(_SOURCES + 2):
        store.add_source("feed", f"https://example.org/{number}", f"Source {number}")
    values = {"count": count, "sources": _SOURCES, "now": int(_NOW.timestamp() * 1000), "step": _MINUTE_MS}
    with store._lines.writing() as db:
        for statement in _FILL:
            db.execute(statement, values)
    store.tend()
    return store


def _queries() -> Mapping[str, Query]:
    from reader.model import Query

    some = tuple(range(3, 23))
    return {
        "all": Query(),
        "all, oldest first": Query(oldest_first=True),
        "unread": Query("unread"),
        "today": Query("today", since=_NOW - timedelta(days=1)),
        "bookmarks": Query("bookmarks"),
        "half read": Query("continue"),
        "one source": Query(sources=(3,)),
        "one source, unread": Query("unread", sources=(3,)),
        "20 of 200 sources": Query(sources=some),
        "20 of 200 sources, unread": Query("unread", sources=some),
        "2 small sources": Query(sources=(_SOURCES + 1, _SOURCES + 2)),
        "one tag": Query(tag="tag"),
    }


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _pages(store: Store, count: int, runs: int) -> list[Figure]:
    """The first page as the window reads it, and one from the middle of the list."""
    first: dict[str, float] = {}
    middle: dict[str, float] = {}
    whole = [_ms(lambda: store.ids(_queries()["all"])) for _ in range(runs)]
    for name, query in _queries().items():
        keys = store.ids(query)[len(store.ids(query)) // 2 :][:100]
        tries = 5 * runs
        first[name] = at([_ms(lambda q=query: store.rows(store.ids(q, 200)[:20])) for _ in range(tries)], 0.5)  # type: ignore[misc]
        middle[name] = at([_ms(lambda k=keys: store.rows(k)) for _ in range(tries)], 0.5)  # type: ignore[misc]
    figures = []
    for what, found in (("the first 200 keys and 20 rows", first), ("100 rows from the middle", middle)):
        worst = max(found, key=lambda name: found[name])
        figures.append(
            Figure(
                f"lists: {what}, the worst of {len(found)} views, {count:,} articles",
                "ms",
                (found[worst],),
                target=Target("value", 5),
                note=", ".join(f"{name} {value:.2g}" for name, value in found.items()),
            )
        )
    return [*figures, Figure(f"lists: all keys of {count:,} articles", "ms", tuple(whole))]


def _bulk(store: Store, count: int, removed: int, runs: int) -> list[Figure]:
    """Each act with its undoing, by the clock and by the processor: other work on the machine slows only the first."""
    from reader.model import Query

    keys = store.ids(Query(), removed)
    acts: dict[str, tuple[Callable[[], object], float]] = {
        f"{count:,} articles marked as read": (lambda: store.mark_all_read(Query(), _NOW), 300),
        f"{count:,} articles marked as read, undone": (lambda: store.undo_last(_NOW), 300),
        f"{removed:,} articles moved to the trash": (lambda: store.remove_articles(keys, _NOW), 1000),
        f"{removed:,} articles moved to the trash, undone": (lambda: store.undo_last(_NOW), 1000),
    }
    times: dict[str, list[float]] = {name: [] for name in acts}
    processor: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(runs):
        for name, (act, _most) in acts.items():
            start = time.process_time()
            times[name].append(_ms(act))
            processor[name].append((time.process_time() - start) * 1000)
    return [
        Figure(
            f"lists: {name}, journal included",
            "ms",
            tuple(times[name]),
            target=Target("value", most),
            note=f"processor time {at(processor[name], 0.5):.0f} ms",
        )
        for name, (_, most) in acts.items()
    ]


def run(plan: Plan) -> list[Figure]:
    real = plan.articles >= 10_000
    figures = []
    with TemporaryDirectory(dir=limits.kept()) as folder:
        for count in (10_000, 1_000_000) if real else (1000, 2000):
            with _filled(Path(folder) / f"{count}.sqlite3", count) as store:
                figures += _pages(store, count, plan.runs)
        count, removed = (130_000, 50_000) if real else (1000, 500)
        with _filled(Path(folder) / "bulk.sqlite3", count) as store:
            figures += _bulk(store, count, removed, plan.runs)
    return figures
