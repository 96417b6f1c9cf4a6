"""What the user trusts the servers of sources with, and trusts them for: logins and certificates nobody signed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from reader.addresses import without_user
from reader.errors import NoKeyring, Usage
from reader.model import Offer, Source
from reader.passwords import Passwords
from reader.store import Store

if TYPE_CHECKING:
    from reader.net import Access, Client

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class Accounts:
    """The logins and certificates of a library's sources. One for a library.

    Args:
        client: the door to the network, made on first use.
    """

    def __init__(self, store: Store, client: Callable[[], Client], passwords: Passwords) -> None:
        self._store, self._client, self.passwords = store, client, passwords

    def access(self, source: Source) -> Access:
        """What the source's own origin is told with each request; the keyring is asked only for one with a user."""
        from reader.net import NO_ACCESS, Access, Origin

        if not (source.user or source.headers):
            return NO_ACCESS
        password = self.passwords.get(source.id) if source.user else ""
        return Access(Origin.of(source.address), source.user, password, source.headers)

    def set_login(self, key: int, user: str, password: str) -> Source:
        """Give a source a user name and a password; empty ones take them away.

        Raises:
            NoKeyring: the password holds until the program ends; everything else is done. Said once.
            NotFound: no such source.
        """
        source = self._store.configure_source(key, user=user)
        self.passwords.set(source.id, password if user else "")
        return source

    def change_address(self, key: int, url: str) -> Source:
        """Give a source another address, typed by the user; a login in it becomes the source's.

        Raises:
            Usage: another source has it.
            NoKeyring: as ``set_login``.
        """
        from reader.addresses import Origin

        before = self._store.source(key)
        address, user, password = without_user(url)
        with self._store.together():
            self._store.edit_source(key, address=address)
            source = self._store.add_source("feed", address, "", typed=True)  # it is there: only typed from now on
            if Origin.of(address) != Origin.of(before.address):
                # What was meant for the old server is told to no other one.
                source = self._store.configure_source(key, user="", headers=(), certificate="")
        if user:
            return self.set_login(key, user, password)
        if before.user and not source.user:
            self.passwords.delete(source.id)
        return source

    def take_login(self, source: Source, offer: Offer) -> Source:
        """The login that stood in the address by which a feed was found becomes its source's."""
        if not offer.user:
            return source
        with contextlib.suppress(NoKeyring):  # the login holds for this run; ``passwords.trouble`` tells
            self.set_login(source.key, offer.user, offer.password)
        return self._store.source(source.key)

    def accept_certificate(self, key: int, fingerprint: str) -> Source:
        """Believe the certificate of a source's server, and no other one of it; an empty fingerprint takes it back.

        Args:
            fingerprint: SHA-256 in hex, as ``Untrusted`` names it; colons and capitals do not matter.

        Raises:
            Usage: that is no fingerprint.
            NotFound: no such source.
        """
        fingerprint = fingerprint_of(fingerprint) if fingerprint else ""
        source = self._store.configure_source(key, certificate=fingerprint)
        self._trust(self._client(), source)
        return source

    def take_certificate(self, source: Source) -> Source:
        """What was believed while a feed was found is believed from now on."""
        from reader.addresses import Origin

        origin = Origin.of(source.address)
        trusted = self._client().trusted(origin) if origin else ""
        if trusted and trusted != source.certificate:
            return self._store.configure_source(source.key, certificate=trusted)
        return source

    def trust(self, client: Client) -> None:
        """Tell a new client which certificates are believed."""
        for source in self._store.sources():
            if source.certificate:
                self._trust(client, source)

    def _trust(self, client: Client, source: Source) -> None:
        from reader.addresses import Origin

        origin = Origin.of(source.address)
        if origin is not None:
            client.trust(origin, source.certificate)


def fingerprint_of(text: str) -> str:
    """A fingerprint as it is compared.

    Raises:
        Usage: it is none.
    """
    plain = text.replace(":", "").replace(" ", "").lower()
    if not _FINGERPRINT.fullmatch(plain):
        raise Usage(detail=f"“{text}” is not the SHA-256 fingerprint of a certificate (64 hexadecimal digits)")
    return plain
