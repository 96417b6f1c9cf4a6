"""A small world of picture servers, each with a name and a trouble of its own.

What can be had is had, and the rest says why.
"""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader import net
from reader.content import pictures as addresses
from reader.errors import PictureError
from reader.images import PictureFile, Pictures
from reader.model import Picture
from reader.net import Client, Origin
from tests.site import JPEG, Site, gif, png

ARTICLE = "https://blog.example/post"
CHECKOUT = Path(__file__).resolve().parents[2]
#: More than ``picturefile`` asks of a part, so that the half of it can be shown.
LARGE = png(64, 48)[:-12] + bytes(range(256)) * 40


class World:
    """Hosts with names of their own, on the ports that addresses without a number mean."""

    def __init__(self) -> None:
        self.sites: dict[str, Site] = {}
        self.public: dict[str, str] = {}
        self.answers: dict[str, Iterator[str]] = {}
        self.closed: set[tuple[str, int]] = set()
        self.dialled: list[str] = []

    def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
        if host in self.answers:
            return [(int(socket.AF_INET), next(self.answers[host]))]
        if host not in self.public:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [(int(socket.AF_INET), self.public[host])]

    def connect(self, family: int, address: str, port: int, timeout_s: float) -> socket.socket:
        self.dialled.append(address)
        for host, public in self.public.items():
            if public == address:
                if (host, port) in self.closed:
                    raise ConnectionRefusedError("connection refused")
                return net.system_connect(socket.AF_INET, "127.0.0.1", self.sites[host].port, timeout_s)
        raise AssertionError(f"{address} is no server of this world")

    def requests(self, host: str) -> int:
        return self.sites[host].hits()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def server(world: World) -> Iterator[Callable[[str], Site]]:
    """Gives a host of its own to a name."""
    running: list[Site] = []

    def start(host: str) -> Site:
        site = Site()
        site.__enter__()
        running.append(site)
        world.sites[host] = site
        world.public[host] = f"93.184.216.{len(running)}"
        return site

    yield start
    for site in running:
        site.__exit__(None, None, None)


@pytest.fixture
def client(world: World) -> Iterator[Client]:
    with Client(resolve=world.resolve, connect=world.connect, proxies={}) as made:
        yield made


@pytest.fixture
def pictures(client: Client, tmp_path: Path) -> Pictures:
    return Pictures(client, tmp_path / "cache")


def get(pictures: Pictures, picture: Picture | str, **more: object) -> PictureFile:
    asked = Picture(picture) if isinstance(picture, str) else picture
    return pictures.get(asked, article_url=ARTICLE, **more)  # type: ignore[arg-type]


def trouble(pictures: Pictures, picture: Picture | str, **more: object) -> PictureError:
    with pytest.raises(PictureError) as caught:
        get(pictures, picture, **more)
    return caught.value


#: Kind of host -> what its server asks of a Referer.
HOTLINKS = {"refuses foreign ones": "none", "wants its own": "http://img.example", "wants the article's": ARTICLE}


@pytest.mark.parametrize("referer", HOTLINKS.values(), ids=HOTLINKS.keys())
def test_the_second_picture_of_a_host_needs_two_requests_at_most(
    world: World, server: Callable[[str], Site], client: Client, tmp_path: Path, referer: str
) -> None:
    site = server("img.example")
    # An article's address is told to https only by one that came by https: the world speaks http.
    article = ARTICLE.replace("https", "http")
    for number in range(3):
        site.add(f"/{number}.png", png(4, 3 + number), require_referer=referer.replace("https", "http"))
    first, other = (Pictures(client, tmp_path / "cache") for _ in range(2))
    for number, pictures in enumerate((first, first, other)):
        before = site.hits()
        found = pictures.get(Picture(f"http://img.example/{number}.png"), article_url=article)
        assert found.data == png(4, 3 + number)
        assert site.hits() - before <= (6 if number == 0 else 2)
        assert len(found.attempts) == site.hits() - before


_OTHER_PROCESS = """
import socket, sys
from pathlib import Path
from reader import net
from reader.images import Pictures
from reader.model import Picture
port, cache = int(sys.argv[1]), Path(sys.argv[2])
connect = lambda family, address, to, timeout_s: net.system_connect(socket.AF_INET, "127.0.0.1", port, timeout_s)
resolve = lambda host, port: [(int(socket.AF_INET), "93.184.216.1")]
with net.Client(resolve=resolve, connect=connect, proxies={}) as client:
    print(len(Pictures(client, cache).get(Picture("http://img.example/2.png")).attempts))
"""


def test_another_process_knows_what_one_learned(
    server: Callable[[str], Site], pictures: Pictures, tmp_path: Path
) -> None:
    site = server("img.example")
    for number in (1, 2):
        site.add(f"/{number}.png", png(), require_referer="http://img.example/")
    assert len(get(pictures, "http://img.example/1.png").attempts) == 2
    command = [sys.executable, "-c", _OTHER_PROCESS, str(site.port), str(tmp_path / "cache")]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "1", done.stderr


