from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reader.content.document import render
from reader.content.prepare import prepare
from reader.errors import FolderError
from reader.model import Draft, Picture, file_stamp
from reader.sources import folder
from reader.sources.folder import compare, is_draft, is_post, missing, read_bytes, read_file, regions_of, walk

POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX file names and links")
POST = "---\ntitle: A title\ndate: 2021-03-04 10:00:00 +0000\ntags: [a, b]\n---\nText\n"


def write(root: Path, *names: str, text: str = POST) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def state(root: Path) -> dict[str, int]:
    return {guid: file_stamp(size, mtime_ns) for guid, _, size, mtime_ns in walk(str(root))}


@dataclass
class Scan:
    """What ``compare`` found, read."""

    drafts: list[Draft]
    gone: tuple[str, ...]
    problems: dict[str, str]


def scan(root: str, known: Mapping[str, int] | None = None, regions: Sequence[str] | None = None) -> Scan:
    listing = compare(root, dict(known or {}), regions=regions)
    found = Scan([], listing.gone, dict(listing.problems))
    for guid, path, size, mtime_ns in (*listing.new, *listing.changed):
        try:
            found.drafts.append(read_file(path, guid, size, mtime_ns))
        except FolderError as error:
            found.problems[guid] = error.detail
    return found


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything; it becomes somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_is_a_post() -> None:
    for name in ("a.md", "a.MARKDOWN", "a.mdx", "a.Rmd", "a.html", "a.htm", "a.xhtml", "a.txt", "a.org", ".md", " .md"):
        assert is_post(name), name
    for name in ("a", "md", "a.md~", ".#a.md", "#a.md#", ".hidden.md", "a.png", "a.", "", ".DS_Store", "a.md.swp",
                 ".a.md.swp", "a.md.tmp", "~$a.html", ".~lock.a.md#", "._a.md", "4913"):  # fmt: skip
        assert not is_post(name), name


def test_first_scan_and_the_next_ones(tmp_path: Path) -> None:
    write(tmp_path, "one.md", "sub/two.markdown", "sub/deep/README.md", ".git/x.md", "node_modules/y/z.md", "pic.png")
    first = scan(str(tmp_path))
    assert sorted(draft.guid for draft in first.drafts) == ["one.md", "sub/deep/README.md", "sub/two.markdown"]
    assert (first.gone, first.problems) == ((), {})

    known = {draft.guid: file_stamp(draft.size, draft.mtime_ns) for draft in first.drafts}
    assert known == state(tmp_path)
    write(tmp_path, "one.md", text=POST + "more")
    (tmp_path / "sub" / "two.markdown").unlink()
    write(tmp_path, "new.txt")
    second = compare(str(tmp_path), known)
    assert [found[0] for found in second.new] == ["new.txt"]
    assert [found[0] for found in second.changed] == ["one.md"]
    assert second.gone == ("sub/two.markdown",)


def test_what_a_draft_carries(tmp_path: Path) -> None:
    write(tmp_path, "a post #1.md")
    draft = scan(str(tmp_path)).drafts[0]
    assert (draft.raw, draft.form, draft.title, draft.tags) == (POST, "file", "A title", ("a", "b"))
    assert draft.published == datetime(2021, 3, 4, 10, tzinfo=UTC)
    assert draft.base_url == (tmp_path / "a post #1.md").resolve().as_uri()
    assert (draft.size, draft.mtime_ns) == (len(POST), (tmp_path / "a post #1.md").stat().st_mtime_ns)


def test_the_date_comes_from_the_text_the_name_or_the_file() -> None:
    mtime_ns = 1_600_000_000_000_000_000
    named = read_bytes(b"x", "/r/2021-03-04-name.md", "g", 1, mtime_ns)
    assert named.published is not None
    assert abs((named.published - datetime(2021, 3, 4, tzinfo=UTC)).total_seconds()) <= 14 * 3600  # midnight here
    assert read_bytes(b"x", "/r/2021-99-99-name.md", "g", 1, mtime_ns).published == datetime.fromtimestamp(1.6e9, UTC)
    assert read_bytes(b"x", "/r/x.md", "g").published is None
    draft = read_bytes(b"---\ndraft: true\ntitle: x\n---\n", "/r/x.md", "g")
    assert draft.title == "x"


def test_a_missing_root_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path / "nul\0"):
        with pytest.raises(FolderError) as caught:
            scan(str(path))
        assert caught.value.path == str(path)
    write(tmp_path, "file.md")
    with pytest.raises(FolderError, match="is not a folder"):
        scan(str(tmp_path / "file.md"))


def test_large_files_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_FILE_BYTES", 1 << 20)
    write(tmp_path, "large.md", text="x" * ((1 << 20) + 1))
    write(tmp_path, "small.md")
    found = scan(str(tmp_path), {"large.md": 5})
    assert [draft.guid for draft in found.drafts] == ["small.md"]
    assert found.problems == {"large.md": "it is larger than 1 MB"}
    assert found.gone == ()
    with pytest.raises(FolderError, match="larger"):
        read_file(str(tmp_path / "large.md"), "large.md")


