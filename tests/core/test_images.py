"""The picture proxy against real servers, real folders and a real cache."""

from __future__ import annotations

import base64
import json
import os
import socket
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader import hotlinks, net
from reader.errors import Cancelled, PictureError
from reader.hotlinks import known, referer_of
from reader.images import PictureFile, Pictures
from reader.lessons import Lesson, Lessons
from reader.model import Picture
from reader.net import Client, Origin
from reader.notes import Notes
from reader.picturecache import Entry, PictureCache
from tests.site import JPEG, WEBP, Site, gif, png

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6">'


@pytest.fixture
def hosts() -> dict[str, tuple[str, Site]]:
    """Name -> (its address, the server behind it)."""
    return {}


@pytest.fixture
def client(hosts: dict[str, tuple[str, Site]]) -> Iterator[Client]:
    def resolve(host: str, port: int) -> list[tuple[int, str]]:
        if host not in hosts:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [(int(socket.AF_INET), hosts[host][0])]

    def connect(family: int, address: str, port: int, timeout_s: float) -> socket.socket:
        for public, site in hosts.values():
            if public == address:
                return net.system_connect(socket.AF_INET, site.host, site.port, timeout_s)
        return net.system_connect(family, address, port, timeout_s)

    with Client(resolve=resolve, connect=connect, proxies={}) as made:
        yield made


@pytest.fixture
def on(hosts: dict[str, tuple[str, Site]], site: Site) -> Callable[[str], str]:
    """Gives the server a public name; returns the address it then has."""

    def name(host: str, server: Site = site) -> str:
        hosts[host] = (f"93.184.216.{len(hosts) + 1}", server)
        return f"http://{host}:{server.port}"

    return name


@pytest.fixture
def home(on: Callable[[str], str]) -> str:
    return on("img.example")


@pytest.fixture
def pictures(client: Client, tmp_path: Path) -> Pictures:
    return Pictures(client, tmp_path / "cache")


def kind_of(pictures: Pictures, url: str, **more: object) -> PictureError:
    with pytest.raises(PictureError) as caught:
        pictures.get(Picture(url), **more)  # type: ignore[arg-type]
    return caught.value


# ------------------------------------------------------------------------------------------------ from the network


def test_a_picture_and_then_the_cache(
    pictures: Pictures, client: Client, site: Site, home: str, tmp_path: Path
) -> None:
    site.add("/a.jpg", png(30, 20), content_type="text/plain")
    picture = Picture(home + "/a.jpg")
    assert pictures.cached(picture) is None
    found = pictures.get(picture)
    assert found == PictureFile(home + "/a.jpg", "image/png", 30, 20, 1, png(30, 20), False, "")
    again = pictures.get(picture)
    assert (again.data, again.from_cache) == (found.data, True)
    other_process = Pictures(client, tmp_path / "cache")
    assert other_process.get(picture, offline=True).from_cache
    assert site.hits() == 1
    pictures.forget(picture)
    assert pictures.cached(picture) is None
    assert kind_of(pictures, picture.url, offline=True).kind == "offline"
    assert not pictures.get(picture).from_cache
    assert site.hits() == 2


@pytest.mark.parametrize("data", [png(), gif(frames=3), JPEG, WEBP, f"{SVG}<path d='M0 0'/></svg>".encode()])
def test_each_kind_of_picture_comes_through(pictures: Pictures, site: Site, home: str, data: bytes) -> None:
    site.add("/a", data, gzip=True)
    found = pictures.get(Picture(home + "/a"))
    assert found.width > 0
    assert found.media_type.startswith("image/")
    assert pictures.get(Picture(home + "/a")).data == found.data


def test_redirects(pictures: Pictures, site: Site, home: str) -> None:
    site.add("/a", redirect="/b", status=301)
    site.add("/b", png())
    assert pictures.get(Picture(home + "/a")).url == home + "/a"


