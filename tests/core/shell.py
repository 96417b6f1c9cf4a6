"""The command line as a user has it: real processes, one library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]


def environment(**more: str) -> dict[str, str]:
    """The environment of a program under test: warnings (a file left open) go to stderr, where tests see them."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("INKSTONE_", "PYTHON"))}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "PYTHONWARNINGS": "default", "NO_PROXY": "*", **more}


def inkstone(
    *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None, **more: Any
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m reader`` with these arguments."""
    return python("-m", "reader", *arguments, cwd=cwd, env=env, **more)


def python(
    *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None, **more: Any
) -> subprocess.CompletedProcess[str]:
    """Run Python itself."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd or CHECKOUT,
        env=dict(env) if env is not None else environment(),
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=60,
        **more,
    )


class Shell:
    """Commands for one library."""

    def __init__(self, library: Path) -> None:
        self.library = library

    def run(self, *arguments: object, **more: Any) -> subprocess.CompletedProcess[str]:
        return inkstone("--library", self.library, *arguments, **more)

    def json(self, *arguments: object, status: int = 0) -> Any:
        """The one document that a command prints; nothing may be said on stderr when all went well."""
        done = self.run(*arguments, "--json")
        assert done.returncode == status, done.stderr
        assert bool(done.stderr) == bool(status), done.stderr
        assert done.stdout.endswith("\n")
        assert len(done.stdout.splitlines()) == 1
        return json.loads(done.stdout)


def refused(done: subprocess.CompletedProcess[str], status: int) -> str:
    """Asserts that a command failed with ``status`` and one plain sentence; the sentence.

    On stdout is nothing, or with ``--json`` the sentence once more, as ``{"error": ...}``.
    """
    said = sentence(done.stderr)
    assert done.returncode == status
    if "--json" in done.args:
        assert json.loads(done.stdout) == {"error": said}
    else:
        assert done.stdout == ""
    return said


def sentence(stderr: str) -> str:
    """Asserts that stderr is one plain sentence; the sentence."""
    assert stderr.startswith("inkstone: "), stderr
    assert stderr.endswith(".\n"), stderr
    assert stderr.count("\n") == 1, stderr
    assert "Traceback" not in stderr
    return stderr.removeprefix("inkstone: ").rstrip("\n")
