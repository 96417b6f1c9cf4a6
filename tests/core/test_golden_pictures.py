"""Every picture of the real posts: its true address, against a list that a person wrote down from the sources."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

from reader.library import render_file

LIST = Path(__file__).resolve().parent.parent / "data" / "golden" / "pictures" / "posts.tsv"


def facts() -> dict[str, list[tuple[str, str, str]]]:
    """Post -> (host, ending, SHA-256) of each of its pictures, in their order."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    with LIST.open(encoding="utf-8", newline="") as file:
        for post, number, host, ending, digest in csv.reader(
            (line for line in file if not line.startswith("#")), delimiter="\t"
        ):
            found[post].append((host, ending, digest))
            assert len(found[post]) == int(number), f"{post}: a line is missing before number {number}"
    return found


def test_the_true_address_of_every_picture_is_found(corpora: Path) -> None:
    written = facts()
    wrong: list[str] = []
    posts = sorted((corpora / "posts").glob("*.md"))
    assert set(written) <= {post.name for post in posts}
    for post in posts:
        _, rendered = render_file(post)
        shown = [picture.url for picture in rendered.images]
        wanted = written.get(post.name, [])
        if len(shown) != len(wanted):
            wrong.append(f"{post.name}: {len(shown)} pictures, not {len(wanted)}")
        for number, (url, (host, ending, digest)) in enumerate(zip(shown, wanted, strict=False), start=1):
            if hashlib.sha256(url.encode()).hexdigest() != digest:
                wrong.append(f"{post.name}, number {number}: {url}, not {host} … {ending}")
            assert (urlsplit(url).netloc, url[-16:]) == (host, ending), "the list's own columns disagree"
    assert wrong == []
