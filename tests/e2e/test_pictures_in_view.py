"""Pictures in the real viewer, from a real server that counts: pixels, placeholders, retries, who is asked for what."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader.model import Query, Updated
from reader.net import Client
from tests.e2e.conftest import Desk
from tests.site import Site, png

RED, GREEN, BLUE = (200, 30, 30), (20, 160, 60), (30, 60, 210)
WORDS = "The tide came in over the flats before noon."


@pytest.fixture
def stranger() -> Iterator[Site]:
    """A server at another private address: not where any source is."""
    with Site("127.0.0.2") as running:
        yield running


def _feed(site: Site, body: str, path: str = "/feed.xml") -> str:
    text = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Harbour</title>'
        f"<link>{site.url()}</link><item><title>Tide</title><guid>tide-1</guid><link>{site.url('/tide')}</link>"
        f"<description><![CDATA[{body}]]></description></item></channel></rss>"
    )
    return site.add(path, text, content_type="application/rss+xml", etag='"one"')


def _follow(desk: Desk, address: str) -> str:
    """Follow a feed; the id of its one article."""
    source, _ = desk.library.add_feed(address)
    (key,) = desk.library.store.ids(Query(sources=(source.key,)))
    return desk.library.store.article_by_key(key).row.id


def _missing(desk: Desk) -> list[dict[str, str]]:
    """The placeholders in the page: their words, and the address of their picture."""
    found = desk.js(
        "[...document.querySelectorAll('.ink-missing')].map(box => ({title: box.querySelector('strong').textContent,"
        "words: box.textContent, height: box.getBoundingClientRect().height}))"
    )
    assert isinstance(found, list)
    return found


def _loaded(desk: Desk) -> list[bool]:
    found = desk.js("[...document.querySelectorAll('#ink-body img')].map(i => !i.hidden && i.naturalWidth > 0)")
    assert isinstance(found, list)
    return found


def _much(desk: Desk, colour: tuple[int, int, int]) -> int:
    """Pixels of about this colour."""
    return sum(
        count
        for seen, count in desk.colours().items()
        if all(abs(a - b) <= 3 for a, b in zip(seen, colour, strict=True))
    )


def test_pixels_of_pictures_are_in_the_window_and_each_is_asked_for_once(desk: Desk, site: Site) -> None:
    site.add("/red.png", png(120, 80, RED), content_type="image/png")
    site.add("/moved.png", redirect="/green.png", status=301)
    site.add("/green.png", png(120, 80, GREEN), content_type="image/png")
    article = _follow(
        desk,
        _feed(site, f"<p>{WORDS}</p><img src='/red.png' width=120 height=80><p><img src='/moved.png' width=120></p>"),
    )
    assert site.hits() == 1
    desk.open(article)
    desk.until(lambda: _loaded(desk) == [True, True])
    desk.until(lambda: _much(desk, RED) > 5_000 and _much(desk, GREEN) > 5_000)
    assert _much(desk, BLUE) == 0
    assert WORDS in desk.text()
    assert (site.hits("/red.png"), site.hits("/moved.png"), site.hits("/green.png"), site.hits()) == (1, 1, 1, 4)

    # Held now: another look asks nobody. A refresh asks for the feed, and 304 is the end of it.
    desk.open(article)
    desk.until(lambda: _loaded(desk) == [True, True])
    assert site.hits() == 4
    list(desk.library.refresh(desk.library.sources()))
    assert [hit.status for hit in site.requests if hit.path == "/feed.xml"] == [200, 304]
    desk.open(article)
    desk.until(lambda: _loaded(desk) == [True, True])
    assert site.hits() == 5


def test_a_picture_that_is_used_twice_is_fetched_once(desk: Desk, site: Site) -> None:
    site.add("/red.png", png(60, 40, RED), content_type="image/png", delay_s=0.2)
    desk.open(_follow(desk, _feed(site, "<p>one <img src='/red.png'> two <img src='/red.png'></p>")))
    desk.until(lambda: _loaded(desk) == [True, True])
    assert site.hits("/red.png") == 1


def test_a_missing_picture_leaves_its_reason_and_comes_by_retry(desk: Desk, site: Site) -> None:
    article = _follow(
        desk, _feed(site, f"<p>{WORDS}</p><p><img src='/late.png' width=300 height=200 alt='A pier'></p>")
    )
    desk.open(article)
    desk.until(lambda: _missing(desk))
    (box,) = _missing(desk)
    assert box["title"] == "The picture is no longer there"
    assert "404" in box["words"]
    assert "127.0.0.1" in box["words"]
    assert "Retry" in box["words"]
    assert WORDS in desk.text()
    asked = site.hits("/late.png")
    assert asked == 1

    # Pressing it while nothing has changed asks once more and says the same.
    desk.click(".ink-missing a.ink-button")
    desk.until(lambda: site.hits("/late.png") == 2)
    desk.until(lambda: _missing(desk))

    site.add("/late.png", png(300, 200, GREEN), content_type="image/png")
    desk.click(".ink-missing a.ink-button")
    desk.until(lambda: _loaded(desk) == [True])
    assert not _missing(desk)
    desk.until(lambda: _much(desk, GREEN) > 10_000)
    assert site.hits("/late.png") == 3
    assert desk.where().toString().startswith("reader://article/")
    assert desk.links == []


def test_open_in_browser_gives_the_true_address_and_goes_nowhere(desk: Desk, site: Site) -> None:
    desk.open(_follow(desk, _feed(site, "<p><img src='/gone.png?a=1&b=2'></p>")))
    desk.until(lambda: _missing(desk))
    before = site.connections
    desk.click(".ink-missing a.ink-open")
    desk.until(lambda: desk.links)
    assert desk.links == [site.url("/gone.png?a=1&b=2")]
    desk.rest()
    assert site.connections == before


def test_each_kind_of_trouble_has_its_own_words(desk: Desk, site: Site) -> None:
    site.add("/huge.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 65536, content_type="image/png", endless=True)
    site.add("/page.png", "<html><p>Log in first</p></html>")
    site.add("/refused.png", png(), content_type="image/png", status=403)
    site.add("/good.png", png(90, 60, BLUE), content_type="image/png")
    names = ("huge", "page", "refused", "gone", "good")
    pictures = "".join(f"<p><img src='/{name}.png' alt='{name}'></p>" for name in names)
    desk.open(_follow(desk, _feed(site, f"<p>{WORDS}</p>{pictures}")))
    desk.until(lambda: len(_missing(desk)) == 4 and _loaded(desk)[4])
    titles = desk.js(
        "[...document.querySelectorAll('#ink-body img[hidden]')].map(i => [i.alt,"
        "i.nextElementSibling.querySelector('strong').textContent])"
    )
    assert dict(titles) == {
        "huge": "The picture is too large",
        "page": "What the server sent is not a picture",
        "refused": "The picture’s server refused it",
        "gone": "The picture is no longer there",
    }
    assert _loaded(desk) == [False] * 4 + [True]


def test_the_words_are_there_before_a_slow_picture(desk: Desk, site: Site) -> None:
    site.add("/slow.png", png(120, 80, BLUE), content_type="image/png", delay_s=2.5)
    site.add("/quick.png", png(120, 80, RED), content_type="image/png")
    article = _follow(
        desk, _feed(site, f"<p><img src='/slow.png' width=120 height=80></p><p>{WORDS}</p><img src='/quick.png'>")
    )
    desk.show(desk.library.document(article))
    desk.until(lambda: WORDS in (desk.js("document.body ? document.body.textContent : ''") or ""))
    desk.until(lambda: _loaded(desk) == [False, True])
    desk.until(lambda: _much(desk, RED) > 1_000)
    assert _loaded(desk) == [False, True]
    assert _much(desk, BLUE) == 0
    assert not _missing(desk)
    desk.until(lambda: _loaded(desk) == [True, True])
    desk.until(lambda: _much(desk, BLUE) > 5_000)
    assert site.hits("/slow.png") == 1


def test_hopping_away_from_a_slow_picture_harms_nothing(desk: Desk, site: Site, tmp_path: Path) -> None:
    site.add("/slow.png", png(120, 80, BLUE), content_type="image/png", delay_s=60)
    slow = _follow(desk, _feed(site, "<p><img src='/slow.png'></p>"))
    desk.show(desk.library.document(slow))
    desk.until(lambda: site.hits("/slow.png") == 1)
    desk.open_text(tmp_path / "files", "other.html", f"<p>{WORDS}</p>")
    desk.rest(1_000)
    assert WORDS in desk.text()
    assert not _missing(desk)
    site.add("/slow.png", png(120, 80, BLUE), content_type="image/png")
    desk.open(slow)  # it was given up, which is no failure: now it is asked for anew
    desk.until(lambda: _loaded(desk) == [True])
    assert site.hits("/slow.png") == 2


def test_a_private_address_of_someone_else_is_never_contacted(desk: Desk, site: Site, stranger: Site) -> None:
    site.add("/red.png", png(120, 80, RED), content_type="image/png")
    stranger.add("/spy.png", png(120, 80, GREEN), content_type="image/png")
    site.add("/turns.png", redirect=stranger.url("/spy.png"))
    pictures = f"<img src='/red.png'><p><img src='{stranger.url('/spy.png')}'></p><p><img src='/turns.png'></p>"
    desk.open(_follow(desk, _feed(site, f"<p>{WORDS}</p>{pictures}")))
    desk.until(lambda: _loaded(desk)[0] and len(_missing(desk)) == 2)
    assert {box["title"] for box in _missing(desk)} == {"The picture’s address may not be contacted"}
    for _ in range(2):
        desk.click(".ink-missing a.ink-button")
        desk.rest(200)
    desk.until(lambda: len(_missing(desk)) == 2)
    assert site.hits("/red.png") == 1
    assert stranger.connections == 0
    # The server is there, and would have been counted.
    assert Client().get(stranger.url("/spy.png"), allow=_origin(stranger)).status == 200
    assert stranger.connections == 1


def _origin(site: Site) -> object:
    from reader.net import Origin

    return Origin.of(site.url())


def test_an_article_from_the_open_network_reaches_no_private_address(
    make_desk: Callable[..., Desk], site: Site, stranger: Site
) -> None:
    """The source's name is public, as far as this resolver says; a picture's name leads home."""

    def resolve(host: str, port: int) -> list[tuple[int, str]]:
        import socket

        return [(socket.AF_INET, {"feed.example": "198.41.0.4"}.get(host, "127.0.0.2"))]

    def connect(family: int, address: str, port: int, timeout_s: float) -> object:
        import socket

        where = (site.host, site.port) if address == "198.41.0.4" else (address, port)
        return socket.create_connection(where, timeout_s)

    desk = make_desk(client=Client(resolve=resolve, connect=connect))
    site.add("/red.png", png(120, 80, RED), content_type="image/png")
    home = f"http://home.example:{stranger.port}/spy.png"
    pictures = f"<img src='http://feed.example/red.png'><p><img src='{home}'><img src='{site.url('/red.png')}'></p>"
    _feed(site, f"<p>{WORDS}</p>{pictures}")
    desk.open(_follow(desk, "http://feed.example/feed.xml"))
    desk.until(lambda: _loaded(desk)[0] and len(_missing(desk)) == 2)
    assert {box["title"] for box in _missing(desk)} == {"The picture’s address may not be contacted"}
    assert stranger.connections == 0
    assert site.hits("/red.png") == 1


def test_pictures_of_a_folder_stay_in_the_folder(desk: Desk, site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "red.png").write_bytes(png(120, 80, RED))
    (tmp_path / "secret.png").write_bytes(png(120, 80, GREEN))
    (folder / "a.md").write_text(f"# Tide\n\n{WORDS}\n\n![r](img/red.png)\n\n![s](../secret.png)\n", encoding="utf-8")
    (outcome,) = desk.library.refresh([desk.library.add_folder(folder)])
    assert isinstance(outcome, Updated)
    (key,) = desk.library.store.ids(Query())
    desk.open(key)
    desk.until(lambda: _loaded(desk)[0])
    desk.until(lambda: _much(desk, RED) > 5_000)
    assert _much(desk, GREEN) == 0
    assert site.connections == 0


def test_only_the_open_articles_own_pictures_are_served(desk: Desk, site: Site) -> None:
    """``reader://image`` is no open proxy: another article, another number, another method give nothing."""
    site.add("/red.png", png(120, 80, RED), content_type="image/png")
    article = _follow(desk, _feed(site, f"<p>{WORDS}</p><img src='/red.png'>"))
    desk.open(article)
    desk.until(lambda: _loaded(desk) == [True])
    for address in ("reader://image/nobody/0", f"reader://image/{article}/7", f"reader://image/{article}/-1"):
        desk.js(
            f"(() => {{const i = new Image(); i.id = 'extra'; i.onerror = () => i.dataset.over = 'error';"
            f"i.onload = () => i.dataset.over = 'load'; i.src = '{address}'; document.body.append(i);}})()"
        )
        desk.until(lambda: desk.js("document.getElementById('extra').dataset.over"))
        assert desk.js("document.getElementById('extra').dataset.over") == "error"
        desk.js("document.getElementById('extra').remove()")
    assert site.hits("/red.png") == 1


