"""Words that do not fit: each label, button and field that is seen, its size against the size that its words need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QWidget,
)

from reader.ui import lines
from reader.ui.settingparts import FamilyBox

_SLACK_PX = 1


def misfits() -> list[str]:
    """What is cut off, or lies over its neighbour, in all windows that are open: one line for each."""
    found: list[str] = []
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            seen = [each for each in top.findChildren(QWidget) if each.isVisibleTo(top) and _says(each)]
            found += [f"{_name(each)}: {why}" for each in seen for why in _cut(each)]
            found += _overlaps(seen)
    return found


def _says(widget: QWidget) -> str:
    """The words of a widget that shows some."""
    if isinstance(widget, QLabel) or (isinstance(widget, QAbstractButton) and not isinstance(widget, QToolButton)):
        return widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return widget.placeholderText() if isinstance(widget, QLineEdit) and not widget.text() else ""


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{_says(widget)}” in {type(widget.parentWidget()).__name__}"


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, FamilyBox) or Path(_says(widget)).is_absolute():  # names of fonts and files have any length
        return
    width, height = widget.width() + _SLACK_PX, widget.height() + _SLACK_PX
    if isinstance(widget, QLineEdit):
        margins = widget.textMargins()
        wanted = widget.fontMetrics().horizontalAdvance(widget.placeholderText()) + margins.left() + margins.right()
        if wanted > width:
            yield f"{wanted} px wide in {widget.width()}"
    elif widget.hasHeightForWidth():
        wanted = widget.heightForWidth(widget.width())
        if wanted > height:
            yield f"{wanted} px high in {widget.height()}"
    else:
        hint = widget.sizeHint()
        if hint.width() > width:
            yield f"{hint.width()} px wide in {widget.width()}"
        if hint.height() > height:
            yield f"{hint.height()} px high in {widget.height()}"
    parent = widget.parentWidget()
    area = _area_of(widget)
    if area is not None:
        begin = widget.mapTo(area.viewport(), QPoint(0, 0)).x()
        if begin < -1 or begin + widget.width() > area.viewport().width() + 1:
            yield f"beside what is seen of it: {begin} to {begin + widget.width()} in {area.viewport().width()}"
    elif parent is not None and not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
        yield f"outside of its parent: {widget.geometry().getRect()} in {parent.rect().getRect()}"


def _area_of(widget: QWidget) -> QScrollArea | None:
    """What it scrolls in."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent


def _overlaps(seen: list[QWidget]) -> list[str]:
    by_parent: dict[int, list[QWidget]] = {}
    for each in seen:
        by_parent.setdefault(id(each.parentWidget()), []).append(each)
    return [
        f"{_name(one)} lies over {_name(other)}"
        for siblings in by_parent.values()
        for n, one in enumerate(siblings)
        for other in siblings[n + 1 :]
        # 3 px around a button are kept for its focus ring.
        if one.geometry().adjusted(4, 4, -4, -4).intersects(other.geometry().adjusted(4, 4, -4, -4))
    ]


@contextmanager
def elided() -> Iterator[set[str]]:
    """Collects the texts that are drawn shortened, by whatever part."""
    found: set[str] = set()
    texts: dict[lines.Block, str] = {}
    plain_lay, plain_draw = lines._lay, lines.Block.draw

    def lay(text: str, *args: Any) -> lines.Block:
        block = plain_lay(text, *args)
        texts[block] = text
        return block

    def draw(block: lines.Block, *args: Any, **options: Any) -> None:
        plain_draw(block, *args, **options)
        if block.elided and block in texts:
            found.add(texts[block])

    lines._lay, lines.Block.draw = lay, draw  # type: ignore[assignment,method-assign]
    try:
        yield found
    finally:
        lines._lay, lines.Block.draw = plain_lay, plain_draw  # type: ignore[method-assign]
