"""The door to the network, against a real server: limits, redirects, and where it must never go."""

from __future__ import annotations

import gzip
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import net
from reader.addresses import canonical_host, is_local_name, is_public, parse, stands_at_home
from reader.errors import Blocked, Cancelled, HttpStatus, TimedOut, TooLarge, Unreachable
from reader.model import Validators
from reader.net import Client, Limits, Origin
from tests.site import Site

PUBLIC = "93.184.216.34"
QUICK = Limits(total_s=0.6)


class Names:
    """A resolver and a connector: names get public addresses, and those lead to servers of this machine."""

    def __init__(self) -> None:
        self.addresses: dict[str, list[str]] = {}
        self.servers: dict[str, Site] = {}
        self.asked: list[str] = []
        self.connected: list[str] = []

    def name(self, host: str, site: Site, address: str = PUBLIC) -> str:
        self.addresses[host] = [address]
        self.servers[address] = site
        return f"http://{host}:{site.port}"

    def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
        self.asked.append(host)
        if host not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [
            (int(socket.AF_INET6 if ":" in address else socket.AF_INET), address) for address in self.addresses[host]
        ]

    def connect(self, family: int, address: str, port: int, timeout_s: float) -> socket.socket:
        self.connected.append(address)
        if address in self.servers:
            site = self.servers[address]
            family, address, port = socket.AF_INET, site.host, site.port
        return net.system_connect(family, address, port, timeout_s)


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def client(names: Names) -> Iterator[Client]:
    with Client(resolve=names.resolve, connect=names.connect, proxies={}) as made:
        yield made


@pytest.fixture
def home(names: Names, site: Site) -> str:
    """The address of the server under a public name."""
    return names.name("feeds.example", site)


def test_a_page_arrives_whole(client: Client, site: Site, home: str) -> None:
    site.add("/a", b"x" * 200_000, content_type="text/xml; charset=gbk", etag='"1"', last_modified="Thu, 01 Jan 2026")
    answer = client.get(home + "/a#part")
    assert answer.status == 200
    assert answer.body == b"x" * 200_000
    assert answer.url == home + "/a"
    assert answer.content_type == "text/xml; charset=gbk"
    assert answer.headers["etag"] == '"1"'
    assert answer.validators == Validators('"1"', "Thu, 01 Jan 2026")
    assert answer.permanent_url == ""
    assert site.requests[0].headers["user-agent"].startswith("Inkstone/")
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_an_unchanged_page_costs_a_304_on_the_same_connection(client: Client, site: Site, home: str) -> None:
    site.add("/a", "text", etag='"é"', last_modified="yesterday")
    first = client.get(home + "/a")
    again = client.get(home + "/a", validators=first.validators)
    by_date = client.get(home + "/a", validators=Validators(last_modified="yesterday"))
    assert (again.status, again.body) == (304, b"")
    assert by_date.status == 304
    assert client.get(home + "/a").body == b"text"
    assert site.connections == 1


def test_status_errors_carry_what_the_server_said(client: Client, site: Site, home: str) -> None:
    site.add("/busy", status=503, headers={"Retry-After": "120"})
    with pytest.raises(HttpStatus) as caught:
        client.get(home + "/busy")
    assert (caught.value.status, caught.value.retry_after_s, caught.value.url) == (503, 120, home + "/busy")
    with pytest.raises(HttpStatus) as caught:
        client.get(home + "/nothing")
    assert (caught.value.status, caught.value.reason, caught.value.retry_after_s) == (404, "Not Found", None)
    site.add("/nowhere", status=302)
    with pytest.raises(HttpStatus, match="302"):
        client.get(home + "/nowhere")
    assert site.connections == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 1.5 ", 1.5),
        ("-3", 0.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60.0),
        ("Thu, 01 Jan 2026 00:01:00 -0000", 60.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Thu, 99 Jan 2026 00:01:00 GMT", None),
    ],
)
def test_retry_after_in_both_forms(value: str, seconds: float | None) -> None:
    assert net.retry_after(value, datetime(2026, 1, 1, tzinfo=UTC)) == seconds


def test_redirects_are_followed_and_permanent_ones_told(client: Client, site: Site, home: str) -> None:
    site.add("/old", redirect="/older", status=301)
    site.add("/older", redirect=home + "/new?q=%E4%B8%AD", status=308)
    site.add("/new", "here")
    answer = client.get(home + "/old")
    assert (answer.body, answer.url) == (b"here", home + "/new?q=%E4%B8%AD")
    assert answer.permanent_url == answer.url
    site.add("/older", redirect="/new", status=302)
    answer = client.get(home + "/old")
    assert (answer.body, answer.permanent_url) == (b"here", "")


