"""What is done with sources in the sidebar: each act by mouse or keyboard, each with its way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from reader.model import Source
from reader.ui import menus
from reader.ui.adding import AddFeed
from reader.ui.favicons import decode, is_dark
from reader.ui.importing import ImportList
from reader.ui.sourcenodes import Kind
from reader.ui.sourcepanel import SourcePanel
from tests.site import Site, png
from tests.ui.desk import Desk, desk, rss

FEED = "application/rss+xml"
MOVE = Qt.DropAction.MoveAction


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        store = made.library.store
        for title, folder in (("One", "A"), ("Two", "A"), ("Three", "A / B"), ("Four", ""), ("Five", "C")):
            store.add_source("feed", f"https://{title.lower()}.example/feed", title, folder)
        made.window.reload_sources()
        made.until(lambda: len(made.window.sources) == 5)
        yield made


def stand(here: Desk) -> list[tuple[str, str]]:
    return [(source.title, source.folder) for source in here.library.sources()]


def choose(here: Desk, kind: Kind, name: str) -> None:
    view, tree = here.window.sidebar.view, here.window.sidebar.tree
    node = next(each for each in tree.nodes() if each.kind == kind and name in (each.title, each.name))
    view.setFocus()
    view.setCurrentIndex(tree.index_of(node))


def source(here: Desk, title: str) -> Source:
    return next(each for each in here.library.sources() if each.title == title)


def drag(here: Desk, kind: Kind, name: str, into: str, row: int = -1) -> bool:
    """Drop a line on a folder ("" for none), before its n-th line."""
    tree = here.window.sidebar.tree
    dragged = next(each for each in tree.nodes() if each.kind == kind and name in (each.title, each.name))
    folder = tree.find("folder", into)
    parent = tree.index_of(folder) if folder is not None else QModelIndex()
    data = tree.mimeData([tree.index_of(dragged)])
    return tree.canDropMimeData(data, MOVE, row, 0, parent) and tree.dropMimeData(data, MOVE, row, 0, parent)


def test_a_source_is_dragged_into_a_folder_and_back_by_undo(here: Desk) -> None:
    before = stand(here)
    assert drag(here, "source", "Four", "A / B")
    here.until(lambda: ("Four", "A / B") in stand(here))
    here.until(lambda: here.window.toast.text() == "“Four” moved to “A / B”")
    here.window.commands["undo"].trigger()
    here.until(lambda: stand(here) == before)


def test_several_acts_on_sources_are_undone_one_after_the_other(here: Desk) -> None:
    before = stand(here)
    assert drag(here, "source", "Four", "A / B")
    here.until(lambda: here.window.toast.text() == "“Four” moved to “A / B”")
    choose(here, "source", "One")
    rename(here, "Uno")
    here.until(lambda: here.window.toast.text() == "“One” is called “Uno” now")
    here.window.commands["undo"].trigger()
    here.until(lambda: ("One", "A") in stand(here))
    assert ("Four", "A / B") in stand(here)
    here.window.commands["undo"].trigger()
    here.until(lambda: stand(here) == before)


def test_a_title_of_its_own_follows_the_feed_again_after_an_undone_name(here: Desk) -> None:
    store = here.library.store
    (source,) = [each for each in store.sources() if each.title == "One"]
    store.configure_source(source.key, named=False)
    here.window.reload_sources()
    here.until(lambda: not here.window.sources[source.key].named)
    for undone in (False, True):  # as it was: once by itself, once by the user
        choose(here, "source", "One")
        rename(here, "Uno")
        here.until(lambda: store.source(source.key).title == "Uno" and "Uno" in here.window.toast.text())
        assert store.source(source.key).named
        here.window.commands["undo"].trigger()
        here.until(lambda: ("One", "A") in stand(here))
        assert store.source(source.key).named == undone
        store.configure_source(source.key, named=True)
        here.window.reload_sources()
        here.until(lambda: here.window.sources[source.key].named)


def test_a_folder_is_dragged_with_all_in_it(here: Desk) -> None:
    assert drag(here, "folder", "A", "C")
    here.until(lambda: ("Three", "C / A / B") in stand(here))
    assert not drag(here, "folder", "C", "C / A")


def test_views_and_the_heading_take_nothing(here: Desk) -> None:
    assert not drag(here, "source", "Four", "", row=2)
    tree = here.window.sidebar.tree
    assert not tree.canDropMimeData(QMimeData(), MOVE, -1, 0, QModelIndex())
    QAbstractItemModelTester(tree, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_order_by_keyboard(here: Desk) -> None:
    choose(here, "source", "Two")
    QTest.keyClick(here.window.sidebar.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    here.until(lambda: [title for title, _ in stand(here)][:2] == ["Two", "One"])
    here.until(lambda: [each.title for each in here.window.sidebar.tree.sources()][:2] == ["Two", "One"])
    choose(here, "folder", "C")
    QTest.keyClick(here.window.sidebar.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    here.until(lambda: [title for title, _ in stand(here)][-2:] == ["Five", "Four"])


def rename(here: Desk, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    QTest.keyClick(here.window.sidebar.view, Qt.Key.Key_F2)
    field = here.window.sidebar.view.viewport().findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, end)


def test_a_source_and_a_folder_get_other_names_where_they_stand(here: Desk) -> None:
    choose(here, "source", "One")
    rename(here, "Uno")
    here.until(lambda: ("Uno", "A") in stand(here))
    assert here.window.sidebar.view.hasFocus()
    choose(here, "folder", "A")
    rename(here, "Alpha")
    here.until(lambda: ("Three", "Alpha / B") in stand(here))
    here.until(lambda: here.window.toast.text() == "“A” is called “Alpha” now")
    choose(here, "source", "Two")
    rename(here, "Zwei", Qt.Key.Key_Escape)
    here.rest()
    assert ("Two", "Alpha") in stand(here)


def test_removing_takes_effect_at_once_and_can_be_taken_back(here: Desk) -> None:
    choose(here, "source", "Two")
    QTest.keyClick(here.window.sidebar.view, Qt.Key.Key_Delete)
    here.until(lambda: len(here.window.sources) == 4)
    assert here.window.listing.query.view == "all"
    here.window.commands["undo"].trigger()
    here.until(lambda: len(here.window.sources) == 5)
    assert len(stand(here)) == 5
    choose(here, "folder", "A")
    QTest.keyClick(here.window.sidebar.view, Qt.Key.Key_Delete)
    assert here.window.toast.text() == "3 sources removed; what you bookmarked stays"
    here.window.acts.changes.finish()
    here.until(lambda: [title for title, _ in stand(here)] == ["Four", "Five"])
    here.window.commands["undo"].trigger()  # from the trash now: one of them each time
    here.until(lambda: len(stand(here)) == 3)
    here.window.commands["undo"].trigger()
    here.window.commands["undo"].trigger()
    here.until(lambda: len(stand(here)) == 5)


def test_closing_the_window_finishes_a_removal(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with desk(qtbot, qapp, tmp_path) as made:
        made.library.store.add_source("feed", "https://x.example/", "X")
        made.window.reload_sources()
        made.until(lambda: made.window.sources)
        made.window.acts.changes.remove(list(made.window.sources.values()))
    with desk(qtbot, qapp, tmp_path) as again:
        assert again.library.sources() == []


def texts(menu: QMenu) -> list[str]:
    return [action.text().partition("\t")[0] for action in menu.actions() if not action.isSeparator()]


def test_the_menus_offer_every_act(here: Desk) -> None:
    menu = menus.source(here.window, source(here, "One"))
    for wanted in ("Refresh", "Mark as read", "Rename", "Move to", "Properties", "Remove"):
        assert wanted in texts(menu)
    goals = next(action for action in menu.actions() if action.text() == "Move to").menu()
    assert isinstance(goals, QMenu)
    assert texts(goals) == ["A", "A / B", "C", "New folder", "Out of all folders"]
    inner = menus.folder(here.window, "A", [source(here, "One")])
    assert "Dissolve, and keep its sources" in texts(inner)
    for each in (menu, inner):
        each.close()
        each.deleteLater()


def test_a_new_folder_is_named_where_it_stands(here: Desk) -> None:
    here.window.acts.changes.move_into_new("source", str(source(here, "Four").key))
    here.until(lambda: here.window.sidebar.view.viewport().findChild(QLineEdit))
    field = here.window.sidebar.view.viewport().findChild(QLineEdit)
    assert field.text() == "New folder"  # type: ignore[union-attr]
    QTest.keyClicks(field, "Poems")
    QTest.keyClick(field, Qt.Key.Key_Return)
    here.until(lambda: here.window.sidebar.tree.find("folder", "Poems"))
    here.window.acts.changes.dissolve("Poems")
    here.until(lambda: ("Four", "") in stand(here))


# ------------------------------------------------------------------------------------------------ lists of feeds


def opml(tmp_path: Path) -> Path:
    file = tmp_path / "list.opml"
    file.write_text(
        "<opml version='2.0'><body><outline text='A'><outline type='rss' text='One' xmlUrl='https://one.example/feed'/>"
        "<outline text='In'><outline type='rss' text='Six' xmlUrl='https://six.example/feed'/></outline></outline>"
        "<outline type='rss' text='Seven' xmlUrl='https://seven.example/feed'/><outline text='x' xmlUrl='&bad'/>"
        "</body></opml>",
        encoding="utf-8",
    )
    return file


def preview(here: Desk, file: Path) -> ImportList:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    assert here.window.arrivals.can_take(data)
    here.window.arrivals.take_data(data)
    found = here.window.findChild(ImportList)
    assert isinstance(found, ImportList)
    return found


def test_a_dropped_list_is_shown_before_it_is_taken(here: Desk, tmp_path: Path) -> None:
    shown = preview(here, opml(tmp_path))
    here.until(shown.go.isEnabled)
    assert shown.note.text() == "2 new feeds; 1 are followed already and stay as they are."
    assert [item.text(0) for item in shown.feeds.items()] == ["A", "One", "In", "Six", "Seven"]
    assert shown.warned.isVisible()
    assert len(stand(here)) == 5
    six = next(item for item in shown.feeds.items() if item.text(0) == "In")
    six.setCheckState(0, Qt.CheckState.Unchecked)
    here.until(lambda: shown.go.text() == "Import 1 feed")
    QTest.keyClick(shown.feeds, Qt.Key.Key_Return)
    here.until(lambda: here.window.findChild(ImportList) is None)
    assert [title for title, _ in stand(here)][5:] == ["Seven"]
    assert here.window.toast.text() == "1 feed added"
    here.until(lambda: not here.window.refreshing.running)


def test_what_is_no_list_is_said_in_the_dialog(here: Desk, tmp_path: Path) -> None:
    (tmp_path / "x.opml").write_text("not a list", encoding="utf-8")
    shown = preview(here, tmp_path / "x.opml")
    here.until(lambda: "no OPML" in shown.note.text())
    assert not shown.go.isEnabled()


def test_thousands_of_feeds_are_checked_quickly(here: Desk, tmp_path: Path) -> None:
    rows = "".join(f"<outline type='rss' text='F{n}' xmlUrl='https://f{n}.example/'/>" for n in range(4000))
    file = tmp_path / "many.opml"
    file.write_text(f"<opml version='2.0'><body><outline text='All'>{rows}</outline></body></opml>", encoding="utf-8")
    shown = preview(here, file)
    here.until(shown.go.isEnabled)
    shown.none.click()
    here.until(lambda: not shown.go.isEnabled(), 3000)
    shown.all.click()
    here.until(lambda: "000 feeds" in shown.go.text(), 3000)
    shown.reject()


def test_a_dropped_address_is_asked_for(here: Desk) -> None:
    data = QMimeData()
    data.setText("https://new.example/")
    assert here.window.arrivals.can_take(data)
    here.window.arrivals.take_data(data)
    asked = here.window.findChild(AddFeed)
    assert isinstance(asked, AddFeed)
    assert asked.address.text() == "https://new.example/"
    asked.reject()


# ------------------------------------------------------------------------------------------------ one source


def panel(here: Desk, title: str) -> SourcePanel:
    choose(here, "source", title)
    here.until(lambda: here.window.listing.source() is not None)
    here.window.commands["properties"].trigger()
    found = here.window.findChild(SourcePanel)
    assert isinstance(found, SourcePanel)
    return found


def test_all_that_can_be_set_for_a_source_is_saved(here: Desk) -> None:
    shown = panel(here, "One")
    shown.title.setText("Another")
    shown.folder.setText("X/Y")
    shown.address.setText("one.example/new")
    shown.interval.set_value(120)
    shown.pictures.set_value("click")
    shown.ahead.setChecked(True)
    shown.headers.setPlainText("X-Key: 12\n\nAccept-Language: zh")
    shown.unread_again.setChecked(True)
    shown.keep_days.setText("30")
    shown.keep_count.setText("500")
    QTest.keyClick(shown.title, Qt.Key.Key_Return)
    here.until(lambda: here.window.findChild(SourcePanel) is None)
    saved = source(here, "Another")
    assert (saved.folder, saved.address) == ("X / Y", "https://one.example/new")
    assert (saved.interval_minutes, saved.pictures, saved.ahead) == (120, "click", True)
    assert saved.headers == (("X-Key", "12"), ("Accept-Language", "zh"))
    assert (saved.unread_again, saved.keep_days, saved.keep_count) == (True, 30, 500)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [("address", "two words", "is not a web address"), ("address", "https://two.example/feed", "another source")],
)
def test_what_cannot_be_saved_is_said_in_the_panel(here: Desk, field: str, text: str, said: str) -> None:
    shown = panel(here, "One")
    getattr(shown, field).setText(text)
    shown.title.setText("Changed")
    shown.go.click()
    here.until(lambda: said in shown.note.text())
    assert ("One", "A") in stand(here)  # nothing of it was saved
    shown.reject()


def test_a_header_needs_a_colon(here: Desk) -> None:
    shown = panel(here, "One")
    shown.headers.setPlainText("nonsense")
    shown.go.click()
    assert "needs a colon" in shown.note.text()
    shown.reject()


# ------------------------------------------------------------------------------------------------ small pictures


def test_a_favicon_takes_the_place_of_the_letter(here: Desk, site: Site) -> None:
    site.add("/feed", rss("Pictured").replace("http://example.test/", site.url("/")), content_type=FEED)
    site.add("/favicon.ico", png(32, 32), content_type="image/png")
    followed = here.library.add_feed(site.url("/feed"))[0]
    favicons = here.window.favicons
    assert favicons.pixmap(followed, 16, 1.0) is None
    here.rest(200)
    here.window.refreshing.refresh([followed])
    here.until(lambda: favicons.pixmap(here.library.store.source(followed.key), 16, 1.0) is not None)
    assert site.hits("/favicon.ico") == 1


def test_a_dark_picture_with_holes_is_noticed() -> None:
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    for n in range(4, 12):
        for m in range(4, 12):
            image.setPixelColor(n, m, Qt.GlobalColor.black)
    assert is_dark(image)
    image.fill(Qt.GlobalColor.black)
    assert not is_dark(image)  # no holes: it has a ground of its own


def test_what_is_no_picture_is_none(tmp_path: Path) -> None:
    from reader.images import PictureFile

    broken = PictureFile("http://x/", "image/png", 1, 1, 1, b"\x89PNG nothing", from_cache=True)
    assert decode(broken, 16).isNull()
    svg = PictureFile("http://x/", "image/svg+xml", 1, 1, 1, b"<svg/>", from_cache=True)
    assert decode(svg, 16).isNull()
