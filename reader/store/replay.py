"""Reading the journal: what its lines came to in the end.

Of one library the order of the lines counts and not their times, for a clock may have been wrong. The lines of several
libraries that became one are put together by time. Reading is forgiving: a damaged line costs itself alone.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from reader.records import dataclass
from reader.store import saved, trash

#: Acts that take back one on many articles; their lines name it.
UNDOING = ("undo-read-all", *(f"undo-{kind}" for kind in trash.KINDS))

Line = dict[str, Any]


@dataclass(slots=True)
class Marks:
    """What the user's acts came to in the end.

    Attributes:
        read: by article id.
        removed: by article id, whether it is in the trash.
        bookmarks: by article id: created (milliseconds), tags, note; None: let go.
        bodies: by article id, the name of the file with its text.
        searches: the lines about smart folders, in their order.
        damaged: lines that could not be read.
    """

    read: dict[str, bool] = field(default_factory=dict)
    removed: dict[str, bool] = field(default_factory=dict)
    bookmarks: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    searches: list[Line] = field(default_factory=list)
    damaged: int = 0


@dataclass(slots=True)
class _File:
    """One file of the journal.

    Attributes:
        after: name of the file that it goes on from; empty for the first of a library.
    """

    name: str
    acts: list[Line] = field(default_factory=list)
    after: str = ""


def marks(files: Sequence[Path]) -> Marks:
    """What all acts in these files came to."""
    found = Marks()
    read = [_read(file, found) for file in files]
    seen: set[str] = set()
    gestures: dict[str, list[str]] = {}
    for _, line in heapq.merge(*(_timed(acts) for acts in _libraries(read)), key=lambda timed: timed[0]):
        if line["uuid"] not in seen:
            seen.add(line["uuid"])
            _apply(line, found, gestures)
    return found


def loads(line: bytes) -> Line | None:
    """One line, None when it is damaged."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _read(file: Path, marks: Marks) -> _File:
    found = _File(file.name)
    try:
        data = file.read_bytes()
    except OSError:
        return found
    for text in filter(None, data.split(b"\n")):
        line = loads(text)
        if line is not None and _is_act(line):
            found.acts.append(line)
        elif line is not None and "from" in line:
            found.after = str(line.get("after", ""))
        else:
            marks.damaged += 1
    return found


def _is_act(line: Line) -> bool:
    texts_there = all(isinstance(line.get(name), str) for name in ("uuid", "time", "kind", "article"))
    return texts_there and isinstance(line.get("key"), int)


def _libraries(files: Sequence[_File]) -> Iterator[list[Line]]:
    """The acts of each library in the order in which they were done, through all its files."""
    left = {file.name: file for file in files}
    following = {file.after: file.name for file in files}
    firsts = [file.name for file in files if file.after not in left]
    for first in (*firsts, *left):  # all of them: files that name each other in a circle begin anywhere
        acts: list[Line] = []
        name = first
        while name in left:
            acts += left.pop(name).acts
            name = following.get(name, "")
        yield acts


def _timed(acts: Iterable[Line]) -> Iterator[tuple[str, Line]]:
    """Each act with a time that is never before that of the act before it."""
    latest = ""
    for line in acts:
        latest = max(latest, line["time"])
        yield latest, line


def _apply(line: Line, found: Marks, gestures: dict[str, list[str]]) -> None:
    kind, article, new = line["kind"], line["article"], line.get("new")
    if kind == "read-all" or kind in trash.KINDS:
        ids = [one for one in line.get("articles", ()) if isinstance(one, str)]
        gestures.setdefault(str(line.get("gesture") or line["uuid"]), []).extend(ids)
        (found.read if kind == "read-all" else found.removed).update(dict.fromkeys(ids, True))
    elif kind.removeprefix("undo-") in saved.KINDS:
        found.searches.append(line)
    elif kind in UNDOING:
        ids = gestures.get(str(line.get("undoes")), [])
        (found.read if kind == "undo-read-all" else found.removed).update(dict.fromkeys(ids, False))
    elif kind.endswith("bookmark"):
        found.bookmarks[article] = new if isinstance(new, dict) else None
        if isinstance(line.get("text"), str):
            found.bodies[article] = line["text"]
    elif isinstance(new, dict) and isinstance(new.get("read"), bool):
        found.read[article] = new["read"]
