"""``inkstone`` and ``python -m reader``: the command line, and from it the window."""

from __future__ import annotations

import gc
import multiprocessing
import sys


def main() -> int:
    """Run the program; the exit status."""
    multiprocessing.freeze_support()
    gc.disable()  # until all modules are loaded, and for the window until its list is on screen: 20 ms
    from reader import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
