"""Every benchmark runs and prints a figure. Which figure is no matter here: a test measures nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.figures import Figure, Target

CHECKOUT = Path(__file__).resolve().parents[2]

#: These ask a server that stands in the tools folder.
SERVED = ("load", "refresh", "loop", "use")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small library is made, once for all."""
    return tmp_path_factory.mktemp("bench")


def measure(*names: str, kept: Path, tools: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--smoke", "--json", *names],
        cwd=CHECKOUT,
        env={**os.environ, "INKSTONE_BENCH": str(kept), "INKSTONE_TOOLS": str(tools)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    figures: list[dict[str, Any]] = json.loads(done.stdout)["figures"]
    return figures


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SERVED])
def test_it_measures_us_where_no_tools_are(name: str, kept: Path, tmp_path: Path) -> None:
    figures = measure(name, kept=kept, tools=tmp_path)

    assert figures
    for figure in figures:
        assert figure["name"].startswith(f"{name}: ")
        assert figure["ours"], figure["name"]
        assert all(value > 0 for value in figure["ours"]), figure["name"]


def test_what_needs_a_tool_says_so(kept: Path, tmp_path: Path) -> None:
    assert measure(*SERVED, kept=kept, tools=tmp_path) == []


def test_both_sides_are_measured_where_the_tools_are(kept: Path, tools: Path) -> None:
    figures = measure(*SERVED, kept=kept, tools=tools)

    for name in SERVED:
        compared = [figure for figure in figures if figure["name"].startswith(f"{name}: ") and figure["limit"]]
        assert compared, f"{name} has no limit beside it"
        assert all(isinstance(figure["value"], float) for figure in compared)


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "speed"], cwd=CHECKOUT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "“speed”" in done.stderr


def test_a_ratio_is_of_the_medians() -> None:
    figure = Figure("x: y", "s", (3.0, 9.0, 3.0), (2.0, 2.0, 1.0), "bare", Target("ratio", 1.5))

    assert figure.value == 1.5
    assert figure.as_json()["met"] is True
    assert "NOT MET" not in figure.lines()[3]


def test_more_than_the_limit_is_a_difference() -> None:
    figure = Figure("x: y", "MB", (400.0,), (300.0,), "bare", Target("more", 60))

    assert figure.value == 100
    assert "NOT MET" in "\n".join(figure.lines())


def test_without_a_limit_there_is_no_verdict() -> None:
    figure = Figure("x: y", "s", (1.0,), (), "bare", Target("ratio", 1.5))

    assert figure.value is None
    assert figure.as_json()["met"] is None
    assert "MET" not in "\n".join(figure.lines())
