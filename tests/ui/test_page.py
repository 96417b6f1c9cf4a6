"""The page around an article: everything that comes from the article is escaped."""

from __future__ import annotations

from dataclasses import replace

from reader import resources
from reader.model import Article, Enclosure, Rendered, Row
from reader.settings import Settings
from reader.ui import page

EVIL = "<script>x</script>\"'&"


def _made(**row: object) -> str:
    base = Row(
        key=1, id="a", source_key=1, source_title=EVIL, source_kind="feed", title=EVIL, authors=(EVIL,), tags=(EVIL,)
    )
    made = replace(base, **row)  # type: ignore[arg-type]
    article = Article(
        row=made,
        raw="",
        form="html",
        warnings=(EVIL,),
        user_tags=(EVIL, "own"),
        enclosures=(
            Enclosure(url='https://e.test/"><script>.mp3', media_type=EVIL, length=2_500_000),
            Enclosure(url="javascript:alert(1)", media_type="x", length=1),
        ),
    )
    words = page.Words(date=EVIL, reading_time="3 min", notes=article.warnings)
    look = page.Look(":root{--page:#fff}", size_px=19, width_em=40, serif=True)
    return (
        page.article_page(article, Rendered("<p>body</p>", "body"), look, words, page.Tile(EVIL, "#123456"))
        .document()
        .decode()
    )


def test_nothing_of_the_article_becomes_markup() -> None:
    html = _made(language='zh"><script>', url='https://e.test/"onload=x')
    assert "<script" not in html
    assert '"onload' not in html
    assert "javascript:" not in html
    assert "&lt;script&gt;x" in html
    assert "<p>body</p>" in html


def test_look_language_and_direction() -> None:
    html = _made(language="ar")
    assert 'dir="rtl"' in html
    assert 'lang="ar"' in html
    assert 'class="serif"' in html
    assert "--text-size:19px;--text-width:40em" in html
    assert page.direction("he-IL") == "rtl"
    assert page.direction("zh-Hans") == "ltr"
    assert "2.5 MB" in html


def test_a_lone_surrogate_does_not_stop_the_page() -> None:
    assert "\ufffd" in _made(title="half \ud83d") or "?" in _made(title="half \ud83d")
    assert "ink-tags" in _made(tags=("half \ud83d",))


def test_only_who_asks_for_it_gets_lines_stretched_to_both_margins() -> None:
    style = resources.text("article.css")
    assert "justified" not in page.Look("").classes
    assert page.Look("", justify=True).classes == "justified"
    rules = [line for line in style.splitlines() if "text-align: justify" in line]
    assert rules
    assert all(line.startswith("html.justified ") for line in rules)
    assert Settings().article_justify is False
