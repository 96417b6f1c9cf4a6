"""What the user did to many articles and is not stored yet: the status line says so, as the next acts wait for it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject, QTimer

from reader.ui.statusline import StatusLine

#: What is stored sooner needs no word. 10,000 bookmarks take some seconds: each has its text in a file of its own.
_SLOW_MS = 400


class Storing(QObject):
    """The acts of one window that wait for the store."""

    def __init__(self, status: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._status = status
        self._counts: list[int] = []
        self._slow = QTimer(self, interval=_SLOW_MS, singleShot=True)
        self._slow.timeout.connect(self._say)

    def begin(self, count: int) -> None:
        """So many articles are about to be stored, after those that were begun before."""
        self._counts.append(count)
        if len(self._counts) == 1:
            self._slow.start()

    def end(self) -> None:
        """The first of them are stored, or cannot be."""
        del self._counts[0]
        if not self._counts:
            self._slow.stop()
            self._status.wait_for("")
        elif not self._slow.isActive():
            self._say()

    def _say(self) -> None:
        count = QLocale().toString(self._counts[0])
        self._status.wait_for(self.tr("Storing what you did to {count} articles…").format(count=count))
