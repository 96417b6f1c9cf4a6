"""The menus: native, made when they are opened, from the one command table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from reader.model import Row, Source
from reader.ui.icons import icon

if TYPE_CHECKING:
    from reader.ui.window import Window


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class


def _menu(window: Window) -> QMenu:
    menu = QMenu(window)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def main(window: Window) -> QMenu:
    """The menu behind the menu button."""
    menu, commands = _menu(window), window.commands
    for name in ("add-feed", "open-folder", "open-file", "import-opml"):
        menu.addAction(commands[name])
    menu.addSeparator()
    for name in ("refresh", "mark-all", "undo"):
        menu.addAction(commands[name])
    menu.addSeparator()
    _themes(menu.addMenu(_tr("Theme")), window)
    density = menu.addMenu(_tr("Density"))
    choices = (("comfortable", _tr("Comfortable")), ("cosy", _tr("Cosy")), ("compact", _tr("Compact")))
    _choices(density, choices, window.settings.density, lambda name: window.set_setting(density=name))
    menu.addSeparator()
    menu.addAction(commands["keys"])
    menu.addAction(_action(menu, _tr("About Inkstone"), window.about))
    menu.addAction(commands["quit"])
    return menu


def look(window: Window) -> QMenu:
    """Text and theme of the article, changed at once."""
    menu, settings = _menu(window), window.settings
    _themes(menu, window)
    menu.addSeparator()
    fonts = (("sans", _tr("Sans")), ("serif", _tr("Serif")))
    _choices(menu, fonts, settings.article_font, lambda name: window.set_setting(article_font=name))
    menu.addSeparator()
    for name in ("larger", "smaller", "normal-size"):
        menu.addAction(window.commands[name])
    menu.addSeparator()
    wide = _action(menu, _tr("Wider lines"), lambda: window.set_setting(article_width_em=settings.article_width_em + 2))
    wide.setEnabled(settings.article_width_em <= 42)
    narrow = _action(
        menu, _tr("Narrower lines"), lambda: window.set_setting(article_width_em=settings.article_width_em - 2)
    )
    narrow.setEnabled(settings.article_width_em >= 30)
    menu.addActions([wide, narrow])
    return menu


def source(window: Window, each: Source) -> QMenu:
    """What can be done with a source."""
    menu = _menu(window)
    menu.addAction(_action(menu, _tr("Refresh"), lambda: window.refreshing.refresh([each]), "refresh"))
    menu.addAction(_action(menu, _tr("Mark as read"), lambda: window.acts.mark(each), "checks"))
    menu.addSeparator()
    menu.addAction(_action(menu, _tr("Rename…"), lambda: window.acts.rename(each)))
    menu.addAction(_action(menu, _tr("Copy the address"), lambda: window.copy(each.address), "link"))
    if each.kind == "folder":
        menu.addAction(_action(menu, _tr("Show in the file manager"), lambda: window.acts.show_folder(each.address)))
    elif each.home_url.startswith(("http://", "https://")):
        menu.addAction(_action(menu, _tr("Open its site"), lambda: window.browse(each.home_url), "open"))
    menu.addSeparator()
    menu.addAction(_action(menu, _tr("Remove…"), lambda: window.acts.remove(each), "trash"))
    return menu


def article(window: Window, row: Row) -> QMenu:
    """What can be done with an article of the list."""
    menu = _menu(window)
    read = _tr("Mark as unread") if row.read else _tr("Mark as read")
    menu.addAction(_action(menu, read, lambda: window.set_read(row, not row.read), "read"))
    kept = _tr("Remove the bookmark") if row.bookmarked else _tr("Bookmark")
    menu.addAction(_action(menu, kept, lambda: window.toggle_bookmark(row.key), "bookmark"))
    menu.addSeparator()
    browse = _action(menu, _tr("Open in the browser"), lambda: window.open_original(row), "open")
    copy = _action(menu, _tr("Copy the link"), lambda: window.copy_link(row), "link")
    for action in (browse, copy):
        action.setEnabled(bool(row.url))
    menu.addActions([browse, copy])
    return menu


def _action(menu: QMenu, text: str, run: Callable[[], object], icon_name: str = "") -> QAction:
    action = QAction(text, menu)
    if icon_name:
        action.setIcon(icon(icon_name))
    action.triggered.connect(lambda _checked=False: run())
    return action


def _choices(menu: QMenu, choices: tuple[tuple[str, str], ...], current: str, chosen: Callable[[str], object]) -> None:
    group = QActionGroup(menu)
    for name, text in choices:
        action = _action(menu, text, lambda name=name: chosen(name))  # type: ignore[misc]
        action.setCheckable(True)
        action.setChecked(name == current)
        group.addAction(action)
        menu.addAction(action)


def _themes(menu: QMenu, window: Window) -> None:
    choices = (
        ("system", _tr("As the system")),
        ("light", _tr("Light")),
        ("dark", _tr("Dark")),
        ("sepia", _tr("Sepia")),
        ("hc-light", _tr("High contrast, light")),
        ("hc-dark", _tr("High contrast, dark")),
    )
    _choices(menu, choices, window.settings.theme, lambda name: window.set_setting(theme=name))
