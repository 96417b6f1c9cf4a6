"""Where the shipped data files are: the same in a checkout, an editable install, a wheel and a frozen build."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder() -> Path:
    """The folder of the data files (``resources/`` of the checkout, ``reader/_resources`` of a wheel).

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for candidate in (_HERE / "_resources", _HERE.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        f"Inkstone's data files are missing: neither {_HERE / '_resources'} nor ../resources exists"
    )


def path(*parts: str) -> Path:
    """The path of one shipped file, for example ``path("icons", "add.svg")``."""
    return folder().joinpath(*parts)


def text(*parts: str) -> str:
    """The content of one shipped text file."""
    return path(*parts).read_text(encoding="utf-8")
