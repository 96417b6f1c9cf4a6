"""``inkstone`` and ``python -m reader``: the command line, and from it the window."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Run the program; the exit status."""
    multiprocessing.freeze_support()
    from reader import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
