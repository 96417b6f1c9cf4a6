"""A page is renewed after many articles, loads are told apart, and the place in the text is kept when it is left."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reader.ui import viewer
from tests.e2e.conftest import Desk

LONG = "".join(f"<p>Paragraph {n} of a long text about the tide.</p>" for n in range(200))


def _pss_mb(process: int) -> float:
    """What a process holds, its share of what it shares, in MB."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1000


def test_a_fresh_page_takes_over(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "ARTICLES_OF_A_PAGE", 2)
    pages = set()
    for n in range(6):
        desk.open_text(tmp_path / "files", f"page-{n}.html", f"<p>The words of page {n}.</p>{LONG}")
        desk.page = desk.viewer.page
        pages.add(id(desk.page))
        assert desk.viewer.view.page() is desk.page
        assert f"The words of page {n}." in desk.text()
        desk.until(lambda: desk.page.contentsSize().height() > 2_000)
    assert len(pages) >= 2


def test_the_place_is_told_when_the_article_is_left_at_once(desk: Desk, tmp_path: Path) -> None:
    left = desk.open_text(tmp_path / "files", "long.html", LONG)
    told: list[tuple[int, float, str]] = []
    desk.viewer.moved.connect(lambda key, progress, place: told.append((key, progress, place)))
    moved: list[bool] = []
    desk.viewer.page_by(1, moved.append)
    desk.until(lambda: desk.viewer.page.scrollPosition().y() > 100)
    desk.open_text(tmp_path / "files", "other.html", "<p>Another page.</p>")
    desk.until(lambda: told)
    key, progress, place = told[0]
    assert key == left.article.row.key
    assert 0 < progress < 1
    assert place


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what a process holds")
def test_six_hundred_articles_do_not_let_the_page_grow(desk: Desk, tmp_path: Path) -> None:
    sizes = []
    for n in range(600):
        desk.open_text(tmp_path / "files", "long.html", f"<p>Round {n}</p>{LONG}")
        if n % 100 in (10, 99):
            sizes.append(_pss_mb(desk.viewer.page.renderProcessPid()))
    print("PSS after 10, 99 articles of each page, MB:", sizes)
    assert sizes[-2] < sizes[0] + 60
    assert max(sizes) < 300
