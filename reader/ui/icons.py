"""The icons: our own drawings, tinted with a token of the theme when they are painted, sharp at every pixel ratio."""

from __future__ import annotations

import zlib
from functools import cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QIcon,
    QIconEngine,
    QPainter,
    QPixmap,
    QPixmapCache,
    QTransform,
)
from PySide6.QtSvg import QSvgRenderer

from reader import resources
from reader.ui.fonts import font, script_of
from reader.ui.mirroring import draw_pixmap, points
from reader.ui.theme import faded, theme_of

#: Muted, and dark enough for a white letter on each (4.3 and more).
TILES = (
    "#AC3F29", "#B4572F", "#555B6F", "#307E6C", "#5D4B8B", "#2F6F8F", "#8B5B2C", "#33649F", "#9A3B52",
    "#3A4A6C", "#8E6D1E", "#4F5D4A", "#6B7F2A", "#7B60A6", "#3F7A52", "#A0692B",
)  # fmt: skip


def _blank(width: int, height: int) -> QPixmap:
    pixmap = QPixmap(max(width, 1), max(height, 1))
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def icon_pixmap(name: str, size: float, color: QColor, ratio: float) -> QPixmap:
    """One drawing, tinted.

    Args:
        size: logical pixels of the square.
        ratio: device pixels per logical pixel.

    Raises:
        FileNotFoundError: there is no such drawing.
    """
    side = round(size * ratio)
    key = f"inkstone-icon {name} {side} {color.rgba()}"
    pixmap = QPixmap()
    if not QPixmapCache.find(key, pixmap):
        pixmap = _blank(side, side)
        renderer = QSvgRenderer(QByteArray(resources.path("icons", f"{name}.svg").read_bytes()))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(pixmap.rect(), color)
        painter.end()
        QPixmapCache.insert(key, pixmap)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _ratio(painter: QPainter) -> float:
    return float(painter.device().devicePixelRatio())


def draw_icon(painter: QPainter, name: str, x: float, y: float, size: float, color: QColor) -> None:
    """Paint one drawing with its corner at ``x``, ``y``."""
    pixmap = icon_pixmap(name, size, color, _ratio(painter))
    if points(name):
        pixmap = pixmap.transformed(QTransform.fromScale(-1, 1))
    draw_pixmap(painter, x, y, pixmap)


def tile_color(title: str) -> QColor:
    """The tint of a source without a picture of its own: the same at every start, on every computer."""
    return QColor(TILES[zlib.crc32(title.encode("utf-8", "replace")) % len(TILES)])


def tile_letter(title: str) -> str:
    """The first letter or figure of the title, in upper case; a dot when there is none."""
    return next((char.upper()[:1] for char in title if char.isalnum()), "·")


def draw_tile(painter: QPainter, title: str, x: float, y: float, size: float) -> None:
    """Paint the letter tile of a source."""
    ratio = _ratio(painter)
    side = round(size * ratio)
    key = f"inkstone-tile {title} {side}"
    pixmap = QPixmap()
    if not QPixmapCache.find(key, pixmap):
        pixmap = _tile(title, side)
        QPixmapCache.insert(key, pixmap)
    pixmap.setDevicePixelRatio(ratio)
    draw_pixmap(painter, x, y, pixmap)


def _tile(title: str, side: int) -> QPixmap:
    pixmap = _blank(side, side)
    letter = tile_letter(title)
    wide = ord(letter) > 0x2E7F
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tile_color(title))
    painter.drawRoundedRect(QRectF(0, 0, side, side), side / 4, side / 4)
    face = font(max(round(side * (0.66 if wide else 0.62)), 1), QFont.Weight.Bold.value, script_of("", title))
    box = QFontMetricsF(face).tightBoundingRect(letter)
    painter.setPen(Qt.GlobalColor.white)
    painter.setFont(face)
    # The letter's own ink in the middle, not its em box: a CJK letter hangs lower in its box than a capital.
    painter.drawText(QPointF((side - box.width()) / 2 - box.left(), (side - box.height()) / 2 - box.top()), letter)
    painter.end()
    return pixmap


class _Engine(QIconEngine):
    def __init__(self, name: str, role: str, on_name: str, on_role: str) -> None:
        super().__init__()
        self._names = {QIcon.State.Off: (name, role), QIcon.State.On: (on_name, on_role)}
        self._args = (name, role, on_name, on_role)

    def clone(self) -> QIconEngine:
        made = _Engine(*self._args)
        # Qt owns a clone, but PySide6 (6.11) lets Python free it on return: then the detached icon crashes. Only a
        # shared icon that is changed is cloned, which nobody does to ours: one leaked object each time is the cure.
        import ctypes

        ctypes.pythonapi.Py_IncRef(ctypes.py_object(made))
        return made

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        theme = theme_of()
        color = theme.color(self._names[state][1])
        if mode == QIcon.Mode.Disabled:
            return faded(color, 0.28)
        return theme.sel_ink if mode == QIcon.Mode.Selected and theme.contrast else color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        size = min(rect.width(), rect.height())
        x = rect.x() + (rect.width() - size) / 2
        y = rect.y() + (rect.height() - size) / 2
        draw_icon(painter, self._names[state][0], x, y, size, self._color(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # ``size`` is logical here: multiplying is ours to do.
        made = _blank(round(size.width() * scale), round(size.height() * scale))
        made.setDevicePixelRatio(scale)
        painter = QPainter(made)
        self.paint(painter, QRect(QPointF(0, 0).toPoint(), size), mode, state)
        painter.end()
        return made


@cache
def _drawings() -> frozenset[str]:
    """The names of all drawings: one look into their folder, not one for each of sixty icons."""
    return frozenset(each.stem for each in resources.path("icons").iterdir())


def icon(name: str, role: str = "ink2", on_name: str = "", on_role: str = "") -> QIcon:
    """An icon that follows the theme.

    Args:
        name: the drawing, as its file is called.
        role: the token that tints it.
        on_name, on_role: for the checked state; the same when empty.

    Raises:
        FileNotFoundError: there is no such drawing.
        KeyError: there is no such token.
    """
    for each in filter(None, (name, on_name)):
        if each not in _drawings():
            raise FileNotFoundError(f"no icon is called {each!r}")
    for each in filter(None, (role, on_role)):
        theme_of().color(each)
    return QIcon(_Engine(name, role, on_name or name, on_role or role))


def app_icon() -> QIcon:
    """The application's own icon, in the sizes that window systems ask for."""
    made = QIcon()
    renderer = QSvgRenderer(QByteArray(resources.path("icons", "inkstone.svg").read_bytes()))
    for side in (16, 24, 32, 48, 64, 128, 256, 512):
        pixmap = _blank(side, side)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        made.addPixmap(pixmap)
    return made
