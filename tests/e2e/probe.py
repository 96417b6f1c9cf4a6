"""Opens many hostile pages in real page engines, several at once, and tells what ran, navigated and is in the DOM.

Used inside the test process for the viewer as shipped, and by ``alone.py`` in processes of their own for single walls.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from PySide6.QtCore import QEventLoop, QObject, QTimer, QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

ISOLATED = QWebEngineScript.ScriptWorldId.ApplicationWorld.value
MAIN = QWebEngineScript.ScriptWorldId.MainWorld.value

#: What a page has for its answer. A machine with two busy cores needs about 0.05 s.
PATIENCE_MS = 15_000

# Fires every event that an element listens to by attribute, clicks links and buttons, opens and focuses what can be.
# Links to the web are a reader's own to follow: they are clicked only where the page guard stands.
POKE = """(followed => {
  const fire = (node, event) => { try { node.dispatchEvent(event); } catch {} };
  const how = {bubbles: true, cancelable: true};
  for (const node of [...document.querySelectorAll("*")].slice(0, 5000)) {
    if (node.closest("header.ink-head, footer.ink-foot, .ink-missing")) continue;
    for (const name of node.getAttributeNames())
      if (/^on[a-z]+$/i.test(name)) fire(node, new Event(name.slice(2).toLowerCase(), how));
    if (node.matches("details")) node.open = true;
    const web = /^https?:$/.test(node.protocol || "");
    if ((!web || followed) && node.matches("a, area, button, input, summary, [href]"))
      fire(node, new MouseEvent("click", how));
    try { if (node.tabIndex >= 0) node.focus(); } catch {}
    try { if (node.matches("form")) node.requestSubmit(); } catch {}
  }
  return true;
})"""

# The words of the page, and everything in its DOM that could act or load.
LOOK = r"""(() => {
  const root = document.getElementById("ink-body") || document.body || document.documentElement;
  const tags = new Set(("script iframe frame frameset object embed applet base meta link form portal fencedframe " +
    "style template").split(" "));
  const attributes = new Set("srcdoc ping action formaction background manifest poster srcset data".split(" "));
  const addresses = new Set("href xlink:href src to from values".split(" "));
  const live = [];
  for (const node of root.querySelectorAll("*")) {
    const tag = node.localName;
    if (tags.has(tag)) live.push(tag);
    if (node.shadowRoot) live.push("shadow root");
    for (const {name, value} of node.attributes) {
      const known = name.toLowerCase();
      if (known.startsWith("on") || attributes.has(known)) live.push(tag + " " + name);
      if (addresses.has(known)) {
        let scheme = "";
        try { scheme = new URL(value, "http://relative.invalid/").protocol; } catch {}
        const loads = known !== "href" && scheme !== "reader:";
        if (loads || !/^(http:|https:|mailto:|reader:|)$/.test(scheme))
          live.push(tag + " " + name + "=" + value.slice(0, 40));
      }
      if (known === "style" && /url\(|expression|behavior|-moz-binding|@import/i.test(value))
        live.push(tag + " style=" + value.slice(0, 60));
    }
  }
  return JSON.stringify({text: root.textContent, live});
})()"""


@dataclass(frozen=True, slots=True)
class Item:
    """One page to open. ``says`` are the harmless sentences in it, which must be in the DOM."""

    name: str
    html: str
    says: tuple[str, ...]

    def lost(self, text: str) -> list[str]:
        return [sentence for sentence in self.says if sentence not in text]


@dataclass(slots=True)
class Finding:
    """What one page did.

    Attributes:
        ran: what scripts did (alert, confirm, prompt, console, print, a window).
        went: navigations that the page guard let through after the first.
        refused: navigations that it did not.
        live: what in the DOM could act or load.
        answered: the page gave an answer in time.
        lost: harmless sentences that the answer does not have.
    """

    name: str
    ran: list[str] = field(default_factory=list)
    went: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    answered: bool = False
    lost: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def recording(base: type[QWebEnginePage]) -> type[Any]:
    """A page class that notes what scripts and navigations do and otherwise is ``base``."""

    class Recording(base):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self.ran: list[str] = []
            self.went: list[str] = []
            self.refused: list[str] = []
            self.printRequested.connect(lambda: self.ran.append("print"))

        def javaScriptAlert(self, origin: QUrl, text: str) -> None:
            self.ran.append(f"alert {text[:60]}")

        def javaScriptConfirm(self, origin: QUrl, text: str) -> bool:
            self.ran.append(f"confirm {text[:60]}")
            return False

        def javaScriptPrompt(self, origin: QUrl, text: str, default: str) -> tuple[bool, str]:
            self.ran.append(f"prompt {text[:60]}")
            return False, ""

        def javaScriptConsoleMessage(
            self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, text: str, line: int, source: str
        ) -> None:
            # Refusals of the CSP come as errors, a script's console.log as info, as do some of Chromium's own words.
            info = level == QWebEnginePage.JavaScriptConsoleMessageLevel.InfoMessageLevel
            if text.startswith("Uncaught ") or (info and not text.startswith("Autofocus processing was blocked")):
                self.ran.append(f"console {text[:160]} ({source[:60]}:{line})")

        def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:
            made: QWebEnginePage | None = super().createWindow(kind)
            (self.refused if made is None else self.ran).append("window")
            return made

        def acceptNavigationRequest(self, url: QUrl, kind: QWebEnginePage.NavigationType, is_main_frame: bool) -> bool:
            accepted = bool(super().acceptNavigationRequest(url, kind, is_main_frame))
            (self.went if accepted else self.refused).append(url.toString()[:200])
            return accepted

        def forget(self) -> None:
            self.ran, self.went, self.refused = [], [], []

    return Recording


class Slot(Protocol):
    """A place where one page at a time is open."""

    page: Any

    @property
    def opened(self) -> Any:
        """The signal that tells of an item on the page."""

    def open(self, item: Item) -> None: ...

    def renew(self) -> None:
        """Replace a page that no longer answers."""


class Visit(QObject):
    """One item in one slot, from the load to the finding."""

    def __init__(self, slot: Slot, item: Item, settle_ms: int, poke: str, done: Callable[[Finding], None]) -> None:
        super().__init__()
        self._slot, self._item, self._settle_ms, self._poke, self._done = slot, item, settle_ms, poke, done
        self.open = True
        self._looking = False
        self._loaded = False
        slot.page.forget()
        self._page = slot.page
        self._opened = slot.opened
        self._opened.connect(self._on_load)
        self._give_up = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._give_up.timeout.connect(self._late)
        self._give_up.start()
        slot.open(item)

    def _on_load(self, _: object) -> None:
        if self.open and not self._loaded:
            self._loaded = True
            if self._poke:
                self._page.runJavaScript(f"{POKE}({json.dumps(self._poke == 'links')})", ISOLATED)
            QTimer.singleShot(self._settle_ms, self, self._look)

    def _look(self) -> None:
        if self.open:
            self._page.runJavaScript(LOOK, ISOLATED, self._seen)

    def _seen(self, answer: object) -> None:
        if not self.open:
            return
        said = json.loads(answer) if isinstance(answer, str) and answer else {}
        if self._item.lost(said.get("text", "")) and self._give_up.remainingTime() > PATIENCE_MS - 2_000:
            QTimer.singleShot(50, self, self._look)
            return
        self._finish(bool(said), said)

    def _late(self) -> None:
        if self.open:
            self._finish(False, {})

    def _finish(self, answered: bool, said: dict[str, Any]) -> None:
        self.open = False
        self._give_up.stop()
        self._opened.disconnect(self._on_load)
        page = self._page
        lost = self._item.lost(said.get("text", ""))
        finding = Finding(self._item.name, page.ran, page.went, page.refused, said.get("live", []), answered, lost)
        if not answered:
            self._slot.renew()
        self._done(finding)


def visit_all(slots: Sequence[Slot], items: Sequence[Item], *, settle_ms: int = 150, poke: str = "") -> list[Finding]:
    """Open every item in one of the slots; the findings in the items' order.

    A page that gave no answer in time (the machine was busy, a payload froze it) is visited once more in a fresh one;
    what ran or went in either visit counts.

    Args:
        settle_ms: from the load to the look.
        poke: "" leaves the page alone, "events" fires what listens, "links" follows the links too.
    """
    loop = QEventLoop()
    waiting = list(reversed(items))
    found: dict[str, Finding] = {}
    visits: dict[int, Visit] = {}

    def start(number: int) -> None:
        if not waiting:
            if len(found) == len(items) and not any(visit.open for visit in visits.values()):
                loop.quit()
            return
        visits[number] = Visit(slots[number], waiting.pop(), settle_ms, poke, lambda finding: finished(number, finding))

    def finished(number: int, finding: Finding) -> None:
        first = found.get(finding.name)
        if first is not None:
            finding = replace(finding, ran=[*first.ran, *finding.ran], went=[*first.went, *finding.went])
        elif not finding.answered:
            waiting.append(next(item for item in items if item.name == finding.name))
        found[finding.name] = finding
        QTimer.singleShot(0, loop, lambda: start(number))

    for number in range(len(slots)):
        QTimer.singleShot(0, loop, lambda number=number: start(number))
    loop.exec()
    for visit in visits.values():
        visit.deleteLater()
    return [found[item.name] for item in items]
