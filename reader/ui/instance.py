"""One window for a library: a second start hands over what it was asked for, and ends.

The first start holds a lock that the system lets go of when its process ends, however it ends, and listens on a local
socket. Qt is loaded here only by a second start, and no more of it than the socket.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from reader.errors import StoreBusy, Usage
from reader.paths import Paths
from reader.patterns import later
from reader.records import dataclass

#: A first instance that is there for its events answers in milliseconds.
SILENCE_S = 3.0
#: One that still opens its library (a migration, a slow disk) may take this long.
STARTING_S = 30.0
#: What one start may hand over; a file manager opens some hundred files at most.
LIMIT_BYTES, LIMIT_ITEMS = 256 * 1024, 1000
#: ``sun_path`` holds 108 bytes on Linux and 104 on macOS, with the closing zero.
_LONGEST_SOCKET = 100
_READY = b"ready\n"
TAKEN = b"taken\n"
_AGAIN_S = 0.02
#: ``c:`` is a drive.
_SCHEME = later(r"[A-Za-z][A-Za-z0-9+.-]+:")

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(LIMIT_BYTES)  # behind what is written: the others cannot read a locked byte
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True, slots=True)
class Request:
    """What a start asks for.

    Attributes:
        what: absolute paths, and addresses.
        token: by which the desktop allows the window to come to the front.
        hidden: nothing shall come to the front (a start at login).
    """

    what: tuple[str, ...] = ()
    token: str = ""
    hidden: bool = False

    def packed(self) -> bytes:
        """As one line of JSON.

        Raises:
            Usage: it is more than a start may hand over.
        """
        line = json.dumps(asdict(self), ensure_ascii=True).encode() + b"\n"
        if len(line) > LIMIT_BYTES or len(self.what) > LIMIT_ITEMS:
            raise Usage(detail=f"{len(self.what)} files and addresses are too many at once")
        return line


def unpacked(line: bytes) -> Request | None:
    """The request in a line that anything may have sent; None when it is none."""
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    what, token, hidden = read.get("what", []), read.get("token", ""), read.get("hidden", False)
    if not (isinstance(what, list) and all(isinstance(each, str) and "\0" not in each for each in what)):
        return None
    if len(what) > LIMIT_ITEMS or not isinstance(token, str) or type(hidden) is not bool:
        return None
    return Request(tuple(what), token if token.isprintable() and len(token) < 512 else "", hidden)


def request(what: Sequence[str], *, hidden: bool = False, environ: Mapping[str, str] | None = None) -> Request:
    """What this start asks for, understood wherever it is read: paths are made absolute."""
    environ = os.environ if environ is None else environ
    token = environ.get("XDG_ACTIVATION_TOKEN") or environ.get("DESKTOP_STARTUP_ID") or ""
    return Request(tuple(absolute(each) for each in what), token, hidden)


def absolute(each: str) -> str:
    """A path made absolute, also from a ``file:`` address; other addresses as they are."""
    if each.lower().startswith("file:"):
        path = unquote(urlsplit(each).path)
        return (path.lstrip("/") if os.name == "nt" else path) or each  # file:///C:/x
    if _SCHEME.match(each) and not os.path.exists(each):
        return each
    return os.path.abspath(os.path.expanduser(each))


# ------------------------------------------------------------------------------------------------------ the place


@dataclass(frozen=True, slots=True)
class Place:
    """Where the first start of a library is found: its lock, and what it listens on."""

    lock: Path
    socket: str


def place(where: Paths, environ: Mapping[str, str] | None = None) -> Place:
    """The place of a library, the same however it is named.

    Raises:
        OSError: there is no folder that belongs to this user alone.
    """
    environ = os.environ if environ is None else environ
    name = hashlib.sha256(os.path.realpath(where.data).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    for folder in _folders(environ):
        socket = folder / f"{name}.sock"
        if os.name != "nt" and len(os.fsencode(socket)) > _LONGEST_SOCKET:
            continue
        with contextlib.suppress(OSError):
            _make_own(folder)
            pipe = f"inkstone-{os.environ.get('USERNAME', '')}-{name}"
            return Place(folder / f"{name}.lock", pipe if os.name == "nt" else str(socket))
    raise OSError("there is no folder for the window's socket that belongs to this user alone")


def _folders(environ: Mapping[str, str]) -> list[Path]:
    named = environ.get("XDG_RUNTIME_DIR", "")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    # /tmp, last, is for a deep XDG_RUNTIME_DIR and a deep TMPDIR together.
    rest = [Path(tempfile.gettempdir()), *([Path("/tmp")] if os.name != "nt" else [])]
    return [Path(named) / "inkstone"] * os.path.isabs(named) + [each / f"inkstone-{user}" for each in rest]


def _make_own(folder: Path) -> None:
    """In /tmp anybody may have made it first: it must be a true folder of this user, closed to all others."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(str(folder))
    if hasattr(os, "getuid"):
        if found.st_uid != os.getuid():
            raise PermissionError(str(folder))
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)


# ------------------------------------------------------------------------------------------------------- the seat


class Seat:
    """The right to be the one window of a library, held until the process ends or ``leave`` is called."""

    def __init__(self, at: Place, file: BinaryIO) -> None:
        self.place, self._file = at, file

    def ready(self) -> None:
        """From now on whoever comes is answered at once."""
        self._file.seek(0)
        self._file.write(_READY)
        self._file.flush()

    def leave(self) -> None:
        """Let another start be the first. The file stays: a start that has it open waits for this very one."""
        with contextlib.suppress(OSError):
            self._file.close()


def take(at: Place) -> Seat | None:
    """The seat, None when another process has it."""
    file = open(os.open(at.lock, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)  # noqa: SIM115 (held by the seat)
    try:
        _lock(file)
        file.truncate(0)
    except OSError:
        file.close()
        return None
    return Seat(at, file)


def join(where: Paths, asked: Request, *, silence_s: float = SILENCE_S, starting_s: float = STARTING_S) -> Seat | None:
    """Be the first window of a library, or hand over to the one that is.

    Returns:
        The seat of the first; None when another process has taken what was asked for.

    Raises:
        StoreBusy: the first one does not answer.
        Usage: it is more than can be handed over.
    """
    at = place(where)
    line = asked.packed()
    began = time.monotonic()
    while True:
        seat = take(at)
        if seat is not None:
            return seat
        if _hand_over(at, line, lambda: _patience(at, began, silence_s, starting_s)):
            return None
        if _patience(at, began, silence_s, starting_s) <= 0:
            raise StoreBusy(path=str(where.data), detail=f"its window has not answered for {silence_s:.0f} seconds")
        time.sleep(_AGAIN_S)


def _patience(at: Place, began: float, silence_s: float, starting_s: float) -> float:
    """How many seconds there are left to wait."""
    try:
        ready = at.lock.read_bytes() == _READY
    except OSError:
        ready = True
    return began + (silence_s if ready else starting_s) - time.monotonic()


def _hand_over(at: Place, line: bytes, left: Callable[[], float]) -> bool:
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(at.socket)
    if not socket.waitForConnected(1000):
        return False
    socket.write(line)
    while socket.bytesToWrite() and left() > 0 and socket.state() == QLocalSocket.LocalSocketState.ConnectedState:
        socket.waitForBytesWritten(200)
    while left() > 0 and socket.bytesAvailable() < len(TAKEN):
        if not socket.waitForReadyRead(200) and socket.state() != QLocalSocket.LocalSocketState.ConnectedState:
            break
    return bytes(socket.readAll().data()) == TAKEN
