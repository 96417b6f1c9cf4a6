"""What the status bar says at rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from reader.model import Source
from reader.ui.resting import sentence

NOW = datetime(2026, 11, 24, 15, 30).astimezone()
FEED = Source(1, "a", "feed", "http://a.test/", "A", checked=NOW - timedelta(minutes=26))


def test_it_says_when_was_refreshed_and_when_it_will_be_again() -> None:
    assert sentence([], NOW, 60) == ""
    assert sentence([replace(FEED, checked=None)], NOW, 60) == "Not refreshed yet"
    said = sentence([FEED, replace(FEED, checked=NOW - timedelta(days=3), kind="folder")], NOW, 60)
    assert said.startswith("Refreshed 15:04")
    assert "next at 16:04" in said
    assert "next" not in sentence([FEED], NOW, 0)
    assert "next" not in sentence([FEED], NOW, 20)  # overdue: it comes at once
    assert "next at 17:04" in sentence([replace(FEED, interval_minutes=120)], NOW, 60)
    assert "next" not in sentence([replace(FEED, retired=True)], NOW, 60)


def test_it_says_what_came() -> None:
    assert "1 new article" in sentence([FEED], NOW, 60, news=1)
    said = sentence([FEED], NOW, 60, news=1200, just=True)
    assert "1200 new articles" in said
    assert said.startswith("Refreshed 15:30")
    assert "next at 16:30" in said
