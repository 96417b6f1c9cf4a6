"""What the worker process does: sources and content put together, no database, no network, no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reader.content import document, prepare
from reader.errors import FolderError
from reader.model import ENGLISH_CARDS, CardWords, Feed, Form, Prepared, Rendered
from reader.sources import feed, folder

#: path, guid, size, mtime_ns
File = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Listing:
    """What changed in a folder: new and changed files, guids that are gone, (path, reason) of what was passed over."""

    changed: tuple[File, ...]
    gone: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]


def parse_feed(data: bytes, url: str, content_type: str) -> tuple[Feed, list[Prepared]]:
    """Read a feed document and prepare its articles for the store. The feed comes back without its drafts.

    Raises:
        ParseError: ``data`` is not a feed.
    """
    parsed = feed.parse(data, url=url, content_type=content_type)
    language = parsed.language
    drafts = [d if d.language or not language else replace(d, language=language) for d in parsed.drafts]
    return replace(parsed, drafts=()), [prepare.prepare(draft) for draft in drafts]


def list_folder(root: str, known: Mapping[str, tuple[int, int]]) -> Listing:
    """Compare a folder with what is known of it.

    Args:
        known: guid -> (size, mtime_ns) of the stored files.

    Raises:
        FolderError: the folder itself cannot be read.
    """
    changed: list[File] = []
    problems: list[tuple[str, str]] = []
    seen: set[str] = set()
    for guid, path, size, mtime_ns in folder.walk(root, report=lambda place, why: problems.append((place, why))):
        seen.add(guid)
        if known.get(guid) != (size, mtime_ns):
            changed.append((path, guid, size, mtime_ns))
    gone = folder.missing(known, seen, (place for place, _ in problems))
    return Listing(tuple(changed), gone, tuple(problems))


def read_files(files: Sequence[File]) -> tuple[list[Prepared], list[tuple[str, str]]]:
    """Read and prepare some files.

    Returns:
        The articles, and (path, reason) for each file that could not be read.
    """
    articles: list[Prepared] = []
    problems: list[tuple[str, str]] = []
    for path, guid, size, mtime_ns in files:
        try:
            articles.append(prepare.prepare(folder.read_file(path, guid, size, mtime_ns)))
        except FolderError as error:
            problems.append((error.path, error.detail))
    return articles, problems


def render_file(path: str) -> tuple[Prepared, Rendered]:
    """A file as it would be shown, with no library.

    Raises:
        FolderError: it cannot be read.
    """
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
