"""The default program for lists of feeds, Markdown and links, by choice.

On Linux the user's ``mimeapps.list`` is written, as ``xdg-mime default`` does, and an entry of the program when none is
installed. On Windows the program is registered as one that can be chosen: the choice itself is the user's alone, in
the system's settings. macOS takes it from the bundle; Finder sets it (Get Info, Open with, Change All).
The part for Windows was written by the makers' documents and not tried.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from reader import desktopfiles
from reader.autostart import checkout
from reader.desktopfiles import APP_ID, TYPES

_ENTRY = f"{APP_ID}.desktop"
#: Where packages put desktop entries, when ``XDG_DATA_DIRS`` does not say.
_DATA_DIRS = "/usr/local/share:/usr/share"


def can_choose(system: str = sys.platform) -> bool:
    """Whether the program itself can do something here."""
    return system != "darwin"


def make(kind: str, *, environ: Mapping[str, str] | None = None, system: str = sys.platform) -> None:
    """Make this program the default for a kind.

    Args:
        kind: opml, markdown, feed or inkstone.

    Raises:
        OSError: it cannot be written, or this system has no place for it.
        KeyError: there is no such kind (a bug).
    """
    types = TYPES[kind]
    if system == "win32":
        _register(kind)
        return
    if not can_choose(system):
        raise OSError("this system lets nobody but the user choose")
    if not _is_installed(environ):
        _install(environ)
    where = desktopfiles.config_home(environ) / "mimeapps.list"
    text = where.read_text(encoding="utf-8", errors="surrogateescape") if where.exists() else ""
    changed = desktopfiles.with_defaults(text, types, _ENTRY)
    desktopfiles.write_whole(where.resolve(), changed.encode("utf-8", "surrogateescape"))


def is_default(kind: str, *, environ: Mapping[str, str] | None = None, system: str = sys.platform) -> bool:
    """Whether this program is the default for a kind, as far as it can be read."""
    if system in ("win32", "darwin"):
        return False
    try:
        text = (desktopfiles.config_home(environ) / "mimeapps.list").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return desktopfiles.default_of(text, TYPES[kind][0]) == _ENTRY


def _is_installed(environ: Mapping[str, str] | None) -> bool:
    named = (os.environ if environ is None else environ).get("XDG_DATA_DIRS") or _DATA_DIRS
    folders = [desktopfiles.data_home(environ), *(Path(each) for each in named.split(":") if os.path.isabs(each))]
    return any((folder / "applications" / _ENTRY).is_file() for folder in folders)


def _install(environ: Mapping[str, str] | None) -> None:
    """An entry of the user's own, which starts the very program that writes it."""
    every = [each for types in TYPES.values() for each in types]
    made = desktopfiles.entry(desktopfiles.command("open", "%U"), types=every, folder=checkout())
    desktopfiles.write_whole(desktopfiles.data_home(environ) / "applications" / _ENTRY, made.encode())


if sys.platform == "win32":
    import winreg

    _ENDINGS = {"opml": (".opml",), "markdown": (".md", ".markdown")}
    _PROG_ID = "Inkstone.Document"

    def _register(kind: str) -> None:
        open_it = subprocess.list2cmdline(desktopfiles.command("open")) + ' "%1"'
        if kind in ("feed", "inkstone"):
            _set(rf"Software\Classes\{kind}", "", f"URL:{kind}")
            _set(rf"Software\Classes\{kind}", "URL Protocol", "")
            _set(rf"Software\Classes\{kind}\shell\open\command", "", open_it)
            return
        _set(rf"Software\Classes\{_PROG_ID}\shell\open\command", "", open_it)
        for ending in _ENDINGS[kind]:
            _set(rf"Software\Classes\{ending}\OpenWithProgids", _PROG_ID, "")

    def _set(path: str, name: str, value: str) -> None:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)

else:

    def _register(kind: str) -> None:
        raise OSError("there is no registry here")
