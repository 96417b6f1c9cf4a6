"""The command line: everything that needs no window, without Qt and without a display."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from reader import log, paths
from reader.cli import plain, window
from reader.errors import EngineRefused, ReaderError, StoreError, Usage

logger = logging.getLogger(__name__)

DONE, FAILED, WRONG_USAGE, UNUSABLE = 0, 1, 2, 3


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Returns:
        0 done, 1 a source or an item failed, 2 wrong usage, 3 the library (or the page engine) cannot be used.
    """
    options = read(argv)
    # Without any handler, logging itself would print to stderr.
    logging.getLogger("reader").addHandler(logging.NullHandler())
    try:
        return _run(options, paths.in_folder(options.library) if options.library else paths.default())
    except BrokenPipeError:
        # The reader of our output has gone (head, less): that is no error, and nothing more can be said.
        _drop_output()
        return DONE
    except KeyboardInterrupt:
        return 128 + 2  # SIGINT, as a shell says it
    except Exception as error:
        if not isinstance(error, (ReaderError, OSError)):
            logger.error("a bug: %s %s", type(error).__name__, error, exc_info=True)
        if options.debug:
            import traceback

            traceback.print_exc()
        from reader.cli.output import complain, print_json
        from reader.sentences import describe

        complain(str(describe(error)))
        with contextlib.suppress(OSError):
            if options.json:
                print_json({"error": str(describe(error))})
        _drop_output()
        if isinstance(error, (StoreError, EngineRefused)):
            return UNUSABLE
        return WRONG_USAGE if isinstance(error, Usage) else FAILED
    finally:
        log.stop()


def read(argv: Sequence[str]) -> Any:
    """The options in a command line, as a namespace; what is wrong with it ends the program."""
    understood = plain.options(argv)
    if understood is not None:
        return understood
    from reader.cli.arguments import parser

    return parser().parse_args(argv)


def _drop_output() -> None:
    """What could not be written (a full disk, a closed pipe) is not tried once more, and complained of, at the exit."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        sys.stdout.flush()
        return
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(options: Any, where: paths.Paths) -> int:
    command: Callable[..., int] = options.run
    if options.needs == "nothing":
        if command is not window.open_window:
            gc.enable()
        return command(options, where)
    from reader.library import Library

    gc.enable()
    log.start(where.log, debug=options.debug)
    with Library(where) as library:
        return command(library, options)
