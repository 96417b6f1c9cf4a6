"""Known sites: from the address of a page to those of its feeds. Pure; only used for an address that a person adds.

Each rule names where its site documents the feed. What a page links to itself comes before these; they matter where the
page links to nothing, turns programs away, or has more feeds than it names. A channel that is only known by the words
in its page (a YouTube handle) is found by ``feeds_in_page``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from reader.patterns import later
from reader.sources.sitepage import NUMBER, SitePage, page_of, path_of

_YOUTUBE_CHANNEL = later(r"UC[\w-]{22}\Z")
#: Where a channel's own id stands in its page; other channels are named in other places.
_YOUTUBE_IN_PAGE = re.compile(
    rb'(?:"externalId":"|itemprop="(?:identifier|channelId)" content="|youtube\.com/channel/)(UC[\w-]{22})"'
)
_HANDLE = later(r"@[A-Za-z0-9_.-]{1,60}\Z")
_FEDIVERSE_NAME = later(r"@[A-Za-z0-9_]{1,60}\Z")
_SUBREDDIT = later(r"[A-Za-z0-9_+]{1,100}\Z")
_ARXIV_CATEGORY = later(r"[a-z-]{2,12}(?:\.[A-Za-z-]{2,12})?\Z")
#: Sites of the Stack Exchange network that have a domain of their own (stackexchange.com/sites).
_STACK_HOSTS = ("stackoverflow.com", "serverfault.com", "superuser.com", "askubuntu.com", "mathoverflow.net")
#: First segments of GitHub's own pages, which are no users.
_GITHUB_OWN = frozenset(
    {
        *("about", "apps", "collections", "contact", "customer-stories", "enterprise", "events", "explore", "features"),
        *("issues", "login", "marketplace", "new", "notifications", "orgs", "pricing", "pulls", "readme", "search"),
        *("security", "settings", "site", "sponsors", "stars", "topics", "trending", "codespaces", "organizations"),
    }
)


_Rule = Callable[[SitePage], Iterator[str]]


def feeds(url: str) -> list[str]:
    """Where the feeds of a page of a known site are, the best first; empty for all others. Never raises."""
    page = page_of(url)
    if page is None:
        return []
    return list(dict.fromkeys(address for rule in _RULES for address in rule(page)))


def feeds_in_page(html: bytes, url: str) -> list[str]:
    """The feeds that a known site's page names only in its data, not in its links. Never raises."""
    page = page_of(url)
    if page is None or not page.of("youtube.com"):
        return []
    # The first is the page's own channel; recommended ones come later.
    found = _YOUTUBE_IN_PAGE.search(html)
    return [_youtube("channel_id", found[1].decode("ascii"))] if found else []


# ----------------------------------------------------------------------------------------------- video and pictures


def _youtube(name: str, value: str) -> str:
    # https://developers.google.com/youtube/v3/guides/push_notifications names this feed's address.
    return f"https://www.youtube.com/feeds/videos.xml?{name}={quote(value, safe='')}"


def _youtube_pages(page: SitePage) -> Iterator[str]:
    """Channels, playlists and the old user names; a handle's channel stands in its page (``feeds_in_page``)."""
    if not page.of("youtube.com", "youtu.be"):
        return
    if "list" in page.query:
        yield _youtube("playlist_id", page.query["list"])
    if page.at(0) == "channel" and _YOUTUBE_CHANNEL.match(page.at(1)):
        yield _youtube("channel_id", page.at(1))
    elif page.at(0) == "user" and page.at(1):
        yield _youtube("user", page.at(1))


def _vimeo(page: SitePage) -> Iterator[str]:
    # Vimeo's help centre: /videos/rss behind a user, a channel or a group.
    if page.host != "vimeo.com" or not page.parts:
        return
    if page.at(0) in ("channels", "groups") and page.at(1):
        yield f"https://vimeo.com/{path_of(page.at(0), page.at(1))}/videos/rss"
    elif len(page.parts) == 1 and not NUMBER.match(page.at(0)):
        yield f"https://vimeo.com/{path_of(page.at(0))}/videos/rss"


