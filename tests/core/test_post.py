"""Files: their bytes, their fields, their bodies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content.document import render
from reader.content.post import read, read_text

SIBLING = Path(__file__).parent.parent / "data" / "content" / "sibling.md"


def test_the_seed(corpora: Path) -> None:
    post = read((corpora / "posts" / "seed.md").read_bytes(), "seed.md")
    assert post.title == "广州白云：_服务+监管_优化营商环境，市场主体总量突破51万户"
    assert post.published == datetime(2022, 8, 22, 5, 29, tzinfo=UTC)
    assert post.authors == ("ZAKER",)
    assert post.tags == ("新媒体", "ZAKER", "source")
    assert (post.form, post.encoding, post.warnings) == ("html", "utf-8", ())


def test_every_real_post_is_read_and_shown_clean(corpora: Path) -> None:
    rooms = (corpora / "posts", corpora / "posts-other")
    files = [path for room in rooms for path in sorted(room.iterdir()) if path.suffix != ".tsv"]
    assert files
    for path in files:
        post = read(path.read_bytes(), path.name)
        shown = render(post.text, "file", name=path.name, base_url=path.as_uri(), document="D")
        assert not shown.text.startswith(("---", "+++", "title:")), path.name
        assert "&lt;div" not in shown.html.split("<pre")[0] or "<div" not in post.body, path.name


def test_a_generated_post() -> None:
    post = read(SIBLING.read_bytes(), "sibling.md")
    assert post.title == "小城：_慢车+老站_重新开通，一天六趟"
    assert post.lead_image.endswith("first_1024.jpg")
    shown = render(post.text, "file", name="sibling.md", document="D")
    assert [picture.url for picture in shown.images] == ["http://pic1.example.com/202208/first_1024.jpg"]
    assert shown.text == "老站的灯又亮了。\n站台上的人\n缩进四格，仍然是一段。\nuse <plugin> and {braces}"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030", "big5", "shift_jis", "euc-kr", "cp1251"],
)
def test_encodings(encoding: str) -> None:
    words = {
        "big5": "今天天氣很好，我們去公園散步，看見了很多開花的樹木。",
        "shift_jis": "今日はとても良い天気ですね。公園を散歩しましょう。ひらがなとカタカナ。",
        "euc-kr": "오늘은 날씨가 아주 좋습니다. 우리는 공원에서 산책을 했습니다.",
        "cp1251": "Сегодня очень хорошая погода, и мы пошли гулять в парк вместе с друзьями.",
    }.get(encoding, "Title words 今天天气很好，我们去公园散步，看见了很多开花的树木。")
    post = read(f"---\ntitle: T\n---\n{words * 3}".encode(encoding), "a.md")
    assert post.title == "T"
    assert post.body.strip() == words * 3


def test_one_bad_byte_costs_one_character() -> None:
    post = read("---\ntitle: 标题\n---\n一二三四五六".encode() + b"\xff" + "七八九".encode(), "a.md")
    assert post.body == "一二三四五六\ufffd七八九"
    assert post.encoding == "utf-8"
    assert "line 4" in post.warnings[0]


@pytest.mark.parametrize(
    ("head", "field", "expected"),
    [
        ("author: A、B", "authors", ("A", "B")),
        ("author:\n  name: N\n  url: u", "authors", ("N",)),
        ("authors: [A, {name: B}]", "authors", ("A", "B")),
        ('author:\n - "[[Ann Bee]]"', "authors", ("Ann Bee",)),
        ("tags: a, b", "tags", ("a", "b")),
        ("categories:\n - [x, y]\ntags: ['#z', X]", "tags", ("x", "y", "z")),
        ("taxonomies:\n  tags: [t]", "tags", ("t",)),
        ("permalink: /local/\nlink: https://a.example/x", "url", "https://a.example/x"),
        ("cover:\n  image: c.png", "lead_image", "c.png"),
        ("thumbnail: null\nheadimg: ''\nbanner: b.png", "lead_image", "b.png"),
        ("lang: zh_CN", "language", "zh-CN"),
        ("draft: true", "draft", True),
        ("published: false", "draft", True),
        ("date: Invalid Date", "published", None),
        ("description: D\n", "description", "D"),
        ("title: null", "title", "Head"),
        ("title: 201", "title", "201"),
    ],
)
def test_fields(head: str, field: str, expected: object) -> None:
    assert getattr(read_text(f"---\n{head}\n---\n# Head\n", "x.md"), field) == expected


def test_the_name_gives_what_the_file_does_not() -> None:
    post = read_text("text", "_posts/2013-12-09-hello.de.md")
    assert post.published is not None
    assert post.published.astimezone().date().isoformat() == "2013-12-09"
    assert post.language == "de"


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("a.md", "<div>\n\n    <p>x</p>\n</div>", "html"),
        ("a.md", "<p>x</p>\n<p>y</p> tail", "html"),
        ("a.md", "<div>just text\nwith lines</div>\n            ", "html"),
        ("a.md", '<div align="center">\n<img src=x>\n</div>\n\n# Title\n\ntext', "markdown"),
        ("a.md", '<div markdown="1">\n\n**b**\n</div>', "markdown"),
        ("a.md", "<details>\n\n- a\n- b\n\n</details>", "markdown"),
        ("a.md", "Plain *text*", "markdown"),
        ("a.txt", "<div>", "text"),
        ("a.html", "text", "html"),
    ],
)
def test_how_a_body_is_read(name: str, body: str, expected: str) -> None:
    assert read_text(body, name).form == expected


def test_html_files() -> None:
    post = read(
        b'<!DOCTYPE html><html lang="de"><head><meta charset="iso-8859-1"><title>T\xfcr</title><meta '
        b'name="author" content="A">'
        b'<meta property="article:published_time" content="2020-01-02T00:00:00Z"></head><body><p>B\xe4r</p>'
        b"</body></html>",
        "a.html",
    )
    assert (post.title, post.authors, post.language) == ("Tür", ("A",), "de")
    assert post.published == datetime(2020, 1, 2, tzinfo=UTC)
    assert post.body == "<p>Bär</p>"


def test_org_files() -> None:
    post = read_text(
        "#+TITLE: Org\n#+AUTHOR: A\n* Head\nText with *bold* and [[https://a.example][link]].\n- a\n- "
        "b\n#+BEGIN_SRC sh\nls <x>\n#+END_SRC",
        "a.org",
    )
    assert (post.title, post.authors, post.form) == ("Org", ("A",), "html")
    assert "<strong>bold</strong>" in post.body
    assert '<a href="https://a.example">link</a>' in post.body
    assert "<li>a</li>" in post.body
    assert "&lt;x&gt;" in post.body
    assert 'class="codehilite language-' in post.body


def test_mdx_and_rmd() -> None:
    text = "---\ntitle: T\n---\nimport X from './x';\n\nHi <X a={1}>inner</X>\n\n```js\nimport y from 'y'\n```"
    mdx = read_text(text, "a.mdx")
    assert "import X" not in mdx.body
    assert "<X" not in mdx.body
    assert "inner" in mdx.body
    assert "import y from 'y'" in mdx.body
    rmd = read_text("```{r setup, echo=FALSE}\nx <- 1\n```", "a.Rmd")
    assert rmd.body == "```r\nx <- 1\n```"


def test_plain_text_keeps_its_lines() -> None:
    shown = render("one\ntwo <b>\n\nthree", "file", name="a.txt")
    assert shown.html == "<p>one<br>two &lt;b&gt;</p><p>three</p>"
    assert render("a\nb", "html").text == "a\nb"
    assert render("<div>a\nb</div>", "html").text == "a\nb"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["a.md", "a.html", "a.txt", "a.org", "a.mdx", "a.Rmd", "", ".md"]))
def test_any_bytes_are_read(data: bytes, name: str) -> None:
    post = read(data, name)
    render(post.text, "file", name=name)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (
            "Title: Words\nDate: 2010-12-03 10:20\nAuthors: Ann, Bob\nTags: a, b\n\nBody\n",
            "p.md",
            ("Words", ("Ann", "Bob"), ("a", "b")),
        ),
        (
            "---\nlayout: post\ntitle: J\ncategories: one two\nauthor: Doe, Jane\n---\nBody",
            "2021-03-04-j.md",
            ("J", ("Doe, Jane",), ("one", "two")),
        ),
        ("---\ntitle: H\ntags: one two\n---\nBody", "h.md", ("H", (), ("one two",))),
        (
            "#+TITLE: O\n#+AUTHOR: A\n#+FILETAGS: :x:y:\n#+DESCRIPTION: said\n* Head",
            "o.org",
            ("O", ("A",), ("x", "y")),
        ),
        (
            "+++\ntitle = 'Z'\n[taxonomies]\ntags = ['r', 's']\n[extra]\nauthor = 'E'\n+++\nBody",
            "z.md",
            ("Z", ("E",), ("r", "s")),
        ),
    ],
)
def test_each_program_writes_its_own_fields(text: str, name: str, expected: tuple[object, ...]) -> None:
    post = read_text(text, name)
    assert (post.title, post.authors, post.tags) == expected


@pytest.mark.parametrize(
    ("line", "draft", "hidden"),
    [("draft: true", True, False), ("published: false", True, False), ("hidden: true", False, True), ("x: y", 0, 0)],
)
def test_drafts_and_hidden_posts(line: str, draft: bool, hidden: bool) -> None:
    post = read_text(f"---\ntitle: T\n{line}\n---\nx", "a.md")
    assert (post.draft, post.hidden) == (draft, hidden)


def test_tables_lists_and_code_of_org() -> None:
    body = read_text("| a | b |\n|---+---|\n| 1 | 2 |\n- [X] done\n- [ ] open\n", "a.org").body
    assert "<th>a</th>" in body
    assert "<td>1</td>" in body
    assert "<li>☑ done</li>" in body
    assert "<li>☐ open</li>" in body


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfea\x00b\x00\x00\xd8", "not valid UTF-16 (1 bad place, shown as \ufffd)"),
        (b"\xef\xbb\xbfab\xff \xff", "not valid UTF-8 (2 bad places, shown as \ufffd)"),
        ("one\n今天天气".encode() + b"\xff", "line 2: not valid UTF-8 (1 bad place, shown as \ufffd)"),
        ("сегодня хорошо ".encode("cp1251") * 9, "not UTF-8: read as CP1251"),
    ],
)  # fmt: skip
def test_what_is_said_of_bad_bytes(data: bytes, said: str) -> None:
    assert read(data, "a.txt").warnings == (said,)
