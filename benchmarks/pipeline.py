"""From a body to safe HTML."""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks import ownfeeds
from benchmarks.figures import Figure, alternate
from benchmarks.plan import Plan


def call_ms(work: Callable[[], object], seconds: float) -> float:
    """Milliseconds of one call, the mean of as many as fit."""
    work()
    count, start = 0, time.perf_counter()
    while True:
        work()
        count += 1
        spent = time.perf_counter() - start
        if spent >= seconds:
            return spent / count * 1000


def _both(plan: Plan, name: str, limit: Callable[[], object], ours: Callable[[], object], against: str) -> Figure:
    bare, own = alternate(plan.runs, lambda: call_ms(limit, plan.seconds), lambda: call_ms(ours, plan.seconds))
    return Figure(f"pipeline: {name}", "ms", tuple(own), tuple(bare), against)


def run(plan: Plan) -> list[Figure]:
    import markdown
    import nh3

    from reader.content import document
    from reader.content.markdown import _EXTENSIONS

    found = []
    for size in (10_000, 500_000):
        body = ownfeeds.html(size)
        render = lambda body=body: document.render(body, "html", base_url="https://example.org/a", document="x")  # noqa: E731
        clean = lambda body=body: nh3.clean(body)  # noqa: E731
        found.append(_both(plan, f"{size // 1000} kB of HTML", clean, render, "nh3.clean alone"))
    for size in (10_000, 100_000):
        text = ownfeeds.markdown(size)
        render = lambda text=text: document.render(text, "markdown", document="x")  # noqa: E731
        alone = lambda text=text: markdown.markdown(text, extensions=list(_EXTENSIONS))  # noqa: E731
        found.append(_both(plan, f"{size // 1000} kB of Markdown", alone, render, "markdown.markdown alone"))
    return found
