"""The settings: one readable JSON file. What is missing or damaged in it falls back to the default."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, field, fields, replace
from pathlib import Path
from typing import Any

from reader.errors import ParseError
from reader.patterns import later
from reader.records import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default.

    Attributes:
        language: of the window: system, or a BCP 47 name (en, zh-Hans, zh-TW).
        theme: system, light, dark, sepia, hc-light or hc-dark.
        density: comfortable, cosy or compact.
        article_size_px: body text, CSS pixels.
        article_width_em: 28 to 44.
        article_font: sans or serif.
        article_lines_percent: line height, of what the language of the article asks for.
        article_latin_font, article_cjk_font: a family's name; "" for the theme's own.
        article_justify: Chinese and Japanese paragraphs are set to both margins.
        refresh_minutes: between two refreshes of a feed; 0: never by itself.
        pictures: loaded from the network when an article is opened: always, on "click", or never.
        picture_proxy: asked last for a picture that cannot be had, with ``{url}`` in it; "" for none.
        picture_cache_mb: what is held beside the pictures of bookmarked articles.
        pictures_ahead: fetched after a refresh: the "leads" that stand in the list, "all" for reading offline, "none".
        ahead_mb: what one refresh may fetch ahead.
        animations: moving pictures move "always", "once" when they come, or on "hover" (by the pointer or the focus).
        keep_days, keep_count: how long, and how many, articles of a feed are kept that says nothing of its own; 0: all.
        keep_in_all: how many articles of feeds are kept together; 0: all.
        backups_kept: how many of the backups that are made by themselves stay; 0 makes none.
        backup_days: between two of them.
        one_row: an article that several sources have is one row in the lists, and read once it is read everywhere.
        proxy: system, none, or the address of one (http, socks5, socks5h: this one looks names up itself).
        allow_fake_ip: names may have an address of 198.18.0.0/15, as proxies give out that take over the whole network.
        key_preset: which keys the commands have: inkstone, netnewswire or vim.
        keys: what the user chose besides: a command's id with its keys, ``{"next": ["J", "Ctrl+J"]}``.
        rsshub_instances: asked in this order for addresses like ``rsshub://namespace/route``.
        tray: "off", or an "icon" beside the clock; into which the window goes when it is shrunk ("minimise"), or also
            when it is closed ("close").
        notify: of new articles of no source ("off"), of "all", or of the "chosen" ones.
        notify_sources: the ids of the chosen ones.
        quiet_from, quiet_until: no notifications between these times of the day ("22:00", "07:30"); "" for none.
        autostart: at login "off", with its "window", or in the "tray" only.
        read_when: an article counts as read on "open", "after" it was open for ``read_after_s``, or by "hand".
        open_links: what a click on a link that leads out does: open the "browser", or "copy" the address.
        start_view: what the window begins with: what it was "left" at, or a view.
        geometry, splitter, view, source, article, collapsed, recent_commands: where the window was left.
    """

    language: str = "system"
    theme: str = "system"
    density: str = "comfortable"
    article_size_px: int = 17
    article_width_em: int = 36
    article_font: str = "sans"
    article_lines_percent: int = 100
    article_latin_font: str = ""
    article_cjk_font: str = ""
    article_justify: bool = False
    read_when: str = "open"
    read_after_s: int = 3
    open_links: str = "browser"
    start_view: str = "left"
    refresh_minutes: int = 60
    pictures: str = "always"
    picture_proxy: str = ""
    picture_cache_mb: int = 500
    pictures_ahead: str = "leads"
    ahead_mb: int = 200
    animations: str = "once"
    keep_days: int = 0
    keep_count: int = 0
    keep_in_all: int = 0
    backups_kept: int = 3
    backup_days: int = 1
    one_row: bool = True
    proxy: str = "system"
    allow_fake_ip: bool = False
    key_preset: str = "inkstone"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rsshub_instances: tuple[str, ...] = ("https://rsshub.app",)
    tray: str = "off"
    notify: str = "off"
    notify_sources: tuple[str, ...] = ()
    quiet_from: str = ""
    quiet_until: str = ""
    autostart: str = "off"
    unread_only: bool = False
    oldest_first: bool = False
    order: str = "date"
    geometry: str = ""
    splitter: tuple[int, ...] = ()
    view: str = "unread"
    source: str = ""
    article: str = ""
    collapsed: tuple[str, ...] = ()
    recent_commands: tuple[str, ...] = ()
    sample_offered: bool = field(default=False)


