"""What every connection must pass: the addresses it may go to, and the time it may take. No HTTP here.

A part of ``reader.net``.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import field

from reader import socks
from reader.addresses import Origin, is_fake, is_local_name, is_public
from reader.errors import REFUSED, Blocked, TimedOut, Unreachable
from reader.records import dataclass

#: (name, port) -> [(family, numeric address)]
Resolve = Callable[[str, int], list[tuple[int, str]]]
#: (family, numeric address, port, timeout in seconds) -> connected socket
Connect = Callable[[int, str, int, float], socket.socket]

_TICK_S = 0.05
_LINGER_S = 5.0
#: A host with a dead IPv6 route must leave time for its IPv4 address.
_FIRST_ADDRESS_S = 4.0


@dataclass(eq=False, slots=True)
class Watch:
    """One request under way. ``verdict`` becomes "late" or "cancelled" when it has to end."""

    url: str
    deadline: float
    seconds: float
    cancelled: Callable[[], bool] | None = None
    sock: socket.socket | None = None
    verdict: str = ""

    @property
    def left_s(self) -> float:
        return self.deadline - time.monotonic()

    def look(self) -> str:
        """Judge now."""
        if not self.verdict:
            if self.cancelled is not None and self.cancelled():
                self.verdict = "cancelled"
            elif self.left_s <= 0:
                self.verdict = "late"
        return self.verdict


class Watchdog:
    """Ends requests that are late or cancelled by shutting their sockets down from outside.

    Time-outs of sockets are per piece: a server that drips header lines, chunk sizes or "100 Continue" keeps a read
    waiting for ever, inside http.client. One thread for all requests; it lives only while there are some.
    """

    def __init__(self) -> None:
        self._watches: set[Watch] = set()
        self._changed = threading.Condition()
        self._running = False

    @contextlib.contextmanager
    def over(self, watch: Watch) -> Iterator[Watch]:
        with self._changed:
            self._watches.add(watch)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="net-watchdog", daemon=True).start()
            self._changed.notify()
        try:
            yield watch
        finally:
            with self._changed:
                self._watches.discard(watch)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._watches and not self._changed.wait(_LINGER_S) and not self._watches:
                    self._running = False
                    return
                watches = list(self._watches)
            for watch in watches:
                if watch.look():
                    with self._changed:
                        # Under the lock: a request that has ended may have given its socket to another one.
                        if watch in self._watches and watch.sock is not None:
                            with contextlib.suppress(OSError):
                                # Past SSLSocket.shutdown, which would let the reader go on in plain text.
                                socket.socket.shutdown(watch.sock, socket.SHUT_RDWR)
            time.sleep(_TICK_S)


@dataclass(slots=True)
class Hop:
    """One request of a chain of redirects, and what it may touch.

    Attributes:
        certificate: SHA-256 (hex) of the one certificate that is believed; ``""`` for what is signed.
        socks: the proxy that connects for it.
        fake_ok: made-up addresses of a proxy that takes over the network pass as public.
    """

    origin: Origin
    private_ok: bool
    connect_s: float
    watch: Watch
    certificate: str = ""
    socks: socks.SocksProxy | None = None
    fake_ok: bool = False
    opened: bool = False

    def is_public(self, address: str) -> bool:
        """Whether an address that was found for the host is of the public network."""
        return is_public(address) or (self.fake_ok and address != self.origin.host and is_fake(address))


class _Hops(threading.local):
    """Each thread's own hop."""

    now: Hop | None = None


