"""Lists of feeds in and out: nothing lost, nothing obeyed, in bounded time."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.addresses import same_address
from reader.errors import ParseError
from reader.formats import opml
from reader.formats.opml import Subscription, Subscriptions
from reader.library import Library
from reader.model import Source, SourceKind
from reader.paths import in_folder

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


def listed(body: str, head: str = "<head><title>Mine</title></head>") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">{head}<body>{body}</body></opml>'.encode()


def saved(body: str, declared: str, encoding: str) -> bytes:
    return listed(body).decode().replace("UTF-8", declared).encode(encoding)


def urls(read: Subscriptions) -> list[str]:
    return [feed.url for feed in read.feeds]


def test_a_list_with_folders() -> None:
    read = opml.read(
        listed(
            """
            <outline text="News">
              <outline type="rss" text="One" title="The one" xmlUrl="https://a.example/1" htmlUrl="https://a.example/"/>
              <outline title="Far"><outline text="away">
                <outline title="Two" xmlurl="https://a.example/2"/>
              </outline></outline>
            </outline>
            <outline type="rss" text="Three" url="https://a.example/3"/>
            """
        )
    )
    assert read == Subscriptions(
        "Mine",
        (
            Subscription(
                "One", "https://a.example/1", "https://a.example/", "News", (("text", "One"), ("title", "The one"))
            ),
            Subscription("Two", "https://a.example/2", "", "News / Far / away"),
            Subscription("Three", "https://a.example/3"),
        ),
    )


def test_a_feed_with_feeds_inside_is_no_folder() -> None:
    read = opml.read(
        listed('<outline text="A" xmlUrl="https://a.example/"><outline xmlUrl="https://b.example/"/></outline>')
    )
    assert [(feed.title, feed.folder) for feed in read.feeds] == [("A", ""), ("", "")]


def test_what_is_listed_twice_comes_once_where_it_stands_first() -> None:
    feed = '<outline text="{}" xmlUrl="https://a.example/"/>'
    read = opml.read(listed(f'<outline text="F">{feed.format("One")}</outline>{feed.format("Two")}'))
    assert read.feeds == (Subscription("One", "https://a.example/", "", "F"),)
    assert read.warnings == ("one feed is listed twice",)


@pytest.mark.parametrize(
    ("outline", "said"),
    [
        ('<outline text="Links" type="link" url="https://a.example/more.opml"/>', "is a link and no feed"),
        ('<outline text="More" type="include" url="https://a.example/more.opml"/>', "is a include and no feed"),
        ('<outline text="Script" xmlUrl="python3 feed.py"/>', "“python3 feed.py” is not a web address"),
        ('<outline text="File" xmlUrl="file:///etc/passwd"/>', "“file:///etc/passwd” is not a web address"),
        ('<outline text="Bad" xmlUrl="http://[::1"/>', "“http://[::1” is not a web address"),
        ('<outline text="Only a thought"/>', "there is no feed in it"),
    ],
)
def test_what_is_no_feed_is_passed_over_and_named(outline: str, said: str) -> None:
    read = opml.read(listed("\n\n" + outline))
    assert read.feeds == ()
    assert said in read.warnings[0]
    assert ("line 4: " in read.warnings[0]) == ("“" in read.warnings[0])


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("feed://a.example/x", "https://a.example/x"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("itpc://a.example/x", "https://a.example/x"),
        ("//a.example/x", "http://a.example/x"),
        ("a.example:8080/x", "https://a.example:8080/x"),
        (" https://a.example/a b ", "https://a.example/a%20b"),
        ("rsshub://github/issue/x", "rsshub://github/issue/x"),
        ("HTTP://A.example/", "HTTP://A.example/"),
    ],
)
def test_addresses_as_people_write_them(typed: str, url: str) -> None:
    read = opml.read(listed(f'<outline xmlUrl="{typed}"/>'))
    assert urls(read) == [url]


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (listed('<outline text="é中" xmlUrl="https://a.example/"/>'), "é中"),
        (b"\xef\xbb\xbf" + listed('<outline text="é中" xmlUrl="https://a.example/"/>'), "é中"),
        (listed('<outline text="é中" xmlUrl="https://a.example/"/>').decode().encode("utf-16"), "é中"),
        (listed('<outline text="é中" xmlUrl="https://a.example/"/>').decode().encode("utf-16-le"), "é中"),
        # Declared as one thing, saved as another.
        (listed('<outline text="é中" xmlUrl="https://a.example/"/>').replace(b"UTF-8", b"ISO-8859-1"), "é中"),
        (saved('<outline text="“é”" xmlUrl="https://a.example/"/>', "latin1", "cp1252"), "“é”"),
        (saved('<outline text="中文博客" xmlUrl="https://a.example/"/>', "gb2312", "gbk"), "中文博客"),
        (saved('<outline text="中文博客，很多文字的名字" xmlUrl="https://a.example/"/>', "UTF-8", "gbk"),
         "中文博客，很多文字的名字"),
        (listed('<outline text="éééééé\xff" xmlUrl="//a.example/"/>').replace("ÿ".encode(), b"\xff"), "éééééé\ufffd"),
        (listed('<outline text="é" xmlUrl="https://a.example/"/>').replace(b"UTF-8", b"no-such-charset"), "é"),
    ],
)  # fmt: skip
def test_encodings_declared_and_true(data: bytes, title: str) -> None:
    assert [feed.title for feed in opml.read(data).feeds] == [title]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<outline text="Q & A" xmlUrl="https://a.example/?a=1&b=2&copy=3"/>', [("Q & A", "https://a.example/?a=1&b=2&copy=3")]),
        ('<outline text="&eacute;&nbsp;&#x4e2d;&unknown;" xmlUrl="https://a.example/"/>', [("é 中&unknown;", "https://a.example/")]),
        ('<outline text="He said "no" twice" xmlUrl="https://a.example/"/>', [('He said "no" twice', "https://a.example/")]),
        ('<outline text="A <b>bold</b> one" xmlUrl="https://a.example/"/>', [("A <b>bold</b> one", "https://a.example/")]),
        ('<outline text="A" xmlUrl="https://a.example/" tit\n<outline text="B" xmlUrl="https://b.example/"/>',
         [("A", "https://a.example/"), ("B", "https://b.example/")]),
        ('</outline></outline><outline text="A" xmlUrl="https://a.example/"/>', [("A", "https://a.example/")]),
        ('<outline text="A" xmlUrl=https://a.example/ /><outline text="B" xmlUrl="https://b.example/"/>',
         [("A", "https://a.example/"), ("B", "https://b.example/")]),
        ('<outline text="\x0bA\x00" xmlUrl="https://a.example/\x08"/>', [("A", "https://a.example/")]),
        ("<OUTLINE TEXT='A' XMLURL='https://a.example/'>", [("A", "https://a.example/")]),
        ('<!-- <outline xmlUrl="https://no.example/"/> --><outline text="A&" xmlUrl="https://a.example/"/>',
         [("A&", "https://a.example/")]),
    ],
)  # fmt: skip
def test_a_list_that_is_not_well_formed_loses_only_what_is_broken(body: str, expected: list[tuple[str, str]]) -> None:
    read = opml.read(listed(body))
    assert [(feed.title, feed.url) for feed in read.feeds] == expected
    assert read.title == "Mine"
    assert re.match(r"line [23]: not well-formed \(.+\); what could be read was read\Z", read.warnings[0])


def test_folders_survive_a_fault() -> None:
    read = opml.read(
        listed('<outline text="R&D"><outline xmlUrl="https://a.example/"/></outline><outline xmlUrl="//b.c"/>')
    )
    assert [feed.folder for feed in read.feeds] == ["R&D", ""]


@pytest.mark.parametrize("keep", range(0, 100, 7))
def test_a_list_cut_off_at_either_end(keep: int) -> None:
    whole = listed("".join(f'<outline text="{n}" xmlUrl="https://a.example/{n}"/>\n' for n in range(20)))
    cut = len(whole) * keep // 100
    for data in (whole[:cut], whole[cut:]):
        left = [m.decode() for m in re.findall(rb'<outline [^>]*xmlUrl="([^"]*)"/>', data)]
        if left:
            assert set(left) <= set(urls(opml.read(data)))


def test_a_list_without_a_head_or_a_body() -> None:
    assert urls(opml.read(b'<opml><outline text="A" xmlUrl="https://a.example/"/></opml>')) == ["https://a.example/"]
    assert opml.read(b"<opml/>") == Subscriptions(warnings=("there is no feed in it",))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\1\2" * 100,
        b"Just some text, with & and <.",
        b"<!DOCTYPE html><html><body><p>Nothing here.</p></body></html>",
        b'<rss version="2.0"><channel><title>A feed</title></channel></rss>',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match="no OPML list of feeds") as caught:
        opml.read(data, "list.opml")
    assert caught.value.where == "list.opml"


def test_a_list_too_large_is_refused() -> None:
    with pytest.raises(ParseError, match="larger than 20 MB"):
        opml.read(b" " * (opml.MAX_BYTES + 1))


def test_no_entity_is_obeyed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    declared = f'<!DOCTYPE opml [<!ENTITY own "Expanded"><!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    data = listed('<outline text="&own;&file;" xmlUrl="https://a.example/"/>').replace(
        b"<opml", declared.encode() + b"<opml"
    )
    assert [feed.title for feed in opml.read(data).feeds] == ["&own;&file;"]


FEED = '<outline xmlUrl="https://a.example/"/>'


@pytest.mark.parametrize(
    "body",
    [
        '<outline text="x">' * 30_000 + FEED,
        '<outline text="x">' * 1500 + FEED + "</outline>" * 1500,
        FEED + '<outline a="' * 30_000,
        FEED + "<outline a='<outline b=\"" * 15_000,
        FEED + "<outline " + "a" * 500_000,
        FEED + "<outline " + "a " * 250_000,
        FEED + '<outline text="' + '" ' * 200_000,
        FEED + '<outline text="' + "\" a" * 150_000 + "/>",
        FEED + "<outline" + " " * 500_000,
        FEED + "<!--" * 100_000,
        FEED + "&" * 500_000,
        FEED + "<" * 500_000,
        FEED + "</outline>" * 50_000,
        "".join(f'<outline text="x"><outline xmlUrl="https://a.example/{n}"/>' for n in range(8000)),
    ],
)  # fmt: skip
def test_bombs_cost_little_time(body: str) -> None:
    started = time.process_time()
    assert urls(opml.read(listed(body)))[0].startswith("https://a.example/")
    assert time.process_time() - started < 2


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: listed(t)))
@settings(max_examples=150)
def test_anything_is_a_list_or_refused(data: bytes) -> None:
    try:
        read = opml.read(data)
    except ParseError:
        return
    assert all(re.match("(?i)(https?|rsshub)://", feed.url) for feed in read.feeds)


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
feeds = st.tuples(
    names,
    st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9?&=%'\"<>中é]{0,20}", fullmatch=True),
    st.just("") | st.just("https://home.example/?a&b"),
    names | st.tuples(names, names).map(" / ".join),
)


@given(st.lists(feeds, max_size=8, unique_by=lambda feed: feed[1]), names)
@settings(max_examples=150)
def test_what_is_written_is_read_again(given_feeds: list[tuple[str, str, str, str]], title: str) -> None:
    def plain(text: str) -> str:
        return opml._one_line(text)

    sources = [source("feed", url, name, folder, home) for name, url, home, folder in given_feeds]
    read = opml.read(opml.write(sources, title, NOW))
    expected = {(plain(name) or url, url, home, plain(folder)) for name, url, home, folder in given_feeds}
    # A slash inside a name keeps a no-break space at its side.
    found = {(feed.title, feed.url, feed.home_url, feed.folder.replace("\xa0", " ")) for feed in read.feeds}
    assert found == expected
    assert read.title == plain(title)
    assert read.warnings == (() if sources else ("there is no feed in it",))


def source(kind: SourceKind, address: str, title: str = "T", folder: str = "", home_url: str = "") -> Source:
    return Source(key=1, id="x", kind=kind, address=address, title=title, folder=folder, home_url=home_url)


def test_what_is_written() -> None:
    written = opml.write(
        [
            source("feed", "https://a.example/?x&y", "One <1>", "News / World", "https://a.example/"),
            source("folder", "/home/someone/notes", "Notes", "News"),
            source("kept", "", "Kept"),
            source("feed", "https://b.example/", "Two", "News"),
        ],
        "Inkstone",
        NOW,
    )
    assert written.decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<opml version="2.0">\n'
        "  <head>\n"
        "    <title>Inkstone</title>\n"
        "    <dateCreated>Sat, 14 Mar 2026 09:26:53 GMT</dateCreated>\n"
        "  </head>\n"
        "  <body>\n"
        '    <outline text="News" title="News">\n'
        '      <outline text="World" title="World">\n'
        '        <outline type="rss" text="One &lt;1&gt;" title="One &lt;1&gt;" xmlUrl="https://a.example/?x&amp;y"'
        ' htmlUrl="https://a.example/"/>\n'
        "      </outline>\n"
        '      <outline type="rss" text="Two" title="Two" xmlUrl="https://b.example/"/>\n'
        "    </outline>\n"
        "  </body>\n"
        "</opml>\n"
    )


def trees(data: bytes) -> tuple[tuple[str, str, str, str, dict[str, str]], ...]:
    return tuple((f.folder, f.url, f.title or f.url, f.home_url, dict(f.attributes)) for f in opml.read(data).feeds)


def test_what_a_list_says_besides_comes_back() -> None:
    text = (
        '<opml version="2.0" xmlns:r="https://r.example/ns"><body><outline text="F">'
        '<outline text="One" title="The One" type="atom" xmlUrl="https://a.example/1" htmlUrl="nowhere"'
        ' description="Two&#10;lines" r:postProcess="rm -rf /" isComment="false"/></outline></body></opml>'
    )
    (feed,) = opml.read(text.encode()).feeds
    assert dict(feed.attributes) == {
        "{https://r.example/ns}postProcess": "rm -rf /",
        "description": "Two\nlines",
        "isComment": "false",
        "htmlUrl": "nowhere",
        "type": "atom",
        "text": "One",
        "title": "The One",
    }
    kept = replace(source("feed", feed.url, feed.title, feed.folder), attributes=feed.attributes)
    written = opml.write([kept], "Mine", NOW)
    assert trees(written) == trees(text.encode())
    assert b'title="The One"' in written
    assert written.count(b"xmlns:") == 1
    renamed = opml.write([replace(kept, title="Mine")], "Mine", NOW)
    assert b'text="Mine" title="Mine"' in renamed


def test_folders_with_slashes_in_their_names() -> None:
    for names in (["A / B"], ["/", "/"], ["A /", "/ B", "C/D"], [" / "], ["a/ b", "c"]):
        body = "".join(f'<outline text="{name}">' for name in names) + FEED + "</outline>" * len(names)
        read = opml.read(listed(body)).feeds[0]
        written = opml.write([source("feed", read.url, "T", read.folder)], "x", NOW).decode()
        assert re.findall('outline text="([^"]*)" title="[^"]*">', written) == [" ".join(n.split()) for n in names]


def test_secrets_are_starred_unless_asked_for() -> None:
    one = source("feed", "https://a.example/?token=abc&x=1", "https://a.example/?token=abc&x=1")
    one = replace(
        one, attributes=(("description", "see https://b.example/?key=abc"),), home_url="https://u:abc@c.example/"
    )
    assert b"abc" not in opml.write([one], "x", NOW)
    assert opml.write([one], "x", NOW, secrets=True).count(b"abc") == 5


def test_what_is_listed_twice_adds_what_the_first_lacks() -> None:
    twice = (
        '<outline xmlUrl="https://A.example/x"/><outline text="F"><outline text="Two" language="en" '
        'xmlUrl="https://a.example:443/x#top" htmlUrl="https://a.example/"/></outline>'
    )
    assert opml.read(listed(twice)).feeds == (Subscription("Two", "https://A.example/x", "https://a.example/", "F"),)


def test_real_lists_come_back_as_the_same_tree(corpora: Path, tmp_path: Path) -> None:
    """Through a library, attributes and all: what an export says is what the list said."""
    with Library(in_folder(tmp_path)) as library:
        for file in sorted((corpora / "opml").glob("*ml")):
            data = file.read_bytes()
            taken, _ = library.import_opml(data, file.name)
            assert len(taken) == len(opml.read(data).feeds), file.name
            assert trees(library.export_opml(secrets=True)) == trees(data), file.name
            with library.store.together():
                for each in library.sources():
                    library.store.remove_source(each.key)


def test_a_preview_says_what_is_known(tmp_path: Path) -> None:
    data = listed(
        f'<outline text="A"><outline text="B">{FEED}</outline></outline><outline xmlUrl="https://b.example/"/>'
    )
    with Library(in_folder(tmp_path)) as library:
        source = library.store.add_source("feed", "https://A.example:443/", "Mine")
        seen = library.preview_opml(data)
        assert seen.folders == ("A / B",)
        assert [feed.known and feed.known.key for feed in seen.feeds] == [source.key, None]
        assert [feed.url for feed in seen.new] == ["https://b.example/"]
        assert len(library.sources()) == 1
        assert library.import_opml(data, only={"https://b.example/"})[0][0].address == "https://b.example/"
        assert library.import_opml(data)[0][0].key == source.key
        assert library.store.source(source.key).folder == "A / B"
        with pytest.raises(ParseError):
            library.preview_opml(b"<rss/>")


def test_thousands_of_feeds_in_seconds(tmp_path: Path) -> None:
    data = listed("".join(f'<outline text="{n}" xmlUrl="https://a.example/{n}" a="{n}"/>' for n in range(2000)))
    with Library(in_folder(tmp_path)) as library:
        started = time.process_time()
        assert len(library.preview_opml(data).new) == 2000
        assert time.process_time() - started < 2
        assert len(library.import_opml(data)[0]) == 2000
        assert library.preview_opml(library.export_opml()).new == ()
        assert time.process_time() - started < 8


def test_no_feed_of_real_lists_is_lost(corpora: Path) -> None:
    """Each address that a list names comes once; the lists themselves say how many there are."""
    for file in sorted((corpora / "opml").glob("*ml")):
        data = file.read_bytes()
        text = re.sub(r"<!--.*?-->", "", data.decode("utf-8", "replace"), flags=re.S)
        named = {m.strip().replace("&amp;", "&") for m in re.findall(r"xmlUrl\s*=\s*[\"']([^\"']*)[\"']", text)}
        web = {address for address in named if re.match("https?://", address)}
        assert set(map(same_address, urls(opml.read(data)))) == set(map(same_address, web)), file.name
