"""A folder of Markdown, HTML and text files as a source: what is there, what changed, what went.

``compare`` is the whole of it, by size and time of change; ``walk`` and ``read_file`` are its parts. Nothing here
writes to a folder.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from reader.content import post
from reader.content.dates import parse_date
from reader.errors import FolderError
from reader.model import Draft, file_stamp
from reader.patterns import later
from reader.records import dataclass

EXTENSIONS = frozenset({"md", "markdown", "mdx", "rmd", "html", "htm", "xhtml", "txt", "org"})

MAX_FILE_BYTES = 20 * 1024 * 1024

#: Besides hidden ones: packages, and what systems put into every disk or folder (Windows, Synology, macOS, ext4).
IGNORED_FOLDERS = frozenset(
    {"node_modules", "$RECYCLE.BIN", "System Volume Information", "@eaDir", "__MACOSX", "lost+found"}
)
#: Jekyll's and Hexo's folder of what is not published yet.
_DRAFTS = "_drafts"

#: The longest path of Linux has 4,096 bytes; a deeper tree is a loop that no link told of (junctions, bind mounts).
_MAX_DEPTH = 100
_NAME_DATE = later(r"((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})(?=[-_. ]|\Z)")
_REPARSE_POINT = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0x400)
#: In the year 2255: a file system may tell later times, which SQLite's 64 bits do not hold.
_LATEST_NS = 9 * 10**18

#: guid, path on the disk, size in bytes, time of the last change in nanoseconds since 1970.
Found = tuple[str, str, int, int]

#: Called with a path below the root and a reason for each file or subfolder that was passed over.
Report = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds now, beside what was known of it.

    Attributes:
        new, changed: files that were not known, or not so.
        gone: guids whose file is not there any more.
        problems: path below the root and the reason, for each file or subfolder that was passed over.
    """

    new: tuple[Found, ...]
    changed: tuple[Found, ...]
    gone: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]


