"""The groups of days that a list by date falls into: today, yesterday, days of this week, months, years. Pure.

A group is found by its bounds, never by looking at all rows: where one ends is searched for in the ordered dates, so a
million articles of thirty years cost some hundreds of looks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Day
from datetime import timedelta
from typing import Literal

from reader.records import dataclass

Kind = Literal["later", "today", "yesterday", "weekday", "last-week", "month", "year"]

_DAY = timedelta(days=1)
#: A list with more groups than this has dates that nobody believes.
MOST = 150


@dataclass(frozen=True, slots=True)
class Group:
    """Some days in a row: from ``begin`` up to, not with, ``end``."""

    kind: Kind
    begin: Day
    end: Day


def group_of(day: Day, today: Day, first_weekday: int = 0) -> Group:
    """The group of a day.

    Args:
        first_weekday: where a week begins, 0 for Monday.
    """
    if day > today:
        return Group("later", today + _DAY, Day.max)
    if day == today:
        return Group("today", today, today + _DAY)
    yesterday = today - _DAY
    if day == yesterday:
        return Group("yesterday", yesterday, today)
    week = today - timedelta(days=(today.weekday() - first_weekday) % 7)
    if day >= week:
        return Group("weekday", day, day + _DAY)
    last_week = week - timedelta(days=7)
    if day >= last_week:
        return Group("last-week", last_week, min(week, yesterday))
    months_from = Day(today.year - 1, today.month, 1)
    if day >= months_from:
        begin = day.replace(day=1)
        return Group("month", begin, min(_next_month(begin), last_week))
    begin = Day(day.year, 1, 1)
    return Group("year", begin, min(Day(day.year + 1, 1, 1), months_from))


def _next_month(first: Day) -> Day:
    return Day(first.year + first.month // 12, first.month % 12 + 1, 1)


def starts(
    count: int, day_of: Callable[[int], Day | None], group: Callable[[Day], Group], most: int = MOST
) -> list[tuple[int, Group]]:
    """Where each group begins in a list that is ordered by day, either way.

    Args:
        day_of: the day of the n-th row; None for one that is gone, which belongs to the group before it.
        most: no more groups than this.
    """
    found: list[tuple[int, Group]] = []
    place = 0
    while place < count and len(found) < most:
        day = day_of(place)
        if day is None:
            place += 1
            continue
        here = group(day)
        if not found or found[-1][1] != here:
            found.append((place, here))
        place = _end(place, count, day_of, here)
    return found


def _end(place: int, count: int, day_of: Callable[[int], Day | None], group: Group) -> int:
    """The first place behind ``place`` that is not in its group: leaps that double, then halves."""

    known, leap = place, 1

    def inside(n: int) -> bool:
        """Whether the last row up to ``n`` that is there still belongs to the group."""
        for at in range(n, known, -1):
            day = day_of(at)
            if day is not None:
                return group.begin <= day < group.end
        return True

    while known + leap < count and inside(known + leap):
        known += leap
        leap *= 2
    outside = min(known + leap, count)
    while outside - known > 1:
        middle = (known + outside) // 2
        if inside(middle):
            known = middle
        else:
            outside = middle
    return outside
