"""How pictures are loaded, shown and kept, in one panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QIntValidator, QPalette
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget
from shiboken6 import isValid

from reader.library import Library
from reader.picturecache import CacheSize
from reader.settings import PICTURE_PROXY, Settings
from reader.ui import words
from reader.ui.buttons import Field, Pane, PushButton, Text
from reader.ui.formparts import Choice, NumberField, named, over_buttons, section
from reader.ui.lanes import Lane
from reader.ui.lines import Style

_UI, _NOTE = Style(13, 400, 20), Style(12, 400, 18)


class PictureSettings(QDialog):
    """Nothing changes until it is saved, but clearing the cache, which happens at once.

    Args:
        lane: where the cache is looked into and cleared.
    """

    #: What is to be changed, by the names of ``Settings``.
    saved = Signal(object)
    #: How many bytes clearing the cache freed.
    cleared = Signal(int)
    trouble = Signal(object)

    def __init__(self, library: Library, lane: Lane, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Pictures"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(600, 0)
        self._library, self._lane, self._settings = library, lane, settings
        self._make_fields(settings)
        self.go = PushButton(self.tr("Save"), "check", self)
        self.go.setDefault(True)
        self.leave = PushButton(self.tr("Cancel"), "", self)
        self.go.clicked.connect(self._save)
        self.leave.clicked.connect(self.reject)
        self.note = Text("", _UI, "warn", max_lines=2)
        self.note.hide()
        self._lay_out()
        self._look()
        self.load.setFocus()

    def _make_fields(self, settings: Settings) -> None:
        rules = (("always", self.tr("Always")), ("click", self.tr("On a click")), ("never", self.tr("Never")))
        self.load = Choice(rules, settings.pictures, self.tr("Load pictures"), self)
        moves = (("always", self.tr("Always")), ("once", self.tr("Once")), ("hover", self.tr("Under the pointer")))
        self.animations = Choice(moves, settings.animations, self.tr("Moving pictures move"), self)
        ahead = (
            ("leads", self.tr("Those of the list")),
            ("all", self.tr("All, for reading offline")),
            ("none", self.tr("None")),
        )
        self.ahead = Choice(ahead, settings.pictures_ahead, self.tr("Fetch ahead"), self)
        self.budget = _megabytes(settings.ahead_mb, 1, 10_000, self.tr("Fetch ahead at most"), self)
        self.cache = _megabytes(settings.picture_cache_mb, 20, 100_000, self.tr("Hold at most"), self)
        self.held = Text(self.tr("Counting…"), _UI, "ink", max_lines=1)
        self.pinned = Text("", _NOTE, "ink3", max_lines=1)
        self.clear = PushButton(self.tr("Clear"), "trash", self)
        self.clear.setAutoDefault(False)
        self.clear.setAccessibleName(self.tr("Clear the picture cache"))
        self.clear.clicked.connect(self._clear)
        self.proxy = Field("https://wsrv.nl/?url={url}", "link", self)
        self.proxy.setAccessibleName(self.tr("Picture proxy"))
        self.proxy.setText(settings.picture_proxy)

    def _lay_out(self) -> None:
        megabytes = (Text("MB", _UI, "ink2", max_lines=1) for _ in range(2))
        inner = Pane(QPalette.ColorRole.Base)
        form = QVBoxLayout(inner)
        form.setContentsMargins(22, 10, 22, 18)
        form.setSpacing(3)
        section(form, self.tr("In articles"))
        form.addWidget(named(self.tr("Load pictures"), self.load, note=self.tr("A source may differ")))
        form.addWidget(named(self.tr("Moving ones move"), self.animations))
        section(form, self.tr("After a refresh"))
        form.addWidget(named(self.tr("Fetch ahead"), self.ahead))
        form.addWidget(named(self.tr("At most"), self.budget, next(megabytes), note=self.tr("each time")))
        section(form, self.tr("On this computer"))
        form.addWidget(named(self.tr("Hold at most"), self.cache, next(megabytes)))
        policy = self.held.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        self.held.setSizePolicy(policy)
        form.addWidget(named(self.tr("Held now"), self.held, self.clear))
        self._pinned_line = named("", self.pinned)
        self._pinned_line.hide()
        form.addWidget(self._pinned_line)
        section(form, self.tr("When nothing else helps"))
        form.addWidget(named(self.tr("Picture proxy"), self.proxy))
        told = Text(self.tr("It is told the address of the picture; none is asked when this is empty."), _NOTE, "ink3")
        form.addWidget(told)
        over_buttons(self, inner, self.note, self.leave, self.go)

    # The cache

    def _look(self) -> None:
        self._in_lane(self._library.cache_size, self._counted)

    def _in_lane(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        def failed(error: BaseException) -> None:
            if isValid(self):
                self.clear.setEnabled(True)
            self.trouble.emit(error)

        self._lane.run(work, lambda answer: done(answer) if isValid(self) else None, failed)

    def _counted(self, size: CacheSize) -> None:
        number = QLocale().toString(size.pictures)
        one, many = self.tr("1 picture, {bytes}"), self.tr("{count} pictures, {bytes}")
        text = one if size.pictures == 1 else many
        self.held.setText(text.format(count=number, bytes=words.bytes_of(size.bytes)))
        pinned = self.tr("{bytes} of it belong to bookmarks, and stay.")
        self.pinned.setText(pinned.format(bytes=words.bytes_of(size.pinned_bytes)) if size.pinned_bytes else "")
        self._pinned_line.setVisible(bool(size.pinned_bytes))
        self.clear.setEnabled(size.bytes > size.pinned_bytes)

    def _clear(self) -> None:
        self.clear.setEnabled(False)
        self.held.setText(self.tr("Clearing…"))

        def done(freed: int) -> None:
            self.cleared.emit(freed)
            self._look()

        self._in_lane(self._library.clear_pictures, done)

    # Saving

    def _save(self) -> None:
        proxy = self.proxy.text().strip()
        if proxy and not PICTURE_PROXY.fullmatch(proxy):
            self.note.setText(self.tr("The proxy’s address begins with https:// and has {url} in it."))
            self.note.show()
            self.proxy.setFocus()
            return
        wanted = {
            "pictures": self.load.value(),
            "animations": self.animations.value(),
            "pictures_ahead": self.ahead.value(),
            "ahead_mb": _bounded(self.budget),
            "picture_cache_mb": _bounded(self.cache),
            "picture_proxy": proxy,
        }
        changes = {name: value for name, value in wanted.items() if value != getattr(self._settings, name)}
        if changes:
            self.saved.emit(changes)
        self.accept()


def _megabytes(value: int, least: int, most: int, name: str, parent: QWidget) -> NumberField:
    field = NumberField(value, most, "", parent)
    field.setValidator(QIntValidator(least, most, field))
    field.setAccessibleName(name)
    return field


def _bounded(field: NumberField) -> int:
    validator = field.validator()
    assert isinstance(validator, QIntValidator)
    return min(max(field.value(), validator.bottom()), validator.top())
