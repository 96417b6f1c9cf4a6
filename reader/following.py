"""From an address that a person gives to a source that is followed: what is there, and taking it.

Nothing here is asked unless the user adds that very address: no rule for a known site runs during a refresh.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from reader.addresses import Origin, stands_at_home, without_user
from reader.errors import REFUSED, Cancelled, FetchError, ParseError, ReaderError, TimedOut, Unreachable
from reader.identity import canonical_url
from reader.intake import Intake
from reader.model import Offer, Source
from reader.progress import Progress, Report, Stop, never, quiet
from reader.records import dataclass
from reader.store import Store

if TYPE_CHECKING:
    from reader.net import Access, Client, Limits, Response
    from reader.sources.rsshub import Hub

#: Threads that ask the places where a page's feeds may be; a host sees fewer at a time, see ``net``.
ASKING_THREADS = 4
#: A page may name as many feeds as it likes; so many of them are asked.
MOST_NAMED = 16
#: One place that is slow must not hold the others up.
PLACE_S = 15.0
#: A server at home that speaks https connects at once; one that does not may say nothing at all.
_HOME_S = 3.0
_HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feed may be, and what the page calls it; ``named``: the page says that there is one."""

    url: str
    title: str = ""
    named: bool = False


class Following:
    """Finds feeds and follows them. One for a library.

    Args:
        client: the door to the network, made on first use.
        hub: who answers for ``rsshub:`` addresses.
    """

    def __init__(self, store: Store, client: Callable[[], Client], intake: Intake, hub: Hub) -> None:
        self._store, self._client, self._intake, self._hub = store, client, intake, hub

    def find(
        self, url: str, *, guessed: bool = False, cancelled: Stop = never, progress: Report = quiet
    ) -> list[Offer]:
        """The feeds that an address leads to, the likeliest first; one when it is a feed itself.

        Args:
            guessed: nobody typed its https: where that does not connect, http may be asked; see ``_plainly``.

        Raises:
            FetchError: it gave no answer, or none of the feeds that it names did; Cancelled at once when asked to stop.
            ParseError: it is neither a feed nor a page that leads to one.
        """
        from reader.net import Access, Limits
        from reader.sources import discover

        url, user, password = without_user(url)
        access = Access(Origin.of(url), user, password)
        progress(Progress(0, 1, url))
        limits = Limits(connect_s=_HOME_S) if guessed and _at_home(url) else Limits()
        trouble: ReaderError | None
        page, trouble = self._first(url, access, cancelled, limits)
        if guessed and trouble is not None and (plain := _plainly(url, trouble, secret=bool(user or password))):
            progress(Progress(0, 1, plain))
            plain_access = replace(access, origin=Origin.of(plain))
            page, again = self._first(plain, plain_access, cancelled)
            if not isinstance(again, Unreachable | TimedOut):  # there it is, whatever it says
                url, access, trouble = plain, plain_access, again
        if page and discover.looks_like_feed(page.body, page.content_type):
            return self._told([self._offer(url, url, page, "")], access)
        for places, first_only in _stages(url, page):
            answers = self._ask(places, access, cancelled, progress, first_only=first_only)
            if answers.offers:
                return self._told(answers.offers, access)
            trouble = trouble or answers.trouble
        if trouble is not None or page is None:
            raise trouble or ParseError(where=url, detail="no feed")
        self._intake.parse(page)  # says what it is instead
        raise ParseError(where=url, detail="no feed")

    def follow(self, offer: Offer, *, title: str = "", folder: str = "") -> Source:
        """Follow what was found; its articles are stored from the answer that is there already."""
        from reader.net import Response

        answer = Response(
            url=offer.answered_by,
            status=200,
            headers=dict(offer.headers),
            validators=offer.validators,
            content_type=dict(offer.headers).get("content-type", ""),
        )
        with self._store.together():
            source = self._store.add_source("feed", offer.url, title or offer.url, folder, typed=offer.typed)
            self._intake.keep(source, answer, offer.feed, offer.prepared)
        return self._store.source(source.key)

    def _first(
        self, url: str, access: Access, cancelled: Stop, limits: Limits | None = None
    ) -> tuple[Response | None, FetchError | None]:
        """The answer of the address itself, or what is wrong: sites that turn programs away still give their feeds."""
        try:
            return self._get(url, access, cancelled, limits), None
        except Cancelled:
            raise
        except FetchError as error:
            return None, error

    def _get(self, url: str, access: Access, cancelled: Stop, limits: Limits | None = None) -> Response:
        from reader.net import Limits

        return self._hub.get(
            self._client(), url, limits=limits or Limits(), allow=access.origin, access=access, cancelled=cancelled
        )

    def _ask(
        self,
        places: Sequence[Place],
        access: Access,
        cancelled: Stop,
        progress: Report,
        *,
        first_only: bool = False,
    ) -> Answers:
        """Ask places side by side; the offers stand in the order of the places whoever answers first.

        Args:
            first_only: one feed is enough: the rest are the same in other formats.
        """
        from reader.net import Limits

        ended = threading.Event()
        offers: list[Offer] = []
        trouble: ReaderError | None = None
        pool = ThreadPoolExecutor(ASKING_THREADS, thread_name_prefix="finding")
        try:
            limits = Limits(total_s=PLACE_S)
            asked = [
                pool.submit(self._get, place.url, access, lambda: ended.is_set() or cancelled(), limits)
                for place in places
            ]
            for at, (place, answer) in enumerate(zip(places, asked, strict=True)):
                progress(Progress(at, len(places), place.url))
                try:
                    offers.append(self._named(place, answer.result(), access))
                except Cancelled:
                    raise
                except ReaderError as error:
                    trouble = trouble or (error if place.named else None)
                if first_only and offers:
                    break
        finally:
            ended.set()
            pool.shutdown(wait=not cancelled(), cancel_futures=True)
        return Answers(_distinct(offers), trouble)

    def _named(self, place: Place, answer: Response, access: Access) -> Offer:
        from reader.sources import discover

        if not discover.looks_like_feed(answer.body, answer.content_type):
            raise ParseError(where=place.url, detail="no feed")
        where = answer.permanent_url or place.url
        offer = self._offer(where, place.url, answer, place.title)
        return replace(offer, typed=access.origin is not None and Origin.of(where) == access.origin)

    def _offer(self, url: str, asked: str, answer: Response, title: str) -> Offer:
        feed, prepared = self._intake.parse(answer)
        dates = [date for each in prepared if (date := each.draft.published or each.draft.updated)]
        return Offer(
            url=url,
            title=feed.title or title or asked,
            description=feed.description,
            format=feed.format,
            articles=len(prepared),
            newest=max(dates, default=None),
            size_bytes=len(answer.body),
            feed=feed,
            prepared=tuple(prepared),
            answered_by=answer.url,
            headers=tuple(answer.headers.items()),
            validators=answer.validators,
        )

    def _told(self, offers: Sequence[Offer], access: Access) -> list[Offer]:
        """The offers with the sources that follow them already, and the login for those of its origin."""
        followed = {_same(source.address): source for source in self._store.sources() if source.kind == "feed"}
        told = []
        for offer in offers:
            own = access.origin is not None and Origin.of(offer.url) == access.origin
            user, password = (access.user, access.password) if own else ("", "")
            told.append(replace(offer, already=followed.get(_same(offer.url)), user=user, password=password))
        return told


