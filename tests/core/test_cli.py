"""The command line as scripts rely on it: every shape, every status, in real processes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reader import __version__
from tests.core.shell import CHECKOUT, Shell, environment, inkstone, refused, sentence
from tests.site import Site, png

ROW = ["id", "source", "title", "url", "date", "authors", "tags", "read", "bookmarked", "summary", "language"]
DOCUMENT = [
    "title",
    "date",
    "url",
    "authors",
    "tags",
    "language",
    "html",
    "text",
    "lead_image",
    "images",
    "links",
    "removed",
    "warnings",
]
FEED = ["format", "encoding", "title", "url", "description", "language", "articles", "warnings"]
ENTRY = ["id", "url", "title", "authors", "published", "updated", "html", "summary", "tags", "enclosures", "language"]
SOURCE = ["id", "kind", "title", "address", "folder", "unread", "total", "checked", "succeeded", "error", "failures"]
HEALTH = [*SOURCE, "retired", "next_try", "mean_interval_s", "silent", "failing"]
IMAGE = ["url", "media_type", "width", "height", "bytes", "from_cache", "referer"]
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")

POSTS = {
    "first.md": (
        "---\ntitle: The first post\ndate: 2024-05-06 07:08:09\ntags: [ink, stone]\nauthor: Mia\nlang: en\n---\n\n"
        "A **lamp** in the window.\n\n![A picture](pictures/lamp.png)\n\n<script>alert(1)</script>\n"
    ),
    '“quoted” it\'s "so".md': "---\ntitle: Quoted\ndate: 2024-05-07\n---\n\nText of the quoted one.\n",
    "🪶 feather.md": "---\ntitle: 🪶 Feather\ndate: 2024-05-08\ntags: [ink]\n---\n\nText with a feather.\n",
    "中文 文章.md": "---\ntitle: 山中的灯\ndate: 2024-05-09\n---\n\n山中有一盏灯，照着窗户。\n",
    "ends.md": '---\ntitle: "Line\u2028para\u2029next\x85end"\ndate: 2024-05-10\n---\n\nA\u2028B\u2029C\x85D\n',
    "page.html": "<html><head><title>A page</title></head><body><p>Words of the page.</p></body></html>",
    "plain.txt": "Plain words.\n",
}

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>The feed</title><link>{home}</link><description>About it</description>
<language>en</language>
<item><title>One</title><link>{home}one</link><guid isPermaLink="false">tag:one</guid>
<pubDate>Mon, 06 May 2024 07:08:09 GMT</pubDate><category>ink</category>
<description>&lt;p&gt;The body &lt;img src="{home}lamp.png"&gt;&lt;/p&gt;</description>
<enclosure url="{home}a.mp3" type="audio/mpeg" length="1234"/></item>
<item><title>Two\u2028lines</title><link>{home}two</link><guid>{home}two</guid><description>Second</description></item>
</channel></rss>"""


