"""Articles that are dragged out of the list: onto a tag or a view of the sidebar, or into another program."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from reader.model import Row
from reader.ui.buttons import UI, draw_box
from reader.ui.lines import Lines
from reader.ui.theme import theme_of
from reader.ui.words import articles

#: A JSON list of the articles' ids.
ARTICLES = "application/x-inkstone-articles"
#: Nobody carries more by hand.
MOST = 1000
_WIDTH_PX, _HEIGHT_PX = 240, 32


def mime_of(rows: Sequence[Row]) -> QMimeData:
    """Their ids for this program; their addresses and titles for all others."""
    data = QMimeData()
    data.setData(ARTICLES, json.dumps([row.id for row in rows]).encode())
    data.setUrls([QUrl(row.url) for row in rows if row.url])
    data.setText("\n".join(f"{row.title} {row.url}".rstrip() for row in rows))
    return data


def ids_of(data: QMimeData) -> list[str]:
    """The ids of the articles that are dropped, none when they are something else."""
    if not data.hasFormat(ARTICLES):
        return []
    try:
        found = json.loads(bytes(data.data(ARTICLES).data()))
    except ValueError:
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def drag_of(view: QWidget, rows: Sequence[Row]) -> QDrag | None:
    """A drag that carries these rows, with their title, or their number, under the pointer."""
    if not rows:
        return None
    drag = QDrag(view)
    drag.setMimeData(mime_of(rows))
    text = rows[0].title if len(rows) == 1 else articles(len(rows))
    drag.setPixmap(_label(text, view.devicePixelRatioF()))
    drag.setHotSpot(QPoint(-12, -8))
    return drag


def _label(text: str, ratio: float) -> QPixmap:
    theme = theme_of()
    words = Lines(limit=1).lay(text, UI, _WIDTH_PX - 24)
    size = QSize(round(min(words.width, _WIDTH_PX - 24)) + 24, _HEIGHT_PX)
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_box(painter, QRectF(0, 0, size.width(), size.height()), 8, theme.pop, theme.line)
    words.draw(painter, 12, 6, theme.ink, ratio=ratio)
    painter.end()
    return pixmap
