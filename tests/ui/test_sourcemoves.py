"""Moving sources and folders: what it changes, what it leaves, and that it can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.formats import opml
from reader.model import Source
from reader.ui import sourcemoves
from reader.ui.sourcemoves import Move, ancestors, planned, renamed, tidy


def source(key: int, folder: str = "") -> Source:
    return Source(key=key, id=f"s{key}", kind="feed", address=f"https://{key}.example/", title=f"S{key}", folder=folder)


SOURCES = [source(1), source(2, "A"), source(3, "A / B"), source(4, "A"), source(5, "C"), source(6)]


def applied(sources: list[Source], move: Move) -> list[Source]:
    by_key = {each.key: replace(each, folder=move.folders.get(each.key, each.folder)) for each in sources}
    return [by_key[key] for key in move.order]


def test_paths_are_those_of_lists_of_feeds() -> None:
    assert sourcemoves.BETWEEN == opml.BETWEEN
    assert ancestors("A / B / C") == ["A", "A / B", "A / B / C"]
    assert ancestors("") == []
    assert [tidy(each) for each in ("A/B", " A /  B/ ", "", "/", "x  y")] == ["A / B", "A / B", "", "", "x y"]


def test_a_source_goes_behind_the_last_one_of_its_new_folder() -> None:
    move = planned(SOURCES, [1], "", "A", None)
    assert move is not None
    assert move.folders == {1: "A"}
    assert move.order == (2, 3, 4, 1, 5, 6)


def test_a_source_goes_before_another_one() -> None:
    move = planned(SOURCES, [6], "", "", 1)
    assert move == Move((6,), {}, (6, 1, 2, 3, 4, 5))


def test_a_folder_takes_everything_in_it_along() -> None:
    move = planned(SOURCES, [2, 3, 4], "A", "C", None)
    assert move is not None
    assert move.folders == {2: "C / A", 3: "C / A / B", 4: "C / A"}
    inner = planned(SOURCES, [3], "A / B", "", None)
    assert inner is not None
    assert inner.folders == {3: "B"}


@pytest.mark.parametrize(
    ("keys", "folder", "into", "before"),
    [([2, 3, 4], "A", "A", None), ([2, 3, 4], "A", "A / B", None), ([2], "", "A", 2), ([6], "", "", None)],
)
def test_what_cannot_be_or_changes_nothing_is_no_move(
    keys: list[int], folder: str, into: str, before: int | None
) -> None:
    assert planned(SOURCES, keys, folder, into, before) is None


def test_another_name_for_a_folder_reaches_the_folders_in_it() -> None:
    assert renamed(SOURCES, "A", "Z").folders == {2: "Z", 3: "Z / B", 4: "Z"}
    assert renamed(SOURCES, "A", "").folders == {2: "", 3: "B", 4: ""}


@given(st.integers(1, 6), st.sampled_from(["", "A", "A / B", "C", "New"]), st.none() | st.integers(1, 6))
@settings(max_examples=60)
def test_a_move_loses_nobody_and_can_be_taken_back(key: int, into: str, before: int | None) -> None:
    move = planned(SOURCES, [key], "", into, before)
    if move is not None:
        there = applied(SOURCES, move)
        assert sorted(each.key for each in there) == [1, 2, 3, 4, 5, 6]
        assert next(each for each in there if each.key == key).folder == into
        assert applied(there, move.back(SOURCES)) == SOURCES
