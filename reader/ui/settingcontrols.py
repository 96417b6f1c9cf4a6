"""What a setting is set with: a choice, a switch, a number, a slider, a text; each has its effect at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reader.records import dataclass
from reader.settings import BOUNDS, fits
from reader.ui.aa import CJK, LATIN, families
from reader.ui.buttons import RING_PX, UI, Field, Text
from reader.ui.checklist import Framed
from reader.ui.fonts import font
from reader.ui.formparts import Choice, NumberField, Switch
from reader.ui.settingpages import Setting, unit_after
from reader.ui.settingparts import FamilyBox, Slider

_FIELD_PX, _SLIDER_PX = 260, 150
#: Lines are taken when nothing was typed for so long.
_TYPING_MS = 700


@dataclass(frozen=True, slots=True)
class Control:
    """One way to set something.

    Attributes:
        widget: what stands in the line.
        show: brings a value into it without telling anyone.
        below: it needs a line of its own, below the words.
    """

    widget: QWidget
    show: Callable[[Any], None]
    below: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a control tells.

    Attributes:
        change: this is the value now.
        typed: this is being typed, and no value yet.
        wrong: what is wrong with what stands there; "" when nothing is.
    """

    change: Callable[[Any], None]
    typed: Callable[[Any], None]
    wrong: Callable[[str], None]


