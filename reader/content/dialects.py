"""What other programs add to Markdown, degraded to Markdown that reads well: nothing raw is left to see."""

from __future__ import annotations

import re

from reader.content import rawhtml, shortcodes
from reader.content.shortcodes import fields, words
from reader.patterns import later

_HEADING = later(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
#: What may stand above a title: pictures, tags, comments, marks of other programs.
_NO_TEXT = later(
    r"^\s*(?:(?:\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?|<[^<>]*>|\{%.*%\}|\{\{.*\}\}|\[toc\])\s*)*$", re.IGNORECASE
)
_FENCE = later(r"^[ \t>]*(`{3,}|~{3,})")
_CODE_SPAN = later(r"(`[^`\n]+`|``[^\n]+?``)")

_RMD_CHUNK = later(r"^(\s*)(`{3,}|~{3,})\s*\{\s*([\w+#.-]*)[^}]*\}\s*$", re.MULTILINE)
_MDX_LINE = later(r"^(?:import\s.+(?:from\s+)?['\"].+['\"];?|export\s+(?:const|let|default|function|async|\{|\*).*)$")
_MDX_OPEN = later(r"^import\s+\{[^}]*$|^export\s+(?:const|let|default|function|async)\b.*[{(\[]\s*$")
_JSX_TAG = later(r"</?[A-Z][\w.]*(?:\s(?:[^<>{}]|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|=>)*)?/?>|<>|</>")
_JSX_NOTE = later(r"\{/\*.{0,2000}?\*/\}", re.DOTALL)

#: Block tags of Hexo, Jekyll, Zola and Hugo whose inside is code, or is a quotation.
_CODE_OPEN = later(
    r"^\s*\{(?:%-?|\{[<%])\s*(highlight|codeblock|code|code_block|include_code|raw|verbatim|prism)\b(.*?)-?"
    r"(?:%|[>%]\})\}\s*$"
)
_QUOTE_OPEN = later(
    r"^\s*\{(?:%-?|\{[<%])\s*(blockquote|quote|pullquote|note|callout|alert|notice|admonition|tip|info|warning|hint|cq|"
    r"centerquote|fold|folding|spoiler|details|hideToggle)\b(.*?)-?(?:%|[>%]\})\}\s*$"
)
_QUOTATIONS = ("blockquote", "quote", "pullquote", "cq", "centerquote")
_CONTAINER_OPEN = later(r"^\s*(:{3,})\s*\{?\s*\.?([A-Za-z][\w-]*)\}?\s*(?:\[(.*)\]|(.*?))\s*$")
_CONTAINER_END = later(r"^\s*:{3,}\s*$")
_CONTAINER = later(r"^(\s*):{3,}\s*\{?\s*([A-Za-z][\w-]*)?\}?\s*(?:\[(.*)\]|(.*?))\s*$")
_CALLOUT = later(r"^((?:\s*>)+)\s*\[!([\w -]+)(?:\|[^\]]*)?\][+-]?\s*(.*)$")
_LOOKS = frozenset(
    (
        "no-icon",
        "simple",
        "modern",
        "flat",
        "disabled",
        "open",
        "close",
        "blue",
        "green",
        "red",
        "cyan",
        "yellow",
        "orange",
        "gray",
        "grey",
        "purple",
        "pink",
    )
)
_MAX_BOXES = 12
_CONTENTS = frozenset(("[toc]", "[[toc]]", "[[_toc_]]", "@[toc]", "${toc}"))
_KRAMDOWN_CONTENTS = later(r"^\s*(?:[-*+]\s+)?[\w ]{0,30}\{:\s*toc[^{}\n]{0,40}\}\s*$")

#: The kinds of boxes that Obsidian, GitHub, Hexo and others know, and the five that the style sheet does.
_KINDS = {
    "note": "note info abstract summary tldr todo example quote cite question help faq seealso default primary message",
    "tip": "tip hint success check done",
    "important": "important",
    "warning": "warning attention caution alert notice",
    "danger": "danger error failure fail missing bug",
}
KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}


