"""Links from outside: they show and offer, whatever stands in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.typed import is_address
from reader.ui.links import Link, is_link, parse


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("inkstone:article/kx42koji", Link(article="kx42koji")),
        ("INKSTONE://article/kx42koji", Link(article="kx42koji")),
        (
            "inkstone:add?url=https%3A%2F%2Fexample.test%2Ffeed%3Fa%3D1%26b%3D2",
            Link(add="https://example.test/feed?a=1&b=2"),
        ),
        ("inkstone:add?url=feed:https://example.test/feed", Link(add="feed:https://example.test/feed")),
        ("inkstone://add?url=rsshub://github/issue", Link(add="rsshub://github/issue")),
    ],
)
def test_what_a_link_means(text: str, link: Link) -> None:
    assert parse(text) == link


@pytest.mark.parametrize(
    "text",
    [
        "inkstone:",
        "inkstone:article/",
        "inkstone:article/../../etc/passwd",
        "inkstone:article/%2e%2e",
        "inkstone:add",
        "inkstone:add?url=file:///etc/passwd",
        "inkstone:add?url=/etc/passwd",
        "inkstone:add?url=javascript:alert(1)",
        "inkstone:add/x?url=https://example.test",
        "inkstone:remove?source=1",
        "inkstone:///etc/passwd",
        "inkstone:article/a\nb",
        "inkstone:add?url=https://example.test/" + "a" * 5000,
        "inkstone://[",
    ],
)
def test_a_link_that_means_nothing(text: str) -> None:
    assert is_link(text)
    assert parse(text) is None


@given(st.text())
def test_no_link_means_more_than_an_article_or_an_address(rest: str) -> None:
    link = parse("inkstone:" + rest)
    assert (
        link is None
        or (link.article.replace("-", "").replace("_", "").isalnum() and not link.add)
        or is_address(link.add)
    )
