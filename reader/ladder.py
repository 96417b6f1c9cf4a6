"""In which order a picture is asked for: which address with which Referer, and what a failure rules out.

Pure: nothing is asked here. A part of ``reader.images``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from reader.addresses import Origin, is_local_name, is_public
from reader.hotlinks import Rung, referers
from reader.lessons import Lesson
from reader.records import dataclass

#: For one picture, all its addresses and Referers together.
MOST_ATTEMPTS = 6
#: At a host that refused another picture to everybody a while ago.
FEW_ATTEMPTS = 2
ITSELF, SCHEME, TEMPLATE, ALTERNATE = "itself", "scheme", "template", "alternate"
#: Stands in a user's proxy template for the picture's address.
PLACE = "{url}"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEMES = {"http": "https", "https": "http"}


@dataclass(frozen=True, slots=True)
class Try:
    """One step: an address with a Referer.

    Attributes:
        kind: itself, scheme (https for http, or back), alternate0, alternate1 ..., template.
    """

    url: str
    kind: str
    rung: Rung = "none"
    referer: str = ""

    @property
    def via(self) -> str:
        return str(Origin.of(self.url) or "")


def is_web(url: str) -> bool:
    return not url[:6].lower().startswith(("data:", "file:"))


def host_of(url: str) -> str:
    origin = Origin.of(url)
    return origin.host if origin else ""


def steps(
    url: str,
    alternates: Sequence[str],
    article_url: str,
    template: str,
    learned: Callable[[str], Lesson | None],
) -> list[Try]:
    """All that could be tried for a picture, best first.

    First what worked for the last picture of this host; then the address itself with one Referer after the other; then
    each other address with the Referer that is likeliest there, the user's proxy last; then those with the others.

    Args:
        alternates: other addresses of the same picture, best first.
        template: of a proxy that the user chose, with ``{url}`` in it; ``""`` for none.
        learned: what is known of a host.
    """
    others = [(f"{ALTERNATE}{n}", alternate) for n, alternate in enumerate(alternates)]
    others += [(SCHEME, _other_scheme(url)), (TEMPLATE, through(template, url))]
    first = _rungs(ITSELF, url, article_url, learned)
    later: list[Try] = []
    seen = {url}
    for kind, address in others:
        if address and address not in seen and is_web(address):
            seen.add(address)
            ways = _rungs(kind, address, article_url, learned)
            first += ways[:1]
            later += ways[1:]
    found = first + later
    lesson = learned(host_of(url))
    if lesson is not None:
        found.sort(key=lambda step: _distance(step, lesson))  # stable: only what was learned moves
    return found


def after(waiting: Sequence[Try], failed: Try, kind: str, *, silent: bool) -> list[Try]:
    """What is still worth trying after a failure.

    Args:
        kind: of the ``PictureError``; "partial" when the picture broke off.
        silent: the server did not answer at all: nothing else on it will.
    """
    if kind == "refused" and not silent:
        return list(waiting)
    if kind == "blocked":  # a private address is told to no proxy
        host = host_of(failed.url)
        return [step for step in waiting if host_of(step.url) != host and step.kind != TEMPLATE]
    if not silent:
        return [step for step in waiting if step.url != failed.url]
    left = [step for step in waiting if step.via != failed.via]
    if failed.kind == ITSELF:  # the other scheme is the likeliest cure, and the same server
        left.sort(key=lambda step: step.kind != SCHEME)
    return left


def through(template: str, url: str) -> str:
    """An address through the user's proxy; ``""`` when there is none, or the address is nobody else's business."""
    if PLACE not in template or not template.startswith(("http://", "https://")):
        return ""
    host = host_of(url)
    numeric = ":" in host or host.replace(".", "").isdigit()
    if not host or is_local_name(host) or (numeric and not is_public(host)):
        return ""
    return template.replace(PLACE, quote(url, safe=""))


def _rungs(kind: str, url: str, article_url: str, learned: Callable[[str], Lesson | None]) -> list[Try]:
    try:
        found = [Try(url, kind, rung, referer) for rung, referer in referers(url, article_url)]
    except ValueError:
        # Only its own error tells the user what is wrong with it.
        return [Try(url, kind)] if kind == ITSELF else []
    lesson = learned(host_of(url)) if kind != ITSELF else None
    if lesson is not None and lesson.kind == ITSELF:
        found.sort(key=lambda step: step.rung != lesson.rung)
    return found


def _distance(step: Try, lesson: Lesson) -> int:
    """How far a step is from what worked, 0 for the very same; the same proxy may be another alternate this time."""
    if step.via != lesson.via:
        return 3
    if step.kind != lesson.kind:
        return 2 if ALTERNATE in step.kind and ALTERNATE in lesson.kind else 3
    return int(step.rung != lesson.rung)


def _other_scheme(url: str) -> str:
    origin = Origin.of(url)
    if origin is None or origin.port != _DEFAULT_PORTS.get(origin.scheme):
        return ""
    scheme, _, rest = url.partition(":")
    # A port that is written out belongs to one scheme alone.
    return "" if f":{origin.port}" in rest.split("/", 3)[2] else f"{_SCHEMES[scheme.lower()]}:{rest}"