#: What a library reads from the file while it runs: a window that changes one of these writes it down at once.
READ_BY_LIBRARY = frozenset(
    ("pictures", "pictures_ahead", "ahead_mb", "picture_cache_mb", "picture_proxy", "keep_days", "keep_count",
     "keep_in_all", "one_row", "proxy", "allow_fake_ip", "rsshub_instances")
)  # fmt: skip
#: How the window was left: nobody sets it, and it is not exported.
LEFT = frozenset(
    ("geometry", "splitter", "view", "source", "article", "collapsed", "unread_only", "oldest_first", "order",
     "sample_offered", "recent_commands")
)  # fmt: skip
#: A settings file is some kilobytes; nobody's is longer than this.
_MAX_FILE_BYTES = 1_000_000

#: Without user name and password: the file is for everyone to read.
_PROXY = later(r"system|none|(?:https?|socks5h?)://(?:\[[0-9A-Fa-f:.]+\]|[^\s/@:\[\]]+)(?::\d{1,5})?/?")
#: It goes into a style sheet, between quotation marks.
_FAMILY = later(r"[^\x00-\x1f\x7f\"'\\<>{}();]{0,80}")
#: A time of the day.
CLOCK = later(r"(?:(?:[01]\d|2[0-3]):[0-5]\d)?")
#: What ``picture_proxy`` may be.
PICTURE_PROXY = later(r"https?://[^\s{}]+\{url\}[^\s{}]*", re.IGNORECASE)
_INSTANCE = later(r"https?://[^\s/]+\S*", re.IGNORECASE)
_CHOICES = {
    "theme": {"system", "light", "dark", "sepia", "hc-light", "hc-dark"},
    "density": {"comfortable", "cosy", "compact"},
    "order": {"date", "source", "title"},
    "article_font": {"sans", "serif"},
    "pictures": {"always", "click", "never"},
    "pictures_ahead": {"leads", "all", "none"},
    "animations": {"always", "once", "hover"},
    "tray": {"off", "icon", "minimise", "close"},
    "notify": {"off", "all", "chosen"},
    "autostart": {"off", "window", "tray"},
    "read_when": {"open", "after", "hand"},
    "open_links": {"browser", "copy"},
    "start_view": {"left", "all", "unread", "today", "bookmarks", "continue"},
    "key_preset": {"inkstone", "netnewswire", "vim"},
    "view": {"all", "unread", "today", "bookmarks", "continue"},
}
BOUNDS = {"article_size_px": (10, 40), "article_width_em": (28, 44), "article_lines_percent": (80, 140),
          "refresh_minutes": (5, 10080), "read_after_s": (1, 600),
          "picture_cache_mb": (20, 100_000), "ahead_mb": (1, 10_000),
          "keep_days": (0, 36_500), "keep_count": (0, 1_000_000), "keep_in_all": (0, 10_000_000),
          "backups_kept": (0, 100), "backup_days": (1, 365)}  # fmt: skip
