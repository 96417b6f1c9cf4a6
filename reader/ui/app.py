"""The composition root: what is made, in which order, and how it ends."""

from __future__ import annotations

import logging
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from reader import log as logfile
from reader import settings as settings_file
from reader.errors import EngineRefused, StoreError
from reader.library import Library, is_address
from reader.paths import Paths
from reader.settings import Settings
from reader.ui import engine, fonts, words
from reader.ui import language as translation
from reader.ui.foldertree import FolderTree
from reader.ui.folderwatch import FolderWatch
from reader.ui.icons import app_icon
from reader.ui.lanes import Lanes
from reader.ui.theme import Choice, Themes
from reader.ui.window import Window

log = logging.getLogger(__name__)

#: The id of the desktop entry (packaging/linux); Wayland finds the icon by it.
DESKTOP_ID = "arpa.home.Inkstone"

#: Python gives the GUI thread its turn after this long; 5 ms, the default, is a third of a frame.
_SWITCH_S = 0.001
#: How the window is gets written down this often: a crash or a power cut loses no more.
_KEEP_MS = 5000


@dataclass(slots=True)
class Program:
    """The running program's parts."""

    app: QApplication
    library: Library
    lanes: Lanes
    themes: Themes
    window: Window
    watch: FolderWatch

    def end(self) -> None:
        """Close everything, in the order that Qt and SQLite ask for."""
        self.watch.close()
        self.window.refreshing.stop()
        self.window.showing.shut()
        self.lanes.close()
        self.library.close()


def make_app(argv: Sequence[str] = ("inkstone",), *, language: str = "system") -> QApplication:
    """The application object, with the page engine's switches set before it, in a language of the settings."""
    engine.prepare()
    sys.setswitchinterval(_SWITCH_S)
    app = QApplication(list(argv))
    app.setApplicationName("inkstone")
    app.setApplicationDisplayName("Inkstone")
    app.setDesktopFileName(DESKTOP_ID)
    app.setWindowIcon(app_icon())
    translation.install(app, language)
    app.setFont(fonts.font(13, script=fonts.script_of("")))
    return app


def build(app: QApplication, library: Library, settings: Settings, *, by_itself: bool = True) -> Program:
    """The window over a library; the page engine starts once the list is on screen."""
    lanes = Lanes()
    choice: Choice = settings.theme  # type: ignore[assignment]
    themes = Themes(app, choice)
    window = Window(library, lanes, themes, settings, by_itself=by_itself)

    def start_engine() -> None:
        window.listed.disconnect(start_engine)
        engine.start()
        window.showing.make_viewer(lanes)
        if by_itself:
            window.refreshing.refresh_due()

    window.listed.connect(start_engine)
    FolderTree(library, lanes, window)
    return Program(app, library, lanes, themes, window, FolderWatch(library, lanes, window, by_itself=by_itself))


def run(where: Paths, what: Sequence[str], *, debug: bool = False) -> int:
    """Open the window and stay until it is closed; the exit status.

    Args:
        what: files and folders to open, addresses to offer for adding.

    Raises:
        EngineRefused: as root, without the user's own switch.
        StoreError: the library cannot be used.
    """
    engine.check_sandbox()
    engine.check_display()
    logfile.start(where.log, debug=debug)
    settings = settings_file.load(where.settings)
    app = make_app(language=settings.language)
    try:
        library = Library(where)
    except StoreError as error:
        _tell_unusable(app, error)
        raise
    program = build(app, library, settings)
    window = program.window
    sys.excepthook = _Bugs(window)
    window.show()
    signals = _end_on_signals(app)
    keeping = QTimer(window, interval=_KEEP_MS)
    keeping.timeout.connect(window.keep_settings)
    keeping.start()
    if what:
        QTimer.singleShot(0, lambda: _open(window, what))
    status = app.exec()
    signals.stop()
    window.keep_settings()
    program.end()
    return int(status)


def _end_on_signals(app: QApplication) -> QTimer:
    """End in order on SIGTERM and SIGINT. Python runs its handlers between two calls: the timer gives it a turn."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.quit())
    turn = QTimer(app, interval=500)
    turn.timeout.connect(lambda: None)
    turn.start()
    return turn


def _open(window: Window, what: Sequence[str]) -> None:
    for each in what:
        if is_address(each):
            window.acts.add_feed(each)
        else:
            window.acts.open_path(Path(each).expanduser())


def _tell_unusable(app: QApplication, error: StoreError) -> None:
    """Whoever started the program by a click sees no terminal: say it in a window, too."""
    if app.platformName() != "offscreen" and not sys.stderr.isatty():
        QMessageBox.critical(None, "Inkstone", words.sentence(error))


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
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Inkstone")
        box.setText(QCoreApplication.translate("Window", "Something unexpected happened. What you did is saved."))
        box.setDetailedText(logfile.starred(details))
        box.open()
