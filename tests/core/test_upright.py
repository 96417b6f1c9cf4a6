"""Ruby is kept; text that wants to stand upright lies down, for columns from the right break scrolling and places."""

from __future__ import annotations

import pytest

from reader.content.sanitize import clean


def _clean(html: str) -> str:
    return clean(html, base_url="https://a.example/", document="1").html


def test_ruby_stays_with_its_reading() -> None:
    made = _clean("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby></p>")
    assert "<ruby>漢" in made
    assert "<rt>かん</rt>" in made
    assert "<rp>(</rp>" in made


@pytest.mark.parametrize(
    "html",
    [
        '<p style="writing-mode: vertical-rl; text-align: center">春は曙</p>',
        '<div style="-webkit-writing-mode:tb-rl;text-orientation:upright"><p>春は曙</p></div>',
        "<style>p { writing-mode: vertical-rl }</style><p>春は曙</p>",
    ],
)
def test_vertical_text_lies_down_and_loses_nothing(html: str) -> None:
    made = _clean(html)
    assert "writing-mode" not in made
    assert "text-orientation" not in made
    assert "春は曙" in made
