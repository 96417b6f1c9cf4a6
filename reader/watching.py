"""Notices what changes in folders, and tells it when it has come to rest.

Where the system tells of changes (inotify here, FSEvents and Windows through watchdog) it is asked; on network drives,
where it hears only of this computer's own, and beyond its limits the folders are looked at once a minute.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import field
from functools import partial
from typing import Literal, Protocol

from reader.mounts import is_remote
from reader.records import dataclass

log = logging.getLogger(__name__)

#: Changes are told when nothing more came for so long: a save by renaming is one change.
QUIET_S = 1.0
#: A folder in which something changes all the time is told of so often.
LONGEST_S = 10.0
POLL_S = 60.0
#: Whether a watched folder is still the same one: an unmounted disk leaves an empty folder behind.
_CHECK_S = 5.0
#: More paths than this: to look everywhere takes no longer.
_MOST_PATHS = 2000

How = Literal["live", "poll", "gone"]
#: Called with a folder, as it was given, and the paths that changed; None: anything may have changed.
Told = Callable[[str, frozenset[str] | None], None]


class Backend(Protocol):
    """What the system tells through; ``add`` raises OSError for a folder that it cannot watch whole."""

    def add(self, root: str) -> None: ...
    def remove(self, root: str) -> None: ...
    def close(self) -> None: ...


@dataclass(slots=True)
class _Batch:
    paths: set[str] | None = field(default_factory=set)
    first: float = 0.0
    last: float = 0.0
    waited: bool = False


class Gathering:
    """Changes that have not come to rest yet. Pure: the clock and the disk are asked through the arguments.

    Args:
        quiet_s, longest_s: see ``QUIET_S`` and ``LONGEST_S``.
        exists: whether something is at a path.
    """

    def __init__(
        self, quiet_s: float = QUIET_S, longest_s: float = LONGEST_S, exists: Callable[[str], bool] = os.path.lexists
    ) -> None:
        self._quiet_s, self._longest_s, self._exists = quiet_s, longest_s, exists
        self._batches: dict[str, _Batch] = {}

    def add(self, root: str, path: str | None, now: float) -> None:
        """Something changed at ``path``; None: anywhere."""
        batch = self._batches.setdefault(root, _Batch(first=now))
        batch.last = now
        if path is None or (batch.paths is not None and len(batch.paths) >= _MOST_PATHS):
            batch.paths = None
        elif batch.paths is not None:
            batch.paths.add(path)

    def drop(self, root: str) -> None:
        self._batches.pop(root, None)

    def wait_s(self, now: float) -> float | None:
        """How long until something may be due; None: nothing waits."""
        return min((max(0.0, self._due(batch) - now) for batch in self._batches.values()), default=None)

    def due(self, now: float) -> list[tuple[str, frozenset[str] | None]]:
        """What has come to rest; it is forgotten here.

        What is not there is waited for once more: some programs remove a file before they put the new one in its
        place, and a file that is gone takes its article along.
        """
        told: list[tuple[str, frozenset[str] | None]] = []
        for root, batch in list(self._batches.items()):
            if self._due(batch) > now:
                continue
            missing = batch.paths is not None and not all(self._exists(path) for path in batch.paths)
            if missing and not batch.waited:
                batch.waited, batch.last = True, now
                continue
            del self._batches[root]
            told.append((root, None if batch.paths is None else frozenset(batch.paths)))
        return told

    def _due(self, batch: _Batch) -> float:
        longest = self._longest_s + (self._quiet_s if batch.waited else 0.0)
        return min(batch.last + self._quiet_s, batch.first + longest)


class Watching:
    """Watches folders until it is closed.

    Args:
        told: called from a thread of its own.
        backend: makes what the system tells through; None only polls.
        remote: whether a folder is on another computer.
    """

    def __init__(
        self,
        told: Told,
        *,
        gathering: Gathering | None = None,
        poll_s: float = POLL_S,
        check_s: float = _CHECK_S,
        backend: Callable[[Callable[[str, str | None], None], Callable[[str], None]], Backend] | None = None,
        remote: Callable[[str], bool] | None = None,
    ) -> None:
        self._told, self._poll_s, self._check_s = told, poll_s, check_s
        self._gathering = gathering or Gathering()
        self._make, self._remote = backend or system_backend, remote or is_remote
        self._backend: Backend | None = None
        self._roots: dict[str, _Root] = {}
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
        self._thread.start()

    def watch(self, roots: Iterable[str]) -> None:
        """Watch these folders from now on, and no others."""
        wanted = frozenset(roots)
        self._calls.put(lambda: self._set(wanted))

    def again(self, root: str, paths: Collection[str] | None) -> None:
        """Tell this once more later: it could not be used now."""

        def add() -> None:
            for path in [None] if paths is None else paths:
                self._gathering.add(root, path, time.monotonic())

        self._calls.put(add)

    def how(self) -> dict[str, How]:
        """How each folder is watched now."""
        return {name: root.how for name, root in list(self._roots.items())}

    def close(self) -> None:
        """Tell nothing more."""
        self._closed = True
        self._calls.put(lambda: None)
        self._thread.join()
        if self._backend is not None:
            self._backend.close()

    # The thread

    def _run(self) -> None:
        while not self._closed:
            now = time.monotonic()
            waits = [root.next_look - now for root in self._roots.values()]
            gathered = self._gathering.wait_s(now)
            if gathered is not None:
                waits.append(gathered)
            try:
                call = self._calls.get(timeout=max(0.0, min(waits)) if waits else None)
            except queue.Empty:
                self._look()
            else:
                self._go_on_after(call)

    def _go_on_after(self, act: Callable[[], None]) -> None:
        """Do something that must not end the watching of all folders when it fails."""
        try:
            act()
        except Exception:
            log.exception("an error in watching folders; they are watched on")

    def _set(self, wanted: frozenset[str]) -> None:
        for name in self._roots.keys() - wanted:
            self._end(name)
            self._gathering.drop(name)
            del self._roots[name]
        for name in sorted(wanted - self._roots.keys()):
            self._roots[name] = _Root()
            self._go_on_after(partial(self._begin, name))

    def _begin(self, name: str) -> None:
        """Watch a folder as well as it can be watched."""
        root = self._roots[name]
        root.next_look = time.monotonic() + self._check_s  # before anything that may fail: else it fails without end
        root.place = _place(name)
        if root.place is None:
            root.how = "gone"
        elif self._remote(name):
            root.how = "poll"
        else:
            root.how = "live"
            try:
                if self._backend is None:
                    self._backend = self._make(self._heard, self._lost)
                self._backend.add(name)
            except OSError as error:
                log.info("%s is looked at every %d s: %s", name, self._poll_s, error)
                root.how = "poll"
        root.next_look = time.monotonic() + (self._poll_s if root.how == "poll" else self._check_s)

    def _end(self, name: str) -> None:
        if self._roots[name].how == "live" and self._backend is not None:
            with suppress(OSError):
                self._backend.remove(name)

    def _look(self) -> None:
        """What is due: folders that are polled, folders that may have gone or come, changes that have come to rest."""
        now = time.monotonic()
        for name, root in self._roots.items():
            if root.next_look <= now:
                self._go_on_after(partial(self._look_at, name, root, now))
        for name, paths in self._gathering.due(now):
            if name in self._roots:
                self._go_on_after(partial(self._told, name, paths))

    def _look_at(self, name: str, root: _Root, now: float) -> None:
        root.next_look = now + (self._poll_s if root.how == "poll" else self._check_s)
        if root.how == "poll":
            self._gathering.add(name, None, now)
        elif _place(name) != root.place:
            self._gathering.add(name, None, now)  # that it is gone, or what is in it now
            self._end(name)
            self._begin(name)

    # What the system says, from its own thread

    def _heard(self, name: str, path: str | None) -> None:
        self._calls.put(lambda: self._gathering.add(name, path, time.monotonic()))

    def _lost(self, name: str) -> None:
        def poll() -> None:
            root = self._roots.get(name)
            if root is not None and root.how == "live":
                self._end(name)
                root.how, root.next_look = "poll", time.monotonic()

        self._calls.put(poll)


@dataclass(slots=True)
class _Root:
    how: How = "live"
    place: tuple[int, int] | None = None
    next_look: float = 0.0


def _place(root: str) -> tuple[int, int] | None:
    """Which folder it is, whatever it is called; None when it is not there."""
    try:
        about = os.stat(root)
    except (OSError, ValueError):
        return None
    return about.st_dev, about.st_ino


def system_backend(tell: Callable[[str, str | None], None], lost: Callable[[str], None]) -> Backend:
    """What this system tells of changes through.

    Raises:
        OSError: through nothing.
    """
    if sys.platform.startswith("linux"):
        from reader.inotify import Inotify

        return Inotify(tell, lost)
    from reader.dogwatch import Dogwatch

    return Dogwatch(tell, lost)