def test_what_cannot_be_read_is_not_gone() -> None:
    assert missing(["sub/b.md", "sub/c/d.md", "subs.md"], ["sub"]) == ("subs.md",)
    assert missing(["a.md", "b.md"], ["a.md"]) == ("b.md",)


@POSIX
def test_an_unreadable_subfolder_is_passed_over() -> None:
    with as_nobody(), tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root, "a.md", "closed/b.md", "c.md")
        known = state(root)
        (root / "closed").chmod(0)
        (root / "c.md").chmod(0)
        try:
            found = scan(str(root), {"closed/b.md": known["closed/b.md"]})
        finally:
            (root / "closed").chmod(0o700)
    assert [draft.guid for draft in found.drafts] == ["a.md"]
    assert found.problems == {"closed": "it may not be read", "c.md": "it may not be read"}
    assert found.gone == ()


@POSIX
def test_links_neither_loop_nor_lead_out(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path, "outside/secret.md")
    write(root, "a.md", "sub/b.md", ".git/annex/object.md")
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "sub" / "up").symlink_to("..", target_is_directory=True)
    (root / "self.md").symlink_to("self.md")
    (root / "same.md").symlink_to("a.md")
    (root / "annexed.md").symlink_to(".git/annex/object.md")
    (root / "out.md").symlink_to(tmp_path / "outside" / "secret.md")
    (root / "out").symlink_to(tmp_path / "outside", target_is_directory=True)
    (root / "dangling.md").symlink_to("nowhere")
    found = scan(str(root))
    assert sorted(draft.guid for draft in found.drafts) == ["a.md", "annexed.md", "sub/b.md"]
    assert sorted(found.problems) == ["dangling.md", "out", "out.md", "self.md"]
    (tmp_path / "way in").symlink_to(root, target_is_directory=True)
    assert len(scan(str(tmp_path / "way in")).drafts) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps such names apart")
def test_names_of_every_kind(tmp_path: Path) -> None:
    write(
        tmp_path,
        "e\u0301.md",
        "\u00e9.md",
        "u\u0308.md",
        "日本語/emoji😀.md",
        "quote\"'.md",
        "a%2Fb.md",
        "new\nline.md",
    )
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.md")).write_text(POST, encoding="utf-8")
    found = scan(str(tmp_path))
    assert {draft.guid for draft in found.drafts} == {
        *("\u00e9.md", "e\u0301.md", "\u00fc.md", "日本語/emoji😀.md", "quote\"'.md", "a%2Fb.md", "new\nline.md"),
        "bad\\xff.md",
    }
    for draft in found.drafts:
        draft.guid.encode("utf-8")
        draft.base_url.encode("ascii")
    assert scan(str(tmp_path), state(tmp_path)).drafts == []


