"""Paints the pictures of the sample library; run it only to change them: ``python packaging/paint_sample.py``.

Deterministic but for the specimen, which is set in the serif fonts of the machine (Noto Serif CJK is meant).
"""

from __future__ import annotations

import itertools
import math
import os
import random
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QRadialGradient,
)

SAMPLE = Path(__file__).resolve().parent.parent / "resources" / "sample"
WIDTH, HEIGHT = 1200, 600


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one landscape: the sky from top to horizon, the ridges from far to near, the sun."""

    seed: int
    sky: tuple[str, str]
    far: str
    near: str
    sun: str
    sun_at: tuple[float, float]
    sun_radius: float = 50
    water: bool = False


LANDSCAPES = {
    "ridge-after-rain.png": Palette(7, ("#dde1e0", "#efe7da"), "#e9e3d6", "#27343c", "#dc6a49", (0.66, 0.3)),
    "tea-terraces.png": Palette(19, ("#e6eee3", "#f1eddd"), "#e2e5d3", "#245443", "#f4d9a0", (0.355, 0.29), 38),
    "harbour-morning.png": Palette(
        31, ("#cfe0ef", "#eef3f4"), "#d6e2ea", "#2f5478", "#fbf4df", (0.4, 0.38), 42, water=True
    ),
    "evening-hills.png": Palette(48, ("#f3d3cf", "#f7e6d8"), "#edcfc7", "#56263f", "#c7424a", (0.62, 0.46), 58),
    "night-ferry.png": Palette(
        63, ("#101a2e", "#2a3a58"), "#2b3b57", "#070c16", "#f1e6c4", (0.78, 0.22), 30, water=True
    ),
}


def blend(a: str, b: str, t: float) -> QColor:
    """The colour at ``t`` (0 to 1) between two colours."""
    one, two = QColor(a), QColor(b)

    def mix(p: int, q: int) -> int:
        return round(p + (q - p) * t)

    return QColor(mix(one.red(), two.red()), mix(one.green(), two.green()), mix(one.blue(), two.blue()))


def ridge(rng: random.Random, base: float, height: float) -> QPolygonF:
    """One mountain line: random midpoints, each step down half as high and a little rougher than a curve."""
    heights = [rng.uniform(-0.5, 0.5) for _ in range(5)]
    roughness = 0.55
    while len(heights) < 800:
        finer = []
        for left, right in itertools.pairwise(heights):
            finer += [left, (left + right) / 2 + rng.uniform(-0.5, 0.5) * roughness]
        heights = [*finer, heights[-1]]
        roughness *= 0.5
    step = WIDTH / (len(heights) - 1)
    points = [QPointF(i * step, base - h * height) for i, h in enumerate(heights)]
    return QPolygonF([*points, QPointF(WIDTH, HEIGHT), QPointF(0, HEIGHT)])


def landscape(palette: Palette) -> QImage:
    """Ridge lines under a sun, each nearer one darker, with mist at its foot."""
    rng = random.Random(palette.seed)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)

    sky = QLinearGradient(0, 0, 0, HEIGHT * 0.7)
    sky.setColorAt(0, QColor(palette.sky[0]))
    sky.setColorAt(1, QColor(palette.sky[1]))
    painter.fillRect(image.rect(), sky)

    painter.setBrush(QColor(palette.sun))
    at = QPointF(WIDTH * palette.sun_at[0], HEIGHT * palette.sun_at[1])
    painter.drawEllipse(at, palette.sun_radius, palette.sun_radius)

    layers = 6
    for n in range(layers):
        t = n / (layers - 1)
        base = HEIGHT * (0.42 + 0.44 * t**1.1)
        body = ridge(rng, base, HEIGHT * (0.3 - 0.08 * t))
        paint = QLinearGradient(0, base - HEIGHT * 0.16, 0, min(HEIGHT, base + HEIGHT * 0.26))
        paint.setColorAt(0, blend(palette.far, palette.near, t**1.35))
        paint.setColorAt(1, blend(palette.far, palette.near, max(0.0, t**1.35 - 0.16)))
        painter.setBrush(paint)
        painter.drawPolygon(body)

    if palette.water:
        top = HEIGHT * 0.86
        water = QLinearGradient(0, top, 0, HEIGHT)
        water.setColorAt(0, blend(palette.near, palette.sky[1], 0.42))
        water.setColorAt(1, blend(palette.near, palette.sky[0], 0.12))
        painter.fillRect(QRectF(0, top, WIDTH, HEIGHT - top), water)
        for i in range(26):
            y = top + 5 + (HEIGHT - top) * (i / 26) ** 1.5
            x = at.x() + rng.uniform(-26, 26) * (1 + i / 6)
            half = rng.uniform(8, 30) * (1 + i / 16)
            glint = QColor(palette.sun)
            glint.setAlpha(150 - 4 * i)
            painter.setBrush(glint)
            painter.drawRoundedRect(QRectF(x - half, y, 2 * half, 2.2), 1.1, 1.1)
    painter.end()
    return image


def specimen() -> QImage:
    """The character 永, which holds the eight strokes, beside a Latin g, on the lines that hold each."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor("#f1e8d3"))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)

    box = QRectF(312, 150, 300, 300)  # a square cut out of the middle holds both, as the list cuts it
    painter.setPen(QPen(QColor("#d3bf97"), 1.5))
    painter.drawRect(box)
    painter.setPen(QPen(QColor("#d3bf97"), 1.2, Qt.PenStyle.DashLine))
    for a, b in (
        (box.topLeft(), box.bottomRight()),
        (box.topRight(), box.bottomLeft()),
        (QPointF(box.center().x(), box.top()), QPointF(box.center().x(), box.bottom())),
        (QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y())),
    ):
        painter.drawLine(a, b)

    def glyph(text: str, font: QFont) -> QPainterPath:
        path = QPainterPath()
        path.addText(0, 0, font, text)
        return path

    painter.setPen(Qt.PenStyle.NoPen)
    cjk = QFont("Noto Serif CJK SC", 10)
    cjk.setPixelSize(286)
    cjk.setWeight(QFont.Weight.Bold)
    forever = glyph("永", cjk)
    painter.setBrush(QColor("#1f1b16"))
    painter.drawPath(forever.translated(box.center() - forever.boundingRect().center()))

    latin = QFont("Noto Serif CJK SC", 10)
    latin.setPixelSize(310)
    latin.setWeight(QFont.Weight.Medium)
    g, x = glyph("g", latin), glyph("x", latin)
    baseline = 354.0
    place = QPointF(768 - g.boundingRect().center().x(), baseline)
    painter.setBrush(QColor("#bb3a22"))
    painter.drawPath(g.translated(place))
    painter.setPen(QPen(QColor("#d3bf97"), 1.5))
    for y in (x.boundingRect().top(), 0.0, g.boundingRect().bottom()):
        painter.drawLine(QPointF(654, baseline + y), QPointF(882, baseline + y))
    painter.end()
    return image


