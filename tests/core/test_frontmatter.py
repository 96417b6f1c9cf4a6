"""Front matter in every form, broken forms, and hostile ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content.frontmatter import MAX_BYTES, split, unquote


def test_yaml_between_marks() -> None:
    fields, body, warnings = split("---\ntitle: A\ntags: [x, y]\n---\nBody\n")
    assert fields == {"title": "A", "tags": ["x", "y"]}
    assert body == "Body\n"
    assert warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "\n\n---\ntitle: A\n---\nBody",
        "\ufeff---\ntitle: A\n---\nBody",
        "---\r\ntitle: A\r\n---\r\nBody",
        "--- \ntitle: A\n...\nBody",
        "title: A\n---\nBody",
        "+++\ntitle = 'A'\n+++\nBody",
        "---toml\ntitle = 'A'\n---\nBody",
        '---json\n{"title": "A"}\n---\nBody',
        "---yaml\ntitle: A\n---\nBody",
        '{\n"title": "A"\n}\nBody',
        ';;;\n"title": "A"\n;;;\nBody',
        '"title": "A",\n;;;\nBody',
        "---\ntitle: A\n\n---\nBody",
    ],
)
def test_other_marks_say_the_same(text: str) -> None:
    fields, body, warnings = split(text)
    assert fields == {"title": "A"}
    assert body.strip() == "Body"
    assert warnings == ()


def test_what_is_null_or_empty_is_absent() -> None:
    fields, _, _ = split("---\na: null\nb: ~\nc: ''\nd:\ne: x\nf: [null, y]\n---\n")
    assert fields == {"e": "x", "f": ["y"]}


def test_nothing_is_turned_into_numbers_or_booleans() -> None:
    fields, _, warnings = split("---\ntitle: 201\nok: no\nat: 12:30:45\ndate: 2022-13-45\n---\n")
    assert fields == {"title": "201", "ok": "no", "at": "12:30:45", "date": "2022-13-45"}
    assert warnings == ()


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: Foo: bar", "Foo: bar"),
        ("title: @foo", "@foo"),
        ("title: [Foo] bar", "[Foo] bar"),
        ("title: `x`", "`x`"),
        ("title: 'It's me'", "It's me"),
        ('title: """\'quoted\'"""', "quoted"),
        ("title: broken: over\ntwo lines", "broken: over two lines"),
    ],
)
def test_titles_that_are_no_yaml_are_read_line_by_line(line: str, title: str) -> None:
    fields, body, warnings = split(f"---\nlayout: post\n{line}\ntags:\n - a\n - b\n---\nBody")
    assert fields["title"] == title
    assert fields["tags"] == ["a", "b"]
    assert body == "Body"
    assert "line" in warnings[0]
    assert "read line by line" in warnings[0]


def test_the_warning_names_the_line() -> None:
    _, _, warnings = split("\n---\na: b\nc: 'x'y'\n---\n")
    assert warnings[0].startswith("front matter, line 4:")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: A\ntags: [x]\ntitle: B\n---\n", 4),
        ("---\ntitle: B\na:\n  b: 1\n  c: 2\n  b: 3\n---\n", 6),
        ('{\n"title": "A",\n"title": "B"\n}\n', 3),
        ("+++\ntitle = 'A'\ntitle = 'B'\n+++\n", 3),
    ],
)
def test_what_is_said_twice_is_named_with_its_line(text: str, line: int) -> None:
    fields, _, warnings = split(text)
    assert fields["title"] == "B"
    assert len(warnings) == 1
    assert warnings[0].startswith(f"front matter, line {line}: ")


def test_lists_in_lists_are_read_line_by_line_too() -> None:
    fields, _, _ = split("---\ntitle: Foo: bar\ncategories:\n- [a, b]\n- c\n---\n")
    assert fields["categories"] == ["a", "b", "c"]


