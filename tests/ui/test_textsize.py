"""Larger text of the system makes the window larger, unless the user has said otherwise to Qt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reader.ui import textsize


def plasma(folder: Path, content: str) -> dict[str, str]:
    (folder / "kdeglobals").write_text(content, encoding="utf-8")
    return {"XDG_CURRENT_DESKTOP": "KDE", "XDG_CONFIG_HOME": str(folder)}


def gnome(folder: Path, script: str) -> dict[str, str]:
    program = folder / "gsettings"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME", "WAYLAND_DISPLAY": "wayland-0", "PATH": path}


@pytest.mark.parametrize(
    ("content", "scale"),
    [
        ("[General]\nfont=Noto Sans,13,-1,5,50,0,0,0,0,0\n", 1.3),
        ("[General]\nfont=Noto Sans,10,-1,5,50,0,0,0,0,0\n", 1.0),
        ("[General]\nfont=Noto Sans,8,-1,5,50,0,0,0,0,0\n", 1.0),
        ("[General]\nfont=Noto Sans,72,-1\n", 2.25),
        ("[General]\nfont=Noto Sans\n", 1.0),
        ("[General]\nfont=Noto Sans,large\n", 1.0),
        ("[General]\n[$Version]\nupdate_info=a%b\n[General]\nother=1\n", 1.0),
        ("no section\n", 1.0),
        ("", 1.0),
    ],
)
def test_plasma_says_it_by_its_font(tmp_path: Path, content: str, scale: float) -> None:
    assert textsize.wanted(plasma(tmp_path, content), "linux") == scale


def test_plasma_without_a_file(tmp_path: Path) -> None:
    assert textsize.wanted({"XDG_CURRENT_DESKTOP": "KDE", "HOME": str(tmp_path)}, "linux") == 1


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands for gsettings")
@pytest.mark.parametrize(
    ("script", "scale"), [("echo 1.25", 1.25), ("echo 0.9", 1.0), ("echo what", 1.0), ("exit 1", 1.0), ("sleep 5", 1.0)]
)
def test_gnome_is_asked_on_wayland(tmp_path: Path, script: str, scale: float) -> None:
    environ = gnome(tmp_path, script)
    assert textsize.wanted(environ, "linux") == scale
    del environ["WAYLAND_DISPLAY"]  # X11: Qt knows it by the resolution
    assert textsize.wanted(environ, "linux") == 1


def test_others_have_no_say() -> None:
    assert textsize.wanted({}, "linux") == 1
    assert textsize.wanted({"XDG_CURRENT_DESKTOP": "KDE"}, "darwin") == 1


@pytest.mark.parametrize("name", ["QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_FONT_DPI"])
def test_what_the_user_says_to_qt_stays(tmp_path: Path, name: str) -> None:
    environ = plasma(tmp_path, "[General]\nfont=Noto Sans,15,-1\n")
    own = environ | {name: "1.1"}
    textsize.respect(own, "linux")
    assert own == environ | {name: "1.1"}
    textsize.respect(environ, "linux")
    assert environ["QT_SCALE_FACTOR"] == "1.5"
