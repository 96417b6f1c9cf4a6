"""How a window is left: put back at the next start, and written down now and then, for a crash asks nobody."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from reader import settings as settings_file
from reader.settings import Settings
from reader.ui import places, sorting

if TYPE_CHECKING:
    from reader.ui.window import Window


def restore(window: Window) -> None:
    """Let a window be as it was left, as far as that does not depend on what is in the library."""
    settings = window.settings
    places.restore(window, settings.geometry)
    window.commands["unread-only"].setChecked(settings.unread_only)
    window.commands["oldest-first"].setChecked(settings.oldest_first)
    sorting.restore(window.commands, settings.order)
    window.sidebar.set_collapsed(settings.collapsed)
    window.sidebar.set_compact(settings.density == "compact")


def left(window: Window) -> Settings:
    """The settings of a window, and how it is now, to be restored at the next start."""
    source, row = window.listing.source(), window.row(window.reading.key)
    return replace(
        window.settings,
        geometry=bytes(window.saveGeometry().toBase64().data()).decode(),
        splitter=window.panes.widths,
        view=window.listing.query.view,
        source=source.id if source else "",
        article=row.id if row and row.key >= 0 else "",
        unread_only=window.commands["unread-only"].isChecked(),
        oldest_first=window.commands["oldest-first"].isChecked(),
        order=sorting.order(window.commands),
        collapsed=tuple(window.sidebar.collapsed()),
    )


def keep(window: Window) -> None:
    """Write down how a window is, if that changed; a folder that cannot be written is no trouble worth a word."""
    now = left(window)
    if now != window.kept:
        with contextlib.suppress(OSError):
            settings_file.save(window.library.paths.settings, now)
            window.kept = now
