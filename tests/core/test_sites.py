from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.sources.routes import routes
from reader.sources.sites import feeds, feeds_in_page

CHANNEL = "UC" + "a1_-" * 5 + "xy"
VIDEOS = "https://www.youtube.com/feeds/videos.xml"


@pytest.mark.parametrize(
    ("page", "first"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", f"{VIDEOS}?channel_id={CHANNEL}"),
        ("https://m.youtube.com/user/Someone", f"{VIDEOS}?user=Someone"),
        ("https://www.youtube.com/playlist?list=PL1a&si=x", f"{VIDEOS}?playlist_id=PL1a"),
        ("https://www.youtube.com/watch?v=abc&list=PL1a", f"{VIDEOS}?playlist_id=PL1a"),
        ("https://vimeo.com/someone", "https://vimeo.com/someone/videos/rss"),
        ("https://vimeo.com/channels/short", "https://vimeo.com/channels/short/videos/rss"),
        ("https://github.com/Some/thing", "https://github.com/Some/thing/releases.atom"),
        ("https://github.com/some/thing.git", "https://github.com/some/thing/releases.atom"),
        ("https://github.com/some/thing/releases", "https://github.com/some/thing/releases.atom"),
        ("https://github.com/some/thing/tags", "https://github.com/some/thing/tags.atom"),
        ("https://github.com/some/thing/commits/v1/docs", "https://github.com/some/thing/commits/v1/docs.atom"),
        ("https://github.com/some/thing/commits", "https://github.com/some/thing/commits.atom"),
        ("https://github.com/some", "https://github.com/some.atom"),
        ("https://gitlab.com/group/sub/project", "https://gitlab.com/group/sub/project/-/releases.atom"),
        ("https://gitlab.com/g/p/-/commits/main", "https://gitlab.com/g/p/-/commits/main?format=atom"),
        ("https://gitlab.gnome.org/GNOME/gtk", "https://gitlab.gnome.org/GNOME/gtk/-/releases.atom"),
        ("https://codeberg.org/a/b", "https://codeberg.org/a/b/releases.rss"),
        ("https://social.example/@name", "https://social.example/@name.rss"),
        ("https://social.example/tags/birds", "https://social.example/tags/birds.rss"),
        ("https://bsky.app/profile/a.example", "https://bsky.app/profile/a.example/rss"),
        ("https://old.reddit.com/r/a+b/", "https://www.reddit.com/r/a+b/.rss"),
        ("https://www.reddit.com/r/a/top/?t=week", "https://www.reddit.com/r/a/top/.rss?t=week"),
        ("https://www.reddit.com/r/a/comments/1x/t/", "https://www.reddit.com/r/a/comments/1x/.rss"),
        ("https://www.reddit.com/u/me", "https://www.reddit.com/user/me/.rss"),
        ("https://news.ycombinator.com", "https://news.ycombinator.com/rss"),
        ("https://news.ycombinator.com/newest", "https://hnrss.org/newest"),
        ("https://news.ycombinator.com/user?id=a b", "https://hnrss.org/submitted?id=a%20b"),
        (
            "https://stackoverflow.com/questions/tagged/c%2b%2b",
            "https://stackoverflow.com/feeds/tag?tagnames=c++&sort=newest",
        ),
        ("https://tex.stackexchange.com/questions/12/x", "https://tex.stackexchange.com/feeds/question/12"),
        ("https://medium.com/@name", "https://medium.com/feed/@name"),
        ("https://medium.com/tag/birds", "https://medium.com/feed/tag/birds"),
        ("https://name.medium.com/", "https://name.medium.com/feed"),
        ("https://name.substack.com/p/post", "https://name.substack.com/feed"),
        ("https://substack.com/@Name", "https://name.substack.com/feed"),
        ("https://blog.example/category/a/b", "https://blog.example/category/a/b/feed/"),
        ("https://name.wordpress.com/2024/", "https://name.wordpress.com/feed/"),
        ("https://name.blogspot.co.uk/2024/01/x.html", "https://name.blogspot.co.uk/feeds/posts/default"),
        (
            "https://name.blogspot.com/search/label/Two%20words",
            "https://name.blogspot.com/feeds/posts/default/-/Two%20words",
        ),
        ("https://name.tumblr.com/tagged/birds", "https://name.tumblr.com/tagged/birds/rss"),
        ("https://www.tumblr.com/name", "https://name.tumblr.com/rss"),
        ("https://store.steampowered.com/app/440/X/", "https://store.steampowered.com/feeds/news/app/440/"),
        ("https://store.steampowered.com/news/app/440", "https://store.steampowered.com/feeds/news/app/440/"),
        ("https://arxiv.org/list/cs.CL/recent", "https://rss.arxiv.org/atom/cs.CL"),
        ("https://dev.to/t/python", "https://dev.to/feed/tag/python"),
        ("https://www.cnblogs.com/name", "https://feed.cnblogs.com/blog/u/name/rss/"),
        ("https://www.douban.com/people/name/", "https://www.douban.com/feed/people/name/interests"),
    ],
)
def test_feeds_of_known_sites(page: str, first: str) -> None:
    assert feeds(page)[0] == first


