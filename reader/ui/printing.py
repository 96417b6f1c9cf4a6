"""The open article on paper: printed, or saved as PDF, both with the print style of the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMarginsF, QStandardPaths, Qt
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEnginePage
    from PySide6.QtWebEngineWidgets import QWebEngineView

    from reader.ui.window import Window

_MARGIN_MM = 16.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class


def paper() -> QPageLayout:
    """A4 upright, with room at the sides."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
    )


def file_name(title: str) -> str:
    """A name for a file that every system takes."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", title)
    return (" ".join(name.split())[:80].rstrip(". ") or "article") + ".pdf"


def print_open(window: Window) -> None:
    """Print the open article of a window."""
    viewer = window.showing.viewer
    if viewer is None or not window.showing.is_open:
        return

    def done(well: bool) -> None:
        window.status.say(_tr("Printed.") if well else _tr("The article could not be printed."))

    print_article(viewer.view, window, done)


def save_open(window: Window) -> None:
    """Save the open article of a window as PDF."""
    viewer, row = window.showing.viewer, window.row(window.reading.key)
    if viewer is None or not window.showing.is_open or row is None:
        return

    def done(well: bool, file: str) -> None:
        window.status.say((_tr("Saved: {file}") if well else _tr("{file} cannot be written.")).format(file=file))

    save_pdf(viewer.view, window, row.title, done)


def print_article(view: QWebEngineView, window: QWidget, done: Callable[[bool], None]) -> None:
    """Ask for a printer and print; ``done`` tells whether it went well."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(paper())
    dialog = QPrintDialog(printer, window)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return

    behind = _white_behind(view.page())

    def finished(well: bool) -> None:
        view.printFinished.disconnect(finished)
        behind()
        del printers[:]  # the engine needs the printer until now
        done(well)

    printers = [printer]
    view.printFinished.connect(finished)
    view.print(printer)


def _white_behind(page: QWebEnginePage) -> Callable[[], None]:
    """White behind the page, as it is in the margins of the paper; what brings the theme's own colour back."""
    before = page.backgroundColor()
    page.setBackgroundColor(Qt.GlobalColor.white)
    return lambda: page.setBackgroundColor(before)


def save_pdf(view: QWebEngineView, window: QWidget, title: str, done: Callable[[bool, str], None]) -> None:
    """Ask for a file and write the article into it; ``done`` gets whether it went well, and the file."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    path, _ = QFileDialog.getSaveFileName(
        window, _tr("Save as PDF"), str(Path(folder) / file_name(title)), _tr("PDF files (*.pdf)")
    )
    if path:
        write_pdf(view, Path(path), done)


def write_pdf(view: QWebEngineView, path: Path, done: Callable[[bool, str], None]) -> None:
    """Write the article on screen into a file."""
    page = view.page()
    behind = _white_behind(page)

    def finished(file: str, well: bool) -> None:
        page.pdfPrintingFinished.disconnect(finished)
        behind()
        done(well, file)

    page.pdfPrintingFinished.connect(finished)
    page.printToPdf(str(path), paper())
