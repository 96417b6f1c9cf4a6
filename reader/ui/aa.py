"""The "Aa" popover: theme, fonts, size, lines and width of the article, changed while it is being read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPaintEvent, QPen
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
from reader.ui.buttons import RING_PX, UI, LinkButton, Text, draw_box, draw_ring
from reader.ui.formparts import Switch
from reader.ui.popover import Popover
from reader.ui.settingparts import FamilyBox, Slider
from reader.ui.theme import THEMES, Theme, theme_of

_WIDTH_PX = 312
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
    """A choice shown as what it does: two letters on its paper, its name below."""

    def __init__(self, name: str, themes: Sequence[Theme], *, serif: bool = False) -> None:
        super().__init__()
        self._themes, self._serif = tuple(themes), serif
        self.setText(name)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(88, 34 + 18 + 2 * RING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX - 18)
        papers = self._themes or (theme,)
        part = box.width() / len(papers)
        font = QFont(self.font())
        font.setPixelSize(16)
        if self._serif:
            font.setStyleHint(QFont.StyleHint.Serif)
            font.setFamilies(["Charter", "Georgia", "Noto Serif", "serif"])
        for n, paper in enumerate(papers):
            half = QRectF(box.left() + n * part, box.top(), part, box.height())
            draw_box(painter, half, 6, paper.page, None)
            painter.setFont(font)
            painter.setPen(paper.ink)
            painter.drawText(half, Qt.AlignmentFlag.AlignCenter, "Aa")
        self._outline(painter, box, theme.accent if self.isChecked() else theme.line, 2 if self.isChecked() else 1)
        font = QFont(self.font())
        font.setPixelSize(11)
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(theme.ink if self.isChecked() else theme.ink2)
        below = QRectF(0, box.bottom() + 3, self.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()))  # fmt: skip
        if self.hasFocus():
            draw_ring(painter, box, 6, theme)
        painter.end()

    @staticmethod
    def _outline(painter: QPainter, box: QRectF, color: QColor, width_px: float) -> None:
        painter.setPen(QPen(color, width_px))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


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
        column.setSpacing(6)
        self._themes = self._tiles(
            column,
            "theme",
            (
                ("system", self.tr("As the system"), (THEMES["light"], THEMES["dark"])),
                ("light", self.tr("Light"), (THEMES["light"],)),
                ("sepia", self.tr("Sepia"), (THEMES["sepia"],)),
                ("dark", self.tr("Dark"), (THEMES["dark"],)),
                ("hc-light", self.tr("Contrast, light"), (THEMES["hc-light"],)),
                ("hc-dark", self.tr("Contrast, dark"), (THEMES["hc-dark"],)),
            ),
        )
        self._fonts = self._tiles(
            column, "article_font", (("sans", self.tr("Sans"), ()), ("serif", self.tr("Serif"), ()))
        )
        self._latin = self._family(column, self.tr("Latin font"), "article_latin_font", families(LATIN))
        self._cjk = self._family(column, self.tr("CJK font"), "article_cjk_font", families(*CJK))
        self._size = self._slide(column, self.tr("Size"), "article_size_px", self.tr("{n} px"))
        self._lines = self._slide(column, self.tr("Line height"), "article_lines_percent", self.tr("{n} %"))
        self._wide = self._slide(column, self.tr("Width"), "article_width_em", self.tr("{n} em"))
        self._justify = Switch(True, self.tr("Justify Chinese and Japanese"))
        self._justify.clicked.connect(lambda on: self._change(article_justify=on))
        self._line(column, self.tr("Justify Chinese and Japanese"), self._justify, wide=True)
        reset = LinkButton(self.tr("Reset to defaults"))
        reset.clicked.connect(self._reset)
        column.addWidget(reset, 0, Qt.AlignmentFlag.AlignLeading)
        self.setFixedWidth(max(self.width(), column.minimumSize().width()))

    def _tiles(
        self, column: QVBoxLayout, setting: str, choices: Sequence[tuple[str, str, Sequence[Theme]]]
    ) -> dict[str, _Tile]:
        grid, group = QGridLayout(), QButtonGroup(self)
        grid.setSpacing(2)
        tiles = {}
        for n, (value, name, papers) in enumerate(choices):
            tile = tiles[value] = _Tile(name, papers, serif=value != "sans")
            tile.clicked.connect(lambda _on=False, value=value: self._set(setting, value))
            group.addButton(tile)
            grid.addWidget(tile, n // 3, n % 3)
        column.addLayout(grid)
        return tiles

    def _family(self, column: QVBoxLayout, name: str, setting: str, found: list[str]) -> FamilyBox:
        box = FamilyBox(self.tr("Automatic"), found, name)
        box.activated.connect(lambda n: self._set(setting, box.itemData(n)))
        self._line(column, name, box)
        return box

    def _slide(self, column: QVBoxLayout, name: str, setting: str, word: str) -> _Slide:
        slider = Slider(*BOUNDS[setting], name)
        slider.valueChanged.connect(lambda value: self._set(setting, value))
        value = Text("", UI, "ink2", max_lines=1)
        value.setMinimumWidth(52)
        self._line(column, name, slider, value)
        return _Slide(slider, value, word)

    @staticmethod
    def _line(column: QVBoxLayout, name: str, *parts: QWidget, wide: bool = False) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(RING_PX, 0, RING_PX, 0)
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
