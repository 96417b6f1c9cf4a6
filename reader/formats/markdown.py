"""Safe HTML as Markdown: the structure that a person would type, nothing clever."""

from __future__ import annotations

import re
from dataclasses import field
from html.parser import HTMLParser

from reader.records import dataclass

_SKIP = frozenset({"rt", "rp"})
_BLOCK = frozenset(
    {"p", "div", "section", "article", "header", "footer", "figure", "figcaption", "center", "address", "details"}
    | {"summary", "dl", "dt", "dd", "caption", "main", "aside", "nav"}
)
_VERBATIM = frozenset({"pre", "code", "math"})
_WRAP = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~", "mark": "=="}
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_LANGUAGE = re.compile(r"(?:^|\s)lang(?:uage)?-([\w+#.-]+)")
_ALIGNED = re.compile(r"text-align:\s*(left|center|right)")
_RULES = {"left": ":---", "center": ":---:", "right": "---:"}
_MAX_SPAN = 50
#: The writer's own marks are control characters: 2 and 3 around a quote, 0 around the number of a block of code.
_MARKS = dict.fromkeys((0, 2, 3))
_QUOTE = re.compile(r"\x02([^\x02\x03]*)\x03")
#: An item without words yet: what it begins with stands on its line.
_ITEM = re.compile(r"\n *(?:-|\d+\.) ")
_HELD = re.compile(r"\x00(\d+)\x00")


@dataclass
class _Table:
    """The rows of a table that is being read; a row of the pipe form must know all others."""

    rows: list[list[str]] = field(default_factory=list)
    aligned: dict[int, str] = field(default_factory=dict)

    def add(self, cell: str, about: dict[str, str]) -> None:
        """Put a cell at the end of the last row, with empty ones for the columns that it covers."""
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        found = _ALIGNED.search(about.get("style", ""))
        side = found[1] if found else about.get("align", "")
        if side in _RULES:
            self.aligned.setdefault(len(row), side)
        span = about.get("colspan", "")
        row.append(cell)
        row.extend([""] * (min(int(span), _MAX_SPAN) - 1 if span.isdecimal() else 0))

    def lines(self) -> list[str]:
        """The pipe form; its first row is the head, for there is no table without one."""
        rows = [row for row in self.rows if row]
        columns = max(map(len, rows), default=0)
        made = ["| " + " | ".join(row + [""] * (columns - len(row))) + " |" for row in rows]
        rules = (_RULES.get(self.aligned.get(n, ""), "---") for n in range(columns))
        return [*made[:1], "| " + " | ".join(rules) + " |", *made[1:]] if made else []

    def words(self) -> str:
        """All cells, for a table inside another one's cell."""
        return " ".join(cell for row in self.rows for cell in row if cell)