def test_a_redirect_in_other_scripts_keeps_its_bytes(client: Client, site: Site, home: str) -> None:
    site.add("/go", redirect="/中")
    site.add("/%E4%B8%AD", "here")
    assert client.get(home + "/go").body == b"here"


def test_redirects_end(client: Client, site: Site, home: str) -> None:
    site.add("/loop", redirect="/loop")
    with pytest.raises(Blocked, match="10 redirects"):
        client.get(home + "/loop")
    assert site.hits("/loop") == 11
    for target in ("file:///etc/passwd", "ftp://feeds.example/", "data:text/plain,x", "javascript:1", "http://[::/"):
        site.add("/away", redirect=target)
        with pytest.raises(Blocked):
            client.get(home + "/away")


def test_secrets_stay_at_home(client: Client, names: Names, site: Site, home: str) -> None:
    with Site("127.0.0.2") as other:
        away = names.name("other.example", other, "93.184.216.35")
        other.add("/end", "end")
        site.add("/go", redirect="/next")
        site.add("/next", redirect=away + "/end", headers={"Set-Cookie": "sid=1"})
        with_user = home.replace("http://", "http://me:p%40ss@")
        answer = client.get(
            with_user + "/go",
            headers={"Referer": "http://a/", "Cookie": "c=1", "X-Token": "t", "Accept": "image/*"},
            validators=Validators('"1"', "yesterday"),
        )
    first, second = site.requests
    assert first.headers["authorization"] == second.headers["authorization"] == "Basic bWU6cEBzcw=="
    assert second.headers["referer"] == "http://a/"
    assert second.headers["if-none-match"] == '"1"'
    there = other.requests[0].headers
    assert there["accept"] == "image/*"
    for name in ("authorization", "referer", "cookie", "x-token", "if-none-match", "if-modified-since"):
        assert name not in there
    assert "me" not in answer.url


def test_a_permanent_move_at_home_keeps_the_password(client: Client, site: Site, home: str) -> None:
    site.add("/old", redirect="/new", status=301)
    site.add("/new", "here")
    with_user = home.replace("http://", "http://me:p%40ss@")
    assert client.get(with_user + "/old").permanent_url == with_user + "/new"


def test_cookies_live_for_one_chain_only(client: Client, site: Site, home: str) -> None:
    site.add("/go", redirect="/end", headers={"Set-Cookie": "sid=1; Path=/"})
    site.add("/end", "end")
    client.get(home + "/go")
    client.get(home + "/end")
    assert [hit.headers.get("cookie") for hit in site.requests] == [None, "sid=1", None]


def test_what_is_too_large_is_cut(client: Client, site: Site, home: str) -> None:
    small = Limits(max_bytes=100_000)
    site.add("/exact", b"x" * 100_000)
    assert len(client.get(home + "/exact", limits=small).body) == 100_000
    site.add("/declared", b"x" * 100_001)
    site.add("/endless", b"y" * 1000, endless=True)
    site.add("/bomb", b"\0" * 30_000_000, gzip=True)
    for path in ("/declared", "/endless", "/bomb"):
        started = time.monotonic()
        with pytest.raises(TooLarge) as caught:
            client.get(home + path, limits=small)
        assert caught.value.limit_bytes == 100_000
        assert time.monotonic() - started < 2


def test_gzip_is_undone_and_a_broken_one_is_told(client: Client, site: Site, home: str) -> None:
    site.add("/good", "text " * 1000, gzip=True)
    assert client.get(home + "/good").body == b"text " * 1000
    site.add("/bad", b"not gzip at all", headers={"Content-Encoding": "gzip"})
    with pytest.raises(Unreachable, match="compression"):
        client.get(home + "/bad")
    site.add("/cut", gzip.compress(b"text" * 5000)[:30], headers={"Content-Encoding": "gzip"})
    client.get(home + "/good")


@pytest.mark.parametrize(
    "slow",
    [
        {"body": b"x" * 1000, "drip": 1},
        {"body": b"x", "delay_s": 30},
        {"drip_headers": True, "drip": 3},
        {"body": gzip.compress(b"x" * 1000), "drip": 1, "headers": {"Content-Encoding": "gzip"}},
    ],
)
def test_the_deadline_holds_however_slow_the_server(
    client: Client, site: Site, home: str, slow: dict[str, object]
) -> None:
    site.add("/slow", **slow)  # type: ignore[arg-type]
    started = time.monotonic()
    with pytest.raises(TimedOut) as caught:
        client.get(home + "/slow", limits=QUICK)
    assert 0.5 < time.monotonic() - started < 1.5
    assert caught.value.seconds == 0.6


