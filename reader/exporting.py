"""Bookmarks and articles written where other programs find them: all of it, or nothing."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reader import bookmarks
from reader.backups import Say, Stop, never, silent
from reader.content.links import encode
from reader.errors import NotFound, ReaderError, Stopped, StoreError, Usage
from reader.formats import articlefiles, marks, netscape
from reader.formats.articlefiles import ArticleFile
from reader.formats.filenames import Names, safe
from reader.formats.marks import Mark
from reader.model import Article, Query, Rendered
from reader.records import dataclass

if TYPE_CHECKING:
    from reader.library import Library

#: The formats of bookmarks with their endings, the usual one first.
BOOKMARKS = {"html": ".html", "markdown": ".md", "json": ".json", "csv": ".csv"}
#: The formats of articles with their endings; all but the last are a file for each.
ARTICLES = {"markdown": ".md", "html": ".html", "jsonl": ".jsonl"}
_ONE_FILE = "jsonl"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        target: the file or the folder.
        count: bookmarks or articles.
        warnings: articles that could not be written whole, one sentence each.
    """

    target: Path
    count: int
    warnings: tuple[str, ...] = ()


def format_of(target: Path, formats: dict[str, str], wanted: str = "") -> str:
    """The format that is meant: the named one, else that of the ending, else the usual one.

    Raises:
        Usage: there is none of this name.
    """
    if wanted and wanted not in formats:
        raise Usage(detail=f"“{wanted}” is not one of the formats: {', '.join(formats)}")
    ending = target.suffix.lower()
    return wanted or next((name for name, known in formats.items() if known == ending), next(iter(formats)))


def write_bookmarks(
    library: Library, target: Path, form: str = "", query: Query | None = None, *, force: bool = False
) -> Exported:
    """Writes bookmarks into one file.

    Args:
        form: one of ``BOOKMARKS``; empty: by the ending of the target.
        query: only those of this list.
        force: replace a file that is there.

    Raises:
        Usage: the target is there already, or no such format.
        OSError: it cannot be written.
    """
    form = format_of(target, BOOKMARKS, form)
    with _new_file(target, force) as part:
        found = bookmarks.collect(library, query)
        part.write_bytes(_bookmark_file(form, found))
    return Exported(target, len(found))


def _bookmark_file(form: str, found: list[Mark]) -> bytes:
    if form == "json":
        return marks.to_json(found)
    if form == "csv":
        return marks.to_csv(found)
    if form == "markdown":
        return marks.to_markdown(found, "Bookmarks")
    return netscape.write(found, "Bookmarks")


def write_articles(
    library: Library,
    target: Path,
    form: str = "",
    query: Query | None = None,
    *,
    force: bool = False,
    progress: Say = silent,
    cancelled: Stop = never,
) -> Exported:
    """Writes articles into a folder, a file for each, or all into one file of JSON lines. Pictures stay on the web.

    Args:
        form: one of ``ARTICLES``; empty: JSON lines for a target with that ending, else Markdown.
        query: only those of this list, in its order.
        force: write into a folder that is there, and replace files in it that have the same names.

    Raises:
        Usage: the target is there already, or no such format.
        OSError: it cannot be written.
        Stopped: it was cancelled; nothing is left of it.
    """
    form = form or (_ONE_FILE if target.suffix.lower() == ARTICLES[_ONE_FILE] else "markdown")
    form = format_of(target, ARTICLES, form)
    warnings: list[str] = []
    place = _new_file if form == _ONE_FILE else _new_folder
    with place(target, force) as part:
        write = _lines(part) if form == _ONE_FILE else _files(part, form)
        count = _write_all(library, query or Query(), write, warnings, progress, cancelled)
    return Exported(target, count, tuple(warnings))


def _write_all(
    library: Library,
    query: Query,
    write: Callable[[ArticleFile], object],
    warnings: list[str],
    progress: Say,
    cancelled: Stop,
) -> int:
    keys = library.store.ids(query)
    count = 0
    for done, key in enumerate(keys):
        if cancelled():
            raise Stopped()
        progress("export", done, len(keys))
        try:
            article = library.store.article_by_key(key)
        except NotFound:  # removed meanwhile
            continue
        write(_article_file(article, _rendered(library, article, warnings)))
        count += 1
    progress("export", len(keys), len(keys))
    return count


def _rendered(library: Library, article: Article, warnings: list[str]) -> Rendered:
    """The safe HTML of an article; what cannot be made is written as the words that the list shows."""
    try:
        return library.render_aside(article)
    except StoreError:
        raise
    except ReaderError as error:
        warnings.append(f"“{article.row.title}” is written without its text: {type(error).__name__}")
        return Rendered("", article.row.summary)


def _article_file(article: Article, rendered: Rendered) -> ArticleFile:
    row = article.row
    addresses = {f"reader://image/{row.id}/{n}": each.url for n, each in enumerate(rendered.images)}
    addresses |= {f"reader://link/{row.id}/{n}": encode(href) for n, href in enumerate(rendered.links)}
    return ArticleFile(
        id=row.id,
        title=row.title,
        body=rendered.html,
        text=rendered.text,
        addresses=addresses,
        date=row.date,
        updated=article.updated,
        url=row.url,
        authors=row.authors,
        tags=tuple(dict.fromkeys((*row.tags, *article.user_tags))),
        source=row.source_title,
        language=row.language,
        read=row.read,
        bookmarked=row.bookmarked,
        note=article.note,
    )


def _files(folder: Path, form: str) -> Callable[[ArticleFile], object]:
    names, make = Names(), articlefiles.to_html if form == "html" else articlefiles.to_markdown

    def write(article: ArticleFile) -> None:
        day = article.date.astimezone().strftime("%Y-%m-%d ") if article.date else ""
        name = names.take(day + safe(article.title), ARTICLES[form])
        (folder / name).write_bytes(make(article).encode("utf-8", "replace"))

    return write


def _lines(file: Path) -> Callable[[ArticleFile], object]:
    def write(article: ArticleFile) -> None:
        with open(file, "ab") as stream:
            stream.write(articlefiles.to_json_line(article).encode("utf-8", "replace"))

    return write


# Where it goes: what is there is never written over unasked, and half of it never takes the name


def _part_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.part")


@contextmanager
def _new_file(target: Path, force: bool) -> Iterator[Path]:
    """
    Raises:
        Usage: the file is there, or it is a folder.
    """
    if target.is_dir():
        raise Usage(detail=f"“{target}” is a folder; name a file in it")
    if target.exists() and not force:
        raise Usage(detail=f"“{target}” is there already; --force replaces it")
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
    part = _part_of(target)
    try:
        part.write_bytes(b"")
        yield part
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _new_folder(target: Path, force: bool) -> Iterator[Path]:
    """
    Raises:
        Usage: the folder is there and holds something, or it is a file.
    """
    if target.exists() and not target.is_dir():
        raise Usage(detail=f"“{target}” is a file; articles go into a folder")
    if target.is_dir() and any(target.iterdir()) and not force:
        raise Usage(detail=f"the folder “{target}” is not empty; --force writes into it all the same")
    part = _part_of(target)
    try:
        part.mkdir(parents=True)
        yield part
        target.mkdir(exist_ok=True)
        for file in sorted(part.iterdir()):
            _take_place(file, target / file.name)
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(part)


def _take_place(file: Path, target: Path) -> None:
    """
    Raises:
        Usage: there is a folder of that name.
    """
    if target.is_dir() and not target.is_symlink():
        raise Usage(detail=f"“{target}” is a folder")
    os.replace(file, target)
