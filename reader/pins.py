"""Which pictures must stay because their articles are bookmarked.

Nobody has to tell: before anything is removed the list is brought into agreement with the bookmarks, so that it is
right after an undo, an import, or a bookmark that another program made or removed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from reader.errors import NotFound
from reader.model import Article, Rendered
from reader.notes import Notes, digest, files
from reader.store import Store

_MOST = 1_000_000


class Pins:
    """The pictures of bookmarked articles, a note for each article by its identity.

    Args:
        folder: of the notes; may be deleted at any time.
        render: an article as it is shown; asked once for each version of a bookmarked article.
    """

    def __init__(self, store: Store, folder: Path, render: Callable[[Article], Rendered]) -> None:
        self._store, self._folder, self._render = store, folder, render
        self._notes = Notes(folder, _MOST)

    def addresses(self) -> set[str]:
        """Every address of every picture of a bookmarked article.

        Raises:
            StoreError: the bookmarks cannot be read.
        """
        found: set[str] = set()
        names: set[str] = set()
        for bookmark in self._store.bookmarks():
            names.add(digest(bookmark.article_id.encode()) + ".json")
            with contextlib.suppress(NotFound):
                found |= self._of(self._store.article(bookmark.article_id))
        self._release_others(names)
        return found

    def _of(self, article: Article) -> set[str]:
        version = digest(article.raw.encode("utf-8", "surrogatepass"))
        match self._notes.get(article.row.id):
            case {"version": str() as noted, "addresses": list() as addresses} if noted == version:
                return {address for address in addresses if isinstance(address, str)}
        lead = article.row.lead
        pictures = (*self._render(article).images, *((lead,) if lead is not None else ()))
        addresses = sorted({url for picture in pictures for url in (picture.url, *picture.alternates) if _is_web(url)})
        self._notes.put(article.row.id, {"version": version, "addresses": addresses})
        return set(addresses)

    def _release_others(self, names: set[str]) -> None:
        for path, _, _ in list(files(self._folder, 0.0)):
            if os.path.basename(path) not in names:
                with contextlib.suppress(OSError):
                    os.unlink(path)


def _is_web(url: str) -> bool:
    return url[:4].lower() == "http"
