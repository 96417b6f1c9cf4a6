"""The worker process: bytes in, frozen values out.

What parses hostile bytes runs in a process of its own, so that a bomb costs one source and never the window. The
process is started on first use, killed when a task is over its time, and started again for the next one. It gets no
database and no network, and its memory is bounded where the system can do so.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import ParamSpec, TypeVar

from reader.errors import ReaderError, WorkerDied

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

#: Closing waits so long for an answer before it kills the process, seconds.
_PATIENCE_S = 0.2
MEMORY_BYTES = 3 * 2**30


class Worker:
    """One worker process. Calls from several threads wait for each other.

    Args:
        timeout_s: longest time for one task; over it the process is killed.
    """

    def __init__(self, *, timeout_s: float = 60.0) -> None:
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def call(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``task`` (a module-level function) in the worker and return its value.

        Raises:
            WorkerDied: the process ended during the task or was over its time.
            ReaderError: whatever the task raised of that tree.
        """
        with self._lock:
            started = time.monotonic()
            pipe = self._ready()
            try:
                pipe.send((task, args, kwargs))
                if not pipe.poll(self._timeout_s):
                    raise EOFError
                ok, value = pipe.recv()
            except (EOFError, OSError):
                self._stop(kill=True)
                raise WorkerDied(task=task.__name__, seconds=time.monotonic() - started) from None
            except BaseException:  # Ctrl-C while it works: its late answer must not meet the next question
                self._stop(kill=True)
                raise
        if ok:
            result: T = value
            return result
        raise value

    @property
    def pid(self) -> int | None:
        """The process id, None while no process runs."""
        return self._process.pid if self._process else None

    def _ready(self) -> Connection:
        if self._process is not None and self._pipe is not None and self._process.is_alive():
            return self._pipe
        self._stop(kill=True)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), name="inkstone-worker", daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        return ours

    def _stop(self, *, kill: bool) -> None:
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            if kill:
                process.kill()
            process.join(2.0)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def close(self) -> None:
        """End the process, and with it what it works at; a later call starts it anew."""
        if not self._lock.acquire(timeout=_PATIENCE_S):
            process = self._process
            if process is not None:
                process.kill()
            self._lock.acquire()
        try:
            self._stop(kill=False)
        finally:
            self._lock.release()


def _serve(pipe: Connection) -> None:
    """The worker's loop: ends when the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("reader").addHandler(logging.NullHandler())  # without any, logging prints to stderr
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    while True:
        try:
            task, args, kwargs = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, task(*args, **kwargs))
        except ReaderError as error:
            answer = (False, error)
        except MemoryError:
            answer = (False, WorkerDied(task=task.__name__, seconds=0.0))
        except Exception as error:  # a bug: it is raised again, with its text, on the other side
            answer = (False, RuntimeError(f"{task.__name__}: {type(error).__name__}: {error}"))
        try:
            pipe.send(answer)
        except OSError:
            return
        except Exception as error:  # a value that cannot be pickled; nothing of it was sent
            pipe.send((False, RuntimeError(f"{task.__name__}: its value cannot be sent: {error}")))