def test_a_lazy_picture_behind_a_dead_proxy(world: World, server: Callable[[str], Site], pictures: Pictures) -> None:
    server("zk.example").add("/a.jpg", JPEG)
    attributes = {
        "src": "https://cors.gone.workers.dev/?http://zk.example/a.jpg",
        "data-original": "http://zk.example/a.jpg",
    }
    picture = addresses.from_attributes(attributes, ARTICLE)
    assert picture is not None
    found = get(pictures, picture)
    assert (found.url, len(found.attempts)) == ("http://zk.example/a.jpg", 1)


def test_the_proxy_that_a_picture_came_through_is_asked_when_its_server_is_gone(
    server: Callable[[str], Site], pictures: Pictures
) -> None:
    site = server("wsrv.nl")
    for number in (1, 2):
        site.add(f"/?url=gone.example/{number}.jpg", png(4, number))
        picture = addresses.true_address(f"https://wsrv.nl/?url=gone.example/{number}.jpg")
        assert picture.url == f"https://gone.example/{number}.jpg"
        alternates = tuple(url.replace("https://wsrv", "http://wsrv") for url in picture.alternates)
        if number == 2:  # the same proxy, behind another candidate
            alternates = ("http://gone.example/small.jpg", *alternates)
        found = get(pictures, Picture(picture.url, alternates))
        assert found.data == png(4, number)
        assert len(found.attempts) <= (6 if number == 1 else 2)


def test_a_host_that_speaks_http_only(world: World, server: Callable[[str], Site], pictures: Pictures) -> None:
    site = server("plain.example")
    for number in (1, 2):
        site.add(f"/{number}.png", png(4, number))
        found = get(pictures, f"https://plain.example/{number}.png")
        assert found.url == f"http://plain.example/{number}.png"
        assert len(found.attempts) <= 2
    world.closed.add(("plain.example", 443))
    assert get(pictures, "https://plain.example/1.png", refresh=True).data == png(4, 1)


def test_a_host_whose_port_80_is_closed_is_asked_by_https(
    world: World, server: Callable[[str], Site], pictures: Pictures
) -> None:
    server("secure.example").add("/a.png", png())
    world.closed.add(("secure.example", 80))
    trouble(pictures, "http://secure.example/a.png")  # this world has no certificates
    attempts = pictures.report(Picture("http://secure.example/a.png")).attempts
    assert [attempt.url for attempt in attempts] == ["http://secure.example/a.png", "https://secure.example/a.png"]
    assert "TLS" in attempts[1].detail


def test_403_and_then_200(server: Callable[[str], Site], pictures: Pictures) -> None:
    site = server("moody.example")
    for number in (1, 2):
        site.add(f"/{number}.png", png(4, number), refuse_first=1)
        found = get(pictures, f"http://moody.example/{number}.png")
        assert [attempt.status for attempt in found.attempts] == [403, 200]


def test_another_candidate_of_the_same_host(server: Callable[[str], Site], pictures: Pictures) -> None:
    site = server("cdn.example")
    site.add("/small.jpg", JPEG)
    found = get(
        pictures,
        Picture("http://cdn.example/large.jpg", ("http://cdn.example/middle.jpg", "http://cdn.example/small.jpg")),
    )
    assert found.url == "http://cdn.example/small.jpg"
    assert [attempt.outcome for attempt in found.attempts] == ["missing", "missing", "ok"]


def test_the_users_own_proxy_comes_last_and_learns(
    server: Callable[[str], Site], client: Client, tmp_path: Path
) -> None:
    pictures = Pictures(client, tmp_path / "cache", template=lambda: "http://my-proxy.example/?url={url}")
    site = server("my-proxy.example")
    for number in (1, 2):
        site.add(f"/?url=http%3A%2F%2Fgone.example%2F{number}.png", png(4, number))
        found = get(pictures, f"http://gone.example/{number}.png")
        assert found.data == png(4, number)
        assert len(found.attempts) <= (6 if number == 1 else 2)
    learned = pictures.report(Picture("http://gone.example/3.png")).learned
    assert learned is not None
    assert (learned.kind, learned.via) == ("template", "http://my-proxy.example")


def test_a_private_address_is_told_to_no_proxy(
    world: World, server: Callable[[str], Site], client: Client, tmp_path: Path
) -> None:
    pictures = Pictures(client, tmp_path / "cache", template=lambda: "http://my-proxy.example/?url={url}")
    site = server("my-proxy.example")
    world.answers["intranet.example"] = itertools.repeat("10.1.2.3")
    for url in ("http://intranet.example/a.png", "http://192.168.1.1/a.png", "http://nas/a.png", "http://[::1]/a.png"):
        assert trouble(pictures, url).kind == "blocked"
    # Nor is one that the user's own source may show.
    world.answers["wiki.example"] = itertools.repeat(world.public["my-proxy.example"])
    error = trouble(pictures, "http://wiki.example/none.png", allow=Origin("http", "wiki.example", 80))
    assert error.status == 404
    assert [hit.path for hit in site.requests] == ["/none.png"]


