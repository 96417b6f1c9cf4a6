"""The worker process: what goes wrong in it costs one task."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from reader.errors import ParseError, WorkerDied
from reader.worker import Worker

# Tasks: they run in the worker, which imports this module by its name.


def add(a: int, b: int = 0) -> int:
    return a + b


def pid() -> int:
    return os.getpid()


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def eat() -> int:
    hoard = []
    while True:
        hoard.append(bytes(256 << 20))  # asked for, not touched: the limit counts it, the machine does not


def end(how: int) -> None:
    os.kill(os.getpid(), how)


def refuse() -> None:
    raise ParseError(where="https://a.example/", detail="no feed", line=7)


def fail() -> None:
    raise KeyError("a bug")


def give_what_cannot_be_sent() -> object:
    return lambda: None


def loaded() -> list[str]:
    return [name for name in ("PySide6", "sqlite3", "requests") if name in sys.modules]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker(timeout_s=30)
    yield made
    made.close()


def test_values_come_back_from_another_process(worker: Worker) -> None:
    assert worker.call(add, 2, b=3) == 5
    there = worker.call(pid)
    assert there == worker.pid != os.getpid()
    assert worker.call(pid) == there


def test_expected_errors_come_back_whole(worker: Worker) -> None:
    there = worker.call(pid)
    with pytest.raises(ParseError) as caught:
        worker.call(refuse)
    assert (caught.value.where, caught.value.detail, caught.value.line) == ("https://a.example/", "no feed", 7)
    assert worker.call(pid) == there


def test_a_bug_is_raised_here_and_the_worker_goes_on(worker: Worker) -> None:
    with pytest.raises(RuntimeError, match="fail: KeyError: 'a bug'"):
        worker.call(fail)
    assert worker.call(add, 1) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_memory_has_a_limit(worker: Worker) -> None:
    with pytest.raises(WorkerDied) as caught:
        worker.call(eat)
    assert caught.value.task == "eat"
    assert worker.call(add, 1) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot kill at once")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV"])
def test_a_worker_that_dies_is_replaced(worker: Worker, how: str) -> None:
    with pytest.raises(WorkerDied) as caught:
        worker.call(end, getattr(signal, how))
    assert (caught.value.task, worker.pid) == ("end", None)
    assert worker.call(add, 1) == 1


def test_a_worker_that_died_between_two_tasks_is_replaced(worker: Worker) -> None:
    first = worker.call(pid)
    assert worker._process is not None
    worker._process.kill()
    worker._process.join()
    assert worker.call(pid) != first


def test_what_cannot_be_sent_back_costs_one_task(worker: Worker, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="give_what_cannot_be_sent"):
        worker.call(give_what_cannot_be_sent)
    assert worker.call(add, 1) == 1
    assert capfd.readouterr().err == ""


def test_a_task_over_its_time_is_killed() -> None:
    worker = Worker(timeout_s=1.0)
    try:
        worker.call(add, 1)
        old = worker.pid
        started = time.monotonic()
        with pytest.raises(WorkerDied) as caught:
            worker.call(sleep, 60)
        assert 1.0 <= caught.value.seconds <= time.monotonic() - started < 20
        assert old is not None
        if os.name == "posix":
            with pytest.raises(ProcessLookupError):
                os.kill(old, 0)
        assert worker.call(add, 1) == 1
    finally:
        worker.close()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system cannot interrupt a call")
def test_an_interrupted_call_does_not_answer_the_next_one(worker: Worker) -> None:
    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    worker.call(add, 1)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            worker.call(sleep, 20)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert worker.call(add, 4) == 4


def test_calls_from_several_threads_get_their_own_answers(worker: Worker) -> None:
    got: dict[int, int] = {}
    threads = [threading.Thread(target=lambda n=n: got.update({n: worker.call(add, n, 100)})) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert got == {n: n + 100 for n in range(8)}


def test_closing_ends_the_process_and_a_later_call_starts_another() -> None:
    worker = Worker()
    worker.close()
    assert worker.pid is None
    first = worker.call(pid)
    worker.close()
    assert worker.pid is None
    assert worker.call(pid) != first
    worker.close()


def test_the_worker_has_no_window_no_database_and_no_network() -> None:
    # In a process of its own, as the program starts it: a test's own imports are not the program's.
    from tests.core.shell import environment, python

    code = (
        "from reader import tasks; from reader.worker import Worker; import sys\n"
        "if __name__ == '__main__':\n"
        "    w = Worker(); w.call(tasks.parse_feed, b'<rss><channel><title>x</title></channel></rss>', '', '')\n"
        "    print(open(f'/proc/{w.pid}/maps').read()); w.close()"
    )
    if sys.platform == "linux":
        maps = python("-c", code, env=environment()).stdout
        assert "lxml" in maps
        assert not [name for name in ("_sqlite3", "PySide6", "Qt6Core") if name in maps]
