"""What the worker process does: sources and content put together, no database, no network, no Qt.

Each task loads what it needs: the window makes the HTML of most articles itself, and the first one waits for no feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reader.errors import FolderError
from reader.model import ENGLISH_CARDS, CardWords, Feed, Form, Prepared, Rendered
from reader.records import dataclass

if TYPE_CHECKING:
    from reader.sources import folder


@dataclass(frozen=True, slots=True)
class FilesRead:
    """Some files, read.

    Attributes:
        articles: ready for the store.
        drafts: the guids of those that were not to be articles.
        problems: guid and reason for each file that could not be read.
        given_up: the guids of those that are not to be tried again until they change.
    """

    articles: tuple[Prepared, ...] = ()
    drafts: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    given_up: tuple[str, ...] = ()


def parse_feed(data: bytes, url: str, content_type: str) -> tuple[Feed, list[Prepared]]:
    """Read a feed document and prepare its articles for the store. The feed comes back without its drafts.

    Raises:
        ParseError: ``data`` is not a feed.
    """
    from reader.content import prepare
    from reader.sources import feed

    parsed = feed.parse(data, url=url, content_type=content_type)
    language = parsed.language
    drafts = [d if d.language or not language else replace(d, language=language) for d in parsed.drafts]
    return replace(parsed, drafts=()), [prepare.prepare(draft) for draft in drafts]


def read_files(files: Sequence[folder.Found], *, drafts: bool = True) -> FilesRead:
    """Read and prepare some files.

    Args:
        drafts: what is not published yet is an article, too.
    """
    from reader.content import prepare
    from reader.sources import folder

    articles: list[Prepared] = []
    unwanted: list[str] = []
    problems: list[tuple[str, str]] = []
    for guid, path, size, mtime_ns in files:
        try:
            draft = folder.read_file(path, guid, size, mtime_ns)
        except FolderError as error:
            problems.append((guid, error.detail))
            continue
        if draft.draft and not drafts:
            unwanted.append(guid)
        else:
            articles.append(prepare.prepare(draft))
    return FilesRead(tuple(articles), tuple(unwanted), tuple(problems))


def render_file(path: str) -> tuple[Prepared, Rendered]:
    """A file as it would be shown, with no library.

    Raises:
        FolderError: it cannot be read.
    """
    from reader.content import prepare
    from reader.sources import folder

    draft = folder.read_file(path, Path(path).as_posix())
    article = prepare.prepare(draft)
    return article, render(draft.raw, draft.form, draft.guid, draft.base_url, "-", article.title)


def render(
    raw: str,
    form: Form,
    name: str,
    base_url: str,
    document_id: str,
    title: str = "",
    pixel_ratio: float = 1.0,
    card_words: CardWords = ENGLISH_CARDS,
) -> Rendered:
    """Make an article's safe HTML (see ``content.document.render``)."""
    from reader.content import document

    return document.render(
        raw,
        form,
        name=name,
        base_url=base_url,
        document=document_id,
        title=title,
        pixel_ratio=pixel_ratio,
        card_words=card_words,
    )
