"""What other programs add to Markdown, degraded to Markdown that reads well: nothing raw is left to see."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(`[^`\n]+`|``[^\n]+?``)")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp|ico)$", re.IGNORECASE)
_WORD = re.compile(r'"([^"]*)"|\'([^\']*)\'|(\S+)')
_NAMED = re.compile(r"""([\w:-]+)\s*[=:]\s*(?:"([^"]*)"|'([^']*)'|([^\s,)]+))""")

_RMD_CHUNK = re.compile(r"^(\s*)(`{3,}|~{3,})\s*\{\s*([\w+#.-]*)[^}]*\}\s*$", re.MULTILINE)
_MDX_LINE = re.compile(
    r"^(?:import\s.+(?:from\s+)?['\"].+['\"];?|export\s+(?:const|let|default|function|async|\{|\*).*)$"
)
_MDX_OPEN = re.compile(r"^import\s+\{[^}]*$|^export\s+(?:const|let|default|function|async)\b.*[{(\[]\s*$")
_JSX_TAG = re.compile(r"</?[A-Z][\w.]*(?:\s(?:[^<>{}]|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|=>)*)?/?>|<>|</>")
_JSX_NOTE = re.compile(r"\{/\*.{0,2000}?\*/\}", re.DOTALL)

#: Block tags of Hexo, Jekyll, Zola and Hugo whose inside is code, or is a quotation.
_CODE_OPEN = re.compile(
    r"^\s*\{(?:%-?|\{[<%])\s*(highlight|codeblock|code|code_block|include_code|raw|verbatim|prism)\b(.*?)-?"
    r"(?:%|[>%]\})\}\s*$"
)
_QUOTE_OPEN = re.compile(
    r"^\s*\{(?:%-?|\{[<%])\s*(blockquote|quote|pullquote|note|callout|alert|notice|admonition|tip|info|warning|hint|cq|"
    r"centerquote|fold|folding|spoiler|details|hideToggle)\b(.*?)-?(?:%|[>%]\})\}\s*$"
)
_CONTAINER = re.compile(r"^(\s*):{3,}\s*\{?\s*([A-Za-z][\w-]*)?\}?\s*(?:\[(.*)\]|(.*?))\s*$")
_CALLOUT = re.compile(r"^((?:\s*>)+)\s*\[!([\w -]+)(?:\|[^\]]*)?\][+-]?\s*(.*)$")
_MAX_TAG_CHARS = 2000
#: Hugo and Zola run shortcodes inside code as well; who writes about one escapes it so.
_ESCAPED_SHORTCODE = re.compile(r"\{\{([<%]?)/\*([^{}\n]{0,600}?)\*/([>%]?)\}\}")


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
    """The text of the first heading outside code, ``""`` when there is none."""
    fence = ""
    lines = body[:20_000].split("\n")
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)[:3]
        if fence:
            continue
        match = _HEADING.match(line)
        if match:
            return _bare(match.group(1))
        under = lines[number + 1] if number + 1 < len(lines) else ""
        if line.strip() and not line.startswith((" ", "\t", ">", "-", "|")) and re.match(r"^ {0,3}={2,}\s*$", under):
            return _bare(line)
    return ""


