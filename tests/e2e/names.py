"""A network of its own, where every name that is asked for and every connection is counted: JSON in, JSON out.

    unshare --net --mount python -m tests.e2e.names < request.json

The request is one of ``alone``; no switch leads its names anywhere. The only server of names answers 127.0.0.1 to all,
where every connection to the web's ports is accepted and counted. Nothing can leave: the network is one loopback.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

PORTS = (80, 443)


def _loopback_up() -> None:
    """What ``ip link set lo up`` does (netdevice(7): SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP)."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        flags = struct.unpack("16sH22x", fcntl.ioctl(handle, 0x8913, struct.pack("16sH22x", b"lo", 0)))[1]
        fcntl.ioctl(handle, 0x8914, struct.pack("16sH22x", b"lo", flags | 1))


class Names(threading.Thread):
    """A server of names (RFC 1035) that knows one answer."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))

    def run(self) -> None:
        while True:
            query, client = self._socket.recvfrom(4096)
            with contextlib.suppress(IndexError, UnicodeDecodeError, struct.error):
                self._socket.sendto(self._answer(query), client)

    def _answer(self, query: bytes) -> bytes:
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii"))
            at += 1 + query[at]
        question = query[12 : at + 5]
        self.asked.append(".".join(labels).lower())
        is_address = struct.unpack(">H", query[at + 1 : at + 3])[0] == 1
        head = query[:2] + struct.pack(">HHHHH", 0x8580, 1, int(is_address), 0, 0)
        answer = b"\xc0\x0c" + struct.pack(">HHIH4s", 1, 1, 1, 4, bytes((127, 0, 0, 1)))
        return head + question + (answer if is_address else b"")


class Connections(threading.Thread):
    """Accepts what comes to a port, counts it and hangs up."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.count = 0
        self._socket = socket.create_server(("127.0.0.1", port))

    def run(self) -> None:
        while True:
            client, _ = self._socket.accept()
            self.count += 1
            client.close()


def main() -> int:
    _loopback_up()
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        conf.flush()
        # Only in this process's own view of the file system, and while it lives.
        subprocess.run(["mount", "--bind", conf.name, str(Path("/etc/resolv.conf").resolve())], check=True)
        names, doors = Names(), [Connections(port) for port in PORTS]
        for thread in (names, *doors):
            thread.start()
        request = {**json.load(sys.stdin), "port": 0}
        done = subprocess.run(
            [sys.executable, "-m", "tests.e2e.alone"], input=json.dumps(request), capture_output=True, text=True
        )
        if done.returncode:
            sys.stderr.write(done.stderr)
            return done.returncode
        found = {"findings": json.loads(done.stdout), "names": names.asked, "connections": sum(d.count for d in doors)}
        json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
