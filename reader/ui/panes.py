"""Which panes are seen, and where the reader is: three in a wide window, two under 900 px, one under 620 px."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from reader.ui.accessible import in_order
from reader.ui.articlepane import ArticlePane
from reader.ui.firststart import FirstStart
from reader.ui.listpane import ListPane
from reader.ui.sidebar import Sidebar

Pane = Literal[0, 1, 2]
SIDEBAR: Pane = 0
LIST: Pane = 1
ARTICLE: Pane = 2

TWO_PX, ONE_PX = 900, 620

#: The widths of sidebar and list; the article gets the rest.
WIDTHS_PX = 236, 364

#: The article's least width, and what the list beside it needs at least, hairline included.
_ARTICLE_PX, _LIST_PX = 420, 281


def shown(width_px: int, at: Pane) -> tuple[bool, bool, bool]:
    """Sidebar, list, article: which are shown when the reader is in pane ``at``."""
    if width_px >= TWO_PX:
        return True, True, True
    if width_px >= ONE_PX:
        return at == SIDEBAR, True, at != SIDEBAR
    return at == SIDEBAR, at == LIST, at == ARTICLE


def article_width(width_px: int) -> int:
    """The least width of the article: 420 px, less where list and article stand side by side in a small window."""
    return max(300, min(_ARTICLE_PX, width_px - _LIST_PX))


class Panes(QObject):
    """Shows the panes that the window has room for, with a way back to those it hides, and keeps their widths.

    Args:
        page: what takes the focus in the article pane.
        widths: of sidebar and list, as they were left.
    """

    def __init__(
        self,
        splitter: QSplitter,
        sidebar: Sidebar,
        listed: ListPane,
        article: ArticlePane,
        first: FirstStart,
        page: Callable[[], QWidget],
        widths: tuple[int, ...],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window, self._splitter, self._first, self._page = parent, splitter, first, page
        self._sidebar, self._list, self._article = sidebar, listed, article
        self._at: Pane = LIST
        self._filled = True
        self._alone = False
        self.widths: tuple[int, int] = WIDTHS_PX
        if len(widths) >= 2 and min(widths[:2]) > 0:
            self.widths = widths[0], widths[1]
        for place, pane in enumerate((sidebar, listed, article, first)):
            splitter.addWidget(pane)
            splitter.setStretchFactor(place, 0 if place < 2 else 1)
        in_order(sidebar, listed, article, first)
        first.hide()
        self._share()
        splitter.splitterMoved.connect(self._moved)
        listed.back_button.clicked.connect(lambda: self.go_into(SIDEBAR))
        article.back_button.clicked.connect(lambda: self.go_into(LIST))
        sidebar.view.clicked.connect(lambda _index: self.be_in(LIST))

    def fill(self, filled: bool) -> None:
        """Whether there are sources; without any the first start stands in place of list and article."""
        self._filled = filled
        self.fit()

    def set_alone(self, alone: bool) -> None:
        """Nothing but the article, whatever the window has room for."""
        self._alone = alone
        if alone:
            self.go_into(ARTICLE)
        else:
            self.fit()

    def fit(self) -> None:
        """The window's width, or the reader's place, is another one."""
        width = self._window.width()
        side, listed, article = shown(width, self._at)
        if self._alone:
            side, listed, article = False, False, True
        if not self._filled:  # only the manual can be open
            side, listed, article = width >= ONE_PX, False, self._at == ARTICLE and self._page() is not self._article
        first = not self._filled and not article
        self._article.setMinimumWidth(article_width(width))
        focus, changed = self._window.focusWidget(), False  # also of a window that is not active now
        panes = (self._sidebar, side), (self._list, listed), (self._article, article), (self._first, first)
        for pane, wanted in panes:
            if pane.isHidden() == wanted:
                pane.setVisible(wanted)
                changed = True
        self._list.back_button.setVisible(not side)
        self._article.back_button.setVisible(not listed)
        if changed:
            self._share()
            # Qt gives the focus of a hidden widget to the next one, mostly a button, which Space would press.
            if focus is not None and self._splitter.isAncestorOf(focus) and not focus.isVisible():
                goal = self._focus_of(self._at)
                goal.setFocus(Qt.FocusReason.OtherFocusReason)
                if goal is self._list.view and not goal.isVisible():  # its rows are still on their way
                    self._list.focus_when_shown()

    def be_in(self, pane: Pane) -> None:
        """The reader is in this pane now: it is seen. The focus stays unless its own pane is hidden."""
        self._at = pane
        self.fit()

    def go_into(self, pane: Pane) -> None:
        """As ``be_in``, and with the focus."""
        self.be_in(pane)
        self._focus_of(pane).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave_article(self) -> None:
        """No article is open any more."""
        if self._at == ARTICLE:
            self.be_in(LIST)

    def step(self, by: int) -> None:
        """One pane to the left (-1) or right (+1); in the sidebar these close and open a folder first."""
        focus, tree = QApplication.focusWidget(), self._sidebar.view
        node = self._sidebar.tree.node(tree.currentIndex())
        if focus is tree and node is not None:
            if node.opens and tree.isExpanded(tree.currentIndex()) == (by < 0):
                tree.setExpanded(tree.currentIndex(), by > 0)
                return
            if by < 0 and node.kind == "subfolder" and node.parent is not None:
                tree.setCurrentIndex(self._sidebar.tree.index_of(node.parent))
                return
        here = self._at
        places: tuple[tuple[Pane, QWidget], ...]
        places = (SIDEBAR, self._sidebar), (LIST, self._list), (ARTICLE, self._article)
        for place, pane in places:
            if focus is not None and pane.isAncestorOf(focus):
                here = place
        around: tuple[Pane, Pane] = {SIDEBAR: (SIDEBAR, LIST), LIST: (SIDEBAR, ARTICLE), ARTICLE: (LIST, ARTICLE)}[here]
        self.go_into(around[0 if by < 0 else 1])

    def _focus_of(self, pane: Pane) -> QWidget:
        if not self._filled and self._article.isHidden():
            return self._first
        return (self._sidebar.view, self._list.view, self._page())[pane]

    def _share(self) -> None:
        """Give each pane its width; of one that is hidden Qt would forget it."""
        side, listed = self.widths
        side_px = 0 if self._sidebar.isHidden() else side
        listed_px = 0 if self._list.isHidden() else listed
        rest = max(0, self._window.width() - side_px - listed_px)
        first = not self._first.isHidden()
        if self._article.isHidden() and not first:
            self._splitter.setSizes([side_px, listed_px + rest, 0, 0])
        else:
            self._splitter.setSizes([side_px, listed_px, 0 if first else rest, rest if first else 0])

    def _moved(self) -> None:
        side, listed = self.widths
        sizes = self._splitter.sizes()
        if self._article.isVisible() and self._list.isVisible():
            listed = sizes[1]
        if self._sidebar.isVisible() and self._list.isVisible():
            side = sizes[0]
        self.widths = side, listed
