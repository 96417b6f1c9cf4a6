"""Elements in Markdown whose inside is never Markdown (CommonMark, section 4.6, the first kind of HTML block)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reader.patterns import later

_OPENED = later(r"^ {0,3}<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)


def end(lines: Sequence[str], at: int, known: dict[str, int]) -> int:
    """The last line of the block that begins in this line.

    Args:
        known: what was found before, by element, so that no line is searched twice; give the same one for all lines.

    Returns:
        -1 when none begins here, or it is never closed.
    """
    opened = _OPENED.match(lines[at])
    if not opened:
        return -1
    closing = f"</{opened.group(1).lower()}"
    found = known.get(closing)
    if found is None or -1 < found < at:
        found = next((number for number in range(at, len(lines)) if closing in lines[number].lower()), -1)
        known[closing] = found
    return found
