"""What each setting does the moment it is changed, wherever it was changed: the settings, a menu, the "Aa" popover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader import settings as settings_file

if TYPE_CHECKING:
    from reader.ui.window import Window

#: Whose change the one door to the network, or the cache, must hear of.
_NETWORK = frozenset(("proxy", "allow_fake_ip", "picture_cache_mb"))
#: Whose change lets an open article ask for its pictures again.
_PICTURES = frozenset(("pictures", "picture_proxy"))
_AHEAD = frozenset(("pictures_ahead", "ahead_mb"))


def take(window: Window, changed: frozenset[str]) -> None:
    """Let a window, and what it stands on, be as its settings are now.

    Args:
        changed: the names of those that are other than before.
    """
    settings, library = window.settings, window.library
    if settings_file.READ_BY_LIBRARY & changed:
        window.keep_settings()
    if "refresh_minutes" in changed and window.by_itself:
        window.refreshing.set_minutes(settings.refresh_minutes)
    window.themes.choose(settings.theme)  # type: ignore[arg-type]
    if settings.density != window.list.view.density:  # it brings the selected row into view
        window.list.view.density = settings.density  # type: ignore[assignment]
        window.sidebar.set_compact(settings.density == "compact")
    window.showing.apply_look()
    if _NETWORK & changed:
        window.lanes.read.run(lambda: library.use_settings(settings), None, window.tell)
    if _PICTURES & changed:
        window.pictures.rule_changed()
    if _AHEAD & changed and window.by_itself:
        window.refreshing.fetch_ahead()
    if "one_row" in changed:
        _join_or_part(window)
    if "language" in changed:
        window.language_chosen.emit(settings.language)


def _join_or_part(window: Window) -> None:
    """An article of several sources becomes one row, or one row of each."""
    apart, store = not window.settings.one_row, window.library.store

    def done(other: bool) -> None:
        if other:
            window.library_changed()

    window.lanes.store.run(lambda: store.keep_twins_apart(apart), done, window.tell)
