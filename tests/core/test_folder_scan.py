"""Folders through the whole of the library: every file is one article, and what the user did stays with it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reader import folders, paths
from reader.errors import FolderError, NotFound, WorkerDied
from reader.library import Library
from reader.model import Failed, Outcome, Query, Row, Source, Unchanged, Updated
from reader.worker import Worker


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(paths.in_folder(tmp_path / "library")) as opened:
        yield opened


def write(root: Path, name: str, words: str, title: str = "", more: str = "") -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\ntitle: {title or name}\n{more}---\n{words}\n", encoding="utf-8")
    return file


def refresh(library: Library, source: Source) -> Outcome:
    (outcome,) = library.refresh([source])
    return outcome


def articles(library: Library, source: Source, **query: str) -> dict[str, Row]:
    """The rows by the paths of their files."""
    store = library.store
    rows = store.rows(store.ids(Query(sources=(source.key,), **query)))  # type: ignore[arg-type]
    return {store.article_by_key(row.key).guid: row for row in rows}


def mark(library: Library, source: Source) -> dict[str, str]:
    """Bookmarks everything; the article of each file."""
    found = articles(library, source)
    for name, row in found.items():
        library.bookmark(row.key, True, note=name)
    return {name: row.id for name, row in found.items()}


# ------------------------------------------------------------------------------------------------- moved and copied


def test_a_moved_and_edited_file_is_the_same_article(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    for n in range(3):
        write(root, f"drafts/{n}/index.md", f"The words of the {n}th bundle.", f"Bundle {n}")
    write(root, "note.md", "A note.", "Note")
    write(root, "Case.md", "Letters.", "Letters")
    source = library.add_folder(root)
    refresh(library, source)
    before = mark(library, source)
    for n in range(3):
        (root / "blog").mkdir(exist_ok=True)
        (root / "drafts" / str(n)).rename(root / "blog" / str(n))
        write(root, f"blog/{n}/index.md", f"The words of the {n}th bundle, looked over.", f"Bundle {n}")
    (root / "note.md").unlink()
    write(root, "archive/note.md", "A note, and a word more.", "Note")
    (root / "Case.md").unlink()
    write(root, "case.md", "Letters, small ones.", "Letters")
    assert isinstance(refresh(library, source), Updated)
    after = {name: row.id for name, row in articles(library, source).items()}
    assert after == {
        **{f"blog/{n}/index.md": before[f"drafts/{n}/index.md"] for n in range(3)},
        "archive/note.md": before["note.md"],
        "case.md": before["Case.md"],
    }
    assert all(row.bookmarked for row in articles(library, source).values())


def test_the_same_name_alone_does_not_make_it_the_same_article(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    write(root, "a/index.md", "About lamps.", "Lamps", "date: 2024-01-01\n")
    write(root, "stays.md", "Stays.")
    source = library.add_folder(root)
    refresh(library, source)
    before = mark(library, source)
    shutil.rmtree(root / "a")
    write(root, "b/index.md", "About stones.", "Stones", "date: 2024-02-02\n")
    refresh(library, source)
    after = articles(library, source)
    assert after["b/index.md"].id not in before.values()
    assert not after["b/index.md"].bookmarked
    assert after["a/index.md"].id == before["a/index.md"]  # gone, and readable
    assert "About lamps." in library.document(after["a/index.md"].id).rendered.text


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_copies_are_articles_of_their_own_in_any_batch(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(folders, "BATCH", batch)
    root = tmp_path / "posts"
    write(root, "a.md", "The same words.", "Same")
    write(root, "m.md", "Other words.", "Other")
    source = library.add_folder(root)
    refresh(library, source)
    before = mark(library, source)
    for name in ("0.md", "b.md", "z.md"):  # copies of a file that stays, read before and after it
        shutil.copy(root / "a.md", root / name)
    (root / "m.md").rename(root / "moved.md")
    shutil.copy(root / "moved.md", root / "y.md")
    outcome = refresh(library, source)
    assert isinstance(outcome, Updated)
    assert outcome.new == 4
    after = articles(library, source)
    assert sorted(after) == ["0.md", "a.md", "b.md", "moved.md", "y.md", "z.md"]
    assert after["a.md"].id == before["a.md"]
    assert before["m.md"] in (after["moved.md"].id, after["y.md"].id)
    assert len({row.id for row in after.values()}) == 6
    assert isinstance(refresh(library, source), Unchanged)


def test_two_copies_that_move_together_keep_both_marks(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    for name in ("a.md", "b.md"):
        write(root, name, "The same words.", "Same")
    write(root, "stays.md", "Stays.")
    source = library.add_folder(root)
    refresh(library, source)
    before = mark(library, source)
    (root / "sub").mkdir()
    (root / "a.md").rename(root / "sub" / "x.md")
    (root / "b.md").rename(root / "sub" / "y.md")
    refresh(library, source)
    after = articles(library, source)
    assert {after[name].id for name in ("sub/x.md", "sub/y.md")} == {before["a.md"], before["b.md"]}


def test_a_file_that_changes_while_its_old_text_appears_elsewhere_stays_itself(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "BATCH", 1)
    root = tmp_path / "posts"
    write(root, "m.md", "The old words.", "Words")
    source = library.add_folder(root)
    refresh(library, source)
    before = mark(library, source)
    for name in ("a.md", "z.md"):
        shutil.copy(root / "m.md", root / name)
    write(root, "m.md", "The new words.", "Words")
    refresh(library, source)
    assert articles(library, source)["m.md"].id == before["m.md"]
    assert len(articles(library, source)) == 3


# -------------------------------------------------------------------------------------- what gives no article


def test_what_was_removed_is_not_read_again_and_not_new(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    for n in range(3):
        write(root, f"{n}.md", f"The words of {n}.")
    source = library.add_folder(root)
    refresh(library, source)
    library.remove_articles([articles(library, source)["1.md"].key])
    stamps = library.store.file_stamps(source.key)
    assert sorted(stamps) == ["0.md", "1.md", "2.md"]
    assert isinstance(refresh(library, source), Unchanged)
    write(root, "1.md", "The words of 1, edited.")
    refresh(library, source)
    assert sorted(articles(library, source)) == ["0.md", "2.md"]
    assert library.store.file_stamps(source.key)["1.md"] != stamps["1.md"]
    assert isinstance(refresh(library, source), Unchanged)


def test_drafts_are_listed_as_the_user_chooses(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    write(root, "done.md", "Done.")
    write(root, "begun.md", "Begun.", more="draft: true\n")
    write(root, "_drafts/idea.md", "An idea.")
    source = library.add_folder(root)
    refresh(library, source)
    assert sorted(articles(library, source)) == ["_drafts/idea.md", "begun.md", "done.md"]
    library.bookmark(articles(library, source)["begun.md"].key, True)
    source = library.store.configure_source(source.key, drafts=False)
    refresh(library, source)
    assert sorted(articles(library, source)) == ["begun.md", "done.md"]  # what is bookmarked stays
    assert isinstance(refresh(library, source), Unchanged)
    write(root, "_drafts/idea.md", "An idea, worked out.")
    assert isinstance(refresh(library, source), Unchanged)
    (root / "_drafts" / "idea.md").rename(root / "idea.md")
    refresh(library, source)
    assert "idea.md" in articles(library, source)
    source = library.store.configure_source(source.key, drafts=True)
    write(root, "_drafts/next.md", "Next.")
    refresh(library, source)
    assert sorted(articles(library, source)) == ["_drafts/next.md", "begun.md", "done.md", "idea.md"]


class Mortal(Worker):
    """A worker process that dies over every task with a file of a certain name."""

    def call(self, task: Any, *args: Any, **more: Any) -> Any:
        if any("bomb" in guid for guid, *_ in args[0]):
            self.close()
            raise WorkerDied(task=task.__name__, seconds=60.0)
        return super().call(task, *args, **more)


def test_a_file_that_the_worker_cannot_bear_costs_only_itself(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    for name in ("0.md", "1.md", "bomb.md", "c.md", "was fine.md"):
        write(root, name, f"The words of {name}.")
    source = library.add_folder(root)
    library._workers["refresh"] = Mortal()
    assert isinstance(refresh(library, source), Updated)
    assert sorted(articles(library, source)) == ["0.md", "1.md", "c.md", "was fine.md"]
    assert "bomb.md" in library.store.source(source.key).error
    assert isinstance(refresh(library, source), Unchanged)  # not tried again until it changes
    before = articles(library, source)["was fine.md"].id
    (root / "was fine.md").rename(root / "a bomb.md")
    write(root, "c.md", "The words of c.md, edited.")
    refresh(library, source)
    assert "edited" in articles(library, source)["c.md"].summary
    library._workers["refresh"].close()
    library._workers["refresh"] = Worker()
    for name in ("bomb.md", "a bomb.md"):
        write(root, name, "Harmless now.")
    refresh(library, source)
    assert {"bomb.md", "a bomb.md"} < set(articles(library, source))
    assert before not in {row.id for name, row in articles(library, source).items() if name == "bomb.md"}


# ------------------------------------------------------------------------------------------------------ single looks


def test_a_look_reads_only_what_changed(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    for name in ("a.md", "b.md", "sub/c.md", "sub/d.md"):
        write(root, name, f"The words of {name}.")
    source = library.add_folder(root)
    refresh(library, source)
    before = mark(library, source)
    write(root, "a.md", "The words of a.md, edited.")
    write(root, "b.md", "Not looked at.")
    (root / "sub").rename(root / "moved")
    outcome = library.look(source.key, [str(root / name) for name in ("a.md", "sub", "moved", "x.png", ".git/y.md")])
    assert isinstance(outcome, Updated)
    after = articles(library, source)
    assert {name: row.id for name, row in after.items()} == {
        "a.md": before["a.md"],
        "b.md": before["b.md"],
        "moved/c.md": before["sub/c.md"],
        "moved/d.md": before["sub/d.md"],
    }
    assert "edited" in after["a.md"].summary
    assert "Not looked at" not in after["b.md"].summary
    assert isinstance(library.look(source.key, []), Unchanged)
    assert isinstance(library.look(source.key, None), Updated)


def test_a_look_lets_nothing_go_when_everything_seems_gone(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    files = [write(root, f"sub/{n}.md", f"The words of {n}.") for n in range(3)]
    source = library.add_folder(root)
    refresh(library, source)
    (root / "sub").rename(tmp_path / "unmounted")
    for where in ([str(root / "sub")], [str(file) for file in files], None):
        outcome = library.look(source.key, where)
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, FolderError)
    assert len(articles(library, source)) == 3
    (tmp_path / "unmounted").rename(root / "sub")
    assert isinstance(library.look(source.key, None), Unchanged)
    assert library.store.source(source.key).error == ""


def test_a_look_gives_way_to_another_program(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "posts", "a.md", "Words.")
    source = library.add_folder(tmp_path / "posts")
    owner = "elsewhere 1 another"
    assert library.store.take_leases([source.key], owner, library.now()) == {source.key}
    assert library.look(source.key, None) is None
    library.store.release_leases(owner)
    assert isinstance(library.look(source.key, None), Updated)
    assert library.look(source.key + 1, None) is None


# ------------------------------------------------------------------------------------------------------- subfolders


def test_subfolders_and_their_lists(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "posts"
    for name in ("top.md", "a/1.md", "a/b/2.md", "a/b/3.md", "a0/4.md", "ü/日本/5.md", "a%/6.md", "a_/7.md"):
        write(root, name, f"The words of {name}.")
    source = library.add_folder(root)
    refresh(library, source)
    store = library.store

    def parts(path: str = "") -> list[tuple[str, int, bool]]:
        return [(each.path, each.unread, each.parts) for each in store.subfolders(source.key, path)]

    assert parts() == [("a", 3, True), ("a%", 1, False), ("a0", 1, False), ("a_", 1, False), ("ü", 1, True)]
    assert parts("a") == [("a/b", 2, False)]
    assert parts("ü") == [("ü/日本", 1, False)]
    assert parts("a/b") == parts("none") == []
    assert sorted(articles(library, source, path="a")) == ["a/1.md", "a/b/2.md", "a/b/3.md"]
    assert sorted(articles(library, source, path="ü")) == ["ü/日本/5.md"]
    query = Query(sources=(source.key,), path="a/b")
    assert store.count(query) == 2
    assert [row.title for row in store.search("words", query=query)] == ["a/b/2.md", "a/b/3.md"]
    assert library.mark_all_read(query) == 2
    assert parts("a") == [("a/b", 0, False)]
    assert store.count(Query(view="unread", sources=(source.key,), path="a")) == 1
    library.bookmark(articles(library, source)["a/b/2.md"].key, True)
    (root / "a" / "b" / "2.md").unlink()
    refresh(library, source)
    assert sorted(articles(library, source, path="a/b")) == ["a/b/2.md", "a/b/3.md"]  # gone, and bookmarked


def test_a_subfolder_is_named_after_its_folder(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "posts", "2024/05/a.md", "Words.")
    source = library.add_folder(tmp_path / "posts")
    refresh(library, source)
    for name in ("posts/2024/05", "posts/2024/05/", f"{source.id}/2024/05", f"{tmp_path}/posts/2024/05"):
        assert library.find_part(name) == (library.store.source(source.key), "2024/05")
    assert library.find_part("posts")[1] == ""
    for name in ("posts/2023", "other/2024", "posts//"):
        with pytest.raises(NotFound):
            library.find_part(name)


# -------------------------------------------------------------------------------------------------- a simple model

STEPS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["create", "edit", "move", "rename", "revise", "copy", "delete"]), st.integers(0, 99)
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=5,
)


@dataclass
class Model:
    """What is in the folder, and which article each file is; None: one that was not there before."""

    root: Path
    files: dict[str, str | None] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def put(self, name: str, text: str) -> None:
        self.texts[name] = text
        write(self.root, name, text.partition("|")[2], text.partition("|")[0])

    def new_name(self, name: str = "") -> str:
        self.number += 1
        return f"{'abc'[self.number % 3]}{self.number % 2}/{name or f'{self.number}.md'}"

    def act(self, what: str, which: int, touched: set[str]) -> None:
        free = sorted(name for name in self.files if name not in touched and name != "stays.md")
        if what == "create" or not free:
            name = self.new_name()
            self.put(name, f"Title {self.number}|The words of number {self.number}.")
            self.files[name] = None
            touched.add(name)
            return
        name = free[which % len(free)]
        text = self.texts[name]
        # Which of two equal files became which cannot be told: only one of them is touched at a time.
        touched |= {other for other in self.files if self.texts[other] == text}
        if what == "edit":
            self.number += 1
            self.put(name, f"{text} Edited {self.number}.")
        elif what == "copy":
            copy = self.new_name()
            self.put(copy, text)
            self.files[copy] = None
            touched.add(copy)
        elif what == "delete":
            self.remove(name)
        else:  # moved: to another folder, under another name, or with a word more
            before = self.files[name]
            target = self.new_name("" if what == "rename" else name.rpartition("/")[2])
            if target in self.files:
                return
            self.remove(name)
            self.put(target, f"{text} More {self.number}." if what == "revise" else text)
            self.files[target] = before
            touched.add(target)

    def remove(self, name: str) -> None:
        (self.root / name).unlink()
        del self.files[name], self.texts[name]


# Without shrinking: each example fills a library, and a hundred of them take minutes.
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(STEPS, st.booleans())
def test_random_acts_on_files(steps: list[list[tuple[str, int]]], live: bool) -> None:
    with tempfile.TemporaryDirectory() as place, Library(paths.in_folder(Path(place) / "library")) as library:
        library._workers["refresh"] = _SHARED
        model = Model(Path(place) / "posts")
        model.put("stays.md", "Stays|It stays.")
        model.files["stays.md"] = None
        source = library.add_folder(model.root)
        refresh(library, source)
        kept: dict[str, bool] = {}
        for step in [[("create", n) for n in range(5)], *steps]:
            before = set(model.files)
            touched: set[str] = set()
            for what, which in step:
                model.act(what, which, touched)
            looked = [str(model.root / name) for name in touched | (before ^ set(model.files))]
            outcome = library.look(source.key, looked if live else None)
            assert not isinstance(outcome, Failed), outcome
            found = articles(library, source)
            assert set(found) == set(model.files)
            for name, article in model.files.items():
                row = found[name]
                if article is None:
                    assert row.id not in kept, name
                    model.files[name] = row.id
                    kept[row.id] = len(kept) % 2 == 0
                    library.mark_read([row.key], kept[row.id])
                else:
                    assert row.id == article, name
                    assert row.read == kept[row.id]
                assert row.title == model.texts[name].partition("|")[0]
        assert isinstance(refresh(library, source), Unchanged)
        assert library.store.check() == []
        del library._workers["refresh"]  # it works for the next example


_SHARED = Worker()


@pytest.fixture(scope="module", autouse=True)
def _end_of_the_worker() -> Iterator[None]:
    yield
    _SHARED.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the figure is for one machine")
def test_200_000_files_are_compared_in_three_times_the_time_that_looking_takes(tmp_path: Path) -> None:
    from benchmarks.folder import run
    from benchmarks.plan import Plan

    os.environ.setdefault("INKSTONE_BENCH", str(tmp_path))
    rescan = next(figure for figure in run(Plan(runs=3)) if "rescan" in figure.name)
    assert rescan.value is not None
    assert rescan.value <= 3
