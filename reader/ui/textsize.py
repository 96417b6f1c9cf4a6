"""The text size of the system: whoever reads larger text everywhere gets a window that is larger as a whole.

Rows, fields and icons are drawn to a grid of pixels, so letters alone cannot grow in them. Qt scales all of it by
``QT_SCALE_FACTOR``, which it reads once, before the application is made. What the system says is therefore looked up
without Qt. On macOS there is no such wish, and on X11 it is part of the resolution, which Qt follows by itself.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path

log = logging.getLogger(__name__)

#: The user's own word on sizes.
_OWN = ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_FONT_DPI")
#: Windows offers up to 225 %; what is smaller than usual is left alone.
_MOST = 2.25
#: Plasma's fonts have 10 points unless somebody wants larger ones.
_USUAL_POINTS = 10.0
_GSETTINGS = ("gsettings", "get", "org.gnome.desktop.interface", "text-scaling-factor")
_PATIENCE_S = 0.5


def respect(environ: MutableMapping[str, str] | None = None, system: str = sys.platform) -> None:
    """Let everything be as much larger as the system's text is; called before the application is made."""
    environ = os.environ if environ is None else environ
    if any(environ.get(name) for name in _OWN):
        return
    scale = wanted(environ, system)
    if scale > 1:
        environ["QT_SCALE_FACTOR"] = f"{scale:g}"


def wanted(environ: Mapping[str, str], system: str = sys.platform) -> float:
    """How much larger the system's text is than usual, 1 when it is not or does not say so."""
    try:
        said = _asked(environ, system)()
    except (OSError, ValueError) as error:
        log.info("the system’s text size is not known: %s", error)
        return 1.0
    return min(max(round(said * 20) / 20, 1.0), _MOST)


def _asked(environ: Mapping[str, str], system: str) -> Callable[[], float]:
    desktop = environ.get("XDG_CURRENT_DESKTOP", "").upper()
    if system == "win32":
        return _windows
    if not system.startswith("linux"):
        return lambda: 1.0
    if "KDE" in desktop:
        return lambda: _plasma(environ)
    if environ.get("WAYLAND_DISPLAY") and any(name in desktop for name in ("GNOME", "UNITY", "CINNAMON")):
        return lambda: _gnome(environ)
    return lambda: 1.0


def _windows() -> float:
    """Settings, Accessibility, Text size: in percent."""
    if sys.platform != "win32":
        return 1.0
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Accessibility") as key:
            return float(winreg.QueryValueEx(key, "TextScaleFactor")[0]) / 100
    except FileNotFoundError:  # never touched
        return 1.0


def _plasma(environ: Mapping[str, str]) -> float:
    """Plasma writes the font of all programs as "Noto Sans,12,-1,5,…"; without the line it is the usual one."""
    folder = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME", "~"), ".config")
    file = Path(folder).expanduser() / "kdeglobals"
    if not file.is_file():
        return 1.0
    import configparser

    read = configparser.RawConfigParser(strict=False, interpolation=None)
    try:
        read.read_string(file.read_text(encoding="utf-8", errors="replace"))
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    parts = read.get("General", "font", fallback="").split(",")
    return float(parts[1]) / _USUAL_POINTS if len(parts) > 1 else 1.0


def _gnome(environ: Mapping[str, str]) -> float:
    """Large text, and the slider of the tweaks; Qt does not ask for it on Wayland."""
    import subprocess

    try:
        done = subprocess.run(_GSETTINGS, capture_output=True, timeout=_PATIENCE_S, env=dict(environ), check=True)
    except subprocess.SubprocessError as error:
        raise ValueError(str(error)) from error
    return float(done.stdout.decode("ascii", "replace").strip())
