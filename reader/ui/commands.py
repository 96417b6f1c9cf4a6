"""The one table of all commands: menus, keys, the key sheet and buttons read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from reader.records import dataclass
from reader.ui import keys
from reader.ui.icons import icon


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that the user can do.

    Attributes:
        id: stable; settings and tests name it so.
        text: what menus and the key sheet say, translated.
        keys: what it has by default, portable text; the first one is shown. See ``reader.ui.keys``.
        group: the heading in the key sheet, translated.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    group: str = ""
    icon: str = ""
    checkable: bool = False


def table() -> tuple[Command, ...]:
    """All commands, in the order of the key sheet."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class

    move, read, keep, views, window = tr("Moving"), tr("Reading"), tr("Keeping"), tr("Views"), tr("Window")
    return (
        Command("next", tr("Next article"), ("J",), move),
        Command("previous", tr("Previous article"), ("K",), move),
        Command("extend-down", tr("Select the next article as well"), ("Shift+J",), move),
        Command("extend-up", tr("Select the previous article as well"), ("Shift+K",), move),
        Command("next-unread", tr("Next unread article"), ("N",), move),
        Command("previous-unread", tr("Previous unread article"), ("Shift+N",), move),
        Command("first", tr("First article of the list"), ("Home",), move),
        Command("last", tr("Last article of the list"), ("End",), move),
        Command("page-down", tr("Page down, at the end the next unread article"), ("Space",), move),
        Command("page-up", tr("Page up"), ("Shift+Space",), move),
        Command("half-down", tr("Half a page down"), (), move),
        Command("half-up", tr("Half a page up"), (), move),
        Command("next-source", tr("Next source"), ("Z",), move),
        Command("previous-source", tr("Previous source"), ("A",), move),
        Command("open", tr("Open the article"), ("Return", "Enter"), move),
        Command("back", tr("Back to the article before"), ("Alt+Left",), move, "left"),
        Command("forward", tr("Forward again"), ("Alt+Right",), move, "right"),
        Command("pane-left", tr("To the pane on the left"), ("Left",), move),
        Command("pane-right", tr("To the pane on the right"), ("Right",), move),
        Command("read", tr("Mark as read or unread"), ("M",), read, "read"),
        Command("mark-all", tr("Mark the list as read"), ("Shift+A",), read, "checks"),
        Command("mark-above", tr("Mark all above as read"), (), read, "up"),
        Command("mark-below", tr("Mark all below as read"), (), read, "down"),
        Command("undo", tr("Undo"), ("Ctrl+Z",), read, "undo"),
        Command("history", tr("History"), ("Ctrl+H",), read, "clock"),
        Command("remove", tr("Remove the article"), ("Del",), read, "trash"),
        Command("find", tr("Find in the article"), ("Ctrl+F",), read, "search"),
        Command("next-form", tr("Cleaned, original words, source"), ("X",), read, "fulltext"),
        Command("larger", tr("Larger text"), ("+", "Ctrl++"), read),
        Command("smaller", tr("Smaller text"), ("-", "Ctrl+-"), read),
        Command("normal-size", tr("Normal text size"), ("0", "Ctrl+0"), read),
        Command("alone", tr("Nothing but the article"), ("F11",), read, checkable=True),
        Command("print", tr("Print…"), ("Ctrl+P",), read),
        Command("save-pdf", tr("Save as PDF…"), ("Ctrl+Shift+P",), read),
        Command("view-picture", tr("See the picture in view large"), ("I",), read, "image"),
        Command("load-pictures", tr("Load the pictures of this article"), ("Shift+I",), read),
        Command("picture-doctor", tr("Picture doctor"), ("Ctrl+Shift+D",), read, "image-off"),
        Command("bookmark", tr("Bookmark"), ("S",), keep, "bookmark"),
        Command("tags", tr("Tags and note…"), ("T",), keep, "tag"),
        Command("open-original", tr("Open in the browser"), ("B", "V"), keep, "open"),
        Command("copy-link", tr("Copy the link"), ("Shift+C",), keep, "link"),
        Command("go-unread", tr("Unread"), ("G, U",), views, "unread"),
        Command("go-today", tr("Today"), ("G, T",), views, "today"),
        Command("go-bookmarks", tr("Bookmarks"), ("G, B",), views, "bookmark"),
        Command("go-continue", tr("Continue reading"), ("G, C",), views, "continue"),
        Command("go-all", tr("All articles"), ("G, A",), views, "all"),
        Command("search", tr("Search"), ("/", "Ctrl+Shift+F"), views, "search"),
        Command("save-search", tr("Save the search as a smart folder"), ("Ctrl+Shift+S",), views, "smart"),
        Command("next-hit", tr("Next match of the search in the article"), ("F3",), views),
        Command("previous-hit", tr("Previous match of the search in the article"), ("Shift+F3",), views),
        Command("unread-only", tr("Unread only"), ("U",), views, "filter", checkable=True),
        Command("oldest-first", tr("Oldest first"), ("O",), views, "sort", checkable=True),
        Command("by-source", tr("By source"), (), views, checkable=True),
        Command("by-title", tr("By title"), (), views, checkable=True),
        Command("add-feed", tr("Add a feed…"), ("Ctrl+N",), window, "feed"),
        Command("open-folder", tr("Open a folder…"), ("Ctrl+O",), window, "folder-md"),
        Command("open-file", tr("Open a file…"), ("Ctrl+Shift+O",), window, "fulltext"),
        Command("import-opml", tr("Import OPML…"), ("Ctrl+I",), window, "import"),
        Command("export-opml", tr("Export OPML…"), ("Ctrl+Shift+E",), window, "open"),
        Command("health", tr("Feeds’ health"), ("Ctrl+Shift+H",), window, "warning"),
        Command("settings", tr("Settings…"), ("Ctrl+,",), window, "settings"),
        Command("picture-settings", tr("Pictures…"), ("Ctrl+Alt+P",), window, "image"),
        Command("properties", tr("Properties of the source"), ("Alt+Return",), window, "settings"),
        Command("import-bookmarks", tr("Import bookmarks…"), ("Ctrl+Alt+I",), window, "import"),
        Command("export-bookmarks", tr("Export bookmarks…"), ("Ctrl+Alt+B",), window, "bookmark"),
        Command("export-articles", tr("Export articles…"), ("Ctrl+Alt+E",), window, "fulltext"),
        Command("library-care", tr("Backup and repair…"), ("Ctrl+Shift+B",), window, "shield"),
        Command("refresh", tr("Refresh all sources"), ("R", "F5"), window, "refresh"),
        Command("stop", tr("Stop refreshing"), ("Esc",), window, "close"),
        Command("palette", tr("Command palette"), ("Ctrl+K",), window, "search"),
        Command("keys", tr("Keys"), ("?",), window, "keyboard"),
        Command("manual", tr("Manual"), ("F1",), window, "continue"),
        Command("copy-details", tr("Copy details for whoever helps"), (), window, "copy"),
        Command("show-log", tr("Show the log"), (), window, "folder"),
        Command("about", tr("About Inkstone"), (), window),
        Command("quit", tr("Quit"), ("Ctrl+Q",), window),
    )


