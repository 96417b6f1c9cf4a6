"""What is due when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.model import Source
from reader.schedule import LONGEST, LONGEST_PAUSE, health_of, is_due, next_refresh, pause_of, retry_at

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW = Source(key=1, id="a", kind="feed", address="https://a.example/", title="A")


def test_a_new_source_is_due_at_once() -> None:
    assert next_refresh(NEW, HOUR) is None
    assert is_due(NEW, NOW, HOUR)


@pytest.mark.parametrize(("ago", "due"), [(59, False), (60, True), (61, True)])
def test_a_checked_source_is_due_after_the_interval(ago: int, due: bool) -> None:
    assert is_due(replace(NEW, checked=NOW - timedelta(minutes=ago)), NOW, HOUR) is due


def test_failures_double_the_wait_up_to_three_days_each_source_a_little_differently() -> None:
    for failures in range(1, 9):
        most = min(HOUR * 2**failures, LONGEST)
        waits = set()
        for name in "abcdefgh":
            due = next_refresh(replace(NEW, id=name, checked=NOW, failures=failures), HOUR)
            assert due is not None
            waits.add(due - NOW)
        assert most * 3 / 4 <= min(waits) <= max(waits) <= most
        assert len(waits) == 8
    weekly = timedelta(days=7)
    assert next_refresh(replace(NEW, checked=NOW, failures=3), weekly) == NOW + weekly


def test_the_users_interval_then_the_servers_wish_then_the_common_one() -> None:
    def wait(**facts: int) -> timedelta:
        due = next_refresh(replace(NEW, checked=NOW, **facts), HOUR)
        assert due is not None
        return due - NOW

    assert wait(pause_s=60) == HOUR
    assert wait(pause_s=4 * 3600) == 4 * HOUR
    assert wait(pause_s=10**8) == LONGEST_PAUSE
    assert wait(pause_s=4 * 3600, interval_minutes=30) == HOUR / 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "public, Max-Age=900"}, 900),
        ({"cache-control": "no-cache, max-age=900"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"expires": "Sat, 14 Mar 2026 10:26:53 GMT"}, 3600),
        ({"expires": "0"}, 0),
        ({"cache-control": "max-age=60", "expires": "Sat, 14 Mar 2026 10:26:53 GMT"}, 60),
    ],
)
def test_what_a_server_asks_for(headers: dict[str, str], seconds: int) -> None:
    assert pause_of(headers, NOW) == seconds


def test_retry_after_has_a_floor_and_a_ceiling() -> None:
    assert retry_at(None, NOW) is None
    assert retry_at(0, NOW) == NOW + timedelta(minutes=1)
    assert retry_at(1e12, NOW) == NOW + timedelta(days=7)


def test_health_by_times() -> None:
    fine = health_of(replace(NEW, checked=NOW, newest=NOW - timedelta(days=89)), NOW, HOUR)
    assert (fine.silent, fine.failing, fine.next_try) == (False, False, NOW + HOUR)
    assert health_of(NEW, NOW, HOUR, newest=NOW - timedelta(days=90)).silent
    assert health_of(replace(NEW, error="no", failing_since=NOW - timedelta(days=7)), NOW, HOUR).failing
    assert not health_of(replace(NEW, error="no", failing_since=NOW - timedelta(days=6)), NOW, HOUR).failing


@given(st.integers(0, 10**9), st.integers(5, 10080))
def test_no_number_of_failures_breaks_it(failures: int, minutes: int) -> None:
    interval = timedelta(minutes=minutes)
    due = next_refresh(replace(NEW, checked=NOW, failures=failures), interval)
    assert due is not None
    assert interval <= due - NOW <= max(LONGEST, interval)


def test_retry_after_is_never_undercut() -> None:
    later = replace(NEW, checked=NOW - 2 * HOUR, retry_at=NOW + timedelta(minutes=1))
    assert next_refresh(later, HOUR) == NOW + timedelta(minutes=1)
    for source in (later, replace(later, checked=None)):
        assert not is_due(source, NOW, HOUR)
        assert not is_due(source, NOW, HOUR, force=True)
        assert is_due(source, NOW + timedelta(minutes=1), HOUR)
    over = replace(NEW, checked=NOW, retry_at=NOW - HOUR)
    assert is_due(over, NOW, HOUR, force=True)
    assert not is_due(over, NOW, HOUR)


def test_a_folder_with_a_bad_file_is_looked_at_as_often_as_any() -> None:
    assert next_refresh(replace(NEW, kind="folder", checked=NOW, failures=5), HOUR) == NOW + HOUR


def test_kept_articles_have_nothing_to_refresh() -> None:
    assert not is_due(replace(NEW, kind="kept"), NOW, HOUR, force=True)
