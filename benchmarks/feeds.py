"""From a feed's bytes to its articles: generated feeds and real ones, beside bare lxml and beside feedparser."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import limits, material
from benchmarks.figures import Figure, alternate
from benchmarks.pipeline import call_ms
from benchmarks.plan import Plan

#: Smaller feeds measure the overhead of a call.
_LARGE_BYTES = 40_000


def run(plan: Plan) -> list[Figure]:
    generated = [file.read_bytes() for file in material.files(material.feeds(plan.feeds, plan.items))[:10]]
    return [*_compare("generated", generated, plan), *_compare("real", list(_real()), plan)]


def _real() -> Iterator[bytes]:
    """The large feeds of the corpora that give articles; none when the corpora are not there."""
    from reader.errors import ParseError
    from reader.sources import feed

    root = limits.corpora()
    for path in sorted(root.glob("feeds/**/*")) if root else ():
        if path.is_file() and path.suffix in (".xml", ".rss", ".atom") and path.stat().st_size >= _LARGE_BYTES:
            data = path.read_bytes()
            try:
                if feed.parse(data).drafts:
                    yield data
            except ParseError:
                continue


def _compare(kind: str, data: list[bytes], plan: Plan) -> Iterator[Figure]:
    if not data:
        return
    from reader.sources import feed

    size_mb = sum(map(len, data)) / 1e6
    note = f"{len(data)} {kind} feeds, {size_mb:.1f} MB; more is better"

    def speed(parse: Callable[[bytes], object]) -> Callable[[], float]:
        return lambda: size_mb / call_ms(lambda: [parse(each) for each in data], plan.seconds) * 1000

    for against, other in (("bare lxml", _bare_lxml), ("feedparser, both switches off", _feedparser)):
        theirs, ours = alternate(plan.runs, speed(other), speed(feed.parse))
        yield Figure(f"feeds: {kind} ones parsed", "MB/s", tuple(ours), tuple(theirs), against, note=note)


def _bare_lxml(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    return etree.fromstring(data.lstrip(), parser)


def _feedparser(data: bytes) -> Any:
    import feedparser

    return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
