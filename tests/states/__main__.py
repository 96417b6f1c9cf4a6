"""Draw the states: ``python -m tests.states OUT [SCENE ...]``, in light and dark, English and Chinese, 1x and 2x."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

#: Qt's own screen has no room for the window.
SCREEN = Path(__file__).resolve().parents[1] / "data" / "screen.json"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.states", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the pictures")
    parser.add_argument("scenes", nargs="*", help="names of states (all)")
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    parser.add_argument(
        "--languages", nargs="+", default=["en", "zh-Hans"], help="also zh-Hant, and the made ones: long, mirrored"
    )
    parser.add_argument("--scales", nargs="+", default=["1", "2"])
    parser.add_argument("--page", type=Path, help="write docs/states.md there")
    parser.add_argument("--libraries", type=Path, help=argparse.SUPPRESS)
    return parser


_HEAD = """# The states of a program that is lived in

Each has its picture, its sentence and what the user can do. `make screenshots` draws them all in light and dark, in
English and Chinese, 1x and 2x; the pictures in English by day and in Chinese by night come with the checkout. This page
is made from `tests/states/scenes.py` with them.

| State | What the window says | What the user can do |
|---|---|---|
"""


def page() -> str:
    """``docs/states.md``."""
    from tests.states.scenes import SCENES

    def pictures(name: str) -> str:
        return f"[light](screenshots/{name}-light-en.png) · [dark, Chinese](screenshots/{name}-dark-zh-Hans.png)"

    lines = [f"| **{each.name}**: {pictures(each.name)} | {each.says} | {each.can} |" for each in SCENES]
    return _HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Draw what was asked for; the exit status is 1 when a scene failed."""
    args = _parser().parse_args()
    if args.page:
        args.page.write_text(page(), encoding="utf-8")
    args.out.mkdir(parents=True, exist_ok=True)
    if len(args.scales) == 1 and args.libraries:
        return _draw(args)
    with tempfile.TemporaryDirectory(prefix="inkstone-states-") as folder:
        return max(_draw_scale(scale, args, Path(folder)) for scale in args.scales)


def _draw_scale(scale: str, args: argparse.Namespace, libraries: Path) -> int:
    """Qt learns its scale from the environment, once: a process for each."""
    command = [sys.executable, "-m", "tests.states", str(args.out), *args.scenes, "--libraries", str(libraries)]
    command += ["--scales", scale, "--themes", *args.themes, "--languages", *args.languages]
    screen = _screen(int(scale), libraries)
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": f"offscreen:configfile={screen}"}
    return subprocess.run(command, env=environment, check=False).returncode


def _screen(scale: int, folder: Path) -> Path:
    """The same screen with ``scale`` times the pixels."""
    config = json.loads(SCREEN.read_text(encoding="utf-8"))
    for each in config["screens"]:
        each["width"] *= scale
        each["height"] *= scale
    made = folder / "screen.json"
    made.write_text(json.dumps(config), encoding="utf-8")
    return made


def _draw(args: argparse.Namespace) -> int:
    from reader.ui import app as application
    from tests.states.scenes import HOUSE, SCENES, played
    from tests.states.world import world

    app = application.make_app(language="en")
    failed = 0
    wanted = [scene for scene in SCENES if not args.scenes or scene.name in args.scenes]
    with world() as there, tempfile.TemporaryDirectory(prefix="inkstone-state-") as folder:
        for scene, language, theme in product(wanted, args.languages, args.themes):
            name = f"{scene.name}-{theme}-{language}{'@2x' if args.scales == ['2'] else ''}.png"
            try:
                with played(
                    app, there, scene, args.libraries, Path(folder, *HOUSE), theme=theme, language=language
                ) as stage:
                    stage.picture().save(str(args.out / name))
            except Exception as error:
                failed = 1
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
            else:
                print(name)
    return failed


if __name__ == "__main__":
    sys.exit(main())
