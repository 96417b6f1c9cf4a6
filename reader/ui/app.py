"""The composition root: what is made, in which order, and how it ends."""

from __future__ import annotations

import gc
import logging
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import field
from threading import Event
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from reader import log as logfile
from reader import settings as settings_file
from reader.errors import EngineRefused, StoreError
from reader.firstlook import FirstLook, Seen
from reader.library import Library
from reader.paths import Paths
from reader.records import dataclass
from reader.settings import Settings
from reader.ui import engine, fonts, renewal, textsize
from reader.ui import language as translation
from reader.ui.foldertree import FolderTree
from reader.ui.folderwatch import FolderWatch
from reader.ui.garbage import Garbage
from reader.ui.icons import app_icon
from reader.ui.instance import Request, Seat
from reader.ui.lanes import Lanes
from reader.ui.surroundings import Surroundings
from reader.ui.theme import Choice, Themes
from reader.ui.window import Window

if TYPE_CHECKING:
    from reader.ui.carefacts import Act

log = logging.getLogger(__name__)

#: The id of the desktop entry (packaging/linux); Wayland finds the icon by it.
DESKTOP_ID = "arpa.home.Inkstone"

#: Python gives the GUI thread its turn after this long; 5 ms, the default, is a third of a frame.
_SWITCH_S = 0.001
#: How the window is gets written down this often: a crash or a power cut loses no more.
_KEEP_MS = 5000
#: When the first list does not come (a damaged library), what waits for it goes on without it.
_LATEST_S = 5.0


@dataclass(slots=True, weakref_slot=True)
class Program:
    """The running program's parts.

    Attributes:
        surroundings: the desktop around the window; None where the window stands alone (in tests).
        renewed: told of each window that takes the place of another one, before it is shown.
    """

    app: QApplication
    library: Library
    lanes: Lanes
    themes: Themes
    by_itself: bool
    window: Window = field(init=False)
    watch: FolderWatch = field(init=False)
    garbage: Garbage = field(init=False)
    surroundings: Surroundings | None = None
    renewed: Callable[[Window], object] = lambda _window: None

    def __post_init__(self) -> None:
        self.garbage = Garbage(lambda: self.window.pace.rested_ms())

    def open_window(self, settings: Settings, after: Window | None = None, seen: Seen | None = None) -> Window:
        """A window over the library; the page engine starts once its list is on screen.

        Args:
            after: the window whose place it takes.
            seen: what its first list shows, if it was read already.
        """
        library, lanes, by_itself = self.library, self.lanes, self.by_itself
        if after is not None:
            self.watch.close()
        window = Window(library, lanes, self.themes, settings, by_itself=by_itself, after=after, seen=seen)

        on_screen = Event()
        # Small pictures come after the list, and disturb no start.
        lanes.thumbnails.run(lambda: on_screen.wait(_LATEST_S))

        def start_engine() -> None:
            window.listed.disconnect(start_engine)
            engine.start()
            window.showing.make_viewer(lanes)
            on_screen.set()
            logfile.write()
            self.garbage.start()
            if by_itself and after is None:
                window.refreshing.refresh_due()

        window.listed.connect(start_engine)
        QTimer.singleShot(int(_LATEST_S * 1000), window, self.garbage.start)
        window.language_chosen.connect(lambda name: self.speak(name))  # a method would have to be weakly referenced
        renewal.SystemLanguage(self, window)
        FolderTree(library, lanes, window)
        self.window, self.watch = window, FolderWatch(library, lanes, window, by_itself=by_itself)
        if after is not None:
            self.renewed(window)
        return window

    def speak(self, language: str) -> None:
        """Speak another language from now on, in a new window that takes the place of this one."""
        renewal.speak(self, language)

    def end(self) -> None:
        """Close everything, in the order that Qt and SQLite ask for."""
        if self.surroundings is not None:
            self.surroundings.close()
        self.garbage.stop()
        self.watch.close()
        self.window.refreshing.stop()
        self.window.showing.shut()
        self.lanes.close()
        self.library.close()


def make_app(argv: Sequence[str] = ("inkstone",), *, language: str = "system") -> QApplication:
    """The application object, with the page engine's switches set before it, in a language of the settings."""
    engine.prepare()
    textsize.respect()
    sys.setswitchinterval(_SWITCH_S)
    app = QApplication(list(argv))
    app.setApplicationName("inkstone")
    app.setApplicationDisplayName("Inkstone")
    app.setDesktopFileName(DESKTOP_ID)
    app.setWindowIcon(app_icon())
    translation.install(app, language)
    app.setFont(fonts.font(13, script=fonts.script_of("")))
    return app


