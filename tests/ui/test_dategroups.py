"""Groups of days: which day is in which group, and where groups begin in a long list."""

from __future__ import annotations

from datetime import date as Day
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from reader.ui.dategroups import Group, group_of, starts
from reader.ui.dates import Dates

WEDNESDAY = Day(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "kind", "begin", "end"),
    [
        (Day(2026, 11, 26), "later", Day(2026, 11, 26), Day.max),
        (Day(2026, 11, 25), "today", Day(2026, 11, 25), Day(2026, 11, 26)),
        (Day(2026, 11, 24), "yesterday", Day(2026, 11, 24), Day(2026, 11, 25)),
        (Day(2026, 11, 23), "weekday", Day(2026, 11, 23), Day(2026, 11, 24)),
        (Day(2026, 11, 22), "last-week", Day(2026, 11, 16), Day(2026, 11, 23)),
        (Day(2026, 11, 15), "month", Day(2026, 11, 1), Day(2026, 11, 16)),
        (Day(2026, 10, 31), "month", Day(2026, 10, 1), Day(2026, 11, 1)),
        (Day(2025, 11, 1), "month", Day(2025, 11, 1), Day(2025, 12, 1)),
        (Day(2025, 10, 31), "year", Day(2025, 1, 1), Day(2025, 11, 1)),
        (Day(1999, 12, 31), "year", Day(1999, 1, 1), Day(2000, 1, 1)),
    ],
)
def test_a_day_belongs_to_its_group(day: Day, kind: str, begin: Day, end: Day) -> None:
    assert group_of(day, WEDNESDAY) == Group(kind, begin, end)  # type: ignore[arg-type]


def test_a_week_begins_where_the_country_says() -> None:
    sunday = Day(2026, 11, 22)
    assert group_of(sunday, WEDNESDAY, first_weekday=6).kind == "weekday"
    assert group_of(sunday, WEDNESDAY, first_weekday=0).kind == "last-week"


def test_on_the_first_day_of_a_week_yesterday_is_not_in_last_week() -> None:
    monday = Day(2026, 11, 23)
    assert group_of(Day(2026, 11, 22), monday).kind == "yesterday"
    assert group_of(Day(2026, 11, 21), monday) == Group("last-week", Day(2026, 11, 16), Day(2026, 11, 22))


@given(
    today=st.dates(Day(1990, 1, 1), Day(2090, 12, 31)),
    back=st.integers(-400, 5000),
    first=st.integers(0, 6),
)
@settings(max_examples=300, deadline=None)
def test_groups_are_whole_and_do_not_overlap(today: Day, back: int, first: int) -> None:
    day = today - timedelta(days=back)
    group = group_of(day, today, first)
    assert group.begin <= day < group.end
    assert group_of(group.begin, today, first) == group
    if group.end < Day.max:
        assert group_of(group.end - timedelta(days=1), today, first) == group
        assert group_of(group.end, today, first) != group


@given(
    ages=st.lists(st.integers(-3, 3000), max_size=120),
    gone=st.sets(st.integers(0, 119)),
    ascending=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_starts_are_those_that_a_walk_over_all_rows_finds(ages: list[int], gone: set[int], ascending: bool) -> None:
    days = sorted((WEDNESDAY - timedelta(days=age) for age in ages), reverse=not ascending)
    rows = [None if n in gone else day for n, day in enumerate(days)]
    walked: list[tuple[int, Group]] = []
    for place, day in enumerate(rows):
        if day is not None and (not walked or walked[-1][1] != group_of(day, WEDNESDAY)):
            walked.append((place, group_of(day, WEDNESDAY)))
    found = starts(len(rows), lambda n: rows[n], lambda day: group_of(day, WEDNESDAY))
    assert [group for _, group in found] == [group for _, group in walked]
    for (here, _), (there, _) in zip(found, walked, strict=True):
        assert here <= there
        assert all(rows[n] is None for n in range(here, there))


def test_a_million_rows_are_looked_at_some_hundred_times() -> None:
    looks = 0

    def day_of(n: int) -> Day:
        nonlocal looks
        looks += 1
        return WEDNESDAY - timedelta(days=n // 100)  # 27 years

    found = starts(1_000_000, day_of, lambda day: group_of(day, WEDNESDAY))
    assert len(found) > 35
    assert looks < 3000


def test_dates_that_nobody_believes_end_somewhere() -> None:
    found = starts(9000, lambda n: Day(9999 - n, 1, 1), lambda day: group_of(day, WEDNESDAY), most=40)
    assert len(found) == 40


@pytest.mark.parametrize(
    ("locale", "day", "words"),
    [
        ("en_GB", Day(2026, 11, 25), "Today"),
        ("en_GB", Day(2026, 11, 24), "Yesterday"),
        ("en_GB", Day(2026, 11, 23), "Monday"),
        ("en_GB", Day(2026, 11, 18), "Last week"),
        ("en_GB", Day(2026, 10, 3), "October"),
        ("en_GB", Day(2025, 12, 3), "December 2025"),
        ("en_GB", Day(2019, 5, 5), "2019"),
        ("fr_FR", Day(2026, 11, 23), "Lundi"),
        ("fr_FR", Day(2025, 12, 3), "Décembre 2025"),
        ("zh_CN", Day(2026, 11, 23), "星期一"),
        ("zh_CN", Day(2026, 10, 3), "十月"),
        ("zh_CN", Day(2025, 12, 3), "2025年12月"),
        ("zh_CN", Day(2019, 5, 5), "2019年"),
        ("ja_JP", Day(2019, 5, 5), "2019年"),
    ],
)
def test_a_group_has_its_name_in_the_readers_language(locale: str, day: Day, words: str) -> None:
    dates = Dates(lambda: datetime(2026, 11, 25, 12).astimezone(), QLocale(locale))
    assert dates.group(group_of(day, WEDNESDAY)) == words
