"""Where one picture is seen large: its place and scale under wheel, keys and drag. It paints what Qt can decode; for
everything else it only says where the page below it shall draw.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

_STEP = 1.25
#: One notch of a wheel is 120 eighths of a degree.
_NOTCH = 120
_MOST_SCALE = 32.0
_LEAST_PX = 16
#: Around a fitted picture.
_MARGIN_PX = 12


class Canvas(QWidget):
    """Shows a picture, fitted until it is zoomed; scales are device pixels per pixel of the picture."""

    #: The picture stands elsewhere now: its rectangle, in logical pixels.
    placed = Signal(QRectF)
    #: The scale: device pixels per pixel of the picture.
    scaled = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._size = QSize()
        self._images: tuple[QImage, ...] = ()
        self._fitted = True
        self._scale = 1.0
        self._center = QPointF()  # of the view, in pixels of the picture
        self._held: QPoint | None = None

    def show_picture(self, size: QSize, images: tuple[QImage, ...] = ()) -> None:
        """Another picture, fitted.

        Args:
            size: its own, in pixels.
            images: the same picture, large and small; none when the page below draws it.
        """
        self._size, self._images = size, images
        self.setCursor(Qt.CursorShape.OpenHandCursor if not size.isEmpty() else Qt.CursorShape.ArrowCursor)
        self.fit()

    @property
    def scale(self) -> float:
        """Device pixels per pixel of the picture."""
        return self._scale

    def fit(self) -> None:
        """The whole picture, not larger than it is."""
        self._fitted = True
        self._center = QPointF(self._size.width() / 2, self._size.height() / 2)
        self._set_scale(self._fitting())

    def actual(self) -> None:
        """One pixel of the picture for each of the screen."""
        self.zoom_to(1.0)

    def zoom(self, steps: float, at: QPointF | None = None) -> None:
        """Larger (above 0) or smaller; what is at a point stays there, by default the middle."""
        self.zoom_to(self._scale * _STEP**steps, at)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """A scale; see ``zoom`` for ``at``."""
        if self._size.isEmpty():
            return
        at = at if at is not None else QRectF(self.rect()).center()
        under = self._to_picture(at)
        self._fitted = False
        longest = max(self._size.width(), self._size.height())
        scale = min(max(scale, min(_LEAST_PX / longest, 1.0)), _MOST_SCALE)
        self._scale = scale
        moved = (at - QRectF(self.rect()).center()) * (self.devicePixelRatioF() / scale)
        self._center = under - moved
        self._set_scale(scale)

    def pan(self, by: QPointF) -> None:
        """Move the picture by logical pixels."""
        self._center -= by * (self.devicePixelRatioF() / self._scale)
        self._settle()

    def place(self) -> QRectF:
        """Where the picture stands, in logical pixels."""
        share = self._scale / self.devicePixelRatioF()
        left_top = QRectF(self.rect()).center() - self._center * share
        return QRectF(left_top.x(), left_top.y(), self._size.width() * share, self._size.height() * share)

    def _fitting(self) -> float:
        if self._size.isEmpty() or not self.width() or not self.height():
            return 1.0
        ratio = self.devicePixelRatioF()
        wide, high = (max(length - 2 * _MARGIN_PX, 1) * ratio for length in (self.width(), self.height()))
        return min(1.0, wide / self._size.width(), high / self._size.height())

    def _set_scale(self, scale: float) -> None:
        self._scale = scale
        self._settle()
        self.scaled.emit(scale)

    def _to_picture(self, at: QPointF) -> QPointF:
        return self._center + (at - QRectF(self.rect()).center()) * (self.devicePixelRatioF() / self._scale)

    def _settle(self) -> None:
        """No picture is lost: it is in the middle when it is smaller than the view, else it fills the view."""
        ratio = self.devicePixelRatioF()

        def bounded(center: float, length: int, seen: int) -> float:
            half = seen * ratio / self._scale / 2
            return length / 2 if half * 2 >= length else min(max(center, half), length - half)

        self._center = QPointF(
            bounded(self._center.x(), self._size.width(), self.width()),
            bounded(self._center.y(), self._size.height(), self.height()),
        )
        self.placed.emit(self.place())
        self.update()

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        else:
            self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / _NOTCH
        if steps:
            self.zoom(steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._size.isEmpty():
            self._held = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            here = event.position().toPoint()
            self.pan(QPointF(here - self._held))
            self._held = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fitted:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._images:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < 4)
        place = self.place()
        image = self._fitting_image()
        # Only what is seen is drawn: a picture of 50 million pixels at its own size costs what a small one does.
        seen = place.intersected(QRectF(self.rect()))
        share = image.width() / place.width()
        source = QRectF(
            (seen.x() - place.x()) * share, (seen.y() - place.y()) * share, seen.width() * share, seen.height() * share
        )
        if image.hasAlphaChannel():
            painter.fillRect(seen, Qt.GlobalColor.white)  # what transparent pictures are drawn for
        painter.drawImage(seen, image, source)
        painter.end()

    def _fitting_image(self) -> QImage:
        """The smallest that has a pixel for each of the screen."""
        wanted = self._size.width() * self._scale
        return min(self._images, key=lambda image: (image.width() < wanted, abs(image.width() - wanted)))