class LiveChoice(Choice):
    """A choice that tells when another one was made."""

    chosen = Signal(object)

    def __init__(
        self, choices: Sequence[tuple[object, str]], value: object, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(choices, value, name, parent)
        self._showing = False

    def set_value(self, value: object) -> None:
        before = getattr(self, "_value", value)
        super().set_value(value)
        if before != value and not self._showing:
            self.chosen.emit(value)

    def show_value(self, value: object) -> None:
        """Stand at a value without telling anyone."""
        self._showing = True
        self.set_value(value)
        self._showing = False


def make(setting: Setting, value: Any, told: Told) -> Control:
    """The control of a setting, which stands at ``value``."""
    return {
        "choice": _choice, "switch": _switch, "number": _number, "slider": _slider, "text": _text, "clock": _clock,
        "lines": _lines, "latin": _family, "cjk": _family, "proxy": _proxy,
    }[setting.kind](setting, value, told)  # fmt: skip


def _choice(setting: Setting, value: Any, told: Told) -> Control:
    choices = setting.choices
    if value not in [each for each, _ in choices]:
        choices = (*choices, (value, str(value)))  # written by hand into the file
    choice = LiveChoice(choices, value, setting.label)
    choice.chosen.connect(told.change)
    return Control(choice, choice.show_value)


def _switch(setting: Setting, value: Any, told: Told) -> Control:
    switch = Switch(value, setting.label)
    switch.clicked.connect(told.change)
    return Control(switch, switch.setChecked)


def _number(setting: Setting, value: Any, told: Told) -> Control:
    least, most = BOUNDS[setting.id]
    field = NumberField(value, most, setting.empty)
    field.setAccessibleName(setting.label)
    unit = Text(unit_after(setting, value), UI, "ink2", max_lines=1)

    def bounded() -> int:
        number = field.value()
        return number if fits(setting.id, number) else max(least, min(most, number))

    def show(number: int) -> None:
        field.setText(str(number) if number else "")
        unit.setText(unit_after(setting, number))

    def done() -> None:
        show(bounded())
        told.change(bounded())

    field.editingFinished.connect(done)
    field.textEdited.connect(lambda _text: told.typed(bounded()))
    return Control(_beside(field, unit), show)


def _slider(setting: Setting, value: Any, told: Told) -> Control:
    slider = Slider(*BOUNDS[setting.id], setting.label)
    slider.setFixedWidth(_SLIDER_PX)
    said = Text("", UI, "ink2", max_lines=1, align=Qt.AlignmentFlag.AlignRight)
    said.setFixedWidth(52)

    def show(number: int) -> None:
        slider.show_value(number)
        said.setText(setting.unit.format(n=number))

    def moved(number: int) -> None:
        said.setText(setting.unit.format(n=number))
        told.change(number)

    slider.valueChanged.connect(moved)
    show(value)
    return Control(_beside(slider, said), show)


def _text(setting: Setting, value: Any, told: Told, width_px: int = _FIELD_PX) -> Control:
    field = Field(setting.empty, "")
    field.setAccessibleName(setting.label)
    field.setFixedWidth(width_px + 2 * RING_PX)
    field.setText(value)
    field.setCursorPosition(0)

    def done() -> None:
        text = field.text().strip()
        well = fits(setting.id, text)
        told.wrong("" if well else _wrong(setting.id).format(text=text))
        if well:
            told.change(text)

    field.editingFinished.connect(done)
    return Control(field, field.setText)


def _clock(setting: Setting, value: Any, told: Told) -> Control:
    return _text(setting, value, told, width_px=120)


def _lines(setting: Setting, value: Any, told: Told) -> Control:
    edit = QPlainTextEdit()
    edit.setFrameShape(QFrame.Shape.NoFrame)
    edit.setFont(font(13))
    edit.document().setDocumentMargin(6)  # where the words of a field begin
    edit.setTabChangesFocus(True)
    edit.setAccessibleName(setting.label)
    edit.setPlainText("\n".join(value))
    pause = QTimer(edit, interval=_TYPING_MS, singleShot=True)

    def done() -> None:
        pause.stop()
        lines = tuple(line.strip() for line in edit.toPlainText().splitlines() if line.strip())
        bad = [line for line in lines if not fits(setting.id, (line,))]
        told.wrong(_wrong(setting.id).format(text=bad[0]) if bad else "")
        if not bad:
            told.change(lines)

    def show(lines: Sequence[str]) -> None:
        if not edit.hasFocus():
            edit.blockSignals(True)
            edit.setPlainText("\n".join(lines))
            edit.blockSignals(False)

    pause.timeout.connect(done)
    edit.textChanged.connect(pause.start)
    edit.installEventFilter(_Left(edit, lambda: done() if pause.isActive() else None))
    framed = Framed(edit)
    framed.setFixedHeight(74)
    return Control(framed, show, below=True)


class _Left(QObject):
    """Tells when the focus leaves a widget."""

    def __init__(self, widget: QWidget, left: Callable[[], object]) -> None:
        super().__init__(widget)
        self._left = left

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._left()
        return super().eventFilter(watched, event)


def _family(setting: Setting, value: Any, told: Told) -> Control:
    found = families(LATIN) if setting.kind == "latin" else families(*CJK)
    box = FamilyBox(setting.empty, found, setting.label)
    box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    box.setFixedWidth(_FIELD_PX)
    box.show_family(value)
    box.activated.connect(lambda n: told.change(box.itemData(n)))
    return Control(box, box.show_family)


def _proxy(setting: Setting, value: Any, told: Told) -> Control:
    """As the system, none, or another one, whose address is typed below."""
    own = value if value not in ("system", "none") else ""
    choice = LiveChoice(setting.choices, "" if own else value, setting.label)
    typed = _text(setting, own, told)
    typed.widget.setVisible(bool(own))

    def chosen(name: Any) -> None:
        typed.widget.setVisible(name == "")
        if name:
            told.wrong("")
            told.change(name)
        else:
            typed.widget.setFocus()

    def show(name: str) -> None:
        another = name not in ("system", "none")
        choice.show_value("" if another else name)
        typed.widget.setVisible(another)
        if another:
            typed.show(name)

    choice.chosen.connect(chosen)
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(choice, 0, Qt.AlignmentFlag.AlignTrailing)
    column.addWidget(typed.widget, 0, Qt.AlignmentFlag.AlignTrailing)
    return Control(box, show)


def _beside(*parts: QWidget) -> QWidget:
    box = QWidget()
    box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part)
    return box


def _wrong(name: str) -> str:
    def tr(text: str) -> str:
        return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class

    return {
        "picture_proxy": tr("“{text}” cannot be used: it begins with https:// and has {url} in it."),
        "proxy": tr("“{text}” is no proxy: write it like socks5h://127.0.0.1:1080, without a password."),
        "rsshub_instances": tr("“{text}” is no server: it begins with https://."),
        "quiet_from": tr("“{text}” is no time of the day: write it like 22:00."),
        "quiet_until": tr("“{text}” is no time of the day: write it like 07:30."),
    }[name].replace("{url}", "{{url}}")
