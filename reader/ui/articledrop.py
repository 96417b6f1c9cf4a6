"""Articles that are dropped on a line of the sidebar: what becomes of them there."""

from __future__ import annotations

from typing import Literal, NamedTuple

from reader.errors import Usage
from reader.store.query import QUOTES, Clause, Filter, parse
from reader.ui.sourcenodes import Node


class Goal(NamedTuple):
    """What a line of the sidebar does with articles; ``tag`` is the one that it gives them."""

    act: Literal["keep", "unread", "tag"]
    tag: str = ""


def goal_of(node: Node | None) -> Goal | None:
    """What this line takes articles for; None when it takes none.

    Bookmarks keeps them, Unread marks them so, and a smart folder that searches a tag gives them that tag. An article
    stays in the source that it came from: sources and their folders take none.
    """
    if node is None:
        return None
    if node.view == "bookmarks":
        return Goal("keep")
    if node.view == "unread":
        return Goal("unread")
    tag = tag_of(node.smart.query) if node.smart is not None else ""
    return Goal("tag", tag) if tag else None


def tag_of(query: str) -> str:
    """The tag that a search asks for, as it is written there; "" for a search that asks for anything else."""
    try:
        clauses = parse(query)
    except Usage:
        return ""
    match clauses:
        case [Clause(any_of=(Filter(field="tag"),), excluded=False)]:
            return query.partition(":")[2].strip().strip('"' + QUOTES).strip()
    return ""


def query_of(tag: str) -> str:
    """The search for a tag."""
    return 'tag:"{}"'.format(tag.replace('"', " "))
