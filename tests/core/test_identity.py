from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.identity import article_id, canonical_url, match
from reader.model import Draft, Form, Known, Prepared

LONG = "A text that is long enough to be nobody else's, because it goes on and on for more than eighty characters. "


def draft(
    guid: str = "",
    url: str = "",
    title: str = "",
    text: str = LONG,
    form: Form = "html",
    published: datetime | None = None,
) -> Prepared:
    raw = Draft(guid=guid, raw=text, url=url, title=title, form=form, published=published)
    return Prepared(draft=raw, title=title or "Untitled", summary="", text=text, fingerprint=fingerprint(text))


def fingerprint(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def known(key: int, like: Prepared) -> Known:
    return Known(key, like.draft.guid, like.draft.url, like.title, like.fingerprint, like.draft.published)


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


# ------------------------------------------------------------------------------------ feeds over several refreshes

DAY = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Habits:
    """How a feed names its articles.

    Attributes:
        guid: own, none, shared by all, or another at each fetch.
        link: own, none, shared by all, a home page, or another at each fetch.
        title: own or shared by all.
        edits: texts and titles of articles change between two fetches.
    """

    guid: str
    link: str
    title: str
    edits: bool

    @property
    def dependable(self) -> bool:
        """Whether anything is left that says which article is which."""
        return "own" in (self.guid, self.link) or not self.edits


class Simulated:
    """A feed with habits, and the simplest store: one row for an article, as it was seen last."""

    def __init__(self, habits: Habits, seed: int) -> None:
        self.habits, self.random = habits, random.Random(seed)
        self.fetches = 0
        self.stored: dict[int, Known] = {}
        self.truth: dict[int, int] = {}  # key -> the article that it is

    def draft(self, article: int) -> Prepared:
        habits, fetch = self.habits, self.fetches
        noise = f"{fetch}-{self.random.random()}"
        edit = f" Edited {noise}." if habits.edits and self.random.random() < 0.5 else ""
        guid = {"own": f"tag:{article}", "none": "", "shared": "tag", "fresh": f"tag:{article}:{noise}"}[habits.guid]
        link = {
            "own": f"https://x.example/{article}?utm_source={noise}#{article}",
            "none": "",
            "shared": "https://x.example/news?id=1",
            "home": "https://x.example/",
            "fresh": f"https://x.example/{article}?session={noise}",
        }[habits.link]
        title = "News" if habits.title == "shared" else f"Article {article}{edit}"
        return draft(guid, link, title, f"{article}: {LONG}{edit}", published=DAY + timedelta(minutes=fetch))

    def fetch(self, articles: Sequence[int]) -> list[int | None]:
        """One refresh; which article each draft was taken for, None for a new one."""
        self.fetches += 1
        drafts = [self.draft(article) for article in articles]
        matches = match(list(self.stored.values()), drafts)
        taken_for = [None if key is None else self.truth[key] for key in matches]
        for article, key, one in zip(articles, matches, drafts, strict=True):
            key = key or len(self.stored) + 1
            self.stored[key], self.truth[key] = known(key, one), article
        return taken_for


HABITS = st.builds(
    Habits,
    st.sampled_from(["own", "none", "shared", "fresh"]),
    st.sampled_from(["own", "none", "shared", "home", "fresh"]),
    st.sampled_from(["own", "shared"]),
    st.booleans(),
).filter(lambda habits: habits.dependable)


@settings(max_examples=150, deadline=None)
@given(HABITS, st.lists(st.lists(st.integers(0, 11), min_size=2, max_size=12, unique=True), max_size=6), st.integers())
def test_every_article_is_stored_once_and_known_again(habits: Habits, windows: list[list[int]], seed: int) -> None:
    feed = Simulated(habits, seed)
    seen: set[int] = set()
    for window in windows:
        shared = "shared" in (habits.guid, habits.link)
        if shared and not seen:
            window = sorted({*window, 12, 13})  # an article that is alone cannot be seen to share anything
        assert feed.fetch(window) == [article if article in seen else None for article in window]
        seen |= set(window)
    assert len(feed.stored) == len(seen)


@pytest.mark.parametrize(
    "shared", ["guid", "link", "title", "guid link", "guid title", "link title", "guid link title"]
)
def test_fifty_articles_that_share_a_name_stay_fifty(shared: str) -> None:
    guid, link, title = ("shared" if name in shared else "own" for name in ("guid", "link", "title"))
    habits = Habits(guid, link, title, edits=False)
    feed = Simulated(habits, 1)
    assert feed.fetch(range(50)) == [None] * 50
    for start in (0, 0, 5, 5):
        articles = list(range(start, start + 50))
        random.Random(start).shuffle(articles)
        old = set(feed.truth.values())
        assert feed.fetch(articles) == [article if article in old else None for article in articles]
    assert len(feed.stored) == 55


def test_guids_that_are_places_in_a_list_say_nothing() -> None:
    def document(articles: Sequence[int]) -> list[Prepared]:
        return [draft(str(n), f"https://x.example/{a}", f"Article {a}", f"{a}{LONG}") for n, a in enumerate(articles)]

    stored = [known(10 + a, one) for a, one in enumerate(document([0, 1, 2]))]
    assert match(stored, document([5, 0, 1])) == [None, 10, 11]
    # The plain word of the GUID holds while nothing speaks against it.
    assert match(stored, [draft("0", "https://x.example/moved", "Article 0", "New words")]) == [10]


def test_short_texts_are_known_again_by_their_date() -> None:
    old = draft("1", "https://x.example/?session=1", "A word", "Hello.", published=DAY)
    same = draft("2", "https://x.example/?session=2", "A word", "Hello.", published=DAY.replace(microsecond=300))
    assert match([known(7, old)], [same]) == [7]
    assert match([known(7, old)], [replace(same, draft=replace(same.draft, published=DAY + timedelta(7)))]) == [None]
    unlinked = draft("2", "", "A word", "Hello.", published=DAY + timedelta(7))
    assert match([known(7, draft("1", "", "A word", "Hello.", published=DAY))], [unlinked]) == [7]


def test_removed_articles_hold_their_place() -> None:
    one, two = draft("same", "", "One", "1" + LONG), draft("same", "", "Two", "2" + LONG)
    assert match([known(5, one), known(-3, two)], [two]) == [-3]
    assert match([known(5, one), known(-3, two)], [one, two]) == [5, -3]
    twin = draft("", "", "a", "")
    assert match([known(5, twin), known(-3, twin)], [twin]) == [5]
    assert match([known(5, twin), known(-3, twin)], [twin, twin]) == [5, -3]
