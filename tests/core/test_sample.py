"""The sample library is the first thing that a reader sees: it must be whole, and Inkstone must read it well."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest

from reader import resources
from reader.content import post
from reader.model import Post

SAMPLE = resources.path("sample")
FILES = sorted(path for path in SAMPLE.rglob("*") if path.suffix in (".md", ".html"))
BROKEN = "2023-03-02-notes-on-a-bridge.md"


def read(path: Path) -> Post:
    return post.read(path.read_bytes(), path.name)


def addresses(text: str) -> list[str]:
    """Every relative address that a post names: Markdown links and pictures, HTML attributes, front matter."""
    found = re.findall(r"\]\(([^)\s]+)", text)
    found += re.findall(r"""(?:src|data-original|headimg|thumbnail)(?:="|: ')([^"']+)""", text)
    return [unquote(address) for address in found if not re.match(r"[a-z]+:", address)]


def test_it_has_enough_to_look_around() -> None:
    assert sorted({path.parent.name for path in FILES}) == ["About Inkstone", "Examples"]
    assert len(FILES) >= 12
    languages = {read(path).language.partition("-")[0] for path in FILES}
    assert {"en", "zh", "ja", "ar"} <= languages


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_post_is_read(path: Path) -> None:
    found = read(path)
    assert found.title
    assert found.body.strip()
    assert found.encoding == "utf-8"
    assert not found.draft
    if path.name == BROKEN:
        assert found.title == "Notes on a bridge: why it hums"
        assert found.published is not None
        assert found.published.date().isoformat() == "2023-03-02"  # from the file's name
        assert any("line 2" in warning for warning in found.warnings)
    else:
        assert found.warnings == ()
        assert found.published is not None
        assert 2022 <= found.published.year <= 2026
        assert found.tags
        assert found.authors


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_everything_that_a_post_points_to_is_there(path: Path) -> None:
    for address in addresses(path.read_text(encoding="utf-8")):
        assert (path.parent / address).is_file(), address


def test_the_post_of_a_machine_is_html_and_names_its_lead_picture() -> None:
    found = read(SAMPLE / "Examples" / "雾中的港口.md")
    assert found.form == "html"
    assert found.lead_image == "pictures/harbour-morning.png"
    assert found.published is not None
    assert found.published.isoformat() == "2025-06-14T01:18:00+00:00"


def test_pictures_are_small_and_all_used() -> None:
    used = {(path.parent / address).resolve() for path in FILES for address in addresses(path.read_text("utf-8"))}
    pictures = sorted(SAMPLE.rglob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < 200_000, picture.name
        assert picture.resolve() in used, f"{picture.name} is in no post"


def test_file_names_survive_every_file_system() -> None:
    for path in SAMPLE.rglob("*"):
        assert unicodedata.normalize("NFC", path.name) == path.name
        assert not re.search(r'[<>:"|?*\\]|[. ]$', path.name), path.name
        assert len(path.name.encode()) < 120
