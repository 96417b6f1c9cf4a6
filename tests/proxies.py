"""Two small real proxies on loopback, which write down what they were asked for: HTTP (with CONNECT) and SOCKS 5."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
from types import TracebackType


class Proxy:
    """A proxy that connects to one server whatever it is asked for, inside a ``with`` block.

    Args:
        target: where its connections go.
        login: user and password that it wants (SOCKS).
    """

    scheme = ""

    def __init__(self, target: tuple[str, int], login: tuple[str, str] | None = None) -> None:
        self.target, self.login = target, login
        self.asked: list[str] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[socketserver.BaseRequestHandler]:
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    proxy.serve(self.request)

        return Handler

    def serve(self, client: socket.socket) -> None:
        raise NotImplementedError


class HttpProxy(Proxy):
    scheme = "http"

    def serve(self, client: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = client.recv(1)
            if not piece:
                return
            head += piece
        line, _, rest = head.partition(b"\r\n")
        method, target, version = line.split(b" ")
        self.asked.append(f"{method.decode()} {target.decode()}")
        with socket.create_connection(self.target) as upstream:
            if method == b"CONNECT":
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                path = b"/" + target.split(b"/", 3)[3]
                headers = re.sub(rb"(?i)connection: keep-alive", b"Connection: close", rest)
                upstream.sendall(b" ".join((method, path, version)) + b"\r\n" + headers)
            pump(client, upstream)


class SocksProxy(Proxy):
    scheme = "socks5"

    def serve(self, client: socket.socket) -> None:
        version, count = read(client, 2)
        methods = read(client, count)
        wanted = 2 if self.login else 0
        if version != 5 or wanted not in methods:
            client.sendall(b"\x05\xff")
            return
        client.sendall(bytes([5, wanted]))
        if self.login:
            user = read(client, read(client, 2)[1]).decode()
            password = read(client, read(client, 1)[0]).decode()
            client.sendall(bytes([1, (user, password) != self.login]))
            if (user, password) != self.login:
                return
        kind = read(client, 4)[3]
        if kind == 3:
            host = read(client, read(client, 1)[0]).decode()
        else:
            host = socket.inet_ntop(
                *((socket.AF_INET, read(client, 4)) if kind == 1 else (socket.AF_INET6, read(client, 16)))
            )
        port = int.from_bytes(read(client, 2), "big")
        self.asked.append(f"{host}:{port}")
        try:
            upstream = socket.create_connection(self.target)
        except OSError:
            client.sendall(b"\x05\x05\x00\x01" + bytes(6))
            return
        with upstream:
            client.sendall(b"\x05\x00\x00\x03\x01x\x00\x01")
            pump(client, upstream)


def read(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data


def pump(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either side ends."""

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=carry, args=(other, one), daemon=True)
    back.start()
    carry(one, other)
    back.join()
