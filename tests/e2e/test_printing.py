"""An article is saved as PDF, in the print style: black on white whatever the theme."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtPdf import QPdfDocument

from reader.ui import printing, theme
from tests.e2e.conftest import Desk


def test_a_pdf_is_black_on_white_in_the_dark_theme(desk: Desk, tmp_path: Path) -> None:
    desk.open_text(
        tmp_path / "files", "tide.html", "<p>The tide came in.</p><p><a href='https://e.test/far'>far</a></p>"
    )
    desk.viewer.set_variables(theme.css_variables(theme.DARK))
    desk.viewer.set_background(theme.DARK.page)
    told: list[tuple[bool, str]] = []
    file = tmp_path / "tide.pdf"
    printing.write_pdf(desk.viewer.view, file, lambda well, name: told.append((well, name)))
    desk.until(lambda: told)
    assert told == [(True, str(file))]
    document = QPdfDocument()
    document.load(str(file))
    assert document.pageCount() == 1
    words = document.getAllText(0).text()
    assert "The tide came in." in words
    assert "https://e.test/far" in words
    picture = document.render(0, QSize(400, 566))
    assert picture.pixelColor(2, 2).value() > 250 or picture.pixelColor(2, 2).alpha() == 0
    dark = sum(picture.pixelColor(x, y).value() < 90 and picture.pixelColor(x, y).alpha() > 200
               for x in range(400) for y in range(566))  # fmt: skip
    assert 0 < dark < 400 * 566 * 0.05
    assert desk.viewer.page.backgroundColor() == theme.DARK.page
    document.close()
