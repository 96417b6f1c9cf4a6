"""A draft with everything that the list and the search need."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from reader.content import document, pictures, post, text
from reader.model import Draft, Picture, Prepared, Rendered

_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
TITLE_CHARS = 80
SUMMARY_CHARS = 300


def prepare(draft: Draft) -> Prepared:
    """Computes title, summary, words, fingerprint, language, reading time and lead picture. Never raises."""
    rendered = document.render(draft.raw, draft.form, name=draft.guid, base_url=draft.base_url or draft.url)
    words = rendered.text
    summary = text.to_text(draft.summary)
    title = _title(draft, rendered, summary)
    language = draft.language or text.language(f"{title}\n{words or summary}")
    return Prepared(
        draft=draft,
        title=title,
        summary=text.one_line(summary or _without_title(words, title), SUMMARY_CHARS),
        text=words or summary or title,
        fingerprint=fingerprint(f"{title}\n{words or summary}"),
        language=language,
        minutes=text.minutes(words),
        lead=_lead(draft, rendered),
    )


def fingerprint(words: str) -> bytes:
    """16 bytes over the letters and digits alone: the same for the same words in other markup, case or width."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    kept = "".join(filter(str.isalnum, folded))
    return hashlib.blake2b(kept.encode("utf-8", "replace"), digest_size=16).digest()


def _title(draft: Draft, rendered: Rendered, summary: str) -> str:
    if draft.form == "file":
        # A file's title is text already: "`<a>`" names an element.
        title = " ".join((draft.title or post.read_text(draft.raw, draft.guid).title).split())
    else:
        title = text.to_text(draft.title)
    if not title:
        heading = _HEADING.search(rendered.html)
        title = text.one_line(text.to_text(heading.group(1)), TITLE_CHARS) if heading else ""
    title = title or text.first_sentence(rendered.text, TITLE_CHARS) or text.first_sentence(summary, TITLE_CHARS)
    if not title:
        title = next((picture.alt for picture in rendered.images if picture.alt), "")
    if not title:
        base = re.split(r"[/\\]", draft.guid.rstrip("/"))[-1]
        title = re.sub(r"\.\w{1,8}$", "", base).strip() or base.strip() or draft.url or "—"
    return text.one_line(title, 1000)


def _without_title(words: str, title: str) -> str:
    """The list shows the title already; a body that begins with it would say it twice."""
    first, _, rest = words.partition("\n")
    return rest if rest and first.strip() == title else words


def _lead(draft: Draft, rendered: Rendered) -> Picture | None:
    if draft.lead_image:
        picture = pictures.true_address(draft.lead_image, draft.base_url or draft.url)
        if picture.url and not pictures.is_random(picture.url):
            return picture
    for enclosure in draft.enclosures:
        if enclosure.media_type.startswith("image/"):
            picture = pictures.true_address(enclosure.url, draft.base_url or draft.url)
            if picture.url and not pictures.is_random(picture.url):
                return picture
    for picture in rendered.images:
        small = 0 < picture.width < 100 or 0 < picture.height < 60
        if not small and not pictures.is_random(picture.url) and not picture.url.startswith("data:"):
            return picture
    return None
