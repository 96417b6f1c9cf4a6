"""Sites that have no feeds of their own, or not for these pages: from an address to routes of RSSHub. Pure.

The routes are named by RSSHub's documentation (docs.rsshub.app/routes). They are asked only for an address that a
person adds, and only when the site itself gives no feed: an instance of RSSHub learns which page it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from reader.patterns import later
from reader.sources.sitepage import NUMBER, SitePage, page_of, path_of

_TELEGRAM_NAME = later(r"[A-Za-z]\w{3,40}\Z")


def routes(url: str) -> list[str]:
    """The ``rsshub:`` addresses for a page, the best first; empty for most. Never raises."""
    page = page_of(url)
    if page is None:
        return []
    return list(dict.fromkeys(f"rsshub://{route}" for rule in _RULES for route in rule(page)))


def _youtube(page: SitePage) -> Iterator[str]:
    # /routes/social-media#youtube
    if page.of("youtube.com") and page.at(0).startswith("@"):
        yield f"youtube/user/{path_of(page.at(0))}"


def _bilibili(page: SitePage) -> Iterator[str]:
    # /routes/social-media#bilibili
    if not page.of("bilibili.com"):
        return
    if page.host == "space.bilibili.com" and NUMBER.match(page.at(0)):
        yield f"bilibili/user/video/{page.at(0)}"
        yield f"bilibili/user/dynamic/{page.at(0)}"
        yield f"bilibili/user/article/{page.at(0)}"
    elif page.host == "live.bilibili.com" and NUMBER.match(page.at(0)):
        yield f"bilibili/live/room/{page.at(0)}"
    elif page.at(0) == "bangumi" and page.at(1) == "media" and page.at(2).startswith("md"):
        yield f"bilibili/bangumi/media/{path_of(page.at(2)[2:])}"


def _telegram(page: SitePage) -> Iterator[str]:
    # /routes/social-media#telegram
    if page.host not in ("t.me", "telegram.me"):
        return
    name = page.at(1) if page.at(0) == "s" else page.at(0)
    if _TELEGRAM_NAME.match(name) and name not in ("joinchat", "addstickers", "share", "proxy"):
        yield f"telegram/channel/{name}"


def _zhihu(page: SitePage) -> Iterator[str]:
    # /routes/social-media#zhihu
    if not page.of("zhihu.com"):
        return
    if page.host == "zhuanlan.zhihu.com" and page.at(0) and page.at(0) != "p":
        yield f"zhihu/zhuanlan/{path_of(page.at(0))}"
    elif page.at(0) in ("people", "org") and page.at(1):
        yield f"zhihu/people/activities/{path_of(page.at(1))}"
        yield f"zhihu/people/answers/{path_of(page.at(1))}"
        yield f"zhihu/posts/{path_of(page.at(0), page.at(1))}"
    elif page.at(0) == "question" and NUMBER.match(page.at(1)):
        yield f"zhihu/question/{page.at(1)}"
    elif page.at(0) == "column" and page.at(1):
        yield f"zhihu/zhuanlan/{path_of(page.at(1))}"
    elif page.at(0) in ("hot", ""):
        yield "zhihu/hot"


def _weibo(page: SitePage) -> Iterator[str]:
    # /routes/social-media#weibo
    if not page.of("weibo.com", "weibo.cn"):
        return
    user = page.at(1) if page.at(0) in ("u", "profile") else page.at(0)
    if NUMBER.match(user):
        yield f"weibo/user/{user}"


def _x(page: SitePage) -> Iterator[str]:
    # /routes/social-media#x-twitter
    own = {"home", "explore", "i", "search", "settings", "intent", "share", "hashtag", "login", "messages"}
    name = page.at(0)
    if page.host in ("x.com", "twitter.com") and re.fullmatch(r"\w{1,15}", name) and name.lower() not in own:
        yield f"twitter/user/{page.at(0)}"


def _douban(page: SitePage) -> Iterator[str]:
    # /routes/social-media#douban
    if page.of("douban.com") and page.at(1):
        if page.at(0) == "people":
            yield f"douban/people/{path_of(page.at(1))}/status"
        elif page.at(0) == "group":
            yield f"douban/group/{path_of(page.at(1))}"


def _programming(page: SitePage) -> Iterator[str]:
    # /routes/programming, /routes/program-update and /routes/blog
    if page.host == "github.com" and page.at(2) in ("issues", "pulls"):
        yield f"github/{'issue' if page.at(2) == 'issues' else 'pull'}/{path_of(page.at(0), page.at(1))}"
    elif page.host == "npmjs.com" and page.at(0) == "package" and page.at(1):
        yield f"npm/package/{path_of(*page.parts[1:3])}"
    elif page.host == "juejin.cn" and page.at(0) == "user" and NUMBER.match(page.at(1)):
        yield f"juejin/posts/{page.at(1)}"
    elif page.host == "blog.csdn.net" and page.at(0):
        yield f"csdn/blog/{path_of(page.at(0))}"


def _media(page: SitePage) -> Iterator[str]:
    # /routes/new-media#sspai and /routes/multimedia#apple: the page of a podcast does not name its feed.
    if page.host == "sspai.com" and page.at(0) == "u" and page.at(1):
        yield f"sspai/author/{path_of(page.at(1))}"
    elif page.host == "podcasts.apple.com":
        yield from (f"apple/podcast/{part}" for part in page.parts if re.fullmatch(r"id[0-9]{5,15}", part))


_RULES: Sequence[Callable[[SitePage], Iterator[str]]] = (
    _youtube,
    _bilibili,
    _telegram,
    _zhihu,
    _weibo,
    _x,
    _douban,
    _programming,
    _media,
)