def _flickr(page: SitePage) -> Iterator[str]:
    # https://www.flickr.com/services/feeds/docs/photos_public/ wants the NSID, which only some addresses have.
    if page.of("flickr.com") and page.at(0) == "photos" and "@N" in page.at(1):
        yield f"https://www.flickr.com/services/feeds/photos_public.gne?id={quote(page.at(1), safe='@')}&format=atom"


# --------------------------------------------------------------------------------------------------------- software


def _github(page: SitePage) -> Iterator[str]:
    # https://docs.github.com/en/rest/activity/feeds, and the links of its own pages: releases, tags, commits as Atom.
    if page.host != "github.com" or not page.parts or page.at(0).lower() in _GITHUB_OWN:
        return
    owner, name = page.at(0), page.at(1).removesuffix(".git")
    if not name:
        yield f"https://github.com/{path_of(owner)}.atom"
        return
    repository = f"https://github.com/{path_of(owner, name)}"
    match page.at(2):
        case "commits" | "tree" | "blob" if page.at(3):
            yield f"{repository}/commits/{path_of(*page.parts[3:])}.atom"
        case "commits":
            yield f"{repository}/commits.atom"
        case "tags":
            yield f"{repository}/tags.atom"
        case "discussions":
            yield f"{repository}/discussions.atom"
    yield f"{repository}/releases.atom"
    yield f"{repository}/tags.atom"
    yield f"{repository}/commits.atom"


def _gitlab(page: SitePage) -> Iterator[str]:
    # The feed links of GitLab's own pages (docs.gitlab.com, "RSS feed" of activity, releases, tags and commits).
    own = page.of("gitlab.com") or page.host.startswith("gitlab.")
    if not own or not page.parts or page.at(0) in ("explore", "users", "groups", "help", "dashboard"):
        return
    if len(page.parts) == 1:
        yield f"{page.site}/{path_of(page.at(0))}.atom"
        return
    end = page.parts.index("-") if "-" in page.parts else len(page.parts)
    project = f"{page.site}/{path_of(*page.parts[:end])}"
    branch = page.parts[end + 2 :] if page.at(end + 1) in ("commits", "tree", "blob") else ()
    if branch:
        yield f"{project}/-/commits/{path_of(*branch)}?format=atom"
    yield f"{project}/-/releases.atom"
    yield f"{project}/-/tags?format=atom"
    yield f"{project}.atom"


def _gitea(page: SitePage) -> Iterator[str]:
    # https://github.com/go-gitea/gitea/pull/21696 (releases), issues/569 (repositories); Forgejo has the same.
    if page.host not in ("codeberg.org", "gitea.com") or not page.parts:
        return
    if page.at(1):
        yield f"{page.site}/{path_of(page.at(0), page.at(1))}/releases.rss"
        yield f"{page.site}/{path_of(page.at(0), page.at(1))}.rss"
    else:
        yield f"{page.site}/{path_of(page.at(0))}.rss"


# -------------------------------------------------------------------------------------------------- talk and people


def _mastodon(page: SitePage) -> Iterator[str]:
    # https://docs.joinmastodon.org/user/network/#rss: a profile's address with .rss; Pixelfed and others do the same.
    if page.of("youtube.com", "medium.com", "tiktok.com", "threads.net", "substack.com"):
        return
    if _FEDIVERSE_NAME.match(page.at(0)):
        yield f"{page.site}/{page.at(0)}.rss"
    elif page.at(0) == "tags" and len(page.parts) == 2:
        yield f"{page.site}/{path_of('tags', page.at(1))}.rss"
    elif page.at(0) == "users" and len(page.parts) == 2:
        yield f"{page.site}/{path_of('users', page.at(1))}.rss"


def _bluesky(page: SitePage) -> Iterator[str]:
    # The alternate link of each profile's page.
    if page.host == "bsky.app" and page.at(0) == "profile" and page.at(1):
        yield f"https://bsky.app/{path_of('profile', page.at(1))}/rss"


