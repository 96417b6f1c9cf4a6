"""The process of the page dies, as it may with a broken graphics driver or too little memory: it comes back."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Desk

WORDS = "The tide came in over the flats before noon."

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by a signal here")


def _kill(desk: Desk) -> None:
    """Kill the page's process and wait until the next one has loaded the article."""
    process = desk.page.renderProcessPid()
    assert process > 0
    desk.shown.clear()
    os.kill(process, signal.SIGKILL)
    desk.until(lambda: desk.page.renderProcessPid() not in (0, process))


def test_the_article_comes_back(desk: Desk, tmp_path: Path) -> None:
    document = desk.open_text(tmp_path / "files", "tide.html", f"<p>{WORDS}</p>")
    before = desk.body()
    for _ in range(3):
        _kill(desk)
        desk.until(lambda: desk.shown)
        assert desk.body() == before
    assert desk.viewer.document is document


def test_an_article_that_kills_it_again_and_again_is_left_alone_and_others_open(desk: Desk, tmp_path: Path) -> None:
    desk.open_text(tmp_path / "files", "tide.html", f"<p>{WORDS}</p>")
    for _ in range(3):
        _kill(desk)
        desk.until(lambda: desk.shown)
    process = desk.page.renderProcessPid()
    desk.shown.clear()
    os.kill(process, signal.SIGKILL)
    desk.rest(1_500)
    assert desk.shown == []

    desk.open_text(tmp_path / "files", "other.html", "<p>Another page of the same book.</p>")
    assert "Another page of the same book." in desk.text()
    _kill(desk)
    desk.until(lambda: desk.shown)
    assert "Another page of the same book." in desk.text()
