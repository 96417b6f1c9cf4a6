"""A saved picture's name: of its address and type, and harmless on every system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.ui.picturenames import name_of, safe_name


@pytest.mark.parametrize(
    ("url", "media_type", "name"),
    [
        ("https://e.test/a/hills.JPG?w=300", "image/jpeg", "hills.jpg"),
        ("https://e.test/a/hills.jpeg", "image/jpeg", "hills.jpeg"),
        ("https://e.test/a/hills.jpg", "image/webp", "hills.webp"),
        ("https://e.test/%E7%81%AF%E5%A1%94.png", "image/png", "灯塔.png"),
        ("https://e.test/render.php", "image/gif", "render.php.gif"),
        ("https://e.test/", "image/png", "picture.png"),
        ("data:image/png;base64,AAAA", "image/png", "picture.png"),
        ("https://e.test/..%2F..%2Fetc%2Fpasswd", "image/png", "etc-passwd.png"),
        ("https://e.test/con.jpg", "image/jpeg", "picture-con.jpg"),
        ("https://e.test/a%00b%0a.png", "image/png", "a-b.png"),
        ("https://e.test/gpj.%E2%80%AEevil.exe", "image/png", "gpj.-evil.exe.png"),
        ("https://e.test/" + "x" * 500 + ".png", "image/png", "x" * 80 + ".png"),
        ("https://[broken/hills.png", "image/png", "picture.png"),
    ],
)
def test_names(url: str, media_type: str, name: str) -> None:
    assert safe_name(url, media_type) == name


@given(st.text(max_size=200), st.sampled_from(["image/png", "image/jpeg", "image/svg+xml", "image/unknown"]))
def test_a_name_is_one_part_of_a_path(text: str, media_type: str) -> None:
    name = safe_name(f"https://e.test/{text}", media_type)
    assert name.strip(" .") == name
    assert not set(name) & set('<>:"/\\|?*\0\n\r\t')
    assert 0 < len(name) <= 100


def test_what_has_no_name_has_none() -> None:
    assert name_of("data:image/png,x") == ""
    assert name_of("https://e.test") == ""
