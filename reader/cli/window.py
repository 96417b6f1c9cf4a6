"""From the command line to the window. Only this module of the command line loads Qt, and only when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reader.paths import Paths


def run(where: Paths, what: Sequence[str], *, debug: bool = False) -> int:
    """Open the window and stay until it is closed; the exit status."""
    from reader.ui import app

    return app.run(where, what, debug=debug)


def screenshot(
    where: Paths, png: Path, *, article: str | None, size: tuple[int, int], theme: str | None
) -> dict[str, Any]:
    """Draw the real window off screen into ``png``; what was drawn."""
    from reader.ui import picture

    return picture.screenshot(where, png, article=article, size=size, theme=theme)
