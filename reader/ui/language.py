"""The language of the window: its words, Qt's own words, and how dates and numbers are written."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from reader import resources

log = logging.getLogger(__name__)

#: The window is written in English; these are the languages that it is translated to (resources/i18n).
TRANSLATIONS = ("zh_CN", "zh_TW")
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


def choose(languages: Sequence[str]) -> str:
    """The first wanted language that the window speaks.

    Qt's own search would pass over English, which needs no file, and give Chinese words to whoever reads English first
    and Chinese second.

    Args:
        languages: BCP 47 names, the most wanted one first.

    Returns:
        ``en``, one of ``TRANSLATIONS``, or ``""`` when none of them is spoken here.
    """
    for name in languages:
        language, *parts = name.replace("_", "-").lower().split("-")
        if language == "en":
            return "en"
        if language == "zh":
            return "zh_TW" if _TRADITIONAL & set(parts) and "hans" not in parts else "zh_CN"
    return ""


def wanted(language: str) -> tuple[QLocale, str]:
    """How dates and numbers are written, and the language of the words (see ``choose``).

    Args:
        language: ``system``, or a BCP 47 name (``zh-Hant``, ``zh_CN``, ``en``); an unknown one counts as ``system``.
    """
    locale = QLocale.system()
    if language != "system":
        asked = QLocale(language)
        if asked.language() == QLocale.Language.C:
            log.info("the language %r of the settings is not known", language)
        else:
            locale = asked
    chosen = choose(locale.uiLanguages())
    if chosen and QLocale(chosen).language() != locale.language():
        # The system's list of languages begins with another one than its formats: no English months in Chinese text.
        locale = QLocale(chosen)
    return locale, chosen


def install(app: QCoreApplication, language: str) -> None:
    """Let every widget that is made from now on speak a language; see ``wanted``."""
    locale, chosen = wanted(language)
    QLocale.setDefault(locale)
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    if chosen not in TRANSLATIONS:
        return
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"qtbase_{chosen}", qt), (f"reader_{chosen}", str(resources.path("i18n")))):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
        else:
            log.info("%s.qm is not in %s", name, folder)
