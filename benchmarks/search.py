"""From a query to the first 50 articles, ranked."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks import material
from benchmarks.figures import Figure, Target, at
from benchmarks.plan import Plan

if TYPE_CHECKING:
    from reader.store import Store

_QUERIES = 25


def queries(texts: Sequence[str]) -> Mapping[str, list[str]]:
    """Queries of each kind, taken from the articles themselves so that each finds something."""
    dice = random.Random(7)
    chinese = [run for text in texts for run in re.findall(r"[\u4e00-\u9fff]{4,}", text)]
    english = [run.lower().split() for text in texts for run in re.findall(r"[A-Za-z]+(?: [A-Za-z]+){2,}", text)]
    found: dict[str, list[str]] = {}
    for length in range(1, 5):
        runs = dice.choices(chinese, k=_QUERIES)
        starts = [dice.randint(0, len(run) - length) for run in runs]
        found[f"Chinese, {length}"] = [run[start : start + length] for run, start in zip(runs, starts, strict=True)]
    found["English word"] = [dice.choice(words) for words in dice.choices(english, k=_QUERIES)]
    found["prefix"] = [dice.choice(words)[:4] + "*" for words in dice.choices(english, k=_QUERIES)]
    found["phrase"] = [f'"{" ".join(words[:3])}"' for words in dice.choices(english, k=_QUERIES)]
    return found


def _texts(store: Store) -> list[str]:
    from reader.model import Query

    keys = store.ids(Query())
    return [row.title + " " + row.summary for row in store.rows(keys[:: max(1, len(keys) // 400)])]


def run(plan: Plan) -> list[Figure]:
    from reader.paths import in_folder
    from reader.store import Store

    figures = []
    with (
        material.copy(material.library(plan.feeds, plan.items)) as folder,
        Store.open(in_folder(folder).database, readonly=True) as store,
    ):
        for kind, asked in queries(_texts(store)).items():
            for query in asked:
                store.search(query)  # warm
            p95 = []
            for _ in range(plan.runs):
                times = []
                for query in asked:
                    start = time.perf_counter()
                    store.search(query)
                    times.append((time.perf_counter() - start) * 1000)
                p95.append(at(times, 0.95))
            target = Target("value", 20, "" if plan.articles >= 130_000 else "set for 130,000 articles")
            name = f"search: {kind}, p95 of {_QUERIES}, {plan.articles:,} articles"
            figures.append(Figure(name, "ms", tuple(p95), target=target))
    return figures
