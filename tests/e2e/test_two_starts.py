"""The program started twice at the same moment, and after a crash: one window, and nothing that was asked is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    (tmp_path / "run").mkdir(mode=0o700)
    environ = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path / "run"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    running: list[subprocess.Popen[bytes]] = []

    def begin(*what: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "reader", "--library", str(tmp_path / "library"), "open", *map(str, what)]
        quiet = subprocess.DEVNULL
        running.append(subprocess.Popen(command, cwd=CHECKOUT, env=environ, stdout=quiet, stderr=quiet))
        return running[-1]

    yield begin
    for each in running:
        if each.poll() is None:
            each.terminate()
            try:
                each.wait(20)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait(10)


def until(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def titles(tmp_path: Path) -> set[str]:
    shell = [sys.executable, "-m", "reader", "--library", str(tmp_path / "library"), "--json", "list"]
    done = subprocess.run(shell, cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
    return {each["title"] for each in json.loads(done.stdout)} if done.returncode == 0 else set()


def write(tmp_path: Path, name: str) -> Path:
    file = tmp_path / f"{name}.md"
    file.write_text(f"# {name}\n\nSome words.\n", encoding="utf-8")
    return file


def test_one_window_and_every_argument(start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path) -> None:
    both = [start(write(tmp_path, name)) for name in ("One", "Two")]
    until(lambda: sum(each.poll() is None for each in both) == 1)
    (second,) = [each for each in both if each.poll() is not None]
    assert second.returncode == 0
    until(lambda: titles(tmp_path) == {"One", "Two"})
    (first,) = [each for each in both if each is not second]
    assert first.poll() is None, "the window is still there"
    first.terminate()
    assert first.wait(30) == 0


def test_a_crash_blocks_nobody(start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path) -> None:
    first = start(write(tmp_path, "One"))
    until(lambda: titles(tmp_path) == {"One"})
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    again = start(write(tmp_path, "Three"))
    until(lambda: titles(tmp_path) == {"One", "Three"})
    assert again.poll() is None
