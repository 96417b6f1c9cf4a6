"""SOCKS 5 (RFC 1928, with the user name and password of RFC 1929): asking a proxy for a connection.

A part of ``reader.net``. Written here and not taken from a library, so that a proxy, too, is reached only through the
gate, and within the time of the request.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import field
from urllib.parse import unquote, urlsplit

from reader.records import dataclass

_VERSION, _LOGIN_VERSION = 5, 1
_NO_LOGIN, _LOGIN = 0, 2
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_REFUSALS = {
    1: "general failure",
    2: "not allowed by its rules",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "it took too long",
    7: "command not supported",
    8: "kind of address not supported",
}


class SocksError(OSError):
    """The proxy refuses, or speaks something else; the text is a short English phrase."""


@dataclass(frozen=True, slots=True)
class SocksProxy:
    """Where a proxy is.

    Attributes:
        names: it looks names up itself (``socks5h``).
    """

    host: str
    port: int
    names: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> SocksProxy | None:
        """The proxy that an address means, None when it is of another kind.

        Raises:
            ValueError: the address is broken.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("socks5", "socks5h", "socks"):
            return None
        if not parts.hostname:
            raise ValueError("no host")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, parts.port or 1080, parts.scheme == "socks5h", user, password)


def connect(sock: socket.socket, proxy: SocksProxy, host: str, port: int) -> None:
    """Have the proxy at the other end of ``sock`` connect to a name or a numeric address.

    Raises:
        SocksError: it refuses.
        OSError: the connection broke off, or the socket's own timeout passed.
    """
    methods = [_NO_LOGIN, _LOGIN] if proxy.user else [_NO_LOGIN]
    sock.sendall(bytes([_VERSION, len(methods), *methods]))
    version, method = _read(sock, 2)
    if version != _VERSION:
        raise SocksError("it speaks no SOCKS 5")
    if method == _LOGIN and proxy.user:
        _log_in(sock, proxy)
    elif method != _NO_LOGIN:
        raise SocksError("it wants another user name or password")
    sock.sendall(bytes([_VERSION, _CONNECT, 0]) + _destination(host) + port.to_bytes(2, "big"))
    version, answer, _, kind = _read(sock, 4)
    if answer != 0:
        raise SocksError(_REFUSALS.get(answer, f"error {answer}"))
    # The address that it speaks from says nothing to us, but stands before what the server says.
    length = {_IPV4: 4, _IPV6: 16}.get(kind)
    _read(sock, (length if length is not None else _read(sock, 1)[0]) + 2)


def _log_in(sock: socket.socket, proxy: SocksProxy) -> None:
    user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
    sock.sendall(bytes([_LOGIN_VERSION, len(user)]) + user + bytes([len(password)]) + password)
    if _read(sock, 2)[1] != 0:
        raise SocksError("it refuses the user name or password")


def _destination(host: str) -> bytes:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("ascii")
        return bytes([_NAME, len(name)]) + name
    return bytes([_IPV4 if ip.version == 4 else _IPV6]) + ip.packed


def _read(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise SocksError("it ended the connection")
        data += piece
    return data
