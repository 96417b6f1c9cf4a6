"""The command line: everything that needs no window, without Qt and without a display."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Sequence

from reader import log, paths
from reader.cli.arguments import parser
from reader.errors import EngineRefused, ReaderError, StoreError, Usage

logger = logging.getLogger(__name__)

DONE, FAILED, WRONG_USAGE, UNUSABLE = 0, 1, 2, 3


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Returns:
        0 done, 1 a source or an item failed, 2 wrong usage, 3 the library (or the page engine) cannot be used.
    """
    options = parser().parse_args(argv)
    # Without any handler, logging itself would print to stderr.
    logging.getLogger("reader").addHandler(logging.NullHandler())
    try:
        return _run(options, paths.in_folder(options.library) if options.library else paths.default())
    except BrokenPipeError:
        # The reader of our output has gone (head, less): that is no error, and nothing more can be said.
        _drop_output()
        return DONE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:
        if not isinstance(error, (ReaderError, OSError)):
            logger.error("a bug: %s %s", type(error).__name__, error, exc_info=True)
        if options.debug:
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


def _drop_output() -> None:
    """What could not be written (a full disk, a closed pipe) is not tried once more, and complained of, at the exit."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        sys.stdout.flush()
        return
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(options: Namespace, where: paths.Paths) -> int:
    command: Callable[..., int] = options.run
    if options.needs == "nothing":
        return command(options, where)
    from reader.library import Library

    log.start(where.log, debug=options.debug)
    with Library(where) as library:
        return command(library, options)
