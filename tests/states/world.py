"""An invented world: sites with feeds and pictures on loopback under names of their own, and a library over them."""

from __future__ import annotations

import email.utils
import html
import socket
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import markdown

from reader.library import Library
from reader.model import Query, Source
from reader.net import Client, system_connect
from reader.paths import in_folder
from tests.site import Site

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample"
PICTURES = SAMPLE / "Examples" / "pictures"
#: A weekday at noon, so that "today" and "yesterday" are on the list in every time zone.
NOW = datetime(2026, 11, 24, 12, 10, tzinfo=UTC)
_PUBLIC = "93.184.216.34"


@dataclass(frozen=True, slots=True)
class Post:
    """One article of a feed: its age, its picture's name, the file of the sample that is its text ("" for none).

    Attributes:
        text: a text of its own, as Markdown, where it has no file.
    """

    title: str
    words: str
    hours: float
    picture: str = ""
    file: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed; its host is ``<host>.example``."""

    host: str
    title: str
    folder: str
    language: str
    posts: tuple[Post, ...]

    @property
    def address(self) -> str:
        return f"http://{self.host}.example/feed.xml"


def _feed(read: dict[str, Any]) -> Feed:
    posts = tuple(Post(**{**post, "tags": tuple(post.get("tags", ()))}) for post in read.pop("post"))
    return Feed(**read, posts=posts)


FEEDS = tuple(
    _feed(each) for each in tomllib.loads(Path(__file__).with_name("feeds.toml").read_text(encoding="utf-8"))["feed"]
)


def _words(post: Post, feed: Feed) -> str:
    """The body: of a file of the sample, or the words, a picture, and paragraphs enough to scroll through."""
    if post.file:
        _, _, body = (SAMPLE / "Examples" / post.file).read_text(encoding="utf-8").split("---\n", 2)
        return markdown.markdown(body, extensions=["tables", "fenced_code", "footnotes"])
    if post.text:
        return markdown.markdown(post.text)
    words = "".join(
        f"<p>{html.escape(each.words)}</p>" for each in (post, *(other for other in feed.posts if other is not post))
    )
    picture = f"<figure><img src='pictures/{post.picture}' alt=''></figure>" if post.picture else ""
    return f"{words}{picture}<h2>{html.escape(feed.title)}</h2>{words * 3}"


def rss(feed: Feed) -> str:
    """The feed's document."""
    items = "".join(
        f"<item><title>{html.escape(post.title)}</title><link>http://{feed.host}.example/{n}</link>"
        f"<guid>{feed.host}-{n}</guid><author>{html.escape(post.author)}</author>"
        f"<pubDate>{email.utils.format_datetime(NOW - timedelta(hours=post.hours))}</pubDate>"
        + "".join(f"<category>{html.escape(tag)}</category>" for tag in post.tags)
        + f"<description><![CDATA[{_words(post, feed)}]]></description></item>"
        for n, post in enumerate(feed.posts)
    )
    return (
        f"<rss version='2.0'><channel><title>{html.escape(feed.title)}</title>"
        f"<link>http://{feed.host}.example/</link><language>{feed.language}</language>{items}</channel></rss>"
    )


class World:
    """The sites on loopback, and clients and libraries that know them by name.

    Attributes:
        offline: no name leads anywhere.
        site: where the feeds lie, at ``/feed.xml`` of the host that asked.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.offline = False

    def client(self) -> Client:
        """A door to this world alone."""
        return Client(resolve=self._resolve, connect=self._connect, proxies={})

    def _resolve(self, host: str, port: int) -> list[tuple[int, str]]:
        if self.offline or not host.endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [(int(socket.AF_INET), _PUBLIC)]

    def _connect(self, family: int, address: str, port: int, timeout_s: float) -> socket.socket:
        return system_connect(socket.AF_INET, self.site.host, self.site.port, timeout_s)

    def library(self, folder: Path, *, readonly: bool = False) -> Library:
        """The library in a folder, at noon of the day."""
        return Library(in_folder(folder), client=self.client(), now=lambda: NOW, readonly=readonly)

    def restore(self) -> None:
        """Everything answers as in the beginning."""
        self.offline = False
        self.site.pages.clear()
        for picture in PICTURES.glob("*.png"):
            self.site.add(f"/pictures/{picture.name}", picture.read_bytes(), content_type="image/png")


@contextmanager
def world() -> Iterator[World]:
    """The sites, answering."""
    with Site() as site:
        made = World(site)
        made.restore()
        yield made


def follow_all(library: Library, there: World) -> dict[str, Source]:
    """Follow every feed of the world, watch the sample's folders, and do what a reader does in a week."""
    made: dict[str, Source] = {}
    for feed in FEEDS:
        # One server stands for all hosts, so each feed is laid out just before it is asked for.
        there.site.add("/feed.xml", rss(feed), content_type="application/rss+xml")
        made[feed.host] = library.add_feed(feed.address, folder=feed.folder)[0]
    notes = library.add_folder(SAMPLE / "About Inkstone", folder="On this computer")
    list(library.refresh([notes]))
    _read_a_little(library)
    library.fetch_leads()
    return made


def _read_a_little(library: Library) -> None:
    store = library.store
    rows = store.rows(list(store.ids(Query(view="all"))))
    by_title = {row.title: row for row in rows}
    for title, tags in (
        ("砚边小记：磨墨的四十分钟", ("书法",)),
        ("Caching is a promise you make to the past", ("to quote",)),
    ):
        library.bookmark(by_title[title].key, True, tags=tags)
    for title, done in (("A lighthouse keeper’s guide to long projects", 0.4), ("砚边小记：磨墨的四十分钟", 0.7)):
        store.set_progress(by_title[title].key, done, "")
        library.mark_read([by_title[title].key], True)
    library.mark_read([row.key for row in rows if row.date is not None and row.date < NOW - timedelta(days=60)], True)
