"""One window for a library: the seat, what is handed over, and callers that mean no good. With real processes."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from reader.errors import StoreBusy, Usage
from reader.paths import Paths, in_folder
from reader.ui import instance
from reader.ui.instance import LIMIT_BYTES, Request, absolute, join, place, request, take, unpacked
from reader.ui.reception import Reception

CHECKOUT = Path(__file__).resolve().parents[2]

#: A program that joins as the real one does; the first one prints what comes until its input ends.
PROGRAM = """
import os, sys, time
from pathlib import Path
from reader.errors import StoreBusy
from reader.paths import in_folder
from reader.ui import instance
asked = instance.request(sys.argv[3:])
while sys.argv[2] != "-" and time.time() < float(sys.argv[2]):
    pass
try:
    seat = instance.join(in_folder(Path(sys.argv[1])), asked, silence_s=float(os.environ.get("SILENCE_S", "3")))
except StoreBusy as error:
    sys.exit(f"silent: {error.detail}")
if seat is None:
    assert "PySide6.QtWidgets" not in sys.modules
    sys.exit(0)
from PySide6.QtCore import QCoreApplication, QSocketNotifier
from reader.ui.reception import Reception
app = QCoreApplication([])
print("first", *asked.what, flush=True)
reception = Reception(seat)
reception.came.connect(lambda each: print("came", *each.what, flush=True))
ending = QSocketNotifier(0, QSocketNotifier.Type.Read)
ending.activated.connect(app.quit)
app.exec()
reception.close()
seat.leave()
"""


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path, as the system's own is: the name of a socket has room for 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="ink-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@pytest.fixture
def start(runtime: Path, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the program above over one library."""
    running: list[subprocess.Popen[str]] = []

    def begin(*what: str, at: str = "-", **environ: str) -> subprocess.Popen[str]:
        made = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "library"), at, *what],
            cwd=CHECKOUT,
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(made)
        return made

    yield begin
    for each in running:
        if each.poll() is None:
            each.kill()
        each.communicate()


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline().strip()


def test_twenty_starts_at_the_same_moment(start: Callable[..., subprocess.Popen[str]]) -> None:
    at = str(time.time() + 4)
    programs = [start(f"https://example.test/{n}", at=at) for n in range(20)]
    deadline = time.monotonic() + 60
    while sum(each.poll() is None for each in programs) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    (first,) = [each for each in programs if each.poll() is None]
    assert all(each.returncode == 0 for each in programs if each is not first)
    out, err = first.communicate("end\n", timeout=30)
    assert err == ""
    said = [each.split() for each in out.splitlines()]
    assert [each[0] for each in said] == ["first"] + ["came"] * 19
    assert {each[1] for each in said} == {f"https://example.test/{n}" for n in range(20)}


def test_a_first_one_that_crashed_does_not_block(start: Callable[..., subprocess.Popen[str]], runtime: Path) -> None:
    first = start()
    assert line(first.stdout) == "first"
    deadline = time.monotonic() + 30
    while not list((runtime / "inkstone").glob("*.sock")) and time.monotonic() < deadline:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    assert list((runtime / "inkstone").glob("*.sock")), "its socket is left behind; else this proves nothing"
    assert line(start("https://example.test").stdout) == "first https://example.test"


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes are not stopped so here")
def test_a_first_one_that_hangs_is_told_and_gets_the_argument_later(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    first = start()
    assert line(first.stdout) == "first"
    assert start("one").wait(30) == 0
    assert line(first.stdout).endswith("/one")
    first.send_signal(signal.SIGSTOP)
    second = start("https://example.test/late", SILENCE_S="1")
    _, err = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "silent: its window has not answered for 1 seconds" in err
    first.send_signal(signal.SIGCONT)
    assert line(first.stdout) == "came https://example.test/late"


def test_the_place_is_the_users_own(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "library")
    at = place(in_folder(tmp_path / "library"))
    assert at == place(in_folder(tmp_path / "link")) != place(in_folder(tmp_path / "other"))
    assert at.lock.parent == runtime / "inkstone"
    assert stat.S_IMODE(at.lock.parent.stat().st_mode) == 0o700


def test_a_folder_with_a_long_name_gives_way_to_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    at = place(in_folder(tmp_path), {"XDG_RUNTIME_DIR": str(deep)})
    assert len(os.fsencode(at.socket)) <= 100
    assert not at.socket.startswith(str(deep))


def test_a_folder_that_is_a_link_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "inkstone").symlink_to(tmp_path / "elsewhere")
    at = place(in_folder(tmp_path), {"XDG_RUNTIME_DIR": str(tmp_path)})
    assert not at.socket.startswith(str(tmp_path))


