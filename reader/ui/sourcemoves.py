"""Where sources stand, and what moving them changes. Pure: folders are paths, an order is a list of keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reader.model import Source
from reader.records import dataclass

#: Between the names of nested folders, as lists of feeds have it (``formats.opml.BETWEEN``, which loads an XML parser).
BETWEEN = " / "


@dataclass(frozen=True, slots=True)
class Move:
    """Sources at another place.

    Attributes:
        keys: those that were moved.
        folders: the new folder of each source that changes it.
        order: the keys of all sources.
    """

    keys: tuple[int, ...]
    folders: Mapping[int, str]
    order: tuple[int, ...]

    def back(self, sources: Sequence[Source]) -> Move:
        """The move that restores how ``sources`` stand now."""
        folders = {source.key: source.folder for source in sources if source.key in self.folders}
        return Move(self.keys, folders, tuple(source.key for source in sources))


def ancestors(path: str) -> list[str]:
    """A folder and all around it, the outermost first: "A", "A / B"."""
    names = path.split(BETWEEN) if path else []
    return [BETWEEN.join(names[: n + 1]) for n in range(len(names))]


def name_of(path: str) -> str:
    """The folder's own name."""
    return path.rpartition(BETWEEN)[2]


def joined(*paths: str) -> str:
    """One path of several; empty ones add nothing."""
    return BETWEEN.join(filter(None, paths))


def tidy(typed: str) -> str:
    """A path as a person types it: "A/B", "A / B" and " A /  B/ " are the same."""
    return joined(*(" ".join(name.split()) for name in typed.split("/")))


def is_in(folder: str, path: str) -> bool:
    """Whether a folder is ``path`` or inside it."""
    return path in ancestors(folder)


def renamed(sources: Sequence[Source], path: str, to: str) -> Move:
    """A folder with another path; the order stays."""
    inside = [source for source in sources if is_in(source.folder, path)]
    folders = {source.key: joined(to, source.folder[len(path) + len(BETWEEN) :]) for source in inside}
    return Move(tuple(folders), folders, tuple(source.key for source in sources))


def planned(sources: Sequence[Source], keys: Sequence[int], folder: str, into: str, before: int | None) -> Move | None:
    """What it means to put sources, or a whole folder, into another folder.

    Args:
        folder: the path of the folder that is moved with all in it; ``""``: the sources alone.
        into: the path of the folder that takes it, ``""`` for none.
        before: the source before which they stand then; None: after the last one of ``into``.

    Returns:
        None when it cannot be (a folder into itself) or changes nothing.
    """
    if folder and is_in(into, folder):
        return None
    moved = [source for source in sources if source.key in set(keys)]
    around = folder.rpartition(BETWEEN)[0]
    folders = {}
    for source in moved:
        inside = source.folder[len(around) + len(BETWEEN) :] if around else source.folder
        goal = joined(into, inside if folder else "")
        if goal != source.folder:
            folders[source.key] = goal
    if before in set(keys):
        before = _next_after(sources, keys, before)
    order = _ordered(sources, [source.key for source in moved], into, before)
    if not folders and order == [source.key for source in sources]:
        return None
    return Move(tuple(source.key for source in moved), folders, tuple(order))


def _next_after(sources: Sequence[Source], keys: Sequence[int], before: int | None) -> int | None:
    all_keys = [source.key for source in sources]
    rest = all_keys[all_keys.index(before) :] if before in all_keys else []
    return next((key for key in rest if key not in set(keys)), None)


def _ordered(sources: Sequence[Source], moved: Sequence[int], into: str, before: int | None) -> list[int]:
    others = [source for source in sources if source.key not in set(moved)]
    order = [source.key for source in others]
    if before is not None:
        place = order.index(before)
    else:
        inside = [n for n, source in enumerate(others) if not into or is_in(source.folder, into)]
        place = inside[-1] + 1 if inside else len(order)
    return [*order[:place], *moved, *order[place:]]
