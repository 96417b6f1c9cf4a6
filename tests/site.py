"""A scripted web server on loopback for tests: it answers what the test laid out and counts what came."""

from __future__ import annotations

import base64
import contextlib
import gzip as gzip_format
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

#: Red pictures of 16 x 12 pixels.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEAZABkAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQ"
    "YEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAMABAD"
    "ASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKB"
    "kaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZ"
    "mqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQF"
    "BgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5"
    "OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX"
    "2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDCooorzj7E/9k="
)
WEBP = base64.b64decode("UklGRjgAAABXRUJQVlA4ICwAAACQAQCdASoQAAwAAoBCJaACdLoAA5gA/u7/n9CjZRMU//qDP/LQ/9Wh+twAAA==")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 3, rgb: tuple[int, int, int] = (200, 30, 30)) -> bytes:
    """A PNG of one colour."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(rgb) * width) * height
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def gif(width: int = 4, height: int = 3, rgb: tuple[int, int, int] = (200, 30, 30), frames: int = 1) -> bytes:
    """A GIF of one colour, with as many equal frames as asked."""
    palette = bytes(rgb) * 128
    # With 7-bit pixels a code is 8 bits wide until the table has 256 entries: a clear code (0x80) each 100 pixels.
    codes, left = b"", width * height
    while left > 0:
        codes += b"\x80" + b"\0" * min(left, 100)
        left -= 100
    codes += b"\x81"
    blocks = b"".join(bytes([len(codes[at : at + 255])]) + codes[at : at + 255] for at in range(0, len(codes), 255))
    control = b"\x21\xf9\x04\x00" + struct.pack("<H", 10) + b"\0\0"
    frame = control + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x07" + blocks + b"\0"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0xE6, 0, 0) + palette + frame * frames + b"\x3b"


@dataclass(frozen=True, slots=True)
class Hit:
    """One request that came; header names are lower-case."""

    path: str
    headers: dict[str, str]
    status: int


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered at one path (see ``Site.add``)."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    delay_s: float = 0
    drip: int | None = None
    tick_s: float = 0.05
    redirect: str | None = None
    require_referer: str | None = None
    refuse_first: int = 0
    gzip: bool = False
    endless: bool = False
    truncate: int | None = None
    drip_headers: bool = False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    site: Site

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self.site.lock:
            self.site.connections += 1
            self.site.open.add(connection)
            self.site.most_open = max(self.site.most_open, len(self.site.open))
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self.site.lock:
            self.site.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        site = self.server.site
        with site.lock:
            site.busy += 1
            site.busiest = max(site.busiest, site.busy)
        try:
            self._serve(site)
        finally:
            with site.lock:
                site.busy -= 1

    def _serve(self, site: Site) -> None:
        with site.lock:
            page = site.pages.get(self.path) or site.pages.get(self.path.partition("?")[0])
        status = self._status(page)
        with site.lock:
            site.requests.append(Hit(self.path, {name.lower(): value for name, value in self.headers.items()}, status))
        if page is None:
            page = Page(b"nothing here")
        if page.delay_s and site.stopping.wait(page.delay_s):
            self.close_connection = True
            return
        try:
            self._answer(page, status)
        except OSError:
            self.close_connection = True

    def _status(self, page: Page | None) -> int:
        if page is None:
            return 404
        if self.server.site.hits(self.path) < page.refuse_first:
            return 403
        referer = self.headers.get("Referer")
        if page.require_referer == "none":
            if referer:
                return 403
        elif page.require_referer is not None and not (referer or "").startswith(page.require_referer):
            return 403
        if page.redirect is not None:
            return page.status if 300 <= page.status < 400 else 302
        if page.status == 200:
            asked = self.headers.get("If-None-Match")
            if asked is not None:
                if page.etag is not None and page.etag in [tag.strip() for tag in asked.split(",")]:
                    return 304
            elif page.last_modified is not None and self.headers.get("If-Modified-Since") == page.last_modified:
                return 304
        return page.status

    def _answer(self, page: Page, status: int) -> None:
        body = b"" if status == 304 else page.body
        if status == 403 and page.status != 403:
            body = b"<html><body>hotlinking is not allowed</body></html>"
        if page.drip_headers:
            self._drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000, page)
            return
        if page.gzip:
            body = gzip_format.compress(body)
        self.send_response(status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.etag is not None:
            self.send_header("ETag", page.etag)
        if page.last_modified is not None:
            self.send_header("Last-Modified", page.last_modified)
        if status != 304:
            self.send_header("Content-Type", "text/html" if status == 403 else page.content_type)
        if page.redirect is not None and 300 <= status < 400:
            self.send_header("Location", page.redirect.encode("utf-8").decode("latin-1"))
        if page.gzip:
            self.send_header("Content-Encoding", "gzip")
        if page.endless:
            self.close_connection = True
            self.send_header("Connection", "close")
        elif status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD" or status == 304:
            return
        if page.endless:
            while not self.server.site.stopping.is_set():
                self._write(body or b"\0" * 65536, page)
        elif page.truncate is not None:
            self.close_connection = True
            self._write(body[: page.truncate], page)
        else:
            self._write(body, page)

    def _write(self, body: bytes, page: Page) -> None:
        if page.drip is None:
            self.wfile.write(body)
        else:
            self._drip(body, page)

    def _drip(self, body: bytes, page: Page) -> None:
        step = page.drip or 1
        for at in range(0, len(body), step):
            self.wfile.write(body[at : at + step])
            if self.server.site.stopping.wait(page.tick_s):
                self.close_connection = True
                return


class Site:
    """The server, running inside a ``with`` block.

    Args:
        host: any address of 127.0.0.0/8, so that one test can have several hosts.
        port: 0 takes a free one.
        certificate: a file with certificate and key, to speak TLS.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, certificate: Path | None = None) -> None:
        self.lock = threading.Lock()
        self.pages: dict[str, Page] = {}
        self.requests: list[Hit] = []
        self.connections = 0
        self.busy = 0
        self.busiest = 0  # the most requests that were answered at one time
        self.open: set[socket.socket] = set()
        self.most_open = 0
        self.stopping = threading.Event()
        self._server = _Server((host, port), _Handler)
        self._server.site = self
        self.scheme = "http" if certificate is None else "https"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake is the handler's: one that fails must not hold up the others.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.host = host
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        with self.lock:
            left = list(self.open)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        # The handler threads close their sockets themselves; they have nothing left to wait for.
        until = time.monotonic() + 2
        while self.open and time.monotonic() < until:
            time.sleep(0.005)

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/") -> str:
        """The absolute address of a path."""
        return f"{self.scheme}://{self.netloc}{path}"

    def add(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        content_type: str = "text/html; charset=utf-8",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        delay_s: float = 0,
        drip: int | None = None,
        tick_s: float = 0.05,
        redirect: str | None = None,
        require_referer: str | None = None,
        refuse_first: int = 0,
        gzip: bool = False,
        endless: bool = False,
        truncate: int | None = None,
        drip_headers: bool = False,
    ) -> str:
        """Lay out (or replace) what a path answers.

        Args:
            path: with a query, only that query; without, any query.
            etag, last_modified: sent, and answered with 304 when asked for.
            delay_s: wait before the status line.
            drip: bytes a tick of ``tick_s`` seconds; ``drip_headers`` drips headers that never end instead.
            redirect: the Location; the status is 302 unless another 3xx is given.
            require_referer: "none" refuses every Referer with 403, a prefix refuses all others and none.
            refuse_first: so many requests get a 403, whatever they say.
            gzip: compress the body; endless: repeat it for ever; truncate: promise all, send so many bytes, close.

        Returns:
            The absolute address.
        """
        page = Page(
            body=body.encode() if isinstance(body, str) else body,
            content_type=content_type,
            status=status,
            headers=dict(headers or {}),
            etag=etag,
            last_modified=last_modified,
            delay_s=delay_s,
            drip=drip,
            tick_s=tick_s,
            redirect=redirect,
            require_referer=require_referer,
            refuse_first=refuse_first,
            gzip=gzip,
            endless=endless,
            truncate=truncate,
            drip_headers=drip_headers,
        )
        with self.lock:
            self.pages[path] = page
        return self.url(path)

    def hits(self, path: str | None = None) -> int:
        """How many requests came, for one path (any query, unless the path names one) or in all."""
        with self.lock:
            return sum(path is None or hit.path == path or hit.path.partition("?")[0] == path for hit in self.requests)
