"""Feeds: golden pairs in ``tests/data/feeds`` (a document, and what is in it as ``<document>.expected.json``)."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import io
import json
import pickle
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import ParseError
from reader.model import Feed
from reader.sources import charset, xmltext
from reader.sources.feed import parse
from reader.sources.plaintext import author, plain
from reader.sources.values import absolute, when

FEEDS = Path(__file__).resolve().parent.parent / "data" / "feeds"
URL = "https://feeds.example/dir/feed.xml"
DOCUMENTS = sorted(path for path in FEEDS.iterdir() if not path.name.endswith((".expected.json", ".toml")))


def bare(value: Any) -> Any:
    """A Feed as JSON without what is empty."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((field.name, bare(getattr(value, field.name))) for field in dataclasses.fields(value))
        return {name: inside for name, inside in fields if inside not in ("", [], None, 0)}
    if isinstance(value, tuple):
        return [bare(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_golden(document: Path) -> None:
    expected = json.loads(document.with_name(document.name + ".expected.json").read_text(encoding="utf-8"))
    assert bare(parse(document.read_bytes(), url=URL)) == expected


def rss(items: str, head: str = "", channel: str = "<title>t</title>") -> bytes:
    return f'{head}<rss version="2.0"><channel>{channel}{items}</channel></rss>'.encode()


def item(inside: str) -> Any:
    return parse(rss(f"<item>{inside}</item>"), url=URL).drafts[0]


# ------------------------------------------------------------------------------------------- what is no feed


@pytest.mark.parametrize(
    ("data", "detail", "line"),
    [
        (b"", "the document is empty", 0),
        (b" \n\0", "the document is empty", 0),
        (b"\n<!DOCTYPE html><html><body>Please log in</body></html>", "this is an HTML page, not a feed", 2),
        (b"<html><head><title>Log in</title></head></html>", 'this is an HTML page ("Log in"), not a feed', 1),
        (b"<ul><li>not found</ul>", "this is an HTML page, not a feed", 1),
        (b"%PDF-1.4 <rss>", "this is a PDF document, not a feed", 0),
        (b"<html><p>Error: this route is empty, sorry", "RSSHub says that this route is empty", 1),
        (b'{"error": {"message": "this route is empty"}}', "RSSHub says that this route is empty", 0),
        (b"<p>not found</p>", "this is an HTML page, not a feed", 1),
        (b"<?xml version='1.0'?>\n<opml version='2.0'/>", "this is an OPML subscription list, not a feed", 2),
        (b"<urlset/>", "this is a sitemap, not a feed", 1),
        (b"<note/>", "this is an XML document of another kind (<note>), not a feed", 1),
        (b"Not found", "there is no XML in it", 0),
        (b'{"a": 1}', "this is JSON, but not a JSON Feed", 0),
        (b"[1]", "this is JSON, but not a JSON Feed", 0),
        (b'{"version":\n "https://jsonfeed.org/version/1", "items": [', "broken JSON: Expecting value", 2),
        (b'{"items":' + b"[" * 100_000, "the JSON is nested too deep", 0),
        (b"\x1f\x8bxx", "the document is broken gzip data", 0),
    ],
)
def test_says_what_it_is_instead(data: bytes, detail: str, line: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse(data, url=URL)
    assert (caught.value.where, caught.value.detail, caught.value.line) == (URL, detail, line)


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parse(b'<rss version="2.0"><channel><title>t</title></channel></rss>').drafts == ()


# ---------------------------------------------------------------------------------------------- single rules


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("&lt;b&gt;bold&lt;/b&gt; text", "bold text"),
        ("The &lt;b&gt; element", "The <b> element"),
        ("List&lt;String&gt; in Java", "List<String> in Java"),
        ("one&lt;br/&gt;two", "one two"),
        ("<b>real</b> markup", "real markup"),
        ("<![CDATA[ a \n b ]]>", "a b"),
        ("&amp;lt;b&amp;gt;", "<b>"),
        ("R&#38;D", "R&D"),
    ],
)
def test_rss_titles_are_plain_text(written: str, title: str) -> None:
    assert item(f"<title>{written}</title>").title == title


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ada@x.example (Ada Stone)", "Ada Stone"),
        ("Ada Stone <ada@x.example>", "Ada Stone"),
        ("Ada Stone (ada@x.example)", "Ada Stone"),
        ("ada@x.example", "ada@x.example"),
        ("  Ada   Stone ", "Ada Stone"),
        ("", ""),
    ],
)
def test_author_names(written: str, name: str) -> None:
    assert author(written) == name


