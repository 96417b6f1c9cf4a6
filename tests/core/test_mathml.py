"""TeX as MathML: what articles write is drawn, what is hostile stays text, and nothing takes long."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content.allowlist import MATH, MATH_VALUES
from reader.content.mathml import convert
from reader.content.sanitize import clean


def drawn(source: str, *, display: bool = False) -> str:
    made = convert(source, display=display)
    return re.sub(r"<annotation.*?</annotation>|</?semantics>|</?math[^>]*>", "", made)[6:-7]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x^2_1", "<msubsup><mi>x</mi><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></msubsup>"),
        (r"\frac12", "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        (r"\sqrt[3]{x}", "<mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot>"),
        (r"\alpha\Gamma", '<mi>α</mi><mi mathvariant="normal">Γ</mi>'),
        (r"a \le b", "<mi>a</mi><mo>≤</mo><mi>b</mi>"),
        (r"\sin x", "<mi>sin</mi><mi>x</mi>"),
        (r"\mathbb{R}", "<mrow><mi>ℝ</mi></mrow>"),
        (r"\mathrm{softmax}", "<mi>softmax</mi>"),
        (r"\mathbf{x}", "<mrow><mi>𝐱</mi></mrow>"),
        (r"\text{if $x$ is}", "<mtext>if x is</mtext>"),
        ("f''", "<msup><mi>f</mi><mo>′′</mo></msup>"),
        (r"\hat{x}", '<mover accent="true"><mrow><mi>x</mi></mrow><mo stretchy="false">^</mo></mover>'),
        (r"\left(x\right)",
         '<mrow><mo fence="true" stretchy="true">(</mo><mi>x</mi><mo fence="true" stretchy="true">)</mo></mrow>'),
        (r"1 \over 2", "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        (r"\not= 50\%", "<mo>=\u0338</mo><mn>50</mn><mo>%</mo>"),
        (r"\newcommand{\v}{w}\v", "<mi>w</mi>"),
        (r"\unknown", r"<mtext>\unknown</mtext>"),
        ("a < b & c", "<mi>a</mi><mo>&lt;</mo><mi>b</mi><mo>&amp;</mo><mi>c</mi>"),
        (r"\href{javascript:x}{y}", "<mrow><mi>y</mi></mrow>"),
        (r"\frac{a", "<mfrac><mrow><mi>a</mi></mrow><mrow></mrow></mfrac>"),
    ],
)  # fmt: skip
def test_small_formulas(source: str, expected: str) -> None:
    assert drawn(source) == expected


def test_limits_stand_below_only_in_a_display() -> None:
    assert drawn(r"\sum_i^n", display=True).startswith("<munderover><mo>∑</mo>")
    assert drawn(r"\sum_i^n").startswith("<msubsup>")
    assert drawn(r"\sum\limits_i^n").startswith("<munderover>")


def test_aligned_lines_and_matrices_are_tables() -> None:
    lines = drawn(r"\begin{aligned} a &= b \\ c &= d \end{aligned}")
    assert lines.count("<mtr>") == 2
    assert lines.count('<mtd style="text-align:right">') == 2
    cases = drawn(r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}")
    assert cases.startswith('<mrow><mo fence="true" stretchy="true">{</mo><mtable>')
    assert drawn(r"\begin{pmatrix}1&2\\3&4\end{pmatrix}").count("<mtd>") == 4
    assert drawn(r"\begin{array}{lr}1&2\end{array}").count("text-align") == 2


def test_the_source_is_kept_beside_it() -> None:
    made = convert("a < b\n  % a note\n + c", display=True)
    assert '<annotation encoding="application/x-tex">a &lt; b + c</annotation>' in made


@pytest.mark.parametrize(
    "source",
    [
        "{" * 1900 + "}" * 1900, r"\frac{" * 600 + "1", "x+" * 1990, "x^" * 1900, r"\left(" * 600, "a&" * 1900,
        r"\begin{matrix}" * 250, r"\sqrt" * 700, r"\substack{" * 350, r"\xrightarrow[" * 300, r"\not" * 900,
        r"a\over " * 500, r"\begin{cases} 1 &\end{cases}", r"\left( \right", r"\left\right\right",
        r"& \end & \begin{x} & \end", r"\newcommand{\x}{\y\y}\newcommand{\y}{\z\z}\newcommand{\z}{a\x}\x",
        "x" * 100_000,
        "", r"\end{x}", r"\right", r"\middle", "^", "_", "&", "}", "]", "\\", r"\\", r"\mathbf", r"\text", r"\sqrt[",
    ],
)  # fmt: skip
def test_hostile_formulas_are_bounded(source: str) -> None:
    start = time.perf_counter()
    made = convert(source, display=True)
    assert time.perf_counter() - start < 0.5  # the slowest took 20 ms
    if made:
        ElementTree.fromstring(made)


_TEX = (
    r"x 1 12 + < > & \ ^ _ { } [ ] ( ) ' ~ % \\ \frac \sqrt \left( \right) \begin{cases} \end{cases} \begin{array}{lc} "
    r"\text{a<b} \mathbf \sum \limits \not \over \unknown \rm \hat \substack{a\\b} \newcommand{\x}{\y} \x \tag{1} 字"
)
_PIECES = st.sampled_from(_TEX.split())


@settings(max_examples=400)
@given(
    st.lists(_PIECES, max_size=20).map(" ".join) | st.text(st.characters(exclude_categories=["C"]), max_size=60),
    st.booleans(),
)
def test_any_formula_passes_both_walls_unchanged(source: str, display: bool) -> None:
    made = convert(source, display=display)
    if not made:
        return
    for element in ElementTree.fromstring(made).iter():
        assert element.tag in MATH
        for name, value in element.attrib.items():
            assert MATH_VALUES[element.tag][name].fullmatch(value), (element.tag, name, value)
    kept = clean(
        f'<p>a <code class="math{" display" * display}">{made and _text(source)}</code></p>', base_url="", document=""
    )
    assert kept.html == clean(kept.html, base_url="", document="").html
    if "<math" in kept.html:
        assert kept.html.count("<") == f"<p>a {made}</p>".count("<")


def _text(source: str) -> str:
    return source.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "").replace("\r", " ")


def test_mathml_from_outside_is_only_its_words() -> None:
    hostile = clean(
        '<math><mtext><mi href="javascript:x" onclick=y>a</mi></mtext><mo>+</mo></math>', base_url="", document=""
    )
    assert hostile.html == "a +"
    assert dict(hostile.removed)["math"] == 1
    tex = '<math><semantics><mi>evil</mi><annotation encoding="application/x-tex">x^2</annotation></semantics></math>'
    katex = f'<span class="katex"><span class="katex-mathml">{tex}</span><span class="katex-html">x2</span></span>'
    made = clean(katex, base_url="", document="").html
    assert convert("x^2", display=False) in made
    assert "evil" not in made
    assert "x2" not in made
    script = clean('<script type="math/tex; mode=display">y_1</script>', base_url="", document="")
    assert script.html == convert("y_1", display=True)
    assert script.removed == ()


def test_formulas_that_a_script_would_have_drawn() -> None:
    made = clean(
        r"<p>Let \(x^2\) and $$y_1$$ but \(not this\) and <code>\(x^2\)</code>, $5.</p>", base_url="", document=""
    )
    assert made.html.count("<math") == 2
    assert r"\(not this\)" in made.html
    assert r"<code>\(x^2\)</code>" in made.html
    assert made.text == r"Let x^2 and y_1 but \(not this\) and \(x^2\), $5."
