"""Bookmarks and articles written for other programs, and bookmarks of other programs taken in: nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import time
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reader import bookmarks, exporting
from reader.cli import main
from reader.content import post
from reader.errors import ParseError, Stopped, Usage
from reader.formats import netscape
from reader.formats.filenames import Names, safe
from reader.formats.marks import Mark, plain
from reader.library import Library
from reader.model import Query
from reader.paths import in_folder
from tests.core.store_samples import NOW, entry, prepared

#: Browsers count in whole seconds.
NOON = NOW.replace(microsecond=0)

BROWSER = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file. -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks Menu</H1>
<DL><p>
    <DT><H3 ADD_DATE="1700000000" PERSONAL_TOOLBAR_FOLDER="true">Bookmarks Toolbar</H3>
    <DL><p>
        <DT><A HREF="https://a.example/1?x=1&amp;y=2" ADD_DATE="1700000000"
         ICON="data:image/png;base64,AA==" TAGS="ink,paper">A &amp; B</A>
        <DD>First line
second &lt;line&gt;
        <DT><H3>Craft</H3>
        <DL><p>
            <DT><A HREF="https://b.example/" ADD_DATE="1700000000000000">灯塔</A>
        </DL><p>
    </DL><p>
    <HR>
    <DT><A HREF="javascript:alert(1)">A script</A>
    <DT><A HREF="place:sort=8">Recent</A>
    <DT><A HREF='http://c.example/x'>No date</a>
</DL>
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(in_folder(tmp_path / "library"), now=lambda: NOON)
    source = made.store.add_source("feed", "https://news.example/feed", "News: the <best>")
    texts = {
        "one": "<h2>A heading</h2><p>Some <b>words</b> and <img src='https://p.example/1.png' alt='a picture'>.</p>",
        "two": "<p>海港的灯塔在夜里发光。</p><pre><code>x = 1</code></pre>",
        "three": "<p>No more.</p>",
    }
    made.store.save(
        source.key,
        [
            entry(prepared(name, raw=raw, form="html", url=f"https://news.example/{name}", title=f"Title {name}: a/b"))
            for name, raw in texts.items()
        ],
        NOW,
    )
    keys = made.store.ids(Query())
    made.bookmark(keys[0], True, tags=["to read", "a, b"], note="Line one\nline <two>")
    made.bookmark(keys[1], True)
    yield made
    made.close()


def test_a_browsers_file_is_read() -> None:
    data = BROWSER.encode()
    assert netscape.is_one(data)
    read = netscape.read(data)
    day = datetime.fromtimestamp(1700000000, UTC)
    assert read.marks == (
        Mark("A & B", "https://a.example/1?x=1&y=2", day, ("ink", "paper"), "First line\nsecond <line>"),
        Mark("灯塔", "https://b.example/", day, ("Craft",)),
        Mark("No date", "http://c.example/x"),
    )
    assert len(read.warnings) == 2
    assert "javascript" in read.warnings[0]


@pytest.mark.parametrize(
    "data", [b"", b"<html><body><dl><dt>word<dd>meaning</dl>", b"<opml version='2.0'></opml>", b"\0" * 99]
)
def test_other_files_are_no_bookmarks(data: bytes) -> None:
    assert not netscape.is_one(data)


@pytest.mark.parametrize(
    "piece", ["<a", "<a href=", "<DT><A HREF='x' ", "<dl>", '<a b="', "a" * 7, "<h3>", "</dl>", "<dd>&"]
)
def test_hostile_files_take_no_time(piece: str) -> None:
    began = time.process_time()
    netscape.read((piece * (400_000 // len(piece))).encode())
    assert time.process_time() - began < 5


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netscape, "MAX_BYTES", 10)
    with pytest.raises(ParseError):
        netscape.read(b"<dl>" * 10)


LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda text: " ".join(plain(text).split()))
MARKS = st.builds(
    Mark,
    title=LINE.filter(bool),
    url=st.sampled_from(["https://a.example/", "http://b.example/?q=1&r=\"'<x>#y", "file:///home/me/a%20b.md"]),
    created=st.none() | st.integers(1, 4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    tags=st.lists(LINE.filter(bool), unique=True, max_size=4).map(tuple),
    note=st.lists(LINE, max_size=3).map(lambda lines: "\n".join(lines).strip()),
)


@given(st.lists(MARKS, max_size=5))
def test_what_is_written_is_read_as_it_was(marks: list[Mark]) -> None:
    data = netscape.write(marks, "Mine")
    assert netscape.is_one(data)
    assert list(netscape.read(data).marks) == marks


@given(st.binary(max_size=300))
def test_no_file_is_too_broken(data: bytes) -> None:
    netscape.read(b"<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><DT><A HREF=" + data)


@given(st.lists(st.text(max_size=200), max_size=12))
def test_names_are_safe_and_each_is_there_once(titles: list[str]) -> None:
    names = Names()
    given_ = [names.take(safe(title), ".md") for title in titles]
    folded = {unicodedata.normalize("NFC", name.casefold()) for name in given_}
    assert len(folded) == len(titles)
    for name in given_:
        assert len(name.encode()) < 130
        assert not set(name) & set('<>:"/\\|?*\0\n\t')
        assert name[0] not in " .-"
        assert not name.removesuffix(".md").endswith((" ", "."))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("a\u202eb\u0000", "ab"),
        ("  ...  ", "untitled"),
        ("C:\\Windows", "C Windows"),
        ("e\u0301", "é"),
        ("字" * 200, "字" * 33),
    ],
)
def test_a_title_as_a_name(title: str, name: str) -> None:
    assert safe(title) == name


def test_names_that_differ_in_case_alone() -> None:
    names = Names()
    assert [names.take(each, ".md") for each in ("A", "a", "a 2", "A", "ß", "SS")] == [
        "A.md", "a 2.md", "a 2 2.md", "A 3.md", "ß.md", "SS 2.md",
    ]  # fmt: skip


def test_bookmarks_go_out_and_come_in_again(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.html"
    assert exporting.write_bookmarks(library, file).count == 2
    before = {(m.title, m.url, m.created, m.tags, m.note) for m in bookmarks.collect(library)}
    with Library(in_folder(tmp_path / "other"), now=lambda: NOW + timedelta(days=1)) as other:
        taken = bookmarks.take(other, file.read_bytes())
        assert (taken.new, taken.known, taken.warnings) == (2, 0, ())
        assert {(m.title, m.url, m.created, m.tags, m.note) for m in bookmarks.collect(other)} == before
        assert {source.kind for source in other.sources()} == {"kept"}
        again = bookmarks.take(other, file.read_bytes())
        assert (again.new, again.known) == (0, 2)
        assert len(other.store.bookmarks()) == 2
        assert other.store.check() == []
        assert other.store.journal.marks().bookmarks.keys() == {each.article_id for each in other.store.bookmarks()}
    # into the library that they came from nothing changes
    assert bookmarks.take(library, file.read_bytes()).known == 2
    assert {(m.title, m.url, m.created, m.tags, m.note) for m in bookmarks.collect(library)} == before


def test_a_bookmark_of_an_article_that_is_there_marks_it(library: Library) -> None:
    mark = Mark("Another title", "https://news.example/three", NOW, ("new",), "mine")
    kept = Mark("Twice", "https://news.example/one", NOW, ("more",), "another note")
    taken = bookmarks.take(library, netscape.write([mark, kept], "x"))
    assert (taken.new, taken.known) == (1, 1)
    found = {each.url: each for each in bookmarks.collect(library)}
    assert found[mark.url].title.startswith("Title three")
    assert (found[mark.url].tags, found[mark.url].note) == (("new",), "mine")
    assert "more" in found[kept.url].tags
    assert "another note" in found[kept.url].note


def test_a_removed_article_comes_back_as_a_bookmark(library: Library) -> None:
    data = netscape.write([Mark("Gone", "https://gone.example/", NOW)], "x")
    bookmarks.take(library, data)
    row = library.store.rows(library.store.ids(Query(view="bookmarks")))
    key = next(each.key for each in row if each.url == "https://gone.example/")
    library.bookmark(key, False)
    library.remove_articles([key])
    assert bookmarks.take(library, data).new == 1
    assert any(each.url == "https://gone.example/" for each in bookmarks.collect(library))
    assert library.store.check() == []


def test_lists_of_bookmarks(library: Library, tmp_path: Path) -> None:
    for name in ("b.json", "b.csv", "b.md"):
        exporting.write_bookmarks(library, tmp_path / name)
    said = json.loads((tmp_path / "b.json").read_text())
    noted = next(each for each in said if each["note"])
    assert noted["tags"] == ["to read", "a, b"]
    assert noted["note"] == "Line one\nline <two>"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "b.csv").read_text(encoding="utf-8-sig"))))
    assert {row["url"] for row in rows} == {each["url"] for each in said}
    text = (tmp_path / "b.md").read_text()
    assert text.count("\n- [") == 2
    assert "  > line <two>" in text


def test_articles_become_files_that_are_read_again(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "out"
    seen: list[tuple[int, int]] = []
    done = exporting.write_articles(library, target, progress=lambda what, n, of: seen.append((n, of)))
    assert (done.count, done.warnings) == (3, ())
    assert seen[-1] == (3, 3)
    files = {each.name: each.read_text(encoding="utf-8") for each in target.iterdir()}
    assert len(files) == 3
    originals = {row.title: row for row in library.store.rows(library.store.ids(Query()))}
    for name, text in files.items():
        read = post.read(text.encode(), name)
        row = originals[read.title]
        assert (read.url, read.published, read.authors) == (row.url, row.date, row.authors)
        front = yaml.safe_load(text.split("---\n")[1])
        assert front["source"] == "News: the <best>"
        assert front["bookmarked"] is row.bookmarked
        article = library.store.article(row.id)
        assert front.get("note", "") == article.note
        assert set(front.get("tags", [])) == {*row.tags, *article.user_tags}
    one = next(text for text in files.values() if "Title one" in text)
    assert "## A heading" in one
    assert "![a picture](<https://p.example/1.png>)" in one
    assert not list(tmp_path.glob(".*part"))


def test_articles_as_pages_and_lines(library: Library, tmp_path: Path) -> None:
    exporting.write_articles(library, tmp_path / "pages", "html")
    page = next(each.read_text() for each in (tmp_path / "pages").iterdir() if "one" in each.name)
    assert 'src="https://p.example/1.png"' in page
    assert "reader://" not in page
    exporting.write_articles(library, tmp_path / "all.jsonl", query=Query(view="bookmarks"))
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert len(lines) == 2
    assert all(line["bookmarked"] and line["html"] and line["text"] for line in lines)


def test_what_is_there_is_never_written_over_unasked(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    with pytest.raises(Usage, match="not empty"):
        exporting.write_articles(library, target)
    exporting.write_articles(library, target, force=True)
    assert len(list(target.iterdir())) == 4
    file = tmp_path / "b.html"
    file.write_text("mine")
    with pytest.raises(Usage, match="there already"):
        exporting.write_bookmarks(library, file)
    assert file.read_text() == "mine"
    with pytest.raises(Usage):
        exporting.write_bookmarks(library, target, force=True)
    with pytest.raises(Usage):
        exporting.write_articles(library, file, force=True)
    with pytest.raises(FileNotFoundError):
        exporting.write_bookmarks(library, tmp_path / "nowhere" / "b.html")


def test_what_is_stopped_leaves_nothing(library: Library, tmp_path: Path) -> None:
    for target in (tmp_path / "out", tmp_path / "out.jsonl"):
        answers = iter([False, True])
        with pytest.raises(Stopped):
            exporting.write_articles(library, target, cancelled=answers.__next__)
    assert [each.name for each in tmp_path.iterdir()] == ["library"]


def run(folder: Path, *arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = main(["--library", str(folder), *map(str, arguments)])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_exports_and_imports_as_commands(library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, file = library.paths.data, tmp_path / "b.html"
    status, out, err = run(home, "export", "bookmarks", "-o", file, "--json", capsys=capsys)
    assert (status, json.loads(out)["bookmarks"], err) == (0, 2, "")
    assert run(home, "export", "bookmarks", "-o", file, capsys=capsys)[0] == 2
    assert run(home, "export", "bookmarks", "-o", file, "--force", capsys=capsys)[0] == 0
    status, out, _ = run(home, "export", "bookmarks", "-o", tmp_path / "t.json", "--tag", "to read", capsys=capsys)
    assert (status, out) == (0, f"{tmp_path / 't.json'}: 1 bookmark\n")
    status, out, _ = run(
        home, "export", "articles", "-o", tmp_path / "a", "--view", "bookmarks", "--json", capsys=capsys
    )
    assert (status, json.loads(out)["articles"]) == (0, 2)
    status, _, err = run(home, "export", "articles", "-o", tmp_path / "x", "--format", "docx", capsys=capsys)
    assert (status, "markdown, html, jsonl" in err) == (2, True)
    status, _, err = run(home, "export", "opml", "-o", tmp_path / "x.opml", "--tag", "a", capsys=capsys)
    assert status == 2
    other = tmp_path / "other"
    status, out, err = run(other, "import", file, "--json", capsys=capsys)
    assert (status, json.loads(out), err) == (0, {"bookmarks": 2, "existing": 0, "warnings": []}, "")
    status, out, _ = run(other, "import", file, capsys=capsys)
    assert (status, out) == (0, "0 bookmarks added, 2 were there already\n")
