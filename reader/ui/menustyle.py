"""How menus look where the desktop brings no look of its own: Qt's Fusion draws them as they were in 2012.

macOS and Windows draw their menus themselves; on Linux and wherever else Fusion rules, a menu gets a style of its own.
Only menus do: a style for the whole program would ask Python at every stroke.
"""

from __future__ import annotations

import re
from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QMenu,
    QProxyStyle,
    QStyle,
    QStyledItemDelegate,
    QStyleHintReturn,
    QStyleOption,
    QStyleOptionMenuItem,
    QStyleOptionViewItem,
    QWidget,
)

from reader.ui.drawing import UI, draw_box, is_low_dark
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines
from reader.ui.mirroring import mirror
from reader.ui.scrollbar import overlay
from reader.ui.theme import Theme, faded, theme_of

_ROW_PX, _GAP_PX = 28, 9
#: From the row's edge to the icon, the icon, and from there to the words.
_EDGE_PX, _ICON_PX, _AFTER_ICON_PX = 10, 16, 10
_TEXT_X = _EDGE_PX + _ICON_PX + _AFTER_ICON_PX
#: Between the words and the keys, and what the chevron of a submenu takes.
_BEFORE_KEYS_PX, _CHEVRON_PX = 32, 16
_RADIUS, _PANEL_RADIUS, _INSET_PX = 6, 10, 5
_MNEMONIC = re.compile("&(.)")

_Metric, _Control, _Part = QStyle.PixelMetric, QStyle.ControlElement, QStyle.PrimitiveElement
_Item = QStyleOptionMenuItem.MenuItemType
_METRICS = {
    _Metric.PM_MenuPanelWidth: 0,
    _Metric.PM_MenuHMargin: _INSET_PX,
    _Metric.PM_MenuVMargin: _INSET_PX,
    _Metric.PM_SubMenuOverlap: -2,
}


def menu(parent: QWidget) -> QMenu:
    """An empty menu in the program's look, which is let go when it closes."""
    made = dressed(QMenu(parent))
    made.aboutToHide.connect(made.deleteLater)
    return made


def submenu(parent: QMenu, text: str) -> QMenu:
    """A menu inside of another."""
    return dressed(parent.addMenu(text))


def dressed(made: QMenu) -> QMenu:
    """The same menu in the program's look, if the desktop has none."""
    if QApplication.style().name() == "fusion":
        made.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        made.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        style = MenuStyle()
        style.setParent(made)
        made.setStyle(style)
    return made


def popup(made: QMenu, place: QPoint) -> None:
    """Show a menu that Qt made (for a field of text) in the program's look; it is let go when it closes."""
    dressed(made).aboutToHide.connect(made.deleteLater)
    made.popup(place)


def dress_list(box: QComboBox) -> None:
    """The list of a box with many choices in the same look; Fusion's covers the whole screen."""
    view = box.view()
    view.setItemDelegate(_Rows(view))
    view.viewport().setBackgroundRole(QPalette.ColorRole.Light)  # the token of what floats
    overlay(view)
    if QApplication.style().name() == "fusion":
        style = MenuStyle()
        style.setParent(box)
        for part in (box, view.window()):
            part.setStyle(style)


