"""A renewed list that keeps what the reader just read. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence


def merged(old: Sequence[int], new: Sequence[int], lingering: Collection[int]) -> array[int]:
    """The new list with the lingering keys kept where they stood: behind the same neighbour as before.

    Args:
        old, new: keys in the order of the list.
        lingering: keys that stay until the list changes (articles that were just read in a list of unread ones).
    """
    there = set(new)
    keep = [key for key in lingering if key not in there]
    if not keep:
        return array("q", new)
    wanted = set(keep)
    behind: dict[int | None, list[int]] = {}
    neighbour: int | None = None
    for key in old:
        if key in wanted:
            behind.setdefault(neighbour, []).append(key)
        elif key in there:
            neighbour = key
    result = array("q", behind.get(None, ()))
    for key in new:
        result.append(key)
        result.extend(behind.get(key, ()))
    return result