def to_markdown(body: str, name: str) -> str:
    """Cuts off what the file's ending says is not text: MDX imports and components, R Markdown's chunk options.

    Args:
        body: a Markdown body.
        name: the file's path or name.
    """
    lower = name.lower()
    if lower.endswith((".rmd", ".qmd")):
        body = _RMD_CHUNK.sub(lambda match: f"{match.group(1)}{match.group(2)}{match.group(3)}", body)
        return re.sub(r"`r [^`\n]{1,500}`", lambda match: f"`{match.group()[3:-1]}`", body)
    if lower.endswith(".mdx"):
        return _mdx(body)
    return body


def first_heading(body: str) -> str:
    """The text of the first heading outside code, when it can be the title.

    Returns:
        ``""`` unless it is of the first level or stands before all text: a heading in the middle names its part only.
    """
    fence = ""
    first = True
    lines = body[:20_000].split("\n")
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)[:3]
            first = False
        if fence:
            continue
        match = _HEADING.match(line)
        if match:
            return _bare(match.group(2)) if first or match.group(1) == "#" else ""
        under = lines[number + 1] if number + 1 < len(lines) else ""
        if line.strip() and not line.startswith((" ", "\t", ">", "-", "|")) and re.match(r"^ {0,3}={2,}\s*$", under):
            return _bare(line)
        first = first and bool(_NO_TEXT.match(line))
    return ""


def _bare(text: str) -> str:
    text = re.sub(r"\s*\{[#.:][^}]*\}\s*$", "", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(\*\*|__|`|~~|(?<!\w)[*_]|[*_](?!\w))", "", text).strip()


_ESCAPED_TAG = later(r"(\{\{[<%]?|\{%)-?/\*(.{0,1000}?)\*/-?([%>]?\}\}|%\})")


def _shown_tags(line: str) -> str:
    """Hugo and Zola run their tags inside code as well; who writes about one escapes it: ``{{/* x */}}``."""
    return _ESCAPED_TAG.sub(r"\1\2\3", line) if "/*" in line else line


_CODE_REFERENCE = later(r"^ {0,3}\[([^\]\n]{0,200}`[^\]\n]{0,200})\]:[ \t]*\S")


def _code_references(lines: list[str]) -> list[str]:
    """``[`x`]`` whose address stands elsewhere: the library reads code first and finds no name then."""
    names = {found.group(1): "" for line in lines if "]:" in line and (found := _CODE_REFERENCE.match(line))}
    if not names:
        return lines
    for number, name in enumerate(names):
        names[name] = f"code reference {number}"
    pattern = re.compile(r"(\]?)\[(" + "|".join(re.escape(name) for name in list(names)[:500]) + r")\](?![(\[])(:?)")

    def named(match: re.Match[str]) -> str:
        before, name, after = match.groups()
        if after or before:
            return f"{before}[{names[name]}]{after}"
        return f"[{name}][{names[name]}]"

    return [pattern.sub(named, line) if "`" in line and "[" in line else line for line in lines]


