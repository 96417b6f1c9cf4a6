"""The colours of the window and of the article, as tokens, and the one object that says which theme rules.

A theme is found again from a palette (:func:`theme_of`): its window colour is unlike that of any other theme. So
delegates and icons read the palette and need no global, and a changed palette repaints everything by itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from reader.records import dataclass

ThemeName = Literal["light", "dark", "sepia", "hc-light", "hc-dark"]
Choice = Literal["system", "light", "dark", "sepia", "hc-light", "hc-dark"]


@dataclass(frozen=True, eq=False)
class Theme:
    """Every colour of one theme, named by what it is for. Ratios to the panes are at least AA (text 4.5, marks 3).

    Attributes:
        sel, sel0: selection in the pane that has the focus, and in the others.
        sel_ink, sel_ink2: text and weaker text on either.
        mark: a bookmark; warn: trouble; accent: unread, link, progress.
        line2: the weaker hairline, inside a pane.
    """

    name: ThemeName
    dark: bool
    contrast: bool
    side: QColor
    list: QColor
    page: QColor
    line: QColor
    line2: QColor
    ink: QColor
    body: QColor
    label: QColor
    ink2: QColor
    ink3: QColor
    accent: QColor
    sel: QColor
    sel0: QColor
    hover: QColor
    sel_ink: QColor
    sel_ink2: QColor
    mark: QColor
    warn: QColor
    warn_fill: QColor
    warn_line: QColor
    hit: QColor
    hit_current: QColor
    hit_ink: QColor
    hit_current_ink: QColor
    highlight: QColor
    chip: QColor
    code: QColor
    field: QColor
    pop: QColor
    toast: QColor
    toast_ink: QColor
    toast_action: QColor
    _colors: dict[str, QColor] = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        values = {each.name: getattr(self, each.name, None) for each in dataclasses.fields(self)}
        object.__setattr__(self, "_colors", {name: each for name, each in values.items() if isinstance(each, QColor)})

    def color(self, token: str) -> QColor:
        """The colour of a token by its name.

        Raises:
            KeyError: there is no such token.
        """
        return self._colors[token]

    def tokens(self) -> Mapping[str, QColor]:
        """All colours by name."""
        return MappingProxyType(self._colors)


def _theme(name: ThemeName, table: str, *, dark: bool = False, contrast: bool = False) -> Theme:
    words = table.split()
    colors: dict[str, Any] = {token: QColor("#" + value) for token, value in zip(words[::2], words[1::2], strict=True)}
    return Theme(name=name, dark=dark, contrast=contrast, **colors)


LIGHT = _theme(
    "light",
    """
    side F3F2EF  list FAF9F7  page FFFFFF  line E3E0DB  line2 EDEBE6
    ink 1E1D1B  body 242220  label 2C2A27  ink2 57544F  ink3 6C6862  accent 2A5CA3
    sel DDE6F3  sel0 E8E6E1  hover F0EEEA  sel_ink 1E1D1B  sel_ink2 57544F
    mark C03A22  warn 8A5A00  warn_fill FBF1DC  warn_line EBD9B2
    hit FFE38A  hit_current FFB23E  hit_ink 1E1D1B  hit_current_ink 1A1815  highlight FFF1B3
    chip EFEDE9  code F6F5F2  field FFFFFF  pop FFFFFF  toast 2A2927  toast_ink F4F2EE  toast_action 9CC3FF
    """,
)
DARK = _theme(
    "dark",
    """
    side 18181A  list 1C1C1E  page 202022  line 303034  line2 29292C
    ink E9E7E3  body D8D5D0  label CFCCC7  ink2 AFACA7  ink3 98958F  accent 86B4F2
    sel 2A3B53  sel0 2E2E31  hover 252528  sel_ink E9E7E3  sel_ink2 AFACA7
    mark F2795F  warn E3AE55  warn_fill 2D2618  warn_line 4A3D20
    hit 6B5413  hit_current B9791A  hit_ink F4EFE2  hit_current_ink 1A1815  highlight 4A4220
    chip 2C2C2F  code 19191B  field 18181A  pop 2A2A2D  toast 3A3A3E  toast_ink F1EFEB  toast_action 9CC3FF
    """,
    dark=True,
)
SEPIA = _theme(
    "sepia",
    """
    side EADFC9  list F1E7D3  page F8F0DF  line DACCAF  line2 E5D9C0
    ink 33291C  body 3A2F22  label 40352A  ink2 5F5140  ink3 6B5B45  accent 2B5A70
    sel D6DCCF  sel0 E2D5BB  hover EADFC8  sel_ink 33291C  sel_ink2 5F5140
    mark AE3219  warn 7E4E00  warn_fill F2E0B8  warn_line DDC48C
    hit F2D06B  hit_current E5A13A  hit_ink 33291C  hit_current_ink 1A1815  highlight F1DFA0
    chip EBDFC6  code F1E6CF  field FBF5E8  pop FBF5E8  toast 3B3024  toast_ink F8F0DF  toast_action A9CFDF
    """,
)
HC_LIGHT = _theme(
    "hc-light",
    """
    side FFFFFF  list FFFFFF  page FFFFFF  line 1F1F1F  line2 1F1F1F
    ink 000000  body 000000  label 000000  ink2 000000  ink3 1F1F1F  accent 0037A6
    sel 0037A6  sel0 0037A6  hover FFFFFF  sel_ink FFFFFF  sel_ink2 FFFFFF
    mark 9E1B00  warn 6B3F00  warn_fill FFFFFF  warn_line 1F1F1F
    hit FFE500  hit_current FFE500  hit_ink 000000  hit_current_ink 000000  highlight FFE500
    chip FFFFFF  code FFFFFF  field FFFFFF  pop FFFFFF  toast 000000  toast_ink FFFFFF  toast_action FFFFFF
    """,
    contrast=True,
)
HC_DARK = _theme(
    "hc-dark",
    """
    side 000000  list 000000  page 000000  line F4F4F4  line2 F4F4F4
    ink FFFFFF  body FFFFFF  label FFFFFF  ink2 FFFFFF  ink3 F4F4F4  accent 8CC8FF
    sel 8CC8FF  sel0 8CC8FF  hover 000000  sel_ink 000000  sel_ink2 000000
    mark FF9B85  warn FFC94A  warn_fill 000000  warn_line F4F4F4
    hit FFE500  hit_current FFE500  hit_ink 000000  hit_current_ink 000000  highlight FFE500
    chip 000000  code 000000  field 000000  pop 000000  toast FFFFFF  toast_ink 000000  toast_action 000000
    """,
    dark=True,
    contrast=True,
)

THEMES: Mapping[ThemeName, Theme] = MappingProxyType(
    {theme.name: theme for theme in (LIGHT, DARK, SEPIA, HC_LIGHT, HC_DARK)}
)
_BY_WINDOW = {theme.side.rgb(): theme for theme in THEMES.values()}


def faded(color: QColor, alpha: float) -> QColor:
    """The colour with an opacity of 0 to 1."""
    weak = QColor(color)
    weak.setAlphaF(alpha)
    return weak


def mixed(one: QColor, other: QColor) -> QColor:
    """The colour half way between two opaque ones."""
    return QColor((one.red() + other.red()) // 2, (one.green() + other.green()) // 2, (one.blue() + other.blue()) // 2)


def theme_of(palette: QPalette | None = None) -> Theme:
    """The theme that a palette was made from, the application's by default. A foreign palette: light or dark."""
    window = (palette or QGuiApplication.palette()).color(QPalette.ColorRole.Window)
    found = _BY_WINDOW.get(window.rgb())
    if found is None:
        found = DARK if window.lightness() < 128 else LIGHT
    return found


