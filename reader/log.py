"""One log file, rotated; addresses in it carry no user info and no secrets."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

from reader.addresses import starred as starred


class _Starred(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return starred(super().format(record))


class _File(logging.handlers.RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is said where it matters; the log has no room for it, and must not speak into the terminal."""


def start(folder: Path, *, debug: bool = False) -> None:
    """Send the records of ``reader`` to ``folder/inkstone.log`` (3 of 1 MB); one that cannot be written is no error."""
    logger = logging.getLogger("reader")
    logger.setLevel(logging.DEBUG if debug else logging.INFO)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _File(folder / "inkstone.log", maxBytes=2**20, backupCount=2, encoding="utf-8", delay=True)
        (folder / "inkstone.log").touch()
    except OSError:
        logger.addHandler(logging.NullHandler())
        return
    handler.setFormatter(_Starred("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
