"""A folder of Markdown, HTML and text files as a source: what is there, what changed, what went.

``scan`` is the whole of it; ``walk``, ``read_file`` and ``missing`` are its parts, for callers that work in batches.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reader.content import post
from reader.content.dates import parse_date
from reader.errors import FolderError
from reader.model import Draft

EXTENSIONS = frozenset({"md", "markdown", "mdx", "rmd", "html", "htm", "xhtml", "txt", "org"})

MAX_FILE_BYTES = 20 * 1024 * 1024

#: The longest path of Linux has 4,096 bytes; a deeper tree is a loop that no link told of (junctions, bind mounts).
_MAX_DEPTH = 100
_NAME_DATE = re.compile(r"((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})(?=[-_. ]|\Z)")
_REPARSE_POINT = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0x400)
_PROGRESS_STEP = 100

#: guid, path on the disk, size in bytes, time of the last change in nanoseconds since 1970.
Found = tuple[str, str, int, int]

#: Called with a path below the root and a reason for each file or subfolder that was passed over.
Report = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class FolderScan:
    """What a folder holds now, beside what was known of it.

    Attributes:
        drafts: new or changed files.
        unchanged: guids whose file is as it was, or cannot be read now: what is stored stays.
        gone: guids whose file is not there any more.
        problems: path below the root and the reason, for each file or subfolder that was passed over.
    """

    drafts: tuple[Draft, ...]
    unchanged: tuple[str, ...]
    gone: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]


def scan(
    root: str,
    known: Mapping[str, tuple[int, int]] | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> FolderScan:
    """Reads what is new or changed below ``root``.

    Args:
        known: size and mtime_ns by guid.
        progress: called now and then with the number of files seen.

    Raises:
        FolderError: the folder itself is missing or cannot be read.
    """
    known = known or {}
    drafts: list[Draft] = []
    unchanged: list[str] = []
    seen: set[str] = set()
    problems: list[tuple[str, str]] = []
    for guid, path, size, mtime_ns in walk(root, report=lambda place, reason: problems.append((place, reason))):
        seen.add(guid)
        if known.get(guid) == (size, mtime_ns):
            unchanged.append(guid)
        else:
            try:
                drafts.append(read_file(path, guid, size, mtime_ns))
            except FolderError as error:
                problems.append((guid, error.detail))
                if guid in known:
                    unchanged.append(guid)
        if progress and len(seen) % _PROGRESS_STEP == 0:
            progress(len(seen))
    if progress:
        progress(len(seen))
    gone = missing(known, seen, (place for place, _ in problems))
    unchanged += sorted(set(known) - seen - set(gone))
    return FolderScan(tuple(drafts), tuple(unchanged), gone, tuple(problems))


def missing(known: Iterable[str], seen: Collection[str], unreadable: Iterable[str]) -> tuple[str, ...]:
    """The guids that are gone: not seen, and not hidden behind something that could not be read this time."""
    places = set(unreadable)

    def hidden(guid: str) -> bool:
        parts = guid.split("/")
        return any("/".join(parts[:count]) in places for count in range(1, len(parts) + 1))

    return tuple(guid for guid in known if guid not in seen and not (places and hidden(guid)))


def walk(root: str, *, report: Report | None = None) -> Iterator[Found]:
    """The posts below a folder, subfolder by subfolder.

    Links are followed only to files inside the root that are not walked under a name of their own (git-annex keeps
    them in ``.git``); so no loop and no way out exists.

    Raises:
        FolderError: the folder itself is missing or cannot be read.
    """
    report = report or (lambda _place, _reason: None)
    try:
        real_root = os.path.realpath(root)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise FolderError(path=root, detail="is not a name of a folder") from error
    if not os.path.isdir(real_root):
        raise FolderError(path=root, detail="is not a folder" if os.path.lexists(root) else "does not exist")
    waiting = [(real_root, "", 0)]
    while waiting:
        folder, below, depth = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            if not below:
                raise FolderError(path=root, detail=_reason(error)) from error
            report(below.rstrip("/"), _reason(error))
            continue
        for entry, name in _named(entries):
            guid = below + name
            try:
                if _is_link(entry):
                    if _linked(entry, real_root, guid, report):
                        about = entry.stat()
                        if _fits(guid, about.st_size, report):
                            yield guid, entry.path, about.st_size, about.st_mtime_ns
                elif entry.is_dir(follow_symlinks=False):
                    if _is_ignored_folder(entry.name):
                        continue
                    if depth < _MAX_DEPTH:
                        waiting.append((entry.path, guid + "/", depth + 1))
                    else:
                        report(guid, f"is more than {_MAX_DEPTH} folders deep")
                elif is_post(entry.name) and entry.is_file(follow_symlinks=False):
                    about = entry.stat(follow_symlinks=False)
                    if _fits(guid, about.st_size, report):
                        yield guid, entry.path, about.st_size, about.st_mtime_ns
            except OSError as error:
                report(guid, _reason(error))


def is_post(name: str) -> bool:
    """Whether a file of this name is an article: by its ending, and not hidden (``.md`` alone is a name)."""
    stem, dot, ending = name.rpartition(".")
    return bool(dot) and ending.lower() in EXTENSIONS and not (stem and name.startswith("."))


def _is_ignored_folder(name: str) -> bool:
    return name.startswith(".") or name == "node_modules"


def _named(entries: list[os.DirEntry[str]]) -> Iterator[tuple[os.DirEntry[str], str]]:
    """The entries with their names in NFC, so that a library can move between systems.

    Of names that differ in normalisation only (which Linux keeps apart) those that are not NFC stay as they are.
    """
    if all(entry.name.isascii() for entry in entries):
        for entry in entries:
            yield entry, entry.name
        return
    normal = {entry.name: unicodedata.normalize("NFC", entry.name) for entry in entries}
    holders = Counter(normal.values())
    for entry in entries:
        name = normal[entry.name] if holders[normal[entry.name]] == 1 else entry.name
        # Bytes that are no text in the file system's encoding come as lone surrogates, which no database takes.
        yield entry, name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_link(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return True
    if os.name == "nt":  # junctions are links by another name
        return bool(getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) & _REPARSE_POINT)
    return False


def _linked(entry: os.DirEntry[str], real_root: str, guid: str, report: Report) -> bool:
    """Whether a link leads to a file that is to be read under the link's name."""
    target = os.path.realpath(entry.path)
    inside = os.path.relpath(target, real_root).split(os.sep) if _is_below(target, real_root) else None
    if os.path.isdir(target):
        if inside is None and not _is_ignored_folder(entry.name):
            report(guid, "is a link that leads out of the folder")
        return False
    if not is_post(entry.name):
        return False
    if inside is None:
        report(guid, "is a link that leads out of the folder")
        return False
    if not os.path.isfile(target):
        report(guid, "is a link that leads nowhere")
        return False
    return not is_post(inside[-1]) or any(_is_ignored_folder(part) for part in inside[:-1])


