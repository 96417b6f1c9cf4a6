"""Feeds, HTML and Markdown made of a few words, the same in every run. Used where ``gen_feeds.py`` is not at hand."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

_ENGLISH = re.findall(
    r"\w+",
    "river stone paper ink lamp window garden letter evening harbour winter bread engine signal meadow bridge market "
    "history science library morning silver quiet narrow gentle bright early long to of the a and in that with for",
)
_CHINESE = re.findall(
    r"\w+", "河水 石头 纸张 墨水 灯光 窗户 花园 书信 傍晚 港口 冬天 面包 信号 草地 桥梁 市场 历史 科学 图书馆 早晨"
)
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def sentence(dice: random.Random, chinese: bool = False) -> str:
    """One sentence with its full stop."""
    if chinese:
        return "".join(dice.choices(_CHINESE, k=dice.randint(4, 12))) + dice.choice("。！？")
    return " ".join(dice.choices(_ENGLISH, k=dice.randint(6, 20))).capitalize() + ". "


def html(size: int, seed: str = "html", chinese: bool = False) -> str:
    """A body of about ``size`` characters: paragraphs, links, lists, pictures, quotations, code."""
    dice = random.Random(seed)
    out: list[str] = []
    length = 0
    while length < size:
        text = "".join(sentence(dice, chinese) for _ in range(dice.randint(2, 5)))
        kind = dice.random()
        if kind < 0.1:
            part = f"<h2>{sentence(dice, chinese)}</h2>"
        elif kind < 0.18:
            part = "<ul>" + "".join(f"<li>{sentence(dice, chinese)}</li>" for _ in range(4)) + "</ul>"
        elif kind < 0.24:
            part = f'<p><img src="/pictures/{len(out)}.jpg" alt="a picture" width="640" height="400" class="lazy"></p>'
        elif kind < 0.3:
            part = f"<blockquote><p>{text}</p></blockquote>"
        elif kind < 0.34:
            part = "<pre><code>for n in range(10):\n    print(n &lt; 5)\n</code></pre>"
        else:
            part = f'<p>{text}<a href="/archive/{len(out)}" class="x">{sentence(dice, chinese)}</a> <em>so</em></p>'
        out.append(part)
        length += len(part)
    return "".join(out)


def markdown(size: int, seed: str = "markdown") -> str:
    """A text of about ``size`` characters: headings, lists, tables, links, pictures, code."""
    dice = random.Random(seed)
    out: list[str] = []
    length = 0
    while length < size:
        text = "".join(sentence(dice) for _ in range(dice.randint(2, 5)))
        kind = dice.random()
        if kind < 0.1:
            part = f"## {sentence(dice)}"
        elif kind < 0.2:
            part = "\n".join(f"- {sentence(dice)}" for _ in range(5))
        elif kind < 0.26:
            part = "| a | b |\n|---|---|\n" + "\n".join(f"| {n} | {sentence(dice)} |" for n in range(4))
        elif kind < 0.32:
            part = f"![a picture](pictures/{len(out)}.jpg)"
        elif kind < 0.38:
            part = "> " + text
        else:
            part = f"{text} *so* **said** `code` [{sentence(dice)}](https://example.org/{len(out)})."
        out.append(part)
        length += len(part) + 2
    return "\n\n".join(out) + "\n"


def write(folder: Path, count: int, items: int, port: int) -> None:
    """``count`` RSS feeds of ``items`` articles, a third of them Chinese, laid out as ``gen_feeds.py`` does."""
    (folder / "feeds").mkdir(parents=True)
    urls = []
    for number in range(count):
        chinese = number % 3 == 2
        home = f"http://127.0.0.1:{port}"
        urls.append(f"{home}/f/{number:05d}.xml")
        out = [f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Weekly {number}</title>']
        out.append(f"<link>{home}/site/{number}/</link><description>generated</description>\n")
        for item in reversed(range(items)):
            name = f"{number}/{item}"
            dice = random.Random(name)
            title = escape(sentence(dice, chinese).strip(" .。"))
            date = format_datetime(_EPOCH + timedelta(minutes=97 * item + number % 97))
            body = html(dice.randint(1000, 3500) if chinese else dice.randint(2000, 5000), name, chinese)
            out.append(
                f"<item><title>{title}</title><link>{home}/a/{name}.html</link>"
                f'<guid isPermaLink="false">{name}</guid><pubDate>{date}</pubDate>'
                f"<description>{escape(body)}</description></item>\n"
            )
        out.append("</channel></rss>\n")
        (folder / "feeds" / f"{number:05d}.xml").write_text("".join(out), encoding="utf-8")
    (folder / "urls.txt").write_text("\n".join(urls) + "\n", encoding="utf-8")