class Commands(QObject):
    """The table as actions of one window, with the keys that are theirs now; see ``use_keys``."""

    #: The keys are other ones.
    rebound = Signal()

    def __init__(self, window: QWidget, preset: str = "inkstone", own: keys.Bindings | None = None) -> None:
        super().__init__(window)
        self.table = table()
        self.bound: keys.Bindings = {}
        self.actions: Mapping[str, QAction] = {each.id: self._action(each, window) for each in self.table}
        self.use_keys(preset, own)

    def _action(self, command: Command, window: QWidget) -> QAction:
        action = QAction(command.text, window)
        action.setObjectName(command.id)
        # Enter and Del belong to fields and buttons as well: only in the list are they an article's.
        narrow, wide = Qt.ShortcutContext.WidgetShortcut, Qt.ShortcutContext.WindowShortcut
        action.setShortcutContext(narrow if command.id in ("open", "remove") else wide)
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(icon(command.icon))
        if command.id == "quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        elif command.id == "about":
            action.setMenuRole(QAction.MenuRole.AboutRole)
        elif command.id == "settings":
            action.setMenuRole(QAction.MenuRole.PreferencesRole)
        window.addAction(action)
        return action

    def __getitem__(self, name: str) -> QAction:
        return self.actions[name]

    def key(self, name: str) -> str:
        """The first key of a command as it is shown; "" when it has none."""
        bound = self.bound[name]
        return keys.native(bound[0]) if bound else ""

    def use_keys(self, preset: str = "inkstone", own: keys.Bindings | None = None) -> None:
        """Give each command its keys, at once.

        Args:
            own: the user's, over those of the preset.
        """
        bound = keys.resolved({each.id: each.keys for each in self.table}, preset, own or {})
        if bound == self.bound:
            return
        self.bound = bound
        for name, action in self.actions.items():
            action.setShortcuts([QKeySequence(key) for key in bound[name]])
            shown = self.key(name)
            action.setToolTip(f"{action.text()} ({shown})" if shown else action.text())
        self.rebound.emit()

    def connect_all(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Say what each command does.

        Raises:
            KeyError: a command has no handler, or a handler no command (a bug).
        """
        missing = self.actions.keys() ^ handlers.keys()
        if missing:
            raise KeyError(f"commands and handlers differ: {sorted(missing)}")
        for name, handler in handlers.items():
            self.actions[name].triggered.connect(lambda _checked=False, act=handler: act())
