"""From the process's start to the first article on screen."""

from __future__ import annotations

from benchmarks import material, pages
from benchmarks.figures import Figure, Target, alternate
from benchmarks.plan import Plan


def run(plan: Plan) -> list[Figure]:
    with material.copy(material.library(plan.feeds, plan.items)) as library:
        article, page = pages.first_without_pictures(library), library.parent / "page.html"
        pages.warm(library, article, page)
        bare, ours = alternate(plan.runs, lambda: pages.bare(page), lambda: pages.opened(library, article, page))
    return [
        Figure(
            f"first: the first article shown, {plan.articles:,} articles",
            "s",
            tuple(each["first_s"] for each in ours),
            tuple(each["start_to_first_page_s"] for each in bare if each),
            pages.AGAINST,
            Target("ratio", 1.25),
        )
    ]