def plain(lines: list[str]) -> list[str]:
    """Rewrites the lines of a Markdown text; fenced code is left alone.

    Returns:
        Lines without template tags, wiki links, callout marks and the like.
    """
    lines = _code_references(lines)
    out: list[str] = []
    fence = ""
    quotes: list[str] = []
    ends: dict[str, int] = {}
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        mark = _FENCE.match(line)
        if fence:
            if mark and mark.group(1).startswith(fence) and line.strip(" \t>`~") == "":
                fence = ""
            out.append(_marks(quotes) + _shown_tags(line))
            continue
        if mark:
            fence = mark.group(1)
            out.append(_marks(quotes) + line)
            continue
        if "<" in line:
            stop = rawhtml.end(lines, at - 1, ends)
            if stop >= 0:
                out.extend(lines[at - 1 : stop + 1])
                at = stop + 1
                continue
        if "{%" in line or "{{" in line:
            code = _CODE_OPEN.match(line)
            if code:
                stop = _end_of(code.group(1), lines, at, ends)
                if stop >= 0:
                    inside = lines[at:stop]
                    if code.group(1) in ("raw", "verbatim"):
                        out.extend(plain(inside) if any(map(_FENCE.match, inside)) else inside)
                    else:
                        language, caption = _code_head(code.group(1), code.group(2))
                        out.extend(["", caption, "", "~~~~~~~~" + language, *map(_shown_tags, inside), "~~~~~~~~", ""])
                    at = stop + 1
                    continue
            quote = _QUOTE_OPEN.match(line)
            if quote and _end_of(quote.group(1), lines, at, ends) >= 0:
                quotes.append(quote.group(1))
                if len(quotes) > _MAX_BOXES:
                    quotes[-1] += "\n"
                    continue
                out.append("")
                said = ""
                if quote.group(1) in _QUOTATIONS:
                    said = " ".join(words(quote.group(2)))
                else:
                    out.extend([_marks(quotes) + _boxed(quote.group(1), quote.group(2)), _marks(quotes)])
                quotes[-1] += "\n" + said
                continue
            if quotes and _closes(line, quotes[-1].split("\n")[0]):
                said = quotes[-1].split("\n", 1)[1].strip()
                if said:
                    out.extend([_marks(quotes), _marks(quotes) + "— " + said])
                quotes.pop()
                out.append("")
                continue
        if ":::" in line:
            box = _CONTAINER_OPEN.match(line)
            if box and box.group(2).lower() in KIND_OF and _end_of(":::", lines, at, ends) >= 0:
                quotes.append(":::\n")
                if len(quotes) > _MAX_BOXES:
                    continue
                title = box.group(3) or box.group(4)
                out.extend(["", _marks(quotes) + f"[!{box.group(2)}] {title}", _marks(quotes)])
                continue
            if quotes and quotes[-1] == ":::\n" and _CONTAINER_END.match(line):
                quotes.pop()
                out.append("")
                continue
        if "toc" in line and _KRAMDOWN_CONTENTS.match(line):
            if out and re.match(r"\s*(?:[-*+]|\d+\.)\s", out[-1]):
                out.pop()  # the list item that kramdown puts the table in the place of
            out.extend(["", "[TOC]", ""])
            continue
        line = _line(line)
        if quotes and "\n" in line:
            out.extend(_marks(quotes) + part for part in line.split("\n"))
            continue
        if line.endswith("\\") and not line.endswith("\\\\"):
            line = line[:-1] + "  "  # a hard break (CommonMark, section 6.7)
        out.append(_marks(quotes) + line if quotes else line)
    return out


def _marks(quotes: list[str]) -> str:
    """Quotation marks for the boxes that are open; deeper than ``_MAX_BOXES`` nothing is shown deeper."""
    return "> " * min(len(quotes), _MAX_BOXES)


def _end_of(name: str, lines: list[str], at: int, ends: dict[str, int]) -> int:
    """The line that closes a block tag, -1 when none does. ``ends`` keeps what was found: no line is searched twice."""
    known = ends.get(name)
    if known is None or -1 < known < at:
        known = next((number for number in range(at, len(lines)) if _closes(lines[number], name)), -1)
        ends[name] = known
    return known


def _boxed(name: str, arguments: str) -> str:
    """The mark of a box: ``{% note info %}``, ``{{< alert "Title" >}}``. A class of its theme is no title."""
    said = [word for word in words(arguments) if "=" not in word and word not in _LOOKS]
    kind = next((word.lower() for word in said if word.lower() in KIND_OF), name)
    title = " ".join(word for word in said if word.lower() != kind)
    title = fields(arguments).get("title") or fields(arguments).get("summary") or title
    return f"[!{kind}] {title}" if title else f"[!{kind}|bare]"


def _closes(line: str, name: str) -> bool:
    if name == ":::":
        return bool(_CONTAINER_END.match(line))
    return bool(re.match(r"^\s*\{(?:%-?|\{[<%])\s*(?:/\s*" + name + "|end" + name + r"|end)\b", line))


def _code_head(name: str, arguments: str) -> tuple[str, str]:
    """The language of a block of code, and what stands above it.

    Hexo's codeblock is ``[title] [lang:x] [url] [words] [name:value ...]``; the others begin with the language.
    """
    named = re.search(r"\blang(?:uage)?[:=]\s*[\"']?(\w[\w+#-]*)", arguments)
    said = [word for word in words(arguments) if not re.match(r"\w+[:=](?!//)", word)]
    if not said or name in ("highlight", "prism", "code_block") or (not named and len(said) == 1 and said[0].isalpha()):
        first = said[0] if said else ""
        return (named.group(1) if named else first if re.fullmatch(r"[a-z][\w+#-]{0,20}", first) else ""), ""
    at = next((n for n, word in enumerate(said) if re.match(r"https?://|/\w", word)), len(said))
    title = " ".join(said[:at])
    linked = f" [{' '.join(said[at + 1 :]) or 'link'}](<{said[at]}>)" if at < len(said) else ""
    return (named.group(1) if named else ""), (f"**{title}**" if title else "") + linked