def _fence(text: str, shortest: int) -> str:
    """Backticks for around a text: one more than stand together in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(shortest, longest + 1)


class _Writer(HTMLParser):
    """Writes Markdown while the (sanitised, well-formed) HTML is read."""

    def __init__(self, addresses: dict[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._addresses = addresses
        self._lists: list[list[int | str]] = []
        self._skip = 0
        self._links: list[str] = []
        #: Whether each open span is the card of a player, a block in running text.
        self._cards: list[bool] = []
        self._tables: list[_Table] = []
        #: Where the text of each open cell begins, and its attributes.
        self._cells: list[tuple[int, dict[str, str]]] = []
        #: The words of the code or formula that is open, and its element.
        self._verbatim: list[str] | None = None
        self._inside = ""
        self._about: dict[str, str] = {}
        self._depth = 0
        self._after: list[str] = []
        self._language = ""
        self._held: list[str] = []

    def _block(self) -> None:
        written = self.out[-1] if self.out else ""
        if not self._cells and not _ITEM.fullmatch(written):
            self.out.append("\n\n")

    def _hold(self, text: str) -> None:
        """A block whose lines and blanks must stay as they are."""
        self._held.append(text)
        self._block()
        self.out.append(f"\x00{len(self._held) - 1}\x00")
        self._block()

    def _open(self, tag: str, about: dict[str, str]) -> None:
        self._verbatim, self._inside, self._about, self._depth = [], tag, about, 0

    def _within(self, tag: str, get: dict[str, str]) -> None:
        """A tag inside of code or of a formula."""
        assert self._verbatim is not None
        self._depth += tag == self._inside
        if tag == "br":
            self._verbatim.append("\n")
        elif tag == "annotation":
            self._verbatim.clear()  # the drawing of the formula, whose words follow
        elif tag == "img":
            self._after.append(self._picture(get))

    def _close(self) -> None:
        """Write the code or the formula that ends."""
        text, inside = "".join(self._verbatim or ()), self._inside
        self._verbatim = None
        if inside == "math":
            self._formula(text)
        elif inside == "pre" and not self._cells:
            text = text.removeprefix("\n").rstrip("\n")
            fence = _fence(text, 3)
            self._hold(f"{fence}{self._language}\n{text}\n{fence}")
        elif text:
            text = " ".join(text.split("\n")).strip() if inside == "pre" else text.replace("\n", " ")
            fence, edge = _fence(text, 1), " " if text[:1] == "`" or text[-1:] == "`" else ""
            self.out.append(f"{fence}{edge}{text}{edge}{fence}")
        self.out += self._after
        self._after, self._language = [], ""

    def _formula(self, tex: str) -> None:
        lines = [line.strip() for line in tex.split("\n") if line.strip()]
        if self._about.get("display") != "block" or self._cells:
            self.out.append(f"${' '.join(lines)}$")
        elif len(lines) > 1:
            self._hold("\n".join(["$$", *lines, "$$"]))
        else:
            self._hold(f"$${''.join(lines)}$$")

    def _picture(self, get: dict[str, str]) -> str:
        source = self._addresses.get(get.get("src", ""), get.get("src", ""))
        return f"![{get.get('alt', '').replace(']', ' ')}](<{source}>)"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        get = {name: value or "" for name, value in attrs}
        language = _LANGUAGE.search(get.get("class", ""))
        if language:
            self._language = language[1]
        if self._verbatim is not None:
            self._within(tag, get)
        elif tag in _SKIP:
            self._skip += 1
        elif tag in _WRAP:
            self.out.append(_WRAP[tag])
        elif tag[0] == "h" and tag[1:].isdigit():
            self._block()
            self.out.append("#" * int(tag[1:]) + " ")
        elif tag in ("ul", "ol"):
            self._block() if not self._lists else None
            self._lists.append([tag, int(get.get("start") or 1) if (get.get("start") or "1").isdigit() else 1])
        elif tag == "li":
            self._item()
        elif tag == "blockquote":
            self._block()
            self.out.append("\x02")
        elif tag == "span":
            self._cards.append("embed" in get.get("class", "").split())
            if self._cards[-1]:
                self._block()
        elif tag in _VERBATIM:
            self._open(tag, get)
        elif tag == "br":
            self.out.append(" " if self._cells else "  \n")
        elif tag == "hr":
            self._block()
            self.out.append("---")
            self._block()
        elif tag == "a":
            self._links.append(self._addresses.get(get.get("href", ""), get.get("href", "")))
            self.out.append("[" if get.get("href") else "")
        elif tag == "img":
            self.out.append(self._picture(get))
        elif tag == "table":
            self._block()
            self._tables.append(_Table())
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            self._cells.append((len(self.out), get))
        elif tag in _BLOCK:
            self._block()

    def _item(self) -> None:
        kind, number = self._lists[-1] if self._lists else ("ul", 1)
        mark = "- " if kind == "ul" else f"{number}. "
        if self._lists:
            self._lists[-1][1] = int(number) + 1
        self.out.append("\n" + "  " * max(0, len(self._lists) - 1) + mark)

    def handle_endtag(self, tag: str) -> None:
        if self._verbatim is not None:
            if tag == self._inside and not self._depth:
                self._close()
            self._depth -= tag == self._inside
        elif tag in _SKIP:
            self._skip = max(0, self._skip - 1)
        elif tag in _WRAP:
            self.out.append(_WRAP[tag])
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            if not self._lists:
                self._block()
        elif tag == "blockquote":
            self.out.append("\x03")
            self._block()
        elif tag == "span" and self._cards:
            if self._cards.pop():
                self._block()
        elif tag == "a" and self._links:
            target = self._links.pop()
            self.out.append(f"](<{target}>)" if target else "")
        elif tag in ("td", "th") and self._cells:
            start, about = self._cells.pop()
            text = "".join(self.out[start:])
            del self.out[start:]
            self._tables[-1].add(" ".join(text.split()).replace("|", "\\|"), about)
        elif tag == "table" and self._tables:
            table = self._tables.pop()
            self._hold("\n".join(table.lines())) if not self._cells else self.out.append(f" {table.words()} ")
        elif tag == "div":
            self._language = ""
            self._block()
        elif tag in _BLOCK or (tag[0] == "h" and tag[1:].isdigit()):
            self._block()

    def handle_data(self, data: str) -> None:
        data = data.translate(_MARKS)
        if self._verbatim is not None:
            self._verbatim.append(data)
        elif not self._skip and (data.strip() or not self.out or not self.out[-1].endswith((" ", "\n"))):
            self.out.append(_SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", data)))

    def text(self) -> str:
        """What was written, with blocks and quotes put in their places."""
        text = re.sub(r"[ \t]*\n[ \t]*\n\s*\n*", "\n\n", "".join(self.out))
        text = _HELD.sub(lambda held: self._held[int(held[1])], text)
        count = 1
        while count:  # the inner quotes first
            text, count = _QUOTE.subn(_quoted, text)
        return re.sub(r"\n{3,}(?=> )", "\n\n", text).strip() + "\n"


def _quoted(quote: re.Match[str]) -> str:
    lines = quote[1].strip().split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def from_html(html: str, addresses: dict[str, str]) -> str:
    """Markdown for a sanitised body.

    Args:
        addresses: what the addresses of pictures and of links to neighbours inside the HTML stand for.
    """
    writer = _Writer(addresses)
    writer.feed(html)
    writer.close()
    return writer.text()
