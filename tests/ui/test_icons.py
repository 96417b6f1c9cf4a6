"""The drawings: all there, tinted by the theme, sharp at every ratio."""

from __future__ import annotations

import gc
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from reader import resources
from reader.ui.icons import TILES, app_icon, draw_tile, icon, icon_pixmap, tile_color, tile_letter
from reader.ui.theme import DARK, LIGHT, palette_of

NAMES = (
    "menu", "refresh", "close", "add", "search", "today", "unread", "read", "bookmark",
    "continue", "all", "folder", "folder-md", "right", "down", "up", "feed", "sort",
    "filter", "checks", "check", "fulltext", "aa", "tag", "open", "link", "more",
    "warning", "offline", "image-off", "image", "import", "settings", "moon", "undo", "keyboard",
    "clock", "clip", "trash", "highlight", "bookmark-fill", "pause",
)  # fmt: skip


def opaque_colors(pixmap: QPixmap) -> set[str]:
    image = pixmap.toImage()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name() for x, y in places if image.pixelColor(x, y).alpha() > 250}


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_is_drawn_in_one_colour(qapp: QApplication, name: str) -> None:
    assert opaque_colors(icon_pixmap(name, 20, QColor("#57544f"), 2)) == {"#57544f"}


@pytest.mark.parametrize("path", sorted((resources.folder() / "icons").glob("*.svg")), ids=lambda path: path.stem)
def test_drawings_are_plain(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    assert root.get("viewBox") == ("0 0 512 512" if path.stem == "inkstone" else "0 0 20 20")
    # QtSvg knows SVG Tiny: what it ignores would look right in a browser only.
    used = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert used <= {"svg", "path", "circle", "rect", "g", "defs", "linearGradient", "stop"}


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_pixmaps_have_device_pixels(qapp: QApplication, ratio: float) -> None:
    made = icon_pixmap("search", 20, QColor("red"), ratio)
    assert made.width() == round(20 * ratio)
    assert made.devicePixelRatio() == ratio
    through_engine = icon("search").pixmap(QSize(20, 20), ratio)
    assert through_engine.width() == round(20 * ratio)


def test_a_new_palette_tints_an_old_icon(qapp: QApplication) -> None:
    made = icon("read", "ink2")
    try:
        for theme in (LIGHT, DARK):
            qapp.setPalette(palette_of(theme))
            assert opaque_colors(made.pixmap(QSize(40, 40), 1.0)) == {theme.ink2.name()}
    finally:
        qapp.setPalette(palette_of(LIGHT))


def test_states(qapp: QApplication) -> None:
    qapp.setPalette(palette_of(LIGHT))
    made = icon("bookmark", "ink2", "bookmark-fill", "mark")
    on = made.pixmap(QSize(40, 40), 1.0, QIcon.Mode.Normal, QIcon.State.On)
    assert opaque_colors(on) == {LIGHT.mark.name()}
    disabled = made.pixmap(QSize(40, 40), 1.0, QIcon.Mode.Disabled).toImage()
    alphas = {disabled.pixelColor(x, y).alpha() for x in range(40) for y in range(40)}
    assert 40 < max(alphas) < 110


def test_a_detached_copy_outlives_its_original(qapp: QApplication) -> None:
    for _ in range(50):
        original = icon("search")
        copy = QIcon(original)
        copy.setIsMask(True)  # detaches: Qt clones the engine
        del original
        gc.collect(0)
        assert opaque_colors(copy.pixmap(QSize(20, 20), 2.0)) == {LIGHT.ink2.name()}


def test_names_that_do_not_exist(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError, match="unicorn"):
        icon("unicorn")
    with pytest.raises(KeyError):
        icon("read", "mauve")


def test_tiles(qapp: QApplication) -> None:
    assert tile_letter("«paper mill»") == "P"
    assert tile_letter("湖边书屋") == "湖"
    assert tile_letter("straße") == "S"
    assert tile_letter("ßtrange") == "S"
    assert tile_letter("—!") == "·"
    assert tile_letter("") == "·"
    assert tile_color("湖边书屋") == tile_color("湖边书屋")
    assert len({tile_color(f"source {number}").name() for number in range(200)}) == len(TILES)
    pixmap = QPixmap(16, 16)
    painter = QPainter(pixmap)
    draw_tile(painter, "\ud800 broken", 0, 0, 16)
    draw_tile(painter, "", 0, 0, 16)
    painter.end()
    assert pixmap.toImage().pixelColor(2, 8) == tile_color("")


def test_the_application_icon_has_its_sizes(qapp: QApplication) -> None:
    sizes = {size.width() for size in app_icon().availableSizes()}
    assert {16, 32, 48, 256, 512} <= sizes
    image = app_icon().pixmap(QSize(64, 64), 1.0).toImage()
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(32, 16).lightness() < 30  # the ink
    assert 60 < image.pixelColor(32, 40).lightness() < 140  # the stone
