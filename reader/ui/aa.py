"""The "Aa" popover: theme, fonts, size, lines and width of the article, changed while it is being read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontDatabase, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reader.records import dataclass
from reader.settings import BOUNDS, Settings
from reader.ui import fonts
from reader.ui.buttons import CAPTION, RING_PX, UI, LinkButton, Text, draw_box, draw_ring, is_low_dark
from reader.ui.formparts import Switch
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import painter_of, upright
from reader.ui.popover import Popover
from reader.ui.settingparts import FamilyBox, Slider
from reader.ui.theme import THEMES, Theme, theme_of

_WIDTH_PX, _RADIUS = 312, 6
_CHOSEN = Style(CAPTION.size, 600, CAPTION.height)
#: What the popover changes, and what "Reset" sets back; the theme stays.
_LOOK = ("article_font", "article_latin_font", "article_cjk_font", "article_size_px", "article_lines_percent",
         "article_width_em", "article_justify")  # fmt: skip
_SYSTEMS = QFontDatabase.WritingSystem
#: The writing systems of Latin letters, and of Chinese, Japanese and Korean.
LATIN = _SYSTEMS.Latin
CJK = (_SYSTEMS.SimplifiedChinese, _SYSTEMS.TraditionalChinese, _SYSTEMS.Japanese, _SYSTEMS.Korean)


def families(*systems: QFontDatabase.WritingSystem) -> list[str]:
    """The installed families that can write one of these, without those that a system keeps for itself."""
    found = {name for system in systems for name in QFontDatabase.families(system)}
    return sorted(name for name in found if not QFontDatabase.isPrivateFamily(name))


class _Tile(QAbstractButton):
    """A theme shown as what it does: two letters on its paper, its name below."""

    _PAPER_PX, _NAME_PX = 40, 20

    def __init__(self, name: str, papers: Sequence[Theme]) -> None:
        super().__init__()
        self._papers = tuple(papers)
        self._lines = Lines(limit=2)
        _make_choice(self, name)

    def sizeHint(self) -> QSize:
        name = ceil(self._lines.lay(self.text(), _CHOSEN, 1000).width)
        return QSize(max(88, name + 2), self._PAPER_PX + self._NAME_PX + 2 * RING_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio, chosen = theme_of(), self.devicePixelRatioF(), self.isChecked()
        painter = painter_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(RING_PX, RING_PX, self.width() - 2 * RING_PX, self._PAPER_PX)
        self._draw_papers(painter, box)
        # A chosen one has a line around it, with air between: the paper itself may be as dark as the line.
        draw_box(painter, box, _RADIUS, QColor(Qt.GlobalColor.transparent), theme.line)
        if self.hasFocus():
            draw_ring(painter, box, _RADIUS, theme)
        elif chosen:
            painter.setPen(QPen(theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)
        name = self._lines.lay(
            self.text(), _CHOSEN if chosen else CAPTION, self.width(), lighter=is_low_dark(theme, ratio)
        )
        ink = theme.ink if chosen else theme.ink2
        name.draw(painter, (self.width() - name.width) / 2, box.bottom() + RING_PX + 2, ink, ratio=ratio)
        painter.end()

    def _draw_papers(self, painter: QPainter, box: QRectF) -> None:
        """Each paper in its part of the box, whose corners alone are round."""
        outline = QPainterPath()
        outline.addRoundedRect(box, _RADIUS, _RADIUS)
        painter.setFont(fonts.font(17, kind="serif"))
        part = box.width() / len(self._papers)
        for n, paper in enumerate(self._papers):
            half = QRectF(box.left() + n * part, box.top(), part, box.height())
            edge = QPainterPath()
            edge.addRect(half)
            painter.fillPath(outline.intersected(edge), paper.page)
            painter.setPen(paper.ink)
            with upright(painter, half.left(), half.width()):
                painter.drawText(half, Qt.AlignmentFlag.AlignCenter, "Aa")


class _Half(QAbstractButton):
    """One of two: its name in the letters that it stands for."""

    def __init__(self, name: str, kind: fonts.Kind) -> None:
        super().__init__()
        self._kind = kind
        _make_choice(self, name)

    def sizeHint(self) -> QSize:
        return QSize(100, 28 + 2 * RING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, chosen = theme_of(), self.isChecked()
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        if chosen:
            draw_box(painter, box, _RADIUS, theme.sel if theme.contrast else theme.field, theme.line)
        if self.hasFocus():
            draw_ring(painter, box, _RADIUS, theme)
        painter.setFont(fonts.font(13, 600 if chosen else 400, fonts.script_of("", self.text()), kind=self._kind))
        painter.setPen(theme.sel_ink if chosen else theme.ink2)
        with upright(painter, box.left(), box.width()):
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


def _make_choice(button: QAbstractButton, name: str) -> None:
    button.setText(name)
    button.setAccessibleName(name)
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class _Track(QWidget):
    """The trough in which the chosen half lies."""

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), _RADIUS + 2, theme.side if theme.dark else theme.chip,
                 theme.line if theme.contrast else None)  # fmt: skip
        painter.end()


class _Hairline(QWidget):
    """Between two groups."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(13)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(RING_PX, 6, self.width() - 2 * RING_PX, 1), theme_of().line)
        painter.end()


@dataclass(frozen=True, slots=True)
class _Slide:
    slider: Slider
    value: Text
    word: str

    def show(self, value: int) -> None:
        """Stand at ``value`` without telling anyone."""
        self.slider.show_value(value)
        self.value.setText(self.word.format(n=value))


