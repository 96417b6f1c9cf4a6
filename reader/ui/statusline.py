"""The status bar, 27 px: a refresh with its stop button, the link under the pointer, failing sources."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from reader.ui.buttons import IconButton, LinkButton, Pane, Text
from reader.ui.lines import Style
from reader.ui.mirroring import painter_of
from reader.ui.theme import theme_of

_NOTE = Style(12, 400, 16, tabular=True)
HEIGHT_PX = 27
_PASSING_MS = 6000


class Bar(QWidget):
    """A progress bar of 96 by 3 px."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Progress"))

    def sizeHint(self) -> QSize:
        return QSize(96, 9)

    def set_share(self, share: float) -> None:
        """0 to 1."""
        if share != self._share:
            self._share = share
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = painter_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.line)
        painter.drawRoundedRect(QRectF(0, 3, self.width(), 3), 1.5, 1.5)
        painter.setBrush(theme.accent)
        painter.drawRoundedRect(QRectF(0, 3, self.width() * self._share, 3), 1.5, 1.5)
        painter.end()


class StatusLine(Pane):
    """One line of quiet facts."""

    stop_wanted = Signal()
    #: The note on failing sources was clicked.
    failing_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.Window, parent)
        self.setFixedHeight(HEIGHT_PX)
        self._resting = self._running = self._waiting = ""
        self._failing_count = -1
        #: What stands there at rest is news that must not be overwritten by the usual words.
        self.lasting = False
        self._offline = IconButton("offline", self.tr("Offline"), role="ink2", size=16, side=20)
        self._offline.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text = Text("", _NOTE, "ink2", max_lines=1)
        self._text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._passing = QTimer(self, interval=_PASSING_MS, singleShot=True)
        self._passing.timeout.connect(self._show_standing)
        self._bar = Bar()
        self._stop = IconButton("close", self.tr("Stop"), size=14, side=20)
        self._stop.clicked.connect(self.stop_wanted)
        self._link = Text("", _NOTE, "ink3", max_lines=1, align=Qt.AlignmentFlag.AlignRight)
        self._warning = IconButton("warning", "", role="warn", size=14, side=20)
        self._failing = LinkButton("", role="ink2", style=_NOTE)
        self._warning.clicked.connect(self.failing_clicked)
        self._failing.clicked.connect(self.failing_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 12, 0)
        row.setSpacing(8)
        for widget in (self._offline, self._text, self._bar, self._stop):
            row.addWidget(widget)
        row.addWidget(self._link, 1)
        row.addWidget(self._warning)
        row.addSpacing(-8)
        row.addWidget(self._failing)
        self.rest("")
        self.set_failing(0)
        self.set_offline(False)

    def rest(self, text: str, *, lasting: bool = False, gently: bool = False) -> None:
        """What stands there when nothing runs.

        Args:
            lasting: it is news, and stays until the next refresh.
            gently: a passing word stays for its time.
        """
        self._resting, self._running = text, ""
        self.lasting = lasting
        if not (gently and self._passing.isActive()):
            self._passing.stop()
            self._show_standing()
        self._bar.hide()
        self._stop.hide()

    def progress(self, text: str, share: float) -> None:
        """A refresh runs: its sentence, and how far it is (0 to 1)."""
        self._running = text
        if not self._passing.isActive():
            self._show_standing()
        self._bar.set_share(share)
        self._bar.show()
        self._stop.show()

    def wait_for(self, text: str) -> None:
        """What the user did and the next acts wait for, "" for nothing: it stands there before a refresh."""
        self._waiting = text
        if text or not self._passing.isActive():
            self._passing.stop()
            self._show_standing()

    def _show_standing(self) -> None:
        self._text.setText(self._waiting or self._running or self._resting)

    def end_progress(self) -> None:
        """What ran has ended, and there is no news: what stood there before comes back."""
        if self._running:
            self.rest(self._resting)

    def say(self, text: str) -> None:
        """A passing word; what stood there comes back after some seconds, and a refresh goes on."""
        self._text.setText(text)
        self._passing.start()

    @property
    def failing_note(self) -> QWidget:
        """The note on failing sources."""
        return self._failing

    @property
    def running(self) -> bool:
        """Whether the progress of something stands there."""
        return bool(self._running)

    def text(self) -> str:
        """The sentence on the left."""
        return self._text.text()

    def hover(self, address: str) -> None:
        """The address of the link under the pointer."""
        self._link.setText(address)
        self._link.setToolTip(address)

    def set_offline(self, offline: bool) -> None:
        """Whether the last refresh reached nobody."""
        self._offline.setVisible(offline)

    def set_failing(self, count: int) -> None:
        """How many sources cannot be refreshed."""
        if count == self._failing_count:
            return
        self._failing_count = count
        text = self.tr("1 source failing") if count == 1 else self.tr("{count} sources failing").format(count=count)
        self._failing.setText(text)
        self._warning.set_text(text)
        self._failing.setVisible(count > 0)
        self._warning.setVisible(count > 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = painter_of(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1 / self.devicePixelRatioF()), theme_of().line)
        painter.end()
