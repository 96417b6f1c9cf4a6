"""Regular expressions that are compiled when they are first used: a large class takes 2 ms, and a start needs few."""

from __future__ import annotations

import re
from typing import Any, cast


class _Later:
    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        # Kept in this object's own dictionary: asked for once, and as fast as the pattern's from then on.
        found = self.__dict__[name] = getattr(re.compile(self._source, self._flags), name)
        return found


def later(source: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that is compiled by the first use of one of its methods.

    Args:
        source, flags: as for ``re.compile``; what is wrong with them is said at that first use.
    """
    return cast("re.Pattern[str]", _Later(source, flags))
