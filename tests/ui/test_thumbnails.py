"""Small pictures are made off the GUI thread, from what is held, and nothing is asked of the network."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from reader.errors import PictureError
from reader.images import PictureFile
from reader.model import Row
from reader.ui.decoding import square
from reader.ui.lanes import Lane
from reader.ui.thumbnails import ThumbnailStore
from tests.site import JPEG, WEBP, gif, png


def file(data: bytes, media_type: str = "image/png") -> PictureFile:
    return PictureFile(url="https://e.test/p", media_type=media_type, data=data, width=0, height=0, frames=1)


def row(key: int) -> Row:
    return Row(key=key, id=str(key), source_key=1, source_title="", source_kind="feed", title="")


@pytest.fixture
def lane(qapp: QApplication) -> Iterator[Lane]:
    made = Lane("thumbs", 1)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("data", "kind"),
    [(png(300, 100), "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp"), (gif(90, 120), "image/gif")],
    ids=["png", "jpeg", "webp", "gif"],
)
def test_the_middle_square_is_taken(data: bytes, kind: str) -> None:
    image = square(file(data, kind), 60)
    assert (image.width(), image.height()) == (60, 60)
    assert image.pixelColor(30, 30).red() > 150


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>", "image/svg+xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
        (b"", "image/png"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (png(10, 10), "text/html"),
    ],
    ids=["svg", "svg-as-png", "nothing", "cut", "html"],
)
def test_what_is_no_picture_of_its_type_gives_none(data: bytes, kind: str) -> None:
    assert square(file(data, kind), 60).isNull()


def test_none_while_it_is_on_its_way_then_the_picture_then_no_more_work(qtbot: QtBot, lane: Lane) -> None:
    asked: list[int] = []

    def find(each: Row) -> PictureFile:
        asked.append(each.key)
        if each.key == 2:
            raise PictureError(url="", kind="missing")
        return file(png(80, 80, (10, 200, 10)))

    store = ThumbnailStore(lane, find)
    assert store.pixmap(row(1), 60, 2.0) is None
    assert store.pixmap(row(1), 60, 2.0) is None
    with qtbot.waitSignal(store.ready):
        pass
    made = store.pixmap(row(1), 60, 2.0)
    assert isinstance(made, QPixmap)
    assert made.width() == 120
    assert made.toImage().pixelColor(60, 60) == QColor(10, 200, 10)
    with qtbot.waitSignal(store.ready):
        assert store.pixmap(row(2), 60, 1.0) is None
    missing = store.pixmap(row(2), 60, 1.0)
    assert missing is not None
    assert missing.isNull()
    assert asked == [1, 2]
    store.forget_missing()
    assert store.pixmap(row(2), 60, 1.0) is None
    qtbot.waitUntil(lambda: asked == [1, 2, 2])
    assert store.pixmap(row(1), 60, 2.0) is not None
    qtbot.wait(20)


def test_what_was_asked_for_last_comes_first_and_what_is_out_of_sight_waits(qtbot: QtBot, lane: Lane) -> None:
    asked: list[int] = []
    held = threading.Event()

    def find(each: Row) -> PictureFile:
        asked.append(each.key)
        held.wait(20)
        return file(png(8, 8))

    store = ThumbnailStore(lane, find)
    for key in range(200):
        assert store.pixmap(row(key), 60, 1.0) is None
    held.set()
    qtbot.waitUntil(lambda: not store.busy)
    assert asked[:3] == [0, 1, 199]
    assert len(asked) < 60
    assert store.pixmap(row(100), 60, 1.0) is None  # it is asked for again when it is seen again
    qtbot.waitUntil(lambda: 100 in asked)
    store.forget_all()
    assert store.pixmap(row(199), 60, 1.0) is None
    qtbot.waitUntil(lambda: not store.busy)


def test_a_picture_that_comes_after_the_window_is_gone_is_dropped(qtbot: QtBot, lane: Lane) -> None:
    may_come, tried = threading.Event(), threading.Event()

    def find(_row: Row) -> PictureFile:
        may_come.wait(10)
        tried.set()
        return file(png(90, 90))

    store = ThumbnailStore(lane, find)
    assert store.pixmap(row(1), 60, 1.0) is None
    delete(store)
    may_come.set()
    assert tried.wait(10)
    qtbot.wait(100)  # an exception in the answer would fail the test