def test_the_deadline_covers_all_hops(client: Client, site: Site, home: str) -> None:
    site.add("/loop", redirect="/loop", delay_s=0.2)
    with pytest.raises(TimedOut):
        client.get(home + "/loop", limits=QUICK)
    assert site.hits("/loop") <= 4


def test_a_slow_resolver_does_not_hold_the_request(site: Site) -> None:
    waiting = threading.Event()

    def never(host: str, port: int) -> list[tuple[int, str]]:
        waiting.wait(5)
        return []

    with Client(resolve=never, proxies={}) as client:
        started = time.monotonic()
        with pytest.raises(TimedOut):
            client.get("http://slow.example/", limits=QUICK)
        assert time.monotonic() - started < 1.5
    waiting.set()


def test_the_user_can_stop_it(client: Client, site: Site, home: str) -> None:
    site.add("/slow", "x", delay_s=20)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        client.get(home + "/slow", cancelled=stop.is_set)
    assert time.monotonic() - started < 1
    with pytest.raises(Cancelled):
        client.get(home + "/slow", cancelled=stop.is_set)
    assert site.hits("/slow") == 1


def test_cancelled_while_no_connection_comes(site: Site) -> None:
    """A router that drops what comes: the connect itself hears of nothing, and what it brings later is closed."""
    site.add("/a", "here")
    go, stop = threading.Event(), threading.Event()
    made: list[socket.socket] = []

    def connect(family: int, address: str, port: int, timeout_s: float) -> socket.socket:
        stop.set()
        go.wait(10)
        made.append(net.system_connect(family, address, port, timeout_s))
        return made[0]

    with Client(connect=connect, proxies={}) as client:
        started = time.monotonic()
        with pytest.raises(Cancelled):
            client.get(site.url("/a"), allow=Origin.of(site.url()), cancelled=stop.is_set)
        assert time.monotonic() - started < 0.5
        go.set()
        until = time.monotonic() + 5
        while not (made and made[0].fileno() == -1):
            assert time.monotonic() < until
            time.sleep(0.005)


def test_troubles_have_names(client: Client, names: Names, site: Site, home: str) -> None:
    with pytest.raises(Unreachable, match="no such host: gone"):
        client.get("http://gone.example/")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="refused"):
        client.get(f"http://127.0.0.1:{port}/", allow=Origin("http", "127.0.0.1", port))
    site.add("/cut", b"x" * 1000, truncate=10)
    with pytest.raises(Unreachable, match="broke off"):
        client.get(home + "/cut")
    with pytest.raises(Unreachable, match="TLS"):
        client.get(home.replace("http:", "https:") + "/")


def test_how_long_it_was_waited_is_told(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme, limits, told in (
            ("https", Limits(connect_s=1), 1),  # it is connected, and no handshake comes
            ("http", Limits(total_s=0.6), 0.6),
        ):
            with pytest.raises(TimedOut) as met:
                client.get(f"{scheme}://127.0.0.1:{port}/", limits=limits, allow=Origin(scheme, "127.0.0.1", port))
            assert met.value.seconds == told


def test_a_connection_that_the_server_closed_is_opened_again(client: Client, names: Names) -> None:
    with Site() as site:
        home = names.name("feeds.example", site)
        site.add("/a", "one")
        client.get(home + "/a")
        with site.lock:
            for connection in site.open:
                connection.shutdown(socket.SHUT_RDWR)
        assert client.get(home + "/a").body == b"one"
        assert site.connections == 2


# ------------------------------------------------------------------------------------------ private addresses

LOOPBACK = [
    "127.0.0.1", "localhost", "LOCALHOST.", "a.localhost", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1",
    "017700000001", "127.0.0.1.", "0", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "１２７.0.0.1", "127。0。0。1",
    "%31%32%37.0.0.1", "①②⑦.0.0.1", "127.0.0.2", "user@127.0.0.1", "[fe80::1%25lo]", "loopback.example",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
def test_no_spelling_of_this_machine_is_contacted(client: Client, names: Names, site: Site, host: str) -> None:
    names.addresses["loopback.example"] = ["127.0.0.1", "::1", "::ffff:127.0.0.1"]
    names.addresses["localhost"] = ["127.0.0.1"]
    with pytest.raises(Blocked):
        client.get(f"http://{host}:{site.port}/")
    home = names.name("feeds.example", site)
    site.add("/go", redirect=f"http://{host}:{site.port}/target")
    with pytest.raises(Blocked):
        client.get(home + "/go")
    assert site.hits("/target") == 0
    assert names.connected == [PUBLIC]


def test_a_blocked_redirect_opens_no_connection(client: Client, site: Site, home: str) -> None:
    with Site("127.0.0.2") as secret:
        site.add("/go", redirect=secret.url("/admin"))
        with pytest.raises(Blocked, match="private address"):
            client.get(home + "/go")
        assert secret.connections == 0


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example/", "data:,x", "gopher://a/", "/a", "", "http:",
                                 "http:///", "http://", "http://a b/", "http://a.example:99999/", "http://1.2.3.4.5/",
                                 "http://a\x00.example/", "http://256.1.1.1/", "https://a..example/"])  # fmt: skip
