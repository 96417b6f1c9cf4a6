"""Lists of feeds against a library: what a list would bring, and bringing it. OPML itself is in ``formats``."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence

from reader.accounts import Accounts
from reader.addresses import same_address, stands_at_home, starred, without_user
from reader.errors import NoKeyring
from reader.formats.opml import Subscription, Subscriptions
from reader.model import Source
from reader.records import dataclass
from reader.store import Store


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One feed of a list that was looked at.

    Attributes:
        known: the source that follows it already.
        at_home: its address is one of the user's own network, which it may ask once the user has chosen it.
    """

    title: str
    url: str
    home_url: str
    folder: str
    known: Source | None
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What a list of feeds would bring; nothing was added yet.

    Attributes:
        feeds: in the order of the list, each once.
        folders: the sidebar folders that they stand in, nested ones as paths (``formats.opml.BETWEEN``), each once.
        warnings: what was passed over and why, with line numbers.
    """

    title: str
    feeds: tuple[ListedFeed, ...]
    folders: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def new(self) -> tuple[ListedFeed, ...]:
        return tuple(feed for feed in self.feeds if feed.known is None)


class Followed:
    """The feeds of a library by address, however it is spelled, also when its secrets were starred by an export."""

    def __init__(self, sources: Collection[Source]) -> None:
        self._by_address: dict[str, Source] = {}
        for source in sources:
            if source.kind == "feed":
                self._by_address.setdefault(same_address(source.address), source)
                self._by_address.setdefault(same_address(starred(source.address)), source)

    def find(self, url: str) -> Source | None:
        return self._by_address.get(same_address(url))


def preview(read: Subscriptions, sources: Collection[Source]) -> ListPreview:
    """What a list would bring to a library that has these sources."""
    followed = Followed(sources)

    def listed(feed: Subscription) -> ListedFeed:
        known = followed.find(feed.url)
        return ListedFeed(feed.title, feed.url, feed.home_url, feed.folder, known, stands_at_home(feed.url))

    folders = tuple(dict.fromkeys(feed.folder for feed in read.feeds if feed.folder))
    return ListPreview(read.title, tuple(map(listed, read.feeds)), folders, warnings(read, followed))


def warnings(read: Subscriptions, followed: Followed) -> tuple[str, ...]:
    """What was passed over, and which new addresses cannot work because an export starred their secrets."""
    lost = [feed for feed in read.feeds if "=***" in feed.url and followed.find(feed.url) is None]
    return read.warnings + tuple(
        f"“{feed.url}” was exported without its secret: give it its whole address again" for feed in lost
    )


def take(feeds: Sequence[Subscription], store: Store, accounts: Accounts) -> list[Source]:
    """Follow the feeds of a list, all or none; the sources in its order.

    What is followed already gets only what it has not: a folder, a home page, attributes. The user chose the list and
    saw what is in it: an address of the own network that is written there counts as typed; a name that turns out to
    lead there does not.
    """
    followed = Followed(store.sources())
    taken = []
    with store.together():
        for feed in feeds:
            source = followed.find(feed.url) or _added(feed, store, accounts)
            folder = feed.folder if feed.folder and not source.folder else None
            home_url = feed.home_url if feed.home_url and not source.home_url else None
            if folder or home_url:
                source = store.edit_source(source.key, folder=folder, home_url=home_url)
            if feed.attributes and not source.attributes:
                source = store.configure_source(source.key, attributes=feed.attributes)
            taken.append(source)
    return taken


def _added(feed: Subscription, store: Store, accounts: Accounts) -> Source:
    """A new source; the login in an address goes where logins are."""
    address, user, password = without_user(feed.url)
    source = store.add_source("feed", address, feed.title, feed.folder, typed=stands_at_home(address))
    if user:
        with contextlib.suppress(NoKeyring):  # it holds for this run; ``passwords.trouble`` tells
            source = accounts.set_login(source.key, user, password)
    return source