def _reddit(page: SitePage) -> Iterator[str]:
    # https://www.reddit.com/wiki/rss: any page with .rss at its end.
    if not page.of("reddit.com"):
        return
    kind, name = page.at(0), page.at(1)
    if kind == "r" and _SUBREDDIT.match(name):
        if page.at(2) == "comments" and page.at(3):
            yield f"https://www.reddit.com/{path_of('r', name, 'comments', page.at(3))}/.rss"
        elif page.at(2) in ("new", "top", "hot", "rising"):
            span = f"?t={quote(page.query['t'], safe='')}" if "t" in page.query else ""
            yield f"https://www.reddit.com/{path_of('r', name, page.at(2))}/.rss{span}"
        yield f"https://www.reddit.com/{path_of('r', name)}/.rss"
    elif kind in ("u", "user") and name:
        if page.at(2) == "m" and page.at(3):
            yield f"https://www.reddit.com/{path_of('user', name, 'm', page.at(3))}/.rss"
        else:
            yield f"https://www.reddit.com/{path_of('user', name)}/.rss"
    elif not page.parts:
        yield "https://www.reddit.com/.rss"


def _hacker_news(page: SitePage) -> Iterator[str]:
    # The link of its front page; the other lists and people by https://hnrss.github.io/
    if page.host != "news.ycombinator.com":
        return
    if page.at(0) in ("", "news", "front"):
        yield "https://news.ycombinator.com/rss"
    elif page.at(0) in ("newest", "ask", "show", "jobs", "best", "newcomments"):
        yield f"https://hnrss.org/{page.at(0)}"
    elif page.at(0) in ("user", "submitted") and page.query.get("id"):
        yield f"https://hnrss.org/submitted?id={quote(page.query['id'], safe='')}"
    elif page.at(0) == "item" and page.query.get("id"):
        yield f"https://hnrss.org/item?id={quote(page.query['id'], safe='')}"


def _stack_exchange(page: SitePage) -> Iterator[str]:
    # The feed links at the foot of its pages: a site, a tag, a question, a person.
    if not page.of("stackexchange.com", *_STACK_HOSTS):
        return
    if page.at(0) == "questions" and page.at(1) == "tagged" and page.at(2):
        yield f"{page.site}/feeds/tag?tagnames={quote(page.at(2), safe='+')}&sort=newest"
    elif page.at(0) == "questions" and NUMBER.match(page.at(1)):
        yield f"{page.site}/feeds/question/{page.at(1)}"
    elif page.at(0) == "users" and NUMBER.match(page.at(1)):
        yield f"{page.site}/feeds/user/{page.at(1)}"
    else:
        yield f"{page.site}/feeds"


def _lemmy(page: SitePage) -> Iterator[str]:
    # The feed links of Lemmy's own pages: communities and people.
    if page.host.startswith("lemmy.") and page.at(0) in ("c", "u") and page.at(1):
        yield f"{page.site}/feeds/{path_of(page.at(0), page.at(1))}.xml?sort=New"


def _douban(page: SitePage) -> Iterator[str]:
    # The feed link of a person's page.
    if page.of("douban.com") and page.at(0) == "people" and page.at(1):
        yield f"https://www.douban.com/feed/people/{path_of(page.at(1))}/interests"


# ----------------------------------------------------------------------------------------------- blogs and articles


def _medium(page: SitePage) -> Iterator[str]:
    # Medium's help centre, "Using RSS feeds of profiles, publications, and topics": /feed before the path.
    if page.host == "medium.com":
        if page.at(0) == "tag" and page.at(1):
            yield f"https://medium.com/feed/{path_of('tag', page.at(1))}"
        elif page.at(0) and page.at(0) not in ("m", "feed", "me", "search"):
            yield f"https://medium.com/feed/{path_of(page.at(0))}"
    elif page.of("medium.com"):
        yield f"{page.site}/feed"


def _substack(page: SitePage) -> Iterator[str]:
    # Substack's help centre, "Is there an RSS feed for my publication?": /feed behind its address.
    if page.host == "substack.com":
        if _HANDLE.match(page.at(0)):
            yield f"https://{quote(page.at(0)[1:].lower(), safe='')}.substack.com/feed"
    elif page.of("substack.com"):
        yield f"{page.site}/feed"


def _wordpress(page: SitePage) -> Iterator[str]:
    # https://wordpress.org/documentation/article/wordpress-feeds/: the site, a category, a tag, an author.
    if page.at(0) in ("category", "tag", "author") and page.at(1):
        yield f"{page.site}/{path_of(*page.parts[:3] if page.at(0) == 'category' else page.parts[:2])}/feed/"
    if page.of("wordpress.com") and page.host != "wordpress.com":
        yield f"{page.site}/feed/"


