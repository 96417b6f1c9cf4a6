"""The sidebar's model: smart views, a heading, folders, sources and their subfolders, as a tree of immutable values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QLocale,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from reader.model import Counts, SmartFolder, Source, View
from reader.ui.sourcemoves import Move, ancestors, name_of, planned
from reader.ui.sourcenodes import Kind, Node, Subfolders, is_called, line_of, matches, moved_to, paths_of

Index = QModelIndex | QPersistentModelIndex

NODE_ROLE = int(Qt.ItemDataRole.UserRole) + 1

#: What a dragged line carries: its kind and its name, "folder", "source" or "smart", a line break between them.
MIME = "application/x-inkstone-source"

#: Of more lines that show something else a whole level is told at once.
_FEW = 8

VIEW_ICONS: dict[View, str] = {
    "today": "today",
    "unread": "unread",
    "bookmarks": "bookmark",
    "continue": "continue",
    "all": "all",
}


def _view_titles() -> dict[View, str]:
    translate = QCoreApplication.translate
    return {
        "today": translate("Sidebar", "Today"),
        "unread": translate("Sidebar", "Unread"),
        "bookmarks": translate("Sidebar", "Bookmarks"),
        "continue": translate("Sidebar", "Continue reading"),
        "all": translate("Sidebar", "All articles"),
    }


def _place(node: Node) -> int:
    return node.place


@cache
def _flags(kind: Kind, opens: bool) -> Qt.ItemFlag:
    """What can be done with a line; kept, for Qt asks some times for each line, and joining flags takes Python long."""
    if kind == "heading":
        return Qt.ItemFlag.NoItemFlags
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    if kind == "folder":
        flags |= Qt.ItemFlag.ItemIsDropEnabled
    if kind in ("folder", "source", "smart"):
        flags |= Qt.ItemFlag.ItemIsDragEnabled
    return flags if opens else flags | Qt.ItemFlag.ItemNeverHasChildren


class SourceTree(QAbstractItemModel):
    """Views and sources. Folders stand where their first source stands; the order of the sources is kept."""

    #: A line was dragged to another place: a ``Move``.
    moved = Signal(object)
    #: A smart folder was dragged to another place: the keys of all in their new order.
    smart_moved = Signal(list)
    #: A subfolder was opened of which nothing is known yet: the key of its source, and its path.
    wanted = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources: tuple[Source, ...] = ()
        self._counts = Counts()
        self._filter = ""
        self._busy: frozenset[int] = frozenset()
        self._subfolders: Subfolders = {}
        self._smart: tuple[SmartFolder, ...] = ()
        self._smart_counts: Mapping[int, int] = {}
        self._overlaps: Mapping[str, int] = {}
        self._nodes: list[Node] = []
        self._by_key: dict[int, Node] = {}  # the lines of sources
        self._top: list[Node] = []
        self._build()

    def set_sources(self, sources: Sequence[Source]) -> bool:
        """Other sources, or the same with other numbers: then only the lines of those are filled anew.

        Returns:
            Whether the lines are other ones.
        """
        before, self._sources = self._sources, tuple(sources)
        changed = [pair for pair in zip(before, self._sources, strict=False) if pair[0] is not pair[1]]
        if len(before) != len(self._sources) or any(line_of(old) != line_of(new) for old, new in changed):
            self._reset()
            return True
        newer = {self._by_key[new.key].number: new for _, new in changed if new.key in self._by_key}
        lines = [self._nodes[number] for number in newer]
        folders = {folder.number: folder for line in lines for folder in line.around()}

        def put(line: Node) -> None:
            line.source = newer.get(line.number)

        self._refresh([*lines, *folders.values()], put)
        return False

    def set_counts(self, counts: Counts) -> None:
        """The numbers of the smart views."""
        self._counts = counts
        self._refresh(self._of_kind("view"))

    def set_busy(self, keys: Collection[int]) -> list[Node]:
        """The sources that are being asked now: a mark that is painted and nothing else, so the view is not told.

        A refresh of 1,000 sources calls it seven times a second, and for each line that is said to have changed the
        view asks for its height again: 30 ms.

        Returns:
            The lines that are to be painted again.
        """
        before, self._busy = self._busy, frozenset(keys)
        changed = before ^ self._busy
        found = [self._by_key[key] for key in changed if key in self._by_key]
        for node in found:
            node.busy = int(node.name) in self._busy
        return found

    def set_subfolders(self, subfolders: Subfolders) -> bool:
        """What is known of the folders inside of folder sources; whether the lines are other ones."""
        before = self._subfolders
        self._subfolders = dict(subfolders)
        if paths_of(before) != paths_of(self._subfolders):
            self._reset()
            return True
        parts = {f"{key}/{part.path}": part for (key, _), found in self._subfolders.items() for part in found}

        def put(line: Node) -> None:
            line.part = parts[line.name]

        self._refresh(self._of_kind("subfolder"), put)
        return False

    def set_smart(self, folders: Sequence[SmartFolder]) -> bool:
        """The smart folders in their order, below the views; whether the lines are other ones."""
        if tuple(folders) == self._smart:
            return False
        self._smart = tuple(folders)
        self._reset()
        return True

    def set_smart_counts(self, unread: Mapping[int, int]) -> None:
        """How many unread articles each smart folder holds, as far as they were counted."""
        self._smart_counts = dict(unread)
        self._refresh(self._of_kind("smart"))

    def set_overlaps(self, overlaps: Mapping[str, int]) -> None:
        """How many unread articles of a folder are in several of its sources, once too often each."""
        self._overlaps = dict(overlaps)
        self._refresh(self._of_kind("folder"))

    def set_filter(self, text: str) -> bool:
        """Only sources whose title, folder or address contains the text; Chinese names by their pinyin, too.

        Returns:
            Whether the lines are other ones.
        """
        wanted = " ".join(text.split()).casefold()
        if wanted == self._filter:
            return False
        self._filter = wanted
        self._reset()
        return True

    @property
    def filtered(self) -> bool:
        return bool(self._filter)

    def nodes(self) -> Iterator[Node]:
        """All lines from top to bottom, folders followed by their sources."""
        return iter(self._nodes)

    def sources(self) -> tuple[Source, ...]:
        """All sources in their order, filtered or not."""
        return self._sources

    def smart(self) -> tuple[SmartFolder, ...]:
        """All smart folders in their order, filtered or not."""
        return self._smart

    def folders(self) -> list[str]:
        """The paths of all folders, filtered or not, those around others included."""
        paths = (path for source in self._sources if source.folder for path in ancestors(source.folder))
        return list(dict.fromkeys(paths))

    def neighbours(self, node: Node) -> list[Node]:
        """The lines of its level, itself among them."""
        return self._top if node.parent is None else node.parent.children

    def find(self, kind: Kind, name: str) -> Node | None:
        """A line by what it is known by."""
        return next((node for node in self._nodes if node.kind == kind and node.name == name), None)

    def index_of(self, node: Node) -> QModelIndex:
        return self.createIndex(node.place, 0, node.number)

    def node(self, index: Index) -> Node | None:
        """The line at an index of this model."""
        return self._nodes[index.internalId()] if index.isValid() else None

    def place(self, index: Index) -> tuple[int, str] | None:
        """The source and the path of a line of a folder source."""
        node = self.node(index)
        if node is None or (node.source is None and node.part is None):
            return None
        return (node.source.key, "") if node.source is not None else (node.owner, node.part.path if node.part else "")

    def _of_kind(self, kind: Kind) -> list[Node]:
        return [node for node in self._nodes if node.kind == kind]

    # Building

    def _reset(self) -> None:
        self.beginResetModel()
        self._build()
        self.endResetModel()

    def _build(self) -> None:
        top = [Node("view", view, title, view=view) for view, title in _view_titles().items()]
        top += [
            Node("smart", str(each.key), each.name, smart=each)
            for each in self._smart
            if self._filter in each.name.casefold() or is_called(self._filter, each.name)
        ]
        shown = [source for source in self._sources if not self._filter or matches(source, self._filter)]
        if self._sources:
            top.append(Node("heading", "sources", QCoreApplication.translate("Sidebar", "Sources")))
        folders: dict[str, Node] = {}
        for source in shown:
            node = Node("source", str(source.key), source.title, source=source)
            node.parent = self._folder(source.folder, folders, top)
            (top if node.parent is None else node.parent.children).append(node)
            if not self._filter:  # a filter asks for sources
                self._grow(node, source.key, "")
        self._top = top
        self._nodes = [line for node in top for line in node.lines()]
        for number, node in enumerate(self._nodes):
            node.number = number
        for group in (top, *(node.children for node in self._nodes)):
            for place, node in enumerate(group):
                node.place = place
        self._by_key = {node.source.key: node for node in self._nodes if node.source is not None}
        for node in self._nodes:
            self._fill(node)

    @staticmethod
    def _folder(path: str, folders: dict[str, Node], top: list[Node]) -> Node | None:
        """The line of a folder, made where it is missing with those around it."""
        parent: Node | None = None
        for name in ancestors(path):
            folder = folders.get(name)
            if folder is None:
                folder = folders[name] = Node("folder", name, name_of(name), parent=parent)
                (top if parent is None else parent.children).append(folder)
            parent = folder
        return parent

    def _grow(self, node: Node, source: int, path: str) -> None:
        """Put the known subfolders below a source or a subfolder."""
        for part in self._subfolders.get((source, path), ()):
            name = part.path.rpartition("/")[2]
            line = Node("subfolder", f"{source}/{part.path}", name, parent=node, owner=source, part=part)
            node.children.append(line)
            self._grow(line, source, part.path)

    def _fill(self, node: Node) -> None:
        """Put into a line what is known of it now."""
        if node.part is not None:
            node.count = node.part.unread
        elif node.view is not None:
            node.count = self._count_of(node.view)
        elif node.smart is not None:
            node.count = self._smart_counts.get(node.smart.key, 0)
        elif node.source is not None:
            node.count, node.error = node.source.unread, node.source.error
            node.busy = node.source.key in self._busy
        elif node.kind == "folder":
            node.count = max(0, sum(source.unread for source in node.sources()) - self._overlaps.get(node.name, 0))

    def _count_of(self, view: View) -> int:
        counts = self._counts
        numbers: dict[View, int] = {
            "today": counts.today,
            "unread": counts.unread,
            "bookmarks": counts.bookmarks,
            "continue": counts.reading,
        }
        return numbers.get(view, 0)

    def _refresh(self, nodes: Sequence[Node], put: Callable[[Node], None] = lambda node: None) -> None:
        """Fill lines anew, and tell of those that show something else now, and of no others.

        Args:
            put: what is to be put into each line before.
        """
        before = [node.shown for node in nodes]
        for node in nodes:
            put(node)
            self._fill(node)
        changed = [node for node, shown in zip(nodes, before, strict=True) if node.shown != shown]
        if len(changed) <= _FEW:
            for node in changed:
                self.dataChanged.emit(self.index_of(node), self.index_of(node))
            return
        groups: dict[int, list[Node]] = {}
        for node in changed:
            groups.setdefault(id(node.parent), []).append(node)
        for group in groups.values():  # one word for all of a level: 200 words take the view 30 ms
            first, last = min(group, key=_place), max(group, key=_place)
            self.dataChanged.emit(self.index_of(first), self.index_of(last))

    # What Qt asks

    def _group(self, parent: Index) -> list[Node]:
        node = self.node(parent)
        return self._top if node is None else node.children

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        group = self._group(parent)
        if column != 0 or not 0 <= row < len(group):
            return QModelIndex()
        return self.createIndex(row, 0, group[row].number)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        node = self.node(index)
        return self.index_of(node.parent) if node is not None and node.parent is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._group(parent)) if parent.column() <= 0 else 0

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        node = self.node(parent)
        return bool(self._top) if node is None else node.opens

    def canFetchMore(self, parent: Index) -> bool:
        node = self.node(parent)
        return node is not None and node.opens and not node.children

    def fetchMore(self, parent: Index) -> None:
        node = self.node(parent)
        if node is not None and node.part is not None:
            self.wanted.emit(node.owner, node.part.path)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self.node(index)
        if node is None:
            return Qt.ItemFlag.NoItemFlags if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled
        return _flags(node.kind, node.opens)

    # Dragging

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        data = QMimeData()
        node = self.node(indexes[0]) if indexes else None
        if node is not None:
            data.setData(MIME, f"{node.kind}\n{node.name}".encode())
        return data

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        return self._plan_smart(data, row, parent) is not None or self._plan(data, row, parent) is not None

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        order = self._plan_smart(data, row, parent)
        if order is not None:
            self.smart_moved.emit(order)
            return True
        move = self._plan(data, row, parent)
        if move is not None:
            self.moved.emit(move)
        return move is not None

    def _dragged(self, data: QMimeData) -> Node | None:
        kind, _, name = bytes(data.data(MIME).data()).decode("utf-8", "replace").partition("\n")
        return next((node for node in self._nodes if (node.kind, node.name) == (kind, name)), None)

    def _plan_smart(self, data: QMimeData, row: int, parent: Index) -> list[int] | None:
        """The new order of the smart folders; None where the drop cannot be, or would change nothing."""
        dragged = self._dragged(data)
        first = next((place for place, node in enumerate(self._top) if node.smart is not None), len(self._top))
        before = row - first
        if dragged is None or dragged.smart is None or self.filtered or not 0 <= before <= len(self._smart):
            return None
        if self.node(parent) is not None:
            return None
        return moved_to([each.key for each in self._smart], dragged.smart.key, before)

    def _plan(self, data: QMimeData, row: int, parent: Index) -> Move | None:
        """What a drop would do; None where it cannot be, or would change nothing."""
        dragged = self._dragged(data)
        into = self.node(parent)
        first = next((place for place, node in enumerate(self._top) if node.kind == "heading"), len(self._top)) + 1
        if into is not None and into.kind != "folder":
            return None  # subfolders stand where they are
        if dragged is None or dragged.smart is not None or self.filtered or (into is None and 0 <= row < first):
            return None
        group = self._group(parent)
        before = next(group[row].sources(), None) if 0 <= row < len(group) else None
        return planned(
            self._sources,
            [source.key for source in dragged.sources()],
            dragged.name if dragged.kind == "folder" else "",
            into.name if into is not None else "",
            before.key if before is not None else None,
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index)
        if node is None:
            return None
        if role == NODE_ROLE:
            return node
        if role == Qt.ItemDataRole.DisplayRole:
            return node.title
        if role == Qt.ItemDataRole.ToolTipRole and node.smart is not None:
            return node.smart.query
        if role == Qt.ItemDataRole.ToolTipRole and node.source is not None:
            return node.error or node.source.address
        if role == Qt.ItemDataRole.ToolTipRole and node.part is not None:
            return node.part.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(node)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and node.parent is not None:
            return QCoreApplication.translate("Sidebar", "In “{name}”").format(name=node.parent.title)
        return None

    @staticmethod
    def _spoken(node: Node) -> str:
        translate = QCoreApplication.translate
        parts = [node.title]
        if node.busy:
            parts.append(translate("Sidebar", "being refreshed"))
        elif node.error:
            parts += [translate("Sidebar", "trouble"), node.error]
        elif node.count and node.kind in ("folder", "source", "subfolder", "smart"):
            parts.append(translate("Sidebar", "{count} unread").format(count=QLocale().toString(node.count)))
        elif node.count:
            parts.append(QLocale().toString(node.count))
        return ", ".join(parts)
