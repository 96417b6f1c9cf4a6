"""The window and the command line show the same HTML: what the engine holds is what ``show --format html`` prints."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reader.library import Document
from reader.model import Failed, Query
from tests.conftest import CHECKOUT
from tests.e2e.conftest import Desk, offline

#: How many posts, and how many of them through the real command line.
POSTS, COMMANDS = 50, 6

# What the program's own script added to the page is taken out again; what is left is the engine's own serialisation.
_OWN = """(() => {
  const body = document.getElementById("ink-body").cloneNode(true);
  for (const box of body.querySelectorAll(".ink-missing")) box.remove();
  for (const image of body.querySelectorAll("img[data-ink-missing]")) {
    delete image.dataset.inkMissing;
    image.hidden = false;
    const link = image.closest("a[hidden]");
    if (link) link.hidden = false;
  }
  for (const image of body.querySelectorAll("img")) {
    image.removeAttribute("tabindex");
    delete image.dataset.inkUnsized;
  }
  return body.innerHTML;
})()"""

# The same text, parsed a second time by the engine's parser in an inert document and serialised again.
_AGAIN = """((text) => {
  const whole = new DOMParser().parseFromString("<!DOCTYPE html><main>" + text + "</main>", "text/html");
  return whole.querySelector("main").innerHTML;
})"""


def _posts(corpora: Path) -> list[Path]:
    found = [path for name in ("posts", "posts-other") for path in sorted((corpora / name).iterdir())]
    found = [path for path in found if path.suffix != ".tsv"]
    return [found[n * len(found) // POSTS] for n in range(min(POSTS, len(found)))]


def _shown_by_command(desk: Desk, article: str, form: str = "html") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "reader", "--library", str(desk.library.paths.data), "show", article, "--format", form],
        capture_output=True,
        timeout=60,
        cwd=CHECKOUT,
        env=dict(os.environ, PYTHONIOENCODING="utf-8"),
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8")


def _first_difference(one: str, other: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"at {at}: {one[max(0, at - 80) : at + 80]!r} and {other[max(0, at - 80) : at + 80]!r}"


class _Words(HTMLParser):
    """The words of an HTML text, read by another parser."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def _words(html: str) -> list[str]:
    parser = _Words()
    parser.feed(html)
    parser.close()
    return parser.words


@pytest.fixture
def posts(make_desk: Callable[..., Desk], corpora: Path, tmp_path: Path) -> tuple[Desk, list[str]]:
    """A desk with a folder of posts, and their ids. No picture ever comes."""
    desk = make_desk(fetch=offline)
    folder = tmp_path / "posts"
    folder.mkdir()
    for number, path in enumerate(_posts(corpora)):
        (folder / f"{number:02}-{path.name}").write_bytes(path.read_bytes())
    for outcome in desk.library.refresh([desk.library.add_folder(folder)]):
        assert not isinstance(outcome, Failed)
    rows = desk.library.store.rows(desk.library.store.ids(Query()))
    return desk, [row.id for row in rows]


def _settled(desk: Desk) -> None:
    """Scroll from picture to picture (they are asked for when they come near) until each has its box."""
    waiting = "document.querySelector('#ink-body img:not([data-ink-missing])')"
    desk.until(lambda: not desk.js(f"(n => {{ if (n) n.scrollIntoView(); return !!n; }})({waiting})"))


def _compare(desk: Desk, ids: Sequence[str], printed: Callable[[Document], str]) -> int:
    """Open the articles one by one; how many pictures were missing."""
    from tests.e2e.probe import ISOLATED

    pictures = 0
    for article in ids:
        document = desk.open(article)
        _settled(desk)
        text = printed(document)
        got: list[list[str]] = []
        code = f"JSON.stringify([{_OWN}, {_AGAIN}({json.dumps(text)})])"
        desk.page.runJavaScript(code, ISOLATED, lambda answer, got=got: got.append(json.loads(answer)))
        desk.until(lambda got=got: got)
        live, again = got[0]
        title = document.article.row.title
        assert live == again, f"{title}: {_first_difference(live, again)}"
        assert live.strip(), title
        # Not only equal to itself: the words are those of the printed text, read by Python's own parser.
        assert _words(live) == _words(text), title
        pictures += desk.js("document.querySelectorAll('.ink-missing').length")
    return pictures


def test_fifty_posts_are_the_same_in_the_window(posts: tuple[Desk, list[str]]) -> None:
    desk, ids = posts
    assert len(ids) == POSTS
    missing = _compare(desk, ids, lambda document: desk.library.document(document.article.row.id).rendered.html)
    assert missing > 20


def test_the_command_line_prints_what_the_window_holds(posts: tuple[Desk, list[str]]) -> None:
    desk, ids = posts
    some = ids[:: len(ids) // COMMANDS][:COMMANDS]
    assert len(some) == COMMANDS
    _compare(desk, some, lambda document: _shown_by_command(desk, document.article.row.id).removesuffix("\n"))


def test_a_difference_would_be_found(posts: tuple[Desk, list[str]]) -> None:
    desk, ids = posts
    for spoil in (
        lambda html: html.replace("<p>", "<p><b></b>", 1) + "<i></i>",
        lambda html: html + " word",
        lambda html: re.sub(r"</(p|div|span)>", "", html, count=1) + "<p></p>",
    ):
        with pytest.raises(AssertionError):
            _compare(desk, ids[:1], lambda document, spoil=spoil: spoil(document.rendered.html))