@pytest.mark.parametrize(
    ("page", "kind", "status"),
    [
        ({"status": 404}, "missing", 404),
        ({"status": 410}, "missing", 410),
        ({"status": 403}, "refused", 403),
        ({"status": 429}, "refused", 429),
        ({"status": 502}, "unreachable", 502),
        ({"body": "<html>sorry</html>"}, "not-a-picture", 0),
        ({"body": b"", "content_type": "image/png"}, "not-a-picture", 0),
        ({"body": b"\x1a\x45\xdf\xa3webm", "content_type": "image/png"}, "not-a-picture", 0),
        ({"body": "<svg><<<", "content_type": "image/svg+xml"}, "not-a-picture", 0),
        ({"body": png(1, 1)[:16] + b"\0\0\xff\xff\0\0\xff\xff" + png()[24:]}, "bomb", 0),
        ({"body": png(1, 1)[:16] + b"\0\0\x75\x31\0\0\0\1" + png()[24:]}, "bomb", 0),
        ({"body": gif(1, 1, frames=2001)}, "bomb", 0),
        ({"body": b"x" * 1_000_000, "endless": True}, "too-large", 0),
        ({"body": b"\0" * 20_000_000, "gzip": True}, "too-large", 0),
        ({"redirect": "http://127.0.0.1/"}, "blocked", 0),
        ({"redirect": "http://gone.example/"}, "unreachable", 0),
    ],
)
def test_what_can_go_wrong(
    pictures: Pictures, site: Site, home: str, page: dict[str, object], kind: str, status: int
) -> None:
    site.add("/a", **page)  # type: ignore[arg-type]
    error = kind_of(pictures, home + "/a")
    assert (error.kind, error.status, error.url) == (kind, status, home + "/a")
    assert pictures.cached(Picture(home + "/a")) is None


def test_other_addresses_are_refused(pictures: Pictures) -> None:
    for url in (
        "ftp://img.example/a",
        "javascript:1",
        "blob:x",
        "cid:1",
        "",
        "a.png",
        "http://127.1/a",
        "http://nas/a",
    ):
        assert kind_of(pictures, url).kind == "blocked"


def test_a_private_address_only_for_whom_it_is_allowed(pictures: Pictures, site: Site) -> None:
    url = site.add("/a.png", png())
    assert kind_of(pictures, url).kind == "blocked"
    assert kind_of(pictures, url, allow=Origin("http", "127.0.0.1", site.port + 1)).kind == "blocked"
    assert site.connections == 0
    assert pictures.get(Picture(url), allow=Origin.of(site.url("/feed"))).data == png()
    # What came by that right is nobody else's, even when it lies in the cache.
    assert kind_of(pictures, url).kind == "blocked"
    assert pictures.cached(Picture(url)) is None
    assert pictures.get(Picture(url), allow=Origin.of(site.url("/feed"))).from_cache


def test_a_failure_is_remembered_for_a_while_and_retry_asks_again(pictures: Pictures, site: Site, home: str) -> None:
    site.add("/a", status=404)
    for _ in range(3):
        assert kind_of(pictures, home + "/a").status == 404
    assert site.hits("/a") == 1
    site.add("/a", png())
    assert kind_of(pictures, home + "/a").status == 404
    assert pictures.get(Picture(home + "/a"), refresh=True).data == png()
    site.add("/a", gif())
    assert pictures.get(Picture(home + "/a")).data == png()
    assert pictures.get(Picture(home + "/a"), refresh=True).data == gif()
    site.add("/a", status=500)
    assert pictures.get(Picture(home + "/a"), refresh=True).data == gif()
    site.add("/b", status=404)
    kind_of(pictures, home + "/b")
    pictures.forget(Picture(home + "/b"))
    site.add("/b", png())
    assert pictures.get(Picture(home + "/b")).data == png()


def test_being_offline_is_no_failure(pictures: Pictures, site: Site, home: str) -> None:
    site.add("/a", png())
    assert kind_of(pictures, home + "/a", offline=True).kind == "offline"
    assert site.connections == 0
    assert pictures.get(Picture(home + "/a")).data == png()


def test_alternates_follow(pictures: Pictures, site: Site, home: str) -> None:
    site.add("/c", png())
    site.add("/html", "<html>")
    picture = Picture(
        home + "/a", ("http://gone.example/b", home + "/html", "http://10.0.0.1/", home + "/c", home + "/d")
    )
    found = pictures.get(picture)
    assert (found.url, found.data) == (home + "/c", png())
    assert site.hits("/d") == 0
    requests = site.hits()
    assert pictures.get(picture).from_cache
    assert pictures.get(Picture(home + "/c")).from_cache
    assert pictures.get(Picture("http://gone.example/z", (home + "/c",))).from_cache
    assert site.hits() == requests
    with pytest.raises(PictureError) as caught:
        pictures.get(Picture(home + "/1", (home + "/html?2",)))
    assert (caught.value.kind, caught.value.url) == ("missing", home + "/1")