#: What stands outside of the bounds and means never.
_OFF = {"refresh_minutes": (0,)}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file of settings came to.

    Attributes:
        settings: as they are with it.
        changed: names of the settings that are other than before.
        refused: names whose value does not fit; unknown: names that this version does not know.
    """

    settings: Settings
    changed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def load(file: Path) -> Settings:
    """Read ``file``; each value that does not fit is left at its default and logged, the others hold."""
    taken = _take(_read(file), Settings())
    for name in taken.refused:
        log.info("settings file %s: the value of %s does not fit", file.name, name)
    return taken.settings


def fits(name: str, value: object) -> bool:
    """Whether a setting may have this value."""
    return _fit(name, list(value) if isinstance(value, tuple) else value, getattr(Settings(), name)) is not None


def _read(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.info("settings file %s cannot be read: %s", file.name, error)
        return {}
    return read if isinstance(read, dict) else {}


def _take(read: dict[str, Any], before: Settings, without: Collection[str] = ()) -> Taken:
    """The settings with what was read, but for those ``without``."""
    names = [known.name for known in fields(Settings)]
    good: dict[str, Any] = {}
    refused = []
    for name in names:
        if name in read and name not in without:
            value = _fit(name, read[name], getattr(before, name))
            if value is None:
                refused.append(name)
            else:
                good[name] = value
    return Taken(
        replace(before, **good),
        tuple(name for name, value in good.items() if value != getattr(before, name)),
        tuple(refused),
        tuple(name for name in read if name not in names),
    )


def import_from(file: Path, before: Settings) -> Taken:
    """The settings with those of an exported (or any other) settings file; where the window was left stays.

    Raises:
        ParseError: it is no file of settings.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(_MAX_FILE_BYTES + 1)
        read = json.loads(data.decode("utf-8-sig")) if len(data) <= _MAX_FILE_BYTES else None
    except OSError as error:
        raise ParseError(where=str(file), detail=(error.strerror or str(error)).lower()) from error
    except json.JSONDecodeError as error:
        raise ParseError(where=str(file), detail="it is not JSON", line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise ParseError(where=str(file), detail="it is not JSON") from error
    if not isinstance(read, dict) or not {known.name for known in fields(Settings)}.intersection(read):
        raise ParseError(where=str(file), detail="it holds no settings")
    return _take(read, before, LEFT)


def export_to(file: Path, settings: Settings) -> None:
    """Write what was set, but not where the window was left, as a readable file.

    Raises:
        OSError: it cannot be written.
    """
    _write(file, {name: value for name, value in asdict(settings).items() if name not in LEFT})


def _fit(name: str, value: Any, default: Any) -> Any:
    if name == "keys":
        return _keys(value)
    if isinstance(default, tuple):
        kind = int if name == "splitter" else str
        if not isinstance(value, list) or any(type(item) is not kind for item in value):
            return None
        return None if name == "rsshub_instances" and not all(map(_INSTANCE.fullmatch, value)) else tuple(value)
    if type(value) is not type(default):
        return None
    if name in _CHOICES and value not in _CHOICES[name]:
        return None
    if name == "proxy" and not _PROXY.fullmatch(value):
        return None
    if name in ("article_latin_font", "article_cjk_font") and not _FAMILY.fullmatch(value):
        return None
    if name in ("quiet_from", "quiet_until") and not CLOCK.fullmatch(value):
        return None
    if name == "picture_proxy" and value and not PICTURE_PROXY.fullmatch(value):
        return None
    if name in BOUNDS and value not in _OFF.get(name, ()) and not BOUNDS[name][0] <= value <= BOUNDS[name][1]:
        return None
    return value


def _keys(value: Any) -> dict[str, tuple[str, ...]] | None:
    """Keys by command; whether they are keys is known to the window."""
    if not isinstance(value, dict):
        return None
    lists = {name: keys for name, keys in value.items() if isinstance(keys, list)}
    return {name: tuple(key for key in keys if isinstance(key, str)) for name, keys in lists.items()}


def save(file: Path, settings: Settings) -> None:
    """Write ``file`` whole or not at all; what a newer version has written there beside these stays.

    Raises:
        OSError: the folder cannot be written.
    """
    known = asdict(settings)
    newer = {name: value for name, value in _read(file).items() if name not in known}
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, known | newer)


def _write(file: Path, values: dict[str, Any]) -> None:
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(part, file)
