"""The pictures of an article as the rows of a list: small, named, with a word on how each is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from reader.attempts import PictureReport
from reader.records import dataclass
from reader.ui import picturewords
from reader.ui.buttons import draw_box, is_low_dark
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import mirror, upright
from reader.ui.theme import theme_of
from reader.ui.thumbnails import ThumbnailStore

Index = QModelIndex | QPersistentModelIndex

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
SAID_ROLE = LINE_ROLE + 1
_NAME, _NOTE = Style(13, 500, 20), Style(12, 400, 18)
_ROW_PX, _THUMB_PX = 56, 40


@dataclass(frozen=True, slots=True)
class Line:
    """One picture of the article.

    Attributes:
        key: which one it is.
        report: None while it is not read yet.
        busy: it is being asked for now.
    """

    key: int
    title: str
    report: PictureReport | None = None
    busy: bool = False

    @property
    def trouble(self) -> bool:
        return self.report is not None and self.report.error is not None


class PictureModel(QAbstractListModel):
    """The pictures in the order of the article."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []

    def reset(self, lines: Sequence[Line]) -> None:
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def put(self, line: Line) -> None:
        self.lines[line.key] = line
        self.dataChanged.emit(self.index(line.key), self.index(line.key))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role == SAID_ROLE:
            return self.said(line)
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.title}, {self.said(line)}"
        return None

    def said(self, line: Line) -> str:
        """The second line of a row."""
        if line.busy:
            return self.tr("Asking…")
        return picturewords.state(line.report) if line.report is not None else ""


class PictureDelegate(QStyledItemDelegate):
    """Paints a row: the picture small, its name, how it is."""

    def __init__(self, thumbnails: ThumbnailStore, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._lines = Lines(limit=400)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, ratio = theme_of(), float(painter.device().devicePixelRatio())
        line: Line = index.data(LINE_ROLE)
        rect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.direction == Qt.LayoutDirection.RightToLeft:
            mirror(painter, rect)
        if chosen:
            draw_box(painter, QRectF(rect).adjusted(6, 1, -6, -1), 8, theme.sel)
        box = QRectF(rect.left() + 14, rect.top() + (_ROW_PX - _THUMB_PX) / 2, _THUMB_PX, _THUMB_PX)
        self._draw_picture(painter, box, line, ratio)
        left, width = box.right() + 12, rect.right() - box.right() - 26
        lighter = is_low_dark(theme, ratio)
        name = self._lines.lay(line.title, _NAME, int(width), max_lines=1, lighter=lighter)
        name.draw(painter, left, rect.top() + 8, theme.sel_ink if chosen else theme.ink, ratio=ratio)
        said = str(index.data(SAID_ROLE))
        weak = theme.sel_ink2 if chosen else theme.ink3
        ink = theme.warn if line.trouble and not (chosen and theme.contrast) else weak
        note = self._lines.lay(said, _NOTE, int(width), max_lines=1, lighter=lighter)
        note.draw(painter, left, rect.top() + 28, ink, ratio=ratio)
        painter.restore()

    def _draw_picture(self, painter: QPainter, box: QRectF, line: Line, ratio: float) -> None:
        theme = theme_of()
        held = line.report is not None and line.report.error is None
        picture = self._thumbnails.pixmap(line, _THUMB_PX, ratio) if held else None
        if picture is None or picture.isNull():
            draw_box(painter, box, 6, theme.chip)
            name = "image-off" if line.trouble else "image"
            draw_icon(painter, name, box.x() + 10, box.y() + 10, 20, theme.warn if line.trouble else theme.ink3)
            return
        path = QPainterPath()
        path.addRoundedRect(box, 6, 6)
        painter.setClipPath(path)
        with upright(painter, box.x(), box.width()):
            painter.drawPixmap(box, picture, QRectF(picture.rect()))
        painter.setClipping(False)
