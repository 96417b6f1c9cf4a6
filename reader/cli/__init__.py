"""The command line: everything that needs no window, without Qt and without a display."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Sequence

from reader import log, paths
from reader.cli.arguments import parser
from reader.cli.output import complain
from reader.errors import EngineRefused, ReaderError, StoreError, Usage
from reader.library import Library
from reader.sentences import describe

DONE, FAILED, WRONG_USAGE, UNUSABLE = 0, 1, 2, 3


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Returns:
        0 done, 1 a source or an item failed, 2 wrong usage, 3 the library (or the page engine) cannot be used.
    """
    options = parser().parse_args(argv)
    where = paths.in_folder(options.library) if options.library else paths.default()
    try:
        return _run(options, where)
    except BrokenPipeError:
        # The reader of our output has gone (head, less): that is no error, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except ReaderError as error:
        if options.debug:
            traceback.print_exc()
        complain(str(describe(error)))
        if isinstance(error, (StoreError, EngineRefused)):
            return UNUSABLE
        return WRONG_USAGE if isinstance(error, Usage) else FAILED
    except OSError as error:
        if options.debug:
            traceback.print_exc()
        complain(str(describe(error)))
        return FAILED


def _run(options: Namespace, where: paths.Paths) -> int:
    command: Callable[..., int] = options.run
    if options.needs == "window":
        from reader.cli import window

        return command(window, options, where)
    if options.needs == "nothing":
        return command(options, where)
    log.start(where.log)
    with Library(where) as library:
        return command(library, options)
