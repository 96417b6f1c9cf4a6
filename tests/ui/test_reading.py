"""Opening and marking: shown at once, stored behind, taken back when storing fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.errors import ParseError
from reader.library import Library
from reader.paths import in_folder
from reader.ui.showing import notes
from tests.ui.desk import Desk, desk


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts")
        yield made


def test_the_latest_wins_and_the_next_two_are_prepared(here: Desk) -> None:
    window, opened = here.window, []
    window.reading.opened.connect(lambda document: opened.append(document.article.row.title))
    for n in range(5):
        window.go_to(window.model.key_at(n))
    here.until(lambda: opened and opened[-1] == "Post 5")
    here.rest(80)
    assert opened == ["Post 5"]
    window._prepare_next(window.model.key_at(0))
    here.until(lambda: not window.reading._preparing)
    opened.clear()
    window.go_to(window.model.key_at(1))
    assert opened == ["Post 2"]  # at once, without a turn of the event loop


def test_a_broken_article_says_so_in_its_place(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    window, real = here.window, here.library.document
    bad = window.model.key_at(1)

    def document(key: int, **more: Any) -> object:
        if key == bad:
            raise ParseError(where="post-2.md", detail="it cannot be read", line=3)
        return real(key, **more)

    monkeypatch.setattr(here.library, "document", document)
    window.go_to(bad)
    here.until(lambda: window.article.empty._title.text() == "This article cannot be shown")
    assert window.article.empty.isVisible()
    assert "post-2.md" in window.article.empty._text.text()
    assert not window.toast.isVisible()
    window.list.view.step(1)  # the others are there
    here.until(lambda: window.reading.row() and here.title() == "Post 3")


def test_what_was_noticed_in_front_matter_and_body_is_said_once(here: Desk, tmp_path: Path) -> None:
    posts = tmp_path / "noted"
    posts.mkdir()
    (posts / "deep.md").write_text(f"---\ntitle: Deep\ndate: soonish\n---\n\n{'> ' * 30}x\n", encoding="utf-8")
    here.window.acts.open_path(posts)
    here.until(lambda: here.titles() == ["Deep"])
    document = here.library.document(here.window.model.key_at(0))
    said = notes(document)
    assert len(said) == 2
    assert "soonish" in said[0]
    assert "nested more than" in said[1]
    html = here.window.showing._sheet(document, document.article.row).document()
    assert html.count(b'class="ink-warning"') == 2


def test_a_mark_is_shown_before_it_is_stored_and_a_renewed_list_does_not_lose_it(here: Desk) -> None:
    window, go = here.window, threading.Event()
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    key = window.reading.key
    window.lanes.store.run(lambda: go.wait(10))  # the disk is slow
    here.key("s")
    assert window.model.row_at(0).bookmarked  # type: ignore[union-attr]
    window.listing.again()
    here.rest(200)
    assert window.model.row_at(0).bookmarked  # type: ignore[union-attr]
    assert not here.library.store.rows([key])[0].bookmarked
    go.set()
    here.until(lambda: here.library.store.rows([key])[0].bookmarked)
    here.until(lambda: not window.reading.pending())


def test_marks_made_elsewhere_show_on_the_open_article(here: Desk) -> None:
    window = here.window
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    key = window.reading.key
    assert window.article.bookmark_button.accessibleName() == "Bookmark"
    with Library(in_folder(here.library.paths.database.parent)) as other:
        other.bookmark(key, True)
        other.mark_read([key], True)
    here.until(lambda: window.article.bookmark_button.accessibleName() == "Remove the bookmark")
    here.until(lambda: window.article.read_button.accessibleName() == "Mark as unread")
    window.marking.undo()
    here.until(lambda: window.article.read_button.accessibleName() == "Mark as read")


def test_an_open_article_that_the_list_does_not_hold_can_be_marked(here: Desk) -> None:
    window = here.window
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    key = window.reading.key
    window.sidebar.select("bookmarks")
    here.until(lambda: window.model.rowCount() == 0)
    window.go_to(key)
    here.until(lambda: window.reading.row())
    here.key("s")
    here.until(lambda: here.library.store.rows([key])[0].bookmarked)
    assert window.article.bookmark_button.accessibleName() == "Remove the bookmark"


def test_the_place_is_stored(here: Desk) -> None:
    window = here.window
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    row = window.reading.row()
    assert row is not None
    window.reading.set_place(row, 0.4, "p:3")
    here.until(lambda: here.library.store.article(row.id).position == "p:3")
    here.until(lambda: window.sidebar.tree.find("view", "continue").count == 1)  # type: ignore[union-attr]
    assert window.model.row_at(0).progress == pytest.approx(0.4)  # type: ignore[union-attr]


def test_a_library_that_can_only_be_read_says_so_and_takes_marks_back(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    folder = tmp_path / "library"
    with desk(qtbot, qapp, folder) as made:
        made.add_posts(tmp_path / "posts")
    with desk(qtbot, qapp, folder, readonly=True) as made:
        window = made.window
        assert "can only be read" in window.status.text()
        made.until(lambda: made.titles()[:1] == ["Post 1"])
        window.list.view.step(1)
        made.until(lambda: window.reading.row())
        made.key("s")
        made.until(window.toast.isVisible)
        assert "can only be read" in window.toast.text()
        assert not window.model.row_at(0).bookmarked  # type: ignore[union-attr]
        assert window.article.bookmark_button.accessibleName() == "Bookmark"
        window.refreshing.refresh()
        made.until(lambda: not window.refreshing.running)
        assert "can only be read" in window.status.text()
