"""The words of a placeholder: the viewer shows them, ``words`` makes them; apart, so that neither loads the other."""

from __future__ import annotations

from typing import Literal

from reader.records import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """The words of a missing picture's placeholder.

    Attributes:
        retry, open, why: the words of its links; ``""`` for none.
        form: a "box" with the reason; a "row", for a picture that will come with the network; "load", for one that
            waits for a click; "quiet", for one that shall not come.
        lang: BCP 47 of the words themselves.
    """

    title: str
    reason: str = ""
    host: str = ""
    retry: str = "Retry"
    open: str = "Open in browser"
    why: str = ""
    form: Literal["box", "row", "load", "quiet"] = "box"
    lang: str = "en"