def palette_of(theme: Theme) -> QPalette:
    """The Qt palette. Window is the sidebar, AlternateBase the list, Base the page: panes fill themselves by role."""
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.side,
        role.WindowText: theme.ink,
        role.Base: theme.page,
        role.AlternateBase: theme.list,
        role.Text: theme.ink,
        role.BrightText: theme.page,
        role.Button: theme.list if theme.dark else theme.side,
        role.ButtonText: theme.ink,
        role.ToolTipBase: theme.pop,
        role.ToolTipText: theme.ink,
        role.PlaceholderText: theme.ink3,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.page,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.pop,
        role.Midlight: theme.line2,
        role.Mid: theme.line,
        role.Dark: theme.ink3,
        role.Shadow: QColor(0, 0, 0),
    }
    palette = QPalette()
    for each, color in colors.items():
        palette.setColor(QPalette.ColorGroup.All, each, color)
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        weak = theme.ink3 if theme.contrast else faded(theme.ink3, 0.55)
        palette.setColor(QPalette.ColorGroup.Disabled, each, weak)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, theme.sel0)
    return palette


def css_variables(theme: Theme) -> str:
    """The ``:root`` rule that gives the article page its colours: ``--page``, ``--ink2``, ``--warn-fill`` and so on.

    ``--picture-filter`` and ``--picture-blend`` soften pictures in dark and sepia; pictures are never inverted.
    """
    tokens = "".join(f"--{name.replace('_', '-')}:{color.name()};" for name, color in theme.tokens().items())
    soften = "brightness(.88)" if theme is DARK else "none"
    blend = "multiply" if theme is SEPIA else "normal"
    scheme = "dark" if theme.dark else "light"
    return f":root{{color-scheme:{scheme};{tokens}--picture-filter:{soften};--picture-blend:{blend};}}"


