"""The use cases, with the real store, the real worker, real files and a real server."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reader import paths
from reader.errors import (
    Cancelled,
    FolderError,
    HttpStatus,
    NotFound,
    ParseError,
    PictureError,
    TooLarge,
    Usage,
    WorkerDied,
)
from reader.library import Library, render_file
from reader.model import Failed, Outcome, Query, Row, Source, Unchanged, Updated
from reader.progress import Progress
from reader.typed import is_address, web_address
from tests.core import test_worker
from tests.site import Site, png

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
ITEM = "<item><title>{0}</title><guid>{0}</guid><link>{1}</link><description>Words of {0}. {2}</description></item>"


def rss(*titles: str, title: str = "The feed", link: str = "https://a.example/", more: str = "") -> str:
    items = "".join(ITEM.format(name, link + name, more) for name in titles)
    return f"<rss version='2.0'><channel><title>{title}</title><link>{link}</link>{items}</channel></rss>"


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **delta: float) -> None:
        self.time += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    with Library(paths.in_folder(tmp_path / "library"), now=clock) as opened:
        yield opened


def only(outcomes: Iterator[Outcome]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def rows(library: Library, query: Query | None = None) -> dict[str, Row]:
    return {row.title: row for row in library.store.rows(library.store.ids(query or Query()))}


def post(folder: Path, name: str, text: str, title: str = "") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\ntitle: {title or name}\n---\n\n{text}\n", encoding="utf-8")
    return file


# ------------------------------------------------------------------------------------------------------------ feeds


def test_a_feed_is_found_by_its_page(library: Library, site: Site) -> None:
    site.add(
        "/blog",
        '<link rel="alternate" type="application/atom+xml" title="Main" href="/feed">'
        '<link rel="alternate" type="application/atom+xml" title="Comments" href="/comments">',
    )
    site.add("/feed", rss("one", "two"))
    site.add("/comments", rss("a word", title="Comments"))
    source, others = library.add_feed(site.url("/blog"), folder="News")
    assert (source.address, source.title, source.folder, source.total) == (site.url("/feed"), "The feed", "News", 2)
    assert source.home_url == "https://a.example/"
    assert [feed.title for feed in others] == ["Comments"]
    assert (site.hits("/feed"), site.hits("/comments")) == (1, 1)


def test_a_feed_is_found_where_feeds_usually_are(library: Library, site: Site) -> None:
    site.add("/", "<p>A page that announces nothing</p>")
    site.add("/atom.xml", rss("one"))
    source, _ = library.add_feed(site.url("/"))
    assert source.address == site.url("/atom.xml")


def test_what_is_no_feed_leaves_no_source(library: Library, site: Site) -> None:
    site.add("/page", "<p>Nothing</p>")
    with pytest.raises(ParseError):
        library.add_feed(site.url("/page"))
    assert library.sources() == []


def test_a_feed_followed_twice_is_followed_once(library: Library, site: Site) -> None:
    url = site.add("/feed", rss("one"))
    first, _ = library.add_feed(url)
    again, _ = library.add_feed(url, title="Another name")
    assert again.key == first.key
    assert again.total == 1


def test_an_unchanged_feed_costs_a_304(library: Library, site: Site, clock: Clock) -> None:
    site.add("/feed", rss("one"), etag='"v1"', last_modified="Mon, 06 May 2024 07:08:09 GMT")
    source, _ = library.add_feed(site.url("/feed"))
    for _ in range(2):
        clock.pass_(hours=1)
        assert isinstance(only(library.refresh(library.due())), Unchanged)
    assert [hit.status for hit in site.requests] == [200, 304, 304]
    assert library.store.source(source.key).checked == clock.time
    site.add("/feed", rss("one", "two"), etag='"v2"')
    clock.pass_(hours=1)
    outcome = only(library.refresh(library.due()))
    assert isinstance(outcome, Updated)
    assert (outcome.new, outcome.changed) == (1, 0)
    assert site.requests[-1].headers["if-none-match"] == '"v1"'


def test_new_changed_and_vanished_articles_keep_their_marks(library: Library, site: Site) -> None:
    site.add("/feed", rss("one", "two"))
    source, _ = library.add_feed(site.url("/feed"))
    before = rows(library)
    library.bookmark(before["one"].key, True, tags=["keep"], note="Why")
    library.mark_read([before["two"].key], True)
    site.add("/feed", rss("three", "two", more="And more."))  # "one" went, "two" changed
    outcome = only(library.refresh([source]))
    assert isinstance(outcome, Updated)
    assert (outcome.new, outcome.changed) == (1, 1)
    after = rows(library)
    assert {title: row.id for title, row in after.items() if title in before} == {t: r.id for t, r in before.items()}
    assert (after["one"].bookmarked, after["two"].read, after["three"].read) == (True, True, False)
    assert "And more." in library.document(after["two"].id).rendered.text


def test_one_failing_feed_is_a_value_and_the_others_go_on(library: Library, site: Site, clock: Clock) -> None:
    for path in ("/a", "/b", "/c", "/d", "/e"):
        site.add(path, rss(path, title=path))
        library.add_feed(site.url(path))
    site.add("/a", "gone", status=404)
    site.add("/b", "<!DOCTYPE html><html><body><h1>Parked</h1></body></html>")
    site.add("/c", b"x" * 100_000, endless=True)
    site.add("/d", redirect="/moved")
    site.add("/moved", rss("/d", "new", title="/d"))
    site.add("/e", rss("/e", "slow", title="/e"), delay_s=0.5)
    outcomes = {outcome.source.title: outcome for outcome in library.refresh(library.sources())}
    a, b, c, d, e = (outcomes[f"/{name}"] for name in "abcde")
    assert isinstance(a, Failed)
    assert isinstance(a.error, HttpStatus)
    assert isinstance(b, Failed)
    assert isinstance(b.error, ParseError)
    assert isinstance(c, Failed)
    assert isinstance(c.error, TooLarge)
    for good in (d, e):
        assert isinstance(good, Updated)
        assert good.new == 1
    stored = {source.title: source for source in library.sources()}
    assert [stored[f"/{name}"].failures for name in "abcde"] == [1, 1, 1, 0, 0]
    assert all(stored[f"/{name}"].total >= 1 for name in "abcde")  # nothing that was there is lost
    assert "404 Not Found" in stored["/a"].error
    assert "10 MB" in stored["/c"].error
    # The next time all is well: the error is forgotten.
    site.add("/a", rss("/a", title="/a"))
    clock.pass_(hours=1)
    assert stored["/a"] not in library.due()
    clock.pass_(hours=1)
    assert isinstance(only(library.refresh([stored["/a"]])), Unchanged)
    assert library.store.source(stored["/a"].key).error == ""


def test_retry_after_is_honoured(library: Library, site: Site, clock: Clock) -> None:
    site.add("/feed", rss("one"))
    source, _ = library.add_feed(site.url("/feed"))
    site.add("/feed", "later", status=429, headers={"Retry-After": "7200"})
    assert isinstance(only(library.refresh([source])), Failed)
    source = library.store.source(source.key)
    assert source.retry_at == NOW + timedelta(hours=2)
    site.add("/feed", rss("one"))
    clock.pass_(minutes=119)
    assert list(library.refresh([source])) == []  # not even when asked by name
    assert library.due() == []
    assert site.hits() == 2
    clock.pass_(minutes=1)
    assert isinstance(only(library.refresh([source])), Unchanged)
    assert library.store.source(source.key).retry_at is None


def test_a_slow_feed_holds_up_nobody_and_can_be_left(library: Library, site: Site) -> None:
    for path in ("/fast", "/slow"):
        site.add(path, rss("one", title=path))
        library.add_feed(site.url(path))
    site.add("/slow", rss("one"), delay_s=25)
    started = time.monotonic()
    outcomes = library.refresh(library.sources())
    assert next(outcomes).source.title == "/fast"
    outcomes.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 5
    stop_at = time.monotonic() + 0.3
    outcomes = library.refresh(library.sources(), cancelled=lambda: time.monotonic() > stop_at)
    assert next(outcomes).source.title == "/fast"
    for outcome in outcomes:
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Cancelled)
    assert time.monotonic() - started < 10
    assert library.store.source(library.sources()[-1].key).failures == 0  # stopped is not failed


def test_a_bomb_costs_one_source(library: Library, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/good", "/bomb"):
        site.add(path, rss("one", title=path))
        library.add_feed(site.url(path))
    real = library._worker("refresh").call

    def call(task: Callable[..., object], *args: object) -> object:
        """The real worker process; one of the documents makes it die."""
        return real(test_worker.end, 9) if args[1] == site.url("/bomb") else real(task, *args)

    monkeypatch.setattr(library._worker("refresh"), "call", call)
    site.add("/good", rss("one", "two", title="/good"))
    outcomes = {outcome.source.title: outcome for outcome in library.refresh(library.sources())}
    bomb = outcomes["/bomb"]
    assert isinstance(bomb, Failed)
    assert isinstance(bomb.error, WorkerDied)
    assert isinstance(outcomes["/good"], Updated)


@pytest.mark.expects_warnings
def test_a_bug_met_in_one_source_does_not_stop_the_others(
    library: Library, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/good", "/odd"):
        site.add(path, rss("one", title=path))
        library.add_feed(site.url(path))
    worker = library._worker("refresh")
    call = worker.call
    monkeypatch.setattr(
        worker, "call", lambda task, *a: call(test_worker.fail) if a[1] == site.url("/odd") else call(task, *a)
    )
    outcomes = {outcome.source.title: outcome for outcome in library.refresh(library.sources())}
    assert isinstance(outcomes["/odd"], Failed)
    assert isinstance(outcomes["/good"], Unchanged)
    assert "KeyError" in next(source.error for source in library.sources() if source.title == "/odd")


def test_progress_is_told(library: Library, site: Site, tmp_path: Path) -> None:
    site.add("/feed", rss("one"))
    library.add_feed(site.url("/feed"))
    post(tmp_path / "posts", "a.md", "x")
    library.add_folder(tmp_path / "posts")
    told: list[Progress] = []
    list(library.refresh(library.sources(), progress=told.append))
    assert told[-1] == Progress(2, 2, "The feed")


# ---------------------------------------------------------------------------------------------------------- folders


def test_a_folder_keeps_marks_through_changes_renames_and_deletions(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / 'my "notes" 🪶'
    for name in ("changed.md", "renamed.md", "deleted.md", "untouched.md"):
        post(folder, name, f"The words of {name}, some more of them, and a few for good measure.", title=name)
    source = library.add_folder(folder)
    assert source.title == folder.name
    outcome = only(library.refresh([source]))
    assert isinstance(outcome, Updated)
    assert (outcome.new, outcome.changed) == (4, 0)
    before = rows(library)
    for row in before.values():
        library.bookmark(row.key, True, tags=["t"], note=f"about {row.title}")
    library.mark_read([row.key for row in before.values()], True)
    assert isinstance(only(library.refresh([source])), Unchanged)
    post(folder, "changed.md", "Other words altogether.", title="changed.md")
    (folder / "renamed.md").rename(folder / "under another name.md")
    (folder / "deleted.md").unlink()
    post(folder, "sub/new.md", "New words.", title="new.md")
    outcome = only(library.refresh([source]))
    assert isinstance(outcome, Updated)
    assert outcome.new == 1
    after = rows(library)
    assert {title: row.id for title, row in after.items() if title != "new.md"} == {t: r.id for t, r in before.items()}
    for title, row in after.items():
        assert (row.bookmarked, row.read) == (title != "new.md",) * 2, title
    assert library.document(after["changed.md"].id).rendered.text == "Other words altogether."
    assert "words of deleted.md" in library.document(after["deleted.md"].id).rendered.text
    assert library.store.article(after["renamed.md"].id).guid == "under another name.md"
    assert {mark.note for mark in library.store.bookmarks()} == {f"about {title}" for title in before}
    post(
        folder,
        "deleted.md",
        "The words of deleted.md, some more of them, and a few for good measure.",
        title="deleted.md",
    )
    list(library.refresh([source]))
    assert rows(library)["deleted.md"].id == before["deleted.md"].id


def test_a_copy_is_an_article_of_its_own(library: Library, tmp_path: Path) -> None:
    post(tmp_path / "posts", "a.md", "The same words.", title="Same")
    source = library.add_folder(tmp_path / "posts")
    list(library.refresh([source]))
    post(tmp_path / "posts", "b.md", "The same words.", title="Same")
    outcome = only(library.refresh([source]))
    assert isinstance(outcome, Updated)
    assert outcome.new == 1
    assert library.store.source(source.key).total == 2


def test_a_folder_that_is_suddenly_empty_loses_nothing(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nWords of {name}.")
    source = library.add_folder(folder)
    assert [type(outcome) for outcome in library.refresh([source])] == [Updated]
    keys = list(library.store.ids(Query()))
    library.mark_read(keys, True)
    for file in list(folder.iterdir()):
        file.rename(tmp_path / file.name)
    (outcome,) = library.refresh([source])
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, FolderError)
    assert list(library.store.ids(Query())) == keys
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").rename(folder / f"{name}.md")
    assert not isinstance(next(iter(library.refresh([source]))), Failed)
    assert all(row.read for row in library.store.rows(keys))


def test_a_folder_that_is_not_there(library: Library, tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="does not exist"):
        library.add_folder(tmp_path / "none")
    file = post(tmp_path, "file.md", "x")
    with pytest.raises(FolderError, match="not a folder"):
        library.add_folder(file)
    post(tmp_path / "posts", "a.md", "x", title="A")
    source = library.add_folder(tmp_path / "posts")
    list(library.refresh([source]))
    (tmp_path / "posts").rename(tmp_path / "elsewhere")
    outcome = only(library.refresh([source]))  # an unplugged disk takes no article away
    assert isinstance(outcome, Failed)
    assert rows(library)["A"].id
    (tmp_path / "elsewhere").rename(tmp_path / "posts")
    assert isinstance(only(library.refresh([source])), Unchanged)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(library: Library, tmp_path: Path) -> None:
    post(tmp_path / "posts", "good.md", "x", title="Good")
    with open(tmp_path / "posts" / "huge.md", "wb") as file:
        file.truncate(21 << 20)
    source = library.add_folder(tmp_path / "posts")
    assert isinstance(only(library.refresh([source])), Updated)
    assert "huge.md" in library.store.source(source.key).error
    assert list(rows(library)) == ["Good"]


def test_many_files_come_in_batches_and_a_stop_keeps_what_came(library: Library, tmp_path: Path) -> None:
    for n in range(120):
        post(tmp_path / "posts", f"{n}.md", f"Number {n}.")
    source = library.add_folder(tmp_path / "posts")
    told: list[int] = []
    outcome = only(
        library.refresh(
            [source], progress=lambda p: told.append(p.done), cancelled=lambda: bool(told) and told[-1] >= 50
        )
    )
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Cancelled)
    assert 50 <= library.store.source(source.key).total < 120
    list(library.refresh([source]))
    assert library.store.source(source.key).total == 120


# -------------------------------------------------------------------------------------------------- files, pictures


def test_an_opened_file_is_an_article_and_follows_its_file(library: Library, tmp_path: Path) -> None:
    file = post(tmp_path, "it's “one” 🪶.md", "First words.\n\n![x](x.png)", title="Opened")
    (tmp_path / "x.png").write_bytes(png(5, 4))
    row = library.open_file(file)
    assert (row.title, row.source_kind) == ("Opened", "files")
    assert library.open_file(file).id == row.id
    document = library.document(row.id)
    assert library.picture(document, 0).data == png(5, 4)
    with pytest.raises(PictureError):
        library.picture(document, 1)
    post(tmp_path, file.name, "Second words, many more than before.", title="Opened")
    assert isinstance(only(library.refresh(library.sources())), Updated)
    assert "Second words" in library.document(row.key).rendered.text
    file.unlink()
    assert isinstance(only(library.refresh(library.sources())), Unchanged)
    assert "Second words" in library.document(row.key).rendered.text
    with pytest.raises(FolderError):
        library.open_file(file)


def test_a_large_article_is_rendered_by_the_worker(library: Library, tmp_path: Path) -> None:
    row = library.open_file(post(tmp_path, "large.md", "Some **words**.\n\n" * 10_000))
    assert library._workers["read"].pid
    assert library.document(row.id).rendered.text.count("Some words.") == 10_000


def test_a_picture_of_a_feed_is_fetched_as_its_source_allows(library: Library, site: Site) -> None:
    with Site("127.0.0.2") as other:
        body = f'&lt;img src="{site.url("/own.png")}"&gt;&lt;img src="{other.url("/else.png")}"&gt;'
        site.add("/feed", rss("one", more=body))
        site.add("/own.png", png(), content_type="image/png")
        other.add("/else.png", png(), content_type="image/png")
        library.add_feed(site.url("/feed"))
        document = library.document(rows(library)["one"].id)
        assert library.picture(document, 0).data == png()
        with pytest.raises(PictureError) as caught:
            library.picture(document, 1)
        assert caught.value.kind == "blocked"
        assert other.connections == 0


def test_render_file_needs_no_library(tmp_path: Path) -> None:
    prepared, rendered = render_file(post(tmp_path, "a.md", "**Words**", title="A"))
    assert (prepared.title, rendered.html.strip()) == ("A", "<p><strong>Words</strong></p>")
    with pytest.raises(FolderError):
        render_file(tmp_path / "none.md")
    with pytest.raises(FolderError):
        render_file(tmp_path)
    assert os.listdir(tmp_path) == ["a.md"]


# ------------------------------------------------------------------------------------------------------------ lists


def test_a_list_of_feeds_asks_nobody_and_changes_nothing_that_is_there(library: Library, site: Site) -> None:
    url = site.add("/feed", rss("one"))
    mine, _ = library.add_feed(url, title="My name")
    listed = (
        f'<opml><body><outline text="F"><outline text="Their name" xmlUrl="{url}" htmlUrl="https://else.example/"/>'
        '<outline text="New" xmlUrl="https://new.example/" htmlUrl="https://new.example/home"/></outline></body></opml>'
    ).encode()
    sources, warnings = library.import_opml(listed)
    assert warnings == ()
    kept, new = sources
    assert (kept.key, kept.title, kept.folder, kept.home_url) == (mine.key, "My name", "F", "https://a.example/")
    assert (new.title, new.folder, new.home_url) == ("New", "F", "https://new.example/home")
    assert [source.key for source in library.due()] == [new.key]
    assert site.hits() == 1
    library.store.edit_source(new.key, folder="Mine")
    assert [source.folder for source in library.import_opml(listed)[0]] == ["F", "Mine"]
    with pytest.raises(ParseError):
        library.import_opml(b"<rss/>", "x.opml")
    assert len(library.sources()) == 2


def test_what_goes_out_comes_in_again(library: Library, tmp_path: Path) -> None:
    many = "".join(
        f'<outline text="{n}"><outline text="T{n}" xmlUrl="https://{n}.example/"/></outline>' for n in range(300)
    )
    assert len(library.import_opml(f"<opml><body>{many}</body></opml>".encode())[0]) == 300
    with Library(paths.in_folder(tmp_path / "other")) as other:
        assert len(other.import_opml(library.export_opml())[0]) == 300

        def told(source: Source) -> tuple[str, str, str]:
            return source.address, source.title, source.folder

        assert list(map(told, other.sources())) == list(map(told, library.sources()))


def test_the_sample_is_read_whole(library: Library) -> None:
    sources = library.add_sample()
    assert not any(isinstance(outcome, Failed) for outcome in library.refresh(sources))
    assert all(source.total and not source.error for source in library.sources())
    assert library.add_sample() == library.sources()


# ------------------------------------------------------------------------------------------------------------- words


def test_keys_and_documents_of_what_is_not_there(library: Library) -> None:
    with pytest.raises(NotFound):
        library.keys(["nothing"])
    with pytest.raises(NotFound):
        library.document(99)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("example.org", "https://example.org"),
        ("  http://example.org/x  ", "http://example.org/x"),
        ("feed:https://example.org/x", "https://example.org/x"),
        ("feed://example.org/x", "https://example.org/x"),
        ("rsshub://a/b", "rsshub://a/b"),
        ("localhost:8000/feed.xml", "https://localhost:8000/feed.xml"),
        ("nas:8080/feed", "https://nas:8080/feed"),
        ("[::1]:8080", "https://[::1]:8080"),
        ("@birds@social.example", "https://social.example/@birds"),
    ],
)
def test_addresses_as_people_type_them(typed: str, address: str) -> None:
    assert web_address(typed) == address


@pytest.mark.parametrize(
    "typed", ["", "word", "word:word", "two words.org", "ftp://example.org/", "file:///etc/passwd"]
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(Usage):
        web_address(typed)
    assert not is_address(typed)
