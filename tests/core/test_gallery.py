"""The pictures of a library: when they load, what is fetched ahead, what stays, what can be told of each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reader import paths, settings
from reader.ahead import scope
from reader.errors import PictureError
from reader.library import Document, Library
from reader.model import Query, Row, Source
from reader.picturecache import COMMON_S, LEAST_S, MOST_S, Entry, PictureCache, lifetime_s
from reader.picturerule import RULES, may_load, rule
from reader.progress import Progress
from reader.settings import Settings
from tests.core.shell import Shell
from tests.site import Site, png

ITEM = "<item><title>{0}</title><guid>{0}</guid><link>{1}/{0}</link><description>Words of {0}. {2}</description></item>"
CHECKOUT = Path(__file__).resolve().parents[2]
BIG = b"\0" * 20_000


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(paths.in_folder(tmp_path / "library")) as opened:
        yield opened


def follow(library: Library, site: Site, name: str = "feed", pictures: int = 3, articles: int = 4) -> Source:
    """A feed of articles with pictures of their own, followed; the pictures' server is the feed's."""
    items = ""
    for article in range(articles):
        tags = "".join(f"&lt;img src='{site.url(f'/{name}-{article}-{n}.png')}'&gt;" for n in range(pictures))
        items += ITEM.format(f"{name}{article}", site.url(""), tags)
        for n in range(pictures):
            site.add(f"/{name}-{article}-{n}.png", png(4 + article, 3 + n, (n, article, len(name))) + BIG)
    site.add(
        f"/{name}", f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>", content_type="text/xml"
    )
    source, _ = library.add_feed(site.url(f"/{name}"))
    return source


def rows(library: Library) -> dict[str, Row]:
    return {row.title: row for row in library.store.rows(library.store.ids(Query()))}


def opened(library: Library, title: str) -> Document:
    return library.document(rows(library)[title].key)


def configure(library: Library, **values: object) -> None:
    settings.save(library.paths.settings, replace(settings.load(library.paths.settings), **values))  # type: ignore[arg-type]


# -------------------------------------------------------------------------------------------------------- the rule


def test_the_sources_rule_goes_before_the_common_one() -> None:
    assert [rule(own, common) for own in ("", *RULES) for common in RULES] == [
        "always", "click", "never", *["always"] * 3, *["click"] * 3, *["never"] * 3,
    ]  # fmt: skip
    assert rule("?", "") == "always"
    assert [may_load(holds, asked=False) for holds in RULES] == [True, False, False]
    assert all(may_load(holds, asked=True) for holds in RULES)


@pytest.mark.parametrize("where", ["source", "settings"])
@pytest.mark.parametrize("holds", ["click", "never"])
def test_a_page_loads_no_picture_that_must_wait(library: Library, site: Site, where: str, holds: str) -> None:
    source = follow(library, site)
    if where == "source":
        library.store.configure_source(source.key, pictures=holds)
    else:
        configure(library, pictures=holds)
    document = opened(library, "feed0")
    for _ in range(2):
        with pytest.raises(PictureError) as caught:
            library.picture(document, 0)
        assert (caught.value.kind, caught.value.detail) == ("offline", holds)
    assert library.fetch_leads() == 0
    assert library.fetch_ahead().wanted == 0
    assert site.hits("/feed-0-0.png") == 0
    assert library.picture(document, 0, now=True).width == 4
    assert library.picture(document, 0).from_cache  # what is held is shown
    assert library.picture(document, 1, refresh=True).width == 4
    with pytest.raises(PictureError) as caught:
        library.picture(document, 2, now=True, offline=True)
    assert caught.value.detail == ""


# ------------------------------------------------------------------------------------------------------ fetched ahead


def test_what_is_fetched_ahead() -> None:
    source = Source(1, "s", "feed", "http://a.example/", "A")
    everything = Settings(pictures_ahead="all")
    assert [scope(source, replace(Settings(), pictures_ahead=said)) for said in ("leads", "all", "none")] == [
        "leads", "all", "none",
    ]  # fmt: skip
    assert scope(replace(source, ahead=True), replace(Settings(), pictures_ahead="none")) == "all"
    assert scope(replace(source, pictures="click"), everything) == "none"
    assert scope(replace(source, pictures="never", ahead=True), everything) == "none"


def test_lead_pictures_come_and_the_others_wait(library: Library, site: Site) -> None:
    follow(library, site)
    told: list[Progress] = []
    done = library.fetch_ahead(progress=told.append)
    assert (done.wanted, done.came, done.stopped) == (4, 4, "")
    assert [(each.done, each.total, each.what) for each in told] == [(n, 4, "pictures") for n in range(5)]
    assert site.hits("/feed-0-0.png") == 1
    assert site.hits("/feed-0-1.png") == 0
    assert library.fetch_ahead().wanted == 0
    assert library.fetch_leads() == 0
    assert library.lead(rows(library)["feed0"]).from_cache
    configure(library, pictures_ahead="none")
    follow(library, site, "other")
    assert library.fetch_ahead().wanted == 0


def test_one_source_is_read_on_a_train(library: Library, site: Site) -> None:
    ahead, other = follow(library, site, "ahead"), follow(library, site, "other")
    library.store.configure_source(ahead.key, ahead=True)
    assert library.fetch_leads() == 8
    done = library.fetch_ahead()
    assert (done.wanted, done.came, done.bytes > 8 * 20_000) == (8, 8, True)
    for title in (f"ahead{n}" for n in range(4)):
        document = opened(library, title)
        assert [library.picture(document, n, offline=True).from_cache for n in range(3)] == [True] * 3
    assert library.fetch_ahead([library.store.source(other.key)]).wanted == 0
    before = site.hits()
    library.mark_read([row.key for row in rows(library).values()], True)
    configure(library, pictures_ahead="all")
    assert library.fetch_ahead().wanted == 0  # what was read is not fetched for later
    assert site.hits() == before


def test_fetching_ahead_stops_when_told_and_at_the_budget(library: Library, site: Site) -> None:
    follow(library, site, "many", pictures=20, articles=5)
    configure(library, pictures_ahead="all", ahead_mb=1)
    assert library.fetch_ahead(cancelled=lambda: True).stopped == "cancelled"
    assert site.hits("/many-0-0.png") == 0
    told: list[Progress] = []
    done = library.fetch_ahead(progress=told.append, cancelled=lambda: len(told) > 10)
    assert (done.wanted, done.stopped) == (100, "cancelled")
    assert 10 < len(told) < 20
    done = library.fetch_ahead()
    assert done.stopped == "budget"
    assert 2**20 <= done.bytes < 2**20 + 5 * 20_200


def test_fetching_ahead_ends_at_once_while_servers_are_silent(library: Library, site: Site) -> None:
    library.store.configure_source(follow(library, site, pictures=1, articles=2).key, ahead=True)
    for article in range(2):
        site.add(f"/feed-{article}-0.png", png(), delay_s=60)
    before = site.hits()
    started = time.monotonic()
    done = library.fetch_ahead(cancelled=lambda: site.hits() == before + 2)  # both are asked, none waits
    assert time.monotonic() - started < 2
    assert (done.wanted, done.came, done.stopped) == (2, 0, "cancelled")
    for article in range(2):
        site.add(f"/feed-{article}-0.png", png(4 + article, 3))
    assert library.fetch_ahead().came == 2


def test_a_picture_that_cannot_be_had_holds_nothing_up(library: Library, site: Site) -> None:
    source = follow(library, site)
    library.store.configure_source(source.key, ahead=True)
    site.add("/feed-1-1.png", status=404)
    done = library.fetch_ahead()
    assert (done.wanted, done.came, done.stopped) == (12, 11, "")


# ------------------------------------------------------------------------------------------------------ what is known


def test_diagnosing_asks_nobody(library: Library, site: Site) -> None:
    follow(library, site)
    document = opened(library, "feed0")
    before = site.hits()
    report = library.diagnose(document, 0)
    assert (report.picture, report.attempts, report.cached) == (document.rendered.images[0], (), False)
    library.picture(document, 0)
    site.add("/feed-0-1.png", status=404)
    with pytest.raises(PictureError):
        library.picture(document, 1)
    assert site.hits() == before + 2
    held, missing = (library.diagnose(document, n) for n in (0, 1))
    assert (held.cached, held.bytes, held.media_type, held.pinned) == (
        True,
        len(library.picture(document, 0).data),
        "image/png",
        False,
    )
    assert [(a.url, a.status, a.outcome) for a in held.attempts] == [(held.picture.url, 200, "ok")]
    assert missing.error is not None
    assert (missing.error.status, missing.attempts[0].outcome, missing.again > time.time()) == (404, "missing", True)
    assert site.hits() == before + 2
    with pytest.raises(PictureError):
        library.diagnose(document, 3)


# ---------------------------------------------------------------------------------------------------------- what stays


def test_pictures_of_bookmarked_articles_stay_until_the_bookmark_goes(library: Library, site: Site) -> None:
    follow(library, site)
    configure(library, pictures_ahead="all")
    assert library.fetch_ahead().came == 12
    library.bookmark(rows(library)["feed1"].key, True)
    size = library.cache_size()
    assert (size.pictures, size.pinned_bytes > 3 * 20_000, size.bytes > 12 * 20_000) == (12, True, True)
    assert library.diagnose(opened(library, "feed1"), 0).pinned
    freed = library.clear_pictures()
    assert freed == size.bytes - size.pinned_bytes
    held = [n for n in range(4) for i in range(3) if library.diagnose(opened(library, f"feed{n}"), i).cached]
    assert held == [1, 1, 1]
    library.bookmark(rows(library)["feed1"].key, False)
    library.undo()
    assert library.clear_pictures() == 0
    library.bookmark(rows(library)["feed1"].key, False)
    assert library.clear_pictures() == size.pinned_bytes
    assert library.cache_size().pictures == 0
    assert list((library.paths.pictures / "pins").rglob("*.json")) == []


def test_clearing_all_of_them(library: Library, site: Site) -> None:
    follow(library, site)
    library.fetch_leads()
    library.bookmark(rows(library)["feed1"].key, True)
    assert library.clear_pictures(keep_pinned=False) > 0
    assert library.cache_size().bytes == 0


def test_eviction_spares_what_is_pinned(tmp_path: Path) -> None:
    pinned = {f"u{number}" for number in range(3)}
    cache = PictureCache(tmp_path, 150_000, pinned=lambda: pinned)
    for number in range(40):
        cache.put(f"u{number}", Entry(f"u{number}", "image/png", 4, 3, 1), bytes([number]) * 20_000)
        for path in tmp_path.rglob("*"):
            if path.is_file() and path.stat().st_mtime > time.time() - 50:
                os.utime(path, (time.time() - 1000 + number,) * 2)
    size = cache.size()
    assert size.bytes - size.pinned_bytes <= 150_000
    assert size.pinned_bytes == 3 * 24_096
    assert [number for number in range(40) if cache.has(f"u{number}")][:3] == [0, 1, 2]
    assert cache.has("u39")
    pinned.clear()
    cache.evict()
    assert not cache.has("u0")


def test_the_index_does_not_grow_without_bound(tmp_path: Path) -> None:
    """Addresses that are signed anew at each refresh bring the same picture each time."""
    cache = PictureCache(tmp_path, 400_000)
    for number in range(300):
        cache.put(f"u?sign={number}", Entry("u", "image/png", 4, 3, 1), png())
    cache.evict()
    assert sum(1 for path in tmp_path.rglob("*") if path.is_file()) < 110


def test_how_long_a_picture_is_held() -> None:
    said = {
        "": COMMON_S,
        "no-store": LEAST_S,
        "private, max-age=31536000": LEAST_S,
        "max-age=60": LEAST_S,
        "public, MAX-AGE=2592000": 2_592_000,
        "max-age=31536000000": MOST_S,
        "max-age=x": COMMON_S,
    }
    assert {value: lifetime_s({"cache-control": value}) for value in said} == said


def test_what_is_too_old_goes_once_a_day_unless_pinned(tmp_path: Path) -> None:
    now = [time.time()]
    cache = PictureCache(tmp_path, 10**9, pinned=lambda: {"kept"}, now=lambda: now[0])
    for name, days in (("kept", 1), ("old", 1), ("young", 9)):
        cache.put(name, Entry(name, "image/png", 4, 3, 1, until=now[0] + days * 86_400), name.encode() * 100)
    now[0] += 3 * 86_400
    assert cache.get("old") is not None  # it is held until it is swept out: showing it asks nobody
    os.utime(
        next(path for path in (tmp_path / "files").rglob("*") if path.is_file() and b"old" in path.read_bytes()), (1, 1)
    )
    cache.evict()
    assert [cache.has(name) for name in ("kept", "old", "young")] == [True, False, True]
    assert sum(path.is_file() for path in (tmp_path / "files").rglob("*")) == 2


def test_when_the_bookmarks_cannot_be_read_nothing_is_removed(tmp_path: Path) -> None:
    from reader.errors import StoreBusy

    def busy() -> set[str]:
        raise StoreBusy(path="library")

    cache = PictureCache(tmp_path, 30_000, pinned=busy)
    for number in range(10):
        cache.put(f"u{number}", Entry("u", "image/png", 4, 3, 1), bytes([number]) * 20_000)
    assert all(cache.has(f"u{number}") for number in range(10))


def test_damage_is_told_and_repaired(library: Library, site: Site) -> None:
    follow(library, site)
    library.fetch_leads()
    assert library.check_pictures() == []
    files = sorted(path for path in (library.paths.pictures / "files").rglob("*") if path.is_file())
    entries = sorted((library.paths.pictures / "index").rglob("*.json"))
    files[0].write_bytes(b"damaged")
    entries[0].write_bytes(b"{")
    told = ["1 damaged pictures in the picture cache", "1 damaged entries in the picture cache"]
    assert library.check_pictures() == told
    assert library.check_pictures(repair=True) == told
    assert library.check_pictures() == []
    assert library.fetch_leads() in (1, 2)


_WRITER = """
import sys
from pathlib import Path
from reader.picturecache import Entry, PictureCache
cache = PictureCache(Path(sys.argv[1]), 4_000_000)
print("ready", flush=True)
number = 0
while True:
    data = number.to_bytes(4, "big") * 25_000
    cache.put(f"u{number % 60}", Entry(f"u{number % 60}", "image/png", 4, 3, 1), data)
    number += 1
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot kill at once")
def test_killed_writers_leave_a_whole_cache(tmp_path: Path) -> None:
    for turn in range(5):
        writers = [
            subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], cwd=CHECKOUT, stdout=subprocess.PIPE)
            for _ in range(2)
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        time.sleep(0.1 + 0.07 * turn)
        for writer in writers:
            assert writer.poll() is None
            writer.kill()
            writer.communicate()
    cache = PictureCache(tmp_path, 4_000_000)
    assert cache.problems() == []
    kept = [found for number in range(60) if (found := cache.get(f"u{number}")) is not None]
    assert kept
    for _, data in kept:
        assert data == data[:4] * 25_000
    for path in tmp_path.rglob("*.tmp"):
        os.utime(path, (1, 1))
    cache.evict()
    assert list(tmp_path.rglob("*.tmp")) == []
    assert cache.size().bytes <= 4_000_000


