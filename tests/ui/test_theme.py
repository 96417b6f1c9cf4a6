"""The tokens keep what they promise, and the window follows what is chosen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from reader.ui import fonts
from reader.ui.dates import Dates
from reader.ui.theme import DARK, HC_DARK, LIGHT, SEPIA, THEMES, Theme, Themes, css_variables, palette_of, theme_of


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2, 1.4.3."""

    def luminance(color: QColor) -> float:
        parts = [part / 255 for part in color.getRgb()[:3]]  # type: ignore[index]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_pane(theme: Theme) -> None:
    least = 7.0 if theme.contrast else 4.5
    for pane in (theme.side, theme.list, theme.page):
        for ink in (theme.ink, theme.body, theme.label, theme.ink2, theme.ink3, theme.accent, theme.warn, theme.mark):
            assert contrast(ink, pane) >= least
    for fill in (theme.sel, theme.sel0):
        assert contrast(theme.sel_ink, fill) >= least
        assert contrast(theme.sel_ink2, fill) >= least
    assert contrast(theme.hit_ink, theme.hit) >= 4.5
    assert contrast(theme.hit_current_ink, theme.hit_current) >= 4.5
    assert contrast(theme.toast_ink, theme.toast) >= 4.5
    assert contrast(theme.toast_action, theme.toast) >= 4.5
    assert contrast(theme.warn, theme.warn_fill) >= 4.5
    assert contrast(theme.ink2, theme.warn_fill) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_a_theme_is_found_again_from_its_palette(qapp: QApplication, theme: Theme) -> None:
    palette = palette_of(theme)
    assert theme_of(palette) is theme
    assert palette.color(QPalette.ColorRole.Base) == theme.page
    assert palette.color(QPalette.ColorRole.AlternateBase) == theme.list


def test_a_foreign_palette_gives_light_or_dark(qapp: QApplication) -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, QColor("#123456"))
    assert theme_of(palette) is DARK
    palette.setColor(QPalette.ColorRole.Window, QColor("#fedcba"))
    assert theme_of(palette) is LIGHT


def test_choosing_paints_the_application_and_tells(qapp: QApplication) -> None:
    themes = Themes(qapp, "light")
    told: list[Theme] = []
    themes.changed.connect(told.append)
    try:
        themes.choose("sepia")
        assert themes.current is SEPIA
        assert theme_of() is SEPIA
        themes.choose("hc-dark")
        assert theme_of() is HC_DARK
        themes.choose("hc-dark")
        assert told == [SEPIA, HC_DARK]
        themes.choose("system")
        assert themes.current in (LIGHT, DARK)
        assert themes.choice == "system"
        with pytest.raises(ValueError, match="mauve"):
            themes.choose("mauve")  # type: ignore[arg-type]
    finally:
        themes.choose("light")


class System(QObject):
    """What the system wants, as QStyleHints tells it; the offscreen platform has no wishes of its own."""

    colorSchemeChanged = Signal(object)
    contrastPreferenceChanged = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.scheme, self.contrast = Qt.ColorScheme.Light, Qt.ContrastPreference.NoPreference

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def contrastPreference(self) -> Qt.ContrastPreference:
        return self.contrast

    def accessibility(self) -> System:
        return self

    def setColorScheme(self, scheme: Qt.ColorScheme) -> None:
        self.forced = scheme

    def unsetColorScheme(self) -> None:
        self.forced = None

    def wish(self, scheme: Qt.ColorScheme, contrast: Qt.ContrastPreference) -> None:
        self.scheme, self.contrast = scheme, contrast
        self.colorSchemeChanged.emit(scheme)
        self.contrastPreferenceChanged.emit(contrast)


