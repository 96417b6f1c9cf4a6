"""One article that tries everything, in the real viewer: nothing runs or connects, a click only tells the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from reader.net import Client
from reader.ui import cage
from tests.e2e import probe
from tests.e2e.conftest import Desk
from tests.site import Site

WORDS = "The tide came in over the flats before noon."

HOSTILE = """<!DOCTYPE html><html manifest="{site}/manifest"><head>
<title>All at once</title><base href="{site}/base/"><meta http-equiv="refresh" content="0; url={site}/refresh">
<link rel="preconnect" href="{site}/preconnect"><link rel="dns-prefetch" href="//leak.example">
<link rel="stylesheet" href="{site}/style.css"><link rel="icon" href="{site}/icon.png">
<link rel="prefetch" href="{site}/p">
<style>@import "{site}/import.css"; @font-face {{font-family: f; src: url({site}/font.woff)}}
body {{background: url({site}/back.png); font-family: f}}</style>
<script src="{site}/script.js"></script>
<script>alert('ran'); fetch('{site}/fetch'); window.open('{site}/window')</script>
</head><body onload="alert('ran')">
<p id="words">{words}</p>
<p><a id="web" href="https://example.org/a?b=c&amp;d=%E6%BD%AE#part" onclick="alert('ran')" ping="{site}/ping"
 target="_blank">The harbour</a></p>
<p><a id="local" href="{site}/link" download="tide.exe">A file to download</a></p>
<p><a id="script" href="java&#10;script:alert('ran')">A script in a link</a></p>
<p><a id="data" href="data:text/html,<script>alert('ran')</script>">A page in a link</a></p>
<p><a id="file" href="file:///etc/passwd">A file in a link</a></p>
<p><a id="act" href="reader://act/retry/x/0">An act of the program in a link</a></p>
<p><a id="other" href="reader://article/other">Another article in a link</a></p>
<p><a id="mail" href="mailto:keeper@example.org?subject=Tide">The keeper</a></p>
<form action="{site}/form" method="post"><input name="a" value="b" autofocus onfocus="alert('ran')">
<button type="submit" formaction="{site}/button">Send</button></form>
<iframe src="{site}/frame"></iframe><iframe srcdoc="<script>parent.alert('ran')</script>"></iframe>
<object data="{site}/object"></object><embed src="{site}/embed">
<video src="{site}/video" poster="{site}/poster" autoplay>
</video><audio src="{site}/audio" autoplay></audio>
<svg onload="alert('ran')"><script>alert('ran')</script><image href="{site}/svg.png"/><a href="javascript:alert('ran')">
<text y="20">svg</text></a></svg>
<img src="{site}/picture.png" srcset="{site}/two.png 2x" onerror="alert('ran')"><img src=x onerror="alert('ran')">
<div style="background: url({site}/inline.png)">styled</div><details ontoggle="alert('ran')" open>d</details>
<math><mtext><img src=x onerror="alert('ran')"></mtext></math>
<p>The last words stand here.</p></body></html>"""


@pytest.fixture
def names() -> list[str]:
    """Names that somebody wanted to know the address of."""
    return []


@pytest.fixture
def counted(make_desk: Callable[..., Desk], names: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose page counts scripts and windows, and whose network knows no name."""
    monkeypatch.setattr(cage, "Page", probe.recording(cage.Page))

    def resolve(host: str, port: int) -> list[tuple[int, str]]:
        names.append(host)
        raise OSError("no such name")

    desk = make_desk(client=Client(resolve=resolve))
    desk.page.profile().downloadRequested.connect(lambda request: desk.page.ran.append("download"))
    yield desk
    assert desk.page.ran == []


def _open(desk: Desk, site: Site, tmp_path: Path) -> None:
    text = HOSTILE.format(site=site.url(""), words=WORDS)
    desk.open_text(tmp_path / "files", "hostile.html", text)
    desk.until(lambda: WORDS in desk.text())


def _article(desk: Desk) -> str:
    return f"reader://article/{desk.viewer.document.article.row.id}"  # type: ignore[union-attr]


def test_opening_it_runs_and_reaches_nothing(counted: Desk, site: Site, names: list[str], tmp_path: Path) -> None:
    _open(counted, site, tmp_path)
    counted.page.runJavaScript(f"{probe.POKE}(false)", probe.ISOLATED)
    counted.rest(1_500)
    text = counted.text()
    assert WORDS in text
    assert "The last words stand here." in text
    assert "The harbour" in text
    assert (site.connections, names) == (0, [])
    assert counted.where() == QUrl(_article(counted))
    assert [address.partition("?")[0] for address in counted.page.went] == [_article(counted)]
    assert counted.links == []
    # The page that saw nothing does see: a script of the main world, and a request that is refused.
    counted.page.runJavaScript("alert('control')", probe.MAIN)
    counted.until(lambda: counted.page.ran == ["alert control"])
    counted.page.forget()


def test_the_same_page_without_walls_does_all_of_it(site: Site, corpora_free_alone: Callable[..., Any]) -> None:
    found = corpora_free_alone("bare", HOSTILE.format(site=site.url(""), words=WORDS))
    assert found.ran
    assert site.connections > 0
    for path in ("/script.js", "/style.css", "/import.css", "/picture.png", "/frame", "/fetch", "/refresh"):
        assert any(hit.path.endswith(path) or path in hit.path for hit in site.requests), path


