"""Memory of all processes with one article open."""

from __future__ import annotations

from benchmarks import material, pages
from benchmarks.figures import Figure, Target, alternate
from benchmarks.plan import Plan


def run(plan: Plan) -> list[Figure]:
    with material.copy(material.library(plan.feeds, plan.items)) as library:
        article, page = pages.first_without_pictures(library), library.parent / "page.html"
        pages.warm(library, article, page)
        bare, ours = alternate(
            plan.runs, lambda: pages.bare(page), lambda: pages.opened(library, article, page, "--memory")
        )
    return [
        Figure(
            f"memory: PSS of all processes, {plan.articles:,} articles and one open",
            "MB",
            tuple(each["memory_mb"] for each in ours if each["memory_mb"] is not None),
            tuple(each["pss_mb"] for each in bare if each),
            pages.AGAINST,
            Target("more", 60),
            "taken 1 s after the article was shown",
        )
    ]
