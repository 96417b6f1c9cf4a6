"""Web addresses and the hosts behind them: pure rules, no socket. What may be contacted is decided here.

Hosts are read as browsers read them (the WHATWG URL standard, section 3.5), so that ``http://0x7f.1/`` and
``http://１２７。0。0。1/`` are the same origin as ``http://127.0.0.1/`` and no spelling slips past a rule.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from reader.patterns import later
from reader.records import dataclass

if TYPE_CHECKING:
    from reader.model import Source

_USER_INFO = later(r"^(\s*[^:/?#]+:[/\\]+)[^/\\?#]*@")
#: The same inside of any text.
_USER_INFO_IN_TEXT = later(r"(?<=://)[^/?#\s\"'<>]+@")
#: Parameters that are worth as much as a password, by the words that their names end with.
_SECRET = later(
    r"(?i)(?<![\w.%-])((?:[\w.%-]*[_.-])?(?:api|access|auth|pass|private|feed|rss|user|secret|client|session|login)*"
    r"(?:key|key-?id|token|secret|password|passwd|passphrase|pass|pwd|auth|authorization|sig|signature|code|credential|"
    r"jwt|sid|session|session_?id))=[^&;\s\"'<>#]+"
)
_SCHEME = later(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_FORBIDDEN_IN_HOST = later(r"[\x00-\x20\x7f#/:<>?@\[\\\]^|%\"`{}]")
_NUMERIC_LABEL = later(r"(?:[0-9]+|0[xX][0-9a-fA-F]*)\Z")
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Longer addresses are refused: the largest real ones (signed pictures) have some 4,000 characters.
_MAX_LENGTH = 32_768

#: Names that never lead to the public network: RFC 6761, 6762 (asking for one is itself a call to the neighbours),
#: 8375, and what home routers and companies use.
_LOCAL_SUFFIXES = (
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa", "onion",
)  # fmt: skip

#: Second labels under which anybody may register in a country (co.uk, com.cn, ne.jp ...).
_COUNTRY_LABELS = frozenset(
    {
        *("ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "id", "in", "ltd", "me", "mil", "ne", "net", "nom"),
        *("or", "org", "plc", "sch", "web"),
    }
)
#: Below these every name belongs to somebody else (from the section for private domains of publicsuffix.org).
_SHARED_HOSTS = frozenset(
    {
        *("github.io", "gitlab.io", "codeberg.page", "bitbucket.io", "sourceforge.io", "readthedocs.io", "pages.dev"),
        *("workers.dev", "netlify.app", "vercel.app", "web.app", "firebaseapp.com", "herokuapp.com", "onrender.com"),
        *("fly.dev", "surge.sh", "neocities.org", "blogspot.com", "wordpress.com", "tumblr.com", "substack.com"),
        *("medium.com", "livejournal.com", "typepad.com", "ghost.io", "bearblog.dev", "micro.blog", "hatenablog.com"),
        *("hatenablog.jp", "cnblogs.com", "lofter.com", "fc2.com", "cocolog-nifty.com", "wixsite.com", "weebly.com"),
    }
)

# IPv4 that ``ipaddress.is_global`` lets through in some Python versions (IANA special-purpose registry).
_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(net) for net in ("0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4")
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6 = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20"))
#: What proxies that take over the whole network answer for every name (RFC 2544's range for benchmarks).
_FAKE_V4 = ipaddress.IPv4Network("198.18.0.0/15")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port, in one canonical spelling; IPv6 hosts without brackets."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin | None:
        """The origin of an http(s) address, None for anything else."""
        try:
            return parse(url).origin
        except ValueError:
            return None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}")


def origin_of(source: Source) -> Origin | None:
    """Whose private addresses a source may use: its own origin, if the user typed it."""
    return Origin.of(source.address) if source.kind == "feed" and source.typed else None


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address taken apart. ``target`` is path and query; fragments are dropped."""

    origin: Origin
    target: str
    user: str = ""
    password: str = ""

    @property
    def url(self) -> str:
        """The address without user name and password."""
        return f"{self.origin}{self.target}"


@lru_cache(maxsize=4096)  # a refresh asks for each feed's several times, 0.06 ms each
def parse(url: str) -> Address:
    """Take an http(s) address apart.

    Raises:
        ValueError: it is none; the message says why, as a short phrase.
    """
    url = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(33)))))
    if len(url) > _MAX_LENGTH:
        raise ValueError("address too long")
    found = _SCHEME.match(url)
    scheme = found[0][:-1].lower() if found else ""
    if scheme not in _DEFAULT_PORTS:
        raise ValueError(f"scheme {scheme}" if scheme else "no scheme")
    rest, _, _ = url[len(scheme) + 1 :].partition("#")
    before, question, query = rest.partition("?")
    before = before.replace("\\", "/")
    if not before.startswith("//"):
        raise ValueError("no host")
    authority, _, path = before.lstrip("/").partition("/")
    userinfo, _, hostport = authority.rpartition("@")
    user, _, password = userinfo.partition(":")
    if hostport.startswith("["):
        host, bracket, port = hostport.rpartition("]")
        host += bracket
        if port and not port.startswith(":"):
            raise ValueError("invalid host")
        port = port[1:]
    else:
        host, _, port = hostport.partition(":")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise ValueError("invalid port")
    origin = Origin(scheme, canonical_host(host), int(port) if port else _DEFAULT_PORTS[scheme])
    return Address(origin, f"/{path}{question}{query}", unquote(user), unquote(password))


