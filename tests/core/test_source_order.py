"""The order of the sources is the user's."""

from __future__ import annotations

from pathlib import Path

from reader.store import Store


def titles(store: Store) -> list[str]:
    return [source.title for source in store.sources()]


def test_sources_stand_as_they_were_put_and_new_ones_at_the_end(tmp_path: Path) -> None:
    with Store.open(tmp_path / "library.db") as store:
        a, b, c = (store.add_source("feed", f"https://{name}.example/", name) for name in "abc")
        assert titles(store) == ["a", "b", "c"]
        store.arrange_sources([c.key, a.key, b.key])
        assert titles(store) == ["c", "a", "b"]
        store.add_source("feed", "https://d.example/", "d")
        assert titles(store) == ["c", "a", "b", "d"]
        store.arrange_sources([b.key])  # what is not named follows in the order it had
        assert titles(store) == ["b", "c", "a", "d"]
        store.arrange_sources([99, a.key])
        assert titles(store) == ["a", "b", "c", "d"]
