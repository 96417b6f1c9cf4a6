"""What stands below an article: its attached files, its own page, and the article after it. Pure text, no Qt."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from reader import resources
from reader.model import Enclosure

_SAFE = "%/:?#[]@!$&'()*+,;=~-._"
#: More files than this are a list of everything that a site has.
_MAX_FILES = 40
_MAX_SHOWN = 120

#: The address of the link to the article after this one.
NEXT = "reader://act/next"


class FootWords(Protocol):
    """The texts of the footer, translated; see ``page.Words``."""

    @property
    def attachments(self) -> str: ...
    @property
    def original(self) -> str: ...
    @property
    def open_file(self) -> str: ...
    @property
    def audio(self) -> str: ...
    @property
    def video(self) -> str: ...
    @property
    def next_label(self) -> str: ...
    @property
    def next_title(self) -> str: ...
    @property
    def next_key(self) -> str: ...


def foot(enclosures: tuple[Enclosure, ...], url: str, words: FootWords) -> str:
    """The footer, ``""`` when there is nothing to say.

    Args:
        url: the article's own page.
    """
    files = [_file(each, words) for each in enclosures[:_MAX_FILES] if _web(each.url)]
    parts = [
        f'<section class="ink-files"><h2>{escape(words.attachments)}</h2>{"".join(files)}</section>' if files else "",
        _original(url, words.original) if _web(url) else "",
        _next(words) if words.next_title else "",
    ]
    inside = "".join(parts)
    return f'<footer class="ink-foot">{inside}</footer>' if inside else ""


def _original(url: str, label: str) -> str:
    shown = url if len(url) <= _MAX_SHOWN else url[: _MAX_SHOWN - 1] + "…"
    return f'<div class="ink-original">{escape(label)} <a href="{_address(url)}"><bdi>{escape(shown)}</bdi></a></div>'


def _file(each: Enclosure, words: FootWords) -> str:
    kind, _, form = each.media_type.partition("/")
    named = {"audio": words.audio, "video": words.video}.get(kind, form.partition(";")[0].upper()[:12])
    facts = " · ".join(filter(None, (named, size(each.length), _host(each.url))))
    name = f'<b dir="auto">{escape(_file_name(each.url))}</b>'
    return (
        f'<a class="ink-file" href="{_address(each.url)}">{_clip()}<span>{name}<small>{escape(facts)}</small></span>'
        f"<i>{escape(words.open_file)}</i></a>"
    )


def _next(words: FootWords) -> str:
    key = f"<kbd>{escape(words.next_key)}</kbd>" if words.next_key else ""
    return (
        f'<a class="ink-next" href="{NEXT}"><small>{escape(words.next_label)}</small>'
        f'<b dir="auto">{escape(words.next_title)}</b>{key}</a>'
    )


@lru_cache(maxsize=1)
def _clip() -> str:
    drawing = resources.text("icons", "clip.svg").strip().replace("#000", "currentColor")
    return f'<span class="ink-icon" aria-hidden="true">{drawing}</span>'


def _address(url: str) -> str:
    return escape(quote(url, safe=_SAFE), quote=True)


def _web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _file_name(url: str) -> str:
    try:
        return unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]) or url
    except ValueError:
        return url


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def size(length: int) -> str:
    """ "12.3 MB"; ``""`` when it is not known."""
    if length <= 0:
        return ""
    return f"{length / 1e6:.1f} MB" if length >= 100_000 else f"{max(1, round(length / 1e3))} kB"
