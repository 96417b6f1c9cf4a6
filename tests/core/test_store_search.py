"""Search: every Chinese word, no false one, no query that breaks it; snippets; changed and dead articles."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import Usage
from reader.model import Query, Row
from reader.store import Store, cut, cutter, matching, search, stems
from reader.store import query as query_language
from tests.core.store_samples import NOW, entry, later, prepared

TEXTS = {
    "capital": "北京大学的图书馆收藏了许多古籍。\n读者可以在网上预约座位，反复查阅目录。",
    "kitchen": "红烧茄子的做法：先把茄子切块，再用小火慢炖。以，反为例子。",
    "tokyo": "東京タワーの夜景はとても美しい。ガラス張りの床から、街を見下ろせます。",
    "seoul": "한국어 검색은 띄어쓰기가 있어도 조사를 붙여 씁니다.",
    "garden": "The gardener's café opened; résumé writers came. Don't ask about C++ or snake_case.",
    "mixed": "用Python开发的阅读器支持２０２６年的ＲＳＳ订阅。中 国 字。张三、李四",
    "edges": "上一段的末尾是中\n国字开头的下一段",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("search") / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        ones = [prepared(name, text, title=f"About {name}") for name, text in TEXTS.items()]
        ones.append(
            prepared("named", "Nothing here.", title="茄子与花园", authors=("王小明",), tags=("園芸", "garden"))
        )
        store.save(source.key, [entry(one) for one in ones], NOW)
        yield store


def found(store: Store, text: str) -> set[str]:
    return {row.id.removeprefix("id-") for row in store.search(text)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("大学", {"capital"}),
        ("书馆", {"capital"}),
        ("馆", {"capital"}),
        ("京大学的", {"capital"}),
        ("茄子", {"kitchen", "named"}),
        ("夜景", {"tokyo"}),
        ("タワー", {"tokyo"}),
        ("ﾀﾜｰ", {"tokyo"}),
        ("검색", {"seoul"}),
        ("王小明", {"named"}),
        ("園芸", {"named"}),
        ("小明園", set()),  # an author and a tag
        ("以反", set()),  # 以，反
        ("位反", set()),  # 位，反
        ("中国", set()),  # two blocks, and 中 国
        ("三李", set()),  # 、
        ("以 反", {"kitchen", "capital"}),
        ("以，反", {"kitchen", "capital"}),
        ('"以，反"', {"kitchen"}),
        ("python", {"mixed"}),
        ("Python开发", {"mixed"}),
        ("2026", {"mixed"}),
        ("rss", {"mixed"}),
        ("pyth", set()),
        ("pyth*", {"mixed"}),
        ("cafe", {"garden"}),
        ("CAFÉ", {"garden"}),
        ("resume\u0301", {"garden"}),
        ("don't", {"garden"}),
        ("c++", {"garden"}),
        ("snake_case", {"garden"}),
        ('"writers came"', {"garden"}),
        ('"came writers"', set()),
        ("came writers", {"garden"}),
        ("茄子 -做法", {"named"}),
        ("茄子 -花 -nothing", {"kitchen"}),
        ("茄子 NOT 做法", {"named"}),
        ("about -garden", {"capital", "kitchen", "tokyo", "seoul", "mixed", "edges"}),
        ("gardener", {"garden"}),
        ("-garden", set()),
    ],
)
def test_finds_exactly(store: Store, query: str, expected: set[str]) -> None:
    assert found(store, query) == expected


def test_every_two_character_word_is_found(store: Store) -> None:
    for name, text in TEXTS.items():
        for first, second in itertools.pairwise(text):
            if re.fullmatch("[\u3041-\u30fa\u4e00-\u9fff]{2}", first + second):
                assert name in found(store, first + second), first + second


cjk_text = st.text(alphabet="甲乙丙，。 \na1", max_size=30)


@settings(max_examples=40)
@given(st.lists(cjk_text, min_size=1, max_size=6), st.text(alphabet="甲乙丙", min_size=1, max_size=3))
def test_a_cjk_query_is_a_substring(texts: list[str], query: str) -> None:
    """Compared with a plain look at the texts, in SQLite's own FTS5."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5 (x, content='', tokenize='unicode61 remove_diacritics 2')")
        db.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", ((n, cut(text)) for n, text in enumerate(texts)))
        match = matching.plan(db, query_language.parse(query)).match
        hits = {n for (n,) in db.execute("SELECT rowid FROM t WHERE t MATCH ?", (match,))}
    assert hits == {n for n, text in enumerate(texts) if query in text}


