"""Lines of text, laid out once and drawn many times, on the baseline where the eye expects them.

Qt's own way has two faults in a mixed list: a CJK fallback font raises the ascent of its line and pushes the letters
down by two pixels, and the last of several lines cannot be elided. Both are answered here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from reader.records import dataclass
from reader.ui.fonts import font, has_medium, has_wide, script_of
from reader.ui.mirroring import upright

#: Nobody sees more; a title of a megabyte must not be shaped.
_MAX_CHARS = 600
#: On dark at a ratio of 1 letters look bolder than they are (the stems of CFF outlines are darkened), CJK the most.
_LIGHTER_LATIN = {400: 350, 500: 400}
_LIGHTER_WIDE = {400: 300, 500: 350, 600: 500, 700: 600}
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_NARROW = re.compile(r"[\x21-\u02af]+")


@dataclass(frozen=True, slots=True)
class Style:
    """How a line looks: pixels of the letter, weight, and the height that each line takes."""

    size: int
    weight: int
    height: int
    tabular: bool = False


@dataclass(slots=True)
class _Line:
    layout: QTextLayout  # owns the line, so it must live as long
    line: QTextLine
    ascent: float
    hits: tuple[tuple[float, float], ...]


def snapped(value: float, ratio: float) -> float:
    """The nearest place that stands on a whole device pixel."""
    return round(value * ratio) / ratio


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Qt counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def direction_of(text: str) -> Qt.LayoutDirection:
    """Where a text begins: as the first letter that has a direction says (rules P2 and P3 of UAX #9)."""
    if not text.isascii():
        for letter in text:
            said = unicodedata.bidirectional(letter)
            if said in ("R", "AL"):
                return Qt.LayoutDirection.RightToLeft
            if said == "L":
                break
    return Qt.LayoutDirection.LeftToRight


def _after(text: str, start_units: int) -> str:
    if text.isascii():
        return text[start_units:]
    return text.encode("utf-16-le", "surrogatepass")[start_units * 2 :].decode("utf-16-le", "replace")


class Block:
    """A few lines that belong together.

    Attributes:
        width: of the longest line, in logical pixels.
        elided: whether text was left out.
    """

    __slots__ = ("_baseline", "_height", "_lines", "_room", "elided", "width")

    def __init__(
        self, lines: list[_Line], height: int, cap_height: float, elided: bool, room: float | None = None
    ) -> None:
        self._lines = lines
        self._height = height
        self._baseline = (height + cap_height) / 2
        self.elided = elided
        self._room = room  # of a text that keeps its own side
        self.width = max((each.line.naturalTextWidth() for each in lines), default=0.0)

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def height(self) -> int:
        return self._height * len(self._lines)

    def draw(
        self, painter: QPainter, x: float, top: float, color: QColor, hit: QColor | None = None, ratio: float = 1.0
    ) -> None:
        """Paint at ``x`` with the first line's box beginning at ``top``; ``hit`` is laid below what was found."""
        painter.setPen(color)
        for number, each in enumerate(self._lines):
            box = each.line.naturalTextRect()
            room = self._room if self._room is not None else box.left() + box.right()
            with upright(painter, x, room):
                self._draw_line(painter, each, x, top + number * self._height, hit, ratio)

    def _draw_line(
        self, painter: QPainter, each: _Line, x: float, line_top: float, hit: QColor | None, ratio: float
    ) -> None:
        if hit is not None and each.hits:
            painter.save()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(hit)
            for left, right in each.hits:
                painter.drawRoundedRect(QRectF(x + left, line_top, right - left, self._height), 3, 3)
            painter.restore()
        baseline = snapped(line_top + self._baseline, ratio)
        each.line.draw(painter, QPointF(x, baseline - each.ascent))


class Lines:
    """A cache of laid out text.

    Args:
        limit: how many blocks are kept; a screen of the list needs about a hundred.
    """

    def __init__(self, limit: int = 600) -> None:
        self._limit = limit
        self._kept: OrderedDict[tuple[object, ...], Block] = OrderedDict()

    def clear(self) -> None:
        """Forget everything: fonts changed."""
        self._kept.clear()

    def lay(
        self,
        text: str,
        style: Style,
        width: float,
        *,
        max_lines: int = 1,
        language: str = "",
        lighter: bool = False,
        terms: Sequence[str] = (),
        hit_ink: QColor | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        own_side: bool = False,
    ) -> Block:
        """Lay out a text in at most ``max_lines`` lines, the last one elided.

        Args:
            language: chooses among the CJK faces (BCP 47).
            lighter: dark theme at a low pixel ratio, see ``_LIGHTER_WIDE``.
            terms: words to find, folded; ``hit_ink`` is the colour of their letters.
            own_side: a text that is read from the right begins at the right end of the width.
        """
        ink = hit_ink.rgb() if hit_ink is not None and terms else 0
        key = (text, style, width, max_lines, language, lighter, tuple(terms), ink, align, own_side)
        block = self._kept.get(key)
        if block is not None:
            self._kept.move_to_end(key)
            return block
        block = _lay(text, style, width, max_lines, language, lighter, terms, hit_ink, align, own_side)
        self._kept[key] = block
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return block


def _found(text: str, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the terms stand: start and length in UTF-16 code units."""
    if not terms:
        return
    wanted = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True) if term)
    if not wanted:
        return
    for match in re.finditer(wanted, text, re.IGNORECASE):
        yield units(text[: match.start()]), units(match.group())


def _lay(
    text: str,
    style: Style,
    width: float,
    max_lines: int,
    language: str,
    lighter: bool,
    terms: Sequence[str],
    hit_ink: QColor | None,
    align: Qt.AlignmentFlag,
    own_side: bool,
) -> Block:
    text = _BREAKS.sub(" ", text[:_MAX_CHARS]).strip()
    script = script_of(language, text)
    wide = lighter and has_wide(text)
    latin_weight = _LIGHTER_LATIN.get(style.weight, style.weight) if lighter else style.weight
    weight = latin_weight
    if wide:
        weight = _LIGHTER_WIDE.get(style.weight, style.weight)
        # Without a face between, 500 would fall to Regular, and unread looked like read.
        if style.weight >= 600 and not has_medium(script or "zh-Hans"):
            weight = style.weight
    face = font(style.size, weight, script, tabular=style.tabular)
    metrics = QFontMetricsF(face)
    direction = direction_of(text)
    to_right = own_side and direction == Qt.LayoutDirection.RightToLeft
    option = QTextOption(Qt.AlignmentFlag.AlignRight if to_right else align)
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def layout_of(part: str) -> tuple[QTextLayout, list[tuple[int, int]]]:
        layout = QTextLayout(part, face)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        ranges: list[QTextLayout.FormatRange] = []
        if wide and latin_weight != weight:  # Latin words and figures among them look as they do alone
            full = QTextCharFormat()
            full.setFont(font(style.size, latin_weight, script, tabular=style.tabular))
            ranges += [_range(units(part[: m.start()]), len(m.group()), full) for m in _NARROW.finditer(part)]
        hits = list(_found(part, terms))
        if hits and hit_ink is not None:
            colored = QTextCharFormat()
            colored.setForeground(hit_ink)
            ranges += [_range(start, length, colored) for start, length in hits]
        if ranges:
            layout.setFormats(ranges)
        return layout, hits

    lines: list[_Line] = []

    def add(layout: QTextLayout, line: QTextLine, hits: list[tuple[int, int]]) -> None:
        start, end = line.textStart(), line.textStart() + line.textLength()
        boxes = tuple(
            _between(_x(line, max(first, start)), _x(line, min(first + length, end)))
            for first, length in hits
            if first < end and first + length > start
        )
        lines.append(_Line(layout, line, line.ascent(), boxes))

    width = max(width, 1.0)
    layout, hits = layout_of(text)
    total = units(text)
    elided = False
    layout.beginLayout()
    last_start = 0
    made: list[QTextLine] = []
    while len(made) < max_lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        last_start = line.textStart()
        made.append(line)
    elided = bool(made) and made[-1].textStart() + made[-1].textLength() < total
    layout.endLayout()
    for line in made[:-1] if elided else made:
        add(layout, line, hits)
    if elided:
        rest = metrics.elidedText(_after(text, last_start), Qt.TextElideMode.ElideRight, width)
        short, hits = layout_of(_closed(rest))
        short.beginLayout()
        line = short.createLine()
        line.setLineWidth(width + style.size)  # elidedText measured with one weight: the dots must not wrap
        if to_right:
            line.setPosition(QPointF(-style.size, 0))
        short.endLayout()
        add(short, line, hits)
    return Block(lines, style.height, metrics.capHeight(), elided, width if own_side else None)


def _closed(elided: str) -> str:
    """The dots stand at the last word: no room between the two."""
    return elided[:-1].rstrip() + elided[-1:] if elided.endswith("…") else elided


def _range(start: int, length: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = start
    made.length = length
    made.format = form
    return made


def _between(one: float, other: float) -> tuple[float, float]:
    """From left to right: what is read from the right ends left of where it begins."""
    return (one, other) if one <= other else (other, one)


def _x(line: QTextLine, position: int) -> float:
    # PySide gives the pair (x, the position after adjustment); its stub says object.
    return float(line.cursorToX(position)[0])  # type: ignore[index]