@dataclass(frozen=True, slots=True)
class Answers:
    """What some places gave: feeds, and the trouble of the first that the page names and that gave none."""

    offers: list[Offer]
    trouble: ReaderError | None


def _at_home(url: str) -> bool:
    """Whether an address may well be of a server that knows no https: of the user's own network, or with a port."""
    origin = Origin.of(url)
    return stands_at_home(url) or (origin is not None and origin.port != _HTTPS_PORT)


def _plainly(url: str, trouble: ReaderError, *, secret: bool) -> str:
    """The http address to ask instead of an https one that was guessed; "" when none may be.

    A server at home may have no https in many ways. Of a public one only a connection that is refused says so, and a
    password is never told to it in the open.
    """
    home = stands_at_home(url)
    refused = isinstance(trouble, Unreachable) and trouble.detail == REFUSED
    unconnected = isinstance(trouble, Unreachable | TimedOut) and _at_home(url)
    if not url.startswith("https://") or not (refused or unconnected) or (secret and not home):
        return ""
    return "http://" + url.removeprefix("https://")


def _stages(url: str, page: Response | None) -> Iterator[tuple[list[Place], bool]]:
    """Where to ask for the feeds of a page, and whether one is enough: each stage when the one before had none.

    What the page links to comes first. RSSHub learns of the page only when its own site gives nothing.
    """
    from reader.sources import discover, routes, sites

    found = [Place(feed.url, feed.title, True) for feed in discover.feeds_in(page.body, page.url)] if page else []
    addresses = dict.fromkeys((url, page.url) if page else (url,))
    ruled = [feed for address in addresses for feed in sites.feeds(address)]
    if page:
        ruled = sites.feeds_in_page(page.body, page.url) + ruled
    yield _each_once([*found, *map(Place, ruled)])[:MOST_NAMED], False
    yield _each_once([Place(route) for address in addresses for route in routes.routes(address)]), False
    if page:
        yield _each_once([Place(feed.url, feed.title) for feed in discover.links_in(page.body, page.url)]), False
        yield [Place(address) for address in discover.usual_places(page.url)], True


def _each_once(places: Sequence[Place]) -> list[Place]:
    return list({_same(place.url): place for place in reversed(places)}.values())[::-1]


def _distinct(offers: Sequence[Offer]) -> list[Offer]:
    """Each feed once: a page often names one by several addresses. Another format of it is another offer."""
    found: dict[tuple[object, ...], Offer] = {}
    for offer in offers:
        found.setdefault((offer.format, offer.title, *(each.fingerprint for each in offer.prepared)), offer)
    return list(found.values())


def _same(address: str) -> str:
    """What two addresses of one feed have in common: http and https are the same."""
    canonical = canonical_url(address)
    scheme, separator, rest = canonical.partition("://")
    return rest.rstrip("/") if separator and scheme in ("http", "https") else canonical
