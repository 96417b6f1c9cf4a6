"""The real program, built in a process of its own and timed from that process's start.

Run as ``python -m benchmarks.program LIBRARY [--open ID] [--hops N] [--page FILE] [--memory]``; it
prints one JSON document.
Nothing is imported here before the program itself that the program would not import.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reader.ui.app import Program

#: Hopping faster than 120 ms opens only where it ends; the next two documents are made in this pause, too.
_PAUSE_MS = 250
_PATIENCE_MS = 60_000
#: Memory is looked at when what follows the first page (the next two documents, thumbnails) is done.
_SETTLED_MS = 1000


def since_start() -> float:
    """Seconds since this process was started, to the 10 ms of the kernel's clock ticks (0 where there is no /proc)."""
    try:
        ticks = float(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    except OSError:
        return time.perf_counter()
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def memory_mb() -> float | None:
    """Proportional set size of this process and all below it, MB of 1,024 kB; None where there is no /proc."""
    parents: dict[int, list[int]] = {}
    try:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except OSError:
                    continue  # it ended meanwhile
                parents.setdefault(parent, []).append(int(entry.name))
    except OSError:
        return None

    def of(process: int) -> int:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        own = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
        return own + sum(of(child) for child in parents.get(process, ()))

    return round(of(os.getpid()) / 1024, 1)


def main() -> None:
    """Build it, watch it, print what was seen."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("library", type=Path)
    options.add_argument("--open", default="", metavar="ID", help="the article that was open when the window was left")
    options.add_argument("--hops", type=int, default=0, help="press j so many times")
    options.add_argument("--page", type=Path, help="write the opened article's page there")
    options.add_argument("--memory", action="store_true", help="look at the memory in the end")
    chosen = options.parse_args()

    gc.disable()  # as ``reader.__main__`` does
    from reader import cli, log, settings  # the real start comes through the command line

    cli.read([])
    from reader.firstlook import FirstLook
    from reader.paths import in_folder
    from reader.ui import instance

    where = in_folder(chosen.library)
    instance.join(where, instance.request([]))
    look = FirstLook(where)
    from reader.ui import app

    log.start(where.log, debug=False, later=True)
    left = settings.load(where.settings)
    if chosen.open:
        left = replace(left, view="all", article=chosen.open, pictures="never")
    application = app.make_app()
    program = app.build(application, look.library(), left, by_itself=False, seen=look.seen())
    seen = _watch(program, chosen)
    program.window.resize(1200, 800)  # as the bare windows are
    program.window.show()
    application.exec()
    program.end()
    print(json.dumps(seen), flush=True)
    os._exit(0 if seen.get("done") else 1)


def _watch(program: Program, chosen: argparse.Namespace) -> dict[str, Any]:
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal

    window, app = program.window, program.app
    view = window.list.view
    seen: dict[str, Any] = {}

    class Paints(QObject):
        """Notes the end of the first painting that shows a row: queued, so after the window is painted as a whole."""

        painted = Signal()

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and window.model.rowCount() and window.model.row_at(0) is not None:
                view.viewport().removeEventFilter(self)
                self.painted.emit()
            return False

    def end() -> None:
        if chosen.memory:
            seen["memory_mb"] = memory_mb()
        seen["done"] = True
        app.quit()

    def engine_made() -> None:
        window.listed.disconnect(engine_made)
        seen["engine_s"] = round(since_start(), 4)
        if not chosen.open:
            QTimer.singleShot(0, end)

    def first(key: int) -> None:
        window.showing.shown.disconnect(first)
        seen["first_s"] = round(since_start(), 4)
        if chosen.page:
            document = window.showing.viewer.document if window.showing.viewer else None
            row = window.row(key)
            assert document is not None
            assert row is not None
            chosen.page.write_bytes(window.showing._sheet(document, row).document())
        if chosen.hops:
            _hop(program, chosen.hops, seen, end)
        else:
            QTimer.singleShot(_SETTLED_MS if chosen.memory else 0, end)

    def give_up(why: str) -> None:
        print(why, file=sys.stderr)
        app.quit()

    paints = Paints(window)
    paints.painted.connect(
        lambda: seen.setdefault("listed_s", round(since_start(), 4)), Qt.ConnectionType.QueuedConnection
    )
    view.viewport().installEventFilter(paints)
    window.listed.connect(engine_made)  # after the program's own answer to it, which loads the page engine
    window.showing.shown.connect(first)
    window.reading.failed.connect(lambda _key, error: give_up(f"an article cannot be shown: {error}"))
    QTimer.singleShot(_PATIENCE_MS, app, lambda: give_up("no answer within 60 s"))
    return seen


def _hop(program: Program, hops: int, seen: dict[str, Any], end: Any) -> None:
    """Press j, wait until the next article is shown, rest; ``hops_ms`` and how many pictures each page names."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest

    window = program.window
    times: list[float] = []
    pictures: list[int] = []
    pressed = [0.0, 0.0]  # when; the key that must come

    def press() -> None:
        place = window.model.index_of_key(window.reading.key)
        pressed[:] = time.perf_counter(), window.model.key_at(place + 1)
        QTest.keyClick(window.list.view, Qt.Key.Key_J)

    def shown(key: int) -> None:
        if key != pressed[1]:
            return
        times.append(round((time.perf_counter() - pressed[0]) * 1000, 3))
        viewer = window.showing.viewer
        pictures.append(len(viewer.document.rendered.images) if viewer and viewer.document else 0)
        if len(times) < hops:
            QTimer.singleShot(_PAUSE_MS, press)
        else:
            seen.update(hops_ms=times, hops_pictures=pictures)
            end()

    window.list.view.setFocus()
    window.showing.shown.connect(shown)
    QTimer.singleShot(_PAUSE_MS, press)


if __name__ == "__main__":
    main()
