"""What is due when, and what the times of a source say of its health. Pure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from reader.model import Source, SourceHealth

#: A source that keeps failing is asked ever more seldom, at most once in three days.
LONGEST = timedelta(days=3)
#: A server that asks for a longer pause is asked once a day: many send the ``ttl`` of a template, or a year.
LONGEST_PAUSE = timedelta(days=1)
#: Bounds of a Retry-After: 0 is a mistake, a year as well.
RETRY_FLOOR_S, RETRY_CEILING_S = 60.0, 7 * 86_400.0

#: Times of the past that lie further ahead than this were written while a clock went wrong.
SKEW = timedelta(minutes=15)

SILENT, FAILING = timedelta(days=90), timedelta(days=7)

#: A permanent redirect is believed after so many equal answers over so long a time.
MOVED_TIMES, MOVED_OVER = 3, timedelta(days=2)


def next_refresh(source: Source, interval: timedelta) -> datetime | None:
    """When ``source`` is due again, UTC; None means at once.

    The user's interval for this source counts before the server's wish, and that before the common one when it is
    longer. A failing feed waits twice as long after each failure, each source a little differently, so that those of
    one dead host do not come back together. ``retry_at`` (the server's Retry-After) is never undercut. A folder spares
    no server by waiting: one file of it that cannot be read must not hide the new ones for days.
    """
    if source.checked is None:
        return source.retry_at
    if source.interval_minutes:
        interval = timedelta(minutes=source.interval_minutes)
    else:
        interval = max(interval, min(timedelta(seconds=source.pause_s), LONGEST_PAUSE))
    wait = interval
    if source.kind == "feed" and source.failures:
        doubled: timedelta = interval * 2 ** min(source.failures, 10)
        wait = max(interval, min(doubled, LONGEST) * (1 - _jitter(source)))
    due = source.checked + wait
    return max(due, source.retry_at) if source.retry_at else due


def _jitter(source: Source) -> float:
    """Up to a quarter, the same for the same source and failure."""
    return zlib.crc32(f"{source.id} {source.failures}".encode()) / 2**32 / 4


def is_due(source: Source, now: datetime, interval: timedelta, *, force: bool = False) -> bool:
    """Whether to refresh ``source`` now.

    Args:
        force: the user asked for it: only a Retry-After still holds it back.
    """
    if source.kind not in ("feed", "folder", "files"):
        return False
    if force or source.retired:
        return force and not is_held_back(source, now)
    if source.checked is not None and source.checked - now > SKEW:
        return not is_held_back(source, now)
    due = next_refresh(source, interval)
    return due is None or due <= now


def is_held_back(source: Source, now: datetime) -> bool:
    """Whether its server's Retry-After still holds it back; one that is longer than any was of a clock gone wrong."""
    ceiling = timedelta(seconds=RETRY_CEILING_S) + SKEW
    return source.retry_at is not None and timedelta() < source.retry_at - now <= ceiling


def pause_of(headers: Mapping[str, str], now: datetime) -> int:
    """Seconds for which a server says that its answer holds (RFC 9111, 5.2.2.1 and 5.3); 0 when it does not say.

    Args:
        headers: of the answer, names in lower case.
    """
    control = headers.get("cache-control", "").lower()
    if re.search(r"\b(?:no-store|no-cache)\b", control):
        return 0
    found = re.search(r'\bmax-age\s*=\s*"?(\d{1,9})', control)
    if found:
        return int(found[1])
    from email.utils import parsedate_to_datetime

    try:
        until = parsedate_to_datetime(headers.get("expires", ""))
    except ValueError:
        return 0
    return max(0, int((until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()))


def retry_at(retry_after_s: float | None, now: datetime) -> datetime | None:
    """Until when a server that sent Retry-After is left alone; None without the header."""
    if retry_after_s is None:
        return None
    return now + timedelta(seconds=min(max(retry_after_s, RETRY_FLOOR_S), RETRY_CEILING_S))


def has_moved(source: Source, permanent_url: str, now: datetime) -> bool:
    """Whether this refresh is the one after which a permanent redirect is believed."""
    return (
        bool(permanent_url)
        and source.moved_to == permanent_url
        and source.moved_times + 1 >= MOVED_TIMES
        and source.moved_since is not None
        and now - source.moved_since >= MOVED_OVER
    )


def health_of(
    source: Source, now: datetime, interval: timedelta, *, newest: datetime | None = None, mean_interval_s: int = 0
) -> SourceHealth:
    """How a source does.

    Args:
        newest: date of its newest article, which counts while no refresh noted when it brought one.
    """
    brought = source.newest or newest
    due = None if source.retired else next_refresh(source, interval)
    return SourceHealth(
        source,
        last_success=source.succeeded,
        error=source.error,
        next_try=due,
        mean_interval_s=mean_interval_s,
        silent=brought is not None and now - brought >= SILENT,
        failing=bool(source.error) and source.failing_since is not None and now - source.failing_since >= FAILING,
    )
