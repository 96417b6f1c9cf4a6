"""The second start: everything stands where it was left. And what stops a start says so in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from reader import settings as settings_file
from reader.library import Library
from reader.model import Query
from reader.paths import in_folder
from reader.ui.window import Window
from tests.core.shell import CHECKOUT, Shell, environment, inkstone, sentence
from tests.e2e.test_window_walk import running
from tests.ui.desk import write_posts

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def long_post(folder: Path) -> None:
    paragraphs = "\n\n".join(f"Paragraph {n}. " + "Long words about harbours and lights. " * 12 for n in range(60))
    (folder / "long.md").write_text(f"---\ntitle: Long\ndate: 2026-04-01\n---\n\n{paragraphs}\n", encoding="utf-8")


def test_everything_stands_where_it_was_left(webengine: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    folder, posts = tmp_path / "library", write_posts(tmp_path / "posts")
    long_post(posts)
    with running(qtbot, webengine, folder) as here:
        window = here.window
        window.acts.open_path(posts)
        here.until(lambda: window.model.rowCount() == 7 and not window.refreshing.running)
        here.until(lambda: window.listing.source())
        here.rest(500)
        window.resize(777, 666)  # the offscreen screen is 800 px wide, and no window is restored larger than its screen
        window.set_setting(theme="sepia", density="compact", article_size_px=21)
        window.commands["oldest-first"].trigger()
        here.until(lambda: here.titles()[-1:] == ["Long"])
        window.list.view.select_key(window.model.key_at(5))
        here.press("j")
        here.until(lambda: here.open_title() == "Long")
        here.rest(300)
        for _ in range(3):
            here.press(Qt.Key.Key_Space)
            here.rest(350)
        place = here.scroll_y()
        assert place > 300
        here.until(lambda: 0 < here.library.store.rows([window.reading.key])[0].progress < 1)
        window.close()
        left = window.left()  # as the program does: after the window was closed
        settings_file.save(here.library.paths.settings, left)
    again = settings_file.load(in_folder(folder).settings)
    assert again == left
    with running(qtbot, webengine, folder, again) as here:
        window = here.window
        here.until(lambda: here.open_title() == "Long")
        assert (window.width(), window.height()) == (777, 666)
        assert window.themes.current.name == "sepia"
        assert window.list.view.density == "compact"
        source = window.listing.source()
        assert source is not None
        assert source.address == str(posts)
        assert here.title() == "Long"
        assert here.titles()[0] == "Post 6"
        assert window.commands["oldest-first"].isChecked()
        here.until(lambda: here.scroll_y() == pytest.approx(place, abs=60))
        assert window.model.row_at(6).read  # type: ignore[union-attr]
        assert not window.model.row_at(0).read  # type: ignore[union-attr]


def drag(window: Window, by_px: int) -> None:
    """Take the hairline between list and article with the mouse."""
    found = window.splitter.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    grip = next(each for each in found if type(each).__name__ == "_Grip" and each.isVisible() and each.x() > 300)
    middle = grip.rect().center()
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(grip, middle + QPoint(by_px, 0))
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=middle)


def test_the_widths_of_the_panes_are_kept_also_by_a_small_window(
    webengine: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    folder, posts = tmp_path / "library", write_posts(tmp_path / "posts")
    with running(qtbot, webengine, folder) as here:
        window = here.window
        here.add_posts(posts)
        window.resize(1360, 700)
        here.rest(30)
        assert window.splitter.sizes()[:2] == [236, 364]
        drag(window, -50)
        listed = window.splitter.sizes()[1]
        assert 305 <= listed <= 320
        for width in (560, 800, 560, 1360):
            window.resize(width, 700)
            here.rest(30)
        assert window.splitter.sizes()[:2] == [236, listed]
        window.resize(560, 700)
        window.close()
        left = window.left()  # as the program asks: after the window was closed
    with running(qtbot, webengine, folder, replace(left, geometry="")) as here:
        assert here.window.splitter.sizes()[:2] == [236, listed]


def start(library: Path, *arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    allowed = environment(QT_QPA_PLATFORM="offscreen", **({"QTWEBENGINE_DISABLE_SANDBOX": "1"} if AS_ROOT else {}))
    return inkstone("--library", library, *arguments, env=env or allowed)


@pytest.mark.parametrize("kind", ["foreign", "damaged", "newer", "folder"])
@pytest.mark.parametrize("command", [[], ["screenshot", "x.png"]], ids=["window", "screenshot"])
def test_a_library_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, kind: str, command: list[str]) -> None:
    library = tmp_path / "library"
    file = in_folder(library).database
    file.parent.mkdir(parents=True)
    if kind == "foreign":
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE theirs (x)")
        other.close()
    elif kind == "damaged":
        file.write_bytes(b"not a database at all" * 999)
    elif kind == "folder":
        file.mkdir()
    else:
        Library(in_folder(library)).close()
        with sqlite3.connect(file) as future:
            future.execute("PRAGMA user_version = 9999")
        future.close()
    before = file.read_bytes() if file.is_file() else b""
    done = start(library, *command)
    assert done.returncode == 3, done.stderr
    assert file.name in sentence(done.stderr)
    if file.is_file():
        assert file.read_bytes() == before


@pytest.mark.skipif(not AS_ROOT, reason="only root needs the sandbox switched off")
@pytest.mark.parametrize("command", [[], ["screenshot", "x.png"]], ids=["window", "screenshot"])
def test_root_is_told_which_variable_to_set(tmp_path: Path, command: list[str]) -> None:
    env = environment(QT_QPA_PLATFORM="offscreen")
    env.pop("QTWEBENGINE_DISABLE_SANDBOX", None)
    done = start(tmp_path / "library", *command, env=env)
    assert done.returncode == 3
    assert "QTWEBENGINE_DISABLE_SANDBOX=1" in sentence(done.stderr)
    assert not (tmp_path / "library").exists()  # refused before anything was made


@pytest.mark.parametrize(("size", "theme"), [("900x600", "dark"), ("1360x850", "sepia")])
def test_a_screenshot_needs_no_display_and_changes_no_mark(tmp_path: Path, size: str, theme: str) -> None:
    shell = Shell(tmp_path / "library")
    shell.json("add", write_posts(tmp_path / "posts"))
    target = tmp_path / "made.png"
    env = environment(**({"QTWEBENGINE_DISABLE_SANDBOX": "1"} if AS_ROOT else {}))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        env.pop(name, None)
    done = start(shell.library, "screenshot", target, "--size", size, "--theme", theme, "--json", env=env)
    assert done.returncode == 0, done.stderr
    image = QImage(str(target))
    assert f"{image.width()}x{image.height()}" == size
    corner = image.pixelColor(3, image.height() - 60)  # the sidebar
    assert corner.lightness() < 60 if theme == "dark" else corner.lightness() > 180
    colours = {image.pixel(x, y) for x in range(610, image.width(), 7) for y in range(60, image.height() - 40, 7)}
    assert len(colours) > 10  # the article is on it
    with Library(in_folder(shell.library)) as library:
        assert library.store.counts(library.today()).unread == 6
        assert library.store.ids(Query(view="continue")).tolist() == []


def test_a_screenshot_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "one.md"
    file.write_text("# The only one\n\nwords\n", encoding="utf-8")
    done = start(
        tmp_path / "library", "screenshot", tmp_path / "a.png", "--article", file, "--size", "800x600", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["article"]
    assert QImage(str(tmp_path / "a.png")).width() == 800
    own = Shell(tmp_path / "library")
    assert own.json("sources") == []  # a picture changes nothing
    own.json("add", tmp_path)
    listed = start(tmp_path / "library", "screenshot", tmp_path / "a.png", "--article", file, "--json")
    assert json.loads(listed.stdout)["article"] == own.json("list")[0]["id"]
    missing = start(tmp_path / "library", "screenshot", tmp_path / "b.png", "--article", tmp_path / "none.md")
    assert missing.returncode == 1
    assert "none.md" in missing.stderr
    nowhere = start(tmp_path / "library", "screenshot", tmp_path / "no" / "b.png")
    assert nowhere.returncode != 0
    assert "b.png" in nowhere.stderr


def _readable(user: int, *files: Path) -> bool:
    """Whether another user gets at these files (every folder above must let it through)."""
    code = "import os, sys; os.setuid(int(sys.argv[1])); [open(name, 'rb').close() for name in sys.argv[2:]]"
    return (
        subprocess.run([sys.executable, "-c", code, str(user), *map(str, files)], capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not AS_ROOT, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_gets_a_picture_with_the_sandbox_on(tmp_path: Path) -> None:
    nobody = 65534
    import PySide6

    if not _readable(nobody, CHECKOUT / "reader" / "__main__.py", Path(PySide6.__file__), Path(sys.executable)):
        pytest.skip("another user cannot read this checkout or this Python")
    home = Path("/tmp") / f"inkstone-nobody-{os.getpid()}"
    home.mkdir(mode=0o700)
    os.chown(home, nobody, nobody)
    try:
        file = home / "one.md"
        file.write_text("# Seen by nobody\n\nwords\n", encoding="utf-8")
        env = environment(HOME=str(home), XDG_RUNTIME_DIR=str(home), TMPDIR=str(home))
        for name in ("QTWEBENGINE_DISABLE_SANDBOX", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            env.pop(name, None)
        arguments = ["--library", str(home / "library"), "screenshot", str(home / "a.png"), "--article", str(file)]
        done = subprocess.run(
            [sys.executable, "-m", "reader", *arguments],
            cwd=CHECKOUT,
            env=env,
            user=nobody,
            group=nobody,
            extra_groups=[],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert QImage(str(home / "a.png")).width() == 1360
    finally:
        shutil.rmtree(home, ignore_errors=True)