def write_posts(folder: Path) -> Path:
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "lamp.png").write_bytes(png())
    for name, text in POSTS.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A library of the posts above, for tests that change nothing."""
    place = tmp_path_factory.mktemp('it\'s "kept" 🪶')
    shell = Shell(place / "library")
    assert shell.run("add", write_posts(place / "posts"), "--title", "Posts", "--folder", "Notes").returncode == 0
    return shell


@pytest.fixture
def own(kept: Shell, tmp_path: Path) -> Shell:
    """A copy of that library, for tests that change it."""
    shutil.copytree(kept.library, tmp_path / "library")
    return Shell(tmp_path / "library")


def ids(shell: Shell) -> dict[str, str]:
    return {row["title"]: row["id"] for row in shell.json("list")}


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


# --------------------------------------------------------------------------------------------- options and statuses


def test_options_stand_before_and_behind_the_command(kept: Shell) -> None:
    before = inkstone("--library", kept.library, "--json", "list", "--limit", "2")
    behind = inkstone("list", "--limit", "2", "--json", "--library", kept.library)
    named = inkstone("list", "--json", "--limit=2", env=environment(INKSTONE_LIBRARY=str(kept.library)))
    assert len(json.loads(before.stdout)) == 2
    assert before.stdout == behind.stdout == named.stdout


def test_version_and_help() -> None:
    done = inkstone("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Inkstone {__version__}\n", "")
    done = inkstone("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for command in [
        "open",
        "add",
        "sources",
        "remove",
        "rename",
        "refresh",
        "list",
        "show",
        "render",
        "parse",
        "search",
        "mark",
        "bookmark",
        "image",
    ]:
        assert re.search(rf"^ +{command} ", done.stdout, re.M), command
    assert inkstone("list", "--help").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["list", "--view", "never"],
        ["list", "--limit", "-1"],
        ["list", "--limit", "many"],
        ["show"],
        ["mark", "maybe", "x"],
        ["image", "https://a.example/x.png"],
        ["render"],
        ["export", "nothing", "-o", "x"],
        ["screenshot", "x.png", "--size", "big"],
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(tmp_path: Path, arguments: list[str]) -> None:
    refused(inkstone("--library", tmp_path / "l", *arguments), 2)


def test_a_missing_article_is_status_1(kept: Shell) -> None:
    assert refused(kept.run("show", "nosuchid"), 1) == "There is no article “nosuchid”."
    assert refused(kept.run("list", "--source", "none"), 1) == "There is no source “none”."
    assert refused(kept.run("add", "/no/such/folder"), 1) == "/no/such/folder cannot be read: it does not exist."
    assert refused(kept.run("add", "ftp://x/y"), 2) == "“ftp://x/y” cannot be followed: it is ftp, not http or https."
    assert refused(kept.run("add", CHECKOUT / "README.md"), 1).endswith("cannot be read: it is not a folder.")
    assert refused(kept.run("import", "/no/such.opml"), 1) == "/no/such.opml: no such file or directory."


def test_with_json_a_failure_is_a_document_too(kept: Shell) -> None:
    assert kept.json("show", "nosuchid", status=1) == {"error": "There is no article “nosuchid”."}
    assert kept.json("remove", "none", status=1) == {"error": "There is no source “none”."}
    wrong = kept.json("bookmark", ids(kept)["Quoted"], "--remove", "--tag", "x", status=2)
    assert wrong == {"error": "--remove goes without --tag and --note."}
    done = inkstone("--library", CHECKOUT / "README.md" / "no", "list", "--json")
    assert done.returncode == 3
    assert list(json.loads(done.stdout)) == ["error"]


def test_debug_adds_the_traceback(kept: Shell) -> None:
    done = kept.run("show", "nosuchid", "--debug")
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert done.stderr.endswith("inkstone: There is no article “nosuchid”.\n")


# ------------------------------------------------------------------------------------------------------- the library


def test_list_gives_the_newest_first(kept: Shell) -> None:
    rows = kept.json("list")
    dated = [row for row in rows if row["date"] and row["date"] < "2024-06"]
    assert [row["title"] for row in dated] == [
        "Line para next end", "山中的灯", "🪶 Feather", "Quoted", "The first post",
    ]  # fmt: skip
    assert [row["date"] for row in rows] == sorted((row["date"] for row in rows), reverse=True)
    for row in rows:
        assert list(row) == ROW
        assert RFC3339.match(row["date"])
        assert (row["source"], row["read"], row["bookmarked"]) == ("Posts", False, False)
    first = next(row for row in rows if row["title"] == "The first post")
    assert first["tags"] == ["ink", "stone"]
    assert first["authors"] == ["Mia"]
    assert first["language"] == "en"
    assert first["url"] is None
    assert first["summary"].startswith("A lamp in the window.")


def test_list_views_and_limits(own: Shell) -> None:
    by_title = ids(own)
    assert len(own.json("list", "--limit", "0")) == len(POSTS)
    assert len(own.json("list", "--limit", "3")) == 3
    assert own.json("list", "--limit", "3") == own.json("list", "--limit", "0")[:3]
    assert {row["title"] for row in own.json("list", "--tag", "ink")} == {"The first post", "🪶 Feather"}
    assert len(own.json("list", "--source", "Posts")) == len(POSTS)
    assert own.json("list", "--view", "bookmarks") == []
    assert own.json("list", "--view", "continue") == []
    assert own.json("mark", "read", by_title["Quoted"], by_title["A page"][:7]) == {"changed": 2, "failed": []}
    unread = own.json("list", "--view", "unread")
    assert len(unread) == len(POSTS) - 2
    assert not {"Quoted", "A page"} & {row["title"] for row in unread}
    # What has no date of its own has its file's: today.
    assert {row["title"] for row in own.json("list", "--view", "today")} >= {"A page"}
    assert own.json("mark", "unread", by_title["Quoted"]) == {"changed": 1, "failed": []}
    text = own.run("list", "--view", "unread").stdout.splitlines()
    assert len(text) == len(POSTS) - 1
    assert all(re.match(r"\w{8} • {2}\d{4}-\d\d-\d\d \d\d:\d\d  .+  — Posts\Z", line) for line in text), text


def test_mark_does_what_it_can(own: Shell) -> None:
    done = own.run("mark", "read", "nosuchid", ids(own)["Quoted"], "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "changed": 1,
        "failed": [{"id": "nosuchid", "error": "There is no article “nosuchid”."}],
    }
    assert sentence(done.stderr) == "There is no article “nosuchid”."


def test_bookmark_with_tags_and_a_note(own: Shell) -> None:
    article = ids(own)["Quoted"]
    row = own.json("bookmark", article, "--tag", "keep", "--tag", "灯", "--note", "Why: it's “so”")
    assert list(row) == ROW
    assert row["bookmarked"] is True
    assert [row["id"] for row in own.json("list", "--view", "bookmarks")] == [article]
    assert [row["id"] for row in own.json("list", "--tag", "灯")] == [article]
    assert (
        refused(own.run("bookmark", article, "--remove", "--tag", "x"), 2) == "--remove goes without --tag and --note."
    )
    assert own.json("bookmark", article, "--remove")["bookmarked"] is False
    assert own.json("list", "--view", "bookmarks") == []
    refused(own.run("bookmark", "nosuchid"), 1)


def test_the_users_tags_and_note_are_shown(own: Shell) -> None:
    article = ids(own)["The first post"]
    own.json("bookmark", article, "--tag", "keep", "--tag", "ink", "--note", "Why: it's “so”")
    for rows in (own.json("list", "--tag", "keep"), own.json("search", "lamp"), [own.json("show", article)]):
        assert rows[0]["tags"] == ["ink", "stone", "keep"]
    assert own.run("show", article).stdout.endswith("\n\nNote: Why: it's “so”\n")
    assert "Note: " in own.run("show", article, "--format", "markdown").stdout
    assert "Note: " not in own.run("show", article, "--format", "html").stdout


def test_sources_are_renamed_and_removed_and_bookmarks_stay(own: Shell) -> None:
    (source,) = own.json("sources")
    assert list(source) == HEALTH
    assert (source["kind"], source["title"], source["total"], source["unread"]) == ("folder", "Posts", 7, 7)
    assert RFC3339.match(source["checked"])
    assert own.json("rename", source["id"][:6], "Neue “Posts” 🪶")["title"] == "Neue “Posts” 🪶"
    article = ids(own)["Quoted"]
    own.json("bookmark", article)
    assert own.json("remove", "Neue “Posts” 🪶")["id"] == source["id"]
    assert [row["id"] for row in own.json("list")] == [article]
    assert own.json("show", article)["text"] == "Text of the quoted one."
    refused(own.run("remove", "Neue “Posts” 🪶"), 1)


def test_show_in_every_format(kept: Shell) -> None:
    article = ids(kept)["The first post"]
    shown = kept.json("show", article)
    assert list(shown) == DOCUMENT
    assert (shown["title"], shown["date"][:10]) == ("The first post", "2024-05-06")
    assert (shown["authors"], shown["tags"], shown["language"]) == (["Mia"], ["ink", "stone"], "en")
    assert shown["removed"]["script"] == 1
    assert "<strong>lamp</strong>" in shown["html"]
    assert "alert" not in shown["html"] + shown["text"]
    (image,) = shown["images"]
    assert list(image) == ["src", "url", "alt", "width", "height"]
    assert image["src"] == f"reader://image/{article}/0"
    assert f'src="{image["src"]}"' in shown["html"]
    assert image["url"].startswith("file:")
    assert image["url"].endswith("/pictures/lamp.png")
    assert image["alt"] == "A picture"
    raw = kept.run("show", article, "--format", "raw").stdout
    assert raw == POSTS["first.md"]
    assert kept.run("show", article, "--format", "html").stdout == shown["html"].rstrip("\n") + "\n"
    text = kept.run("show", article).stdout
    assert text == kept.run("show", article[:10], "--format", "text").stdout
    assert text.startswith("The first post\n\nA lamp in the window.")
    markdown = kept.run("show", article, "--format", "markdown").stdout
    assert markdown.startswith("# The first post\n\nA **lamp** in the window.")
    assert f"![A picture](<{image['url']}>)" in markdown


def test_search_marks_the_matches(kept: Shell) -> None:
    (hit,) = kept.json("search", "lamp")
    assert list(hit) == [*ROW, "snippet", "score"]
    assert "\ue001lamp\ue002" in hit["snippet"]
    assert isinstance(hit["score"], float)
    (hit,) = kept.json("search", "山中")
    assert "\ue001山中\ue002" in hit["snippet"]
    assert len(kept.json("search", "text", "--limit", "1")) == 1
    assert len(kept.json("search", "text", "--limit", "0")) >= 2
    for odd in ['"', "NEAR(", "", "\ue001"]:
        assert isinstance(kept.json("search", odd), list), odd
    plain = kept.run("search", "lamp").stdout
    assert "lamp in the window" in plain
    assert not re.search("[\ue000-\ue002\x1b]", plain)


def test_each_document_is_one_line(kept: Shell) -> None:
    for arguments in (["list"], ["search", "A"], ["show", ids(kept)["The first post"]], ["sources"]):
        done = kept.run("--json", *arguments)
        assert len(done.stdout.splitlines()) == 1  # splitlines knows U+0085, U+2028 and U+2029 too
    raw = inkstone("render", "--json", "ends.md", cwd=kept.library.parent / "posts").stdout
    assert len(raw.splitlines()) == 1
    assert "\\u2028" in raw


# ----------------------------------------------------------------------------------------------- without a library


def test_render_several_files_of_which_one_fails(kept: Shell) -> None:
    posts = kept.library.parent / "posts"
    names = ["first.md", "nosuch.md", "🪶 feather.md", '“quoted” it\'s "so".md', "page.html", "plain.txt"]
    done = inkstone("render", "--json", *names, cwd=posts, env=environment(HOME="/nonexistent"))
    assert done.returncode == 1
    documents = lines(done.stdout)
    assert [list(each) for each in documents] == [DOCUMENT, ["file", "error"], *[DOCUMENT] * 4]
    assert documents[1]["file"] == "nosuch.md"
    assert documents[1]["error"] == sentence(done.stderr)
    assert "nosuch.md cannot be read: " in documents[1]["error"]
    titles = [each.get("title") for each in documents]
    assert titles == ["The first post", None, "🪶 Feather", "Quoted", "A page", "Plain words."]
    assert documents[0]["images"][0]["src"] == "reader://image/-/0"
    assert "<p>Words of the page.</p>" in documents[4]["html"]
    assert not (posts / "library.sqlite3").exists()
    one = inkstone("render", "first.md", "--format", "text", cwd=posts)
    assert (one.returncode, one.stderr) == (0, "")
    assert one.stdout.startswith("The first post\n\nA lamp")
    assert "<strong>lamp</strong>" in inkstone("render", "first.md", cwd=posts).stdout


def test_render_takes_the_kinds_of_files_that_it_names(tmp_path: Path) -> None:
    for name in ("a.MD", "b.png", "c", "d.xhtml"):
        (tmp_path / name).write_text("Words", encoding="utf-8")
    done = inkstone("render", "--json", "a.MD", "b.png", "c", ".", "d.xhtml", cwd=tmp_path)
    assert done.returncode == 1
    documents = lines(done.stdout)
    assert [list(each) for each in documents] == [DOCUMENT, *[["file", "error"]] * 3, DOCUMENT]
    assert documents[1]["error"] == (
        "b.png cannot be read: it is no kind of file that is rendered "
        "(.htm, .html, .markdown, .md, .mdx, .org, .rmd, .txt, .xhtml)."
    )


def test_what_is_large_is_read_within_the_workers_limits(tmp_path: Path) -> None:
    (tmp_path / "long.md").write_text("A *word*.\n\n" * 20_000, encoding="utf-8")
    (tmp_path / "small.md").write_text("Small.", encoding="utf-8")
    with open(tmp_path / "huge.xml", "wb") as file:
        file.truncate(64 * 2**20 + 1)
    items = "<item><link>https://a.example/</link></item>" * 5000
    (tmp_path / "long.xml").write_text(f"<rss><channel>{items}</channel></rss>", encoding="utf-8")
    rendered = lines(inkstone("render", "--json", "long.md", "small.md", cwd=tmp_path).stdout)
    assert rendered[0]["text"].count("A word.") == 20_000
    assert rendered[1]["text"] == "Small."
    done = inkstone("parse", "--json", "huge.xml", "long.xml", cwd=tmp_path)
    refused_one, parsed = lines(done.stdout)
    assert refused_one == {"file": "huge.xml", "error": "huge.xml: it is larger than 64 MB."}
    assert (done.returncode, len(parsed["articles"])) == (1, 5000)


def test_parse_several_feeds_of_which_some_fail(tmp_path: Path, site: Site) -> None:
    (tmp_path / "feed 🪶.xml").write_text(RSS.format(home="https://a.example/"), encoding="utf-8")
    (tmp_path / "page.html").write_text("<html><body>No feed</body></html>", encoding="utf-8")
    address = site.add("/feed", RSS.format(home=site.url("/")), content_type="application/rss+xml")
    missing = site.url("/none")
    done = inkstone("parse", "--json", "feed 🪶.xml", "page.html", address, missing, "nosuch.xml", cwd=tmp_path)
    assert done.returncode == 1
    documents = lines(done.stdout)
    failed = ["file", "error"]
    assert [list(each) for each in documents] == [FEED, failed, FEED, failed, failed]
    assert [each.get("file") for each in documents] == [None, "page.html", None, missing, "nosuch.xml"]
    assert done.stderr.count("\n") == 3
    assert "Traceback" not in done.stderr
    feed = documents[0]
    assert (feed["format"][:3].lower(), feed["encoding"].lower()) == ("rss", "utf-8")
    assert (feed["title"], feed["url"], feed["description"]) == ("The feed", "https://a.example/", "About it")
    one, two = feed["articles"]
    assert list(one) == list(two) == ENTRY
    assert (one["id"], one["url"], one["title"]) == ("tag:one", "https://a.example/one", "One")
    assert (one["published"], one["tags"]) == ("2024-05-06T07:08:09Z", ["ink"])
    assert one["html"] == '<p>The body <img src="https://a.example/lamp.png"></p>'
    assert one["enclosures"] == [{"url": "https://a.example/a.mp3", "type": "audio/mpeg", "length": 1234}]
    assert two["published"] is None
    assert site.hits("/feed") == 1


def test_parse_with_a_base_and_a_content_type(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    text = "<rss><channel><title>\u043c\u0438\u0440</title><item><link>one</link></item></channel></rss>"
    feed.write_bytes(text.encode("cp1251"))
    done = inkstone(
        "parse", feed, "--json", "--base", "https://a.example/x/", "--content-type", "text/xml; charset=windows-1251"
    )
    (read,) = lines(done.stdout)
    assert read["title"] == "мир"
    assert read["articles"][0]["url"] == "https://a.example/x/one"


# ------------------------------------------------------------------------------------------------------------ feeds


def test_a_feed_is_followed_refreshed_and_shown(tmp_path: Path, site: Site) -> None:
    shell = Shell(tmp_path / "library")
    site.add("/", '<link rel="alternate" type="application/rss+xml" href="/feed"><p>A home page</p>')
    site.add("/feed", RSS.format(home=site.url("/")), content_type="application/rss+xml", etag='"1"')
    source = shell.json("add", site.url("/"), "--folder", "News")
    assert list(source) == SOURCE
    assert (source["kind"], source["title"], source["folder"]) == ("feed", "The feed", "News")
    assert (source["address"], source["total"]) == (site.url("/feed"), 2)
    rows = shell.json("list")
    assert [row["title"] for row in rows if row["url"].endswith("one")] == ["One"]
    assert shell.json("refresh", "--all") == {"updated": [], "unchanged": ["The feed"], "failed": []}
    site.add("/feed", RSS.replace("Second", "Second, changed").format(home=site.url("/")), etag='"2"')
    assert shell.json("refresh") == {"updated": [], "unchanged": [], "failed": []}  # not due yet
    assert shell.json("refresh", source["id"])["updated"] == [{"source": "The feed", "new": 0, "changed": 1}]
    assert [row["id"] for row in shell.json("list")] == [row["id"] for row in rows]
    assert shell.run("refresh", "--all").stdout == "1 source: 0 new articles, 0 changed, 0 failed\n"
    site.add("/feed", "gone", status=404)
    done = shell.run("refresh", "nosuch", "The feed", "--json")
    assert done.returncode == 1
    said = f"The server answered “404 Not Found” for {site.url('/feed')}."
    assert json.loads(done.stdout) == {
        "updated": [],
        "unchanged": [],
        "failed": [
            {"source": "nosuch", "error": "There is no source “nosuch”."},
            {"source": "The feed", "error": said},
        ],
    }
    assert done.stderr == f"inkstone: There is no source “nosuch”.\ninkstone: The feed: {said}\n"
    (source,) = shell.json("sources")
    assert (source["error"], source["failures"], source["total"]) == (said, 1, 2)
    assert "! " in shell.run("sources").stdout


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "library")
    write_posts(tmp_path / "posts")
    with open(tmp_path / "posts" / "huge.md", "wb") as file:
        file.truncate(21 << 20)
    for arguments in (["add", tmp_path / "posts"], ["refresh", "--all"]):
        done = shell.run(*arguments)
        assert done.returncode == 1
        assert sentence(done.stderr) == "posts: huge.md cannot be read: it is larger than 20 MB."
    assert len(shell.json("list")) == len(POSTS)


def test_what_is_no_feed_is_not_followed(tmp_path: Path, site: Site) -> None:
    shell = Shell(tmp_path / "library")
    site.add("/", "<p>A page without a feed</p>")
    assert site.url("/") in refused(shell.run("add", site.url("/")), 1)
    assert "404" in refused(shell.run("add", site.url("/none")), 1)
    long = site.add("/" + "long" * 100, RSS.format(home=site.url("/")))
    assert shell.json("sources") == []
    assert shell.json("add", long)["total"] == 2


def test_a_picture_is_private_only_where_a_person_said_so(tmp_path: Path, site: Site) -> None:
    shell = Shell(tmp_path / "library")
    with Site("127.0.0.2") as other:
        for each in (site, other):
            each.add("/lamp.png", png(8, 6), content_type="image/png")
        site.add("/feed", RSS.format(home=site.url("/")))
        shell.json("add", site.url("/feed"))
        article = ids(shell)["One"]
        file = tmp_path / "a picture 🪶.png"
        typed = shell.json("image", other.url("/lamp.png"), "-o", file)
        assert list(typed) == IMAGE
        assert file.read_bytes() == png(8, 6)
        assert typed == {
            "url": other.url("/lamp.png"), "media_type": "image/png", "width": 8, "height": 6,
            "bytes": len(png(8, 6)), "from_cache": False, "referer": typed["referer"],
        }  # fmt: skip
        assert shell.json("image", other.url("/lamp.png"), "-o", file, "--force")["from_cache"] is True
        own = shell.json("image", site.url("/lamp.png"), "-o", file, "--force", "--article", article)
        assert own["from_cache"] is False
        hits = other.hits() + site.hits()
        file.unlink()
        for arguments in (
            [other.url("/b.png"), "--article", article],
            [site.url("/b.png"), "--article", site.url("/one")],
        ):
            assert "may not be contacted" in refused(shell.run("image", "-o", file, *arguments), 1)
        assert other.hits() + site.hits() == hits
        assert not file.exists()
        assert "no longer on" in refused(shell.run("image", site.url("/none.png"), "-o", file), 1)


def test_lists_of_feeds_come_in_and_go_out(tmp_path: Path, own: Shell, site: Site) -> None:
    site.add("/feed", RSS.format(home=site.url("/")))
    file = tmp_path / 'my "list" 🪶.txt'
    file.write_text(
        f'<opml><body><outline text="News"><outline text="Mine & yours" xmlUrl="{site.url("/feed")}"/></outline>'
        f'<outline xmlUrl="https://b.example/"/><outline xmlUrl="nothing"/></body></opml>',
        encoding="utf-8",
    )
    done = own.run("import", file, "--json")
    assert done.returncode == 0
    came = json.loads(done.stdout)
    assert list(came) == ["added", "existing", "warnings"]
    assert [(each["title"], each["folder"], each["checked"]) for each in came["added"]] == [
        ("Mine & yours", "News", None),
        ("https://b.example/", None, None),
    ]
    assert came["existing"] == 0
    assert len(came["warnings"]) == 2
    assert done.stderr.count(f"inkstone: {file}: line 1: ") == 2
    assert site.hits() == 0
    again = own.run("import", file)
    assert again.stdout == "0 feeds added, 2 were followed already; the next refresh fetches them\n"
    # An address of the own network that stands in a list is asked: whoever took the list in saw it there.
    assert own.json("refresh", "Mine & yours")["updated"] == [{"source": "Mine & yours", "new": 2, "changed": 0}]
    assert own.json("add", site.url("/feed"))["title"] == "Mine & yours"
    site.add("/feed", RSS.replace("Second", "Changed").format(home=site.url("/")))
    assert own.json("refresh", "Mine & yours")["updated"] == [{"source": "Mine & yours", "new": 0, "changed": 1}]
    out = tmp_path / "out.opml"
    done = own.run("export", "opml", "-o", out, "--json")
    assert json.loads(done.stdout) == {"file": str(out), "feeds": 2, "left_out": 1}
    assert sentence(done.stderr) == "1 watched folder is not in the list: it holds feeds only."
    other = Shell(tmp_path / "other")
    done = other.run("import", out, "--json")
    assert [each["title"] for each in json.loads(done.stdout)["added"]] == ["Mine & yours", "https://b.example/"]
    assert sentence(done.stderr) == (
        f"1 of the feeds stands on your own network, and it will be asked there ({site.url('/feed')})."
    )
    assert other.json("sources")[0]["folder"] == "News"
    before = out.read_bytes()
    assert refused(own.run("export", "opml", "-o", out), 2) == f"{out} is there already; --force replaces it."
    assert out.read_bytes() == before
    assert own.run("export", "opml", "-o", out, "--force").returncode == 0
    assert "no OPML" in refused(own.run("import", CHECKOUT / "pyproject.toml"), 1)
    assert "no such file" in refused(own.run("export", "opml", "-o", tmp_path / "no" / "x"), 1)


def test_secrets_are_kept_and_not_shown(tmp_path: Path, site: Site) -> None:
    shell = Shell(tmp_path / "library")
    site.add("/feed", RSS.format(home=site.url("/")))
    typed = f"http://mia:s3cret@{site.netloc}/feed?token=t0ken&page=2"
    env = environment(PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    done = shell.run("add", typed, "--json", env=env)
    source = json.loads(done.stdout)
    assert source["address"] == site.url("/feed?token=***&page=2")
    assert "keyring does not take the password" in sentence(done.stderr)
    assert site.requests[0].headers["authorization"] == "Basic bWlhOnMzY3JldA=="
    assert site.requests[0].path == "/feed?token=t0ken&page=2"
    out = tmp_path / "list.opml"
    assert "secrets are starred in the list, in 1 of" in shell.run("export", "opml", "-o", out).stderr
    said = out.read_text(encoding="utf-8") + shell.run("sources").stdout + shell.run("sources", "--json").stdout
    site.add("/feed", "gone", status=404)
    done = shell.run("refresh", "--all", env=env)
    assert "404" in done.stderr
    said += done.stderr + done.stdout + (tmp_path / "library" / "log" / "inkstone.log").read_text(encoding="utf-8")
    for secret in ("t0ken", "s3cret"):
        assert secret not in said
    assert not any(b"s3cret" in file.read_bytes() for file in shell.library.rglob("*") if file.is_file())
    # The list is one's own again: what was starred is recognised.
    came = shell.json("import", out)
    assert (came["added"], came["existing"]) == ([], 1)
    assert "without its secret" in Shell(tmp_path / "other").run("import", out).stderr
    assert shell.run("export", "opml", "-o", out, "--force", "--with-secrets").stderr == ""
    assert "token=t0ken" in out.read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------------- the outside


@pytest.mark.skipif(os.name == "nt", reason="the system has no such signals or rights")
def test_a_library_is_for_its_user_alone(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "far" / "library")
    shell.json("sources")
    made = [path for path in shell.library.rglob("*") if path.is_dir()]
    assert {path.stat().st_mode & 0o077 for path in (shell.library, *made)} == {0}


def test_a_reader_that_goes_away_is_no_error(kept: Shell) -> None:
    for arguments in (["list"], ["list", "--json"], ["show", ids(kept)["The first post"]]):
        process = subprocess.Popen(
            [sys.executable, "-m", "reader", "--library", str(kept.library), *arguments],
            cwd=CHECKOUT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        with process.stderr:
            assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_one_sentence(kept: Shell) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "reader", "--library", str(kept.library), "list"],
            cwd=CHECKOUT, env=environment(), stdout=full, stderr=subprocess.PIPE, encoding="utf-8", timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert sentence(done.stderr).lower() == "no space left on device."


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "latin-1"}]
)
def test_the_locale_does_not_matter(kept: Shell, locale: dict[str, str]) -> None:
    env = {key: value for key, value in environment(**locale).items() if key != "LANG"}
    posts = kept.library.parent / "posts"
    for arguments in (["list"], ["list", "--json"], ["search", "feather"]):
        assert "🪶" in kept.run(*arguments, env=env).stdout
    if locale.get("PYTHONUTF8") != "0":
        done = inkstone("render", "--json", "🪶 feather.md", "中文 文章.md", cwd=posts, env=env)
        assert [each["title"] for each in lines(done.stdout)] == ["🪶 Feather", "山中的灯"]
    done = kept.run("show", "nosuch-é", env=env)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are bytes on Linux only")
def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/bad\xff.md"
    with open(name, "wb") as file:
        file.write(b"---\ntitle: Odd name\n---\n\nWords.\n")
    done = inkstone("render", "--json", os.fsdecode(name), tmp_path / "none.md")
    assert [each.get("title") for each in lines(done.stdout)] == ["Odd name", None]
    shell = Shell(tmp_path / "library")
    shell.run("add", tmp_path)
    assert shell.run("list").returncode == 0


def test_titles_cannot_steer_the_terminal(tmp_path: Path) -> None:
    posts = tmp_path / "posts"
    posts.mkdir()
    (posts / "a.html").write_text("<title>Red \x1b[31m\u202ebackwards\x07</title><p>x</p>", encoding="utf-8")
    shell = Shell(tmp_path / "library")
    assert shell.run("add", posts).returncode == 0
    assert not re.search("[\x1b\x07\u202e]", shell.run("list").stdout + shell.run("search", "red").stdout)
