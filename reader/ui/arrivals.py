"""What comes from outside: arguments, a second start, links, things dropped on the window or opened by the system.

Files and folders are opened at once. What asks something (an address to follow, a list of feeds) comes one dialog
after another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QDialog

from reader.typed import is_address
from reader.ui import articledrag, links
from reader.ui.instance import absolute

if TYPE_CHECKING:
    from reader.ui.window import Window

#: Things at once: each opens or asks something.
MOST = 20
_TEXT_LIMIT_CHARS = 100_000


class Arrivals(QObject):
    """Opens what comes to one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: deque[Callable[[], QDialog]] = deque()
        self._asking = False

    def take(self, what: Sequence[str]) -> None:
        """Open these, each once; what is more than can be looked at is said, not silently left out."""
        different = list(dict.fromkeys(each for each in what if each))
        for each in different[:MOST]:
            self._take_one(each)
        if len(different) > MOST:
            said = self.tr("{count} things came at once: the first {most} are opened.")
            self._window.status.say(said.format(count=len(different), most=MOST))
        self._next()

    def take_data(self, data: QMimeData) -> None:
        """Open what was dropped."""
        self.take(_things(data))

    @staticmethod
    def can_take(data: QMimeData) -> bool:
        """Whether a file, a folder or an address was brought; an article of the list is nothing new."""
        return not data.hasFormat(articledrag.ARTICLES) and bool(_things(data))

    def _take_one(self, each: str) -> None:
        acts = self._window.acts
        if links.is_link(each):
            self._follow(links.parse(each), each)
        elif is_address(each):
            self._waiting.append(lambda: acts.add_feed(each))
        elif acts.is_list(path := Path(absolute(each))):
            self._waiting.append(lambda: acts.import_list(path))
        else:
            acts.open_path(path)

    def _follow(self, link: links.Link | None, text: str) -> None:
        if link is None:
            self._window.status.say(self.tr("This link means nothing here: {link}").format(link=text[:200]))
        elif link.add:
            self._waiting.append(lambda: self._window.acts.add_feed(link.add))
        else:
            self.show_article(link.article)

    def show_article(self, name: str) -> None:
        """Show an article by its id, in the list that is there or beside it."""
        window = self._window
        window.lanes.read.run(lambda: window.library.keys([name])[0], window.go_to, window.tell)

    def _next(self) -> None:
        if self._asking or not self._waiting:
            return
        self._asking = True
        self._waiting.popleft()().finished.connect(self._asked)

    def _asked(self) -> None:
        self._asking = False
        self._next()


def _things(data: QMimeData) -> list[str]:
    """Paths and addresses: dropped as such, or as lines of text that are nothing but addresses."""
    if data.hasUrls():
        urls = [(url.toLocalFile() if url.isLocalFile() else url.toString()) for url in data.urls()]
        return [each for each in urls if is_address(each) or links.is_link(each) or "://" not in each]
    lines = [line.strip() for line in data.text()[:_TEXT_LIMIT_CHARS].splitlines() if line.strip()]
    return lines if lines and all(is_address(line) or links.is_link(line) for line in lines) else []
