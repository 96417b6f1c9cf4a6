"""A link inside an article opens the article that it means, and no file that the library does not hold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reader.library import Document, Library
from reader.model import Query
from reader.paths import in_folder

PARTS = {
    "posts/first.md": "# First\n\n[two](second.md) [[Third]] [a](paper.pdf) [b](../outside.md) [c](leads-out.md)\n",
    "posts/second.md": "# Second\n",
    "posts/deep/Third.md": "# Third\n",
    "posts/paper.pdf": "%PDF",
    "outside.md": "# Outside\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PARTS.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    os.symlink(tmp_path / "outside.md", tmp_path / "posts" / "leads-out.md")
    return tmp_path / "posts"


def titles(library: Library, document: Document) -> dict[str, str]:
    """Where each link of a document leads."""
    keys = {href: library.article_for_link(document, href) for href in document.rendered.links}
    return {href: library.store.rows([key])[0].title if key else "" for href, key in keys.items()}


EXPECTED = {"second.md": "Second", "wiki:Third": "Third", "paper.pdf": "", "../outside.md": "", "leads-out.md": ""}


def test_links_of_a_watched_folder(folder: Path, tmp_path: Path) -> None:
    with Library(in_folder(tmp_path / "library")) as library:
        source = library.add_folder(folder)
        list(library.refresh([source]))
        first = next(row for row in library.store.rows(library.store.ids(_all())) if row.title == "First")
        assert titles(library, library.document(first.key)) == EXPECTED


def test_links_of_a_file_that_was_opened_alone(folder: Path, tmp_path: Path) -> None:
    with Library(in_folder(tmp_path / "library")) as library:
        document = library.document(library.open_file(folder / "first.md").key)
        # A name alone is looked for beside it, not in the whole folder: that may be a home directory.
        assert titles(library, document) == {**EXPECTED, "wiki:Third": ""}
        assert {row.title for row in library.store.rows(library.store.ids(_all()))} == {"First", "Second"}
        for href in ("\x00.md", "deep/Third.md\x00", "a" * 5000, "/etc/passwd", str(tmp_path / "outside.md")):
            assert library.article_for_link(document, href) is None
        third = library.article_for_link(document, "deep/third")
        assert third is None or library.store.rows([third])[0].title == "Third"  # as the file system sees case
        key = library.article_for_link(document, "deep/Third")
        assert key is not None
        assert library.store.article_by_key(key).guid == (folder / "deep" / "Third.md").as_posix()


def test_a_web_address_opens_the_article_that_is_there(folder: Path, tmp_path: Path) -> None:
    (folder / "kept.md").write_text("---\nurl: https://blog.test/kept/\n---\n\nWords.\n")
    (folder / "home.md").write_text("---\nurl: https://blog.test/\n---\n\nOther words.\n")
    for n in (1, 2):
        (folder / f"same{n}.md").write_text(f"---\nurl: https://blog.test/same\n---\n\nWords {n}.\n")
    with Library(in_folder(tmp_path / "library")) as library:
        list(library.refresh([library.add_folder(folder)]))
        rows = {row.title: row for row in library.store.rows(library.store.ids(_all()))}
        document = library.document(rows["First"].key)
        kept = next(row for row in rows.values() if row.url == "https://blog.test/kept/")
        for href in ("https://blog.test/kept/", "http://blog.test/kept?utm_source=x#part"):
            assert library.article_for_link(document, href) == kept.key
        for href in ("https://blog.test/", "https://blog.test/same", "https://blog.test/kept/other", "http://[::"):
            assert library.article_for_link(document, href) is None
        assert library.article_for_link(library.document(kept.key), "https://blog.test/kept/") is None


def _all() -> Query:
    return Query(view="all")


def test_a_sound_beside_a_post_is_given_to_the_player_and_nothing_else(folder: Path) -> None:
    (folder / "talk.mp3").write_bytes(b"ID3")
    (folder / "run.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (folder.parent / "above.mp3").write_bytes(b"ID3")
    os.symlink(folder.parent / "above.mp3", folder / "leads-out.mp3")
    words = '<audio src="{}"></audio>\n\n'
    names = ("talk.mp3", "run.sh", "../above.mp3", "leads-out.mp3", "gone.mp3")
    (folder / "media.md").write_text("# Media\n\n" + "".join(words.format(name) for name in names), encoding="utf-8")
    with Library(in_folder(folder.parent / "library")) as library:
        document = library.document(library.open_file(folder / "media.md").id)
        found = {href: library.media_for_link(document, href) for href in document.rendered.links}
    assert {href: path.name if path else "" for href, path in found.items()} == dict(
        zip(names, ("talk.mp3", "", "", "", ""), strict=True)
    )
