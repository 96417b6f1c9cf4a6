"""The list: what it shows, what stays in it, how it is searched, and why it is empty."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.library import Library
from reader.model import Query, Row
from reader.paths import in_folder
from reader.store import Store
from tests.ui.desk import Desk, compose, desk, write_posts


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts")
        made.show_view("unread")
        made.until(lambda: len(made.titles()) == 6)
        yield made


def empty(here: Desk) -> tuple[str, str, str]:
    """Title, text and action of the empty list; nothing while it shows rows."""
    pane = here.window.list
    if not pane.empty.isVisible():
        return "", "", ""
    return pane.empty._title.text(), pane.empty._text.text(), pane.empty._action.text()


def test_a_read_row_stays_until_another_list_is_shown(here: Desk) -> None:
    window = here.window
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    here.key("m")
    here.until(lambda: window.model.row_at(0).read)  # type: ignore[union-attr]
    with Library(in_folder(window.library.paths.database.parent)) as other:  # another program changes something
        other.mark_read([window.model.key_at(4)], True)
    with here.qtbot.waitSignal(window.listing.listed, timeout=5000):
        pass
    # At once, with no row blank for a moment.
    assert here.titles() == ["Post 1", "Post 2", "Post 3", "Post 4", "Post 6"]
    assert here.title() == "Post 1"
    here.show_view("all")
    here.until(lambda: len(here.titles()) == 6)
    here.show_view("unread")
    here.until(lambda: here.titles() == ["Post 2", "Post 3", "Post 4", "Post 6"])


def test_a_list_that_was_read_before_a_mark_does_not_undo_it(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    window, store = here.window, here.library.store
    read, asked, go = type(store).rows, threading.Event(), threading.Event()

    def slow(self: Store, keys: Sequence[int]) -> list[Row]:
        found = read(self, keys)
        if threading.current_thread() is not threading.main_thread() and not asked.is_set():
            asked.set()
            go.wait(30)
        return found

    row = window.model.row_at(2)
    assert row is not None
    monkeypatch.setattr(type(store), "rows", slow)
    with here.qtbot.waitSignal(window.listing.listed, timeout=30_000):
        window.listing._read(renewed=True)
        here.until(asked.is_set)
        window.reading.set_read(row, True)
        here.until(lambda: not window.reading.pending())
        go.set()
    assert [each.read for each in read(store, [row.key])] == [True]
    assert window.model.row_at(2).read  # type: ignore[union-attr]


def test_the_next_unread_one_is_found_where_the_list_is_not_loaded(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with desk(qtbot, qapp, tmp_path / "library") as here:
        write_posts(tmp_path / "posts", 350)
        list(here.library.refresh([here.library.add_folder(tmp_path / "posts")]))
        here.show_view("bookmarks")
        everything = here.library.store.ids(Query(view="all"))
        here.library.mark_read([key for n, key in enumerate(everything) if n not in (0, 240)], True)
        here.show_view("all")
        here.until(lambda: here.window.model.rowCount() == 350 and here.window.model.row_at(0))
        assert here.window.model.row_at(240) is None
        opened: list[int] = []
        here.window.reading.opened.connect(lambda document: opened.append(document.article.row.key))
        for number in (1, 2):
            here.window.commands["next-unread"].trigger()
            here.until(lambda number=number: len(opened) == number)  # type: ignore[misc]
            here.window.selecting.toggle_read()
        assert opened == [everything[0], everything[240]]
        here.window.commands["previous-unread"].trigger()
        here.until(lambda: here.window.status.text() == "Nothing unread in this list.")
        assert here.window.reading.key == everything[240]


def test_a_row_marked_by_its_menu_stays_too(here: Desk) -> None:
    from reader.ui import menus

    window = here.window
    row = window.model.row_at(2)
    assert row is not None
    menu = menus.article(window, row)
    menu.actions()[0].trigger()
    window.library_changed()
    here.rest(700)
    assert here.titles()[2] == "Post 3"
    assert window.model.row_at(2).read  # type: ignore[union-attr]


def test_a_row_of_a_removed_source_does_not_stay(here: Desk, tmp_path: Path) -> None:
    window = here.window
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    here.key("m")
    here.until(lambda: not window.reading.pending())
    with Library(in_folder(window.library.paths.database.parent)) as other:
        other.store.remove_source(other.sources()[0].key)
    here.until(lambda: window.model.rowCount() == 0)


def test_two_chinese_letters_are_found_and_escape_goes_back(here: Desk) -> None:
    window = here.window
    here.key("/")
    assert window.list.search.field.hasFocus()
    compose("灯塔")
    here.until(lambda: window.listing.searching and len(here.titles()) == 6 and window.model.row_at(0).snippet)  # type: ignore[union-attr]
    row = window.model.row_at(0)
    assert row is not None
    assert "灯塔" in row.snippet
    assert not {"\ue001", "\ue002", "\ue000"} & set(row.snippet)
    assert not window.commands["mark-all"].isEnabled()
    here.key(Qt.Key.Key_Return)
    assert window.list.view.hasFocus()
    here.key("j")
    here.until(lambda: window.reading.row())
    here.rest(250)
    opened = here.title()
    assert opened  # Enter did not search again and close what was opened
    here.key("/")
    here.key(Qt.Key.Key_Escape)
    here.until(lambda: not window.listing.searching and window.commands["mark-all"].isEnabled())
    assert not window.list.search.isVisible()
    assert window.list.view.hasFocus()
    assert here.titles() == [f"Post {n}" for n in range(1, 7)]


def test_a_search_begins_with_its_best_match_and_the_open_article_stays(here: Desk) -> None:
    window = here.window
    window.resize(1200, 420)  # so low that the last rows are out of sight
    window.go_to(window.model.key_at(5))
    here.until(lambda: window.reading.row())
    opened = window.reading.key
    window.commands["search"].trigger()
    window.listing.search("words of post")
    here.until(lambda: window.listing.searching and window.model.row_at(0).snippet)  # type: ignore[union-attr]
    assert window.list.view.current_key() is None
    assert window.list.view.verticalScrollBar().value() == 0
    assert window.reading.key == opened
    here.key(Qt.Key.Key_Escape)
    here.until(lambda: here.title() == "Post 6")
    assert window.reading.key == opened


def test_the_latest_search_wins(here: Desk) -> None:
    window = here.window
    for text in ("海", "海港", "海港的", "words of post 3", '"post 4"'):
        window.listing.search(text)
    here.until(lambda: here.titles() == ["Post 4"])
    here.rest(200)
    assert here.titles() == ["Post 4"]
    assert not window.toast.isVisible()


def test_searching_disturbs_no_other_read(here: Desk) -> None:
    window = here.window
    for n in range(12):
        window.listing.search(f"post {n % 6 + 1}")
        window.go_to(window.model.key_at(0)) if window.model.rowCount() else None
        window.reload_sources()
        here.rest(7)
    here.rest(300)
    assert not window.toast.isVisible(), window.toast.text()
    assert window.article.empty._title.text() != "This article cannot be shown"


def test_every_empty_list_says_why(here: Desk, tmp_path: Path) -> None:
    window = here.window
    for view, title in (("bookmarks", "Nothing bookmarked yet"), ("continue", "Nothing half read")):
        here.show_view(view)
        here.until(lambda title=title: empty(here)[0] == title)  # type: ignore[misc]
    here.show_view("today")
    here.until(lambda: empty(here)[0] == "Nothing new today")
    window.listing.search("xyzzy")
    here.until(lambda: empty(here)[0] == "Nothing found")
    window.listing.end_search()
    here.show_view("unread")
    window.commands["unread-only"].trigger()
    window.marking.mark_all()
    here.until(lambda: empty(here)[0] == "All caught up")
    assert empty(here)[2] == "Show read articles"
    window.list.empty._action.click()
    here.until(lambda: len(here.titles()) == 6)
    assert window.listing.query.view == "all"
    assert not window.commands["unread-only"].isChecked()
    (tmp_path / "nothing").mkdir()
    window.acts.open_path(tmp_path / "nothing")
    here.until(lambda: empty(here)[0] == "No articles")
    here.until(lambda: "holds no articles" in empty(here)[1])


def test_filters_keep_the_open_article_that_still_fits(here: Desk) -> None:
    window = here.window
    window.list.view.step(1)
    window.list.view.step(1)
    here.until(lambda: (row := window.reading.row()) and row.title == "Post 2")
    here.key("o")
    here.until(lambda: here.titles()[0] == "Post 6")
    assert here.title() == "Post 2"
    assert window.reading.row() is not None


def test_what_is_chosen_while_the_list_is_renewed_is_opened(here: Desk) -> None:
    window = here.window
    window.list.view.step(1)
    here.until(lambda: window.reading.row())
    window.list.view.step(1)
    # The renewal comes before the view says what was chosen.
    keys = [window.model.key_at(n) for n in range(6)]
    window.listing._put(array("q", keys), here.library.store.rows(keys), True)
    here.until(lambda: window.reading.key == keys[1])


def test_mark_all_can_be_undone_by_the_toast_and_by_its_key(here: Desk) -> None:
    window = here.window

    def unread() -> int:
        return window.library.store.counts(window.library.today()).unread

    for way in ("toast", "key"):
        here.key("A", Qt.KeyboardModifier.ShiftModifier)
        here.until(window.toast.isVisible)
        assert window.toast.text() == "6 articles marked as read"
        assert unread() == 0
        here.until(lambda: empty(here)[0] == "All caught up")
        if way == "toast":
            window.toast._action.click()
        else:
            window.setFocus()
            QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        here.until(lambda: unread() == 6 and len(here.titles()) == 6)
        assert not window.toast.isVisible()
        assert window.status.text() == "Undone."


def test_articles_come_while_another_list_is_open(here: Desk, tmp_path: Path) -> None:
    window = here.window
    window.list.view.step(1)
    window.list.view.step(1)
    window.list.view.step(1)
    here.until(lambda: here.title() == "Post 3" and window.reading.row())
    (tmp_path / "posts" / "new.md").write_text("---\ntitle: Newest\ndate: 2026-04-01\n---\nx\n", encoding="utf-8")
    write_posts(tmp_path / "other", 2)
    window.lanes.adding.run(lambda: window.library.add_folder(tmp_path / "other"))
    window.refreshing.refresh()
    here.until(lambda: here.titles()[0] == "Newest")
    assert here.title() == "Post 3"
    row = window.reading.row()
    assert row is not None
    assert row.title == "Post 3"


def test_in_a_long_list_the_open_article_stays_though_the_first_keys_do_not_hold_it(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.firstlook._AT_ONCE", 3)
    monkeypatch.setattr("reader.firstlook._FIRST_KEYS", 2)
    window = here.window
    here.show_view("all")
    here.until(lambda: len(here.titles()) == 6 and window.listing.whole)
    window.go_to(window.model.key_at(5))
    here.until(lambda: window.reading.row())
    opened = window.reading.key
    window.listing.again()
    here.until(lambda: len(here.titles()) == 6 and window.listing.whole)
    here.until(lambda: here.title() == "Post 6")
    assert window.reading.key == opened
    window.marking.set_read(window.reading.row(), True)  # type: ignore[arg-type]
    here.until(lambda: not window.reading.pending())
    here.show_view("unread")  # of five, which is long here, and the read one is not among them
    here.until(lambda: len(here.titles()) == 5 and window.listing.whole)
    here.until(lambda: window.reading.key == -1)


def test_a_search_in_the_chosen_source_or_everywhere(here: Desk, tmp_path: Path) -> None:
    window = here.window
    window.acts.open_path(write_posts(tmp_path / "others", 3))
    here.until(lambda: len(window.sources) == 2 and not window.refreshing.running)
    first = min(window.sources)
    window.sidebar.select(None, first)
    here.until(lambda: window.listing.query.sources == (first,) and len(here.titles()) == 6)
    bar = window.list.search
    window.commands["search"].trigger()
    assert bar.chosen() is None
    assert bar.scope_button.text() == "Everywhere"
    bar.field.setText("灯塔")
    bar.changed.emit("灯塔")
    here.until(lambda: bar._count.text() == "9 results")
    bar._choose(True, told=True)
    here.until(lambda: bar._count.text() == "6 results" and len(here.titles()) == 6)
    assert bar.scope_button.text() == "In: posts"
    here.key(Qt.Key.Key_Escape)
    here.until(lambda: not window.listing.searching)
    here.show_view("all")
    window.commands["search"].trigger()
    assert not bar.scope_button.isVisible()  # there is nothing to choose from


def test_more_results_than_are_listed_are_counted(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.ui.listing._SEARCH_LIMIT", 2)
    bar = here.window.list.search
    here.window.commands["search"].trigger()
    here.window.listing.search("灯塔")
    here.until(lambda: bar._count.text() == "6 results" and len(here.titles()) == 2)
    bar.set_results(10_001)
    assert bar._count.text().startswith("More than 10")


def test_the_next_key_cancels_a_search(here: Desk) -> None:
    window = here.window
    window.commands["search"].trigger()
    window.listing.search("灯塔")
    assert window.listing._asking
    window.list.search.field.textEdited.emit("灯塔在")
    assert not window.listing._asking
    window.listing.search("灯塔")  # the same words again, as after a key and its deletion
    here.until(lambda: not window.listing._asking and len(here.titles()) == 6)


def test_the_list_takes_the_focus_that_it_was_given_while_it_had_no_rows(here: Desk) -> None:
    """The first source is there before its articles, and Space would press a button."""
    pane = here.window.list
    for asked in (False, True):
        pane.set_empty(lambda empty: empty.set("all", "None", "Nothing."))
        pane.sort_button.setFocus()
        if asked:
            pane.view.setFocus()
            pane.focus_when_shown()
        pane.set_empty(None)
        assert (here.window.focusWidget() is pane.view) == asked
