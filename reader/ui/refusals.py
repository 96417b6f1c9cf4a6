"""Whether a window can open here at all; asked before Qt is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from reader.errors import EngineRefused, Usage


def check_sandbox(environ: Mapping[str, str] | None = None, user: int | None = None) -> None:
    """Refuse the page engine as root: Chromium's sandbox does not run there, and Inkstone never switches it off itself.

    Raises:
        EngineRefused: root, and the user did not set ``QTWEBENGINE_DISABLE_SANDBOX=1``.
    """
    environ = os.environ if environ is None else environ
    if user is None:
        user = os.geteuid() if hasattr(os, "geteuid") else 1
    if user == 0 and environ.get("QTWEBENGINE_DISABLE_SANDBOX") != "1":
        raise EngineRefused()


def check_display(environ: Mapping[str, str] | None = None, system: str = sys.platform) -> None:
    """Say so where no window can open: Qt would end the program by a signal.

    Raises:
        Usage: Linux without a display, and no other platform was asked for.
    """
    environ = os.environ if environ is None else environ
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if system.startswith("linux") and not any(environ.get(name) for name in named):
        raise Usage(
            detail="there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set); "
            "“inkstone screenshot FILE.png” draws the window without one"
        )