def test_a_slow_picture_is_shown_as_far_as_it_came(
    server: Callable[[str], Site], pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.climb.TOTAL_S", 2.0)
    server("slow.example").add("/a.png", LARGE, drip=150)
    started = time.monotonic()
    found = get(pictures, "http://slow.example/a.png")
    assert time.monotonic() - started < 3
    assert (found.partial, found.width) == (True, 64)
    assert 1024 < len(found.data) < len(LARGE)
    assert found.attempts[0].outcome == "partial"


def test_a_truncated_picture_is_shown_but_a_whole_one_is_better(
    server: Callable[[str], Site], client: Client, tmp_path: Path
) -> None:
    now = [time.time()]
    pictures = Pictures(client, tmp_path / "cache", now=lambda: now[0])
    site = server("broken.example")
    site.add("/a.png", LARGE, truncate=3000)
    found = get(pictures, "http://broken.example/a.png")
    assert (found.partial, found.data) == (True, LARGE[:3000])
    assert get(pictures, "http://broken.example/a.png").from_cache
    now[0] += 3600  # asked again then, but not on a train
    assert get(pictures, "http://broken.example/a.png", offline=True).partial
    site.add("/a.png", LARGE)
    assert not get(pictures, "http://broken.example/a.png").partial
    site.add("/a.png", LARGE, truncate=3000)
    assert get(pictures, "http://broken.example/a.png", refresh=True).data == LARGE
    site.add("/b.png", LARGE, truncate=3000)
    server("whole.example").add("/b.png", LARGE)
    whole = get(pictures, Picture("http://broken.example/b.png", ("http://whole.example/b.png",)))
    assert (whole.partial, whole.url) == (False, "http://whole.example/b.png")
    site.add("/c.avif", b"\0\0\0\x14ftypavif\0\0\0\0mif1" + LARGE, truncate=3000)
    assert trouble(pictures, "http://broken.example/c.avif").kind == "unreachable"


def test_endless_ones_bombs_and_what_is_no_picture_say_why(server: Callable[[str], Site], pictures: Pictures) -> None:
    site = server("bad.example")
    site.add("/endless.png", png() + b"\0" * 1_000_000, endless=True)
    site.add("/bomb.png", png()[:16] + b"\0\0\xff\xff\0\0\xff\xff" + png()[24:])
    site.add("/frames.gif", gif(1, 1, frames=2001))
    site.add("/page.png", "<!doctype html><title>buy</title>", content_type="image/png")
    site.add("/film.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 90, content_type="image/png")
    told = {path: trouble(pictures, f"http://bad.example{path}") for path in site.pages}
    assert {path: error.kind for path, error in told.items()} == {
        "/endless.png": "too-large",
        "/bomb.png": "bomb",
        "/frames.gif": "bomb",
        "/page.png": "not-a-picture",
        "/film.mp4": "not-a-picture",
    }
    assert told["/film.mp4"].detail == "a video"
    report = pictures.report(Picture("http://bad.example/page.png"))
    assert report.error is not None
    assert [(attempt.status, attempt.media_type, attempt.outcome) for attempt in report.attempts] == [
        (200, "image/png", "not-a-picture")
    ] * len(report.attempts)
    assert report.again > time.time()


def test_a_redirect_to_a_private_address(world: World, server: Callable[[str], Site], pictures: Pictures) -> None:
    site = server("sly.example")
    for number, target in enumerate(
        ("http://127.0.0.1/a", "http://10.0.0.1/a", "http://[::ffff:127.0.0.1]/", "http://nas/")
    ):
        site.add(f"/{number}", redirect=target)
        assert trouble(pictures, f"http://sly.example/{number}").kind == "blocked"
    # Not even to the origin that the user typed: a redirect does not have that right.
    private = Origin("http", "127.0.0.1", site.port)
    site.add("/own", redirect=f"{private}/a.png")
    site.add("/a.png", png())
    assert trouble(pictures, "http://sly.example/own", allow=private).kind == "blocked"
    assert set(world.dialled) == {world.public["sly.example"]}


def test_a_name_that_changes_its_address_while_it_is_asked(
    world: World, server: Callable[[str], Site], pictures: Pictures
) -> None:
    site = server("rebinding.example")
    site.add("/a.png", png())
    world.answers["rebinding.example"] = iter([world.public["rebinding.example"], *["127.0.0.1"] * 50])
    assert get(pictures, "http://rebinding.example/a.png").data == png()
    assert trouble(pictures, "http://rebinding.example:8080/a.png").kind == "blocked"
    assert set(world.dialled) == {world.public["rebinding.example"]}


def test_a_host_that_refuses_everybody_is_not_pestered(server: Callable[[str], Site], pictures: Pictures) -> None:
    site = server("closed.example")
    for number in (1, 2, 3):
        site.add(f"/{number}.png", status=403)
        before = site.hits()
        error = trouble(pictures, f"http://closed.example/{number}.png")
        assert (error.kind, error.status) == ("refused", 403)
        assert site.hits() - before <= (6 if number == 1 else 2)
    site.add("/1.png", png())
    assert get(pictures, "http://closed.example/1.png", refresh=True).data == png()
    site.add("/4.png", png(), require_referer=ARTICLE.replace("https", "http"))
    found = pictures.get(Picture("http://closed.example/4.png"), article_url=ARTICLE.replace("https", "http"))
    assert len(found.attempts) == 3


def test_never_more_than_six_requests_nor_twenty_seconds(
    world: World, server: Callable[[str], Site], pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = [f"no{number}.example" for number in range(9)]
    for host in hosts:
        server(host).add("/a.png", status=403)
    everywhere = Picture(f"http://{hosts[0]}/a.png", tuple(f"http://{host}/a.png" for host in hosts[1:]))
    assert trouble(pictures, everywhere).kind == "refused"
    assert sum(map(world.requests, hosts)) == 6
    assert len(pictures.report(everywhere).attempts) == 6
    # The same with servers that never end, a tenth of the time.
    monkeypatch.setattr("reader.climb.TOTAL_S", 2.0)
    monkeypatch.setattr("reader.climb.ADDRESS_S", 1.2)
    for host in hosts:
        world.sites[host].add("/b.png", png(), delay_s=30)
    started = time.monotonic()
    slow = Picture(f"http://{hosts[0]}/b.png", tuple(f"http://{host}/b.png" for host in hosts[1:]))
    assert trouble(pictures, slow, refresh=True).kind == "timeout"
    assert time.monotonic() - started < 3


def test_a_picture_is_had_behind_servers_that_hang(
    world: World, server: Callable[[str], Site], pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.climb.TOTAL_S", 3.0)
    monkeypatch.setattr("reader.climb.SHARE_S", 0.5)
    hosts = [f"hangs{number}.example" for number in range(3)]
    for host in hosts:
        server(host).add("/a.png", png(), delay_s=30)
        world.closed.add((host, 443))
    server("good.example").add("/a.png", png())
    urls = [f"http://{host}/a.png" for host in (*hosts, "good.example")]
    assert get(pictures, Picture(urls[0], tuple(urls[1:]))).url == "http://good.example/a.png"


def test_a_server_that_is_down_is_left_in_peace_for_a_while(
    world: World, server: Callable[[str], Site], client: Client, tmp_path: Path
) -> None:
    now = [time.time()]
    pictures = Pictures(client, tmp_path / "cache", now=lambda: now[0])
    site = server("down.example")
    site.add("/2.png", png())
    world.closed |= {("down.example", 80), ("down.example", 443)}
    assert trouble(pictures, "http://down.example/1.png").kind == "unreachable"
    dialled = len(world.dialled)
    error = trouble(pictures, "http://down.example/2.png")
    assert (error.kind, len(world.dialled)) == ("unreachable", dialled)
    world.closed.clear()
    now[0] += 120
    assert get(pictures, "http://down.example/2.png").data == png()


def test_a_report_asks_nobody_and_survives(
    server: Callable[[str], Site], pictures: Pictures, client: Client, tmp_path: Path
) -> None:
    site = server("img.example")
    site.add("/a.png", png(), require_referer="http://img.example/")
    picture = Picture("http://img.example/a.png")
    assert pictures.report(picture) == pictures.report(picture)
    assert (pictures.report(picture).asked, site.hits()) == (0, 0)
    get(pictures, picture)
    report = Pictures(client, tmp_path / "cache").report(picture)
    assert [(a.referer, a.status, a.outcome) for a in report.attempts] == [
        ("", 403, "refused"),
        ("http://img.example/", 200, "ok"),
    ]
    assert report.attempts[1].media_type == "image/png"
    assert report.attempts[1].bytes == len(png())
    assert (report.cached, report.width, report.referer) == (True, 4, "http://img.example/")
    assert report.learned is not None
    assert report.learned.rung == "own"
    for note in (tmp_path / "cache").rglob("*.json"):
        whole = json.loads(note.read_text())
        for damaged in ({**whole, "attempts": 3}, {**whole, "attempts": [{"url": 1}]}, {"name": whole.get("name")}):
            note.write_text(json.dumps(damaged))
            pictures.report(picture)
    assert site.hits() == 2