class _Rows(QStyledItemDelegate):
    """The lines of a list that opens under a box."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = Lines(limit=80)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = self._lines.lay(str(index.data()), UI, 100_000).width
        return QSize(ceil(width) + 2 * (_INSET_PX + _EDGE_PX), _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        theme, ratio = theme_of(option.palette), painter.device().devicePixelRatioF()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if option.direction == Qt.LayoutDirection.RightToLeft:
            mirror(painter, rect)
        box = QRectF(rect).adjusted(_INSET_PX, 0, -_INSET_PX, 0)
        if chosen:
            draw_box(painter, box, _RADIUS, theme.sel)
        words = self._lines.lay(str(index.data()), UI, box.width() - 2 * _EDGE_PX, lighter=is_low_dark(theme, ratio))
        words.draw(painter, box.left() + _EDGE_PX, rect.y() + (_ROW_PX - UI.height) / 2,
                   theme.sel_ink if chosen else theme.ink, ratio=ratio)  # fmt: skip
        painter.restore()


class MenuStyle(QProxyStyle):
    """Rows of 28 px with room around them, drawn icons for checked and for submenus, hairlines between groups."""

    def __init__(self) -> None:
        super().__init__("fusion")
        self._lines = Lines(limit=80)

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        found = _METRICS.get(metric)
        return super().pixelMetric(metric, option, widget) if found is None else found

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        data: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_ComboBox_Popup:
            return 0
        return super().styleHint(hint, option, widget, data)

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        if kind != QStyle.ContentsType.CT_MenuItem or not isinstance(option, QStyleOptionMenuItem):
            return super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]
        if option.menuItemType == _Item.Separator:
            return QSize(1, _GAP_PX)  # Qt leaves out what has no width
        words, keys = _texts(option)
        width = _TEXT_X + ceil(self._lines.lay(words, UI, 100_000).width) + _EDGE_PX
        if keys or option.reservedShortcutWidth:  # Qt adds the room of the keys itself
            width += _BEFORE_KEYS_PX
        if option.menuItemType == _Item.SubMenu:
            width += _CHEVRON_PX
        return QSize(width, _ROW_PX)

    def drawPrimitive(
        self, part: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if part == _Part.PE_PanelMenu:
            theme = theme_of(option.palette)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.fillRect(option.rect, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            draw_box(painter, QRectF(option.rect), _PANEL_RADIUS, theme.pop, theme.line)
        elif part == _Part.PE_Frame:
            draw_frame(painter, option.rect, theme_of(option.palette).line)
        elif part != _Part.PE_FrameMenu:
            super().drawPrimitive(part, option, painter, widget)

    def drawControl(
        self, control: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if control == _Control.CE_MenuEmptyArea:
            return
        if control != _Control.CE_MenuItem or not isinstance(option, QStyleOptionMenuItem):
            super().drawControl(control, option, painter, widget)
            return
        painter.save()
        if option.direction == Qt.LayoutDirection.RightToLeft:
            mirror(painter, option.rect)
        ratio = painter.device().devicePixelRatioF()
        if option.menuItemType == _Item.Separator:
            line = QRectF(option.rect.x() + _EDGE_PX, option.rect.center().y(), option.rect.width() - 2 * _EDGE_PX, 1)
            painter.fillRect(line, theme_of(option.palette).line)
        else:
            self._draw_item(painter, option, theme_of(option.palette), ratio)
        painter.restore()

    def _draw_item(self, painter: QPainter, option: QStyleOptionMenuItem, theme: Theme, ratio: float) -> None:
        rect: QRect = option.rect
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        chosen = enabled and bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            draw_box(painter, QRectF(rect), _RADIUS, theme.sel)
        ink, weak = (theme.sel_ink, theme.sel_ink2) if chosen else (theme.ink, theme.ink3)
        if not enabled:
            ink = weak = faded(theme.ink3, 0.6)
        icon_y = rect.y() + (_ROW_PX - _ICON_PX) // 2
        if option.checked:
            draw_icon(painter, "check", rect.x() + _EDGE_PX, icon_y, _ICON_PX, ink if chosen else theme.accent)
        elif not option.icon.isNull():
            place = QRect(rect.x() + _EDGE_PX, icon_y, _ICON_PX, _ICON_PX)
            mode = QIcon.Mode.Disabled if not enabled else QIcon.Mode.Selected if chosen else QIcon.Mode.Normal
            option.icon.paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)
        words, keys = _texts(option)
        top, right = rect.y() + (_ROW_PX - UI.height) / 2, rect.right() + 1 - _EDGE_PX
        lighter = is_low_dark(theme, ratio)
        self._lines.lay(words, UI, rect.width(), lighter=lighter).draw(
            painter, rect.x() + _TEXT_X, top, ink, ratio=ratio
        )
        if option.menuItemType == _Item.SubMenu:
            draw_icon(painter, "right", right - _ICON_PX + 4, icon_y, _ICON_PX, weak)
        elif keys:
            block = self._lines.lay(keys, UI, rect.width(), lighter=lighter)
            block.draw(painter, right - block.width, top, weak, ratio=ratio)


def draw_frame(painter: QPainter, rect: QRect, color: QColor) -> None:
    """A hairline inside the edge."""
    for side in (
        QRect(rect.left(), rect.top(), rect.width(), 1),
        QRect(rect.left(), rect.bottom(), rect.width(), 1),
        QRect(rect.left(), rect.top(), 1, rect.height()),
        QRect(rect.right(), rect.top(), 1, rect.height()),
    ):
        painter.fillRect(side, color)


def _texts(option: QStyleOptionMenuItem) -> tuple[str, str]:
    """The words, without the marks of their mnemonics, and the keys."""
    words, _tab, keys = option.text.partition("\t")
    return _MNEMONIC.sub(r"\1", words), keys
