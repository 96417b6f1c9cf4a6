"""The real window without the page engine, its list scrolled down and up by the wheel, in a process of its own.

Run as ``python -m benchmarks.scrolling LIBRARY [--bare]``; it prints one JSON document. With ``--bare`` the rows have
no pictures.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollBar

from benchmarks.figures import at
from reader.library import Library
from reader.paths import in_folder
from reader.settings import Settings
from reader.ui import app as application
from reader.ui.lanes import Lanes
from reader.ui.theme import Themes
from reader.ui.window import Window

#: The event loop is asked for its turn this often; what it comes later is its delay.
_TICK_MS = 4
#: A hand at the wheel: so many pixels each frame of 60 Hz pass 1,000 rows in 14 s.
_FRAME_MS, _STEP_PX = 16, 120
_PATIENCE_S = 60.0


def _wait(until: Callable[[], bool]) -> None:
    loop = QEventLoop()
    end = time.monotonic() + _PATIENCE_S
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > end else None)
    timer.start(5)
    loop.exec()


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def _wheel(window: Window, pixels: int) -> None:
    view = window.list.view.viewport()
    middle = QPointF(view.rect().center())
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        middle, view.mapToGlobal(middle), QPoint(0, -pixels), QPoint(0, -pixels), Qt.MouseButton.NoButton, none,
        Qt.ScrollPhase.ScrollUpdate, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def _is_at(bar: QScrollBar, end: Callable[[], int]) -> bool:
    return bar.value() == end()


def main() -> None:
    """Scroll, watch the event loop, print what was seen."""
    app = application.make_app()
    library, lanes = Library(in_folder(Path(sys.argv[1]))), Lanes()
    settings = Settings(theme="light", view="all")
    window = Window(library, lanes, Themes(app, "light"), settings, by_itself=False)
    window.resize(1360, 850)
    window.show()
    bar, view = window.list.view.verticalScrollBar(), window.list.view
    made: list[int] = []
    window.thumbnails.ready.connect(made.append)
    bare = "--bare" in sys.argv
    if bare:
        view.set_thumbnails(None)
    _wait(lambda: (bare or len(made) >= 7) and view.model().rowCount() > 0)
    before_mb = _resident_mb()
    late: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append(max(0.0, (now - last) * 1000 - _TICK_MS))
        last = now

    ticking = QTimer(timerType=Qt.TimerType.PreciseTimer)
    ticking.timeout.connect(tick)
    for step, end in ((_STEP_PX, bar.maximum), (-_STEP_PX, bar.minimum)):
        hand = QTimer(timerType=Qt.TimerType.PreciseTimer)
        hand.timeout.connect(partial(_wheel, window, step))
        last = time.perf_counter()
        ticking.start(_TICK_MS)
        hand.start(_FRAME_MS)
        _wait(partial(_is_at, bar, end))
        hand.stop()
        ticking.stop()
    stopped = time.perf_counter()
    thumbnails = window.thumbnails
    _wait(lambda: not thumbnails.busy)
    complete_ms = (time.perf_counter() - stopped) * 1000
    facts = {
        "late_ms_p99": at(late, 0.99),
        "late_ms_median": at(late, 0.5),
        "late_ms_worst": max(late),
        "ticks": len(late),
        "made": len(made),
        "memory_mb": _resident_mb() - before_mb,
        "complete_ms": complete_ms,
    }
    window.close()
    lanes.close()
    library.close()
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