@dataclass(slots=True)
class Gate:
    """What connections ask before they open: each thread sets the hop that its next request is."""

    resolve: Resolve
    connect: Connect
    _hops: _Hops = field(default_factory=_Hops)

    def open(self, host: str, port: int, through_proxy: bool) -> tuple[socket.socket, bool]:
        """Connect to exactly an address that was checked.

        Returns:
            The socket, and whether it leads to a private address.
        """
        hop = self.current()
        if through_proxy:
            sock, _ = self._first(lookup(self.resolve, host, port, hop.watch), port, hop)
            return self._opened(hop, sock), False
        if (host, port) != (hop.origin.host, hop.origin.port):
            raise Blocked(url=hop.watch.url, detail=f"{host} is not the host that was asked for")
        addresses = permitted(self.resolve, hop)
        if hop.socks is not None:
            return self._through_socks(hop, hop.socks, addresses), False
        sock, address = self._first(addresses, port, hop)
        return self._opened(hop, sock), not hop.is_public(address)

    def _opened(self, hop: Hop, sock: socket.socket) -> socket.socket:
        hop.opened = True
        hop.watch.sock = sock
        return sock

    def _through_socks(self, hop: Hop, proxy: socks.SocksProxy, addresses: list[tuple[int, str]]) -> socket.socket:
        """Connect to a host through a SOCKS proxy: to an address that was checked, or by name if it looks names up."""
        sock, _ = self._first(lookup(self.resolve, proxy.host, proxy.port, hop.watch), proxy.port, hop)
        self._opened(hop, sock)
        # Many proxies have no IPv6 of their own.
        addresses = sorted(addresses, key=lambda each: each[0] != socket.AF_INET)
        try:
            socks.connect(sock, proxy, hop.origin.host if proxy.names else addresses[0][1], hop.origin.port)
        except OSError as error:
            sock.close()
            if hop.watch.look() or isinstance(error, TimeoutError):
                raise TimedOut(url=hop.watch.url, seconds=min(hop.connect_s, hop.watch.seconds)) from error
            raise Unreachable(url=hop.watch.url, detail=f"SOCKS proxy: {error}") from error
        except BaseException:
            sock.close()
            raise
        return sock

    def enter(self, hop: Hop) -> None:
        """This thread's next request."""
        self._hops.now = hop

    def current(self) -> Hop:
        hop = self._hops.now
        assert hop is not None, "a connection was used outside of Client.get"
        return hop

    def reuse(self, private: bool) -> None:
        """A kept connection to a private address serves only whom it was allowed for."""
        hop = self.current()
        if private and not hop.private_ok:
            raise Blocked(url=hop.watch.url, detail=f"private address of {hop.origin.host}")

    def _first(self, addresses: list[tuple[int, str]], port: int, hop: Hop) -> tuple[socket.socket, str]:
        until = time.monotonic() + min(hop.connect_s, hop.watch.left_s)
        trouble: OSError | None = None
        for at, (family, address) in enumerate(addresses):
            left_s = until - time.monotonic()
            if hop.watch.look() or left_s <= 0:
                break
            last = at == len(addresses) - 1
            try:
                seconds = left_s if last else min(left_s, _FIRST_ADDRESS_S)
                return self._connected(family, address, port, seconds, hop.watch), address
            except OSError as error:
                trouble = error
        if trouble is None or isinstance(trouble, TimeoutError):
            raise TimedOut(url=hop.watch.url, seconds=min(hop.connect_s, hop.watch.seconds))
        if isinstance(trouble, ConnectionRefusedError):
            raise Unreachable(url=hop.watch.url, detail=REFUSED)
        raise Unreachable(url=hop.watch.url, detail=(trouble.strerror or str(trouble)).lower())

    def _connected(self, family: int, address: str, port: int, seconds: float, watch: Watch) -> socket.socket:
        """Connect, but wait no longer than somebody wants the answer (a connect cannot be interrupted)."""
        if watch.cancelled is None:
            return self.connect(family, address, port, seconds)
        made: Future[socket.socket] = Future()

        def attempt() -> None:
            try:
                sock = self.connect(family, address, port, seconds)
            except Exception as error:
                if made.set_running_or_notify_cancel():
                    made.set_exception(error)
                return
            if made.set_running_or_notify_cancel():
                made.set_result(sock)
            else:
                sock.close()

        threading.Thread(target=attempt, name="net-connect", daemon=True).start()
        while not wait([made], _TICK_S).done:
            if watch.look() and made.cancel():
                raise TimedOut(url=watch.url, seconds=watch.seconds)
        return made.result()


def lookup(resolve: Resolve, host: str, port: int, watch: Watch) -> list[tuple[int, str]]:
    """Resolve a name, but wait no longer than the request may take (``getaddrinfo`` cannot be interrupted)."""
    with contextlib.suppress(ValueError):
        ip = ipaddress.ip_address(host)
        return [(socket.AF_INET if ip.version == 4 else socket.AF_INET6, host)]
    answer: list[tuple[int, str]] = []
    trouble: list[Exception] = []

    def ask() -> None:
        try:
            answer.extend(resolve(host, port))
        except Exception as error:
            trouble.append(error)

    thread = threading.Thread(target=ask, name="net-resolve", daemon=True)
    thread.start()
    while thread.is_alive() and not watch.look():
        thread.join(min(_TICK_S, max(watch.left_s, 0.001)))
    if watch.look():
        raise TimedOut(url=watch.url, seconds=watch.seconds)
    if trouble and not isinstance(trouble[0], OSError | UnicodeError):
        raise trouble[0]
    if not answer:
        raise Unreachable(url=watch.url, detail=f"no such host: {host}")
    return list(dict.fromkeys(answer))


def permitted(resolve: Resolve, hop: Hop) -> list[tuple[int, str]]:
    """The addresses behind a hop's host that it may contact.

    Raises:
        Blocked: there are only private ones.
    """
    host = hop.origin.host
    if not hop.private_ok and is_local_name(host):
        raise Blocked(url=hop.watch.url, detail=f"private address: {host}")
    addresses = lookup(resolve, host, hop.origin.port, hop.watch)
    if hop.private_ok:
        return addresses
    public = [(family, address) for family, address in addresses if hop.is_public(address)]
    if not public:
        raise Blocked(url=hop.watch.url, detail=f"private address: {host} is {addresses[0][1]}")
    return public