def test_what_is_asked_is_understood_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("a b.md") == str(tmp_path / "a b.md")
    assert absolute("file:///tmp/a%20%23b.md") == "/tmp/a #b.md"
    for address in ("https://example.test/a b", "feed:https://example.test", "inkstone:article/abc"):
        assert absolute(address) == address
    (tmp_path / "notes:today.md").write_text("x")
    assert absolute("notes:today.md") == str(tmp_path / "notes:today.md")
    asked = request(["x"], hidden=True, environ={"XDG_ACTIVATION_TOKEN": "t", "DESKTOP_STARTUP_ID": "s"})
    assert asked == unpacked(asked.packed()) == Request((str(tmp_path / "x"),), "t", True)


def test_more_than_can_be_handed_over_is_refused() -> None:
    with pytest.raises(Usage, match="too many"):
        Request(tuple("x" * 1000 for _ in range(400))).packed()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1",
        b"[" * 100_000,
        b'{"what": "/etc/passwd"}',
        b'{"what": [1]}',
        b'{"what": ["a\\u0000b"]}',
        b'{"what": [], "hidden": 1}',
        json.dumps({"what": ["x"] * 1001}).encode(),
        b"\xff\xfe",
    ],
)
def test_a_line_that_is_no_request(sent: bytes) -> None:
    assert unpacked(sent) is None


@pytest.fixture
def received(runtime: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[tuple[Paths, list[Request]]]:
    where = in_folder(tmp_path / "library")
    seat = take(place(where))
    assert seat is not None
    reception = Reception(seat)
    got: list[Request] = []
    reception.came.connect(got.append)
    yield where, got
    reception.close()
    seat.leave()


def call(where: Paths, data: bytes) -> QLocalSocket:
    socket = QLocalSocket()
    socket.connectToServer(place(where).socket)
    assert socket.waitForConnected(2000)
    socket.write(data)
    return socket


def test_hostile_callers_are_cut_off_and_good_ones_heard(
    received: tuple[Paths, list[Request]], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, got = received
    assert stat.S_IMODE(os.stat(place(where).socket).st_mode) == 0o600
    endless = call(where, b"x" * (LIMIT_BYTES * 4))
    silent = [call(where, b"") for _ in range(10)]
    good = call(where, Request(("/a",)).packed())
    closed = QLocalSocket.LocalSocketState.UnconnectedState
    qtbot.waitUntil(lambda: bool(got) and good.state() == closed, timeout=5000)
    assert got == [Request(("/a",))]
    assert bytes(good.readAll().data()) == instance.TAKEN
    qtbot.waitUntil(lambda: endless.state() == closed, timeout=5000)
    qtbot.waitUntil(lambda: all(each.state() == closed for each in silent), timeout=15_000)


def test_nobody_else_gets_the_seat(runtime: Path, tmp_path: Path) -> None:
    where = in_folder(tmp_path / "library")
    seat = take(place(where))
    assert seat is not None
    assert take(place(where)) is None
    began = time.monotonic()
    with pytest.raises(StoreBusy):
        join(where, Request(), silence_s=0.2, starting_s=0.4)
    assert 0.3 < time.monotonic() - began < 3
    seat.leave()
    again = join(where, Request())
    assert again is not None
    again.leave()
