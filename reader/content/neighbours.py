"""Which post of a folder a link inside another one means: pure, by the names of the folder's posts alone.

A link is written for the place where its author had the post: beside another file, in a vault of Obsidian, or on the
site that Jekyll, Hexo or Hugo made of the folder. So the path is tried from the post's own folder, from the folder
that the post becomes on its site, and from the root; after that the name alone decides, if it is the name of one post.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from unicodedata import normalize
from urllib.parse import unquote

from reader.patterns import later

#: Before the name in ``[[name]]``, which is looked for in the whole folder.
WIKI = "wiki:"
#: What a post's file may end with, the likeliest first; the same as in ``sources.folder``.
ENDINGS = ("md", "markdown", "mdx", "html", "htm", "xhtml", "txt", "org", "rmd")
#: Files that stand for their folder.
_INDEXES = ("index", "_index", "readme")
_PAGE = later(rf"\.(?:{'|'.join(ENDINGS)}|php|aspx?|shtml)\Z", re.IGNORECASE)
_DATED = later(r"(\d{4})-(\d{1,2})-(\d{1,2})[-_ ]")
_MONTH = later(r"(?:^|/)(\d{4})/(\d{1,2})/")


def resolve(href: str, guid: str, among: Collection[str]) -> str:
    """The post that a link leads to.

    Args:
        href: as its author wrote it: a relative address, or ``wiki:`` and a name.
        guid: of the post that it stands in: its path below the folder.
        among: the guids of all posts of the folder. No other is ever the answer, whatever the link says.

    Returns:
        One of ``among``, or ``""``.
    """
    by_path: dict[str, str] = {}
    for each in among:
        by_path.setdefault(_folded(each), each)
    for place in places(href, guid):
        found = place if place in among else by_path.get(_folded(place))
        if found is not None:
            return found
    return _by_name(href, guid, by_path)


def places(href: str, guid: str) -> Iterator[str]:
    """The paths below the folder at which a link's post may stand, the likeliest first; never one outside of it."""
    path, wiki = _path(href), href.startswith(WIKI)
    if not path:
        return
    folder = guid.rpartition("/")[0]
    starts = ("",) if path.startswith("/") else (folder, "") if wiki else (folder, _PAGE.sub("", guid), "")
    for start in dict.fromkeys(starts):
        inside = _joined(start, path)
        if inside:
            yield from _spellings(inside)


def paths(href: str, guid: str) -> Iterator[str]:
    """The paths below the folder of a link to a file that is no post: from the post's own folder, and from the root."""
    path = _path(href)
    for start in dict.fromkeys(("",) if path.startswith("/") else (guid.rpartition("/")[0], "")):
        inside = _joined(start, path)
        if inside:
            yield inside


def shown(href: str) -> str:
    """A link as a person reads it."""
    return unquote(href.removeprefix(WIKI))


def part(href: str) -> str:
    """The part of an article that a link names after ``#``; ``""`` for none."""
    return unquote(href.partition("#")[2])


def _path(href: str) -> str:
    """The path that a link names, decoded once, in NFC."""
    written = href.removeprefix(WIKI).partition("#")[0]
    if not href.startswith(WIKI):
        written = written.partition("?")[0]
    return normalize("NFC", unquote(written).replace("\\", "/"))


def _joined(start: str, path: str) -> str:
    """A path from a folder on; ``""`` when it climbs above the root."""
    parts = start.split("/") if start else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _spellings(path: str) -> Iterator[str]:
    """The files that may have been meant by a path on a site: ``a``, ``a/`` and ``a.html`` are all made of ``a.md``."""
    stem = _PAGE.sub("", path)
    if stem != path:
        yield path
    yield from (f"{stem}.{ending}" for ending in ENDINGS)
    if stem and not stem.endswith("/"):  # a name that is nothing but an ending
        yield from (f"{stem}/{index}.{ending}" for ending in ENDINGS for index in ("index", "_index", "README"))


def _by_name(href: str, guid: str, by_path: dict[str, str]) -> str:
    path = _folded(_PAGE.sub("", _path(href).strip("/")))
    name = _name(path)
    if not name:
        return ""
    said = _month(path)
    found = [
        each
        for folded, each in by_path.items()
        if name in folded and name in _names(folded) and (not said or _month(folded) in (said, None))
    ]
    if not href.startswith(WIKI):
        return found[0] if len(found) == 1 else ""
    folder = guid.rpartition("/")[0]
    ending = "/" + path
    found = [each for each in found if ("/" + _folded(_PAGE.sub("", each))).endswith(ending) or "/" not in path]
    # As Obsidian does: the nearest one, and of others the one that stands highest.
    return min(found, key=lambda each: (each.rpartition("/")[0] != folder, each.count("/"), each), default="")


def _name(stem: str) -> str:
    """The name of a page: the last part of its path, or that of the folder that it stands for."""
    above, _, name = stem.rpartition("/")
    return above.rpartition("/")[2] if name in _INDEXES else name


def _names(folded: str) -> tuple[str, str]:
    """What a post may be called, with and without the date of its file's name."""
    name = _name(_PAGE.sub("", folded))
    return name, _DATED.sub("", name, count=1)


def _month(path: str) -> tuple[int, int] | None:
    """The year and month of a path: of its folders (a permalink), or of its file's name (Jekyll's posts)."""
    found = _MONTH.search(path) or _DATED.match(path.rpartition("/")[2])
    return (int(found[1]), int(found[2])) if found else None


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else normalize("NFC", normalize("NFC", path).casefold())
