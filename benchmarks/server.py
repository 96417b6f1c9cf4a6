"""``feed_server.py`` over generated feeds, on loopback, at a port that is free now."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import limits, material

_PATIENCE_S = 20.0


@contextmanager
def serving(folder: Path) -> Iterator[list[str]]:
    """Serve a folder of feeds; the addresses of its feeds there.

    Raises:
        MissingTool: there is no ``feed_server.py``.
        RuntimeError: it did not start.
    """
    script = limits.tool("feed_server.py")
    if script is None:
        raise limits.MissingTool("feed_server.py")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(script), str(folder), "--port", str(port), "--log", os.devnull]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        end = time.monotonic() + _PATIENCE_S
        while True:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{script.name} did not start at port {port}")
            time.sleep(0.05)
        yield [address.replace(f":{material.PORT}/", f":{port}/") for address in material.addresses(folder)]
    finally:
        process.terminate()
        process.wait()


def tell(addresses: Sequence[str], **settings: float) -> None:
    """Make the server behave otherwise: ``version`` changes all feeds, ``latency`` is in milliseconds; see its help."""
    words = "&".join(f"{name}={value}" for name, value in settings.items())
    with urllib.request.urlopen(f"http://127.0.0.1:{urlsplit(addresses[0]).port}/ctl/set?{words}") as answer:
        answer.read()
