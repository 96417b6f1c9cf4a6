"""The commands that need no library: files as they would be shown, and what a feed contains."""

from __future__ import annotations

import contextlib
import errno
import os
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

from reader import settings
from reader.cli import output
from reader.cli.output import complain, print_json, say, say_document
from reader.errors import FolderError, ParseError, ReaderError, Usage
from reader.keeping import counted
from reader.model import Feed
from reader.paths import Paths
from reader.sentences import describe
from reader.typed import is_address, web_address
from reader.worker import Worker

P = ParamSpec("P")
T = TypeVar("T")

DONE, FAILED = 0, 1

#: What is larger is read by a worker process, which has limits of time and memory; it takes 0.3 s to start.
SMALL_BYTES = 16_384
_MAX_FEED_BYTES = 64 * 2**20


class Bench:
    """Does tasks here or, the larger ones, in a worker process that is started for the first of them."""

    def __init__(self) -> None:
        self._worker: Worker | None = None

    def call(self, size: int, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if size <= SMALL_BYTES:
            return task(*args, **kwargs)
        self._worker = self._worker or Worker()
        return self._worker.call(task, *args, **kwargs)

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()


def render(options: Namespace, where: Paths) -> int:
    """Show files as they would be shown."""
    from reader import tasks

    status = DONE
    with contextlib.closing(Bench()) as bench:
        for name in options.file:
            try:
                prepared, rendered = bench.call(
                    _size(name), tasks.render_file, os.path.abspath(Path(name).expanduser())
                )
            except ReaderError as error:
                status = _failed(name, error, options)
                continue
            if options.json:
                print_json(output.rendered_file(prepared, rendered))
                continue
            for warning in dict.fromkeys((*prepared.draft.warnings, *rendered.warnings)):
                complain(f"{name}: {warning}")
            say_document(prepared.title, rendered, options.format, "-")
    return status


def _size(name: str) -> int:
    """Bytes of a file that may be rendered.

    Raises:
        FolderError: it is of another kind, or not there.
    """
    from reader.sources import folder

    path = Path(name).expanduser()
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FolderError(path=name, detail=detail.lower()) from None
    if not folder.is_post(path.name):
        kinds = ", ".join(f".{each}" for each in sorted(folder.EXTENSIONS))
        raise FolderError(path=name, detail=f"it is no kind of file that is rendered ({kinds})")
    return size


def parse(options: Namespace, where: Paths) -> int:
    """Show what feeds contain, without following them."""
    from reader.sources import feed

    status = DONE
    with contextlib.closing(Bench()) as bench:
        for name in options.what:
            try:
                data, url, kind = _received(name, where) if is_address(name) else (_read(name), "", "")
                base, content_type = options.base or url, options.content_type or kind
                parsed = bench.call(len(data), feed.parse, data, url=base, content_type=content_type)
            except (ReaderError, OSError) as error:
                status = _failed(name, error, options)
                continue
            if options.json:
                print_json(output.feed(parsed))
            else:
                _say_feed(name, parsed)
    return status


def _received(address: str, where: Paths) -> tuple[bytes, str, str]:
    """A document, where it came from, and its content type."""
    from reader.net import Client, Origin

    with Client() as client:
        client.configure(settings.load(where.settings))
        answer = client.get(web_address(address), allow=Origin.of(web_address(address)))
    return answer.body, answer.url, answer.content_type


def _read(name: str) -> bytes:
    with open(Path(name).expanduser(), "rb") as file:
        data = file.read(_MAX_FEED_BYTES + 1)
    if len(data) > _MAX_FEED_BYTES:
        raise ParseError(where=name, detail=f"it is larger than {_MAX_FEED_BYTES >> 20} MB")
    return data


def _say_feed(name: str, parsed: Feed) -> None:
    say(f"{parsed.title or name}  ({parsed.format}, {parsed.encoding}, {counted(len(parsed.drafts), 'article')})")
    for draft in parsed.drafts:
        date = draft.published.strftime("%Y-%m-%d") if draft.published else " " * 10
        say(f"{date}  {draft.title or draft.summary[:80]}  <{draft.url}>")
    for warning in parsed.warnings:
        complain(f"{name}: {warning}")


def _failed(name: str, error: Exception, options: Namespace) -> int:
    """One of several failed; the others go on."""
    reason = str(describe(error))
    shown = output.shown(name)
    complain(reason if shown in reason else f"{shown}: {reason}")
    if options.json:
        print_json({"file": name, "error": reason})
    return FAILED


@contextlib.contextmanager
def new_file(name: str, *, force: bool) -> Iterator[Callable[[bytes], object]]:
    """Write a file that a person asked for: one that is there already is left alone, unless ``force``.

    Raises:
        Usage: there is one.
        OSError: its folder is not there.
    """
    path = Path(name).expanduser()
    if path.is_file() and not force:
        raise Usage(detail=f"{name} is there already; --force replaces it")
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    yield path.write_bytes
