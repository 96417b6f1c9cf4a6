"""RSSHub: feeds for sites that have none, made by one of many instances that anybody may run.

``rsshub://namespace/route`` (RSSHub's own notation, docs.rsshub.app) names a route and no instance. The user's list of
instances says who is asked; one that fails is asked last for a while, the one that answered last is asked first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from reader.errors import Cancelled, HttpStatus, ParseError, SourceError
from reader.model import Validators
from reader.sources.values import is_web_address

if TYPE_CHECKING:
    from reader.net import Access, Client, Limits, Origin, Response

#: So long is an instance that failed asked last.
SICK_S = 15 * 60.0
#: What an instance answers when the route is wrong, not the instance.
_ROUTE_FAULTS = frozenset({400, 404, 405, 410})
_NO_VALIDATORS = Validators()


def is_route(url: str) -> bool:
    """Whether an address names a route of RSSHub."""
    return url.strip()[:9].lower() == "rsshub://"


def candidates(url: str, instances: Sequence[str]) -> list[str]:
    """The web addresses of an RSSHub route, one for each instance, in their order.

    Args:
        url: ``rsshub://namespace/route``.
        instances: base addresses, for example ``https://rsshub.app``.

    Returns:
        Empty when ``url`` is no such address.
    """
    scheme, separator, route = url.strip().partition("://")
    route = route.lstrip("/")
    if scheme.lower() != "rsshub" or not separator or not route:
        return []
    path, question, query = route.partition("?")
    if any(part in (".", "..") for part in path.split("/")):
        return []
    path = quote(path, safe="/%:@!$&'()*+,;=~")  # routes carry Chinese names and whole addresses
    bases = (instance.strip().rstrip("/") for instance in instances)
    return list(dict.fromkeys(f"{base}/{path}{question}{query}" for base in bases if is_web_address(base)))


class Hub:
    """Asks instances in the order of their health. May be used by many threads at once.

    Args:
        instances: the user's list, read at each use: it may be changed while the program runs.
        clock: seconds that only go forward.
    """

    def __init__(self, instances: Callable[[], Sequence[str]], clock: Callable[[], float] = time.monotonic) -> None:
        self._instances, self._clock = instances, clock
        self._lock = threading.Lock()
        self._sick_until: dict[str, float] = {}
        self._answered_last = ""

    def order(self) -> list[str]:
        """The instances as they would be asked now: the last that answered, the others, those that failed."""
        now = self._clock()
        with self._lock:
            listed = list(self._instances())
            return sorted(
                listed,
                key=lambda each: (self._sick_until.get(each, 0.0) > now, each != self._answered_last),
            )

    def get(
        self,
        client: Client,
        url: str,
        *,
        limits: Limits | None = None,
        validators: Validators = _NO_VALIDATORS,
        headers: Mapping[str, str] | None = None,
        allow: Origin | None = None,
        access: Access | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Response:
        """What ``client.get`` gives; for an ``rsshub:`` address from the first instance that gives a feed.

        Args:
            allow: for other addresses, see ``Client.get``. The user wrote the list of instances, so that each of them
                may be on a private address.

            access: for other addresses, see ``Client.get``: no instance is told what is meant for a server.

        Raises:
            FetchError: as ``Client.get``; for a route the trouble of the instance that was asked first.
            ParseError: the address names no route, or no instance is set.
        """
        from reader.net import NO_ACCESS, Limits

        limits, headers = limits or Limits(), headers or {}
        if not is_route(url):
            return client.get(
                url,
                limits=limits,
                validators=validators,
                headers=headers,
                allow=allow,
                access=access or NO_ACCESS,
                cancelled=cancelled,
            )
        # A date says when one instance made its document; another's is older or newer. A tag is of the content.
        validators = Validators(etag=validators.etag)
        first: SourceError | None = None
        for instance in self.order():
            for address in candidates(url, [instance]):
                try:
                    answer = self._ask(client, instance, address, limits, validators, headers, cancelled)
                except Cancelled:
                    raise
                except SourceError as error:
                    first = first or error
                else:
                    return replace(answer, permanent_url="")  # the route is the address, wherever its instance moved
        raise first or ParseError(where=url, detail="no instance of RSSHub is set for this address")

    def _ask(
        self,
        client: Client,
        instance: str,
        address: str,
        limits: Limits,
        validators: Validators,
        headers: Mapping[str, str],
        cancelled: Callable[[], bool],
    ) -> Response:
        from reader.addresses import Origin
        from reader.sources.discover import looks_like_feed

        try:
            answer = client.get(
                address,
                limits=limits,
                validators=validators,
                headers=headers,
                allow=Origin.of(address),
                cancelled=cancelled,
            )
            if answer.status != 304 and not looks_like_feed(answer.body, answer.content_type):
                raise ParseError(where=address, detail="the instance gives a page instead of a feed")
        except Cancelled:
            raise
        except SourceError as error:
            if not (isinstance(error, HttpStatus) and error.status in _ROUTE_FAULTS):
                self._note(instance, failed=True)
            raise
        self._note(instance, failed=False)
        return answer

    def _note(self, instance: str, *, failed: bool) -> None:
        with self._lock:
            if failed:
                self._sick_until[instance] = self._clock() + SICK_S
            else:
                self._sick_until.pop(instance, None)
                self._answered_last = instance
