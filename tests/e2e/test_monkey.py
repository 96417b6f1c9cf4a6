"""Thousands of random acts: no warning, no exception, no leak."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from reader.settings import Settings
from tests.e2e.test_window_walk import Browser, browser
from tests.states.monkey import Monkey
from tests.states.scenes import make_full
from tests.states.stage import staged
from tests.states.world import world

__all__ = ["browser"]

#: Caches, pages and fonts are filled by then.
_WARM = 2000
_LEAK_MB = 20


def _memory_mb() -> float:
    """Anonymous memory of this process; the page's own process is measured by test_page_renewed."""
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    try:
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    except OSError:
        pytest.skip("this system does not tell a process's memory")
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1024


@pytest.mark.parametrize(("acts", "seed"), [(400, 1), pytest.param(10_000, 2, marks=pytest.mark.slow)])
def test_random_acts_break_nothing(
    webengine: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser, acts: int, seed: int
) -> None:
    # The system's own windows ask nothing here: each is left by Cancel.
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_args, **_more: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_more: "")
    unexpected: list[BaseException] = []
    with world() as there:
        make_full(there, tmp_path / "library")
        with staged(webengine, there, tmp_path / "library", Settings(theme="light", view="all")) as stage:
            stage.program.lanes.unexpected.connect(unexpected.append)
            monkey = Monkey(stage, seed)
            warm = 0.0
            for n in range(acts):
                monkey.act()
                assert not unexpected, (monkey.log, unexpected)
                if n == _WARM:
                    warm = _memory_mb()
            stage.rest(1000)
            assert stage.library.store.check() == []
            assert len(stage.shown) > acts // 100, "the acts hardly reached the window"
            print(f"{acts:,} acts, {len(stage.shown)} articles shown, {len(browser.opened)} pages for the browser")
            if warm:
                grown = _memory_mb() - warm
                print(f"{grown:+.1f} MB after the first {_WARM:,} acts")
                assert grown < _LEAK_MB