def _blogspot(page: SitePage) -> Iterator[str]:
    # Blogger's help centre, "Add a site feed": /feeds/posts/default, and /-/ with a label.
    if not re.search(r"\.blogspot\.[a-z.]{2,6}\Z", page.host):
        return
    if page.at(0) == "search" and page.at(1) == "label" and page.at(2):
        yield f"{page.site}/feeds/posts/default/-/{path_of(page.at(2))}"
    yield f"{page.site}/feeds/posts/default"


def _tumblr(page: SitePage) -> Iterator[str]:
    # Tumblr's help centre, "RSS feeds": /rss behind a blog and behind a tag of it.
    if page.host == "tumblr.com":
        name = page.at(1) if page.at(0) == "blog" else page.at(0)
        if re.fullmatch(r"[a-z0-9-]{1,32}", name) and name not in ("explore", "dashboard", "search", "tagged", "login"):
            yield f"https://{name}.tumblr.com/rss"
    elif page.of("tumblr.com"):
        if page.at(0) == "tagged" and page.at(1):
            yield f"{page.site}/{path_of('tagged', page.at(1))}/rss"
        yield f"{page.site}/rss"


def _dev_blogs(page: SitePage) -> Iterator[str]:
    # The alternate links of their pages.
    if page.host == "dev.to":
        if page.at(0) == "t" and page.at(1):
            yield f"https://dev.to/feed/{path_of('tag', page.at(1))}"
        else:
            yield f"https://dev.to/feed/{path_of(page.at(0))}" if page.parts else "https://dev.to/feed"
    elif page.host == "write.as" and page.at(0):
        yield f"https://write.as/{path_of(page.at(0))}/feed/"
    elif page.of("bearblog.dev") and page.host != "bearblog.dev":
        yield f"{page.site}/feed/"


def _chinese_blogs(page: SitePage) -> Iterator[str]:
    # The feed links of these sites' own pages.
    if page.host == "cnblogs.com" and page.at(0):
        yield f"https://feed.cnblogs.com/blog/u/{path_of(page.at(0))}/rss/"
    elif page.host == "blog.csdn.net" and page.at(0):
        yield f"https://rss.csdn.net/{path_of(page.at(0))}/rss/map"


# ------------------------------------------------------------------------------------------------ games and science


def _steam(page: SitePage) -> Iterator[str]:
    # The feed link of each game's page of news, and of each group's page.
    if not page.of("steampowered.com", "steamcommunity.com"):
        return
    number = page.at(2) if page.at(0) == "news" and page.at(1) == "app" else page.at(1)
    if page.at(0) in ("app", "news") and NUMBER.match(number):
        yield f"https://store.steampowered.com/feeds/news/app/{number}/"
    elif page.at(0) == "groups" and page.at(1):
        yield f"https://steamcommunity.com/groups/{path_of(page.at(1))}/rss/"
    elif page.at(0) == "news":
        yield "https://store.steampowered.com/feeds/news/"


def _arxiv(page: SitePage) -> Iterator[str]:
    # https://info.arxiv.org/help/rss.html (categories), https://info.arxiv.org/help/author_identifiers.html (authors)
    if not page.of("arxiv.org"):
        return
    if page.at(0) in ("list", "archive") and _ARXIV_CATEGORY.match(page.at(1)):
        yield f"https://rss.arxiv.org/atom/{page.at(1)}"
    elif page.at(0) == "a" and page.at(1):
        yield f"https://arxiv.org/a/{path_of(page.at(1).removesuffix('.atom'))}.atom2"


_RULES: Sequence[_Rule] = (
    _youtube_pages,
    _vimeo,
    _flickr,
    _github,
    _gitlab,
    _gitea,
    _mastodon,
    _bluesky,
    _reddit,
    _hacker_news,
    _stack_exchange,
    _lemmy,
    _douban,
    _medium,
    _substack,
    _wordpress,
    _blogspot,
    _tumblr,
    _dev_blogs,
    _chinese_blogs,
    _steam,
    _arxiv,
)
