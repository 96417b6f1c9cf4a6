"""How a source does, in words: its state, its last success, its next try, how often it brings something."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from PySide6.QtCore import QCoreApplication, QLocale

from reader import schedule
from reader.model import Source
from reader.ui import words

SILENT, FAILING_LONG = timedelta(days=90), timedelta(days=7)


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


def state_of(source: Source, now: datetime) -> State:
    """The one state that a person should know of."""
    if source.retired:
        return State.RETIRED
    if source.error:
        since = source.failing_since or now
        return State.FAILING_LONG if now - since >= FAILING_LONG else State.FAILING
    if source.retry_at is not None and source.retry_at > now:
        return State.WAITING
    if source.checked is None:
        return State.NEW
    if source.newest is not None and now - source.newest >= SILENT:
        return State.SILENT
    return State.FINE


def state(source: Source, now: datetime) -> str:
    """ "Failing for 9 days" """
    found = state_of(source, now)
    if found is State.FAILING_LONG and source.failing_since is not None:
        return _tr("Failing for {span}").format(span=span(now - source.failing_since))
    if found is State.SILENT and source.newest is not None:
        return _tr("Silent for {span}").format(span=span(now - source.newest))
    if found is State.WAITING and source.retry_at is not None:
        return _tr("Waits until {time}").format(time=words.time_or_day(source.retry_at, now))
    return {
        State.RETIRED: _tr("Gone for good"),
        State.FAILING: _tr("Failing"),
        State.NEW: _tr("Not refreshed yet"),
    }.get(found, _tr("Fine"))


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


def next_try(source: Source, now: datetime, minutes: int) -> str:
    """When it is asked again by itself.

    Args:
        minutes: the common pause; 0: nothing is refreshed by itself.
    """
    if source.retired:
        return _tr("Only when you ask")
    pause = source.interval_minutes or minutes
    if not pause:
        return _tr("Only when you ask")
    due = schedule.next_refresh(source, timedelta(minutes=pause))
    if due is None or due <= now:
        return _tr("With the next refresh")
    return words.time_or_day(due, now)


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
