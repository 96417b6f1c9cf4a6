"""Which Referers a picture's server may want, and a table of hosts where it is known. A part of ``reader.images``.

Two opposite protections exist: some hosts refuse a foreign Referer and take none, others refuse none and take theirs.
"""

from __future__ import annotations

from typing import Literal

from reader.addresses import is_local_name, is_public, parse

Rung = Literal["none", "known", "own", "article"]

#: Host (and everything below it) -> the Referer that works there, "" for none.
KNOWN = {
    "sinaimg.cn": "https://weibo.com/",
    "f.video.weibocdn.com": "https://weibo.com/",
    "i.pximg.net": "https://www.pixiv.net/",
    "cdnfile.sspai.com": "https://sspai.com/",
    "cdninstagram.com": "https://www.instagram.com/",
    "xhscdn.com": "https://www.xiaohongshu.com/",
    "sp1.piokok.com": "https://www.piokok.com/",
    "appinn.com": "https://www.appinn.com/",
    "img.hellogithub.com": "https://hellogithub.com/",
    "parkablogs.com": "https://www.parkablogs.com/",
    "bjp.org.cn": "http://www.bjp.org.cn/",
    "moyu.im": "https://i.jandan.net/",
    "hdslb.com": "",
    "mmbiz.qpic.cn": "",
    "zhimg.com": "",
}


def known(host: str) -> str | None:
    """The table's Referer for a host, None when it is not in it."""
    labels = host.split(".")
    for at in range(len(labels)):
        found = KNOWN.get(".".join(labels[at:]))
        if found is not None:
            return found
    return None


def referer_of(article_url: str, picture_url: str) -> str:
    """An article's address as a browser would send it: without user and fragment, never of a private page, never from
    https to http; ``""`` when it must not be sent.
    """
    try:
        article, picture = parse(article_url), parse(picture_url)
    except ValueError:
        return ""
    host = article.origin.host
    numeric = ":" in host or host.replace(".", "").isdigit()
    private = is_local_name(host) or (numeric and not is_public(host))
    if private or (article.origin.scheme == "https" and picture.origin.scheme == "http"):
        return ""
    return article.url


def referers(picture_url: str, article_url: str) -> list[tuple[Rung, str]]:
    """The Referers to try for an address, in the common order, none twice.

    What the table says of a host goes first: it is a lesson that came with the program.

    Raises:
        ValueError: it is no address that may be asked.
    """
    address = parse(picture_url)
    listed = known(address.origin.host)
    rungs: list[tuple[Rung, str]] = [] if listed is None else [("known", listed)]
    rungs += [("none", ""), ("own", f"{address.origin}/")]
    article = referer_of(article_url, picture_url)
    if article:
        rungs.append(("article", article))
    first: dict[str, Rung] = {}
    for rung, referer in rungs:
        first.setdefault(referer, rung)
    return [(rung, referer) for referer, rung in first.items()]
