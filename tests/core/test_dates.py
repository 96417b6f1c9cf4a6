"""Dates as the world writes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content.dates import EARLIEST, parse_date

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 22 Aug 2022 05:29:00 GMT", "2022-08-22T05:29:00"),
        ("Mon, 22 Aug 2022 05:29:00 +0800", "2022-08-21T21:29:00"),
        ("Wednesday, 22-Aug-22 05:29:00 GMT", "2022-08-22T05:29:00"),
        ("Thu, 01 Jan 2004 19:48:21 PDT", "2004-01-02T02:48:21"),
        ("22 Aug 2022 05:29 EST", "2022-08-22T10:29:00"),
        ("Mon, 22 Aug 2022 05:29:60 GMT", "2022-08-22T05:29:59"),
        ("Thu Jul 23 2020 13:05:00 GMT+0800 (China Standard Time)", "2020-07-23T05:05:00"),
        ("2022-08-22T05:29:01Z", "2022-08-22T05:29:01"),
        ("2022-08-22T05:29:01.123456789+08:00", "2022-08-21T21:29:01.123456"),
        ("2022-08-22 05:29:01 +0800", "2022-08-21T21:29:01"),
        ("2022-08-22T24:00:00Z", "2022-08-23T00:00:00"),
        ("2022-08-22 13:29:00 Asia/Shanghai", "2022-08-22T05:29:00"),
        ("2022年8月22日 下午3:05 +0800", "2022-08-22T07:05:00"),
        ("1661146140", "2022-08-22T05:29:00"),
        ("1661146140000", "2022-08-22T05:29:00"),
    ],
)
def test_a_date_with_a_zone(text: str, expected: str) -> None:
    assert parse_date(text, now=NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-08-22", "2022-08-22"),
        ("2022/8/22", "2022-08-22"),
        ("2022.08.22", "2022-08-22"),
        ("22.08.2022", "2022-08-22"),
        ("2022年8月22日", "2022-08-22"),
        ("2022-8-2 9:05", "2022-08-02T09:05"),
        ("20220822", "2022-08-22"),
        ("202208221329", "2022-08-22T13:29"),
        ("August 5, 2014", "2014-08-05"),
        ("Aug 22nd, 2022 5:00 PM", "2022-08-22T17:00"),
        ("5 août 2014", "2014-08-05"),
        ("3 de mayo de 2019", "2019-05-03"),
        ("14 февраля 2021", "2021-02-14"),
        ("۲۰۲۲-۰۸-۲۲", "2022-08-22"),
    ],
)
def test_a_date_without_a_zone_is_in_the_zone_of_this_machine(text: str, expected: str) -> None:
    assert parse_date(text, now=NOW) == datetime.fromisoformat(expected).astimezone(UTC)


def test_a_naive_date_follows_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(time, "tzset"):
        pytest.skip("this system has no tzset")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert parse_date("2022-08-22 13:29:00", now=NOW) == datetime(2022, 8, 22, 5, 29, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "text",
    [
        "", "Invalid Date", "null", "x" * 5000, "2022-13-45", "0001-01-01T00:00:00Z", "0000-00-00 00:00:00",
        "1989-12-30", "2026-06-03", "2999-01-01", "12:30:45", "1.5", "Chapter 3", "99999999999999", "0",
    ],
)  # fmt: skip
def test_what_is_no_date_or_out_of_range_is_none(text: str) -> None:
    assert parse_date(text, now=NOW) is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[0-9a-zA-Z:/., +-]{4,40}", fullmatch=True))
def test_any_text_gives_none_or_a_date_in_range(text: str) -> None:
    found = parse_date(text, now=NOW)
    assert found is None or (found.tzinfo is UTC and EARLIEST <= found <= datetime(2026, 6, 2, tzinfo=UTC))


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(1991, 1, 1), datetime(2026, 5, 1)).map(lambda d: d.replace(tzinfo=UTC, microsecond=0)))
def test_iso_and_rfc_forms_of_any_time_are_read_back(when: datetime) -> None:
    assert parse_date(when.isoformat(), now=NOW) == when
    assert parse_date(when.strftime("%a, %d %b %Y %H:%M:%S GMT"), now=NOW) == when
    assert parse_date(str(int(when.timestamp() * 1000)), now=NOW) == when
