"""What the reading pane offers: the look popover, history, quotations, names of PDF files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QSlider, QWidget
from pytestqt.qtbot import QtBot

from reader.model import Row
from reader.settings import Settings, load, save
from reader.ui import menus, page, printing
from reader.ui.aa import LookPopover
from reader.ui.history import History

ROW = Row(key=1, id="a", source_key=1, source_title="S", source_kind="feed", title="A [title]", authors=(), tags=())


def test_back_and_forward_are_those_of_a_browser() -> None:
    history = History()
    for key in (1, 2, 2, 3):
        history.visit(key)
    assert history.step(1) is None
    assert history.step(-1) == 2
    history.visit(2)  # what going back itself opens
    assert history.step(1) == 3
    assert [history.step(-1), history.step(-1), history.step(-1)] == [2, 1, None]
    history.visit(9)
    assert history.step(1) is None
    assert history.step(-1) == 1


def test_a_quotation_names_its_article() -> None:
    from dataclasses import replace

    said = menus.quotation("one\n\ntwo", replace(ROW, url="https://e.test/a"))
    assert said == "> one\n>\n> two\n>\n> — [A \\[title\\]](<https://e.test/a>)\n"
    assert menus.quotation("one", ROW).endswith("> — A [title]\n")


def test_names_of_files() -> None:
    assert printing.file_name('a/b: "c"?') == "a b c.pdf"
    assert printing.file_name("...") == "article.pdf"
    assert len(printing.file_name("长" * 300)) == 84


def test_the_popover_changes_settings_at_once(qtbot: QtBot) -> None:
    now = Settings()

    def change(**changes: object) -> None:
        nonlocal now
        from dataclasses import replace

        now = replace(now, **changes)  # type: ignore[arg-type]

    pane = QWidget()
    qtbot.addWidget(pane)
    pane.resize(700, 800)
    button = QWidget(pane)
    button.setGeometry(10, 10, 30, 30)
    popover = LookPopover(lambda: now, change, pane)
    pane.show()
    popover.toggle(button)
    assert popover.isVisible()
    sliders = {each.accessibleName(): each for each in popover.findChildren(QSlider)}
    assert set(sliders) == {"Size", "Line height", "Width"}
    sliders["Size"].setFocus()
    QTest.keyClick(sliders["Size"], Qt.Key.Key_Right)
    assert now.article_size_px == 18
    sliders["Line height"].setValue(120)
    sliders["Width"].setValue(99)
    assert (now.article_lines_percent, now.article_width_em) == (120, 44)
    assert all(each.accessibleName() for each in popover.findChildren(QComboBox))
    QTest.keyClick(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible()


def test_no_name_of_a_font_leaves_its_quotation_marks(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    save(file, Settings(article_latin_font='x"} body{display:none', article_cjk_font="Songti SC"))
    read = load(file)
    assert (read.article_latin_font, read.article_cjk_font) == ("", "Songti SC")
    css = page.variables(page.Look(":root{}", cjk_font=read.article_cjk_font, lines_percent=120))
    assert '--own-cjk:"Songti SC",' in css
    assert "--lines:1.2;" in css
