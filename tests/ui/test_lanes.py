"""Works leave the GUI thread and their answers come back to it, unless nobody wants them any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.errors import StoreError
from reader.ui.lanes import Lane, Lanes, Stop, patient


@pytest.fixture
def lane(qapp: QApplication) -> Iterator[Lane]:
    made = Lane("one", 1)
    yield made
    made.close()


def test_the_work_runs_elsewhere_and_the_answer_comes_on_this_thread(qtbot: QtBot, lane: Lane) -> None:
    here, where = threading.get_ident(), []
    lane.run(threading.get_ident, lambda there: where.append((there, threading.get_ident())))
    assert where == []  # never inside run()
    qtbot.waitUntil(lambda: bool(where))
    ((there, back),) = where
    assert there != here
    assert back == here


def test_an_inline_lane_answers_at_once(qapp: QApplication) -> None:
    got: list[int] = []
    Lane("inline", 0).run(lambda: 7, got.append)
    assert got == [7]


@pytest.mark.parametrize("inline", [True, False])
def test_errors_go_to_failed_or_to_unexpected(qtbot: QtBot, inline: bool) -> None:
    lanes = Lanes(inline=inline)
    failed: list[BaseException] = []
    unexpected: list[BaseException] = []
    lanes.unexpected.connect(unexpected.append)

    def work() -> int:
        raise KeyError("gone")

    lanes.read.run(work, None, failed.append)
    lanes.store.run(work)
    qtbot.waitUntil(lambda: len(failed) == len(unexpected) == 1)
    assert isinstance(failed[0], KeyError)
    assert isinstance(unexpected[0], KeyError)
    lanes.close()


def test_a_stale_ticket_gets_nothing(qtbot: QtBot, lane: Lane) -> None:
    go, got, ran = threading.Event(), [], []
    first = lane.run(lambda: go.wait(5), lambda _: got.append("first"))
    second = lane.run(lambda: ran.append(2), lambda _: got.append("second"))
    third = lane.run(lambda: ran.append(3), lambda _: got.append("third"))
    first.cancel()
    second.cancel()
    go.set()
    qtbot.waitUntil(lambda: got == ["third"])
    qtbot.wait(30)
    assert got == ["third"]
    assert ran == [3]  # what was given up before its turn never ran
    assert third.live


def test_an_answer_that_waits_is_dropped_when_its_ticket_is_cancelled(qtbot: QtBot, lane: Lane) -> None:
    got, done = [], threading.Event()
    ticket = lane.run(lambda: done.set(), lambda _: got.append(1))
    done.wait(5)
    ticket.cancel()  # its answer stands in the queue of the GUI thread already
    qtbot.wait(30)
    assert got == []


def test_closing_drops_what_waits_and_its_answers(qtbot: QtBot, qapp: QApplication) -> None:
    lane, started, go = Lane("dropping", 1), threading.Event(), threading.Event()
    ran: list[int] = []
    got: list[object] = []
    lane.run(lambda: (started.set(), go.wait(5)), got.append)
    lane.run(lambda: ran.append(1), got.append)
    started.wait(5)
    threading.Timer(0.05, go.set).start()
    lane.close()
    assert go.is_set()  # what ran was waited for
    late = lane.run(lambda: ran.append(2), got.append)
    qtbot.wait(30)
    assert (ran, got, late.live) == ([], [], False)


def _waits_for(started: threading.Event, stopped: Stop) -> str:
    """What asks a server that is silent."""
    started.set()
    end = time.monotonic() + 20
    while not stopped() and time.monotonic() < end:
        time.sleep(0.01)
    return "stopped" if stopped() else "late"


def test_a_stoppable_work_makes_room_when_its_ticket_is_cancelled(qtbot: QtBot, lane: Lane) -> None:
    started, got = threading.Event(), list[str]()
    ticket = lane.run_stoppable(lambda stopped: _waits_for(started, stopped), got.append)
    lane.run(lambda: "next", got.append)
    started.wait(5)
    ticket.cancel()
    qtbot.waitUntil(lambda: got == ["next"], timeout=1000)


def test_closing_ends_stoppable_works_in_all_lanes_at_once(qapp: QApplication) -> None:
    lanes, ends, running = Lanes(), [], []
    for lane in (lanes.refresh, lanes.leads, lanes.pictures):
        running.append(threading.Event())
        lane.run_stoppable(lambda stopped, started=running[-1]: ends.append(_waits_for(started, stopped)))  # type: ignore[misc]
    assert all(each.wait(5) for each in running)
    begun = time.monotonic()
    lanes.close()
    assert time.monotonic() - begun < 1
    assert ends == ["stopped"] * 3


def test_the_users_acts_are_finished_at_the_end(qapp: QApplication) -> None:
    lanes, stored = Lanes(), []
    go = threading.Event()
    lanes.store.run(lambda: go.wait(5))
    for n in range(5):
        lanes.store.run(lambda n=n: stored.append(n))  # type: ignore[misc]
    go.set()
    lanes.close()
    assert stored == [0, 1, 2, 3, 4]


def test_what_hangs_does_not_keep_the_end_waiting(qapp: QApplication) -> None:
    lanes, stored, never = Lanes(), [], threading.Event()
    for lane in (lanes.pictures, lanes.refresh, lanes.leads, lanes.adding):
        lane.run(lambda: never.wait(20))
    lanes.store.run(lambda: (time.sleep(0.1), stored.append("act")))
    began = time.monotonic()
    lanes.close()
    assert time.monotonic() - began < 1.0
    assert stored == ["act"]
    never.set()


def test_an_interrupted_read_is_done_again() -> None:
    tries: list[int] = []

    def read() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise StoreError(path="x", detail="interrupted")
        return "rows"

    def broken() -> str:
        raise StoreError(path="x", detail="disk")

    assert patient(read)() == "rows"
    assert len(tries) == 3
    with pytest.raises(StoreError, match="disk"):
        patient(broken)()
