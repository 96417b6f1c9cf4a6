"""The values that pass between the rooms: frozen, picklable, made of the standard library only.

Times are aware ``datetime`` in UTC. Texts are ``""`` when absent, never None.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal

from reader.records import dataclass

#: How a raw body is to be read. "file": the whole text of a file, front matter included; its name decides the rest.
Form = Literal["html", "markdown", "text", "file"]

SourceKind = Literal["feed", "folder", "files", "kept"]

Order = Literal["date", "source", "title"]

View = Literal["all", "unread", "today", "bookmarks", "continue"]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of an article.

    Attributes:
        url: its true address: http(s), ``data:``, or ``file:`` inside the article's own folder.
        alternates: other addresses of the same picture, best first (the proxy it came through, srcset candidates).
        alt: its text.
        width, height: in CSS pixels as the article declares them; 0 when unknown.
    """

    url: str
    alternates: tuple[str, ...] = ()
    alt: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An attached file of a feed's article; ``length`` in bytes, 0 when unknown."""

    url: str
    media_type: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as its source gave it.

    Attributes:
        guid: what the source calls it (RSS guid, Atom id); for a file its path below the folder, with ``/``.
        url: the article's own absolute address.
        title: plain text, may be empty.
        raw: the body as received, or the whole text of the file.
        form: how ``raw`` is to be read.
        summary: as given by the source (HTML or text).
        base_url: what relative addresses in ``raw`` are relative to (``file:`` address of the file itself for files).
        size, mtime_ns: the file's, to notice changes; 0 for feeds.
        draft: its author says that it is not published yet.
    """

    guid: str
    raw: str
    form: Form = "html"
    url: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    lead_image: str = ""
    base_url: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    comments_url: str = ""
    warnings: tuple[str, ...] = ()
    size: int = 0
    mtime_ns: int = 0
    draft: bool = False


#: How much a byte of a file's size weighs in its stamp.
STAMP_BYTE = 1_000_003


def file_stamp(size: int, mtime_ns: int) -> int:
    """Size and time of change as one number of 64 bits: 200,000 of them are no burden, 200,000 pairs are.

    Two states of a file have one stamp only when it became older by exactly a million times what it grew.
    """
    return mtime_ns + size * STAMP_BYTE


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft with everything that the list and the search need, computed once, in the worker.

    Attributes:
        title: never empty.
        summary: plain text on one line, at most 300 characters.
        text: the visible words, block breaks as newlines; what the search reads.
        fingerprint: 16 bytes over the words alone; equal for the same text with other markup.
        language: BCP 47, declared or guessed, ``""`` when unknown.
        minutes: reading time, at least 1.
        lead: the picture that stands for the article, or None.
    """

    draft: Draft
    title: str
    summary: str
    text: str
    fingerprint: bytes
    language: str = ""
    minutes: int = 1
    lead: Picture | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed document contains.

    Attributes:
        icon: the address of its picture.
        pause_s: between two refreshes, as the document itself asks; 0 when it says nothing.
    """

    format: str
    encoding: str
    title: str = ""
    url: str = ""
    description: str = ""
    language: str = ""
    icon: str = ""
    drafts: tuple[Draft, ...] = ()
    warnings: tuple[str, ...] = ()
    pause_s: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """A file of an article, read: its front matter understood, its body cut off.

    Attributes:
        text: the whole file as text.
        encoding: what it was decoded from.
        body: what follows the front matter.
        form: html, markdown or text.
        url: the permalink or source address that the front matter names.
        base_url: the web address that a page's ``<base>`` names for its relative addresses.
        lead_image: as written (unwrap it with ``content.pictures``).
        fields: the front matter as it was read, texts and lists of texts.
        warnings: one sentence each, with line numbers where known.
    """

    text: str
    encoding: str
    body: str
    form: Literal["html", "markdown", "text"]
    title: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    base_url: str = ""
    lead_image: str = ""
    description: str = ""
    draft: bool = False
    hidden: bool = False
    fields: dict[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """An article as it is shown: safe HTML, its pictures as ``reader://image/<document>/<n>``.

    Attributes:
        html: the sanitised body.
        images: the n-th is what ``reader://image/<document>/<n>`` stands for.
        removed: what the sanitiser took out, by kind, most first.
        links: the n-th is what ``reader://link/<document>/<n>`` stands for: a link of a file to another, as written.
    """

    html: str
    text: str
    images: tuple[Picture, ...] = ()
    removed: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardWords:
    """What cards of players say, in the reader's language; the default is English."""

    video: str = "Video"
    audio: str = "Audio"
    play: str = "Open in player or browser"
    browse: str = "Open in browser"