def test_silent_pictures_of_an_article_that_was_left_hold_up_nothing(desk: Desk, site: Site) -> None:
    """Neither those of the next article, nor the end of the program."""
    for number in range(6):
        site.add(f"/silent{number}.png", png(), delay_s=60)
    silent = "".join(f"<img src='/silent{number}.png' width=20 height=20>" for number in range(6))
    article = _follow(desk, _feed(site, f"<p>{WORDS}</p><p>{silent}</p>"))
    with Site("127.0.0.3") as other:
        other.add("/red.png", png(120, 80, RED), content_type="image/png")
        following = _follow(desk, _feed(other, f"<p>{WORDS}</p><img src='/red.png' width=120 height=80>"))

        def hear_silence() -> None:
            """Show the article until its pictures were asked for."""
            asked = site.hits()
            desk.show(desk.library.document(article))
            desk.until(lambda: site.hits() > asked)

        hear_silence()
        desk.until(lambda: len(desk.asked) >= 4)  # all threads of the lane
        begun = time.monotonic()
        desk.show(desk.library.document(following))
        desk.until(lambda: other.hits("/red.png") == 1)
        assert time.monotonic() - begun < 2
        desk.until(lambda: _loaded(desk) == [True])
        pictures = desk.library.document(article).rendered.images
        assert [desk.library.pictures.report(each).error for each in pictures] == [None] * 6
        hear_silence()
    begun = time.monotonic()
    desk.lanes.close()
    assert time.monotonic() - begun < 1
