"""The health of sources: which state each is in, in which words, and what the table lets one do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.model import Source, SourceHealth
from reader.schedule import health_of
from reader.ui import healthwords
from reader.ui.health import NAME, HealthModel, HealthView, line_of
from reader.ui.healthwords import State, state_of
from reader.ui.sourcepanel import SourcePanel
from tests.site import Site
from tests.ui.desk import Desk, desk, rss

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FINE = Source(
    1, "s1", "feed", "https://a.example/", "A", checked=NOW, succeeded=NOW, newest=NOW - 3 * DAY, home_url="http://a/"
)
FAILING = replace(FINE, key=2, title="B", error="https://b/ answered 404.", failures=6, failing_since=NOW - DAY)


def health(source: Source, mean_interval_s: int = 0) -> SourceHealth:
    return health_of(source, NOW, timedelta(hours=1), mean_interval_s=mean_interval_s)


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        yield made


@pytest.mark.parametrize(
    ("source", "state", "said"),
    [
        (FINE, State.FINE, "Fine"),
        (FAILING, State.FAILING, "Failing"),
        (replace(FAILING, failing_since=NOW - 7 * DAY), State.FAILING_LONG, "Failing for 7 days"),
        (replace(FINE, newest=NOW - 90 * DAY), State.SILENT, "Silent for 90 days"),
        (replace(FINE, retry_at=NOW + DAY), State.WAITING, "Waits until "),
        (replace(FAILING, retired=True), State.RETIRED, "Gone for good"),
        (replace(FINE, checked=None, succeeded=None, newest=None), State.NEW, "Not refreshed yet"),
        (replace(FINE, newest=None), State.FINE, "Fine"),
    ],
)
def test_each_state_has_its_words(qapp: QApplication, source: Source, state: State, said: str) -> None:
    assert state_of(health(source), NOW) is state
    assert healthwords.state(health(source), NOW).startswith(said)


def test_how_often_articles_come(qapp: QApplication) -> None:
    assert healthwords.rhythm(health(FINE)) == ""
    assert healthwords.rhythm(health(FINE, 3 * 86_400)) == "One every 3 days"


def test_the_next_try_follows_the_pause_of_the_source(qapp: QApplication) -> None:
    old = replace(FINE, checked=NOW - DAY)
    assert healthwords.next_try(health(old), NOW, 60) == "With the next refresh"
    assert healthwords.next_try(health(FINE), NOW, 0) == "Only when you ask"
    assert healthwords.next_try(health(replace(FINE, retired=True)), NOW, 60) == "Only when you ask"
    assert healthwords.next_try(health(replace(FINE, interval_minutes=2880)), NOW, 60) == "2 July"


@pytest.mark.parametrize(
    ("length", "said"),
    [(timedelta(0), "1 minute"), (timedelta(minutes=59), "59 minutes"), (timedelta(hours=30), "30 hours"),
     (timedelta(days=9), "9 days")],
)  # fmt: skip
def test_spans(qapp: QApplication, length: timedelta, said: str) -> None:
    assert healthwords.span(length) == said


def test_the_table_sorts_and_keeps_qts_rules(qapp: QApplication) -> None:
    model = HealthModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    sources = [FINE, FAILING, replace(FINE, key=3, title="Z", retired=True)]
    model.put([line_of(health(each), NOW, 60) for each in sources])
    assert [model.line(row).source.title for row in range(3)] == ["Z", "B", "A"]
    model.sort(NAME, Qt.SortOrder.DescendingOrder)
    assert [model.line(row).source.title for row in range(3)] == ["Z", "B", "A"]
    model.sort(NAME, Qt.SortOrder.AscendingOrder)
    assert [model.line(row).source.title for row in range(3)] == ["A", "B", "Z"]
    for column in range(6):
        model.sort(column, Qt.SortOrder.AscendingOrder)
    model.put([])


def test_acts_of_the_table(here: Desk, site: Site) -> None:
    window = here.window
    for n in range(2):
        here.library.add_feed(site.add(f"/{n}", rss(f"Feed{n}", 1), content_type="application/rss+xml"))
    site.add("/1", "no", status=500)
    window.refreshing.refresh()
    here.until(lambda: not window.refreshing.running and window.status._failing.isVisible())
    window.commands["health"].trigger()
    view = window.findChild(HealthView)
    assert isinstance(view, HealthView)
    here.until(lambda: view.summary.text() == "1 failing · 1 fine")
    assert [source.title for source in view.chosen()] == ["Feed1"]
    view.buttons["address"].click()
    panel = window.findChild(SourcePanel)
    assert isinstance(panel, SourcePanel)
    panel.address.setText(site.add("/new", rss("Feed1", 2), content_type="application/rss+xml"))
    panel.go.click()
    here.until(lambda: window.findChild(SourcePanel) is None)
    view.buttons["refresh"].click()
    here.until(lambda: view.summary.text() == "2 fine")
    assert [source.title for source in view.chosen()] == ["Feed1"]  # the selection stays over a refresh
    QTest.keyClick(view.table, Qt.Key.Key_Delete)
    here.until(lambda: view.summary.text() == "1 fine")
    assert view.chosen() == []
    assert not view.buttons["refresh"].isEnabled()
    window.marking.undo()
    here.until(lambda: view.summary.text() == "2 fine")
    view.close()
