"""The words of a placeholder: the viewer shows them, ``words`` makes them; apart, so that neither loads the other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """The words of a missing picture's placeholder.

    Attributes:
        waiting: the low form, for a picture that will come with the network.
        language: BCP 47 of the words themselves.
    """

    title: str
    reason: str = ""
    host: str = ""
    retry: str = "Retry"
    open: str = "Open in browser"
    waiting: bool = False
    language: str = "en"
