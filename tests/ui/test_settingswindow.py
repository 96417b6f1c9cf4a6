"""The settings window: everything is in it, is found, has its effect at once, and comes back to its default."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from reader import settings as settings_file
from reader.settings import BOUNDS, LEFT, Settings, fits
from reader.ui import settingpages
from reader.ui.buttons import Field
from reader.ui.formparts import NumberField, Switch
from reader.ui.settingcontrols import LiveChoice
from reader.ui.settingpanels import PANELS, Held, Retention, SettingsFile
from reader.ui.settingparts import FamilyBox, Slider
from reader.ui.settingswindow import SettingsWindow
from tests.site import Site
from tests.ui.desk import Desk, desk, rss

#: Set where they belong: the keys in their own panel, the sources of notifications at each source.
ELSEWHERE = {"key_preset", "notify_sources"}
TABLE = {setting.id: setting for setting in settingpages.settings()}
SET = [setting for setting in settingpages.settings() if setting.kind != "panel"]


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        yield made


@pytest.fixture
def shown(here: Desk) -> SettingsWindow:
    here.window.commands["settings"].trigger()
    made = here.window.findChild(SettingsWindow)
    assert made is not None
    here.qtbot.waitExposed(made)
    here.until(lambda: made.whole)
    return made


def control(shown: SettingsWindow, name: str, kind: type[QWidget]) -> Any:
    widget = shown.lines[name].control.widget
    return widget if isinstance(widget, kind) else widget.findChild(kind)


# ------------------------------------------------------------------------------------------------- the table


def test_whatever_a_person_may_set_has_a_line() -> None:
    names = {field.name for field in fields(Settings)} - LEFT - ELSEWHERE
    assert names <= TABLE.keys()
    assert {setting.id for setting in SET} <= names
    assert len(TABLE) == len(settingpages.settings())
    assert {setting.id for setting in TABLE.values() if setting.kind == "panel"} == PANELS.keys()
    assert {setting.page for setting in TABLE.values()} == {page.id for page in settingpages.pages()}


@pytest.mark.parametrize("setting", SET, ids=lambda setting: setting.id)
def test_what_is_offered_fits_and_is_said(setting: settingpages.Setting) -> None:
    default = getattr(Settings(), setting.id)
    assert setting.about.endswith(".")
    assert settingpages.default_text(setting)
    assert setting.kind not in ("number", "slider") or (setting.id in BOUNDS and setting.unit)
    if setting.kind == "choice":
        values = [value for value, _ in setting.choices]
        assert default in values
        assert all(fits(setting.id, value) for value in values)
    if setting.needs is not None:
        other, values = setting.needs
        assert all(fits(other, value) for value in values)


def test_a_default_is_said_in_words() -> None:
    said = {name: settingpages.default_text(TABLE[name]) for name in TABLE if TABLE[name].kind != "panel"}
    assert said["refresh_minutes"] == "1 hour"
    assert said["theme"] == "As the system"
    assert said["one_row"] == "On"
    assert said["picture_cache_mb"] == "500 MB"
    assert said["keep_days"] == "all"
    assert said["article_size_px"] == "17 px"
    assert said["picture_proxy"] == "None"
    assert said["rsshub_instances"] == "https://rsshub.app"


# ---------------------------------------------------------------------------------------------- the window


def test_the_command_belongs_where_the_platform_wants_it(here: Desk) -> None:
    action = here.window.commands["settings"]
    assert action.menuRole() == QAction.MenuRole.PreferencesRole
    assert action.shortcut().toString() == "Ctrl+,"


def test_there_is_one_window_and_pictures_lead_to_their_page(here: Desk, shown: SettingsWindow) -> None:
    here.window.commands["picture-settings"].trigger()
    assert here.window.findChildren(SettingsWindow) == [shown]
    assert shown.place()[0] == "pictures"
    assert not shown.blocks["pictures"].isHidden()
    assert shown.blocks["general"].isHidden()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("refresh", "refresh_minutes"),
        ("FETCH ahead", "pictures_ahead"),
        ("sepia", "theme"),  # one of the choices
        ("interval", "refresh_minutes"),  # another word for it
        ("快捷键", "keys"),
        ("夜间", "theme"),
        ("保留", "keep_days"),
        ("代理", "proxy"),
        ("ｐｒｏｘｙ", "proxy"),
        ("picture_cache", "picture_cache_mb"),
        ("refresh_minutes", "refresh_minutes"),  # as the file calls it
    ],
)
def test_all_pages_are_searched(shown: SettingsWindow, typed: str, found: str) -> None:
    shown.field.setText(typed)
    hits = [name for name, line in shown.lines.items() if not line.isHidden()]
    assert found in hits
    assert len(hits) < len(shown.lines)
    assert not shown.blocks[TABLE[found].page].isHidden()
    shown.field.clear()
    assert [name for name, block in shown.blocks.items() if not block.isHidden()] == ["general"]


def open_settings(here: Desk) -> SettingsWindow:
    """The settings before another page than the first is made: the next turn of the event loop makes more."""
    here.window.commands["settings"].trigger()
    made = here.window.findChild(SettingsWindow)
    assert made is not None
    assert not made.whole
    return made


def test_only_the_page_that_is_shown_is_made_at_once(here: Desk) -> None:
    just_opened = open_settings(here)
    general = [name for name, setting in TABLE.items() if setting.page == "general"]
    assert list(just_opened.lines)[: len(general)] == general
    assert len(just_opened.lines) < len(TABLE)
    assert all(just_opened.lines[name].isVisible() for name in general)
    here.until(lambda: just_opened.whole)
    assert set(just_opened.lines) == set(TABLE)


def test_a_search_finds_what_was_never_shown(here: Desk) -> None:
    just_opened = open_settings(here)
    just_opened.field.setText("retention")
    assert "backups_kept" not in just_opened.lines
    assert just_opened._nav["keeping"].found == 4
    assert not just_opened.blocks["keeping"].isHidden()
    here.until(lambda: "backups_kept" in just_opened.lines)
    lines = just_opened.lines
    assert not lines["keep_days"].isHidden()
    assert lines["backups_kept"].isHidden()
    here.until(lambda: just_opened.whole)
    shown = [name for name, line in lines.items() if not line.isHidden()]
    assert sorted(shown) == ["keep_count", "keep_days", "keep_in_all", "retention"]
    just_opened.field.clear()
    assert all(not line.isHidden() for line in lines.values())


@pytest.mark.parametrize("page", [page.id for page in settingpages.pages()])
def test_each_page_is_whole_when_it_is_shown(here: Desk, page: str) -> None:
    just_opened = open_settings(here)
    just_opened.show_page(page)
    assert [name for name, block in just_opened.blocks.items() if not block.isHidden()] == [page]
    settings = [name for name, setting in TABLE.items() if setting.page == page]
    assert [line.setting.id for line in just_opened.blocks[page].lines] == settings
    assert all(just_opened.lines[name].isVisible() for name in settings)


def test_a_line_that_is_made_late_stands_at_the_value_of_now(here: Desk) -> None:
    just_opened = open_settings(here)
    assert "article_justify" not in just_opened.lines
    here.window.set_setting(read_when="after", article_size_px=23)
    just_opened.show_page("reading")
    assert control(just_opened, "article_size_px", Slider).value() == 23
    assert just_opened.lines["read_after_s"].control.widget.isEnabled()


def test_tab_comes_to_the_lines_in_their_order_whichever_page_was_made_first(here: Desk) -> None:
    just_opened = open_settings(here)
    just_opened.show_page("storage")
    here.until(lambda: just_opened.whole)
    order = [line for block in just_opened.blocks.values() for line in block.lines]
    met: list[QWidget] = []
    each = just_opened.nextInFocusChain()
    while each is not None and each is not just_opened:
        line = next((line for line in order if line.isAncestorOf(each)), None)
        if line is not None and each.focusPolicy() & Qt.FocusPolicy.TabFocus and line not in met:
            met.append(line)
        each = each.nextInFocusChain()
    assert met == [line for line in order if line in met]
    assert len(met) > 30


def test_a_search_without_result_says_so_and_a_click_on_a_page_ends_it(shown: SettingsWindow) -> None:
    shown.field.setText("teleport")
    assert not shown.none.isHidden()
    assert all(block.isHidden() for block in shown.blocks.values())
    QTest.mouseClick(shown._nav["list"], Qt.MouseButton.LeftButton)
    assert shown.field.text() == ""
    assert shown.none.isHidden()
    assert shown.place()[0] == "list"
    assert not shown.lines["density"].isHidden()


def test_escape_clears_the_search_and_then_closes(here: Desk, shown: SettingsWindow) -> None:
    shown.field.setText("font")
    QTest.keyClick(shown.field, Qt.Key.Key_Escape)
    assert shown.field.text() == ""
    QTest.keyClick(shown.field, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert here.window.findChild(SettingsWindow) is None


def test_a_narrow_window_has_a_menu_of_pages(shown: SettingsWindow) -> None:
    shown.resize(420, 600)
    assert not shown.menu.isHidden()
    shown.menu.set_value("network")
    assert shown.place()[0] == "network"
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    line = shown.lines["proxy"]
    assert line.control.widget.geometry().top() >= line.about.geometry().bottom()
    shown.resize(880, 600)
    assert shown.menu.isHidden()


# ----------------------------------------------------------------------------------------------- the values


def test_a_choice_has_its_effect_at_once_and_can_be_taken_back(here: Desk, shown: SettingsWindow) -> None:
    line = shown.lines["density"]
    assert line.reset.isHidden()
    control(shown, "density", LiveChoice).set_value("compact")
    assert here.window.list.view.density == "compact"
    assert not line.reset.isHidden()
    line.reset.click()
    assert here.window.list.view.density == "comfortable"
    assert control(shown, "density", LiveChoice).value() == "comfortable"
    assert line.reset.isHidden()


def test_what_is_changed_elsewhere_is_shown_here(here: Desk, shown: SettingsWindow) -> None:
    here.window.set_setting(theme="sepia", article_size_px=21)
    assert control(shown, "theme", LiveChoice).value() == "sepia"
    assert control(shown, "article_size_px", Slider).value() == 21
    assert here.window.settings.article_size_px == 21


def test_switches_sliders_and_fonts(here: Desk, shown: SettingsWindow) -> None:
    control(shown, "article_justify", Switch).click()
    control(shown, "article_width_em", Slider).setValue(40)
    box = control(shown, "article_latin_font", FamilyBox)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    settings = here.window.settings
    assert (settings.article_justify, settings.article_width_em) == (True, 40)
    assert settings.article_latin_font == box.itemData(1) != ""


def test_a_number_is_taken_when_it_is_typed_to_its_end_and_stays_in_its_bounds(
    here: Desk, shown: SettingsWindow
) -> None:
    shown.show_page("pictures")
    field = control(shown, "picture_cache_mb", NumberField)
    field.setText("")
    QTest.keyClicks(field, "5")
    assert here.window.settings.picture_cache_mb == 500
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert here.window.settings.picture_cache_mb == 20
    assert field.text() == "20"
    assert settings_file.load(here.library.paths.settings).picture_cache_mb == 20
    here.until(lambda: here.library.cache_size().limit_bytes == 20 * 2**20)


def test_a_text_that_does_not_fit_is_told_and_not_taken(here: Desk, shown: SettingsWindow) -> None:
    shown.show_page("pictures")
    field, line = control(shown, "picture_proxy", Field), shown.lines["picture_proxy"]
    field.setText("not an address")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert here.window.settings.picture_proxy == ""
    assert line.note.text() == "“not an address” cannot be used: it begins with https:// and has {url} in it."
    assert not line.note.isHidden()
    field.setText("https://proxy.example/?url={url}")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert here.window.settings.picture_proxy == "https://proxy.example/?url={url}"
    assert line.note.isHidden()


def test_another_proxy_is_typed_and_used_at_once(here: Desk, shown: SettingsWindow) -> None:
    shown.show_page("network")
    choice, field = control(shown, "proxy", LiveChoice), control(shown, "proxy", Field)
    assert field.isHidden()
    choice.set_value("")
    assert not field.isHidden()
    assert here.window.settings.proxy == "system"
    field.setText("socks5h://127.0.0.1:9")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert here.window.settings.proxy == "socks5h://127.0.0.1:9"
    choice.set_value("none")
    assert here.window.settings.proxy == "none"
    assert field.isHidden()


def test_lines_are_taken_whole(here: Desk, shown: SettingsWindow) -> None:
    shown.show_page("following")
    edit, line = control(shown, "rsshub_instances", QPlainTextEdit), shown.lines["rsshub_instances"]
    edit.setPlainText("https://one.example\n\n  https://two.example  \n")
    here.until(lambda: here.window.settings.rsshub_instances == ("https://one.example", "https://two.example"))
    kept = settings_file.load(here.library.paths.settings)  # the library asks there
    assert kept.rsshub_instances == here.window.settings.rsshub_instances
    edit.setPlainText("https://one.example\nnowhere")
    here.until(lambda: not line.note.isHidden())
    assert "nowhere" in line.note.text()
    assert len(here.window.settings.rsshub_instances) == 2


def test_what_has_no_meaning_beside_another_setting_is_grey(here: Desk, shown: SettingsWindow) -> None:
    assert not shown.lines["read_after_s"].control.widget.isEnabled()
    here.window.set_setting(read_when="after")
    assert shown.lines["read_after_s"].control.widget.isEnabled()


def test_articles_of_several_sources_part_and_join_at_once(here: Desk, shown: SettingsWindow, site: Site) -> None:
    for name in ("one", "two"):
        here.library.add_feed(site.add(f"/{name}", rss("Same", 2), content_type="application/rss+xml"))
    here.library.tidy()
    here.window.library_changed()
    here.until(lambda: len(here.titles()) == 2)
    control(shown, "one_row", Switch).click()
    here.until(lambda: len(here.titles()) == 4)
    control(shown, "one_row", Switch).click()
    here.until(lambda: len(here.titles()) == 2)


# ------------------------------------------------------------------------------------------------ the panels


def test_retention_says_what_would_go_before_it_goes(here: Desk, shown: SettingsWindow, site: Site) -> None:
    here.library.add_feed(site.add("/feed", rss("Feed", 8), content_type="application/rss+xml"))
    here.window.library_changed()
    here.until(lambda: len(here.titles()) == 8)
    here.window.marking.toggle_bookmark(here.window.model.key_at(7))
    shown.show_page("keeping")
    panel = shown.lines["retention"].panel
    assert isinstance(panel, Retention)
    here.until(lambda: panel.text.text() == "Nothing.")
    field = control(shown, "keep_count", NumberField)
    field.setFocus()
    QTest.keyClicks(field, "3")
    here.until(lambda: panel.text.text().startswith("It would remove 4 articles."))
    assert here.window.settings.keep_count == 0
    assert panel.now.isHidden()
    QTest.keyClick(field, Qt.Key.Key_Return)
    here.until(lambda: panel.text.text().startswith("4 articles go within some minutes."))
    panel.now.click()
    here.until(lambda: len(here.titles()) == 4)
    assert here.window.settings.keep_count == 3
    gone = here.library.history()[0]
    assert gone.count == 4
    here.library.undo_gesture(gone.key)
    here.window.library_changed()
    here.until(lambda: len(here.titles()) == 8)


def test_the_cache_is_counted_and_cleared(here: Desk, shown: SettingsWindow) -> None:
    shown.show_page("pictures")
    panel = shown.lines["cache"].panel
    assert isinstance(panel, Held)
    here.until(lambda: panel.held.text() == "0 pictures, 0 bytes")
    assert not panel.clear.isEnabled()


def test_settings_go_to_another_computer(here: Desk, shown: SettingsWindow, tmp_path: Path) -> None:
    panel = shown.lines["file"].panel
    assert isinstance(panel, SettingsFile)
    here.window.set_setting(theme="sepia", keep_days=400)
    file = tmp_path / "mine.json"
    panel.export_to(file)
    assert panel.note.text() == "Exported to mine.json."
    here.window.set_setting(theme="light", keep_days=0)
    wanted = json.loads(file.read_text("utf-8")) | {"density": "crowded", "holograms": True}
    file.write_text(json.dumps(wanted), "utf-8")
    panel.import_from(file)
    assert panel.note.text() == (
        "2 settings changed. Not taken, as the values do not fit: Density. Not known to this version: holograms."
    )
    assert (here.window.settings.theme, here.window.settings.keep_days) == ("sepia", 400)
    assert control(shown, "theme", LiveChoice).value() == "sepia"
    file.write_text("{", "utf-8")
    panel.import_from(file)
    assert "not JSON" in panel.note.text()
    panel.export_to(tmp_path / "nowhere" / "mine.json")
    assert "cannot be written" in panel.note.text()


def test_the_window_begins_with_what_is_set(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    settings = Settings(theme="light", view="all", start_view="bookmarks")
    with desk(qtbot, qapp, tmp_path / "library", settings) as made:
        made.until(lambda: made.window.listing.query.view == "bookmarks")
