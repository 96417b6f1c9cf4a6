"""The picture doctor: each picture of the open article, each attempt to get it, and what was learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QPointF,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from reader.attempts import CAME, PARTIAL, Attempt, PictureReport
from reader.errors import PictureError
from reader.library import Document
from reader.picturefile import PictureFile
from reader.ui import picturewords
from reader.ui.buttons import Pane, PushButton, Text
from reader.ui.checklist import Framed
from reader.ui.formparts import named, ringed
from reader.ui.icons import draw_icon
from reader.ui.lanes import Lanes, Stop, Ticket
from reader.ui.lines import Style
from reader.ui.picturelist import Line, PictureDelegate, PictureModel
from reader.ui.scrollbar import overlay
from reader.ui.theme import theme_of
from reader.ui.thumbnails import ThumbnailStore

_TITLE, _NAME, _CAPTION = Style(15, 600, 20), Style(13, 500, 20), Style(12, 600, 20)
_UI, _NOTE = Style(13, 400, 20), Style(12, 400, 18)
#: So many reports at once: the first ones are seen while the others are read.
_AT_ONCE = 20


class _Attempt(QWidget):
    """One attempt: what came of it, its numbers, the address and the Referer."""

    def __init__(self, attempt: Attempt, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._good = attempt.outcome in (CAME, PARTIAL)
        told = picturewords.outcome(attempt)
        if attempt.detail:
            told = f"{told}: {attempt.detail}"
        texts = (
            (f"{told} · {picturewords.numbers(attempt)}", _NAME, "ink"),
            (attempt.url, _NOTE, "ink2"),
            (picturewords.referer(attempt.referer), _NOTE, "ink3"),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 8, 0, 8)
        column.setSpacing(1)
        for text, style, role in texts:
            label = Text(text, style, role, max_lines=2)
            label.setToolTip(text)
            column.addWidget(label)
        self.setAccessibleName(", ".join(text for text, _, _ in texts))

    def paintEvent(self, event: Any) -> None:
        theme = theme_of()
        painter = QPainter(self)
        draw_icon(painter, "check" if self._good else "close", 2, 10, 16, theme.accent if self._good else theme.warn)
        painter.setPen(QPen(theme.line2, 1))
        painter.drawLine(QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))
        painter.end()


class _Details(Pane):
    """All that is known of one picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.Base, parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 14, 20, 16)
        self._column.setSpacing(4)

    def show_line(self, line: Line | None, now: datetime) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if line is not None and line.report is not None:
            self._fill(line, line.report, now)
        self._column.addStretch(1)

    def _fill(self, line: Line, report: PictureReport, now: datetime) -> None:
        add = self._column.addWidget
        add(Text(line.title, _TITLE, "ink", max_lines=2))
        add(Text(picturewords.state(report), _UI, "warn" if line.trouble else "ink2"))
        self._column.addSpacing(8)
        address = report.picture.url if report.picture.url[:5] != "data:" else self.tr("Inside of the article")
        came_from = report.address if report.address != report.picture.url else ""
        facts = (
            (self.tr("Address"), address),
            (self.tr("Held"), picturewords.held(report)),
            (self.tr("Came from"), came_from),
            (self.tr("Came with"), picturewords.referer(report.referer) if report.cached else ""),
            (self.tr("Learned of its host"), picturewords.learned(report.learned)),
            (self.tr("Asked"), picturewords.moment(report.asked, now) if report.asked else ""),
            (self.tr("Again by itself"), picturewords.moment(report.again, now) if report.again else ""),
            (self.tr("Description"), report.picture.alt),
        )
        for label, value in facts:
            if value:
                text = Text(value, _UI, "ink", max_lines=4)
                policy = text.sizePolicy()
                policy.setHorizontalPolicy(policy.Policy.Expanding)
                text.setSizePolicy(policy)
                text.setToolTip(value if len(value) > 60 else "")
                add(named(label, text))
        if report.attempts:
            self._column.addSpacing(10)
            add(Text(self.tr("Attempts"), _CAPTION, "ink3", max_lines=1))
            for attempt in report.attempts:
                add(_Attempt(attempt))