def same_address(url: str) -> str:
    """One spelling for all that ask the same server for the same thing; what is no http(s) address stays as it is."""
    try:
        return parse(url).url
    except ValueError:
        return url


def without_user(url: str) -> tuple[str, str, str]:
    """An address as it may be kept, and the user name and password that stood in it; ``""`` for what was not there."""
    try:
        found = parse(url)
    except ValueError:
        return url, "", ""
    if not (found.user or found.password):
        return url, "", ""
    return _USER_INFO.sub(r"\1", url, count=1), found.user, found.password


def starred(text: str) -> str:
    """``text`` with user info and secrets (token, key, password ...) in the addresses in it replaced by stars."""
    return _SECRET.sub(r"\1=***", _USER_INFO_IN_TEXT.sub("***@", text))


def canonical_host(host: str) -> str:
    """The one spelling of a host: lower-case ASCII, IDNA, IPv4 in four decimal parts, IPv6 compressed.

    Raises:
        ValueError: no host can be called so.
    """
    if host.startswith("[") and host.endswith("]"):
        try:
            return str(ipaddress.IPv6Address(_without_zone(host[1:-1])))
        except ValueError:
            raise ValueError("invalid IPv6 address") from None
    if "%" in host:
        host = unquote(host, errors="strict")
    if not host.isascii():
        host = _idna(host)
    host = host.lower().removesuffix(".")
    if not host or len(host) > 253 or _FORBIDDEN_IN_HOST.search(host):
        raise ValueError("invalid host")
    labels = host.split(".")
    if any(not 0 < len(label) <= 63 for label in labels):
        raise ValueError("invalid host")
    return _ipv4(labels) if _NUMERIC_LABEL.match(labels[-1]) else host


def _without_zone(text: str) -> str:
    if "%" in text:
        raise ValueError("a zone")  # only link-local addresses have one
    return text


def _idna(host: str) -> str:
    import idna  # comes with requests; its tables take 10 ms, and few hosts need them

    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        # IDNA 2008 refuses emoji and other names that are registered and that browsers open.
        folded = unicodedata.normalize("NFKC", re.sub("[\u3002\uff0e\uff61]", ".", host)).casefold()
        return ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in folded.split(".")
        )


def _ipv4(labels: list[str]) -> str:
    if len(labels) > 4:
        raise ValueError("invalid IPv4 address")
    try:
        numbers = [_number(label) for label in labels]
        if any(number > 255 for number in numbers[:-1]):
            raise ValueError
        value = sum(number << (24 - 8 * at) for at, number in enumerate(numbers[:-1]))
        if numbers[-1] >= 256 ** (5 - len(numbers)):
            raise ValueError
        return str(ipaddress.IPv4Address(value + numbers[-1]))
    except ValueError:
        raise ValueError("invalid IPv4 address") from None


def _number(label: str) -> int:
    if label[:2].lower() == "0x":
        return int(label[2:] or "0", 16)
    return int(label, 8) if len(label) > 1 and label[0] == "0" else int(label)


def is_local_name(host: str) -> bool:
    """Whether a canonical host name can only be a neighbour: such a name is not even looked up."""
    if ":" in host or _NUMERIC_LABEL.match(host.rpartition(".")[2]):
        return False
    return "." not in host or any(host == name or host.endswith("." + name) for name in _LOCAL_SUFFIXES)


def stands_at_home(url: str) -> bool:
    """Whether an address, as it is written, names something of this machine or of the user's own network."""
    try:
        host = parse(url).origin.host
    except ValueError:
        return False
    if ":" in host or _NUMERIC_LABEL.match(host.rpartition(".")[2]):
        return not is_public(host)
    return is_local_name(host)


def site_of(host: str) -> str:
    """The part of a canonical host that one owner registered: ``www.example.co.uk`` -> ``example.co.uk``.

    A rule of thumb without the whole public suffix list; where it errs, two sites of unusual suffixes count as one.
    """
    labels = host.split(".")
    if ":" in host or _NUMERIC_LABEL.match(labels[-1]) or len(labels) < 3:
        return host
    country = len(labels[-1]) == 2 and labels[-2] in _COUNTRY_LABELS
    shared = ".".join(labels[-2:]) in _SHARED_HOSTS
    return ".".join(labels[-3:]) if country or shared else ".".join(labels[-2:])


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network; addresses that wrap another are judged by that one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not any(ip in net for net in _CLOSED_V4)
    inner = _inner(ip)
    if inner is not None:
        return is_public(str(inner))
    return ip.scope_id is None and ip in _GLOBAL_V6 and not any(ip in net for net in _CLOSED_V6)


def is_fake(address: str) -> bool:
    """Whether an IP address is one that a proxy makes up for a name and takes back when it is connected to."""
    try:
        return ipaddress.ip_address(address) in _FAKE_V4
    except ValueError:
        return False


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, 6to4, Teredo (its client) or NAT64 address."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    return ip.teredo[1] if ip.teredo is not None else None
