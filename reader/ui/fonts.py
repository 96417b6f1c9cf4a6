"""Which fonts: Latin and CJK families of each system, the face of a text's own language, weights."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QFontDatabase

Script = Literal["zh-Hans", "zh-Hant", "ja", "ko", "ar", ""]
Kind = Literal["sans", "serif", "code"]

#: kind -> system -> script -> families, best first; "" is Latin. SimSun is a bitmap at 1x: Latin stands before it.
_FAMILIES: dict[Kind, dict[str, dict[Script, tuple[str, ...]]]] = {
    "sans": {
        "darwin": {
            "": (),
            "zh-Hans": ("PingFang SC",),
            "zh-Hant": ("PingFang TC",),
            "ja": ("Hiragino Sans",),
            "ko": ("Apple SD Gothic Neo",),
            "ar": ("Geeza Pro",),
        },
        "win32": {
            "": ("Segoe UI Variable Text", "Segoe UI"),
            "zh-Hans": ("Microsoft YaHei UI", "Microsoft YaHei"),
            "zh-Hant": ("Microsoft JhengHei UI", "Microsoft JhengHei"),
            "ja": ("Yu Gothic UI", "Yu Gothic", "Meiryo"),
            "ko": ("Malgun Gothic",),
            "ar": ("Segoe UI",),
        },
        "linux": {
            "": ("Inter", "Noto Sans"),
            "zh-Hans": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"),
            "zh-Hant": ("Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC"),
            "ja": ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans"),
            "ko": ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans K"),
            "ar": ("Noto Naskh Arabic", "Noto Sans Arabic"),
        },
    },
    "serif": {
        "darwin": {
            "": ("Charter", "New York"),
            "zh-Hans": ("Songti SC",),
            "zh-Hant": ("Songti TC",),
            "ja": ("Hiragino Mincho ProN",),
            "ko": ("AppleMyungjo",),
            "ar": ("Geeza Pro",),
        },
        "win32": {
            "": ("Sitka Text", "Georgia"),
            "zh-Hans": ("SimSun",),
            "zh-Hant": ("PMingLiU",),
            "ja": ("Yu Mincho",),
            "ko": ("Batang",),
            "ar": ("Segoe UI",),
        },
        "linux": {
            "": ("Noto Serif",),
            "zh-Hans": ("Noto Serif CJK SC", "Noto Serif SC"),
            "zh-Hant": ("Noto Serif CJK TC", "Noto Serif TC"),
            "ja": ("Noto Serif CJK JP", "Noto Serif JP"),
            "ko": ("Noto Serif CJK KR", "Noto Serif KR"),
            "ar": ("Noto Naskh Arabic",),
        },
    },
    "code": {
        "darwin": {"": ("SF Mono", "Menlo")},
        "win32": {"": ("Cascadia Mono", "Consolas")},
        "linux": {"": ("JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono")},
    },
}
#: fontconfig's aliases: where the desktop names no font of its own, Inter is better than whatever they lead to.
_NO_CHOICE = frozenset({"", "Sans Serif", "Sans", "sans-serif", "DejaVu Sans", "Helvetica", "monospace"})
_ORDER: tuple[Script, ...] = ("zh-Hans", "ja", "ko", "zh-Hant", "ar")

#: From and to. As classes of patterns they would take 7 ms to compile, before the first row is painted.
_Ranges = tuple[tuple[str, str], ...]
_KANA: _Ranges = (("\u3040", "\u30ff"), ("\u31f0", "\u31ff"), ("\uff66", "\uff9d"))
_HANGUL: _Ranges = (("\uac00", "\ud7af"), ("\u1100", "\u11ff"), ("\u3130", "\u318f"))
_WIDE: _Ranges = (
    ("\u2e80", "\u9fff"), ("\uac00", "\ud7af"), ("\uff00", "\uffef"), ("\u1100", "\u11ff"), ("\uf900", "\ufaff"),
    ("\ufe30", "\ufe4f"), ("\U00020000", "\U0003ffff"),
)  # fmt: skip


def _holds(text: str, ranges: _Ranges) -> bool:
    return not text.isascii() and any(first <= char <= last for char in text for first, last in ranges)


def has_wide(text: str) -> bool:
    """Whether any letter is Chinese, Japanese or Korean."""
    return _holds(text, _WIDE)


def script_of(language: str, text: str = "") -> Script:
    """Which letters a text needs: by its language (BCP 47), else by kana and hangul in it, else by the locale."""
    tag = language.replace("_", "-").lower()
    if not tag.startswith(("zh", "ja", "ko", "ar", "fa")):
        # A page that declares no language, or English, may still carry kana or hangul: then these decide.
        own = QLocale().name().replace("_", "-").lower()
        tag = "ja" if _holds(text, _KANA) else "ko" if _holds(text, _HANGUL) else own
    if tag.startswith("zh"):
        return "zh-Hant" if any(part in {"hant", "tw", "hk", "mo"} for part in tag.split("-")) else "zh-Hans"
    if tag.startswith("ja"):
        return "ja"
    if tag.startswith("ko"):
        return "ko"
    return "ar" if tag.startswith(("ar", "fa")) else ""


def families(script: Script = "", kind: Kind = "sans", platform: str = sys.platform) -> list[str]:
    """The chain of families: Latin first, then the fonts of the script, then the other scripts' as a net below."""
    system = platform if platform in ("darwin", "win32") else "linux"
    table = _FAMILIES[kind][system]
    chain: list[str] = []
    if kind == "sans" and system != "win32" and sys.platform == platform:
        own = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        if own not in _NO_CHOICE:
            chain.append(own)
    chain += table[""]
    wide = _FAMILIES["sans"][system] if kind == "code" else table
    for each in (script, *_ORDER):
        if each:
            chain += wide[each]
    return list(dict.fromkeys(chain))


@lru_cache(maxsize=16)
def has_medium(script: Script) -> bool:
    """Whether the script's first installed face comes in a weight between Regular and SemiBold."""
    installed = set(QFontDatabase.families())
    own = _FAMILIES["sans"][sys.platform if sys.platform in ("darwin", "win32") else "linux"][script]
    for family in own:
        if family in installed:
            weights = [QFontDatabase.weight(family, style) for style in QFontDatabase.styles(family)]
            return any(QFont.Weight.Normal.value < weight < QFont.Weight.DemiBold.value for weight in weights)
    return False


def css_family(script: Script = "", kind: Kind = "sans", platform: str = sys.platform) -> str:
    """The same chain as a CSS ``font-family`` value, generic family last."""
    generic = {"sans": "system-ui,sans-serif", "serif": "serif", "code": "monospace"}[kind]
    names = [name for name in families(script, kind, platform) if not name.startswith(".")]
    return ",".join([*(f'"{name}"' for name in names), generic])


def font(size_px: int, weight: int = 400, script: Script = "", *, tabular: bool = False, kind: Kind = "sans") -> QFont:
    """A font of the window; ``tabular`` gives figures of one width (counts, dates) where the face has them."""
    made = QFont()
    made.setFamilies(families(script, kind))
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight(weight))
    # Hinting puts letters on whole pixels: uneven gaps at a ratio of 1.
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
