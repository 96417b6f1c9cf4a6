"""The one way in which bodies are parsed."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborHTMLParser

#: In standards mode, as the page that shows it and nh3 (otherwise a table may stand in a <p>); with a <body>, or a
#: script at the beginning would go to the head, uncounted.
_BEFORE = "<!DOCTYPE html><body>"


def body_of(html: str) -> Any:
    """The parsed body; None when there is none.

    Raises:
        ValueError, RuntimeError, UnicodeError: the parser refuses it.
    """
    return LexborHTMLParser(_BEFORE + html).body
