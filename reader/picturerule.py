"""Whether a page may load its pictures from the network by itself: always, on click, or never. Decided only here."""

from __future__ import annotations

from typing import Literal

Rule = Literal["always", "click", "never"]
RULES: tuple[Rule, ...] = ("always", "click", "never")


def rule(own: str, common: str) -> Rule:
    """What holds for the articles of a source.

    Args:
        own: as the user set it for the source; ``""`` when nothing was set.
        common: as it is set for all.
    """
    for said in (own, common):
        if said in RULES:
            return said
    return "always"


def may_load(holds: Rule, *, asked: bool) -> bool:
    """Whether a picture that is not held may be asked for.

    Args:
        asked: the user said so for this very picture or page: "load now", "retry". That is always heard.
    """
    return asked or holds == "always"
