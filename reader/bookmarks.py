"""Bookmarks of the library as they go to other programs, and those of other programs taken in."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from reader.formats import netscape
from reader.formats.marks import Mark
from reader.model import Bookmark, Draft, Prepared, Query, Row
from reader.records import dataclass

if TYPE_CHECKING:
    from reader.library import Library

#: What names the articles that are made of a bare link, in their ids.
_FROM = "bookmarks:"
#: In one transaction: the disk is waited for once for so many.
_AT_ONCE = 100
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list of bookmarks brought.

    Attributes:
        new: bookmarks that were not there.
        known: bookmarks that were, and have their tags and note added.
        warnings: what was passed over.
    """

    new: int
    known: int
    warnings: tuple[str, ...] = ()


def rows_of(library: Library, query: Query) -> list[Row]:
    """All rows of a list, in its order."""
    keys = library.store.ids(query)
    return [row for start in range(0, len(keys), _ROWS) for row in library.store.rows(keys[start : start + _ROWS])]


def collect(library: Library, query: Query | None = None) -> list[Mark]:
    """The bookmarks, the newest first.

    Args:
        query: only those of this list; None for all.
    """
    marks = {each.article_id: each for each in library.store.bookmarks()}
    if query is not None:
        rows = {row.id: row for row in rows_of(library, query) if row.bookmarked}
    else:
        rows = {row.id: row for row in rows_of(library, Query(view="bookmarks"))}
        for id_ in marks.keys() - rows.keys():  # shown as one row with its twin in another source
            rows[id_] = library.store.article(id_).row
    return [_mark(library, each, rows[id_]) for id_, each in marks.items() if id_ in rows]


def _mark(library: Library, bookmark: Bookmark, row: Row) -> Mark:
    url = row.url or library.store.article_by_key(row.key).base_url
    return Mark(row.title, url, bookmark.created, bookmark.tags, bookmark.note, row.source_title)


def take(library: Library, data: bytes, where: str = "") -> Taken:
    """Takes in the bookmarks of a browser's file. An article that is there is bookmarked; others are made of the link.

    Raises:
        ParseError: the file is too large.
        StoreError: the library cannot be written; what was taken so far stays, and comes once.
    """
    read = netscape.read(data, where)
    new = 0
    for start in range(0, len(read.marks), _AT_ONCE):
        some = read.marks[start : start + _AT_ONCE]
        made = [_article(mark) for mark in some]
        with library.store.together():
            new += sum(_take(library, mark, article) for mark, article in zip(some, made, strict=True))
    return Taken(new, len(read.marks) - new, read.warnings)


def _article(mark: Mark) -> Prepared:
    """What is shown of a page of which nothing but the link is known."""
    from reader.content.prepare import prepare

    link = f'<p><a href="{html.escape(mark.url)}">{html.escape(mark.url)}</a></p>'
    url = mark.url if mark.url.startswith(("http://", "https://")) else ""
    return prepare(Draft(guid=mark.url, raw=link, url=url, title=html.escape(mark.title), published=mark.created))


def _take(library: Library, mark: Mark, article: Prepared) -> bool:
    """Bookmarks the article of a mark; whether it was none before."""
    store = library.store
    key = _find(library, article)
    now = library.now()
    if key is None:
        key = _store(library, article)
    found = store.article_by_key(key)
    tags = list(dict.fromkeys((*found.user_tags, *mark.tags)))
    store.bookmark(key, min(mark.created or now, now), tags=tags, note=_joined(found.note, mark.note))
    return not found.row.bookmarked


def _find(library: Library, article: Prepared) -> int | None:
    """The article of an address, in whatever source; in the trash it does not count."""
    from reader.identity import canonical_url

    url, store = article.draft.url, library.store
    keys = [key for key, _ in store.addressed([canonical_url(url)])] if url else []
    keys += [known.key for known in store.known(store.kept_source().key, [article.draft.guid], [], []) if known.key > 0]
    rows = store.rows(keys)
    return next((row.key for row in rows if row.bookmarked), rows[0].key if rows else None)


def _store(library: Library, article: Prepared) -> int:
    from reader.identity import article_id, canonical_url

    store, draft, n = library.store, article.draft, 0
    while store.present([id_ := article_id(_FROM, draft.guid, n)]):  # one that was removed has it
        n += 1
    canonical = canonical_url(draft.url) if draft.url else ""
    store.save(store.kept_source().key, [(None, id_, canonical, article)], library.now())
    return store.article(id_).row.key


def _joined(ours: str, theirs: str) -> str:
    """Both notes, unless one says what the other says."""
    if theirs in ours:
        return ours
    return f"{ours}\n\n{theirs}" if ours and ours not in theirs else theirs


def is_list(data: bytes) -> bool:
    """Whether a file is a browser's list of bookmarks, told by its content."""
    return netscape.is_one(data)
