"""What stands before the page engine: its switches, and the refusal as root."""

from __future__ import annotations

import os

import pytest
from PySide6.QtWidgets import QApplication

from reader.errors import EngineRefused, Usage
from reader.sentences import describe
from reader.ui import engine, refusals


def test_root_without_the_users_own_switch_is_refused() -> None:
    refusals.check_sandbox({}, 1000)
    refusals.check_sandbox({"QTWEBENGINE_DISABLE_SANDBOX": "1"}, 0)
    for environ in ({}, {"QTWEBENGINE_DISABLE_SANDBOX": "0"}, {"QTWEBENGINE_DISABLE_SANDBOX": ""}):
        with pytest.raises(EngineRefused) as refused:
            refusals.check_sandbox(environ, 0)
        assert "QTWEBENGINE_DISABLE_SANDBOX=1" in str(describe(refused.value))


def test_the_users_own_flags_stay_and_ours_come_last_once(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu --host-resolver-rules='MAP * 127.0.0.1'")
    engine.prepare()
    engine.prepare(software=True)
    flags = os.environ["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert flags.count(engine.RESOLVER_RULE) == 1
    assert flags.startswith("--disable-gpu")
    assert flags.rindex("127.0.0.1") < flags.index(engine.RESOLVER_RULE)
    assert "no-sandbox" not in flags
    assert "QTWEBENGINE_DISABLE_SANDBOX" not in flags


def test_without_a_display_it_is_said() -> None:
    with pytest.raises(Usage, match="screenshot"):
        refusals.check_display({}, "linux")
    refusals.check_display({"DISPLAY": ":0"}, "linux")
    refusals.check_display({"QT_QPA_PLATFORM": "offscreen"}, "linux")
    refusals.check_display({}, "darwin")
