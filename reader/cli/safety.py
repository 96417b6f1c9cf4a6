"""The commands that keep a library safe. They open it themselves: a damaged one cannot be opened before."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from reader import backups, keeping, log, mounts
from reader.cli.output import complain, print_json, say
from reader.errors import StoreCorrupt, StoreError, Usage
from reader.library import Library
from reader.paths import Paths
from reader.sentences import describe

DONE, FAILED = 0, 1


def check(options: Namespace, where: Paths) -> int:
    """Is the library sound; with ``--repair`` a damaged one is salvaged."""
    log.start(where.log, debug=options.debug)
    problems = _problems(where)
    repaired: list[str] = []
    if problems and options.repair:
        repaired = _repair(where)
        problems = _problems(where)
    if options.json:
        found = {"ok": not problems, "problems": problems}
        print_json({**found, "repaired": repaired} if options.repair else found)
        return FAILED if problems else DONE
    for sentence in repaired:
        say(sentence)
    for problem in problems:
        complain(f"{problem}.")
    if not problems:
        say("the library is sound")
        if mounts.is_remote(str(where.database)):
            say("it is on a network drive: use it from one computer at a time")
    elif not options.repair:
        complain("“inkstone check --repair” saves what can be saved, and keeps the damaged file.")
    return FAILED if problems else DONE


def _problems(where: Paths) -> list[str]:
    try:
        with Library(where, readonly=not where.database.exists()) as library:
            return [*library.store.check(), *library.check_pictures()]
    except StoreCorrupt as error:
        return [str(describe(error)).rstrip(".")]


def _repair(where: Paths) -> list[str]:
    """The library first, when it is damaged; then the pictures, which can all be fetched again."""
    done: list[str] = []
    if _damaged(where):
        done += keeping.sentences(keeping.repair(lambda: Library(where), where, lambda what: None))
    with Library(where) as library:
        done += [f"mended: {problem}" for problem in library.check_pictures(repair=True)]
    return done


def _damaged(where: Paths) -> bool:
    try:
        with Library(where) as library:
            return bool(library.store.check())
    except StoreCorrupt:
        return True


def backup(options: Namespace, where: Paths) -> int:
    """Writes library, settings and journal into one file."""
    log.start(where.log, debug=options.debug)
    target = Path(options.path).expanduser()
    if target.exists() and not target.is_dir() and not options.force:
        raise Usage(detail=f"“{target}” is there already; --force replaces it")
    with Library(where) as library:
        made = backups.write_backup(library.store, where, target)
    if options.json:
        print_json(
            {"file": str(made.file), "articles": made.articles, "bookmarks": made.bookmarks, "bytes": made.bytes}
        )
    else:
        say(f"{made.file}: {_what(made)}, {made.bytes / 1e6:.1f} MB, read again and sound")
    return DONE


def _what(made: backups.Backup) -> str:
    return f"{keeping.counted(made.articles, 'article')}, {keeping.counted(made.bookmarks, 'bookmark')}"


def restore(options: Namespace, where: Paths) -> int:
    """Puts a backup in the library's place; what was there is kept beside it."""
    log.start(where.log, debug=options.debug)
    try:
        made = backups.restore(where, Path(options.path).expanduser())
        keeping.forget_look(where)
    except (StoreError, Usage) as error:
        complain(str(describe(error)))
        return FAILED
    if options.json:
        aside = str(made.aside) if made.aside else None
        print_json({"file": str(made.file), "articles": made.articles, "bookmarks": made.bookmarks, "aside": aside})
    else:
        kept = f"; what was there is kept as {made.aside.name}" if made.aside else ""
        say(f"back again: {_what(made)}{kept}")
    return DONE
