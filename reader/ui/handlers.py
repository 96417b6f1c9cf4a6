"""What each command of the window does. Rooms that a start does not need are made by their first command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from reader.settings import Settings
from reader.ui import panes, sorting

if TYPE_CHECKING:
    from reader.ui.window import Window

Act = Callable[[], object]

#: The views that a command goes to.
_VIEWS = ("unread", "today", "bookmarks", "continue", "all")


def handlers(window: Window) -> dict[str, Act]:
    """What each command of ``commands.table`` does in a window."""
    return {**_moving(window), **_articles(window), **_lists(window), **_program(window)}


def _moving(window: Window) -> dict[str, Act]:
    view, place = window.list.view, window.panes
    return {
        "next": lambda: view.step(1),
        "previous": lambda: view.step(-1),
        **{name: lambda name=name: _hop(window, name) for name in ("first", "last", "next-unread", "previous-unread")},  # type: ignore[misc]
        "page-down": lambda: window.page(1),
        "page-up": lambda: window.page(-1),
        "half-down": lambda: window.showing.page_by(0.5, lambda: None),
        "half-up": lambda: window.showing.page_by(-0.5, lambda: None),
        "next-source": lambda: window.sidebar.next_source(1),
        "previous-source": lambda: window.sidebar.next_source(-1),
        "open": lambda: place.go_into(panes.ARTICLE),
        "back": lambda: window.step_history(-1),
        "forward": lambda: window.step_history(1),
        "pane-left": lambda: place.step(-1),
        "pane-right": lambda: place.step(1),
        "extend-down": lambda: view.extend(1),
        "extend-up": lambda: view.extend(-1),
    }


def _hop(window: Window, name: str) -> None:
    from reader.ui import hopping

    hopping.hop(window, name)


def _articles(window: Window) -> dict[str, Act]:
    return {
        "read": lambda: window.selecting.toggle_read(),
        "bookmark": lambda: window.selecting.toggle_bookmark(),
        "tags": lambda: window.selecting.edit_tags(),
        "copy-link": lambda: window.selecting.copy_links(),
        "remove": lambda: window.selecting.remove(),
        "mark-above": lambda: window.selecting.mark_beside(above=True),
        "mark-below": lambda: window.selecting.mark_beside(above=False),
        "mark-all": lambda: window.marking.mark_all(),
        "undo": lambda: window.marking.undo(),
        "history": lambda: window.marking.show_history(),
        "find": window.find_in_article,
        "next-form": window.showing.next_form,
        "larger": lambda: window.text_size(window.settings.article_size_px + 1),
        "smaller": lambda: window.text_size(window.settings.article_size_px - 1),
        "normal-size": lambda: window.text_size(Settings().article_size_px),
        "alone": window.alone,
        "print": lambda: _on_paper(window, "print_open"),
        "save-pdf": lambda: _on_paper(window, "save_open"),
        "open-original": lambda: window.outside.open_original(window.row(window.reading.key)),
        "view-picture": lambda: window.pictures.view_in_sight(),
        "load-pictures": lambda: window.pictures.load_here(),
        "picture-doctor": lambda: window.pictures.doctor(),
    }


def _on_paper(window: Window, name: str) -> None:
    from reader.ui import printing

    getattr(printing, name)(window)


def _lists(window: Window) -> dict[str, Act]:
    return {
        **{f"go-{name}": lambda name=name: window.go_to_view(name) for name in _VIEWS},  # type: ignore[misc]
        "search": window.search,
        "save-search": lambda: window.smart.save(),
        "next-hit": lambda: window.smart.hits.step(1),
        "previous-hit": lambda: window.smart.hits.step(-1),
        "properties": lambda: window.smart.properties(),
        "unread-only": window.listing.again,
        **sorting.handlers(window),
        "add-feed": lambda: window.acts.add_feed(),
        "open-folder": lambda: window.acts.open_folder(),
        "open-file": lambda: window.acts.open_file(),
        "import-opml": lambda: window.acts.import_opml(),
        "export-opml": lambda: window.acts.export_opml(),
        "health": lambda: window.acts.health(),
        "import-bookmarks": lambda: window.exports.import_bookmarks(),
        "export-bookmarks": lambda: window.exports.export_bookmarks(),
        "export-articles": lambda: window.exports.export_articles(),
        "refresh": window.refreshing.refresh,
    }


def _program(window: Window) -> dict[str, Act]:
    return {
        "palette": lambda: window.finder.toggle(),
        "library-care": lambda: window.safekeeping.dialog(),
        "picture-settings": lambda: window.open_settings("pictures"),
        "settings": window.open_settings,
        "stop": window.escape,
        "keys": window.show_keys,
        "manual": lambda: window.help.open(),
        "copy-details": lambda: window.help.copy_details(),
        "show-log": lambda: window.help.show_log(),
        "about": lambda: window.help.about(),
        "quit": window.leave,
    }
