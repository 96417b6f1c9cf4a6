"""From j to the next article on screen."""

from __future__ import annotations

import statistics

from benchmarks import material, pages
from benchmarks.figures import Figure, Target, alternate, at
from benchmarks.plan import Plan


def run(plan: Plan) -> list[Figure]:
    with material.copy(material.library(plan.feeds, plan.items)) as library:
        article, page = pages.first_without_pictures(library), library.parent / "page.html"
        pages.warm(library, article, page)
        bare, ours = alternate(
            plan.runs, lambda: pages.bare(page), lambda: pages.opened(library, article, page, "--hops", str(plan.hops))
        )
    note = (
        f"{plan.hops} articles of 2 to 5 kB a run, pictures off ({sum(ours[0]['hops_pictures'])} boxes in their place)"
    )
    return [
        Figure(
            "next: j to the next article shown, p95",
            "ms",
            tuple(at(each["hops_ms"], 0.95) for each in ours),
            tuple(each["navigation_ms_p95"] for each in bare if each),
            pages.AGAINST,
            Target("ratio", 1.5),
            note,
        ),
        Figure(
            "next: j to the next article shown, median",
            "ms",
            tuple(statistics.median(each["hops_ms"]) for each in ours),
            tuple(each["navigation_ms_median"] for each in bare if each),
            pages.AGAINST,
        ),
    ]
