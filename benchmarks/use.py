"""How long the event loop is kept waiting while somebody reads and everything refreshes, for ten minutes.

Run by itself as ``python -m benchmarks.use LIBRARY --seconds N`` it is the real window, used by a script; it prints one
JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks import limits, material
from benchmarks.figures import Figure, Target, at
from benchmarks.load import refreshed
from benchmarks.plan import Plan
from benchmarks.server import serving, tell

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from reader.ui.app import Program

_FEEDS, _ITEMS = 200, 50
#: As ``baselines.py idle`` ticks.
_TICK_MS = 5
_SETTLED_MS = 2000
#: A reader's pace: something every 0.7 s; letters, wheel and pages come faster.
_PACE_MS = 700
#: The feeds have something new, and are asked, this often.
_REFRESH_MS = 20_000


def run(plan: Plan) -> list[Figure]:
    count = min(_FEEDS, plan.unchanged)
    with serving(material.feeds(count, _ITEMS)) as addresses, TemporaryDirectory(prefix="inkstone-bench-") as place:
        urls, library = Path(place) / "urls.txt", Path(place) / "library"
        urls.write_text("\n".join(addresses), encoding="utf-8")
        tell(addresses, window=_ITEMS, latency=50)
        refreshed(library, "--add", str(urls))
        seconds = str(plan.use_s)
        own = limits.output(
            [sys.executable, "-m", "benchmarks.use", str(library), "--seconds", seconds, "--feed", addresses[0]],
            timeout_s=plan.use_s + 300,
        )
        bare = limits.bare("idle", seconds)
    worst = ", ".join(f"{name} {ms:.0f}" for name, ms in own["worst_ms"].items())
    note = (
        f"{own['acts']:,} acts, {own['refreshes']} refreshes, {own['new']:,} new articles; the longest after: {worst}"
    )
    return [
        Figure(
            f"use: delay in {plan.use_s / 60:.1f} minutes of reading while {count} feeds change, {name}",
            "ms",
            (own[key],),
            (bare[key],) if bare else (),
            "an empty Qt window that does nothing",
            Target("value", most),
            note,
        )
        for name, key, most in (("p99", "p99_ms", 16), ("p99.9", "p999_ms", 50))
    ]


class _Reader:
    """Uses the window by its keys and its wheel, one act after the other."""

    def __init__(self, program: Program) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        window, none = program.window, Qt.KeyboardModifier.NoModifier
        self.acts = 0
        self.name = ""

        def focus() -> QWidget:
            from PySide6.QtWidgets import QApplication

            return QApplication.focusWidget() or window

        def key(name: str, *strokes: Qt.Key | str) -> tuple[str, Callable[[], None]]:
            def press() -> None:
                for stroke in strokes:
                    if isinstance(stroke, str):
                        QTest.keyClicks(focus(), stroke, none)
                    else:
                        QTest.keyClick(focus(), stroke, none)

            return name, press

        read = [key("next", "j"), key("page", Qt.Key.Key_Space), key("page", Qt.Key.Key_Space)]
        search = [key("search", "/"), *(key("letter", letter) for letter in "paper"), key("end", Qt.Key.Key_Escape)]
        script = [
            *read, *read, key("bookmark", "s"), *read, key("unread", "m"),
            key("view", "g", "a"), ("wheel", lambda: self._wheel(program, -1200)), *read, *search,
            key("view", "g", "u"), *read, key("next unread", "n"), key("next unread", "n"),
            key("source", "z"), *read, key("source", "z"), ("theme", lambda: self._theme(program)),
            key("view", "g", "b"), key("view", "g", "a"), ("wheel", lambda: self._wheel(program, 600)),
            ("mark all", window.marking.mark_all), ("undo", window.marking.undo), *read,
        ]  # fmt: skip
        self._script = cycle(script)

    def act(self) -> None:
        """The next line of the script."""
        self.name, act = next(self._script)
        self.acts += 1
        act()

    @staticmethod
    def _wheel(program: Program, pixels: int) -> None:
        bar = program.window.list.view.verticalScrollBar()
        bar.setValue(bar.value() - pixels)

    @staticmethod
    def _theme(program: Program) -> None:
        window = program.window
        window.set_setting(theme="dark" if window.settings.theme != "dark" else "light")


def main() -> None:
    """Use the window, count what the loop had to wait."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("library", type=Path)
    options.add_argument("--seconds", type=float, required=True)
    options.add_argument("--feed", required=True, help="an address of the server, to make it change")
    chosen = options.parse_args()

    from PySide6.QtCore import Qt, QTimer

    from reader import log, settings
    from reader.library import Library
    from reader.paths import in_folder
    from reader.ui import app

    where = in_folder(chosen.library)
    log.start(where.log, debug=False)
    application = app.make_app()
    program = app.build(application, Library(where), settings.load(where.settings), by_itself=False)
    window, reader = program.window, _Reader(program)
    ticks: list[float] = []
    worst: dict[str, float] = defaultdict(float)
    seen: dict[str, Any] = {"refreshes": 0, "new": 0}
    last = began = 0.0

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late = max(0.0, (now - last) * 1000 - _TICK_MS)
        ticks.append(late)
        worst[reader.name] = max(worst[reader.name], late)
        last = now

    def changed() -> None:
        seen["refreshes"] += 1
        telling = partial(tell, [chosen.feed], version=seen["refreshes"], new=2)
        program.lanes.adding.run(telling, lambda _: window.refreshing.refresh())  # the server is asked aside

    def act() -> None:
        if time.perf_counter() - began > chosen.seconds:
            ticking.stop()
            application.quit()
        else:
            reader.act()

    ticking, acting, refreshing = QTimer(), QTimer(interval=_PACE_MS), QTimer(interval=_REFRESH_MS)
    ticking.setTimerType(Qt.TimerType.PreciseTimer)
    ticking.timeout.connect(tick)
    acting.timeout.connect(act)
    refreshing.timeout.connect(changed)

    def start() -> None:
        nonlocal last, began
        last = began = time.perf_counter()
        ticking.start(_TICK_MS)
        acting.start()
        refreshing.start()
        changed()

    window.refreshing.finished.connect(lambda result: seen.update(new=seen["new"] + result.new))
    window.listed.connect(lambda: QTimer.singleShot(_SETTLED_MS, start), Qt.ConnectionType.SingleShotConnection)
    window.resize(1360, 850)
    window.show()
    application.exec()
    acting.stop()
    refreshing.stop()
    program.end()
    top = sorted(worst.items(), key=lambda each: -each[1])[:6]
    seen.update(
        acts=reader.acts,
        p99_ms=round(at(ticks, 0.99), 2),
        p999_ms=round(at(ticks, 0.999), 2),
        max_ms=round(max(ticks), 2),
        worst_ms={name: round(ms, 1) for name, ms in top},
    )
    print(json.dumps(seen), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
