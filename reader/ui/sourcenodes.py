"""The lines of the sidebar: what each is, what is in it and what it lists; without Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Literal

from reader.model import Query, SmartFolder, Source, Subfolder, View
from reader.records import dataclass

Kind = Literal["view", "smart", "heading", "folder", "source", "subfolder"]
#: A folder source and a path in it (``""``: its own) -> what is directly there, as far as it is known.
Subfolders = Mapping[tuple[int, str], Sequence[Subfolder]]


@dataclass(eq=False, slots=True)
class Node:
    """One line of the sidebar.

    Attributes:
        name: what it is known by over a reset: the view, the folder's path, the key of the source or smart folder as
            text, or a subfolder's source and path.
        count: shown at the right; 0 shows nothing.
        error: what is wrong with the source, as a sentence; shown as a triangle instead of the count.
        busy: the source is being asked now.
        owner, part: of a subfolder: the key of its source, and what is known of it.
    """

    kind: Kind
    name: str
    title: str
    number: int = 0
    place: int = 0
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    view: View | None = None
    smart: SmartFolder | None = None
    source: Source | None = None
    count: int = 0
    error: str = ""
    busy: bool = False
    owner: int = 0
    part: Subfolder | None = None

    @property
    def opens(self) -> bool:
        """Whether lines are below this one, or would be if it were asked for."""
        return bool(self.children) or (self.part is not None and self.part.parts)

    @property
    def shown(self) -> tuple[object, ...]:
        """What of it is seen and may change while the lines stay the same."""
        return self.count, self.error, self.busy, self.part, self.source is not None and self.source.retired

    @property
    def level(self) -> int:
        return 0 if self.parent is None else self.parent.level + 1

    def sources(self) -> Iterator[Source]:
        """The source of this line, or all below it, from top to bottom."""
        if self.source is not None:
            yield self.source
        for child in self.children:
            yield from child.sources()

    def around(self) -> Iterator[Node]:
        """The lines that this one is in, from the inside out."""
        around = self.parent
        while around is not None:
            yield around
            around = around.parent

    def lines(self) -> Iterator[Node]:
        """This line and all below it."""
        yield self
        for child in self.children:
            yield from child.lines()

    def query(self) -> Query | None:
        """What is listed when this line is chosen."""
        if self.view is not None:
            return Query(view=self.view)
        if self.smart is not None:
            return Query(matching=self.smart.query)
        if self.source is not None:
            return Query(sources=(self.source.key,))
        if self.part is not None:
            return Query(sources=(self.owner,), path=self.part.path)
        keys = tuple(source.key for source in self.sources())
        return Query(sources=keys) if keys else None


def line_of(source: Source) -> tuple[object, ...]:
    """What decides over the line of a source, and not over its numbers."""
    return source.key, source.title, source.folder, source.kind, source.address


def paths_of(subfolders: Subfolders) -> dict[tuple[int, str], list[tuple[str, bool]]]:
    """What decides over the lines, and not over their numbers."""
    return {place: [(part.path, part.parts) for part in parts] for place, parts in subfolders.items()}


def moved_to(keys: Sequence[int], key: int, before: int) -> list[int] | None:
    """Keys with one of them at another place, counted before it left its own; None when nothing changes."""
    place = keys.index(key)
    others = [each for each in keys if each != key]
    goal = before - (before > place)
    order = [*others[:goal], key, *others[goal:]]
    return None if order == list(keys) else order


def matches(source: Source, wanted: str) -> bool:
    if any(wanted in text.casefold() for text in (source.title, source.folder, source.address)):
        return True
    return is_called(wanted, source.title) or is_called(wanted, source.folder)


def is_called(wanted: str, name: str) -> bool:
    """Whether a name that is not plain Latin is meant, by its pinyin, its initials, or without its accents."""
    if name.isascii():
        return False
    from reader import fuzzy  # nobody filters before the first list is there

    return fuzzy.matches(wanted, name)
