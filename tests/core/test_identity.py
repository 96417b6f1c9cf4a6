from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.identity import article_id, canonical_url, match
from reader.model import Draft, Form, Known, Prepared

LONG = "A text that is long enough to be nobody else's, because it goes on and on for more than eighty characters. "


def draft(guid: str = "", url: str = "", title: str = "", text: str = LONG, form: Form = "html") -> Prepared:
    raw = Draft(guid=guid, raw=text, url=url, title=title, form=form)
    return Prepared(draft=raw, title=title or "Untitled", summary="", text=text, fingerprint=fingerprint(text))


def fingerprint(text: str) -> bytes:
    return text.encode()[:16].ljust(16, b"\0")


def known(key: int, like: Prepared) -> Known:
    return Known(key, like.draft.guid, like.draft.url, like.title, like.fingerprint)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTP://Example.COM:80", "http://example.com/"),
        ("https://example.com:443/A?utm_source=x&id=3&UTM_Medium=y#part", "https://example.com/A?id=3#part"),
        ("https://example.com:8443/?fbclid=1", "https://example.com:8443/"),
        ("https://e.com/x?spm=a.b&gclid=1&b=2&a=1", "https://e.com/x?b=2&a=1"),
        ("https://e.com/x?from=rss", "https://e.com/x"),
        ("https://e.com/x?from=2021-03-04", "https://e.com/x?from=2021-03-04"),
        ("https://e.com/x?from=en&to=fr", "https://e.com/x?from=en&to=fr"),
        ("https://例え.jp/%e3%81", "https://xn--r8jz45g.jp/%E3%81"),
        ("https://u:P@E.com/", "https://u:P@e.com/"),
        ("http://[::1]:80/", "http://[::1]/"),
        (" tag:e.com,2021:1 ", "tag:e.com,2021:1"),
        ("http://[broken/", "http://[broken/"),
        ("http://e.com:99999/", "http://e.com:99999/"),
        ("", ""),
    ],
)
def test_canonical_url(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical


@given(
    st.text(max_size=80)
    | st.from_regex(r"https?://[a-zA-Z.\[\]:é]{1,12}(:[0-9]{1,5})?/[?&=#%a-z]{0,20}", fullmatch=True)
)
def test_canonical_url_is_stable(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


def test_article_ids_are_short_opaque_and_distinct() -> None:
    ids = {article_id(a, b, n) for a in ("x", "xy") for b in ("", "y", "yz", "\ud800") for n in (0, 1)}
    assert len(ids) == 16
    assert all(len(one) == 26 and one.isalnum() and one == one.lower() for one in ids)
    assert article_id("https://a.example/feed", "1") == article_id("https://a.example/feed", "1", 0)


def test_guid_wins_over_everything() -> None:
    old = draft("1", "https://x.example/a", "Title")
    new = draft("1", "https://x.example/b", "Other", "Other text")
    assert match([known(7, old)], [new]) == [7]


@pytest.mark.parametrize("guid", ["", "changed at every fetch"])
def test_link_when_the_guid_changes(guid: str) -> None:
    old = draft("1", "http://x.example/a?utm_source=rss", "Title")
    assert match([known(7, old)], [draft(guid, "https://X.example/a", "New title", "New text")]) == [7]


def test_a_home_page_names_no_article() -> None:
    old = draft("1", "https://x.example/", "Monday", "short")
    assert match([known(7, old)], [draft("2", "https://x.example/", "Tuesday", "short too")]) == [None]


def test_title_and_text_when_guid_and_link_change() -> None:
    old = draft("1", "https://x.example/a?session=1", "Title")
    assert match([known(7, old)], [draft("2", "https://x.example/a?session=2", " title ")]) == [7]
    assert match([known(7, old)], [draft("2", "https://x.example/a?session=2", "Another title")]) == [None]


def test_the_same_few_words_each_week_are_new_articles() -> None:
    old = draft("1", "https://x.example/1", "Open thread", "Discuss.")
    assert match([known(7, old)], [draft("2", "https://x.example/2", "Open thread", "Discuss.")]) == [None]
    renamed = draft("new name.md", "", "Open thread", "Discuss.", "file")
    assert match([known(7, old)], [renamed]) == [7]
    assert match([known(7, draft("", "", "Note", "x"))], [draft("", "", "Note", "x")]) == [7]


def test_a_value_that_several_have_says_nothing() -> None:
    stored = [
        known(1, draft("same", "https://x.example/1", "One")),
        known(2, draft("same", "https://x.example/2", "Two")),
    ]
    drafts = [
        draft("same", "https://x.example/2", "Two, edited", "x"),
        draft("same", "https://x.example/3", "Three", "y"),
        draft("same", "https://x.example/1", "One, edited", "z"),
    ]
    assert match(stored, drafts) == [2, None, 1]


def test_twins_are_matched_in_order_and_do_not_come_again() -> None:
    twin = draft("", "", "a", "")
    assert match([], [twin, twin]) == [None, None]
    assert match([known(4, twin), known(3, twin)], [twin, twin]) == [3, 4]
    assert match([known(3, twin)], [twin, twin]) == [3, None]


VALUES = st.sampled_from(["", "1", "2", "https://x.example/1", "https://x.example/2"])
DRAFTS = st.builds(draft, VALUES, VALUES, st.sampled_from(["a", "b"]), st.sampled_from(["", LONG, LONG[::-1]]))


@given(st.lists(DRAFTS, max_size=8), st.lists(DRAFTS, max_size=8))
def test_each_stored_article_is_matched_at_most_once(stored: list[Prepared], fetched: list[Prepared]) -> None:
    keys = count(1)
    found = match([known(next(keys), one) for one in stored], fetched)
    matched = [key for key in found if key is not None]
    assert len(found) == len(fetched)
    assert len(set(matched)) == len(matched)
    assert set(matched) <= set(range(1, len(stored) + 1))


@given(st.lists(DRAFTS, max_size=8))
def test_an_unchanged_document_has_nothing_new(fetched: list[Prepared]) -> None:
    assert None not in match([known(key, one) for key, one in enumerate(fetched)], fetched)