def _is_below(path: str, root: str) -> bool:
    try:
        return os.path.commonpath([path, root]) == root
    except ValueError:  # another drive
        return False


def _fits(guid: str, size: int, report: Report) -> bool:
    if size > MAX_FILE_BYTES:
        report(guid, f"is larger than {MAX_FILE_BYTES >> 20} MB")
        return False
    return True


def read_file(path: str, guid: str, size: int = 0, mtime_ns: int = 0) -> Draft:
    """Reads one file.

    Args:
        size, mtime_ns: as ``walk`` gave them; what the file says itself when they are 0.

    Raises:
        FolderError: it cannot be read, is no file, or is too large.
    """
    # Not blocking: a pipe that calls itself notes.md would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise FolderError(path=path, detail="is not a file")
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise FolderError(path=path, detail=_reason(error)) from error
    except ValueError as error:  # a NUL in the name
        raise FolderError(path=path, detail="is not a name of a file") from error
    if len(data) > MAX_FILE_BYTES:
        raise FolderError(path=path, detail=f"is larger than {MAX_FILE_BYTES >> 20} MB")
    return read_bytes(data, path, guid, size or about.st_size, mtime_ns or about.st_mtime_ns)


def read_bytes(data: bytes, path: str, guid: str, size: int = 0, mtime_ns: int = 0) -> Draft:
    """The draft of a file's bytes; pure, ``path`` is only a name and an address."""
    name = os.path.basename(path)
    read = post.read(data, name)
    return Draft(
        guid=guid,
        raw=read.text,
        form="file",
        url=read.url,
        title=read.title,
        authors=read.authors,
        published=read.published or _date_in_name(name) or _moment(mtime_ns),
        updated=read.updated,
        summary=read.description,
        tags=read.tags,
        language=read.language,
        lead_image=read.lead_image,
        base_url=Path(os.path.abspath(path)).as_uri(),
        warnings=read.warnings,
        size=size,
        mtime_ns=mtime_ns,
    )


def _date_in_name(name: str) -> datetime | None:
    """Jekyll's ``2021-03-04-name.md``, which Hugo and Zola read too."""
    found = _NAME_DATE.match(name)
    return parse_date(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}") if found else None


def _moment(mtime_ns: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC) if mtime_ns > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "may not be read"
    return (error.strerror or type(error).__name__).lower()
