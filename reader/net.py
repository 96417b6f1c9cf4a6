"""The only door to the network: one GET, with limits on time, size, redirects and where it may go.

requests and urllib3 are loaded at the first request (``reader.wire``), so that importing this module costs nothing.
"""

from __future__ import annotations

import base64
import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import reader
from reader.addresses import Address, parse
from reader.addresses import Origin as Origin
from reader.errors import Blocked, Cancelled, FetchError, HttpStatus, TimedOut, TooLarge, Unreachable
from reader.gate import Connect, Gate, Hop, Resolve, Watch, Watchdog, permitted
from reader.model import Validators
from reader.records import dataclass
from reader.settings import Settings
from reader.socks import SocksProxy

if TYPE_CHECKING:
    import requests
    import urllib3
    from requests.cookies import RequestsCookieJar

    from reader.wire import CheckedAdapter

_NO_VALIDATORS = Validators()
_PIECE_BYTES = 65536
#: So many requests at a time to one host; browsers take 6, servers of feeds are smaller.
_AT_A_TIME = 2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
#: Headers of the caller that may follow a redirect to another host.
_HARMLESS = frozenset({"accept", "accept-language"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one ``get`` may cost, all its redirects together.

    Attributes:
        partial: a body that breaks off or comes too late is given as far as it came (``Response.complete``).
    """

    max_bytes: int = 10 * 2**20
    total_s: float = 30.0
    connect_s: float = 10.0
    max_redirects: int = 10
    partial: bool = False


_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Access:
    """What the user set for one origin: no other origin is told any of it, whatever redirects there.

    Attributes:
        user, password: for Basic or, when the server asks for it, Digest.
        headers: sent with every request to the origin.
    """

    origin: Origin | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


NO_ACCESS = Access()
#: Headers that are the connection's own business; another one would break the answer or hide a second request.
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "upgrade"})


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read and decompressed.

    Attributes:
        url: where it came from in the end, without user name and password.
        status: 200 to 399; 304 comes with an empty body.
        headers: names in lower case.
        permanent_url: where to ask from now on: the last address when every hop was a 301 or 308, else ``""``.
        content_type: the header as it came, with its charset.
        complete: whether the whole body came; only ``Limits.partial`` lets another one through.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    validators: Validators = field(default_factory=Validators)
    permanent_url: str = ""
    content_type: str = ""
    complete: bool = True


def system_resolve(host: str, port: int) -> list[tuple[int, str]]:
    """Ask the operating system for the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(int(family), str(address[0])) for family, _, _, _, address in found]


def system_connect(family: int, address: str, port: int, timeout_s: float) -> socket.socket:
    """Open a TCP connection to a numeric address."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout_s)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


class Client:
    """Fetches. May be used by many threads at once; they share the connections, two to a host.

    Args:
        resolve: names to addresses; connect: addresses to sockets.
        user_agent: how the program calls itself.
        proxies: scheme to proxy address, and "no" for exceptions; None reads the system's, once, at the first request.
        allow_fake_ip: names may have the made-up addresses of a proxy that takes over the network (198.18.0.0/15).
    """

    def __init__(
        self,
        *,
        resolve: Resolve = system_resolve,
        connect: Connect = system_connect,
        user_agent: str = f"Inkstone/{reader.__version__} (+feed reader)",
        proxies: Mapping[str, str] | None = None,
        allow_fake_ip: bool = False,
    ) -> None:
        self._resolve = resolve
        self._connect = connect
        self._user_agent = user_agent
        self._proxies = None if proxies is None else dict(proxies)
        self._allow_fake_ip = allow_fake_ip
        self._asks_digest: set[Origin] = set()
        self._trusted: dict[Origin, str] = {}
        self._shared: CheckedAdapter | None = None
        self._lock = threading.Lock()
        self._turns: dict[str, threading.BoundedSemaphore] = {}
        self._watchdog = Watchdog()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def configure(self, settings: Settings) -> None:
        """Use the proxy and the exceptions of these settings from the next request on."""
        with self._lock:
            self._proxies = proxies_of(settings.proxy)
            self._allow_fake_ip = settings.allow_fake_ip
        self.close()  # connections that are kept go another way

    def trust(self, origin: Origin, fingerprint: str) -> None:
        """Believe one certificate of an origin, though nobody signed it, and no other one of it.

        Args:
            fingerprint: its SHA-256, hex; ``""`` to believe what is signed again.
        """
        if fingerprint:
            self._trusted[origin] = fingerprint
        else:
            self._trusted.pop(origin, None)

    def trusted(self, origin: Origin) -> str:
        """The fingerprint of the certificate that is believed of an origin; ``""`` for what is signed."""
        return self._trusted.get(origin, "")

    def close(self) -> None:
        """Close the kept connections; a later ``get`` opens new ones."""
        with self._lock:
            adapter, self._shared = self._shared, None
        if adapter is not None:
            adapter.close()

    def get(
        self,
        url: str,
        *,
        limits: Limits = _LIMITS,
        validators: Validators = _NO_VALIDATORS,
        headers: Mapping[str, str] = MappingProxyType({}),
        allow: Origin | None = None,
        access: Access = NO_ACCESS,
        may_go: Callable[[str], bool] = lambda _: True,
        cancelled: Callable[[], bool] | None = None,
    ) -> Response:
        """Fetch an address, following its redirects.

        Args:
            validators: from an earlier answer; an unchanged page then costs a 304.
            headers: more request headers; none but Accept follows a redirect to another host.
            allow: the one origin that may be a private address, because the user typed it.
            access: user, password and headers for one origin. A user name in ``url`` is for its origin.
            may_go: asked before each redirect with its address; False ends the chain.
            cancelled: asked from another thread, 20 times a second.

        Raises:
            FetchError: Blocked, TooLarge, TimedOut, Unreachable, Untrusted, Cancelled, or HttpStatus from 400 on.
        """
        watch = Watch(url, time.monotonic() + limits.total_s, limits.total_s, cancelled)
        if watch.look() == "cancelled":
            raise Cancelled(url=url)
        try:
            start = parse(url)
        except ValueError as error:
            raise Blocked(url=url, detail=str(error)) from None
        if start.user or start.password:
            access = replace(access, origin=start.origin, user=start.user, password=start.password)
        with self._watchdog.over(watch):
            try:
                return self._follow(start, limits, validators, headers, allow, access, may_go, watch)
            except FetchError:
                self._verdict(watch)
                raise

    def _follow(
        self,
        start: Address,
        limits: Limits,
        validators: Validators,
        headers: Mapping[str, str],
        allow: Origin | None,
        access: Access,
        may_go: Callable[[str], bool],
        watch: Watch,
    ) -> Response:
        from requests.cookies import RequestsCookieJar

        at, permanent = start, True
        cookies = RequestsCookieJar()  # for this chain only: some sites set one and send back to the same page
        for count in range(limits.max_redirects + 1):
            own = access if at.origin == access.origin else NO_ACCESS
            hop = Hop(
                at.origin,
                at.origin == allow,
                limits.connect_s,
                watch,
                certificate=self._trusted.get(at.origin, ""),
                fake_ok=self._allow_fake_ip,
            )
            with self._turn(at.origin.host, watch):
                request = self._request(at, start, validators, headers, own)
                answer = self._answer(request, cookies, hop, own)
                try:
                    location = answer.headers.get("location")
                    if answer.status_code not in _REDIRECTS or not location:
                        moved = at.url if count and permanent else ""
                        if moved and at.origin == start.origin and start.user:
                            moved = _with_user(start, at)
                        return self._response(answer, at.url, moved, limits, watch)
                    permanent = permanent and answer.status_code in _PERMANENT
                    self._drain(answer, watch)
                finally:
                    answer.close()
            try:
                at = parse(urljoin(at.url, _location(location)))
            except ValueError as error:
                raise Blocked(url=watch.url, detail=f"redirect: {error}") from None
            if not may_go(at.url):
                raise Blocked(url=watch.url, detail=f"redirect to {at.origin.host}")
        raise Blocked(url=watch.url, detail=f"more than {limits.max_redirects} redirects")

    def _request(
        self, at: Address, start: Address, validators: Validators, headers: Mapping[str, str], own: Access
    ) -> requests.PreparedRequest:
        import requests
        from urllib3.util import make_headers

        sent = {"User-Agent": self._user_agent, "Accept": "*/*", **make_headers(accept_encoding=True, keep_alive=True)}
        if at.origin.host == start.origin.host:
            sent.update(headers)
            if validators.etag:
                sent["If-None-Match"] = validators.etag
            if validators.last_modified:
                sent["If-Modified-Since"] = validators.last_modified
        else:
            sent.update((name, value) for name, value in headers.items() if name.lower() in _HARMLESS)
        for name, value in own.headers:
            if name.lower() not in _OURS:
                for same in [each for each in sent if each.lower() == name.lower()]:
                    del sent[same]
                sent[name] = value
        if (own.user or own.password) and at.origin not in self._asks_digest:
            pair = f"{own.user}:{own.password}".encode()
            sent["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        try:
            return requests.Request("GET", at.url, headers={k: _latin(v) for k, v in sent.items()}).prepare()
        except (requests.exceptions.RequestException, ValueError) as error:
            raise Blocked(url=at.url, detail=f"invalid address or header: {error}") from None

    def _answer(
        self, request: requests.PreparedRequest, cookies: RequestsCookieJar, hop: Hop, own: Access
    ) -> requests.Response:
        """Send a request, and once more when the server wants the password in the way of Digest."""
        from reader.wire import digest_answer

        answer = self._send(request, cookies, hop)
        if answer.status_code != 401 or not (own.user or own.password):
            return answer
        challenge = answer.headers.get("www-authenticate", "")
        authorization = digest_answer(challenge, own.user, own.password, request.url or "")
        if not authorization:
            return answer
        self._asks_digest.add(hop.origin)
        with contextlib.closing(answer):
            self._drain(answer, hop.watch)
        request.headers["Authorization"] = authorization
        return self._send(request, cookies, hop)

    def _send(self, request: requests.PreparedRequest, cookies: RequestsCookieJar, hop: Hop) -> requests.Response:
        import requests
        import urllib3
        from requests.cookies import extract_cookies_to_jar, get_cookie_header

        from reader.wire import fetch_error

        given = request.headers.pop("Cookie", "")  # the user's own, beside which the jar would give none
        cookie: str = (get_cookie_header(cookies, request) or "") if cookies else ""  # type: ignore[no-untyped-call]
        if given or cookie:
            request.headers["Cookie"] = given if cookie in given else "; ".join(filter(None, (given, cookie)))
        proxy = self._proxy_for(hop)
        if proxy:
            hop.socks = _socks(proxy, hop)
            proxy = "" if hop.socks else proxy
        if proxy:
            permitted(self._resolve, hop)
        adapter = self._adapter()
        adapter.gate.enter(hop)
        proxies = {hop.origin.scheme: proxy} if proxy else {}
        for attempt in (1, 2):
            left_s = max(hop.watch.left_s, 0.001)
            timeout = (min(hop.connect_s, left_s), left_s)
            try:
                # A certificate that the user accepted is compared by itself (see CheckedAdapter); nobody signed it.
                verify = not hop.certificate
                answer = adapter.send(request, stream=True, timeout=timeout, verify=verify, proxies=proxies)
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                self._verdict(hop.watch)
                # A kept connection that the server had closed in the meantime; a fresh one decides.
                stale = isinstance(error, requests.exceptions.ConnectionError) and not hop.opened
                if attempt == 2 or not stale:
                    raise fetch_error(error, hop.watch) from error
            else:
                if "set-cookie" in answer.headers:
                    extract_cookies_to_jar(cookies, request, answer.raw)  # type: ignore[no-untyped-call]
                return answer
        raise AssertionError("unreachable")

    def _response(self, answer: requests.Response, url: str, moved: str, limits: Limits, watch: Watch) -> Response:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        status = answer.status_code
        if status >= 400 or status in _REDIRECTS:
            with contextlib.suppress(FetchError):
                self._drain(answer, watch)
            self._verdict(watch)
            retry_after_s = retry_after(headers.get("retry-after", ""), datetime.now(UTC))
            raise HttpStatus(url=watch.url, status=status, reason=answer.reason or "", retry_after_s=retry_after_s)
        # Also of a 304: then the connection can be used again.
        body, complete = self._body(answer, limits.max_bytes, watch, partial=limits.partial)
        return Response(
            url=url,
            status=status,
            headers=headers,
            body=b"" if status == 304 else body,
            validators=Validators(headers.get("etag", ""), headers.get("last-modified", "")),
            permanent_url=moved,
            content_type=headers.get("content-type", ""),
            complete=complete,
        )

    def _body(
        self, answer: requests.Response, max_bytes: int, watch: Watch, *, partial: bool = False
    ) -> tuple[bytes, bool]:
        """The body, and whether it is whole."""
        import urllib3

        from reader.wire import fetch_error

        declared = answer.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > max_bytes:
            raise TooLarge(url=watch.url, limit_bytes=max_bytes)
        raw: urllib3.HTTPResponse = answer.raw
        pieces: list[bytes] = []
        size = 0
        while True:
            try:
                piece = raw.read1(_PIECE_BYTES, decode_content=True)
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                if partial and pieces and watch.look() != "cancelled":
                    return b"".join(pieces), False
                self._verdict(watch)
                raise fetch_error(error, watch) from error
            if partial and pieces and watch.look() == "late":
                return b"".join(pieces), False
            self._verdict(watch)
            if not piece:
                return b"".join(pieces), True
            size += len(piece)
            if size > max_bytes:
                raise TooLarge(url=watch.url, limit_bytes=max_bytes)
            pieces.append(piece)

    def _drain(self, answer: requests.Response, watch: Watch) -> None:
        """Read a short body that nobody wants, so that the connection can be used again."""
        with contextlib.suppress(TooLarge, Unreachable):
            if int(answer.headers.get("content-length", "-1") or -1) >= 0:
                self._body(answer, _PIECE_BYTES, watch)

    def _verdict(self, watch: Watch) -> None:
        verdict = watch.look()
        if verdict == "cancelled":
            raise Cancelled(url=watch.url) from None
        if verdict == "late":
            raise TimedOut(url=watch.url, seconds=watch.seconds) from None

    @contextlib.contextmanager
    def _turn(self, host: str, watch: Watch) -> Iterator[None]:
        with self._lock:
            turns = self._turns.setdefault(host, threading.BoundedSemaphore(_AT_A_TIME))
        while not turns.acquire(timeout=min(0.1, max(watch.left_s, 0.001))):
            self._verdict(watch)
        try:
            yield
        finally:
            turns.release()

    def _adapter(self) -> CheckedAdapter:
        """The connections that are kept."""
        from reader.wire import CheckedAdapter

        with self._lock:
            if self._shared is None:
                self._shared = CheckedAdapter(Gate(self._resolve, self._connect), _AT_A_TIME)
            return self._shared

    def _proxy_for(self, hop: Hop) -> str:
        """The proxy for a hop, ``""`` for none. What the user typed as a private address is reached directly."""
        import urllib.request  # 11 ms

        with self._lock:
            if self._proxies is None:
                self._proxies = dict(urllib.request.getproxies())
            proxies = self._proxies
        proxy = proxies.get(hop.origin.scheme) or proxies.get("all") or _socks_of_system(proxies)
        if not proxy or hop.private_ok or _bypassed(hop.origin.host, proxies):
            return ""
        return proxy if "://" in proxy else f"http://{proxy}"


def proxies_of(proxy: str) -> dict[str, str] | None:
    """The proxies of the setting ``proxy``, as ``Client`` takes them; the system's exceptions are the system's own."""
    return {"system": None, "none": {}}.get(proxy, {"all": proxy, "no": ""})


def _socks_of_system(proxies: Mapping[str, str]) -> str:
    """What Windows and macOS keep as their SOCKS proxy, or ``""``."""
    host = proxies.get("socks", "").rpartition("://")[2]
    return f"socks5h://{host}" if host else ""


def _socks(proxy: str, hop: Hop) -> SocksProxy | None:
    try:
        return SocksProxy.of(proxy)
    except ValueError as error:
        raise Unreachable(url=hop.watch.url, detail=f"the proxy's address: {error}") from None


def _bypassed(host: str, proxies: dict[str, str]) -> bool:
    """Whether the list of exceptions, or the list that Windows and macOS keep, names a host."""
    import urllib.request

    by_list: Callable[[str, dict[str, str]], object] = vars(urllib.request)["proxy_bypass_environment"]
    by_system: Callable[[str], object] = vars(urllib.request)["proxy_bypass"]
    return bool(by_list(host, proxies)) or ("no" not in proxies and bool(by_system(host)))


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date (RFC 9110, section 10.2.3); None when it is not."""
    import email.utils

    value = value.strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            then = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _location(value: str) -> str:
    """A Location header as an address: it came as bytes read as Latin-1, and what is not ASCII is escaped as it was."""
    return "".join(c if c < "\x80" else f"%{ord(c):02X}" for c in value)


def _latin(value: str) -> str:
    """A header value that http.client can send: other scripts as their UTF-8 bytes."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("latin-1")
    return value


def _with_user(start: Address, at: Address) -> str:
    scheme, _, rest = at.url.partition("://")
    return f"{scheme}://{quote(start.user, safe='')}:{quote(start.password, safe='')}@{rest}"