def _bare(text: str) -> str:
    text = re.sub(r"\s*\{[#.:][^}]*\}\s*$", "", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(\*\*|__|`|~~|(?<!\w)[*_]|[*_](?!\w))", "", text).strip()


def plain(lines: list[str]) -> list[str]:
    """Rewrites the lines of a Markdown text; fenced code is left alone.

    Returns:
        Lines without template tags, wiki links, callout marks and the like.
    """
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
            if "{{" in line and "/*" in line:
                line = _ESCAPED_SHORTCODE.sub(r"{{\1\2\3}}", line)
            out.append("> " * len(quotes) + line)
            continue
        if mark:
            fence = mark.group(1)
            out.append("> " * len(quotes) + line)
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
                        out.extend(_code_caption(code.group(2)) if code.group(1) in ("codeblock", "code") else ())
                        out.extend(["", "~~~~~~~~" + _code_language(code.group(2)), *inside, "~~~~~~~~", ""])
                    at = stop + 1
                    continue
            quote = _QUOTE_OPEN.match(line)
            if quote and _end_of(quote.group(1), lines, at, ends) >= 0:
                quotes.append(quote.group(1))
                out.append("")
                named = " ".join(_words(quote.group(2))) if quote.group(1) in ("blockquote", "quote") else ""
                quotes[-1] += "\n" + named
                continue
            if quotes and _closes(line, quotes[-1].split("\n")[0]):
                said = quotes[-1].split("\n", 1)[1].strip()
                if said:
                    out.extend(["> " * len(quotes), "> " * len(quotes) + "— " + said])
                quotes.pop()
                out.append("")
                continue
        line = _line(line)
        if line.endswith("\\") and not line.endswith("\\\\"):
            line = line[:-1] + "  "  # a hard break (CommonMark, section 6.7)
        out.append("> " * len(quotes) + line if quotes else line)
    return out


def _end_of(name: str, lines: list[str], at: int, ends: dict[str, int]) -> int:
    """The line that closes a block tag, -1 when none does. ``ends`` keeps what was found: no line is searched twice."""
    known = ends.get(name)
    if known is None or -1 < known < at:
        known = next((number for number in range(at, len(lines)) if _closes(lines[number], name)), -1)
        ends[name] = known
    return known


def _closes(line: str, name: str) -> bool:
    return bool(re.match(r"^\s*\{(?:%-?|\{[<%])\s*(?:/\s*" + name + "|end" + name + r"|end)\b", line))


def _code_language(arguments: str) -> str:
    named = re.search(r"\blang:(\w[\w+#-]*)", arguments)
    if named:
        return named.group(1)
    first = next(iter(_words(arguments)), "")
    return first if re.fullmatch(r"[a-z][\w+#-]{0,20}", first) else ""


def _code_caption(arguments: str) -> list[str]:
    """Hexo's ``{% codeblock [title] [lang:x] [url] [link text] %}``: title and link as a line above it."""
    words = [word for word in _words(arguments) if not re.match(r"[a-z_]+:(?!//)", word)]
    at = next((n for n, word in enumerate(words) if re.match(r"https?://", word)), len(words))
    title = " ".join(words[:at])
    if re.fullmatch(r"[a-z][a-z+#-]{0,20}", title):
        title = ""  # a bare language name
    link = _link(words[at], " ".join(words[at + 1 :])) if at < len(words) else ""
    shown = " ".join(part for part in (f"`{title}`" if title and "`" not in title else title, link) if part)
    return ["", shown] if shown else []


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
            title = callout.group(3).strip() or callout.group(2).strip().capitalize()
            return f"{callout.group(1)} **{title}**\n{callout.group(1)}"
    if re.match(r"^#[^\s#!]", line):
        return "\\" + _spans(line)  # "#tag" is no heading (CommonMark, section 4.2)
    if not _TRIGGERS.search(line):
        return line
    return _spans(line)


_TRIGGERS = re.compile(r"\{[%{:]|\[\[|==|%%|\^\w|\[toc\]|<!--|~~", re.IGNORECASE)


def _spans(line: str) -> str:
    """Applies the rewriting outside code spans."""
    pieces = _CODE_SPAN.split(line) if "`" in line else [line]
    return "".join(piece if index % 2 else _outside(piece) for index, piece in enumerate(pieces))


def _outside(text: str) -> str:
    if "{%" in text:
        text = re.sub(r"\{%-?([^{}%\n]{0,600}?)-?%\}", _liquid, text)
    if "{{" in text:
        text = re.sub(r"\{\{([<%])([^{}\n]{0,600}?)[>%]\}\}", _hugo, text)
        text = re.sub(r"\{\{-?([^{}\n]{0,500}?)-?\}\}", _mustache, text)
    if "[[" in text:
        text = re.sub(r"(!?)\[\[([^\[\]\n]{1,500})\]\]", _wiki, text)
    if "==" in text:
        text = re.sub(r"(?<![=\w])==(?=[^\s=])([^=\n]{1,500}?)(?<=[^\s=])==(?![=\w])", r"<mark>\1</mark>", text)
    if "%%" in text:
        text = re.sub(r"%%[^%\n]*%%", "", text)
    if "{:" in text:
        text = re.sub(r"^\s*(?:[-*+]\s+)?\{:\s*toc\s*\}\s*$|\{:[^{}\n]{0,300}\}", "", text)
    if text.rstrip().lower() in ("[toc]", "[[toc]]", "[[_toc_]]", "@[toc]", "${toc}"):
        return ""
    return re.sub(r"(?<=\S)[ \t]+\^[\w-]{1,40}$", "", text) if "^" in text else text


def _words(text: str) -> list[str]:
    found = _WORD.findall(text[:_MAX_TAG_CHARS])
    return [double or single or bare for double, single, bare in found]


def _fields(text: str) -> dict[str, str]:
    return {match[0].lower(): match[1] or match[2] or match[3] for match in _NAMED.findall(text[:_MAX_TAG_CHARS])}


def _image(address: str, alt: str = "", caption: str = "") -> str:
    if not address:
        return ""
    shown = f"![{_label(alt or caption)}](<{address.strip('<>')}>)"
    return f"{shown}\n*{caption}*" if caption else shown


def _link(address: str, label: str) -> str:
    return f"[{_label(label or address)}](<{address}>)"


def _label(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


_PICTURE_TAGS = ("asset_img", "img", "image", "figure", "picture", "imgproc", "resize_image", "inlineimg")
_VIDEOS: dict[str, tuple[str, str]] = {
    "youtube": ("https://www.youtube.com/watch?v={}", "YouTube"),
    "vimeo": ("https://vimeo.com/{}", "Vimeo"),
    "bilibili": ("https://www.bilibili.com/video/{}", "Bilibili"),
    "gist": ("https://gist.github.com/{}", "Gist"),
    "jsfiddle": ("https://jsfiddle.net/{}", "JSFiddle"),
    "tweet": ("https://x.com/i/status/{}", "X"),
    "twitter": ("https://x.com/i/status/{}", "X"),
    "x": ("https://x.com/i/status/{}", "X"),
    "instagram": ("https://www.instagram.com/p/{}/", "Instagram"),
    "spotify": ("https://open.spotify.com/{}", "Spotify"),
    "codepen": ("https://codepen.io/{}", "CodePen"),
    "asciinema": ("https://asciinema.org/a/{}", "asciinema"),
    "github": ("https://github.com/{}", "GitHub"),
}


def _tag(name: str, arguments: str) -> str | None:
    """A template tag as Markdown; None when its name says nothing."""
    name = name.lower().replace("-", "_")
    if name not in _PICTURE_TAGS and "image" in name and _PICTURE.search(_fields(arguments).get("path", "")):
        name = "image"  # a site's own picture shortcode
    fields = _fields(arguments) if "=" in arguments or ":" in arguments else {}
    words = [word for word in _words(arguments.replace(",", " ")) if "=" not in word]
    if name in _PICTURE_TAGS:
        address = next((fields[key] for key in ("src", "path", "url", "link", "image") if fields.get(key)), "")
        if not address:
            at = next((n for n, word in enumerate(words) if _PICTURE.search(word) or "/" in word), -1)
            address = words[at] if at >= 0 else ""
            words = [word for word in words[at + 1 :] if not word.isdigit()]
        caption = re.sub(r"<[^>]*>", "", fields.get("caption") or fields.get("title") or "")
        return _image(address, fields.get("alt") or caption or " ".join(words)[:200], caption)
    if name in _VIDEOS:
        key = fields.get("id") or fields.get("v") or fields.get("user", "") + "/" + fields.get("id", "")
        target = key.strip("/") or ("/".join(words[:2]) if name in ("gist", "codepen") else (words or [""])[0])
        page, label = _VIDEOS[name]
        if target.startswith("http"):
            return _link(target, label)
        return _link(page.format(target), label) if re.fullmatch(r"[\w./?=:&-]{1,200}", target) else ""
    if name in ("post_link", "asset_link", "asset_path", "post_path", "post_url", "ref", "relref"):
        label = " ".join(word for word in words[1:] if word not in ("true", "false"))
        slug = (words or [""])[0]
        return slug if name in ("post_url", "ref", "relref", "asset_path", "post_path") else label or slug
    if name in ("link", "linkgrid", "button", "btn", "iframe", "video", "audio", "mp4", "dplayer", "aplayer", "pdf"):
        address = next((word for word in words if re.match(r"https?://|/", word)), "") or next(
            (fields[key] for key in ("url", "src", "link", "href") if fields.get(key)), ""
        )
        shown = (word for word in words if word not in (address, "true", "false") and not word.isdigit())
        label = " ".join(shown)
        return _link(address, label or address) if address else label
    if name in ("include", "include_relative", "render"):
        address = next((value for value in fields.values() if _PICTURE.search(value)), "")
        return _image(address, fields.get("alt", ""), fields.get("caption", "")) if address else ""
    if name in ("kbd", "mark", "u", "label", "span", "emp", "wavy", "psw", "inlinecode", "abbr", "ruby"):
        return " ".join(words[1:] if name in ("label", "span") and len(words) > 1 else words)
    return None


def _liquid(match: re.Match[str]) -> str:
    inside = match.group(1).strip()
    name, _, arguments = inside.partition(" ")
    return _tag(name.split("(")[0], arguments or inside[len(name.split("(")[0]) :]) or ""


def _hugo(match: re.Match[str]) -> str:
    inside = match.group(2).strip().rstrip("/ ")
    shown = re.match(r"/\*(.*?)\*/?$", inside)
    if shown:
        return "`{{" + match.group(1) + shown.group(1) + {"<": ">", "%": "%"}[match.group(1)] + "}}`"
    if inside.startswith("/"):
        return ""
    name, _, arguments = inside.partition(" ")
    return _tag(name, arguments) or ""


def _mustache(match: re.Match[str]) -> str:
    """``{{ site.url }}`` goes, a quoted text stays as its text, a call is a tag; all else may be meant to be seen."""
    inside = match.group(1).strip()
    shown = re.match(r"/\*(.*?)\*/$", inside)
    if shown:
        return "`{{" + shown.group(1) + "}}`"  # Zola's and Hugo's way to write about a shortcode
    if re.match(r"(?:site|page|post|layout|jekyll|config|theme|include)\.", inside):
        return ""
    text = re.match(r"""(["'])(.*?)\1\s*(?:\|.*)?$""", inside)
    if text:
        return text.group(2)
    call = re.match(r"(\w+)\s*\((.*)\)$", inside)
    if call:
        return _tag(call.group(1), call.group(2)) or ""
    return match.group()


def _wiki(match: re.Match[str]) -> str:
    embedded, inside = match.groups()
    target, _, label = inside.replace("\\|", "|").partition("|")
    target, label = target.strip(), label.strip()
    if embedded and _PICTURE.search(target.split("#")[0]):
        size = re.fullmatch(r"(\d{1,4})(?:x(\d{1,4}))?", label)
        return _image(target.split("#")[0], "" if size else label)
    if re.match(r"https?://", target):
        return _link(target, label)
    page, _, part = target.partition("#")
    return label or (f"{page} › {part.lstrip('^#')}" if page and part else page or part.lstrip("^#"))


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
        fields = _fields(match.group())
        address = fields.get("src", "")
        return _image(address, fields.get("alt", "")) if _PICTURE.search(address) else ""

    text = _JSX_TAG.sub(tag, text)
    # A component's line was indented inside its parent; without the parent four blanks would be code.
    return re.sub(r"^[ \t]{2,}(?=<|\S)(?![-*+\d>|])", "", text, flags=re.MULTILINE)
