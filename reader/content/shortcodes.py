"""The tags of Hexo, Jekyll, Hugo and others inside a text, and wiki links, as Markdown that reads well."""

from __future__ import annotations

import re
from urllib.parse import quote

from reader.content.neighbours import WIKI
from reader.patterns import later

#: The name of a picture's file.
PICTURE = later(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp|ico)$", re.IGNORECASE)
_WORD = later(r'"([^"]*)"|\'([^\']*)\'|(\S+)')
_NAMED = later(r"""([\w:-]+)\s*[=:]\s*(?:"([^"]*)"|'([^']*)'|([^\s,)]+))""")
_MAX_TAG_CHARS = 2000
#: How people write about a tag of Hugo or Zola.
_ESCAPED = later(r"/\*(.*?)\*/")


def words(text: str) -> list[str]:
    found = _WORD.findall(text[:_MAX_TAG_CHARS])
    return [double or single or bare for double, single, bare in found]


def fields(text: str) -> dict[str, str]:
    return {match[0].lower(): match[1] or match[2] or match[3] for match in _NAMED.findall(text[:_MAX_TAG_CHARS])}


def image(address: str, alt: str = "", caption: str = "") -> str:
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
    given = fields(arguments) if "=" in arguments or ":" in arguments else {}
    said = [word for word in words(arguments.replace(",", " ")) if "=" not in word]
    if name in _PICTURE_TAGS:
        address = next((given[key] for key in ("src", "path", "url", "link", "image") if given.get(key)), "")
        if not address:
            at = next((n for n, word in enumerate(said) if PICTURE.search(word) or "/" in word), -1)
            address = said[at] if at >= 0 else ""
            said = [word for word in said[at + 1 :] if not word.isdigit()]
        caption = re.sub(r"<[^>]*>", "", given.get("caption") or given.get("title") or "")
        return image(address, given.get("alt") or caption or " ".join(said)[:200], caption)
    if name in _VIDEOS:
        key = given.get("id") or given.get("v") or given.get("user", "") + "/" + given.get("id", "")
        target = key.strip("/") or ("/".join(said[:2]) if name in ("gist", "codepen") else (said or [""])[0])
        page, label = _VIDEOS[name]
        if target.startswith("http"):
            return _link(target, label)
        return _link(page.format(target), label) if re.fullmatch(r"[\w./?=:&-]{1,200}", target) else ""
    if name in ("post_link", "asset_link", "asset_path", "post_path", "post_url", "ref", "relref"):
        label = " ".join(word for word in said[1:] if word not in ("true", "false"))
        slug = (said or [""])[0]
        return slug if name in ("post_url", "ref", "relref", "asset_path", "post_path") else label or slug
    if name in ("link", "linkgrid", "button", "btn", "iframe", "video", "audio", "mp4", "dplayer", "aplayer", "pdf"):
        address = next((word for word in said if re.match(r"https?://|/", word)), "") or next(
            (given[key] for key in ("url", "src", "link", "href") if given.get(key)), ""
        )
        shown = (word for word in said if word not in (address, "true", "false") and not word.isdigit())
        label = " ".join(shown)
        return _link(address, label or address) if address else label
    if name in ("include", "include_relative", "render"):
        address = next((value for value in given.values() if PICTURE.search(value)), "")
        return image(address, given.get("alt", ""), given.get("caption", "")) if address else ""
    if name in ("kbd", "mark", "u", "label", "span", "emp", "wavy", "psw", "inlinecode", "abbr", "ruby"):
        return " ".join(said[1:] if name in ("label", "span") and len(said) > 1 else said)
    # Whatever it is called: what it is given is a picture.
    address = next((given[key] for key in ("src", "path", "image", "file", "img") if given.get(key)), "")
    return image(address, given.get("alt", ""), given.get("caption", "")) if PICTURE.search(address) else None


def liquid(match: re.Match[str]) -> str:
    inside = match.group(1).strip()
    name, _, arguments = inside.partition(" ")
    return _tag(name.split("(")[0], arguments or inside[len(name.split("(")[0]) :]) or ""


def hugo(match: re.Match[str]) -> str:
    inside = match.group(2).strip().rstrip("/ ")
    shown = _ESCAPED.fullmatch(inside + "/" if inside.endswith("*") else inside)
    if shown:
        return "`{{" + match.group(1) + shown.group(1) + {"<": ">", "%": "%"}[match.group(1)] + "}}`"
    if inside.startswith("/"):
        return ""
    name, _, arguments = inside.partition(" ")
    return _tag(name, arguments) or ""


def mustache(match: re.Match[str]) -> str:
    """``{{ site.url }}`` goes, a quoted text stays as its text, a call is a tag; all else may be meant to be seen."""
    inside = match.group(1).strip()
    shown = _ESCAPED.fullmatch(inside)
    if shown:
        return "`{{" + shown.group(1) + "}}`"
    if re.match(r"(?:site|page|post|layout|jekyll|config|theme|include)\.", inside):
        return ""
    text = re.match(r"""(["'])(.*?)\1\s*(?:\|.*)?$""", inside)
    if text:
        return text.group(2)
    call = re.match(r"(\w+)\s*\((.*)\)$", inside)
    if call:
        return _tag(call.group(1), call.group(2)) or ""
    return match.group()


def wiki(match: re.Match[str]) -> str:
    embedded, inside = match.groups()
    target, _, label = inside.replace("\\|", "|").partition("|")
    target, label = target.strip(), label.strip()
    if embedded and PICTURE.search(target.split("#")[0]):
        size = re.fullmatch(r"(\d{1,4})(?:x(\d{1,4}))?", label)
        return image(target.split("#")[0], "" if size else label)
    if re.match(r"https?://", target):
        return _link(target, label)
    page, _, part = target.partition("#")
    part = part.lstrip("^#")
    said = label or " › ".join(each for each in (page, part) if each)
    return _link(WIKI + quote(page, safe="/") + (f"#{quote(part)}" if part else ""), said) if page else said
