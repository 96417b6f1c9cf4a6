"""An article written as Markdown again: another program must read the same from it."""

from __future__ import annotations

import pytest

from reader.content.document import render
from reader.formats.markdown import from_html


def written(text: str) -> str:
    return from_html(render(text, "markdown").html, {})


@pytest.mark.parametrize(
    "text",
    [
        "| a | b | c |\n| :--- | :---: | ---: |\n| 1 | **2** | 3 |\n| 4 |  | 6 |\n",
        "Then $x^2$ and\n\n$$\\int_0^1 x\\,dx$$\n\nafter.\n",
        "```python\ndef f():\n\n    return `1`\n```\n",
        "```weirdlang\na\n\n\n\n  b\n```\n",
        "````text\n```\ninner\n```\n````\n",
        "Use ``a`b`` here.\n",
        "> said\n>\n> ```c\n> int x;\n>\n>     y;\n> ```\n>\n> > deeper $a_b$\n",
    ],
)
def test_it_is_written_as_it_was(text: str) -> None:
    assert written(text) == text


def test_a_table_without_a_head_and_with_wide_cells() -> None:
    html = (
        '<table><tr><td colspan="2">a|b</td></tr><tr><td>1</td><td><table><tr><td>2</td></tr></table></td></tr></table>'
    )
    assert written(html) == "| a\\|b |  |\n| --- | --- |\n| 1 | 2 |\n"


def test_code_in_a_cell_stays_on_its_line() -> None:
    html = from_html("<table><tr><th>h</th></tr><tr><td><pre>a\nb</pre></td></tr></table>", {})
    assert html == "| h |\n| --- |\n| `a b` |\n"


def test_a_language_is_that_of_its_own_code_alone() -> None:
    assert written("```python\n1\n```\n\n    plain\n") == "```python\n1\n```\n\n```\nplain\n```\n"


def test_a_picture_in_code_is_not_lost() -> None:
    html = '<pre>a<img src="reader://image/x/0" alt="P"></pre>'
    assert (
        from_html(html, {"reader://image/x/0": "https://a.org/p.png"}) == "```\na\n```\n\n![P](<https://a.org/p.png>)\n"
    )


def test_a_card_in_running_text_stands_on_lines_of_its_own() -> None:
    text = written('Before <audio src="https://a.org/a.mp3" title="Song"></audio> after.\n')
    before, card, after = text.strip().split("\n\n")
    assert (before, after) == ("Before", "after.")
    assert card.startswith("[Song](<https://a.org/a.mp3>)")


def test_the_first_paragraph_of_an_item_stands_behind_its_mark() -> None:
    assert written("- one\n\n- two\n").split() == ["-", "one", "-", "two"]
    assert written("1. one\n\n2. two\n").startswith("1. one\n")