def stone() -> QImage:
    """An inkstone seen from above: a slab, the flat where one grinds, the well with its ink."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    table = QLinearGradient(0, 0, 0, HEIGHT)
    table.setColorAt(0, QColor("#efe9de"))
    table.setColorAt(1, QColor("#ddd3c2"))
    painter.fillRect(image.rect(), table)
    painter.setPen(Qt.PenStyle.NoPen)

    slab = QRectF(310, 105, 580, 390)
    for i in range(22):
        painter.setBrush(QColor(0, 0, 0, 4))
        painter.drawRoundedRect(slab.adjusted(-i, -i + 12, i, i + 12), 40 + i, 40 + i)
    body = QLinearGradient(slab.topLeft(), slab.bottomRight())
    body.setColorAt(0, QColor("#5d6064"))
    body.setColorAt(1, QColor("#33363a"))
    painter.setBrush(body)
    painter.drawRoundedRect(slab, 36, 36)
    painter.setBrush(QColor("#2c2f33"))
    painter.drawRoundedRect(slab.adjusted(30, 30, -30, -30), 24, 24)

    inner = slab.adjusted(36, 36, -36, -36)
    clip = QPainterPath()
    clip.addRoundedRect(inner, 20, 20)
    painter.setClipPath(clip)
    flat = QLinearGradient(inner.topLeft(), inner.topRight())
    flat.setColorAt(0, QColor("#64676b"))
    flat.setColorAt(0.62, QColor("#46494d"))
    flat.setColorAt(1, QColor("#1d1f21"))
    painter.fillRect(inner, flat)
    ink = QPainterPath()
    right = inner.right()
    ink.moveTo(right - 170, inner.top())
    for i in range(41):
        y = inner.top() + inner.height() * i / 40
        bow = 46 * math.sin(math.pi * i / 40)
        ink.lineTo(right - 170 - bow, y)
    ink.lineTo(right, inner.bottom())
    ink.lineTo(right, inner.top())
    painter.setBrush(QColor("#0c0c0d"))
    painter.drawPath(ink)
    shine = QRadialGradient(QPointF(right - 110, inner.top() + 80), 120)
    shine.setColorAt(0, QColor(255, 255, 255, 60))
    shine.setColorAt(1, QColor(255, 255, 255, 0))
    painter.setBrush(shine)
    painter.drawPath(ink)
    painter.setClipping(False)

    painter.save()
    painter.translate(965, 300)
    painter.rotate(8)
    stick = QLinearGradient(-26, 0, 26, 0)
    stick.setColorAt(0, QColor("#1a1a1b"))
    stick.setColorAt(0.4, QColor("#3a3a3c"))
    stick.setColorAt(1, QColor("#141415"))
    painter.setBrush(stick)
    painter.drawRoundedRect(QRectF(-26, -150, 52, 300), 6, 6)
    painter.setBrush(QColor("#c03a22"))
    painter.drawRect(QRectF(-26, -110, 52, 34))
    painter.restore()
    painter.end()
    return image


def main() -> None:
    """Writes every picture and says how large each became."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    pictures = {SAMPLE / "Examples" / "pictures" / name: landscape(palette) for name, palette in LANDSCAPES.items()}
    pictures[SAMPLE / "Examples" / "pictures" / "forever-and-g.png"] = specimen()
    pictures[SAMPLE / "About Inkstone" / "pictures" / "inkstone.png"] = stone()
    for path, image in pictures.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not image.save(str(path), quality=0):
            raise SystemExit(f"{path} could not be written")
        print(f"{path.relative_to(SAMPLE)}: {path.stat().st_size // 1024} KB")
    application.quit()


if __name__ == "__main__":
    main()
