"""A glance tells the same words and pictures as cleaning, in a fraction of the time."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content import document, prepare, simple
from reader.content.glance import glance
from reader.content.sanitize import clean
from tests.core.real import drafts_of

BASE = "https://blog.example/2022/post.html"


def differences(markup: str, base_url: str = BASE) -> list[tuple[object, object]]:
    seen = glance(markup, base_url)
    shown = clean(markup, base_url=base_url, document="D")
    # A picture that a <noscript> shows again is seen twice by neither.
    pairs = [(seen.text, shown.text), (list(seen.pictures), list(shown.images))]
    return [pair for pair in pairs if pair[0] != pair[1]]


def test_every_real_article_looks_the_same(corpora: Path) -> None:
    drafts = drafts_of(corpora)
    assert len(drafts) > 1000
    for draft in drafts:
        html, _ = document.markup(draft.raw, draft.form, draft.guid)
        assert differences(html, draft.base_url or draft.url) == [], draft.guid


def test_a_prepared_article_has_what_the_cleaned_one_shows(corpora: Path) -> None:
    for draft in drafts_of(corpora)[::7]:
        made = prepare.prepare(draft)
        shown = document.render(draft.raw, draft.form, name=draft.guid, base_url=draft.base_url or draft.url)
        assert not shown.text or made.text == shown.text
        urls = [picture.url for picture in shown.images]
        assert made.lead is None or draft.lead_image or draft.enclosures or made.lead.url in urls


@pytest.mark.parametrize(
    "markup",
    [
        "<p>a<br>b</p>c<table><tr><td>d<td>e</table>f<sup><a href=#n>1</a></sup> g<sup>2</sup>",
        "a\nb<pre>\n\nc\n  d\n</pre>e\nf",
        "<pre>a<pre>b\nc</pre>d\ne</pre>",
        "<p title='a > b'>x &lt;y&gt; &amp;lt; &nbsp; z",
        "<!-- <p>a --><p>b<!-- c > d --><?x y?>e",
        "<p a\"b=c <d>x <y z",
        "<center>a</center><font>b</font><legend>c</legend><xmp>\nd\ne</xmp><custom-x>f</custom-x>",
        "<form>a<button>b</button><select><option>c</select></form>",
        "a $$x^2$$ b \\(y\\) <code class='math'>z</code> <span class='katex-html'>q</span>",
        "<picture><source srcset=a.webp><img src=b.png></picture><img width=1 height=1 src=c.gif><img src=blank.gif>",
        "<img data-src=a.jpg><noscript><img src=a.jpg></noscript><svg><circle r=4></svg>",
        "<pre><code>List<String> a;</code></pre> <nobr>x</nobr>",
        "<b<p>a<b <p>c",
        "\x00\ud800 x \u3000 y \u200b z",
        "",
    ],
)  # fmt: skip
def test_odd_markup_looks_the_same(markup: str) -> None:
    assert differences(markup) == []


_PIECES = st.sampled_from(
    "<p> </p> <div> </div> <br> <pre> </pre> <td> <tr> <table> </table> <sup> </sup> <a_href=x> </a> <!-- --> <b <i> "
    "<img_src=a.png> <img_data-src='b.png'> <script> </script> <svg> </svg> <form> <input> <textarea> <noscript> $$ "
    "\\( \\) <span_class=math> </span> <li> <ul> </ul> <h2_title='>'> </h2> \n \t &nbsp; &lt;p&gt; & < > text 字 \" ' "
    "<iframe_src=//v> <xmp> </xmp> <listing> <template> <math> <font> <custom-x> <details> <summary> <hr> <![CDATA[ ]]>"
    .replace(" ", "\x00").replace("_", " ").split("\x00")
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=20).map("".join) | st.text(max_size=120))
def test_any_markup_looks_the_same(markup: str) -> None:
    assert differences(markup) == []


def test_only_deep_nesting_is_told_apart() -> None:
    deep = "<div>" * 300 + "a<p>b</p>" + "</div>" * 300
    seen, shown = glance(deep, "").text, clean(deep, base_url="", document="").text
    assert re.sub(r"\s", "", seen) == shown == "ab"


_SIMPLE_PIECES = st.sampled_from(
    "<p> </p> <p> </p> <div> </div> <br> <br/> <ul> </ul> <li> </li> <ul><li> </li></ul> <b> </b> <a_href='x'> </a> "
    "<h2> </h2> <pre> </pre> <pre>\n <img_src='a.png'> <img_src=\"/b.jpg\"/> <blockquote> </blockquote> <hr> <sup> "
    "</sup> <span_class=\"c\"> </span> <p/> <div_hidden> <code> </code> &amp; &lt; &#39; &nbsp; &rsquo; &#8217; \n \t "
    "\r\n x y 字 > \" \u3000 \x0c".replace(" ", "\x00").replace("_", " ").split("\x00")
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(_SIMPLE_PIECES, max_size=12).map("".join))
def test_what_is_read_without_the_parser_looks_the_same(markup: str) -> None:
    if simple.is_simple(markup):
        assert differences(markup) == []


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a <b>b</b><br/>c</p><ul><li>d</li></ul><pre>e\nf</pre>&amp;&rsquo;", True),
        ("<p>a<p>b", True),
        ("a</div>b", False),
        ("<li>a<li>b", False),
        ("<h2>a<div>b</div></h2>c", False),
        ("<pre>a<div>b</div></pre>", False),
        ("a<pre>b", False),
        ("<table><tr><td>a</td></tr></table>", False),
        ("<P>a</P>", False),
        ("<p title=a>b</p>", False),
        ("<p title='&#60;b>'>c</p>", False),
        ("a < b", False),
        ("a &dollar;&dollar; b", False),
        ("a &copy b", False),
        ("a\x00b", False),
        ("a<!-- b -->", False),
        ("a</br>b", False),
    ],
)
def test_what_needs_no_parser(markup: str, expected: bool) -> None:
    assert simple.is_simple(markup) is expected


def test_seeing_that_it_needs_one_takes_no_long_time() -> None:
    for piece in ("<p a='", "<p a ", "&amp", "<", "<p><b>", "<a a a a a"):
        began = time.process_time()
        simple.is_simple(piece * 100_000)
        assert time.process_time() - began < 0.5