def test_a_slow_host_does_not_take_all_the_time(
    pictures: Pictures, site: Site, home: str, on: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.climb.TOTAL_S", 2.0)
    monkeypatch.setattr("reader.climb.ADDRESS_S", 0.6)
    site.add("/slow", png(), drip=1)
    with Site() as quick:
        quick.add("/a", png())
        started = time.monotonic()
        found = pictures.get(Picture(home + "/slow", (home + "/slow?2", on("quick.example", quick) + "/a")))
        assert found.data == png()
        assert time.monotonic() - started < 1.5
    assert site.hits("/slow") == 1
    started = time.monotonic()
    assert kind_of(pictures, home + "/slow?3").kind == "timeout"
    assert 1.9 < time.monotonic() - started < 2.8
    assert site.hits("/slow?3") == 1


def test_many_threads_ask_once(pictures: Pictures, site: Site, home: str) -> None:
    site.add("/a", png(), delay_s=0.1)
    found: list[bool] = []
    threads = [
        threading.Thread(target=lambda: found.append(pictures.get(Picture(home + "/a")).from_cache)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] + [True] * 7
    assert site.hits("/a") == 1
    assert pictures._under_way == {}


def _asked_for(pictures: Pictures, url: str, stop: threading.Event) -> tuple[threading.Thread, list[object]]:
    """A thread that asks for a picture until it is stopped, and what came of it."""
    came: list[object] = []

    def ask() -> None:
        try:
            came.append(pictures.get(Picture(url), cancelled=stop.is_set).data)
        except (Cancelled, PictureError) as error:
            came.append(type(error))

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, came


def _until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_cancelled_picture_ends_at_once_and_is_no_failure(
    pictures: Pictures, site: Site, home: str, tmp_path: Path
) -> None:
    site.add("/a", png(), delay_s=60)
    stop = threading.Event()
    thread, came = _asked_for(pictures, home + "/a", stop)
    _until(lambda: site.hits("/a") == 1)
    started = time.monotonic()
    stop.set()
    thread.join()
    assert time.monotonic() - started < 0.5
    assert came == [Cancelled]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []  # no lesson, no failure
    report = pictures.report(Picture(home + "/a"))
    assert (report.error, report.attempts, report.again, report.learned) == (None, (), 0.0, None)
    site.add("/a", png())
    assert pictures.get(Picture(home + "/a")).data == png()


def test_who_is_cancelled_cancels_no_other_who_asks_for_the_same_picture(
    pictures: Pictures, site: Site, home: str
) -> None:
    site.add("/a", png(), delay_s=60)
    url, stops = home + "/a", [threading.Event() for _ in range(3)]
    first, first_came = _asked_for(pictures, url, stops[0])
    _until(lambda: site.hits("/a") == 1)
    waits, waits_came = _asked_for(pictures, url, stops[1])
    other, other_came = _asked_for(pictures, url, stops[2])
    _until(lambda: pictures._under_way[url][1] == 3)
    stops[1].set()  # one that waits for its turn
    waits.join(0.5)
    assert waits_came == [Cancelled]
    site.add("/a", png())
    stops[0].set()  # the one that asks: the next takes its turn
    first.join(0.5)
    other.join(2)
    assert (first_came, other_came) == ([Cancelled], [png()])
    assert pictures._under_way == {}


# ------------------------------------------------------------------------------------------------------- the Referer


def test_hosts_that_refuse_a_foreign_referer_and_hosts_that_refuse_none(
    pictures: Pictures, site: Site, on: Callable[[str], str]
) -> None:
    article = "http://blog.example/post?a=1#top"
    site.add("/none", png(), require_referer="none")
    site.add("/own", png(), require_referer="http://strict.example")
    site.add("/article", png(), require_referer="http://blog.example/post")
    assert pictures.get(Picture(on("loose.example") + "/none"), article_url=article).referer == ""
    strict = on("strict.example")
    assert pictures.get(Picture(strict + "/own"), article_url=article).referer == strict + "/"
    found = pictures.get(Picture(on("blogged.example") + "/article"), article_url=article)
    assert found.referer == "http://blog.example/post?a=1"
    assert [hit.headers.get("referer") for hit in site.requests if hit.path == "/article"] == [
        None,
        f"http://blogged.example:{site.port}/",
        "http://blog.example/post?a=1",
    ]
    assert pictures.get(Picture(strict + "/own")).referer == strict + "/"  # the cache remembers it too


def test_known_hosts_are_asked_right_at_once(pictures: Pictures, site: Site, on: Callable[[str], str]) -> None:
    site.add("/sina", png(), require_referer="https://weibo.com/")
    site.add("/sspai", png(), require_referer="https://sspai.com/")
    site.add("/bili", png(), require_referer="none")
    for host, path in (("wx1.sinaimg.cn", "/sina"), ("cdnfile.sspai.com", "/sspai"), ("i0.hdslb.com", "/bili")):
        pictures.get(Picture(on(host) + path), article_url="http://blog.example/")
    assert site.hits() == 3
    # The table may be out of date: then the ladder goes on.
    site.add("/sina2", png(), require_referer="none")
    assert pictures.get(Picture(f"http://wx1.sinaimg.cn:{site.port}/sina2")).referer == ""


def test_what_worked_is_tried_first_next_time(
    pictures: Pictures, client: Client, site: Site, on: Callable[[str], str], tmp_path: Path
) -> None:
    strict = on("strict.example")
    for path in ("/1", "/2", "/3"):
        site.add(path, png(3, int(path[1])), require_referer="http://strict.example")
    pictures.get(Picture(strict + "/1"))
    assert site.hits("/1") == 2
    pictures.get(Picture(strict + "/2"))
    assert site.hits("/2") == 1
    Pictures(client, tmp_path / "cache").get(Picture(strict + "/3"))
    assert site.hits("/3") == 1


def test_an_html_page_is_a_refusal_too(pictures: Pictures, site: Site, home: str) -> None:
    site.add("/a", "<html>no hotlinking</html>", content_type="image/jpeg")
    assert kind_of(pictures, home + "/a", article_url="http://blog.example/").kind == "not-a-picture"
    assert site.hits("/a") == 3


def test_a_missing_picture_is_not_asked_for_again(pictures: Pictures, home: str, site: Site) -> None:
    kind_of(pictures, home + "/a", article_url="http://blog.example/")
    assert site.hits("/a") == 1


def test_lessons_expire_and_survive_damage(tmp_path: Path) -> None:
    now = [1_000_000_000.0]
    lessons = Lessons(tmp_path / "lessons", now=lambda: now[0])
    assert lessons.of("img.example") is None
    lessons.learn("img.example", "itself", "https://img.example", "article")
    learned = Lesson("img.example", "itself", "https://img.example", "article", now[0])
    assert Lessons(tmp_path / "lessons", now=lambda: now[0]).of("img.example") == learned
    now[0] += 29 * 86_400
    lessons.learn("img.example", "itself", "https://img.example", "article")  # known: it keeps its date
    now[0] += 2 * 86_400
    assert lessons.of("img.example") is None
    lessons.learn("img.example", "itself", "https://img.example", "own")
    (file,) = everything(tmp_path)
    whole = json.loads(file.read_text())
    for damaged in (b"{", b"[]", b"\xff", b"[" * 100_000, json.dumps({**whole, "rung": "other"}).encode(),
                    json.dumps({**whole, "since": "x"}).encode(), json.dumps({**whole, "since": 1e300}).encode(),
                    json.dumps({**whole, "name": "host other.example"}).encode()):  # fmt: skip
        file.write_bytes(damaged)
        assert lessons.of("img.example") is None
    lessons.learn("img.example", "itself", "https://img.example", "own")
    assert everything(tmp_path) == [file]
    Lessons(file / "below a file").learn("img.example", "itself", "https://img.example", "own")


def test_notes_never_hold_more_than_their_bound(tmp_path: Path) -> None:
    notes = Notes(tmp_path, 50)
    for number in range(260):
        notes.put(f"note {number}", {"number": number})
    notes.sweep()
    assert len(everything(tmp_path)) == 50
    notes.put("half of \ud800", {"number": 1})
    assert (notes.get("half of \ud800") or {})["number"] == 1
    notes.clear()
    assert everything(tmp_path) == []


def test_the_table_of_hosts() -> None:
    assert known("wx4.sinaimg.cn") == "https://weibo.com/"
    assert known("sinaimg.cn.evil.example") is None
    assert known("notsinaimg.cn") is None
    assert known("pic1.zhimg.com") == ""
    assert all(value == "" or value.endswith("/") for value in hotlinks.KNOWN.values())


def test_which_article_address_may_be_told() -> None:
    assert referer_of("http://me:secret@blog.example/p#x", "http://img.example/a") == "http://blog.example/p"
    for private in ("http://192.168.1.9/p", "http://[::1]/p", "http://nas/p", "file:///home/me/p.md", "", "urn:x"):
        assert referer_of(private, "https://img.example/a") == ""
    assert referer_of("https://blog.example/p", "http://img.example/a") == ""


# ---------------------------------------------------------------------------------------- data: and file: addresses


def test_data_addresses(pictures: Pictures, site: Site) -> None:
    encoded = base64.b64encode(png(5, 5)).decode()
    for url in (
        "data:image/jpeg;base64," + encoded,
        "DATA:;BASE64," + encoded.rstrip("="),
        "data:image/png;base64," + encoded.replace("+", "%2B").replace("/", "%2F"),
        "data:image/png;base64," + "\n".join(encoded),
    ):
        found = pictures.get(Picture(url), offline=True)
        assert (found.data, found.from_cache, found.url) == (png(5, 5), False, url)
    svg = pictures.get(Picture("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cg/%3E%3C/svg%3E"))
    assert svg.media_type == "image/svg+xml"
    for url in ("data:", "data:image/png;base64,%%%", "data:image/png;base64,A", "data:text/html,<script>", "data:,"):
        assert kind_of(pictures, url).kind == "not-a-picture"
    assert kind_of(pictures, "data:," + "x" * 32_000_000).kind == "too-large"


def test_files_inside_the_folder_only(pictures: Pictures, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    (root / "images").mkdir(parents=True)
    inside = root / "images" / "a b.png"
    inside.write_bytes(png(5, 4))
    outside = tmp_path / "secret.png"
    outside.write_bytes(png())
    (tmp_path / "posts-2").mkdir()
    (tmp_path / "posts-2" / "a.png").write_bytes(png())
    found = pictures.get(Picture(inside.as_uri()), root=root, offline=True)
    assert (found.data, found.from_cache) == (png(5, 4), False)
    inside.write_bytes(gif(5, 4))
    assert pictures.get(Picture(inside.as_uri()), root=root).media_type == "image/gif"
    blocked = [
        outside.as_uri(),
        (tmp_path / "posts-2" / "a.png").as_uri(),
        root.as_uri() + "/../secret.png",
        root.as_uri() + "/%2e%2e/secret.png",
        root.as_uri() + "/images/%2e%2e%2f%2e%2e%2fsecret.png",
        root.as_uri() + "/../nothing.png",
        "file://server/share/a.png",
        "file:///etc/passwd",
        root.as_uri() + "/a%00.png",
        root.as_uri(),
    ]
    for url in blocked:
        assert kind_of(pictures, url, root=root).kind == "blocked", url
    assert kind_of(pictures, inside.as_uri()).kind == "blocked"
    assert kind_of(pictures, inside.as_uri(), root=tmp_path / "gone").kind == "blocked"
    assert kind_of(pictures, root.as_uri() + "/images/none.png", root=root).kind == "missing"
    assert kind_of(pictures, root.as_uri() + "/images", root=root).kind == "not-a-picture"
    assert kind_of(pictures, root.as_uri() + "/%ff.png", root=root).kind == "refused"
    (root / "text.png").write_text("hello")
    assert kind_of(pictures, (root / "text.png").as_uri(), root=root).kind == "not-a-picture"
    with open(root / "big.png", "wb") as big:
        big.truncate(16 * 2**20)
    assert kind_of(pictures, (root / "big.png").as_uri(), root=root).kind == "too-large"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_links_do_not_lead_out_of_the_folder(pictures: Pictures, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    root.mkdir()
    (tmp_path / "secret.png").write_bytes(png())
    (root / "real.png").write_bytes(png(6, 6))
    (root / "out.png").symlink_to(tmp_path / "secret.png")
    (root / "out").symlink_to(tmp_path)
    (root / "in.png").symlink_to(root / "real.png")
    (root / "loop.png").symlink_to(root / "loop.png")
    assert kind_of(pictures, (root / "out.png").as_uri(), root=root).kind == "blocked"
    assert kind_of(pictures, root.as_uri() + "/out/secret.png", root=root).kind == "blocked"
    assert kind_of(pictures, root.as_uri() + "/OUT/secret.png", root=root).kind == "blocked"
    assert kind_of(pictures, root.as_uri() + "/loop.png", root=root).kind in ("refused", "missing")
    assert pictures.get(Picture((root / "in.png").as_uri()), root=root).width == 6
    alias = tmp_path / "alias"
    alias.symlink_to(root)
    assert pictures.get(Picture(alias.as_uri() + "/real.png"), root=alias).width == 6
    assert pictures.get(Picture(alias.as_uri() + "/REAL.png"), root=alias).width == 6
    os.mkfifo(root / "pipe.png")
    assert kind_of(pictures, (root / "pipe.png").as_uri(), root=root).kind == "not-a-picture"


def test_names_that_differ_in_case_or_unicode_form(pictures: Pictures, tmp_path: Path) -> None:
    folder = tmp_path / "Images"
    folder.mkdir()
    (folder / unicodedata.normalize("NFD", "Café.PNG")).write_bytes(png())
    url = tmp_path.as_uri() + "/images/caf%C3%A9.png"
    assert pictures.get(Picture(url), root=tmp_path).data == png()


# --------------------------------------------------------------------------------------------------------- the cache

ENTRY = Entry("http://a.example/1", "image/png", 4, 3, 1)


def everything(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


DAMAGE = [b"", b"{}", b"[1]", b"\xff\xfe", b'{"digest": "../../../etc/passwd"}', b"[" * 100_000, None]


@pytest.mark.parametrize("content", DAMAGE)
@pytest.mark.parametrize("part", ["index", "files"])
def test_damage_is_a_miss(tmp_path: Path, part: str, content: bytes | None) -> None:
    cache = PictureCache(tmp_path, 10**6)
    cache.put(ENTRY.url, ENTRY, png())
    (path,) = everything(tmp_path / part)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert cache.get(ENTRY.url) is None
    cache.put(ENTRY.url, ENTRY, png())
    assert cache.get(ENTRY.url) == (ENTRY, png())
    assert len(everything(tmp_path / "files") + everything(tmp_path / "index")) == 2


def test_an_entry_with_wrong_fields_is_a_miss(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 10**6)
    cache.put(ENTRY.url, ENTRY, png())
    (path,) = everything(tmp_path / "index")
    whole = json.loads(path.read_text())
    for field, value in (
        ("width", "4"),
        ("height", -1),
        ("frames", True),
        ("url", None),
        ("address", "other"),
        ("digest", 5),
    ):
        path.write_text(json.dumps({**whole, field: value}))
        assert cache.get(ENTRY.url) is None, field
        path.write_text(json.dumps({name: value for name, value in whole.items() if name != field}))
        assert cache.get(ENTRY.url) is None, field


def test_equal_pictures_are_kept_once_and_any_address_is_a_key(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 10**6)
    for address in ("http://a/" + "x" * 5000, "http://b/\ud800", "http://c/中", "http://a.example/1"):
        cache.put(address, ENTRY, png())
        assert cache.get(address) == (ENTRY, png())
    assert len(everything(tmp_path / "files")) == 1


def test_leftovers_of_a_crash_are_swept_out(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 10**6)
    cache.put("u", ENTRY, png())
    shelf = everything(tmp_path / "files")[0].parent
    old, young = shelf / "old.tmp", shelf / "young.tmp"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    PictureCache(tmp_path, 10**6).evict()
    assert (old.exists(), young.exists()) == (False, True)
    assert cache.get("u") == (ENTRY, png())


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 10**6)
    for number in range(8):
        cache.put(f"u{number}", Entry(f"u{number}", "image/png", 4, 3, 1), bytes([number]) * 10_000)
        for path in everything(tmp_path):
            if path.stat().st_mtime > time.time() - 50:
                os.utime(path, (time.time() - 1000 + number * 10,) * 2)
    assert cache.get("u0") is not None
    PictureCache(tmp_path, 70_000).evict()
    kept = [number for number in range(8) if cache.get(f"u{number}") is not None]
    assert kept == [0, 5, 6, 7]
    assert len(everything(tmp_path / "files")) == 4


def test_without_a_writable_folder_pictures_still_come(client: Client, site: Site, home: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    pictures = Pictures(client, tmp_path / "file")
    site.add("/a", png(), require_referer="http://img.example")
    assert pictures.get(Picture(home + "/a")).data == png()
    assert not pictures.get(Picture(home + "/a")).from_cache