class PictureDoctor(QDialog):
    """A window beside the main one, about the pictures of one article.

    Args:
        diagnose: the report of the n-th picture; asks nobody.
        fetch: the n-th picture (``refresh``: asked for anew), until stopped.
        held: the n-th picture without any network. These three run in lanes.
        browse: hands a web address to the system.
    """

    #: The n-th picture is held now.
    came = Signal(int)
    #: The n-th picture shall be seen large.
    view_wanted = Signal(int)
    #: A text to be copied.
    copied = Signal(str)
    trouble = Signal(object)

    def __init__(
        self,
        document: Document,
        number: int,
        lanes: Lanes,
        diagnose: Callable[[Document, int], PictureReport],
        fetch: Callable[[Document, int, bool, Stop], PictureFile],
        held: Callable[[Document, int], PictureFile],
        browse: Callable[[str], None],
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Picture doctor"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(940, 600)
        self._document, self._lanes = document, lanes
        self._retries: list[Ticket] = []
        self.finished.connect(self._give_up)
        self._diagnose, self._fetch, self._browse, self._now = diagnose, fetch, browse, now
        self.model = PictureModel(self)
        self._thumbnails = ThumbnailStore(lanes.thumbnails, lambda line: held(self._document, line.key), self)
        self.list = QListView(self)
        self.details = _Details()
        self.summary = Text("", _UI, "ink2", max_lines=1)
        self.buttons = {
            "retry": PushButton(self.tr("Retry"), "refresh", self),
            "retry-all": PushButton(self.tr("Retry all that are missing"), "", self),
            "view": PushButton(self.tr("Show large"), "image", self),
            "browse": PushButton(self.tr("Open in browser"), "open", self),
            "copy": PushButton(self.tr("Copy details"), "copy", self),
        }
        for name, button in self.buttons.items():
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, name=name: self._act(name))
        self._lay_out()
        self.list.selectionModel().currentChanged.connect(lambda *_: self._chosen_changed())
        self._thumbnails.ready.connect(lambda _key: self.list.viewport().update())
        self._read_all(number)
        self.list.setFocus()

    def _lay_out(self) -> None:
        view = self.list
        view.setAccessibleName(self.tr("Pictures of the article"))
        view.setModel(self.model)
        view.setItemDelegate(PictureDelegate(self._thumbnails, self))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setUniformItemSizes(True)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        overlay(view)
        area = QScrollArea(self)
        area.setWidget(self.details)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        overlay(area)
        framed = Framed(view)
        framed.setFixedWidth(330)
        panes = QHBoxLayout()
        panes.setSpacing(12)
        panes.addWidget(framed)
        panes.addWidget(Framed(area), 1)
        head = QHBoxLayout()
        head.addWidget(Text(self.windowTitle(), _TITLE, max_lines=1))
        head.addSpacing(12)
        head.addWidget(self.summary, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for name, button in self.buttons.items():
            if name == "copy":
                buttons.addStretch(1)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(ringed(panes), 1)
        column.addLayout(ringed(buttons))

    # What is shown

    def _read_all(self, number: int) -> None:
        images = self._document.rendered.images
        self.model.reset([Line(n, picturewords.title(picture)) for n, picture in enumerate(images)])
        for start in range(0, len(images), _AT_ONCE):
            self._read(range(start, min(start + _AT_ONCE, len(images))))
        if images:
            self.choose(number)
        self._chosen_changed()

    def choose(self, number: int) -> None:
        """Choose a picture of the article."""
        index = self.model.index(min(number, self.model.rowCount() - 1))
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _read(self, numbers: Sequence[int]) -> None:
        document = self._document

        def work() -> list[PictureReport]:
            return [self._diagnose(document, number) for number in numbers]

        def came(reports: list[PictureReport]) -> None:
            if isValid(self):
                for number, report in zip(numbers, reports, strict=True):
                    self.model.put(replace(self.model.lines[number], report=report, busy=False))
                self._thumbnails.forget_missing()
                self._chosen_changed()

        self._lanes.read.run(work, came, self.trouble.emit)

    def line(self) -> Line | None:
        """The chosen one."""
        index = self.list.currentIndex()
        return self.model.lines[index.row()] if index.isValid() else None

    def _chosen_changed(self) -> None:
        line, lines = self.line(), self.model.lines
        report = line.report if line is not None else None
        web = report is not None and report.picture.url.startswith(("http://", "https://"))
        missing = [each for each in lines if each.trouble]
        self.details.show_line(line, self._now())
        self.buttons["retry"].setEnabled(line is not None and web and not line.busy)
        self.buttons["retry-all"].setEnabled(bool(missing))
        self.buttons["view"].setEnabled(report is not None and report.error is None)
        self.buttons["browse"].setEnabled(web)
        self.buttons["copy"].setEnabled(bool(lines))
        if not lines:
            self.summary.setText(self.tr("This article has no pictures."))
        else:
            text = self.tr("{missing} of {count} missing") if missing else self.tr("{count} pictures, none is missing")
            self.summary.setText(text.format(missing=len(missing), count=len(lines)))

    # What can be done

    def _act(self, name: str) -> None:
        line = self.line()
        if name == "retry-all":
            for each in [each for each in self.model.lines if each.trouble and not each.busy]:
                self.retry(each.key)
        elif name == "copy":
            self.copied.emit(
                picturewords.details([each.report for each in self.model.lines if each.report is not None])
            )
        elif line is None:
            return
        elif name == "retry":
            self.retry(line.key)
        elif name == "view":
            self.view_wanted.emit(line.key)
        elif name == "browse" and line.report is not None:
            self._browse(line.report.picture.url)

    def retry(self, number: int) -> None:
        """Ask for a picture anew, and tell what came of it."""
        document = self._document
        self.model.put(replace(self.model.lines[number], busy=True))
        self._chosen_changed()

        def work(stopped: Stop) -> tuple[PictureReport, bool]:
            try:
                self._fetch(document, number, True, stopped)
            except PictureError:
                return self._diagnose(document, number), False
            return self._diagnose(document, number), True

        def done(answer: tuple[PictureReport, bool]) -> None:
            if not isValid(self):
                return
            report, is_there = answer
            self.model.put(replace(self.model.lines[number], report=report, busy=False))
            if is_there:
                self._thumbnails.forget_missing()
                self.came.emit(number)
            self._chosen_changed()

        self._retries.append(self._lanes.pictures.run_stoppable(work, done, self.trouble.emit))

    def _give_up(self) -> None:
        """The doctor is closed: servers that are still silent hold up no other pictures."""
        for ticket in self._retries:
            ticket.cancel()
        self._retries.clear()
