"""Help: the manual, which is opened as an article is and is none of the library; details to copy; the log; About."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QSysInfo, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication

from reader import details, resources
from reader import log as logfile
from reader.library import Document
from reader.model import Article, Row
from reader.ui import keys, language, panes
from reader.ui.commands import Commands

if TYPE_CHECKING:
    from reader.ui.window import Window

#: The chapters in their order; each is a file of ``resources/manual/<language>/``.
CHAPTERS = (
    "first-steps",
    "keeping-and-following",
    "reading-and-keys",
    "search",
    "pictures-and-privacy",
    "safety",
    "settings",
    "trouble",
)
#: The folders of the manual by language of the window; English for all others.
FOLDERS = {"zh_CN": "zh-Hans", "zh_TW": "zh-Hant"}
#: The key of the first chapter; the others follow downwards. -1 is no article, and what is stored counts upwards.
_FIRST_KEY = -2
#: A link to one of these runs a command of the window: ``do/settings``.
_COMMAND = "do/"
#: ``{key:search}``: the key of a command as it is bound now; ``{do:search}``: the command's name, as menus have it.
_PLACE = re.compile(r"\{(key|do):([a-z-]+)\}")
_TITLE = re.compile(r"^title: *(.+)$", re.MULTILINE)


def filled(text: str, commands: Commands, no_key: str) -> str:
    """A chapter with the keys and names of commands in their places.

    Args:
        no_key: what is said of a command that has none.

    Raises:
        KeyError: there is no such command.
    """

    def fill(found: re.Match[str]) -> str:
        what, name = found.groups()
        if what == "do":
            return f"<b>{escape(commands[name].text())}</b>"
        bound = commands.bound[name]
        strokes = keys.strokes(bound[0]) if bound else ()
        return " ".join(f"<kbd>{escape(keys.native(each))}</kbd>" for each in strokes) or f"<i>{escape(no_key)}</i>"

    return _PLACE.sub(fill, text)


def title_of(text: str) -> str:
    """The title that a chapter's front matter gives it."""
    found = _TITLE.search(text)
    return found[1].strip() if found else ""


class Help(QObject):
    """The commands of the Help menu, and the documents of the manual for ``Reading``."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        window.reading.aside = self
        window.reading.opened.connect(self._opened)
        window.showing.shown.connect(lambda _key: self._window.panes.fit())
        window.commands.rebound.connect(lambda: window.reading.drop([self._key(each) for each in CHAPTERS]))
        window.list.view.clicked.connect(lambda index: self._back_to(window.model.key_at(index.row())))

    # The manual

    @property
    def is_open(self) -> bool:
        """Whether the manual is what is open."""
        return self._window.reading.key <= _FIRST_KEY

    def open(self, chapter: str = CHAPTERS[0]) -> None:
        """Open a chapter in the place of the article."""
        self._window.go_to(self._key(chapter))

    def leave(self) -> bool:
        """Close the manual; False when it is not open."""
        was_open = self.is_open
        if was_open:
            self._window.close_article()
        return was_open

    def _back_to(self, key: int) -> None:
        """The article of the list that stayed selected was clicked."""
        if self.is_open and self._window.list.view.selected_count() == 1:
            self._window.go_to(key)

    def _opened(self, document: Document) -> None:
        if document.article.row.key <= _FIRST_KEY:
            self._window.panes.be_in(panes.ARTICLE)

    @staticmethod
    def _key(chapter: str) -> int:
        return _FIRST_KEY - CHAPTERS.index(chapter)

    def making(self, key: int) -> Callable[[], Document]:
        """What makes a chapter, in the window's language and with its keys of now."""
        chapter = CHAPTERS[_FIRST_KEY - key]
        folder = resources.path("manual", FOLDERS.get(language.wanted(self._window.settings.language)[1], "en"))
        texts = {each: (folder / f"{each}.md").read_text(encoding="utf-8") for each in CHAPTERS}
        titles = {each: title_of(text) for each, text in texts.items()}
        contents = " · ".join(
            f"**{title}**" if each == chapter else f"[{title}]({each}.md)" for each, title in titles.items()
        )
        text = filled(f"{texts[chapter]}\n\n---\n\n{contents}\n", self._window.commands, self.tr("no key"))
        row = Row(
            key=key,
            id=f"manual-{chapter}",
            source_key=-1,
            source_title=self.tr("Inkstone’s manual"),
            source_kind="files",
            title=titles[chapter],
            language=folder.name,
            read=True,
        )
        return lambda: _document(folder, chapter, text, row)

    def follow(self, href: str) -> bool:
        """Go where a link of the manual leads: to a chapter, or to a command. False: out of it."""
        path, _, part = href.partition("#")
        if path.startswith(_COMMAND):
            self._window.commands[path.removeprefix(_COMMAND)].trigger()
            return True
        chapter = path.removesuffix(".md")
        if chapter in CHAPTERS:
            self._window.reading.linked.emit(self._key(chapter), part)
        return chapter in CHAPTERS

    # What else helps

    def copy_details(self, trouble: str = "") -> None:
        """Copy what somebody must know who shall help, without anything private.

        Args:
            trouble: what just went wrong, with its trace.
        """
        window = self._window
        lines = logfile.tail(window.library.paths.log)
        hosts = details.private_hosts(window.sources.values())
        text = details.text(self._facts(), lines, hosts, trouble)
        window.outside.copy(text, self.tr("Details copied, without private addresses."))

    def _facts(self) -> details.Facts:
        from reader.ui.about import versions

        window, screen = self._window, self._window.screen()
        size = f"{screen.size().width()} x {screen.size().height()}"
        session = os.environ.get("XDG_SESSION_TYPE", "")
        desktop = os.environ.get("XDG_CURRENT_DESKTOP", "")
        style = QApplication.style().name()
        around = (QSysInfo.prettyProductName(), QGuiApplication.platformName(), style, session, desktop)
        return details.Facts(
            versions=versions(),
            screen=f"{size} at {window.devicePixelRatioF():g}, {QGuiApplication.font().pointSizeF():g} pt",
            theme=f"{window.themes.current.name} (chosen: {window.settings.theme})",
            language=f"{QLocale().bcp47Name()} (chosen: {window.settings.language})",
            desktop=", ".join(part for part in around if part),
            sources=len(window.sources),
            failing=sum(1 for each in window.sources.values() if each.error),
            articles=window.counts.total,
        )

    def show_log(self) -> None:
        """Open the folder of the log."""
        folder = self._window.library.paths.log
        if folder.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        else:
            self._window.status.say(self.tr("There is no log: {folder}").format(folder=folder))

    def about(self) -> None:
        """What this is, and what it stands on."""
        from reader.ui.about import About

        shown = self._window.findChild(About) or About(self.copy_details, self._window)
        shown.show()
        shown.raise_()
        shown.activateWindow()


def _document(folder: Path, chapter: str, text: str, row: Row) -> Document:
    from reader import tasks
    from reader.content.text import minutes

    file = folder / f"{chapter}.md"
    base = file.as_uri()
    rendered = tasks.render(text, "file", file.name, base, row.id, row.title)
    article = Article(row, text, "file", base_url=base, guid=file.name, minutes=minutes(rendered.text))
    return Document(article, rendered, None, folder.parent)
