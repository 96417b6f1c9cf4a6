"""What a stranger may read: details to be sent away, and the log, with hostile addresses in them."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import __version__, details, log
from reader.cli import main
from reader.library import Library
from reader.model import Source
from reader.paths import in_folder
from tests.site import Site

SECRETS = ("hunter2", "s3cr3t", "alice")

#: Each holds something that nobody else may know: one of ``SECRETS``, or a server of the home network.
HOSTILE = [
    "https://alice:hunter2@feeds.example.org/a.xml",
    "HTTPS://alice:hunter2@feeds.example.org",
    "https:\\\\alice:hunter2@feeds.example.org\\a",
    "https://alice:p@ss:hunter2@feeds.example.org/a",
    "https://alice:hunter2%40@feeds.example.org/a",
    "https://example.org/feed?token=hunter2&page=2",
    "https://example.org/feed?page=2&api_key=hunter2#top",
    "https://example.org/feed?access-token=hunter2",
    "https://rsshub.example.org/github/token/hunter2",
    "https://rsshub.example.org/secret-hunter2/feed",
    "rsshub://telegram/secret/hunter2",
    "rsshub://alice:hunter2@namespace/route",
    "feed://alice:hunter2@example.org/a",
    "feed:https://alice:hunter2@example.org/a",
    "https://proxy.example.org/?url=https%3A%2F%2Falice%3Ahunter2%40example.org%2Fa",
    "socks5://alice:hunter2@proxy.example.org:1080",
    "https://alice:hunter2@[2001:db8::1]:8080/feed",
    "https://alice:hunter2@bücher.example/feed?token=s3cr3t",
]
AT_HOME = [
    "http://nas.local/feed",
    "http://NAS.Local:8080/feed",
    "http://nas/feed",
    "http://192.168.1.20:1200/zaker",
    "http://0xC0.0xA8.1.20/",
    "http://１９２。１６８。1。20/a",
    "http://127.0.0.1:8384/",
    "http://[fd00::17]:8080/feed",
    "http://[::1]/a",
    "http://bücher.local/feed",
    "http://алиса.internal/feed",
    "http://me:pw@nas.local/feed",
]
HOME_NAMES = re.compile(r"(?i)nas|192|168|0xC0|127|fd00|::1|bücher|алиса|８")


@pytest.mark.parametrize("address", HOSTILE)
def test_no_secret_of_an_address_is_told(address: str) -> None:
    for line in (address, f"refresh of {address} failed: 404.", f"({address}),", f"“{address}”"):
        for told in (details.public(line), details.discreet(line)):
            assert not any(secret in told for secret in SECRETS), told


@pytest.mark.parametrize("address", AT_HOME)
def test_nothing_of_the_home_network_is_told(address: str) -> None:
    for told in (details.public(f"refresh of {address} failed"), details.discreet(f"refresh of {address} failed")):
        assert not HOME_NAMES.search(told), told
        assert "(a private address)" in told
        assert told.endswith("failed")


def test_of_an_address_the_details_keep_the_server_and_the_log_what_says_which_source_is_meant() -> None:
    line = "refresh of https://example.org/blog/feed.xml?format=rss failed: it answered 404."
    assert details.public(line) == "refresh of https://example.org/… failed: it answered 404."
    assert details.discreet(line) == line
    long = "https://example.org/u/9f8c2ab17de04455/feed and /5f64e2c0-1f5b-4d0e-9f43-0123456789ab/x"
    assert "9f8c2ab17de04455" not in details.discreet(long)
    named = "https://example.org/2024/the-100-best-books-of-the-year-and-why.html"
    assert details.discreet(named) == named
    assert "5f64e2c0" not in details.discreet("https://example.org/5f64e2c0-1f5b-4d0e-9f43-0123456789ab/rss")
    assert "aZ3bY4cX" not in details.discreet("https://example.org/?u=aZ3bY4cX-5dW6_eV7fU8gT9h")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("HTTPSConnectionPool(host='x'): with url: /u/hunter2?a=1 (Caused by", "with url: /… (Caused by"),
        ("no answer from 10.0.0.7:80", "no answer from (a private address):80"),
        ("no answer from fd00::17 now", "no answer from (a private address) now"),
        ("at 13:45:02 with 93.184.216.34", "at 13:45:02 with 93.184.216.34"),
        ("write to alice.b@mail.example.org", "write to ***"),
        ("http://alice:hunter 2@example.org/", "***"),
        ("token=hunter2 was refused", "token=*** was refused"),
        (str(Path.home() / "notes"), "~"),
    ],
)
def test_what_stands_outside_of_addresses(line: str, told: str) -> None:
    found = details.public(line)
    assert told in found
    assert not any(secret in found for secret in SECRETS)
    assert str(Path.home()) not in found


def _source(address: str, **more: Any) -> Source:
    return replace(Source(1, "s", "feed", address, "Title"), **more)


def test_the_servers_of_private_sources_are_named_nowhere() -> None:
    sources = [
        _source("https://intra.example.org/feed", user="alice"),
        _source("https://bücher.example.net/feed?key=hunter2"),
        _source("http://nas.local/feed"),
        _source("https://open.example.com/feed"),
        replace(_source("/home/alice/notes"), kind="folder"),
    ]
    hosts = details.private_hosts(sources)
    assert {"intra.example.org", "xn--bcher-kva.example.net", "bücher.example.net", "nas.local"} == hosts
    line = (
        "host='intra.example.org' https://INTRA.example.org/a https://bücher.example.net/b nas.local "
        "https://open.example.com/c"
    )
    told = details.public(line, hosts)
    assert "intra" not in told.lower()
    assert "cher" not in told
    assert "nas" not in told
    assert "https://open.example.com/…" in told


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=":/\\@[]?#&=%. ab0１。\n\t", max_size=60), st.sampled_from(HOSTILE))
def test_any_text_around_an_address_is_survived(text: str, address: str) -> None:
    told = details.public(f"{text} {address}")
    assert not any(secret in told for secret in SECRETS)
    details.discreet(f"{text} {address}")


def test_a_long_line_takes_no_long_time() -> None:
    for line in ("a" * 200_000, "http://" + "a@" * 50_000, "https://x/" + "a1-" * 60_000, "1." * 50_000, ":" * 100_000):
        details.public(line)
        details.discreet(line)


def test_the_details_hold_all_that_helps() -> None:
    facts = details.Facts(
        (("Python", "3.11"), ("Qt", "6.11.0")),
        "1920 x 1080 at 1.5",
        "dark (chosen: system)",
        "zh-CN",
        "xcb",
        12,
        3,
        4200,
    )
    lines = ["a line of https://alice:hunter2@example.org/x"] * 3
    told = details.text(facts, lines, frozenset(), "Traceback\n  at http://nas.local/x")
    for part in (
        f"Inkstone {__version__}", "Qt 6.11.0", "at 1.5", "dark", "zh-CN", "xcb",
        "12 sources (3 failing), 4200 articles",
        "last 3 lines", "https://example.org/…", "What happened:\nTraceback",
    ):  # fmt: skip
        assert part in told
    assert "hunter2" not in told
    assert "nas" not in told
    assert "cannot be asked" in details.text(details.Facts())


# The libraries


def test_what_the_program_asks_for_is_what_it_names() -> None:
    asked = tomllib.loads((Path(details.__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[^\w.-]", each, maxsplit=1)[0].lower() for each in asked["dependencies"]}
    names = {"urllib3" if name.startswith("urllib3") else name for name in names}
    assert set(details.NEEDED) == names


def test_every_library_has_a_version_and_a_licence() -> None:
    found = {each.name.lower(): each for each in details.libraries()}
    assert {"lxml", "pyside6", "idna", "certifi"} <= found.keys()
    assert not found.keys() & {"pytest", "mypy", "ruff"}
    assert all(each.version and each.licence for each in found.values()), found
    assert "MIT" in details.licence_text("urllib3")


# The log


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "log"
    log.stop()


def test_the_log_says_begin_version_and_end(folder: Path) -> None:
    log.start(folder)
    log.start(folder)  # once more: there is one handler
    logging.getLogger("reader.x").info("a word")
    log.stop()
    lines = (folder / log.NAME).read_text("utf-8").splitlines()
    assert [re.sub(r".*: ", "", line) for line in lines if "a word" in line] == ["a word"]
    assert f"Inkstone {__version__}" in lines[0]
    assert lines[-1].endswith("stopped")
    assert (folder / log.NAME).stat().st_mode & 0o077 == 0
    assert log.tail(folder) == lines
    log.stop()
    assert log.tail(folder) == lines


def test_the_log_is_bounded_and_its_tail_is_quick(folder: Path) -> None:
    log.start(folder)
    line = "x" * 1900
    for n in range(2500):
        logging.getLogger("reader.x").info("%d %s", n, line)
    assert sum(file.stat().st_size for file in folder.iterdir()) < 3.2 * 2**20
    assert len(list(folder.iterdir())) == 3
    assert log.tail(folder, 2)[-1].split()[4] == "2499"
    assert log.tail(folder / "none") == []


@pytest.mark.parametrize("debug", [False, True])
def test_a_refresh_with_logins_puts_nothing_private_into_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], debug: bool
) -> None:
    """Through the real command line, from servers that answer well and badly."""
    feed = "<rss version='2.0'><channel><title>T</title><item><title>hunter2</title></item></channel></rss>"
    where = in_folder(tmp_path / "library")
    with Site() as site:
        site.add("/good", feed, content_type="application/rss+xml")
        site.add("/bad", "<html>no</html>", content_type="text/html")
        port = site.url("/").rpartition(":")[2].strip("/")
        with Library(where) as library:
            for path in ("good", "bad", "gone?token=s3cr3t", "alice/secret/s3cr3t"):
                library.store.add_source("feed", f"http://alice:hunter2@127.0.0.1:{port}/{path}", "A title of hunter2")
            library.store.add_source("feed", "http://alice:hunter2@127.0.0.1:1/s3cr3t", "Refused")
            library.store.add_source("feed", "http://sub.invalid/feed?key=s3cr3t", "No such name")
        main(["--library", str(where.data), "refresh", *(["--debug"] if debug else [])])
    capfd.readouterr()
    written = (where.log / log.NAME).read_text("utf-8")
    assert "sub.invalid/feed?key=***" in written
    assert written.count("failed") >= 4
    for private in (*SECRETS, "127.0.0.1", port):
        assert private not in written
    assert ("new" in written) == debug


def test_a_log_for_later_begins_when_there_is_time_with_what_happened_before(folder: Path) -> None:
    log.start(folder, later=True)
    logging.getLogger("reader.x").info("early")
    assert not folder.exists()
    log.write()
    logging.getLogger("reader.x").info("late")
    first, second, third = (folder / log.NAME).read_text("utf-8").splitlines()
    assert f"started: Inkstone {__version__}" in first
    assert second.endswith("early")
    assert third.endswith("late")


@pytest.mark.expects_warnings
def test_a_log_for_later_writes_a_warning_and_what_led_to_it_at_once(folder: Path) -> None:
    log.start(folder, later=True)
    logging.getLogger("reader.x").info("early")
    logging.getLogger("reader.x").warning("trouble")
    lines = (folder / log.NAME).read_text("utf-8").splitlines()
    assert [line.rpartition(" ")[2] for line in lines[1:]] == ["early", "trouble"]


def test_a_log_for_later_is_written_at_an_early_end(folder: Path) -> None:
    log.start(folder, later=True)
    log.stop()
    assert (folder / log.NAME).read_text("utf-8").splitlines()[-1].endswith("stopped")
