"""How the rows of the command palette are painted: icon, title with what was found in it, note, keys as caps."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextLine
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from reader.ui.buttons import draw_box, is_low_dark
from reader.ui.caps import CAP_PX, CapPainter
from reader.ui.favicons import Favicons
from reader.ui.finding import Hit, Item
from reader.ui.fonts import font, has_wide, script_of
from reader.ui.icons import draw_icon, draw_tile
from reader.ui.lines import Lines, Style, snapped, units
from reader.ui.mirroring import draw_pixmap, mirror, upright
from reader.ui.theme import Theme, theme_of

ROW_PX, HEADING_PX = 36, 30
HIT_ROLE = int(Qt.ItemDataRole.UserRole) + 1

_HEADING, _NOTE = Style(12, 600, 18), Style(12, 400, 18)
_TITLE_PX, _INSET_PX, _ICON_PX, _TEXT_X, _NOTE_GAP_PX = 14, 8, 18, 49, 10
_KEPT = 300

Index = QModelIndex | QPersistentModelIndex


class Marked:
    """One line of a title, its found letters heavier."""

    def __init__(self, text: str, places: tuple[int, ...], width: float, *, lighter: bool) -> None:
        script = script_of("", text)
        # As in ``lines``: light on dark at a low pixel ratio letters look bolder than they are, CJK the most.
        regular = font(_TITLE_PX, (300 if has_wide(text) else 350) if lighter else 400, script)
        metrics = QFontMetricsF(regular)
        self.text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        self._cap_height = metrics.capHeight()
        self._layout = QTextLayout(self.text, regular)
        heavy = QTextCharFormat()
        heavy.setFont(font(_TITLE_PX, 600, script))
        shown = len(self.text) if self.text == text else len(self.text) - 1
        ranges = []
        for place in places:
            if place < shown:
                made = QTextLayout.FormatRange()
                made.start, made.length, made.format = units(text[:place]), units(text[place]), heavy
                ranges.append(made)
        self._layout.setFormats(ranges)
        self._layout.beginLayout()
        self._line: QTextLine = self._layout.createLine()
        self._line.setLineWidth(10_000)  # heavier letters are wider than was measured: they must not wrap
        self._layout.endLayout()
        self.width = self._line.naturalTextWidth()

    def draw(self, painter: QPainter, x: float, top: float, height: float, ratio: float) -> None:
        baseline = snapped(top + (height + self._cap_height) / 2, ratio)
        with upright(painter, x, self.width):
            self._line.draw(painter, QPointF(x, baseline - self._line.ascent()))


class HitDelegate(QStyledItemDelegate):
    """Paints headings and hits."""

    def __init__(self, favicons: Favicons, parent: QWidget) -> None:
        super().__init__(parent)
        self._favicons = favicons
        self._lines, self._caps = Lines(limit=_KEPT), CapPainter()
        self._titles: OrderedDict[tuple[object, ...], Marked] = OrderedDict()
        favicons.ready.connect(lambda: parent.update())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(HIT_ROLE)
        return QSize(0, ROW_PX if isinstance(row, Hit) else HEADING_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, ratio = theme_of(), float(painter.device().devicePixelRatio())
        rect: QRect = option.rect
        row = index.data(HIT_ROLE)
        painter.save()
        if option.direction == Qt.LayoutDirection.RightToLeft:
            mirror(painter, rect)
        if isinstance(row, Hit):
            state = option.state
            chosen = bool(state & QStyle.StateFlag.State_Selected)
            over = bool(state & QStyle.StateFlag.State_MouseOver)
            self._hit(painter, rect, row, theme, ratio, chosen=chosen, over=over)
        elif row is not None:
            block = self._lines.lay(row, _HEADING, rect.width() - 34, lighter=is_low_dark(theme, ratio))
            block.draw(painter, rect.x() + 17, rect.y() + 8, theme.ink3, ratio=ratio)
        painter.restore()

    def _hit(
        self, painter: QPainter, rect: QRect, hit: Hit, theme: Theme, ratio: float, *, chosen: bool, over: bool
    ) -> None:
        box = QRectF(rect).adjusted(_INSET_PX - 1, 0, 1 - _INSET_PX, 0)
        if chosen:
            draw_box(painter, box, 8, theme.sel)
        elif over:
            draw_box(painter, box, 8, theme.hover, theme.line if theme.contrast else None)
        item = hit.item
        ink, weak = (theme.sel_ink, theme.sel_ink2) if chosen else (theme.ink, theme.ink3)
        strong = theme.sel_ink if chosen and theme.contrast else theme.accent if chosen else theme.ink2
        self._icon(painter, item, rect, ratio, strong)
        end = box.right() - 10
        if item.keys:
            width = self._caps.width(item.keys)
            end -= width
            self._caps.draw(painter, item.keys, end, rect.y() + (ROW_PX - CAP_PX) / 2, ratio)
            end -= 12
        left = rect.x() + _TEXT_X
        title = self._title(item.title, hit.places, end - left, lighter=is_low_dark(theme, ratio))
        painter.setPen(ink)
        title.draw(painter, left, rect.y(), ROW_PX, ratio)
        room = end - left - title.width - _NOTE_GAP_PX
        if item.note and room > 24:
            note = self._lines.lay(item.note, _NOTE, room, lighter=is_low_dark(theme, ratio))
            note.draw(painter, left + title.width + _NOTE_GAP_PX, rect.y() + 9, weak, ratio=ratio)

    def _icon(self, painter: QPainter, item: Item, rect: QRect, ratio: float, color: QColor) -> None:
        x, y = rect.x() + 20, rect.y() + (ROW_PX - _ICON_PX) / 2
        if item.icon:
            draw_icon(painter, item.icon, x, y, _ICON_PX, color)
        elif item.source is not None:
            pixmap = self._favicons.pixmap(item.source, 16, ratio)
            if pixmap is not None:
                draw_pixmap(painter, x + 1, y + 1, pixmap)
            else:
                draw_tile(painter, item.title, x + 1, y + 1, 16)

    def _title(self, text: str, places: tuple[int, ...], width: float, *, lighter: bool) -> Marked:
        key = text, places, round(width), lighter
        made = self._titles.get(key)
        if made is None:
            made = self._titles[key] = Marked(" ".join(text[:600].splitlines()), places, width, lighter=lighter)
            if len(self._titles) > _KEPT:
                self._titles.popitem(last=False)
        return made
