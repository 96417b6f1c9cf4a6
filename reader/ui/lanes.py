"""The only threading code of the window: named executors whose results come back on the GUI thread.

A lane is a small pool. ``run`` gives a ticket; the answer arrives by one queued signal, and is dropped when the ticket
was cancelled meanwhile (hopping through articles: the latest wins). There are no locks here and no QThread.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from reader.errors import StoreError
from reader.records import dataclass

log = logging.getLogger(__name__)

T = TypeVar("T")
#: Closing waits so long for what was told to end: a name that no server resolves keeps its thread for half a minute.
_PATIENCE_S = 0.6
#: Whether a work shall end: asked by it, now and then.
Stop = Callable[[], bool]


def patient(work: Callable[[], T]) -> Callable[[], T]:
    """A read that is done again when a newer search interrupted it (SQLite's interrupt ends every read)."""

    def again() -> T:
        for _ in range(20):
            try:
                return work()
            except StoreError as error:
                if error.detail != "interrupted":
                    raise
        return work()

    return again


class Ticket:
    """The right to an answer. ``cancel`` gives it up: nothing is called any more."""

    def __init__(self) -> None:
        self.live = True
        self._future: Future[None] | None = None

    def cancel(self) -> None:
        self.live = False
        if self._future is not None:
            self._future.cancel()


@dataclass(slots=True)
class _Answer:
    ticket: Ticket
    call: Callable[[Any], None] | None
    value: Any
    error: BaseException | None = None
    age: int = 0


class Lane(QObject):
    """One named pool of threads.

    Args:
        threads: how many works run at once; with 0 a work runs at once, inside ``run`` (for tests).
        finishes: closing waits for the works that wait, too, instead of dropping them.
    """

    _delivered = Signal(object)
    #: An error that nobody asked for by ``failed``: a bug, or trouble that needs a dialog.
    unexpected = Signal(object)

    def __init__(self, name: str, threads: int = 1, parent: QObject | None = None, *, finishes: bool = False) -> None:
        super().__init__(parent)
        self._finishes = finishes
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name) if threads else None
        self._delivered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._closed = False
        self._age = 0
        self._under_way: set[Future[None]] = set()

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Ticket:
        """Do ``work`` off the GUI thread, then call ``done(value)`` or ``failed(error)`` on it."""
        return self._start(Ticket(), work, done, failed)

    def run_stoppable(
        self,
        work: Callable[[Stop], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Ticket:
        """As ``run``, for a work that ends soon when its ticket is cancelled, or the lane is closed, while it runs."""
        ticket = Ticket()
        return self._start(ticket, lambda: work(lambda: not ticket.live or self._closed), done, failed)

    def _start(
        self,
        ticket: Ticket,
        work: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: Callable[[BaseException], None] | None,
    ) -> Ticket:
        if self._closed:
            ticket.cancel()
        elif self._pool is None:
            self._deliver(_outcome(ticket, work, done, failed))
        else:
            ticket._future = future = self._pool.submit(self._work, ticket, work, done, failed, self._age)
            self._under_way.add(future)
            future.add_done_callback(self._under_way.discard)
        return ticket

    def _work(
        self,
        ticket: Ticket,
        work: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: Callable[[BaseException], None] | None,
        age: int,
    ) -> None:
        if ticket.live:
            answer = _outcome(ticket, work, done, failed)
            answer.age = age
            if not self._closed:
                self._delivered.emit(answer)

    def _deliver(self, answer: _Answer) -> None:
        if not answer.ticket.live or self._closed or (answer.age < self._age and self._pool is not None):
            return
        if answer.call is not None:
            answer.call(answer.error if answer.error is not None else answer.value)
        elif answer.error is not None:
            self.unexpected.emit(answer.error)

    def forget(self) -> None:
        """Whoever waits for an answer is gone: what was asked for is done, and nobody is told."""
        self._age += 1

    def stop(self) -> None:
        """Take no more work, drop (or finish) what waits, and tell what runs to end. No answer comes any more."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=not self._finishes)

    def close(self, patience_s: float | None = None) -> None:
        """Stop, and wait for what runs: ``patience_s`` at most, then its thread is left to itself."""
        self.stop()
        wait(self._under_way.copy(), patience_s)


def _outcome(
    ticket: Ticket,
    work: Callable[[], T],
    done: Callable[[T], None] | None,
    failed: Callable[[BaseException], None] | None,
) -> _Answer:
    try:
        return _Answer(ticket, done, work())
    except Exception as error:  # delivered, never lost: to ``failed``, else to ``unexpected``
        return _Answer(ticket, failed, None, error)


class Lanes(QObject):
    """The lanes of the program.

    Attributes:
        store: the one writer; the user's acts, all of which are done before it closes.
        read: list pages and opening.
        refresh: refreshes and folder scans.
        adding: new sources and single files, which must not wait until a refresh of 4,000 sources ends.
        leads: the list's pictures after a refresh, which the next refresh must not wait for.
        pictures: apart, so that a refresh cannot starve the open page.
        thumbnails: decoding for the list.
        care: checks, backups and exports, which take long and wait for nobody.
    """

    #: See ``Lane.unexpected``.
    unexpected = Signal(object)

    def __init__(self, *, inline: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        count = (lambda n: 0) if inline else (lambda n: n)
        self.store = Lane("store", count(1), self, finishes=True)
        self.read = Lane("read", count(2), self)
        self.refresh = Lane("refresh", count(1), self)
        self.adding = Lane("adding", count(2), self)
        self.leads = Lane("leads", count(1), self)
        self.pictures = Lane("pictures", count(4), self)
        self.thumbnails = Lane("thumbnails", count(1), self)
        self.care = Lane("care", count(1), self)
        for lane in self._all():
            lane.unexpected.connect(self.unexpected)

    def _all(self) -> tuple[Lane, ...]:
        own = self.leads, self.pictures, self.thumbnails, self.care
        return self.store, self.read, self.refresh, self.adding, *own

    def forget(self) -> None:
        """The window is gone, and another one takes its place: only refreshes, which go on, are told."""
        for lane in self._all():
            if lane not in (self.refresh, self.leads):
                lane.forget()

    def close(self) -> None:
        """Close all, after each was told. The user's acts are finished; nothing else is waited for much longer."""
        for lane in self._all():
            lane.stop()
        self.store.close()
        until = time.monotonic() + _PATIENCE_S
        for lane in self._all():
            lane.close(max(0.0, until - time.monotonic()))