ENGLISH_CARDS = CardWords()


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask again cheaply (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that gives articles.

    Attributes:
        key: the row in the store; private to one library file.
        id: opaque and stable, for people and scripts.
        kind: feed, folder, files (single files that were opened), kept (articles whose source was removed).
        address: the feed's address as the user gave it, or the folder's absolute path.
        folder: the sidebar folder it stands in, ``""`` for none.
        named: the user gave it its title; a refresh leaves that as it is.
        error: the last refresh's error as ``reader.sentences`` words it, ``""`` when it went well.
        failures: failed refreshes in a row.
        typed: the user typed this address (or one of its origin), so it may be a private one; an address that a page
            or a subscription list named may not.
        interval_minutes: between two refreshes, as the user set it for this source; 0: the common setting.
        pause_s: between two refreshes, as its server and its document ask; bounded by ``schedule``.
        document_pause_s: as the document alone asked, when it came last.
        pictures: always, click or never; ``""``: the common setting.
        ahead: its pictures are fetched ahead, for reading offline.
        user: name for the server; the password is in the system's keyring.
        headers: sent with each request for the feed, to its own origin only.
        certificate: SHA-256 (hex) of a certificate that the user accepted though nobody signed it.
        unread_again: an article whose text changed is unread again.
        keep_days, keep_count: how long and how many articles are kept; 0: the common setting.
        drafts: a folder's unpublished posts are listed with the others.
        attributes: what a subscription list said of it and Inkstone does not use, to be written back.
        retired: its server said that it is gone for good (410); asked only when the user asks.
        failing_since: the first of the failures in a row.
        newest: when a refresh last brought a new article.
        moved_to, moved_times, moved_since: a permanent redirect that refreshes met, how often, since when.
    """

    key: int
    id: str
    kind: SourceKind
    address: str
    title: str
    folder: str = ""
    home_url: str = ""
    validators: Validators = Validators()
    checked: datetime | None = None
    succeeded: datetime | None = None
    error: str = ""
    failures: int = 0
    retry_at: datetime | None = None
    typed: bool = True
    interval_minutes: int = 0
    pause_s: int = 0
    document_pause_s: int = 0
    pictures: str = ""
    ahead: bool = False
    user: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    certificate: str = ""
    unread_again: bool = False
    keep_days: int = 0
    keep_count: int = 0
    drafts: bool = True
    attributes: tuple[tuple[str, str], ...] = ()
    named: bool = False
    retired: bool = False
    failing_since: datetime | None = None
    newest: datetime | None = None
    moved_to: str = ""
    moved_times: int = 0
    moved_since: datetime | None = None
    unread: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source does.

    Attributes:
        error: the last refresh's, in words; ``""`` when it went well.
        next_try: when it is asked again by itself; None: with the next refresh, or (``source.retired``) never.
        mean_interval_s: between its articles; 0 while there are fewer than two.
        silent: no new article for 90 days.
        failing: for 7 days.
    """

    source: Source
    last_success: datetime | None = None
    error: str = ""
    next_try: datetime | None = None
    mean_interval_s: int = 0
    silent: bool = False
    failing: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed that an address led to, fetched and read, not followed yet: what a person chooses by, and what follows it.

    Attributes:
        url: what the source that follows it will have as its address.
        format: rss, rss1, atom, atom03 or json, as in ``Feed``.
        articles: how many the document holds now.
        newest: date of the newest of them.
        size_bytes: of the document.
        already: the source that follows this address.
        typed: the user typed this address or one of its origin; see ``Source.typed``.
        user, password: the login that stood in the typed address, when this one is of its origin.
        feed, prepared, answered_by, headers, validators: the answer as it was read: following asks nobody again.
    """

    url: str
    title: str
    description: str = ""
    format: str = ""
    articles: int = 0
    newest: datetime | None = None
    size_bytes: int = 0
    already: Source | None = None
    typed: bool = True
    user: str = ""
    password: str = field(default="", repr=False)
    feed: Feed = field(default=Feed("", ""), repr=False)
    prepared: tuple[Prepared, ...] = field(default=(), repr=False)
    answered_by: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    validators: Validators = field(default=Validators(), repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; no body.

    Attributes:
        also_in: titles of other sources that have the same article.
    """

    key: int
    id: str
    source_key: int
    source_title: str
    source_kind: SourceKind
    title: str
    url: str = ""
    date: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    summary: str = ""
    language: str = ""
    read: bool = False
    bookmarked: bool = False
    progress: float = 0.0
    lead: Picture | None = None
    snippet: str = ""
    score: float = 0.0
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One stored article, whole."""

    row: Row
    raw: str
    form: Form
    base_url: str = ""
    guid: str = ""
    updated: datetime | None = None
    minutes: int = 1
    enclosures: tuple[Enclosure, ...] = ()
    comments_url: str = ""
    warnings: tuple[str, ...] = ()
    note: str = ""
    user_tags: tuple[str, ...] = ()
    position: str = ""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """What the user kept: when, with which tags and note."""

    article_id: str
    created: datetime
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gesture:
    """One line of the history: something that the user, or retention, did at once.

    Attributes:
        key: names it to ``Store.undo``.
        kind: read, unread, read-all, bookmark, unbookmark, remove, remove-source or retention.
        count: how many articles it was.
        what: the article, source, sources or tag that it was about; may be empty.
        view: of an act on a whole list, which view it was.
    """

    key: int
    time: datetime
    kind: str
    count: int
    what: str = ""
    view: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """Which articles a list shows.

    Attributes:
        sources: keys of sources; empty means every source.
        tag: only articles that carry it (the source's tags or the user's).
        since: where "today" begins, UTC; needed by the view "today".
        path: of the one folder in ``sources`` only this subfolder, with ``/``; ``""`` for all of it.
        matching: only what this search finds, in the language of ``store.query``.
        order: by date, or by the names of sources or by titles, and then by date.
    """

    view: View = "all"
    sources: tuple[int, ...] = ()
    tag: str = ""
    unread_only: bool = False
    oldest_first: bool = False
    since: datetime | None = None
    path: str = ""
    matching: str = ""
    order: Order = "date"


@dataclass(frozen=True, slots=True)
class Subfolder:
    """A folder inside a folder source.

    Attributes:
        path: below the source's folder, with ``/``.
        unread: of its articles and those of all folders below it.
        parts: whether it has subfolders.
    """

    path: str
    unread: int = 0
    parts: bool = False


@dataclass(frozen=True, slots=True)
class SmartFolder:
    """A search that stands in the sidebar.

    Attributes:
        id: opaque and stable.
        query: in the language of ``store.query``.
    """

    key: int
    id: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of the sidebar."""

    total: int = 0
    unread: int = 0
    today: int = 0
    bookmarks: int = 0
    reading: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the store remembers of an article for ``identity``: enough to say whether a draft is the same one.

    Attributes:
        key: negative for an article that was removed.
    """

    key: int
    guid: str
    url: str
    title: str
    fingerprint: bytes
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What one save did."""

    new: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Updated:
    """A refresh brought articles."""

    source: Source
    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A refresh found nothing new."""

    source: Source


@dataclass(frozen=True, slots=True)
class Failed:
    """A refresh failed; what is stored is safe."""

    source: Source
    error: Exception


Outcome = Updated | Unchanged | Failed
