"""Refreshing many feeds of a real server: unchanged, changed, failing, slow, hanging; its log says how politely."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reader import paths
from reader.errors import HttpStatus, TimedOut
from reader.library import Library
from reader.model import Failed, Outcome, Query, Unchanged, Updated
from reader.net import Client, Limits

_ITEMS = 3
_HOSTS = 10


@dataclass
class Served:
    """The feed server, its feeds' addresses and its log."""

    port: int
    addresses: list[str]
    log: Path

    def tell(self, command: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ctl/{command}", timeout=30) as answer:
            said: bytes = answer.read()
            return said

    def asked(self) -> list[dict[str, Any]]:
        """The requests since the last mark."""
        self.tell("mark?name=end")
        lines = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        marks = [at for at, line in enumerate(lines) if "mark" in line]
        begin = marks[-2] + 1 if len(marks) > 1 else 0
        return [line for line in lines[begin : marks[-1]] if line["p"].startswith("/f/")]


@contextmanager
def served(tools: Path, folder: Path, feeds: int, *options: str) -> Iterator[Served]:
    """``feed_server.py`` over generated feeds."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    sizes = ["--feeds", str(feeds), "--items", str(_ITEMS), "--port", str(port), "--hosts", str(_HOSTS)]
    made = folder / f"feeds-{port}"
    log = folder / f"log-{port}.jsonl"
    subprocess.run([sys.executable, tools / "gen_feeds.py", made, *sizes], check=True, stdout=subprocess.DEVNULL)
    serve = ["--port", str(port), "--hosts", str(_HOSTS), "--log", str(log), *options]
    process = subprocess.Popen(
        [sys.executable, tools / "feed_server.py", made, *serve], stdout=subprocess.PIPE, cwd=folder, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")
        yield Served(port, (made / "urls.txt").read_text(encoding="utf-8").split(), log)
    finally:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


class Hurried(Client):
    """The door to the network with little patience: a server that hangs for ever costs this test two seconds."""

    def get(self, url: str, **more: Any) -> Any:
        return super().get(url, **{**more, "limits": replace(more.get("limits") or Limits(), total_s=2.0)})


@dataclass
class Reader:
    """A library that follows the feeds of a server, and a clock that a test sets."""

    library: Library
    server: Served
    time: datetime = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)

    def follow(self) -> None:
        with self.library.store.together():
            for address in self.server.addresses:
                self.library.store.add_source("feed", address, "")

    def refresh(self) -> tuple[list[Outcome], list[dict[str, Any]]]:
        """The outcomes, and what the server was asked."""
        self.server.tell("mark?name=begin")
        self.time += timedelta(hours=2)
        outcomes = list(self.library.refresh(self.library.sources()))
        return outcomes, self.server.asked()

    def articles(self) -> int:
        return sum(source.total for source in self.library.sources())


def kinds(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(type(each).__name__ for each in outcomes)


def polite(asked: list[dict[str, Any]]) -> None:
    """Never more than two requests at a time to a host, and no third connection at any moment."""
    hosts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in asked:
        hosts[each["host"]].append(each)
    for host, own in hosts.items():
        spans = sorted((each["t"], each["t"] + each["dt"]) for each in own)
        for begin, _ in spans:
            assert sum(other <= begin < end for other, end in spans) <= 2, host
        lives: dict[int, list[float]] = defaultdict(list)
        for each in own:
            lives[each["c"]] += [each["t"], each["t"] + each["dt"]]
        for life in lives.values():
            assert sum(min(other) <= min(life) < max(other) for other in lives.values()) <= 2, host
        assert all(each["ua"].startswith("Inkstone/") for each in own)


@contextmanager
def reading(tools: Path, folder: Path, feeds: int, *options: str) -> Iterator[Reader]:
    with served(tools, folder, feeds, *options) as server:
        library = Library(paths.in_folder(folder / "library"), client=Hurried(proxies={}), now=lambda: reader.time)
        reader = Reader(library, server)
        with library:
            reader.follow()
            yield reader


def everything(tools: Path, folder: Path, feeds: int) -> dict[str, float]:
    """First load, unchanged, all changed, slow, 5 % failing: seconds by the clock of each."""
    took: dict[str, float] = {}

    def timed(name: str, work: Callable[[], tuple[list[Outcome], list[dict[str, Any]]]]) -> Any:
        began = time.monotonic()
        found = work()
        took[name] = round(time.monotonic() - began, 1)
        return found

    with reading(tools, folder, feeds, "--fail-kinds", "500,reset,truncate") as reader:
        outcomes, asked = timed("first", reader.refresh)
        assert kinds(outcomes) == {"Updated": feeds}
        assert reader.articles() == feeds * _ITEMS
        assert len(asked) == feeds
        polite(asked)
        assert len({each["c"] for each in asked}) <= 2 * _HOSTS

        outcomes, asked = timed("unchanged", reader.refresh)
        assert kinds(outcomes) == {"Unchanged": feeds}
        assert all(each["st"] == 304 and each["inm"] and each["ims"] for each in asked)
        polite(asked)

        reader.server.tell(f"set?version=1&new=2&window={_ITEMS}")
        outcomes, asked = timed("changed", reader.refresh)
        assert kinds(outcomes) == {"Updated": feeds}
        assert all(isinstance(each, Updated) and (each.new, each.changed) == (2, 0) for each in outcomes)
        assert reader.articles() == feeds * (_ITEMS + 2)
        assert all(each["st"] == 200 and each["inm"] and each["enc"] == "gzip" for each in asked)
        polite(asked)

        reader.server.tell("set?latency=300")
        outcomes, asked = timed("slow", reader.refresh)
        assert kinds(outcomes) == {"Unchanged": feeds}
        polite(asked)
        # Sixteen at a time: with one after the other it would be 0.3 s for each feed.
        assert took["slow"] < 0.3 * feeds / 4 + 5

        reader.server.tell("set?latency=0&fail=0.05&version=2&new=2&window=5")
        outcomes, asked = timed("failing", reader.refresh)
        polite(asked)
        # What was reset is not in the log; a kept connection that breaks is tried once more, on a fresh one.
        served_well = {f"http://{each['host']}{each['p']}" for each in asked if each["st"] == 200 and not each["inj"]}
        failed = {each.source.address for each in outcomes if isinstance(each, Failed)}
        assert failed
        assert failed.isdisjoint(served_well)
        assert failed | served_well == set(reader.server.addresses)
        assert len(outcomes) == feeds
        assert all(isinstance(each, Updated | Failed) for each in outcomes)
        reader.server.tell("set?fail=0")
        outcomes, _ = timed("again", reader.refresh)
        assert not any(isinstance(each, Failed) for each in outcomes)
        assert reader.articles() == feeds * (_ITEMS + 4)
        assert all((each.failures, each.error) == (0, "") for each in reader.library.sources())
        rows = reader.library.store.rows(list(reader.library.store.ids(Query())))
        assert max(Counter((row.source_key, row.url) for row in rows).values()) == 1
    return took


def hanging(tools: Path, folder: Path, feeds: int) -> float:
    """One feed in twenty hangs: it fails by its time, the others come meanwhile; the seconds of the refresh."""
    with reading(tools, folder, feeds, "--fail-kinds", "hang") as reader:
        reader.refresh()
        reader.server.tell("set?fail=0.05&version=1&new=1&window=3")
        began = time.monotonic()
        outcomes, asked = reader.refresh()
        took = time.monotonic() - began
        late = [each for each in outcomes if isinstance(each, Failed)]
        assert all(isinstance(each.error, TimedOut) for each in late)
        assert len(outcomes) == feeds
        assert kinds(outcomes)["Updated"] == feeds - len(late)
        assert 0 < len(late) < feeds / 4
        polite(asked)
        # Not one after the other: sixteen wait at a time, at most two of one host.
        assert took < 2.0 * (len(late) / 4 + 2) + feeds * 0.06
        reader.server.tell("set?fail=0")
        outcomes, _ = reader.refresh()
        assert kinds(outcomes)["Updated"] == len(late)
    return took


def test_sixty_feeds(tools: Path, tmp_path: Path) -> None:
    everything(tools, tmp_path, 60)


def test_feeds_that_hang(tools: Path, tmp_path: Path) -> None:
    hanging(tools, tmp_path, 40)


def test_a_server_that_asks_for_time_gets_it(tools: Path, tmp_path: Path) -> None:
    with reading(tools, tmp_path, 20, "--fail-kinds", "429", "--fail", "1") as reader:
        outcomes, asked = reader.refresh()
        assert all(isinstance(each, Failed) and isinstance(each.error, HttpStatus) for each in outcomes)
        assert len(asked) == 20
        reader.server.tell("set?fail=0")
        reader.time -= timedelta(hours=2)
        outcomes, asked = reader.refresh()
        assert (outcomes, asked) == ([], []), "60 seconds were asked for"
        outcomes, asked = reader.refresh()
        assert kinds(outcomes) == {"Updated": 20}


@pytest.mark.slow
def test_a_thousand_feeds(tools: Path, tmp_path: Path) -> None:
    print(everything(tools, tmp_path, 1000))


@pytest.mark.slow
def test_a_thousand_feeds_of_which_some_hang(tools: Path, tmp_path: Path) -> None:
    print(hanging(tools, tmp_path, 1000))


def test_an_unchanged_refresh_writes_no_article(tools: Path, tmp_path: Path) -> None:
    with reading(tools, tmp_path, 20) as reader:
        reader.refresh()
        before = [(source.id, source.validators, source.total) for source in reader.library.sources()]
        outcomes, _ = reader.refresh()
        assert all(isinstance(each, Unchanged) for each in outcomes)
        assert [(source.id, source.validators, source.total) for source in reader.library.sources()] == before
        assert {source.succeeded for source in reader.library.sources()} == {reader.time}
