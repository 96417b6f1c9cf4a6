"""What the command palette finds: commands, settings, views, sources, tags and articles, each with what Enter does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, starmap
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from reader import fuzzy
from reader.fuzzy import Candidate
from reader.model import Row, Source
from reader.records import dataclass
from reader.ui import articledrop, settingpages, words

if TYPE_CHECKING:
    from reader.ui.window import Window

Kind = Literal["command", "view", "source", "tag", "setting", "article"]
#: What a sign at the beginning narrows the search to.
PREFIXES: dict[str, tuple[Kind, ...]] = {">": ("command", "setting"), "@": ("view", "source"), "#": ("tag",)}
#: So many of each kind; with a prefix there is room for more.
_MOST: dict[Kind, int] = {"command": 6, "view": 4, "source": 6, "tag": 4, "setting": 4, "article": 6}
_MOST_ALONE = 50
#: Tags of feeds can be many: the commonest are looked at.
_MOST_TAGS = 3000
#: A name given by the user, and a thing to do, come before one of thousands of titles that fits as well.
_WORTH: dict[Kind, int] = {"command": 14, "view": 14, "source": 8, "tag": 0, "setting": 4, "article": -1000}
#: What was done lately wins a tie.
_RECENT = 6
#: What changes many articles, or ends something, stands behind what fits as well.
_FAR_REACHING = frozenset({"mark-all", "mark-above", "mark-below", "remove", "quit"})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be found.

    Attributes:
        also: more words that find it, never shown.
        name: what it is called in any language, one of ``also``: typed whole it finds it as its title does.
        icon: a drawing; "" with a ``source``, whose own picture stands there.
        act, second: what Enter and Ctrl+Enter do; ``second_name`` says what the latter is.
    """

    kind: Kind
    id: str
    title: str
    act: Callable[[], object]
    note: str = ""
    also: str = ""
    name: str = ""
    icon: str = ""
    keys: str = ""
    source: Source | None = None
    second: Callable[[], object] | None = None
    second_name: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that fits, with the places of its title that were found."""

    item: Item
    places: tuple[int, ...] = ()
    score: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """Items made ready to be looked through; any thread may do so."""

    items: tuple[Item, ...]
    titles: tuple[Candidate, ...]
    others: tuple[Candidate, ...]

    @classmethod
    def of(cls, items: Sequence[Item]) -> Prepared:
        made = (fuzzy.prepare(item.title) for item in items)
        return cls(tuple(items), tuple(made), tuple(fuzzy.prepare(item.also) for item in items))

    def best(self, pattern: str, limit: int, recent: Sequence[str] = ()) -> list[Hit]:
        """The items that fit best, by their title, else by the words that are not shown."""
        found = {n: Hit(self.items[n], how.places, how.score) for n, how in fuzzy.best(pattern, self.titles, limit * 2)}
        if len(found) < limit:
            for n in fuzzy.holding(pattern, self.others):
                found.setdefault(n, Hit(self.items[n], score=_named(pattern, self.items[n])))
        hits = [replace(hit, score=hit.score + _worth(hit.item, recent)) for hit in found.values()]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]


def _named(pattern: str, item: Item) -> int:
    how = fuzzy.match(pattern, item.name) if pattern.casefold() == item.name else None
    return how.score if how is not None else 0


def _worth(item: Item, recent: Sequence[str]) -> int:
    lately = (len(recent) - recent.index(item.id)) if item.id in recent else 0
    return _WORTH[item.kind] + min(lately, 1) * _RECENT + lately - (item.kind == "command" and item.id in _FAR_REACHING)


def tr(text: str) -> str:
    return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class


def headings() -> dict[Kind, str]:
    """What stands over each kind."""
    return {
        "command": tr("Commands"),
        "view": tr("Views and folders"),
        "source": tr("Sources"),
        "tag": tr("Tags"),
        "setting": tr("Settings"),
        "article": tr("Articles"),
    }


def split(text: str) -> tuple[str, str]:
    """The prefix, and what is looked for."""
    text = text.strip()
    return (text[0], text[1:].strip()) if text[:1] in PREFIXES else ("", text)


def most(kind: Kind, prefix: str) -> int:
    """How many of a kind are shown."""
    return _MOST_ALONE if prefix else _MOST[kind]


class Finder:
    """Makes the items of a window."""

    def __init__(self, window: Window) -> None:
        self._window = window

    # On the GUI thread

    def commands(self) -> Iterator[Item]:
        """What can be done now, and the views."""
        window = self._window
        bound = window.commands.bound
        for command in window.commands.table:
            action = window.commands[command.id]
            if command.id == "palette" or not action.isEnabled():
                continue
            view = command.id.startswith("go-")
            yield Item(
                "view" if view else "command",
                command.id,
                command.text,
                action.trigger,
                note=self._note(command.id),
                also=f"{command.group} {command.id.replace('-', ' ')}",
                icon=command.icon,
                keys=bound[command.id][0] if bound[command.id] else "",
            )

    def _note(self, command: str) -> str:
        if command == "mark-all":
            count = words.articles(self._window.model.rowCount())
            return tr("{articles}, can be undone").format(articles=count)
        return ""

    def settings(self) -> Iterator[Item]:
        """Every setting, and each of its choices."""
        window = self._window
        titles = {page.id: page.title for page in settingpages.pages()}
        for setting in settingpages.settings():
            show = partial(window.open_settings, setting.page)
            also = f"{setting.about} {setting.also}"
            yield Item(
                "setting", setting.id, setting.label, show, note=titles[setting.page], also=also, icon="settings"
            )
            if setting.kind == "choice":
                for value, text in setting.choices:
                    chosen = getattr(window.settings, setting.id, None) == value
                    yield Item(
                        "setting",
                        f"{setting.id}={value}",
                        f"{setting.label}: {text}",
                        partial(window.set_setting, **{setting.id: value}),
                        note=tr("chosen") if chosen else "",
                        also=f"{value} {setting.also}",
                        name=str(value),
                        icon="check" if chosen else "settings",
                        second=show,
                        second_name=tr("Open the settings"),
                    )

    def places(self) -> Iterator[Item]:
        """Smart folders, folders, and all sources: what there is now, made into items as it is asked for, anywhere."""
        named = [(node.kind, node.name, node.title) for node in self._window.sidebar.tree.nodes()
                 if node.kind in ("folder", "smart")]  # fmt: skip
        return chain(starmap(self._group, named), map(self._source, list(self._window.sources.values())))

    def _group(self, kind: str, name: str, title: str) -> Item:
        act = partial(self._choose, kind, name)
        return Item("view", f"{kind} {name}", title, act, icon="folder" if kind == "folder" else "filter")

    def _source(self, source: Source) -> Item:
        window = self._window
        return Item(
            "source",
            f"source {source.id}",
            words.source_title(source),
            partial(window.sidebar.select, None, source.key),
            note=source.folder,
            also=f"{source.folder} {source.address}",
            icon="folder-md" if source.kind in ("folder", "files") else "",
            source=source,
            second=partial(window.refreshing.refresh, [source]),
            second_name=tr("Refresh it"),
        )

    def _choose(self, kind: str, name: str) -> None:
        sidebar = self._window.sidebar
        if sidebar.tree.filtered:
            sidebar.filter.clear()
        node = next((node for node in sidebar.tree.nodes() if (node.kind, node.name) == (kind, name)), None)
        if node is not None:
            sidebar.view.setCurrentIndex(sidebar.tree.index_of(node))

    # In a lane

    def tags(self) -> list[Item]:
        """The tags of articles, the commonest first."""
        named = sorted(self._window.library.store.tags(), key=lambda each: -each[1])[:_MOST_TAGS]
        return [
            Item(
                "tag",
                f"tag {name}",
                name,
                partial(self._window.search_for, articledrop.query_of(name)),
                note=words.articles(count),
                icon="tag",
            )
            for name, count in named
        ]

    def articles(self, pattern: str) -> list[Hit]:
        """Articles that have all words in their title, the last one perhaps not typed to its end."""
        asked = [word.strip('-"*') for word in pattern.replace(":", " ").split()]
        asked = [word for word in asked if word]
        if not asked or (len(pattern) == 1 and pattern.isascii()):
            return []  # nobody finds an article by one letter
        query = " ".join(f"title:{word}" for word in asked) + "*"
        store, now = self._window.library.store, self._window.library.now()
        return [self._article(row, pattern) for row in store.search(query, limit=_MOST["article"], now=now)]

    def _article(self, row: Row, pattern: str) -> Hit:
        window = self._window
        when = words.time_or_day(row.date, window.library.now()) if row.date else ""
        item = Item(
            "article",
            f"article {row.key}",
            row.title,
            partial(window.go_to, row.key),
            note=", ".join(filter(None, (words.source_title(row), when))),
            icon="fulltext",
            second=partial(window.outside.browse, row.url) if row.url else None,
            second_name=tr("Open in the browser"),
        )
        how = fuzzy.match(pattern, row.title)
        return Hit(item, how.places if how is not None else (), _WORTH["article"])
