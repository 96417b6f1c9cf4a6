"""Players and frames as cards: a link that the reader may follow, nothing that loads by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from reader.content import links

#: Player address -> the page a person would open. ``{}`` is the first group of the pattern.
_PLAYERS = (
    ("YouTube", r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com/embed/videoseries\?(?:.*&)?list=([\w-]+)", "https://www.youtube.com/playlist?list={}"),
    ("YouTube", r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:embed|v|shorts)/([\w-]{6,20})", "https://www.youtube.com/watch?v={}"),
    ("YouTube", r"youtu\.be/([\w-]{6,20})", "https://www.youtube.com/watch?v={}"),
    ("Bilibili", r"player\.bilibili\.com/.*?[?&]bvid=(BV\w+)", "https://www.bilibili.com/video/{}"),
    ("Bilibili", r"player\.bilibili\.com/.*?[?&]aid=(?:av)?(\d+)", "https://www.bilibili.com/video/av{}"),
    ("Bilibili", r"(?:www\.)?bilibili\.com/blackboard/.*?[?&]bvid=(BV\w+)", "https://www.bilibili.com/video/{}"),
    ("Bilibili", r"(?:www\.)?bilibili\.com/blackboard/.*?[?&]aid=(\d+)", "https://www.bilibili.com/video/av{}"),
    ("AcFun", r"(?:www\.)?acfun\.cn/player/(ac\d+)", "https://www.acfun.cn/v/{}"),
    ("Vimeo", r"player\.vimeo\.com/video/(\d+)", "https://vimeo.com/{}"),
    ("Dailymotion", r"(?:www|geo)\.dailymotion\.com/(?:embed/video/|player(?:/\w+)?\.html\?video=)(\w+)", "https://www.dailymotion.com/video/{}"),
    ("Youku", r"player\.youku\.com/embed/([\w=]+)", "https://v.youku.com/v_show/id_{}.html"),
    ("Tencent Video", r"v\.qq\.com/.*?[?&]vid=(\w+)", "https://v.qq.com/x/page/{}.html"),
    ("Spotify", r"open\.spotify\.com/embed(?:-podcast)?/((?:track|album|playlist|episode|show|artist)/\w+)", "https://open.spotify.com/{}"),
    ("TikTok", r"(?:www\.)?tiktok\.com/embed/(?:v2/)?(\d+)", "https://www.tiktok.com/@/video/{}"),
    ("Twitch", r"clips\.twitch\.tv/embed\?(?:.*&)?clip=([\w-]+)", "https://clips.twitch.tv/{}"),
    ("CodePen", r"codepen\.io/([\w-]+)/embed/(?:preview/)?([\w-]+)", "https://codepen.io/{}/pen/{}"),
    ("CodeSandbox", r"codesandbox\.io/embed/([\w-]+)", "https://codesandbox.io/s/{}"),
    ("JSFiddle", r"jsfiddle\.net/((?:[\w-]+/)?\w+)/embedded", "https://jsfiddle.net/{}/"),
    ("Gist", r"gist\.github\.com/([\w-]+/\w+|\w+)(?:\.(?:js|pibb))", "https://gist.github.com/{}"),
    ("X", r"platform\.twitter\.com/embed/.*?[?&]id=(\d+)", "https://x.com/i/status/{}"),
    ("Instagram", r"(?:www\.)?instagram\.com/((?:p|reel|tv)/[\w-]+)/embed", "https://www.instagram.com/{}/"),
    ("NetEase Music", r"music\.163\.com/outchain/player\?(?:.*&)?id=(\d+)", "https://music.163.com/#/song?id={}"),
    ("NicoNico", r"embed\.nicovideo\.jp/watch/(\w+)", "https://www.nicovideo.jp/watch/{}"),
    ("Vine", r"vine\.co/v/(\w+)/embed", "https://vine.co/v/{}"),
    ("Loom", r"(?:www\.)?loom\.com/embed/(\w+)", "https://www.loom.com/share/{}"),
    ("PeerTube", r"([\w.-]+)/videos/embed/([\w-]{20,40})", "https://{}/w/{}"),
    ("Speaker Deck", r"speakerdeck\.com/player/(\w+)", "https://speakerdeck.com/player/{}"),
)  # fmt: skip
_COMPILED = tuple((name, re.compile(r"https?://" + pattern, re.IGNORECASE), page) for name, pattern, page in _PLAYERS)
_WRAPPED_SOURCE = ("src", "data-src", "data-lazy-src", "data-url", "data", "data-original")


def frame(attributes: Mapping[str, str | None], base_url: str) -> tuple[str, str]:
    """What a frame, an ``<object>`` or an ``<embed>`` shows.

    Returns:
        The address a person would open and a label; both ``""`` when it leads nowhere.
    """
    for name in _WRAPPED_SOURCE:
        address = links.absolute(attributes.get(name) or "", base_url)
        itself = address.split("#", 1)[0] == base_url.split("#", 1)[0]
        if links.scheme_of(address) in ("http", "https") and not itself:
            break
    else:
        return "", ""
    for player, pattern, page in _COMPILED:
        match = pattern.match(address)
        if match:
            return page.format(*match.groups()), _label(player, attributes.get("title"))
    inner = _inner(address)
    target = links.clean_link(inner or address, "")
    try:
        host = urlsplit(target).hostname or ""
    except ValueError:
        return "", ""
    return target, _label(host.removeprefix("www."), attributes.get("title"))


def _inner(address: str) -> str:
    """Embedding services (Embedly, iframely) carry the page they show."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if not re.search(r"embedly|iframe\.ly|iframely|medium\.com$", parts.hostname or ""):
        return ""
    query = parse_qs(parts.query, max_num_fields=30)
    return next((query[key][0] for key in ("url", "src") if query.get(key)), "")


def _label(name: str, title: str | None) -> str:
    title = " ".join((title or "").split())[:200]
    generic = not title or title.lower() in ("youtube video player", "video player", "embedded content", "iframe")
    return name if generic else f"{name}: {title}"
