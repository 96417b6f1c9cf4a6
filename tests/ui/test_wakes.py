"""Midnight, another time zone, sleep: told once each, at the right moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.settings import Settings
from reader.ui.instance import Place, Request, take
from reader.ui.surroundings import Surroundings
from reader.ui.wakes import SETTLE_MS, TICK_S, Wakes, until_next
from tests.ui.desk import Desk, desk

EAST = timezone(timedelta(hours=8))


class Clock:
    def __init__(self, *when: int) -> None:
        self.time = datetime(*when, tzinfo=EAST)  # type: ignore[misc,arg-type]

    def __call__(self) -> datetime:
        return self.time


def test_the_next_look_is_a_tick_or_midnight() -> None:
    assert until_next(datetime(2026, 3, 1, 12, 0, tzinfo=EAST)) == TICK_S
    assert until_next(datetime(2026, 3, 1, 23, 59, 50, tzinfo=EAST)) == pytest.approx(10.05)
    assert until_next(datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=EAST)) >= 0.05


def test_another_day_is_told_at_midnight_once(qtbot: QtBot) -> None:
    clock = Clock(2026, 3, 1, 23, 59, 59)
    wakes = Wakes(now=clock)
    told: list[None] = []
    wakes.day_changed.connect(lambda: told.append(None))
    wakes.look()
    assert not told
    clock.time += timedelta(seconds=2)
    qtbot.waitUntil(lambda: bool(told), timeout=5000)  # its own timer, without a word from here
    wakes.look()
    assert len(told) == 1


def test_another_zone_is_another_day(qtbot: QtBot) -> None:
    clock = Clock(2026, 3, 1, 12, 0)
    wakes = Wakes(now=clock)
    clock.time = clock.time.astimezone(timezone(timedelta(hours=-5)))
    with qtbot.waitSignal(wakes.day_changed, timeout=100):
        wakes.look()


def test_a_sleep_is_told_when_the_network_has_had_time(qtbot: QtBot) -> None:
    clock = Clock(2026, 3, 1, 12, 0)
    wakes = Wakes(now=clock)
    told: list[None] = []
    wakes.woke.connect(lambda: told.append(None))
    clock.time += timedelta(seconds=TICK_S + 20)  # a busy machine
    wakes.look()
    qtbot.wait(50)
    assert not told
    clock.time += timedelta(hours=3)
    wakes.look()
    wakes.sleeps(False)
    assert not told
    qtbot.waitUntil(lambda: bool(told), timeout=SETTLE_MS + 3000)
    assert len(told) == 1


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library", Settings(theme="light", view="today"), now=lambda: NOW[0]) as made:
        yield made


NOW = [datetime(2026, 6, 3, 12, 0, tzinfo=UTC)]


def test_the_window_says_today_right_over_midnight(here: Desk, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    NOW[0] = datetime(2026, 6, 3, 23, 30).astimezone(UTC)
    (tmp_path / "posts" / "a.md").write_text("---\ntitle: A\ndate: 2026-06-03 20:00:00\n---\nwords", encoding="utf-8")
    here.window.acts.open_path(tmp_path / "posts")
    here.until(lambda: here.titles() == ["A"] and not here.window.refreshing.running)
    seat = take(Place(tmp_path / "a.lock", str(tmp_path / "a.sock")))
    assert seat is not None
    around = Surroundings(here.window, seat, Request(), "test")
    here.show_view("today")
    here.until(lambda: here.window.counts.today == 1)
    NOW[0] += timedelta(hours=1)
    around.wakes.day_changed.emit()
    here.until(lambda: here.window.counts.today == 0)
    here.until(lambda: here.titles() == [])
    around.close()
    seat.leave()


LOGIN = """
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from reader.ui import wakes
app = QCoreApplication([])
wakes.SETTLE_MS = 50
bus = QDBusConnection.sessionBus()
assert bus.registerService("org.freedesktop.login1")
here = wakes.Wakes()
here.woke.connect(lambda: (print("woke", flush=True), app.quit()))
assert here.listen_on(bus)
def say(sleeps):
    said = QDBusMessage.createSignal(
        "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep")
    said.setArguments([sleeps])
    bus.send(said)
say(True)
QTimer.singleShot(200, lambda: say(False))
QTimer.singleShot(10000, app.quit)
app.exec()
"""


@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="dbus-run-session is not installed")
def test_the_login_manager_tells_of_sleep() -> None:
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", LOGIN],
        cwd=Path(__file__).resolve().parents[2],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["woke"], done.stderr