def _line(line: str) -> str:
    if ":::" in line:
        container = _CONTAINER.match(line)
        if container:
            kind, title = container.group(2) or "", (container.group(3) or container.group(4) or "").strip()
            title = "" if kind in ("details", "message") and not title else title or kind.capitalize()
            return f"\n{container.group(1)}**{title}**\n" if title else ""
    if "[!" in line:
        callout = _CALLOUT.match(line)
        if callout:
            # A paragraph of its own; ``mdtree`` makes the box.
            marks = callout.group(1)
            return f"{marks}\n{marks} {_spans(line[callout.end(1) :].strip())}\n{marks}"
    if re.match(r"^#[^\s#!]", line):
        return "\\" + _spans(line)  # "#tag" is no heading (CommonMark, section 4.2)
    if line.startswith("???"):
        return re.sub(r"^\?{3}\+?(?= *[a-z])", "!!!", line)  # MkDocs' box that folds, as one that does not
    if line.strip().lower() in _CONTENTS:
        return "\n[TOC]\n"
    if not _TRIGGERS.search(line):
        return line
    return _spans(line)


_TRIGGERS = later(r"\{[%{:]|\[\[|==|%%|\^\w|\[toc\]|<!--|~~", re.IGNORECASE)


def _spans(line: str) -> str:
    """Applies the rewriting outside code spans."""
    pieces = _CODE_SPAN.split(line) if "`" in line else [line]
    return "".join(_shown_tags(piece) if index % 2 else _outside(piece) for index, piece in enumerate(pieces))


def _outside(text: str) -> str:
    if "{%" in text:
        text = re.sub(r"\{%-?([^{}%\n]{0,600}?)-?%\}", shortcodes.liquid, text)
    if "{{" in text:
        text = re.sub(r"\{\{([<%])([^{}\n]{0,600}?)[>%]\}\}", shortcodes.hugo, text)
        text = re.sub(r"\{\{-?([^{}\n]{0,500}?)-?\}\}", shortcodes.mustache, text)
    if "[[" in text:
        text = re.sub(r"(!?)\[\[([^\[\]\n]{1,500})\]\]", shortcodes.wiki, text)
    if "==" in text:
        text = re.sub(r"(?<![=\w])==(?=[^\s=])([^=\n]{1,500}?)(?<=[^\s=])==(?![=\w])", r"<mark>\1</mark>", text)
    if "%%" in text:
        text = re.sub(r"%%[^%\n]*%%", "", text)
    if "{:" in text:
        text = re.sub(r"\{:[^{}\n]{0,300}\}", "", text)
    return re.sub(r"(?<=\S)[ \t]+\^[\w-]{1,40}$", "", text) if "^" in text else text


def _mdx(body: str) -> str:
    out: list[str] = []
    fence = ""
    skipping = False
    for line in _JSX_NOTE.sub("", body).split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)
            out.append(line)
            continue
        if fence:
            out.append(line)
            continue
        if skipping:
            skipping = not re.search(r"(?:from\s+)?['\"][^'\"]+['\"];?\s*$|^\};?\s*$|^\);?\s*$", line)
            continue
        if _MDX_OPEN.match(line):
            skipping = True
            continue
        if not _MDX_LINE.match(line):
            out.append(line)
    text = "\n".join(out)
    pieces = re.split(r"(^[ \t]*(?:```|~~~)[\s\S]*?^[ \t]*(?:```|~~~)[ \t]*$|`[^`\n]+`)", text, flags=re.MULTILINE)
    return "".join(piece if index % 2 else _jsx(piece) for index, piece in enumerate(pieces))


def _jsx(text: str) -> str:
    def tag(match: re.Match[str]) -> str:
        given = fields(match.group())
        address = given.get("src", "")
        return shortcodes.image(address, given.get("alt", "")) if shortcodes.PICTURE.search(address) else ""

    text = _JSX_TAG.sub(tag, text)
    # A component's line was indented inside its parent; without the parent four blanks would be code.
    return re.sub(r"^[ \t]{2,}(?=<|\S)(?![-*+\d>|])", "", text, flags=re.MULTILINE)