@POSIX
def test_a_pipe_does_not_hold_the_scan(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    write(tmp_path, "a.md")
    assert [draft.guid for draft in scan(str(tmp_path)).drafts] == ["a.md"]
    with pytest.raises(FolderError, match="is not a file"):
        read_file(str(tmp_path / "pipe.md"), "pipe.md")


def test_real_posts(corpora: Path) -> None:
    for name in ("posts", "posts-other"):
        found = scan(str(corpora / name))
        assert found.problems == {}
        assert len(found.drafts) >= 30
        assert all(draft.raw and draft.published for draft in found.drafts)


# ---------------------------------------------------------------------------------------------------------- regions


def test_what_must_be_looked_at(tmp_path: Path) -> None:
    def regions(*paths: str) -> list[str]:
        return regions_of(str(tmp_path), [str(tmp_path / path) for path in paths])

    assert regions("a.md", "sub/b.md", "sub/b.md") == ["a.md", "sub/b.md"]
    assert regions("sub", "sub/b.md", "sub/c/d.md", "subs/e.md") == ["sub", "subs/e.md"]
    assert regions(".git/index", "node_modules/x/y.md", "a/.trash/z.md") == []
    assert regions(".", "a.md") == [""]
    assert regions("日本語/é.md") == ["日本語/é.md"]
    assert regions("sub/e\u0301.md", "sub/a.md") == ["sub"]  # another name may take its place: all of its folder
    assert regions_of(str(tmp_path), [str(tmp_path.parent / "other.md"), "relative.md"]) == []


@POSIX
def test_events_name_paths_as_the_folder_was_named(tmp_path: Path) -> None:
    write(tmp_path / "real", "a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in ("real", "link"):
        assert regions_of(str(tmp_path / "link"), [str(tmp_path / name / "a.md")]) == ["a.md"]


def test_only_what_changed_is_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b.md", "sub/c.md", "sub/deep/d.md", "other/e.md")
    known = state(tmp_path)
    write(tmp_path, "b.md", text="x")
    write(tmp_path, "other/e.md", text="not looked at")
    (tmp_path / "sub").rename(tmp_path / "moved")
    stored = {guid: stamp for guid, stamp in known.items() if guid != "other/e.md" and guid != "a.md"}
    listing = compare(str(tmp_path), stored, regions=["b.md", "sub", "moved", "none.md"])
    assert sorted(found[0] for found in listing.new) == ["moved/c.md", "moved/deep/d.md"]
    assert [found[0] for found in listing.changed] == ["b.md"]
    assert sorted(listing.gone) == ["sub/c.md", "sub/deep/d.md"]
    for guid, path, size, mtime_ns in listing.new:
        assert read_file(path, guid, size, mtime_ns).size == size


@POSIX
def test_a_look_follows_no_link_out(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path, "outside/secret.md")
    write(root, "in/a.md")
    (root / "out").symlink_to(tmp_path / "outside", target_is_directory=True)
    (root / "loop").symlink_to(root, target_is_directory=True)
    for region in ("out/secret.md", "out", "loop/in/a.md", "loop"):
        listing = compare(str(root), {}, regions=[region])
        assert listing.new == (), region


def test_a_root_that_is_gone_is_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="does not exist"):
        compare(str(tmp_path / "gone"), {"a.md": 1}, regions=["a.md"])


# ---------------------------------------------------------------------------------------------------- odd and far


def test_drafts_say_so() -> None:
    assert read_bytes(b"---\ndraft: true\n---\nx", "/r/a.md", "a.md").draft
    assert read_bytes(b"---\npublished: false\n---\nx", "/r/a.md", "a.md").draft
    assert read_bytes(b"x", "/r/_drafts/a.md", "source/_drafts/a.md").draft
    assert not read_bytes(b"x", "/r/_drafts.md", "_drafts.md").draft
    assert is_draft("_drafts/2020/a.md")
    assert not is_draft("drafts/a.md")


def test_what_systems_leave_in_folders_is_ignored(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "$RECYCLE.BIN/b.md", "@eaDir/c.md", "__MACOSX/d.md", "lost+found/e.md", ".trash/f.md")
    assert list(state(tmp_path)) == ["a.md"]


@POSIX
def test_paths_that_are_too_long_are_reported(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(25):
            os.mkdir("x" * 200)
            os.chdir("x" * 200)
        Path("far.md").write_text(POST)
    finally:
        os.chdir(here)
    found = scan(str(tmp_path))
    assert [draft.guid for draft in found.drafts] == ["a.md"]
    assert list(found.problems.values()) == ["file name too long"]
    os.system(f"rm -rf '{tmp_path}/{'x' * 200}'")  # pathlib cannot reach it either


@POSIX
def test_reserved_names_and_times_beyond_the_store(tmp_path: Path) -> None:
    write(tmp_path, "CON.md", "aux.txt", "nul.html", "a:b.md", "ends with a dot..md", "*?.md")
    late = 10**19  # the year 2286
    os.utime(tmp_path / "CON.md", ns=(late, late))
    found = scan(str(tmp_path))
    assert len(found.drafts) == 6
    assert all(draft.mtime_ns < 2**63 for draft in found.drafts)
    assert all(-(2**63) <= stamp < 2**63 for stamp in state(tmp_path).values())


def test_a_listing_that_is_stopped_calls_nothing_gone(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "sub/b.md")
    listing = compare(str(tmp_path), state(tmp_path), stopped=lambda: True)
    assert (listing.new, listing.gone) == ((), ())


def test_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "sub/b.md")

    def facts() -> list[tuple[str, int, int]]:
        return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(tmp_path.rglob("*"))]

    before = facts()
    scan(str(tmp_path))
    assert facts() == before


def test_a_page_may_name_its_base_on_the_web() -> None:
    page = '<html><head>{}</head><body><p>Words <a href="n.html">n</a> <img src="p.png"></p></body></html>'
    own = Path("/x/page.html").absolute().as_uri()
    for base, expected in (
        ('<base href="https://base.org/d/">', "https://base.org/d/"),
        ('<base target="_blank"><base href=" HTTPS://base.org/d/ "><base href="https://other.org/">', "HTTPS://base.org/d/"),
        ('<base href="//base.org/d/">', "https://base.org/d/"),
        ('<base href="../up/">', own),
        ('<base href="file:///etc/">', own),
        ('<base href="javascript:alert(1)">', own),
        ("", own),
    ):  # fmt: skip
        assert read_bytes(page.format(base).encode(), "/x/page.html", "page.html").base_url == expected
    draft = read_bytes(page.format('<base href="https://base.org/d/">').encode(), "/x/page.html", "page.html")
    assert prepare(draft).lead == Picture(url="https://base.org/d/p.png")
    shown = render(draft.raw, draft.form, name="page.html", base_url=draft.base_url, document="D")
    assert [each.url for each in shown.images] == ["https://base.org/d/p.png"]
    assert 'href="https://base.org/d/n.html"' in shown.html
    assert shown.links == ()
