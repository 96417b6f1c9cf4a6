"""One log file, bounded; see ``details.discreet`` for what of an address comes into it.

It says when the program begins and ends and in which version, which sources fail and why, and every bug. It never says
what is read.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import platform
from contextlib import suppress
from pathlib import Path

from reader import __version__
from reader.details import LOG_LINES
from reader.details import discreet as discreet

NAME = "inkstone.log"
#: The file and two before it.
_MAX_BYTES, _OLDER = 2**20, 2
#: The last lines are looked for in so much of its end.
_TAIL_BYTES = 64 * 1024

_logger = logging.getLogger("reader")


class _Discreet(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


class _File(logging.handlers.RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is said where it matters; the log has no room for it, and must not speak into the terminal."""

    def close(self) -> None:
        """Its last lines find no room either, then."""
        with suppress(OSError):
            super().close()


def start(folder: Path, *, debug: bool = False) -> None:
    """Send the records of ``reader`` to ``folder/inkstone.log`` (3 of 1 MB); one that cannot be written is no error.

    Args:
        debug: what goes well is written down as well.
    """
    _let_go()
    _logger.setLevel(logging.DEBUG if debug else logging.INFO)
    try:
        # The log is begun before the library, and may lie in its folder: what one reads is one's own affair.
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / NAME).touch(mode=0o600)
        handler = _File(folder / NAME, maxBytes=_MAX_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True)
    except OSError:
        _logger.addHandler(logging.NullHandler())
        return
    handler.setFormatter(_Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _logger.addHandler(handler)
    _logger.info("started: Inkstone %s, Python %s, %s", __version__, platform.python_version(), platform.platform())


def stop() -> None:
    """The program ends in order; where this line is missing it did not."""
    if any(isinstance(each, _File) for each in _logger.handlers):
        _logger.info("stopped")
    _let_go()


def _let_go() -> None:
    for handler in [each for each in _logger.handlers if isinstance(each, _File)]:
        _logger.removeHandler(handler)
        handler.close()


def tail(folder: Path, lines: int = LOG_LINES) -> list[str]:
    """The last lines of the log; none where there is no log."""
    with suppress(OSError), open(folder / NAME, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL_BYTES))
        found = file.read().decode("utf-8", "replace").splitlines()
        return found[1 if size > _TAIL_BYTES else 0 :][-lines:]
    return []