@pytest.fixture
def corpora_free_alone(site: Site) -> Callable[..., Any]:
    from tests.e2e.test_walls import _alone

    def run(wall: str, html: str) -> Any:
        (found,) = _alone(wall, site, [probe.Item("hostile", html, ())], settle_ms=1_500, poke="events")
        return found

    return run


def test_clicks_tell_the_window_of_links_to_the_web_alone(
    counted: Desk, site: Site, names: list[str], tmp_path: Path
) -> None:
    _open(counted, site, tmp_path)
    cases = {
        "The harbour": ["https://example.org/a?b=c&d=%E6%BD%AE#part"],
        "A file to download": [site.url("/link")],
        "The keeper": ["mailto:keeper@example.org?subject=Tide"],
        "A script in a link": [],
        "A page in a link": [],
        "A file in a link": [],
        "An act of the program in a link": [],
        "Another article in a link": [],
        "Send": [],
        "styled": [],
    }
    for words, links in cases.items():
        counted.links.clear()
        counted.click_words(words)
        counted.rest(150)
        assert counted.links == links, words
        assert counted.where() == QUrl(_article(counted)), words
        assert WORDS in counted.text(), words
        assert (site.connections, names) == (0, []), words


def test_no_click_opens_a_window(counted: Desk, site: Site, tmp_path: Path) -> None:
    _open(counted, site, tmp_path)
    for button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton):
        for keys in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier):
            counted.links.clear()
            counted.click("a[href^='https://example.org']", button, keys)
            counted.rest(200)
            assert counted.links in ([], ["https://example.org/a?b=c&d=%E6%BD%AE#part"])
            assert counted.where() == QUrl(_article(counted))
    assert site.connections == 0


# The walls behind the sanitiser: the same clicks when its output had let everything through.
UNSANITISED = (
    ("javascript:", "<a href=\"javascript:alert('ran')\">Press</a>"),
    ("data:", "<a href=\"data:text/html,<script>alert('ran')</script>\">Press</a>"),
    ("file:", '<a href="file:///etc/passwd">Press</a>'),
    ("download", '<a href="{site}/a.bin" download>Press</a>'),
    ("blank", '<a href="{site}/a" target="_blank">Press</a>'),
    ("form", '<form action="{site}/form"><button>Press</button></form>'),
    ("post", '<form action="{site}/form" method="post"><button>Press</button></form>'),
    ("own scheme", '<form action="reader://act/retry/x/0"><button>Press</button></form>'),
    ("handler", "<button onclick=\"alert('ran'); window.open('{site}/w')\">Press</button>"),
    ("refresh", '<meta http-equiv="refresh" content="0; url={site}/refresh"><b>Press</b>'),
    ("refresh to itself", '<meta http-equiv="refresh" content="0; url=reader://article/other"><b>Press</b>'),
    ("frame", '<iframe src="{site}/frame"></iframe><b>Press</b>'),
    ("own frame", '<iframe src="reader://message/"></iframe><b>Press</b>'),
    ("drop", '<link rel="preconnect" href="{site}"><script>location = "{site}/gone"</script><b>Press</b>'),
)


@pytest.mark.walls
def test_the_walls_behind_the_sanitiser_hold_alone(counted: Desk, site: Site, names: list[str], tmp_path: Path) -> None:
    path = tmp_path / "plain.html"
    path.write_text(f"<p>{WORDS}</p>", encoding="utf-8")
    document = counted.library.document(counted.library.open_file(path).id)
    for name, html in UNSANITISED:
        sentence = f"{WORDS} {name}."
        raw = f"<p>{sentence}</p>{html.format(site=site.url(''))}"
        counted.links.clear()
        counted.show(replace(document, rendered=replace(document.rendered, html=raw)))
        counted.until(lambda sentence=sentence: sentence in counted.text())
        counted.click_words("Press")
        counted.rest(150)
        # A link that wants a window of its own gets none and goes nowhere; the sanitiser takes that wish away.
        assert counted.links == ([site.url("/a.bin")] if name == "download" else []), name
        assert counted.where() == QUrl(_article(counted)), name
        assert sentence in counted.text(), name
        assert (site.connections, names) == (0, []), name
        assert counted.page.ran == [], name


def test_a_place_inside_the_page_may_be_jumped_to(counted: Desk, site: Site, tmp_path: Path) -> None:
    lines = "\n\n".join(f"Paragraph {n} of a long walk." for n in range(120))
    counted.open_text(
        tmp_path / "files", "long.md", f"# Walk\n\nA note[^1] stands here.\n\n{lines}\n\n[^1]: The note itself.\n"
    )
    counted.click("sup a, a[href*='#']")
    counted.until(lambda: counted.page.scrollPosition().y() > 500)
    assert counted.links == []
    assert counted.js("!!document.getElementById('ink-body')")
    assert site.connections == 0


def test_dropping_a_file_or_typing_goes_nowhere(counted: Desk, site: Site, tmp_path: Path) -> None:
    _open(counted, site, tmp_path)
    assert not counted.viewer.view.acceptDrops()
    target = counted.viewer.view.focusProxy()
    assert target is not None
    for key in (Qt.Key.Key_Backspace, Qt.Key.Key_F5, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Return):
        QTest.keyClick(target, key)
        counted.rest(50)
    assert counted.where() == QUrl(_article(counted))
    assert site.connections == 0
