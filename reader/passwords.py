"""Passwords of sources: in the system's keyring, or for this run in memory, and nowhere else.

``keyring`` is loaded at the first password that is asked for: it takes 100 ms and talks to the desktop.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from reader.errors import NoKeyring

log = logging.getLogger(__name__)

SERVICE = "Inkstone"


class Keyring(Protocol):
    """What is used of a keyring."""

    def get_password(self, service: str, username: str, /) -> str | None: ...

    def set_password(self, service: str, username: str, password: str, /) -> None: ...

    def delete_password(self, service: str, username: str, /) -> None: ...


def system_keyring() -> Keyring | None:
    """The keyring of this system; None where there is none (a server without a desktop)."""
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    return None if isinstance(backend, fail.Keyring | null.Keyring) else backend


class Passwords:
    """The passwords of a library's sources. May be used by many threads at once.

    Args:
        open_keyring: gives the keyring or None; called once, at the first use.
    """

    def __init__(self, open_keyring: Callable[[], Keyring | None] = system_keyring) -> None:
        self._open = open_keyring
        self._opened: list[Keyring | None] = []
        # Also what the keyring gave: a locked one asks the user, and not again at every refresh.
        self._held: dict[str, str] = {}
        self._lock = threading.Lock()
        self._trouble: NoKeyring | None = None

    @property
    def trouble(self) -> NoKeyring | None:
        """Why a password will be lost when the program ends; None when none will."""
        return self._trouble

    def get(self, source_id: str) -> str:
        """The password of a source, ``""`` for none; a keyring that does not answer is one that has none."""
        with self._lock:
            if source_id not in self._held:
                self._held[source_id] = self._ask(source_id)
            return self._held[source_id]

    def set(self, source_id: str, password: str) -> None:
        """Keep a password; an empty one is removed.

        Raises:
            NoKeyring: there is no keyring, or it refuses: the password holds until the program ends. Said once.
        """
        if not password:
            self.delete(source_id)
            return
        with self._lock:
            self._held[source_id] = password
            try:
                keyring = self._keyring()
                if keyring is not None:
                    keyring.set_password(SERVICE, source_id, password)
                    return
                detail = "none was found"
            except Exception as error:  # each backend has errors of its own
                detail = str(error) or type(error).__name__
            if self._trouble is not None:
                return
            self._trouble = NoKeyring(detail=detail)
        raise self._trouble

    def delete(self, source_id: str) -> None:
        """Forget a password; one that is not there is no error."""
        with self._lock:
            self._held[source_id] = ""
            with contextlib.suppress(Exception):
                keyring = self._keyring()
                if keyring is not None and keyring.get_password(SERVICE, source_id) is not None:
                    keyring.delete_password(SERVICE, source_id)

    def _ask(self, source_id: str) -> str:
        try:
            keyring = self._keyring()
            return (keyring.get_password(SERVICE, source_id) or "") if keyring is not None else ""
        except Exception as error:
            log.info("the keyring does not answer: %s", type(error).__name__)
            return ""

    def _keyring(self) -> Keyring | None:
        if not self._opened:
            self._opened.append(self._open())
        return self._opened[0]
