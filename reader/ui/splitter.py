"""The splitter between the panes: a hairline to see, 7 px to grab."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from reader.ui.theme import theme_of

_GRAB_PX = 7


class _Grip(QWidget):
    """A transparent strip over the hairline: Qt's own handle of one pixel can hardly be hit."""

    def __init__(self, handle: QSplitterHandle) -> None:
        super().__init__(handle.splitter())
        self._handle = handle
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def _pass_on(self, event: QMouseEvent) -> None:
        place = self._handle.mapFromGlobal(event.globalPosition().toPoint())
        copy = QMouseEvent(
            event.type(),
            place.toPointF(),
            event.globalPosition(),
            event.button(),
            event.buttons(),
            event.modifiers(),
        )
        self._handle.event(copy)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pass_on(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pass_on(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pass_on(event)


class _Handle(QSplitterHandle):
    def __init__(self, parent: QSplitter) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._grip = _Grip(self)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show):
            self._grip.setGeometry(
                QRect(self.pos() - QPoint(_GRAB_PX // 2, 0), self.size()).adjusted(0, 0, _GRAB_PX - 1, 0)
            )
            self._grip.setVisible(self.isVisible())
            self._grip.raise_()
        elif event.type() == QEvent.Type.Hide:
            self._grip.hide()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme_of().line)
        painter.end()


class Splitter(QSplitter):
    """Three panes side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def createHandle(self) -> QSplitterHandle:
        return _Handle(self)
