"""The words of a search, marked in the open article by the real page engine, which leave its document as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from tests.e2e.test_reading_window import Reader
from tests.e2e.test_window_walk import running

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

POST = (
    "---\ntitle: 灯塔 at night\ndate: 2026-05-09\n---\n\n海港的<b>燈</b>塔 and the Café.\n\n"
    + "A line.\n\n" * 80
    + "A cafe.\n"
)

HITS = "[...(CSS.highlights.get('ink-hit') ?? [])].map(range => range.toString())"


@pytest.fixture
def reader(webengine: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Reader]:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "night.md").write_text(POST, encoding="utf-8")
    with running(qtbot, webengine, tmp_path / "library") as made:
        made.__class__ = Reader
        assert isinstance(made, Reader)
        made.window.acts.open_path(tmp_path / "posts")
        made.until(lambda: made.window.model.rowCount() == 1 and not made.window.refreshing.running)
        made.rest(400)
        yield made


def test_hits_are_marked_walked_through_and_gone_with_the_search(reader: Reader) -> None:
    window = reader.window
    window.search_for("灯塔 cafe")
    reader.until(lambda: window.listing.searching and not window.listing._asking)
    window.go_to(window.model.key_at(0))
    reader.until_open("灯塔 at night")
    reader.until(lambda: reader.js(HITS) == ["灯塔", "燈塔", "Café", "cafe"])
    before = reader.js("document.documentElement.outerHTML")
    for place in (1, 2, 3, 4, 1):
        window.commands["next-hit"].trigger()
        reader.until(lambda place=place: window.status.text() == f"Match {place} of 4")  # type: ignore[misc]
        if place == 4:
            reader.until(lambda: reader.js("scrollY") > 500)
    window.commands["previous-hit"].trigger()
    reader.until(lambda: window.status.text() == "Match 4 of 4")
    assert reader.js("[...CSS.highlights.get('ink-hit-now')].map(range => range.toString())") == ["cafe"]
    assert reader.js("document.documentElement.outerHTML") == before
    window.listing.end_search()
    reader.until(lambda: reader.js(HITS) == [])
