"""What is written for the desktop: started at login, default programs, entries; read back as a desktop reads it."""

from __future__ import annotations

import configparser
import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import autostart, defaultprogram, desktopfiles


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_DATA_DIRS": str(tmp_path / "nothing"),
    }


def keys(text: str) -> dict[str, str]:
    read = configparser.RawConfigParser(strict=True, delimiters="=", comment_prefixes="#")
    read.optionxform = str  # type: ignore[assignment, method-assign]  # keys are case-sensitive
    read.read_string(text)
    return dict(read["Desktop Entry"])


def unquoted(value: str) -> list[str]:
    """As the Desktop Entry Specification reads ``Exec``: the escapes of strings first, then the quotation."""
    text = value.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
    words: list[str] = []
    at, word, inside = 0, "", False
    while at < len(text):
        char = text[at]
        if inside and char == "\\":
            at += 1
            word += text[at]
        elif char == '"':
            inside = not inside
        elif char == " " and not inside:
            words.append(word)
            word = ""
        else:
            word += char
        at += 1
    return [each.replace("%%", "%") for each in [*words, word]]


@given(st.lists(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_a_line_is_read_back_as_it_was_meant(words: list[str]) -> None:
    assert unquoted(desktopfiles.exec_line(words)) == words or "%U" in words


@pytest.mark.parametrize("how", ["window", "tray"])
def test_started_at_login_by_choice_and_no_longer(home: dict[str, str], tmp_path: Path, how: autostart.How) -> None:
    assert autostart.chosen(environ=home, system="linux") == "off"
    autostart.choose(how, environ=home, system="linux", library=tmp_path / "my books")

    file = tmp_path / "config" / "autostart" / "arpa.home.Inkstone.desktop"
    read = keys(file.read_text(encoding="utf-8"))
    started = unquoted(read["Exec"])
    assert started[0] == sys.executable
    assert started[started.index("--library") + 1] == str(tmp_path / "my books")
    assert ("--tray" in started) == (how == "tray")
    assert autostart.chosen(environ=home, system="linux") == how
    assert [each.name for each in file.parent.iterdir()] == [file.name], "nothing half written is left"

    autostart.choose("off", environ=home, system="linux")
    assert not file.exists()
    autostart.choose("off", environ=home, system="linux")  # a second time is no trouble
    assert autostart.chosen(environ=home, system="linux") == "off"


def test_what_was_switched_off_elsewhere_is_off(home: dict[str, str]) -> None:
    autostart.choose("window", environ=home, system="linux")
    file = autostart.file(home, "linux")
    file.write_text(file.read_text() + "Hidden=true\n")
    assert autostart.chosen(environ=home, system="linux") == "off"


def test_a_relative_config_folder_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert autostart.file({"XDG_CONFIG_HOME": "here"}, "linux").parent == tmp_path / ".config" / "autostart"


def test_a_launch_agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    autostart.choose("tray", system="darwin")
    agent = plistlib.loads(autostart.file(system="darwin").read_bytes())
    assert agent["RunAtLoad"] is True
    assert agent["ProgramArguments"][-1] == "--tray"
    assert autostart.chosen(system="darwin") == "tray"
    autostart.file(system="darwin").write_bytes(b"<plist")
    assert autostart.chosen(system="darwin") == "off"


def test_a_folder_that_cannot_be_written_is_an_error(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file stands here")
    with pytest.raises(OSError, match="config"):
        autostart.choose("window", environ=home, system="linux")


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="the validators are not installed")
def test_the_entries_are_valid(home: dict[str, str]) -> None:
    autostart.choose("tray", environ=home, system="linux", library=Path('/tmp/a "b" $c `d` \\e %f'))
    defaultprogram.make("markdown", environ=home, system="linux")
    installed = desktopfiles.data_home(home) / "applications" / "arpa.home.Inkstone.desktop"
    for file in (autostart.file(home, "linux"), installed):
        done = subprocess.run(["desktop-file-validate", file], capture_output=True, text=True, timeout=30)
        assert (done.returncode, done.stdout) == (0, "")


# ------------------------------------------------------------------------------------------- the default program

BEFORE = """[Added Associations]
text/markdown=editor.desktop;

[Default Applications]
image/png=viewer.desktop
text/markdown=editor.desktop;other.desktop

[Removed Associations]
text/x-opml+xml=that.desktop;
"""


def test_the_default_is_set_and_all_else_stays() -> None:
    after = desktopfiles.with_defaults(BEFORE, ("text/markdown",), "ink.desktop")
    assert after == BEFORE.replace("text/markdown=editor.desktop;other.desktop", "text/markdown=ink.desktop")
    assert desktopfiles.with_defaults(after, ("text/markdown",), "ink.desktop") == after
    assert desktopfiles.default_of(after, "text/markdown") == "ink.desktop"
    assert desktopfiles.default_of(BEFORE, "text/x-opml+xml") == ""


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")))
def test_any_list_takes_a_default(text: str) -> None:
    after = desktopfiles.with_defaults(text, ("text/markdown",), "ink.desktop")
    assert desktopfiles.default_of(after, "text/markdown") == "ink.desktop"
    kept = [line for line in text.splitlines() if line.strip() and not line.startswith("text/markdown")]
    assert [line for line in kept if line not in after.splitlines()] == []


@pytest.mark.parametrize("kind", ["opml", "markdown", "feed", "inkstone"])
def test_made_the_default_program(home: dict[str, str], kind: str) -> None:
    assert not defaultprogram.is_default(kind, environ=home, system="linux")
    defaultprogram.make(kind, environ=home, system="linux")
    assert defaultprogram.is_default(kind, environ=home, system="linux")
    entry = keys((desktopfiles.data_home(home) / "applications" / "arpa.home.Inkstone.desktop").read_text())
    assert set(desktopfiles.TYPES[kind]) <= set(entry["MimeType"].split(";"))
    assert unquoted(entry["Exec"])[-2:] == ["open", "%U"]


@pytest.mark.skipif(not shutil.which("gio"), reason="gio is not installed")
def test_the_desktop_sees_the_default(home: dict[str, str], tmp_path: Path) -> None:
    defaultprogram.make("inkstone", environ=home, system="linux")
    environ = {**home, "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    done = subprocess.run(
        ["gio", "mime", "x-scheme-handler/inkstone"], env=environ, capture_output=True, text=True, timeout=30
    )
    assert "arpa.home.Inkstone.desktop" in done.stdout.splitlines()[0]


def test_an_installed_entry_is_not_written_over(home: dict[str, str], tmp_path: Path) -> None:
    shipped = tmp_path / "nothing" / "applications" / "arpa.home.Inkstone.desktop"
    shipped.parent.mkdir(parents=True)
    shipped.write_text("[Desktop Entry]\n")
    defaultprogram.make("opml", environ=home, system="linux")
    assert not (desktopfiles.data_home(home) / "applications").exists()


def test_the_shipped_entry_knows_all_types() -> None:
    shipped = Path(__file__).resolve().parents[2] / "packaging" / "linux" / "arpa.home.Inkstone.desktop"
    known = set(keys(shipped.read_text(encoding="utf-8"))["MimeType"].strip(";").split(";"))
    assert known == {each for types in desktopfiles.TYPES.values() for each in types}


def test_the_command_makes_it_the_default(home: dict[str, str]) -> None:
    def told(*kinds: str) -> str:
        command = [sys.executable, "-m", "reader", "--json", "default", *kinds]
        root = Path(__file__).resolve().parents[2]
        done = subprocess.run(
            command, cwd=root, env={**os.environ, **home}, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.strip()

    if sys.platform.startswith("linux"):
        nothing = '{"opml":false,"markdown":false,"feed":false,"inkstone":false}'
        assert told().replace(" ", "") == nothing
        assert told("markdown").replace(" ", "") == nothing.replace('"markdown":false', '"markdown":true')
