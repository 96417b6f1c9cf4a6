"""What every test stands on: no display, no network but loopback, and no warning that nobody sees."""

from __future__ import annotations

import fnmatch
import ipaddress
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Before Qt is imported (pytest-qt imports it when it is configured, after this file). Qt's own screen has 800 x 600
# pixels: there is no room on it for three panes.
if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('data') / 'screen.json'}"
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
if AS_ROOT:
    # Chromium's sandbox cannot work for user id 0. The program itself never switches it off; its tests must.
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from tests.site import Site

CHECKOUT = Path(__file__).resolve().parent.parent
SKIPS = Path(__file__).with_name("skips.txt")

# No deadline per example: a shared machine is slow now and then, and that is not the code's fault.
settings.register_profile("inkstone", deadline=None, derandomize=os.environ.get("CI") == "true", print_blob=True)
settings.load_profile("inkstone")

_escapes: list[str] = []
_skipped: list[tuple[str, str]] = []


# ---------------------------------------------------------------------------------------------- the network


def _is_local(family: int, address: Any) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return ip.is_loopback or ip.is_unspecified or bool(mapped and mapped.is_loopback)


def _guard(name: str) -> None:
    real = getattr(socket.socket, name)

    def guarded(self: socket.socket, address: Any) -> Any:
        if not _is_local(self.family, address):
            _escapes.append(repr(address))
            raise AssertionError(f"a test tried to leave this machine: socket.{name}({address!r})")
        return real(self, address)

    setattr(socket.socket, name, guarded)


def pytest_configure(config: pytest.Config) -> None:
    _guard("connect")
    _guard("connect_ex")


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fails a test that tried to connect elsewhere, also when a thread or an ``except`` swallowed the error."""
    _escapes.clear()
    yield
    if _escapes:
        pytest.fail(f"tried to leave this machine: {', '.join(_escapes)}", pytrace=False)


# --------------------------------------------------------------------------------------------- the warnings


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def stays_quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test during which ``reader`` logged a warning, unless it is marked ``expects_warnings``."""
    handler = _Warnings()
    logger = logging.getLogger("reader")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    if handler.lines and request.node.get_closest_marker("expects_warnings") is None:
        pytest.fail("the log has warnings:\n" + "\n".join(handler.lines), pytrace=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's own warnings fail a test through pytest-qt (``qt_log_level_fail`` in pyproject.toml)."""
    for item in items:
        if item.get_closest_marker("expects_warnings") is not None:
            item.add_marker(pytest.mark.qt_log_level_fail("NO"))


# ---------------------------------------------------------------------------------------------- the skips


def _note(nodeid: str, longrepr: Any) -> None:
    reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    _skipped.append((nodeid, reason.removeprefix("Skipped: ")))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report.nodeid, report.longrepr)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _note(report.nodeid, report.longrepr)


def _unexplained() -> list[tuple[str, str]]:
    lines = [line.split("\t")[0].strip() for line in SKIPS.read_text(encoding="utf-8").splitlines()]
    globs = [line for line in lines if line and not line.startswith("#")]
    return [skip for skip in _skipped if not any(fnmatch.fnmatchcase(part, glob) for part in skip for glob in globs)]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With ``CI=true`` a skip that ``skips.txt`` does not explain is a failure."""
    if os.environ.get("CI") == "true" and _unexplained() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for nodeid, reason in _unexplained():
        terminalreporter.write_line(f"skipped and not explained in tests/skips.txt: {nodeid}: {reason}", yellow=True)


def pytest_report_header() -> list[str]:
    lines = [f"Qt platform: {os.environ['QT_QPA_PLATFORM']}"]
    if AS_ROOT:
        lines.append("user id 0: Chromium's sandbox is off in these tests (QTWEBENGINE_DISABLE_SANDBOX=1)")
    return lines


# -------------------------------------------------------------------------------------------- what tests use


def _folder(variable: str, name: str, reason: str) -> Path:
    folder = Path(os.environ.get(variable) or CHECKOUT.parent / "shared" / name)
    if not folder.is_dir():
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of public real-world files, which does not come with the checkout."""
    return _folder("INKSTONE_CORPORA", "corpora", "the corpora are not there")


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder of generators and measuring tools, which does not come with the checkout."""
    return _folder("INKSTONE_TOOLS", "tools", "the tools are not there")


@pytest.fixture
def site() -> Iterator[Site]:
    """A scripted web server on loopback that counts what it is asked."""
    from tests.site import Site

    with Site() as running:
        yield running


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application class that pytest-qt's ``qapp`` makes; what Qt wants before any application belongs here."""
    from PySide6.QtWidgets import QApplication

    return QApplication


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The argument vector of pytest-qt's ``qapp``."""
    return ["inkstone"]
