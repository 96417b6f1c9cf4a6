"""Before a picture is there, its room is known: from the cache, from a file beside the article, from nobody else."""

from __future__ import annotations

from pathlib import Path

from reader.library import Library
from reader.model import Query
from reader.paths import in_folder
from reader.picturecache import Entry, PictureCache
from tests.site import png

HELD = "https://img.example/held.png"


def _article(library: Library, folder: Path, body: str) -> int:
    folder.mkdir()
    (folder / "pic.png").write_bytes(png(70, 50))
    (folder / "one.md").write_text(f"# One\n\n{body}\n", encoding="utf-8")
    for _ in library.refresh([library.add_folder(folder)]):
        pass
    (key,) = library.store.ids(Query())
    return key


def test_sizes_are_those_of_the_cache_and_of_files_beside_the_article(tmp_path: Path) -> None:
    with Library(in_folder(tmp_path / "library")) as library:
        cache = PictureCache(library.paths.pictures, 2**30)
        cache.put(HELD, Entry(HELD, "image/png", 640, 480, 1), png(640, 480))
        body = f"![]({HELD}) ![](https://img.example/other.png) ![](pic.png) ![](gone.png)"
        document = library.document(_article(library, tmp_path / "posts", body))
        assert document.sizes == ()
        laid_out = library.laid_out(document)
        assert laid_out.sizes == ((640, 480), None, (70, 50), None)
        assert laid_out.rule == "always"
        assert library._client is None


def test_the_rule_is_that_of_the_source(tmp_path: Path) -> None:
    with Library(in_folder(tmp_path / "library")) as library:
        key = _article(library, tmp_path / "posts", f"![]({HELD})")
        (source,) = library.sources()
        library.store.configure_source(source.key, pictures="click")
        assert library.laid_out(library.document(key)).rule == "click"
