"""Where pictures really are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content.pictures import candidates_of, from_attributes, is_placeholder, is_random, is_tracker, true_address
from reader.model import Picture

BASE = "https://blog.example/2022/post.html"


@pytest.mark.parametrize(
    "proxied",
    [
        "https://cors.someone.workers.dev/?https://pic.example/a.jpg",
        "https://images.weserv.nl/?url=https%3A%2F%2Fpic.example%2Fa.jpg",
        "https://images.weserv.nl?url=pic.example/a.jpg&w=300",
        "https://wsrv.nl/?url=https://pic.example/a.jpg",
        "https://i0.wp.com/pic.example/a.jpg?resize=300&ssl=1",
        "https://pic1.xuehuaimg.com/proxy/https://pic.example/a.jpg",
        "https://imageproxy.pimg.tw/resize?url=https%3A%2F%2Fpic.example%2Fa.jpg",
        "https://mirror.example/any/path/https:/pic.example/a.jpg",
    ],
)
def test_a_proxy_is_unwrapped_and_kept_as_an_alternate(proxied: str) -> None:
    picture = true_address(proxied)
    assert picture.url == "https://pic.example/a.jpg"
    assert picture.alternates[0] == proxied


def test_two_proxies_are_unwrapped_both() -> None:
    picture = true_address("https://x.workers.dev/?https://wsrv.nl/?url=http://pic.example/a.jpg")
    assert picture.url == "http://pic.example/a.jpg"
    assert len(picture.alternates) == 2


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("a b.png", "https://blog.example/2022/a%20b.png"),
        ("/图/一.png", "https://blog.example/%E5%9B%BE/%E4%B8%80.png"),
        ("http://pic.example/a.png", "http://pic.example/a.png"),
        (" https://pic.example/a.png\n", "https://pic.example/a.png"),
        (
            "https://pic.example/a.png?from=https://other.example/",
            "https://pic.example/a.png?from=https://other.example/",
        ),
        ("javascript:alert(1)", ""),
        ("reader://image/x/1", ""),
        ("file:///etc/passwd", ""),
        ("http://", ""),
        ("", ""),
    ],
)
def test_addresses_become_absolute_or_nothing(written: str, expected: str) -> None:
    assert true_address(written, BASE).url == expected


def test_pictures_of_a_file_stay_files() -> None:
    base = "file:///home/me/site/posts/a.md"
    assert true_address("img/a b.png", base).url == "file:///home/me/site/posts/img/a%20b.png"
    assert true_address("../a.png", base).url == "file:///home/me/site/a.png"
    assert true_address("https://pic.example/a.png", base).url == "https://pic.example/a.png"
    root = true_address("/img/a.png", base)
    assert "file:///home/me/site/img/a.png" in (root.url, *root.alternates)


def test_the_original_beside_a_proxied_src_wins() -> None:
    proxied = "https://cors.someone.workers.dev/?http://pic.example/a.jpg"
    found = from_attributes({"data-original": "http://pic.example/a.jpg", "src": proxied, "data-height": "676"}, "")
    assert found is not None
    assert (found.url, found.alternates, found.height) == ("http://pic.example/a.jpg", (proxied,), 676)


@pytest.mark.parametrize("name", ["data-src", "data-actualsrc", "data-lazy-src", "zoomfile", "file", "data-orig-file"])
def test_lazy_attributes_beat_placeholders(name: str) -> None:
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    for src in (dot, "/img/loading.gif", "", None):
        found = from_attributes({"src": src, name: "/a.jpg"}, BASE)
        assert found is not None
        assert found.url == "https://blog.example/a.jpg"


def test_only_placeholders_are_no_picture() -> None:
    assert from_attributes({"src": "data:image/gif;base64,AAAA"}, BASE) is None
    assert from_attributes({"alt": "x"}, BASE) is None
    assert from_attributes({"src": "data:image/png;base64," + "A" * 300}, BASE) is not None


def names(found: Picture | None) -> list[str]:
    assert found is not None
    return [address.rsplit("/", 1)[1] for address in (found.url, *found.alternates)]


def test_the_candidate_for_the_screen_comes_first() -> None:
    attributes = {"src": "a.jpg", "srcset": "s.jpg 320w, l.jpg 1280w, h.jpg 2560w, m.jpg 900w"}
    assert names(from_attributes(attributes, BASE)) == ["m.jpg", "l.jpg", "h.jpg", "s.jpg", "a.jpg"]
    assert names(from_attributes(attributes, BASE, pixel_ratio=1.5))[0] == "l.jpg"
    assert names(from_attributes(attributes, BASE, pixel_ratio=3.5))[:2] == ["h.jpg", "l.jpg"]


def test_the_source_itself_is_the_candidate_for_plain_screens() -> None:
    attributes = {"src": "a.jpg", "srcset": "b.jpg 2x, c.jpg 3x"}
    assert names(from_attributes(attributes, BASE)) == ["a.jpg", "b.jpg", "c.jpg"]
    assert names(from_attributes(attributes, BASE, pixel_ratio=2.0)) == ["b.jpg", "c.jpg", "a.jpg"]
    assert names(from_attributes({**attributes, "src": "blank.gif"}, BASE)) == ["b.jpg", "c.jpg"]


def test_the_first_source_that_fits_the_window_is_taken() -> None:
    sources = (
        {"srcset": "a.avif", "type": "image/avif"},
        {"srcset": "dark.png", "media": "(prefers-color-scheme: dark)"},
        {"srcset": "phone.png", "media": "(max-width: 600px)"},
        {"srcset": "wide.png", "media": "(min-width: 90em)"},
        {"srcset": "w1.webp 400w, w2.webp 1200w", "type": "image/webp", "media": "(min-width: 40em)"},
    )
    assert names(from_attributes({"src": "a.jpg"}, BASE, sources))[:3] == ["w2.webp", "w1.webp", "a.jpg"]


def test_commas_may_be_part_of_a_candidate() -> None:
    large = "https://x.example/w_1,h_2/c.png"
    assert candidates_of(f"a,b.jpg 1x, {large} 2x", 2.0) == [large, "a,b.jpg"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://picsum.photos/400/300?random=12", True),
        ("https://source.unsplash.com/random/800x600", True),
        ("https://api.pictures.example/random", True),
        ("https://pic.example/randomness/a.jpg", False),
        ("https://images.unsplash.com/photo-123", False),
    ],
)
def test_services_that_give_any_picture(url: str, expected: bool) -> None:
    assert is_random(url) is expected


def test_trackers_and_placeholders() -> None:
    assert is_tracker("https://a.example/x.gif", 1, 1)
    assert is_tracker("https://pixel.wp.com/b.gif?x", 0, 0)
    assert not is_tracker("https://a.example/x.gif", 300, 1000)
    assert is_placeholder("https://a.example/img/blank.gif")
    assert not is_placeholder("https://a.example/img/space-shuttle-launch-of-the-year-1999.jpg")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["", BASE, "file:///a/b.md"]))
def test_any_address_gives_a_fetchable_one_or_none(written: str, base: str) -> None:
    picture = true_address(written, base)
    for address in (picture.url, *picture.alternates):
        allowed = ("http://", "https://", "data:image/") + (("file:",) if base.startswith("file:") else ())
        assert address == "" or address.startswith(allowed)


def test_a_path_on_the_proxy_is_no_host() -> None:
    own = "https://proxy.example.org/_next/image?url=%2Fimg%2Fa.png&w=640"
    assert true_address(own).url == own
    assert true_address("https://wsrv.nl/?url=//o.example/b.jpg&w=3").url == "https://o.example/b.jpg"
    assert true_address("https://wsrv.nl/?url=o.example/b.jpg").url == "https://o.example/b.jpg"
