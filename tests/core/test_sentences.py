"""Every error has one plain sentence that names what was bad, and no secrets."""

from __future__ import annotations

import inspect
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader import errors
from reader.errors import ReaderError
from reader.sentences import describe, recognise_note, shown

URL = "https://mia:secret@a.example/feed?x={y}"
DETAIL = "no “such” {thing}"

EXAMPLES: list[ReaderError] = [
    errors.FetchError(url=URL),
    errors.Blocked(url=URL, detail=DETAIL),
    errors.TooLarge(url=URL, limit_bytes=10 * 2**20),
    errors.TimedOut(url=URL, seconds=30.0),
    errors.Unreachable(url=URL, detail=DETAIL),
    errors.Untrusted(url=URL, detail=DETAIL, fingerprint="ab" * 32),
    errors.Untrusted(url=URL, detail=DETAIL),
    errors.NoKeyring(detail=DETAIL),
    errors.Cancelled(url=URL),
    errors.HttpStatus(url=URL, status=404, reason="Not Found"),
    errors.HttpStatus(url=URL, status=599),
    errors.Offline(),
    errors.CaptivePortal(),
    errors.ParseError(where=URL, detail=DETAIL),
    errors.ParseError(where="", detail=DETAIL, line=12),
    errors.FolderError(path="/a/{b} c", detail=DETAIL),
    *[
        errors.PictureError(url="https://a.example/x.png", kind=kind, detail=DETAIL, status=403)
        for kind in [
            "unreachable", "refused", "missing", "timeout", "too-large", "not-a-picture", "bomb", "blocked", "offline",
            "something new",
        ]
    ],
    errors.PictureError(url="https://[bad", kind="missing"),
    errors.StoreError(path="/a/{b}.sqlite3"),
    *[
        kind(path="/a/{b}.sqlite3", detail=DETAIL)
        for kind in (errors.StoreBusy, errors.StoreFull, errors.StoreCorrupt, errors.StoreLost, errors.StoreTooNew,
                     errors.StoreReadOnly, errors.StoreDenied)
    ],
    errors.NotFound(kind="article", name="{x}"),
    errors.NotFound(kind="source", name="x"),
    errors.NotFound(kind="file", name="x"),
    errors.NotFound(kind="other", name="x"),
    errors.WorkerDied(task="parse_feed", seconds=60.4),
    errors.EngineRefused(),
    errors.Stopped(),
    errors.Usage(detail=DETAIL),
]  # fmt: skip


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_each_error_is_one_plain_sentence(error: ReaderError) -> None:
    text = str(describe(error))
    assert re.match(r"[A-Z“/]|https:", text) or isinstance(error, errors.Usage), text
    assert text.endswith("."), text
    assert not text.endswith(".."), text
    assert "\n" not in text
    assert "secret" not in text
    assert "None" not in text
    assert type(error).__name__ not in text
    if isinstance(error, errors.FetchError):
        assert "https://***@a.example/feed?x={y}" in text
    detail = getattr(error, "detail", "")
    if detail and not isinstance(error, errors.PictureError):
        assert detail in text


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_a_translation_gets_what_it_needs(error: ReaderError) -> None:
    sentence = describe(error)
    names = {name for _, name, _, _ in string.Formatter().parse(sentence.text) if name}
    assert names <= set(sentence.values)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_travel_between_processes(error: ReaderError) -> None:
    there = pickle.loads(pickle.dumps(error))
    assert type(there) is type(error)
    assert there.__dict__ == error.__dict__


def kinds() -> Iterator[type[ReaderError]]:
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, ReaderError):
            yield kind


def test_no_error_is_without_a_sentence() -> None:
    described = {type(error) for error in EXAMPLES}
    assert {kind for kind in kinds() if not kind.__subclasses__()} <= described
    for kind in described:
        assert "unexpected" not in str(describe(next(e for e in EXAMPLES if type(e) is kind)))


def test_errors_of_the_system() -> None:
    with pytest.raises(OSError, match="No such file") as caught:
        Path("/no/such/file").read_bytes()
    assert str(describe(caught.value)) == "/no/such/file: no such file or directory."
    assert str(describe(OSError(28, "No space left on device"))) == "no space left on device."
    assert str(describe(OSError("odd"))) == "odd."
    assert str(describe(KeyError("x"))) == "Something unexpected happened (KeyError: 'x')."


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://a.example/", "https://a.example/"),
        ("https://mia:pw@a.example:8080/x?y#z", "https://***@a.example:8080/x?y#z"),
        ("https://mia@b:pw@a.example/", "https://***@a.example/"),
        ("data:image/png;base64,AAAA", "data:…"),
        ("http://[bad", "http://[bad"),
        ("https://a.example/" + "x" * 300, "https://a.example/" + "x" * 181 + "…"),
        ("", ""),
    ],
)
def test_addresses_as_people_may_see_them(url: str, seen: str) -> None:
    assert shown(url) == seen


_LINE = "front matter, line {line}: "
_BROKEN_POSTS = {
    b"---\ntitle: A\ndate: Invalid Date\n---\nx": _LINE + "“{value}” is no date",
    b"---\ntitle: A\ndate: 2024-01-01\n\nSome words": _LINE + "opened, but never closed",
    b"---\ntitle: A\ntitle: B\n---\nx": _LINE + "“{key}” was said above already; the last one counts",
    b"---\ntitle: [A\n---\nx": _LINE + "{problem}; read line by line",
    b"+++\ntitle = A\n+++\nx": _LINE + "{problem}; read line by line",
    "---\ntitle: 纸张\n---\n书页里的字，一个一个排好。".encode("gb18030"): "not UTF-8: read as {encoding}",
    "书页里的字。".encode() * 30 + b"\xff": "line {line}: not valid UTF-8 (1 bad place, shown as {sign})",
}


@pytest.mark.parametrize(("data", "template"), _BROKEN_POSTS.items(), ids=range(len(_BROKEN_POSTS)))
def test_what_is_said_above_an_article_can_be_taken_apart_and_said_again(data: bytes, template: str) -> None:
    from reader.content import post

    said = post.read(data, "a.md").warnings
    assert said, "the post is broken"
    templates = []
    for each in said:
        found = recognise_note(each)
        assert found is not None, each
        assert found.text.format(**found.values) == each
        templates.append(found.text)
    assert template in templates


def test_what_is_not_known_is_not_taken_apart() -> None:
    assert recognise_note("something else") is None
    assert recognise_note("x" * 500 + ": shown as text") is None
