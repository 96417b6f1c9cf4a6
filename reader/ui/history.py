"""The articles that were open, to go back to and forward again, as in a browser."""

from __future__ import annotations

#: More is not gone back by anyone.
_KEPT = 200


class History:
    """A line of article keys with a place in it."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._here = -1

    def visit(self, key: int) -> None:
        """An article was opened: what was ahead is given up, unless it is the one that the place already shows."""
        if self._here >= 0 and self._keys[self._here] == key:
            return
        self._keys[self._here + 1 :] = [key]
        del self._keys[:-_KEPT]
        self._here = len(self._keys) - 1

    def step(self, by: int) -> int | None:
        """Go back (-1) or forward (1): the article's key, None at the end of the line."""
        if not 0 <= self._here + by < len(self._keys):
            return None
        self._here += by
        return self._keys[self._here]
