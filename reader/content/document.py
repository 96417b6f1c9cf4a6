"""From a raw body to what is shown."""

from __future__ import annotations

import re
from html import escape, unescape

from reader.content import sanitize
from reader.model import ENGLISH_CARDS, CardWords, Form, Rendered
from reader.patterns import later

_ANY_TAG = later(r"<[a-zA-Z/!]")
_WRAPPER = later(r"\s*<(div|p|span|section|article)(?:\s[^<>]*)?>([^<]*)</\1\s*>\s*", re.IGNORECASE)


def render(
    raw: str,
    form: Form,
    *,
    name: str = "",
    base_url: str = "",
    document: str = "",
    title: str = "",
    pixel_ratio: float = 1.0,
    card_words: CardWords = ENGLISH_CARDS,
) -> Rendered:
    """Makes a body safe to show.

    Args:
        raw: as stored: a feed's HTML, or the whole text of a file.
        form: how to read it; for "file" the front matter is cut off and the name decides the rest.
        name: the file's path or name.
        base_url: what its relative addresses are relative to.
        document: names the article in its pictures' addresses, ``reader://image/<document>/<n>``.
        title: shown above the body; a heading that begins the body and says the same is left out then.
        pixel_ratio: of the screen; decides which of several sizes of a picture comes first.
        card_words: what the cards of players say.

    Returns:
        Safe HTML, its words, its pictures, what was removed, and warnings. Never raises.
    """
    html, warnings = markup(raw, form, name)
    cleaned = sanitize.clean(
        html, base_url=base_url, document=document, title=title, pixel_ratio=pixel_ratio, card_words=card_words
    )
    return Rendered(
        html=cleaned.html,
        text=cleaned.text,
        images=cleaned.images,
        removed=cleaned.removed,
        warnings=warnings,
        links=cleaned.links,
    )


def markup(raw: str, form: Form, name: str) -> tuple[str, tuple[str, ...]]:
    """A body of any form as HTML that is not safe yet, and warnings."""
    warnings: tuple[str, ...] = ()
    gallery = ""
    if form == "file":
        from reader.content import post  # with TOML, dates and all; most articles are from feeds

        read = post.read_text(raw, name)
        raw, form, warnings = read.body, read.form, read.warnings
        gallery = _gallery(read.fields.get("photos"))
    if form == "markdown":
        from reader.content import markdown  # 20 ms

        html, found = markdown.to_html(raw)
        warnings = (*warnings, *found)
    elif form == "text":
        html = text_to_html(raw)
    else:
        html = _html(raw)
    return gallery + html, warnings


def _gallery(photos: object) -> str:
    """The pictures that Hexo's ``photos`` shows above the text."""
    written = photos if isinstance(photos, list) else [photos]
    return "".join(f'<p><img src="{escape(photo)}" alt=""></p>' for photo in written[:100] if isinstance(photo, str))


def text_to_html(text: str) -> str:
    """Plain text as paragraphs that keep their line breaks."""
    paragraphs = re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip("\n").replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        "<p>" + "<br>".join(_line(line) for line in paragraph.split("\n")) + "</p>"
        for paragraph in paragraphs
        if paragraph.strip()
    )


def _line(line: str) -> str:
    bare = line.lstrip(" \t")
    indent = len(line[: len(line) - len(bare)].expandtabs(4))
    return "\u00a0" * min(indent, 40) + escape(bare.rstrip(), quote=False)


def _html(raw: str) -> str:
    """HTML whose body holds nothing but text keeps that text's line breaks."""
    if not _ANY_TAG.search(raw):
        return text_to_html(unescape(raw)) if "\n" in raw.strip() else raw
    wrapped = _WRAPPER.fullmatch(raw)
    if wrapped and "\n" in wrapped.group(2).strip():
        return text_to_html("\n".join(line.strip() for line in unescape(wrapped.group(2)).split("\n")))
    return raw
