"""Which panes are seen: three in a wide window, two under 900 px, one under 620 px. Pure."""

from __future__ import annotations

TWO_PX, ONE_PX = 900, 620

SIDEBAR, LIST, ARTICLE = 0, 1, 2

#: The article's least width, and what the list beside it needs at least, hairline included.
_ARTICLE_PX, _LIST_PX = 420, 281


def shown(width_px: int, at: int) -> tuple[bool, bool, bool]:
    """Sidebar, list, article: which are shown when the reader is in pane ``at``."""
    if width_px >= TWO_PX:
        return True, True, True
    if width_px >= ONE_PX:
        return at == SIDEBAR, True, at != SIDEBAR
    return at == SIDEBAR, at == LIST, at == ARTICLE


def article_width(width_px: int) -> int:
    """The least width of the article: 420 px, less where list and article stand side by side in a small window."""
    return max(300, min(_ARTICLE_PX, width_px - _LIST_PX))