def test_other_addresses_are_refused(client: Client, names: Names, url: str) -> None:
    with pytest.raises(Blocked):
        client.get(url)
    assert names.connected == names.asked == []


def test_neighbours_are_not_even_looked_up(client: Client, names: Names) -> None:
    for host in ("printer.local", "nas", "router.lan", "wiki.corp", "x.home.arpa"):
        with pytest.raises(Blocked):
            client.get(f"http://{host}/")
    assert names.asked == []


def test_only_the_address_that_was_checked_is_contacted(names: Names, site: Site) -> None:
    """DNS rebinding: the second answer of the resolver is private."""
    names.servers[PUBLIC] = site
    answers = [[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]

    def rebinding(host: str, port: int) -> list[tuple[int, str]]:
        return [(int(socket.AF_INET), address) for address in answers.pop(0)]

    site.add("/a", "x", headers={"Connection": "close"})
    with Client(resolve=rebinding, connect=names.connect, proxies={}) as client:
        client.get(f"http://evil.example:{site.port}/a")
        with pytest.raises(Blocked):
            client.get(f"http://evil.example:{site.port}/a")
    assert names.connected == [PUBLIC]


def test_of_mixed_answers_only_the_public_ones_count(client: Client, names: Names, site: Site, home: str) -> None:
    names.addresses["feeds.example"] = ["10.0.0.1", "127.0.0.1", "fd00::1", PUBLIC]
    site.add("/a", "x")
    assert client.get(home + "/a").body == b"x"
    assert names.connected == [PUBLIC]


def test_the_typed_origin_and_no_other(client: Client, names: Names, site: Site) -> None:
    site.add("/a", "mine")
    typed = Origin.of(site.url("/feed.xml"))
    assert typed == Origin("http", "127.0.0.1", site.port)
    for spelling in ("127.0.0.1", "127.1", "0x7f.0.0.1"):
        assert client.get(f"http://{spelling}:{site.port}/a", allow=typed).body == b"mine"
    site.add("/round", redirect="/a")
    assert client.get(site.url("/round"), allow=typed).body == b"mine"
    before = site.connections
    # The kept connection is no way in for others: neither without the grant nor by another name of the same machine.
    names.addresses["rebound.example"] = ["127.0.0.1"]
    for url, allow in (
        (site.url("/a"), None),
        (site.url("/a"), Origin("https", "127.0.0.1", site.port)),
        (site.url("/a"), Origin("http", "127.0.0.1", site.port + 1)),
        (site.url("/a"), Origin("http", "127.0.0.2", site.port)),
        (f"http://rebound.example:{site.port}/a", typed),
        (f"http://localhost:{site.port}/a", typed),
    ):
        with pytest.raises(Blocked):
            client.get(url, allow=allow)
    assert site.connections == before
    with Site("127.0.0.2") as other:
        site.add("/away", redirect=other.url("/a"))
        with pytest.raises(Blocked):
            client.get(site.url("/away"), allow=typed)
        assert other.connections == 0


def test_a_public_page_may_send_to_the_typed_origin_only(client: Client, site: Site, home: str) -> None:
    with Site("127.0.0.3") as mine:
        mine.add("/a", "mine")
        site.add("/go", redirect=mine.url("/a"))
        assert client.get(home + "/go", allow=Origin.of(mine.url())).body == b"mine"


def test_behind_a_proxy_names_are_checked_too(names: Names, site: Site) -> None:
    proxy = f"http://127.0.0.1:{site.port}"
    names.addresses["public.example"] = [PUBLIC]
    names.addresses["evil.example"] = ["192.168.1.1"]
    site.add("http://public.example/a", "through the proxy")
    proxies = {"http": proxy, "https": proxy, "no": "direct.example"}
    with Client(resolve=names.resolve, connect=names.connect, proxies=proxies) as client:
        assert client.get("http://public.example/a").body == b"through the proxy"
        with pytest.raises(Blocked):
            client.get("http://evil.example/a")
        with pytest.raises(Blocked):
            client.get("https://10.0.0.1/")
        with pytest.raises(Unreachable, match="proxy"):
            client.get("https://public.example/")  # the server does not know CONNECT
        with Site("127.0.0.2") as mine:
            mine.add("/a", "direct")
            assert client.get(mine.url("/a"), allow=Origin.of(mine.url())).body == b"direct"
            home = names.name("direct.example", mine)
            assert client.get(home + "/a").body == b"direct"
    assert [hit.path for hit in site.requests] == ["http://public.example/a"]


# ------------------------------------------------------------------------------------------ many at once


def test_sixteen_threads_share_a_client_and_spare_each_host(client: Client, site: Site, home: str) -> None:
    site.add("/a", b"x" * 5000, delay_s=0.02)
    answers: list[bytes] = []

    def work() -> None:
        for _ in range(3):
            answers.append(client.get(home + "/a").body)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [b"x" * 5000] * 48
    assert 2 <= site.busiest <= 4
    assert site.connections <= 16


def test_importing_it_loads_no_http_library() -> None:
    code = "import sys, reader.net; print([m for m in ('requests', 'urllib3', 'ssl', 'email') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------ addresses, alone


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTP://Example.COM/a", "http://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:8080/", "http://example.com:8080"),
        ("http://[2001:DB8:0::1]:80/", "http://[2001:db8::1]"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("https://中文.example/", "https://xn--fiq228c.example"),
        ("http://i❤.example/", "http://xn--i-7iq.example"),
        ("http:\\\\example.com\\a", "http://example.com"),
        ("http://good.example\\@evil.example/", "http://good.example"),
        ("http://evil.example#@good.example/", "http://evil.example"),
        ("http://a:b@c@d.example/", "http://d.example"),
        (" http://exam\nple.com/ ", "http://example.com"),
        ("http://a_b.example/", "http://a_b.example"),
    ],
)
def test_origins_have_one_spelling(url: str, origin: str) -> None:
    assert str(Origin.of(url)) == origin


