"""The files by which a desktop knows a program: entries, the list of default programs, launch agents. Pure text."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

#: The id of the desktop entry; Wayland finds the icon by it, notifications the program.
APP_ID = "arpa.home.Inkstone"

#: What ``inkstone open`` understands, by the names of shared-mime-info.
TYPES = {
    "opml": ("text/x-opml+xml", "text/x-opml"),
    "markdown": ("text/markdown",),
    "feed": ("x-scheme-handler/feed", "application/rss+xml", "application/atom+xml"),
    "inkstone": ("x-scheme-handler/inkstone",),
}
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_DEFAULTS = "Default Applications"


def command(*more: str) -> list[str]:
    """How this very program is started: a frozen one by its own file, else by this Python."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *more]
    return [sys.executable, "-m", "reader", *more]


def exec_line(words: Sequence[str]) -> str:
    """The value of ``Exec``, quoted as the Desktop Entry Specification asks; ``%U`` stays a field code.

    Quotation comes first and the escapes of string values after it, so one backslash becomes four.
    """
    said = []
    for word in words:
        if word == "%U":
            said.append(word)
            continue
        text = word.replace("%", "%%")
        if not _PLAIN.fullmatch(word):
            text = '"' + re.sub(r'(["`$\\])', r"\\\1", text) + '"'
        said.append(text.replace("\\", "\\\\").replace("\n", "\\n"))
    return " ".join(said)


def entry(words: Sequence[str], *, types: Sequence[str] = (), folder: str = "", autostart: bool = False) -> str:
    """A desktop entry that starts the program by these words.

    Args:
        types: what it opens.
        folder: where it is started; a checkout is found by that.
        autostart: for the folder of what is started at login.
    """
    lines = ["[Desktop Entry]", "Type=Application", "Version=1.4", "Name=Inkstone", "Name[zh_CN]=Inkstone 砚"]
    lines += ["Comment=Read the articles that you keep and the feeds that you follow", f"Icon={APP_ID}"]
    lines += [f"Exec={exec_line(words)}", *([f"Path={folder}"] if folder else []), "Terminal=false"]
    if types:
        lines += ["Categories=Network;Feed;News;Qt;", "MimeType=" + "".join(f"{each};" for each in types)]
        lines += ["StartupNotify=true", f"StartupWMClass={APP_ID}", "X-GNOME-SingleWindow=true"]
    if autostart:
        lines += ["StartupNotify=false", "X-GNOME-Autostart-enabled=true"]
    return "\n".join(lines) + "\n"


def with_defaults(text: str, types: Sequence[str], program: str) -> str:
    """A ``mimeapps.list`` in which a program is the default for some types; every other line stays as it is."""
    lines = text.splitlines()
    header = f"[{_DEFAULTS}]"
    if header not in (line.strip() for line in lines):
        lines += [*([""] if lines and lines[-1].strip() else []), header]
    start = next(n for n, line in enumerate(lines) if line.strip() == header) + 1
    end = next((n for n in range(start, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    section = [line for line in lines[start:end] if line.partition("=")[0].strip() not in types]
    while section and not section[-1].strip():
        section.pop()
    added = [f"{each}={program}" for each in types]
    rest = lines[end:]
    return "\n".join([*lines[:start], *section, *added, *([""] if rest else []), *rest]) + "\n"


def default_of(text: str, kind: str) -> str:
    """The program that a ``mimeapps.list`` names for a type; ``""`` when it names none."""
    inside = False
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            inside = line.strip() == f"[{_DEFAULTS}]"
        elif inside and line.partition("=")[0].strip() == kind:
            return line.partition("=")[2].split(";")[0].strip()
    return ""


def launch_agent(label: str, words: Sequence[str]) -> bytes:
    """The property list of what macOS starts at login."""
    import plistlib

    return plistlib.dumps(
        {"Label": label, "ProgramArguments": list(words), "RunAtLoad": True, "ProcessType": "Interactive"}
    )


def config_home(environ: Mapping[str, str] | None = None) -> Path:
    """``XDG_CONFIG_HOME``, or what stands for it; a relative one does not count, as the specification says."""
    return _home("XDG_CONFIG_HOME", ".config", environ)


def data_home(environ: Mapping[str, str] | None = None) -> Path:
    """``XDG_DATA_HOME``, or what stands for it."""
    return _home("XDG_DATA_HOME", ".local/share", environ)


def _home(name: str, rest: str, environ: Mapping[str, str] | None) -> Path:
    named = (os.environ if environ is None else environ).get(name, "")
    return Path(named) if os.path.isabs(named) else Path.home() / rest


def write_whole(file: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
