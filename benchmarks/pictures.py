"""From a picture that is held to its bytes, as a page asks for it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure, Target, at
from benchmarks.plan import Plan
from reader.library import Document, Library
from reader.model import Query
from reader.paths import in_folder
from reader.picturecache import Entry, PictureCache

#: Bytes of the pictures, what an article has: a thumbnail, a usual one, a photograph.
SIZES = (20_000, 300_000, 2_000_000)
_EACH = 40


def _url(size: int, number: int) -> str:
    return f"https://img.example/{size}/{number}.png"


def _pictures() -> list[str]:
    return [_url(size, number) for size in SIZES for number in range(_EACH)]


@contextmanager
def _article(folder: Path) -> Iterator[tuple[Library, Document]]:
    """A library whose one article has all the pictures, and the cache has them too."""
    text = "".join(f"![]({url})\n\n" for url in _pictures())
    (folder / "articles").mkdir()
    (folder / "articles" / "one.md").write_text(f"# One\n\n{text}", encoding="utf-8")
    cache = PictureCache(in_folder(folder).pictures, 2**30)
    for size in SIZES:
        for number in range(_EACH):
            entry = Entry(_url(size, number), "image/png", 640, 480, 1)
            cache.put(entry.url, entry, os.urandom(size))
    with Library(in_folder(folder)) as library:
        source = library.add_folder(folder / "articles")
        for _ in library.refresh([source]):
            pass
        (key,) = library.store.ids(Query())
        yield library, library.document(key)


def run(plan: Plan) -> list[Figure]:
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    with tempfile.TemporaryDirectory() as folder, _article(Path(folder)) as (library, document):
        urls = [picture.url for picture in document.rendered.images]
        p95: dict[int, list[float]] = {size: [] for size in SIZES}
        library.picture(document, 0)  # the first loads the modules
        for _ in range(plan.runs):
            for size in SIZES:
                times[size] = []
                for number in range(_EACH):
                    nth = urls.index(_url(size, number))
                    start = time.perf_counter()
                    file = library.picture(document, nth)
                    times[size].append((time.perf_counter() - start) * 1000)
                    assert file.from_cache
                    assert len(file.data) == size
                p95[size].append(at(times[size], 0.95))
    return [
        Figure(f"pictures: held, {size // 1000} kB, p95", "ms", tuple(p95[size]), target=Target("value", 5))
        for size in SIZES
    ]
