"""What a stranger may read of this program and its library: details to be sent away, the log, licences of its parts.

Two measures. The log stays on this computer, but is shown to others when something goes wrong: of an address it keeps
what says which source is meant (``discreet``). The details are made to be sent away: of an address they keep the
server's name alone, and of a private source not even that (``public``).
"""

from __future__ import annotations

import ipaddress
import platform
import re
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reader import __version__
from reader.addresses import Origin, is_public, parse, stands_at_home, starred
from reader.model import Source
from reader.records import dataclass

if TYPE_CHECKING:
    from importlib import metadata

#: The patterns below take a time that grows with the square of a line's length: 20 ms for so many characters.
_MAX_LINE = 2000

#: An address in a text, up to white space or a quotation mark; what it takes too much is hidden, which does no harm.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,20}:[/\\]{2,}[^\s\"'<>“”]*")
#: User info, and that of an address that stands, encoded, in a parameter of another one.
_USER = re.compile(r"(?<=[/\\])[^/\\?#]*@")
_ENCODED_USER = re.compile(r"(?i)(?<=%3A%2F%2F)(?:(?!%2F)[^/?#&\s\"'<>])+%40")
#: Parts of a path or values of a parameter that look drawn by lot: letters and digits in one word of 16, a UUID, or 24
#: characters of base64 with letters of both cases and digits.
_DRAWN = re.compile(
    r"(?<![A-Za-z0-9])(?:(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{16,}(?![A-Za-z0-9])"
    r"|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{24,})"
)
#: A part of a path that says itself that it is secret, or that follows one that does.
_NAMED_SECRET = re.compile(
    r"(?i)(?<=/)(?:(token|secret|key|auth|apikey|password|private)/[^/?#]+|[^/?#]*(?:secret|token)[^/?#]*)"
)
_AFTER_SERVER = re.compile(r"(?<=[^/:\\])[/\\?#].*", re.DOTALL)
#: urllib3 says paths without their server.
_LONE_PATH = re.compile(r"(?<=url: )/\S*")
#: Mail addresses, and what is left of user info with a space in it.
_MAIL = re.compile(r"[^\s\"'<>“”=,;(]+@[^\s\"'<>“”,;)]+")
_NUMBER_OF_HOST = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)|(?<![\w:.])\[?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:\.\d+){0,3}(?:%\w+)?\]?"
)
_PRIVATE = "(a private address)"
_END = re.compile(r"[.,;:!?)\]}»]+\Z")


# What is left out


def discreet(text: str) -> str:
    """A line for the log: secrets in addresses are starred, nothing of the home network is named, ``~`` is the home."""
    text = _ENCODED_USER.sub("***%40", starred(_bounded(text)))
    return _homeless(_ADDRESS.sub(lambda found: _starred_through(found[0]), text))


def _bounded(text: str) -> str:
    """Long lines end at a word's end: half an address would not be known as one."""
    return "\n".join(
        line if len(line) <= _MAX_LINE else line[:_MAX_LINE].rpartition(" ")[0] + " …" for line in text.split("\n")
    )


def _starred_through(address: str) -> str:
    address = _USER.sub("***@", address)
    scheme, _, rest = address.partition(":")
    if stands_at_home(f"http:{rest}"):
        return f"{scheme}://{_PRIVATE}"

    def star(found: re.Match[str]) -> str:
        return _DRAWN.sub("***", _NAMED_SECRET.sub(_star_named, found[0]))

    return _AFTER_SERVER.sub(star, address, count=1)


def _star_named(found: re.Match[str]) -> str:
    return f"{found[1]}/***" if found[1] else "***"


def public(text: str, private_hosts: Collection[str] = ()) -> str:
    """A text to be sent to anybody: no path of an address, no user, no private server, no number of the home network.

    Args:
        private_hosts: see ``private_hosts``; they are named nowhere.
    """
    text = _ADDRESS.sub(lambda found: _server_alone(found[0], private_hosts), _bounded(text))
    text = _LONE_PATH.sub("/…", text)
    for host in sorted(private_hosts, key=len, reverse=True):
        text = re.sub(rf"(?i)(?<![\w.-]){re.escape(host)}(?![\w-])", _PRIVATE, text)
    text = _NUMBER_OF_HOST.sub(_public_number, _MAIL.sub("***", text))
    return _homeless(starred(text))


def _server_alone(address: str, private_hosts: Collection[str]) -> str:
    end = _END.search(address)
    address, after = (address[: end.start()], end[0]) if end else (address, "")
    scheme, _, rest = address.partition(":")
    if scheme.lower() not in ("http", "https", "feed"):
        return f"{scheme}://…{after}"
    try:
        found = parse(f"{'http' if scheme.lower() == 'feed' else scheme}:{rest}")
    except ValueError:
        return f"{scheme}://…{after}"
    if stands_at_home(found.url) or found.origin.host in private_hosts:
        return f"{scheme}://{_PRIVATE}{after}"
    return f"{found.origin}/{'' if found.target == '/' else '…'}{after}"


