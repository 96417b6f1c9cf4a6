"""The start that a desktop makes, understood without ``argparse``: its thirty commands take 20 ms to describe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

from reader.cli.window import open_window


def options(argv: Sequence[str]) -> SimpleNamespace | None:
    """The options of a start that opens the window and asks for nothing rare; None where ``argparse`` must read them.

    Understood is ``[--library DIR] [--tray] [open WHAT ...]``; of words with a hyphen no others are.
    """
    made = SimpleNamespace(library=None, json=False, debug=False, run=open_window, needs="nothing", what=[], tray=False)
    words = list(argv)
    while words and words[0] != "open":
        word = words.pop(0)
        if word == "--tray":
            made.tray = True
        elif word == "--library" and words and not words[0].startswith("-"):
            made.library = Path(words.pop(0))
        else:
            return None
    made.what = words[1:]
    return None if any(each.startswith("-") for each in made.what) else made
