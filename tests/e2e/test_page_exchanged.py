"""One article takes the place of another in the open page: nothing of the one before is left, and the walls stand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl

from reader.library import Document
from reader.picturefile import PictureFile
from reader.ui import cage, viewer
from tests.e2e import probe
from tests.e2e.conftest import Desk, offline
from tests.e2e.test_walls import BAD_SCRIPTS, SAMPLE, _bad_names, _scripts

LONG = "".join(f"<p>Paragraph {n} of a long text about the tide.</p>" for n in range(200))


@pytest.fixture
def loads(desk: Desk) -> list[str]:
    """The documents that were loaded."""
    found: list[str] = []
    desk.page.loadStarted.connect(lambda: found.append(desk.page.url().toString()))
    return found


def _write(desk: Desk, tmp_path: Path, name: str, html: str) -> Document:
    path = tmp_path / "files" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return desk.library.document(desk.library.open_file(path).id)


def test_the_next_article_needs_no_other_document(desk: Desk, loads: list[str], tmp_path: Path) -> None:
    first = desk.open_text(tmp_path / "files", "first.html", "<title>First</title><p lang=de>Erste Worte.</p>")
    desk.js("window.mark = 1")
    second = desk.open_text(tmp_path / "files", "second.html", "<html lang=ja><title>Second</title><p>二番目。</p>")
    assert len(loads) == 1
    assert desk.js("window.mark") == 1
    assert "Erste Worte" not in desk.text()
    assert desk.js("[document.title, document.querySelector('#ink-body').lang]") == ["Second", "ja"]
    assert desk.js("document.querySelectorAll('.ink-article').length") == 1
    assert desk.js("location.href").startswith(f"reader://article/{second.article.row.id}?")
    desk.until(lambda: desk.where() == QUrl(f"reader://article/{second.article.row.id}"))
    assert first.article.row.id != second.article.row.id


def test_an_exchanged_article_is_the_same_as_a_loaded_one(desk: Desk, tmp_path: Path) -> None:
    html = "<h2 id=a>One</h2><table><tr><td>x</table><ul><li>y<ul><li>z</ul></ul><pre>\n\nkept</pre><p>\x00 &amp; ok"
    desk.open_text(tmp_path / "files", "other.html", LONG)
    desk.open_text(tmp_path / "files", "same.html", html)
    exchanged, whole = desk.body(), desk.js("document.body.innerHTML")
    desk.viewer._load()
    desk.shown.clear()
    desk.until(lambda: desk.shown)
    assert desk.body() == exchanged
    assert desk.js("document.body.innerHTML") == whole


def test_nothing_of_the_article_before_is_left(desk: Desk, tmp_path: Path) -> None:
    desk.open_text(tmp_path / "files", "first.html", f"{LONG}<p id=end>The end.</p>")
    assert "tide" in desk.js("inkstone.words()")
    assert desk.js("inkstone.markHits([0, 4])") == 1
    desk.js("getSelection().selectAllChildren(document.body)")
    found: list[int] = []
    desk.viewer.find_text("tide", done=lambda which, of: found.append(of))
    desk.until(lambda: found)
    # Again and again: what was found is brought into view a moment after it was told, and would scroll back.
    desk.until(lambda: desk.js("scrollTo(0, 3000)") or desk.page.scrollPosition().y() > 1000)
    entries = desk.js("history.length")
    desk.open_text(tmp_path / "files", "second.html", LONG.replace("tide", "moon"))
    assert desk.js("scrollY") == 0
    assert desk.js("getSelection().toString()") == ""
    assert desk.js("inkstone.stepHit(1)") == ""
    assert desk.js("[...CSS.highlights.values()].map(each => each.size)") == [0, 0]
    assert desk.js("history.length") == entries
    assert desk.page.history().count() <= 2


def test_the_place_in_the_text_is_found_again(desk: Desk, tmp_path: Path) -> None:
    document = _write(desk, tmp_path, "long.html", LONG)
    desk.open_text(tmp_path / "files", "other.html", "<p>Short.</p>")
    desk.shown.clear()
    desk.show(document, "120:0.000")
    desk.until(lambda: desk.shown)
    assert desk.js("inkstone.position()").split(":")[0] in ("119", "120")
    desk.until(lambda: desk.page.scrollPosition().y() > 1000)


def test_a_note_is_jumped_to_in_an_exchanged_article(desk: Desk, loads: list[str], tmp_path: Path) -> None:
    lines = "\n\n".join(f"Paragraph {n} of a long walk." for n in range(120))
    for name in ("first", "second"):
        text = f"# {name}\n\nA note[^1] stands here.\n\n{lines}\n\n[^1]: The note itself.\n"
        desk.open_text(tmp_path / "files", f"{name}.md", text)
        assert desk.js("scrollY") == 0
        desk.click("a[href*='#']")
        desk.until(lambda: desk.page.scrollPosition().y() > 500)
    assert desk.links == []
    assert len(loads) == 1


def test_hopping_on_shows_where_it_ends(desk: Desk, loads: list[str], tmp_path: Path) -> None:
    documents = [_write(desk, tmp_path, f"{n}.html", f"<p>Words of page {n}.</p>{LONG}") for n in range(8)]
    desk.open(documents[0].article.row.id)
    desk.shown.clear()
    for document in documents:
        desk.show(document)
    desk.until(lambda: desk.shown)
    assert desk.shown == [documents[-1].article.row.key]
    assert "Words of page 7." in desk.text()
    assert len(loads) == 1


def test_a_document_is_loaded_where_none_can_be_exchanged(
    desk: Desk, loads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reason in ("long", "screen reader", "no place"):
        desk.open_text(tmp_path / "files", f"before {reason}.html", LONG)
        before = len(loads)
        with monkeypatch.context() as changed:
            if reason == "long":
                changed.setattr(viewer, "_EXCHANGED_CHARACTERS", 100)
            elif reason == "screen reader":
                changed.setattr(viewer.QAccessible, "isActive", lambda: True)
            else:
                desk.js("document.querySelector('.ink-article').remove()")
            desk.open_text(tmp_path / "files", f"after {reason}.html", f"<p>Why: {reason}.</p>{LONG}")
        assert len(loads) == before + 1, reason
        assert f"Why: {reason}." in desk.text()


def test_pictures_of_the_article_before_are_let_go(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    came = threading.Event()

    def slow(document: Document, number: int, refresh: bool) -> PictureFile:
        came.wait(20)
        return offline(document, number, refresh)

    desk = make_desk(fetch=slow)
    pictures = "".join(f'<p><img src="https://example.org/{n}.png"></p>' for n in range(6))
    desk.open_text(tmp_path / "files", "first.html", pictures)
    desk.until(lambda: len(desk.asked) >= 4)
    desk.open_text(tmp_path / "files", "second.html", '<p>Second.</p><img src="https://example.org/last.png">')
    came.set()
    desk.until(lambda: desk.js("document.querySelectorAll('.ink-missing').length") == 1)
    assert desk.js("document.querySelector('#ink-body img').tabIndex") == 0


@pytest.mark.walls
def test_the_policy_holds_alone_in_an_exchanged_article(
    make_desk: Callable[..., Desk], corpora: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Payloads that no sanitiser has seen, put into the open page: none runs."""
    monkeypatch.setattr(cage, "Page", probe.recording(cage.Page))
    desk = make_desk(fetch=offline)
    document = desk.open_text(tmp_path / "files", "plain.html", "<p>Plain.</p>")
    (items,) = _scripts(corpora, SAMPLE)
    reached: set[str] = set()
    loads: list[str] = []
    desk.page.loadStarted.connect(lambda: loads.append("again"))
    for item in items:
        desk.shown.clear()
        desk.show(replace(document, rendered=replace(document.rendered, html=item.html)))
        desk.until(lambda: desk.shown)
        desk.page.runJavaScript(f"{probe.POKE}(true)", probe.ISOLATED)
        desk.rest(60)
        if json.loads(desk.js(probe.LOOK))["live"]:
            reached.add(item.name)
        assert desk.page.ran == [], item.name
    assert reached > _bad_names(BAD_SCRIPTS)
    assert len(loads) < len(items) // 4
    desk.page.runJavaScript("alert('control')", probe.MAIN)
    desk.until(lambda: desk.page.ran == ["alert control"])
    desk.page.forget()
