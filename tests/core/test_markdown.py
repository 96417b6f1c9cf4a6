"""Markdown as people write it."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content.document import render
from reader.content.markdown import to_html

_TASKS = '<ul><li class="task-list-item">☐ a</li><li class="task-list-item">☑ b</li></ul>'


def html(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", render(text, "markdown", base_url="https://b.example/p/", document="D").html)


def render_text(text: str) -> str:
    return render(text, "markdown", base_url="https://b.example/p/", document="D").html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
        ("para\n- a\n- b", "<p>para</p><ul><li>a</li><li>b</li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("4. a\n5. b", '<ol start="4"><li>a</li><li>b</li></ol>'),
        ("~~x~~ **b** *i*", "<p><del>x</del> <strong>b</strong> <em>i</em></p>"),
        ("one  \ntwo\\\nthree", "<p>one<br>two<br>three</p>"),
        ("- [ ] a\n- [x] b", _TASKS),
        ("#tag is text", "<p>#tag is text</p>"),
        ("Term\n: Def", "<dl><dt>Term</dt><dd>Def</dd></dl>"),
        ("```\n<b>&\n```", "<pre><code>&lt;b&gt;&amp;</code></pre>"),
        ("    <b>", "<pre><code>&lt;b&gt;</code></pre>"),
        ("[[Page|Label]] and [[Other#Part]]", 
         '<p><a rel="noopener noreferrer">Label</a> and <a rel="noopener noreferrer">Other › Part</a></p>'),
        ("==m== %%gone%%x", "<p><mark>m</mark> x</p>"),
        ("{% unknown %}a{{ site.url }}{{< x >}}", "<p>a</p>"),
        ("`{% raw %}` {{ kept }}", "<p><code>{% raw %}</code> {{ kept }}</p>"),
        ("> [!NOTE]\n> text",
         '<div class="admonition note"><p class="admonition-title">Note</p><p>text</p></div>'),
        ("<details>\n<summary>S</summary>\n\n- a\n\n</details>",
         "<details><summary>S</summary><ul><li>a</li></ul></details>"),
        ("", ""),
    ],
)  # fmt: skip
def test_small_pieces(text: str, expected: str) -> None:
    assert html(text) == expected


def test_code_is_coloured_by_classes_in_lists_and_quotes_too() -> None:
    for text in ("```js\nlet a;\n```", "- x\n  ```js\n  let a;\n  ```", "> ```js\n> let a;\n> ```"):
        found = html(text)
        assert '<div class="codehilite language-js"><pre>' in found
        assert '<span class="kd">let</span>' in found
    assert "<li>" in html("- x\n  ```js\n  let a;\n  ```")


def test_tables_need_no_blank_line_and_keep_their_alignment() -> None:
    found = html("text\n| a | b |\n|:-:|--:|\n| 1 | `x` |")
    assert '<th style="text-align:center">a</th>' in found
    assert '<td style="text-align:right"><code>x</code></td>' in found


def test_bare_addresses_become_links_without_the_punctuation() -> None:
    found = html("see https://a.example/x_y?b=1. (www.b.example/c) `https://c.example`")
    assert 'href="https://a.example/x_y?b=1"' in found
    assert 'href="https://www.b.example/c"' in found
    assert "<code>https://c.example</code>" in found


def test_footnotes_and_headings_are_linked_inside_the_page() -> None:
    found = html("# 你好 World\n\n[up](#你好-world) note[^1]\n\n[^1]: The note.")
    assert 'id="x-你好-world"' in found
    assert "The note." in found
    for target in re.findall(r'href="#([^"]+)"', found):
        assert f'id="{target}"' in found or "%" in target


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("![[a b.png|300]]", "https://b.example/p/a%20b.png"),
        ("{% asset_img a.png Title %}", "https://b.example/p/a.png"),
        ('{{< figure src="/i/a.png" caption="C" >}}', "https://b.example/i/a.png"),
        ("![x](a b.png)", "https://b.example/p/a%20b.png"),
        ("![x](图.png '标题')", "https://b.example/p/%E5%9B%BE.png"),
        ('{% include figure.html src="a.png" %}', "https://b.example/p/a.png"),
    ],
)
def test_pictures_of_other_programs(text: str, url: str) -> None:
    found = render(text, "markdown", base_url="https://b.example/p/", document="D")
    assert [picture.url for picture in found.images] == [url]


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("> [!NOTE]\n> text", "note", "Note"),
        ("> [!warning]- Mind the *gap*\n> text", "warning", "Mind the gap"),
        ("> [!bug]\n> text", "danger", "Bug"),
        ("::: tip Hey\ntext\n:::", "tip", "Hey"),
        (":::caution[Hey]\n\ntext\n\n:::", "warning", "Hey"),
        ("{% note info %}\ntext\n{% endnote %}", "note", ""),
        ('{{< alert "danger" >}}\ntext\n{{< /alert >}}', "danger", ""),
        ('!!! danger "Hey"\n    text', "danger", "Hey"),
    ],
)
def test_callouts_keep_their_box(text: str, kind: str, title: str) -> None:
    shown = render(text, "markdown", document="D")
    box = f'<div class="admonition {kind}">'
    assert shown.html.startswith(box)
    assert shown.html.rstrip().endswith("</div>")
    assert shown.text == (f"{title}\ntext" if title else "text")
    nested = render("> [!note] A\n> > [!tip] B\n> > text\n", "markdown").html
    assert nested.count("admonition-title") == 2


@pytest.mark.parametrize("mark", ["[TOC]", "[[toc]]", "* TOC\n{:toc}", "${toc}"])
def test_a_table_of_contents_links_to_the_headings(mark: str) -> None:
    found = html(f"{mark}\n\n# One\n\n## Two `x`\n\n# Three\n")
    toc = (
        '<div class="toc"><ul><li><a href="#x-one" rel="noopener noreferrer">One</a><ul><li>'
        '<a href="#x-two-x" rel="noopener noreferrer">Two x</a></li></ul></li><li>'
        '<a href="#x-three" rel="noopener noreferrer">Three</a></li></ul></div>'
    )
    assert found.startswith(toc)
    assert 'id="x-two-x"' in found


def test_a_large_table_stays_a_table() -> None:
    found = html("| a | b |\n|---|---|\n" + "| some words | `code` and *more* |\n" * 1500)
    assert found.count("<tr>") == 1501


@pytest.mark.parametrize(
    "formula",
    [
        "$x^2$", "\\(x^2\\)", "\\\\(x^2\\\\)", "$$x^2$$", "$$\nx^2\n$$", "\\[x^2\\]", "\\[\nx^2\n\\]",
        "- $$\n  x^2\n  $$",
        "```math\nx^2\n```", "\\begin{equation}\nx^2\n\\end{equation}", "text $$\nx^2\n$$ text", "> $x^2$",
    ],
)  # fmt: skip
def test_formulas_are_drawn(formula: str) -> None:
    found = html(formula)
    assert "<msup><mi>x</mi><mrow><mn>2</mn></mrow></msup>" in found
    assert "$" not in found
    assert ('display="block"' in found) == ("$$" in formula or "[" in formula or "\n" in formula)


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and $6", "$5-$10 or $20", "US$5 (or A$7)", "echo $HOME/bin:$PATH", "`$x^2$`", "\\$x^2$", "$ x $",
        "$foo$ and $bar$", "a \\$$ b", "($5), ($x)",
    ],
)  # fmt: skip
def test_money_and_shells_are_no_formulas(text: str) -> None:
    assert "<math" not in html(text)


def test_block_tags_of_other_programs() -> None:
    code = "{% highlight ruby %}\nputs '<hi>'\n{% endhighlight %}"
    found = html(code + "\n\n{% blockquote Ann, Book %}\nWords\n{% endblockquote %}")
    assert "&lt;hi&gt;" in found
    assert "<blockquote><p>Words</p><p>— Ann, Book</p></blockquote>" in found
    assert "{%" not in found
    assert ":::" not in html(":::tip[Hey]\n\ninside\n\n:::")
    assert 'href="https://www.youtube.com/watch?v=abcdefghijk"' in html("{% youtube abcdefghijk %}")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "[a](" * 5000,
        ("[" * 390 + "\n\n") * 100,
        ">" * 5000,
        "\n".join("  " * depth + "- x" for depth in range(400)),
        "*a " * 20_000,
        "~~a " * 20_000,
        "<a " * 20_000,
        "{% " * 30_000,
        "{% quote %}\n" * 10_000,
        "# a\n" * 10_000,
        "|a" * 5000 + "|\n" + "|-" * 5000 + "|\n" + "|b\n" * 300,
        "<div>\n\n" * 300,
        "`a" * 20_000,
        "$a" * 20_000,
        "<b> </b>\n" * 30_000,
        "[a]: " + "x" * 100_000 + "\n\n" + "[a]" * 2000,
        "*[a]: " + "x" * 290 + "\n\n" + "a " * 200_000,
        "<pre>\n" * 20_000,
        "$$x^2$$\n\n" * 5000,
        "::: note\n" * 5000 + ":::\n" * 5000,
        "[TOC]\n\n" * 500 + "# a\n" * 1000,
    ],
)
def test_hostile_text_is_bounded_and_not_lost(text: str) -> None:
    start = time.perf_counter()
    found, _ = to_html(text)
    assert isinstance(found, str)
    assert time.perf_counter() - start < 6  # each took below 1.2 s on two cores


def test_what_is_too_deep_is_shown_as_text_and_said() -> None:
    found, warnings = to_html("fine\n\n" + ">" * 200 + " <x>")
    assert "&lt;x&gt;" in found
    assert warnings == ("line 3: nested more than 24 deep: shown as text",)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="#*_-+>`~[]()!|:<>{}%$=\\\n \tab1.&", max_size=150))
def test_any_text_renders(text: str) -> None:
    found, _ = to_html(text)
    assert isinstance(found, str)


def test_two_blanks_under_a_number_nest_a_list() -> None:
    shown = render_text("1. one\n2. two\n  * inner\n1. three\n  1. inner\n  2. inner\n4. four\n")
    assert shown.count("<ol>") == 2
    assert shown.count("<ul>") == 1
    assert shown.count("<li>") == 7
    assert shown.index("<ul>") < shown.index("three")


def test_marks_inside_raw_pre_are_text() -> None:
    shown = render_text("<pre><code>```x\n[[page]] ^note {{ a }}\n```</code></pre>\n\nAfter **that**.\n")
    assert shown.count("<pre") == 1
    assert "<strong>that</strong>" in shown
    assert "[[page]] ^note {{ a }}" in unescape(shown)


def test_a_reference_whose_label_is_code_is_a_link() -> None:
    shown = render_text("Use [`fmt`] or [the tool][`fmt`], not `[`x`]`.\n\n[`fmt`]: https://example.org/fmt\n")
    assert shown.count('href="https://example.org/fmt"') == 2
    assert "<code>fmt</code></a>" in shown


def test_a_code_block_keeps_its_caption_and_link() -> None:
    shown = render_text(
        "{% codeblock Array.map lang:js https://example.org/map The manual %}\na.map(b)\n{% endcodeblock %}\n"
    )
    assert "Array.map" in shown
    assert re.search(r'<a href="https://example.org/map"[^>]*>The manual</a>', shown)
    assert "codeblock" not in shown


def test_an_escaped_shortcode_is_shown() -> None:
    assert "{{ gallery() }}" in unescape(render_text("```\n{{/* gallery() */}}\n```\n"))


def test_two_callouts_in_a_row_are_two_boxes() -> None:
    made = html("> [!note]\n> one\n\n> [!tip] Two\n> two\n\n> [!danger] Three\n> three\n")
    assert made.count('<div class="admonition') == 3
    assert made.index("one") < made.index("Two") < made.index("Three")


def test_a_folding_box_of_mkdocs_is_a_box() -> None:
    assert '<p class="admonition-title">Fold</p><p>Text</p>' in html('???+ note "Fold"\n    Text\n')


def test_pictures_written_into_the_text_are_pictures_however_large() -> None:
    data = "data:image/png;base64," + "iVBORw0KGgo" * 40_000
    references = "".join(f"[p{number}]: <{data}>\n" for number in range(6))
    text = "".join(f"Words {number} ![][p{number}]\n\n" for number in range(6)) + f"![x]({data})\n\n" + references
    start = time.perf_counter()
    shown = render(text, "markdown", document="D")
    assert time.perf_counter() - start < 2
    assert [picture.url for picture in shown.images] == [data] * 7
    assert "base64" not in shown.text
    assert shown.warnings == ()


def test_one_large_picture_is_not_copied_a_thousand_times() -> None:
    data = "data:image/png;base64," + "iVBORw0KGgo" * 40_000
    shown = render("\n\n".join(["![][p]"] * 1000) + f"\n\n[p]: {data}", "markdown", document="D")
    assert 1 <= len(shown.images) <= 3


def test_what_costs_too_much_is_shown_as_text_and_named() -> None:
    shown = render("[a]: https://x.example/" + "q" * 5000 + "\n\n" + "[x][a] " * 3000, "markdown", document="D")
    assert "[x][a]" in shown.text
    assert "“[a]: https://x.example/" in shown.warnings[0]
    assert "shown as text" in shown.warnings[0]
