"""After a refresh: pictures fetched ahead, told, stopped, and left alone where each byte is paid for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader import settings as settings_file
from reader.progress import Progress
from reader.settings import Settings
from reader.ui import connection
from tests.site import Site, png
from tests.ui.desk import Desk, desk

COUNT = 12


@pytest.fixture
def followed(qtbot: QtBot, qapp: QApplication, tmp_path: Path, site: Site) -> Iterator[Desk]:
    """A window that reads all offline, and follows a feed of some pictures."""
    for n in range(COUNT):
        site.add(f"/{n}.png", png(20, 10, (n, 0, 0)), content_type="image/png")
    items = "".join(
        f"<item><title>Tide {n}</title><guid>t{n}</guid><link>{site.url(f'/tide{n}')}</link>"
        f"<description><![CDATA[<p>Text.</p><img src='/{n}.png'>]]></description></item>"
        for n in range(COUNT)
    )
    text = f"<rss version='2.0'><channel><title>Harbour</title>{items}</channel></rss>"
    site.add("/feed.xml", text, content_type="application/rss+xml")
    settings = Settings(theme="light", view="all", pictures_ahead="all")
    with desk(qtbot, qapp, tmp_path / "library", settings) as made:
        settings_file.save(made.library.paths.settings, settings)
        made.library.add_feed(site.url("/feed.xml"))
        yield made


def _pictures(site: Site) -> int:
    return sum(site.hits(f"/{n}.png") for n in range(COUNT))


def test_all_of_them_come_and_it_is_told_how_far_it_is(followed: Desk, site: Site) -> None:
    told: list[Progress | None] = []
    followed.window.refreshing.ahead.connect(told.append)
    followed.window.refreshing.refresh()
    followed.until(lambda: None in told)
    assert _pictures(site) == COUNT
    counted = [each for each in told if each is not None]
    assert {each.total for each in counted} <= {COUNT}
    assert followed.library.cache_size().pictures == COUNT
    assert "Pictures" not in followed.window.status.text()
    told.clear()
    followed.window.refreshing.refresh()
    followed.until(lambda: not followed.window.refreshing.running)
    followed.rest()
    assert not [each for each in told if each is not None]
    assert _pictures(site) == COUNT


def test_on_a_metered_connection_nothing_is_fetched_ahead_until_there_is_another(followed: Desk, site: Site) -> None:
    refreshing = followed.window.refreshing
    done: list[object] = []
    metered = [True]
    refreshing._metered = lambda: metered[0]
    refreshing.finished.connect(done.append)
    refreshing.refresh()
    followed.until(lambda: done)
    followed.rest()
    assert _pictures(site) == 0
    metered[0] = False
    refreshing.refresh()
    followed.until(lambda: _pictures(site) == COUNT)


def test_it_can_be_stopped(followed: Desk, site: Site) -> None:
    for n in range(COUNT):
        site.add(f"/{n}.png", png(20, 10, (n, 0, 0)), content_type="image/png", delay_s=0.3)
    told: list[Progress | None] = []
    refreshing = followed.window.refreshing
    refreshing.ahead.connect(told.append)
    refreshing.refresh()
    followed.until(lambda: told)
    assert followed.window.status.text().startswith("Pictures ")
    followed.window.commands["stop"].trigger()
    followed.until(lambda: None in told)
    followed.rest(500)
    assert _pictures(site) < COUNT
    assert "Pictures" not in followed.window.status.text()


def test_the_system_is_asked(qapp: QApplication) -> None:
    assert connection.is_metered() in (True, False)