def test_the_system_is_followed_while_it_runs(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    system = System()
    monkeypatch.setattr(qapp, "styleHints", lambda: system)
    themes = Themes(qapp, "system")
    dark, light = Qt.ColorScheme.Dark, Qt.ColorScheme.Light
    none, high = Qt.ContrastPreference.NoPreference, Qt.ContrastPreference.HighContrast
    told: list[Theme] = []
    themes.changed.connect(told.append)
    try:
        for scheme, contrast in ((dark, none), (dark, high), (light, high), (light, none)):
            system.wish(scheme, contrast)
            assert theme_of() is themes.current
        assert [theme.name for theme in told] == ["dark", "hc-dark", "hc-light", "light"]
        themes.choose("sepia")
        assert system.forced is light
        system.wish(dark, high)
        assert themes.current is SEPIA
        themes.choose("system")
        assert system.forced is None
        assert themes.current is HC_DARK
    finally:
        monkeypatch.undo()
        Themes(qapp, "light")


def test_css_carries_every_token(qapp: QApplication) -> None:
    css = css_variables(SEPIA)
    assert css.startswith(":root{color-scheme:light;")
    for name in ("page", "ink3", "warn-fill", "hit-current", "sel", "pop"):
        assert f"--{name}:#" in css
    assert "--page:#f8f0df" in css
    assert "--picture-blend:multiply" in css
    assert "brightness(.88)" in css_variables(DARK)
    assert css.count("{") == css.count("}") == 1


def test_script_follows_language_then_letters(qapp: QApplication) -> None:
    assert fonts.script_of("zh-TW") == "zh-Hant"
    assert fonts.script_of("zh") == "zh-Hans"
    assert fonts.script_of("", "余白の仕事") == "ja"
    assert fonts.script_of("en", "느린 편지") == "ko"
    assert fonts.script_of("ar-EG") == "ar"


@pytest.mark.parametrize("platform", ["darwin", "win32", "linux", "freebsd14"])
@pytest.mark.parametrize("kind", ["sans", "serif", "code"])
def test_the_script_of_the_text_stands_first_among_cjk(platform: str, kind: fonts.Kind) -> None:
    chain = fonts.families("ja", kind, platform)
    japanese = {"darwin": "Hiragino", "win32": "Yu ", "linux": "CJK JP"}.get(platform, "CJK JP")
    chinese = {"darwin": " SC", "win32": "YaHei" if kind != "serif" else "SimSun"}.get(platform, " SC")
    first = next(place for place, name in enumerate(chain) if japanese in name)
    assert first < next(place for place, name in enumerate(chain) if chinese in name)
    assert len(chain) == len(set(chain))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("en_GB", ["14:52", "Yesterday", "16 Aug", "16 Aug 2021"]),
        ("en_US", ["2:52\u202fPM", "Yesterday", "Aug 16", "Aug 16, 2021"]),
        ("zh_CN", ["14:52", "Yesterday", "8月16日", "2021年8月16日"]),
        ("ko_KR", ["오후 2:52", "Yesterday", "8월 16일", "2021년 8월 16일"]),
        ("es_ES", ["14:52", "Yesterday", "16 ago", "16 ago 2021"]),
    ],
)
def test_dates_in_the_words_of_the_locale(qapp: QApplication, name: str, expected: list[str]) -> None:
    now = datetime(2026, 8, 22, 16, 0).astimezone()
    dates = Dates(lambda: now, QLocale(name))
    local = now.replace(hour=14, minute=52)
    days = [local, local - timedelta(days=1), local.replace(day=16), local.replace(day=16, year=2021)]
    assert [dates.short(day.astimezone(UTC)) for day in days] == expected
    assert dates.short(None) == ""


def test_today_moves_over_midnight(qapp: QApplication) -> None:
    moment = [datetime(2026, 8, 22, 23, 59).astimezone()]
    dates = Dates(lambda: moment[0], QLocale("en_GB"))
    written = datetime(2026, 8, 22, 14, 52).astimezone()
    assert dates.short(written) == "14:52"
    moment[0] += timedelta(minutes=2)
    assert dates.short(written) == "Yesterday"
