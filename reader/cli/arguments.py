"""The options of the command line, GNU style. The contract that scripts rely on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from reader import __version__
from reader.desktopfiles import TYPES

WRONG_USAGE = 2

_VIEWS = ("unread", "today", "bookmarks", "continue", "all")


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of articles")
    return value


class _Commands:
    """The commands of a module of this package, loaded when one of them runs: the window's start needs none."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., int]:
        def run(*args: Any) -> int:
            command: Callable[..., int] = getattr(import_module(f"reader.cli.{self._module}"), name)
            return command(*args)

        return run


commands, desktop, files = _Commands("commands"), _Commands("desktop"), _Commands("files")
history, safety, window = _Commands("history"), _Commands("safety"), _Commands("window")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence; the whole usage is what --help is for."""

    def error(self, message: str) -> NoReturn:
        from reader.cli.output import complain

        complain(f"{message} (see {self.prog} --help).")
        sys.exit(WRONG_USAGE)


def _shared() -> _Parser:
    """The options that stand before or behind the command. Each parser gets its own: actions carry their defaults."""
    made = _Parser(add_help=False)
    made.add_argument("--library", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="use the library in DIR")
    made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document")
    made.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="show tracebacks, and log more")
    return made


def _which(command: Any) -> None:
    """Which articles."""
    command.add_argument("--view", choices=_VIEWS, help="of this view (default: all)")
    command.add_argument("--source", action="append", metavar="S", help="of this one, or of a subfolder: FOLDER/SUB")
    command.add_argument("--tag", metavar="T")


def _to_file(command: Any, name: str) -> None:
    command.add_argument("-o", "--output", required=True, metavar=name)
    command.add_argument("--force", action="store_true", help="replace a file that is there already")


def _to_tray(command: Any) -> None:
    """It stands before or behind "open"."""
    command.add_argument("--tray", action="store_true", default=argparse.SUPPRESS, help="start beside the clock")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        prog="inkstone",
        description="A private, offline-first reader for the articles you keep and the articles you follow.",
        epilog="Without a command the window opens.",
        parents=[_shared()],
    )
    top.set_defaults(library=None, json=False, debug=False, run=window.open_window, needs="nothing")
    top.set_defaults(what=[], tray=False)
    _to_tray(top)
    top.add_argument("--version", action="version", version=f"Inkstone {__version__}")
    kinds = top.add_subparsers(metavar="COMMAND", title="commands")

    def command(name: str, run: Callable[..., int], help: str, needs: str = "library", **more: Any) -> Any:
        sentence = help[0].upper() + help[1:] + "."
        made = kinds.add_parser(name, parents=[_shared()], help=help, description=sentence, **more)
        made.set_defaults(run=run, needs=needs)
        return made

    one = command("open", window.open_window, "open the window, and in it files, folders or addresses", "nothing")
    one.add_argument("what", nargs="*", metavar="PATH-or-URL")
    _to_tray(one)

    one = command("add", commands.add, "follow a feed (or the feed of a page), or watch a folder")
    one.add_argument("what", metavar="URL-or-FOLDER")
    one.add_argument("--folder", metavar="NAME", help="the sidebar folder to put it in")
    one.add_argument("--title", metavar="T", help="what to call it")
    one.add_argument("--certificate", metavar="SHA256", help="believe this certificate of its server, and no other")

    command("sources", commands.sources, "list the sources")

    one = command("remove", commands.remove, "remove a source; its bookmarked articles stay")
    one.add_argument("source", metavar="SOURCE", help="its id, address or title")

    one = command("rename", commands.rename, "give a source another title")
    one.add_argument("source", metavar="SOURCE")
    one.add_argument("title", metavar="TITLE")

    one = command("refresh", commands.refresh, "refresh the sources that are due")
    one.add_argument("source", nargs="*", metavar="SOURCE", help="these, now")
    one.add_argument("--all", action="store_true", help="all of them, now")

    one = command("list", commands.list_articles, "list articles, newest first")
    _which(one)
    one.add_argument("--limit", type=_count, default=100, metavar="N", help="0 for all of them (default: 100)")

    one = command("show", commands.show, "show one article")
    one.add_argument("id", metavar="ID")
    one.add_argument("--format", choices=("text", "html", "markdown", "raw"), default="text")

    one = command("render", files.render, "show files as they would be shown, with no library", "nothing")
    one.add_argument("file", nargs="+", metavar="FILE")
    one.add_argument("--format", choices=("html", "text", "markdown"), default="html")

    one = command("parse", files.parse, "show what a feed contains, without following it", "nothing")
    one.add_argument("what", nargs="+", metavar="FILE-or-URL")
    one.add_argument("--base", metavar="URL", help="what relative addresses are relative to")
    one.add_argument("--content-type", metavar="T", help="as a server would send it")

    one = command("search", commands.search, "search the articles, best match first")
    one.add_argument("query", nargs="+", metavar="QUERY")
    one.add_argument("--limit", type=_count, default=50, metavar="N")

    one = command("mark", commands.mark, "mark articles as read or unread")
    one.add_argument("state", choices=("read", "unread"))
    one.add_argument("id", nargs="+", metavar="ID")

    one = command("bookmark", commands.bookmark, "keep an article")
    one.add_argument("id", metavar="ID")
    one.add_argument("--tag", action="append", metavar="T")
    one.add_argument("--note", metavar="TEXT")
    one.add_argument("--remove", action="store_true", help="let it go again")

    command("history", history.listed, "list what can be taken back, newest first")

    one = command("undo", history.undo, "take back the last act, or one of the history")
    one.add_argument("number", nargs="?", type=_count, metavar="NUMBER", help="as history tells it")

    one = command("image", commands.image, "fetch one picture through the picture proxy")
    one.add_argument("url", metavar="URL")
    _to_file(one, "FILE")
    one.add_argument("--article", metavar="ID-or-URL", help="the article that the picture belongs to")
    one.add_argument("--attempts", action="store_true", help="tell each request that it took, also when it failed")

    one = command("import", commands.import_file, "take in a list of feeds (OPML) or a browser’s bookmarks (HTML)")
    one.add_argument("file", metavar="FILE")

    one = command("export", commands.export, "write feeds, bookmarks or articles for other programs")
    one.add_argument("what", choices=("opml", "bookmarks", "articles"))
    _to_file(one, "PATH")
    formats = "bookmarks: html (the browsers’), markdown, json, csv; articles: markdown, html (folders), jsonl (a file)"
    one.add_argument("--format", metavar="F", help=formats)
    _which(one)
    one.add_argument("--with-secrets", action="store_true", help="write keys and tokens in addresses, not stars")

    one = command("check", safety.check, "say whether the library is sound", "nothing")
    one.add_argument("--repair", action="store_true", help="save what can be saved of a damaged one")

    one = command("backup", safety.backup, "write library, settings and journal into one file", "nothing")
    one.add_argument("path", metavar="PATH", help="a file, or a folder to put it in")
    one.add_argument("--force", action="store_true", help="replace a file that is there")

    one = command("restore", safety.restore, "put a backup in the library's place", "nothing")
    one.add_argument("path", metavar="PATH")

    one = command("default", desktop.make_default, "be the default program for files and links", "nothing")
    one.add_argument(
        "kind", nargs="*", metavar="KIND", choices=(*TYPES, []), help=f"{', '.join(TYPES)}; none: tell what it is"
    )

    one = command("screenshot", window.screenshot, "draw the window off screen and save it", "nothing")
    one.add_argument("png", metavar="PNG")
    one.add_argument("--article", metavar="ID-or-FILE")
    one.add_argument("--size", default="1360x850", metavar="WxH")
    one.add_argument("--theme", choices=("light", "dark", "sepia", "hc-light", "hc-dark"))
    return top
