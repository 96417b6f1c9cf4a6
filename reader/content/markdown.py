"""Markdown to HTML (not yet safe: ``sanitize`` comes after).

Python-Markdown reads the rules of 2004: children of a list four blanks deep, no fences inside lists and quotes, a blank
line before every list and table. People write by the rules of CommonMark and GitHub. The lines are brought from those
to these before the library sees them, and fenced code never reaches it at all.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.preprocessors import Preprocessor

from reader.content import code, dataurls, dialects, lists, rawhtml
from reader.content.lists import DELIMITER
from reader.content.mdtree import Callouts, HeadingIds
from reader.patterns import later

#: Longer texts are shown as text: 2 MB take over a second.
MAX_CHARS = 2_000_000
#: The library's inline patterns cost a paragraph's length times its marks, open brackets ten times more ("<a " 20,000
#: times: 35 s). An honest 100 KB article comes to 5 million in all; 30 million took about 1 s.
_MAX_COST = 30_000_000
_MAX_CELLS = 40_000
_MAX_ABBREVIATIONS = 100
#: A definition of a link or an abbreviation stands again wherever it is used.
_LONG_DEFINITION = 300
_MAX_COPIED = 5_000_000
_DEFINITION = later(r" {0,3}\*?\[[^\]\n]{1,500}\]:")
#: Quotes and lists are read by recursion (300 deep: RecursionError), and slowly from 30 on.
_MAX_NESTING = 24

_FENCE = later(r"^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_AUTOLINK = r"(?<![\w\"'=/@])((?:https?://|www\.)[^\s<>\"'`\[\]{}|\\^\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]{2,2000})"
_WRAPPER = later(
    r"^ {0,3}<(div|details|section|article|aside|figure|main|header|footer|blockquote)((?:\s[^<>]*)?)>[ \t]*"
    r"((?:<summary>.*</summary>)?)[ \t]*$",
    re.IGNORECASE,
)
_SUMMARY = later(r"^[ \t]*<(?:/?summary|strong|b)\b.*$|^[ \t]*[^<\s].*</summary>[ \t]*$", re.IGNORECASE)
_MARKS = later(r"[\[\]<&*_~`$!\\(:=]")
_MATH_BLOCK = later(r"^[ \t]*(?:\$\$|\\{1,2}\[|\\begin\{(?:equation|align|gather|multline|eqnarray|alignat)\*?\})")
_MATH_MARKED = (
    r"(?<!\\)(?:\$\$([^$]{1,2000}?)\$\$|\\{1,2}\(((?:[^\\\n]|\\[^()\n]){1,500}?)\\{1,2}\)|\\\[([^\n]{1,500}?)\\\])"
)
_SHORT_TEX = later(
    r"^[A-Za-z]{1,2}'*$|^[A-Za-z]{1,2} ?\(.{1,40}\)'*$|^-?\d+(?:\.\d+)?$|[\w)] *[-+*/|,!] *[\w(]|[\w)]!$"
)
_MATH = r"(?<![\\$\w])\$(?![\s$\d][^$\n]*\s\$)([^\s$](?:[^$\n]{0,300}?[^\s\\$])?)\$(?![\d\w$])"
_EXTENSIONS = ("abbr", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "sane_lists", "admonition")


def to_html(text: str) -> tuple[str, tuple[str, ...]]:
    """Renders Markdown with tables, footnotes, fences, task lists and what other programs add.

    Returns:
        HTML that must still be sanitised, and warnings. Never raises: a text that would take too long, or that breaks
        the library, is shown as text.
    """
    written = text
    text, held = dataurls.take_out(text)
    refused = _refusal(text)
    if not refused:
        try:
            reader = _reader()
            html = dataurls.put_back(reader.convert(text), held)
            return html, _too_costly(reader)
        except (RecursionError, ValueError, AttributeError, IndexError, KeyError, TypeError, AssertionError) as error:
            refused = f"not readable as Markdown ({type(error).__name__})"
    return f"<pre>{escape(written, quote=False)}</pre>", (f"{refused}: shown as text",)


def _too_costly(reader: markdown.Markdown) -> tuple[str, ...]:
    parts = next((each.refused for each in reader.preprocessors if isinstance(each, _Lines)), [])
    return tuple(
        f"“{' '.join(part.split())[:40]}”: too costly to be read as Markdown, shown as text" for part in parts[:10]
    )


def _refusal(text: str) -> str:
    if len(text) > MAX_CHARS:
        return f"more than {MAX_CHARS:,} characters of Markdown"
    for number, line in enumerate(text.split("\n"), 1):
        head = re.match(r"[ \t>]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+)*", line)
        marks = re.findall(r">|[-*+](?=[ \t])|\d[.)]", head.group()) if head else ()
        if len(marks) > _MAX_NESTING or (head and len(head.group().expandtabs(4)) > 4 * _MAX_NESTING + 40 and marks):
            return f"line {number}: nested more than {_MAX_NESTING} deep"
    return ""


def _reader() -> markdown.Markdown:
    return markdown.Markdown(
        extensions=[*_EXTENSIONS, _Ours()],
        extension_configs={"footnotes": {"BACKLINK_TITLE": ""}},
        output_format="html",
        tab_length=4,
    )


class _Ours(Extension):
    """Fences anywhere, GitHub's strike-through, bare addresses, TeX as code."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        # After the library has normalised the lines (30), before it takes raw HTML out (20).
        md.preprocessors.register(_Lines(md), "inkstone-lines", 27)
        md.treeprocessors.register(HeadingIds(md), "inkstone-ids", 5)
        md.treeprocessors.register(Callouts(md), "inkstone-callouts", 25)  # before inline marks are read (20)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"()~~(?=\S)(.+?)(?<=\S)~~", "del"), "inkstone-del", 55)
        md.inlinePatterns.register(_Address(_AUTOLINK, md), "inkstone-address", 95)
        # After code spans (190), before backslash escapes (180).
        md.inlinePatterns.register(_Math(_MATH, md), "inkstone-math", 185)
        md.inlinePatterns.register(_Math(_MATH_MARKED, md), "inkstone-math-marked", 186)


