"""The named states: what each shows, and how a person comes there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from reader.model import Draft
from reader.settings import Settings
from tests.states import pseudo
from tests.states.stage import SIZE, Stage, copy_of, staged
from tests.states.world import FEEDS, NOW, World, follow_all, rss

ENGLISH, CHINESE = "The quiet geometry", "砚边小记"
_SLOW_S = 30.0
#: Where the library lies below a home.
HOUSE = (".local", "share", "inkstone")


@dataclass(frozen=True, slots=True)
class Scene:
    """One state.

    Attributes:
        name: of the picture's file and of the line in ``docs/states.md``.
        act: brings the program there.
        says, can: what the window says then, and what the user can do; the words of ``docs/states.md``.
        library: "full" is the invented world, "empty" nothing, "huge" 130,000 articles.
        readonly: the library lies where nothing can be written.
        size: of the window, logical pixels.
        density: of the list.
    """

    name: str
    act: Callable[[Stage], object]
    says: str
    can: str
    library: str = "full"
    readonly: bool = False
    size: tuple[int, int] = SIZE
    density: str = "comfortable"
    view: str = "unread"


def _read(stage: Stage) -> None:
    stage.open(ENGLISH)


def _chinese(stage: Stage) -> None:
    stage.go("all")
    stage.open(CHINESE)


def _caught_up(stage: Stage) -> None:
    stage.do("mark-all")
    stage.until(lambda: stage.window.model.rowCount() == 0)
    stage.window.toast.dismiss()


def _toast(stage: Stage) -> None:
    stage.open(ENGLISH)
    stage.do("mark-all")
    stage.until(lambda: stage.window.toast.isVisible() and stage.window.model.rowCount() <= 1)


def _search(stage: Stage) -> None:
    stage.do("search")
    stage.type("字 OR page")
    stage.until(lambda: stage.window.model.rowCount() > 0)
    stage.open(ENGLISH)


def _search_nothing(stage: Stage) -> None:
    stage.open(ENGLISH)
    stage.do("search")
    stage.type("xylophone")
    stage.rest(600)


def _find(stage: Stage) -> None:
    stage.open(ENGLISH)
    stage.do("find")
    stage.type("margin")
    stage.rest(500)


def _failing(stage: Stage) -> None:
    """The world answers 404 for every feed, six times over."""
    stage.there.site.pages.pop("/feed.xml", None)
    source = next(each for each in stage.window.sources.values() if each.title == "Harbour Almanac")
    for _ in range(6):
        list(stage.library.refresh([stage.library.store.source(source.key)]))
    stage.window.reload_sources()
    stage.rest(500)
    stage.go(source="Harbour Almanac")
    stage.open("Notes from the last night ferry")


def _missing_picture(stage: Stage) -> None:
    stage.there.site.add("/pictures/night-ferry.png", b"no", status=403)
    stage.library.clear_pictures(keep_pinned=False)
    stage.go(source="Harbour Almanac")
    stage.open("Notes from the last night ferry")
    stage.rest(900)


def _offline(stage: Stage) -> None:
    stage.open(ENGLISH)
    stage.there.offline = True
    stage.library.client.close()  # the connections that were kept, too
    stage.do("refresh")
    stage.until(lambda: not stage.window.refreshing.running)
    stage.rest(600)


def _refreshing(stage: Stage) -> None:
    stage.there.site.add("/feed.xml", rss(FEEDS[0]), content_type="application/rss+xml", delay_s=_SLOW_S)
    stage.open(ENGLISH)
    stage.do("refresh")
    stage.rest(900)


def _bookmarks_empty(stage: Stage) -> None:
    stage.go("all")
    for title in (CHINESE, "Caching is a promise"):
        stage.library.bookmark(stage.key_of(title), False)
    stage.window.library_changed()
    stage.go("bookmarks")
    stage.rest(500)


def _reading_list(stage: Stage) -> None:
    stage.go("continue")
    stage.open("A lighthouse keeper")


def _menu(stage: Stage) -> None:
    stage.open(ENGLISH)
    stage.window.sidebar.menu_wanted.emit()
    stage.rest(300)


def _dialog(command: str) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        stage.open(ENGLISH)
        stage.do(command)
        stage.rest(600)

    return act


def _library_care(stage: Stage) -> None:
    """Of somebody in whose own folder the library lies."""
    stage.open(ENGLISH)
    before = os.environ.get("HOME", "")
    os.environ["HOME"] = str(stage.library.paths.data.parents[len(HOUSE) - 1])
    stage.do("library-care")
    stage.rest(600)
    os.environ["HOME"] = before


def _page(name: str) -> Callable[[Stage], None]:
    """A page of the settings."""

    def act(stage: Stage) -> None:
        stage.open(ENGLISH)
        stage.window.open_settings(name)
        stage.rest(600)

    return act


def _smart_folder(stage: Stage) -> None:
    """Two questions that were saved; the second is open."""
    store = stage.library.store
    for name, words in (("Long reads on type", "margin OR 字体"), ("Lately bookmarked", "is:bookmarked")):
        folder = store.save_search(name, words, NOW)
    stage.window.library_changed()
    stage.until(lambda: stage.window.sidebar.select_smart(folder.key))
    stage.until(lambda: stage.window.model.rowCount() > 0)
    stage.open("Caching is a promise")


def _properties(stage: Stage) -> None:
    stage.go(source="Paper Engineering")
    stage.open(ENGLISH)
    stage.do("properties")
    stage.rest(600)


def _look(stage: Stage) -> None:
    stage.open(ENGLISH)
    stage.window.article.look_button.click()
    stage.rest(400)


def _palette(stage: Stage) -> None:
    stage.open(ENGLISH)
    stage.do("palette")
    stage.type("mark")


def _history(stage: Stage) -> None:
    stage.do("mark-all")
    stage.until(stage.window.toast.isVisible)
    stage.window.toast.dismiss()
    stage.do("history")
    stage.rest(500)


def _select_many(stage: Stage) -> None:
    view = stage.window.list.view
    view.select_key(stage.window.model.key_at(0))
    view.selectAll()
    stage.rest(500)


def _alone(stage: Stage) -> None:
    stage.go("all")
    stage.open(CHINESE)
    stage.do("alone")
    stage.rest(500)


SCENES: tuple[Scene, ...] = (
    Scene(
        "first-start",
        lambda stage: None,
        "What would you like to read? Three doors, and the sample library. No account. No telemetry.",
        "add a feed, open a folder, import OPML, look at the sample, or drop something on the window",
        library="empty",
    ),
    Scene(
        "reading",
        _read,
        "The list, the article, and when was refreshed last.",
        "read; every key is on the key sheet (?)",
    ),
    Scene(
        "chinese",
        _chinese,
        "The same in Chinese: fonts, quotes, spacing and line breaks of its own.",
        "read",
    ),
    Scene(
        "caught-up",
        _caught_up,
        "All caught up, and when new articles arrive.",
        "show read articles, or go to another list",
    ),
    Scene(
        "bookmarks-empty",
        _bookmarks_empty,
        "Nothing bookmarked yet, and which key keeps an article.",
        "go to another list",
    ),
    Scene(
        "continue-reading",
        _reading_list,
        "Half-read articles, with a bar that says how far.",
        "go on where it was left",
    ),
    Scene(
        "search",
        _search,
        "How many were found; the words are marked in list and article.",
        "go through the marks, narrow it by fields, save it as a smart folder",
    ),
    Scene(
        "search-nothing",
        _search_nothing,
        "Nothing found, and in which list was looked.",
        "look everywhere, change the words, end the search with Esc",
    ),
    Scene(
        "find",
        _find,
        "Which match of how many.",
        "next, previous, Esc",
    ),
    Scene(
        "failing-source",
        _failing,
        "Not refreshed since when, what the server answered, and that stored articles are safe.",
        "try again, change the address, see the health of all feeds",
    ),
    Scene(
        "missing-picture",
        _missing_picture,
        "The picture’s server refused it; only this picture is missing.",
        "retry, open it in the browser, ask the picture doctor why",
    ),
    Scene(
        "offline",
        _offline,
        "Offline. Reading from this computer.",
        "read on; what is stored is all there",
    ),
    Scene(
        "refreshing",
        _refreshing,
        "Refreshing, how many of how many; a mark beside each source that is waited for.",
        "stop; read on, nothing moves",
    ),
    Scene(
        "undo",
        _toast,
        "248 articles marked as read.",
        "take it back: with the button, Ctrl+Z, or from the history",
    ),
    Scene(
        "history",
        _history,
        "What was done at once, with counts, also before the last start.",
        "take any of it back",
    ),
    Scene(
        "selection",
        _select_many,
        "How many articles are selected.",
        "mark, bookmark, tag, copy, remove them together",
    ),
    Scene(
        "palette",
        _palette,
        "Commands, sources, tags, articles and settings that fit.",
        "type, choose, Enter",
    ),
    Scene(
        "keys",
        _dialog("keys"),
        "Every key as it is set now.",
        "look one up, change it in the settings",
    ),
    Scene(
        "settings",
        _dialog("settings"),
        "Each setting, what it does, and its default.",
        "search, change with effect at once, go back to the default",
    ),
    Scene(
        "settings-keys",
        _page("keys"),
        "Each command and its keys, and which of them were changed.",
        "press another key, take one away, choose a set of keys, go back",
    ),
    Scene(
        "settings-kept",
        _page("keeping"),
        "How long articles are kept, and what is never removed.",
        "keep more or less, for each source too",
    ),
    Scene(
        "smart-folder",
        _smart_folder,
        "A saved search as a list of its own, with its count.",
        "read it, change its question, rename, move or remove it",
    ),
    Scene(
        "tags",
        _dialog("tags"),
        "The tags of the article, those that it may get, and its note.",
        "type a tag, take one away, write a note",
    ),
    Scene(
        "properties",
        _properties,
        "What is set for one source, and what it takes over from the settings.",
        "change its title, folder, address, rhythm, headers, what is kept",
    ),
    Scene(
        "manual",
        _dialog("manual"),
        "The manual, as articles of the program itself.",
        "read it, follow its links, Esc leads back",
    ),
    Scene(
        "about",
        _dialog("about"),
        "Version, licence, and what the program is made of.",
        "copy the details, read the licences",
    ),
    Scene(
        "look",
        _look,
        "How articles look: theme, fonts, size, lines, width.",
        "change it and see it at once",
    ),
    Scene(
        "add-feed",
        _dialog("add-feed"),
        "Inkstone reads this address and nothing else.",
        "paste an address, choose among the feeds that are found",
    ),
    Scene(
        "health",
        _dialog("health"),
        "How each feed fares: state, last error, rhythm, next try.",
        "refresh, change the address, remove",
    ),
    Scene(
        "library-care",
        _library_care,
        "Where the library lies, what it holds, when it was checked and backed up.",
        "check, back up, restore",
    ),
    Scene(
        "menu",
        _menu,
        "Everything that can be done with the window.",
        "choose",
    ),
    Scene(
        "alone",
        _alone,
        "Nothing but the article.",
        "read; Esc leads back",
    ),
    Scene(
        "compact",
        _read,
        "One line for each article.",
        "see more of the list at once",
        density="compact",
    ),
    Scene(
        "narrow",
        _read,
        "One pane at a time.",
        "go back to the list with the arrow or the left key",
        size=(600, 800),
    ),
    Scene(
        "read-only",
        _read,
        "This library can only be read; nothing is changed.",
        "read and search",
        readonly=True,
    ),
    Scene(
        "huge",
        lambda stage: stage.go("all"),
        "130,000 articles, as quick as a hundred.",
        "everything",
        library="huge",
        view="all",
    ),
)


def make_full(there: World, folder: Path) -> None:
    """The library that most scenes copy."""
    with there.library(folder) as library:
        follow_all(library, there)


def make_empty(there: World, folder: Path) -> None:
    """A library as it is made by the first start."""
    there.library(folder).close()


def make_huge(there: World, folder: Path, count: int = 130_000) -> None:
    """A library of many short articles over the feeds of the world."""
    from datetime import timedelta

    from reader.content.prepare import prepare

    with there.library(folder) as library:
        sources = [library.store.add_source("feed", feed.address, feed.title, feed.folder) for feed in FEEDS]
        for n, (feed, source) in enumerate(zip(FEEDS, sources, strict=True)):
            prepared = [
                prepare(
                    Draft(
                        guid=str(i),
                        raw=f"<p>{post.words}</p>",
                        url=f"http://{feed.host}.example/{i}",
                        title=f"{post.title} · {i + 1}",
                        published=NOW - timedelta(hours=i / 3 + n / 10),
                        language=feed.language,
                    )
                )
                for i in range(count // len(FEEDS))
                for post in (feed.posts[i % len(feed.posts)],)
            ]
            library.store.save(source.key, [(None, "", "", each) for each in prepared], NOW)


LIBRARIES: dict[str, Callable[[World, Path], None]] = {"full": make_full, "empty": make_empty, "huge": make_huge}


@contextmanager
def played(
    app: QApplication, there: World, scene: Scene, libraries: Path, folder: Path, *, theme: str, language: str
) -> Iterator[Stage]:
    """A scene, played to its end.

    Args:
        libraries: where the libraries that are copied lie; one that is not there yet is made.
        folder: for the copy.
    """
    made = libraries / scene.library
    if not made.exists():
        LIBRARIES[scene.library](there, made)
    spoken = "en" if language in pseudo.NAMES else language
    settings = Settings(theme=theme, language=spoken, density=scene.density, view=scene.view)
    there.restore()
    with staged(
        app, there, copy_of(made, folder), settings, size=scene.size, readonly=scene.readonly, language=language
    ) as stage:
        scene.act(stage)
        yield stage