NASTY = [
    *(
        '"',
        "'",
        '""',
        "-",
        "*",
        "(",
        ")",
        "NEAR(",
        "AND",
        "OR",
        "NOT",
        "title:",
        "^a",
        "a\x00b",
        "\ud800",
        "\ue000",
        "",
    ),
    *(" ", "+", "{a b}:c", "a*b*", '-"', '"-', "\u202e", "😀", "ا", "--", '-"a', "a" * 5000, "字" * 3000, "a " * 3000),
]


@pytest.mark.parametrize("query", NASTY)
def test_no_query_is_an_error(store: Store, query: str) -> None:
    store.search(query)
    store.search(f"about {query}", query=Query("unread"))


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from(list("\"'*-()^:+{}[]~,. \x00\ue000中文aANDORéß\ud800\u0301")), max_size=20))
def test_whatever_is_typed(store: Store, query: str) -> None:
    store.search(query)


@given(st.text())
def test_cutting_keeps_every_word(text: str) -> None:
    gaps = f"(?<=[{cutter.ALONE}])(?:[^\\w{cutter.ALONE}\U000f0000-\U000fffff]|_)+(?=[{cutter.ALONE}])"
    once = cutter.folded(text) if not text.isascii() else text.replace("\0", " ")
    small = re.sub("[A-Z]", lambda capital: capital[0].lower(), cut(text))  # FTS5 folds those of ASCII
    assert re.sub(r"[\s\ue000]", "", small if not text.isascii() else cut(text)) == re.sub(
        r"\s", "", re.sub(gaps, "", once)
    )


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = cutter.folded(text)
    assert "".join(one for one in cutter.folded(once) if one != " ") == "".join(
        one for one in re.sub("[\U000f0000-\U000fffff]", " ", once) if one != " "
    )


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("圖書館", "图书馆"),
        ("台灣的圖書館", "图书馆"),
        ("頭髮與發現", "发现"),
        ("ガラス張り", "ｶﾞﾗｽ"),
        ("กินข้าวแล้ว", "ข้าว"),
        ("हिन्दी में लिखा", "हिन्दी"),
        ("الكِتاب الجديد", "الكتاب"),
        ("한국어 검색은", "검색"),
        ("well done 👍🏽", "👍"),
        ("Ελλάδα", "ελλαδα"),
        ("Straße", "strasse"),
        ("e\u0301te\u0301", "ÉTÉ"),
        ("soft\u00adhyphen", "softhyphen"),
        ("阅读器App好用", "app"),
        ("ＲＳＳ２０２６", "rss2026"),
    ],
)
def test_scripts_and_forms(tmp_path: Path, written: str, asked: str) -> None:
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        store.save(source.key, [entry(prepared("it", written)), entry(prepared("other", "别的 other กาน"))], NOW)
        assert found(store, asked) == {"it"}


def test_other_forms_of_a_word_are_found_and_quotes_are_exact(store: Store) -> None:
    assert found(store, "gardeners") == {"garden"}
    assert found(store, "opening") == {"garden"}
    assert found(store, '"opening"') == set()
    assert {row.id for row in store.search("opening", stemming=False)} == set()


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("running", {"run", "runs"}),
        ("city", {"cities"}),
        ("cities", {"city"}),
        ("boxes", {"box"}),
        ("making", {"make", "makes"}),
        ("need", {"needs", "needed", "needing"}),
        ("tried", {"try", "tries", "trying"}),
    ],
)
def test_forms(word: str, forms: set[str]) -> None:
    assert forms <= set(stems.forms(word))
    assert word not in stems.forms(word)


@pytest.mark.parametrize("word", ["the", "thing's", "über", "ab", "图书"])
def test_what_has_no_other_forms(word: str) -> None:
    assert stems.forms(word) == []


