"""An article handed on: its link by mail, its file to the file manager or the editor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from PySide6.QtCore import QCoreApplication, QDir, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from reader.library import Library
from reader.model import Row
from reader.ui.lanes import Lanes

#: What the system opens in an editor; anything else may be a program.
_TEXTS = (".md", ".markdown", ".mdown", ".mkd", ".txt", ".text", ".html", ".htm", ".xhtml", ".org", ".rst")


def mail_url(row: Row) -> str:
    """The address that begins a mail with an article's title and link."""
    return f"mailto:?subject={quote(row.title[:300])}&body={quote(row.url)}"


def mail(row: Row) -> None:
    """Begin a mail with an article's link."""
    QDesktopServices.openUrl(QUrl(mail_url(row)))


class Files:
    """The files of articles, for the programs that the system has for them.

    Args:
        say: what tells that a file is gone.
        trouble: what tells that the library cannot be read.
    """

    def __init__(
        self, library: Library, lanes: Lanes, say: Callable[[str], object], trouble: Callable[[BaseException], None]
    ) -> None:
        self._library, self._lanes, self._say, self._trouble = library, lanes, say, trouble

    def show(self, row: Row) -> None:
        """Show an article's file in the file manager."""
        self._with_file(row, _show_in_folder)

    def edit(self, row: Row) -> None:
        """Open an article's file in the program that the system has for texts of its kind."""
        self._with_file(row, lambda file: QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))), _TEXTS)

    def _with_file(self, row: Row, act: Callable[[Path], object], kinds: tuple[str, ...] = ()) -> None:
        def work() -> Path | None:
            file = self._library.file_of(row.key)
            return file if file is not None and file.is_file() else None

        def found(file: Path | None) -> None:
            if file is None:
                self._say(QCoreApplication.translate("", "The file of this article is no longer there."))
            elif kinds and file.suffix.lower() not in kinds:
                self._say(QCoreApplication.translate("", "This file is no text."))
            else:
                act(file)

        self._lanes.read.run(work, found, self._trouble)


def _show_in_folder(file: Path) -> None:
    """Select a file in the file manager; where there is no common way to select it, open its folder."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", QDir.toNativeSeparators(str(file))])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
