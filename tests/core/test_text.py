"""Words, languages, reading time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.content import text


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("The quick brown fox jumps over the lazy dog and that is it for the day.", "en"),
        ("Das ist nicht der Hund, den wir auf dem Weg gesehen haben.", "de"),
        ("Le chat est dans la maison et il ne veut pas sortir avec nous.", "fr"),
        ("El perro que está en la casa no es para los niños, pero sí para él.", "es"),
        ("Não é uma questão de tempo, mas os dias são mais curtos para você.", "pt"),
        ("我们的国家正在发展，这个时代需要学习。", "zh-Hans"),
        ("我們的國家正在發展，這個時代需要學習。", "zh-Hant"),
        ("今日はとても良い天気ですね。散歩に行きましょう。", "ja"),
        ("오늘은 날씨가 좋습니다.", "ko"),
        ("Сегодня был очень хороший день, и мы гуляли.", "ru"),
        ("Сьогодні був дуже гарний день, і ми їздили.", "uk"),
        ("هذا نص باللغة العربية عن الأخبار", "ar"),
        ("این یک متن فارسی است که می‌گوید چگونه", "fa"),
        ("שלום עולם, זה טקסט", "he"),
        ("สวัสดีชาวโลก", "th"),
        ("No YAML. No YAML.", ""),
        ("42 + 1", ""),
        ("", ""),
    ],
)
def test_language(sample: str, expected: str) -> None:
    assert text.language(sample) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("A &amp; B", "A & B"),
        ("A &amp;amp; B", "A & B"),
        ("<b>Bold</b> title<br>more", "Bold title more"),
        ("&lt;i&gt;x&lt;/i&gt; y", "x y"),
        ("Vec<T> and a < b", "Vec<T> and a < b"),
        ("  two\n lines ", "two lines"),
        ("<script>x</script>y", "y"),
        ("<ruby>余白<rp>(</rp><rt>よはく</rt><rp>)</rp></ruby>の<ruby>仕<rt>し</ruby>事", "余白の仕事"),
    ],
)
def test_titles_of_feeds_become_text(markup: str, expected: str) -> None:
    assert text.to_text(markup) == expected


def test_reading_time() -> None:
    assert text.minutes("") == 1
    assert text.minutes("字" * 3500) == 10
    assert text.minutes("word " * 2300) == 10


def test_first_sentence_and_one_line() -> None:
    assert text.first_sentence("\n***\nHello there. And more.") == "Hello there."
    assert text.first_sentence("你好，世界。再见。") == "你好，世界。"
    assert text.first_sentence("字" * 200) == "字" * 79 + "…"
    assert text.one_line("a  b\nc") == "a b c"
    assert len(text.one_line("word " * 200, 300)) <= 300


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_nothing_raises_and_lines_are_lines(sample: str) -> None:
    assert "\n" not in text.to_text(sample)
    assert len(text.one_line(sample, 50)) <= 50
    assert len(text.first_sentence(sample, 80)) <= 80
    assert text.minutes(sample) >= 1
    text.language(sample)
    assert not text.squeeze(sample).startswith((" ", "\n"))
