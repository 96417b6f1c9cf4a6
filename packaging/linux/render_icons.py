"""Renders the icon in every size that desktops look for: ``render_icons.py OUT`` (OUT like ``/usr/share``)."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

APP_ID = "arpa.home.Inkstone"
DRAWING = Path(__file__).resolve().parents[2] / "resources" / "icons" / "inkstone.svg"
SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def render(drawing: Path, size_px: int) -> QImage:
    """The drawing as a square picture with a transparent ground.

    Raises:
        ValueError: the drawing is missing or not SVG.
    """
    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise ValueError(f"{drawing} is not a drawing that Qt can read")
    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def main(out: Path) -> None:
    """Writes ``icons/hicolor/*/apps/`` below ``out``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    icons = out / "icons" / "hicolor"
    for size_px in SIZES_PX:
        path = icons / f"{size_px}x{size_px}" / "apps" / f"{APP_ID}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not render(DRAWING, size_px).save(str(path)):
            raise SystemExit(f"{path} could not be written")
    scalable = icons / "scalable" / "apps" / f"{APP_ID}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DRAWING, scalable)
    application.quit()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: render_icons.py OUT")
    main(Path(sys.argv[1]))
