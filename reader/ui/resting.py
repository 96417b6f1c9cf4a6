"""What the status bar says while nothing runs: when was refreshed, and when it will be again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from reader.model import Source
from reader.ui import words
from reader.ui.words import tr


def sentence(sources: Collection[Source], now: datetime, minutes: int, *, news: int = 0, just: bool = False) -> str:
    """ "Refreshed 15:04 · next at 16:04", from what the library knows, so that it is right after a start, too.

    Args:
        minutes: between two refreshes of a feed; 0: never by itself.
        news: new articles that the last refresh brought.
        just: a refresh ended now, and the sources do not say so yet.
    """
    last = max((each.checked for each in sources if each.checked is not None), default=None)
    coming = following(sources, minutes)
    if just:
        last, coming = now, now + timedelta(minutes=minutes) if minutes else None
    if last is None:
        return tr("Not refreshed yet") if sources else ""
    said = tr("Refreshed {time}").format(time=words.time_or_day(last, now))
    if news:
        count = tr("1 new article") if news == 1 else tr("{count} new articles").format(count=words.number(news))
        said = tr("{first} · {second}").format(first=said, second=count)
    if coming is None or coming <= now:
        return said
    again = tr("next at {time}").format(time=words.time_or_day(coming, now))
    return tr("{first} · {second}").format(first=said, second=again)


def following(sources: Collection[Source], minutes: int) -> datetime | None:
    """When the next feed is due by itself; None when none ever is."""
    if not minutes:
        return None
    due = [
        max(each.checked + timedelta(minutes=each.interval_minutes or minutes), each.retry_at or each.checked)
        for each in sources
        if each.kind == "feed" and each.checked is not None and not each.retired
    ]
    return min(due, default=None)
