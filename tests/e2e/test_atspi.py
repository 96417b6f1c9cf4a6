"""The window as a screen reader hears it, on a real accessibility bus: no pixels, no calls into the program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LISTENER = CHECKOUT / "tests" / "states" / "atspi.py"
SYSTEM_PYTHON = "/usr/bin/python3"
PATIENCE_S = 30.0

Node = dict[str, Any]


def _missing() -> str:
    if not all(map(shutil.which, ("dbus-run-session", "xvfb-run", SYSTEM_PYTHON))):
        return "this system has no accessibility bus for tests"
    code = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    there = subprocess.run([SYSTEM_PYTHON, "-c", code], capture_output=True, timeout=30).returncode == 0
    launcher = any(Path(folder, "at-spi-bus-launcher").exists() for folder in ("/usr/libexec", "/usr/lib/at-spi2-core"))
    return "" if there and launcher else "this system has no accessibility bus for tests"


pytestmark = pytest.mark.skipif(bool(_missing()), reason="this system has no accessibility bus for tests")


@dataclass(frozen=True, slots=True)
class Words:
    """What is heard in a language."""

    sample: str
    unread: str
    bookmarked: str
    title: str


ENGLISH = Words("open the sample library", "unread", "bookmarked", "Welcome to Inkstone")
CHINESE = Words("打开示例文库", "未读", "已加书签", "欢迎使用 Inkstone")


@dataclass
class Ear:
    """The program with somebody who listens to it; see ``tests/states/atspi.py``."""

    process: subprocess.Popen[str]
    events: list[Node] = field(default_factory=list)

    def ask(self, *request: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        while not (line := self.process.stdout.readline()).startswith("{"):  # the bus's own words
            assert line, "the listener is gone"
        answer = json.loads(line)
        assert "error" not in answer, answer
        return answer["is"]

    def until(self, what: Callable[[], Any], why: str = "") -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := what()):
            if time.monotonic() > deadline:
                heard = [(each["role"], each["name"]) for each in self.ask("tree") if each["name"]]
                raise AssertionError(f"{why or 'it never came'}; there is {heard}")
            time.sleep(0.1)
        return found

    def all(self, role: str, part: str = "") -> list[Node]:
        return [each for each in self.ask("tree") if each["role"] == role and part in each["name"]]

    def find(self, role: str, part: str = "") -> Node:
        found = self.until(lambda: self.all(role, part), f"no {role} “{part}”")
        return dict(found[0])

    def act(self, role: str, part: str, action: str = "Press") -> None:
        assert self.ask("act", self.find(role, part)["id"], action)

    def press(self, *keys: str) -> None:
        self.ask("heard")
        self.events.clear()
        self.ask("press", *keys)

    def hears(self, kind: str, part: str = "") -> Node:
        """Wait for an event since the last keys: of a kind, of an object or with words that have ``part``."""

        def heard() -> list[Node]:
            self.events += self.ask("heard")
            return [e for e in self.events if kind in e["type"] and part in f"{e['name']} {e['any']}"]

        return dict(self.until(heard, f"no {kind} of “{part}”")[0])

    def focused(self) -> tuple[str, str]:
        """Where the keys before led; of a row not its list, which is told first."""
        last: list[tuple[str, str]] = []

        def told() -> bool:
            self.events += self.ask("heard")
            last[:] = [
                (e["role"], e["name"])
                for e in self.events
                if e["type"] == "object:state-changed:focused" and e["on"] and e["role"] not in ("filler", "unknown")
            ]
            rows = {"table", "tree", "list"}
            return bool(last) and (last[-1][0] not in rows or len(last) > 1)

        deadline = time.monotonic() + 3
        while not told() and time.monotonic() < deadline:
            time.sleep(0.05)
        return last[-1] if last else ("nothing", "")

    def nameless(self) -> list[tuple[str, list[str]]]:
        """What can take the focus and has no name, with what it is in."""
        nodes = {each["id"]: each for each in self.ask("tree")}
        found = []
        for each in nodes.values():
            if "focusable" not in each["states"] or each["name"].strip():
                continue
            around, path = nodes.get(each["parent"]), []
            while around is not None:
                path.append(f"{around['role']} {around['name']}")
                around = nodes.get(around["parent"])
            found.append((each["role"], path))
        return found


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[[str], Ear]]:
    (tmp_path / "run").mkdir(mode=0o700)
    running: list[subprocess.Popen[str]] = []

    def start(language: str) -> Ear:
        environ = {
            **os.environ,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "LANGUAGE": language,
            "LC_ALL": "C.UTF-8",
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(tmp_path / "run"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
        }
        around = ["dbus-run-session", "--", "xvfb-run", "-a", "-s", "-screen 0 1400x900x24", SYSTEM_PYTHON]
        program = [sys.executable, "-m", "reader", "--library", str(tmp_path / "library")]
        pipe = subprocess.PIPE
        with open(tmp_path / "said", "w") as said:
            process = subprocess.Popen(
                [*around, str(LISTENER), *program],
                cwd=CHECKOUT, env=environ, stdin=pipe, stdout=pipe, stderr=said, text=True,
            )  # fmt: skip
        running.append(process)
        return Ear(process)

    yield start
    for each in running:
        assert each.stdin is not None
        assert each.stdout is not None
        each.stdin.close()
        try:
            each.wait(30)
        except subprocess.TimeoutExpired:
            each.kill()
            each.wait(10)
        each.stdout.close()


def _open_sample(ear: Ear, words: Words) -> str:
    """From the first start to the list of the sample; how its first row is spoken."""
    ear.find("push button", words.sample)
    assert not ear.nameless(), "first start"
    ear.act("push button", words.sample)
    return str(ear.find("table cell", words.title)["name"])


def _go_to_list(ear: Ear) -> None:
    ear.until(lambda: ear.ask("focus", ear.find("table")["id"]), "the list takes no focus")


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh_CN", CHINESE)], ids=["English", "Chinese"])
def test_from_first_start_to_a_bookmarked_article(listen: Callable[[str], Ear], language: str, words: Words) -> None:
    ear = listen(language)
    spoken = _open_sample(ear, words)
    state, title, *rest = spoken.split(", ")
    assert (state, title) == (words.unread, words.title)
    assert len(rest) >= 2, f"source and date: {spoken}"

    _go_to_list(ear)
    for _ in range(12):  # down to the article
        ear.press("j")
        if words.title in ear.focused()[1]:
            break
    document = ear.find("document web", words.title)

    def parts(role: str) -> list[str]:
        return [each["name"] for each in ear.ask("tree", False) if each["role"] == role and each["name"]]

    ear.until(lambda: words.title in parts("heading"), "no heading of the article")
    ear.until(lambda: parts("link"), "no link of the article")
    assert "focusable" in document["states"]

    ear.press("s")
    # The row that has the focus says its new name; who listens to announcements hears it as well.
    kept = ear.hears("announcement", words.bookmarked)
    assert f"{words.bookmarked}, {words.title}" in kept["any"]
    row = ear.find("table cell", f"{words.bookmarked}, {words.title}")
    assert "selected" in row["states"]
    assert not ear.nameless()


def test_keys_are_followed_from_everywhere(listen: Callable[[str], Ear]) -> None:
    ear = listen("en")
    _open_sample(ear, ENGLISH)
    unread = ear.find("table cell", "Unread, ")["name"]
    assert unread.removeprefix("Unread, ").isdecimal()
    folder = ear.find("table cell", "Sample library")
    assert {"expandable", "expanded"} <= set(folder["states"])
    assert ear.find("table cell", "About Inkstone")["description"] == "In “Sample library”"

    ear.press("Left")
    ear.press("j")  # the focus is in the sidebar: the row is announced, its group before it
    first = ear.hears("announcement", ENGLISH.title)["any"]
    assert not first.startswith(("unread", ENGLISH.title))
    _go_to_list(ear)
    ear.press("j")
    assert ear.focused()[0] == "table cell"
    ear.hears("selection-changed")


def test_tab_goes_round_as_it_is_seen(listen: Callable[[str], Ear]) -> None:
    ear = listen("en")
    _open_sample(ear, ENGLISH)
    _go_to_list(ear)
    ear.press("j")
    ear.find("document web", ENGLISH.title)
    ear.press("Tab")
    round_trip = [ear.focused()]
    while len(round_trip) < 60:
        ear.press("Tab")
        here = ear.focused()
        if here == round_trip[0]:
            break
        round_trip.append(here)
    names = [name for _, name in round_trip]
    assert len(names) < 60, names
    assert all(names)
    order = ["Text and theme", "Find in the article", "Tags and note", "More", "Menu", "Refresh all sources"]
    order += ["Add a source", "Filter sources", "Search", "Sort", "Unread only", "Mark the list as read"]
    assert [name for name in names if name in order] == order
    assert any("Welcome" in name and role == "table cell" for role, name in round_trip), "the list's own row is told"


#: What opens by which key; Tab stays where the palette and the history are.
OPENED = {
    "find": "Ctrl+f", "search": "slash", "keys": "Shift+slash", "settings": "Ctrl+comma", "add": "Ctrl+n",
    "health": "Ctrl+Shift+h", "care": "Ctrl+Shift+b", "tags": "t", "properties": "Alt+Return", "palette": "Ctrl+k",
    "history": "Ctrl+Shift+z",
}  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh_CN", CHINESE)], ids=["English", "Chinese"])
def test_all_that_opens_has_names_and_lets_go(listen: Callable[[str], Ear], language: str, words: Words) -> None:
    ear = listen(language)
    _open_sample(ear, words)
    _go_to_list(ear)
    ear.press("j")
    ear.find("document web")
    wrong: dict[str, Any] = {}
    for name, key in OPENED.items():
        ear.press(key)
        time.sleep(0.5)
        if found := ear.nameless():
            wrong[name] = found
        if language == "en" and name not in ("palette", "history"):
            ear.press("Tab")
            if ear.focused()[0] == "nothing":
                wrong[name] = "Tab leads nowhere"
        ear.press("Escape", "Escape")
        _go_to_list(ear)
    assert not wrong
