"""Bookmarks and articles into files, and bookmarks of other programs out of them."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from reader import bookmarks, exporting
from reader.cli.output import complain, print_json, say
from reader.errors import Usage
from reader.keeping import counted
from reader.library import Library
from reader.model import Query

DONE, FAILED = 0, 1


def write_bookmarks(library: Library, options: Namespace, query: Query | None) -> int:
    """The bookmarks into one file."""
    made = exporting.write_bookmarks(library, _target(options), options.format or "", query, force=options.force)
    _tell(made, "bookmark", options)
    return DONE


def write_articles(library: Library, options: Namespace, query: Query) -> int:
    """Articles into a folder, or a file of JSON lines."""
    made = exporting.write_articles(
        library,
        _target(options),
        options.format or "",
        query,
        force=options.force,
        progress=_progress if sys.stderr is not None and sys.stderr.isatty() else lambda what, done, total: None,
    )
    _tell(made, "article", options)
    return FAILED if made.warnings else DONE


def _target(options: Namespace) -> Path:
    """
    Raises:
        Usage: it cannot be the name of a file.
    """
    target = Path(options.output).expanduser()
    if not target.name or "\0" in options.output:
        raise Usage(detail=f"“{options.output}” is no name of a file or a folder")
    return target.absolute()


def _progress(what: str, done: int, total: int) -> None:
    end = "\r\x1b[K" if done == total else f"\r{done} of {total} "
    print(end, end="", file=sys.stderr, flush=True)


def _tell(made: exporting.Exported, what: str, options: Namespace) -> None:
    for warning in made.warnings:
        complain(f"{warning}.")
    if options.json:
        print_json({"file": options.output, f"{what}s": made.count, "warnings": list(made.warnings)})
    else:
        say(f"{options.output}: {counted(made.count, what)}")


def take_bookmarks(library: Library, data: bytes, options: Namespace) -> int:
    """The bookmarks of a browser's file into the library."""
    taken = bookmarks.take(library, data, options.file)
    for warning in taken.warnings:
        complain(f"{options.file}: {warning}.")
    if options.json:
        print_json({"bookmarks": taken.new, "existing": taken.known, "warnings": list(taken.warnings)})
    else:
        were = "was" if taken.known == 1 else "were"
        say(f"{counted(taken.new, 'bookmark')} added, {taken.known} {were} there already")
    return DONE