@pytest.mark.parametrize(
    ("page", "first"),
    [
        ("https://space.bilibili.com/2267573/video?x=1", "rsshub://bilibili/user/video/2267573"),
        ("https://live.bilibili.com/123", "rsshub://bilibili/live/room/123"),
        ("https://www.bilibili.com/bangumi/media/md28229899", "rsshub://bilibili/bangumi/media/28229899"),
        ("https://t.me/s/durov", "rsshub://telegram/channel/durov"),
        ("https://t.me/durov/12", "rsshub://telegram/channel/durov"),
        ("https://zhuanlan.zhihu.com/some-column", "rsshub://zhihu/zhuanlan/some-column"),
        ("https://www.zhihu.com/people/name/posts", "rsshub://zhihu/people/activities/name"),
        ("https://www.zhihu.com/question/59895982", "rsshub://zhihu/question/59895982"),
        ("https://weibo.com/u/1195230310", "rsshub://weibo/user/1195230310"),
        ("https://m.weibo.cn/profile/1195230310", "rsshub://weibo/user/1195230310"),
        ("https://x.com/name", "rsshub://twitter/user/name"),
        ("https://www.youtube.com/@name", "rsshub://youtube/user/@name"),
        ("https://github.com/a/b/issues", "rsshub://github/issue/a/b"),
        ("https://podcasts.apple.com/cn/podcast/x/id1559695855", "rsshub://apple/podcast/id1559695855"),
        ("https://www.douban.com/group/648102/", "rsshub://douban/group/648102"),
    ],
)
def test_routes_of_rsshub(page: str, first: str) -> None:
    assert routes(page)[0] == first


@pytest.mark.parametrize(
    "page",
    [
        "https://github.com/features/actions",
        "https://github.com/",
        "https://notgithub.com/a/b",
        "https://github.com.evil.example/a/b",
        "https://www.youtube.com/watch?v=abc",
        "https://x.com/home",
        "https://t.me/joinchat",
        "https://example.org/a/b",
        "ftp://github.com/a/b",
        "http://[",
        "mailto:a@b.example",
        "",
    ],
)
def test_other_pages_have_no_rule(page: str) -> None:
    assert feeds(page) == routes(page) == []


@pytest.mark.parametrize("data", [b'{"externalId":"%s"}', b'<meta itemprop="identifier" content="%s">'])
def test_the_channel_of_a_handle_stands_in_its_page(data: bytes) -> None:
    page = b"<html>" + data % CHANNEL.encode() + b'{"externalId":"UCanother_channel_00000000"}'
    assert feeds_in_page(page, "https://www.youtube.com/@name") == [f"{VIDEOS}?channel_id={CHANNEL}"]
    assert feeds_in_page(page, "https://example.org/@name") == []
    assert feeds_in_page(b"", "https://www.youtube.com/@name") == []


@given(
    st.sampled_from(
        ["github.com", "gitlab.com", "www.youtube.com", "www.reddit.com", "t.me", "medium.com", "x.com", "arxiv.org"]
    ),
    st.lists(st.text(max_size=12), max_size=6),
    st.text(max_size=20),
)
def test_rules_take_any_address(host: str, parts: list[str], query: str) -> None:
    url = f"https://{host}/{'/'.join(parts)}?{query}"
    for address in (*feeds(url), *routes(url)):
        assert address.startswith(("https://", "rsshub://"))
        assert address.isprintable()
        assert not any(part in (".", "..") for part in address.split("/"))