def build(
    app: QApplication, library: Library, settings: Settings, *, by_itself: bool = True, seen: Seen | None = None
) -> Program:
    """The window over a library; the page engine starts once the list is on screen.

    Args:
        seen: what its first list shows, if it was read already.
    """
    lanes = Lanes()
    choice: Choice = settings.theme  # type: ignore[assignment]
    themes = Themes(app, choice)
    program = Program(app, library, lanes, themes, by_itself)
    program.open_window(settings, seen=seen)
    return program


def run(where: Paths, asked: Request, seat: Seat, look: FirstLook | None = None, *, debug: bool = False) -> int:
    """Open the window and stay until it is closed; the exit status.

    Args:
        asked: files and folders to open, addresses to offer for adding; and whether to stay in the tray.
        seat: the right to be the one window of this library.
        look: begun already, so that the library is opened while Qt is loaded.

    Raises:
        StoreError: the library cannot be used.
    """
    logfile.start(where.log, debug=debug, later=True)
    settings = settings_file.load(where.settings)
    app = make_app(language=settings.language)
    look = look or FirstLook(where)
    while True:
        library = _opened(app, where, look)
        program = build(app, library, settings, seen=look.seen())
        status = _stay(program, seat, asked)
        wanted = program.window.safekeeping.wanted
        program.end()
        if wanted is None:
            return status
        program.window.deleteLater()
        _carry_out(wanted, where)
        settings, asked, look = settings_file.load(where.settings), Request(), FirstLook(where)
        translation.install(app, settings.language)


def _opened(app: QApplication, where: Paths, look: FirstLook) -> Library:
    """The library, perhaps repaired first.

    Raises:
        StoreError: it cannot be used.
    """
    try:
        return look.library()
    except StoreError as error:
        from reader.ui import rescue  # hardly ever

        gc.enable()  # it may take long
        return rescue.opened(app, where, error)


def _carry_out(wanted: Act, where: Paths) -> None:
    from reader.ui import rescue

    rescue.carry_out(wanted, where)


def _tell_place(window: Window) -> None:
    """Two computers that use one library over a network wait for each other, and lose their patience."""
    if window.library.store.remote:
        text = QCoreApplication.translate(
            "Window", "This library is on a network drive: use it from one computer at a time."
        )
        window.toast.say(text, icon_name="warning")


def _stay(program: Program, seat: Seat, asked: Request) -> int:
    """Show the window and stay until it is closed; the exit status."""
    _join(program, seat, asked)
    program.renewed = lambda _window: _join(program, seat, asked)
    program.surroundings.show()  # type: ignore[union-attr]
    _tell_place(program.window)
    signals = _end_on_signals(program)
    keeping = QTimer(interval=_KEEP_MS)
    keeping.timeout.connect(lambda: program.window.keep_settings())
    keeping.start()
    status = program.app.exec()
    signals.stop()
    keeping.stop()
    program.window.keep_settings()
    return int(status)


def _join(program: Program, seat: Seat, asked: Request) -> None:
    """Join the program's window with the desktop, in the place of the window before it."""
    if program.surroundings is not None:
        program.surroundings.close()
    sys.excepthook = _Bugs(program.window)
    program.surroundings = Surroundings(program.window, seat, asked, DESKTOP_ID)


def _end_on_signals(program: Program) -> QTimer:
    """End in order on SIGTERM and SIGINT. Python runs its handlers between two calls: the timer gives it a turn."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: program.window.leave())
    turn = QTimer(interval=500)
    turn.timeout.connect(lambda: None)
    turn.start()
    return turn


class _Bugs:
    """A bug: logged, told once with its details, and the program goes on."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._told = False

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("a bug: %s", details)
        print(details, file=sys.stderr)
        if self._told or issubclass(kind, EngineRefused | KeyboardInterrupt):
            return
        self._told = True
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Inkstone")
        box.setText(QCoreApplication.translate("Window", "Something unexpected happened. What you did is saved."))
        box.setDetailedText(logfile.discreet(details))
        copy = box.addButton(QCoreApplication.translate("Window", "Copy details"), QMessageBox.ButtonRole.AcceptRole)
        copy.clicked.connect(lambda: self._window.help.copy_details(details))
        box.addButton(QMessageBox.StandardButton.Close)
        box.open()
