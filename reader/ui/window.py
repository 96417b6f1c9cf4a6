"""The main window: three panes and a status line, and how they speak with each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from reader.firstlook import Seen, beginning
from reader.library import Library
from reader.model import Counts, Failed, Outcome, Row, Source, Updated, View
from reader.settings import Settings
from reader.ui import articledrop, leaving, panes
from reader.ui.articlepane import ArticlePane
from reader.ui.articles import ArticleModel
from reader.ui.commands import Commands
from reader.ui.controls import Toast
from reader.ui.favicons import Favicons
from reader.ui.firststart import FirstStart
from reader.ui.grouping import Grouping
from reader.ui.handlers import handlers
from reader.ui.history import History
from reader.ui.lanes import Lanes, patient
from reader.ui.listing import Listing
from reader.ui.listpane import ListPane
from reader.ui.marking import Marking
from reader.ui.outside import Outside
from reader.ui.pace import Pace
from reader.ui.reading import Reading
from reader.ui.refreshing import Refreshing
from reader.ui.refreshwords import RefreshWords
from reader.ui.showing import Showing
from reader.ui.sidebar import Sidebar
from reader.ui.smartfolders import SmartFolders
from reader.ui.sourceroll import SourceRoll
from reader.ui.splitter import Splitter
from reader.ui.statusline import StatusLine
from reader.ui.theme import Themes
from reader.ui.thumbnails import ThumbnailStore

if TYPE_CHECKING:
    from reader.ui.aa import LookPopover
    from reader.ui.arrivals import Arrivals
    from reader.ui.exportacts import ExportActs
    from reader.ui.help import Help
    from reader.ui.palette import Palette
    from reader.ui.pictureacts import PictureActs
    from reader.ui.refreshing import Result
    from reader.ui.safekeeping import Safekeeping
    from reader.ui.selecting import Selecting
    from reader.ui.settingswindow import SettingsWindow
    from reader.ui.sourceacts import SourceActs
    from reader.ui.tidying import Tidying
    from reader.ui.troubles import Troubles

#: Another program that changed the library is noticed this often.
_LOOK_MS = 1000
#: A window that shows no list at first (without sources, or too narrow) is painted by then.
_PAINTED_MS = 300
#: What the first list need not wait for is made then.
_IDLE_MS = 2000


class Window(QMainWindow):
    """The window of one library.

    Args:
        settings: how it was left; ``left`` gives how it is now.
        by_itself: refresh what is due, at the start and later.
        after: the window whose place this one takes: a refresh that it runs goes on here.
        seen: what the first list shows, if it was read already.
    """

    #: The list is on screen: now the page engine may be loaded.
    listed = Signal()
    #: ``sources`` were read again.
    sources_read = Signal()
    #: The names of the settings that were changed.
    settings_changed = Signal(object)
    #: Another language was chosen: the window is to be made anew.
    language_chosen = Signal(str)

    def __init__(
        self,
        library: Library,
        lanes: Lanes,
        themes: Themes,
        settings: Settings,
        *,
        by_itself: bool = True,
        after: Window | None = None,
        seen: Seen | None = None,
    ) -> None:
        super().__init__()
        self.library, self.lanes, self.themes, self.settings = library, lanes, themes, settings
        self.kept = settings
        self.reopen = settings.article
        self._version = -1
        self.leaving = False
        self.by_itself = by_itself and not library.store.readonly
        self._begin = settings if after is None else replace(settings, start_view="left")
        self.refreshing = self._take_refreshing(after)
        self._make_parts()
        self._lay_out()
        self._connect()
        leaving.restore(self)
        if seen is None:
            self.roll.call(first=True)
        else:
            self.listing.begin(seen)
            self.roll.begin(seen)

    # Making

    def _make_parts(self) -> None:
        library, lanes = self.library, self.lanes
        self.commands = Commands(self, self.settings.key_preset, self.settings.keys)
        self.pace = Pace(lambda: self.refreshing.running, self)
        self.roll = SourceRoll(self)
        self.model = ArticleModel(self._load_rows, self, now=library.now)
        self.sidebar = Sidebar(self)
        self.list = ListPane(self.model, self.commands, self)
        self.article = ArticlePane(self.commands, self)
        self.history = History()
        self.first = FirstStart(self)
        self.status = StatusLine(self)
        self.refresh_words = RefreshWords(self)
        self.marking = Marking(self)
        self.outside = Outside(self)
        self.listing = Listing(
            library, lanes, self.list, self.model, self.commands, lambda: self.sources, self.pace, self
        )
        self.grouping = Grouping(library, lanes, self.model, self.list.view, self.listing.is_dated, self)
        self.reading = Reading(library, lanes, self.devicePixelRatioF, self)
        self.showing = Showing(
            library,
            self.reading,
            self.article,
            self.themes,
            self.row,
            lambda: self.settings,
            lambda: self.selecting.next_row(),
            lambda: self.commands["next"].shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            self,
        )
        self.smart = SmartFolders(self)
        self.thumbnails = ThumbnailStore(lanes.thumbnails, lambda row: patient(lambda: library.lead(row))(), self)
        self.list.view.set_thumbnails(self.thumbnails)
        self.favicons = Favicons(lanes.thumbnails, library.favicon, self)
        self.sidebar.view.set_favicons(self.favicons)
        self.list.view.set_favicons(self._favicon, self.favicons.ready)
        self.list.view.density = self.settings.density  # type: ignore[assignment]
        self._looking = QTimer(self, interval=_LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._looking.start()
        self.listed.connect(self._furnish, Qt.ConnectionType.SingleShotConnection)

    # Rooms that the first list need not wait for: made by whoever enters first, or once the list is on screen.

    @cached_property
    def acts(self) -> SourceActs:
        from reader.ui.sourceacts import SourceActs

        return SourceActs(self)

    @cached_property
    def arrivals(self) -> Arrivals:
        from reader.ui.arrivals import Arrivals

        return Arrivals(self)

    @cached_property
    def help(self) -> Help:
        from reader.ui.help import Help

        return Help(self)

    @cached_property
    def pictures(self) -> PictureActs:
        from reader.ui.pictureacts import PictureActs

        return PictureActs(self)

    @cached_property
    def selecting(self) -> Selecting:
        from reader.ui.selecting import Selecting

        return Selecting(self, self.middle)

    @cached_property
    def troubles(self) -> Troubles:
        from reader.ui.troubles import Troubles

        return Troubles(self, self.middle)

    @cached_property
    def tidying(self) -> Tidying:
        from reader.ui.tidying import Tidying

        return Tidying(self.library, self.lanes.store, lambda: self.refreshing.running, self)

    @cached_property
    def safekeeping(self) -> Safekeeping:
        from reader.ui.safekeeping import Safekeeping

        return Safekeeping(self)

    @cached_property
    def exports(self) -> ExportActs:
        from reader.ui.exportacts import ExportActs

        return ExportActs(self)

    @cached_property
    def look(self) -> LookPopover:
        """Text sizes, fonts and theme of the article."""
        from reader.ui.aa import LookPopover

        return LookPopover(lambda: self.settings, self.set_setting, self.article)

    @cached_property
    def finder(self) -> Palette:
        """The command palette."""
        from reader.ui.palette import Palette

        return Palette(self, self.middle)

    def _furnish(self) -> None:
        """Make the rooms that listen to the others; the list is on screen."""
        rooms = self.acts, self.help, self.pictures, self.selecting, self.safekeeping
        assert all(rooms)
        self.tidying.changed.connect(self.library_changed)
        self.reading.marked.connect(self.acts.changes.forget)
        if self.by_itself:
            self.tidying.start()
        QTimer.singleShot(_IDLE_MS, self, lambda: self.finder)

    def _take_refreshing(self, after: Window | None) -> Refreshing:
        def wanted() -> bool:
            return self.settings.pictures != "never"

        if after is not None:
            after.refreshing.move_to(self, wanted)
            return after.refreshing
        minutes = self.settings.refresh_minutes if self.by_itself else 0
        return Refreshing(
            self.library,
            self.lanes,
            minutes=minutes,
            pictures_wanted=wanted,
            metered=_is_metered,
            parent=self,
        )

    def _lay_out(self) -> None:
        self.setWindowTitle("Inkstone")
        self.setAcceptDrops(True)
        self.splitter = Splitter(self)
        self.panes = panes.Panes(
            self.splitter,
            self.sidebar,
            self.list,
            self.article,
            self.first,
            lambda: (self.showing.viewer if self.showing.is_open else None) or self.article,
            self.settings.splitter,
            self,
        )
        self.middle = QWidget(self)
        column = QVBoxLayout(self.middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.status)
        self.setCentralWidget(self.middle)
        self.toast = Toast(self.middle)
        self.resize(1360, 850)
        self.setMinimumSize(420, 360)
        self.showing.close()

    def _connect(self) -> None:
        view = self.list.view
        self.sidebar.chosen.connect(self.listing.show)
        self.sidebar.add_wanted.connect(lambda: self.acts.add_feed())
        self.sidebar.refresh_wanted.connect(self.refreshing.refresh)
        self.sidebar.menu_wanted.connect(lambda: self._menu("main", _below(self.sidebar.menu_button)))
        self.sidebar.source_menu.connect(lambda key, place: self.acts.source_menu(key, place))
        self.sidebar.folder_menu.connect(lambda path, place: self.acts.folder_menu(path, place))
        self.sidebar.act_wanted.connect(lambda name, node: self.acts.changes.act(name, node))
        self.sidebar.rearranged.connect(lambda *moved: self.acts.changes.move(*moved))
        self.first.add_feed.connect(lambda: self.acts.add_feed())
        self.first.open_folder.connect(lambda: self.acts.open_folder())
        self.first.import_opml.connect(lambda: self.acts.import_opml())
        self.first.open_sample.connect(lambda: self.acts.open_sample())
        self.list.sort_button.clicked.connect(lambda: self._menu("sort", _below(self.list.sort_button)))
        self.article.more_button.clicked.connect(self._more)
        view.opened.connect(self._open)
        view.addActions([self.commands["open"], self.commands["remove"]])
        view.bookmark_toggled.connect(self.marking.toggle_bookmark)
        view.context_menu.connect(self._article_menu)
        view.middle_clicked.connect(lambda key: self.outside.open_original(self.row(key)))
        self.article.look_button.clicked.connect(lambda: self.look.toggle(self.article.look_button))
        self.listing.listed.connect(self._listed)
        self.listing.refresh_wanted.connect(lambda source: self.refreshing.refresh([source] if source else None))
        self.listing.address_wanted.connect(lambda source: self.acts.properties(source, to_address=True))
        self.listing.view_wanted.connect(self.sidebar.select)
        self.listing.trouble.connect(self.tell)
        self.reading.changed.connect(self._rows_changed)
        self.reading.marked.connect(self.roll.call_soon)
        self.reading.trouble.connect(self.tell)
        self.showing.shown.connect(self._prepare_next)
        self.showing.menu_wanted.connect(self._page_menu)
        self.showing.stepped.connect(self.step_history)
        self.showing.hovered.connect(self.status.hover)
        self.showing.next_wanted.connect(lambda: view.step(1))
        self.showing.tag_wanted.connect(lambda tag: self.search_for(articledrop.query_of(tag)))
        self.showing.resized.connect(lambda by: self.text_size(self.settings.article_size_px + by))
        self.showing.read.connect(self._was_read)
        self.showing.astray.connect(self._link_astray)
        self.showing.copied.connect(self.outside.copy)
        self.reading.linked.connect(self._go_to_part)
        self.refreshing.outcome.connect(self._outcome)
        self.refreshing.finished.connect(self._refreshed)
        self.refreshing.busy.connect(self.sidebar.set_busy)
        self.refreshing.favicons.connect(self.favicons.forget_missing)
        self.refreshing.pictures.connect(self.thumbnails.forget_missing)
        self.refreshing.trouble.connect(self.tell)
        self.status.failing_clicked.connect(lambda: self.troubles.ask_failing())
        self.toast.acted.connect(self.marking.undo)
        self.lanes.unexpected.connect(self.tell)
        self.commands.connect_all(handlers(self))
        self._feel_touches()
        self.settings_changed.connect(lambda _changed: self._use_keys())

    def _feel_touches(self) -> None:
        """What tells that somebody acts now: the list and the numbers are not renewed in that moment."""
        touches = [action.triggered for action in self.commands.actions.values()]
        touches += [self.list.view.verticalScrollBar().valueChanged, self.list.search.typing, self.sidebar.chosen]
        for touch in touches:
            touch.connect(self.pace.touch)

    def left(self) -> Settings:
        """How the window is now, to be restored at the next start."""
        return leaving.left(self)

    def keep_settings(self) -> None:
        """Write down how the window is."""
        leaving.keep(self)

    def _use_keys(self) -> None:
        self.commands.use_keys(self.settings.key_preset, self.settings.keys)

    # Sources

    @property
    def sources(self) -> dict[int, Source]:
        """By their keys, in the user's order."""
        return self.roll.sources

    @property
    def counts(self) -> Counts:
        return self.roll.counts

    def reload_sources(self, *, choose: int | None = None) -> None:
        """Read the sources and their numbers again; ``choose``: the key of a source to go to."""
        self.roll.call(choose=choose)

    def begin(self) -> None:
        """Choose what was chosen when the window was left, or what the user wants to begin with."""
        view, source = beginning(self._begin, list(self.sources.values()))
        self.sidebar.select(None, source) if source is not None else self.sidebar.select(view)
        (self.list.view if self.sources else self.first).setFocus()

    def _favicon(self, key: int, size: int, ratio: float) -> QPixmap | None:
        source = self.sources.get(key)
        return self.favicons.pixmap(source, size, ratio) if source is not None else None

    def _load_rows(self, keys: Sequence[int], done: Callable[[list[Row]], None]) -> None:
        wanted = list(keys)

        def failed(error: BaseException) -> None:
            done([])
            self.tell(error)

        def came(rows: list[Row]) -> None:
            done(rows)
            self.model.update_rows(self.reading.pending())

        self.lanes.read.run(patient(lambda: self.library.store.rows(wanted)), came, failed)

    def _listed(self, another: bool) -> None:
        if another:
            # A search begins with its best match, whatever is open; the article stays all the same.
            if not self.listing.searching and not self.list.view.select_key(self.reading.key) and self.listing.whole:
                self.close_article()
            if self.reopen:
                name, self.reopen = self.reopen, ""
                self.lanes.read.run(
                    lambda: self.library.keys([name])[0],
                    self.go_to,
                    lambda error: None,  # it is gone: nothing is open
                )
        self.model.update_rows(self.reading.pending())
        self.showing.renew_next()
        view, chosen = self.list.view, self.list.view.current_key()
        if not another and chosen is None:
            view.select_key(self.reading.key)  # back from a search
        elif (
            not another
            and chosen is not None
            and chosen != self.reading.key
            and view.selected_count() == 1
            and not self.help.is_open
        ):
            self._open(chosen)  # it was chosen a moment before the list was renewed, and the view forgot to say so
        if not self.isVisible():
            QTimer.singleShot(0, self, self._listed_early)
            return
        if another:
            # Painted now: Qt gives an update a lower priority than the queued call below, and the page engine, which is
            # loaded by that call, would come before the first rows (200 ms).
            self.list.view.viewport().repaint()
        QTimer.singleShot(0, self, self.listed.emit)

    def _listed_early(self) -> None:
        """The first list was there before the window: it is on screen when the window is (but not one in the tray)."""
        if not self.isVisible():
            self.listed.emit()
            return
        latest = QTimer(self, interval=_PAINTED_MS, singleShot=True)
        latest.timeout.connect(self.listed.emit)
        latest.start()
        self.list.header.painted.connect(lambda: latest.start(0), Qt.ConnectionType.SingleShotConnection)

    def _look(self) -> None:
        """Has another connection (a refresh, the command line) changed the library?"""

        def seen(version: int) -> None:
            if self._version not in (-1, version):
                self.library_changed()
            self._version = version

        self.lanes.store.run(self.library.store.data_version, seen, lambda error: None)

    def library_changed(self) -> None:
        """Show the library as it is now: list, numbers and the open article."""
        self.reading.forget()
        self.reading.look_again()
        self.roll.call_soon()
        self.listing.renew()

    # Articles

    def row(self, key: int) -> Row | None:
        """The row of an article of the list, or of the open one; None when neither holds it."""
        place = self.model.index_of_key(key) if key >= 0 else -1
        row = self.model.row_at(place) if place >= 0 else None
        return self.reading.row() if row is None and key == self.reading.key else row

    def _rows_changed(self, rows: Sequence[Row]) -> None:
        self.model.update_rows(rows)
        for row in rows:
            if row.key == self.reading.key:
                self.article.set_row(row)

    def _was_read(self, row: Row) -> None:
        self.listing.linger(row.key)
        self.reading.set_read(row, True)

    def _prepare_next(self, key: int) -> None:
        place = self.model.index_of_key(key)
        if place >= 0:
            self.reading.prepare([self.model.key_at(n) for n in (place + 1, place + 2) if n < self.model.rowCount()])

    def _menu(self, name: str, place: QPoint, *about: object) -> None:
        """Open a menu of ``menus``."""
        from reader.ui import menus

        getattr(menus, name)(self, *about).popup(place)

    def _article_menu(self, key: int, place: QPoint) -> None:
        row = self.row(key)
        if row is not None:
            self._menu("article", place, row)

    def _more(self) -> None:
        row = self.row(self.reading.key)
        if row is not None:
            self._menu("article", _below(self.article.more_button), row)

    def go_to(self, key: int) -> None:
        """Select and open an article of the list (or one that the list does not hold)."""
        self.list.view.select_key(key)
        self._open(key)

    def _go_to_part(self, key: int, part: str) -> None:
        self.showing.expect(key, part)
        self.go_to(key)

    def _link_astray(self, name: str) -> None:
        self.status.say(self.tr("“{name}” is no article of this library.").format(name=name))

    def _open(self, key: int) -> None:
        self.listing.linger(key)
        self.history.visit(key)
        self.reading.open(key)
        self.panes.be_in(panes.ARTICLE)

    def step_history(self, by: int) -> None:
        """Go back (-1) or forward (1) through the articles that were open."""
        key = self.history.step(by)
        if key is not None:
            self.go_to(key)

    def alone(self) -> None:
        """Nothing but the article, on the whole screen; the same key or Esc leads back."""
        alone = self.commands["alone"].isChecked() and self.showing.is_open
        self.commands["alone"].setChecked(alone)
        self.panes.set_alone(alone)
        self.status.setVisible(not alone)
        self.article.header.setVisible(not alone)
        self.setWindowState(
            self.windowState() | Qt.WindowState.WindowFullScreen
            if alone
            else self.windowState() & ~Qt.WindowState.WindowFullScreen
        )

    def _page_menu(self, place: QPoint, text: str, link: str) -> None:
        row = self.row(self.reading.key)
        if row is not None:
            self._menu("page", place, row, text, link)

    def search_for(self, text: str) -> None:
        """Search the library for some words of an article."""
        self.search()
        self.list.search.field.setText(text)
        self.list.search.changed.emit(text)

    def close_article(self) -> None:
        """Show no article."""
        self.showing.close()
        self.panes.leave_article()

    def next_unread(self) -> None:
        """Go to the next unread article of the list, from the top again at its end."""
        from reader.ui import hopping

        hopping.to_unread(self, 1)

    def page(self, direction: int) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and focus.focusPolicy() != Qt.FocusPolicy.NoFocus:
            focus.click()
            return
        self.showing.page_by(direction, self.next_unread if direction > 0 else lambda: None)

    def find_in_article(self) -> None:
        if self.showing.is_open:
            self.article.finder.start()

    def search(self) -> None:
        self.panes.be_in(panes.LIST)
        self.list.search.start()

    def escape(self) -> None:
        if self.sidebar.filter.hasFocus():
            self.sidebar.filter.clear()
            self.sidebar.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.commands["alone"].isChecked():
            self.commands["alone"].trigger()
        elif self.article.finder.isVisible():
            self.article.finder.leave()
        elif self.toast.isVisible():
            self.toast.dismiss()
        elif self.list.search.isVisible():
            self.listing.end_search()
        elif not self.help.leave():
            self.refreshing.stop()

    # Refreshing

    def _outcome(self, outcome: Outcome) -> None:
        if isinstance(outcome, Updated):
            self.library_changed()
        elif isinstance(outcome, Failed):
            self.roll.call_soon()

    def _refreshed(self, result: Result) -> None:
        if result.asked or result.stopped:
            self.roll.call_soon()

    # The window itself

    def set_setting(self, **changes: Any) -> None:
        """Change settings, with their effect at once."""
        before, self.settings = self.settings, replace(self.settings, **changes)
        changed = frozenset(name for name in changes if getattr(before, name) != getattr(self.settings, name))
        from reader.ui import settingeffects

        settingeffects.take(self, changed)
        self.settings_changed.emit(changed)

    def show_keys(self) -> None:
        """The key sheet."""
        from reader.ui.keysheet import KeySheet

        KeySheet(self.commands, self).show()

    def open_settings(self, page: str = "") -> SettingsWindow:
        """The one settings window, at a page of it."""
        from reader.ui.settingswindow import SettingsWindow

        shown = self.findChild(SettingsWindow) or SettingsWindow(self)
        if page:
            shown.show_page(page)
        if shown.isVisible():
            shown.raise_()
        shown.show()
        shown.activateWindow()
        return shown

    def text_size(self, px: int) -> None:
        self.set_setting(article_size_px=max(10, min(40, px)))

    def tell(self, error: BaseException) -> None:
        """Say what went wrong, where it can be seen and does not stop anyone."""
        self.troubles.tell(error)

    def go_to_view(self, name: View) -> None:
        self.sidebar.select(name)
        self.panes.be_in(panes.LIST)

    # The window's own events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and goes from the sidebar into the list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focus = QApplication.focusWidget()
            if isinstance(focus, QAbstractButton):
                focus.click()
                return
            if focus is self.sidebar.view:
                self.panes.go_into(panes.LIST)
                return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panes.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.arrivals.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.arrivals.take_data(event.mimeData())
        event.acceptProposedAction()

    def leave(self) -> None:
        """End the program, also where closing the window only puts it away."""
        self.leaving = True
        self.close()
        QApplication.quit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.refreshing.stop()
        self.give_up()
        super().closeEvent(event)

    def give_up(self) -> None:
        """Ask and tell nothing more; a refresh goes on."""
        self.pictures.shut()
        self.acts.changes.finish()
        self._looking.stop()
        self.roll.stop()
        self.tidying.stop()
        self.showing.shut()


def _is_metered() -> bool:
    from reader.ui import connection  # first asked after a refresh

    return connection.is_metered()


def _below(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(QPoint(0, widget.height()))
