"""The manual, opened as an article is and none of the library; and what else the Help menu holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader import resources
from reader.library import Document
from reader.ui import menus
from reader.ui.about import About, own_licence
from reader.ui.commands import table
from reader.ui.help import CHAPTERS, FOLDERS, title_of
from tests.ui.desk import Desk, desk

LANGUAGES = ("en", *FOLDERS.values())


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts")
        yield made


def _opened(here: Desk, chapter: str = CHAPTERS[0]) -> Document:
    got: list[Document] = []
    here.window.reading.opened.connect(got.append)
    here.window.help.open(chapter)
    here.until(lambda: got)
    return got[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_is_there_and_names_only_what_exists(language: str) -> None:
    folder, names = resources.path("manual", language), {each.id for each in table()}
    assert {file.stem for file in folder.iterdir()} == set(CHAPTERS)
    for chapter in CHAPTERS:
        text = (folder / f"{chapter}.md").read_text("utf-8")
        assert title_of(text)
        assert set(re.findall(r"\{(?:key|do):([^}]*)\}", text)) | set(re.findall(r"\]\(do/([^)]*)\)", text)) <= names
        links = re.findall(r"\]\((?!do/)([^)]*)\)", text)
        assert all((folder / link).is_file() for link in links), links


def test_chapters_have_the_keys_of_now_and_links_to_all_others(here: Desk) -> None:
    for chapter in CHAPTERS:
        document = _opened(here, chapter)
        assert not document.rendered.removed, chapter
        assert not document.rendered.warnings
        assert "{" not in document.rendered.text
        assert {f"{each}.md" for each in CHAPTERS if each != chapter} <= set(document.rendered.links)
    assert "<kbd>J</kbd>" in _opened(here, "reading-and-keys").rendered.html
    here.window.set_setting(keys={"next": ("Ctrl+Alt+Y",), "previous": ()})
    here.until(lambda: here.window.reading.row())
    html = _opened(here, "reading-and-keys").rendered.html
    assert "<kbd>Ctrl+Alt+Y</kbd>" in html
    assert "no key" in html


def test_its_picture_comes_from_the_data_files(here: Desk) -> None:
    document = _opened(here)
    assert here.library.picture(document, 0).media_type == "image/svg+xml"


def test_it_is_no_article_of_the_library(here: Desk) -> None:
    window, before = here.window, here.library.store.counts(here.library.today())
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    _opened(here)
    assert not window.commands["bookmark"].isEnabled()
    assert window.commands["find"].isEnabled()
    for key in ("s", "m", "t"):
        here.key(key)
    window.reading.set_place(window.reading.row(), 0.5, "3:0")  # type: ignore[arg-type]
    window.library_changed()
    here.rest(300)
    assert window.help.is_open
    assert here.library.store.counts(here.library.today()).bookmarks == before.bookmarks
    assert window.left().article == ""
    here.key("j")
    here.until(lambda: window.reading.row() and window.reading.row().title == "Post 2")  # type: ignore[union-attr]
    assert window.commands["bookmark"].isEnabled()


def test_links_lead_from_chapter_to_chapter_back_and_forward_and_to_commands(here: Desk) -> None:
    window = here.window
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    article = window.reading.key
    document = _opened(here)
    window.reading.follow(document, "search.md")
    here.until(lambda: window.reading.row() and window.reading.row().id == "manual-search")  # type: ignore[union-attr]
    window.step_history(-1)
    assert window.reading.row().id == "manual-first-steps"  # type: ignore[union-attr]
    window.step_history(-1)
    assert window.reading.key == article
    window.step_history(1)
    ran: list[bool] = []
    window.commands["keys"].triggered.connect(lambda: ran.append(True))
    window.reading.follow(document, "do/keys")
    assert ran
    out: list[str] = []
    window.reading.led_out.connect(out.append)
    window.reading.follow(document, "elsewhere.md")
    assert out == ["elsewhere.md"]


def test_escape_and_a_click_on_the_selected_article_leave_it(here: Desk) -> None:
    window = here.window
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    article = window.reading.key
    _opened(here)
    window.list.view.clicked.emit(window.list.view.currentIndex())
    assert window.reading.key == article
    _opened(here)
    window.commands["stop"].trigger()
    assert not window.help.is_open
    assert not window.help.leave()


def test_details_are_copied(here: Desk) -> None:
    here.window.commands["copy-details"].trigger()
    text = QGuiApplication.clipboard().text()
    for part in ("Inkstone ", "Qt ", "Chromium ", "SQLite ", "1 sources", "6 articles", "Theme: light"):
        assert part in text


def test_about_tells_versions_and_every_licence(here: Desk) -> None:
    here.window.commands["about"].trigger()
    about = here.window.findChild(About)
    assert about is not None
    names = [about.list.item(n).data(Qt.ItemDataRole.UserRole) for n in range(about.list.count())]
    assert names[0] == "Inkstone"
    assert "lxml" in names
    assert "GNU GENERAL PUBLIC LICENSE" in own_licence()
    assert "GNU GENERAL PUBLIC LICENSE" in about._licence_of("Inkstone")
    assert all(about._licence_of(name) for name in names)
    about.close()


def test_the_menu_holds_all_of_it(here: Desk) -> None:
    menu = menus.main(here.window)
    helping = next(each.menu() for each in menu.actions() if each.text() == "Help")
    assert [each.objectName() for each in helping.actions()] == ["manual", "keys", "copy-details", "show-log", "about"]
    menu.deleteLater()
