"""The program among others of the desktop: what it is the default for."""

from __future__ import annotations

from argparse import Namespace

from reader import defaultprogram
from reader.cli.output import print_json, say
from reader.desktopfiles import TYPES
from reader.errors import Usage
from reader.paths import Paths

DONE = 0


def make_default(options: Namespace, where: Paths) -> int:
    """Become the default program for kinds of files and links, or tell for which it is."""
    if not defaultprogram.can_choose():
        raise Usage(detail="on this system it is chosen in the Finder: Get Info, Open with, Change All")
    for kind in options.kind:
        defaultprogram.make(kind)
    known = {kind: defaultprogram.is_default(kind) for kind in TYPES}
    if options.json:
        print_json(known)
    else:
        for kind, ours in known.items():
            say(f"{kind:<10} {'Inkstone' if ours else '–'}")
    return DONE