class _Address(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]
        address = m.group(1).rstrip(".,;:!?*_~'\"")
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(".,;:!?")
        if len(address) < 8:
            return None, None, None
        from xml.etree.ElementTree import Element

        link = Element("a")
        link.set("href", address if address.startswith("http") else f"https://{address}")
        link.text = markdown.util.AtomicString(address)
        return link, m.start(0), m.start(0) + len(address)


class _Math(InlineProcessor):
    """``$x$``, ``$$x$$``, ``\\(x\\)`` and ``\\[x\\]``; ``$5 and $6`` is money."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]
        inside = next(group for group in m.groups() if group is not None)
        marked = m.group(0)[0] == "\\" or m.group(0).startswith("$$")
        if not marked and not _is_tex(inside):
            return None, None, None
        from xml.etree.ElementTree import Element

        code = Element("code")
        display = marked and "(" not in m.group(0)[:3]
        code.set("class", "math display" if display else "math")
        code.text = markdown.util.AtomicString(inside)
        return code, m.start(0), m.end(0)


def _is_tex(inside: str) -> bool:
    """Whether what stands between two dollars is a formula: prices, shell variables and patterns are not."""
    if re.search(r"[\\^_={}<>]", inside):
        return True
    return not re.search(r"[^\W\d_]{3,}", inside) and bool(_SHORT_TEX.search(inside))


class _Lines(Preprocessor):
    """From the lines people write to the lines the library reads.

    Attributes:
        refused: the beginnings of what is shown as text because reading it would take too long.
    """

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self.refused: list[str] = []

    def run(self, lines: list[str]) -> list[str]:
        read = self._bounded(self._fences(_in_tags(dialects.plain(lines))))
        return [*lists.indented(read), "", ""]

    def _bounded(self, lines: list[str]) -> list[str]:
        """Takes out the paragraphs and tables that the library would need seconds for; they are shown as they are."""
        out: list[str] = []
        spent = 0
        abbreviations = 0
        longest = _longest_definition(lines)
        for paragraph in _paragraphs(lines):
            text = "\n".join(paragraph)
            if not text.strip():
                out.extend(paragraph)
                continue
            if len(text) > longest and any(len(line) > longest and _DEFINITION.match(line) for line in paragraph):
                self.refused.append(text[:200])
                out.extend(["", self.md.htmlStash.store(f"<div>{escape(text, quote=False)}</div>"), ""])
                continue
            marks = len(_MARKS.findall(text))
            opened = max(0, text.count("[") - text.count("]")) + max(0, text.count("](") - text.count(")"))
            cost = len(text) * (marks + 10 * opened)
            if len(paragraph) > 2 and DELIMITER.match(paragraph[1]):
                cost = sum(len(line) * len(_MARKS.findall(line)) for line in paragraph)  # each cell is read for itself
            cells = len(paragraph) * (paragraph[1].count("|") + 1) if len(paragraph) > 2 and "-|" in paragraph[1] else 0
            if text.startswith("*["):
                abbreviations += text.count("*[") + _uses(text, lines)
            spent += cost
            affordable = cost < _MAX_COST // 20 or (cost < _MAX_COST and spent < _MAX_COST)
            if affordable and spent < 4 * _MAX_COST and cells < _MAX_CELLS and abbreviations < _MAX_ABBREVIATIONS:
                out.extend(paragraph)
            else:
                self.refused.append(text[:200])
                raw = text if text.lstrip().startswith("<") else escape(text, quote=False)
                out.extend(["", self.md.htmlStash.store(f"<div>{raw}</div>"), ""])
        return out

    def _fences(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        at = 0
        closers: dict[str, int] = {}
        joined = "\n".join(lines).split("\n")
        while at < len(joined):
            line = joined[at]
            at += 1
            match = _FENCE.match(line)
            raw = rawhtml.end(joined, at - 1, closers) if match is None and "<" in line else -1
            if raw >= 0:
                self._stash(out, "", "\n".join(joined[at - 1 : raw + 1]))
                at = raw + 1
            elif match:
                prefix, mark, info = match.groups()
                inside, at = _fenced(joined, at, prefix, mark)
                self._stash(out, prefix, code.block("\n".join(inside), info.strip()))
            elif _MATH_BLOCK.match(line):
                inside, at = _formula(joined, at - 1)
                if inside:
                    indent = line[: len(line) - len(line.lstrip())]
                    tex = escape("\n".join(inside), quote=False)
                    self._stash(out, indent, f'<p><code class="math display">{tex}</code></p>')
                else:
                    out.append(line)
            else:
                out.append(line)
        return out

    def _stash(self, out: list[str], prefix: str, html: str) -> None:
        held = self.md.htmlStash.store(html)
        bare = prefix.rstrip()
        if re.search(r"(?:[-*+]|\d[.)])$", bare):  # the fence opens a list item
            out.append(prefix + held)
        else:
            out.extend([bare if ">" in bare else "", prefix + held, bare if ">" in bare else ""])


def _uses(definitions: str, lines: list[str]) -> int:
    """How many times 100 the abbreviations stand in the text: 200,000 marked words take 6 s."""
    names = re.findall(r"^\*\[([^\]\n]{1,100})\]:", definitions[:20_000], re.MULTILINE)[:_MAX_ABBREVIATIONS]
    return sum(line.count(name) for line in lines for name in names) // 100


def _longest_definition(lines: list[str]) -> int:
    """How long a definition may be: each use of it copies it (2,000 uses of one of 100 KB: 2 s and 200 MB)."""
    longest = max((len(line) for line in lines if _DEFINITION.match(line)), default=0)
    if longest < _LONG_DEFINITION:
        return _LONG_DEFINITION
    uses = sum(line.count("]") for line in lines)
    return longest if longest * uses < _MAX_COPIED else _LONG_DEFINITION


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Runs of lines that hold text; each empty line is a run of its own."""
    runs: list[list[str]] = []
    for line in lines:
        if line.strip() and runs and runs[-1][0].strip():
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _in_tags(lines: list[str]) -> list[str]:
    """Marks the elements whose inside is Markdown: a blank line follows their opening (CommonMark, section 4.6)."""
    out: list[str] = []
    for number, line in enumerate(lines):
        match = _WRAPPER.match(line) if "<" in line else None
        if match and "markdown" not in match.group(2):
            after = number + 1
            while after < min(len(lines), number + 4) and _SUMMARY.match(lines[after]):
                after += 1
            if after < len(lines) and not lines[after].strip():
                line = f'<{match.group(1)}{match.group(2)} markdown="1">{match.group(3)}'
        out.append(line)
    return out


