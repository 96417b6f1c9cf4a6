"""The canvas: fitted, zoomed around a point, dragged, never lost; and what is drawn is what there is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.ui.picturecanvas import Canvas


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(824, 624)
    made.show()
    qtbot.waitExposed(made)
    return made


def _image(width: int, height: int, color: str = "red") -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    return image


def test_large_ones_are_fitted_and_small_ones_stay_as_they_are(canvas: Canvas) -> None:
    canvas.show_picture(QSize(1600, 1200), (_image(1600, 1200),))
    assert canvas.scale == pytest.approx(0.5)
    assert canvas.place() == QRectF(12, 12, 800, 600)
    canvas.show_picture(QSize(80, 60), (_image(80, 60),))
    assert canvas.scale == 1
    assert canvas.place() == QRectF(372, 282, 80, 60)
    canvas.resize(424, 324)
    assert canvas.place() == QRectF(172, 132, 80, 60)


def test_the_wheel_zooms_around_the_pointer(canvas: Canvas) -> None:
    canvas.show_picture(QSize(1600, 1200), (_image(1600, 1200),))
    at = QPointF(212, 162)
    before = (at - canvas.place().topLeft()) / canvas.scale
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.scale == pytest.approx(0.5 * 1.25**2)
    after = (at - canvas.place().topLeft()) / canvas.scale
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()))


def test_it_cannot_be_dragged_out_of_sight(canvas: Canvas) -> None:
    canvas.show_picture(QSize(1600, 1200), (_image(1600, 1200),))
    canvas.actual()
    canvas.pan(QPointF(100_000, 100_000))
    assert canvas.place().topLeft() == QPointF(0, 0)
    canvas.pan(QPointF(-100_000, -100_000))
    assert canvas.place().bottomRight() == QPointF(824, 624)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    QTest.mouseMove(canvas, QPoint(430, 320))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(430, 320))
    assert canvas.place().bottomRight() == QPointF(854, 644)


def test_scales_are_bounded_and_nothing_happens_without_a_picture(canvas: Canvas) -> None:
    canvas.zoom(3)
    canvas.show_picture(QSize(1600, 1200), (_image(1600, 1200),))
    canvas.zoom(-100)
    assert canvas.place().width() >= 16
    canvas.zoom(100)
    assert canvas.scale == 32
    canvas.fit()
    assert canvas.scale == pytest.approx(0.5)


def test_a_double_click_goes_between_fitted_and_actual(canvas: Canvas) -> None:
    canvas.show_picture(QSize(1600, 1200), (_image(1600, 1200),))
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert canvas.scale == 1
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert canvas.scale == pytest.approx(0.5)


def test_the_smaller_image_is_drawn_where_it_is_enough(canvas: Canvas) -> None:
    canvas.show_picture(QSize(1600, 1200), (_image(1600, 1200, "red"), _image(800, 600, "blue")))
    assert canvas.grab().toImage().pixelColor(400, 300) == QColor("blue")
    canvas.actual()
    assert canvas.grab().toImage().pixelColor(400, 300) == QColor("red")


def test_transparent_pictures_stand_on_white(canvas: Canvas) -> None:
    image = QImage(400, 300, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    canvas.show_picture(image.size(), (image,))
    assert canvas.grab().toImage().pixelColor(412, 312) == QColor("white")
