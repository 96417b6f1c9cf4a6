"""The one rule of ARCHITECTURE.md: arrows never point right, and each door to the outside has one keeper."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "reader"

#: Every module or folder directly in reader/ stands in one room, and every room on one floor. A new one is added here.
ROOMS = {
    "ground": [
        "",
        "errors",
        "model",
        "paths",
        "resources",
        "addresses",
        "schedule",
        "sentences",
        "settings",
        "log",
        "details",
        "mounts",
        "patterns",
        "typed",
        "records",
        "progress",
        "picturerule",
        "desktopfiles",
        "autostart",
        "defaultprogram",
        "fuzzy",
        "pinyin",
    ],
    "net": ["net", "gate", "socks", "wire"],
    "identity": ["identity"],
    "sources": ["sources"],
    "content": ["content"],
    "images": [
        "images",
        "attempts",
        "climb",
        "hotlinks",
        "ladder",
        "lessons",
        "localpictures",
        "notes",
        "picturecache",
        "pictureplaces",
        "picturefile",
        "pictureinfo",
        "svg",
        "exif",
    ],
    "store": ["store"],
    "formats": ["formats"],
    "passwords": ["passwords"],
    "house": [
        "library",
        "accounts",
        "ahead",
        "backups",
        "bookmarks",
        "exporting",
        "keeping",
        "favicons",
        "folders",
        "watching",
        "inotify",
        "dogwatch",
        "following",
        "gallery",
        "linked",
        "intake",
        "firstlook",
        "doubts",
        "fetching",
        "pins",
        "tidying",
        "subscriptions",
        "worker",
        "tasks",
    ],
    "command line": ["cli", "commands"],
    "window": ["ui"],
    "door": ["__main__"],
}
FLOORS = {"ground": 0, "house": 2, "command line": 3, "window": 3, "door": 4}  # all others stand on floor 1
SIDEWAYS = {
    ("images", "net"),
    ("sources", "content"),
    ("sources", "net"),
    ("sources", "identity"),
    ("command line", "window"),  # what shows something starts the window, and imports it only then (the last test)
}

#: What only the named rooms may import (a name stands for everything below it too).
DOORS = {
    "PySide6": {"window"},
    "shiboken6": {"window"},
    "socket": {"net"},
    "ssl": {"net"},
    "http.client": {"net"},
    "urllib.request": {"net"},
    "requests": {"net"},
    "urllib3": {"net"},
    "sqlite3": {"store"},
    "keyring": {"passwords"},
    "appdirs": {"ground"},
    "jeepney": {"window"},
}
#: Of Qt's network classes the window uses only the local socket by which a second start finds the first, and what the
#: system says of the connection (metered or not). Neither sends anything.
LOCAL_ONLY = {"QLocalServer", "QLocalSocket", "QNetworkInformation"}

ROOM_OF = {name: room for room, names in ROOMS.items() for name in names}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room(module: str) -> str:
    name = [*module.split("."), ""][1]
    assert name in ROOM_OF, f"reader.{name} stands in no room: add it to ROOMS in {Path(__file__).name}"
    return ROOM_OF[name]


def imports(module: str, *, at_run_time: bool = False) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a module imports, wherever in it."""

    def walk(node: ast.AST) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
            above = package.split(".")[: len(package.split(".")) - (node.level - 1)] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif at_run_time and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.orelse:
                yield from walk(child)
        else:
            for child in ast.iter_child_nodes(node):
                yield from walk(child)

    yield from walk(ast.parse(MODULES[module].read_text(encoding="utf-8")))


def own(name: str) -> str:
    """The module of ours that an imported dotted name stands for, ``""`` when it is none of ours."""
    if name != "reader" and not name.startswith("reader."):
        return ""
    while name not in MODULES:
        assert "." in name, name
        name = name.rpartition(".")[0]
    return name


@pytest.mark.parametrize("module", MODULES)
def test_arrows_never_point_right(module: str) -> None:
    here = room(module)
    for line, name in imports(module):
        if not own(name):
            continue
        there = room(own(name))
        above, below = FLOORS.get(here, 1), FLOORS.get(there, 1)
        allowed = here == there or above > below or (here, there) in SIDEWAYS
        assert allowed, f"{module}:{line} imports {name}: {here} must not know {there}"


@pytest.mark.parametrize("module", MODULES)
def test_each_door_has_one_keeper(module: str) -> None:
    for line, name in imports(module):
        for door, keepers in DOORS.items():
            if name == door or name.startswith(door + "."):
                assert room(module) in keepers, f"{module}:{line} imports {name}; only {', '.join(keepers)} may"
        if name.startswith("PySide6.QtNetwork"):
            assert name.rpartition(".")[2] in LOCAL_ONLY, f"{module}:{line} imports {name}: Qt must not fetch anything"


def test_the_ground_floor_stands_on_the_standard_library() -> None:
    for module in ("reader.errors", "reader.records", "reader.model"):
        for line, name in imports(module):
            standard = name.split(".")[0] in sys.stdlib_module_names
            assert standard or name == "reader.records.dataclass", f"{module}:{line} imports {name}"


def test_no_import_goes_in_a_circle() -> None:
    graph: dict[str, set[str]] = {module: set() for module in MODULES}
    for module in MODULES:
        graph[module] = {own(name) for _, name in imports(module, at_run_time=True)} - {"", "reader", module}
    graphlib.TopologicalSorter(graph).prepare()  # CycleError names the circle


def test_the_command_line_loads_no_qt() -> None:
    code = "import sys, reader.cli; print([m for m in sys.modules if m.split('.')[0] in ('PySide6', 'shiboken6')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
