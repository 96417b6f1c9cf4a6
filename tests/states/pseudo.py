"""Languages that nobody speaks: one whose words are long, one that is read from the right.

What is wrong with a window shows in them before a translator comes: words that do not fit, words that were never
marked, and parts that do not change sides.
"""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from math import ceil
from pathlib import Path

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from reader.ui import language as translation

LONG, MIRRORED = "long", "mirrored"
NAMES = (LONG, MIRRORED)
#: German and French are up to this much longer than English.
_LONGER = 0.4
_TS = Path(__file__).resolve().parents[2] / "resources" / "i18n" / "reader_zh_CN.ts"
_ACCENTS = str.maketrans("aceghijklnorsuwyzACEGHIJKLNORSUWYZ", "áçéğĥíĵķľñõŕšúŵýžÁÇÉĞĤÍĴĶĽÑÕŔŠÚŴÝŽ")
#: What stays: names to fill in, patterns of files, what is written with a colon behind it (title:), addresses.
_FIXED = re.compile(r"\{\w*\}|\(\*[^)]*\)|\w+:(?=\S|$)|\S+://\S*")
#: Forms of dates are for the machine.
_FORMS = re.compile(r"[dMy yY]+")
_RLM = "\u200f"


def long(text: str) -> str:
    """ "[Ŵíñdõŵ ···]": accents, brackets at both ends, and 40 % more."""
    if _FORMS.fullmatch(text) or not any(letter.isalpha() for letter in text):
        return text
    parts, end = [], 0
    for fixed in _FIXED.finditer(text):
        parts += [text[end : fixed.start()].translate(_ACCENTS), fixed.group()]
        end = fixed.end()
    parts.append(text[end:].translate(_ACCENTS))
    more = "·" * max(1, ceil(len(text) * _LONGER) - 3)
    return f"[{''.join(parts)} {' '.join(re.findall('.{1,8}', more))}]"


def mirrored(text: str) -> str:
    """The same words, read from the right."""
    return text if _FORMS.fullmatch(text) or not any(letter.isalpha() for letter in text) else f"{_RLM}{text}{_RLM}"


def make(name: str, folder: Path) -> Path:
    """Make the .qm file of one of ``NAMES`` from everything that is translated.

    Returns:
        Its path.
    """
    tree = ElementTree.parse(_TS)
    say = long if name == LONG else mirrored
    for message in tree.iter("message"):
        said = message.find("translation")
        assert said is not None
        said.attrib.clear()
        said.text = say(message.findtext("source") or "")
    if name == MIRRORED:  # where Qt looks for the side that a language begins on
        tree.getroot().append(
            ElementTree.fromstring(
                "<context><name>QGuiApplication</name><message><source>QT_LAYOUT_DIRECTION</source>"
                "<translation>RTL</translation></message></context>"
            )
        )
    made = folder / f"reader_{name}.ts"
    tree.write(made, encoding="utf-8", xml_declaration=True)
    tool = Path(sys.executable).parent / "pyside6-lrelease"
    subprocess.run([tool, "-silent", made], check=True, timeout=60)
    return made.with_suffix(".qm")


def speak(app: QApplication, language: str, folder: Path) -> None:
    """Let everything that is made from now on speak a language, or one of ``NAMES`` with its file in ``folder``."""
    translation.install(app, "en" if language in NAMES else language)
    if language in NAMES:
        file = folder / f"reader_{language}.qm"
        translator = QTranslator(app)
        if not translator.load(str(file if file.exists() else make(language, folder))):
            raise FileNotFoundError(file)
        app.installTranslator(translator)