def test_what_has_no_origin() -> None:
    for url in ("", "mailto:a@b.c", "file:///a", "http://[::1", "http://%zz/", "http://a:port/", "x" * 40_000):
        assert Origin.of(url) is None


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),
        ("2002:5db8:d822::1", True),
        *((a, False) for a in (
            "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.8", "192.0.2.1",
            "192.88.99.1", "192.168.0.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
            "::", "::1", "::127.0.0.1", "fc00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1",
            "100::1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1", "3fff::1", "5f00::1", "not an address", "",
        )),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("http://127.0.0.1:8900/feed", True),
        ("http://192.168.1.5/feed", True),
        ("http://[::1]/feed", True),
        ("http://0x7f.1/", True),
        ("http://nas/feed", True),
        ("http://nas.local/feed", True),
        ("http://localhost/feed", True),
        ("https://example.org/feed", False),
        ("https://9.9.9.9/feed", False),
        ("https://127.0.0.1.example.org/", False),
        ("rsshub://a/b", False),
        ("nonsense", False),
    ],
)
def test_addresses_at_home(url: str, home: bool) -> None:
    assert stands_at_home(url) == home


def test_local_names() -> None:
    assert is_local_name("nas")
    assert is_local_name("a.b.local")
    assert not is_local_name("local.example")
    assert not is_local_name("93.184.216.34")
    assert not is_local_name("::1")


@given(st.one_of(st.text(max_size=60), st.text(max_size=40).map(lambda rest: "http://" + rest)))
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        address = parse(text)
    except ValueError:
        return
    assert address.origin.host.isascii()
    assert canonical_host(f"[{address.origin.host}]" if ":" in address.origin.host else address.origin.host)
    assert parse(address.url).origin == address.origin


@given(st.integers(0, 2**32 - 1))
def test_every_spelling_of_an_ipv4_address_is_one_host(number: int) -> None:
    a, b, c, d = number.to_bytes(4, "big")
    plain = f"{a}.{b}.{c}.{d}"
    mixed = f"{a:#x}.{b}.0{c:o}.{d}"
    for spelling in (plain, str(number), hex(number), f"0{number:o}", f"{a}.{b}.{c * 256 + d}", mixed):
        assert canonical_host(spelling) == plain
