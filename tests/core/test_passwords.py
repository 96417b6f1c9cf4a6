"""Passwords: in the keyring or in memory, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from reader.errors import HttpStatus, NoKeyring, Usage
from reader.library import Library
from reader.passwords import SERVICE, Passwords
from reader.paths import in_folder
from tests.site import Site

RSS = "<rss><channel><title>F</title><item><title>One</title><link>https://a.example/1</link></item></channel></rss>"


class Ring(KeyringBackend):
    """A keyring that forgets at the end of a test."""

    priority = 1  # type: ignore[assignment]  # keyring reads it as a class property, and asks backends to write it so

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.locked:
            raise KeyringLocked("it stays locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("it stays locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_password_is_kept_found_and_removed(ring: Ring) -> None:
    passwords = Passwords()
    assert passwords.get("a") == ""
    passwords.set("a", "é中 s3cret")
    passwords.set("b", "other")
    assert ring.kept == {(SERVICE, "a"): "é中 s3cret", (SERVICE, "b"): "other"}
    assert Passwords().get("a") == "é中 s3cret"
    passwords.delete("a")
    passwords.delete("a")
    passwords.set("b", "")
    assert (passwords.get("a"), passwords.get("b"), ring.kept) == ("", "", {})
    assert passwords.trouble is None


def test_the_keyring_is_asked_once_a_run(ring: Ring) -> None:
    ring.kept[SERVICE, "a"] = "s3cret"
    passwords = Passwords()
    assert [passwords.get("a") for _ in range(3)] == ["s3cret"] * 3
    assert ring.asked == 1


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_without_a_keyring_it_says_so_once_and_keeps_it_for_this_run(ring: Ring, backend: type[KeyringBackend]) -> None:
    keyring.set_keyring(backend())
    passwords = Passwords()
    assert passwords.get("a") == ""
    with pytest.raises(NoKeyring, match="none was found"):
        passwords.set("a", "s3cret")
    passwords.set("b", "other")
    assert (passwords.get("a"), passwords.get("b")) == ("s3cret", "other")
    assert isinstance(passwords.trouble, NoKeyring)
    assert Passwords().get("a") == ""


def test_a_keyring_that_refuses_is_as_none(ring: Ring) -> None:
    ring.locked = True
    passwords = Passwords()
    assert passwords.get("a") == ""
    with pytest.raises(NoKeyring, match="it stays locked"):
        passwords.set("a", "s3cret")
    assert passwords.get("a") == "s3cret"
    passwords.delete("a")
    assert passwords.get("a") == ""


def test_nothing_loads_the_keyring_before_a_password_is_asked_for() -> None:
    code = "import sys, reader.library, reader.passwords; reader.passwords.Passwords(); print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


# ---------------------------------------------------------------------------------------------------- in a library


@pytest.fixture
def library(tmp_path: Path, ring: Ring) -> Iterator[Library]:
    with Library(in_folder(tmp_path / "library")) as opened:
        yield opened


def typed(site: Site) -> str:
    return f"http://mia:s3cret@{site.netloc}/feed"


BASIC = "Basic bWlhOnMzY3JldA=="


def test_a_login_in_a_typed_address_goes_to_the_keyring(library: Library, ring: Ring, site: Site) -> None:
    site.add("/feed", RSS)
    source, _ = library.add_feed(typed(site))
    assert (source.address, source.user) == (site.url("/feed"), "mia")
    assert ring.kept == {(SERVICE, source.id): "s3cret"}
    list(library.refresh([source]))
    assert [hit.headers.get("authorization") for hit in site.requests] == [BASIC, BASIC]
    assert b"s3cret" not in library.paths.database.read_bytes()
    library.remove_source(source.key)
    assert ring.kept == {}


def test_a_login_in_a_page_s_address_goes_with_its_feed(library: Library, ring: Ring, site: Site) -> None:
    site.add("/", '<link rel="alternate" type="application/rss+xml" href="/feed"><p>A page</p>')
    site.add("/feed", RSS)
    source, _ = library.add_feed(f"http://mia:s3cret@{site.netloc}/")
    assert (source.address, source.user) == (site.url("/feed"), "mia")
    assert {hit.headers.get("authorization") for hit in site.requests} == {BASIC}


def test_a_login_is_set_and_taken_away(library: Library, ring: Ring, site: Site) -> None:
    site.add("/feed", RSS)
    source, _ = library.add_feed(site.url("/feed"))
    assert ring.asked == 0
    source = library.set_login(source.key, "mia", "s3cret")
    source = library.store.configure_source(source.key, headers=(("X-Token", "t"),))
    list(library.refresh([source]))
    assert site.requests[-1].headers["authorization"] == BASIC
    assert site.requests[-1].headers["x-token"] == "t"
    source = library.set_login(source.key, "", "")
    list(library.refresh([source]))
    assert "authorization" not in site.requests[-1].headers
    assert ring.kept == {}


def test_a_refresh_without_the_password_is_a_plain_failure(library: Library, ring: Ring, site: Site) -> None:
    site.add("/feed", RSS)
    source, _ = library.add_feed(typed(site))
    ring.locked = True
    site.add("/feed", "no", status=401)
    with Library(library.paths) as later:
        (outcome,) = later.refresh([later.store.source(source.key)])
    assert isinstance(getattr(outcome, "error", None), HttpStatus)


def test_another_address_tells_the_old_server_s_secrets_to_nobody(library: Library, ring: Ring, site: Site) -> None:
    site.add("/feed", RSS)
    source, _ = library.add_feed(typed(site))
    source = library.store.configure_source(source.key, headers=(("X-Token", "t"),))
    source = library.change_address(source.key, site.url("/feed?2"))
    assert (source.user, source.headers, source.address) == ("mia", (("X-Token", "t"),), site.url("/feed?2"))
    source = library.change_address(source.key, "http://127.0.0.3:1/feed")
    assert (source.user, source.headers, ring.kept) == ("", (), {})
    source = library.change_address(source.key, "http://kim:other@127.0.0.3:1/feed")
    assert (source.user, source.address) == ("kim", "http://127.0.0.3:1/feed")
    assert ring.kept == {(SERVICE, source.id): "other"}


def test_logins_of_a_list_go_to_the_keyring(library: Library, ring: Ring) -> None:
    listed = b'<opml><body><outline xmlUrl="https://mia:s3cret@a.example/feed"/></body></opml>'
    (source,), _ = library.import_opml(listed)
    assert (source.address, source.user) == ("https://a.example/feed", "mia")
    assert ring.kept == {(SERVICE, source.id): "s3cret"}
    assert b"s3cret" not in library.export_opml(secrets=True)
    assert library.preview_opml(listed).new == ()


def test_an_accepted_certificate_stays_accepted(tmp_path: Path, ring: Ring) -> None:
    pem = Path(__file__).resolve().parents[1] / "data" / "tls" / "home.pem"
    from tests.core.test_access import HOME, OTHER

    with Site(certificate=pem) as secure, Library(in_folder(tmp_path / "library")) as library:
        secure.add("/feed", RSS)
        shown = ":".join(HOME[at : at + 2].upper() for at in range(0, 64, 2))
        source, _ = library.add_feed(secure.url("/feed"), certificate=shown)
        assert source.certificate == HOME
        with Library(library.paths) as later:
            (outcome,) = later.refresh([source])
            assert not hasattr(outcome, "error")
            source = later.accept_certificate(source.key, OTHER)
            (outcome,) = later.refresh([source])
            assert HOME in later.store.source(source.key).error
            with pytest.raises(Usage, match="fingerprint"):
                later.accept_certificate(source.key, "12:34")
            assert later.accept_certificate(source.key, HOME).certificate == HOME
            (outcome,) = later.refresh([source])
            assert not hasattr(outcome, "error")