@pytest.fixture(scope="module")
def fielded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("fields") / "library.sqlite3") as store:
        news = store.add_source("feed", "https://news.example/feed", "Évening News")
        blog = store.add_source("feed", "https://blog.example/rss", "園芸日記")
        ones = [
            prepared("old", "Roses bloom.", title="Garden", authors=("Zoë Lang",), published=later(days=-400)),
            prepared("new", "Roses and 玫瑰.", title="Tulips", tags=("Garden", "花"), published=later(days=-2)),
        ]
        store.save(news.key, [entry(one) for one in ones], NOW)
        more = replace(prepared("zh", "玫瑰开了", title="花园", published=later(days=-1)), language="zh-Hans")
        store.save(blog.key, [entry(more)], NOW)
        keys = {row.id: row.key for row in store.rows(store.ids(Query()))}
        store.mark_read([keys["id-old"]], True, NOW)
        store.bookmark(keys["id-new"], NOW, note="see 2", tags=["later"])
        yield store


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:garden", {"old"}),
        ("title:花园", {"zh"}),
        ("title:玫瑰", set()),
        ("garden", {"old", "new"}),  # in the title of one, a tag of the other
        ("author:zoe", {"old"}),
        ("author:garden", set()),
        ("tag:garden", {"new"}),
        ("tag:GARDEN roses", {"new"}),
        ("tag:later", {"new"}),
        ("tag:gard", set()),
        ("source:evening", {"old", "new"}),
        ("source:園芸", {"zh"}),
        ("source:园芸", {"zh"}),
        ('source:"evening news" -tulips', {"old"}),
        ("url:example.org/z", {"zh"}),
        ("lang:zh", {"zh"}),
        ("lang:zh-hans 玫瑰", {"zh"}),
        ("is:read", {"old"}),
        ("is:unread", {"new", "zh"}),
        ("-is:read", {"new", "zh"}),
        ("NOT is:read", {"new", "zh"}),
        ("is:bookmarked", {"new"}),
        ("has:note", {"new"}),
        ("has:tag", {"new"}),
        ("before:2025-06", {"old"}),
        ("after:2025", {"new", "zh"}),
        ("after:2026-03-12", {"zh"}),
        ("tulips OR 花园", {"new", "zh"}),
        ("tulips OR is:read", {"new", "old"}),
        ("roses tulips OR is:read", {"new", "old"}),
        ("roses (tulips", {"new"}),
        ("玫瑰 -tulips", {"zh"}),
        ("is:unread -tulips", {"zh"}),
        ("tulips OR OR 花园", {"new", "zh"}),
        ("OR tulips", {"new"}),
        ("https://news.example", set()),
        ("is:unread is:read", set()),
        ("title:", set()),
        ("-", set()),
    ],
)
def test_fields_and_operators(fielded: Store, query: str, expected: set[str]) -> None:
    assert found(fielded, query) == expected
    assert fielded.search_count(query) == len(expected)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("is:green", "is:unread"),
        ("has:cheese", "has:note"),
        ("before:soon", "before:2024-05-01"),
        ("after:2024-13", "after:2024-05-01"),
        ("after:2024-02-30", "after:2024-05-01"),
        ("before:9999999", "before:2024"),
    ],
)
def test_a_value_that_cannot_be_meant_is_a_sentence(fielded: Store, query: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        fielded.search(query)


def test_new_articles_rank_a_little_higher(tmp_path: Path) -> None:
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        ones = [
            prepared("new", "A needle here.", published=later(days=-1)),
            prepared("old", "A needle here.", published=later(days=-900)),
            prepared("much", "A needle, needle, needle here.", published=later(days=-900)),
        ]
        store.save(source.key, [entry(one) for one in reversed(ones)], NOW)
        assert [row.id for row in store.search("needle", now=NOW)] == ["id-much", "id-new", "id-old"]


def marked(row: Row) -> str:
    return row.snippet.replace("\ue001", "[").replace("\ue002", "]")


@pytest.mark.parametrize(
    ("query", "snippet"),
    [
        ("茄子", "红烧[茄子]的做法：先把[茄子]切块，再用小火慢炖。以，反为例子。"),
        ("CAFE resume", "The gardener's [café] opened; [résumé] writers came. Don't ask about C++ or snake_case."),
        ("pyth*", "用[Pyth]on开发的阅读器支持２０２６年的ＲＳＳ订阅。中 国 字。张三、李四"),
        ("2026 rss", "用Python开发的阅读器支持[２０２６]年的[ＲＳＳ]订阅。中 国 字。张三、李四"),
        ("花园", "Nothing here."),
    ],
)
def test_snippets(store: Store, query: str, snippet: str) -> None:
    assert snippet in {marked(row) for row in store.search(query)}


def test_a_snippet_of_a_long_text_is_short(tmp_path: Path) -> None:
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        text = "word " * 3000 + "\ue001forged\ue002 needle in it, needless. " + "word " * 3000
        store.save(source.key, [entry(prepared("long", text))], NOW)
        (row,) = store.search("needle")
        assert len(row.snippet) < 300
        assert row.snippet.count("\ue001") == row.snippet.count("\ue002") == 1
        assert "[needle] in it, needless." in marked(row)
        assert row.snippet.startswith("…")
        assert row.snippet.endswith("…")


def test_ranking(store: Store, tmp_path: Path) -> None:
    rows = store.search("茄子")
    assert [row.id for row in rows] == ["id-named", "id-kitchen"]  # the title counts more
    assert rows[0].score > rows[1].score > 0
    assert [row.id for row in store.search("茄子", limit=1)] == ["id-named"]
    assert store.search("茄子", limit=0) == []


def test_a_common_word_is_ranked_among_the_newest_and_the_titles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COMMON", 20)
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        ones = [prepared("title", "Something else.", title="About the common"), *(
            prepared(f"g{n}", f"A common word, {n} times. " + "filler " * n) for n in range(100)
        )]  # fmt: skip
        for one in ones:
            store.save(source.key, [entry(one)], NOW)
        rows = store.search("common", limit=10)
        assert rows[0].id == "id-title"  # stored first of all, but it says so in its title
        assert {row.id for row in rows[1:]} <= {f"id-g{n}" for n in range(80, 100)}
        assert len(store.search("common", limit=1000)) == 101  # asked for all, all are there


def test_filters(store: Store) -> None:
    assert found(store, "茄子") == {"kitchen", "named"}
    for query, expected in (
        (Query(tag="園芸"), ["id-named"]),
        (Query(sources=(99,)), []),
        (Query("today", since=later(days=1)), []),
        (Query("bookmarks"), []),
        (Query("unread"), ["id-named", "id-kitchen"]),
    ):
        assert [row.id for row in store.search("茄子", query=query)] == expected


def test_changed_and_removed_articles(tmp_path: Path) -> None:
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        store.save(source.key, [entry(prepared(f"g{n}", f"老的内容 {n}")) for n in range(120)], NOW)
        keys = store.ids(Query()).tolist()
        for key in keys[:100]:
            store.save(source.key, [entry(prepared(f"h{key}", "新的内容"), key)], NOW)
        assert len(store.search("老的", limit=200)) == 20
        assert len(store.search("新的", limit=60)) == 60
        store.remove_source(source.key)
        assert store.search("内容") == []


def test_rebuilding(tmp_path: Path) -> None:
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        store.save(source.key, [entry(prepared(name, text, authors=("Ada",))) for name, text in TEXTS.items()], NOW)
        assert not store.search_outdated()
        with store._lines.writing() as db:
            db.execute("INSERT INTO search (search) VALUES ('delete-all')")
            db.execute("INSERT OR REPLACE INTO meta VALUES ('cutter', '0')")
        assert store.search_outdated()
        assert found(store, "大学") == set()
        assert not store.rebuild_search_step(3)
        store.save(source.key, [entry(prepared("late", "迟到的大学"))], NOW)
        while not store.rebuild_search_step(3):
            pass
        assert not store.search_outdated()
        assert found(store, "大学") == {"capital", "late"}
        assert found(store, "ada") == set(TEXTS)
        store.save(source.key, [entry(prepared("after", "之后的大学"))], NOW)
        assert found(store, "大学") == {"capital", "late", "after"}


@pytest.mark.parametrize("most", [0, 200])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("gard*", {"garden", "named"}),
        ("Re*", {"garden"}),
        ("RÉSU*", {"garden"}),
        ("title:gard*", {"garden"}),
        ("py*", {"mixed"}),
        ("rss*", {"mixed"}),
        ("zzz*", set()),
        ("-gard* about", set(TEXTS) - {"garden"}),
        ("202*", {"mixed"}),
    ],
)
def test_beginnings_by_their_words_or_all_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, most: int, query: str, expected: set[str]
) -> None:
    monkeypatch.setattr(matching, "MAX_WORDS", most)
    assert found(store, query) == expected
    assert found(store, query) == expected  # the table of words was put away


def test_a_common_phrase_looks_at_the_newest_titles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 400 articles with the phrase all are found; one of the newest that has it in the title comes first."""
    monkeypatch.setattr(search, "TITLES", 100)
    with Store.open(tmp_path / "library.sqlite3") as store:
        source = store.add_source("feed", "https://example.org/feed", "Feed")
        ones = [
            prepared(f"n{n}", f"the old harbour, day {n}", title="The old harbour" if n in (10, 350) else f"Day {n}")
            for n in range(400)
        ]
        for one in ones:
            store.save(source.key, [entry(one)], NOW)
        rows = store.search('"old harbour"', limit=400)
        assert len(rows) == 400
        assert [row.id for row in rows[:2]] == ["id-n350", "id-n399"]
        assert store.search_count('"old harbour"') == 400
