"""Finding by a few letters: what is found, what comes first, and that nothing is slow or breaks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import fuzzy
from reader.pinyin import syllables


def names(pattern: str, *texts: str) -> list[str]:
    return [texts[n] for n, _ in fuzzy.best(pattern, [fuzzy.prepare(text) for text in texts], 20)]


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("mark", "Mark the list as read", (0, 1, 2, 3)),
        ("mark", "Bookmark", (4, 5, 6, 7)),
        ("mlr", "Mark list as read", (0, 5, 13)),
        ("list read", "Mark list as read", (5, 6, 7, 8, 13, 14, 15, 16)),
        ("cafe", "Café au lait", (0, 1, 2, 3)),
        ("nnw", "NetNewsWire", (0, 3, 7)),
        ("sfyc", "算法与茶", (0, 1, 2, 3)),
        ("suanfa", "算法与茶", (0, 1)),
        ("sf茶", "算法与茶", (0, 1, 3)),
        ("算茶", "算法与茶", (0, 3)),
        ("tsg", "市立圖書館", (2, 3, 4)),
        ("图书", "市立圖書館", (2, 3)),
        ("圖書", "市立图书馆", (2, 3)),
        ("ｍａｒｋ", "Mark", (0, 1, 2, 3)),
    ],
)
def test_what_was_typed_is_found_where_it_stands(pattern: str, text: str, places: tuple[int, ...]) -> None:
    found = fuzzy.match(pattern, text)
    assert found is not None
    assert found.places == places


@pytest.mark.parametrize(
    ("pattern", "text"), [("mark", "kram"), ("xyz", "算法"), ("aaa", "aa"), ("mark", "my cat ate a very big duck")]
)
def test_letters_that_are_not_there_or_only_by_chance_are_not_found(pattern: str, text: str) -> None:
    assert fuzzy.match(pattern, text) is None


def test_beginnings_and_runs_come_before_scattered_letters() -> None:
    assert names("mark", "Go to bookmarks", "Landmarks", "Mark as unread", "Mail archive") == [
        "Mark as unread",
        "Landmarks",
        "Go to bookmarks",
    ]
    assert names("sf", "算法与茶", "Staff room", "San Francisco")[:2] == ["算法与茶", "San Francisco"]
    assert names("read", "Read", "Readers") == ["Read", "Readers"]


@pytest.mark.parametrize(
    ("character", "read"),
    [("啊", "a"), ("座", "zuo"), ("旅", "lv"), ("女", "nv"), ("鑫", "xin"), ("圖", "tu"), ("重", "chong"),
     ("重", "zhong"), ("行", "hang"), ("行", "xing"), ("长", "zhang"), ("长", "chang"), ("略", "lve")],
)  # fmt: skip
def test_how_characters_are_read(character: str, read: str) -> None:
    assert read in syllables(character)


def test_every_common_character_has_a_syllable_and_the_order_holds() -> None:
    codes = (bytes((a, b)) for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF))
    level = [code.decode("gb2312") for code in codes if code <= b"\xd7\xf9"]
    assert len(level) == 3755
    read = [syllables(one)[0] for one in level]
    # ü stands after u, as in dictionaries: lu, lü, luan, lüe, lun.
    assert [each.replace("v", "u") for each in read] == sorted(each.replace("v", "u") for each in read)
    assert fuzzy.initials("少数派 sspai") == "ssp sspai"
    assert syllables("a") == syllables("ひ") == syllables("한") == ()


@pytest.mark.parametrize(
    "pattern", ["算法", "suanfa", "sfyc", "yucha", "cha suan", "SuanFa", "fa", "与茶", "sfyucha", "", " "]
)
def test_a_filter_finds_runs(pattern: str) -> None:
    assert fuzzy.matches(pattern, "算法与茶")


@pytest.mark.parametrize("pattern", ["sc", "算茶", "uan", "xyz", "cha x"])
def test_a_filter_leaves_nothing_out(pattern: str) -> None:
    assert not fuzzy.matches(pattern, "算法与茶")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=70), st.text(max_size=250))
def test_any_text_may_come(pattern: str, text: str) -> None:
    found = fuzzy.match(pattern, text)
    if found is not None:
        assert list(found.places) == sorted(set(found.places))
        assert all(0 <= place < len(text) for place in found.places)
    fuzzy.matches(pattern, text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abcXYZ 算法与茶圖書", min_size=1, max_size=30), st.data())
def test_a_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    assert fuzzy.matches(part, text)


def test_a_hostile_text_takes_no_time() -> None:
    began = time.perf_counter()
    for pattern, text in (("a" * 1000, "a" * 1_000_000), ("ab" * 32 + "c", "ab" * 100_000), ("s" * 64, "是" * 100_000)):
        fuzzy.match(pattern, text)
        fuzzy.matches(pattern, text)
    assert time.perf_counter() - began < 2