# -------------------------------------------------------------------------------------------------- the command line


def test_the_command_line_tells_every_attempt(tmp_path: Path, site: Site) -> None:
    shell = Shell(tmp_path / "library")
    site.add("/strict.png", png(8, 6), require_referer=site.url("/"))
    file = tmp_path / "a.png"
    told = shell.json("image", site.url("/strict.png"), "-o", file, "--attempts")
    assert [(each["status"], each["referer"], each["outcome"]) for each in told["attempts"]] == [
        (403, "", "refused"),
        (200, site.url("/"), "ok"),
    ]
    assert "attempts" not in shell.json("image", site.url("/strict.png"), "-o", file, "--force")
    done = shell.run("image", site.url("/none.png"), "-o", file, "--force", "--attempts", "--json")
    failed = json.loads(done.stdout)
    assert (done.returncode, failed["url"], failed["attempts"][0]["status"]) == (1, site.url("/none.png"), 404)


def test_the_command_line_looks_inside_a_proxys_address(tmp_path: Path, site: Site) -> None:
    shell = Shell(tmp_path / "library")
    site.add("/proxy/http://gone.invalid/a.png", png(8, 6))
    told = shell.json("image", site.url("/proxy/http://gone.invalid/a.png"), "-o", tmp_path / "a.png")
    assert told["url"] == site.url("/proxy/http://gone.invalid/a.png")  # what was asked for, when it works


def test_check_finds_damage_among_the_pictures(tmp_path: Path, site: Site) -> None:
    shell = Shell(tmp_path / "library")
    site.add("/a.png", png(8, 6))
    shell.json("image", site.url("/a.png"), "-o", tmp_path / "a.png")
    assert shell.json("check") == {"ok": True, "problems": []}
    (held,) = (path for path in (tmp_path / "library" / "cache" / "pictures" / "files").rglob("*") if path.is_file())
    held.write_bytes(b"damaged")
    assert shell.run("check", "--json").returncode == 1
    assert shell.run("check", "--repair").returncode == 0
    assert shell.json("check")["ok"] is True
