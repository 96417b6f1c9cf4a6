"""What a person types for an address: whether it is one, and what it is made whole. Pure; nobody is asked."""

from __future__ import annotations

from reader.errors import Usage
from reader.patterns import later

_HOST_AND_PORT = later(r"(?:\w[\w.\-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}(?:[/?#]|\Z)")


def is_address(text: str) -> bool:
    """Whether what was typed is an address rather than a path."""
    head, colon, _ = text.partition(":")
    return bool(colon) and head.lower() in ("http", "https", "feed", "rsshub")


def names_port(text: str) -> bool:
    """Whether what was typed begins with a host and a port, as addresses at home do: ``nas:8080/feed``."""
    return _HOST_AND_PORT.match(text) is not None


def web_address(text: str) -> str:
    """What a person types for an address, made whole: ``feed:``, ``@name@server`` and a missing scheme are understood.

    Raises:
        Usage: it cannot be an address.
    """
    text = text.strip()
    lower = text.lower()
    if lower.startswith("feed:"):
        text = text[5:].lstrip("/") if not lower[5:].startswith(("http:", "https:")) else text[5:]
        lower = text.lower()
    if lower.startswith(("http://", "https://", "rsshub://")):
        return text
    if "://" in text or " " in text or not ("." in text or names_port(text)):
        raise Usage(detail=f"“{text}” is not a web address")
    name, at, server = text.removeprefix("@").partition("@")
    if at and text.startswith("@") and "/" not in text:
        return f"https://{server}/@{name}"  # how people of Mastodon and its kin are called
    return "https://" + text
