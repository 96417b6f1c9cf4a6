"""The real window, drawn off screen and saved as a PNG."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from reader import settings as settings_file
from reader.errors import NotFound, Usage
from reader.library import Library
from reader.paths import Paths, in_folder
from reader.ui import refusals

#: A window that is not ready by then is drawn as it is.
_PATIENCE_S = 30.0
#: Pictures in view and thumbnails get this long after the text is there.
_SETTLE_S = 0.6


def screenshot(
    where: Paths, png: Path, *, article: str | None, size: tuple[int, int], theme: str | None
) -> dict[str, Any]:
    """Draw the window of a library.

    Args:
        article: an id, the beginning of one, or a file to open.
        size: in logical pixels.

    Returns:
        What was drawn: file, width, height, theme, article.

    Raises:
        EngineRefused: as root, without the user's own switch.
        NotFound: no such article or file.
        Usage: the picture cannot be written there.
    """
    refusals.check_sandbox()
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from reader.ui import app as application

    settings = settings_file.load(where.settings)
    if theme:
        settings = replace(settings, theme=theme)
    with _opened(where, article) as (library, chosen):
        settings = replace(settings, article=chosen, geometry="", splitter=(), view="all" if chosen else settings.view)
        if chosen:
            settings = replace(settings, source="", unread_only=False)
        app = application.make_app(language=settings.language)
        program = application.build(app, library, settings, by_itself=False)
        window = program.window
        window.resize(*size)
        window.show()
        done: list[int] = []
        window.showing.shown.connect(done.append)
        window.reading.failed.connect(lambda key, _error: done.append(key))  # then the sentence is what is drawn
        window.showing.read.disconnect()  # a picture of the window marks nothing as read
        wanted: Callable[[], bool] = (lambda: bool(done)) if chosen else (lambda: window.showing.viewer is not None)
        _wait(wanted, _PATIENCE_S)
        if not chosen and window.model.rowCount() and window.sources:
            window.list.view.step(1)
            _wait(lambda: bool(done), _PATIENCE_S)
        _wait(lambda: False, _SETTLE_S)
        image = window.grab()
        opened = window.row(window.reading.key)
        program.end()
    if not image.save(str(png), "PNG"):
        raise Usage(detail=f"{png} cannot be written")
    return {
        "file": str(png),
        "width": image.width(),
        "height": image.height(),
        "theme": program.themes.current.name,
        "article": opened.id if opened else None,
    }


@contextmanager
def _opened(where: Paths, article: str | None) -> Iterator[tuple[Library, str]]:
    """The library to draw, and the id of the article in it.

    A file that the library does not have is shown in one of its own for so long: a picture changes nothing of the
    user's.
    """
    path = Path(article).expanduser().absolute() if article else None
    with Library(where) as library:
        chosen = ""
        if path is not None and path.is_file():
            chosen = _listed(library, path)
        elif article:
            chosen = _find(library, article)
        if chosen or path is None:
            yield library, chosen
            return
    with tempfile.TemporaryDirectory(prefix="inkstone-picture-") as folder, Library(in_folder(Path(folder))) as own:
        yield own, own.open_file(path).id


def _listed(library: Library, path: Path) -> str:
    """The id of the article that a file of the library is; "" when it is none of its."""
    for source in library.sources():
        if source.kind == "folder" and path.is_relative_to(source.address):
            guid = path.relative_to(source.address).as_posix()
        elif source.kind == "files":
            guid = path.as_posix()
        else:
            continue
        keys = [each.key for each in library.store.known(source.key, [guid], [], []) if each.guid == guid]
        for row in library.store.rows(keys):
            return row.id
    return ""


def _find(library: Library, article: str) -> str:
    try:
        return library.store.article(article).row.id
    except NotFound:
        if "/" in article or "." in article:
            raise NotFound(kind="file", name=article) from None
        raise


def _wait(until: Callable[[], bool], seconds: float) -> None:
    """Let the event loop run until something is so, or for that long."""
    loop = QEventLoop()
    end = time.monotonic() + seconds
    tick = QTimer()
    tick.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > end else None)
    tick.start(10)
    loop.exec()
    QCoreApplication.processEvents()
