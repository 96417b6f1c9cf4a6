"""What the list and the search need."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reader.content import post
from reader.content.prepare import fingerprint, prepare
from reader.model import Draft, Enclosure, Form


def test_the_seed(corpora: Path) -> None:
    read = post.read((corpora / "posts" / "seed.md").read_bytes(), "seed.md")
    made = prepare(Draft(guid="seed.md", raw=read.text, form="file", title=read.title, lead_image=read.lead_image))
    assert made.lead is not None
    assert made.lead.url == "http://zkres1.myzaker.com/202208/630384f98e9f092af85462ee_1024.jpg"
    assert any("workers.dev" in address for address in made.lead.alternates)
    assert made.language == "zh-Hans"
    assert "个体工商户总量超 22 万户" in made.text
    assert "<" not in made.text
    assert "headimg" not in made.text
    assert 3 <= made.minutes <= 6


def test_every_real_post_has_a_title_and_words(corpora: Path) -> None:
    for room in ("posts", "posts-other"):
        for path in sorted((corpora / room).iterdir()):
            if path.suffix != ".tsv":
                read = post.read(path.read_bytes(), path.name)
                draft = Draft(guid=path.name, raw=read.text, form="file", title=read.title, base_url=path.as_uri())
                made = prepare(draft)
                assert made.title, path.name
                assert made.text, path.name
                assert "\n" not in made.summary
                assert len(made.summary) <= 300


@pytest.mark.parametrize(
    ("draft", "title"),
    [
        (Draft(guid="1", raw="<p>x", title="A &amp; <b>B</b>"), "A & B"),
        (Draft(guid="1", raw="<div><h2>Head &amp; more</h2><p>a</p></div>"), "Head & more"),
        (Draft(guid="1", raw="<p>a</p><h1>Head</h1>"), "Head"),
        (Draft(guid="1", raw="<p>A part below.</p><h2>Part</h2>"), "A part below."),
        (Draft(guid="1", raw="<p>First sentence. Second.</p>"), "First sentence."),
        (Draft(guid="dir/my post.md", raw="---\n---\n", form="file"), "my post"),
        (Draft(guid="a.md", raw="---\ntitle: '`<a>`'\n---\nx", form="file"), "`<a>`"),
        (Draft(guid="", raw="", url="https://a.example/x"), "https://a.example/x"),
        (Draft(guid="", raw=""), "—"),
    ],
)
def test_the_title_is_never_empty(draft: Draft, title: str) -> None:
    assert prepare(draft).title == title


def test_the_fingerprint_hears_only_words() -> None:
    one = prepare(
        Draft(guid="1", title="T", raw='<p>Hello, <b>World</b>!</p><img src="https://a.example/1.jpg?sign=1">')
    )
    two = prepare(Draft(guid="1", title="T", raw='<div>hello world</div><img src="https://a.example/1.jpg?sign=2">'))
    other = prepare(Draft(guid="1", title="T", raw="<p>Hello, Word!</p>"))
    assert one.fingerprint == two.fingerprint
    assert len(one.fingerprint) == 16
    assert one.fingerprint != other.fingerprint
    assert fingerprint("ＡＢＣ　１") == fingerprint("abc1")


@pytest.mark.parametrize(
    ("lead", "raw", "expected"),
    [
        ("https://wsrv.nl/?url=https://p.example/a.jpg", "", "https://p.example/a.jpg"),
        ("https://picsum.photos/4/3?random=1", '<img src="https://p.example/b.jpg">', "https://p.example/b.jpg"),
        ("", '<img src="https://picsum.photos/9"><img src="c.jpg">', "https://s.example/c.jpg"),
        ("", '<img src="i.png" width="16" height="16">', ""),
        ("null:", "<p>x", ""),
    ],
)
def test_the_lead_picture(lead: str, raw: str, expected: str) -> None:
    made = prepare(Draft(guid="1", raw=raw, title="t", lead_image=lead, url="https://s.example/p"))
    assert (made.lead.url if made.lead else "") == expected


def test_an_enclosed_picture_leads() -> None:
    enclosure = Enclosure("https://p.example/e.jpg", "image/jpeg")
    made = prepare(Draft(guid="1", raw="x", title="t", enclosures=(enclosure,)))
    assert made.lead is not None
    assert made.lead.url == "https://p.example/e.jpg"


def test_summary_and_declared_language() -> None:
    summary = "<p>Sum &amp; line</p>"
    made = prepare(Draft(guid="1", raw="<p>Body words</p>", title="t", summary=summary, language="de-AT"))
    assert (made.summary, made.language, made.text) == ("Sum & line", "de-AT", "Body words")
    assert prepare(Draft(guid="1", raw="<h1>Same</h1><p>Rest</p>", title="Same")).summary == "Rest"


@pytest.mark.parametrize("form", ["html", "file"])
def test_a_title_holds_no_control_characters(form: Form) -> None:
    draft = Draft(guid="a.md", raw="words\x1b[0m", form=form, title="\x1b[31mRed\x07\ttide\x7f\n\x08")
    assert prepare(draft).title == "[31mRed tide"
    assert prepare(replace(draft, title="\x01\x02")).title == "words[0m"
