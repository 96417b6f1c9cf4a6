"""How a source does, in words: its state, its last success, its next try, how often it brings something."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from PySide6.QtCore import QCoreApplication, QLocale

from reader.model import Source, SourceHealth
from reader.ui import words


class State(IntEnum):
    """The states of a source, the worst first: what a list sorted by it begins with."""

    RETIRED = 0
    FAILING_LONG = 1
    FAILING = 2
    WAITING = 3
    SILENT = 4
    NEW = 5
    FINE = 6


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class


def state_of(health: SourceHealth, now: datetime) -> State:
    """The one state that a person should know of."""
    source = health.source
    if source.retired:
        return State.RETIRED
    if source.error:
        return State.FAILING_LONG if health.failing else State.FAILING
    if source.retry_at is not None and source.retry_at > now:
        return State.WAITING
    if source.checked is None:
        return State.NEW
    return State.SILENT if health.silent else State.FINE


def state(health: SourceHealth, now: datetime) -> str:
    """ "Failing for 9 days" """
    found, source = state_of(health, now), health.source
    if found is State.FAILING_LONG and source.failing_since is not None:
        return _tr("Failing for {span}").format(span=span(now - source.failing_since))
    if found is State.SILENT and source.newest is not None:
        return _tr("Silent for {span}").format(span=span(now - source.newest))
    if found is State.WAITING and source.retry_at is not None:
        return _tr("Waits until {time}").format(time=words.time_or_day(source.retry_at, now))
    return {
        State.RETIRED: _tr("Gone for good"),
        State.FAILING: _tr("Failing"),
        State.SILENT: _tr("Silent"),
        State.NEW: _tr("Not refreshed yet"),
    }.get(found, _tr("Fine"))


def rhythm(health: SourceHealth) -> str:
    """How often it brings an article; empty while that cannot be known."""
    if not health.mean_interval_s:
        return ""
    return _tr("One every {span}").format(span=span(timedelta(seconds=health.mean_interval_s)))


def last_success(source: Source, now: datetime | None = None) -> str:
    """In full, or as short as ``now`` allows."""
    if source.succeeded is None:
        return _tr("Never")
    return words.time_or_day(source.succeeded, now) if now else words.long_date(source.succeeded)


def last_error(source: Source) -> str:
    """With how often it happened in a row; empty when the last refresh went well."""
    if not source.error:
        return ""
    said = words.stored(source.error)
    if source.failures < 2:
        return said
    times = _tr("{count} times in a row.").format(count=QLocale().toString(source.failures))
    return words.both(said, times)


def next_try(health: SourceHealth, now: datetime, minutes: int) -> str:
    """When it is asked again by itself.

    Args:
        minutes: the common pause; 0: nothing is refreshed by itself.
    """
    if health.source.retired or not minutes:
        return _tr("Only when you ask")
    if health.next_try is None or health.next_try <= now:
        return _tr("With the next refresh")
    return words.time_or_day(health.next_try, now)


def span(length: timedelta) -> str:
    """ "9 days", "3 hours", "20 minutes" """
    number = QLocale().toString
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 60:
        return _tr("1 minute") if minutes == 1 else _tr("{count} minutes").format(count=number(minutes))
    hours = round(minutes / 60)
    if hours < 48:
        return _tr("1 hour") if hours == 1 else _tr("{count} hours").format(count=number(hours))
    return _tr("{count} days").format(count=number(round(hours / 24)))
