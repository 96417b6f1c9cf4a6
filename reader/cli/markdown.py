"""Safe HTML as Markdown, for ``show --format markdown``: the structure that a person would type, nothing clever."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SKIP = frozenset({"rt", "rp"})
_BLOCK = frozenset(
    {"p", "div", "section", "article", "header", "footer", "figure", "figcaption", "center", "address", "details"}
    | {"summary", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "caption", "main", "aside", "nav"}
)
_WRAP = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~", "mark": "=="}
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")


class _Writer(HTMLParser):
    """Writes Markdown while the (sanitised, well-formed) HTML is read."""

    def __init__(self, addresses: dict[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._addresses = addresses
        self._lists: list[list[int | str]] = []
        self._quote = 0
        self._pre = False
        self._skip = 0
        self._links: list[str] = []
        self._row: list[str] | None = None
        self._rows = 0
        self._cell = 0

    def _block(self) -> None:
        if self._row is None:
            self.out.append("\n\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        get = {name: value or "" for name, value in attrs}
        if tag in _SKIP:
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
        elif tag == "pre":
            self._block()
            self._pre = True
            self.out.append("```\n")
        elif tag == "code" and not self._pre:
            self.out.append("`")
        elif tag == "br":
            self.out.append("  \n" if self._row is None else " ")
        elif tag == "hr":
            self._block()
            self.out.append("---")
            self._block()
        elif tag == "a":
            self._links.append(self._addresses.get(get.get("href", ""), get.get("href", "")))
            self.out.append("[" if get.get("href") else "")
        elif tag == "img":
            source = self._addresses.get(get.get("src", ""), get.get("src", ""))
            self.out.append(f"![{get.get('alt', '').replace(']', ' ')}](<{source}>)")
        elif tag == "tr":
            self._row = []
            self._rows += 1
        elif tag in ("td", "th"):
            self._cell = len(self.out)
        elif tag in _BLOCK:
            if tag == "table":
                self._rows = 0
            self._block()

    def _item(self) -> None:
        kind, number = self._lists[-1] if self._lists else ("ul", 1)
        mark = "- " if kind == "ul" else f"{number}. "
        if self._lists:
            self._lists[-1][1] = int(number) + 1
        self.out.append("\n" + "  " * max(0, len(self._lists) - 1) + mark)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIP:
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
        elif tag == "pre":
            self._pre = False
            self.out.append("\n```")
            self._block()
        elif tag == "code" and not self._pre:
            self.out.append("`")
        elif tag == "a" and self._links:
            target = self._links.pop()
            self.out.append(f"](<{target}>)" if target else "")
        elif tag in ("td", "th") and self._row is not None:
            text = "".join(self.out[self._cell :])
            del self.out[self._cell :]
            self._row.append(" ".join(text.split()).replace("|", "\\|"))
        elif tag == "tr" and self._row is not None:
            cells, self._row = self._row, None
            self.out.append("\n| " + " | ".join(cells) + " |")
            if self._rows == 1:
                self.out.append("\n|" + " --- |" * len(cells))
        elif tag in _BLOCK or (tag[0] == "h" and tag[1:].isdigit()):
            self._block()

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if self._pre:
            self.out.append(data)
        else:
            self.out.append(_SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", data)))


def from_html(html: str, addresses: dict[str, str]) -> str:
    """Markdown for a sanitised body.

    Args:
        addresses: what the addresses of pictures and of links to neighbours inside the HTML stand for.
    """
    writer = _Writer(addresses)
    writer.feed(html)
    writer.close()
    text = "".join(writer.out)
    while True:
        quoted = re.search(r"\x02([^\x02\x03]*)\x03", text)
        if quoted is None:
            break
        lines = quoted[1].strip().split("\n")
        text = text[: quoted.start()] + "\n".join(f"> {line}".rstrip() for line in lines) + text[quoted.end() :]
    text = re.sub(r"[ \t]*\n[ \t]*\n\s*\n*", "\n\n", text)
    return text.strip() + "\n"
