"""A start of the window is understood as the whole command line understands it, or left to it."""

from __future__ import annotations

import subprocess
import sys
from itertools import product

import pytest

from reader.cli import plain
from reader.cli.arguments import parser

_STARTS = [
    [*first, *second]
    for first, second in product(
        ([], ["--tray"], ["--library", "some/where"], ["--library", "x", "--tray"], ["--tray", "--library", "x"]),
        ([], ["open"], ["open", "a.md", "feed://b.example/c d"], ["open", "open"]),
    )
]
_NOT_UNDERSTOOD = [
    ["--version"], ["--help"], ["list"], ["open", "--tray"], ["open", "--", "-x"], ["--library"],
    ["--library", "--tray"], ["--lib", "x"], ["--debug"], ["--library=x"], ["a.md"], ["open", "a", "--json"],
]  # fmt: skip


@pytest.mark.parametrize("argv", _STARTS, ids=" ".join)
def test_what_is_understood_is_what_argparse_says(argv: list[str]) -> None:
    understood, read = plain.options(argv), parser().parse_args(argv)
    assert understood is not None
    ours, theirs = dict(vars(understood)), dict(vars(read))
    ours.pop("run"), theirs.pop("run")
    assert ours == theirs


@pytest.mark.parametrize("argv", _NOT_UNDERSTOOD, ids=" ".join)
def test_everything_else_is_left_to_argparse(argv: list[str]) -> None:
    assert plain.options(argv) is None


def test_a_start_of_the_window_does_not_load_what_it_does_not_need() -> None:
    code = "import sys, reader.cli; reader.cli.read([]); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "reader.cli.plain" in loaded
    assert not {"argparse", "logging.handlers", "socket", "sqlite3", "reader.library", "PySide6"} & set(loaded)
