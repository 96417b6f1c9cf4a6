"""What is said of a picture; and what a stranger may be told of it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from reader.attempts import Attempt, PictureReport
from reader.errors import PictureError
from reader.lessons import Lesson
from reader.model import Picture
from reader.ui import picturewords

URL = "https://img.example/a.jpg"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://img.example/a.jpg?token=abc&w=3", "https://img.example/a.jpg?token=***&w=3"),
        ("https://me:pass@img.example/a.jpg", "https://***@img.example/a.jpg"),
        ("http://192.168.1.20/a.jpg", "http://(a private address)/"),
        ("http://127.0.0.1:8080/a.jpg", "http://(a private address)/"),
        ("http://[::1]/a.jpg", "http://(a private address)/"),
        ("http://nas.local/a.jpg", "http://(a private address)/"),
        ("http://nas/a.jpg", "http://(a private address)/"),
        ("http://93.184.216.34/a.jpg", "http://93.184.216.34/a.jpg"),
        ("file:///home/me/notes/a.jpg", "(a file of the article’s folder)"),
        ("data:image/png;base64,AAAA", "data:image/png;base64,…"),
        ("http://[broken", "(no address)"),
    ],
)
def test_a_stranger_learns_no_secret_and_no_private_address(url: str, shown: str) -> None:
    assert picturewords.public(url) == shown


def test_the_details_hold_all_that_helps_and_no_more() -> None:
    report = PictureReport(
        Picture(URL, alternates=("http://10.0.0.7/inside.jpg",)),
        attempts=(
            Attempt(URL, "", 403, "text/html", 900, 45, "refused", "Forbidden"),
            Attempt(URL, "https://me:pass@img.example/", 0, "", 0, 20_000, "timeout"),
        ),
        learned=Lesson("img.example", "itself", "https://img.example", "own"),
        error=PictureError(url=URL, kind="refused", status=403, detail="key=secret"),
    )
    text = picturewords.details([report])
    for part in ("403", "text/html", "900 bytes", "45 ms", "20000 ms", "timeout", "referrer none", "referrer own", URL):
        assert part in text
    for part in ("10.0.0.7", "me:pass", "secret"):
        assert part not in text


def test_the_state_in_a_sentence(qapp: QApplication) -> None:
    picture = Picture(URL)
    assert picturewords.state(PictureReport(picture)) == "Not asked for yet"
    assert picturewords.state(PictureReport(picture, cached=True)) == "Held on this computer"
    assert "folder" in picturewords.state(PictureReport(Picture("file:///a.png")))
    error = PictureError(url=URL, kind="timeout")
    assert picturewords.state(PictureReport(picture, error=error)) == "The picture’s server took too long"


def test_numbers_of_an_attempt_leave_out_what_is_not_there(qapp: QApplication) -> None:
    assert picturewords.numbers(Attempt(URL, milliseconds=7)) == "7 ms"
    told = picturewords.numbers(Attempt(URL, status=200, media_type="image/png", bytes=24_000, milliseconds=7))
    assert told == "200 · image/png · 24 kB · 7 ms"


def test_every_lesson_has_words(qapp: QApplication) -> None:
    for rung in ("none", "known", "own", "article"):
        for kind in ("itself", "scheme", "alternate0", "template"):
            assert picturewords.learned(Lesson("h.test", kind, "https://h.test", rung)).startswith("h.test · ")
    assert picturewords.learned(None)
