"""The bare limits: figures of programs that do nothing but the one thing, from the tools folder beside the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).resolve().parent.parent
_TOOLS = _CHECKOUT.parent / "shared" / "tools"


def tool(name: str) -> Path | None:
    """A script of the tools folder (``INKSTONE_TOOLS``, else beside the checkout); None when it is not there."""
    path = Path(os.environ.get("INKSTONE_TOOLS") or _TOOLS) / name
    return path if path.is_file() else None


def corpora() -> Path | None:
    """The folder of real files (``INKSTONE_CORPORA``, else beside the checkout); None when it is not there."""
    path = Path(os.environ.get("INKSTONE_CORPORA") or _TOOLS.with_name("corpora"))
    return path if path.is_dir() else None


def kept() -> Path:
    """Where what is made once is kept: ``out/bench/`` of the checkout, or what ``INKSTONE_BENCH`` names."""
    return Path(os.environ.get("INKSTONE_BENCH") or _CHECKOUT / "out" / "bench")


def environment() -> dict[str, str]:
    """What both sides run in: no display needed; as root without Chromium's sandbox, which cannot run there.

    Compiled modules are kept, as on a user's machine, whatever the environment says: without them a start takes
    twice as long.
    """
    own = dict(os.environ)
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    own["PYTHONPYCACHEPREFIX"] = str(kept() / "bytecode")
    if not (own.get("DISPLAY") or own.get("WAYLAND_DISPLAY")) and sys.platform.startswith("linux"):
        own.setdefault("QT_QPA_PLATFORM", "offscreen")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        own["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    return own


def bare(name: str, *args: str | Path) -> dict[str, Any]:
    """Run one limit of ``baselines.py``; empty when the tools are not there."""
    script = tool("baselines.py")
    if script is None:
        return {}
    found: dict[str, Any] = output([sys.executable, str(script), name, *map(str, args)])[name]
    return found


def output(command: list[str], timeout_s: float = 600) -> Any:
    """Run a program of ours or a limit; the JSON that its last line is.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=timeout_s)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise RuntimeError(f"{' '.join(command[1:4])} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(lines[-1])


class MissingTool(Exception):
    """A script of the tools folder that a benchmark cannot do without."""
