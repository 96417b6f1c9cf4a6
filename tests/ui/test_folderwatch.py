"""A file that is edited, added, moved or removed while the window is open."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.ui.folderwatch import FolderWatch
from reader.watching import Gathering, Watching
from tests.ui.desk import Desk, desk


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts", 3)
        made_of: list[Watching] = []

        def make(told: object) -> Watching:
            made_of.append(Watching(told, gathering=Gathering(0.1), check_s=0.2))  # type: ignore[arg-type]
            return made_of[0]

        watch = FolderWatch(made.library, made.lanes, made.window, make=make, start_ms=0)
        made.window.reload_sources()
        made.until(lambda: made_of and made_of[0].how() == {str(tmp_path / "posts"): "live"})
        made.rest(50)
        yield made
        watch.close()


def test_what_changes_in_a_folder_is_in_the_list_a_moment_later(here: Desk, tmp_path: Path) -> None:
    posts = tmp_path / "posts"
    keys = {title: here.window.model.row_at(n).key for n, title in enumerate(here.titles())}  # type: ignore[union-attr]
    here.library.bookmark(keys["Post 1"], True)
    here.library.bookmark(keys["Post 3"], True)
    (posts / "new.md").write_text("---\ntitle: New\ndate: 2026-04-01\n---\nWords.", encoding="utf-8")
    here.until(lambda: "New" in here.titles())
    new = posts / ".post-2.md.tmp"
    new.write_text((posts / "post-2.md").read_text(encoding="utf-8").replace("Post 2", "Edited"), encoding="utf-8")
    new.rename(posts / "post-2.md")
    here.until(lambda: "Edited" in here.titles() and "Post 2" not in here.titles())
    (posts / "sub").mkdir()
    (posts / "post-1.md").rename(posts / "sub" / "moved.md")
    here.until(lambda: here.library.store.article_by_key(keys["Post 1"]).guid == "sub/moved.md")
    (posts / "new.md").unlink()
    here.until(lambda: "New" not in here.titles())
    (posts / "post-3.md").unlink()
    here.until(lambda: here.library.store.file_count(here.library.sources()[0].key) == 2)
    assert sorted(here.titles()) == ["Edited", "Post 1", "Post 3"]
    assert len(here.library.store.bookmarks()) == 2
    assert here.unexpected == []


def test_what_changed_while_the_window_was_closed_is_read_at_once(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with desk(qtbot, qapp, tmp_path / "library") as first:
        first.add_posts(tmp_path / "posts", 3)
    (tmp_path / "posts" / "post-2.md").unlink()
    with desk(qtbot, qapp, tmp_path / "library") as second:
        watch = FolderWatch(second.library, second.lanes, second.window, start_ms=0)
        second.window.reload_sources()
        second.until(lambda: second.titles() == ["Post 1", "Post 3"])
        watch.close()


def test_a_folder_that_vanishes_is_said_and_loses_nothing(here: Desk, tmp_path: Path) -> None:
    posts = tmp_path / "posts"
    posts.rename(tmp_path / "unmounted")
    source = partial(lambda: here.library.sources()[0])
    here.until(lambda: "does not exist" in source().error)
    assert len(here.titles()) == 3
    (tmp_path / "unmounted").rename(posts)
    here.until(lambda: source().error == "")
    assert source().total == 3
