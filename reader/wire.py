"""Connections of urllib3 that open only through a gate.

A part of ``reader.net``, kept apart because it imports urllib3 and requests, which are loaded at the first request.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import re
import socket
import ssl
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPDigestAuth
from requests.utils import parse_dict_header
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from reader.errors import Blocked, FetchError, TimedOut, Unreachable, Untrusted
from reader.gate import Gate, Watch

#: Connections are kept to so many hosts, more than are asked at one time.
_HOSTS = 40


class _PlainConnection(HTTPConnection):
    def __init__(self, gate: Gate, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._gate = gate
        self._private = False

    def _new_conn(self) -> socket.socket:
        sock, self._private = self._gate.open(self.host, self.port, self.proxy is not None)
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._gate.reuse(self._private)
        super().request(*args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        self._gate.current().watch.sock = self.sock
        return super().getresponse()


class _TlsConnection(HTTPSConnection):
    def __init__(self, gate: Gate, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._gate = gate
        self._private = False

    def connect(self) -> None:
        try:
            super().connect()
        except (ssl.SSLCertVerificationError, urllib3.exceptions.SSLError) as error:
            detail = getattr(error, "verify_message", "") or "it is another one than the accepted"
            raise Untrusted(
                url=self._gate.current().watch.url, detail=detail.rstrip("."), fingerprint=self._fingerprint()
            ) from error

    def _fingerprint(self) -> str:
        """SHA-256 of the certificate that the server shows; nothing is sent to it."""
        probe = _TlsConnection(
            self._gate,
            host=self.host,
            port=self.port,
            timeout=self.timeout,
            proxy=self.proxy,
            proxy_config=self.proxy_config,
            cert_reqs=ssl.CERT_NONE,
        )
        if self._tunnel_host:
            probe.set_tunnel(self._tunnel_host, self._tunnel_port, vars(self)["_tunnel_headers"])
        try:
            probe.connect()
            shown = probe.sock.getpeercert(binary_form=True) if isinstance(probe.sock, ssl.SSLSocket) else None
            return hashlib.sha256(shown).hexdigest() if shown else ""
        except (FetchError, urllib3.exceptions.HTTPError, OSError):
            return ""
        finally:
            probe.close()

    def _new_conn(self) -> socket.socket:
        sock, self._private = self._gate.open(self.host, self.port, self.proxy is not None)
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._gate.reuse(self._private)
        super().request(*args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        self._gate.current().watch.sock = self.sock
        return super().getresponse()


class _PlainPool(HTTPConnectionPool):
    def __init__(self, gate: Gate, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ConnectionCls: Any = functools.partial(_PlainConnection, gate)


class _TlsPool(HTTPSConnectionPool):
    def __init__(self, gate: Gate, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ConnectionCls: Any = functools.partial(_TlsConnection, gate)


class CheckedAdapter(HTTPAdapter):
    """The transport of all threads: every connection passes its gate. It never retries by itself.

    Args:
        at_a_time: connections that are kept to a host: as many as requests are under way there.
    """

    def __init__(self, gate: Gate, at_a_time: int) -> None:
        self.gate = gate
        super().__init__(pool_connections=_HOSTS, pool_maxsize=at_a_time)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._install(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        self._install(manager)
        return manager

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        """Connections that believe one certificate are kept apart from all others."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        certificate = self.gate.current().certificate
        return host, {**pool, "assert_fingerprint": certificate} if certificate else pool

    def _install(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {
            "http": functools.partial(_PlainPool, self.gate),
            "https": functools.partial(_TlsPool, self.gate),
        }


def fetch_error(error: Exception, watch: Watch) -> FetchError:
    """What urllib3 or requests raised, in our own words."""
    causes: list[BaseException] = []
    cause: object = error
    while isinstance(cause, BaseException) and cause not in causes:
        causes.append(cause)
        inner = [part for part in (getattr(cause, "reason", None), *cause.args) if isinstance(part, BaseException)]
        cause = inner[0] if inner else cause.__cause__ or cause.__context__
    for cause in causes:
        if isinstance(cause, FetchError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Untrusted(url=watch.url, detail=cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return Unreachable(url=watch.url, detail=f"TLS: {(cause.reason or str(cause)).lower().replace('_', ' ')}")
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return TimedOut(url=watch.url, seconds=_waited_s(watch))
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(url=watch.url, detail="the proxy refuses or does not answer")
    if isinstance(error, urllib3.exceptions.DecodeError):
        return Unreachable(url=watch.url, detail="the answer's compression is broken")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
        return Blocked(url=watch.url, detail="invalid address")
    if isinstance(error, requests.exceptions.InvalidSchema):
        return Unreachable(url=watch.url, detail="the proxy's kind is not supported")
    if any(isinstance(cause, urllib3.exceptions.ProtocolError | ConnectionError) for cause in causes):
        return Unreachable(url=watch.url, detail="the connection broke off")
    return Unreachable(url=watch.url, detail=str(causes[-1]) or type(error).__name__)


def _waited_s(watch: Watch) -> float:
    """How long it was waited: all that was allowed, or less where no connection came about."""
    waited_s = watch.seconds - watch.left_s
    return watch.seconds if watch.left_s < 0.5 else float(max(1, round(waited_s)))


def digest_answer(challenge: str, user: str, password: str, url: str) -> str:
    """The Authorization header that answers a Digest challenge (RFC 7616); ``""`` for a challenge of another kind."""
    found = re.search(r"(?i)\bdigest\s+", challenge)
    if found is None:
        return ""
    auth: Any = HTTPDigestAuth(user, password)
    auth.init_per_thread_state()
    auth._thread_local.chal = parse_dict_header(challenge[found.end() :])  # type: ignore[no-untyped-call]
    with contextlib.suppress(KeyError):  # a challenge without realm or nonce
        return str(auth.build_digest_header("GET", url) or "")
    return ""
