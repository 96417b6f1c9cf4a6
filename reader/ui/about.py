"""About: what this is, in which version, what it is made of, and every licence to be read."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError

import PySide6
from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QFont, QFontDatabase, QPalette
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from reader import __version__, details, resources
from reader.store import SQLITE_VERSION
from reader.ui.buttons import NOTE, UI, Pane, PushButton, Text
from reader.ui.checklist import Framed, WordLines
from reader.ui.formparts import over_buttons, ringed, section
from reader.ui.icons import app_icon
from reader.ui.lines import Style
from reader.ui.scrollbar import overlay

_NAME = Style(20, 600, 28)
_ICON_PX, _LINE_PX, _LIST_PX = 64, 28, 196
LICENCE = "GPL-3.0-or-later"
#: Our own licence: beside the data files of a wheel, or at the top of a checkout.
_OWN = "Inkstone"


def versions() -> list[tuple[str, str]]:
    """Of what the window is made of, the page engine too."""
    return [
        ("Python", platform.python_version()),
        ("PySide6", str(PySide6.__version__)),
        ("Qt", str(qVersion())),
        ("Chromium", str(qWebEngineChromiumVersion())),
        ("SQLite", SQLITE_VERSION),
    ]


def own_licence() -> str:
    """The text of Inkstone's licence.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    here = resources.folder()
    for file in (here / "LICENSE", here.parent / "LICENSE"):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise FileNotFoundError(here / "LICENSE")


class About(QDialog):
    """A window of its own beside the main one.

    Args:
        copy_details: copies what somebody must know who shall help.
    """

    def __init__(self, copy_details: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Inkstone"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 580)
        self.list = PartList(self)
        inner = Pane(QPalette.ColorRole.Base)
        form = QVBoxLayout(inner)
        form.setContentsMargins(22, 22, 22, 10)
        form.setSpacing(3)
        form.addLayout(self._head())
        form.addSpacing(10)
        form.addWidget(Text(", ".join(f"{name} {version}" for name, version in versions()), NOTE, "ink2"))
        section(form, self.tr("Libraries and licences"))
        framed = Framed(self.list)
        framed.setMinimumHeight(_LIST_PX)
        form.addLayout(ringed(framed, both=False), 1)
        self.read = PushButton(self.tr("Read the licence"), "fulltext", self)
        self.copy = PushButton(self.tr("Copy details"), "copy", self)
        self.leave = PushButton(self.tr("Close"), "", self)
        for button in (self.read, self.copy, self.leave):
            button.setAutoDefault(False)
        self.note = Text("", UI, "ink2", max_lines=1)
        over_buttons(self, inner, self.note, self.copy, self.read, self.leave)
        self.read.clicked.connect(self.show_licence)
        self.list.itemActivated.connect(lambda _item: self.show_licence())
        self.copy.clicked.connect(copy_details)
        self.copy.clicked.connect(lambda: self.note.setText(self.tr("Copied.")))
        self.leave.clicked.connect(self.accept)
        self.list.setFocus()

    def _head(self) -> QHBoxLayout:
        picture = QLabel(self)
        picture.setPixmap(app_icon().pixmap(QSize(_ICON_PX, _ICON_PX), self.devicePixelRatioF()))
        picture.setAccessibleName(self.tr("Inkstone’s icon"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(f"Inkstone {__version__}", _NAME, max_lines=1))
        words.addWidget(Text(self.tr("A private, offline-first reader for what you keep and what you follow."), UI))
        told = self.tr(
            "No account, no telemetry: only your sources and the servers of their pictures are contacted. Free "
            "software, licence {licence}."
        )
        words.addWidget(Text(told.format(licence=LICENCE), UI, "ink2"))
        head = QHBoxLayout()
        head.setSpacing(18)
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        return head

    def show_licence(self) -> None:
        """Show the licence of the chosen library, or Inkstone's own."""
        name = self.list.chosen()
        LicenceText(name, self._licence_of(name), self).open()

    def _licence_of(self, name: str) -> str:
        if name == _OWN:
            return own_licence()
        try:
            return details.licence_text(name) or self.tr("No text of its licence came with it.")
        except PackageNotFoundError:
            return self.tr("No text of its licence came with it.")


class PartList(QListWidget):
    """Inkstone and the libraries that it stands on, each with version and licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Libraries and licences"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(WordLines(self))
        overlay(self)
        for part in (details.Part(_OWN, __version__, LICENCE), *details.libraries()):
            item = QListWidgetItem(f"{part.name} {part.version} · {part.licence}", self)
            item.setData(Qt.ItemDataRole.UserRole, part.name)
            item.setSizeHint(QSize(0, _LINE_PX))
        self.setCurrentRow(0)

    def chosen(self) -> str:
        """The name of the one that is selected."""
        item = self.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else _OWN


class LicenceText(QDialog):
    """One licence, to be read and copied from."""

    def __init__(self, name: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Licence of {name}").format(name=name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 560)
        self.text = QPlainTextEdit(text, self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.windowTitle())
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        font.setPixelSize(12)
        self.text.setFont(font)
        self.text.document().setDocumentMargin(16)
        overlay(self.text)
        leave = PushButton(self.tr("Close"), "", self)
        leave.clicked.connect(self.accept)
        over_buttons(self, self.text, QWidget(), leave)
