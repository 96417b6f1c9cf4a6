"""What is due when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.model import Source
from reader.schedule import LONGEST, is_due, next_refresh

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW = Source(key=1, id="a", kind="feed", address="https://a.example/", title="A")


def test_a_new_source_is_due_at_once() -> None:
    assert next_refresh(NEW, HOUR) is None
    assert is_due(NEW, NOW, HOUR)


@pytest.mark.parametrize(("ago", "due"), [(59, False), (60, True), (61, True)])
def test_a_checked_source_is_due_after_the_interval(ago: int, due: bool) -> None:
    assert is_due(replace(NEW, checked=NOW - timedelta(minutes=ago)), NOW, HOUR) is due


def test_failures_double_the_wait_up_to_three_days() -> None:
    waits = [next_refresh(replace(NEW, checked=NOW, failures=n), HOUR) for n in range(9)]
    assert [wait - NOW for wait in waits if wait] == [HOUR * 2**n for n in range(7)] + [LONGEST] * 2
    weekly = timedelta(days=7)
    assert next_refresh(replace(NEW, checked=NOW, failures=3), weekly) == NOW + weekly


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
