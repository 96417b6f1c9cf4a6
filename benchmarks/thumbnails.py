"""1,000 rows with a picture each, scrolled through: how late the event loop is, and what it takes of memory."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from benchmarks.figures import Figure, Target, alternate
from benchmarks.plan import Plan
from reader.library import Library
from reader.paths import in_folder
from reader.picturecache import Entry, PictureCache

ROWS = 1000
#: What large pictures on the web are like: they take 490 and 870 kB.
_SIZES = ((1200, 800), (1600, 1067))


def _photo(width: int, height: int, seed: int) -> bytes:
    """A JPEG of noise, another one for each seed."""
    wide, high = width // 5, height // 5
    tiles = random.Random(seed).randbytes(wide * high * 4)
    small = QImage(tiles, wide, high, wide * 4, QImage.Format.Format_RGB32)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    small.scaled(width, height).save(buffer, "JPG", 80)  # type: ignore[call-overload]
    return bytes(data.data())


def _fill(folder: Path, rows: int) -> None:
    """A library of so many articles, whose pictures are all held."""
    (folder / "articles").mkdir()
    cache = PictureCache(in_folder(folder).pictures, 2**32)
    photos = [_photo(*_SIZES[seed % len(_SIZES)], seed) for seed in range(40)]
    for number in range(rows):
        url = f"https://img.example/{number}.jpg"
        width, height = _SIZES[number % 40 % len(_SIZES)]
        # A comment at the end makes each file another one, as the cache sees it.
        cache.put(url, Entry(url, "image/jpeg", width, height, 1), photos[number % 40] + str(number).encode())
        when = datetime(2026, 6, 1) - timedelta(hours=number)
        head = f"---\ntitle: The harbour light {number}\ndate: {when:%Y-%m-%d %H:%M}\n---\n\n"
        words = "The tide came in over the flats before noon, and the boats lay still. " * 3
        text = f"{head}![]({url})\n\n{words}\n"
        (folder / "articles" / f"{number}.md").write_text(text, encoding="utf-8")
    with Library(in_folder(folder)) as library:
        for _ in library.refresh([library.add_folder(folder / "articles")]):
            pass


def _scrolled(folder: Path, *options: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scrolling", str(folder), *options],
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run(plan: Plan) -> list[Figure]:
    rows = min(ROWS, plan.articles)
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder), rows)
        library = Path(folder)
        bare, seen = alternate(plan.runs, lambda: _scrolled(library, "--bare"), lambda: _scrolled(library))
    note = f"{rows:,} rows down and up again; {seen[-1]['made']} pictures decoded, {seen[-1]['ticks']:,} times looked"
    return [
        Figure(
            "thumbnails: event loop late while scrolling, p99", "ms", tuple(each["late_ms_p99"] for each in seen),
            tuple(each["late_ms_p99"] for each in bare), "the same rows without pictures",
            Target("value", 16), note,
        ),
        Figure("thumbnails: the same, the worst", "ms", tuple(each["late_ms_worst"] for each in seen),
               tuple(each["late_ms_worst"] for each in bare), "the same rows without pictures"),
        Figure(
            "thumbnails: memory that scrolling took", "MB", tuple(each["memory_mb"] for each in seen),
            target=Target("value", 60),
        ),
        Figure("thumbnails: until the last view is complete", "ms", tuple(each["complete_ms"] for each in seen)),
    ]  # fmt: skip
