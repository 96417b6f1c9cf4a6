"""Which key does what: presets, the user's own keys over them, and what would clash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Literal

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from reader.records import dataclass

#: A command's id -> its keys as portable text ("G, U" is a sequence of two strokes); the first one is shown.
Bindings = Mapping[str, tuple[str, ...]]

#: What marks more than one article; none of it may lie beside the key that refreshes.
BULK = frozenset(("mark-all", "mark-above", "mark-below"))
REFRESH = "refresh"

#: How each preset differs from the table of commands.
PRESETS: Mapping[str, Bindings] = MappingProxyType({
    "inkstone": {},
    "netnewswire": {
        "next-unread": ("N", "+"),
        "previous-unread": ("-", "Shift+Up"),
        "previous": (),  # K marks the list there; the arrows move
        "read": ("R", "U", "M"),
        "mark-all": ("K",),
        "mark-below": ("O",),
        "open-original": ("B",),
        "refresh": ("Ctrl+R", "F5"),
        "larger": ("Ctrl++", "Ctrl+="),
        "smaller": ("Ctrl+-",),
        "unread-only": ("Shift+U",),
        "oldest-first": ("Shift+O",),
    },
    "vim": {
        "first": ("G, G", "Home"),
        "last": ("Shift+G", "End"),
        "half-down": ("Ctrl+D",),
        "half-up": ("Ctrl+U",),
        "pane-left": ("H", "Left"),
        "pane-right": ("L", "Right"),
        "next-source": ("]",),
        "previous-source": ("[",),
        "remove": ("D, D", "Del"),
        "undo": ("U", "Ctrl+Z"),
        "unread-only": ("Shift+U",),
        "open-original": ("O", "B", "V"),
        "oldest-first": ("Shift+O",),
        "copy-link": ("Y, Y", "Shift+C"),
        "palette": (":", "Ctrl+K"),
    },
})  # fmt: skip

#: Where the letters lie, each row shifted by half a key (ANSI); what touches a key can be hit by mistake.
_ROWS = (("1234567890-=", 0.0), ("QWERTYUIOP[]", 0.5), ("ASDFGHJKL;'", 0.75), ("ZXCVBNM,./", 1.25))
_PLACES = {key: (n, x + shift) for n, (row, shift) in enumerate(_ROWS) for x, key in enumerate(row)}

_TEXT_KEYS = tuple(getattr(QKeySequence.StandardKey, name) for name in (
    "Copy", "Cut", "Paste", "SelectAll", "Undo", "Redo", "Delete", "Backspace", "DeleteStartOfWord", "DeleteEndOfWord",
    "MoveToStartOfLine", "MoveToEndOfLine", "MoveToNextChar", "MoveToPreviousChar", "MoveToNextWord",
    "MoveToPreviousWord", "SelectNextChar", "SelectPreviousChar",
))  # fmt: skip
_LONE = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock,
         Qt.Key.Key_Super_L, Qt.Key.Key_Super_R, Qt.Key.Key_unknown}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a key had better be another one.

    Attributes:
        kind: same: another command has it; begins: it begins another command's sequence; goes-on: another command's
            key begins it; beside: it lies next to the key that refreshes (or is that key, next to one that marks many
            articles); text: text fields use it, and there it does what it does in them.
        command: whose key it is; "" for text fields.
        keys: that key.
    """

    kind: Literal["same", "begins", "goes-on", "beside", "text"]
    command: str = ""
    keys: str = ""

    @property
    def blocks(self) -> bool:
        """Whether one of the two would never work."""
        return self.kind in ("same", "begins", "goes-on")


@lru_cache(maxsize=1024)
def portable(keys: str) -> str:
    """The one way to write a key or a sequence of at most two; "" for what is none."""
    sequence = QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText)
    if not 1 <= sequence.count() <= 2 or any(stroke.key() in _LONE for stroke in _combinations(sequence)):
        return ""
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def _combinations(sequence: QKeySequence) -> list[QKeyCombination]:
    return [sequence[n] for n in range(sequence.count())]  # type: ignore[index]  # the stub knows no index


