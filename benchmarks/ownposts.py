"""A folder of posts as people and generators leave them, the same in every run: front matter of every kind, bodies in
HTML and Markdown, Chinese, broken fields, odd names, some hundred subfolders, and what is no post at all."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from benchmarks.ownfeeds import html, markdown, sentence

#: Bodies are taken from so many different ones, each with a line of its own.
_BODIES = 150
_PER_FOLDER = 800
_FIRST = date(2012, 1, 1)


def write(root: Path, count: int) -> None:
    """Write ``count`` posts below ``root``, and one file in a hundred that is none."""
    dice = random.Random(count)
    bodies = _bodies()
    for start in range(0, count, _PER_FOLDER):
        number = start // _PER_FOLDER
        folder = root / "posts" / str(2012 + number % 14) / f"{number:04}"
        folder.mkdir(parents=True)
        (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        (folder / "left.md~").write_text("debris", encoding="utf-8")
        (folder / ".#open.md").write_text("debris", encoding="utf-8")
        for n in range(start, min(start + _PER_FOLDER, count)):
            name, text = _post(dice, n, bodies)
            (folder / name).write_text(text, encoding="utf-8")
    hidden = root / "node_modules" / "left-pad"
    hidden.mkdir(parents=True)
    (hidden / "README.md").write_text("# not ours", encoding="utf-8")


def _bodies() -> list[tuple[str, str]]:
    """Ending and body: two of three in HTML, as feeds turned into files have it, every third Chinese."""
    made = []
    for n in range(_BODIES):
        if n % 6 < 4:
            made.append((".md", html(900 + 40 * (n % 50), f"post {n}", chinese=n % 3 == 0)))
        elif n % 6 == 4:
            made.append((".md", markdown(900 + 40 * (n % 50), f"post {n}")))
        else:
            made.append((".html", f"<!doctype html><title>Page {n}</title><body>{html(1500, f'page {n}')}</body>"))
    return made


def _post(dice: random.Random, n: int, bodies: list[tuple[str, str]]) -> tuple[str, str]:
    ending, body = dice.choice(bodies)
    title = f"{sentence(dice, chinese=n % 3 == 0).strip(' .。')} {n}"
    day = _FIRST + timedelta(days=n % 5000)
    name = f"{day}-{n}{ending}" if n % 4 else f"{title[:60].replace('/', ' ')}{ending}"
    if n % _PER_FOLDER == 1:
        name = ".md"
    elif n % _PER_FOLDER == 2:
        name = " .md"
    if ending == ".html":
        return name, body.replace("</title>", f" of {n}</title>")
    fields = f"title: {title}\ndate: {day} 10:00:00\ntags: [ink, paper]\nauthor: Somebody\n"
    odd = n % 40
    if odd == 1:
        fields = f'title: """""{title}"""\ndate: Invalid Date\nheadimg: null\n'  # broken
    elif odd == 2:
        fields = f"title: Foo: {title}\ndate: Tue, 22 Aug 2022 05:29:14 GMT\n"
    elif odd == 3:
        return name, f"{body}\n\n{title}"  # none at all
    opening = "" if odd == 4 else "\n---\n" if odd < 20 else "---\n"
    return name, f"{opening}{fields}---\n{body}\n\n<p>The number {n}.</p>"