def test_the_fuller_body_wins_and_the_summary_stays() -> None:
    found = item("<description>short</description><content:encoded>long</content:encoded>")
    assert (found.raw, found.summary, found.form) == ("long", "short", "html")
    assert item("<description>short</description><content:encoded> </content:encoded>").raw == "short"


def test_links() -> None:
    assert item("<guid>https://x.example/1</guid>").url == "https://x.example/1"
    assert item('<guid isPermaLink="false">https://x.example/1</guid>').url == ""
    assert item("<link>javascript:alert(1)</link>").url == ""
    assert item("<link>file:///etc/passwd</link><guid>https://x.example/2</guid>").url == "https://x.example/2"
    assert item('<link href="../a b"/>').url == "https://feeds.example/a%20b"
    assert absolute("https://a.example/", "example.org:8080/x") == "http://example.org:8080/x"
    assert absolute("https://a.example/", "http://[::1") == ""
    assert absolute("", "feed:" * 5_000) == ""


def test_dates_without_a_zone_are_utc_wherever_the_reader_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    if hasattr(time, "tzset"):
        time.tzset()
    try:
        expected = datetime(2022, 2, 27, 5, 8, 27, tzinfo=UTC)
        assert when("2022-02-27 05:08:27") == expected
        assert when("Sun, 27 Feb 2022 05:08:27") == expected
        assert when("2022-02-27T13:08:27+08:00") == expected
        assert when("2022-02-27") == datetime(2022, 2, 27, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        if hasattr(time, "tzset"):
            time.tzset()


def test_a_broken_date_costs_a_warning_with_its_line_and_no_entry() -> None:
    feed = parse(rss("\n<item><title>a</title><pubDate>Invalid Date</pubDate></item>"))
    assert [draft.title for draft in feed.drafts] == ["a"]
    assert feed.drafts[0].published is None
    assert feed.warnings == ("line 2: 'Invalid Date' is not a date",)


@pytest.mark.parametrize(
    ("channel", "pause_s"),
    [
        ("", 0),
        ("<ttl>90</ttl>", 5_400),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>99999999</ttl>", 365 * 86_400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1_800),
        ("<sy:updatePeriod> Weekly </sy:updatePeriod>", 7 * 86_400),
        ("<sy:updateFrequency>4</sy:updateFrequency><sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>", 21_600),
        ("<sy:updatePeriod>fortnightly</sy:updatePeriod>", 0),
        ("<ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 86_400),
        ("<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(12)) + "</skipHours>", 7_200),
        ("<skipDays><day>Saturday</day><day>sunday</day><day>Never</day></skipDays>", 7 * 3_600 * 24 // 120),
        ("<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(24)) + "</skipHours>", 0),
    ],
)
def test_how_often_a_feed_wants_to_be_read(channel: str, pause_s: int) -> None:
    spaced = rss("", channel=channel).replace(b"<rss", b'<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"')
    assert parse(spaced).pause_s == pause_s


@pytest.mark.parametrize(
    ("document", "icon"),
    [
        (rss("", channel="<image><url> /logo.png </url><title>t</title></image>"), "https://feeds.example/logo.png"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'><logo>l.png</logo></feed>", "https://feeds.example/dir/l.png"),
        (
            b"<feed xmlns='http://www.w3.org/2005/Atom'><logo>l.png</logo><icon>i.png</icon></feed>",
            "https://feeds.example/dir/i.png",
        ),
        (
            b'{"version":"https://jsonfeed.org/version/1","items":[],"favicon":"f.ico"}',
            "https://feeds.example/dir/f.ico",
        ),
        (
            b'{"version":"https://jsonfeed.org/version/1","items":[],"icon":"i.png","favicon":"f.ico"}',
            "https://feeds.example/dir/i.png",
        ),
    ],
)
def test_icons(document: bytes, icon: str) -> None:
    assert parse(document, url=URL).icon == icon


def test_what_came_of_a_document_that_broke_off() -> None:
    whole = rss("<item><title>a</title><description><![CDATA[<p>one</p><p>two</p>]]></description></item>" * 2)
    feed = parse(whole[: whole.rindex(b"</p>]]")], url=URL)
    assert [draft.raw for draft in feed.drafts] == ["<p>one</p><p>two</p>", "<p>one</p><p>two"]
    assert feed.warnings


def test_links_that_are_not_the_article_are_not_taken_for_it() -> None:
    found = item('<link rel="enclosure">https://e.example/a.mp3</link><link>https://e.example/a</link>')
    assert found.url == "https://e.example/a"


def test_of_a_date_written_twice_the_last_counts() -> None:
    found = item("<pubDate>Mon, 22 Aug 2022 05:29:00 GMT</pubDate><pubDate>2022-08-23T00:00:00Z</pubDate>")
    assert found.published == datetime(2022, 8, 23, tzinfo=UTC)


def test_the_maker_of_a_podcast_and_categories_within_categories() -> None:
    spoken = parse(
        rss(
            '<item><itunes:category text="Arts"><itunes:category text="Food"/></itunes:category></item>',
            channel="<itunes:author>Ada</itunes:author>",
        )
    )
    assert spoken.drafts[0].authors == ("Ada",)
    assert spoken.drafts[0].tags == ("Arts", "Food")


def test_a_language_can_be_taken_back() -> None:
    entry = b'<entry><content xml:lang="">x</content></entry>'
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">%s</feed>' % entry
    assert parse(atom).drafts[0].language == ""


def test_one_thing_of_json_where_a_list_should_be() -> None:
    written = {"id": 5, "tags": "one", "attachments": {"url": "/a.mp3"}, "image": {"url": "/x.png"}}
    feed = parse(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [written]}).encode(), url=URL)
    (draft,) = feed.drafts
    assert (draft.guid, draft.tags, draft.lead_image) == ("5", ("one",), "https://feeds.example/x.png")
    assert [enclosure.url for enclosure in draft.enclosures] == ["https://feeds.example/a.mp3"]


def test_lines_of_a_media_description_stay_lines() -> None:
    inside = "<media:description>%s</media:description>"
    media = f'<media:group xmlns:media="http://search.yahoo.com/mrss/">{inside}</media:group>'
    assert (item(media % "one\n\ntwo").form, item(media % "&lt;p>one&lt;/p>").form) == ("text", "html")


def test_quotation_marks_of_windows_make_no_text_of_dos() -> None:
    title = "“Größe” — naïve café, déjà vu"
    assert parse(rss("<item><title>%s</title></item>").replace(b"%s", title.encode("cp1252"))).drafts[0].title == title


def test_a_description_beside_a_summary_is_the_body() -> None:
    found = item("<summary>short</summary><description>the whole of it</description>")
    assert (found.raw, found.summary) == ("the whole of it", "short")


def test_equal_guids_stay_separate_and_empty_entries_count() -> None:
    feed = parse(rss("<item><guid>x</guid><title>a</title></item><item><guid>x</guid><title>b</title></item><item/>"))
    assert [(draft.guid, draft.title) for draft in feed.drafts] == [("x", "a"), ("x", "b"), ("", "")]


def test_relative_addresses_in_bodies_have_a_base() -> None:
    assert item("<link>https://x.example/2021/post/</link><description>d</description>").base_url == (
        "https://x.example/2021/post/"
    )
    based = b'<feed xml:base="https://b.example/x/"><entry><content xml:base="y/">z</content></entry></feed>'
    assert parse(based, url=URL).drafts[0].base_url == "https://b.example/x/y/"
    assert item("<description>d</description>").base_url == URL


def test_xhtml_becomes_html_without_namespaces() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:h="http://www.w3.org/1999/xhtml"><entry>
      <content type="xhtml"><h:div><h:p/><h:br/>a &lt; b<h:script/></h:div></content></entry></feed>"""
    assert parse(data).drafts[0].raw == "<p></p><br>a &lt; b<script></script>"


def test_results_pass_between_processes() -> None:
    feed = parse((FEEDS / "rss2_podcast.xml").read_bytes(), url=URL)
    assert pickle.loads(pickle.dumps(feed)) == feed


# ------------------------------------------------------------------------------------------------- encodings

WORDS = {
    "gb2312": "中文标题",
    "gbk": "镕囍中文",
    "gb18030": "𠮷中文",
    "big5": "繁體中文",
    "shift_jis": "日本語テスト①",
    "euc-jp": "日本語",
    "iso-2022-jp": "日本語",
    "ks_c_5601-1987": "한국어 믜",
    "windows-1251": "Привет",
    "koi8-r": "Привет",
    "iso-8859-1": "“smart”—café",
    "windows-1256": "مرحبا",
    "utf-16": "混合",
    "utf-16-le": "混合",
    "utf-32": "混合",
}
REALLY = {"shift_jis": "cp932", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "gb2312": "gbk"}


@pytest.mark.parametrize("name", WORDS)
def test_declared_encodings_mean_their_supersets(name: str) -> None:
    text = rss(f"<item><title>{WORDS[name]}</title></item>", f'<?xml version="1.0" encoding="{name}"?>').decode()
    data = text.encode(REALLY.get(name, name))
    assert parse(data).drafts[0].title == WORDS[name]
    if not name.startswith("utf"):  # the same, when only the server says it
        data = text.replace(f' encoding="{name}"', "").encode(REALLY.get(name, name))
        assert parse(data, content_type=f"text/xml; charset={name}").drafts[0].title == WORDS[name]


def test_a_lie_about_the_encoding_is_seen_through() -> None:
    text = rss("<item><title>café 中文标题</title></item>", '<?xml version="1.0" encoding="iso-8859-1"?>').decode()
    feed = parse(text.encode())
    assert (feed.drafts[0].title, feed.encoding) == ("café 中文标题", "utf-8")
    assert feed.warnings == ("declared as cp1252, but it is UTF-8",)
    chinese = rss("<item><title>中文标题</title></item>", '<?xml version="1.0" encoding="utf-8"?>').decode()
    assert parse(chinese.encode("gbk")).drafts[0].title == "中文标题"


def test_one_bad_byte_costs_one_character() -> None:
    data = rss("<item><title>中文MARK</title></item>" + "<item><title>日本</title></item>" * 3)
    feed = parse(data.replace(b"MARK", b"\xff"))
    assert [draft.title for draft in feed.drafts] == ["中文�", "日本", "日本", "日本"]
    assert feed.encoding == "utf-8"


def test_codecs_that_are_no_encodings_are_not_used() -> None:
    for name in ("utf-7", "unicode_escape", "idna", "base64", "rot13", "x-none", "utf-16"):
        data = rss("<item><title>+ADw-</title></item>", f'<?xml version="1.0" encoding="{name}"?>')
        assert parse(data).drafts[0].title == "+ADw-"
    assert charset.decode(b"abc", "text/xml; charset=punycode").text == "abc"


# --------------------------------------------------------------------------------------------------- hostile


def test_no_entity_reaches_a_file_or_grows(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    declared = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{declared}<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    feed = parse(rss("<item><title>&l9;|&x;|&l0;</title></item>", head))
    assert feed.drafts[0].title == "||lol"


FLOODS = {
    "comments": b"<!--" * 100_000 + b"<rss>",
    "instructions": b"<?x " * 100_000 + b"<rss>",
    "doctypes": b"<!DOCTYPE a [" * 50_000 + b"<rss>",
    "doctype comments": b"<!DOCTYPE a [" + b"<!--" * 100_000 + b"<rss>",
    "doctype quotes": b"<!DOCTYPE a [\"'" * 30_000 + b"<rss>",
    "entities": b"<!DOCTYPE a [" + b"<!ENTITY   a " * 50_000 + b"]><rss>&a;</rss>",
    "less-than": b"<" * 500_000 + b"<rss>",
    "ampersands": b"<rss><channel><title>" + b"&" * 300_000 + b"</title></channel></rss>",
    "cdata": b"<rss><channel>" + b"<![CDATA[" * 100_000,
    "deep": b"<rss><channel>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</channel></rss>",
    "unclosed": b"<rss><channel><item><description>" + b"<div>" * 50_000,
    "attributes": b"<rss><channel><item " + b" ".join(b"a%d='v'" % n for n in range(50_000)) + b"/></channel></rss>",
    "namespaces": b"<rss " + b" ".join(b"xmlns:n%d='u%d'" % (n, n) for n in range(20_000)) + b"/>",
    "title": rss("<item><title>a&lt;br&gt;" + "&lt;!--" * 50_000 + "</title></item>"),
    "html": b"<div>" * 100_000,
}


@pytest.mark.parametrize("name", FLOODS)
def test_floods_take_linear_time(name: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(ParseError):
        parse(FLOODS[name])
    assert time.process_time() - begun < 3  # each takes under 0.5 s; what they attack takes minutes


def test_gzip_is_unpacked_up_to_a_limit() -> None:
    assert parse(gzip.compress(rss("<item/>"))).drafts
    with pytest.raises(ParseError, match="larger than 64 MB"):
        parse(gzip.compress(b"\0" * (65 << 20), 1))


def test_entries_have_a_limit_and_a_text_may_be_large() -> None:
    feed = parse(rss("<item/>" * 50_001))
    assert len(feed.drafts) == 50_000
    assert feed.warnings == ("only the first 50000 of 50001 entries were read",)
    feed = parse(rss(f"<item><description>{'字' * 4_000_000}</description></item><item/>"))
    assert [len(draft.raw) for draft in feed.drafts] == [4_000_000, 0]


def test_json_values_of_the_wrong_kind() -> None:
    data = (
        '{"version": "https://jsonfeed.org/version/1", "title": ["x"], "items": [{"id": ' + "9" * 5_000 + "}, "
        '{"id": NaN}, {"id": {"a": 1}, "tags": 5, "authors": ["A", {"name": 3}], "attachments": [1]}, '
        '{"id": "\\ud800x\\u0000", "date_published": "soon"}]}'
    )
    feed = parse(data.encode())
    assert [draft.guid for draft in feed.drafts] == ["9" * 5_000, "", "", "�x"]
    assert feed.drafts[2].authors == ("A", "3")
    assert feed.warnings == ("'soon' is not a date",)


DOCUMENT_BYTES = [path.read_bytes() for path in DOCUMENTS]


@settings(max_examples=500)
@given(st.sampled_from(DOCUMENT_BYTES), st.randoms(use_true_random=False), st.integers(1, 12))
def test_mutated_feeds_raise_nothing_else(data: bytes, chance: random.Random, times: int) -> None:
    mutated = bytearray(data)
    pieces = (
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"\0",
        b"\xff",
        b"</item>",
        b"<!--",
        b'"',
        b"<!DOCTYPE a [",
        b"[{",
    )
    for _ in range(times):
        at = chance.randrange(len(mutated) + 1)
        act = chance.randrange(4)
        if act == 0:
            mutated[at:at] = chance.choice(pieces)
        elif act == 1:
            del mutated[at : at + chance.randrange(1, 60)]
        elif act == 2:
            other = chance.choice(DOCUMENT_BYTES)
            begin = chance.randrange(len(other))
            mutated[at:at] = other[begin : begin + chance.randrange(1, 200)]
        elif mutated:
            mutated[at % len(mutated)] = chance.randrange(256)
    check(bytes(mutated))


@settings(max_examples=150)
@given(st.binary(max_size=300) | st.text(alphabet="<>&;!-[]?/rsfeditm \"'=:#x0", max_size=300).map(str.encode))
def test_noise_raises_nothing_else(data: bytes) -> None:
    check(data)
    check(b"<rss><channel><item>" + data)


def check(data: bytes) -> None:
    try:
        feed = parse(data, url=URL)
    except ParseError:
        return
    assert isinstance(feed, Feed)
    for draft in feed.drafts:
        for text in (draft.title, draft.raw, draft.guid, draft.url):
            text.encode("utf-8")  # storable


@given(st.text(max_size=300))
def test_plain_text_is_one_line(text: str) -> None:
    assert plain(text) == " ".join(plain(text).split())


@given(st.text(alphabet="<>&;!-[]?CDATAamplt#x19 \x00\x0b\ufffe", max_size=200))
def test_repair_is_stable(text: str) -> None:
    once = xmltext.repair(text, {})
    assert xmltext.repair(once, {}) == once


# ------------------------------------------------------------------------------------------------ the corpora


@pytest.mark.filterwarnings("default")  # feedparser's own
def test_no_entry_of_a_real_feed_is_lost(corpora: Path) -> None:
    lost = []
    for line in (corpora / "feeds" / "INDEX.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, _, kind = line.split("\t")[:3]
        path = corpora / "feeds" / name
        if kind not in ("rss", "atom", "rss1.0/rdf", "cdf/rss0.9") or not path.is_file():
            continue
        data = path.read_bytes()
        theirs = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
        if len(parse(data, url=URL).drafts) < len(theirs.entries):
            lost.append(name)
    assert lost == []
