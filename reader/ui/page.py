"""The page around an article: pure text, no Qt. What comes from the article is escaped, but for the sanitised body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import lru_cache
from html import escape
from urllib.parse import quote, unquote

from reader import resources
from reader.model import Article, Picture, Rendered
from reader.records import dataclass
from reader.ui import footer

#: Width and height of a picture.
Size = tuple[int, int]

#: What the address of the link to a tag's articles begins with; the tag follows, quoted.
_TAG = "reader://act/tag/"
_MOST_TAGS = 24

_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb")


@dataclass(frozen=True, slots=True)
class Look:
    """How the page looks: ``variables`` is the theme's ``:root`` rule."""

    variables: str
    size_px: int = 17
    width_em: int = 36
    serif: bool = False
    lines_percent: int = 100
    latin_font: str = ""
    cjk_font: str = ""
    justify: bool = False

    @property
    def classes(self) -> str:
        """The classes of the root element."""
        return " ".join(name for name, on in (("serif", self.serif), ("justified", self.justify)) if on)


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of the page, translated and formatted by the window.

    Attributes:
        date, reading_time: of this article, in the user's locale; empty is left out.
        attachments, original, open_file, audio, video: the footer's labels.
        notes: sentences shown above the body (front-matter warnings).
        removed: "3 things removed: script, frame"; empty when nothing was.
        removed_items: each kind with its number, for the list that opens.
        held: that pictures are not loaded here; empty when they are.
        load_now, load_always: what can be done about it.
        next_label, next_title, next_key: the article after this one, and its key; no title: there is none.
    """

    date: str = ""
    reading_time: str = ""
    attachments: str = "Attachments"
    original: str = "Original"
    notes: tuple[str, ...] = ()
    removed: str = ""
    removed_items: tuple[str, ...] = ()
    held: str = ""
    load_now: str = ""
    load_always: str = ""
    open_file: str = "Open in browser"
    audio: str = "Audio"
    video: str = "Video"
    next_label: str = ""
    next_title: str = ""
    next_key: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """The source's mark: a letter on a colour, or the folder icon."""

    letter: str = ""
    color: str = ""
    folder: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One article, ready to be shown: as a document, or in the place of another one's article.

    Attributes:
        article: its ``<article>`` element.
        rooms: the rules that keep room for its pictures.
    """

    title: str
    article: str
    look: Look
    rooms: str = ""

    def document(self) -> bytes:
        """The whole document, UTF-8."""
        classes = f' class="{self.look.classes}"' if self.look.classes else ""
        return (
            f'<!DOCTYPE html><html{classes}><head><meta charset="utf-8"><title>{escape(self.title)}</title>'
            f'<style>{_style()}</style><style id="ink-rooms">{self.rooms}</style>'
            f'<style id="ink-variables">{variables(self.look)}</style></head><body>{self.article}'
            f'<template id="ink-image-off">{_icon("image-off")}</template>'
            f'<template id="ink-retry">{_icon("refresh")}</template></body></html>'
        ).encode("utf-8", "replace")


def direction(language: str) -> str:
    """``rtl`` or ``ltr`` for a BCP 47 language."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=8)
def _icon(name: str) -> str:
    """An own icon to stand inside the page: our CSP lets no style load a picture, and a data: address least of all."""
    return resources.text("icons", f"{name}.svg").strip().replace("#000", "currentColor")


@lru_cache(maxsize=1)
def _style() -> str:
    return resources.text("article.css")


def variables(look: Look) -> str:
    """The rules that change with theme and settings: apart, so that they can be exchanged in an open page."""
    return (
        f"{look.variables}:root{{--text-size:{look.size_px}px;--text-width:{look.width_em}em;"
        f"--lines:{look.lines_percent / 100};"
        f"--own-latin:{_family(look.latin_font)};--own-cjk:{_family(look.cjk_font)}}}"
    )


def _family(name: str) -> str:
    """The beginning of a list of families; the settings let no quotation mark in."""
    return f'"{name}",' if name else " "


