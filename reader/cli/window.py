"""From the command line to the window. Only this module of the command line loads Qt, and only when it is called."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader.errors import Usage

if TYPE_CHECKING:
    from argparse import Namespace

    from reader.paths import Paths


def open_window(options: Any, where: Paths) -> int:
    """Open the window and stay until it is closed, or hand over to the one that is open; the exit status."""
    from reader.ui import instance

    asked = instance.request(options.what, hidden=options.tray)
    seat = instance.join(where, asked)
    if seat is None:
        return 0
    try:
        from reader.firstlook import FirstLook
        from reader.ui import refusals

        refusals.check_sandbox()
        refusals.check_display()
        look = FirstLook(where)
        from reader.ui import app  # Qt is loaded meanwhile

        status = app.run(where, asked, seat, look, debug=options.debug)
    finally:
        seat.leave()
    _end(status)
    return status


def _end(status: int) -> None:
    """End the process at once where a thread hangs: all is closed and synced, and Python would wait for a server."""
    own = threading.main_thread()
    if any(thread is not own and not thread.daemon for thread in threading.enumerate()):
        logging.shutdown()
        os._exit(status)


def screenshot(options: Namespace, where: Paths) -> int:
    """Draw the real window off screen and save it."""
    from reader.cli.output import print_json, say
    from reader.ui import picture

    size = _size(options.size)
    made = picture.screenshot(where, Path(options.png), article=options.article, size=size, theme=options.theme)
    if options.json:
        print_json(made)
    else:
        say(made["file"])
    return 0


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and 200 <= int(width) <= 8000 and 200 <= int(height) <= 8000):
        raise Usage(detail=f"“{text}” is not a size such as 1360x850 (200 to 8000 each)")
    return int(width), int(height)
