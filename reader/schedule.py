"""What is due when. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from reader.model import Source

#: A source that keeps failing is asked ever more seldom, at most once in three days.
LONGEST = timedelta(days=3)


def next_refresh(source: Source, interval: timedelta) -> datetime | None:
    """When ``source`` is due again, UTC; None means at once.

    A failing feed waits twice as long after each failure; ``retry_at`` (the server's Retry-After) is never undercut. A
    folder spares no server by waiting: one file of it that cannot be read must not hide the new ones for days.
    """
    if source.checked is None:
        return source.retry_at
    doubled: timedelta = interval * 2 ** (min(source.failures, 10) if source.kind == "feed" else 0)
    wait = min(doubled, max(LONGEST, interval))
    due = source.checked + wait
    return max(due, source.retry_at) if source.retry_at else due


def is_due(source: Source, now: datetime, interval: timedelta, *, force: bool = False) -> bool:
    """Whether to refresh ``source`` now.

    Args:
        force: the user asked for it: only a Retry-After still holds it back.
    """
    if source.kind not in ("feed", "folder", "files"):
        return False
    if force:
        return source.retry_at is None or source.retry_at <= now
    due = next_refresh(source, interval)
    return due is None or due <= now
