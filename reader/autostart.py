"""Started at login, by choice: an XDG autostart entry, a launch agent of macOS, a value of the Windows registry.

What is written there is the truth: who takes it away with another tool has switched it off. The parts for macOS and
Windows were written by the makers' documents and not tried.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from reader import desktopfiles

#: As in ``Settings.autostart``.
How = Literal["off", "window", "tray"]
HIDDEN = "--tray"
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_VALUE = "Inkstone"


def file(environ: Mapping[str, str] | None = None, system: str = sys.platform) -> Path:
    """The file that is read at login."""
    if system == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{desktopfiles.APP_ID}.plist"
    return desktopfiles.config_home(environ) / "autostart" / f"{desktopfiles.APP_ID}.desktop"


def words(how: How, library: Path | None = None) -> list[str]:
    """What is started.

    Args:
        library: the folder of ``--library``, when the program was started with one.
    """
    named = ["--library", os.path.abspath(library)] if library is not None else []
    return desktopfiles.command(*named, "open", *([HIDDEN] if how == "tray" else []))


def choose(
    how: How,
    *,
    library: Path | None = None,
    environ: Mapping[str, str] | None = None,
    system: str = sys.platform,
) -> None:
    """Start the program at login from now on, or no longer.

    Raises:
        OSError: it cannot be written there.
    """
    if system == "win32":
        import subprocess

        _in_registry(subprocess.list2cmdline(words(how, library)) if how != "off" else "")
        return
    where = file(environ, system)
    if how == "off":
        where.unlink(missing_ok=True)
        return
    if system == "darwin":
        desktopfiles.write_whole(where, desktopfiles.launch_agent(desktopfiles.APP_ID, words(how, library)))
        return
    made = desktopfiles.entry(words(how, library), folder=checkout(), autostart=True)
    desktopfiles.write_whole(where, made.encode())


def chosen(*, environ: Mapping[str, str] | None = None, system: str = sys.platform) -> How:
    """What happens at login, as it is written there."""
    if system == "win32":
        line = _from_registry()
        return "off" if not line else "tray" if HIDDEN in line.split() else "window"
    try:
        read = file(environ, system).read_bytes()
    except OSError:
        return "off"
    if system == "darwin":
        import plistlib

        with contextlib.suppress(Exception):  # plistlib raises what expat and it like; then it starts nothing
            return _how(plistlib.loads(read).get("ProgramArguments", []))
        return "off"
    keys = dict(line.partition("=")[::2] for line in read.decode("utf-8", "replace").splitlines())
    if keys.get("Hidden", "").strip() == "true" or keys.get("X-GNOME-Autostart-enabled", "").strip() == "false":
        return "off"
    return _how(keys.get("Exec", "").split())


def _how(started: Sequence[str]) -> How:
    if not started:
        return "off"
    return "tray" if HIDDEN in started else "window"


def checkout() -> str:
    """The folder from which ``python -m reader`` finds the package; ``""`` when it is installed."""
    root = Path(__file__).resolve().parent.parent
    return str(root) if (root / "pyproject.toml").is_file() and not getattr(sys, "frozen", False) else ""


if sys.platform == "win32":
    import winreg

    def _in_registry(line: str) -> None:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN, 0, winreg.KEY_SET_VALUE) as key:
            if line:
                winreg.SetValueEx(key, _VALUE, 0, winreg.REG_SZ, line)
                return
            with contextlib.suppress(FileNotFoundError):
                winreg.DeleteValue(key, _VALUE)

    def _from_registry() -> str:
        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
            return str(winreg.QueryValueEx(key, _VALUE)[0])
        return ""

else:

    def _in_registry(line: str) -> None:
        raise OSError("there is no registry here")

    def _from_registry() -> str:
        return ""
