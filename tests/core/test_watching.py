"""Changes in folders: noticed, gathered, told once, by every way that the system has."""

from __future__ import annotations

import errno
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reader import inotify, watching
from reader.dogwatch import Dogwatch
from reader.inotify import Inotify
from reader.mounts import file_system
from reader.watching import Gathering, Watching

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")
QUIET_S = 0.15


class Told:
    """What was told, in order."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[str, frozenset[str] | None]] = queue.SimpleQueue()

    def __call__(self, root: str, paths: frozenset[str] | None) -> None:
        self._queue.put((root, paths))

    def next(self, timeout_s: float = 5.0) -> tuple[str, frozenset[str] | None]:
        return self._queue.get(timeout=timeout_s)

    def nothing(self, wait_s: float = 0.5) -> bool:
        try:
            self._queue.get(timeout=wait_s)
        except queue.Empty:
            return True
        return False


@pytest.fixture
def told() -> Told:
    return Told()


def ready(watch: Watching, root: Path, how: str = "live") -> None:
    """Waits until a folder is watched so."""
    end = time.monotonic() + 5
    while watch.how().get(str(root)) != how:
        assert time.monotonic() < end, watch.how()
        time.sleep(0.01)
    time.sleep(0.05)  # "live" is said before the last subfolder is watched


@pytest.fixture(params=[pytest.param(Inotify, marks=LINUX), Dogwatch])
def live(request: pytest.FixtureRequest, told: Told, tmp_path: Path) -> Iterator[tuple[Watching, Path]]:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.md").write_text("a")
    watch = Watching(told, gathering=Gathering(QUIET_S), backend=request.param, remote=lambda _: False, check_s=0.2)
    watch.watch([str(root)])
    ready(watch, root)
    yield watch, root
    watch.close()


def names(root: Path, paths: frozenset[str] | None) -> set[str]:
    assert paths is not None
    return {os.path.relpath(path, root) for path in paths}


def test_an_edit_is_told_once(live: tuple[Watching, Path], told: Told) -> None:
    _, root = live
    with open(root / "a.md", "a") as file:
        for _ in range(5):
            file.write("more")
            file.flush()
            time.sleep(0.01)
    where, paths = told.next()
    assert where == str(root)
    assert "a.md" in names(root, paths)
    assert told.nothing()


def test_a_save_by_renaming_is_one_change(live: tuple[Watching, Path], told: Told) -> None:
    _, root = live
    (root / "a.md").rename(root / "a.md~")
    (root / ".a.md.tmp").write_text("new")
    (root / ".a.md.tmp").rename(root / "a.md")
    _, paths = told.next()
    assert "a.md" in names(root, paths)
    assert told.nothing()


def test_a_move_is_told_with_both_ends(live: tuple[Watching, Path], told: Told) -> None:
    _, root = live
    (root / "a.md").rename(root / "sub" / "b.md")
    _, paths = told.next()
    assert names(root, paths) >= {"a.md", "sub/b.md"}


def test_new_subfolders_are_watched(live: tuple[Watching, Path], told: Told) -> None:
    _, root = live
    (root / "new" / "deep").mkdir(parents=True)
    (root / "new" / "deep" / "c.md").write_text("c")
    assert any(name.startswith("new") for name in names(root, told.next()[1]))
    time.sleep(0.3)
    (root / "new" / "deep" / "d.md").write_text("d")
    assert "new/deep/d.md" in names(root, told.next()[1])


def test_a_folder_that_goes_and_comes_is_said(live: tuple[Watching, Path], told: Told) -> None:
    watch, root = live
    root.rename(root.with_name("away"))
    while told.next()[1] is not None:
        pass
    ready(watch, root, "gone")
    root.with_name("away").rename(root)
    ready(watch, root)
    while told.next()[1] is not None:
        pass
    assert told.nothing()
    (root / "a.md").write_text("again")
    assert "a.md" in names(root, told.next()[1])


def test_what_is_no_longer_watched_says_nothing(live: tuple[Watching, Path], told: Told) -> None:
    watch, root = live
    watch.watch([])
    end = time.monotonic() + 5
    while watch.how():
        assert time.monotonic() < end
    (root / "a.md").write_text("x")
    assert told.nothing()


def test_what_could_not_be_used_is_told_again(live: tuple[Watching, Path], told: Told) -> None:
    watch, root = live
    watch.again(str(root), [str(root / "a.md")])
    assert told.next() == (str(root), frozenset({str(root / "a.md")}))
    watch.again(str(root), None)
    assert told.next() == (str(root), None)


@LINUX
def test_ignored_folders_and_files_that_are_no_posts_are_quiet(told: Told, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "node_modules" / "x").mkdir(parents=True)
    watch = Watching(told, gathering=Gathering(QUIET_S), backend=Inotify)
    watch.watch([str(tmp_path)])
    ready(watch, tmp_path)
    (tmp_path / ".git" / "index.md").write_text("x")
    (tmp_path / "node_modules" / "x" / "y.md").write_text("x")
    (tmp_path / ".a.md.swp").write_text("x")
    (tmp_path / "picture.png").write_text("x")
    assert told.nothing()
    watch.close()


@LINUX
def test_a_folder_inside_another_one_is_watched_for_both(told: Told, tmp_path: Path) -> None:
    outer, inner = str(tmp_path), str(tmp_path / "inner")
    (tmp_path / "inner").mkdir()
    watch = Watching(told, gathering=Gathering(QUIET_S), backend=Inotify)
    watch.watch([outer, inner])
    ready(watch, tmp_path)
    ready(watch, tmp_path / "inner")
    (tmp_path / "inner" / "a.md").write_text("x")
    changed = frozenset({str(tmp_path / "inner" / "a.md")})
    assert {told.next(), told.next()} == {(outer, changed), (inner, changed)}
    watch.watch([outer])
    (tmp_path / "inner" / "a.md").write_text("y")
    assert told.next() == (outer, changed)
    assert told.nothing()
    watch.close()


@LINUX
def test_beyond_the_limit_a_folder_is_polled(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inotify, "MOST_FOLDERS", 3)
    (tmp_path / "1" / "2").mkdir(parents=True)
    watch = Watching(told, gathering=Gathering(0.05), backend=Inotify, poll_s=0.2)
    watch.watch([str(tmp_path)])
    ready(watch, tmp_path)
    (tmp_path / "1" / "3" / "4").mkdir(parents=True)  # it outgrows the limit
    ready(watch, tmp_path, "poll")
    while told.next()[1] is not None:
        pass
    assert told.next() == (str(tmp_path), None)
    watch.close()


@LINUX
def test_dropped_events_make_everything_looked_at(tmp_path: Path) -> None:
    heard: list[tuple[str, str | None]] = []
    notify = Inotify(lambda root, path: heard.append((root, path)), lambda root: None)
    notify.add(str(tmp_path))
    assert notify._heard(-1, inotify._Q_OVERFLOW, "") == [(str(tmp_path), None)]
    notify.close()


@pytest.mark.parametrize("remote", [True, False])
def test_what_cannot_be_watched_is_polled(told: Told, tmp_path: Path, remote: bool) -> None:
    def refuse(*_: Any) -> watching.Backend:
        raise OSError(errno.EMFILE, "no instance left")

    watch = Watching(told, gathering=Gathering(0.05), backend=refuse, remote=lambda _: remote, poll_s=0.1)
    watch.watch([str(tmp_path)])
    for _ in range(2):
        assert told.next() == (str(tmp_path), None)
    assert watch.how() == {str(tmp_path): "poll"}
    watch.close()


@pytest.mark.expects_warnings
def test_an_error_ends_the_watching_of_nothing(told: Told, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What fails for one folder is logged; that folder and the others are watched on."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()

    def tell(root: str, paths: frozenset[str] | None) -> None:
        told(root, paths)
        if root == str(one):
            raise RuntimeError("a bug")

    watch = Watching(tell, gathering=Gathering(0.01, 0.1), poll_s=0.05, remote=lambda _: True)
    try:
        watch.watch([str(one), str(two)])
        heard = [told.next()[0] for _ in range(6)]
        assert heard.count(str(one)) > 1
        assert heard.count(str(two)) > 1
    finally:
        watch.close()
    assert "watched on" in caplog.text


def test_closing_while_much_happens(told: Told, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            (tmp_path / f"{n % 50}.md").write_text("x")
            n += 1

    writer = threading.Thread(target=write)
    for _ in range(3):
        watch = Watching(told)
        watch.watch([str(tmp_path)])
        if not writer.is_alive():
            writer.start()
        time.sleep(0.1)
        watch.close()
    stop.set()
    writer.join()


# -------------------------------------------------------------------------------------------------------- gathering


def gathering(there: Callable[[str], bool] = lambda _: True) -> Gathering:
    return Gathering(1.0, 10.0, there)


def test_changes_are_told_when_they_have_come_to_rest() -> None:
    some = gathering()
    assert some.wait_s(0) is None
    for n in range(5):
        some.add("/r", f"/r/{n}.md", n * 0.5)
        assert some.due(n * 0.5) == []
    assert some.wait_s(2.0) == 1.0
    assert some.due(2.9) == []
    assert some.due(3.0) == [("/r", frozenset(f"/r/{n}.md" for n in range(5)))]
    assert some.wait_s(3.0) is None


def test_a_busy_folder_is_told_of_now_and_then() -> None:
    some = gathering()
    for n in range(100):
        some.add("/r", "/r/log.md", n / 10)
    assert some.due(9.95) == []
    assert some.due(10.0) == [("/r", frozenset({"/r/log.md"}))]


def test_what_is_missing_is_waited_for_once() -> None:
    there = {"/r/b.md"}
    some = gathering(there.__contains__)
    some.add("/r", "/r/a.md", 0)
    some.add("/r", "/r/b.md", 0)
    assert some.due(1.0) == []
    assert some.wait_s(1.0) == 1.0
    assert some.due(2.0) == [("/r", frozenset({"/r/a.md", "/r/b.md"}))]


def test_each_folder_has_its_own_time() -> None:
    some = gathering()
    some.add("/r", "/r/a.md", 0)
    some.add("/s", None, 0.5)
    some.add("/s", "/s/a.md", 0.6)
    assert some.due(1.0) == [("/r", frozenset({"/r/a.md"}))]
    assert some.due(1.6) == [("/s", None)]
    some.add("/s", "/s/a.md", 2)
    some.drop("/s")
    assert some.due(9) == []


def test_very_many_changes_are_looked_for_everywhere() -> None:
    some = gathering()
    for n in range(watching._MOST_PATHS + 1):
        some.add("/r", f"/r/{n}.md", 0)
    assert some.due(1) == [("/r", None)]


def test_the_file_system_of_a_path() -> None:
    mounts = [
        "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
        "30 22 0:40 / /home/u/my\\040notes rw - nfs4 server:/x rw",
        "31 22 0:41 / /home/u rw - btrfs /dev/vdb rw",
        "broken",
    ]
    assert file_system("/etc/x", mounts) == "ext4"
    assert file_system("/home/u/a", mounts) == "btrfs"
    assert file_system("/home/u/my notes/a", mounts) == "nfs4"
    assert file_system("/home/user", mounts) == "ext4"
    assert file_system("/", []) == ""
