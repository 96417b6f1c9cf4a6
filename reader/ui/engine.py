"""What must happen before the page engine starts: the third wall's switches, the private scheme.

``prepare`` runs before QApplication and loads nothing of WebEngine. ``start`` loads it, once the list is on screen: the
scheme may be registered until the first profile is made (tried on PySide6 6.11), and sharing the GL context is asked
for by an attribute, so WebEngine's 80 ms of import stay out of the start.
"""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible

SCHEME = b"reader"

#: Loaded late, the engine does not notice a screen reader that listens already (tried on 6.11), unless it is told.
READ_OUT = "--force-renderer-accessibility"

#: No name is ever resolved, IP literals included: measured to stop preconnect, DNS prefetch and 11 other leaks.
RESOLVER_RULE = '--host-resolver-rules="MAP * ~NOTFOUND"'

#: ``::search-text``: what is found in the article gets the theme's colours, not the engine's yellow (tried on 6.11).
FOUND_IN_COLOUR = "--enable-blink-features=SearchTextHighlightPseudo"

FLAGS = (
    RESOLVER_RULE,
    "--disable-background-networking",
    "--no-pings",
    "--dns-prefetch-disable",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy",
    "--disable-quic",
    FOUND_IN_COLOUR,
)


def prepare(*, software: bool = False) -> None:
    """Set the switches. Call it before QApplication exists; the user's own flags stay.

    Args:
        software: draw without the graphics card.
    """
    own = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "").split(RESOLVER_RULE)
    flags = [" ".join(part.strip() for part in own if part.strip()), *FLAGS]
    if software:
        flags.append("--disable-gpu")
    # Chromium takes the last of two equal switches: ours stand behind the user's.
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(flag for flag in flags if flag)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


def start() -> None:
    """Load WebEngine and register the private scheme. A second call does nothing."""
    _let_screen_readers_in()
    from PySide6.QtWebEngineCore import QWebEngineUrlScheme

    if not QWebEngineUrlScheme.schemeByName(SCHEME).name().isEmpty():
        return
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme)
    QWebEngineUrlScheme.registerScheme(scheme)


def _let_screen_readers_in() -> None:
    """Articles are in the tree of a screen reader, if one listens; one that comes later is noticed by the engine."""
    flags = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
    if QAccessible.isActive() and READ_OUT not in flags:
        os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = f"{flags} {READ_OUT}".strip()
