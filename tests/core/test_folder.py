from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reader.errors import FolderError
from reader.sources import folder
from reader.sources.folder import is_post, missing, read_bytes, read_file, scan, walk

POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX file names and links")
POST = "---\ntitle: A title\ndate: 2021-03-04 10:00:00 +0000\ntags: [a, b]\n---\nText\n"


def write(root: Path, *names: str, text: str = POST) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def state(root: Path) -> dict[str, tuple[int, int]]:
    return {guid: (size, mtime_ns) for guid, _, size, mtime_ns in walk(str(root))}


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
    for name in ("a", "md", "a.md~", ".#a.md", "#a.md#", ".hidden.md", "a.png", "a.", "", ".DS_Store"):
        assert not is_post(name), name


def test_first_scan_and_the_next_ones(tmp_path: Path) -> None:
    write(tmp_path, "one.md", "sub/two.markdown", "sub/deep/README.md", ".git/x.md", "node_modules/y/z.md", "pic.png")
    first = scan(str(tmp_path))
    assert sorted(draft.guid for draft in first.drafts) == ["one.md", "sub/deep/README.md", "sub/two.markdown"]
    assert (first.unchanged, first.gone, first.problems) == ((), (), ())

    known = {draft.guid: (draft.size, draft.mtime_ns) for draft in first.drafts}
    assert known == state(tmp_path)
    write(tmp_path, "one.md", text=POST + "more")
    (tmp_path / "sub" / "two.markdown").unlink()
    write(tmp_path, "new.txt")
    seen: list[int] = []
    second = scan(str(tmp_path), known, progress=seen.append)
    assert sorted(draft.guid for draft in second.drafts) == ["new.txt", "one.md"]
    assert second.unchanged == ("sub/deep/README.md",)
    assert second.gone == ("sub/two.markdown",)
    assert seen[-1] == 3


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
    found = scan(str(tmp_path), {"large.md": (5, 5)})
    assert [draft.guid for draft in found.drafts] == ["small.md"]
    assert found.problems == (("large.md", "is larger than 1 MB"),)
    assert (found.gone, found.unchanged) == ((), ("large.md",))
    with pytest.raises(FolderError, match="larger"):
        read_file(str(tmp_path / "large.md"), "large.md")


def test_what_cannot_be_read_is_not_gone() -> None:
    assert missing(["a.md", "sub/b.md", "sub/c/d.md", "subs.md"], {"a.md"}, ["sub"]) == ("subs.md",)
    assert missing(["a.md", "b.md"], set(), ["a.md"]) == ("b.md",)


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
    assert dict(found.problems) == {"closed": "may not be read", "c.md": "may not be read"}
    assert (found.gone, found.unchanged) == ((), ("closed/b.md",))


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
    assert sorted(place for place, _ in found.problems) == ["dangling.md", "out", "out.md", "self.md"]
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
    assert scan(str(tmp_path), state(tmp_path)).drafts == ()


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
        assert found.problems == ()
        assert len(found.drafts) >= 30
        assert all(draft.raw and draft.published for draft in found.drafts)
