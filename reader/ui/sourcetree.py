"""The sidebar's model: smart views, a heading, folders and sources, as a tree of immutable values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from reader.model import Counts, Query, Source, View

Kind = Literal["view", "heading", "folder", "source"]
Index = QModelIndex | QPersistentModelIndex

NODE_ROLE = int(Qt.ItemDataRole.UserRole) + 1

VIEW_ICONS: dict[View, str] = {
    "today": "today",
    "unread": "unread",
    "bookmarks": "bookmark",
    "continue": "continue",
    "all": "all",
}


@dataclass(eq=False, slots=True)
class Node:
    """One line of the sidebar.

    Attributes:
        name: what it is known by over a reset: the view, the folder's title, or the source's key as text.
        count: shown at the right; 0 shows nothing.
        error: what is wrong with the source, as a sentence; shown as a triangle instead of the count.
    """

    kind: Kind
    name: str
    title: str
    number: int = 0
    place: int = 0
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    view: View | None = None
    source: Source | None = None
    count: int = 0
    error: str = ""

    @property
    def level(self) -> int:
        return 0 if self.parent is None else 1

    def query(self) -> Query | None:
        """What is listed when this line is chosen."""
        if self.view is not None:
            return Query(view=self.view)
        if self.source is not None:
            return Query(sources=(self.source.key,))
        keys = tuple(child.source.key for child in self.children if child.source is not None)
        return Query(sources=keys) if keys else None


def _view_titles() -> dict[View, str]:
    translate = QCoreApplication.translate
    return {
        "today": translate("Sidebar", "Today"),
        "unread": translate("Sidebar", "Unread"),
        "bookmarks": translate("Sidebar", "Bookmarks"),
        "continue": translate("Sidebar", "Continue reading"),
        "all": translate("Sidebar", "All articles"),
    }


def _matches(source: Source, wanted: str) -> bool:
    return any(wanted in text.casefold() for text in (source.title, source.folder, source.address))


class SourceTree(QAbstractItemModel):
    """Views and sources. Folders stand where their first source stands; the order of the sources is kept."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources: tuple[Source, ...] = ()
        self._counts = Counts()
        self._filter = ""
        self._nodes: list[Node] = []
        self._top: list[Node] = []
        self._build()

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Other sources, or the same with other numbers: then nothing is reset."""
        before = self._shape(self._sources)
        self._sources = tuple(sources)
        if self._shape(self._sources) == before:
            self._refresh()
        else:
            self._reset()

    def set_counts(self, counts: Counts) -> None:
        """The numbers of the smart views."""
        self._counts = counts
        self._refresh()

    def set_filter(self, text: str) -> None:
        """Only sources whose title, folder or address contains the text."""
        wanted = " ".join(text.split()).casefold()
        if wanted != self._filter:
            self._filter = wanted
            self._reset()

    @property
    def filtered(self) -> bool:
        return bool(self._filter)

    def nodes(self) -> Iterator[Node]:
        """All lines from top to bottom, folders followed by their sources."""
        return iter(self._nodes)

    def find(self, kind: Kind, name: str) -> Node | None:
        """A line by what it is known by."""
        return next((node for node in self._nodes if node.kind == kind and node.name == name), None)

    def index_of(self, node: Node) -> QModelIndex:
        return self.createIndex(node.place, 0, node.number)

    def node(self, index: Index) -> Node | None:
        """The line at an index of this model."""
        return self._nodes[index.internalId()] if index.isValid() else None

    # Building

    @staticmethod
    def _shape(sources: Sequence[Source]) -> list[tuple[object, ...]]:
        return [(source.key, source.title, source.folder, source.kind, source.address) for source in sources]

    def _reset(self) -> None:
        self.beginResetModel()
        self._build()
        self.endResetModel()

    def _build(self) -> None:
        top = [Node("view", view, title, view=view) for view, title in _view_titles().items()]
        shown = [source for source in self._sources if not self._filter or _matches(source, self._filter)]
        if self._sources:
            top.append(Node("heading", "sources", QCoreApplication.translate("Sidebar", "Sources")))
        folders: dict[str, Node] = {}
        for source in shown:
            node = Node("source", str(source.key), source.title, source=source)
            if not source.folder:
                top.append(node)
                continue
            folder = folders.get(source.folder)
            if folder is None:
                folder = folders[source.folder] = Node("folder", source.folder, source.folder)
                top.append(folder)
            node.parent = folder
            folder.children.append(node)
        self._top = top
        self._nodes = [line for node in top for line in (node, *node.children)]
        for number, node in enumerate(self._nodes):
            node.number = number
        for group in (top, *(folder.children for folder in folders.values())):
            for place, node in enumerate(group):
                node.place = place
        self._fill()

    def _fill(self) -> None:
        by_key = {str(source.key): source for source in self._sources}
        numbers: dict[View, int] = {
            "today": self._counts.today,
            "unread": self._counts.unread,
            "bookmarks": self._counts.bookmarks,
            "continue": self._counts.reading,
        }
        for node in self._nodes:
            if node.view is not None:
                node.count = numbers.get(node.view, 0)
            elif node.kind == "source":
                source = by_key[node.name]
                node.source, node.count, node.error = source, source.unread, source.error
        for node in self._top:
            if node.kind == "folder":
                node.count = sum(child.count for child in node.children)

    def _refresh(self) -> None:
        self._fill()
        if self._top:
            self.dataChanged.emit(self.index_of(self._top[0]), self.index_of(self._top[-1]))
        for node in self._top:
            if node.children:
                self.dataChanged.emit(self.index_of(node.children[0]), self.index_of(node.children[-1]))

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

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self.node(index)
        if node is None or node.kind == "heading":
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if node.children else flags | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index)
        if node is None:
            return None
        if role == NODE_ROLE:
            return node
        if role == Qt.ItemDataRole.DisplayRole:
            return node.title
        if role == Qt.ItemDataRole.ToolTipRole and node.source is not None:
            return node.error or node.source.address
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(node)
        return None

    @staticmethod
    def _spoken(node: Node) -> str:
        translate = QCoreApplication.translate
        parts = [node.title]
        if node.error:
            parts += [translate("Sidebar", "trouble"), node.error]
        elif node.count and (node.kind in ("folder", "source") or node.view == "unread"):
            parts.append(translate("Sidebar", "{count} unread").format(count=node.count))
        elif node.count:
            parts.append(str(node.count))
        return ", ".join(parts)
