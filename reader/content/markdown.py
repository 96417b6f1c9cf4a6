"""Markdown to HTML (not yet safe: ``sanitize`` comes after).

Python-Markdown reads the rules of 2004: children of a list four blanks deep, no fences inside lists and quotes, a blank
line before every list and table. People write by the rules of CommonMark and GitHub. The lines are brought from those
to these before the library sees them, and fenced code never reaches it at all.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from typing import Any

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from reader.content import dialects

#: Longer texts are shown as text: 2 MB take over a second.
MAX_CHARS = 2_000_000
#: The library's inline patterns cost a paragraph's length times its marks, open brackets ten times more ("<a " 20,000
#: times: 35 s). An honest 100 KB article comes to 5 million in all; 30 million took about 1 s.
_MAX_COST = 30_000_000
_MAX_CELLS = 40_000
_MAX_ABBREVIATIONS = 100
#: Quotes and lists are read by recursion (300 deep: RecursionError), and slowly from 30 on.
_MAX_NESTING = 24
_MAX_HIGHLIGHT_CHARS = 100_000

_FENCE = re.compile(r"^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_ITEM = re.compile(r"^( *)([-*+]|\d{1,9}[.)])( +|$)")
_ENDS_LIST = re.compile(r"#{1,6}\s|>|`{3}|~{3}|<(?:/?(?:div|p|table|h\d|hr|details|summary|section|ul|ol)\b)|\|")
_CLOSES = re.compile(r" *</(?:p|div|aside|section|article|details|figure|blockquote|td|main)>", re.IGNORECASE)
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_DELIMITER = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_AUTOLINK = r"(?<![\w\"'=/@])((?:https?://|www\.)[^\s<>\"'`\[\]{}|\\^\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]{2,2000})"
_WRAPPER = re.compile(
    r"^ {0,3}<(div|details|section|article|aside|figure|main|header|footer|blockquote)((?:\s[^<>]*)?)>[ \t]*"
    r"((?:<summary>.*</summary>)?)[ \t]*$",
    re.IGNORECASE,
)
_SUMMARY = re.compile(r"^[ \t]*<(?:/?summary|strong|b)\b.*$|^[ \t]*[^<\s].*</summary>[ \t]*$", re.IGNORECASE)
_MARKS = re.compile(r"[\[\]<&*_~`$!\\(:=]")
#: What the library puts where inline code and links were.
_PLACEHOLDER = re.compile("\x02[^\x03]*\x03")
_MATH_BLOCK = re.compile(r"^[ \t]*(?:\$\$|\\\[)")
_MATH = r"(?<![\\$\w])\$(?![\s$\d][^$\n]*\s\$)([^\s$](?:[^$\n]{0,300}?[^\s\\$])?)\$(?![\d\w$])"
_TASK = re.compile(r"^( *(?:[-*+]|\d{1,9}[.)]) +)\[([ xX])\](?= )")
_EXTENSIONS = ("abbr", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "sane_lists", "admonition")


def to_html(text: str) -> tuple[str, tuple[str, ...]]:
    """Renders Markdown with tables, footnotes, fences, task lists and what other programs add.

    Returns:
        HTML that must still be sanitised, and warnings. Never raises: a text that would take too long, or that breaks
        the library, is shown as text.
    """
    refused = _refusal(text)
    if not refused:
        try:
            return _reader().convert(text), ()
        except (RecursionError, ValueError, AttributeError, IndexError, KeyError, TypeError, AssertionError) as error:
            refused = f"not readable as Markdown ({type(error).__name__})"
    return f"<pre>{escape(text, quote=False)}</pre>", (f"{refused}: shown as text",)


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
        md.treeprocessors.register(_HeadingIds(md), "inkstone-ids", 5)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"()~~(?=\S)(.+?)(?<=\S)~~", "del"), "inkstone-del", 55)
        md.inlinePatterns.register(_Address(_AUTOLINK, md), "inkstone-address", 95)
        md.inlinePatterns.register(_Math(_MATH, md), "inkstone-math", 185)


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
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]
        inside = m.group(1)
        if not re.search(r"[\\^_={}+*/<>]|^[A-Za-z]$", inside):
            return None, None, None
        from xml.etree.ElementTree import Element

        code = Element("code")
        code.set("class", "math")
        code.text = markdown.util.AtomicString(inside)
        return code, m.start(0), m.end(0)


class _HeadingIds(Treeprocessor):
    """Names headings as GitHub does, so that links to them work. (The library's own counter is quadratic.)"""

    def run(self, root: Any) -> None:
        seen: Counter[str] = Counter()
        for element in root.iter():
            if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6") and "id" not in element.attrib:
                words = _PLACEHOLDER.sub("", "".join(element.itertext()))
                slug = re.sub(r"\s", "-", re.sub(r"[^\w\- ]", "", words.strip().lower()))[:100]
                if slug:
                    element.set("id", f"{slug}-{seen[slug]}" if seen[slug] else slug)
                    seen[slug] += 1


class _Lines(Preprocessor):
    """From the lines people write to the lines the library reads."""

    def run(self, lines: list[str]) -> list[str]:
        read = self._bounded(self._fences(_in_tags(dialects.plain(_references(_verbatim(lines))))))
        return [*_lists(read), "", ""]

    def _bounded(self, lines: list[str]) -> list[str]:
        """Takes out the paragraphs and tables that the library would need seconds for; they are shown as they are."""
        out: list[str] = []
        spent = 0
        abbreviations = 0
        for paragraph in _paragraphs(lines):
            text = "\n".join(paragraph)
            marks = len(_MARKS.findall(text))
            opened = max(0, text.count("[") - text.count("]")) + max(0, text.count("](") - text.count(")"))
            cost = len(text) * (marks + 10 * opened)
            cells = len(paragraph) * (paragraph[1].count("|") + 1) if len(paragraph) > 2 and "-|" in paragraph[1] else 0
            abbreviations += text.count("*[") if text.startswith("*[") else 0
            spent += cost
            affordable = cost < _MAX_COST // 20 or (cost < _MAX_COST and spent < _MAX_COST)
            if affordable and spent < 4 * _MAX_COST and cells < _MAX_CELLS and abbreviations < _MAX_ABBREVIATIONS:
                out.extend(paragraph)
            else:
                raw = text if text.lstrip().startswith("<") else escape(text, quote=False)
                out.extend(["", self.md.htmlStash.store(f"<div>{raw}</div>"), ""])
        return out

    def _fences(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        at = 0
        joined = "\n".join(lines).split("\n")
        while at < len(joined):
            line = joined[at]
            at += 1
            match = _FENCE.match(line)
            if match:
                prefix, mark, info = match.groups()
                inside, at = _fenced(joined, at, prefix, mark)
                self._stash(out, prefix, _code("\n".join(inside), info.strip()))
            elif _MATH_BLOCK.match(line):
                inside, at = _formula(joined, at - 1)
                if inside:
                    indent = line[: len(line) - len(line.lstrip())]
                    tex = escape(" ".join(inside), quote=False)
                    self._stash(out, indent, f'<p><code class="math">{tex}</code></p>')
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


#: What an author's own ``<pre>`` may hold that our line rules would take for Markdown.
_AS_ENTITY = str.maketrans({mark: f"&#{ord(mark)};" for mark in "`~[]{}^=%!$:|"})


def _verbatim(lines: list[str]) -> list[str]:
    """Writes marks inside raw ``<pre>`` as entities, so that no line rule touches them (CommonMark, section 4.6)."""
    if not any("<pre" in line for line in lines):
        return lines
    out: list[str] = []
    fence = ""
    within = False
    for line in lines:
        mark = None if within else _FENCE.match(line)
        if fence or mark:
            if fence and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            elif mark and not fence:
                fence = mark.group(2)
            out.append(line)
            continue
        pieces = re.split(r"(</?pre\b[^<>]*>)", line, flags=re.IGNORECASE)
        for number, piece in enumerate(pieces):
            if number % 2:
                within = not piece.startswith("</")
            elif within:
                pieces[number] = re.sub(r"[^<>]+|<[^<>]*>", _entities, piece)
        out.append("".join(pieces))
    return out


def _entities(match: re.Match[str]) -> str:
    text = match.group()
    return text if text.startswith("<") else text.translate(_AS_ENTITY)


_CODE_LABEL = re.compile(r"^ {0,3}\[(`[^`\]]+`)\]:[ \t]*<?([^\s<>]+)>?", re.MULTILINE)
_MAX_CODE_LABELS = 500


def _references(lines: list[str]) -> list[str]:
    """Resolves references whose label is code, as in [`name`] with [`name`]: address: the library reads code first."""
    if not any("[`" in line for line in lines):
        return lines
    named = dict(_CODE_LABEL.findall("\n".join(lines))[:_MAX_CODE_LABELS])
    if not named:
        return lines

    def resolve(match: re.Match[str]) -> str:
        address = named.get(match.group(2))
        return f"{match.group(1) or '[' + match.group(2) + ']'}(<{address}>)" if address else match.group()

    out: list[str] = []
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark.group(2)
        elif "[`" in line and not _CODE_LABEL.match(line):
            line = re.sub(r"(\[[^\[\]\n]{1,300}\])?\[(`[^`\]\n]+`)\](?![(\[:])", resolve, line)
        out.append(line)
    return out


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
    end = "$$" if first.startswith("$$") else "\\]"
    rest = first[2:]
    if end in rest:
        return ([rest[: rest.index(end)].strip()], at + 1) if rest.rstrip().endswith(end) else ([], at + 1)
    inside = [rest]
    for number in range(at + 1, min(len(lines), at + 60)):
        line = lines[number].strip()
        if line.endswith(end):
            return [text for text in (*inside, line[: -len(end)].strip()) if text], number + 1
        inside.append(line)
    return [], at + 1


def _code(text: str, info: str) -> str:
    """A code block, coloured when its language is named and known."""
    named = re.match(r"\{?\s*\.?([\w+#.-]{1,30})", info)
    language = named.group(1).lower() if named else ""
    if language == "math":
        return f'<p><code class="math">{escape(text, quote=False)}</code></p>'
    if language and language not in ("text", "plain", "txt", "mermaid", "none") and len(text) <= _MAX_HIGHLIGHT_CHARS:
        # Late: Pygments takes 120 ms at its first use, and most articles hold no code.
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound

        try:
            lexer = get_lexer_by_name(language, stripnl=False)
            return highlight(text, lexer, HtmlFormatter(cssclass="codehilite", wrapcode=True))
        except (ClassNotFound, ValueError, RecursionError):
            pass
    name = f' class="language-{escape(language)}"' if language else ""
    return f"<pre><code{name}>{escape(text, quote=False)}\n</code></pre>"


def _lists(lines: list[str]) -> list[str]:
    """Re-indents lists to four blanks a level, and sets the blank lines that lists and tables need."""
    out: list[str] = []
    levels: list[int] = []  # for each open item, the column where its content begins
    marks: list[int] = []  # and the column of its mark
    blank = True
    for number, line in enumerate(lines):
        if not line.strip():
            out.append("")
            blank = True
            continue
        line = line.expandtabs(4) if "\t" in line else line
        width = len(line) - len(line.lstrip(" "))
        item = None if _RULE.match(line) else _ITEM.match(line)
        if item and not (not levels and width > 3):
            first = not item.group(2)[0].isdigit() or item.group(2)[:-1] == "1"
            goes_on = False
            # Two blanks under "1." mean a list inside the item, though CommonMark asks for three.
            while levels and width < levels[-1] and not (first and width >= marks[len(levels) - 1] + 2):
                levels.pop()
                goes_on = marks[len(levels)] <= width
                if goes_on:
                    break  # the next item of that list
            number_alone = item.group(2)[0].isdigit() and not item.group(2).startswith("1")
            if number_alone and not levels and not blank and not goes_on:
                item = None  # "in\n2019. It was" is no list (CommonMark, section 5.3)
            else:
                if not levels and not blank and not (out and _ITEM.match(out[-1])) and not _within_list(out):
                    out.append("")
                depth = len(levels)
                content = item.end() - item.start(2)
                narrow = len(item.group(2)) + 1
                content = content if item.group(3) and content - narrow < 4 else narrow
                levels.append(width + content)
                marks[depth:] = [width]
                task = _TASK.match(line)
                rest = line[item.end() :]
                if task:
                    rest = ("☐" if task.group(2) == " " else "☑") + line[task.end() :]
                marker = item.group(2).replace(")", ".") if item.group(2)[0].isdigit() else item.group(2)
                out.append(" " * (4 * depth) + marker + " " + rest)
                blank = False
                continue
        if levels:
            if blank:
                while levels and width < levels[-1] and not (width >= 4 * len(levels)):
                    levels.pop()
            elif (width == 0 and _ends_list(line)) or _CLOSES.match(line):
                levels.clear()
                out.append("")
                line = line.lstrip(" ")  # indented it would be code, now that it stands after a list
            if levels:
                extra = max(0, width - levels[-1]) if blank or width >= levels[-1] else 0
                out.append(" " * (4 * len(levels) + (extra if extra >= 4 else 0)) + line.lstrip(" "))
                blank = False
                continue
        under = lines[number + 1] if number + 1 < len(lines) else ""
        if not blank and "|" in line and "|" not in out[-1] and "-" in under and _DELIMITER.match(under):
            out.append("")
        out.append(line)
        blank = False
        if line.startswith("#"):
            out.append("")  # a heading ends here; without the blank the library cuts the block again for each
            blank = True
    return out


def _within_list(out: list[str]) -> bool:
    """Whether the line above belongs to a list that is still open for the library."""
    for line in reversed(out[-30:]):
        if not line.strip():
            return False
        if _ITEM.match(line):
            return True
    return False


def _ends_list(line: str) -> bool:
    return bool(_ENDS_LIST.match(line) or _RULE.match(line))
