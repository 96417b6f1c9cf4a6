"""Where things live. The only module that knows appdirs (archived, but right on the three systems)."""

from __future__ import annotations

import os
from pathlib import Path

import appdirs

from reader.records import dataclass

APP = "inkstone"


@dataclass(frozen=True, slots=True)
class Paths:
    """The places of one library.

    Attributes:
        data: database, backups, the sample library's copy.
        cache: pictures; may be deleted at any time.
        config: the settings file.
        log: the log file's folder.
    """

    data: Path
    cache: Path
    config: Path
    log: Path

    @property
    def database(self) -> Path:
        return self.data / "library.sqlite3"

    @property
    def settings(self) -> Path:
        return self.config / "settings.json"

    @property
    def pictures(self) -> Path:
        return self.cache / "pictures"

    @property
    def sample(self) -> Path:
        return self.data / "sample"


def in_folder(folder: Path) -> Paths:
    """One self-contained library in one folder (``--library DIR``)."""
    folder = Path(os.path.abspath(folder.expanduser()))
    return Paths(data=folder, cache=folder / "cache", config=folder, log=folder / "log")


def default() -> Paths:
    """``INKSTONE_LIBRARY`` if set, else the platform's own folders."""
    named = os.environ.get("INKSTONE_LIBRARY")
    if named:
        return in_folder(Path(named))
    return Paths(
        data=Path(appdirs.user_data_dir(APP, appauthor=False)),
        cache=Path(appdirs.user_cache_dir(APP, appauthor=False)),
        config=Path(appdirs.user_config_dir(APP, appauthor=False)),
        log=Path(appdirs.user_log_dir(APP, appauthor=False)),
    )
