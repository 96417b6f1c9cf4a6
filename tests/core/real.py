"""The real articles of the corpora: posts, and what real feeds carry."""

from __future__ import annotations

from pathlib import Path

from reader.errors import ReaderError
from reader.model import Draft
from reader.sources import feed, folder


def drafts_of(corpora: Path) -> list[Draft]:
    found: list[Draft] = []
    for room in ("posts", "posts-other"):
        for path in sorted((corpora / room).iterdir()):
            if path.suffix != ".tsv":
                found.append(folder.read_bytes(path.read_bytes(), str(path), path.name))
    for path in sorted((corpora / "feeds").rglob("*")):
        if path.is_file():
            try:
                found.extend(feed.parse(path.read_bytes(), url="https://f.example/", content_type="").drafts)
            except ReaderError:
                continue
    return found
