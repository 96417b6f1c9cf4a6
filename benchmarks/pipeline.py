"""From a body to safe HTML, and to what the list needs of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import ownfeeds
from benchmarks.figures import Figure, Target, alternate
from benchmarks.plan import Plan

_CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
#: The library with what a post needs at least: tables, footnotes, fences, boxes, colours.
_EXTENSIONS = ("extra", "sane_lists", "toc", "admonition", "codehilite")
_CONFIGS = {"codehilite": {"guess_lang": False}}


def call_ms(work: Callable[[], object], seconds: float) -> float:
    """Milliseconds of the processor for one call, the fastest of as many as fit: what else runs only adds."""
    work()
    best, end = float("inf"), time.perf_counter() + seconds
    while True:
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
        if time.perf_counter() >= end:
            return best * 1000


def in_turn_ms(limit: Callable[[], object], ours: Callable[[], object], seconds: float) -> tuple[float, float]:
    """As ``call_ms``, call by call in turn: so short a time is too little for each alone on a busy machine."""
    end, best = time.perf_counter() + seconds, [float("inf"), float("inf")]
    while True:
        for side, work in enumerate((limit, ours)):
            best[side] = min(best[side], call_ms(work, 0))
        if time.perf_counter() >= end:
            return best[0], best[1]


def html_limit_ms(size: int) -> float:
    """What cleaning may cost: 3 ms up to 10 kB, 100 ms for 500 kB, in between by the size."""
    return 3 + 97 * max(0, size - 10_000) / 490_000


def alone(text: str) -> str:
    """Markdown by the library alone."""
    import markdown

    return markdown.markdown(text, extensions=list(_EXTENSIONS), extension_configs=_CONFIGS)


def _html(plan: Plan, size: int) -> Figure:
    import nh3

    from reader.content import document

    body = ownfeeds.html(size)
    bare, own = alternate(
        plan.runs,
        lambda: call_ms(lambda: nh3.clean(body), plan.seconds),
        lambda: call_ms(lambda: document.render(body, "html", base_url="https://e.org/a", document="x"), plan.seconds),
    )
    name = f"pipeline: {size // 1000} kB of HTML"
    return Figure(name, "ms", tuple(own), tuple(bare), "nh3.clean alone", Target("value", html_limit_ms(size)))


def _markdown(plan: Plan, size: int) -> Figure:
    from reader.content import document

    text = ownfeeds.markdown(size)
    bare, own = alternate(
        plan.runs,
        lambda: 2 * call_ms(lambda: alone(text), plan.seconds) + html_limit_ms(size),
        lambda: call_ms(lambda: document.render(text, "markdown", document="x"), plan.seconds),
    )
    name = f"pipeline: {size // 1000} kB of Markdown"
    return Figure(name, "ms", tuple(own), tuple(bare), "2 x markdown.markdown alone + HTML's limit", Target("ratio", 1))


def _posts(plan: Plan) -> list[Figure]:
    """Real posts, each against its own limit; none when the corpora are not there."""
    from reader.content import document, post

    corpora = Path(os.environ.get("INKSTONE_CORPORA") or _CORPORA)
    files = sorted(path for room in ("posts", "posts-other") for path in (corpora / room).glob("*"))
    bodies = [(path.name, post.read(path.read_bytes(), path.name)) for path in files if path.suffix != ".tsv"]
    bodies = [(name, read) for name, read in bodies if read.form == "markdown"]
    if not bodies:
        return []
    worst: list[tuple[float, str]] = []
    over = 0
    for _ in range(plan.runs):
        found = []
        for name, read in bodies:
            limit, ours = in_turn_ms(
                partial(alone, read.body), partial(document.render, read.body, "markdown"), plan.seconds / 5
            )
            found.append((ours / (2 * limit + html_limit_ms(len(read.body))), name))
        worst.append(max(found))
        over = max(over, sum(ratio > 1 for ratio, _ in found))
    return [
        Figure(
            f"pipeline: the worst of {len(bodies)} real Markdown posts: ours / (2 x markdown alone + HTML's limit)",
            "x",
            tuple(ratio for ratio, _ in worst),
            target=Target("value", 1),
            note=f"over it in any run: {over}; the worst: {', '.join(sorted({name for _, name in worst}))}",
        )
    ]


def _glance(plan: Plan) -> Figure:
    from selectolax.lexbor import LexborHTMLParser

    from reader.content.prepare import prepare
    from reader.model import Draft

    bodies = [ownfeeds.html(3_700, f"glance {number}", chinese=number % 3 == 2) for number in range(30)]
    drafts = [Draft(guid=str(number), title="A title", raw=body) for number, body in enumerate(bodies)]

    def bare() -> None:
        for body in bodies:
            tree = LexborHTMLParser(body).body
            assert tree is not None
            tree.text()

    def ours() -> None:
        for draft in drafts:
            prepare(draft)

    limit, own = alternate(plan.runs, lambda: call_ms(bare, plan.seconds), lambda: call_ms(ours, plan.seconds))
    each = [tuple(value / len(bodies) for value in side) for side in (own, limit)]
    return Figure(
        "pipeline: an article of 3.7 kB prepared for the store", "ms", each[0], each[1], "lexbor's text alone"
    )


def run(plan: Plan) -> list[Figure]:
    return [
        *(_html(plan, size) for size in (10_000, 500_000)),
        *(_markdown(plan, size) for size in (10_000, 100_000)),
        *_posts(plan),
        _glance(plan),
    ]
