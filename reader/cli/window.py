"""From the command line to the window. Only this module of the command line loads Qt, and only when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reader.paths import Paths


def run(where: Paths, what: Sequence[str], *, hidden: bool = False, debug: bool = False) -> int:
    """Open the window and stay until it is closed, or hand over to the one that is open; the exit status."""
    from reader.ui import instance

    asked = instance.request(what, hidden=hidden)
    seat = instance.join(where, asked)
    if seat is None:
        return 0
    from reader.ui import app

    try:
        return app.run(where, asked, seat, debug=debug)
    finally:
        seat.leave()


def screenshot(
    where: Paths, png: Path, *, article: str | None, size: tuple[int, int], theme: str | None
) -> dict[str, Any]:
    """Draw the real window off screen into ``png``; what was drawn."""
    from reader.ui import picture

    return picture.screenshot(where, png, article=article, size=size, theme=theme)