def native(keys: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


@lru_cache(maxsize=1024)
def strokes(keys: str) -> tuple[str, ...]:
    """The single strokes of a sequence, portable."""
    return tuple(QKeySequence(stroke).toString() for stroke in _combinations(QKeySequence(keys)))


def stroke_of(event: QKeyEvent) -> str:
    """What was pressed, portable; "" for a modifier alone. A sign that needs Shift here is just the sign."""
    if event.key() in _LONE:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    sign = event.text()
    if len(sign) == 1 and sign.isprintable() and not sign.isalpha() and not sign.isspace() and ord(sign) == event.key():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(event.key() | modifiers.value).toString(QKeySequence.SequenceFormat.PortableText)


def _relation(one: str, other: str) -> Literal["same", "begins", "goes-on", ""]:
    """How two keys stand to each other."""
    first, second = strokes(one), strokes(other)
    if first == second:
        return "same"
    if second[: len(first)] == first:
        return "begins"
    return "goes-on" if first[: len(second)] == second else ""


def _beginnings(pressed: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Its first stroke, its first two ..., all of it."""
    return [pressed[:n] for n in range(1, len(pressed) + 1)]


def _letter(keys: str) -> str:
    """The letter of a single stroke, with Shift or without; "" when Ctrl, Alt or a second stroke guards it."""
    key = keys.removeprefix("Shift+")
    return key if key in _PLACES else ""


def is_beside(one: str, other: str) -> bool:
    """Whether two single keys touch each other on the keyboard, with Shift or without."""
    first, second = _PLACES.get(_letter(one)), _PLACES.get(_letter(other))
    if first is None or second is None:
        return False
    return abs(first[0] - second[0]) <= 1 and abs(first[1] - second[1]) <= 1


def resolved(defaults: Bindings, preset: str, own: Bindings) -> dict[str, tuple[str, ...]]:
    """The keys of each command: the user's own ones, else the preset's, else the table's.

    What cannot be is left out: a key that is none, and of two that clash the one that the user did not choose.
    """
    chosen = PRESETS.get(preset, PRESETS["inkstone"])
    taken: set[tuple[str, ...]] = set()
    begun: set[tuple[str, ...]] = set()  # what is taken, and how it begins

    def is_free(pressed: tuple[str, ...]) -> bool:
        beginnings = _beginnings(pressed)
        if pressed in begun or not taken.isdisjoint(beginnings):
            return False
        taken.add(pressed)
        begun.update(beginnings)
        return True

    def free(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(key for key in filter(None, map(portable, keys)) if is_free(strokes(key)))

    bound = {name: free(own[name]) for name in defaults if name in own}
    bound |= {name: free(chosen[name]) for name in defaults if name in chosen and name not in bound}
    bound |= {name: free(keys) for name, keys in defaults.items() if name not in bound}
    return {name: bound[name] for name in defaults}


def clashes(wanted: str, command: str, bound: Bindings) -> Iterator[Clash]:
    """What speaks against giving a command this key, the worst first."""
    others = [(name, key) for name, keys in bound.items() if name != command for key in keys]
    for name, key in others:
        relation = _relation(wanted, key)
        if relation:
            yield Clash(relation, name, key)
    for name, key in others:
        if {name, command} & {REFRESH} and {name, command} & BULK and is_beside(wanted, key):
            yield Clash("beside", name, key)
    if any(QKeySequence(key) == QKeySequence(wanted) for standard in _TEXT_KEYS
           for key in QKeySequence.keyBindings(standard)):  # fmt: skip
        yield Clash("text")


def bulk_beside_refresh(bound: Bindings) -> list[tuple[str, str]]:
    """Each key of a bulk action that touches one that refreshes: the product allows none."""
    bulk = [key for name in BULK for key in bound.get(name, ())]
    return [(one, other) for one, other in product(bulk, bound.get(REFRESH, ())) if is_beside(one, other)]


def rebound(own: Bindings, bound: Bindings, command: str, keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The user's own keys with another one for a command, taken from whichever command had it."""
    changed = dict(own)
    for name, had in bound.items():
        left = tuple(key for key in had if not any(_relation(key, new) for new in keys))
        if name != command and left != had:
            changed[name] = left
    changed[command] = keys
    return changed