def compare(
    root: str,
    known: dict[str, int],
    *,
    regions: Sequence[str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Listing:
    """What is new, changed or gone below ``root``.

    Args:
        known: the ``file_stamp`` of each stored file by its guid. It is used up: what remains in it are the files that
            are there no more, or that could not be looked at.
        regions: look at these files and subfolders alone, see ``regions``; ``known`` has then what is stored of them.
        stopped: asked once in each subfolder; the listing then ends there and says nothing of what is gone.

    Raises:
        FolderError: the folder itself is missing or cannot be read.
    """
    new: list[Found] = []
    changed: list[Found] = []
    problems: list[tuple[str, str]] = []

    def report(place: str, reason: str) -> None:
        problems.append((place, reason))

    take = known.pop  # nothing else is kept of 200,000 files that are as they were
    for found in walk(root, report=report, regions=regions, stopped=stopped):
        guid, _, size, mtime_ns = found
        stamp = take(guid, None)
        if stamp is None:
            new.append(found)
        elif stamp != file_stamp(size, mtime_ns):
            changed.append(found)
    gone = () if stopped() else missing(known, (place for place, _ in problems))
    return Listing(tuple(new), tuple(changed), gone, tuple(problems))


def missing(left: Iterable[str], unreadable: Iterable[str]) -> tuple[str, ...]:
    """Of the guids that were not met those that are gone: not hidden behind something that could not be read now."""
    places = set(unreadable)

    def hidden(guid: str) -> bool:
        parts = guid.split("/")
        return any("/".join(parts[:count]) in places for count in range(1, len(parts) + 1))

    return tuple(guid for guid in left if not (places and hidden(guid)))


def walk(
    root: str,
    *,
    report: Report = lambda _place, _reason: None,
    regions: Sequence[str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Found]:
    """The posts below a folder, subfolder by subfolder.

    Links are followed only to files inside the root that are not walked under a name of their own (git-annex keeps
    them in ``.git``); so no loop and no way out exists.

    Args:
        regions, stopped: see ``compare``.

    Raises:
        FolderError: the folder itself is missing or cannot be read.
    """
    real_root = _real_root(root)
    waiting = [(real_root, "", 0)]
    if regions is not None:
        waiting = []
        for region in regions:
            yield from _region(real_root, region, waiting, report)
    while waiting and not stopped():
        folder, below, depth = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except FileNotFoundError:  # removed while we walked
            if not below:
                raise FolderError(path=root, detail="it does not exist") from None
            continue
        except OSError as error:
            if not below:
                raise FolderError(path=root, detail=_reason(error)) from error
            report(below.rstrip("/"), _reason(error))
            continue
        for entry, name in _named(entries):
            try:
                # A file first: of 200,000 entries nearly all are. All three ask nothing of the disk but a link.
                if entry.is_file(follow_symlinks=False):
                    if is_post(entry.name):
                        about = entry.stat(follow_symlinks=False)
                        if about.st_size <= MAX_FILE_BYTES or _fits(below + name, about.st_size, report):
                            yield below + name, entry.path, about.st_size, min(about.st_mtime_ns, _LATEST_NS)
                elif entry.is_dir(follow_symlinks=False) and not _is_junction(entry):
                    _enter(entry.path, below + name, depth, waiting, report)
                else:
                    yield from _link(entry.path, below + name, real_root, report)
            except FileNotFoundError:
                continue
            except OSError as error:
                report(below + name, _reason(error))


def _real_root(root: str) -> str:
    try:
        real = os.path.realpath(root)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise FolderError(path=root, detail="it is not a name of a folder") from error
    if not os.path.isdir(real):
        raise FolderError(path=root, detail="it is not a folder" if os.path.lexists(root) else "it does not exist")
    return real


def _enter(path: str, guid: str, depth: int, waiting: list[tuple[str, str, int]], report: Report) -> None:
    if is_ignored_folder(os.path.basename(path)):
        return
    if depth < _MAX_DEPTH:
        waiting.append((path, guid + "/", depth + 1))
    else:
        report(guid, f"it is more than {_MAX_DEPTH} folders deep")


def regions_of(root: str, paths: Iterable[str]) -> list[str]:
    """What must be looked at when these paths changed: guids of files and subfolders, none inside another.

    What is ignored is left out. Of names that ``walk`` might call otherwise (see ``_named``) the folder around them
    is looked at; ``""`` is all of the root.
    """
    real_root = os.path.realpath(root)
    found: set[str] = set()
    for path in paths:
        # One of the two is a beginning of it: the events name paths as the folder was named to the system.
        base = next((each for each in (root, real_root) if _is_below(path, each)), None)
        if base is None:
            continue
        guid = os.path.relpath(path, base).replace(os.sep, "/")
        parts = [] if guid == "." else guid.split("/")
        if any(is_ignored_folder(part) for part in parts[:-1]):
            continue
        stable = next((n for n, part in enumerate(parts) if not _is_stable(part)), len(parts))
        found.add("/".join(parts[:stable]))
    if "" in found:
        return [""]
    return sorted(guid for guid in found if not any(guid[:n] in found for n, char in enumerate(guid) if char == "/"))


def _is_stable(name: str) -> bool:
    """Whether a name is its own guid, whatever stands beside it."""
    if name.isascii():
        return True
    return unicodedata.is_normalized("NFC", name) and not any("\ud800" <= char <= "\udfff" for char in name)


def _region(real_root: str, region: str, waiting: list[tuple[str, str, int]], report: Report) -> Iterator[Found]:
    """A file of which only the name is known; a subfolder is put on the list of those that wait."""
    path = os.path.join(real_root, *region.split("/")) if region else real_root
    if not region:
        waiting.append((path, "", 0))
        return
    try:
        if os.path.realpath(os.path.dirname(path)) != os.path.dirname(path):
            return  # behind a link, which ``walk`` does not follow
        about = os.lstat(path)
        if stat.S_ISREG(about.st_mode):
            if is_post(os.path.basename(path)) and _fits(region, about.st_size, report):
                yield region, path, about.st_size, min(about.st_mtime_ns, _LATEST_NS)
        elif stat.S_ISDIR(about.st_mode) and not _has_reparse_point(about):
            _enter(path, region, region.count("/"), waiting, report)
        else:
            yield from _link(path, region, real_root, report)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        report(region, _reason(error))


def is_post(name: str) -> bool:
    """Whether a file of this name is an article: by its ending, and neither hidden nor an editor's lock.

    ``.md`` alone is a name. ``~$`` begins the locks of office programs; ``a.md~``, ``#a.md#`` and ``a.md.swp`` have
    no ending of a post, ``.#a.md`` is hidden.
    """
    stem, dot, ending = name.rpartition(".")
    return bool(dot) and ending.lower() in EXTENSIONS and not (stem and name.startswith((".", "~$")))


def is_ignored_folder(name: str) -> bool:
    """Whether nothing in a folder of this name is an article."""
    return name.startswith(".") or name in IGNORED_FOLDERS


def is_draft(guid: str) -> bool:
    """Whether a file stands among those that are not published yet."""
    return _DRAFTS in guid.split("/")[:-1]


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


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether a folder of Windows is a link by another name."""
    return os.name == "nt" and _has_reparse_point(entry.stat(follow_symlinks=False))


def _has_reparse_point(about: os.stat_result) -> bool:
    return bool(getattr(about, "st_file_attributes", 0) & _REPARSE_POINT)


def _link(path: str, guid: str, real_root: str, report: Report) -> Iterator[Found]:
    """The file that a link leads to, if it is to be read under the link's name. (What else is no file is passed.)"""
    if not os.path.islink(path) or not _leads_to_a_post(path, real_root, guid, report):
        return
    about = os.stat(path)
    if _fits(guid, about.st_size, report):
        yield guid, path, about.st_size, min(about.st_mtime_ns, _LATEST_NS)


def _leads_to_a_post(path: str, real_root: str, guid: str, report: Report) -> bool:
    name = os.path.basename(path)
    target = os.path.realpath(path)
    inside = os.path.relpath(target, real_root).split(os.sep) if _is_below(target, real_root) else None
    if os.path.isdir(target):
        if inside is None and not is_ignored_folder(name):
            report(guid, "it is a link that leads out of the folder")
        return False
    if not is_post(name):
        return False
    if inside is None:
        report(guid, "it is a link that leads out of the folder")
        return False
    if not os.path.isfile(target):
        report(guid, "it is a link that leads nowhere")
        return False
    return not is_post(inside[-1]) or any(is_ignored_folder(part) for part in inside[:-1])


def _is_below(path: str, root: str) -> bool:
    try:
        return os.path.commonpath([path, root]) == root
    except ValueError:  # another drive
        return False


def _fits(guid: str, size: int, report: Report) -> bool:
    if size > MAX_FILE_BYTES:
        report(guid, f"it is larger than {MAX_FILE_BYTES >> 20} MB")
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
                raise FolderError(path=path, detail="it is not a file")
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise FolderError(path=path, detail=_reason(error)) from error
    except ValueError as error:  # a NUL in the name
        raise FolderError(path=path, detail="it is not a name of a file") from error
    if len(data) > MAX_FILE_BYTES:
        raise FolderError(path=path, detail=f"it is larger than {MAX_FILE_BYTES >> 20} MB")
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
        base_url=read.base_url or Path(os.path.abspath(path)).as_uri(),
        warnings=read.warnings,
        size=size,
        mtime_ns=min(mtime_ns, _LATEST_NS),
        draft=read.draft or is_draft(guid),
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
        return "it may not be read"
    return (error.strerror or type(error).__name__).lower()
