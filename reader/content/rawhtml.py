"""Elements in Markdown whose inside is never Markdown (CommonMark, section 4.6, the first kind of HTML block)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OPENED = re.compile(r"^ {0,3}<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
#: An element that nobody closes ends the article; so far is looked.
_MAX_LINES = 5000


def end(lines: Sequence[str], at: int) -> int:
    """The last line of the block that begins in this line.

    Returns:
        -1 when none begins here, or it is never closed.
    """
    opened = _OPENED.match(lines[at])
    if not opened:
        return -1
    closing = f"</{opened.group(1).lower()}"
    for number in range(at, min(len(lines), at + _MAX_LINES)):
        if closing in lines[number].lower():
            return number
    return -1
