"""What one origin is told and believed, and the ways through proxies, against real servers."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reader.errors import Blocked, HttpStatus, TimedOut, Unreachable, Untrusted
from reader.library import Library
from reader.model import Unchanged, Updated
from reader.net import Access, Client, Limits, Origin
from reader.paths import in_folder
from reader.settings import Settings, load, save
from reader.socks import SocksError
from reader.socks import SocksProxy as SocksAddress
from tests.core.test_net import Names
from tests.proxies import HttpProxy, Proxy, SocksProxy
from tests.site import Site

CERTIFICATES = Path(__file__).resolve().parents[1] / "data" / "tls"


def fingerprint(name: str) -> str:
    text = (CERTIFICATES / name).read_text(encoding="ascii")
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    pem = begin + text.partition(begin)[2].partition(end)[0] + end
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


HOME, OTHER = fingerprint("home.pem"), fingerprint("other.pem")


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def client(names: Names) -> Iterator[Client]:
    with Client(resolve=names.resolve, connect=names.connect, proxies={}) as made:
        yield made


@pytest.fixture
def home(names: Names, site: Site) -> str:
    return names.name("feeds.example", site)


@pytest.fixture
def secure(names: Names) -> Iterator[Site]:
    """A server at home with a certificate that it signed itself."""
    with Site(certificate=CERTIFICATES / "home.pem") as running:
        names.name("home.example", running, "93.184.216.40")
        running.add("/", "by TLS")
        yield running


def at_home(secure: Site) -> str:
    return f"https://home.example:{secure.port}/"


# -------------------------------------------------------------------------------------------------- logins and headers

LOGIN = Access(
    None, "mia", "s3cret", (("X-Token", "t0ken"), ("User-Agent", "Mine"), ("Host", "evil"), ("Cookie", "a=1"))
)


def test_the_own_origin_is_told_and_no_other(client: Client, site: Site, home: str, names: Names) -> None:
    access = replace(LOGIN, origin=Origin.of(home))
    with Site("127.0.0.3") as other:
        elsewhere = names.name("other.example", other, "93.184.216.35")
        site.add("/a", redirect="/b", headers={"Set-Cookie": "b=2; Path=/"})
        site.add("/b", redirect=elsewhere + "/c")
        other.add("/c", redirect=home + "/d")
        site.add("/d", "whole")
        assert client.get(home + "/a", access=access).body == b"whole"
        for hit in site.requests:
            assert hit.headers["authorization"] == "Basic bWlhOnMzY3JldA=="
            assert hit.headers["x-token"] == "t0ken"
            assert hit.headers["user-agent"] == "Mine"
            assert hit.headers["host"] == home.removeprefix("http://")
        assert [hit.headers["cookie"] for hit in site.requests] == ["a=1", "a=1; b=2", "a=1; b=2"]
        (foreign,) = other.requests
        assert not {"authorization", "x-token", "cookie"} & foreign.headers.keys()
        assert foreign.headers["user-agent"].startswith("Inkstone/")


def test_another_port_or_scheme_is_another_origin(client: Client, site: Site, home: str, names: Names) -> None:
    with Site(port=0) as other:
        names.servers["93.184.216.36"] = other
        names.addresses["feeds.example"] = ["93.184.216.34"]
        access = replace(LOGIN, origin=Origin.of(f"http://feeds.example:{site.port + 1}/"))
        site.add("/", "here")
        client.get(home + "/", access=access)
        client.get(home + "/", access=replace(LOGIN, origin=Origin.of(home.replace("http:", "https:"))))
    assert all("authorization" not in hit.headers for hit in site.requests)


def test_a_password_is_in_no_repr() -> None:
    assert "s3cret" not in repr(LOGIN)
    assert "t0ken" not in repr(LOGIN)


def test_digest_when_the_server_asks_for_it(client: Client, site: Site, home: str) -> None:
    challenge = 'Basic realm="old", Digest realm="Feeds", nonce="abc", qop="auth", algorithm=SHA-256'
    site.add("/a", status=401, headers={"WWW-Authenticate": challenge})
    access = replace(LOGIN, origin=Origin.of(home), headers=())
    with pytest.raises(HttpStatus, match="401"):
        client.get(home + "/a", access=access)
    first, second = site.requests
    assert first.headers["authorization"].startswith("Basic ")
    sent = second.headers["authorization"]
    assert sent.startswith('Digest username="mia", realm="Feeds", nonce="abc", uri="/a", response="')
    ha1, ha2 = (hashlib.sha256(text.encode()).hexdigest() for text in ("mia:Feeds:s3cret", "GET:/a"))
    cnonce = sent.partition('cnonce="')[2].partition('"')[0]
    expected = hashlib.sha256(f"{ha1}:abc:00000001:{cnonce}:auth:{ha2}".encode()).hexdigest()
    assert f'response="{expected}"' in sent
    with pytest.raises(HttpStatus):
        client.get(home + "/a", access=access)
    assert "authorization" not in site.requests[2].headers  # the password is not sent openly to whom wants Digest


def test_no_login_no_second_try(client: Client, site: Site, home: str) -> None:
    site.add("/a", status=401, headers={"WWW-Authenticate": 'Digest realm="Feeds", nonce="abc"'})
    with pytest.raises(HttpStatus):
        client.get(home + "/a")
    site.add("/b", status=401, headers={"WWW-Authenticate": "Digest nothing"})
    with pytest.raises(HttpStatus):
        client.get(home + "/b", access=replace(LOGIN, origin=Origin.of(home), headers=()))
    assert site.hits() == 2


def test_a_header_cannot_smuggle_a_request(client: Client, site: Site, home: str) -> None:
    access = Access(Origin.of(home), headers=(("X-A", "1\r\nX-B: 2"),))
    with pytest.raises(Blocked, match="invalid address or header"):
        client.get(home + "/", access=access)
    assert site.hits() == 0


# ------------------------------------------------------------------------------------------------------- certificates


def test_a_certificate_that_nobody_signed_is_refused_and_named(client: Client, secure: Site) -> None:
    with pytest.raises(Untrusted) as caught:
        client.get(at_home(secure))
    assert caught.value.fingerprint == HOME
    assert "self-signed certificate" in caught.value.detail
    assert secure.hits() == 0


def test_the_accepted_certificate_is_believed_and_no_other(client: Client, secure: Site, names: Names) -> None:
    url = at_home(secure)
    origin = Origin.of(url)
    assert origin is not None
    client.trust(origin, HOME)
    assert client.trusted(origin) == HOME
    assert client.get(url).body == b"by TLS"
    assert client.get(url).body == b"by TLS"
    assert secure.connections == 1
    client.trust(origin, OTHER)
    with pytest.raises(Untrusted) as caught:
        client.get(url)  # not over the connection that believed another one
    assert (caught.value.fingerprint, caught.value.detail) == (HOME, "it is another one than the accepted")
    with Site(certificate=CERTIFICATES / "other.pem") as changed:
        names.name("home.example", changed, "93.184.216.41")
        client.trust(origin, HOME)
        client.close()
        with pytest.raises(Untrusted) as caught:
            client.get(f"https://home.example:{secure.port}/new")
        assert caught.value.fingerprint == OTHER
        assert changed.hits() == 0
    client.trust(origin, "")
    names.name("home.example", secure, "93.184.216.40")
    with pytest.raises(Untrusted, match="self-signed"):
        client.get(url)


def test_it_is_believed_of_its_origin_alone(client: Client, secure: Site, names: Names) -> None:
    origin = Origin.of(at_home(secure))
    assert origin is not None
    client.trust(origin, HOME)
    names.name("feeds.example", secure, "93.184.216.42")
    with pytest.raises(Untrusted):
        client.get(f"https://feeds.example:{secure.port}/")
    secure.add("/away", redirect=f"https://feeds.example:{secure.port}/")
    with pytest.raises(Untrusted):
        client.get(at_home(secure) + "away")


def test_a_server_without_tls_is_no_matter_of_trust(client: Client, site: Site, names: Names) -> None:
    names.name("home.example", site)
    with pytest.raises(Unreachable, match="TLS"):
        client.get(f"https://home.example:{site.port}/")


# ------------------------------------------------------------------------------------------------------------- proxies


@pytest.fixture(params=[HttpProxy, SocksProxy])
def proxy(request: pytest.FixtureRequest, site: Site) -> Iterator[Proxy]:
    with request.param((site.host, site.port)) as running:
        yield running


def by(names: Names, url: str, *, fake: bool = False) -> Client:
    client = Client(resolve=names.resolve, connect=names.connect)
    client.configure(Settings(proxy=url, allow_fake_ip=fake))
    return client


def test_the_way_through_a_proxy(names: Names, site: Site, proxy: Proxy) -> None:
    names.addresses["feeds.example"] = ["2606:2800::1", "93.184.216.34"]
    site.add("/a", "through")
    with by(names, proxy.url) as client:
        assert client.get("http://feeds.example/a").body == b"through"
        assert client.get("http://feeds.example/a").body == b"through"
    assert names.connected[0] == "127.0.0.1"  # the proxy itself, and nothing else
    assert set(names.connected) == {"127.0.0.1"}
    assert proxy.asked[0] == ("93.184.216.34:80" if proxy.scheme == "socks5" else "GET http://feeds.example/a")


def test_tls_through_a_proxy(names: Names, secure: Site) -> None:
    origin = Origin.of("https://home.example/")
    assert origin is not None
    for kind in (HttpProxy, SocksProxy):
        with kind((secure.host, secure.port)) as proxy, by(names, proxy.url) as client:
            with pytest.raises(Untrusted) as caught:
                client.get("https://home.example/")
            assert caught.value.fingerprint == HOME
            client.trust(origin, HOME)
            assert client.get("https://home.example/").body == b"by TLS"
            assert proxy.asked[0] in ("CONNECT home.example:443", "93.184.216.40:443")


def test_socks_with_names_and_a_login(names: Names, site: Site) -> None:
    names.addresses["feeds.example"] = ["93.184.216.34"]
    site.add("/", "named")
    with SocksProxy((site.host, site.port), login=("mia", "s3cret")) as proxy:
        url = proxy.url.replace("socks5://", "socks5h://mia:s3cret@")
        with Client(resolve=names.resolve, connect=names.connect, proxies={"all": url, "no": ""}) as client:
            assert client.get("http://feeds.example/").body == b"named"
        assert proxy.asked == ["feeds.example:80"]
        for wrong in (url.replace("s3cret", "wrong"), url.replace("mia:s3cret@", "")):
            with (
                Client(resolve=names.resolve, connect=names.connect, proxies={"all": wrong, "no": ""}) as client,
                pytest.raises(Unreachable, match=r"SOCKS proxy: it (refuses|wants)"),
            ):
                client.get("http://feeds.example/")


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "198.18.0.9", "::1"])
def test_a_proxy_opens_no_private_address(names: Names, proxy: Proxy, address: str) -> None:
    names.addresses["evil.example"] = [address]
    with by(names, proxy.url) as client, pytest.raises(Blocked, match="private address"):
        client.get("http://evil.example/")
    assert proxy.asked == []


def test_what_a_person_typed_at_home_goes_past_the_proxy(names: Names, site: Site, proxy: Proxy) -> None:
    names.addresses["nas.lan"] = ["127.0.0.1"]
    site.add("/", "home")
    url = f"http://nas.lan:{site.port}/"
    with by(names, proxy.url) as client:
        assert client.get(url, allow=Origin.of(url)).body == b"home"
    assert proxy.asked == []


def test_made_up_addresses_only_if_the_user_says_so(names: Names, site: Site) -> None:
    url = names.name("feeds.example", site, "198.18.0.9") + "/"
    site.add("/", "faked")
    with by(names, "none", fake=True) as client:
        assert client.get(url).body == b"faked"
        assert client.get(url).body == b"faked"  # over the same connection
        with pytest.raises(Blocked):
            client.get(f"http://198.18.0.9:{site.port}/")
    with by(names, "none") as client, pytest.raises(Blocked):
        client.get(url)


def test_another_setting_is_used_at_once(names: Names, site: Site) -> None:
    home = names.name("feeds.example", site)
    site.add("/", "x")
    with SocksProxy((site.host, site.port)) as proxy, by(names, "none") as client:
        client.get(home + "/")
        client.configure(Settings(proxy=proxy.url))
        client.get(home + "/")
        client.configure(Settings(proxy="none"))
        client.get(home + "/")
        assert len(proxy.asked) == 1


def test_proxies_that_do_not_work(names: Names, site: Site) -> None:
    names.addresses["feeds.example"] = ["93.184.216.34"]
    site.add("/", "no proxy")
    for url in ("socks5://127.0.0.1:1", f"socks5://127.0.0.1:{site.port}", "socks4://127.0.0.1:1", "socks5://[x/"):
        with (
            Client(resolve=names.resolve, connect=names.connect, proxies={"all": url, "no": ""}) as client,
            pytest.raises((Unreachable, TimedOut)),
        ):
            client.get("http://feeds.example/", limits=Limits(total_s=1))
    with (
        SocksProxy(("127.0.0.1", 1)) as proxy,
        by(names, proxy.url) as client,
        pytest.raises(Unreachable, match="connection refused"),
    ):
        client.get("http://feeds.example/")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("socks5://a.example", SocksAddress("a.example", 1080)),
        ("socks5h://u:p%40@a.example:9", SocksAddress("a.example", 9, True, "u", "p@")),
        ("socks://[::1]:9", SocksAddress("::1", 9)),
        ("http://a.example", None),
        ("socks4://a.example", None),
    ],
)
def test_addresses_of_socks_proxies(url: str, expected: SocksAddress | None) -> None:
    assert SocksAddress.of(url) == expected
    assert issubclass(SocksError, OSError)


def test_a_library_goes_the_way_that_its_settings_say(tmp_path: Path, site: Site) -> None:
    site.add("/feed", "<rss><channel><title>F</title><item><link>https://a.example/1</link></item></channel></rss>")
    where = in_folder(tmp_path)
    with SocksProxy((site.host, site.port)) as proxy, HttpProxy((site.host, site.port)) as other:
        save(where.settings, Settings(proxy=proxy.url))
        assert load(where.settings).proxy == proxy.url
        with Library(where) as library:
            (source,), _ = library.import_opml(b'<opml><outline xmlUrl="http://93.184.216.34/feed"/></opml>')
            (outcome,) = library.refresh([source])
            assert isinstance(outcome, Updated)
            library.use_settings(Settings(proxy=other.url))
            (outcome,) = library.refresh([source])
            assert isinstance(outcome, Unchanged)
        assert proxy.asked == ["93.184.216.34:80"]
        assert other.asked == ["GET http://93.184.216.34/feed"]
