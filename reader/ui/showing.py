"""The open article: its page made from the document, shown by the viewer, remembered when it is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from reader.content import neighbours
from reader.library import Document, Library
from reader.model import Row
from reader.settings import Settings
from reader.ui import page, words
from reader.ui.articlepane import ArticlePane
from reader.ui.controls import EmptyState
from reader.ui.icons import tile_color, tile_letter
from reader.ui.reading import Reading
from reader.ui.theme import Theme, Themes, css_variables

if TYPE_CHECKING:
    from reader.picturefile import PictureFile
    from reader.ui.lanes import Lanes, Stop
    from reader.ui.viewer import Viewer

#: More sentences would push the article off the page; the command line says them all.
_MAX_NOTES = 5


class Showing(QObject):
    """Brings documents on the page.

    Args:
        row: the list's row of an article, if it is there.
        settings: text size, width, font; see ``apply_look``.
        next_row: the article after the open one.
        next_key: the key that leads to it, in words.
    """

    #: The page of this article key has been loaded.
    shown = Signal(int)
    hovered = Signal(str)
    #: A menu on the page: where, the selected text, the address of the link below.
    menu_wanted = Signal(QPoint, str, str)
    #: Back (-1) or forward (1), by the mouse.
    stepped = Signal(int)
    #: The page engine is there: the ``Viewer``.
    made = Signal(object)
    #: A link leads to no article of this library, and to nothing that the browser may have: what it names.
    astray = Signal(str)
    #: The link to the next article was clicked.
    next_wanted = Signal()
    #: A tag of the open article was chosen.
    tag_wanted = Signal(str)
    #: The text should be larger (1) or smaller (-1).
    resized = Signal(int)
    #: An article counts as read that was unread until now.
    read = Signal(object)
    #: The address of a link that leads out, where links are copied.
    copied = Signal(str)

    def __init__(
        self,
        library: Library,
        reading: Reading,
        pane: ArticlePane,
        themes: Themes,
        row: Callable[[int], Row | None],
        settings: Callable[[], Settings],
        next_row: Callable[[], Row | None],
        next_key: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library, self._reading, self._pane = library, reading, pane
        self._themes, self._row, self._settings = themes, row, settings
        self._next_row, self._next_key = next_row, next_key
        self._viewer: Viewer | None = None
        self._released: set[int] = set()  # the articles whose pictures are loaded whatever the rule
        self._waiting: Document | None = None
        self._form = 0
        self._part = -1, ""  # the article and the part of it that a link leads to
        self._on_page = False
        self._to_count = False  # the open article is not counted as read yet
        self._read_long = QTimer(self, singleShot=True)
        self._read_long.timeout.connect(self._was_read)
        reading.opened.connect(self._show)
        reading.failed.connect(self._not_opened)
        reading.led_out.connect(self._lead_out)
        reading.played.connect(lambda file: QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))))
        reading.tagged.connect(lambda tags: self._viewer.set_tags(tags) if self._viewer is not None else None)
        themes.changed.connect(self._themed)

    def make_viewer(self, lanes: Lanes) -> None:
        """Load the page engine; an article that waits for it is shown."""
        from reader.ui.viewer import Viewer

        viewer = Viewer(lanes.pictures, self._picture, words.missing_picture, self._pane)
        viewer.set_background(self._themes.current.page)
        viewer.link.connect(self._follow)
        viewer.hovered.connect(self.hovered)
        viewer.shown.connect(self._was_shown)
        viewer.menu_wanted.connect(self.menu_wanted)
        viewer.stepped.connect(self.stepped)
        viewer.next_wanted.connect(self.next_wanted)
        viewer.tag_wanted.connect(self.tag_wanted)
        viewer.resized.connect(self.resized)
        viewer.moved.connect(self._moved)
        viewer.scrolled.connect(self._pane.set_scrolled)
        finder = self._pane.finder
        finder.wanted.connect(lambda text, back: viewer.find_text(text, backward=back, done=finder.set_count))
        finder.closed.connect(self._end_find)
        viewer.set_animations(self._settings().animations)
        self._viewer = viewer
        self._pane.set_viewer(viewer)
        self.made.emit(viewer)
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._show(waiting)

    def _end_find(self) -> None:
        if self._viewer is not None:
            self._viewer.find_text("")
            self._viewer.setFocus()

    @property
    def viewer(self) -> Viewer | None:
        """The page engine, None before the list is on screen (and when it may not start)."""
        return self._viewer

    @property
    def is_open(self) -> bool:
        """Whether an article is on the page now: not when none is open, nor when it could not be shown."""
        return self._viewer is not None and self._on_page

    def _follow(self, href: str) -> None:
        if self._viewer is not None and self._viewer.document is not None:
            self._reading.follow(self._viewer.document, href)

    def expect(self, key: int, part: str) -> None:
        """When this article is shown next, show it from this part on."""
        self._part = key, part

    def _place(self, document: Document, row: Row) -> str:
        """Where an article is shown from: the part that a link named, or where it was left."""
        (key, part), self._part = self._part, (-1, "")
        if part and key == row.key:
            return f"#{part}"
        return document.article.position if 0.02 < row.progress < 0.98 else ""

    def _lead_out(self, href: str) -> None:
        """The system gets addresses of the web and of mail, never one of a file."""
        if href.startswith(("http://", "https://", "mailto:")):
            if self._settings().open_links == "copy":
                self.copied.emit(href)
            else:
                QDesktopServices.openUrl(QUrl(href))
        else:
            self.astray.emit(neighbours.shown(href))

    def _picture(self, document: Document, number: int, refresh: bool, cancelled: Stop) -> PictureFile:
        released = document.article.row.key in self._released
        return self._library.picture(document, number, refresh=refresh, now=released, cancelled=cancelled)

    def release(self, document: Document) -> None:
        """Load the pictures of an article from now on, whatever the rule."""
        self._released.add(document.article.row.key)

    def _held(self, document: Document) -> bool:
        """Whether the rule keeps pictures of an article from being loaded."""
        if document.rule == "always" or document.article.row.key in self._released:
            return False
        sizes = (*document.sizes, *[None] * len(document.rendered.images))
        pairs = zip(document.rendered.images, sizes, strict=False)
        return any(size is None and picture.url.startswith(("http://", "https://")) for picture, size in pairs)

    def _show(self, document: Document) -> None:
        row = self._row(document.article.row.key) or document.article.row
        self._pane.set_row(row)
        if self._viewer is None:
            self._waiting = document
            return
        self._pane.set_scrolled(False)
        self._pane.finder.leave()
        self._form = 0
        self._viewer.show_document(document, self._sheet(document, row), self._place(document, row))
        self._on_page = self._to_count = True
        self._read_long.stop()
        self._pane.show_viewer()

    def _was_shown(self, key: int) -> None:
        """The reader has the article: now there is time for what it counts as."""
        self.shown.emit(key)
        if self._to_count and (row := self._row(key)) is not None:
            self._count_as_read(row)
        self._to_count = False

    def _count_as_read(self, row: Row) -> None:
        """As the settings say: at once, after some seconds, or never by itself."""
        when = self._settings().read_when
        if when == "open" and not row.read:
            self.read.emit(row)
        elif when == "after" and not row.read:
            self._read_long.start(self._settings().read_after_s * 1000)

    def _was_read(self) -> None:
        row = self._row(self._reading.key) if self._on_page else None
        if row is not None and not row.read:
            self.read.emit(row)

    def _sheet(self, document: Document, row: Row) -> page.Sheet:
        article = replace(document.article, row=replace(row, source_title=words.source_title(row)))
        following = self._next_row()
        said = page.Words(
            date=words.long_date(row.date),
            reading_time=words.reading_time(article),
            attachments=self.tr("Attachments"),
            open_file=self.tr("Open in browser"),
            audio=self.tr("Audio"),
            video=self.tr("Video"),
            next_label=self.tr("Next article"),
            next_title=following.title if following is not None else "",
            next_key=self._next_key(),
            original=self.tr("Original:"),
            notes=notes(document),
            removed=words.removed(document.rendered.removed),
            removed_items=words.removed_items(document.rendered.removed),
            held=self.tr("Pictures are not loaded here.") if self._held(document) else "",
            load_now=self.tr("Load now"),
            load_always=self.tr("Always for this source"),
        )
        return page.article_page(article, document.rendered, self.look(), said, _tile(article.row), document.sizes)

    def renew_next(self) -> None:
        """The list is another one: perhaps another article comes after the open one."""
        if self._viewer is not None and self._on_page:
            following = self._next_row()
            self._viewer.set_next(following.title if following is not None else "")

    def next_form(self) -> None:
        """Show the open article as it is cleaned, then its original words, then its source, then cleaned again."""
        if self._viewer is None or not self._on_page or self._viewer.document is None:
            return
        document = self._viewer.document
        row = self._row(document.article.row.key) or document.article.row
        self._form = (self._form + 1) % 3
        if self._form == 0:
            sheet = self._sheet(document, row)
        else:
            code = self._form == 2
            text = document.article.raw if code else self._library.original_text(document)
            label = self.tr("Source, as it was received") if code else self.tr("Original words, with nothing removed")
            sheet = page.text_page(document.article, text, label, self.look(), _tile(row), code=code)
        self._viewer.show_document(document, sheet, is_text=self._form != 0)

    def look(self) -> page.Look:
        """Theme and sizes as they are now."""
        settings = self._settings()
        return page.Look(
            variables=css_variables(self._themes.current),
            size_px=settings.article_size_px,
            width_em=settings.article_width_em,
            serif=settings.article_font == "serif",
            lines_percent=settings.article_lines_percent,
            latin_font=settings.article_latin_font,
            cjk_font=settings.article_cjk_font,
            justify=settings.article_justify,
        )

    def _themed(self, _theme: Theme) -> None:
        self.apply_look()

    def apply_look(self) -> None:
        """Theme or sizes changed: change the open page at once, without loading it again."""
        if self._viewer is not None:
            self._viewer.set_background(self._themes.current.page)
            self._viewer.set_animations(self._settings().animations)
            look = self.look()
            self._viewer.set_variables(page.variables(look), look.classes)

    def _not_opened(self, key: int, error: BaseException) -> None:
        text = words.sentence(error)
        self._on_page = False
        self._pane.set_row(self._row(key))
        self._pane.show_empty(lambda empty: empty.set("warning", self.tr("This article cannot be shown"), text))

    def close(self) -> None:
        """Nothing is open."""
        if self._viewer is not None:
            self._viewer.leave()
        self._reading.close()
        self._read_long.stop()
        self._waiting = None
        self._on_page = False
        self._pane.set_row(None)
        self._pane.show_empty(self._say_none)

    def _say_none(self, empty: EmptyState) -> None:
        empty.set("", self.tr("No article selected"), hints=self._pane.hints())

    def _moved(self, key: int, progress: float, place: str) -> None:
        row = self._row(key)
        if row is not None:
            self._reading.set_place(row, progress, place)

    def page_by(self, direction: float, at_end: Callable[[], object]) -> None:
        """Scroll the article by a page; ``at_end()`` when there was nothing left."""
        if self._viewer is None or not self._on_page:
            at_end()
            return

        def moved(by_something: bool) -> None:
            if not by_something:
                at_end()

        self._viewer.page_by(direction, moved)

    def shut(self) -> None:
        """Before the window goes."""
        self._read_long.stop()
        if self._viewer is not None:
            self._viewer.shut()
            self._viewer, self._on_page = None, False  # an answer that is still on its way finds no page


def notes(document: Document) -> tuple[str, ...]:
    """What was noticed when the article was read and when its body was made, each said once."""
    said = dict.fromkeys((*document.article.warnings, *document.rendered.warnings))
    return tuple(words.note(each) for each in list(said)[:_MAX_NOTES])


def _tile(row: Row) -> page.Tile:
    if row.source_kind in ("folder", "files"):
        return page.Tile(folder=True)
    return page.Tile(letter=tile_letter(row.source_title), color=tile_color(row.source_title).name())
