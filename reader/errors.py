"""The whole error tree. Errors carry data; ``reader.sentences`` turns them into words.

::

    ReaderError                     expected trouble
    ├── SourceError                 this source failed, the others go on
    │   ├── FetchError              url
    │   │   ├── Blocked             the address is not allowed (private network, scheme, too many redirects)
    │   │   ├── TooLarge            limit_bytes
    │   │   ├── TimedOut            seconds
    │   │   ├── Unreachable         no name, no route, refused, TLS trouble (detail)
    │   │   ├── Untrusted           the server's certificate (fingerprint) is not to be believed (detail)
    │   │   ├── Cancelled           the user stopped it
    │   │   └── HttpStatus          status, reason, retry_after_s
    │   ├── ParseError              url or path, detail, line
    │   └── FolderError             path, detail
    ├── PictureError                url, detail, status
    ├── StoreError                  path, detail
    │   ├── StoreBusy               another program holds it
    │   ├── StoreFull               the disk is full
    │   ├── StoreCorrupt            not a database, or a damaged one
    │   │   └── StoreLost           gone, and its journal is not
    │   ├── StoreTooNew             made by a newer Inkstone
    │   ├── StoreReadOnly           a write was asked of a library that cannot be written
    │   └── StoreDenied             the folder or file cannot be opened
    ├── NoKeyring                   detail: no keyring takes a password; it is kept for this run only
    ├── NotFound                    kind ("article", "source", "file"), name
    ├── WorkerDied                  task, seconds: the worker process ended, or was ended for taking too long
    ├── EngineRefused               WebEngine cannot start (as root without a sandbox switch set by the user)
    ├── Stopped                     the user ended a long work (a backup, an export); nothing is left of it
    └── Usage                       detail: what was asked for makes no sense

Everything else that is raised is a bug: it is caught once, at the top.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _rebuild(kind: type[ReaderError], data: dict[str, Any]) -> ReaderError:
    error = kind.__new__(kind)
    Exception.__init__(error, *data.values())
    error.__dict__.update(data)
    return error


class ReaderError(Exception):
    """Expected trouble. Keyword data only, so that it survives the way between processes.

    Args:
        **data: what was bad and where; each becomes an attribute.
    """

    def __init__(self, **data: Any) -> None:
        super().__init__(*data.values())
        self.__dict__.update(data)

    def __reduce__(self) -> tuple[Callable[..., ReaderError], tuple[type[ReaderError], dict[str, Any]]]:
        return _rebuild, (type(self), dict(self.__dict__))

    def __str__(self) -> str:
        inside = ", ".join(f"{key}={value!r}" for key, value in self.__dict__.items() if not key.startswith("_"))
        return f"{type(self).__name__}({inside})"


class SourceError(ReaderError):
    """One source failed; the others go on."""


class FetchError(SourceError):
    """``url`` could not be fetched."""

    def __init__(self, *, url: str, **data: Any) -> None:
        super().__init__(url=url, **data)
        self.url: str = url


class Blocked(FetchError):
    """The address may not be contacted. ``detail`` says which rule: scheme, private address, redirects."""

    def __init__(self, *, url: str, detail: str) -> None:
        super().__init__(url=url, detail=detail)
        self.detail: str = detail


class TooLarge(FetchError):
    """The answer is longer than ``limit_bytes``."""

    def __init__(self, *, url: str, limit_bytes: int) -> None:
        super().__init__(url=url, limit_bytes=limit_bytes)
        self.limit_bytes: int = limit_bytes


class TimedOut(FetchError):
    """No complete answer within ``seconds``."""

    def __init__(self, *, url: str, seconds: float) -> None:
        super().__init__(url=url, seconds=seconds)
        self.seconds: float = seconds


#: ``Unreachable.detail`` where nothing listens, on every system.
REFUSED = "connection refused"


class Unreachable(FetchError):
    """No connection: the name is unknown, nothing listens, TLS failed. ``detail`` is a short English phrase."""

    def __init__(self, *, url: str, detail: str) -> None:
        super().__init__(url=url, detail=detail)
        self.detail: str = detail


class Untrusted(FetchError):
    """The server showed a certificate that nobody known signed, or another one than the user accepted.

    ``fingerprint`` is its SHA-256 in small hex, so that the user can accept this very one; ``""`` when it is not known.
    """

    def __init__(self, *, url: str, detail: str, fingerprint: str = "") -> None:
        super().__init__(url=url, detail=detail, fingerprint=fingerprint)
        self.detail: str = detail
        self.fingerprint: str = fingerprint


class Cancelled(FetchError):
    """Stopped by the user."""


class HttpStatus(FetchError):
    """The server answered with an error status (RFC 9110). ``retry_after_s`` is None without the header."""

    def __init__(self, *, url: str, status: int, reason: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(url=url, status=status, reason=reason, retry_after_s=retry_after_s)
        self.status: int = status
        self.reason: str = reason
        self.retry_after_s: float | None = retry_after_s


class Offline(SourceError):
    """No host could be reached: this says nothing about the sources, and nothing is written down about them."""


class CaptivePortal(SourceError):
    """A network that wants a login answers in the place of the sources; nothing is written down about them."""


class ParseError(SourceError):
    """``where`` (an address or a path) is not what it should be; ``line`` is 1-based, 0 when unknown."""

    def __init__(self, *, where: str, detail: str, line: int = 0) -> None:
        super().__init__(where=where, detail=detail, line=line)
        self.where: str = where
        self.detail: str = detail
        self.line: int = line


class FolderError(SourceError):
    """``path`` cannot be read as a folder or a file of it."""

    def __init__(self, *, path: str, detail: str) -> None:
        super().__init__(path=path, detail=detail)
        self.path: str = path
        self.detail: str = detail


class PictureError(ReaderError):
    """One picture is missing; only it. ``status`` is the HTTP status, 0 when there was none.

    ``kind`` is one of: unreachable, refused, missing, timeout, too-large, not-a-picture, bomb, blocked, offline.
    """

    def __init__(self, *, url: str, kind: str, detail: str = "", status: int = 0) -> None:
        super().__init__(url=url, kind=kind, detail=detail, status=status)
        self.url: str = url
        self.kind: str = kind
        self.detail: str = detail
        self.status: int = status


class StoreError(ReaderError):
    """The library at ``path`` cannot do what was asked."""

    def __init__(self, *, path: str, detail: str = "") -> None:
        super().__init__(path=path, detail=detail)
        self.path: str = path
        self.detail: str = detail


class StoreBusy(StoreError):
    """Another program holds the library."""


class StoreFull(StoreError):
    """No room left on the disk."""


class StoreCorrupt(StoreError):
    """The file is not a database, or a damaged one."""


class StoreLost(StoreCorrupt):
    """The file is gone or empty, and the journal beside it is not: it can be made again from that."""


class StoreTooNew(StoreError):
    """The library was made by a newer Inkstone."""


class StoreReadOnly(StoreError):
    """A write was asked of a library that can only be read."""


class StoreDenied(StoreError):
    """The folder or the file cannot be opened or made (rights)."""


class NoKeyring(ReaderError):
    """The system has no keyring, or it refuses (``detail``): a password is kept only until the program ends."""

    def __init__(self, *, detail: str) -> None:
        super().__init__(detail=detail)
        self.detail: str = detail


class NotFound(ReaderError):
    """No ``kind`` (article, source, file) of that ``name``."""

    def __init__(self, *, kind: str, name: str) -> None:
        super().__init__(kind=kind, name=name)
        self.kind: str = kind
        self.name: str = name


class WorkerDied(ReaderError):
    """The worker process ended during ``task``, or was ended after ``seconds``."""

    def __init__(self, *, task: str, seconds: float) -> None:
        super().__init__(task=task, seconds=seconds)
        self.task: str = task
        self.seconds: float = seconds


class EngineRefused(ReaderError):
    """The page engine does not start as root: its own sandbox would have to be switched off."""


class Stopped(ReaderError):
    """The user ended a long work; nothing is left of it."""


class Usage(ReaderError):
    """What was asked for makes no sense; ``detail`` says why."""

    def __init__(self, *, detail: str) -> None:
        super().__init__(detail=detail)
        self.detail: str = detail
