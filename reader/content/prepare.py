"""A draft with everything that the list and the search need."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from reader.content import document, pictures, post, text
from reader.content.glance import Glance, glance
from reader.model import Draft, Picture, Prepared
from reader.patterns import later

#: A heading of the first level, or one that stands before all text.
_HEADING = later(r"<h1(?:\s[^>]*)?>(.*?)</h1>", re.DOTALL)
_FIRST_HEADING = later(r"(?:\s|<(?!h[1-6][\s>])[^>]*>)*<h([1-6])(?:\s[^>]*)?>(.*?)</h\1>", re.DOTALL)
_MORE = later(r"<!--\s*more\b.{0,200}?-->", re.IGNORECASE)
#: Control characters that are no white space: a terminal would obey them, a list shows a box.
_CONTROLS = dict.fromkeys((*range(9), *range(0x0E, 0x1C), 0x7F))
#: All that is neither a letter nor a digit.
_MARKS = later(r"[\W_]+")
#: Chinese and Japanese with their punctuation: normalisation leaves its letters alone, and takes five times as long.
_STABLE = later("[\n -~·—‘-”…、。〈-】，！？；：（）ぁ-ゖァ-ヺー\u4e00-\u9fff]*")
_ASCII_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())
_LOOK_CHARS = 50_000
TITLE_CHARS = 80
#: The list shows two lines of it: letters, of which a Chinese character is as wide as two.
SUMMARY_WIDTH = 200


def prepare(draft: Draft) -> Prepared:
    """Computes title, summary, words, fingerprint, language, reading time and lead picture. Never raises."""
    html, _ = document.markup(draft.raw, draft.form, draft.guid)
    seen = glance(html, draft.base_url or draft.url)
    words = seen.text
    summary = text.to_text(draft.summary)
    title = _title(draft, seen, summary)
    language = draft.language or text.language(f"{title}\n{words or summary}")
    return Prepared(
        draft=draft,
        title=title,
        summary=_summary(summary or _excerpt(draft, words, title)),
        text=words or summary or title,
        fingerprint=fingerprint(f"{title}\n{words or summary}"),
        language=language,
        minutes=text.minutes(words),
        lead=_lead(draft, seen),
    )


def fingerprint(words: str) -> bytes:
    """16 bytes over the letters and digits alone: the same for the same words in other markup, case or width."""
    if words.isascii():
        kept = words.lower().encode().translate(None, _ASCII_MARKS)
    elif _STABLE.fullmatch(words):
        kept = _MARKS.sub("", words.lower()).encode()
    else:
        folded = unicodedata.normalize("NFKC", words).casefold()
        kept = _MARKS.sub("", folded).encode("utf-8", "replace")
    return hashlib.blake2b(kept, digest_size=16).digest()


def _summary(words: str) -> str:
    beginning = words[:SUMMARY_WIDTH]
    return text.one_line(words, SUMMARY_WIDTH - min(text.cjk(beginning), SUMMARY_WIDTH // 2))


def _title(draft: Draft, seen: Glance, summary: str) -> str:
    if draft.form == "file":
        # A file's title is text already: "`<a>`" names an element.
        title = " ".join((draft.title or post.read_text(draft.raw, draft.guid).title).split())
    else:
        title = text.to_text(draft.title)
    title = title.translate(_CONTROLS).strip()
    if not title:
        title = text.one_line(_heading(seen.markup[:_LOOK_CHARS]), TITLE_CHARS)
    title = title or text.first_sentence(seen.text, TITLE_CHARS) or text.first_sentence(summary, TITLE_CHARS)
    if not title:
        title = next((picture.alt for picture in seen.pictures if picture.alt), "")
    if not title:
        base = re.split(r"[/\\]", draft.guid.rstrip("/"))[-1]
        title = re.sub(r"\.\w{1,8}$", "", base).strip() or base.strip() or draft.url or "—"
    return text.one_line(title.translate(_CONTROLS), 1000) or "—"


def _heading(html: str) -> str:
    """The words of the first heading, if it can be the title (see ``dialects.first_heading``)."""
    first = _FIRST_HEADING.match(html)
    if first:
        return text.to_text(first.group(2))
    found = _HEADING.search(html)
    return text.to_text(found.group(1)) if found else ""


def _excerpt(draft: Draft, words: str, title: str) -> str:
    """What the author set before ``<!-- more -->``, else the beginning."""
    more = _MORE.search(draft.raw) if "<!--" in draft.raw else None
    if more and more.start() < _LOOK_CHARS:
        # The front matter is read again with the beginning: only what follows it is text.
        html, _ = document.markup(draft.raw[: more.start()], draft.form, draft.guid)
        beginning = _without_title(glance(html, "").text, title)
        if beginning and len(beginning) < len(words):
            return beginning
    return _without_title(words, title)


def _without_title(words: str, title: str) -> str:
    """The list shows the title already; a body that begins with it would say it twice."""
    first, _, rest = words.partition("\n")
    return rest if rest and first.strip() == title else words


def _lead(draft: Draft, seen: Glance) -> Picture | None:
    if draft.lead_image:
        picture = pictures.true_address(draft.lead_image, draft.base_url or draft.url)
        if picture.url and not pictures.is_random(picture.url):
            return picture
    for enclosure in draft.enclosures:
        if enclosure.media_type.startswith("image/"):
            picture = pictures.true_address(enclosure.url, draft.base_url or draft.url)
            if picture.url and not pictures.is_random(picture.url):
                return picture
    for picture in seen.pictures:
        small = 0 < picture.width < 100 or 0 < picture.height < 60
        if not small and not pictures.is_random(picture.url) and not picture.url.startswith("data:"):
            return picture
    return None
