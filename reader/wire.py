"""Connections of urllib3 that open only through a gate.

A part of ``reader.net``, kept apart because it imports urllib3 and requests, which are loaded at the first request.
"""

from __future__ import annotations

import functools
import socket
import ssl
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from reader.errors import Blocked, FetchError, TimedOut, Unreachable
from reader.gate import Gate, Watch


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
    """The transport of one thread's session: every connection passes its gate. It never retries by itself."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        super().__init__(pool_connections=10, pool_maxsize=2)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._install(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        self._install(manager)
        return manager

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
            return Unreachable(url=watch.url, detail=f"TLS certificate: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return Unreachable(url=watch.url, detail=f"TLS: {(cause.reason or str(cause)).lower().replace('_', ' ')}")
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return TimedOut(url=watch.url, seconds=watch.seconds)
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
