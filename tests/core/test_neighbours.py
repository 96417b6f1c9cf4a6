"""Links between the posts of a folder lead to the post that was meant, and to nothing outside of the folder."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.content import neighbours
from reader.content.neighbours import ENDINGS, places, resolve
from reader.sources.folder import EXTENSIONS

POSTS = (
    "post.md",
    "a/one.md",
    "a/two.html",
    "a/deep/three.markdown",
    "b/index.md",
    "_posts/2021-03-04-name.md",
    "_posts/2022-05-06-again.md",
    "notes/2021-04-01-again.md",
    "x/twice.md",
    "y/twice.md",
    "日本/記事 一.md",
    "a/Café.md",
    "c#.md",
)


@pytest.mark.parametrize(
    ("href", "guid", "found"),
    [
        ("one.md", "a/two.html", "a/one.md"),
        ("./one.md#part", "a/two.html", "a/one.md"),
        ("one", "a/two.html", "a/one.md"),
        ("one.html?x=1", "a/two.html", "a/one.md"),
        ("two.md", "a/one.md", "a/two.html"),
        ("../post.html", "a/one.md", "post.md"),
        ("../two/", "a/one.md", "a/two.html"),  # as the site has it: /a/one/ -> /a/two/
        ("deep/three", "a/one.md", "a/deep/three.markdown"),
        ("../b/", "a/one.md", "b/index.md"),
        ("/b", "a/one.md", "b/index.md"),
        ("/a/one.html", "b/index.md", "a/one.md"),
        ("a\\one.md", "post.md", "a/one.md"),
        ("/2021/03/04/name/", "post.md", "_posts/2021-03-04-name.md"),
        ("/2021/03/name.html", "post.md", "_posts/2021-03-04-name.md"),
        ("/2020/01/name/", "post.md", ""),
        ("/2022/05/again/", "post.md", "_posts/2022-05-06-again.md"),
        ("/2021/4/again", "post.md", "notes/2021-04-01-again.md"),
        ("again", "post.md", ""),
        ("2021-03-04-name", "a/one.md", "_posts/2021-03-04-name.md"),
        ("/archive/twice/", "post.md", ""),
        ("%E6%97%A5%E6%9C%AC/%E8%A8%98%E4%BA%8B%20%E4%B8%80.md", "post.md", "日本/記事 一.md"),
        ("POST.MD", "a/one.md", "post.md"),
        ("Cafe\u0301.md", "a/one.md", "a/Café.md"),
        ("cafe%CC%81", "a/one.md", "a/Café.md"),
        ("c%23.md", "post.md", "c#.md"),
        ("c#.md", "post.md", ""),
        ("post.pdf", "a/one.md", ""),
        ("wiki:one", "post.md", "a/one.md"),
        ("wiki:ONE", "post.md", "a/one.md"),
        ("wiki:twice", "y/other.md", "y/twice.md"),
        ("wiki:twice", "post.md", "x/twice.md"),
        ("wiki:y/twice", "post.md", "y/twice.md"),
        ("wiki:z/twice", "post.md", ""),
        ("wiki:b", "post.md", "b/index.md"),
        ("wiki:%E8%A8%98%E4%BA%8B%20%E4%B8%80", "post.md", "日本/記事 一.md"),
        ("wiki:nothing", "post.md", ""),
        ("wiki:", "post.md", ""),
        ("", "post.md", ""),
        ("/", "post.md", ""),
        ("..", "post.md", ""),
    ],
)
def test_the_post_that_was_meant(href: str, guid: str, found: str) -> None:
    assert resolve(href, guid, POSTS) == found


@pytest.mark.parametrize(
    "href",
    [
        "../../secret.md",
        "..%2f..%2fsecret.md",
        "%2e%2e/%2e%2e/secret.md",
        "%2e%2e%2F%2E%2E%2Fsecret.md",
        "a/../../../secret.md",
        "..\\..\\secret.md",
        "..%5C..%5Csecret.md",
        "/../secret.md",
        "wiki:../secret",
        "wiki:%2e%2e/secret",
        "./.././../secret.md",
    ],
)
def test_no_path_climbs_out(href: str) -> None:
    # One step up is none out: on its site the post is a folder of its own.
    assert "secret.md" not in {place.rpartition("/")[2] for place in places(href, "post.md")}


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(
                ["..", ".", "%2e%2e", "/", "%2f", "\\", "a", "b", "c:", "\x00", "%", "wiki:", "#", "?", "é"]
            )
        ).map("".join),
    ),
    st.sampled_from(["post.md", "a/one.md", "a/deep/three.markdown"]),
)
@example("//host/share", "post.md")
@example("%00.md", "post.md")
def test_every_place_is_inside_and_every_answer_is_a_post(href: str, guid: str) -> None:
    for place in places(href, guid):
        parts = place.split("/")
        assert not {"", ".", ".."} & set(parts)
        assert "\\" not in place
    assert resolve(href, guid, POSTS) in (*POSTS, "")


def test_posts_end_here_as_they_do_in_folders() -> None:
    assert set(ENDINGS) == EXTENSIONS


def test_a_link_is_said_as_it_reads() -> None:
    assert neighbours.shown("wiki:A%20B") == "A B"
    assert neighbours.part("a.md#B%20c") == neighbours.part("wiki:a#B c") == "B c"
    assert neighbours.shown("../%E8%A8%98.md#x") == "../記.md#x"
