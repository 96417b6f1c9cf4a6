"""One wall standing alone, in a process of its own (the switches of Chromium are a process's): JSON in, JSON out.

    python -m tests.e2e.alone < request.json

The request names the ``wall``, the ``port`` of the server that counts, the ``items`` and how to visit them. Unless the
resolver rule itself is tried, every name and every address leads to that server, so nothing can leave the machine and
nothing stays uncounted. (Port 0: ``names`` gave the process a network of its own and counts there.)
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QObject, QUrl
from PySide6.QtWidgets import QApplication

from reader.ui import engine

#: none: a plain page of the web. bare: a plain page of the private scheme. csp: CSP and page guard.
#: resolver: the switches. interceptor: it alone. network: switches and interceptor. all: as shipped.
#: (The sanitiser alone is a sanitised body in a bare page.)
WALLS = ("none", "bare", "csp", "resolver", "interceptor", "network", "all")
_CAGED = ("csp", "all")


def main() -> int:
    request = json.load(sys.stdin)
    wall, port = request["wall"], request["port"]
    if wall not in WALLS:
        raise ValueError(wall)
    os.environ.pop("QTWEBENGINE_CHROMIUM_FLAGS", None)
    if wall in ("resolver", "network", "all"):
        engine.prepare()
    elif port:
        os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = f'--host-resolver-rules="MAP * 127.0.0.1:{port}"'
    app = QApplication(["alone"])
    engine.start()
    from tests.e2e import probe

    items = [probe.Item(each["name"], each["html"], tuple(each["says"])) for each in request["items"]]
    owner = QObject()
    slots = [_slot(wall, owner) for _ in range(request.get("slots", 4))]
    found = probe.visit_all(slots, items, settle_ms=request.get("settle_ms", 150), poke=request.get("poke", ""))
    json.dump([finding.as_dict() for finding in found], sys.stdout)
    sys.stdout.flush()
    for slot in slots:
        slot.close()
    app.processEvents()
    # Without Qt's own shut-down: it waits for renderers that a hostile page may keep busy.
    os._exit(0)


def _slot(wall: str, owner: QObject) -> Any:
    from PySide6.QtWebEngineCore import (
        QWebEnginePage,
        QWebEngineProfile,
        QWebEngineUrlRequestJob,
        QWebEngineUrlSchemeHandler,
    )
    from PySide6.QtWebEngineWidgets import QWebEngineView

    from reader.ui import cage
    from tests.e2e import probe

    class Plain(QWebEngineUrlSchemeHandler):
        """Serves the private scheme without any header."""

        html = b""

        def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
            buffer = QBuffer(job)
            buffer.setData(self.html)
            buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            job.reply(b"text/html; charset=utf-8", buffer)

    class Place:
        def __init__(self) -> None:
            self.profile = QWebEngineProfile(owner)
            self.html = b""
            self.plain = Plain(self.profile)
            if wall in _CAGED:
                handler: QWebEngineUrlSchemeHandler = cage.SchemeHandler(self._serve, self.profile)
            else:
                handler = self.plain
            self.profile.installUrlSchemeHandler(engine.SCHEME, handler)
            if wall in ("interceptor", "network", "all"):
                self.profile.setUrlRequestInterceptor(cage.Interceptor(self.profile))
            self.view = QWebEngineView()
            self.view.resize(700, 600)
            self.view.show()
            self.page: Any = None
            self.renew()

        def renew(self) -> None:
            made = probe.recording(cage.Page if wall in _CAGED else QWebEnginePage)(self.profile, self.view)
            self.view.setPage(made)
            if self.page is not None:
                self.page.deleteLater()
            self.page = made

        def _serve(self, job: cage.Job) -> None:
            found = job.url.host() == "article"
            job.answer(cage.Reply("text/html; charset=utf-8", self.html) if found else None)

        @property
        def opened(self) -> Any:
            return self.page.loadFinished

        def open(self, item: probe.Item) -> None:
            self.html = self.plain.html = item.html.encode("utf-8", "replace")
            where = QUrl(f"reader://article/{item.name}#x")
            if wall in _CAGED:
                self.page.go(where)
            elif wall == "none":
                self.page.setHtml(item.html, QUrl(f"http://article.test/{item.name}#x"))
            else:
                self.page.setUrl(where)

        def close(self) -> None:
            self.view.setPage(None)
            self.page.deleteLater()

    return Place()


if __name__ == "__main__":
    sys.exit(main())