class LookPopover(Popover):
    """Floats over the article.

    Args:
        settings: how it is now.
        change: set settings, with their effect at once.
        pane: what it floats over.
    """

    def __init__(self, settings: Callable[[], Settings], change: Callable[..., object], pane: QWidget) -> None:
        super().__init__(pane, _WIDTH_PX, inner_px=16 - RING_PX)
        self._settings, self._change = settings, change
        self.setAccessibleName(self.tr("Text and theme"))
        column = self.column
        column.setSpacing(4)
        self._themes = self._tiles(
            column,
            (
                ("system", self.tr("As the system"), (THEMES["light"], THEMES["dark"])),
                ("light", self.tr("Light"), (THEMES["light"],)),
                ("sepia", self.tr("Sepia"), (THEMES["sepia"],)),
                ("dark", self.tr("Dark"), (THEMES["dark"],)),
                ("hc-light", self.tr("Contrast, light"), (THEMES["hc-light"],)),
                ("hc-dark", self.tr("Contrast, dark"), (THEMES["hc-dark"],)),
            ),
        )
        self._fonts = self._halves(column, (("sans", self.tr("Sans")), ("serif", self.tr("Serif"))))
        self._latin = self._family(column, self.tr("Latin font"), "article_latin_font", families(LATIN))
        self._cjk = self._family(column, self.tr("CJK font"), "article_cjk_font", families(*CJK))
        column.addWidget(_Hairline())
        self._size = self._slide(column, self.tr("Size"), "article_size_px", self.tr("{n} px"))
        self._lines = self._slide(column, self.tr("Line height"), "article_lines_percent", self.tr("{n} %"))
        self._wide = self._slide(column, self.tr("Width"), "article_width_em", self.tr("{n} em"))
        column.addWidget(_Hairline())
        self._justify = Switch(True, self.tr("Justify Chinese and Japanese"))
        self._justify.clicked.connect(lambda on: self._change(article_justify=on))
        self._line(column, self.tr("Justify Chinese and Japanese"), self._justify, wide=True)
        reset = LinkButton(self.tr("Reset to defaults"))
        reset.clicked.connect(self._reset)
        column.addWidget(reset, 0, Qt.AlignmentFlag.AlignLeading)
        self.setFixedWidth(max(self.width(), column.minimumSize().width()))

    def _tiles(self, column: QVBoxLayout, choices: Sequence[tuple[str, str, Sequence[Theme]]]) -> dict[str, _Tile]:
        grid, group = QGridLayout(), QButtonGroup(self)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(4)
        tiles = {}
        for n, (value, name, papers) in enumerate(choices):
            tile = tiles[value] = _Tile(name, papers)
            tile.clicked.connect(lambda _on=False, value=value: self._set("theme", value))
            group.addButton(tile)
            grid.addWidget(tile, n // 3, n % 3)
        column.addLayout(grid)
        return tiles

    def _halves(self, column: QVBoxLayout, choices: Sequence[tuple[fonts.Kind, str]]) -> dict[str, _Half]:
        track, group = _Track(), QButtonGroup(self)
        row = QHBoxLayout(track)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        halves: dict[str, _Half] = {}
        for value, name in choices:
            half = halves[value] = _Half(name, value)
            half.clicked.connect(lambda _on=False, value=value: self._set("article_font", value))
            group.addButton(half)
            row.addWidget(half)
        around = QHBoxLayout()
        around.setContentsMargins(RING_PX, 4, RING_PX, 2)
        around.addWidget(track)
        column.addLayout(around)
        return halves

    def _family(self, column: QVBoxLayout, name: str, setting: str, found: list[str]) -> FamilyBox:
        box = FamilyBox(self.tr("Automatic"), found, name)
        box.activated.connect(lambda n: self._set(setting, box.itemData(n)))
        self._line(column, name, box)
        return box

    def _slide(self, column: QVBoxLayout, name: str, setting: str, word: str) -> _Slide:
        slider = Slider(*BOUNDS[setting], name)
        slider.valueChanged.connect(lambda value: self._set(setting, value))
        value = Text("", UI, "ink2", max_lines=1, align=Qt.AlignmentFlag.AlignTrailing)
        value.setMinimumWidth(52)
        self._line(column, name, slider, value)
        return _Slide(slider, value, word)

    @staticmethod
    def _line(column: QVBoxLayout, name: str, *parts: QWidget, wide: bool = False) -> None:
        row = QHBoxLayout()
        ends_in_words = isinstance(parts[-1], Text)
        row.setContentsMargins(RING_PX, 0, RING_PX if ends_in_words else 0, 0)
        label = Text(name, UI, "label", max_lines=1)
        if wide:
            label.setMinimumWidth(label.sizeHint().width())
            row.addWidget(label, 1)
        else:
            label.setFixedWidth(max(84, label.sizeHint().width()))
            row.addWidget(label)
        for n, part in enumerate(parts):
            row.addWidget(part, 0 if wide or n else 1)
        column.addLayout(row)

    def _set(self, setting: str, value: Any) -> None:
        self._change(**{setting: value})
        self.refresh()

    def _reset(self) -> None:
        default = Settings()
        self._change(**{name: getattr(default, name) for name in _LOOK})
        self.refresh()

    def refresh(self) -> None:
        """Show the settings as they are."""
        settings = self._settings()
        self._themes[settings.theme].setChecked(True)
        self._fonts[settings.article_font].setChecked(True)
        for box, family in ((self._latin, settings.article_latin_font), (self._cjk, settings.article_cjk_font)):
            box.show_family(family)
        self._size.show(settings.article_size_px)
        self._lines.show(settings.article_lines_percent)
        self._wide.show(settings.article_width_em)
        self._justify.setChecked(settings.article_justify)
        self.update()

    def toggle(self, below: QWidget) -> None:
        """Open under a button of the same pane, or close."""
        if self.isVisible():
            self.dismiss()
            return
        self.refresh()
        self.open_below(below, self._themes[self._settings().theme])
