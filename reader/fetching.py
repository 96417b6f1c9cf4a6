"""The order in which feeds are asked: over hosts in turn, at most two at a time of one host, the slow ones last.

The feeds of a host are its lanes, two at most. A thread goes along a lane to its end, so that one connection serves it
and no host ever sees a third.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from functools import lru_cache
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reader.errors import TimedOut
from reader.model import Source
from reader.records import dataclass

if TYPE_CHECKING:
    from reader.net import Response

THREADS = 16
LANES_OF_A_HOST = 2
#: Answers that wait to be stored; a body is 10 MB at most.
_WAITING = 32
_TICK_S = 0.1

Fetch = Callable[[Source], "Response"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking a source gave: a response or what went wrong."""

    source: Source
    response: Response | None = None
    error: Exception | None = None


def host_of(source: Source) -> str:
    """The host that a feed is asked of; ``""`` for an address that names none."""
    return _host(source.address)


@lru_cache(maxsize=4096)
def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def lanes(sources: Sequence[Source]) -> list[deque[Source]]:
    """The feeds by host, those of one host in two lanes at most; all first lanes before the second ones."""
    hosts: dict[str, list[Source]] = {}
    for source in sources:
        hosts.setdefault(host_of(source), []).append(source)
    return [deque(own[n::LANES_OF_A_HOST]) for n in range(LANES_OF_A_HOST) for own in hosts.values() if own[n:]]


def answers(sources: Sequence[Source], fetch: Fetch, ended: threading.Event) -> Generator[list[Answer], None, None]:
    """Ask all sources; what came, in small lists, and an empty one every now and then while nothing comes.

    Args:
        fetch: asks one; it gives up soon after ``ended`` is set.
        ended: set it to stop; it is set when the iterator is closed.
    """
    waiting = deque(lanes(sources))
    came: Queue[Answer] = Queue(_WAITING)
    threads = [
        threading.Thread(target=_go, args=(waiting, fetch, came, ended), name=f"fetch-{n}", daemon=True)
        for n in range(min(THREADS, len(waiting)))
    ]
    for thread in threads:
        thread.start()
    left = len(sources)
    try:
        while left and not ended.is_set():
            some = _take(came)
            left -= len(some)
            yield some
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _take(came: Queue[Answer]) -> list[Answer]:
    """All that came, after waiting a little for the first."""
    some: list[Answer] = []
    try:
        some.append(came.get(timeout=_TICK_S))
        while len(some) < _WAITING:
            some.append(came.get_nowait())
    except Empty:
        pass
    return some


def _go(waiting: deque[deque[Source]], fetch: Fetch, came: Queue[Answer], ended: threading.Event) -> None:
    """A thread: along one lane after the other. A lane whose server hangs goes on when all others were asked."""
    while True:
        try:
            lane = waiting.popleft()
        except IndexError:
            return
        while lane:
            if ended.is_set():
                return
            answer = _ask(lane.popleft(), fetch)
            _put(came, answer, ended)
            if isinstance(answer.error, TimedOut) and lane:
                waiting.append(lane)
                break


def _ask(source: Source, fetch: Fetch) -> Answer:
    try:
        return Answer(source, response=fetch(source))
    except Exception as error:  # also a bug: it is told where the source is known
        return Answer(source, error=error)


def _put(came: Queue[Answer], answer: Answer, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            came.put(answer, timeout=_TICK_S)
            return
        except Full:
            continue
