"""The menus: native, made when they are opened, from the one command table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu

from reader.model import Row, Source
from reader.ui import menustyle, news, sharing, sorting
from reader.ui.icons import icon
from reader.ui.keys import native
from reader.ui.sharing import Files
from reader.ui.sourcemoves import BETWEEN, is_in
from reader.ui.sourcenodes import Kind

if TYPE_CHECKING:
    from reader.ui.window import Window


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class


def main(window: Window) -> QMenu:
    """The menu behind the menu button."""
    menu, commands = menustyle.menu(window), window.commands
    for name in ("add-feed", "open-folder", "open-file"):
        menu.addAction(commands[name])
    passing = menustyle.submenu(menu, _tr("Import and export"))
    for name in ("import-opml", "import-bookmarks", "export-opml", "export-bookmarks", "export-articles"):
        passing.addAction(commands[name])
    menu.addAction(commands["library-care"])
    menu.addSeparator()
    for name in ("refresh", "health", "mark-all", "undo", "history"):
        menu.addAction(commands[name])
    menu.addSeparator()
    _themes(menustyle.submenu(menu, _tr("Theme")), window)
    density = menustyle.submenu(menu, _tr("Density"))
    choices = (("comfortable", _tr("Comfortable")), ("cosy", _tr("Cosy")), ("compact", _tr("Compact")))
    _choices(density, choices, window.settings.density, lambda name: window.set_setting(density=name))
    menu.addSeparator()
    for name in ("settings", "picture-settings", "picture-doctor"):
        menu.addAction(commands[name])
    menu.addSeparator()
    for name in ("alone", "print", "save-pdf"):
        menu.addAction(commands[name])
    menu.addSeparator()
    helping = menustyle.submenu(menu, _tr("Help"))
    for name in ("manual", "keys", "copy-details", "show-log", "about"):
        helping.addAction(commands[name])
    menu.addAction(commands["quit"])
    return menu


def source(window: Window, each: Source) -> QMenu:
    """What can be done with a source."""
    menu, acts = menustyle.menu(window), window.acts
    menu.addAction(_action(menu, _tr("Refresh"), lambda: window.refreshing.refresh([each]), "refresh"))
    menu.addAction(_action(menu, _tr("Mark as read"), lambda: acts.mark([each]), "checks"))
    menu.addSeparator()
    menu.addAction(
        _action(menu, _tr("Rename"), lambda: acts.changes.rename("source", str(each.key)), keys=native("F2"))
    )
    _goals(menu, window, "source", str(each.key), each.folder)
    menu.addAction(_action(menu, _tr("Copy the address"), lambda: window.outside.copy(each.address), "link"))
    if each.kind == "folder":
        menu.addAction(_action(menu, _tr("Show in the file manager"), lambda: acts.show_folder(each.address)))
    elif each.home_url.startswith(("http://", "https://")):
        menu.addAction(_action(menu, _tr("Open its site"), lambda: window.outside.browse(each.home_url), "open"))
    menu.addAction(_notifying(menu, window, each))
    menu.addSeparator()
    if each.kind in ("feed", "folder"):
        menu.addAction(
            _action(
                menu,
                _tr("Properties"),
                lambda: acts.properties(each),
                "settings",
                keys=window.commands.key("properties"),
            )
        )
    menu.addAction(_action(menu, _tr("Remove"), lambda: acts.changes.remove([each]), "trash", keys=native("Del")))
    return menu


def _notifying(menu: QMenu, window: Window, each: Source) -> QAction:
    on = news.is_chosen(window.settings, each)

    def choose() -> None:
        everyone = [source.id for source in window.sources.values()]
        window.set_setting(**news.chosen(window.settings, each.id, not on, everyone))

    action = _action(menu, _tr("Notify of new articles"), choose)
    action.setCheckable(True)
    action.setChecked(on)
    return action


def folder(window: Window, path: str, sources: Sequence[Source]) -> QMenu:
    """What can be done with a folder of the sidebar."""
    menu, acts = menustyle.menu(window), window.acts
    menu.addAction(_action(menu, _tr("Refresh"), lambda: window.refreshing.refresh(sources), "refresh"))
    menu.addAction(_action(menu, _tr("Mark as read"), lambda: acts.mark(sources), "checks"))
    menu.addSeparator()
    menu.addAction(_action(menu, _tr("Rename"), lambda: acts.changes.rename("folder", path), keys=native("F2")))
    _goals(menu, window, "folder", path, path.rpartition(BETWEEN)[0])
    menu.addAction(_action(menu, _tr("Dissolve, and keep its sources"), lambda: acts.changes.dissolve(path)))
    menu.addSeparator()
    text = _tr("Remove its {count} sources").format(count=QLocale().toString(len(sources)))
    menu.addAction(_action(menu, text, lambda: acts.changes.remove(sources), "trash", keys=native("Del")))
    return menu


def _goals(menu: QMenu, window: Window, kind: Kind, name: str, now: str) -> None:
    """The folders that a source or a folder can be moved into."""
    acts, goals = window.acts, menustyle.submenu(menu, _tr("Move to"))
    for path in window.sidebar.tree.folders():
        if kind != "folder" or not is_in(path, name):
            goal = _action(goals, path.replace("&", "&&"), lambda path=path: acts.changes.move_into(kind, name, path))  # type: ignore[misc]
            goal.setEnabled(path != now)
            goals.addAction(goal)
    goals.addSeparator()
    goals.addAction(_action(goals, _tr("New folder"), lambda: acts.changes.move_into_new(kind, name), "add"))
    out = _action(goals, _tr("Out of all folders"), lambda: acts.changes.move_into(kind, name, ""))
    out.setEnabled(bool(now))
    goals.addAction(out)


def article(window: Window, row: Row) -> QMenu:
    """What can be done with an article of the list."""
    chosen = window.list.view.selected_keys()
    if len(chosen) > 1 and row.key in chosen:
        return articles(window, chosen)
    menu, selecting, key = menustyle.menu(window), window.selecting, window.commands.key
    read = _tr("Mark as unread") if row.read else _tr("Mark as read")
    menu.addAction(_action(menu, read, lambda: window.marking.set_read(row, not row.read), "read", keys=key("read")))
    kept = _tr("Remove the bookmark") if row.bookmarked else _tr("Bookmark")
    menu.addAction(
        _action(menu, kept, lambda: window.marking.toggle_bookmark(row.key), "bookmark", keys=key("bookmark"))
    )
    menu.addAction(
        _action(menu, _tr("Tags and note…"), lambda: selecting.edit_tags([row.key]), "tag", keys=key("tags"))
    )
    menu.addSeparator()
    for text, icon_name, above in (
        (_tr("Mark all above as read"), "up", True),
        (_tr("Mark all below as read"), "down", False),
    ):
        keys = key("mark-above" if above else "mark-below")
        run = partial(selecting.mark_beside, row.key, above=above)
        menu.addAction(_action(menu, text, run, icon_name, keys=keys))
    menu.addSeparator()
    _places(menu, window, row)
    menu.addSeparator()
    remove = _tr("Remove the article")
    menu.addAction(_action(menu, remove, lambda: window.marking.remove(row), "trash", keys=key("remove")))
    return menu


def _places(menu: QMenu, window: Window, row: Row) -> None:
    """Where an article can be opened, and what can be passed on of it."""
    key = window.commands.key
    show = partial(window.outside.open_original, row)
    browse = _action(menu, _tr("Open in the browser"), show, "open", keys=key("open-original"))
    copy = _action(menu, _tr("Copy the link"), lambda: window.outside.copy_link(row), "link", keys=key("copy-link"))
    quote = _action(menu, _tr("Copy the link as Markdown"), lambda: window.outside.copy(markdown_link(row)))
    mail = _action(menu, _tr("Send the link by mail…"), lambda: sharing.mail(row))
    for action in (browse, copy, quote, mail):
        action.setEnabled(row.url.startswith(("http://", "https://")))
        menu.addAction(action)
    if row.source_kind in ("folder", "files"):
        files = Files(window.library, window.lanes, window.status.say, window.tell)
        menu.addSeparator()
        menu.addAction(_action(menu, _tr("Show in the file manager"), lambda: files.show(row), "folder"))
        menu.addAction(_action(menu, _tr("Open in the editor"), lambda: files.edit(row), "highlight"))


def articles(window: Window, keys: Sequence[int]) -> QMenu:
    """What can be done with several selected articles."""
    menu, selecting, key = menustyle.menu(window), window.selecting, window.commands.key
    menu.addAction(_action(menu, _tr("Mark as read"), lambda: selecting.mark(keys, True), "read"))
    menu.addAction(_action(menu, _tr("Mark as unread"), lambda: selecting.mark(keys, False), "unread"))
    menu.addSeparator()
    menu.addAction(_action(menu, _tr("Bookmark"), lambda: selecting.keep(keys, True), "bookmark"))
    menu.addAction(_action(menu, _tr("Remove the bookmarks"), lambda: selecting.keep(keys, False)))
    menu.addAction(_action(menu, _tr("Add tags…"), lambda: selecting.edit_tags(keys), "tag", keys=key("tags")))
    menu.addSeparator()
    menu.addAction(_action(menu, _tr("Copy the links"), selecting.copy_links, "link", keys=key("copy-link")))
    menu.addSeparator()
    menu.addAction(_action(menu, _tr("Remove the articles"), selecting.remove, "trash", keys=key("remove")))
    return menu


def sort(window: Window) -> QMenu:
    """In which order the list stands."""
    menu = menustyle.menu(window)
    choices = (
        ("newest", _tr("Newest first")),
        ("oldest", _tr("Oldest first")),
        ("by-source", _tr("By source")),
        ("by-title", _tr("By title")),
    )
    _choices(menu, choices, sorting.now(window.commands), lambda name: sorting.choose(window, name))
    return menu


def page(window: Window, row: Row, text: str, link: str) -> QMenu:
    """What can be done with what was clicked on the page: a selected text, a link, or the article."""
    if not text and not link:
        menu = article(window, row) if row.key >= 0 else menustyle.menu(window)
        first = menu.actions()[0] if menu.actions() else menu.addSeparator()
        menu.insertActions(first, [window.commands["back"], window.commands["forward"]])
        menu.insertSeparator(first)
        return menu
    menu = menustyle.menu(window)
    if text:
        words = " ".join(text.split())
        copy = _action(
            menu, _tr("Copy"), lambda: QGuiApplication.clipboard().setText(text), "copy", keys=native("Ctrl+C")
        )
        menu.addAction(copy)
        menu.addAction(_action(menu, _tr("Copy as a quotation"), lambda: window.outside.copy(quotation(text, row))))
        menu.addAction(_action(menu, _tr("Search for it"), lambda: window.search_for(words[:100]), "search"))
    if link:
        menu.addAction(_action(menu, _tr("Open the link in the browser"), lambda: window.outside.browse(link), "open"))
        menu.addAction(_action(menu, _tr("Copy the link’s address"), lambda: window.outside.copy(link), "link"))
    return menu


def quotation(text: str, row: Row) -> str:
    """A selected text as a Markdown quotation, with the title and address of its article."""
    lines = "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
    return f"{lines}\n>\n> — {markdown_link(row) if row.url else row.title}\n"


def markdown_link(row: Row) -> str:
    """An article's title and address as Markdown."""
    title = row.title.replace("[", "\\[").replace("]", "\\]")
    return f"[{title}](<{row.url}>)"


def _action(menu: QMenu, text: str, run: Callable[[], object], icon_name: str = "", *, keys: str = "") -> QAction:
    """One line of a menu; ``keys`` are only shown: the window, or the pane that has the focus, knows them."""
    action = QAction(f"{text}\t{keys}" if keys else text, menu)
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
