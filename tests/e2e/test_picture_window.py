"""Pictures in the whole window, with the real engine and a real server: rules, viewer, doctor, settings, ahead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader import settings as settings_file
from reader.progress import Progress
from reader.settings import Settings
from reader.ui.picturedoctor import PictureDoctor
from reader.ui.pictureviewer import PictureViewer
from reader.ui.settingpanels import Held
from reader.ui.settingswindow import SettingsWindow
from tests.site import Site, gif, png
from tests.ui.desk import Desk, desk

SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 300 200'><rect width='300' height='200' fill='#2060c0'/>"
    "<script>document.documentElement.remove()</script></svg>"
)
BODY = (
    "<p>The tide came in.</p><p><img src='/red.png' alt='Red'></p><p><img src='/moves.gif'></p>"
    "<p><img src='/blue.svg'></p><p><img src='/late.png'></p>"
)


def _feed(site: Site) -> str:
    site.add("/red.png", png(900, 600, (200, 30, 30)), content_type="image/png")
    site.add("/moves.gif", gif(90, 60, frames=4), content_type="image/gif")
    site.add("/blue.svg", SVG, content_type="image/svg+xml")
    site.add("/late.png", "<html>log in</html>", content_type="text/html")
    item = f"<item><title>Tide</title><guid>t</guid><link>{site.url('/tide')}</link><description><![CDATA[{BODY}]]>"
    text = f"<rss version='2.0'><channel><title>Harbour</title>{item}</description></item></channel></rss>"
    return site.add("/feed.xml", text, content_type="application/rss+xml")


@pytest.fixture
def opened(
    webengine: QApplication, qtbot: QtBot, tmp_path: Path, site: Site, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    """The window with the article open; the parameter says how pictures are loaded."""
    settings = Settings(theme="light", view="all", pictures=getattr(request, "param", "always"))
    with desk(qtbot, webengine, tmp_path / "library", settings) as made:
        settings_file.save(made.library.paths.settings, settings)
        made.library.add_feed(_feed(site))
        made.window.library_changed()
        made.window.showing.make_viewer(made.lanes)
        made.until(lambda: made.window.model.rowCount() == 1)
        with qtbot.waitSignal(made.window.showing.shown, timeout=60_000):
            made.window.list.view.step(1)
        yield made


def _js(opened: Desk, code: str) -> Any:
    viewer = opened.window.showing.viewer
    assert viewer is not None
    got: list[str] = []
    viewer.page.runJavaScript(f"JSON.stringify([{code}])", 1, got.append)
    opened.until(lambda: got)
    return json.loads(got[0])[0]


def _child(opened: Desk, kind: type[Any]) -> Any:
    opened.until(lambda: [each for each in opened.window.findChildren(kind) if each.isVisible()])
    return next(each for each in opened.window.findChildren(kind) if each.isVisible())


def _widths(opened: Desk) -> list[int]:
    found: list[int] = _js(opened, "[...document.querySelectorAll('#ink-body img')].map(i => i.naturalWidth)")
    return found


def _colour(widget: Any, x: int, y: int) -> tuple[int, int, int]:
    colour = widget.grab().toImage().pixelColor(x, y)
    return colour.red(), colour.green(), colour.blue()


def test_the_viewer_shows_each_kind_zooms_saves_copies_and_explains(opened: Desk, tmp_path: Path) -> None:
    opened.until(lambda: _widths(opened)[0] == 900)
    opened.window.commands["view-picture"].trigger()
    viewer: PictureViewer = _child(opened, PictureViewer)
    opened.until(lambda: viewer.buttons["save"].isEnabled())
    assert viewer.windowTitle() == "red.png"
    canvas = viewer.stage.canvas
    assert canvas.accessibleName() == "Red"
    middle = canvas.rect().center()
    assert _colour(canvas, middle.x(), middle.y()) == (200, 30, 30)
    QTest.keyClick(viewer, Qt.Key.Key_1)
    assert canvas.scale == 1
    QTest.keyClick(viewer, Qt.Key.Key_Plus)
    assert canvas.scale == pytest.approx(1.25)
    QTest.keyClick(viewer, Qt.Key.Key_0)
    assert canvas.scale <= 1
    viewer.save_to(tmp_path / "saved.png")
    opened.until((tmp_path / "saved.png").exists)
    assert QImage(str(tmp_path / "saved.png")).width() == 900
    viewer.copy()
    assert QGuiApplication.clipboard().image().width() == 900
    for number, name in ((1, "moves.gif"), (2, "blue.svg")):
        QTest.keyClick(viewer, Qt.Key.Key_Right)
        assert viewer.number == number
        opened.until(lambda: viewer.buttons["save"].isEnabled())
        assert viewer.windowTitle() == name
    opened.until(lambda: _colour(viewer.stage, middle.x(), middle.y()) == (32, 96, 192))
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    opened.until(viewer.stage.notice.isVisible)
    assert not viewer.buttons["next"].isEnabled()
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.number == 3
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    opened.until(lambda: not [each for each in opened.window.findChildren(PictureViewer) if each.isVisible()])


def test_the_doctor_tells_each_attempt_and_a_retry_heals_the_page(opened: Desk, site: Site) -> None:
    opened.until(lambda: _js(opened, "document.querySelectorAll('.ink-missing').length") == 1)
    _js(opened, "document.querySelector('.ink-why').click()")
    doctor: PictureDoctor = _child(opened, PictureDoctor)
    opened.until(lambda: all(line.report is not None for line in doctor.model.lines))
    line = doctor.line()
    assert line is not None
    assert (line.key, line.trouble) == (3, True)
    assert doctor.summary.text() == "1 of 4 missing"
    assert line.report is not None
    assert [attempt.outcome for attempt in line.report.attempts] == ["not-a-picture"] * len(line.report.attempts)
    doctor.buttons["copy"].click()
    text = QGuiApplication.clipboard().text()
    assert "not-a-picture" in text
    assert "127.0.0.1" not in text
    site.add("/late.png", png(70, 50, (20, 160, 60)), content_type="image/png")
    doctor.buttons["retry"].click()
    opened.until(lambda: doctor.summary.text() == "4 pictures, none is missing")
    opened.until(lambda: _widths(opened)[3] == 70)
    assert _js(opened, "document.querySelectorAll('.ink-missing').length") == 0
    doctor.close()


@pytest.mark.parametrize("opened", ["click"], indirect=True)
def test_on_a_click_nothing_is_asked_for_until_the_reader_says_so(opened: Desk, site: Site) -> None:
    opened.until(lambda: _js(opened, "document.querySelectorAll('.ink-missing').length") == 4)
    assert "Pictures are not loaded here." in _js(opened, "document.querySelector('.ink-held').textContent")
    assert [site.hits(f"/{name}") for name in ("red.png", "moves.gif", "blue.svg")] == [0, 0, 0]
    _js(opened, "document.querySelectorAll('.ink-missing a.ink-button')[1].click()")
    opened.until(lambda: _widths(opened)[1] == 90)
    assert site.hits("/red.png") == 0
    opened.window.commands["load-pictures"].trigger()
    opened.until(lambda: _widths(opened)[:2] == [900, 90] and _widths(opened)[2] > 0)


@pytest.mark.parametrize("opened", ["never"], indirect=True)
def test_always_for_this_source_holds_from_then_on(opened: Desk, site: Site) -> None:
    opened.until(lambda: _js(opened, "document.querySelectorAll('.ink-quiet').length") == 4)
    assert site.hits("/red.png") == 0
    _js(opened, "document.querySelectorAll('.ink-held a')[1].click()")
    opened.until(lambda: _widths(opened)[0] == 900)
    opened.until(lambda: opened.library.sources()[0].pictures == "always")


def test_settings_have_their_effect_on_the_open_article_and_the_cache_is_cleared(opened: Desk, site: Site) -> None:
    opened.until(lambda: _widths(opened)[:2] == [900, 90] and _widths(opened)[2] > 0)
    opened.window.commands["picture-settings"].trigger()
    panel = _child(opened, SettingsWindow).lines["cache"].panel
    assert isinstance(panel, Held)
    opened.until(lambda: panel.held.text().startswith("3 pictures"))
    panel.clear.click()
    opened.until(lambda: panel.held.text().startswith("0 pictures"))
    asked = site.hits("/red.png")
    opened.window.set_setting(pictures="click", animations="hover")
    assert settings_file.load(opened.library.paths.settings).pictures == "click"
    opened.window.go_to(opened.window.reading.key)
    opened.until(lambda: _js(opened, "document.querySelectorAll('.ink-missing').length") == 4)
    assert site.hits("/red.png") == asked
    opened.window.set_setting(pictures="always")
    opened.until(lambda: _widths(opened)[:2] == [900, 90])


def test_what_is_fetched_ahead_is_told_and_can_be_stopped(opened: Desk) -> None:
    before = opened.window.status.text()
    opened.window.refreshing.ahead.emit(Progress(45, 210, "pictures"))
    assert opened.window.status.text() == "Pictures 45 of 210"
    opened.window.refreshing.ahead.emit(None)
    assert opened.window.status.text() == before


def test_a_picture_has_a_menu_of_its_own(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(
        "PySide6.QtWidgets.QMenu.popup", lambda menu, *_: seen.append([action.text() for action in menu.actions()])
    )
    opened.window.pictures.menu(QPoint(), 0, "https://e.test/")
    assert seen[0][0] == "Show large"
    assert "Picture doctor" in seen[0]
    assert "Copy the link’s address" in seen[0]


def test_the_window_may_be_closed_while_pictures_are_seen(opened: Desk) -> None:
    opened.window.pictures.view(2)
    viewer: PictureViewer = _child(opened, PictureViewer)
    opened.until(lambda: viewer.buttons["save"].isEnabled())
    opened.window.pictures.doctor()
    _child(opened, PictureDoctor)
    opened.window.close()  # a warning of the engine fails this test
    opened.rest()
