"""What is being written: the safe HTML of an article, its words, its pictures, and what was left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html import escape

from reader.content import mathml
from reader.model import ENGLISH_CARDS, CardWords, Picture
from reader.patterns import later

#: nh3's cost grows with the square of the entities in one run of text (500,000: 2 s); such a run is cut.
_ENTITY_RUN = 20_000
#: Formulas of one article; one with more is no article, and 100,000 characters take 0.3 s.
_MAX_TEX_CHARS = 100_000
_MAX_MARKS = 500
#: Formulas in a text that its page would have drawn by a script.
_RAW_TEX = later(r"\\\((.{1,1000}?)\\\)|\\\[(.{1,3000}?)\\\]|\$\$([^$]{1,3000})\$\$", re.DOTALL)
_DELIMITED = later(r"\s*(?:\\\((.*)\\\)|\\\[(.*)\\\]|\$\$(.*)\$\$|\$(.*)\$)\s*", re.DOTALL)
_LOOKS_LIKE_TEX = later(r"[\\^_={}+<>|]|^\s*[A-Za-z]\s*$|^[A-Za-z] *\(|\d\s*[-*/]\s*\d")


class Page:
    """The state of one pass, and how its pieces are written.

    Attributes:
        out, words: pieces of the HTML and of the visible text.
        images: the n-th is written as the bare number n.
        links: those of a file to its neighbours; the n-th is written as the bare number n.
        removed: what was left out, by kind.
        shown, twins: addresses of pictures, and of those that came from a ``<noscript>``.
        pre, code, paragraphs, depth: how many of such elements are open.
        trim: the next text stands first in a ``<pre>``, where parsers drop one line break.
    """

    def __init__(self, base_url: str, pixel_ratio: float = 1.0, card_words: CardWords = ENGLISH_CARDS) -> None:
        self.base_url = base_url
        self.pixel_ratio = pixel_ratio
        self.card_words = card_words
        self.out: list[str] = []
        self.words: list[str] = []
        self.images: list[Picture] = []
        self.links: list[str] = []
        self.removed: Counter[str] = Counter()
        self.shown: set[str] = set()
        self.twins: set[str] = set()
        self.pre = 0
        self.code = 0
        self.paragraphs = 0
        self.depth = 0
        self.trim = False
        self.tex_chars = 0

    def text(self, text: str) -> None:
        """Writes a run of text."""
        if self.trim:
            # Parsers drop one newline after <pre>; without the rest of them the text is the same at every pass.
            text = text.lstrip("\n")
            self.trim = not text
        if not (self.pre or self.code) and ("$$" in text or "\\(" in text or "\\[" in text):
            self._mixed(text)
        else:
            self._plain(text)

    def _plain(self, text: str) -> None:
        if "&" in text or "<" in text or ">" in text:
            if len(text) > _ENTITY_RUN and text.count("&") + text.count("<") + text.count(">") > _ENTITY_RUN:
                pieces = (text[at : at + _ENTITY_RUN] for at in range(0, len(text), _ENTITY_RUN))
                self.out.append("<wbr>".join(escape(piece, quote=False) for piece in pieces))
            else:
                self.out.append(escape(text, quote=False))
        else:
            self.out.append(text)
        self.words.append(text if self.pre else text.replace("\n", " "))

    def _mixed(self, text: str) -> None:
        """Text with formulas between ``\\(``, ``\\[`` or ``$$``."""
        last = 0
        if text.count("\\(") + text.count("\\[") + text.count("$$") <= _MAX_MARKS:
            for match in _RAW_TEX.finditer(text):
                source = match.group(1) or match.group(2) or match.group(3)
                drawn = self._drawn(source, not match.group(1)) if _LOOKS_LIKE_TEX.search(source) else ""
                if drawn:
                    self._plain(text[last : match.start()])
                    self.out.append(drawn)
                    self.words.append(" ".join(source.split()))
                    last = match.end()
        self._plain(text[last:])

    def _drawn(self, source: str, display: bool) -> str:
        self.tex_chars += len(source)
        return mathml.convert(source, display=display) if self.tex_chars <= _MAX_TEX_CHARS else ""

    def formula(self, source: str, *, display: bool) -> bool:
        """Writes a formula as MathML.

        Args:
            source: TeX, with or without its delimiters; they say how it is shown.

        Returns:
            False when it cannot be drawn; nothing is written then.
        """
        marked = _DELIMITED.fullmatch(source) if "$" in source or "\\" in source else None
        if marked:
            display = display or marked.group(2) is not None or marked.group(3) is not None
            source = next(inside for inside in marked.groups() if inside is not None)
        drawn = self._drawn(source, display)
        if not drawn:
            return False
        self.out.append(drawn)
        edge = "\n" if display else ""
        self.words.append(f"{edge}{' '.join(source.split())}{edge}")
        return True

    def count_handlers(self, attributes: Mapping[str, str | None]) -> None:
        """Counts the event handlers of an element that is not written itself."""
        for name in attributes:
            if name[:2] == "on":
                self.removed["event-handler"] += 1

    def picture(self, picture: Picture, title: str | None = None) -> None:
        """Writes one picture as its number."""
        self.shown.add(picture.url)
        size = f' width="{picture.width}"' if picture.width else ""
        size += f' height="{picture.height}"' if picture.height else ""
        named = f' title="{escape(title[:1000])}"' if title and title.strip() else ""
        source = f'src="{len(self.images)}" alt="{escape(picture.alt)}"'
        self.out.append(f'<img {source}{named}{size} loading="lazy" decoding="async">')
        self.images.append(picture)

    def link(self, href: str) -> str:
        """Keeps a link to a neighbour: the number that stands for it."""
        self.links.append(href)
        return str(len(self.links) - 1)

    def card(self, kind: str, target: str, label: str, note: str, poster: Picture | None = None) -> None:
        """Writes what stands for a player: its still picture and a link, nothing that plays or loads.

        Args:
            kind: "video", "audio", or "" for what a frame shows.
            target: where it plays: an address, or the number of a link to a file beside the article.
            note: said below it: its length, and where it opens.
        """
        tag = "span" if self.paragraphs else "p"
        named = f"embed {kind}".rstrip()
        opening, closing = (f'<a href="{escape(target)}">', "</a>") if target else ("", "")
        self.out.append(f'<{tag} class="{named}">{opening}')
        if poster is not None:
            self.picture(poster)
            self.out.append("<br>")
        said = f"{escape(label, quote=False)}{closing}<br><small>{escape(note, quote=False)}</small>"
        self.out.append(f"{said}</{tag}>")
        self.words.append(f"\n{label}\n")
