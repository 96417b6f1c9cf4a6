"""The words as they were sent."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content.original import words


def test_nothing_is_taken_out_and_blocks_break_lines() -> None:
    assert words(
        "<p>One <b>two</b></p><script src='https://t.example/a.js'></script><script>run()</script>"
        "<iframe src=//f.example/x>no frames</iframe><table><tr><td>a<td>b</table><style>p{}</style>&lt;i&gt;"
    ).split("\n") == [
        "One two", "‹script https://t.example/a.js›", "run()", "‹iframe //f.example/x›", "no frames", "a b", "p{}",
        "<i>",
    ]  # fmt: skip


def test_depth_and_size_are_bounded() -> None:
    start = time.perf_counter()
    assert words("<div>" * 50_000 + "x") == "x"
    assert words("<b>" * 200_000).strip() == ""
    assert time.perf_counter() - start < 5


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/abscriptm=\"' &;!-\n", max_size=120))
def test_any_markup_gives_words(markup: str) -> None:
    assert isinstance(words(markup), str)
