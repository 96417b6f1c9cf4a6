"""From a feed's bytes to its articles."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import material
from benchmarks.figures import Figure, alternate
from benchmarks.pipeline import call_ms
from benchmarks.plan import Plan


def run(plan: Plan) -> list[Figure]:
    from lxml import etree

    from reader.sources import feed

    files = material.files(material.feeds(plan.feeds, plan.items))[:10]
    data = [file.read_bytes() for file in files]
    size_mb = sum(map(len, data)) / 1e6
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)

    def speed(parse: Callable[[bytes], object]) -> float:
        return size_mb / call_ms(lambda: [parse(each) for each in data], plan.seconds) * 1000

    bare, ours = alternate(
        plan.runs, lambda: speed(lambda each: etree.fromstring(each, parser)), lambda: speed(feed.parse)
    )
    note = f"{len(data)} generated feeds, {size_mb:.1f} MB; more is better"
    return [Figure("feeds: parsed", "MB/s", tuple(ours), tuple(bare), "bare lxml", note=note)]
