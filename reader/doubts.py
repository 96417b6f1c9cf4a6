"""Failures that may be the network's and not the sources': no connection at all, or a network that wants a login."""

from __future__ import annotations

from dataclasses import field
from urllib.parse import urlsplit

from reader.errors import CaptivePortal, Offline, ParseError, TimedOut, Unreachable, Untrusted
from reader.fetching import host_of
from reader.model import Source
from reader.records import dataclass

#: Pages where feeds were, from so many hosts in one refresh, are the network's.
_PORTAL_HOSTS = 3
#: One host that cannot be reached may be down; no evidence of the network.
_OFFLINE_HOSTS = 2


@dataclass(frozen=True, slots=True)
class Doubt:
    """A failure that waits for what the other sources say.

    Attributes:
        page_from: the host whose page came in the place of a feed; ``""`` when nothing came.
    """

    source: Source
    error: Exception
    page_from: str = ""


@dataclass(slots=True)
class Doubts:
    """The failures of one refresh that are not written down yet."""

    _held: list[Doubt] = field(default_factory=list)
    _feeds: set[str] = field(default_factory=set)
    _reached: bool = False

    def feed_came(self, source: Source) -> None:
        """A host gave what it should."""
        self._feeds.add(host_of(source))
        self._reached = True

    def host_answered(self) -> None:
        """A server said something, an error for instance."""
        self._reached = True

    def hold(self, source: Source, error: Exception, came_from: str = "", *, page: bool = False) -> bool:
        """Whether a failure has to wait.

        Args:
            came_from: the address where the answer came from in the end.
            page: it is HTML.
        """
        if isinstance(error, ParseError) and page and source.succeeded is not None:
            self._held.append(Doubt(source, error, urlsplit(came_from).hostname or "?"))
            return True
        if isinstance(error, Unreachable | TimedOut | Untrusted) and not self._reached:
            self._held.append(Doubt(source, error))
            return True
        return False

    def cleared(self) -> list[Doubt]:
        """Since a host answered, hosts that cannot be reached are down: those failures wait no longer."""
        if not self._reached:
            return []
        gone = [each for each in self._held if not each.page_from]
        self._held = [each for each in self._held if each.page_from]
        return gone

    def settled(self) -> list[Doubt]:
        """At the end: what is still held, with the network's error in the place of the source's where it is that."""
        held, self._held = self._held, []
        if self._is_portal(held):
            return [Doubt(each.source, CaptivePortal()) for each in held]
        hosts = {host_of(each.source) for each in held}
        if not self._reached and len(hosts) >= _OFFLINE_HOSTS and not any(each.page_from for each in held):
            return [Doubt(each.source, Offline()) for each in held]
        return held

    def _is_portal(self, held: list[Doubt]) -> bool:
        pages = [each for each in held if each.page_from]
        hosts = {host_of(each.source) for each in pages}
        strangers = {each.page_from for each in pages if each.page_from != host_of(each.source)}
        one_stranger = len(strangers) == 1 and all(each.page_from in strangers for each in pages)
        many = len(hosts) >= _PORTAL_HOSTS and len(hosts) > len(self._feeds)
        return many or (one_stranger and len(hosts) >= 2 and not self._feeds)