def article_page(
    article: Article, rendered: Rendered, look: Look, words: Words, tile: Tile, sizes: Sequence[Size | None] = ()
) -> Sheet:
    """One article.

    Args:
        sizes: of its pictures in pixels, as far as they are known: the page keeps room for them.
    """
    row = article.row
    language = escape(row.language, quote=True)
    lang = f' lang="{language}"' if language else ""
    sides = direction(row.language)
    # Each piece is set by itself: a date of the window's language would be torn apart by a title that runs leftwards.
    meta = [f"<bdi><b>{escape(author)}</b></bdi>" for author in row.authors[:6]]
    meta += [f"<bdi>{escape(text)}</bdi>" for text in (words.date, words.reading_time) if text]
    parts = [
        f'<header class="ink-head" dir="{sides}">{_source(row.source_title, tile)}',
        f"<h1{lang}>{escape(row.title)}</h1>",
        f'<div class="ink-meta">{"<i>·</i>".join(meta)}</div>' if meta else "",
        _tags(tuple(dict.fromkeys((*row.tags, *article.user_tags)))),
        "".join(f'<div class="ink-warning" dir="auto">{escape(note)}</div>' for note in words.notes),
        _removed(words),
        _held(words),
        "</header>",
        f'<main id="ink-body" class="ink-body"{lang} dir="{sides}">{rendered.html}</main>',
        footer.foot(article.enclosures, row.url, words),
    ]
    return Sheet(row.title, _article("".join(parts)), look, _rooms(row.id, rendered.images, sizes))


def text_page(article: Article, text: str, label: str, look: Look, tile: Tile, *, code: bool) -> Sheet:
    """An article as text: its original words, or (``code``) its source as it was received.

    Args:
        label: which of the two, translated.
    """
    row = article.row
    lang = f' lang="{escape(row.language, quote=True)}"' if row.language else ""
    kind = "ink-source-text" if code else "ink-plain-text"
    inside = (
        f'<header class="ink-head">{_source(row.source_title, tile)}<h1{lang}>{escape(row.title)}</h1>'
        f'<div class="ink-tags"><span>{escape(label)}</span></div></header>'
        f'<main id="ink-body" class="ink-body {kind}"{lang} dir="auto">{escape(text)}</main>'
    )
    return Sheet(row.title, _article(inside), look)


def _article(inside: str) -> str:
    return f'<article class="ink-article">{inside}</article>'


def _source(title: str, tile: Tile) -> str:
    if tile.folder:
        mark = '<span class="ink-icon" aria-hidden="true">' + _icon("folder-md") + "</span>"
    else:
        mark = f'<span class="ink-tile" style="background:{tile.color}" aria-hidden="true">{escape(tile.letter)}</span>'
    return f'<div class="ink-source">{mark}<span>{escape(title)}</span></div>'


def _removed(words: Words) -> str:
    if not words.removed:
        return ""
    items = "".join(f"<li>{escape(item)}</li>" for item in words.removed_items)
    return (
        f'<details class="ink-removed" dir="auto"><summary>{escape(words.removed)}</summary><ul>{items}</ul></details>'
    )


def _held(words: Words) -> str:
    if not words.held:
        return ""
    links = ("now", words.load_now), ("always", words.load_always)
    acts = "".join(f'<a href="reader://act/pictures/{how}">{escape(text)}</a>' for how, text in links if text)
    return f'<div class="ink-held" role="note" dir="auto"><span>{escape(words.held)}</span>{acts}</div>'


def _rooms(document: str, pictures: Sequence[Picture], sizes: Sequence[Size | None]) -> str:
    """Rules that keep the room of the pictures whose size is known. A width that the article declares stays."""
    rules = []
    for number, (picture, size) in enumerate(zip(pictures, sizes, strict=False)):
        if size is None or min(size) < 1:
            continue
        address = f"reader://image/{document}/{number}"
        width = "" if picture.width else f"width:{size[0]}px;"
        rules.append(
            f'.ink-body img:is([src="{address}"],[src^="{address}?"]){{{width}aspect-ratio:auto {size[0]}/{size[1]}}}'
        )
    return "".join(rules)


def tag_linked(address: str) -> str:
    """The tag that a link in the head of an article leads to; "" for every other link."""
    return unquote(address.removeprefix(_TAG)) if address.startswith(_TAG) else ""


def _tags(tags: tuple[str, ...]) -> str:
    if not tags:
        return ""
    links = (
        f'<a dir="auto" href="{_TAG}{quote(tag, safe="", errors="replace")}">{escape(tag)}</a>'
        for tag in tags[:_MOST_TAGS]
    )
    return f'<div class="ink-tags">{"".join(links)}</div>'
