"""How long the window's event loop is kept waiting while every feed has something new.

Run by itself as ``python -m benchmarks.loop LIBRARY`` it is the real window over a library, refreshing it once; it
prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import limits, material
from benchmarks.figures import Figure, Target, alternate, at
from benchmarks.load import refreshed
from benchmarks.plan import Plan
from benchmarks.server import serving, tell

_ITEMS = 5
_NEW = 3
#: As ``baselines.py idle`` ticks.
_TICK_MS = 5
_IDLE_S = 10
#: The page engine loads after the list is on screen; what follows its start is not the refresh's.
_SETTLED_MS = 2000
_PATIENCE_MS = 300_000


def run(plan: Plan) -> list[Figure]:
    folder = material.feeds(plan.unchanged, _ITEMS)
    with serving(folder) as addresses, TemporaryDirectory(prefix="inkstone-bench-") as place:
        urls, library = Path(place) / "urls.txt", Path(place) / "library"
        urls.write_text("\n".join(addresses), encoding="utf-8")
        refreshed(library, "--add", str(urls))
        version = 0

        def ours() -> dict[str, Any]:
            nonlocal version
            version += 1
            tell(addresses, version=version, new=_NEW, window=_ITEMS)
            found: dict[str, Any] = limits.output([sys.executable, "-m", "benchmarks.loop", str(library)])
            if found["new"] != plan.unchanged * _NEW or found["failed"]:
                raise RuntimeError(f"not all feeds brought what they had: {found}")
            return found

        idle_s = str(_IDLE_S * plan.seconds)
        bare, own = alternate(max(1, plan.runs - 2), lambda: limits.bare("idle", idle_s), ours)
    note = "the longest " + " ".join(f"{each['max_ms']:.0f}" for each in own) + " ms; by the clock "
    note += " ".join(f"{each['wall_s']:.1f}" for each in own) + " s"
    return [
        Figure(
            f"loop: delay while {plan.unchanged:,} changed feeds refresh, {name}",
            "ms",
            tuple(each[key] for each in own),
            tuple(each[key] for each in bare if each),
            "an empty Qt window that does nothing",
            Target("value", most),
            note,
        )
        for name, key, most in (("p99", "p99_ms", 16), ("p99.9", "p999_ms", 50))
    ]


def main() -> None:
    """Show the window, wait until it rests, refresh everything once, print what the loop had to wait."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("library", type=Path)
    chosen = options.parse_args()

    from PySide6.QtCore import Qt, QTimer

    from reader import log, settings
    from reader.library import Library
    from reader.paths import in_folder
    from reader.ui import app
    from reader.ui.refreshing import Result

    where = in_folder(chosen.library)
    log.start(where.log, debug=False)
    application = app.make_app()
    program = app.build(application, Library(where), settings.load(where.settings), by_itself=False)
    refreshing = program.window.refreshing
    ticks: list[float] = []
    seen: dict[str, Any] = {}
    last = began = 0.0

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        ticks.append(max(0.0, (now - last) * 1000 - _TICK_MS))
        last = now

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)

    def start() -> None:
        nonlocal last, began
        last = began = time.perf_counter()
        timer.start(_TICK_MS)
        refreshing.refresh()

    def finished(result: Result) -> None:
        timer.stop()
        seen.update(
            new=result.new,
            failed=len(result.failed),
            wall_s=round(time.perf_counter() - began, 2),
            ticks=len(ticks),
            p99_ms=round(at(ticks, 0.99), 2),
            p999_ms=round(at(ticks, 0.999), 2),
            max_ms=round(max(ticks), 2),
        )
        application.quit()

    refreshing.finished.connect(finished)
    program.window.listed.connect(lambda: QTimer.singleShot(_SETTLED_MS, start), Qt.ConnectionType.SingleShotConnection)
    QTimer.singleShot(_PATIENCE_MS, application.quit)
    program.window.resize(1200, 800)
    program.window.show()
    application.exec()
    program.end()
    print(json.dumps(seen), flush=True)
    os._exit(0 if seen else 1)


if __name__ == "__main__":
    main()
