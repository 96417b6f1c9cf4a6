"""The articles that are opened, and the bare view that shows the same page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import limits
from benchmarks.start import program

AGAINST = "a bare QWebEngineView with the same page"


def first_without_pictures(folder: Path) -> str:
    """The id of the newest article that shows no picture: its page is static, so both sides show the same bytes."""
    from reader.library import Library
    from reader.model import Query
    from reader.paths import in_folder

    with Library(in_folder(folder)) as library:
        for key in library.store.ids(Query(), limit=500):
            article = library.store.article_by_key(key)
            if "<img" not in article.raw:
                return article.row.id
    raise RuntimeError(f"all articles of {folder.name} have pictures")


def opened(library: Path, article: str, page: Path, *more: str) -> dict[str, Any]:
    """Run the program until the article is shown; write its page to ``page``. See ``benchmarks.program``."""
    return program(library, "--open", article, "--page", str(page), *more)


def bare(page: Path) -> dict[str, Any]:
    """The limit's figures for a page; empty without the tools."""
    return limits.bare("page", page)


def warm(library: Path, article: str, page: Path) -> None:
    """Run both sides once, unmeasured; this makes the page."""
    opened(library, article, page)
    bare(page)
