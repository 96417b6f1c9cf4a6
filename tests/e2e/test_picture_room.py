"""The room of pictures in the real view: kept before they come, asked for near the view, chosen, loaded on a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reader.errors import PictureError
from reader.images import PictureFile
from reader.library import Document
from tests.e2e.conftest import Desk
from tests.site import gif, png

TEXT = "The tide came in over the flats before noon, and the boats lay still. " * 6


def _article(pictures: int, size: str = "") -> str:
    parts = (f"<p>{TEXT}</p><p><img src='https://img.example/{n}.png'{size}></p>" for n in range(pictures))
    return f"# Tide\n\n{''.join(parts)}<p id='last'>{TEXT}</p>\n"


def _file(data: bytes, media_type: str = "image/png", frames: int = 1) -> PictureFile:
    return PictureFile("https://img.example/0.png", media_type, 400, 300, frames, data)


def _tops(desk: Desk) -> list[float]:
    found = desk.js("[...document.querySelectorAll('#ink-body p')].map(p => p.getBoundingClientRect().top + scrollY)")
    assert isinstance(found, list)
    return found


class _Held:
    """Pictures that come when they are let go."""

    def __init__(self, data: bytes = b"") -> None:
        self.open = False
        self.data = data or png(400, 300)

    def __call__(self, document: Document, number: int, refresh: bool) -> PictureFile:
        import time

        end = time.monotonic() + 30
        while not self.open and time.monotonic() < end:
            time.sleep(0.01)
        return _file(self.data)


@pytest.mark.parametrize("size", [" width='400' height='300'", ""], ids=["declared", "learned"])
def test_no_text_jumps_when_pictures_come(make_desk: Callable[..., Desk], tmp_path: Any, size: str) -> None:
    held = _Held()
    desk = make_desk(fetch=held)
    if not size:
        desk.sizes = ((400, 300),) * 3
    desk.open_text(tmp_path, "a.md", _article(3, size))
    before = _tops(desk)
    held.open = True
    desk.until(lambda: desk.js("[...document.querySelectorAll('#ink-body img')].every(i => i.naturalWidth > 0)"))
    assert _tops(desk) == before


def test_only_pictures_near_the_view_are_asked_for(make_desk: Callable[..., Desk], tmp_path: Any) -> None:
    held = _Held()
    held.open = True
    desk = make_desk(fetch=held)
    desk.open_text(tmp_path, "a.md", _article(40))
    desk.until(lambda: 0 in desk.asked)
    desk.rest(500)
    assert max(desk.asked) < 12
    desk.js("scrollTo(0, document.documentElement.scrollHeight)")
    desk.until(lambda: 39 in desk.asked)


def test_a_click_and_enter_choose_a_picture_and_links_around_one_stay_links(
    make_desk: Callable[..., Desk], tmp_path: Any
) -> None:
    held = _Held()
    held.open = True
    desk = make_desk(fetch=held)
    chosen: list[int] = []
    desk.viewer.pictures.chosen.connect(chosen.append)
    images = (
        "<p><img src='a.png'></p><p><a href='https://e.test/page'><img src='https://img.example/b.png'></a></p>"
        "<p><a href='https://e.test/large.jpg'><img src='https://img.example/c.png'></a></p>"
    )
    desk.open_text(tmp_path, "a.html", f"<h1>Tide</h1>{images}")
    desk.until(lambda: desk.js("[...document.querySelectorAll('#ink-body img')].every(i => i.naturalWidth > 0)"))
    desk.click("#ink-body p:nth-of-type(1) img")
    desk.until(lambda: chosen == [0])
    desk.click("#ink-body p:nth-of-type(2) img")
    desk.until(lambda: desk.links == ["https://e.test/page"])
    desk.click("#ink-body p:nth-of-type(3) img")
    desk.until(lambda: chosen == [0, 2])
    desk.js("document.querySelector('#ink-body img').focus()")
    desk.press_enter()
    desk.until(lambda: chosen == [0, 2, 0])
    found: list[int] = []
    desk.viewer.picture_in_view(found.append)
    desk.until(lambda: found)
    assert desk.links == ["https://e.test/page"]


def test_pictures_held_back_by_the_rule_come_on_a_click_or_all_at_once(
    make_desk: Callable[..., Desk], tmp_path: Any
) -> None:
    allowed: list[bool] = []

    def fetch(document: Document, number: int, refresh: bool) -> PictureFile:
        if not refresh and not allowed:
            raise PictureError(url="https://img.example/0.png", kind="offline", detail="click")
        return _file(png(400, 300))

    desk = make_desk(fetch=fetch)
    desk.open_text(tmp_path, "a.md", _article(3, " width='400' height='300'"))
    tops = _tops(desk)
    desk.until(lambda: desk.js("document.querySelectorAll('.ink-missing').length") == 3)
    assert _tops(desk) == pytest.approx(tops, abs=2)
    assert desk.js("document.querySelector('.ink-missing a').textContent") == "Load picture"
    desk.click(".ink-missing a")
    desk.until(lambda: desk.js("[...document.querySelectorAll('#ink-body img')].map(i => i.naturalWidth)")[0] == 400)
    assert desk.js("document.querySelectorAll('.ink-missing').length") == 2
    allowed.append(True)
    desk.viewer.pictures.load_all()
    desk.until(lambda: desk.js("[...document.querySelectorAll('#ink-body img')].every(i => i.naturalWidth == 400)"))
    assert desk.js("document.querySelectorAll('.ink-missing').length") == 0


def test_on_hover_a_moving_picture_stands_until_it_has_the_focus(make_desk: Callable[..., Desk], tmp_path: Any) -> None:
    desk = make_desk(fetch=lambda document, number, refresh: _file(gif(90, 60, frames=4), "image/gif", 4))
    desk.viewer.set_animations("hover")
    desk.open_text(tmp_path, "a.md", _article(1))
    desk.until(lambda: desk.js("document.querySelectorAll('img[data-ink-still]').length") == 1)
    desk.js("document.querySelector('#ink-body img').focus()")
    desk.until(lambda: desk.js("document.querySelector('#ink-body img').getAttribute('src')").endswith("?play"))
    desk.js("document.querySelector('#ink-body img').blur()")
    desk.until(lambda: not desk.js("document.querySelector('#ink-body img').getAttribute('src')").endswith("?play"))
