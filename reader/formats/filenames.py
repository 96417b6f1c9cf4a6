"""Names of files that are safe on all three systems, inside the folder that was asked for, and each there once."""

from __future__ import annotations

import re
import unicodedata

#: With the day before and a number and an ending behind it stays below the 143 bytes of encrypted folders.
_MAX_BYTES = 100
#: What Windows refuses, what parts a path anywhere, and what shells and links stumble over.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%#^\[\]`\x00-\x1f\x7f-\x9f]+')
#: Devices of Windows, with any ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)


def safe(title: str) -> str:
    """A title as the name of a file, without an ending; never empty."""
    text = unicodedata.normalize("NFC", title)
    text = "".join(" " if unicodedata.category(c) in ("Zl", "Zp", "Zs") else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    text = " ".join(_FORBIDDEN.sub(" ", text).split())
    text = _shortened(text).strip(" .-~")
    if _DEVICE.match(text):
        text = f"_{text}"
    return text or "untitled"


def _shortened(text: str) -> str:
    """The beginning that fits; no letter loses its accents."""
    if len(text.encode("utf-8")) <= _MAX_BYTES:
        return text
    end = len(text.encode("utf-8")[:_MAX_BYTES].decode("utf-8", "ignore"))
    while end and unicodedata.combining(text[end]):
        end -= 1
    return text[:end]


class Names:
    """The names of one folder: a second one of a name gets a number, also where only its case is another."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, stem: str, ending: str) -> str:
        """A name that was not given yet."""
        number, name = self._next.get(_folded(stem), 1), ""
        while not name or _folded(name) in self._taken:
            name = stem if number == 1 else f"{stem} {number}"
            number += 1
        self._next[_folded(stem)] = number
        self._taken.add(_folded(name))
        return name + ending


def _folded(name: str) -> str:
    """As file systems compare that know no case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold()).upper()