class Themes(QObject):
    """Which theme rules: the user's choice, or what the system asks for, followed while the program runs.

    Sets the application's palette and colour scheme (for native menus and dialogs) itself.

    Args:
        app: the application whose palette is kept.
        choice: the first choice; see :meth:`choose`.
    """

    #: The new ``Theme``, after the palette was set. Give the web page its background now, before it loads.
    changed = Signal(object)

    def __init__(self, app: QGuiApplication, choice: Choice = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._choice: Choice = choice
        self._current = LIGHT
        # Kept: what styleHints() hands out dies with the Python object that handed it out (PySide6 6.11).
        self._hints = app.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow)
        # Came with Qt 6.10; before that the system's contrast cannot be asked for.
        self._knows_contrast = hasattr(self._hints, "accessibility")
        if self._knows_contrast:
            self._hints.accessibility().contrastPreferenceChanged.connect(self._follow)
        self._apply()

    @property
    def current(self) -> Theme:
        return self._current

    @property
    def choice(self) -> Choice:
        return self._choice

    def choose(self, name: Choice) -> None:
        """Follow the system (``"system"``) or keep to one theme.

        Raises:
            ValueError: there is no such theme.
        """
        if name != "system" and name not in THEMES:
            raise ValueError(f"no theme is called {name!r}")
        self._choice = name
        self._apply()

    def _follow(self) -> None:
        """The system went dark or light, or wants more contrast."""
        if self._choice == "system":
            self._take(self._wanted())

    def _wanted(self) -> Theme:
        if self._choice != "system":
            return THEMES[self._choice]
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        if self._knows_contrast:
            wish = self._hints.accessibility().contrastPreference()
            if wish == Qt.ContrastPreference.HighContrast:
                return HC_DARK if dark else HC_LIGHT
        return DARK if dark else LIGHT

    def _apply(self) -> None:
        if self._choice == "system":
            self._hints.unsetColorScheme()
        else:
            self._hints.setColorScheme(Qt.ColorScheme.Dark if THEMES[self._choice].dark else Qt.ColorScheme.Light)
        self._take(self._wanted())

    def _take(self, theme: Theme) -> None:
        new = theme is not self._current
        self._current = theme
        if theme_of() is not theme or QGuiApplication.palette() != palette_of(theme):
            self._app.setPalette(palette_of(theme))
        if new:
            self.changed.emit(theme)
