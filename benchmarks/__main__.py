"""Measure the program and its bare limits in turn; print the raw figures, the ratio and the target."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from dataclasses import replace

from benchmarks import limits
from benchmarks.figures import Figure
from benchmarks.plan import Plan, smoke

NAMES = ("start", "first", "next", "pipeline", "feeds", "lists", "rows", "search", "pictures", "thumbnails", "memory",
         "load", "refresh", "loop", "use", "folder")  # fmt: skip


def _plan(options: argparse.Namespace) -> Plan:
    plan = smoke() if options.smoke else Plan()
    if options.runs:
        plan = replace(plan, runs=options.runs)
    if options.articles:
        plan = replace(plan, feeds=max(1, options.articles // plan.items))
    return plan


def main() -> int:
    """The exit status: 1 when something could not be measured. A missed target is a figure, no failure."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("name", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} (default: all)")
    options.add_argument("--runs", type=int, metavar="N", help="of both sides in turn (default: 5)")
    options.add_argument("--articles", type=int, metavar="N", help="in the library, in feeds of 250 (default: 50000)")
    options.add_argument("--json", action="store_true", help="print one JSON document")
    options.add_argument("--smoke", action="store_true", help="small sizes, one run: only whether everything runs")
    chosen = options.parse_args()
    for name in chosen.name:
        if name not in NAMES:
            options.error(f"there is no benchmark “{name}”, only {', '.join(NAMES)}")
    plan = _plan(chosen)
    if not chosen.json:
        print(_machine())
    failed, figures = 0, []
    for name in chosen.name or NAMES:
        try:
            found: list[Figure] = importlib.import_module(f"benchmarks.{name}").run(plan)
        except limits.MissingTool as missing:
            print(
                f"{name}: not measured: {missing.args[0]} is not there (INKSTONE_TOOLS names its folder)",
                file=sys.stderr,
            )
            continue
        except Exception as error:
            print(f"{name}: not measured: {type(error).__name__}: {error}", file=sys.stderr)
            failed += 1
            continue
        figures += found
        if not chosen.json:
            for figure in found:
                print("\n".join(figure.lines()), flush=True)
    if chosen.json:
        print(
            json.dumps({"machine": _machine(), "figures": [f.as_json() for f in figures]}, ensure_ascii=False, indent=2)
        )
    return 1 if failed else 0


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sandbox = ", user id 0: Chromium's sandbox is off on both sides" if root else ""
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{time.strftime('%Y-%m-%d')}, Python {version}, {os.cpu_count()} processors{load}{sandbox}"


if __name__ == "__main__":
    sys.exit(main())
