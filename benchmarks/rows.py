"""The list's own view over a million rows, beside the same view over ten thousand.

Run by itself as ``python -m benchmarks.rows COUNT`` it is the view, used by a script; it prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks import limits
from benchmarks.figures import Figure, Target, alternate, at
from benchmarks.plan import Plan

if TYPE_CHECKING:
    from reader.model import Row

_FEW, _MANY = 10_000, 1_000_000
_NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
#: How often each act is done; a figure is the 95th percentile of its times.
_TIMES = 100
_NAMES = {
    "list": "another list shown",
    "renewed": "the same list renewed, one article chosen",
    "j": "j",
    "wheel": "a turn of the wheel",
    "jump": "a jump to another place",
}


def run(plan: Plan) -> list[Figure]:
    many = min(_MANY, plan.articles * 20)
    few = many // (_MANY // _FEW)

    def used(count: int) -> dict[str, Any]:
        found: dict[str, Any] = limits.output([sys.executable, "-m", "benchmarks.rows", str(count)])
        return found

    small, large = alternate(plan.runs, lambda: used(few), lambda: used(many))
    return [
        Figure(
            f"rows: {name}, painted, p95, {many:,} rows",
            "ms",
            tuple(each[key] for each in large),
            tuple(each[key] for each in small),
            f"{few:,} rows",
            Target("ratio", 1.5),
        )
        for key, name in _NAMES.items()
    ]


def _row(key: int) -> Row:
    from reader.model import Row

    words = "The title of an article that is as long as many are, and takes two lines of the list"
    return Row(
        key, str(key), key % 200, f"Source {key % 200}", "feed", f"{words} {key}", date=_NOW - timedelta(minutes=key),
        summary="What it is about, in a sentence or two that fill the line below the title and are cut at its end.",
        language="en", read=key % 3 == 0,
    )  # fmt: skip


def main() -> None:
    """Use the view, print how long each act took until it was painted."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("count", type=int)
    count = options.parse_args().count

    from reader.ui import app as application
    from reader.ui.articlemodel import ArticleModel
    from reader.ui.articles import ArticleView
    from reader.ui.theme import Themes

    app = application.make_app()
    themes = Themes(app, "light")

    def load(keys: Sequence[int], done: Callable[[list[Row]], None]) -> None:
        done([_row(key) for key in keys])

    model = ArticleModel(load, now=lambda: _NOW)
    view = ArticleView(model)
    view.resize(364, 760)
    view.show()
    bar = view.verticalScrollBar()
    lists = [array("q", range(1, count + 1)), array("q", range(count, 0, -1))]

    def timed(act: Callable[[int], object]) -> float:
        times = []
        for number in range(_TIMES):
            began = time.perf_counter()
            act(number)
            app.processEvents()
            view.viewport().repaint()
            times.append((time.perf_counter() - began) * 1000)
        return round(at(times, 0.95), 3)

    def renew(number: int) -> None:
        model.set_keys(lists[1], first_rows=[], renewed=True)

    seen = {"list": timed(lambda number: model.set_keys(lists[number % 2]))}
    model.set_keys(lists[1])
    view.select_key(lists[1][count // 2])
    seen["renewed"] = timed(renew)
    seen["j"] = timed(lambda number: view.step(1))
    seen["wheel"] = timed(lambda number: bar.setValue(bar.value() + 120))
    seen["jump"] = timed(lambda number: bar.setValue(bar.maximum() * (number % 7) // 7))
    view.close()
    del themes
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main()
