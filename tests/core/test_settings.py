"""The settings file: readable, and never a reason not to start."""

from __future__ import annotations

import json
import os
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import ParseError
from reader.settings import LEFT, Settings, export_to, fits, import_from, load, save

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
known = st.sampled_from([field.name for field in fields(Settings)])


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "settings.json"
    chosen = Settings(
        theme="sepia", article_size_px=21, refresh_minutes=5, splitter=(200, 400, 800), collapsed=("新闻", "🪶"),
        unread_only=True, article="abc", view="bookmarks", geometry="AAEC",
    )  # fmt: skip
    save(file, chosen)
    assert load(file) == chosen
    assert "新闻" in file.read_text(encoding="utf-8")  # a person can read and change it
    assert os.listdir(file.parent) == ["settings.json"]


def test_no_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b'"text"', b"\xff\xfe\x00", b"null", b"[" * 100_000, b'{"theme": "sepia"', b"1" * 5000],
)
def test_a_damaged_file_is_the_defaults(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    assert load(file) == Settings()


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "purple"),
        ("theme", 3),
        ("proxy", ""),
        ("proxy", "somewhere"),
        ("proxy", "ftp://a.example"),
        ("proxy", "http://u:p@a.example"),  # a password has no place in this file
        ("allow_fake_ip", 1),
        ("article_size_px", 9),
        ("article_size_px", 1e9),
        ("article_size_px", True),
        ("article_size_px", "17"),
        ("refresh_minutes", 1),
        ("refresh_minutes", None),
        ("splitter", [1, "2"]),
        ("splitter", 5),
        ("collapsed", [["a"]]),
        ("unread_only", 1),
        ("view", "nowhere"),
        ("start_view", "nowhere"),
        ("read_when", "never"),
        ("read_after_s", 0),
        ("open_links", "telnet"),
        ("rsshub_instances", ["rsshub.app"]),
        ("rsshub_instances", ["https://rsshub.app", 3]),
    ],
)
def test_one_bad_value_costs_only_itself(tmp_path: Path, name: str, value: object) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"density": "compact", name: value, "unknown": 1}), encoding="utf-8")
    assert load(file) == replace(Settings(), density="compact")


@given(st.dictionaries(known | st.text(max_size=8), json_values, max_size=6))
@settings(max_examples=100)
def test_anything_loads(tmp_path_factory: pytest.TempPathFactory, content: dict[str, object]) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_text(json.dumps(content), encoding="utf-8", errors="surrogatepass")
    loaded = load(file)
    save(file, loaded)
    assert load(file) == loaded


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    save(file, Settings(theme="dark"))
    with pytest.raises(UnicodeEncodeError):
        save(file, Settings(article="\ud800"))
    assert load(file).theme == "dark"
    blocked = file / "below" / "settings.json"
    with pytest.raises(OSError, match="directory"):
        save(blocked, Settings())


def test_what_a_newer_version_has_written_stays(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    newer = {"theme": "dark", "hologram": {"depth": 3, "颜色": ["蓝"]}, "zzz": None}
    file.write_text(json.dumps(newer), encoding="utf-8")
    for density in ("compact", "cosy"):
        save(file, replace(load(file), density=density))
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert (kept["theme"], kept["density"]) == ("dark", "cosy")
    assert (kept["hologram"], kept["zzz"]) == ({"depth": 3, "颜色": ["蓝"]}, None)
    assert "depth" in file.read_text(encoding="utf-8")


def test_a_damaged_file_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(b"\xff{")
    save(file, Settings(theme="dark"))
    assert load(file) == Settings(theme="dark")


def test_settings_are_taken_along_without_where_the_window_was_left(tmp_path: Path) -> None:
    file = tmp_path / "taken.json"
    export_to(file, Settings(theme="dark", keep_days=90, geometry="AAEC", article="abc", collapsed=("A",)))
    written = json.loads(file.read_text(encoding="utf-8"))
    assert not LEFT & written.keys()
    before = Settings(geometry="BBBB", article="def")
    taken = import_from(file, before)
    assert taken.settings == replace(before, theme="dark", keep_days=90)
    assert set(taken.changed) == {"theme", "keep_days"}
    assert taken.refused == taken.unknown == ()


def test_an_import_says_what_it_did_not_take(tmp_path: Path) -> None:
    file = tmp_path / "mixed.json"
    said = {
        "theme": "mauve",
        "density": "compact",
        "keep_days": -1,
        "hologram": 1,
        "article": "abc",
        "pictures": "always",
    }
    file.write_text("\ufeff" + json.dumps(said), encoding="utf-8")  # as an editor on Windows saves it
    taken = import_from(file, Settings())
    assert taken.settings == Settings(density="compact")
    assert (taken.changed, taken.refused, taken.unknown) == (("density",), ("theme", "keep_days"), ("hologram",))


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"", 1), (b'{\n"theme": }', 2), (b"[]", 0), (b'{"other": 1}', 0), (b"\xff\xfe", 0), (b"[" * 100_000, 0),
     (b'{"theme": "' + b"x" * 2_000_000 + b'"}', 0)],
)  # fmt: skip
def test_what_is_no_settings_file_is_told_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(content)
    with pytest.raises(ParseError) as told:
        import_from(file, Settings())
    assert (told.value.where, told.value.line) == (str(file), line)
    with pytest.raises(ParseError):
        import_from(tmp_path / "missing.json", Settings())


@given(st.dictionaries(known | st.text(max_size=8), json_values, max_size=6))
@settings(max_examples=60)
def test_anything_is_imported_or_told(tmp_path_factory: pytest.TempPathFactory, content: dict[str, object]) -> None:
    file = tmp_path_factory.getbasetemp() / "imported.json"
    file.write_text(json.dumps(content), encoding="utf-8", errors="surrogatepass")
    try:
        taken = import_from(file, Settings())
    except ParseError:
        return
    assert all(fits(name, getattr(taken.settings, name)) for name in taken.changed)
    assert not set(taken.changed) & set(taken.refused)
    assert not LEFT & set(taken.changed)
