"""One log file, bounded; see ``details.discreet`` for what of an address comes into it.

It says when the program begins and ends and in which version, which sources fail and why, and every bug. It never says
what is read.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from reader import __version__

NAME = "inkstone.log"
#: The file and two before it.
_MAX_BYTES, _OLDER = 2**20, 2
#: The last lines are looked for in so much of its end.
_TAIL_BYTES, _TAIL_LINES = 64 * 1024, 50

_logger = logging.getLogger("reader")


class _Discreet(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


class _Versions:
    """Of the program and what it stands on, looked up when they are written: that takes some milliseconds."""

    def __str__(self) -> str:
        import platform

        return f"Inkstone {__version__}, Python {platform.python_version()}, {platform.platform()}"


class _Later(logging.Handler):
    """Keeps records until there is time to write them, or until one is a warning.

    Args:
        make: the handler that writes them, made then.
    """

    def __init__(self, make: Callable[[], logging.Handler]) -> None:
        super().__init__()
        self._make = make
        self._kept: list[logging.LogRecord] = []
        self._written: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._written is not None:
            self._written.handle(record)
            return
        self._kept.append(record)
        if record.levelno >= logging.WARNING:
            self.write()

    def write(self) -> None:
        """Write what was kept; from now on everything is written at once."""
        self.acquire()
        try:
            if self._written is None:
                self._written = self._make()
                for record in self._kept:
                    self._written.handle(record)
                self._kept.clear()
        finally:
            self.release()

    def close(self) -> None:
        self.write()
        if self._written is not None:
            self._written.close()
        super().close()


def start(folder: Path, *, debug: bool = False, later: bool = False) -> None:
    """Send the records of ``reader`` to ``folder/inkstone.log`` (3 of 1 MB); one that cannot be written is no error.

    Args:
        debug: what goes well is written down as well.
        later: nothing is written before ``write``, a warning or the end: the window comes first.
    """
    _let_go()
    _logger.setLevel(logging.DEBUG if debug else logging.INFO)
    handler = _Later(lambda: _file(folder))
    _logger.addHandler(handler)
    _logger.info("started: %s", _Versions())
    if not later:
        handler.write()


def write() -> None:
    """Write what was kept since a ``start`` for later."""
    for each in _own():
        each.write()


def stop() -> None:
    """The program ends in order; where this line is missing it did not."""
    if _own():
        _logger.info("stopped")
    _let_go()


def _own() -> list[_Later]:
    return [each for each in _logger.handlers if isinstance(each, _Later)]


def _let_go() -> None:
    for handler in _own():
        _logger.removeHandler(handler)
        handler.close()


def _file(folder: Path) -> logging.Handler:
    """The handler that writes the file, or one that writes nothing where that cannot be."""
    from logging.handlers import RotatingFileHandler

    class File(RotatingFileHandler):
        def handleError(self, record: logging.LogRecord) -> None:
            """A full disk is said where it matters; the log has no room, and must not speak into the terminal."""

        def close(self) -> None:
            """Its last lines find no room either, then."""
            with suppress(OSError):
                super().close()

    try:
        # The log is begun before the library, and may lie in its folder: what one reads is one's own affair.
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / NAME).touch(mode=0o600)
        handler = File(folder / NAME, maxBytes=_MAX_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True)
    except OSError:
        return logging.NullHandler()
    handler.setFormatter(_Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


def discreet(text: str) -> str:
    """What of a text may be in the log; see ``details.discreet``."""
    from reader import details

    return details.discreet(text)


def tail(folder: Path, lines: int = _TAIL_LINES) -> list[str]:
    """The last lines of the log; none where there is no log."""
    with suppress(OSError), open(folder / NAME, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL_BYTES))
        found = file.read().decode("utf-8", "replace").splitlines()
        return found[1 if size > _TAIL_BYTES else 0 :][-lines:]
    return []
