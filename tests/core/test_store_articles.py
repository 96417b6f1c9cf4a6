"""Sources and articles: saved, found again, changed, gone; the user's marks survive all of it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import NotFound, Usage
from reader.model import Enclosure, Picture, Query, Saved, Source, Validators, file_stamp
from reader.store import Store, codec, dictionary
from tests.core.store_samples import NOW, entry, later, prepared


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.sqlite3") as store:
        yield store


@pytest.fixture
def feed(store: Store) -> Source:
    return store.add_source("feed", "https://example.org/feed", "")


# Sources


def test_adding_twice_gives_the_first(store: Store, feed: Source) -> None:
    assert store.add_source("feed", feed.address, "Other", "Folder") == feed
    assert store.add_source("folder", feed.address, "Other").key != feed.key
    assert len(feed.id) == 26


def test_ids_of_sources_are_stable_and_unique(store: Store, feed: Source, tmp_path: Path) -> None:
    with Store.open(tmp_path / "another.sqlite3") as other:
        assert other.add_source("feed", feed.address, "").id == feed.id
    moved = store.edit_source(feed.key, address="https://example.org/moved")
    assert moved.id == feed.id
    again = store.add_source("feed", feed.address, "")
    assert again.key != feed.key
    assert again.id != feed.id


def test_finding_a_source(store: Store, feed: Source) -> None:
    one = store.add_source("feed", "https://example.org/1", "Twins")
    two = store.add_source("feed", "https://example.org/2", "Twins")
    assert (
        store.find_source(feed.id) == store.find_source(feed.id[:9].upper()) == store.find_source(feed.address) == feed
    )
    assert store.find_source(two.address) == two
    with pytest.raises(Usage):
        store.find_source("Twins")
    assert store.edit_source(one.key, title="Elder").title == "Elder"
    assert store.find_source("Twins") == two
    for unknown in ("nobody", "", "%", "\ud800"):
        with pytest.raises(NotFound):
            store.find_source(unknown)
    with pytest.raises(NotFound):
        store.source(99)


def test_a_title_is_automatic_until_the_user_gives_one(store: Store, feed: Source) -> None:
    assert feed.title == feed.address
    store.note_refresh(feed.key, when=NOW, title="News")
    store.note_refresh(feed.key, when=NOW, title="News today", home_url="https://example.org")
    assert store.source(feed.key).title == "News today"
    store.edit_source(feed.key, title="Mine", folder="Daily", home_url="https://home.example")
    store.note_refresh(feed.key, when=NOW, title="News", home_url="")
    source = store.source(feed.key)
    assert (source.title, source.folder, source.home_url) == ("Mine", "Daily", "https://home.example")
    assert store.edit_source(feed.key, title="").title == feed.address
    store.note_refresh(feed.key, when=NOW, title="News")
    assert store.source(feed.key).title == "News"
    named = store.add_source("feed", "https://example.org/named", "From a list")
    store.note_refresh(named.key, when=NOW, title="News")
    assert store.source(named.key).title == "From a list"


def test_refreshes_are_written_down(store: Store, feed: Source) -> None:
    tags = Validators('"abc"', "Sat, 14 Mar 2026 09:26:53 GMT")
    store.note_refresh(feed.key, when=NOW, validators=tags)
    for n in (1, 2):
        store.note_refresh(feed.key, when=later(hours=n), error="No such host.", retry_at=later(days=1))
    source = store.source(feed.key)
    assert (source.failures, source.error, source.validators) == (2, "No such host.", tags)
    assert (source.checked, source.succeeded, source.retry_at) == (later(hours=2), NOW, later(days=1))
    store.note_refresh(feed.key, when=later(hours=3), validators=Validators())
    source = store.source(feed.key)
    assert (source.failures, source.error, source.validators, source.retry_at) == (0, "", Validators(), None)


def test_an_address_of_another_source_is_refused(store: Store, feed: Source) -> None:
    other = store.add_source("feed", "https://example.org/other", "")
    with pytest.raises(Usage):
        store.edit_source(other.key, address=feed.address)
    assert store.edit_source(other.key, address=other.address) == other


def test_removing_a_source_keeps_what_is_bookmarked(store: Store, feed: Source) -> None:
    store.save(feed.key, [entry(prepared(f"g{n}", tags=("t",))) for n in range(4)], NOW)
    key = store.article("id-g2").row.key
    store.bookmark(key, NOW, tags=["mine"], note="n")
    store.set_progress(key, 0.5, "p")
    store.remove_source(feed.key)
    (kept,) = store.sources()
    assert (kept.kind, kept.total, kept.unread) == ("kept", 1, 1)
    article = store.article("id-g2")
    assert (article.row.source_key, article.note, article.user_tags, article.position) == (
        kept.key,
        "n",
        ("mine",),
        "p",
    )
    assert store.tags() == [("mine", 1), ("t", 1)]
    assert store.check() == []
    with pytest.raises(Usage):
        store.remove_source(kept.key)
    # The same source again is as it was, so that nothing comes twice.
    again = store.add_source("feed", feed.address, "")
    assert (again.key, again.total) == (feed.key, 4)
    assert [one.guid for one in store.known(again.key, ["g2"], [], [])] == ["g2"]
    assert store.article("id-g2").note == "n"


# Saving


def test_an_article_comes_back_whole(store: Store, feed: Source) -> None:
    one = prepared(
        "g1",
        "Words with 字.\nAnd more.",
        raw="<p>Words with 字.</p>\r\n<p>And \ud800 more.\x00</p>",
        authors=("Ada", "李明"),
        tags=("a", "b"),
        published=datetime(1999, 12, 31, 23, 59, 59, 123000, tzinfo=UTC),
        updated=later(days=-1),
        base_url="https://example.org/base/",
        enclosures=(Enclosure("https://example.org/a.mp3", "audio/mpeg", 5),),
        comments_url="https://example.org/comments",
        warnings=("line 3: odd",),
    )
    lead = Picture("https://example.org/p.png", ("https://mirror.example/p.png",), "alt", 640, 480)
    one = replace(one, lead=lead, language="zh-Hans", minutes=7)
    assert store.save(feed.key, [entry(one)], NOW) == Saved(new=1)
    article = store.article("id-g1")
    draft = one.draft
    assert (article.raw, article.form, article.guid, article.base_url) == (draft.raw, "html", "g1", draft.base_url)
    assert (article.enclosures, article.comments_url) == (draft.enclosures, draft.comments_url)
    assert (article.warnings, article.updated, article.minutes) == (draft.warnings, draft.updated, 7)
    row = article.row
    assert (row.title, row.url, row.date, row.authors, row.tags) == (
        one.title, draft.url, draft.published, draft.authors, draft.tags
    )  # fmt: skip
    assert (row.lead, row.language, row.summary, row.read, row.bookmarked) == (
        lead,
        "zh-Hans",
        one.summary,
        False,
        False,
    )
    assert store.rows([row.key]) == [row]
    assert store.article_by_key(row.key) == article


@given(st.text(), st.text(alphabet=st.characters()), st.text())
def test_bodies_survive_packing(text: str, raw: str, more: str) -> None:
    body = codec.Packer().pack(text, raw + more * 50)
    unpacker = codec.Unpacker({}.__getitem__)
    assert unpacker.raw(body) == raw + more * 50
    assert unpacker.text(body) == text
    beginning = unpacker.text(body, 10).encode("utf-8", "surrogatepass")
    assert text.encode("utf-8", "surrogatepass").replace(b"\xed", b"").startswith(beginning.replace(b"\xed", b""))


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_are_kept_to_the_millisecond(time: datetime) -> None:
    assert 0 <= (time - codec.to_time(codec.to_ms(time))).total_seconds() < 0.001


def test_hostile_texts_are_stored(store: Store, feed: Source) -> None:
    evil = "\ud83d lone \x00 nul \ue000\ue001 private \u202e" + "'; DROP TABLE articles; --"
    store.save(feed.key, [entry(prepared(evil, evil, title=evil, authors=(evil,), tags=(evil, "")))], NOW)
    (row,) = store.rows(store.ids(Query()))
    assert row.title.startswith("\ufffd lone \ufffd nul")
    assert store.known(feed.key, [evil], [], []) != []
    assert len(store.search("lone")) == 1
    assert store.check() == []


def test_ids_that_are_taken_get_a_number(store: Store, feed: Source) -> None:
    one = prepared("x")
    store.save(feed.key, [entry(one), entry(prepared("x", "Other")), entry(prepared("x", "Third"))], NOW)
    store.save(feed.key, [entry(prepared("x", "Fourth"))], NOW)
    assert {row.id for row in store.rows(store.ids(Query()))} == {"id-x", "id-x-2", "id-x-3", "id-x-4"}
    assert store.article("id-x").raw == one.draft.raw  # exact before prefix
    with pytest.raises(Usage):
        store.article("id-")
    for unknown in ("", "nothing", "ID-X"):
        with pytest.raises(NotFound):
            store.article(unknown)


def test_a_prefix_names_an_article(store: Store, feed: Source) -> None:
    store.save(feed.key, [entry(prepared("abc")), entry(prepared("abd"))], NOW)
    assert store.article("id-abd").guid == store.article("id-abd"[:6]).guid == "abd"
    with pytest.raises(Usage):
        store.article("id-ab")


def test_undated_articles_stand_in_the_feeds_order(store: Store, feed: Source) -> None:
    store.save(feed.key, [entry(prepared(guid)) for guid in ("new", "middle", "old")], NOW)
    store.save(feed.key, [entry(prepared("dated", published=later(days=-1)))], later(hours=1))
    assert [row.id for row in store.rows(store.ids(Query()))] == ["id-new", "id-middle", "id-old", "id-dated"]
    assert store.article("id-old").row.date == NOW


def test_known_finds_by_each_key_in_its_own_source(store: Store, feed: Source) -> None:
    other = store.add_source("feed", "https://example.org/other", "")
    ones = [prepared(f"g{n}", f"text {n}") for n in range(5)]
    store.save(feed.key, [entry(one) for one in ones], NOW)
    found = store.known(feed.key, ["g0", "none"], [ones[1].draft.url, ""], [ones[2].fingerprint])
    assert sorted(one.guid for one in found) == ["g0", "g1", "g2"]
    by_guid = {one.guid: one for one in found}
    assert by_guid["g1"].url == ones[1].draft.url
    assert by_guid["g2"].fingerprint == ones[2].fingerprint
    assert store.known(other.key, ["g0"], [ones[1].draft.url], [ones[2].fingerprint]) == []
    assert store.known(feed.key, [], [], []) == []


def test_known_is_bounded_when_all_articles_look_alike(store: Store, feed: Source) -> None:
    same = [prepared(f"g{n}", "", title="Photo", url="https://example.org/") for n in range(500)]
    store.save(feed.key, [entry(one) for one in same], NOW)
    found = store.known(feed.key, ["g3"], ["https://example.org/"], [same[0].fingerprint])
    assert len(found) <= 401
    assert "g3" in {one.guid for one in found}


# Changes


def save_again(store: Store, source: Source, key: int, text: str, **draft: object) -> Saved:
    return store.save(source.key, [entry(prepared("g", text, **draft), key)], NOW)  # type: ignore[arg-type]


def test_the_same_text_is_no_new_version(store: Store, feed: Source) -> None:
    store.save(feed.key, [entry(prepared("g", "Text"))], NOW)
    key = store.article("id-g").row.key
    before = store.article_by_key(key)
    again = prepared("g2", "Text", raw="<p>Text <img src='?signed=2'></p>", tags=("late",), title=before.row.title)
    again = replace(again, lead=Picture("https://example.org/p.png"))
    assert store.save(feed.key, [(key, "", "https://example.org/canonical", again)], later(days=1)) == Saved()
    after = store.article_by_key(key)
    assert after.raw == before.raw
    assert (after.guid, after.row.tags, after.row.lead) == ("g2", ("late",), again.lead)
    assert (after.row.id, after.row.date) == (before.row.id, before.row.date)
    assert [one.key for one in store.known(feed.key, ["g2"], ["https://example.org/canonical"], [])] == [key]
    assert store.ids(Query(tag="late")).tolist() == [key]


def test_a_save_that_changes_nothing_writes_nothing(store: Store, feed: Source, tmp_path: Path) -> None:
    one = prepared(
        "g", "Text", tags=("a", "b"), authors=("x",), updated=NOW, enclosures=(Enclosure("https://e.example"),)
    )
    store.save(feed.key, [entry(one)], NOW)
    key = store.article("id-g").row.key
    with Store.open(tmp_path / "library.sqlite3", readonly=True) as watching:
        before = watching.data_version()
        store.save(feed.key, [entry(one, key)], later(days=1))
        assert watching.data_version() == before


def test_marks_survive_changed_articles(store: Store, feed: Source) -> None:
    store.save(feed.key, [entry(prepared("g", "First"))], NOW)
    key = store.article("id-g").row.key
    store.bookmark(key, NOW, tags=["mine"], note="A note.")
    store.mark_read([key], True, NOW)
    store.set_progress(key, 0.4, "p7")
    for n in range(8):
        assert save_again(store, feed, key, f"Changed {n}", tags=(f"t{n}",)) == Saved(changed=1)
    article = store.article_by_key(key)
    assert article.raw == "<p>Changed 7</p>"
    assert article.row.read
    assert article.row.bookmarked
    assert (article.row.progress, article.position, article.note, article.user_tags) == (
        0.4,
        "p7",
        "A note.",
        ("mine",),
    )
    assert store.tags() == [("mine", 1), ("t7", 1)]
    assert [row.key for row in store.search("changed")] == [key]
    assert store.search("first") == []
    assert store.check() == []


def test_five_versions_the_first_read_and_the_newest(store: Store, feed: Source) -> None:
    store.save(feed.key, [entry(prepared("g", "Text 0"))], NOW)
    key = store.article("id-g").row.key
    for n in range(1, 9):
        store.save(feed.key, [entry(prepared("g", f"Text {n}"), key)], later(days=n))
        if n == 2:
            store.mark_read([key], True, later(days=2, hours=1))
            store.mark_read([key], False, later(days=2, hours=2))
            store.mark_read([key], True, later(days=6))
    with store._lines.reading() as db:
        bodies = [
            dictionary.unpacker(db).text(body) for (body,) in db.execute("SELECT body FROM versions ORDER BY key")
        ]
    assert bodies == ["Text 2", "Text 5", "Text 6", "Text 7", "Text 8"]


def test_a_feed_that_swings_between_two_texts_adds_no_third(store: Store, feed: Source) -> None:
    store.save(feed.key, [entry(prepared("g", "A"))], NOW)
    key = store.article("id-g").row.key
    for _ in range(4):
        assert save_again(store, feed, key, "B").changed == save_again(store, feed, key, "A").changed == 1
    with store._lines.reading() as db:
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (2,)
    assert store.article_by_key(key).raw == "<p>A</p>"
    assert len(store.search("a")) == 1
    assert store.search("b") == []


def test_a_feeds_date_stays_a_files_date_follows(store: Store, feed: Source) -> None:
    folder = store.add_source("folder", "/posts", "Posts")
    for source in (feed, folder):
        store.save(source.key, [entry(prepared(f"{source.kind}", tags=("t",), published=NOW))], NOW)
        key = store.article(f"id-{source.kind}").row.key
        store.save(source.key, [entry(prepared(f"{source.kind}", tags=("t",), published=later(days=9)), key)], NOW)
    assert store.article("id-feed").row.date == NOW
    assert store.article("id-folder").row.date == later(days=9)
    assert [row.id for row in store.rows(store.ids(Query(tag="t")))] == ["id-folder", "id-feed"]
    assert store.check() == []


def test_an_article_deleted_meanwhile_comes_as_new(store: Store, feed: Source) -> None:
    assert store.save(feed.key, [(77, "", "", prepared("g"))], NOW) == Saved(new=1)
    assert len(store.ids(Query())) == 1
    with pytest.raises(NotFound):
        store.save(99, [entry(prepared("h"))], NOW)


# Files


def post(name: str, raw: str = "---\ntitle: T\n---\nText", mtime_ns: int = 1_700_000_000_123_456_789) -> object:
    return prepared(name, "Text", form="file", raw=raw, size=len(raw), mtime_ns=mtime_ns)


def test_stamps_follow_the_files(store: Store) -> None:
    folder = store.add_source("folder", "/posts", "Posts")
    store.save(folder.key, [entry(post("a.md")), entry(post("b.md"))], NOW)  # type: ignore[arg-type]
    first = post("a.md")
    size = first.draft.size  # type: ignore[attr-defined]
    stamp = file_stamp(size, 1_700_000_000_123_456_789)
    assert store.file_stamps(folder.key) == {"a.md": stamp, "b.md": stamp}
    key = store.article("id-a.md").row.key
    # Renamed and edited where no word is: known again by its words, and the new bytes are kept.
    renamed = post("c.md", "---\ntitle: T\ntags: [x]\n---\nText", 5)
    renamed = replace(renamed, title="Title of a.md")  # type: ignore[type-var]
    assert store.save(folder.key, [entry(renamed, key)], NOW) == Saved(changed=1)  # type: ignore[arg-type]
    assert store.article_by_key(key).raw == renamed.draft.raw  # type: ignore[attr-defined]
    assert store.mark_gone(folder.key, ["a.md"]) == 0
    assert store.file_stamps(folder.key) == {"b.md": stamp, "c.md": file_stamp(len(store.article_by_key(key).raw), 5)}


def test_vanished_files(store: Store) -> None:
    folder = store.add_source("folder", "/posts", "Posts")
    names = [f"{n}.md" for n in range(5)]
    store.save(folder.key, [entry(post(name)) for name in names], NOW)  # type: ignore[arg-type]
    key = store.article("id-1.md").row.key
    store.bookmark(key, NOW)
    assert store.mark_gone(folder.key, ["0.md", "1.md", "none.md"]) == 1
    assert sorted(store.file_stamps(folder.key)) == ["2.md", "3.md", "4.md"]
    assert sorted(row.id for row in store.rows(store.ids(Query()))) == [f"id-{n}.md" for n in range(1, 5)]
    with store._lines.reading() as db:
        assert db.execute("SELECT key FROM articles WHERE gone").fetchall() == [(key,)]
    (known,) = store.known(folder.key, ["1.md"], [], [])
    store.save(folder.key, [entry(post("1.md"), known.key)], NOW)  # type: ignore[arg-type]
    with store._lines.reading() as db:
        assert db.execute("SELECT key FROM articles WHERE gone").fetchall() == []
    assert "1.md" in store.file_stamps(folder.key)
    assert store.check() == []


def test_a_large_body(store: Store, feed: Source) -> None:
    raw = os.urandom(1_500_000).hex()
    store.save(feed.key, [entry(prepared("big", raw[:1_000_000], raw=raw))], NOW)
    assert store.article("id-big").raw == raw


def test_a_library_learns_its_dictionary_once(
    store: Store, feed: Source, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dictionary, "ENOUGH_ARTICLES", 300)
    chance = random.Random(7)
    words = ["harbour", "tide", "lantern", "ferry", "潮汐", "灯塔", "渡船", "rope", "gull", "mooring", "buoy", "wharf"]
    texts = {f"g{n}": " ".join(chance.choices(words, k=120)) for n in range(600)}
    for begin in range(0, 600, 100):
        batch = list(texts.items())[begin : begin + 100]
        store.save(feed.key, [entry(prepared(guid, text)) for guid, text in batch], NOW)
    with store._lines.reading() as db:
        assert db.execute("SELECT count(*), min(length(data)) > 1000 FROM dictionaries").fetchone() == (1, 1)
        forms = db.execute("SELECT substr(body, 1, 1), count(*), sum(length(body)) FROM versions GROUP BY 1").fetchall()
    [(form, count, packed)] = forms  # those that came before it too
    assert (form, count) == (bytes([codec.WITH_DICTIONARY]), 600)
    alone = codec.Packer()
    assert packed < 0.9 * sum(len(alone.pack(text, f"<p>{text}</p>")) for text in texts.values())
    for row in store.rows(store.ids(Query())):
        assert store.article_by_key(row.key).raw == f"<p>{texts[row.id.removeprefix('id-')]}</p>"
    assert all("\ue001" in row.snippet for row in store.search("灯塔", limit=100))
    store.backup(tmp_path / "backup.sqlite3")
    with Store.open(tmp_path / "backup.sqlite3") as copy:  # the copy is whole
        assert copy.article("id-g599").raw == f"<p>{texts['g599']}</p>"


def test_a_library_of_empty_bodies_learns_nothing(store: Store, feed: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "ENOUGH_ARTICLES", 5)
    for n in range(10):
        store.save(feed.key, [entry(prepared(f"g{n}", "", raw=""))], NOW)
    with store._lines.reading() as db:
        assert db.execute("SELECT data FROM dictionaries").fetchall() == [(b"",)]
    assert store.article("id-g9").raw == ""
