"""Search beside an independent scan of the stored texts: exactly the same articles, for 200 queries."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import opencc
import pytest

from reader.content.prepare import prepare
from reader.model import Query
from reader.sources import feed
from reader.store import Store, dictionary
from tests.core.store_samples import NOW

_TO_SIMPLIFIED = opencc.OpenCC("t2s")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"


class Folded(dict[int, str]):
    """Each character in one form: NFKC, no case, no accents, simplified, each for itself."""

    def __missing__(self, code: int) -> str:
        bare = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not 0x300 <= ord(c) <= 0x36F)
        self[code] = _TO_SIMPLIFIED.convert(unicodedata.normalize("NFC", bare).casefold())
        return self[code]


_FOLDED = Folded()


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_FOLDED)


def matches(texts: list[str], query: str) -> set[int]:
    """The numbers of the texts that hold the query: Chinese inside a block, Latin as whole words or a beginning."""
    asked = fold(query.strip('"*'))
    if re.search(f"[{_HAN}]", asked):
        return {n for n, text in enumerate(texts) if asked in text and any(asked in one for one in text.split("\n"))}
    words = asked.split()
    end = "" if query.endswith("*") else rf"(?![^\W_{_HAN}])"
    phrase = r"[\W_]+".join(map(re.escape, words))
    wanted = re.compile(rf"(?<![^\W_{_HAN}]){phrase}{end}")
    return {n for n, text in enumerate(texts) if all(word in text for word in words) and wanted.search(text)}


def queries(texts: list[str], dice: random.Random, each: int) -> list[str]:
    """Of each kind ``each``: 1 to 6 Chinese characters, a word, a beginning, a phrase; and some that nothing has."""
    chinese = [run for text in dice.sample(texts, min(len(texts), 400)) for run in re.findall(f"[{_HAN}]{{6,}}", text)]
    english = [
        run.split()
        for text in dice.sample(texts, min(len(texts), 400))
        for run in re.findall("[a-z]+(?: [a-z]+){2,}", text)
    ]
    found = ["量子纠缠", "青花瓷瓶", "needlecommon", "needlerare", "龘龘", "zqnothing"]
    for length in range(1, 7):
        for run in dice.choices(chinese, k=each):
            start = dice.randint(0, len(run) - length)
            found.append(run[start : start + length])
    found += [dice.choice(words) for words in dice.choices(english, k=each)]
    found += [dice.choice(words)[: dice.randint(2, 5)] + "*" for words in dice.choices(english, k=each)]
    found += [f'"{" ".join(words[: dice.randint(2, 3)])}"' for words in dice.choices(english, k=each)]
    return found


def fill(store: Store, tools: Path, folder: Path, feeds: int, items: int) -> None:
    size = ["--feeds", str(feeds), "--items", str(items)]
    subprocess.run(
        [sys.executable, str(tools / "gen_feeds.py"), str(folder), *size], check=True, stdout=subprocess.DEVNULL
    )
    for n, file in enumerate(sorted((folder / "feeds").glob("*.xml"))):
        source = store.add_source("feed", f"https://example.org/{n}", "")
        read = feed.parse(file.read_bytes(), url=f"https://example.org/{n}")
        articles = [prepare(draft) for draft in read.drafts]
        store.save(source.key, [(None, f"{n}-{m}", one.draft.url, one) for m, one in enumerate(articles)], NOW)


def same(store: Store, each: int) -> Iterator[tuple[str, int, int]]:
    """Each query with what was missing and what was too much."""
    with store._lines.reading() as db:
        unpacker = dictionary.unpacker(db)
        stored = db.execute(
            """SELECT articles.id, versions.title, body, authors, articles.tags
               FROM articles JOIN versions ON versions.key = version"""
        ).fetchall()
        ids = [row[0] for row in stored]
        # No phrase goes from the title into the text: a word of its own stands between them.
        texts = [fold("\nzqzq\n".join([row[1], unpacker.text(row[2]), row[3], row[4]])) for row in stored]
    for query in queries(texts, random.Random(7), each):
        expected = {ids[n] for n in matches(texts, query)}
        found = {row.id for row in store.search(query, limit=len(ids) + 1, stemming=False)}
        yield query, len(expected - found), len(found - expected)


def test_search_finds_what_a_scan_finds(tmp_path: Path, tools: Path) -> None:
    with Store.open(tmp_path / "library.sqlite3") as store:
        fill(store, tools, tmp_path / "feeds", 12, 50)
        wrong = [one for one in same(store, 22) if one[1] or one[2]]
    assert wrong == []


@pytest.mark.slow
def test_search_finds_what_a_scan_finds_in_130_000_articles(tmp_path: Path, tools: Path) -> None:
    with Store.open(tmp_path / "library.sqlite3") as store:
        fill(store, tools, tmp_path / "feeds", 520, 250)
        assert store.count(Query()) == 130_000
        wrong = [one for one in same(store, 22) if one[1] or one[2]]
    assert wrong == []