def _public_number(found: re.Match[str]) -> str:
    number = found[0].strip("[]").partition("%")[0]
    try:
        ipaddress.ip_address(number)
    except ValueError:
        return found[0]  # a version, a time
    return found[0] if is_public(number) else _PRIVATE


def _homeless(text: str) -> str:
    """The name of the user stands in most paths."""
    home = str(Path.home())
    for name in (home, home.replace("\\", "/"), home.replace("\\", "\\\\")):
        if len(name) > 3:
            text = text.replace(name, "~")
    return text


def private_hosts(sources: Iterable[Source]) -> frozenset[str]:
    """The servers of sources at home, with a login, a certificate of their own, or a secret in their address."""
    found: set[str] = set()
    for each in sources:
        if each.kind != "feed":
            continue
        guarded = each.user or each.headers or each.certificate or discreet(each.address) != each.address
        origin = Origin.of(each.address)
        if origin is not None and (guarded or stands_at_home(each.address)):
            found |= {origin.host, _as_written(each.address) or origin.host}
    return frozenset(found)


def _as_written(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


# What is said


@dataclass(frozen=True, slots=True)
class Facts:
    """What the window knows.

    Attributes:
        versions: of what the program is made of: ``("Qt", "6.11.0")``.
        screen, theme, language, desktop: in words.
        sources, failing, articles: numbers of the library; -1 when it cannot be asked.
    """

    versions: Sequence[tuple[str, str]] = ()
    screen: str = ""
    theme: str = ""
    language: str = ""
    desktop: str = ""
    sources: int = -1
    failing: int = 0
    articles: int = -1


def text(facts: Facts, log: Sequence[str] = (), hosts: Collection[str] = (), trouble: str = "") -> str:
    """The details in plain English, for whoever shall help.

    Args:
        log: its last lines.
        hosts: the servers of private sources.
        trouble: what just went wrong, with its trace.
    """
    numbers = f"{facts.sources} sources ({facts.failing} failing), {facts.articles} articles"
    known = {
        "Made of": ", ".join(f"{name} {version}" for name, version in facts.versions),
        "System": ", ".join(part for part in (platform.platform(), facts.desktop) if part),
        "Screen": facts.screen,
        "Theme": facts.theme,
        "Language": facts.language,
        "Library": numbers if facts.sources >= 0 else "cannot be asked",
    }
    parts = ["\n".join([f"Inkstone {__version__}", *(f"{name}: {said}" for name, said in known.items() if said)])]
    if trouble:
        parts.append("What happened:\n" + public(trouble.strip(), hosts))
    if log:
        parts.append(f"The last {len(log)} lines of the log:\n" + "\n".join(public(line, hosts) for line in log))
    return "\n\n".join(parts) + "\n"


# What the program stands on

#: The distributions that the program asks for (pyproject.toml); what they ask for in turn is found.
NEEDED = (
    "appdirs", "faust-cchardet", "feedparser", "jeepney", "keyring", "lxml", "markdown", "nh3", "opencc", "pygments",
    "pyside6", "python-dateutil", "pyyaml", "requests", "selectolax", "urllib3", "watchdog", "zstandard",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LICENCE_FILE = re.compile(r"(?i)(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """A library that is installed."""

    name: str
    version: str
    licence: str


def libraries() -> list[Part]:
    """What the program stands on, as far as it is installed, by name."""
    from importlib import metadata  # 20 ms, and hardly ever asked for

    found: dict[str, Part] = {}
    wanted = deque(NEEDED)
    while wanted:
        name = wanted.popleft()
        if _plain(name) in found:
            continue
        try:
            here = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another system
        found[_plain(name)] = Part(here.metadata["Name"], here.version, _licence(here))
        asked = (each for each in here.requires or () if "extra" not in each.partition(";")[2])
        wanted.extend(match[0] for match in map(_NAME.match, asked) if match)
    return sorted(found.values(), key=lambda part: part.name.lower())


def licence_text(name: str) -> str:
    """The licence of a library as it came with it; ``""`` when none did.

    Raises:
        PackageNotFoundError: it is not installed.
    """
    from importlib import metadata

    files = metadata.distribution(name).files or ()
    texts = []
    for file in files:
        path = Path(str(file.locate()))
        if _LICENCE_FILE.search(str(file)) and ".dist-info/" in file.as_posix() and path.is_file():
            texts.append(path.read_text(encoding="utf-8", errors="replace").strip())
    return "\n\n".join(texts)


def _licence(here: metadata.Distribution) -> str:
    """In short words: the expression, else the first line, else what the classifiers say."""
    fields = here.metadata.get_all
    expression = fields("License-Expression") or fields("License") or [""]
    said: str = expression[0].strip().partition("\n")[0]
    if said and len(said) <= 60:
        return said
    classes = [each.rpartition(" :: ")[2] for each in fields("Classifier") or () if each.startswith("License ::")]
    return ", ".join(classes) or said[:60]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