def _fenced(lines: list[str], at: int, prefix: str, mark: str) -> tuple[list[str], int]:
    """The lines of a fence that was opened, without its quote marks and indentation, and where it goes on."""
    quotes = prefix.count(">")
    indent = len(prefix.rsplit(">", 1)[-1].expandtabs(4)) if quotes else len(prefix.expandtabs(4))
    inside: list[str] = []
    for number in range(at, len(lines)):
        line = lines[number]
        for _ in range(quotes):
            bare = line.lstrip()
            if not bare.startswith(">"):
                return inside, number  # the quotation ended, and the fence with it
            line = bare[1:].removeprefix(" ") if "> " in prefix else bare[1:]
        bare = line.strip()
        if bare.startswith(mark) and bare.strip(mark[0]) == "":
            return inside, number + 1
        blanks = len(line) - len(line.lstrip(" "))
        inside.append(line[min(blanks, indent if not quotes else max(0, indent - 1)) :])
    while inside and not inside[-1].strip():
        inside.pop()
    return inside, len(lines)


def _formula(lines: list[str], at: int) -> tuple[list[str], int]:
    """A display formula that begins in this line; empty when it does not end within 60 lines."""
    first = lines[at].strip()
    if first.startswith("\\begin"):
        name = re.match(r"\\begin\{[a-z]+\*?\}", first)
        end, rest = (name.group() if name else first).replace("begin", "end"), first
        closing = end
    else:
        mark = "$$" if first.startswith("$$") else first[: first.index("[") + 1]
        end, rest, closing = mark.replace("[", "]"), first[len(mark) :], ""
    if end in rest:
        return ([rest.removesuffix(end).strip() + closing], at + 1) if rest.endswith(end) else ([], at + 1)
    inside = [rest]
    for number in range(at + 1, min(len(lines), at + 60)):
        line = lines[number].strip()
        if not line and not "".join(inside[-1:]).strip() and number > at + 2:
            break  # two empty lines: nothing that was meant to be one formula
        if line.endswith(end):
            return [text for text in (*inside, line[: -len(end)].strip() + closing) if text], number + 1
        inside.append(line)
    return [], at + 1
