"""The delegate that paints a row of the article list, in three densities. Heights are fixed: nothing moves."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Literal, Protocol

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    SignalInstance,
)
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from reader.model import Row, SourceKind
from reader.records import dataclass
from reader.ui.buttons import is_low_dark
from reader.ui.dates import Dates
from reader.ui.icons import draw_icon, draw_tile
from reader.ui.lines import Block, Lines, Style
from reader.ui.mirroring import draw_pixmap, mirror
from reader.ui.theme import DARK, SEPIA, Theme, faded, mixed, theme_of
from reader.ui.words import source_title, source_titles

#: The role under which the model gives its ``Row``, or None while it is being fetched.
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1

DensityName = Literal["comfortable", "cosy", "compact"]
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Density:
    """The measures of a row, in logical pixels; ``band``: what the first row of a group of days has above it."""

    height: int
    band: int
    padding: int
    lines: int
    thumbnail: int
    dot: int
    bar: int


DENSITIES: dict[DensityName, Density] = {
    "comfortable": Density(height=104, band=30, padding=12, lines=3, thumbnail=60, dot=8, bar=32),
    "cosy": Density(height=80, band=28, padding=9, lines=2, thumbnail=44, dot=8, bar=32),
    "compact": Density(height=30, band=30, padding=5, lines=0, thumbnail=0, dot=7, bar=24),
}

_LEFT, _RIGHT, _DOT_X = 28, 16, 17
#: Of what is selected, from the sides: room for the scroll bar, which lies over the list.
_INSET = 8
_META, _META_GAP, _ICON, _RIBBON = 16, 5, 14, 14
_SOURCE_COLUMN_FROM = 520
_TITLE_NEW, _TITLE_READ = Style(14, 600, 20), Style(14, 500, 20)
_COMPACT_NEW, _COMPACT_READ = Style(13, 600, 20), Style(13, 400, 20)
_SUMMARY = Style(13, 400, 19)
_BAND = Style(12, 600, 16)
_SOURCE, _DATE = Style(12, 500, 16), Style(12, 400, 16, tabular=True)
#: Less than this was not read, more was read to the end.
_HALF_READ = (0.02, 0.98)

#: (a source's key, size, pixel ratio) -> its small picture, None when a letter stands for it.
FaviconOf = Callable[[int, int, float], QPixmap | None]

SOURCE_ICONS: dict[SourceKind, str] = {"folder": "folder-md", "files": "fulltext", "kept": "all"}


class Thumbnails(Protocol):
    """Where the list gets its small pictures. Answers at once; ``ready`` tells the key of a row that has one now."""

    ready: SignalInstance

    def pixmap(self, row: Row, size: int, ratio: float) -> QPixmap | None:
        """The picture, at least ``size`` times ``ratio`` on its short side; a null one when there will be none."""
        ...


def draw_source(
    painter: QPainter, kind: SourceKind, title: str, x: float, y: float, size: float, color: QColor
) -> None:
    """A source's sign: its kind's drawing, or the letter tile of a feed."""
    name = SOURCE_ICONS.get(kind)
    if name is None:
        draw_tile(painter, title, x, y, size)
    else:
        draw_icon(painter, name, x, y, size, color)


class RowDelegate(QStyledItemDelegate):
    """Paints rows.

    Args:
        dates: words for dates.
    """

    def __init__(self, dates: Dates, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dates = dates
        self._density = DENSITIES["comfortable"]
        self._lines = Lines(limit=800)
        self._thumbnails: Thumbnails | None = None
        self._favicon: FaviconOf = lambda key, size, ratio: None
        self._rounded: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._source_list = False
        self._terms: tuple[str, ...] = ()
        self._bands: Mapping[int, str] = {}

    def set_bands(self, bands: Mapping[int, str]) -> None:
        """The words above the first rows of groups, by their places."""
        self._bands = bands

    def row_rect(self, rect: QRect, place: int) -> QRect:
        """The row itself in what the view gives it: without its band."""
        return rect.adjusted(0, self._density.band, 0, 0) if place in self._bands else rect

    def set_density(self, density: Density) -> None:
        self._density = density

    def set_thumbnails(self, provider: Thumbnails | None) -> None:
        self._thumbnails = provider

    def set_favicons(self, favicon: FaviconOf) -> None:
        self._favicon = favicon

    def set_source_list(self, one_source: bool) -> None:
        """In one source's own list the author stands in the source's place, without a sign."""
        self._source_list = one_source

    def set_terms(self, terms: Sequence[str]) -> None:
        """Words to mark in titles and snippets; empty outside a search."""
        self._terms = tuple(terms)

    def forget(self) -> None:
        """Drop laid out text: fonts, locale or theme changed."""
        self._lines.clear()
        self._rounded.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(280, self._density.height)

    def ribbon_rect(
        self, rect: QRect, row: Row, direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight
    ) -> QRect:
        """Where a click sets or takes away the bookmark."""
        top = self._density.padding - (0 if self._density.lines else 1)
        gap = 8 if self._density.lines else 12
        right = rect.right() + 1 - _RIGHT - round(self._date(row).width) - gap
        place = QRect(right - _RIBBON - 4, rect.top() + top - 4, _RIBBON + 8, _META + 8)
        return QStyle.visualRect(direction, rect, place)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        view = option.widget
        assert isinstance(view, QAbstractItemView)
        place = index.row()
        painter.save()
        if view.isRightToLeft():
            mirror(painter, option.rect)
        paint = _Paint(self, painter, self.row_rect(option.rect, place), view, option.state)
        if place in self._bands:
            paint.band(self._bands[place], option.rect, place)
        paint.row(row, place)
        painter.restore()

    def _date(self, row: Row, lighter: bool = False) -> Block:
        return self._lines.lay(self._dates.short(row.date), _DATE, 200, lighter=lighter)

    def _thumbnail(self, row: Row, size: int, ratio: float, theme: Theme) -> QPixmap | None:
        """The row's picture, cut square with round corners and softened for the theme.

        Returns:
            None while it is on its way, a null one when there is none.
        """
        if self._thumbnails is None:
            return None
        source = self._thumbnails.pixmap(row, size, ratio)
        if source is None or source.isNull():
            return source
        key = (source.cacheKey(), size, ratio, theme.name)
        made = self._rounded.get(key)
        if made is None:
            made = _round(source, size, ratio, theme)
            self._rounded[key] = made
            if len(self._rounded) > 200:
                self._rounded.popitem(last=False)
        else:
            self._rounded.move_to_end(key)
        return made


def _round(source: QPixmap, size: int, ratio: float, theme: Theme) -> QPixmap:
    side = round(size * ratio)
    fitted = source.scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    fitted.setDevicePixelRatio(1)
    fitted = fitted.copy((fitted.width() - side) // 2, (fitted.height() - side) // 2, side, side)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    radius = 6 * ratio
    path.addRoundedRect(QRectF(0, 0, side, side), radius, radius)
    painter.fillPath(path, theme.chip)  # under a transparent picture
    painter.fillPath(path, QBrush(fitted))
    if theme is DARK:
        painter.fillPath(path, QColor(0, 0, 0, 30))
    elif theme is SEPIA:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.fillPath(path, theme.page)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setPen(QPen(faded(theme.ink, 0.09), ratio))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = ratio / 2
    painter.drawRoundedRect(QRectF(half, half, side - ratio, side - ratio), radius - half, radius - half)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


class _Paint:
    """One row being painted: what all its parts need to know."""

    __slots__ = ("delegate", "density", "hover", "ink3", "left", "lighter", "p", "ratio", "rect", "right", "selected",
                 "theme", "top", "view")  # fmt: skip

    def __init__(
        self, delegate: RowDelegate, painter: QPainter, rect: QRect, view: QAbstractItemView, state: QStyle.StateFlag
    ) -> None:
        self.delegate, self.density, self.p, self.rect, self.view = delegate, delegate._density, painter, rect, view
        self.theme = theme_of()
        self.ratio = painter.device().devicePixelRatio()
        self.lighter = is_low_dark(self.theme, self.ratio)
        self.selected = bool(state & QStyle.StateFlag.State_Selected)
        self.hover = bool(state & QStyle.StateFlag.State_MouseOver)
        self.left, self.top, self.right = rect.left() + _LEFT, rect.top(), rect.right() + 1 - _RIGHT
        # ink3 on a selection has a contrast of 3.8 only.
        self.ink3 = self.theme.sel_ink2 if self.selected else self.theme.ink3

    def band(self, text: str, rect: QRect, number: int) -> None:
        """What stands above a group: its days, under a hairline from one side to the other."""
        height = self.density.band
        self.p.fillRect(QRect(rect.left(), rect.top(), rect.width(), height), self.theme.list)
        if number > 0:
            self.p.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), self.theme.line2)
        block = self.delegate._lines.lay(text, _BAND, self.right - self.left, lighter=self.lighter)
        block.draw(self.p, self.left, rect.top() + height - _BAND.height - 3, self.theme.ink2, ratio=self.ratio)

    def row(self, row: Row | None, number: int) -> None:
        self.p.save()
        # Styles paint their own selection and hover before the delegate is asked. Not smoothed: at a ratio of 1.25 a
        # smoothed edge would bleed over the pane's hairline.
        self.p.fillRect(self.rect, self.theme.list)
        self.p.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(number)
        if row is None:
            self._waiting()
        elif self.density.lines:
            self._full(row)
        else:
            self._compact(row)
        self.p.restore()

    def _ground(self, number: int) -> None:
        theme = self.theme
        if self.selected or self.hover:
            box = QRectF(self.rect).adjusted(_INSET, 1, -_INSET, -1)
            self.p.setPen(QPen(theme.line, 1) if theme.contrast and not self.selected else Qt.PenStyle.NoPen)
            self.p.setBrush(self._fill(number))
            self.p.drawRoundedRect(box, 8, 8)
        if (
            self.density.lines
            and number > 0
            and number not in self.delegate._bands
            and not self._beside_selection(number)
        ):
            self.p.fillRect(QRect(self.left, self.top, self.right - self.left, 1), theme.line2)

    def _fill(self, number: int) -> QColor:
        theme = self.theme
        if not self.selected:
            return theme.hover
        fill = theme.sel if self.view.hasFocus() else theme.sel0
        # Of many that are selected only the current one has the full colour: a whole pane of it is loud.
        return fill if theme.contrast or number == self.view.currentIndex().row() else mixed(fill, theme.list)

    def _beside_selection(self, number: int) -> bool:
        """Whether the row or the one above it is selected."""
        if self.selected:
            return True
        index = self.view.model().index(number - 1, 0)
        return self.view.selectionModel().isSelected(index)

    def _ink(self, normal: QColor) -> QColor:
        return self.theme.sel_ink if self.selected and self.theme.contrast else normal

    def _dot(self, y: float) -> None:
        size = self.density.dot
        self.p.setPen(Qt.PenStyle.NoPen)
        self.p.setBrush(self._ink(self.theme.accent))
        self.p.drawEllipse(QRectF(self.rect.left() + _DOT_X - size / 2, y - size / 2, size, size))

    def _marks(self, row: Row, meta_top: int, gap: int) -> float:
        """Date, bookmark and progress from the right; gives the x that is left free for text."""
        theme = self.theme
        date = self.delegate._date(row, self.lighter)
        x = self.right - date.width
        date.draw(self.p, x, meta_top, self.ink3, ratio=self.ratio)
        x -= gap if date.width else 0
        if row.bookmarked or (self.hover and self.density.lines):
            x = ceil(x) - _RIBBON
            name, color = ("bookmark-fill", theme.mark) if row.bookmarked else ("bookmark", self.ink3)
            draw_icon(self.p, name, x, meta_top + 1, _RIBBON, self._ink(color))
            x -= 8
        if _HALF_READ[0] < row.progress < _HALF_READ[1]:
            x = ceil(x) - self.density.bar
            self.p.setPen(Qt.PenStyle.NoPen)
            y = meta_top + 7
            if theme.contrast:  # the rest as a thin line: two dark colours side by side say nothing
                self.p.fillRect(QRectF(x, y + 1, self.density.bar, 1), self._ink(theme.line))
            else:
                self.p.setBrush(faded(theme.sel_ink, 0.15) if self.selected else theme.line)
                self.p.drawRoundedRect(QRectF(x, y, self.density.bar, 3), 1.5, 1.5)
            self.p.setBrush(self._ink(theme.accent))
            self.p.drawRoundedRect(QRectF(x, y, max(self.density.bar * row.progress, 3), 3), 1.5, 1.5)
            x -= 8
        return x

    def _meta(self, row: Row, meta_top: int, free: float) -> None:
        text, x = source_titles(row), float(self.left)
        if self.delegate._source_list:
            text = ", ".join(row.authors) or source_title(row)
        else:
            self._sign(row, x, meta_top + 1)
            x += _ICON + 7
        if free - x > 20:
            block = self.delegate._lines.lay(text, _SOURCE, int(free - x), lighter=self.lighter)
            block.draw(self.p, x, meta_top, self._ink(self.theme.ink2), ratio=self.ratio)

    def _sign(self, row: Row, x: float, y: float) -> None:
        # A drawing has air in its box, a tile has none: 16 px of the one look like 14 of the other.
        grow = 1 if row.source_kind in SOURCE_ICONS else 0
        ink = self._ink(self.theme.ink2)
        side = _ICON + 2 * grow
        favicon = self.delegate._favicon(row.source_key, side, self.ratio)
        if favicon is None:
            draw_source(self.p, row.source_kind, row.source_title, x - grow, y - grow, side, ink)
        else:
            draw_pixmap(self.p, x - grow, y - grow, favicon)

    def _full(self, row: Row) -> None:
        theme, lines = self.theme, self.delegate._lines
        meta_top = self.top + self.density.padding
        if not row.read:
            self._dot(meta_top + _META / 2)
        self._meta(row, meta_top, self._marks(row, meta_top, 8))
        width = self.right - self.left
        if row.lead is not None and self.delegate._thumbnails is not None:
            size = self.density.thumbnail
            if self._picture(row, self.right - size, meta_top + _META + 6, size):
                width -= size + 12
        top = meta_top + _META + _META_GAP
        terms = self.delegate._terms
        title = lines.lay(
            row.title,
            _TITLE_READ if row.read else _TITLE_NEW,
            width,
            max_lines=2,
            language=row.language,
            lighter=self.lighter,
            terms=terms,
            hit_ink=theme.hit_ink,
            own_side=True,
        )
        title_ink = self._ink(theme.ink2 if row.read else theme.ink)
        title.draw(self.p, self.left, top, title_ink, theme.hit, self.ratio)
        rest = self.density.lines - len(title)
        text = row.snippet if terms and row.snippet else row.summary
        if rest > 0 and text:
            summary = lines.lay(
                text,
                _SUMMARY,
                width,
                max_lines=rest,
                language=row.language,
                lighter=self.lighter,
                terms=terms,
                hit_ink=theme.hit_ink,
                own_side=True,
            )
            ink = self.ink3 if row.read else self._ink(theme.ink2)
            summary.draw(self.p, self.left, top + title.height + 1, ink, theme.hit, self.ratio)

    def _picture(self, row: Row, x: int, y: int, size: int) -> bool:
        """The small picture, or its room while it comes; False when there is none, then the words have the room."""
        picture = self.delegate._thumbnail(row, size, self.ratio, self.theme)
        if picture is not None:
            if picture.isNull():
                return False
            draw_pixmap(self.p, x, y, picture)
            return True
        self.p.setPen(QPen(self.theme.line, 1) if self.theme.contrast else Qt.PenStyle.NoPen)
        self.p.setBrush(self.theme.chip)
        self.p.drawRoundedRect(QRectF(x, y, size, size), 6, 6)
        return True

    def _compact(self, row: Row) -> None:
        theme, lines = self.theme, self.delegate._lines
        middle = self.top + self.rect.height() // 2
        if not row.read:
            self._dot(middle)
        free = self._marks(row, middle - 8, 12) - 4
        x = float(self.left)
        if not self.delegate._source_list:
            self._sign(row, x, middle - 7)
            x += _ICON + 8
            if self.rect.width() >= _SOURCE_COLUMN_FROM:
                # Its own column, so that the names stand under each other whatever marks the row has.
                column = self.right - 130 - 140
                source = lines.lay(source_title(row), _SOURCE, 130, lighter=self.lighter)
                source.draw(self.p, column, middle - 8, self._ink(theme.ink2), ratio=self.ratio)
                free = min(free, column - 16)
        title = lines.lay(
            row.title,
            _COMPACT_READ if row.read else _COMPACT_NEW,
            int(free - x),
            language=row.language,
            lighter=self.lighter,
            terms=self.delegate._terms,
            hit_ink=theme.hit_ink,
            own_side=True,
        )
        ink = self._ink(theme.ink2 if row.read else theme.ink)
        title.draw(self.p, x, middle - 10, ink, theme.hit, self.ratio)

    def _waiting(self) -> None:
        """A row whose content is on its way: quiet bars where the words will stand."""
        self.p.setPen(Qt.PenStyle.NoPen)
        self.p.setBrush(self.theme.chip if not self.theme.contrast else self.theme.line)
        width = self.right - self.left
        if not self.density.lines:
            self.p.drawRoundedRect(QRectF(self.left + 22, self.rect.center().y() - 3, width * 0.5, 6), 3, 3)
            return
        top = self.top + self.density.padding
        for offset, part in ((5, 0.3), (28, 0.75), (47, 0.6)):
            self.p.drawRoundedRect(QRectF(self.left, top + offset, width * part, 6), 3, 3)