def test_tabs_are_taken_as_indentation() -> None:
    fields, _, warnings = split("---\ntags:\n\t- a\n\t- b\n---\n")
    assert fields == {"tags": ["a", "b"]}
    assert warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule above, and text.\n\n---\n\nMore",
        "Just text\n\n---\n\nMore",
        "Note: a line\n---\n",
        "{% include x %}\ntext",
        "{not json}\n",
        "",
    ],
)
def test_what_is_no_front_matter_stays_in_the_body(text: str) -> None:
    assert split(text) == ({}, text, ())


@pytest.mark.parametrize(
    ("text", "fields", "body", "warning"),
    [
        ("\n---\ntitle: x\n", {"title": "x"}, "", "front matter, line 2: opened, but never closed"),
        ("---\ntitle: x\ntags:\n - a\n\nBody: y\n", {"title": "x", "tags": ["a"]}, "\nBody: y\n",
         "front matter, line 1: opened, but never closed"),
        ("---\nnote: this is talk\n\nx", {}, None, "front matter, line 1: opened, but never closed"),
        ('{"title": "x", "a": [', {}, None, "front matter, line 1: JSON that cannot be read"),
    ],
)  # fmt: skip
def test_front_matter_without_an_end_gives_its_fields_and_is_said(
    text: str, fields: dict[str, object], body: str | None, warning: str
) -> None:
    assert split(text) == (fields, text if body is None else body, (warning,))


def test_fields_of_toml_are_texts() -> None:
    fields, _, _ = split("+++\ndate = 2016-03-01\ndraft = true\nweight = 3\n[taxonomies]\ntags = ['a']\n+++\n")
    assert fields == {"date": "2016-03-01", "draft": "true", "weight": "3", "taxonomies": {"tags": ["a"]}}


def test_broken_toml_and_json_name_the_line() -> None:
    fields, _, warnings = split("+++\ntitle = 'A'\nbad = = 3\n+++\n")
    assert fields["title"] == "A"
    assert "line 3" in warnings[0]
    fields, _, warnings = split(';;;\n"title": "A",\n"b" 3\n;;;\n')
    assert fields["title"] == "A"
    assert "line 3" in warnings[0]


@pytest.mark.parametrize(
    "inside",
    [
        "a: " + "[" * 30_000,
        "a:\n" + "- " * 30_000,
        "a: b\n" + "? " * 20_000,
        "\n".join(" " * depth + "a:" for depth in range(300)),
        "a: &a [x,x,x,x]\n" + "\n".join(f"b{n}: [*a,*a,*a,*a,*a,*a]" for n in range(9)),
        "a: &a [*a]",
        "k: v\n" * 50_000,
        "a: " + "!!x " * 10_000,
        "\x00\x01\ud800: \x07",
    ],
)
def test_hostile_front_matter_costs_no_time_and_no_article(inside: str) -> None:
    start = time.perf_counter()
    _, body, _ = split(f"---\ntitle: T\n{inside}\n---\nBody")
    assert body == "Body"
    assert time.perf_counter() - start < 2


def test_the_limit_is_said_with_the_line() -> None:
    fields, _, warnings = split("---\ntitle: T\n" + "k: v\n" * (MAX_BYTES // 4) + "---\nBody")
    assert fields["title"] == "T"
    assert warnings == ("front matter, line 2: longer than 64 KB, read line by line",)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="-+:;{}[]'\"&*!|>%@`\n\t #=abc0~?,", max_size=200))
def test_any_text_is_split_without_raising(text: str) -> None:
    for whole in (text, f"---\n{text}\n---\nBody", f"+++\n{text}\n+++\nBody"):
        fields, body, warnings = split(whole)
        assert isinstance(fields, dict)
        assert isinstance(body, str)
        assert all(isinstance(warning, str) for warning in warnings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("'a'", "a"), ('"a"', "a"), ("''''a''''", "a"), ("'It''s'", "It's"), ("'a", "a"), ("a'b", "a'b")],
)
def test_unquote(text: str, expected: str) -> None:
    assert unquote(text) == expected
