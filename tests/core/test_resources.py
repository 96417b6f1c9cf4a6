"""The data files are found in a checkout and in an installed package, and their absence is named."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from reader import resources


def load_from(folder: Path) -> ModuleType:
    """``reader/resources.py`` as if it were installed in ``folder``."""
    folder.mkdir(parents=True)
    there = folder / "resources.py"
    shutil.copy(resources.__file__, there)
    spec = importlib.util.spec_from_file_location("elsewhere", there)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_checkout_uses_the_folder_beside_the_package() -> None:
    assert resources.folder() == Path(resources.__file__).resolve().parent.parent / "resources"
    assert resources.path("sample", "Examples").is_dir()
    assert "Inkstone" in resources.text("sample", "About Inkstone", "welcome.md")


def test_an_installed_package_uses_its_own_folder_first(tmp_path: Path) -> None:
    module = load_from(tmp_path / "reader")
    (tmp_path / "resources").mkdir()
    assert module.folder() == tmp_path / "resources"
    inside = tmp_path / "reader" / "_resources"
    inside.mkdir()
    (inside / "word.txt").write_text("墨", encoding="utf-8")
    assert module.folder() == inside
    assert module.text("word.txt") == "墨"


def test_an_incomplete_installation_says_so(tmp_path: Path) -> None:
    module = load_from(tmp_path / "reader")
    with pytest.raises(FileNotFoundError, match="_resources"):
        module.folder()
