"""No word of an article gets lost: what is seen is held against words taken from the source by other means."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reader.content import post
from reader.content.document import render
from reader.model import Post

#: What an article may lose: it runs, loads, asks, or was never seen.
_SILENT = frozenset(("script", "style", "iframe", "noscript", "template", "video", "audio", "select", "title", "svg"))
_INLINE_TAGS = "a abbr b bdi bdo cite code del em font i ins kbd mark q s small span strike strong sub sup u wbr"
_INLINE = frozenset(_INLINE_TAGS.split())
_WORD = re.compile(r"[^\W_]+")
_FENCE = re.compile(
    r"^([ \t>]*)(`{3,}|~{3,})([^\n`]*)\n(?P<code>.*?)(?:\n[ \t>]*\2[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_RAW = re.compile(r"^ {0,3}<pre\b(?P<code>.*?)</pre>", re.MULTILINE | re.DOTALL)
_TAG = r"</?[a-zA-Z][^<>]*>"
#: Marks of Markdown and of other programs whose letters are no words: (pattern, what stays).
_MARKS = (
    (r"<!--.*?-->|%%[^%\n]*%%|<(style|script)\b.*?</\1>", " "),
    (r"^ {0,3}\[[^\]^\n][^\]\n]*\]:.*$", " "),
    (r"^ {0,3}\[\^[^\]\n]+\]:|\[\^[^\]\n]+\]", " "),
    (r"!\[\[[^\]\n]*\]\]", " "),
    (r"\[\[(?:[^\]|\n]*\|)?([^\]\n]*)\]\]", r"\1"),
    (r"!\[[^\]]*\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])", " "),
    (r"\]\(\s*(?:<[^>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\s*(?:\"[^\"]*\"|'[^']*')?\s*\)|\]\[[^\]\n]*\]", "]"),
    (r"\{%.*?%\}|\{\{.*?\}\}|\{:[^}\n]*\}|\{#[^}\n]*\}", " "),
    (r"^[ \t]*(?:>[ \t]*)+\[![\w -]+\][+-]?|^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\]|^[ \t>]*\d{1,9}[.)][ \t]", " "),
    (r"^[ \t>]*:{3,}.*$|^\[toc\]$|\\[a-zA-Z]+|:[a-z0-9_+-]+:|[ \t]\^[\w-]+$", " "),
)


class _Seen(HTMLParser):
    """The standard library's tokenizer: another one than the program uses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.silent = 0
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in _SILENT
        self.pieces.append("" if tag in _INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))
        self.pieces.append("" if tag in _INLINE else " ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(data)


def words_of(text: str) -> Counter[str]:
    """Words, with marks of Markdown as nothing on both sides: they may stand between letters."""
    return Counter(_WORD.findall(re.sub(r"[\[\]*`~=]", "", text)))


def words_of_html(body: str) -> Counter[str]:
    parser = _Seen()
    parser.feed(body)
    parser.close()
    return words_of("".join(parser.pieces))


def _edge(tag: re.Match[str]) -> str:
    return "" if tag.group().strip("</>").split()[0].lower() in _INLINE else " "


def words_of_markdown(body: str) -> Counter[str]:
    code: list[str] = []

    def keep(match: re.Match[str]) -> str:
        code.append(match["code"])
        return "\n"

    text = _FENCE.sub(keep, _RAW.sub(keep, body))
    for pattern, stays in _MARKS:
        text = re.sub(pattern, stays, text, flags=re.MULTILINE | re.DOTALL | re.IGNORECASE)
    return words_of(unescape(re.sub(_TAG, _edge, text))) + words_of(re.sub(_TAG, " ", "\n".join(code)))


def words_shown(path: Path) -> tuple[Post, Counter[str]]:
    read = post.read(path.read_bytes(), path.name)
    shown = render(read.text, "file", name=path.name, base_url=path.as_uri())
    return read, words_of(shown.text)


@pytest.mark.parametrize("room", ["posts", "posts-other"])
def test_every_visible_word_of_the_source_is_shown(corpora: Path, room: str) -> None:
    lost: dict[str, dict[str, int]] = {}
    for path in sorted((corpora / room).iterdir()):
        if path.suffix == ".tsv":
            continue
        read, shown = words_shown(path)
        words = words_of_html(read.body) if read.form == "html" else words_of_markdown(read.body)
        missing = words - shown
        if missing:
            lost[path.name] = dict(missing)
    assert lost == {}
