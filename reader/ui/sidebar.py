"""The sidebar: header buttons, smart views, sources in folders, and a field that filters them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.model import Counts, Query, SmartFolder, Source
from reader.ui.accessible import in_order
from reader.ui.buttons import RING_PX, Field, IconButton, Pane
from reader.ui.controls import HeaderBar
from reader.ui.sourcenodes import Kind, Node, Subfolders
from reader.ui.sourcetree import SourceTree
from reader.ui.sourceview import COMPACT_ROW_PX, ROW_PX, SourceView

#: Finding the places of more lines than this takes longer than painting those in sight.
_MANY = 64


#: The keys of the sources in each folder, by its path.
_Contents = dict[str, frozenset[int]]


class Sidebar(Pane):
    """The left pane, 236 px wide by default, at least 180."""

    #: Another line was chosen: a ``Query`` of a view, one source, or all sources of a folder. A query of the view
    #: "today" carries no ``since``: whoever lists it adds it.
    chosen = Signal(object)
    source_menu = Signal(int, QPoint)
    folder_menu = Signal(str, QPoint)
    smart_menu = Signal(int, QPoint)
    #: A key or a drop asks for something: "rename", "remove", "up" or "down", and the line it is about.
    act_wanted = Signal(str, object)
    #: The same for a smart folder.
    smart_act_wanted = Signal(str, object)
    #: A line was dragged to another place: a ``Move``.
    rearranged = Signal(object)
    menu_wanted = Signal()
    refresh_wanted = Signal()
    add_wanted = Signal()
    #: A folder was opened or closed; see :meth:`collapsed`.
    folded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.Window, parent)
        self.setMinimumWidth(180)
        self._collapsed: set[str] = set()
        self._opened: set[str] = set()  # sources and subfolders that show what is in them
        self._contents: _Contents = {}
        self._silent = False
        self._fresh = ""
        self._fresh_smart = ""
        self._chosen: Query | None = None
        self._line: tuple[Kind, str] | None = None  # survives that the filter hides it
        self.menu_button = IconButton("menu", self.tr("Menu"))
        self.refresh_button = IconButton("refresh", self.tr("Refresh all sources"))
        self.add_button = IconButton("add", self.tr("Add a source"))
        header = HeaderBar(QPalette.ColorRole.Window, self, hairline=False)
        header.add_left(self.menu_button)
        header.add_right(self.refresh_button, self.add_button)
        self.tree = SourceTree(self)
        self.view = SourceView(self.tree, self)
        self.filter = Field(self.tr("Filter sources"), "search", self)
        self.filter.setClearButtonEnabled(False)
        foot = QHBoxLayout()
        foot.setContentsMargins(10 - RING_PX, 8 - RING_PX, 10 - RING_PX, 8 - RING_PX)
        foot.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        in_order(header, self.view, self.filter)
        self.menu_button.clicked.connect(self.menu_wanted)
        self.refresh_button.clicked.connect(self.refresh_wanted)
        self.add_button.clicked.connect(self.add_wanted)
        self.filter.textChanged.connect(self._filter_changed)
        self.filter.installEventFilter(self)
        self.view.moved.connect(self._moved)
        self.view.source_menu.connect(self.source_menu)
        self.view.folder_menu.connect(self.folder_menu)
        self.view.smart_menu.connect(self.smart_menu)
        self.view.act_wanted.connect(
            lambda act, node: (self.smart_act_wanted if node.kind == "smart" else self.act_wanted).emit(act, node)
        )
        self.tree.moved.connect(self.rearranged)
        self.view.expanded.connect(lambda index: self._fold(index, False))
        self.view.collapsed.connect(lambda index: self._fold(index, True))

    # What the window says

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Show these sources in this order, folders where their first source stands. The selection stays, silently."""
        self._kept(lambda: self.tree.set_sources(sources), self._follow)
        fresh = self.tree.find("folder", self._fresh) if self._fresh else None
        if fresh is not None:
            self._fresh = ""
            self.act_wanted.emit("rename", fresh)

    def rename_when_there(self, folder: str) -> None:
        """Ask for a name for this new folder as soon as it stands here."""
        self._fresh = folder

    def set_smart(self, folders: Sequence[SmartFolder]) -> None:
        """Show these smart folders below the views. The selection stays, silently."""
        self._kept(lambda: self.tree.set_smart(folders))
        fresh = self.tree.find("smart", self._fresh_smart) if self._fresh_smart else None
        if fresh is not None:
            self._fresh_smart = ""
            if self.view.isVisible():
                self.smart_act_wanted.emit("rename", fresh)

    def rename_smart_when_there(self, key: int) -> None:
        """Ask for a name for this new smart folder as soon as it stands here."""
        self._fresh_smart = str(key)

    def set_smart_counts(self, unread: Mapping[int, int]) -> None:
        """The unread articles of the smart folders."""
        self.tree.set_smart_counts(unread)

    def set_overlaps(self, overlaps: Mapping[str, int]) -> None:
        """The unread articles that are in several sources of a folder; it counts each once."""
        self.tree.set_overlaps(overlaps)

    def set_subfolders(self, subfolders: Subfolders) -> None:
        """What is known of the folders inside of folder sources. The selection stays, silently."""
        self._kept(lambda: self.tree.set_subfolders(subfolders))

    def is_open(self, source: int, path: str = "") -> bool:
        """Whether the line of a source, or of a subfolder, shows what is in it."""
        return (f"{source}/{path}" if path else str(source)) in self._opened

    def set_busy(self, keys: Collection[int]) -> None:
        """The sources that are being asked now carry a mark."""
        changed = self.tree.set_busy(keys)
        if len(changed) > _MANY:
            self.view.viewport().update()
            return
        for node in changed:
            self.view.update(self.tree.index_of(node))  # nothing is painted for a line that is out of sight

    def set_counts(self, counts: Counts) -> None:
        """The numbers of the smart views."""
        self.tree.set_counts(counts)

    def select(self, view: str | None = None, source_key: int | None = None) -> bool:
        """Choose a smart view or a source; False when there is none. ``chosen`` follows if it is another one."""
        node = (
            self.tree.find("source", str(source_key)) if source_key is not None else self.tree.find("view", view or "")
        )
        if node is None and self.tree.filtered:
            self.filter.clear()
            return self.select(view, source_key)
        if node is None:
            return False
        self._go(node)
        return True

    def select_smart(self, key: int) -> bool:
        """Choose a smart folder; False when there is none."""
        node = self.tree.find("smart", str(key))
        if node is not None:
            self._go(node)
        return node is not None

    def current_smart(self) -> SmartFolder | None:
        """The smart folder that is chosen."""
        node = self.tree.node(self.view.currentIndex())
        return node.smart if node is not None else None

    def next_source(self, by: int) -> bool:
        """Choose the next (+1) or previous (-1) source that is not folded away; False at the end."""
        shown = [node for node in self.tree.nodes() if node.kind == "source" and self._is_unfolded(node)]
        current = self.tree.node(self.view.currentIndex())
        here = current.number if current is not None else -1
        ahead = [node for node in shown if (node.number > here if by > 0 else node.number < here)]
        if not ahead:
            return False
        self._go(ahead[0] if by > 0 else ahead[-1])
        return True

    def current(self) -> Query | None:
        """What is chosen."""
        node = self.tree.node(self.view.currentIndex())
        return node.query() if node is not None else None

    def _is_unfolded(self, node: Node) -> bool:
        return all(self.view.isExpanded(self.tree.index_of(each)) for each in node.around())

    def collapsed(self) -> list[str]:
        """Paths of the folders that are closed, to be remembered."""
        return sorted(self._collapsed)

    def set_collapsed(self, folders: Sequence[str]) -> None:
        """Close these folders and open the others."""
        self._collapsed = set(folders)
        self._unfold()

    def set_compact(self, compact: bool) -> None:
        """Rows of 26 instead of 28 px."""
        self.view.set_row_px(COMPACT_ROW_PX if compact else ROW_PX)

    # Inside

    def _go(self, node: Node) -> None:
        index = self.tree.index_of(node)
        for around in node.around():
            self.view.expand(self.tree.index_of(around))
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)

    def _kept(self, change: Callable[[], bool], then: Callable[[], object] = lambda: None) -> None:
        """Do what may reset the tree, and find the chosen line again if it did.

        Args:
            then: done between the two, after a reset.
        """
        self._silent = True
        if change():
            then()
            self._unfold()
            again = self.tree.find(*self._line) if self._line is not None else None
            if again is not None:
                self.view.selectionModel().setCurrentIndex(
                    self.tree.index_of(again), QItemSelectionModel.SelectionFlag.ClearAndSelect
                )
        self._silent = False

    def _follow(self) -> None:
        """A folder has another name or place now: it stays chosen, and folded away."""
        before, self._contents = self._contents, _contents(self.tree)
        for old, new in _moves(before, self._contents).items():
            if old in self._collapsed:
                self._collapsed.discard(old)
                self._collapsed.add(new)
                self.folded.emit()
            if self._line == ("folder", old):
                self._line = "folder", new

    def _unfold(self) -> None:
        silent, self._silent = self._silent, True
        for node in self.tree.nodes():
            if node.kind == "folder":
                # While filtering nothing hides in a closed folder.
                shut = node.name in self._collapsed and not self.tree.filtered
                self.view.setExpanded(self.tree.index_of(node), not shut)
            elif node.opens and node.name in self._opened:
                self.view.setExpanded(self.tree.index_of(node), True)
        self._silent = silent

    def _fold(self, index: QModelIndex, shut: bool) -> None:
        node = self.tree.node(index)
        if self._silent or node is None or self.tree.filtered:
            return
        if node.kind != "folder":
            (self._opened.discard if shut else self._opened.add)(node.name)
            return
        if shut:
            self._collapsed.add(node.name)
        else:
            self._collapsed.discard(node.name)
        self.folded.emit()

    def _moved(self, node: Node | None) -> None:
        if node is not None:
            self._line = (node.kind, node.name)
        query = node.query() if node is not None else None
        if query is None or query == self._chosen:
            return
        self._chosen = query
        if not self._silent:
            self.chosen.emit(query)

    def _filter_changed(self, text: str) -> None:
        self._kept(lambda: self.tree.set_filter(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.view.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                first = next((node for node in self.tree.nodes() if node.kind == "source"), None)
                if first is not None:
                    self._go(first)
                    self.view.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)


def _contents(tree: SourceTree) -> _Contents:
    return {
        node.name: frozenset(source.key for source in node.sources()) for node in tree.nodes() if node.kind == "folder"
    }


def _moves(before: _Contents, after: _Contents) -> dict[str, str]:
    """From the paths of folders that are gone to those that hold the same sources now, outer ones first."""
    moves: dict[str, str] = {}
    fresh = sorted((path for path in after if path not in before), key=len)
    for old in sorted((path for path in before if path not in after), key=len):
        new = next((path for path in fresh if after[path] == before[old]), None)
        if new is not None:
            fresh.remove(new)
            moves[old] = new
    return moves
