"""The window comes back onto a screen that is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from reader.ui.places import fit

MAIN, SECOND = QRect(0, 0, 1920, 1050), QRect(1920, 0, 1280, 1024)
LEAST = QSize(420, 360)


@pytest.mark.parametrize(
    ("place", "screens", "fitted"),
    [
        (QRect(100, 100, 1360, 850), [MAIN], QRect(100, 100, 1360, 850)),
        (QRect(2000, 50, 1000, 700), [MAIN, SECOND], QRect(2000, 50, 1000, 700)),
        (QRect(2000, 50, 1000, 700), [MAIN], QRect(920, 50, 1000, 700)),
        (QRect(-2500, -300, 3000, 2000), [MAIN], QRect(0, 0, 1920, 1050)),
        (QRect(0, 0, 1360, 850), [QRect(0, 0, 1024, 560)], QRect(0, 0, 1024, 560)),
        (QRect(1800, 40, 1000, 700), [MAIN], QRect(1800, 40, 1000, 700)),  # partly outside, as it was left
        (QRect(5000, 5000, 800, 600), [], QRect(5000, 5000, 800, 600)),
    ],
)
def test_a_place(place: QRect, screens: list[QRect], fitted: QRect) -> None:
    assert fit(place, screens, LEAST) == fitted


@given(
    st.integers(-9000, 9000), st.integers(-9000, 9000), st.integers(420, 9000), st.integers(360, 9000), st.booleans()
)
def test_it_can_always_be_taken_hold_of(x: int, y: int, wide: int, high: int, two: bool) -> None:
    screens = [MAIN, SECOND] if two else [MAIN]
    fitted = fit(QRect(x, y, wide, high), screens, LEAST)
    edge = QRect(fitted.left(), fitted.top(), fitted.width(), 1)
    assert max(screen.intersected(edge).width() for screen in screens) >= 96
    assert fit(fitted, screens, LEAST) == fitted


PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from reader.ui import places
app = QApplication(["inkstone"])
window = QMainWindow()
window.setMinimumSize(420, 360)
if sys.argv[1]:
    places.restore(window, sys.argv[1])
else:
    window.setGeometry(2100, 80, 900, 700)
window.show()
def tell():
    g = window.geometry()
    print(bytes(window.saveGeometry().toBase64().data()).decode(), g.x(), g.y(), g.width(), g.height())
    app.quit()
QTimer.singleShot(100, tell)
app.exec()
"""


def left(tmp_path: Path, geometry: str, *screens: tuple[int, int, int, int]) -> tuple[str, QRect]:
    """Show a window on such screens; how it was left."""
    named = [
        {"name": f"s{n}", "x": x, "y": y, "width": w, "height": h, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for n, (x, y, w, h) in enumerate(screens)
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": named}))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, geometry],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    saved, *numbers = done.stdout.split()
    return saved, QRect(*(int(each) for each in numbers))


def test_a_screen_that_is_gone(tmp_path: Path) -> None:
    saved, place = left(tmp_path, "", (0, 0, 1920, 1080), (1920, 0, 1280, 1024))
    assert place == QRect(2100, 80, 900, 700)
    assert left(tmp_path, saved, (0, 0, 1920, 1080), (1920, 0, 1280, 1024))[1] == place
    _, alone = left(tmp_path, saved, (0, 0, 1920, 1080))
    assert QRect(0, 0, 1920, 1080).contains(alone)
    _, small = left(tmp_path, saved, (0, 0, 800, 600))
    assert QRect(0, 0, 800, 600).contains(small)
