"""Elements of MathML that hold text."""

from __future__ import annotations

import re
from html import escape


def mo(sign: str, attributes: str = "") -> str:
    """An operator; parentheses keep their size unless they are fences."""
    if not attributes and sign in ("(", ")", "[", "]", "|"):
        attributes = ' stretchy="false"'
    return f"<mo{attributes}>{escape(sign, quote=False)}</mo>"


def words(source: str) -> str:
    """The words of a ``\\text{}``: its commands and inner dollars taken off, its blanks kept."""
    words = re.sub(r"\\([%$#&_{} ])", r"\1", re.sub(r"\\[a-zA-Z]+\s*|[{}$]", "", source)).replace("~", " ")
    return escape(re.sub(r"^ | $", "\u00a0", words), quote=False)
